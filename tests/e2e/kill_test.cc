// Proof 3: `kill -9` at random moments, again and again. What the store ever showed stays there, the next process goes
// on where the last one was killed, and in the end the patrol says what an undisturbed one says. The oracle is what the
// portal's server logged. Random; XUNCHA_SEED repeats a run's choices (not the machine's timing).
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "storage/store.h"
#include "tests/e2e/check_run.h"
#include "tests/e2e/faulty_portal.h"
#include "tests/e2e/store_write_watch.h"
#include "tests/support/run_program.h"

namespace xuncha::test {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;
using nlohmann::json;

constexpr int kKills = 100;
constexpr int kKillsMax = 160;  // a machine that is busy elsewhere may need more to see enough of each kind
constexpr int kInFlightKills = 80;
constexpr int kWriteKills = 20;
constexpr int kPerHost = 4;
// Pages that one kill may make the next process ask for again: those in flight, and as many whose answers had arrived
// but were not judged yet.
constexpr int kAskedAgainMax = 2 * kPerHost;
constexpr auto kGoesOnWithin = 5s;

std::uint64_t seed() {
  const char* given = std::getenv("XUNCHA_SEED");
  if (given != nullptr) return std::strtoull(given, nullptr, 10);
  return static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count());
}

// What the store says after a kill.
struct Look {
  std::map<std::string, Finding> findings;
  std::uint32_t patrol = 0;
  bool patrol_ended = false;
  std::string error;
};

Look look_into(const std::filesystem::path& directory) {
  Look look;
  const auto store = Store::open_read_only(directory);
  if (!store) return {.error = store.error().message};
  const auto site = store.value()->find_site(kFaultyHost);
  if (!site) return look;
  const auto findings = store.value()->findings(*site);
  const auto patrols = store.value()->patrols(*site);
  if (!findings || !patrols) return {.error = (findings ? patrols.error() : findings.error()).message};
  for (const Finding& finding : findings.value()) look.findings.emplace(finding.id, finding);
  if (!patrols.value().empty()) {
    look.patrol = patrols.value().back().number;
    look.patrol_ended = patrols.value().back().ended.has_value();
  }
  return look;
}

// Where and how often a finding is told: what must not depend on how often the patrol was killed.
std::map<std::string, std::string> told(const CheckRun& run) {
  std::map<std::string, std::string> told;
  for (const json& finding : run.findings) {
    std::multiset<std::string> places;
    for (const json& place : finding["where"])
      places.insert(place["url"].get<std::string>() + " " + place["line"].dump());
    const std::string key = finding["rule"].get<std::string>() + " " + finding["subject"].get<std::string>();
    told[key] = finding["reason"].dump() + " " + finding["state"].dump() + " " + finding["severity"].dump() + " " +
                finding["episode"].dump() + " " + finding["where_total"].dump() + " " + json(places).dump();
  }
  return told;
}

