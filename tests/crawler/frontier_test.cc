#include "crawler/frontier.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/limits.h"

namespace xuncha {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr SteadyTime kStart{hours(100)};
constexpr SteadyTime kNever = SteadyTime::max();

FrontierOptions unlimited() {
  FrontierOptions options;
  options.pace = pace_policy_of_rate(0);
  return options;
}

// The default manners with a patience, as `check` has them.
FrontierOptions polite(Milliseconds patience = limits::kCheckPatience) {
  FrontierOptions options;
  options.pace.patience = patience;
  return options;
}

FetchSummary answer(int status = 200, Milliseconds latency = Milliseconds(100)) {
  return {Exchange::kAnswered, latency, static_cast<std::uint16_t>(status), {}};
}
FetchSummary ask_to_wait(Milliseconds retry_after, int status = 503) {
  FetchSummary summary = answer(status);
  summary.retry_after = retry_after;
  return summary;
}
FetchSummary failure(Milliseconds latency = Milliseconds(100)) {
  return {Exchange::kFailed, latency, 0, {}};
}

// One host with its address known, and tasks pushed by number.
class OneHost : public testing::Test {
 protected:
  void open(FrontierOptions options) {
    frontier.emplace(options);
    host = frontier->host("https://www.a.gov.cn");
    frontier->set_address(host, "192.0.2.1");
  }
  void push(UrlNumber url, Lane lane = Lane::kDiscovery, int depth = 1) {
    frontier->push({1, url, host, static_cast<std::uint16_t>(depth), lane}, now);
  }
  // The task that starts now; url 0 when none may.
  Task start() {
    const auto found = frontier->next(now);
    if (!found) return {};
    EXPECT_EQ(found->kind, Dispatch::Kind::kFetch);
    return found->task;
  }
  // Waits for the next task, fetches it in no time; gives how long it took until it started.
  Milliseconds fetch(const FetchSummary& summary) {
    const SteadyTime before = now;
    Task task = start();
    for (int step = 0; task.url == 0 && step < 10; ++step) {
      if (frontier->next_at() == kNever) break;
      now = std::max(now, frontier->next_at());
      task = start();
    }
    EXPECT_NE(task.url, 0U);
    if (task.url != 0) frontier->finished(task, summary, now);
    return now - before;
  }

