// The manners of the frontier as properties: hosts that answer, stall, fail and push back at random, in virtual time,
// watched by a guest book that knows the rules but not the frontier's state.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <queue>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "core/limits.h"
#include "crawler/frontier.h"

namespace xuncha {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr SteadyTime kStart{hours(1)};
constexpr Milliseconds kAddressGap{200};  // 5 requests a second

// How one host of the simulation behaves.
struct Temper {
  Milliseconds latency{};
  double failing = 0;  // share of exchanges
  double pushing_back = 0;
  double erring = 0;
  Milliseconds crawl_delay{};
};

// What the host itself sees, and complains of.
class GuestBook {
 public:
  GuestBook(int per_host, Milliseconds crawl_delay) : per_host_(per_host), crawl_delay_(crawl_delay) {}

  void start(const Task& task, SteadyTime now) {
    ++in_flight_;
    EXPECT_LE(in_flight_, per_host_);
    if (seen_) {
      const Milliseconds since_end = now - last_end_;
      if (task.lane == Lane::kProbe) {
        EXPECT_GE(since_end, seconds(1)) << "a probe within a second";
      } else {
        EXPECT_GE(since_end, gap()) << "too soon after the last request";
        EXPECT_GE(now, away_until_) << "Retry-After not honoured";
        if (failures_ >= limits::kBreakerFailures) {
          EXPECT_GE(now - last_ordinary_start_, minutes(1)) << "the breaker should be open";
        }
      }
    }
    if (task.lane == Lane::kProbe) return;
    start_before_ = last_ordinary_start_;
    last_ordinary_start_ = now;
  }

  void end(const Task& task, const FetchSummary& summary, SteadyTime now) {
    --in_flight_;
    if (summary.exchange == Exchange::kNothingSent) {
      if (task.lane != Lane::kProbe) last_ordinary_start_ = start_before_;
      return;
    }
    seen_ = true;
    last_end_ = now;
    fastest_ = std::min(fastest_, summary.latency);
    failures_ = summary.exchange == Exchange::kFailed ? failures_ + 1 : 0;
    if (summary.exchange == Exchange::kAnswered && summary.retry_after && summary.status == 503)
      away_until_ = now + *summary.retry_after;
  }

 private:
  // A moving average is never below the least of its samples.
  Milliseconds gap() const {
    const Milliseconds by_latency = std::clamp<Milliseconds>(4 * fastest_, seconds(1), seconds(30)) / per_host_;
    return std::max(by_latency, crawl_delay_);
  }

  int per_host_;
  Milliseconds crawl_delay_;
  int in_flight_ = 0;
  int failures_ = 0;
  bool seen_ = false;
  SteadyTime last_end_{};
  SteadyTime away_until_ = SteadyTime::min();
  SteadyTime last_ordinary_start_{};
  SteadyTime start_before_{};
  Milliseconds fastest_ = hours(1);
};

class Simulation {
 public:
  Simulation(std::uint32_t seed, FrontierOptions options, int hosts, int tasks)
      : random_(seed), options_(options), frontier_(options) {
    for (int index = 0; index < hosts; ++index) add_host(index);
    for (int number = 1; number <= tasks; ++number) plan_task(static_cast<UrlNumber>(number));
  }

  // Runs until everything is done; gives the transcript.
  std::string run() {
    constexpr int kStepsMax = 2'000'000;
    for (int step = 0; step < kStepsMax; ++step) {
      while (const auto found = frontier_.next(now_)) handle(*found);
      for (const DrainedTask& drained : frontier_.drain_blocked(now_)) {
        EXPECT_NE(drained.task.lane, Lane::kProbe);
        settle(drained.task, "drained");
      }
      if (events_.empty() && frontier_.idle()) break;
      const SteadyTime event_at = events_.empty() ? SteadyTime::max() : events_.top().at;
      const SteadyTime wake_at = std::max(now_, std::min(event_at, frontier_.next_at()));
      EXPECT_LT(wake_at, SteadyTime::max()) << "tasks wait for nothing";
      if (wake_at == SteadyTime::max() || testing::Test::HasFailure()) break;
      peek_before(wake_at);
      now_ = wake_at;
      while (!events_.empty() && events_.top().at <= now_) happen();
    }
    EXPECT_TRUE(frontier_.idle());
    EXPECT_TRUE(waiting_.empty()) << waiting_.size() << " tasks were lost";
    return transcript_;
  }
  std::size_t drained() const { return frontier_.stats(now_).drained; }
  const FrontierStats stats() const { return frontier_.stats(now_); }

