// Content that was left standing: consultations past their day, old marks, slots that never change (engine.md 4.3).
#include "detectors/content_rotation.h"

#include <gtest/gtest.h>

namespace xuncha {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

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

std::vector<SlotReading> readings(std::initializer_list<std::pair<int, std::vector<std::string>>> rows) {
  std::vector<SlotReading> all;
  for (const auto& [day, slots] : rows) all.push_back({std::chrono::sys_days(2026y / 1 / 1) + days(day), slots});
  return all;
}
const std::vector<std::string> kOne = {"a", "b", "c"};
const std::vector<std::string> kTurned = {"c", "a", "b"};
const std::vector<std::string> kOther = {"a", "b", "d"};

TEST(Slots, AreUnchangedWhenTheSetIs) {
  EXPECT_EQ(judge_slots(readings({{0, kOne}, {10, kOne}, {20, kTurned}, {30, kOne}}), days(30)).reason, "unchanged");
}
TEST(Slots, Boundary_TheLimitItself) {
  EXPECT_EQ(judge_slots(readings({{0, kOne}, {10, kOne}, {20, kOne}, {29, kOne}}), days(30)).reason, "too_short");
}
TEST(Slots, ANewSlotIsAChange) {
  EXPECT_EQ(judge_slots(readings({{0, kOne}, {10, kOne}, {20, kOne}, {30, kOther}}), days(30)).reason, "changed");
  EXPECT_EQ(judge_slots(readings({{0, kOther}, {10, kOne}, {20, kOne}, {30, kOne}}), days(20)).reason,
            "too_few_readings");
}
TEST(Slots, OneSlotIsNoRotation) {
  EXPECT_EQ(judge_slots(readings({{0, {"a"}}, {10, {"a"}}, {20, {"a"}}, {90, {"a"}}}), days(30)).reason,
            "too_few_slots");
  EXPECT_EQ(judge_slots({}, days(30)).reason, "too_few_readings");
}
TEST(Slots, Hostile_ManySlots) {
  std::vector<std::string> many;
  for (int slot = 0; slot < 5'000; ++slot) many.push_back(std::to_string(slot));
  EXPECT_EQ(judge_slots(readings({{0, many}, {10, many}, {20, many}, {40, many}}), days(30)).reason, "unchanged");
}
TEST(Slots, AreComparedWithoutWhatOnlyBustsCaches) {
  const SlotFacts facts = {.kind = "carousel", .items = {{"http://a/1.html?t=1", "http://a/1.jpg?v=2", "x"}}};
  EXPECT_EQ(slots_of(facts), (std::vector<std::string>{"http://a/1.html http://a/1.jpg"}));
}

}  // namespace
}  // namespace xuncha
