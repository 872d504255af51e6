// The demonstration portal for thirty virtual days, patrolled by the daemon's own desks with the product's own
// intervals and ladder, while its faults are mended and made again: what is open follows, and nobody is accused.
// docs/TESTING.md
// ("The virtual month") has what is played otherwise than by the daemon, and why.
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cstdio>
#include <deque>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/check.h"
#include "core/civil.h"
#include "daemon/config/read.h"
#include "daemon/mail/mail_desk.h"
#include "daemon/service/probe_desk.h"
#include "daemon/service/round_options.h"
#include "daemon/service/site_desk.h"
#include "daemon/service/vantage.h"
#include "tests/storage/scratch.h"
#include "tests/storage/small_store.h"
#include "tests/support/mail_office.h"
#include "tests/support/portal_web.h"
#include "tests/support/stopwatch.h"

namespace xuncha::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

const std::filesystem::path kDemo = std::filesystem::path(XUNCHA_SOURCE_DIR) / "tests/portals/demo";
const std::filesystem::path kChanges = std::filesystem::path(XUNCHA_SOURCE_DIR) / "tests/campaigns/patrol_hour.yml";

// Nothing of it is shortened: what is not said here is the product's default.
constexpr const char* kConfiguration = R"(
anchors: ["http://www.xishan-demo.gov.cn/"]
sites:
  - home: http://www.linxi-demo.gov.cn/
    name: 临溪县民政局
    unit: 临溪县民政局办公室
    exclude: ["/nbjl/"]
    allow_cidr: [127.0.0.0/8]
mail:
  server: {host: 127.0.0.1, security: none}
  from: 巡查 <xuncha@linxi-demo.gov.cn>
  routes:
    - {to: [webmaster@linxi-demo.gov.cn], severity: info}
)";

WallTime time_of(const std::string& text) {
  const auto time = parse_time(text);
  CHECK(time.has_value());
  return *time;
}

struct Fault {
  std::string rule;
  std::string reason;  // empty: not compared
  std::string subject;
  bool stands_first = true;  // in the portal as it is
  bool stands_later = true;  // in the phase `later`
  WallTime from{};           // time alone brings it
  bool stands_in(const std::string& phase) const { return phase.empty() ? stands_first : stands_later; }
};

struct MonthPhase {
  std::string name;
  Milliseconds length{};
  std::size_t may_lack = 0;  // changes that no interval and ladder can follow in so short a time, at most
};

// The portal with its phases, and each of its editions: the data of tests/portals/demo, of patrol_hour.yml and
// month.yml.
class MonthData {
 public:
  MonthData();
  WallTime start() const { return start_; }
  const std::vector<MonthPhase>& phases() const { return phases_; }
  const std::vector<Fault>& faults() const { return faults_; }
  const std::vector<portal::ExpectedVerdict>& verdicts() const { return verdicts_; }
  // When the next piece of news after `now` is published; WallTime::max(): none.
  WallTime next_edition(WallTime now) const;
  portal::Portal edition(WallTime now) const;

 private:
  struct News {
    WallTime at{};
    std::string date;
    std::string title;
    std::string path;
  };
  void add_phase(YAML::Node hosts, const std::string& host, const std::string& path, const YAML::Node& answer) const;
  void read_changes(const YAML::Node& portal);

  Scratch scratch_;
  std::string portal_text_;
  WallTime start_{};
  std::vector<MonthPhase> phases_;
  std::vector<News> news_;
  std::vector<Fault> faults_;
  std::vector<portal::ExpectedVerdict> verdicts_;
};

std::string url_of(const std::string& host, const std::string& path) {
  return "http://" + host + path;
}