 private:
  enum class What { kPush, kEnd, kAddress };
  struct Event {
    SteadyTime at;
    int order;
    What what;
    Task task;
    FetchSummary summary;
    bool is_robots;
    bool operator<(const Event& other) const { return std::tie(at, order) > std::tie(other.at, other.order); }
  };

  int pick(int least, int most) { return std::uniform_int_distribution<int>(least, most)(random_); }
  bool chance(double share) { return std::uniform_real_distribution<double>(0, 1)(random_) < share; }
  void plan(SteadyTime at, What what, const Task& task, const FetchSummary& summary = {}, bool is_robots = false) {
    events_.push({at, order_++, what, task, summary, is_robots});
  }

  void add_host(int index) {
    Temper temper;
    temper.latency = Milliseconds(pick(5, 4000));
    if (chance(0.3)) temper.failing = chance(0.5) ? 1 : 0.4;
    if (chance(0.3)) temper.pushing_back = 0.1;
    temper.erring = 0.2;
    if (chance(0.2)) temper.crawl_delay = seconds(pick(0, 90));
    const HostId host = frontier_.host("https://host" + std::to_string(index));
    tempers_.push_back(temper);
    books_.emplace_back(options_.pace.per_host, frontier_.set_crawl_delay(host, temper.crawl_delay));
    address_of_.push_back(pick(0, 3));
  }

