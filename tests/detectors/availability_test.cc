#include "detectors/availability.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace xuncha {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr WallTime kNow = WallTime(seconds(1'700'000'000));
constexpr WallTime kBegin = kNow - hours(24 * 7);

// Visits evenly over the week, of which the first `failures`, spread out, do not open.
std::vector<ProbeSample> week_of(int visits, int failures) {
  std::vector<ProbeSample> samples;
  const Milliseconds gap = Milliseconds(hours(24 * 7)) / visits;
  for (int visit = 0; visit < visits; ++visit) {
    // Failing ones stand as far apart as can be: (visit * failures) / visits steps at each of them.
    const bool fails = (visit + 1) * failures / visits > visit * failures / visits;
    samples.push_back({.at = kBegin + visit * gap,
                       .result = fails ? ProbeResult::kNotOpen : ProbeResult::kOpen,
                       .phase = fails ? Phase::kConnect : Phase::kNone});
  }
  return samples;
}

AvailabilityState state_of(const std::vector<ProbeSample>& samples, const std::vector<VoidWindow>& voids = {}) {
  return judge_availability(samples, voids, {}, kNow).state;
}

double log_choose(int all, int some) {
  return std::lgamma(all + 1.0) - std::lgamma(some + 1.0) - std::lgamma(all - some + 1.0);
}

// The chance that a site which fails with that probability is told to fail the rule.
double chance_of_failing(int visits, double probability) {
  double chance = 0;
  for (int failures = 0; failures <= visits; ++failures) {
    if (state_of(week_of(visits, failures)) != AvailabilityState::kFailed) continue;
    chance += std::exp(log_choose(visits, failures) + failures * std::log(probability) +
                       (visits - failures) * std::log1p(-probability));
  }
  return chance;
}

// The exact binomial distribution.
TEST(Availability, TheRuleFailsASiteWithTheChancesOfTheBinomialTable) {
  struct Row {
    double probability, of_140, of_2016;
  };
  for (const Row& row : {Row{0.01, 0.0006, 0}, Row{0.02, 0.023, 0}, Row{0.03, 0.13, 0.0001}, Row{0.04, 0.33, 0.014},
                         Row{0.05, 0.55, 0.51}, Row{0.06, 0.74, 0.975}, Row{0.08, 0.94, 1}}) {
    EXPECT_NEAR(chance_of_failing(140, row.probability), row.of_140, 0.005) << row.probability;
    EXPECT_NEAR(chance_of_failing(2016, row.probability), row.of_2016, 0.005) << row.probability;
  }
  EXPECT_NEAR(chance_of_failing(140, 0.01), 0.0006, 0.00005);
}

// 国办秘函〔2019〕19号, 站点无法访问: 20 a day for a week are 140, of which 5 % are 7.
TEST(Availability, SevenOf140FailTheWeekAndSixDoNot) {
  EXPECT_EQ(state_of(week_of(140, 7)), AvailabilityState::kFailed);
  EXPECT_EQ(state_of(week_of(140, 6)), AvailabilityState::kAtRisk);
  EXPECT_EQ(state_of(week_of(2016, 101)), AvailabilityState::kFailed);
  EXPECT_EQ(state_of(week_of(2016, 100)), AvailabilityState::kAtRisk);
}