MonthData::MonthData() {
  std::filesystem::copy(kDemo, scratch_.path() / "portal", std::filesystem::copy_options::recursive);
  YAML::Node portal = YAML::LoadFile((kDemo / "portal.yml").string());
  const YAML::Node month = YAML::LoadFile((kDemo / "month.yml").string());
  start_ = time_of(month["start"].as<std::string>());
  for (const auto& each : month["phases"]) {
    phases_.push_back(
        {each["phase"].as<std::string>(), hours(24) * each["days"].as<int>(), each["may_lack"].as<std::size_t>(0)});
  }
  std::size_t number = 200;
  for (const auto& each : month["news"]) {
    News& news = news_.emplace_back();
    news.date = each["date"].as<std::string>();
    news.title = each["title"].as<std::string>();
    news.at = time_of(news.date + "T09:00:00+08:00");
    std::string digits = news.date;
    std::erase(digits, '-');
    news.path = "/gzdt/" + digits.substr(0, 6) + "/t" + digits + "_" + std::to_string(++number) + ".html";
  }
  read_changes(portal);
  for (const auto& each : month["comes"]) {
    Fault& fault = faults_.emplace_back();
    fault.rule = each["rule"].as<std::string>();
    fault.subject = portal["home"].as<std::string>() + each["subject"].as<std::string>().substr(1);
    fault.from = time_of(each["from"].as<std::string>() + "T00:00:00+08:00");
  }
  YAML::Emitter text;
  text << portal;
  portal_text_ = text.c_str();
}

void MonthData::add_phase(YAML::Node hosts, const std::string& host, const std::string& path,
                          const YAML::Node& answer) const {
  for (YAML::Node each : hosts) {
    if (each["name"].as<std::string>() != host.substr(0, host.find(':'))) continue;
    YAML::Node now = each["pages"][path];
    YAML::Node with_phase(YAML::NodeType::Map);
    if (now && now.IsMap()) {
      for (const auto& entry : now) with_phase[entry.first.as<std::string>()] = entry.second;
    } else if (now) {
      with_phase["body"] = now.as<std::string>();
    } else {
      with_phase["status"] = 404;
      with_phase["body"] = "404";
    }
    with_phase["phases"]["later"] = answer;
    each["pages"][path] = with_phase;
    return;
  }
  FAIL() << "no host " << host;
}

void MonthData::read_changes(const YAML::Node& portal) {
  portal::Portal first;
  ASSERT_EQ(portal::load_portal(kDemo / "portal.yml", first), "");
  for (const portal::ExpectedFinding& each : first.expect) {
    Fault& fault = faults_.emplace_back();
    fault.rule = each.rule;
    fault.reason = each.reason;
    fault.subject = each.subject;
  }
  verdicts_ = first.expect_verdicts;
  const YAML::Node changes = YAML::LoadFile(kChanges.string());
  for (const auto& host : changes["mended"]) {
    const auto name = host.first.as<std::string>();
    for (const auto& page : host.second) {
      const auto path = page.first.as<std::string>();
      add_phase(portal["hosts"], name, path, page.second);
      bool is_fault = false;
      for (Fault& each : faults_) {
        if (each.subject != url_of(name, path)) continue;
        each.stands_later = false;
        is_fault = true;
      }
      EXPECT_TRUE(is_fault) << path;
    }
  }
  for (const auto& host : changes["broken"]) {
    const auto name = host.first.as<std::string>();
    for (const auto& page : host.second) {
      const auto path = page.first.as<std::string>();
      add_phase(portal["hosts"], name, path, page.second["answer"]);
      Fault& fault = faults_.emplace_back();
      fault.rule = page.second["rule"].as<std::string>();
      fault.reason = page.second["reason"].as<std::string>();
      fault.subject = url_of(name, path);
      fault.stands_first = false;
    }
  }
}

WallTime MonthData::next_edition(WallTime now) const {
  for (const News& each : news_) {
    if (each.at > now) return each.at;
  }
  return WallTime::max();
}