  void plan_task(UrlNumber number) {
    Task task;
    task.site = static_cast<std::uint32_t>(pick(0, 3));
    task.url = number;
    task.host = static_cast<HostId>(pick(0, static_cast<int>(tempers_.size()) - 1));
    task.depth = static_cast<std::uint16_t>(pick(0, 20));
    task.lane = static_cast<Lane>(pick(0, static_cast<int>(kLanes) - 1));
    const SteadyTime at = kStart + Milliseconds(pick(0, 600'000));
    waiting_.insert(number);
    if (chance(0.1)) {
      frontier_.push_later(task, at);
    } else {
      plan(at, What::kPush, task);
    }
  }

  FetchSummary temper_of(const Temper& temper) {
    FetchSummary summary;
    summary.latency = temper.latency * pick(50, 150) / 100;
    summary.status = 200;
    if (chance(temper.failing)) {
      summary.exchange = chance(0.1) ? Exchange::kFlawed : Exchange::kFailed;
      summary.latency = Milliseconds(pick(1, 10'000));
    } else if (chance(0.03)) {
      summary.exchange = Exchange::kNothingSent;
    } else if (chance(temper.pushing_back)) {
      summary.status = chance(0.5) ? 503 : 429;
      if (summary.status == 503) summary.retry_after = seconds(pick(1, 200));
    } else if (chance(temper.erring)) {
      summary.status = 404;
      summary.latency = Milliseconds(pick(1, 20));
    }
    return summary;
  }

  void handle(const Dispatch& found) {
    const Task& task = found.task;
    note(found.kind == Dispatch::Kind::kResolve ? "resolve" : "start", task);
    if (found.kind == Dispatch::Kind::kResolve) {
      EXPECT_TRUE(resolved_.insert(task.host).second) << "resolved twice";
      plan(now_ + Milliseconds(pick(0, 3000)), What::kAddress, task);
      return;
    }
    EXPECT_LE(++in_flight_, options_.in_flight_max);
    books_[task.host].start(task, now_);
    EXPECT_TRUE(resolved_.contains(task.host));
    auto [last, is_first] = last_on_address_.try_emplace(address_of_[task.host], now_);
    if (!is_first) {
      EXPECT_GE(now_ - last->second, kAddressGap) << "too much for one address";
      last->second = now_;
    }
    const FetchSummary summary = temper_of(tempers_[task.host]);
    plan(now_ + summary.latency, What::kEnd, task, summary, found.kind == Dispatch::Kind::kRobots);
  }

  void happen() {
    const Event event = events_.top();
    events_.pop();
    switch (event.what) {
      case What::kPush:
        frontier_.push(event.task, now_);
        return;
      case What::kAddress:
        frontier_.set_address(event.task.host, "192.0.2." + std::to_string(address_of_[event.task.host]));
        return;
      case What::kEnd:
        --in_flight_;
        books_[event.task.host].end(event.task, event.summary, now_);
        frontier_.finished(event.task, event.summary, now_);
        if (event.is_robots) {
          frontier_.robots_ready(event.task.host);
        } else {
          settle(event.task, "end");
        }
        return;
    }
  }

  void settle(const Task& task, const char* how) {
    EXPECT_EQ(waiting_.erase(task.url), 1U) << "given out twice";
    note(how, task);
  }

  // next_at() is never late: before it nothing may start.
  void peek_before(SteadyTime wake_at) {
    if (wake_at - now_ < Milliseconds(2) || !chance(0.2)) return;
    const auto room = static_cast<int>(std::min<std::int64_t>((wake_at - now_).count() - 1, 1'000'000));
    EXPECT_FALSE(frontier_.next(now_ + Milliseconds(pick(1, room)))) << "next_at() is late";
  }

  void note(const char* what, const Task& task) {
    transcript_ += std::to_string(now_.time_since_epoch().count()) + ' ' + what + ' ' + std::to_string(task.host) +
                   ' ' + std::to_string(task.url) + '\n';
  }

  std::mt19937 random_;
  FrontierOptions options_;
  Frontier frontier_;
  SteadyTime now_ = kStart;
  int order_ = 0;
  int in_flight_ = 0;
  std::vector<Temper> tempers_;
  std::vector<GuestBook> books_;
  std::vector<int> address_of_;
  std::map<int, SteadyTime> last_on_address_;
  std::set<HostId> resolved_;
  std::set<UrlNumber> waiting_;
  std::priority_queue<Event> events_;
  std::string transcript_;
};

FrontierOptions options_of(std::uint32_t seed) {
  FrontierOptions options;
  options.pace.per_host = seed % 4 == 3 ? 2 : 1;
  options.pace.patience = seed % 3 == 0 ? Milliseconds::max() : limits::kCheckPatience;
  options.in_flight_max = seed % 5 == 0 ? 3 : limits::kRequestsInFlightMax;
  options.resolves_in_flight_max = seed % 2 == 0 ? 2 : limits::kResolvesInFlightMax;
  options.robots_first = seed % 7 < 3;
  return options;
}

TEST(FrontierManners, HoldUnderRandomLoad) {
  const std::uint32_t first = std::random_device{}();
  std::printf("seeds from %u\n", first);
  std::size_t drained = 0;
  FrontierStats stats;
  for (std::uint32_t seed = first; seed < first + 40 && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Simulation simulation(seed, options_of(seed), 30, 1500);
    simulation.run();
    drained += simulation.drained();
    stats = simulation.stats();
  }
  EXPECT_GT(drained, 0U);
  EXPECT_GT(stats.address_waits, 0U);
  EXPECT_GT(stats.breaker_openings, 0U);
}

TEST(FrontierManners, OneSeedGivesOneTranscript) {
  for (const std::uint32_t seed : {1U, 2U, 3U}) {
    Simulation first(seed, options_of(seed), 20, 800);
    Simulation second(seed, options_of(seed), 20, 800);
    const std::string transcript = first.run();
    EXPECT_GT(transcript.size(), 10'000U);
    EXPECT_EQ(transcript, second.run()) << seed;
  }
}

// Hundreds of portals behind one address, all with work: the address gets its rate, no more and no less, and each host
// its share.
TEST(FrontierManners, HostsOfOneAddressShareItsRateEvenly) {
  Frontier frontier{FrontierOptions{}};
  constexpr HostId kHosts = 300;
  for (HostId index = 0; index < kHosts; ++index) {
    const HostId host = frontier.host("http://" + std::to_string(index));
    frontier.set_address(host, "192.0.2.1");
    for (UrlNumber url = 1; url <= 100; ++url) frontier.push({0, url, host, 0, Lane::kHome}, kStart);
  }
  std::map<HostId, int> fetched;
  int total = 0;
  for (SteadyTime now = kStart; now < kStart + minutes(10); now += Milliseconds(50)) {
    while (const auto found = frontier.next(now)) {
      ++fetched[found->task.host];
      ++total;
      frontier.finished(found->task, {Exchange::kAnswered, Milliseconds(20), 200, {}}, now);
    }
  }
  EXPECT_EQ(total, 3000);
  for (HostId host = 0; host < kHosts; ++host) EXPECT_EQ(fetched[host], 10) << host;
}

}  // namespace
}  // namespace xuncha
