// kill -9 of the daemon, a hundred times, while the faults of its portal come and go and mails tell of them.
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include "tests/e2e/daemon_run.h"
#include "tests/e2e/store_write_watch.h"
#include "tests/portal/portal_server.h"
#include "tests/support/mail_reader.h"
#include "tests/support/smtp_server.h"

namespace xuncha::test {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using Steady = std::chrono::steady_clock;

constexpr int kKills = 100;
constexpr int kPages = 12;
constexpr int kPhases = 6;
constexpr auto kPhaseTime = 3s;
constexpr auto kReadyWithin = 5s;
constexpr const char* kHost = "www.anping.gov.cn";
constexpr const char* kMailsWaiting = "xuncha_queue_length{queue=\"mail\"}";
constexpr const char* kTrap = "http://www.laoyouhui.org.cn/";

portal::Answer html(const std::string& title, const std::string& body, int status = 200) {
  portal::Answer answer;
  answer.status = status;
  answer.charset = "utf-8";
  answer.body = "<!DOCTYPE html><html><head><title>" + title + "</title></head><body>" + body + "</body></html>";
  return answer;
}

std::string page(int number) {
  return "/zw/t" + std::to_string(number) + ".html";
}

bool is_dead(int number, int phase) {
  return ((number * 7 + phase * 5) % 12) < 5;
}
// What the home page links to is major.
bool is_on_home(int number) {
  return number % 3 == 0;
}
bool is_trap(int phase) {
  return phase % 2 == 1;
}

std::string phase_name(int phase) {
  return "phase" + std::to_string(phase);
}

// Pages that die and rise by the phase, and a linked site that a gambler holds every other phase.
portal::Portal restless_portal() {
  portal::Host town;
  town.name = kHost;
  std::string listed = "<a href=\"" + std::string(kTrap) + "\">老友会</a>";
  std::string on_home = "<a href=\"/mulu.html\">目录</a>";
  for (int number = 0; number < kPages; ++number) {
    (is_on_home(number) ? on_home : listed) +=
        "<a href=\"" + page(number) + "\">第" + std::to_string(number) + "号公告</a>";
    portal::Answer& answer = town.pages[page(number)] = html("公告", "<p>公告全文</p>");
    for (int phase = 0; phase < kPhases; ++phase) {
      if (is_dead(number, phase)) answer.phases[phase_name(phase)] = html("提示", "没有这个页面", 404);
    }
  }
  town.pages["/"] = html("安平镇人民政府", on_home);
  town.pages["/mulu.html"] = html("目录", listed);
  portal::Host neighbour;
  neighbour.name = "www.laoyouhui.org.cn";
  portal::Answer& home = neighbour.pages["/"] = html("老友会", "<p>老友会活动安排</p>");
  for (int phase = 0; phase < kPhases; ++phase) {
    if (!is_trap(phase)) continue;
    home.phases[phase_name(phase)] = html(
        "澳门新葡京娱乐城_真人百家乐_老虎机_官网开户送彩金",
        "<h1>澳门新葡京娱乐城官网</h1><p>注册开户即送彩金588元，真人百家乐、龙虎斗、老虎机、捕鱼、体育投注、时时彩、"
        "六合彩，存取款秒到账，24小时在线客服。</p><p>百家乐 | 轮盘 | 骰宝 | 电子游艺 | 棋牌 | 彩票投注</p>");
  }
  portal::Portal portal;
  portal.name = "restless";
  portal.home = std::string("http://") + kHost + "/";
  portal.hosts = {town, neighbour};
  return portal;
}

std::uint64_t seed() {
  const char* given = std::getenv("XUNCHA_SEED");
  if (given != nullptr) return std::strtoull(given, nullptr, 10);
  return static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count());
}

double unix_time() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

// What the API said of a case.
struct Acknowledged {
  std::uint32_t episode = 0;
  std::string state;
  std::string opened;
  std::string subject;
};

// What a mail said of a case.
struct Told {
  std::string recipient;
  std::string finding;
  std::uint32_t episode = 1;
  std::string news;  // the section's heading
  auto operator<=>(const Told&) const = default;
};
constexpr const char* kOpened = "新发现";
constexpr const char* kStillOpen = "未整改";
constexpr const char* kClosed = "已恢复";