portal::Portal MonthData::edition(WallTime now) const {
  YAML::Node portal = YAML::Load(portal_text_);
  std::string slides;
  YAML::Node items(YAML::NodeType::Sequence);
  for (auto each = news_.rbegin(); each != news_.rend(); ++each) {
    if (each->at > now) continue;
    YAML::Node item(YAML::NodeType::Map);
    item["date"] = each->date;
    item["title"] = each->title;
    item["slug"] = each->path;
    items.push_back(item);
    if (items.size() <= 2) {
      slides += "<li><a href=\"" + each->path + "\"><img src=\"/images/slide" + std::to_string(items.size()) +
                ".jpg\" alt=\"" + each->title + "\"></a></li>\n";
    }
  }
  for (YAML::Node host : portal["hosts"]) {
    if (!host["columns"]) continue;
    YAML::Node column = host["columns"]["gzdt"];
    bool is_first = true;
    for (const auto& old : column["items"]) {
      YAML::Node item = YAML::Clone(old);
      if (is_first) item["number"] = 101;
      is_first = false;
      items.push_back(item);
    }
    column["items"] = items;
  }
  if (!slides.empty()) portal["vars"]["slides"] = slides;
  const std::filesystem::path file = scratch_.path() / "portal" / "portal.yml";
  YAML::Emitter text;
  text << portal;
  std::ofstream(file) << text.c_str();
  portal::Portal loaded;
  const std::string error = portal::load_portal(file, loaded);
  EXPECT_EQ(error, "");
  return loaded;
}

// The mailing seam: a server that takes everything, a second later.
class Inbox final : public Mailer {
 public:
  explicit Inbox(const SetClock& clock) : clock_(clock) {}
  void send(MailJob job, Handler on_result) override {
    under_way_.push_back({clock_.steady() + std::chrono::seconds(1), std::move(job), std::move(on_result)});
  }
  bool deliver() {
    if (under_way_.empty() || under_way_.front().at > clock_.steady()) return false;
    UnderWay each = std::move(under_way_.front());
    under_way_.pop_front();
    mails.push_back(read_mail_text(each.job.to, each.job.text));
    each.on_result({MailOutcome::kAccepted, "", {}});
    return true;
  }
  SteadyTime next_at() const { return under_way_.empty() ? SteadyTime::max() : under_way_.front().at; }

  std::vector<ReadMail> mails;

 private:
  struct UnderWay {
    SteadyTime at;
    MailJob job;
    Handler on_result;
  };
  const SetClock& clock_;
  std::deque<UnderWay> under_way_;
};

// A round ends within half an hour, and waits for the answers under way then.
constexpr Milliseconds kRound = minutes(35);
// A fault that was told is looked at each six hours, the page on which it stands read a twentieth later; then a second
// time after ten minutes (RoundPlan).
constexpr Milliseconds kClosedWithin = hours(6) + minutes(18) + minutes(10) + 2 * kRound;
// Columns and content are judged at the end of each whole round (one a day at least) and read again half a day later.
constexpr Milliseconds kContentWithin = hours(24) + hours(12) + 2 * kRound;

// A fault of the portal and what was told of it.
struct Case {
  Fault fault;
  bool stands = false;
  WallTime since{};
  bool is_open = false;
  std::vector<WallTime> opened{};
  std::vector<WallTime> closed{};
};

