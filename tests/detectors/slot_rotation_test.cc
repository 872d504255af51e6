// Does what stands in a carousel or headline owe rotation, and was it left? (国办秘函〔2019〕19号 首页不更新; the limit
// is our own.)
#include "detectors/slot_rotation.h"

#include <gtest/gtest.h>

namespace xuncha {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::hours;

const CivilDay kToday = 2026y / 11 / 20;
const WallTime kNow = *parse_time("2026-11-20T10:00:00+08:00");
constexpr days kLimit{30};

// Three pieces of news, the newest of 40 days ago, seen alike since so many days ago.
SlotHistory frozen(int since = 35, std::uint32_t sights = 10) {
  return {.kind = SlotKind::kCarousel,
          .items = 3,
          .dated = 3,
          .dated_twice = 0,
          .newest = 2026y / 10 / 11,
          .first_seen = kNow - days(since),
          .since = kNow - days(since),
          .changed = kNow - days(since),
          .last = kNow,
          .sights = sights};
}
std::string_view reason(const SlotHistory& history) {
  return judge_slot(history, kLimit, kToday).reason;
}

TEST(Slot, IsUnchangedWhenTheSameOldNewsStoodForTheLimit) {
  EXPECT_EQ(reason(frozen()), "unchanged");
  EXPECT_TRUE(judge_slot(frozen(), kLimit, kToday).fails());
}
TEST(Slot, Boundary_TheLimitItselfOfItsStanding) {
  EXPECT_EQ(reason(frozen(30)), "unchanged");
  SlotHistory history = frozen(30);
  history.since += hours(1);
  history.first_seen = history.changed = history.since;
  EXPECT_EQ(reason(history), "too_short");
}
TEST(Slot, Boundary_TheLimitItselfOfItsNews) {
  SlotHistory history = frozen();
  history.newest = 2026y / 10 / 21;  // 30 days
  EXPECT_EQ(judge_slot(history, kLimit, kToday).verdict, ContentVerdict::kPass);
  history.newest = 2026y / 10 / 20;
  EXPECT_TRUE(judge_slot(history, kLimit, kToday).fails());
}
TEST(Slot, OneSightIsNone) {
  EXPECT_EQ(reason(frozen(35, 1)), "too_short");
}
TEST(Slot, RecentNewsAreRotation) {
  SlotHistory history = frozen();
  history.newest = 2026y / 11 / 19;
  EXPECT_EQ(reason(history), "recent");
}
TEST(Slot, AChangeIsRotationWhateverTheNewsAre) {
  SlotHistory history = frozen(10);
  history.first_seen = kNow - days(90);
  EXPECT_EQ(reason(history), "changed");
}
TEST(Slot, EntrancesToServicesAndTopicsOweNone) {
  SlotHistory history = frozen();
  history.dated = 0;
  history.newest.reset();
  EXPECT_EQ(reason(history), "no_news");
  history = frozen();
  history.items = 5;
  history.dated = 2;  // of five
  EXPECT_EQ(reason(history), "no_news");
  history.items = 4;
  EXPECT_EQ(reason(history), "unchanged");
  history = frozen();
  history.items = 2;
  history.dated = 1;  // one piece of news is no rotation
  EXPECT_EQ(reason(history), "no_news");
}
TEST(Slot, OnePictureIsNoRotation) {
  SlotHistory history = frozen();
  history.items = history.dated = 1;
  EXPECT_EQ(reason(history), "too_few_items");
  history.kind = SlotKind::kHeadline;
  EXPECT_EQ(reason(history), "unchanged");
  history.items = 0;
  EXPECT_EQ(reason(history), "too_few_items");
}
TEST(Slot, AFirstPatrolKnowsByTwoSourcesOrNotAtAll) {
  SlotHistory history = frozen(0, 1);
  EXPECT_EQ(reason(history), "too_short");
  history.dated_twice = 2;  // of three
  EXPECT_EQ(reason(history), "too_short");
  history.dated_twice = 3;
  EXPECT_EQ(reason(history), "old_news");
}
TEST(Slot, ItemsThatComeAndGoByChanceAreUnknown) {
  SlotHistory history = frozen(0, 1);
  history.first_seen = kNow - days(90);
  history.changed = kNow - days(60);
  history.dated_twice = 3;
  EXPECT_EQ(reason(history), "varies");
}
TEST(Slot, Hostile_TimesThatCannotBe) {
  SlotHistory history = frozen();
  history.since = history.last + days(400);
  history.changed = history.since;
  EXPECT_FALSE(judge_slot(history, kLimit, kToday).fails());
  history = frozen();
  history.newest = 2099y / 1 / 1;
  EXPECT_EQ(reason(history), "recent");
}

TEST(Notice, IsUnfinishedWhenItStoodForTheLimitAtTwoSights) {
  EXPECT_TRUE(judge_notice({.since = kNow - days(30), .last = kNow, .sights = 2}, kLimit).fails());
  EXPECT_EQ(judge_notice({.since = kNow - days(30), .last = kNow, .sights = 1}, kLimit).reason, "too_short");
  EXPECT_EQ(judge_notice({.since = kNow - days(29), .last = kNow, .sights = 9}, kLimit).reason, "too_short");
}

}  // namespace
}  // namespace xuncha
