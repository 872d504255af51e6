// How soon a target is asked again.
#include "daemon/patrol/round_plan.h"

#include <gtest/gtest.h>

#include <set>
#include <utility>

namespace xuncha {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr WallTime kNow = WallTime(Milliseconds(1'700'000'000'000));

// Visited so often at that gap, unchanged so often.
UrlRecord visited(std::uint32_t visits, std::uint32_t unchanged, seconds gap = hours(24),
                  UrlClass url_class = UrlClass::kPage) {
  UrlRecord record;
  record.url_class = url_class;
  record.visits = visits;
  record.unchanged = unchanged;
  record.visited = kNow;
  record.first_seen = kNow - gap * visits;
  return record;
}

TEST(RoundPlan, ATargetNeverAskedIsDue) {
  EXPECT_LE(due_at({}, UrlRecord{}, 0), kNow);
}

TEST(RoundPlan, TheFirstIntervalIsOfTheClass) {
  const std::pair<UrlClass, seconds> rows[] = {
      {UrlClass::kHome, hours(1)},
      {UrlClass::kPage, hours(24)},
      {UrlClass::kAttachment, hours(24 * 14)},
      {UrlClass::kImage, hours(24 * 14)},
      {UrlClass::kResource, hours(24 * 14)},
      {UrlClass::kExternal, hours(24 * 7)},
  };
  RoundPlan plan;
  plan.jitter = 0;
  for (const auto& [url_class, interval] : rows) {
    EXPECT_EQ(due_at(plan, visited(1, 0, hours(1), url_class), 0) - kNow, interval) << static_cast<int>(url_class);
  }
}

TEST(RoundPlan, TwoVisitsTellNothingOfHowOftenAPageChanges) {
  EXPECT_EQ(visit_interval(RoundPlan{}.page, visited(2, 2)), hours(24));
}

TEST(RoundPlan, APageThatAlwaysChangesIsAskedAtTheShortestInterval) {
  EXPECT_EQ(visit_interval(RoundPlan{}.page, visited(50, 0, hours(6))), hours(6));
}

TEST(RoundPlan, APageThatNeverChangesIsAskedAtTheLongestInterval) {
  EXPECT_EQ(visit_interval(RoundPlan{}.page, visited(50, 50)), hours(24 * 14));
}

TEST(RoundPlan, APageThatChangesEveryOtherVisitIsAskedByItsEstimatedRate) {
  // Cho and Garcia-Molina: -ln((10 + 0.5) / (20 + 0.5)) = 0.669 changes a day: every 1.49 days.
  const seconds interval = visit_interval(RoundPlan{}.page, visited(20, 10));
  EXPECT_NEAR(std::chrono::duration<double>(interval).count(), 1.4946 * 86'400, 100);
}

TEST(RoundPlan, Hostile_MoreUnchangedThanVisitsAndTimeBackwardsStayWithinTheBounds) {
  UrlRecord record = visited(10, 4'000'000'000);
  EXPECT_EQ(visit_interval(RoundPlan{}.page, record), hours(24 * 14));
  record = visited(10, 0);
  record.first_seen = kNow + hours(1'000);
  EXPECT_EQ(visit_interval(RoundPlan{}.page, record), hours(6));
}

TEST(RoundPlan, ABlockIsAskedDailyWhateverTheClass) {
  RoundPlan plan;
  plan.jitter = 0;
  for (const UrlClass url_class : {UrlClass::kHome, UrlClass::kPage, UrlClass::kExternal}) {
    UrlRecord record = visited(9, 9, hours(24), url_class);
    record.reason = {ReasonCode::kHttpStatus, 403};
    EXPECT_EQ(due_at(plan, record, 0) - kNow, hours(24));
  }
}

TEST(RoundPlan, WhatPassesByIsAskedAgainWithinTheHour) {
  RoundPlan plan;
  plan.jitter = 0;
  for (const ReasonCode code :
       {ReasonCode::kBlind, ReasonCode::kHostDown, ReasonCode::kBreakerOpen, ReasonCode::kEngineError}) {
    UrlRecord record = visited(9, 9, hours(24), UrlClass::kAttachment);
    record.reason = {code, 0};
    EXPECT_EQ(due_at(plan, record, 0) - kNow, minutes(30)) << reason_name(record.reason);
  }
}

TEST(RoundPlan, WhatStaysWithoutVerdictIsAskedAsOthersAre) {
  RoundPlan plan;
  plan.jitter = 0;
  UrlRecord record = visited(1, 0);
  record.reason = {ReasonCode::kScriptRendered, 0};
  EXPECT_EQ(due_at(plan, record, 0) - kNow, hours(24));
}

TEST(RoundPlan, TheJitterIsATenthAtMostSpreadsAndStaysTheSameForATarget) {
  const UrlRecord record = visited(1, 0);
  std::set<WallTime> seen;
  for (std::uint64_t spread = 0; spread < 5'000; spread += 7) {
    const WallTime due = due_at({}, record, spread);
    EXPECT_EQ(due, due_at({}, record, spread));
    EXPECT_GE(due - kNow, minutes(24 * 54));
    EXPECT_LE(due - kNow, minutes(24 * 66));
    seen.insert(due);
  }
  EXPECT_GT(seen.size(), 500u);
}

}  // namespace
}  // namespace xuncha