std::uint32_t episode_of(const std::string& title) {
  constexpr std::string_view kBefore = "（第 ";
  const std::size_t at = title.rfind(kBefore);
  return at == std::string::npos ? 1 : static_cast<std::uint32_t>(std::atoi(title.c_str() + at + kBefore.size()));
}

class DaemonKill : public testing::Test {
 protected:
  void SetUp() override {
    auto started = portal::PortalServer::create(restless_portal());
    ASSERT_TRUE(started.server) << started.error;
    portal_ = std::move(started.server);
    portal_->set_phase(phase_name(0));
    sink_ = std::make_unique<SmtpServer>(XUNCHA_SOURCE_DIR,
                                         std::vector<std::string>{"--connections", "--then", "slow=120"});
    ASSERT_NE(sink_->port, 0);
    daemon_ = std::make_unique<DaemonRun>(*portal_);
    daemon_->configure(laboratory_defaults("1s") + "sites:\n  - home: http://" + kHost +
                       "/\n    name: 安平镇\nweb:\n  external_url: https://xuncha.example.gov.cn/\nmail:\n"
                       "  laboratory: true\n  server: {host: 127.0.0.1, port: " +
                       std::to_string(sink_->port) +
                       ", security: none}\n  from: 巡查 <xuncha@example.gov.cn>\n  routes:\n"
                       "    - {to: [wang@example.gov.cn, li@example.gov.cn]}\n"
                       "    - {to: [duty@example.gov.cn], severity: major}\n");
    random_.seed(seed_);
  }
  void TearDown() override {
    std::printf(
        "seed %llu: %d kills (%d before ready, %d in a store write, %d in an SMTP dialogue), slowest start %.2f s, "
        "%zu cases acknowledged, %zu mails (%zu repeats), %zu notices\n",
        static_cast<unsigned long long>(seed_), static_cast<int>(kill_times_.size()), early_kills_, write_kills_,
        mail_kills_, slowest_start_, acknowledged_.size(), mails_, repeats_, notices_);
  }

  Steady::duration random_time(std::chrono::milliseconds from, std::chrono::milliseconds to) {
    return std::chrono::milliseconds(std::uniform_int_distribution<long>(from.count(), to.count())(random_));
  }
  template <class Condition>
  static bool wait_finely(Steady::duration limit, const Condition& holds) {
    const auto end = Steady::now() + limit;
    do {
      if (holds()) return true;
      std::this_thread::sleep_for(1ms);
    } while (Steady::now() < end);
    return false;
  }

  void change_phase_in_time();
  void await_ready();
  void acknowledge();
  void one_life(int number);
  void kill_now();
  std::string fault_of_rest();
  void read_mails();
  void check_names();
  void check_told();

  const std::uint64_t seed_ = seed();
  std::mt19937_64 random_;
  std::unique_ptr<portal::PortalServer> portal_;
  std::unique_ptr<SmtpServer> sink_;
  std::unique_ptr<DaemonRun> daemon_;
  int phase_ = 0;
  Steady::time_point phase_began_ = Steady::now();

  std::map<std::string, Acknowledged> acknowledged_;  // by finding
  std::vector<double> kill_times_;
  int early_kills_ = 0;
  int write_kills_ = 0;
  int mail_kills_ = 0;
  double slowest_start_ = 0;

  struct Arrival {
    std::string message_id;
    std::string recipient;
    double connected = 0;  // when the connection that brought it was opened
    std::vector<Told> told;
  };
  std::vector<Arrival> arrivals_;
  std::size_t mails_ = 0;
  std::size_t repeats_ = 0;
  std::size_t notices_ = 0;
};

void DaemonKill::change_phase_in_time() {
  if (Steady::now() - phase_began_ < kPhaseTime) return;
  phase_ = (phase_ + 1) % kPhases;
  portal_->set_phase(phase_name(phase_));
  phase_began_ = Steady::now();
}

void DaemonKill::await_ready() {
  const auto began = Steady::now();
  ASSERT_TRUE(wait_finely(20s, [&] { return daemon_->is_ready(); })) << daemon_->log();
  const double seconds = std::chrono::duration<double>(Steady::now() - began).count();
  slowest_start_ = std::max(slowest_start_, seconds);
  EXPECT_LT(Steady::now() - began, kReadyWithin);
}