TEST(Availability, AVisitThatTakesFifteenSecondsHasNotOpened) {
  const auto result = [](Reason reason, Milliseconds took) { return probe_result(reason, took, seconds(15)); };
  EXPECT_EQ(result({}, Milliseconds(14'900)), ProbeResult::kOpen);
  EXPECT_EQ(result({}, Milliseconds(14'999)), ProbeResult::kOpen);
  EXPECT_EQ(result({}, Milliseconds(15'000)), ProbeResult::kNotOpen);
  EXPECT_EQ(result({}, Milliseconds(15'100)), ProbeResult::kNotOpen);
  EXPECT_EQ(result({ReasonCode::kConnectTimeout, 0}, seconds(10)), ProbeResult::kNotOpen);
  EXPECT_EQ(result({ReasonCode::kHttpStatus, 500}, seconds(1)), ProbeResult::kNotOpen);
}

TEST(Availability, WhoTurnsMonitorsAwayIsNotCountedAsClosed) {
  for (const Reason reason :
       {Reason{ReasonCode::kHttpStatus, 403}, Reason{ReasonCode::kHttpStatus, 412}, Reason{ReasonCode::kChallenge, 0},
        Reason{ReasonCode::kHttp503Retry, 0}, Reason{ReasonCode::kBlind, 0}, Reason{ReasonCode::kEngineError, 0},
        Reason{ReasonCode::kAddress, 0}}) {
    EXPECT_EQ(probe_result(reason, seconds(1), seconds(15)), ProbeResult::kUncounted) << reason_name(reason);
  }
}

TEST(Availability, AVirtualWeekIsJudgedAtItsEdges) {
  // A visit each 5 minutes; the site is slow in some of them.
  const auto week = [](int slow_visits, Milliseconds took) {
    std::vector<ProbeSample> samples = week_of(2016, 0);
    for (int visit = 0; visit < slow_visits; ++visit) {
      ProbeSample& sample = samples[static_cast<std::size_t>(visit) * 15];
      sample.result = probe_result({}, took, seconds(15));
      if (sample.result == ProbeResult::kNotOpen) sample.phase = Phase::kBody;
    }
    return state_of(samples);
  };
  EXPECT_EQ(week(101, Milliseconds(14'900)), AvailabilityState::kGood);
  EXPECT_EQ(week(101, Milliseconds(15'100)), AvailabilityState::kFailed);
  EXPECT_EQ(week(100, Milliseconds(15'100)), AvailabilityState::kAtRisk);
  EXPECT_EQ(week(20, Milliseconds(15'100)), AvailabilityState::kGood);
}

TEST(Availability, FewerThanTwentyVisitsOnAnyDayAreNoVerdict) {
  std::vector<ProbeSample> samples = week_of(140, 0);
  EXPECT_EQ(state_of(samples), AvailabilityState::kGood);
  samples.erase(samples.begin() + 70);
  const Availability result = judge_availability(samples, {}, {}, kNow);
  EXPECT_EQ(result.state, AvailabilityState::kUnknown);
  EXPECT_EQ(result.days_short, 1u);
  EXPECT_EQ(state_of({}), AvailabilityState::kUnknown);
}

TEST(Availability, VoidWindowsChangeNothing) {
  std::mt19937_64 random(20261122);
  for (int turn = 0; turn < 50; ++turn) {
    std::vector<ProbeSample> samples = week_of(2016, static_cast<int>(random() % 150));
    const WallTime from = kBegin + seconds(random() % (6UL * 86'400));
    const VoidWindow window{from, from + minutes(random() % 600)};
    std::vector<ProbeSample> without;
    for (const ProbeSample& sample : samples) {
      if (sample.at < window.from || sample.at >= window.to) without.push_back(sample);
    }
    // Whatever was seen in the window:
    for (ProbeSample& sample : samples) {
      if (sample.at >= window.from && sample.at < window.to && random() % 2 == 0) {
        sample.result = sample.result == ProbeResult::kOpen ? ProbeResult::kNotOpen : ProbeResult::kOpen;
      }
    }
    const std::vector<VoidWindow> voids = {window};
    const Availability seen = judge_availability(samples, voids, {}, kNow);
    const Availability left = judge_availability(without, {}, {}, kNow);
    EXPECT_EQ(seen.state, left.state);
    EXPECT_EQ(seen.visits, left.visits);
    EXPECT_EQ(seen.failures, left.failures);
    EXPECT_EQ(seen.outages.count, left.outages.count);
    EXPECT_EQ(seen.uncounted, samples.size() - without.size());
  }
}

TEST(Availability, OnlyTheLastWeekCounts) {
  std::vector<ProbeSample> samples = week_of(140, 0);
  for (int day = 1; day <= 40; ++day) {
    samples.insert(samples.begin(), {.at = kBegin - hours(day), .result = ProbeResult::kNotOpen});
  }
  samples.push_back({.at = kNow, .result = ProbeResult::kNotOpen});
  const Availability result = judge_availability(samples, {}, {}, kNow);
  EXPECT_EQ(result.visits, 140u);
  EXPECT_EQ(result.failures, 0u);
}

TEST(Availability, ASecondTryIsInNoShareButTellsAnOutage) {
  std::vector<ProbeSample> samples = week_of(140, 0);
  samples[50].result = ProbeResult::kNotOpen;
  samples[50].phase = Phase::kTls;
  EXPECT_EQ(judge_availability(samples, {}, {}, kNow).outages.count, 0u);  // one visit that failed is no outage
  ProbeSample repeat = samples[50];
  repeat.at += seconds(30);
  repeat.is_repeat = true;
  samples.insert(samples.begin() + 51, repeat);
  const Availability result = judge_availability(samples, {}, {}, kNow);
  EXPECT_EQ(result.failures, 1u);
  EXPECT_EQ(result.visits, 140u);
  EXPECT_EQ(result.outages.count, 1u);
  EXPECT_EQ(result.outages.longest_phase, Phase::kTls);
}

TEST(Availability, OutagesAreCountedAndTheLongestIsKept) {
  std::vector<ProbeSample> samples = week_of(2016, 0);
  const auto fail = [&samples](std::size_t first, std::size_t count, Phase phase) {
    for (std::size_t visit = first; visit < first + count; ++visit) {
      samples[visit].result = ProbeResult::kNotOpen;
      samples[visit].phase = phase;
    }
  };
  fail(100, 3, Phase::kConnect);
  fail(500, 12, Phase::kDns);
  fail(900, 1, Phase::kBody);
  fail(2014, 2, Phase::kHeaders);  // lasts
  const Outages outages = judge_availability(samples, {}, {}, kNow).outages;
  EXPECT_EQ(outages.count, 3u);
  EXPECT_EQ(outages.longest, Milliseconds(minutes(60)));
  EXPECT_EQ(outages.longest_began, samples[500].at);
  EXPECT_EQ(outages.longest_phase, Phase::kDns);
  // The time in which our own network was down is nobody's outage.
  const std::vector<VoidWindow> voids = {{samples[503].at, samples[507].at}};
  EXPECT_EQ(judge_availability(samples, voids, {}, kNow).outages.longest, Milliseconds(minutes(40)));
}

// At 95 %: 7/140 2.4-10.0 %; 101/2,016 4.1-6.1 %; 140 clean visits only bound the rate below 2.7 %.
TEST(Availability, IntervalsAreWilsons) {
  EXPECT_NEAR(wilson_interval(7, 140).low, 0.024, 0.0006);
  EXPECT_NEAR(wilson_interval(7, 140).high, 0.100, 0.0006);
  EXPECT_NEAR(wilson_interval(101, 2016).low, 0.041, 0.0006);
  EXPECT_NEAR(wilson_interval(101, 2016).high, 0.061, 0.0006);
  EXPECT_NEAR(wilson_interval(0, 140).high, 0.027, 0.0006);
  EXPECT_EQ(wilson_interval(0, 140).low, 0);
  EXPECT_EQ(wilson_interval(140, 140).high, 1);
  EXPECT_EQ(wilson_interval(0, 0).high, 1);
}

TEST(Availability, TheIntervalHoldsTheShareAndShrinksWithTheVisits) {
  for (std::uint32_t visits = 1; visits < 400; visits += 7) {
    for (std::uint32_t failures = 0; failures <= visits; ++failures) {
      const Interval interval = wilson_interval(failures, visits);
      const double share = static_cast<double>(failures) / visits;
      EXPECT_LE(interval.low, share + 1e-12);
      EXPECT_GE(interval.high, share - 1e-12);
      const Interval more = wilson_interval(failures * 10, visits * 10);
      EXPECT_LE(more.high - more.low, interval.high - interval.low);
    }
  }
}

TEST(Availability, TheShareIsExact) {
  for (std::uint32_t hundreds = 1; hundreds < 60; ++hundreds) {
    const std::uint32_t visits = hundreds * 20;
    EXPECT_TRUE(is_over_share(hundreds, visits, 0.05)) << visits;
    EXPECT_FALSE(is_over_share(hundreds - 1, visits, 0.05)) << visits;
    EXPECT_FALSE(is_over_share(hundreds, visits + 1, 0.05)) << visits;
  }
  EXPECT_FALSE(is_over_share(0, 0, 0.05));
}

TEST(Availability, HoursAddUpToTheWeek) {
  const std::vector<ProbeSample> samples = week_of(2016, 77);
  const std::vector<VoidWindow> voids = {{kBegin + hours(5), kBegin + hours(7)}};
  const Availability week = judge_availability(samples, voids, {}, kNow);
  HourlyVisits all;
  std::set<WallTime> seen;
  for (const HourlyVisits& hour : hourly_visits(samples, voids)) {
    EXPECT_TRUE(seen.insert(hour.hour).second);
    EXPECT_EQ(hour.hour.time_since_epoch() % hours(1), Milliseconds(0));
    all.visits += hour.visits;
    all.failures += hour.failures;
    all.uncounted += hour.uncounted;
  }
  EXPECT_EQ(all.visits, week.visits);
  EXPECT_EQ(all.failures, week.failures);
  EXPECT_EQ(all.uncounted, week.uncounted);
}

}  // namespace
}  // namespace xuncha