// The daemon of that configuration without its process: what Service drives, as it drives it.
class DemonstrationMonth : public testing::Test {
 protected:
  DemonstrationMonth()
      : clock(data.start()),
        web(clock, AddressPolicy({*parse_cidr("127.0.0.0/8")})),
        inbox(clock),
        configuration(read()) {
    StoreOptions options = small_store_options();
    auto opened = Store::open(scratch.path() / "store", options);
    CHECK(opened.ok());
    store = std::move(opened).value();
    pump = std::make_unique<RequestPump>(frontier_options(configuration->defaults), web, clock);
    const auto connected = [](const IpAddress&, std::uint16_t, const std::function<void(bool)>&) {};
    vantage = std::make_unique<Vantage>(web, connected, clock);
    mails = std::make_unique<MailDesk>(*store, inbox, clock);
    desk = std::make_unique<SiteDesk>(
        *pump, *store, clock,
        SiteDeskOptions{.schedule = {},
                        .seed = 1,
                        .on_critical = [this](const Finding& finding) { mails->note(finding); },
                        .network = vantage.get(),
                        .home_is_held = [this](const std::string& site) { return probes->holds(site); }});
    probes = std::make_unique<ProbeDesk>(
        *pump, *store, clock,
        ProbeDeskOptions{.seed = 1,
                         .network = vantage.get(),
                         .own_up = [this](Family family) { return vantage->up(family); },
                         .memory = &desk->memory(),
                         .on_news = [this](const HomeNews& news) { desk->take_home_news(news); }});
    for (const Fault& fault : data.faults()) cases[fault.rule + " " + fault.subject] = {.fault = fault};
    web.play(data.edition(data.start()));
    vantage->configure(configuration->anchors);
    CHECK(desk->configure(configuration).ok());
    CHECK(probes->configure(configuration).ok());
    CHECK(mails->configure(configuration).ok());
  }

  static std::shared_ptr<const Configuration> read() {
    ConfigurationReading reading = parse_configuration(kConfiguration, "month");
    for (const Error& fault : reading.faults) ADD_FAILURE() << fault.where << ": " << fault.message;
    return std::make_shared<const Configuration>(std::move(reading.configuration));
  }

  void turn() {
    do {
      vantage->pump();
      desk->pump();
      probes->pump();
      if (mails->wake_at() <= clock.wall()) CHECK(mails->tick(clock.wall()).ok());
      CHECK(!desk->store_error() && !probes->store_error());
    } while (web.deliver() || inbox.deliver());
  }
  // All that happens until then.
  void pass_until(WallTime end) {
    while (clock.wall() < end) {
      if (clock.wall() >= next_edition) web.play(data.edition(clock.wall()));
      next_edition = data.next_edition(clock.wall());
      turn();
      look();
      const SteadyTime steady =
          std::min({web.next_at(), inbox.next_at(), pump->wake_at(), vantage->wake_at(), probes->wake_at()});
      WallTime next = std::min({end, next_edition, desk->wake_at(), mails->wake_at()});
      if (steady != SteadyTime::max()) next = std::min(next, clock.wall() + (steady - clock.steady()));
      clock.move_to(std::max(next, clock.wall() + Milliseconds(1)));
      ASSERT_LT(++steps, 20'000'000u);
    }
  }
  // The next phase begins now and lasts so long.
  void play(const MonthPhase& phase);
  // What was told since the last look is held against what stands.
  void look();
  void expect_mails() const;
  std::string now() const {
    const auto passed = std::chrono::duration_cast<minutes>(clock.wall() - data.start()).count();
    return "day " + std::to_string(passed / 1440) + " " + std::to_string(passed / 60 % 24) + "h" +
           std::to_string(passed % 60) + "m: ";
  }

  const MonthData data;
  SetClock clock;
  PortalWeb web;
  Inbox inbox;
  std::shared_ptr<const Configuration> configuration;
  Scratch scratch;
  std::unique_ptr<Store> store;
  std::unique_ptr<RequestPump> pump;
  std::unique_ptr<Vantage> vantage;
  std::unique_ptr<MailDesk> mails;
  std::unique_ptr<SiteDesk> desk;
  std::unique_ptr<ProbeDesk> probes;
  WallTime next_edition = WallTime::max();
  std::uint64_t steps = 0;
  std::map<std::string, Case> cases;  // by rule and subject
  SiteSnapshotPointer shown;

 private:
  UrlRecord record_of(const std::string& url) const;
  WallTime told_by(const Fault& fault) const;
  void expect_verdicts() const;
};

std::string subject_of(const Finding& finding) {
  return finding.rule.starts_with("column.") && !finding.where.empty() ? finding.where[0].page : finding.subject;
}

