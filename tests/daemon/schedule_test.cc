#include "daemon/service/schedule.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace xuncha {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const WallTime kNow{hours(24 * 365 * 50)};

// The next site, begun; empty when none is due or enough run.
std::string begin_next(Schedule& schedule, WallTime now) {
  const std::string* const next = schedule.next(now);
  if (next == nullptr) return {};
  std::string site = *next;
  schedule.begin(site, now);
  return site;
}

TEST(Schedule, SitesBeginOneAfterAnotherAtAStart) {
  Schedule schedule({.start_gap = seconds(1)});
  schedule.add("a", kNow);
  schedule.add("b", kNow);
  EXPECT_EQ(begin_next(schedule, kNow), "a");
  EXPECT_EQ(begin_next(schedule, kNow), "");
  EXPECT_EQ(schedule.wake_at(), kNow + seconds(1));
  EXPECT_EQ(begin_next(schedule, kNow + seconds(1)), "b");
}

TEST(Schedule, AStartOfManySitesTakesAnHourAtMost) {
  Schedule schedule({.running_max = 10'000, .start_gap = seconds(1)});
  for (int site = 0; site < 5'000; ++site) schedule.add(std::to_string(site), kNow);
  int begun = 0;
  while (!begin_next(schedule, kNow + hours(1)).empty()) ++begun;
  EXPECT_EQ(begun, 5'000);
}

TEST(Schedule, TheMostOverdueSiteIsNext) {
  Schedule schedule({.start_gap = seconds(0)});
  schedule.add("a", kNow);
  schedule.add("b", kNow);
  ASSERT_EQ(begin_next(schedule, kNow), "a");
  ASSERT_EQ(begin_next(schedule, kNow), "b");
  schedule.ended("a", kNow + minutes(20), kNow);
  schedule.ended("b", kNow + minutes(10), kNow);
  EXPECT_EQ(begin_next(schedule, kNow + hours(1)), "b");
  EXPECT_EQ(schedule.debt(kNow + hours(1)), minutes(40));
}

TEST(Schedule, NoMoreRunThanMay) {
  Schedule schedule({.running_max = 1, .start_gap = seconds(0)});
  schedule.add("a", kNow);
  schedule.add("b", kNow);
  ASSERT_EQ(begin_next(schedule, kNow), "a");
  EXPECT_EQ(begin_next(schedule, kNow), "");
  EXPECT_EQ(schedule.wake_at(), WallTime::max());
  EXPECT_EQ(schedule.waiting(kNow), 1u);
  schedule.ended("a", kNow, kNow);
  EXPECT_EQ(begin_next(schedule, kNow), "b");
}

TEST(Schedule, ASiteRestsBetweenItsRounds) {
  Schedule schedule({.gap_min = seconds(2), .start_gap = seconds(0)});
  schedule.add("a", kNow);
  ASSERT_EQ(begin_next(schedule, kNow), "a");
  schedule.ended("a", kNow, kNow);
  EXPECT_EQ(begin_next(schedule, kNow + seconds(1)), "");
  EXPECT_EQ(begin_next(schedule, kNow + seconds(2)), "a");
}

// Whatever a round leaves that it should have done, it is not for a fault of ours that a portal is asked without pause.
TEST(Schedule, WhatNoRoundCanDoIsTriedEverMoreSeldom) {
  Schedule schedule({.gap_min = seconds(2), .left_over_max = 3, .left_over_gap_max = minutes(10)});
  schedule.add("a", kNow);
  WallTime now = kNow;
  std::vector<Milliseconds> gaps;
  const auto round = [&](WallTime due) {
    schedule.begin("a", now);
    now += seconds(1);
    schedule.ended("a", due, now);
    gaps.push_back(schedule.wake_at() - now);
    now = schedule.wake_at();
  };
  for (int count = 0; count < 14; ++count) round(WallTime{});
  EXPECT_EQ(gaps[2], seconds(2));
  EXPECT_EQ(gaps[3], seconds(4));
  EXPECT_EQ(gaps[5], seconds(16));
  EXPECT_EQ(gaps[13], minutes(10));
  round(now + Milliseconds(1));  // came due while the round was under way
  EXPECT_EQ(gaps.back(), seconds(2));
  round(now);
  EXPECT_EQ(gaps.back(), seconds(2));
}

TEST(Schedule, TheEndOfARemovedSitesRoundCountsForNothing) {
  Schedule schedule({});
  schedule.add("a", kNow);
  ASSERT_EQ(begin_next(schedule, kNow), "a");
  schedule.remove("a");
  schedule.ended("a", kNow, kNow);
  EXPECT_EQ(schedule.size(), 0u);
  EXPECT_EQ(begin_next(schedule, kNow + hours(1)), "");
}

TEST(Schedule, AHurriedSiteIsDueAtOnce) {
  Schedule schedule({.start_gap = seconds(0)});
  schedule.add("a", kNow);
  ASSERT_EQ(begin_next(schedule, kNow), "a");
  schedule.ended("a", kNow + hours(1), kNow);
  schedule.hurry("a", kNow + minutes(1));
  EXPECT_EQ(begin_next(schedule, kNow + minutes(1)), "a");
}

TEST(Schedule, WhenTheClockWasSetAllBeginAnewOneAfterAnother) {
  Schedule schedule({.start_gap = seconds(1)});
  for (const char* site : {"a", "b", "c"}) schedule.add(site, kNow);
  EXPECT_EQ(begin_next(schedule, kNow), "a");
  EXPECT_EQ(begin_next(schedule, kNow + seconds(1)), "b");
  schedule.ended("b", kNow + hours(6), kNow + seconds(1));
  const WallTime yesterday = kNow - hours(24);  // where the clock was set to
  schedule.begin_anew(yesterday);
  EXPECT_EQ(begin_next(schedule, yesterday), "c");
  EXPECT_EQ(begin_next(schedule, yesterday), "");
  EXPECT_EQ(begin_next(schedule, yesterday + seconds(1)), "b");
  EXPECT_EQ(schedule.running(), 3u);  // what ran goes on
}

}  // namespace
}  // namespace xuncha