  std::optional<Frontier> frontier;
  HostId host = 0;
  SteadyTime now = kStart;
};

TEST_F(OneHost, TheSameOriginHasTheSameNumber) {
  open(polite());
  EXPECT_EQ(frontier->host("https://www.a.gov.cn"), host);
  EXPECT_NE(frontier->host("http://www.a.gov.cn"), host);
  EXPECT_EQ(frontier->origin(host), "https://www.a.gov.cn");
}

TEST_F(OneHost, NothingToDoIsNever) {
  open(polite());
  EXPECT_FALSE(frontier->next(now));
  EXPECT_EQ(frontier->next_at(), kNever);
  EXPECT_TRUE(frontier->idle());
}

TEST_F(OneHost, OneRequestIsInFlight) {
  open(polite());
  for (UrlNumber url = 1; url <= 3; ++url) push(url);
  const Task task = start();
  EXPECT_EQ(task.url, 1U);
  now += hours(1);
  EXPECT_EQ(start().url, 0U);
  EXPECT_EQ(frontier->next_at(), kNever);
  frontier->finished(task, answer(), now);
  EXPECT_FALSE(frontier->idle());
}

TEST_F(OneHost, PerHostAllowsSoManyInFlightAndDividesTheGap) {
  FrontierOptions options = polite();
  options.pace.per_host = 2;
  open(options);
  for (UrlNumber url = 1; url <= 4; ++url) push(url);
  EXPECT_EQ(start().url, 1U);
  EXPECT_EQ(start().url, 0U);
  now += Milliseconds(500);
  EXPECT_EQ(start().url, 2U);
  now += hours(1);
  EXPECT_EQ(start().url, 0U);
}

TEST_F(OneHost, TheGapIsASecondAtLeastFromTheEndOfTheLastRequest) {
  open(polite());
  for (UrlNumber url = 1; url <= 3; ++url) push(url);
  const Task first = start();
  now += seconds(5);
  frontier->finished(first, answer(200, Milliseconds(10)), now);
  EXPECT_EQ(frontier->next_at(), now + seconds(1));
  now += Milliseconds(999);
  EXPECT_EQ(start().url, 0U);
  now += Milliseconds(1);
  EXPECT_EQ(start().url, 2U);
}

TEST_F(OneHost, TheGapIsFourTimesTheLatencyUpToThirtySeconds) {
  open(polite());
  for (UrlNumber url = 1; url <= 40; ++url) push(url);
  fetch(answer(200, seconds(2)));
  EXPECT_EQ(fetch(answer(200, seconds(20))), seconds(8));
  for (int more = 0; more < 20; ++more) fetch(answer(200, seconds(20)));
  EXPECT_EQ(fetch(answer(200, seconds(20))), seconds(30));
}

TEST_F(OneHost, ErrorsNeverShortenTheGap) {
  for (const FetchSummary& quick :
       {answer(404, Milliseconds(1)), answer(500, Milliseconds(1)),
        FetchSummary{Exchange::kFlawed, Milliseconds(1), 0, {}}, failure(Milliseconds(1))}) {
    open(polite());
    for (UrlNumber url = 1; url <= 10; ++url) push(url);
    fetch(answer(200, seconds(2)));
    EXPECT_EQ(fetch(quick), seconds(8));
    EXPECT_EQ(fetch(quick), seconds(8));
    EXPECT_EQ(fetch(quick), seconds(8));
    EXPECT_EQ(fetch(answer(200, seconds(2))), seconds(8));
  }
}

TEST_F(OneHost, SlowFailuresLengthenTheGap) {
  open(polite());
  for (UrlNumber url = 1; url <= 3; ++url) push(url);
  fetch(answer(200, seconds(1)));
  fetch(failure(seconds(5)));
  EXPECT_EQ(fetch(answer()), seconds(8));
}

TEST_F(OneHost, ARequestThatWasNeverSentCostsNoDelay) {
  open(polite());
  for (UrlNumber url = 1; url <= 3; ++url) push(url);
  fetch({Exchange::kNothingSent, Milliseconds(1), 0, {}});
  frontier->set_address(host, "");
  EXPECT_EQ(fetch(answer()), Milliseconds(0));
}

// --- Crawl-delay ---------------------------------------------------------------------------------------------------

TEST_F(OneHost, CrawlDelayIsHonouredUpToAMinuteAndTheCapIsSaid) {
  open(polite());
  for (UrlNumber url = 1; url <= 4; ++url) push(url);
  fetch(answer());
  EXPECT_EQ(frontier->set_crawl_delay(host, seconds(10)), seconds(10));
  EXPECT_EQ(fetch(answer()), seconds(10));
  EXPECT_EQ(frontier->stats(now).crawl_delays_capped, 0U);
  EXPECT_EQ(frontier->set_crawl_delay(host, seconds(3600)), seconds(60));
  EXPECT_EQ(fetch(answer()), seconds(60));
  EXPECT_EQ(frontier->stats(now).crawl_delays_capped, 1U);
  EXPECT_EQ(frontier->set_crawl_delay(host, seconds(-5)), seconds(0));
  EXPECT_EQ(fetch(answer()), seconds(1));
}

// --- --rate --------------------------------------------------------------------------------------------------------

TEST_F(OneHost, RateIsStartToStart) {
  FrontierOptions options;
  options.pace = pace_policy_of_rate(2);
  open(options);
  for (UrlNumber url = 1; url <= 3; ++url) push(url);
  const Task first = start();
  now += Milliseconds(300);
  frontier->finished(first, answer(200, Milliseconds(300)), now);
  EXPECT_EQ(frontier->next_at(), kStart + Milliseconds(500));
}

TEST_F(OneHost, RateDoesNotLiftCrawlDelay) {
  FrontierOptions options;
  options.pace = pace_policy_of_rate(2);
  open(options);
  frontier->set_crawl_delay(host, seconds(7));
  for (UrlNumber url = 1; url <= 3; ++url) push(url);
  fetch(answer());
  EXPECT_EQ(fetch(answer()), seconds(7));
}

TEST_F(OneHost, RateZeroLiftsDelayCrawlDelayAndAddressLimit) {
  open(unlimited());
  frontier->set_crawl_delay(host, seconds(7));
  EXPECT_FALSE(frontier->needs_address(frontier->host("http://never.resolved")));
  for (UrlNumber url = 1; url <= 1000; ++url) push(url);
  for (int count = 0; count < 1000; ++count) EXPECT_EQ(fetch(answer(200, seconds(9))), seconds(0));
  EXPECT_TRUE(frontier->idle());
}

TEST_F(OneHost, RateZeroStillKeepsPerHost) {
  FrontierOptions options = unlimited();
  options.pace.per_host = 3;
  open(options);
  for (UrlNumber url = 1; url <= 9; ++url) push(url);
  EXPECT_EQ(start().url, 1U);
  EXPECT_EQ(start().url, 2U);
  EXPECT_EQ(start().url, 3U);
  EXPECT_EQ(start().url, 0U);
}

TEST_F(OneHost, House_RateZeroHonoursRetryAfterButAddsNoPauseOfItsOwn) {
  open(unlimited());
  for (UrlNumber url = 1; url <= 4; ++url) push(url);
  fetch(answer(503));
  EXPECT_EQ(fetch(ask_to_wait(seconds(9))), seconds(0));
  EXPECT_EQ(fetch(answer()), seconds(9));
}

// --- 429 and 503 ---------------------------------------------------------------------------------------------------

// RFC 9110 10.2.3, RFC 6585 4.
TEST_F(OneHost, RetryAfterIsHonouredWith429And503) {
  for (const int status : {429, 503}) {
    open(polite());
    for (UrlNumber url = 1; url <= 3; ++url) push(url);
    fetch(ask_to_wait(seconds(100), status));
    EXPECT_EQ(fetch(answer()), seconds(100)) << status;
  }
}

TEST_F(OneHost, House_RetryAfterOfOtherStatusesIsNotRegarded) {
  open(polite());
  for (UrlNumber url = 1; url <= 3; ++url) push(url);
  fetch(ask_to_wait(seconds(100), 200));
  EXPECT_EQ(fetch(answer()), seconds(1));
}

TEST_F(OneHost, RetryAfterIsClampedToADay) {
  open(polite(Milliseconds::max()));
  for (UrlNumber url = 1; url <= 3; ++url) push(url);
  fetch(ask_to_wait(hours(1000)));
  EXPECT_EQ(fetch(answer()), hours(24));
}

TEST_F(OneHost, WithoutRetryAfterThePauseIsAMinuteDoubledToAnHour) {
  open(polite(Milliseconds::max()));
  for (UrlNumber url = 1; url <= 20; ++url) push(url);
  fetch(answer(503));
  for (const int minute : {1, 2, 4, 8, 16, 32, 60, 60}) EXPECT_EQ(fetch(answer(503)), minutes(minute));
  fetch(answer());
  fetch(answer(503));
  EXPECT_EQ(fetch(answer()), minutes(1)) << "an answer forgets";
}

TEST_F(OneHost, ThePauseDoublesTheGapWhichDecaysByATenthAnHour) {
  open(polite(Milliseconds::max()));
  for (UrlNumber url = 1; url <= 20; ++url) push(url);
  fetch(answer(503));
  fetch(answer(503));
  fetch(answer());
  const Milliseconds slowed = fetch(answer());
  EXPECT_GT(slowed, Milliseconds(3900));
  EXPECT_LE(slowed, Milliseconds(4000));
  now += hours(1);
  fetch(answer());
  const Milliseconds later = fetch(answer());
  EXPECT_NEAR(static_cast<double>(later.count()), 0.9 * static_cast<double>(slowed.count()), 20);
  now += hours(48);
  fetch(answer());
  EXPECT_EQ(fetch(answer()), seconds(1));
}

// --- breaker -------------------------------------------------------------------------------------------------------

TEST_F(OneHost, BreakerOpensAtFiveFailuresInARowForAMinuteDoubledToAnHour) {
  open(polite(Milliseconds::max()));
  for (UrlNumber url = 1; url <= 30; ++url) push(url);
  for (int count = 0; count < 4; ++count) fetch(failure());
  EXPECT_FALSE(frontier->breaker_open(host));
  fetch(failure());
  EXPECT_TRUE(frontier->breaker_open(host));
  for (const int minute : {1, 2, 4, 8, 16, 32, 60, 60}) EXPECT_EQ(fetch(failure()), minutes(minute));
  EXPECT_EQ(fetch(answer()), minutes(60));
  EXPECT_FALSE(frontier->breaker_open(host));
  EXPECT_EQ(fetch(answer()), seconds(1));
  EXPECT_EQ(frontier->stats(now).breaker_openings, 9U);
}

TEST_F(OneHost, BreakerOpensWhenHalfOfTheLastTwentyFailed) {
  open(polite());
  for (UrlNumber url = 1; url <= 30; ++url) push(url);
  for (int count = 0; count < 9; ++count) {
    fetch(failure());
    fetch(answer());
  }
  fetch(answer());
  EXPECT_FALSE(frontier->breaker_open(host));
  fetch(failure());
  EXPECT_TRUE(frontier->breaker_open(host));
}

TEST_F(OneHost, HttpErrorsDoNotOpenTheBreaker) {
  open(polite());
  for (UrlNumber url = 1; url <= 30; ++url) push(url);
  for (int count = 0; count < 30; ++count) fetch(answer(count % 2 == 0 ? 500 : 404));
  EXPECT_FALSE(frontier->breaker_open(host));
}

TEST_F(OneHost, OnlyOneTrialRunsWhileHalfOpen) {
  FrontierOptions options = polite();
  options.pace.per_host = 4;
  open(options);
  for (UrlNumber url = 1; url <= 30; ++url) push(url);
  for (int count = 0; count < 5; ++count) fetch(failure());
  now += minutes(1);
  const Task trial = start();
  EXPECT_NE(trial.url, 0U);
  now += seconds(30);
  EXPECT_EQ(start().url, 0U);
  frontier->finished(trial, answer(), now);
  now += seconds(1);
  EXPECT_NE(start().url, 0U);
  now += seconds(1);
  EXPECT_NE(start().url, 0U);
}

TEST_F(OneHost, ATrialThatToldNothingIsTriedAgain) {
  open(polite(Milliseconds::max()));
  for (UrlNumber url = 1; url <= 30; ++url) push(url);
  for (int count = 0; count < 5; ++count) fetch(failure());
  fetch({Exchange::kNothingSent, Milliseconds(1), 0, {}});
  EXPECT_TRUE(frontier->breaker_open(host));
  fetch(answer());
  EXPECT_FALSE(frontier->breaker_open(host));
}

TEST_F(OneHost, ProbesPassTheOpenBreakerAndCloseItByAnAnswer) {
  open(polite());
  for (UrlNumber url = 1; url <= 30; ++url) push(url);
  for (int count = 0; count < 5; ++count) fetch(failure());
  push(99, Lane::kProbe);
  EXPECT_EQ(fetch(failure()), seconds(1));
  EXPECT_TRUE(frontier->breaker_open(host));
  push(99, Lane::kProbe);
  EXPECT_EQ(fetch(answer()), seconds(1));
  EXPECT_FALSE(frontier->breaker_open(host));
  EXPECT_LE(fetch(answer()), seconds(1));
}

TEST_F(OneHost, ProbesGoFirstAndASecondAfterTheLastRequest) {
  open(polite());
  for (UrlNumber url = 1; url <= 3; ++url) push(url, Lane::kConfirmation);
  fetch(answer(200, seconds(5)));
  push(99, Lane::kProbe);
  now += Milliseconds(999);
  EXPECT_EQ(start().url, 0U);
  now += Milliseconds(1);
  EXPECT_EQ(start().url, 99U);
}

// --- patience ------------------------------------------------------------------------------------------------------

TEST_F(OneHost, ADeadHostIsGivenBackAfterItsFirstTrial) {
  open(polite());
  for (UrlNumber url = 1; url <= 30; ++url) push(url);
  for (int count = 0; count < 5; ++count) fetch(failure());
  EXPECT_TRUE(frontier->drain_blocked(now).empty()) << "a minute is within the patience";
  fetch(failure());
  const auto drained = frontier->drain_blocked(now);
  ASSERT_EQ(drained.size(), 24U);
  EXPECT_EQ(drained.front().why, DrainedTask::Why::kBreakerOpen);
  EXPECT_EQ(drained.front().task, (Task{1, 7, host, 1, Lane::kDiscovery}));
  EXPECT_TRUE(frontier->idle());
  EXPECT_TRUE(frontier->drain_blocked(now).empty());
  push(50);
  EXPECT_EQ(frontier->drain_blocked(now).size(), 1U) << "what comes later as well";
  now += minutes(2);
  push(51);
  EXPECT_TRUE(frontier->drain_blocked(now).empty()) << "unless a trial is due";
  EXPECT_EQ(start().url, 51U);
}

TEST_F(OneHost, ALongRetryAfterIsGivenBackAtOnceAShortOneIsWaitedFor) {
  open(polite());
  for (UrlNumber url = 1; url <= 5; ++url) push(url);
  push(99, Lane::kProbe);
  fetch(answer());
  fetch(ask_to_wait(seconds(120)));
  EXPECT_TRUE(frontier->drain_blocked(now).empty());
  EXPECT_EQ(fetch(answer()), seconds(120));
  push(99, Lane::kProbe);
  fetch(ask_to_wait(seconds(121)));
  const auto drained = frontier->drain_blocked(now);
  EXPECT_EQ(drained.size(), 3U);
  EXPECT_EQ(drained.front().why, DrainedTask::Why::kPushback);
}

TEST_F(OneHost, House_FivePushbacksInARowAreGivenBack) {
  open(polite());
  for (UrlNumber url = 1; url <= 9; ++url) push(url);
  fetch(answer(429));
  for (const int minute : {1, 2, 2, 2}) {
    EXPECT_TRUE(frontier->drain_blocked(now).empty());
    EXPECT_EQ(fetch(answer(429)), minutes(minute));
  }
  EXPECT_EQ(frontier->drain_blocked(now).size(), 4U);
}

TEST_F(OneHost, WithoutPatienceNothingIsGivenBack) {
  open(polite(Milliseconds::max()));
  for (UrlNumber url = 1; url <= 30; ++url) push(url);
  for (int count = 0; count < 12; ++count) fetch(failure());
  EXPECT_TRUE(frontier->drain_blocked(now).empty());
  EXPECT_EQ(frontier->queued(), 18U);
}

// --- lanes ---------------------------------------------------------------------------------------------------------

TEST_F(OneHost, LanesShareBySaturationWithinATenth) {
  open(unlimited());
  constexpr int kPicks = 1000;
  for (UrlNumber url = 1; url <= kPicks; ++url) {
    for (std::size_t lane = 1; lane < kLanes; ++lane) push(url, static_cast<Lane>(lane));
  }
  std::array<int, kLanes> picked{};
  for (int pick = 1; pick <= kPicks; ++pick) {
    const Task task = start();
    ++picked[static_cast<std::size_t>(task.lane)];
    frontier->finished(task, answer(), now);
    if (pick % 100 != 0) continue;
    for (std::size_t lane = 1; lane < kLanes; ++lane) {
      const double due = kLaneWeights[lane] * pick / 100.0;
      EXPECT_NEAR(picked[lane], due, 0.1 * due) << lane;
    }
  }
}

TEST_F(OneHost, AnIdleLaneSavesNothingUp) {
  open(unlimited());
  for (UrlNumber url = 1; url <= 500; ++url) push(url, Lane::kRecheck);
  for (int count = 0; count < 300; ++count) fetch(answer());
  for (UrlNumber url = 1; url <= 100; ++url) push(url, Lane::kDiscovery);
  int discovered = 0;
  for (int count = 0; count < 30; ++count) {
    const Task task = start();
    discovered += task.lane == Lane::kDiscovery ? 1 : 0;
    frontier->finished(task, answer(), now);
  }
  EXPECT_EQ(discovered, 10);
}

TEST_F(OneHost, DiscoveryGoesByDepthThenOrderOtherLanesByOrder) {
  open(unlimited());
  push(1, Lane::kDiscovery, 3);
  push(2, Lane::kDiscovery, 1);
  push(3, Lane::kDiscovery, 2);
  push(4, Lane::kDiscovery, 1);
  std::vector<Task> tasks;
  for (int count = 0; count < 4; ++count) {
    tasks.push_back(start());
    frontier->finished(tasks.back(), answer(), now);
  }
  EXPECT_EQ(tasks[0].url, 2U);
  EXPECT_EQ(tasks[1].url, 4U);
  EXPECT_EQ(tasks[2].url, 3U);
  EXPECT_EQ(tasks[3], (Task{1, 1, host, 3, Lane::kDiscovery}));
  push(5, Lane::kExternal, 3);
  push(6, Lane::kExternal, 1);
  EXPECT_EQ(start().url, 5U);
}

TEST_F(OneHost, AHugeDepthCountsAsTheDeepest) {
  open(unlimited());
  push(1, Lane::kDiscovery, 65535);
  push(2, Lane::kDiscovery, Task::kDepthMax);
  EXPECT_EQ(start().depth, Task::kDepthMax);
}

TEST_F(OneHost, ATaskForLaterComesWhenItIsDue) {
  open(unlimited());
  frontier->push_later({1, 2, host, 0, Lane::kConfirmation}, now + minutes(2));
  frontier->push_later({1, 1, host, 0, Lane::kConfirmation}, now + minutes(1));
  EXPECT_EQ(start().url, 0U);
  EXPECT_EQ(frontier->next_at(), now + minutes(1));
  EXPECT_FALSE(frontier->idle());
  EXPECT_EQ(fetch(answer()), minutes(1));
  EXPECT_EQ(fetch(answer()), minutes(1));
  EXPECT_TRUE(frontier->idle());
}

TEST_F(OneHost, CoverageDebtIsTheAgeOfTheMostOverdueTaskOfEachLane) {
  open(polite());
  push(1, Lane::kHome);
  now += minutes(5);
  push(2, Lane::kHome);
  push(3, Lane::kExternal);
  now += minutes(1);
  const FrontierStats stats = frontier->stats(now);
  EXPECT_EQ(stats.coverage_debt[static_cast<std::size_t>(Lane::kHome)], minutes(6));
  EXPECT_EQ(stats.coverage_debt[static_cast<std::size_t>(Lane::kExternal)], minutes(1));
  EXPECT_EQ(stats.coverage_debt[static_cast<std::size_t>(Lane::kRecheck)], minutes(0));
  EXPECT_EQ(stats.queued[static_cast<std::size_t>(Lane::kHome)], 2U);
}

// --- what comes first ----------------------------------------------------------------------------------------------

TEST(Frontier, AHostIsResolvedOnceBeforeItsFirstFetch) {
  Frontier frontier(polite());
  const HostId host = frontier.host("http://a");
  EXPECT_TRUE(frontier.needs_address(host));
  frontier.push({1, 1, host, 0, Lane::kHome}, kStart);
  frontier.push({1, 2, host, 0, Lane::kHome}, kStart);
  const auto first = frontier.next(kStart);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->kind, Dispatch::Kind::kResolve);
  EXPECT_EQ(first->task.host, host);
  EXPECT_FALSE(frontier.next(kStart));
  EXPECT_EQ(frontier.next_at(), kNever);
  EXPECT_FALSE(frontier.idle());
  frontier.set_address(host, "192.0.2.1");
  EXPECT_FALSE(frontier.needs_address(host));
  const auto second = frontier.next(kStart);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->kind, Dispatch::Kind::kFetch);
  EXPECT_EQ(second->task.url, 1U);
}

