// Content that was left standing: consultations past their day, old marks, slots that never change.
#include "detectors/content_rotation.h"

#include <gtest/gtest.h>

namespace xuncha {
namespace {

using namespace std::chrono_literals;

constexpr CivilDay kToday = 2026y / 11 / 20;

TEST(Consultation, PastItsDayAndStillOpen) {
  EXPECT_EQ(judge_consultation({.deadline = 2026y / 11 / 1, .says_open = true}, kToday).reason, "overdue");
}
TEST(Consultation, Boundary_AWeekIsGivenToCloseIt) {
  EXPECT_EQ(judge_consultation({.deadline = 2026y / 11 / 13, .says_open = true}, kToday).reason, "running");
  EXPECT_EQ(judge_consultation({.deadline = 2026y / 11 / 12, .says_open = true}, kToday).reason, "overdue");
}
TEST(Consultation, ResultsEndIt) {
  const ConsultationSight sight = {.deadline = 2026y / 1 / 1, .says_open = true, .has_result = true};
  EXPECT_EQ(judge_consultation(sight, kToday).verdict, ContentVerdict::kPass);
}
TEST(Consultation, IsUnknownWhereThePageDoesNotSay) {
  EXPECT_EQ(judge_consultation({.deadline = 2026y / 1 / 1}, kToday).reason, "not_open");
  EXPECT_EQ(judge_consultation({.deadline = {}, .says_open = true}, kToday).reason, "no_deadline");
}

TEST(NewMarks, AreOldWhenEvenTheNewestItemIs) {
  EXPECT_EQ(judge_new_marks({2, 10, 10, 2026y / 10 / 1}, 30, kToday).reason, "old");
}
TEST(NewMarks, Boundary_ThirtyDays) {
  EXPECT_EQ(judge_new_marks({2, 10, 10, 2026y / 10 / 21}, 30, kToday).reason, "recent");
  EXPECT_EQ(judge_new_marks({2, 10, 10, 2026y / 10 / 20}, 30, kToday).reason, "old");
}
TEST(NewMarks, AreUnknownWithoutDays) {
  EXPECT_EQ(judge_new_marks({2, 10, 9, 2026y / 10 / 1}, 30, kToday).reason, "undated");
  EXPECT_EQ(judge_new_marks({2, 0, 0, {}}, 30, kToday).reason, "undated");
  EXPECT_EQ(judge_new_marks({0, 10, 10, 2026y / 1 / 1}, 30, kToday).verdict, ContentVerdict::kPass);
}

}  // namespace
}  // namespace xuncha
