#include "daemon/service/site_desk.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "core/digest.h"
#include "daemon/log.h"
#include "daemon/patrol/shard_setup.h"
#include "daemon/service/round_options.h"
#include "detectors/registry.h"

namespace xuncha {
namespace {

constexpr int kWholeRoundsMax = 8;  // before a home page that always changes is asked alone again
constexpr auto kIpv6LinksInterval = std::chrono::hours(24);
constexpr Milliseconds kClockStepMin = std::chrono::minutes(1);  // less is a clock that is being kept right

// Of the clock on the wall to the steady one: another only when the former was set.
Milliseconds offset_of(const Clock& clock) {
  return clock.wall().time_since_epoch() - clock.steady().time_since_epoch();
}

bool is_open_and_critical(const Finding& finding) {
  return finding.state == FindingState::kOpen && finding.severity == Severity::kCritical;
}

}  // namespace

struct SiteDesk::Site {
  SiteConfig config;
  std::unique_ptr<Patrol> round;          // under way
  std::unique_ptr<HomeRound> home_round;  // or this, where the rest is not due
  WallTime rest_due{};                    // when a whole round is due; 0 while that is not known
  int changes = 0;                        // small rounds in a row that found another home page
  int whole_rounds_owed = 0;              // a home page that is another at each sight is not always asked twice
  WallTime round_began{};
  SteadyTime round_since{};    // the same
  bool clock_was_set = false;  // since then: its plans are of two times
  bool was_cut = false;        // stopped before it had done what was due
  std::optional<WallTime> last_complete;
  std::optional<WallTime> tls_not_after;  // as this process saw it last
  std::optional<CivilDay> home_newest;    // the same
  std::optional<Ipv6Status> ipv6;         // the same
  std::optional<OtherScheme> other_scheme;
  WallTime ipv6_look{};        // when
  WallTime ipv6_links_look{};  // and when at links
  Patrol::Census census;
  ColumnsPointer columns;
  std::vector<SlotChange> slots;
  std::vector<FindingPointer> findings;
  SiteSnapshotPointer snapshot;

  // Links over IPv6 are many requests: once a day, and to uphold or close their case.
  bool wants_ipv6_links(WallTime now) const {
    const bool is_dated_ahead = ipv6_links_look > now;  // by a clock that was set back since
    if (is_dated_ahead || now - ipv6_links_look >= kIpv6LinksInterval) return true;
    return std::any_of(findings.begin(), findings.end(), [](const FindingPointer& finding) {
      return finding->rule == "ipv6.links" && finding->state != FindingState::kClosed;
    });
  }

  // That was seen of another home page is none of this one's.
  void drop_foreign_scheme() {
    const auto behind_scheme = [](std::string_view url) { return url.substr(url.find(':')); };
    const bool is_foreign =
        other_scheme && behind_scheme(other_scheme->url) != behind_scheme(config.home.without_fragment());
    if (is_foreign) other_scheme.reset();
  }