// What the API says now must go on from what it said before.
void DaemonKill::acknowledge() {
  std::map<std::string, Acknowledged> now;
  for (const json& each : daemon_->findings()) {
    now[each["id"]] = {each["episode"], each["state"], each["opened"].is_null() ? "" : each["opened"], each["subject"]};
  }
  for (const auto& [id, before] : acknowledged_) {
    const auto row = now.find(id);
    ASSERT_TRUE(row != now.end()) << before.subject << " is lost after kill " << kill_times_.size();
    const Acknowledged& after = row->second;
    EXPECT_GE(after.episode, before.episode) << before.subject;
    if (after.episode != before.episode) continue;
    if (before.state != "suspect") {
      EXPECT_NE(after.state, "suspect") << before.subject;
      EXPECT_EQ(after.opened, before.opened) << before.subject;
    }
    if (before.state == "closed") {
      EXPECT_EQ(after.state, "closed") << before.subject;
    }
  }
  if (!now.empty()) acknowledged_ = std::move(now);
}

void DaemonKill::kill_now() {
  kill_times_.push_back(unix_time());
  daemon_->signal(SIGKILL);
  ASSERT_EQ(daemon_->wait(), 128 + SIGKILL) << daemon_->log();
}

void DaemonKill::one_life(int number) {
  change_phase_in_time();
  daemon_->start();
  if (number % 10 == 9) {  // while it opens its store and takes up what was left
    std::this_thread::sleep_for(random_time(0ms, 150ms));
    ++early_kills_;
    return kill_now();
  }
  await_ready();
  if (HasFatalFailure()) return;
  acknowledge();
  std::this_thread::sleep_for(random_time(0ms, 700ms));
  acknowledge();
  if (number % 3 == 1 && wait_finely(1500ms, [&] { return is_writing_below(daemon_->pid(), daemon_->store()); })) {
    ++write_kills_;
  }
  if (number % 3 == 2 && wait_finely(1500ms, [&] { return sink_->connections().open > 0; })) {
    std::this_thread::sleep_for(random_time(0ms, 300ms));
    if (sink_->connections().open > 0) ++mail_kills_;
  }
  kill_now();
}

// What is not yet as it must be in the end, in a phase that stays; empty: all is told.
std::string DaemonKill::fault_of_rest() {
  for (int number = 0; number < kPages; ++number) {
    const std::string subject = std::string("http://") + kHost + page(number);
    const auto row = std::find_if(acknowledged_.begin(), acknowledged_.end(),
                                  [&](const auto& each) { return each.second.subject == subject; });
    const std::string state = row == acknowledged_.end() ? "closed" : row->second.state;
    if (state != (is_dead(number, phase_) ? "open" : "closed")) return subject + " is " + state;
  }
  for (const auto& [id, finding] : acknowledged_) {
    if (finding.subject == kTrap && finding.state == (is_trap(phase_) ? "open" : "closed")) return {};
  }
  return "the trap is not settled";
}

void DaemonKill::read_mails() {
  const std::vector<json> mails = sink_->mails();
  const std::vector<json> read = test::read_mails(mails, XUNCHA_SOURCE_DIR);
  ASSERT_EQ(read.size(), mails.size());
  for (std::size_t index = 0; index < mails.size(); ++index) {
    EXPECT_TRUE(read[index]["defects"].empty()) << read[index]["defects"];
    Arrival arrival{read[index]["headers"]["message-id"], mails[index]["to"][0], mails[index]["connected"], {}};
    for (const json& item : read[index]["items"]) {
      ASSERT_FALSE(item["links"].empty()) << item;
      const std::string link = item["links"].back();  // to the case's page
      arrival.told.push_back(
          {arrival.recipient, link.substr(link.rfind('/') + 1), episode_of(item["title"]), item["section"]});
    }
    arrivals_.push_back(std::move(arrival));
  }
}