UrlRecord DemonstrationMonth::record_of(const std::string& url) const {
  const auto site = store->find_site(configuration->sites[0].id);
  const UrlParse parsed = parse_url(url);
  if (!site || !parsed.url) return {};
  auto found = store->url(*site, fingerprint(url_key(*parsed.url)));
  CHECK(found.ok());
  return found.value().value_or(UrlRecord{});
}

// When a fault that begins now has to be open: its target is asked at its interval as planned now, longest by jitter
// and by the twentieth that may be waited for others (round_plan.h, Patrol::plan_next), then once a rung; each look may
// have to wait for a round.
WallTime DemonstrationMonth::told_by(const Fault& fault) const {
  const ContinuousPatrol plan = *round_options(configuration->sites[0], configuration->rules).continuous;
  const UrlRecord record = record_of(fault.subject);
  WallTime at = clock.wall();
  if (record.visited != WallTime{}) {
    const double longest = (1 + plan.plan.jitter) * (1 + 1.0 / 20);
    at = std::max(
        at, record.visited + std::chrono::duration_cast<Milliseconds>(planned_interval(plan.plan, record) * longest));
  }
  at += kRound;
  const bool is_of_target = fault.rule.starts_with("link.") || fault.rule == "page.injected";
  if (!is_of_target) return at + kContentWithin;
  const auto reason = parse_reason(fault.reason);
  if (!reason) return at;
  for (const std::chrono::seconds spacing : plan.spacings.of(*reason)) at += spacing + kRound;
  return at;
}

// --- what is told ----------------------------------------------------------------------------------------------------

void DemonstrationMonth::look() {
  const std::vector<SiteSnapshotPointer> sites = desk->snapshots();
  if (sites[0] == shown) return;
  shown = sites[0];
  for (const FindingPointer& finding : shown->findings) {
    const bool is_open = finding->state == FindingState::kOpen;
    const std::string name = finding->rule + " " + subject_of(*finding);
    const auto found = cases.find(name);
    if (found == cases.end()) {
      EXPECT_FALSE(is_open) << now() << "accused, and in no phase at fault: " << name;
      continue;
    }
    Case& told = found->second;
    if (is_open == told.is_open) continue;
    told.is_open = is_open;
    const bool has_just_changed = clock.wall() - told.since < kRound;
    (is_open ? told.opened : told.closed).push_back(clock.wall());
    EXPECT_TRUE(told.stands == is_open || has_just_changed)
        << now() << name << (is_open ? " is told though it is well" : " is closed though it stands");
    const std::string reason = reason_name(finding->reason);
    EXPECT_TRUE(!is_open || told.fault.reason.empty() || reason == told.fault.reason) << now() << name << " " << reason;
  }
}

// At the end exactly what stands is open, but for what began too late for its interval and ladder.
void DemonstrationMonth::play(const MonthPhase& phase) {
  web.set_phase(phase.name);
  const WallTime end = clock.wall() + phase.length;
  std::map<std::string, WallTime> bounds;
  for (auto& [name, told] : cases) {
    const bool stands = told.fault.stands_in(phase.name) && clock.wall() >= told.fault.from;
    if (stands == told.stands) continue;
    told.stands = stands;
    told.since = clock.wall();
    bounds[name] = stands ? told_by(told.fault) : clock.wall() + kClosedWithin;
  }
  // Stops at each bound, to see whether it was kept, and when time alone brings a fault.
  std::set<WallTime> stops{end};
  for (const auto& [name, at] : bounds) stops.insert(std::min(at, end));
  for (const auto& [name, told] : cases) {
    if (told.fault.from > clock.wall() && told.fault.from < end) stops.insert(told.fault.from);
  }
  std::size_t left = 0;
  for (const WallTime stop : stops) {
    pass_until(stop);
    for (auto& [name, told] : cases) {
      if (told.fault.from != stop) continue;
      told.stands = true;
      told.since = stop;
      bounds[name] = stop + kContentWithin;
    }
    for (const auto& [name, at] : bounds) {
      const Case& told = cases.at(name);
      if (at <= stop && stop != end) {
        EXPECT_EQ(told.is_open, told.stands) << now() << name << " since " << format_time(told.since);
      }
      left += stop == end && at > end ? 1 : 0;
    }
  }
  std::size_t open = 0;
  for (const auto& [name, told] : cases) {
    open += told.is_open ? 1 : 0;
    const auto bound = bounds.find(name);
    const bool may_lack = told.stands && bound != bounds.end() && bound->second > end;
    EXPECT_TRUE(told.is_open == told.stands || (may_lack && !told.is_open))
        << now() << (told.stands ? "missing: " : "still open: ") << name;
  }
  EXPECT_LE(left, phase.may_lack) << now() << "changes that this phase is too short for";
  expect_verdicts();
  std::printf("%sphase '%s': %zu open, %zu changes beyond its end\n", now().c_str(), phase.name.c_str(), open, left);
}