TEST(Frontier, ResolvesInFlightAreBounded) {
  FrontierOptions options = polite();
  options.resolves_in_flight_max = 2;
  Frontier frontier(options);
  std::vector<HostId> asked;
  for (int index = 0; index < 6; ++index) {
    frontier.push({1, 1, frontier.host("http://" + std::to_string(index)), 0, Lane::kExternal}, kStart);
  }
  frontier.set_address(5, "192.0.2.5");
  int fetched = 0;
  for (int round = 0; round < 10; ++round) {
    while (const auto found = frontier.next(kStart)) {
      if (found->kind == Dispatch::Kind::kResolve) {
        asked.push_back(found->task.host);
      } else {
        ++fetched;
      }
    }
    EXPECT_LE(frontier.stats(kStart).resolving, 2U);
    if (static_cast<std::size_t>(round) < asked.size())
      frontier.set_address(asked[static_cast<std::size_t>(round)], "");
  }
  EXPECT_EQ(asked, (std::vector<HostId>{0, 1, 2, 3, 4}));
  EXPECT_EQ(fetched, 6);
}

TEST(Frontier, RobotsComeBeforeAllButProbesAndHoldTheTasksBack) {
  FrontierOptions options = polite();
  options.robots_first = true;
  Frontier frontier(options);
  const HostId host = frontier.host("http://a");
  frontier.set_address(host, "");
  frontier.push({1, 1, host, 0, Lane::kHome}, kStart);
  SteadyTime now = kStart;
  const auto robots = frontier.next(now);
  ASSERT_TRUE(robots);
  EXPECT_EQ(robots->kind, Dispatch::Kind::kRobots);
  EXPECT_EQ(robots->task.host, host);
  frontier.finished(robots->task, answer(404), now);
  now += seconds(5);
  EXPECT_FALSE(frontier.next(now));
  frontier.push({1, 9, host, 0, Lane::kProbe}, now);
  const auto probe = frontier.next(now);
  ASSERT_TRUE(probe);
  EXPECT_EQ(probe->task.url, 9U);
  frontier.finished(probe->task, answer(), now);
  now += seconds(5);
  frontier.robots_ready(host);
  const auto page = frontier.next(now);
  ASSERT_TRUE(page);
  EXPECT_EQ(page->task.url, 1U);
  frontier.finished(page->task, answer(), now);
  frontier.expire_robots(host);
  frontier.push({1, 2, host, 0, Lane::kHome}, now);
  now += seconds(5);
  const auto again = frontier.next(now);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->kind, Dispatch::Kind::kRobots);
}

