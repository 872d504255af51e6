// 国办秘函〔2019〕19号 单项否决 栏目不更新: 5 of news and notices, 10 of all, 5 blank.
#include "detectors/site_veto.h"

#include <gtest/gtest.h>

#include "core/civil.h"

namespace xuncha {
namespace {

using namespace std::chrono_literals;

const WallTime kNow = *parse_time("2024-06-20T12:00:00+08:00");

VetoColumn column(ColumnClass column_class, ColumnVerdict verdict, CivilDay newest, bool first_level = true) {
  return {.column_class = column_class, .verdict = verdict, .newest = newest, .first_level = first_level};
}
VetoColumn stale(ColumnClass column_class, CivilDay newest, bool first_level = true) {
  return column(column_class, ColumnVerdict::kStale, newest, first_level);
}
std::vector<std::size_t> sizes(const std::vector<VetoColumn>& columns) {
  std::vector<std::size_t> counted;
  for (const VetoCount& count : count_vetoes(columns, kNow, WorkCalendar::built_in())) {
    counted.push_back(count.columns.size());
  }
  return counted;
}
using Sizes = std::vector<std::size_t>;

TEST(Veto, CountsNewsByTwoWeeksWhateverIsConfigured) {
  EXPECT_EQ(sizes({stale(ColumnClass::kNews, 2024y / 6 / 5)}), (Sizes{1, 1, 0}));
  EXPECT_EQ(sizes({stale(ColumnClass::kNews, 2024y / 6 / 6)}), (Sizes{0, 0, 0}));  // 14 days: within, though over 7
}
TEST(Veto, CountsNoticesBySixMonthsOfTheFirstLevel) {
  EXPECT_EQ(sizes({stale(ColumnClass::kNotice, 2023y / 12 / 19)}), (Sizes{1, 1, 0}));
  EXPECT_EQ(sizes({stale(ColumnClass::kNotice, 2023y / 12 / 20)}), (Sizes{0, 0, 0}));
  EXPECT_EQ(sizes({stale(ColumnClass::kPolicy, 2023y / 12 / 19, false)}), (Sizes{0, 1, 0}));
}
TEST(Veto, MonthsEndWhereTheyEnd) {
  const auto now = *parse_time("2024-02-29T12:00:00+08:00");
  const std::vector<VetoColumn> columns = {stale(ColumnClass::kNotice, 2023y / 8 / 31)};
  EXPECT_TRUE(count_vetoes(columns, now, WorkCalendar::built_in())[1].columns.empty());
}
TEST(Veto, CountsOtherColumnsByAYear) {
  EXPECT_EQ(sizes({stale(ColumnClass::kOther, 2023y / 6 / 19)}), (Sizes{0, 1, 0}));
  EXPECT_EQ(sizes({stale(ColumnClass::kOther, 2023y / 6 / 20)}), (Sizes{0, 0, 0}));
}
TEST(Veto, UndatedColumnsAreNotUpdated) {
  EXPECT_EQ(sizes({{.column_class = ColumnClass::kNews, .verdict = ColumnVerdict::kUndated, .newest = {}}}),
            (Sizes{1, 1, 0}));
}
TEST(Veto, UnknownAndFreshColumnsDoNotCount) {
  EXPECT_EQ(sizes({column(ColumnClass::kNews, ColumnVerdict::kUnknown, 2020y / 1 / 1),
                   column(ColumnClass::kNews, ColumnVerdict::kFresh, 2020y / 1 / 1),
                   column(ColumnClass::kNews, ColumnVerdict::kLost, 2020y / 1 / 1),
                   {.column_class = ColumnClass::kNews, .verdict = ColumnVerdict::kStale, .newest = {}}}),
            (Sizes{0, 0, 0}));
}
TEST(Veto, HolidayWeeksDoNotCount) {
  const auto now = *parse_time("2024-02-19T12:00:00+08:00");  // the week of 2024-02-12 had one working day, the 18th
  const std::vector<VetoColumn> columns = {stale(ColumnClass::kNews, 2024y / 2 / 5)};
  EXPECT_TRUE(count_vetoes(columns, now, WorkCalendar::built_in())[0].columns.empty());
}

TEST(Veto, WarnsOneStepBefore) {
  std::vector<VetoColumn> columns(3, stale(ColumnClass::kNews, 2024y / 1 / 1));
  EXPECT_EQ(count_vetoes(columns, kNow, WorkCalendar::built_in())[0].level(), VetoLevel::kNone);
  columns.push_back(columns.front());
  EXPECT_EQ(count_vetoes(columns, kNow, WorkCalendar::built_in())[0].level(), VetoLevel::kWarning);
  columns.push_back(columns.front());
  EXPECT_EQ(count_vetoes(columns, kNow, WorkCalendar::built_in())[0].level(), VetoLevel::kVeto);
}
TEST(Veto, BlankAndAllHaveTheirOwnLines) {
  const std::vector<VetoColumn> blank(5, {.column_class = {}, .verdict = ColumnVerdict::kBlank, .newest = {}});
  EXPECT_EQ(count_vetoes(blank, kNow, WorkCalendar::built_in())[2].level(), VetoLevel::kVeto);
  const std::vector<VetoColumn> old(9, stale(ColumnClass::kReport, 2020y / 1 / 1));
  EXPECT_EQ(count_vetoes(old, kNow, WorkCalendar::built_in())[1].level(), VetoLevel::kWarning);
}
TEST(Veto, House_GuidesAndInteractionOweNoNews) {
  for (const ColumnClass each : {ColumnClass::kGuide, ColumnClass::kInteraction}) {
    const std::vector<VetoColumn> old(20, stale(each, 2020y / 1 / 1));
    EXPECT_EQ(count_vetoes(old, kNow, WorkCalendar::built_in())[1].level(), VetoLevel::kNone);
  }
}
TEST(Veto, Hostile_ManyColumnsAndOldDays) {
  const std::vector<VetoColumn> columns(20'000, stale(ColumnClass::kNews, 1900y / 1 / 1));
  EXPECT_EQ(sizes(columns), (Sizes{20'000, 20'000, 0}));
  EXPECT_EQ(sizes({}), (Sizes{0, 0, 0}));
}

}  // namespace
}  // namespace xuncha