class KillNine : public testing::Test {
 protected:
  void SetUp() override {
    auto start = portal::PortalServer::create(faulty_portal({.delay = 15ms}));
    ASSERT_TRUE(start.server) << start.error;
    server_ = std::move(start.server);
    std::string pattern = (std::filesystem::temp_directory_path() / "xuncha-kill-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
    data_ = root_ / "data";
    random_.seed(seed_);
  }
  void TearDown() override {
    if (!root_.empty()) std::filesystem::remove_all(root_);
    std::printf(
        "seed %llu: %d kills, %d with a fetch in flight, %d during a store write, %d runs ended by themselves, "
        "%u patrols, slowest first request %.2f s, pages asked again after a kill: %d at most, %d in all\n",
        static_cast<unsigned long long>(seed_), kills_, in_flight_kills_, write_kills_, ended_runs_, patrols_,
        slowest_start_, asked_again_max_, asked_again_);
  }

  int start_check() const {
    std::vector<std::string> arguments = {"check",      kFaultyHome, "--format",   "json",
                                          "--rate",     "0",         "--per-host", std::to_string(kPerHost),
                                          "--data-dir", data_};
    for (const std::string& argument : server_->arguments()) arguments.push_back(argument);
    return start_program(XUNCHA_BINARY_DIR "/xuncha", arguments, root_ / "out", root_ / "err");
  }

  Steady::duration random_time(std::chrono::milliseconds from, std::chrono::milliseconds to) {
    return std::chrono::milliseconds(std::uniform_int_distribution<long>(from.count(), to.count())(random_));
  }

  // Looks every moment until `holds` or `limit`, or until the process ended.
  template <class Condition>
  bool wait_until(int pid, Steady::duration limit, const Condition& holds) const {
    const auto give_up = Steady::now() + limit;
    while (Steady::now() < give_up) {
      if (holds()) return true;
      if (has_ended(pid)) return false;
      std::this_thread::sleep_for(100us);
    }
    return false;
  }
  static bool has_ended(int pid) {
    siginfo_t info{};
    return waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid;
  }

  void one_kill();
  void read_log(double started, bool killed);
  void check_acknowledged(const Look& look);

  const std::uint64_t seed_ = seed();
  std::mt19937_64 random_;
  std::unique_ptr<portal::PortalServer> server_;
  std::filesystem::path root_;
  std::filesystem::path data_;

  int kills_ = 0;
  int in_flight_kills_ = 0;
  int write_kills_ = 0;
  int ended_runs_ = 0;
  std::uint32_t patrols_ = 0;
  double slowest_start_ = 0;
  int asked_again_ = 0;
  int asked_again_max_ = 0;

  std::size_t log_read_ = 0;
  std::set<std::string> asked_before_;  // ordinary articles, in the patrol under way, by processes that are gone
  std::map<std::string, Finding> acknowledged_;
};

// Starts a process and kills it: during a write to the store as long as such kills are wanted, else in mid-flight.
void KillNine::one_kill() {
  const bool during_write = write_kills_ < kWriteKills && (kills_ % 4 == 3 || kills_ >= kKills);
  const double started = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  const int pid = start_check();
  ASSERT_GT(pid, 0);
  bool written_to = false;
  if (during_write) {
    // Either what opening the store writes, or what the patrol does.
    if (write_kills_ % 2 == 0) wait_until(pid, 10s, [&] { return server_->in_flight() > 0; });
    std::this_thread::sleep_for(random_time(0ms, 60ms));
    written_to = wait_until(pid, 2s, [&] { return is_writing_below(pid, data_); });
  } else if (kills_ % 20 == 0) {
    std::this_thread::sleep_for(random_time(0ms, 300ms));  // while it starts, too
  } else {
    wait_until(pid, 10s, [&] { return server_->in_flight() > 0; });
    std::this_thread::sleep_for(random_time(0ms, 250ms));
    wait_until(pid, 1s, [&] { return server_->in_flight() > 0; });
  }
  const bool in_flight = server_->in_flight() > 0;
  kill(pid, SIGKILL);
  const bool killed = wait_program(pid) == 128 + SIGKILL;
  if (killed) {
    ++kills_;
    in_flight_kills_ += in_flight ? 1 : 0;
    write_kills_ += written_to ? 1 : 0;
  } else {
    ++ended_runs_;
  }
  read_log(started, killed);
}

// What the server saw of the process that is gone.
void KillNine::read_log(double started, bool killed) {
  const auto give_up = Steady::now() + 2s;
  while (server_->in_flight() > 0 && Steady::now() < give_up) std::this_thread::sleep_for(1ms);
  const std::vector<portal::RequestLog> log = server_->log();
  double first = 0;
  std::set<std::string> asked;
  int again = 0;
  for (; log_read_ < log.size(); ++log_read_) {
    const portal::RequestLog& entry = log[log_read_];
    if (first == 0 || entry.time < first) first = entry.time;
    if (entry.host != kFaultyHost || !is_ordinary_article(entry.target)) continue;
    EXPECT_TRUE(asked.insert(entry.target).second) << entry.target << " was asked for twice by one process";
    if (asked_before_.count(entry.target) > 0) ++again;
  }
  if (first != 0) {
    slowest_start_ = std::max(slowest_start_, first - started);
    EXPECT_LT(first - started, std::chrono::duration<double>(kGoesOnWithin).count());
  }
  asked_again_ += again;
  asked_again_max_ = std::max(asked_again_max_, again);
  EXPECT_LE(again, kAskedAgainMax) << "after kill " << kills_;

  const Look look = look_into(data_);
  if (!look.error.empty() && patrols_ == 0 && first == 0) return;  // killed before there was a store
  ASSERT_EQ(look.error, "") << "after kill " << kills_;
  check_acknowledged(look);
  patrols_ = look.patrol;
  // A page is only counted once by what one kill lets be asked again, so what was asked again is as good as new.
  asked_before_.merge(asked);
  if (look.patrol_ended) asked_before_.clear();
  EXPECT_TRUE(killed || look.patrol_ended);
}

// Nothing that was told is ever taken back: no fault of this portal is ever repaired.
void KillNine::check_acknowledged(const Look& look) {
  for (const auto& [id, earlier] : acknowledged_) {
    const auto now = look.findings.find(id);
    ASSERT_TRUE(now != look.findings.end())
        << earlier.rule << " " << earlier.subject << " is lost after kill " << kills_;
    const Finding& finding = now->second;
    EXPECT_EQ(finding.state, FindingState::kOpen) << earlier.rule << " " << earlier.subject << " after kill " << kills_;
    EXPECT_EQ(finding.episode, earlier.episode) << earlier.subject;
    EXPECT_EQ(finding.opened, earlier.opened) << earlier.subject;
    EXPECT_EQ(finding.first_seen, earlier.first_seen) << earlier.subject;
    EXPECT_GE(finding.confirmations, earlier.confirmations) << earlier.subject;
  }
  for (const auto& [id, finding] : look.findings) {
    if (finding.state != FindingState::kOpen) continue;
    ASSERT_GE(finding.evidence.attempts.size(), 1u) << finding.rule << " " << finding.subject;
    for (const Attempt& attempt : finding.evidence.attempts)
      EXPECT_GT(attempt.at, WallTime{}) << finding.rule << " " << finding.subject << " shows an attempt without time";
    acknowledged_.insert_or_assign(id, finding);
  }
}

TEST_F(KillNine, AHundredTimesLosesNothingAndThePatrolIsCompleteInTheEnd) {
  while (kills_ < kKills || (kills_ < kKillsMax && (write_kills_ < kWriteKills || in_flight_kills_ < kInFlightKills))) {
    ASSERT_LT(ended_runs_, kKills) << "the portal is too small for this machine";
    one_kill();
    if (HasFatalFailure()) return;
  }
  EXPECT_GE(in_flight_kills_, kInFlightKills);
  EXPECT_GE(write_kills_, kWriteKills);

  const CheckRun last = check_portal(*server_, kFaultyHome, {"--per-host", "16", "--data-dir", data_});
  const CheckRun undisturbed = check_portal(*server_, kFaultyHome, {"--per-host", "16"});
  EXPECT_EQ(last.exit_code, 1) << last.err;
  ASSERT_TRUE(last.summary.is_object());
  ASSERT_TRUE(undisturbed.summary.is_object());
  EXPECT_EQ(last.summary["complete"], true);
  const std::map<std::string, std::string> expected = told(undisturbed);
  const std::map<std::string, std::string> found = told(last);
  EXPECT_GE(expected.size(), 15u);
  for (const auto& [subject, what] : expected) {
    const auto same = found.find(subject);
    EXPECT_EQ(same == found.end() ? "lost" : same->second, what) << subject;
  }
  for (const auto& [subject, what] : found) EXPECT_TRUE(expected.count(subject)) << subject << " " << what;
  for (const char* count : {"pages", "links", "links_unique", "broken", "wrong", "blocked", "inconclusive", "skipped"})
    EXPECT_EQ(last.summary[count], undisturbed.summary[count]) << count;
}

}  // namespace
}  // namespace xuncha::test