// --- addresses -----------------------------------------------------------------------------------------------------

TEST(Frontier, AnAddressRateIsOverridableAndZeroLiftsIt) {
  for (const double rate : {1.0, 10.0, 0.0}) {
    Frontier frontier(polite());
    for (int index = 0; index < 20; ++index) {
      const HostId host = frontier.host("http://" + std::to_string(index));
      frontier.set_address(host, "192.0.2.1", rate);
      frontier.push({1, 1, host, 0, Lane::kHome}, kStart);
    }
    int started = 0;
    for (SteadyTime now = kStart; now < kStart + seconds(1); now += Milliseconds(10)) {
      while (frontier.next(now)) ++started;
    }
    EXPECT_EQ(started, rate == 0 ? 20 : static_cast<int>(rate)) << rate;
  }
}

TEST(Frontier, AHostThatMovesToAnotherAddressHoldsNobodyUp) {
  Frontier frontier(polite());
  for (int index = 0; index < 4; ++index) {
    const HostId host = frontier.host("http://" + std::to_string(index));
    frontier.set_address(host, "192.0.2.1");
    frontier.push({1, 1, host, 0, Lane::kHome}, kStart);
  }
  ASSERT_TRUE(frontier.next(kStart));
  EXPECT_FALSE(frontier.next(kStart));
  frontier.set_address(1, "192.0.2.2");
  std::set<HostId> started;
  for (SteadyTime now = kStart; now < kStart + seconds(2); now += Milliseconds(50)) {
    while (const auto found = frontier.next(now)) started.insert(found->task.host);
  }
  EXPECT_EQ(started, (std::set<HostId>{1, 2, 3}));
}