  // What was seen of links holds until they are looked at again.
  void take_ipv6(Ipv6Status seen, WallTime now) {
    const bool opens = seen.stage == Ipv6Stage::kOk || seen.stage == Ipv6Stage::kResources;
    const bool saw_links = seen.level2_rate || seen.level3_rate;
    if (saw_links) ipv6_links_look = now;
    if (!saw_links && opens && ipv6) {
      seen.level2_rate = ipv6->level2_rate;
      seen.level3_rate = ipv6->level3_rate;
    }
    ipv6 = std::move(seen);
    ipv6_look = now;
  }
};

SiteDesk::SiteDesk(RequestPump& pump, Store& store, const Clock& clock, const SiteDeskOptions& options)
    : pump_(pump),
      store_(store),
      clock_(clock),
      options_(options),
      schedule_(options.schedule),
      clock_offset_(offset_of(clock)) {}

SiteDesk::~SiteDesk() = default;

Status SiteDesk::configure(std::shared_ptr<const Configuration> configuration) {
  const bool same_rules = configuration_ && configuration_->rules == configuration->rules;
  configuration_ = std::move(configuration);
  std::map<std::string, std::unique_ptr<Site>> kept;
  for (const SiteConfig& config : configuration_->sites) {
    const auto known = sites_.find(config.id);
    if (known == sites_.end()) continue;
    const bool is_same = known->second->config == config;
    Site& site = *known->second;
    if (!same_rules) site.rest_due = {};
    if (!is_same) site.rest_due = {};
    if (!is_same) drop_home_round(site);
    if (!is_same && site.round) {  // by its old options; what it has not asked is asked by the next, by the new ones
      site.was_cut = true;
      site.round->stop();
      end_round(site);
    }
    site.config = config;
    site.drop_foreign_scheme();
    if (!is_same) schedule_.hurry(config.id, clock_.wall());
    if (!is_same) show(site);
    kept.insert(sites_.extract(known));
  }
  for (auto& [id, gone] : sites_) {
    if (gone->round) gone->round->stop();
    forget_round(*gone);
    schedule_.remove(id);
  }
  sites_ = std::move(kept);
  for (const SiteConfig& config : configuration_->sites) {
    if (sites_.count(config.id) > 0) continue;
    if (Status taken = take_in(config); !taken) return taken;
  }
  return Done{};
}

// A site that is new to this process: what the store remembers of it is shown until its first round ends.
Status SiteDesk::take_in(const SiteConfig& config) {
  auto site = std::make_unique<Site>();
  site->config = config;
  auto handle = store_.site(config.id);
  if (!handle) return handle.error();
  auto patrols = store_.patrols(handle.value());
  if (!patrols) return patrols.error();
  for (const PatrolRecord& patrol : patrols.value()) {
    if (patrol.complete && patrol.ended) site->last_complete = patrol.ended;
    if (patrol.other_scheme) site->other_scheme = patrol.other_scheme;
  }
  site->drop_foreign_scheme();
  auto findings = store_.findings(handle.value());
  if (!findings) return findings.error();
  for (Finding& finding : findings.value()) {
    config.mark_ignored(finding, clock_.wall());
    site->findings.push_back(std::make_shared<const Finding>(std::move(finding)));
  }
  auto columns = store_.columns(handle.value());
  if (!columns) return columns.error();
  if (!columns.value().empty()) site->columns = make_columns(std::move(columns).value());
  auto slots = store_.slots(handle.value());
  if (!slots) return slots.error();
  site->slots = slot_changes(slots.value());
  show(*site);
  schedule_.add(config.id, clock_.wall());
  sites_.emplace(config.id, std::move(site));
  return Done{};
}

PatrolOptions SiteDesk::patrol_options(const Site& site) const {
  const SiteConfig& config = site.config;
  PatrolOptions options = round_options(config, configuration_->rules);
  options.seed = options_.seed ^ hash64(config.id);
  options.network = options_.network;
  options.tls = options_.tls;
  options.in_steps = true;
  options.last_scheme_look = site.other_scheme ? site.other_scheme->seen : WallTime{};
  if (options_.home_is_held) {
    options.continuous->home_is_held = [this, id = config.id] { return options_.home_is_held(id); };
  }
  if (options_.names != nullptr) {
    options.ipv6 = Ipv6Wish{.names = options_.names,
                            .permitted = config.allow_cidr,
                            .has_route = speaks_ipv6(config.allow_cidr),
                            .with_links = site.wants_ipv6_links(clock_.wall()),
                            .last_look = site.ipv6_look};
  }
  return options;
}

void SiteDesk::begin_round(Site& site) {
  site.round_began = clock_.wall();
  site.round_since = clock_.steady();
  site.clock_was_set = false;
  site.was_cut = false;
  running_.push_back(&site);
  if (site.whole_rounds_owed > 0) {
    --site.whole_rounds_owed;
  } else if (site.rest_due > site.round_began) {
    site.home_round = std::make_unique<HomeRound>(patrol_options(site), pump_, memory_, store_, clock_);
    if (Status started = site.home_round->start(); !started) fail(started.error());
    return;
  }
  begin_whole_round(site);
}

void SiteDesk::begin_whole_round(Site& site) {
  site.round = std::make_unique<Patrol>(patrol_options(site), pump_, &memory_, store_, clock_);
  if (Status started = site.round->start(); !started) return fail(started.error());
  show(site);
}

std::size_t SiteDesk::targets_held() const {
  std::size_t targets = 0;
  for (const Site* site : running_) targets += site->round ? site->round->progress().known : 0;
  return targets;
}

// Reads a round what the store remembers of its site? How many targets that will be is not known before.
bool SiteDesk::is_reading() const {
  return std::any_of(running_.begin(), running_.end(), [](const Site* site) {
    return site->round && (site->round->wants_work() || site->round->done());
  });
}

void SiteDesk::begin_rounds() {
  has_room_ = true;
  if (is_reading()) return;
  while (const std::string* const due = schedule_.next(clock_.wall())) {
    has_room_ = running_.empty() || targets_held() < options_.targets_max;
    if (!has_room_ || store_error_) return;
    Site& site = *sites_.at(*due);
    schedule_.begin(site.config.id, clock_.wall());
    begin_round(site);
    if (is_reading()) return;
  }
  if (schedule_.debt(clock_.wall()) > std::chrono::seconds(0)) has_room_ = false;  // as many run as may
}

void SiteDesk::forget_round(const Site& site) {
  running_.erase(std::remove(running_.begin(), running_.end(), &site), running_.end());
}

// Takes up how a small round ended, if it did.
void SiteDesk::take_up_home_round(Site& site) {
  const HomeRound& home = *site.home_round;
  if (home.store_error()) fail(*home.store_error());
  if (home.state() == HomeRound::State::kUnderWay) return;
  const bool is_unchanged = home.state() == HomeRound::State::kUnchanged;
  const WallTime due = std::min(home.next_due(), site.rest_due);
  site.home_round.reset();
  if (!is_unchanged) {
    site.whole_rounds_owed = std::min(site.changes++, kWholeRoundsMax);
    return begin_whole_round(site);
  }
  log_debug("home_unchanged", {{"site", site.config.id}});
  ++rounds_ended_;
  site.changes = 0;
  site.last_complete = clock_.wall();
  schedule_.ended(site.config.id, due, clock_.wall());
  forget_round(site);
  show(site);
}

// It has nothing to lose: the next round asks again.
void SiteDesk::drop_home_round(Site& site) {
  if (!site.home_round) return;
  site.home_round.reset();
  schedule_.ended(site.config.id, clock_.wall(), clock_.wall());
  forget_round(site);
}

void SiteDesk::end_round(Site& site) {
  const Patrol& round = *site.round;
  const WallTime now = clock_.wall();
  if (round.result().store_error) fail(*round.result().store_error);
  ++rounds_ended_;
  const bool complete = round.result().summary.complete;
  if (complete) site.last_complete = now;
  if (round.result().site.tls_not_after) site.tls_not_after = round.result().site.tls_not_after;
  if (round.result().site.other_scheme) site.other_scheme = round.result().site.other_scheme;
  if (round.home_newest()) site.home_newest = round.home_newest();
  if (round.result().site.ipv6) {
    if (!site.ipv6 || site.ipv6->stage != round.result().site.ipv6->stage) {
      log_info("ipv6", {{"site", site.config.id},
                        {"stage", ipv6_stage_name(round.result().site.ipv6->stage)},
                        {"why", ipv6_doubt_name(round.result().site.ipv6->doubt)}});
    }
    site.take_ipv6(*round.result().site.ipv6, now);
  }
  if (round.has_census()) {
    site.census = round.census();
    std::vector<ColumnRecord> columns;
    for (const ColumnDesk::Column& column : round.columns().columns()) columns.push_back(column.record);
    site.columns = make_columns(std::move(columns));
    site.slots = slot_changes(round.slots());
  }
  const std::vector<FindingPointer> before = std::exchange(site.findings, {});
  for (const Finding* found : round.findings()) {
    auto finding = std::make_shared<Finding>(*found);
    site.config.mark_ignored(*finding, now);
    site.findings.push_back(std::move(finding));
  }
  tell_critical(before, site.findings);
  log_info("round_ended", {{"site", site.config.id},
                           {"complete", complete},
                           {"pages", round.result().summary.pages},
                           {"requests", round.result().summary.requests},
                           {"seconds", std::chrono::duration<double>(now - site.round_began).count()}});
  // What it asked before the clock was set stands dated ahead in its plan, as if nothing were due: a round that begins
  // now reads those times aright.
  const bool is_planned = complete && !site.clock_was_set;
  site.rest_due = is_planned ? round.rest_due() : WallTime{};
  const WallTime due = site.clock_was_set ? now : round.next_due();
  schedule_.ended(site.config.id, site.was_cut ? std::max(due, now) : due, now);
  site.round.reset();
  forget_round(site);
  show(site);
}

void SiteDesk::tell_critical(const std::vector<FindingPointer>& before, const std::vector<FindingPointer>& now) const {
  if (!options_.on_critical) return;
  std::set<std::string_view> known;
  for (const FindingPointer& finding : before) {
    if (is_open_and_critical(*finding)) known.insert(finding->id);
  }
  for (const FindingPointer& finding : now) {
    if (is_open_and_critical(*finding) && known.count(finding->id) == 0) options_.on_critical(*finding);
  }
}

void SiteDesk::take_home_news(const HomeNews& news) {
  constexpr const char* kRule = "site.unreachable";
  const auto found = sites_.find(news.site);
  if (found == sites_.end() || store_error_ || !configuration_->rules.enabled(kRule)) return;
  Site& site = *found->second;
  if (site.round) {
    site.round->take_home_news(news);
    const std::string id = finding_id(site.config.id, kRule, url_key(site.config.home));
    for (const Finding* each : site.round->findings()) {
      if (each->id == id) return show_finding(site, *each);
    }
    return;
  }
  const auto handle = store_.site(site.config.id);
  if (!handle) return fail(handle.error());
  auto known = store_.finding(handle.value(), finding_id(site.config.id, kRule, url_key(site.config.home)));
  if (!known) return fail(known.error());
  CaseTracker cases(site.config.id, site.config.confirmation.spacings, site.config.confirmation.recoveries);
  if (known.value()) cases.load(std::move(*known.value()));
  const Severity severity = configuration_->rules.severity(kRule).value_or(find_rule(kRule)->severity);
  for (const CaseChange& change :
       apply_home_news(cases, site.config.id, site.config.home, news, severity, clock_.wall())) {
    Visit visit;
    visit.site = handle.value();
    visit.findings.push_back(change.finding);
    if (change.transition) visit.transitions.push_back(*change.transition);
    if (const Status kept = store_.commit(visit); !kept) return fail(kept.error());
    show_finding(site, change.finding);
  }
}

// One finding changed, outside the end of a round.
void SiteDesk::show_finding(Site& site, Finding finding) {
  site.config.mark_ignored(finding, clock_.wall());
  const auto shown = std::make_shared<const Finding>(std::move(finding));
  const std::vector<FindingPointer> before = site.findings;
  const auto same = std::find_if(site.findings.begin(), site.findings.end(),
                                 [&](const FindingPointer& each) { return each->id == shown->id; });
  if (same == site.findings.end()) {
    site.findings.push_back(shown);
  } else {
    *same = shown;
  }
  tell_critical(before, site.findings);
  show(site);
}

void SiteDesk::show(Site& site) {
  SiteSnapshot shown;
  shown.id = site.config.id;
  shown.name = site.config.name;
  shown.code = site.config.code;
  shown.unit = site.config.unit;
  shown.home = std::string(site.config.home.without_fragment());
  shown.own_site = site.config.own;
  shown.last_complete = site.last_complete;
  shown.tls_not_after = site.tls_not_after;
  shown.home_newest = site.home_newest;
  shown.ipv6 = site.ipv6;
  shown.other_scheme = site.other_scheme;
  if (site.round) shown.patrolling = site.round_began;
  shown.interval = home_interval(site.config);
  shown.pages = site.census.pages;
  shown.links_broken = site.census.links_broken;
  shown.columns = site.columns;
  shown.slots = site.slots;
  shown.findings = site.findings;
  site.snapshot = make_site_snapshot(std::move(shown));
}

void SiteDesk::fail(const Error& error) {
  if (!store_error_) store_error_ = error;
}

// Plans are made by the wall clock, since what the store remembers is dated by it. When that is set, they are void.
void SiteDesk::notice_clock() {
  const WallTime wall = clock_.wall();
  const Milliseconds offset = offset_of(clock_);
  const Milliseconds step = offset - clock_offset_;
  clock_offset_ = offset;
  if (std::chrono::abs(step) < kClockStepMin) return;
  log_warn("clock_was_set", {{"seconds", std::chrono::duration<double>(step).count()}});
  schedule_.begin_anew(wall);
  for (auto& [id, site] : sites_) {
    site->rest_due = WallTime{};
    site->clock_was_set = true;
  }
}

// As far as it goes now; ends it when nothing is left of it or its time is over.
void SiteDesk::drive(Site& site, SteadyTime now) {
  const Milliseconds passed = now - site.round_since;
  if (site.home_round) take_up_home_round(site);
  if (site.home_round && passed >= options_.round_share) drop_home_round(site);
  if (!site.round) return;
  Patrol& round = *site.round;
  if (!round.waits()) round.pump();
  const bool is_late = passed >= options_.round_max || (!has_room_ && passed >= options_.round_share);
  if (!round.done() && (is_late || round.result().store_error)) {
    ++rounds_cut_;
    site.was_cut = true;
    round.stop();
  }
  if (round.done()) end_round(site);
}

void SiteDesk::pump() {
  if (store_error_) return;
  notice_clock();
  pump_.pump();
  const Site* const worked = work();
  std::size_t ended = 0;
  do {
    const std::uint64_t before = rounds_ended_;
    const std::vector<Site*> running = running_;
    const SteadyTime now = clock_.steady();
    for (Site* site : running) {
      // What was worked to its end is taken over in a turn of its own.
      if (site == worked && site->round && site->round->done()) continue;
      drive(*site, now);
      if (store_error_) return;
    }
    begin_rounds();
    ended = rounds_ended_ - before;
  } while (ended > 0 && !store_error_);
}

// One step in each turn, for the round that began first. Returns its site.
SiteDesk::Site* SiteDesk::work() {
  for (Site* site : running_) {
    if (!site->round || !site->round->wants_work()) continue;
    site->round->work();
    return site;
  }
  return nullptr;
}

WallTime SiteDesk::wake_at() const {
  if (is_reading()) return WallTime::min();
  WallTime at = has_room_ ? schedule_.wake_at() : WallTime::max();
  if (running_.empty()) return at;
  const Milliseconds share = has_room_ ? options_.round_max : options_.round_share;
  const Milliseconds passed = clock_.steady() - running_.front()->round_since;
  return std::min(at, clock_.wall() + (share - passed));
}

void SiteDesk::stop() {
  const std::vector<Site*> running = running_;
  for (Site* site : running) {
    drop_home_round(*site);
    if (!site->round) continue;
    site->round->stop();
    end_round(*site);
  }
}

std::vector<SiteSnapshotPointer> SiteDesk::snapshots() const {
  std::vector<SiteSnapshotPointer> all;
  all.reserve(sites_.size());
  for (const auto& [id, site] : sites_) all.push_back(site->snapshot);
  return all;
}

}  // namespace xuncha