// What is no fault keeps its verdict.
void DemonstrationMonth::expect_verdicts() const {
  for (const portal::ExpectedVerdict& each : data.verdicts()) {
    if (each.verdict == "skipped") continue;  // decided anew in every round, and not asked for
    EXPECT_EQ(reason_name(record_of(each.url).reason), each.reason) << now() << each.url;
  }
}

// Each opening that stood until a digest, and each closing of what was told, in one mail and no more.
void DemonstrationMonth::expect_mails() const {
  EXPECT_LE(inbox.mails.size(), 45u);  // a digest a day, and a few that were urgent
  std::map<std::string, std::size_t> opened, closed;
  std::set<std::string> ids;
  for (const ReadMail& mail : inbox.mails) {
    EXPECT_TRUE(ids.insert(mail.message_id).second) << mail.message_id << " came twice";
    for (const std::string& url : mail.under("新发现")) ++opened[url];
    for (const std::string& url : mail.under("已恢复")) ++closed[url];
  }
  for (const auto& [name, told] : cases) {
    const std::string& url = told.fault.subject;
    if (!told.fault.rule.starts_with("link.") && told.fault.rule != "page.injected") continue;  // share an address
    std::size_t stood = 0;
    for (std::size_t turn = 0; turn < told.opened.size(); ++turn) {
      if (told.opened[turn] - data.start() < hours(48)) continue;  // the first digest tells of more than it lists
      const WallTime until = turn < told.closed.size() ? told.closed[turn] : clock.wall();
      stood += until - told.opened[turn] > hours(24) + kRound ? 1 : 0;
    }
    EXPECT_GE(opened[url], stood) << url;
    EXPECT_LE(opened[url], told.opened.size()) << url;
    EXPECT_LE(closed[url], told.closed.size()) << url;
    const bool was_well_long = !told.closed.empty() && clock.wall() - told.closed.back() > hours(24) + kRound;
    const std::size_t owed = told.closed.size() - (told.closed.empty() || was_well_long ? 0 : 1);
    if (stood == told.opened.size()) {
      EXPECT_GE(closed[url], owed) << url;
    }
  }
}

TEST_F(DemonstrationMonth, WhatIsMendedAndMadeIsToldByTheLadderAndNothingElse) {
  if (kSlowness > 1) GTEST_SKIP() << "minutes of a sanitized build; the simulation plays months there";
  for (const MonthPhase& phase : data.phases()) play(phase);
  expect_mails();
  std::size_t opened = 0, closed = 0;
  for (const auto& [name, told] : cases) {
    opened += told.opened.size();
    closed += told.closed.size();
    EXPECT_FALSE(told.opened.empty()) << name;
  }
  std::printf("%zu openings, %zu closings, %lu rounds, %lu requests, %zu mails\n", opened, closed,
              static_cast<unsigned long>(desk->rounds_ended()), static_cast<unsigned long>(web.requests()),
              inbox.mails.size());
}

}  // namespace
}  // namespace xuncha::test