TEST(Frontier, AllInFlightTogetherAreBounded) {
  FrontierOptions options = unlimited();
  options.in_flight_max = 3;
  Frontier frontier(options);
  std::vector<Task> running;
  for (int index = 0; index < 10; ++index) {
    frontier.push({1, 1, frontier.host("http://" + std::to_string(index)), 0, Lane::kHome}, kStart);
  }
  while (const auto found = frontier.next(kStart)) running.push_back(found->task);
  EXPECT_EQ(running.size(), 3U);
  EXPECT_EQ(frontier.next_at(), kNever);
  frontier.finished(running[0], answer(), kStart);
  EXPECT_LE(frontier.next_at(), kStart);
  EXPECT_EQ(frontier.next(kStart)->task.host, 3U);
}

TEST(Frontier, HostsTakeTurns) {
  FrontierOptions options = unlimited();
  options.in_flight_max = 1;
  Frontier frontier(options);
  for (HostId index = 0; index < 50; ++index) {
    const HostId host = frontier.host("http://" + std::to_string(index));
    const UrlNumber tasks = index == 0 ? 2000 : 20;
    for (UrlNumber url = 1; url <= tasks; ++url) frontier.push({1, url, host, 0, Lane::kHome}, kStart);
  }
  std::map<HostId, int> fetched;
  for (int count = 1; count <= 1000; ++count) {
    const auto found = frontier.next(kStart);
    ASSERT_TRUE(found);
    ++fetched[found->task.host];
    frontier.finished(found->task, answer(), kStart);
    if (count % 50 != 0) continue;
    for (const auto& [host, times] : fetched) EXPECT_EQ(times, count / 50) << host;
  }
}

}  // namespace
}  // namespace xuncha