// No notice under two names, and no mail twice but where a kill came between.
void DaemonKill::check_names() {
  std::map<Told, std::set<std::string>> names;
  std::map<std::string, std::size_t> last_life;  // by Message-ID: which process brought it last
  std::map<std::size_t, int> repeats_by_kill;
  for (const Arrival& arrival : arrivals_) {
    for (const Told& told : arrival.told) {
      if (told.news != kStillOpen) names[told].insert(arrival.message_id);
    }
    const auto life = static_cast<std::size_t>(
        std::upper_bound(kill_times_.begin(), kill_times_.end(), arrival.connected) - kill_times_.begin());
    const auto [row, is_new] = last_life.try_emplace(arrival.message_id, life);
    if (is_new) continue;
    ++repeats_;
    EXPECT_LT(row->second, life) << arrival.message_id << " came twice without a kill between";
    ++repeats_by_kill[row->second];
    row->second = life;
  }
  mails_ = last_life.size();
  notices_ = names.size();
  for (const auto& [kill, repeats] : repeats_by_kill) EXPECT_LE(repeats, 1) << "by kill " << kill;
  for (const auto& [told, ids] : names) {
    EXPECT_EQ(ids.size(), 1u) << told.recipient << " was told of " << told.finding << " episode " << told.episode
                              << " as " << told.news << " under several names";
  }
}

// Everybody knows of each case what it is, and was told nothing out of order.
void DaemonKill::check_told() {
  std::set<std::string> grave = {kTrap};
  for (int number = 0; number < kPages; ++number) {
    if (is_on_home(number)) grave.insert(std::string("http://") + kHost + page(number));
  }
  std::map<std::pair<std::string, std::string>, std::pair<std::uint32_t, bool>> known;  // episode, open
  std::set<std::string> seen;
  for (const Arrival& arrival : arrivals_) {
    if (!seen.insert(arrival.message_id).second) continue;
    for (const Told& told : arrival.told) {
      const auto row = acknowledged_.find(told.finding);
      ASSERT_TRUE(row != acknowledged_.end()) << told.finding << " was mailed and is not known";
      EXPECT_LE(told.episode, row->second.episode);
      auto& [episode, open] = known[{told.recipient, told.finding}];
      if (told.news == kOpened) {
        EXPECT_GT(told.episode, episode) << told.recipient << ' ' << row->second.subject;
      }
      if (told.news == kClosed) {
        EXPECT_TRUE(open) << told.recipient << ' ' << row->second.subject;
      }
      episode = std::max(episode, told.episode);
      open = told.news != kClosed;
    }
  }
  for (const auto& [id, finding] : acknowledged_) {
    for (const std::string recipient : {"wang@example.gov.cn", "li@example.gov.cn"}) {
      const auto row = known.find({recipient, id});
      const bool knows_open = row != known.end() && row->second.second;
      EXPECT_EQ(knows_open, finding.state == "open") << recipient << ' ' << finding.subject << ' ' << finding.state;
      if (finding.state == "open" && row != known.end()) {
        EXPECT_EQ(row->second.first, finding.episode);
      }
    }
    const bool is_for_duty = grave.contains(finding.subject);
    const auto duty = known.find({"duty@example.gov.cn", id});
    EXPECT_EQ(duty != known.end() && duty->second.second, is_for_duty && finding.state == "open") << finding.subject;
  }
}

TEST_F(DaemonKill, AHundredTimesLosesNoCaseAndTellsNothingUnderTwoNames) {
  for (int number = 0; number < kKills; ++number) {
    one_life(number);
    if (HasFatalFailure()) return;
  }
  phase_ = 1;
  portal_->set_phase(phase_name(phase_));
  daemon_->start();
  await_ready();
  if (HasFatalFailure()) return;
  EXPECT_TRUE(wait_until([&] {
    acknowledge();
    return fault_of_rest().empty();
  })) << fault_of_rest();
  // What is settled stands in the next digest, two seconds later; then the outbox is empty.
  const auto settled = Steady::now();
  EXPECT_TRUE(wait_until([&] { return Steady::now() - settled > 5s && daemon_->metric(kMailsWaiting) == 0; }, 30s));
  daemon_->signal(SIGTERM);
  EXPECT_EQ(daemon_->wait(), 0) << daemon_->log();

  read_mails();
  if (HasFatalFailure()) return;
  check_names();
  check_told();
  EXPECT_GE(write_kills_, kKills / 10);
  EXPECT_GE(mail_kills_, 1);  // a slow machine sends few; where it was killed is printed
  EXPECT_GE(mails_, 20u);
}

}  // namespace
}  // namespace xuncha::test
