// Classes of columns, and whether they are fresh: 国办秘函〔2019〕19号 栏目不更新.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "detectors/column_class.h"
#include "detectors/column_freshness.h"

namespace xuncha {
namespace {

CivilDay day(std::string_view text) {
  return beijing_day(*parse_time(text));
}
WallTime noon(std::string_view text) {
  return *parse_time(std::string(text) + "T12:00:00+08:00");
}

struct ClassRow {
  const char* name;
  const char* title;
  const char* meta;
  std::vector<std::string> path;
  const char* expected;
  const char* reason;
};
class ColumnClassTable : public testing::TestWithParam<ClassRow> {};
TEST_P(ColumnClassTable, IsClassedByItsWords) {
  const ClassRow& row = GetParam();
  const ColumnClassing classing = class_column(row.title, row.meta, row.path);
  EXPECT_EQ(column_class_name(classing.column_class), row.expected);
  EXPECT_EQ(classing.reason, row.reason);
}
INSTANTIATE_TEST_SUITE_P(
    Rules, ColumnClassTable,
    testing::Values(ClassRow{"News", "工作动态", "", {}, "news", "动态"},
                    ClassRow{"Headlines", "民政要闻", "", {}, "news", "要闻"},
                    ClassRow{"Notices", "通知公告", "", {}, "notice", "通知"},
                    ClassRow{"Policies", "政策法规", "", {}, "policy", "政策"},
                    ClassRow{"AnInterpretationIsNoPolicy", "政策解读", "", {}, "interpretation", "解读"},
                    ClassRow{"PressConferencesAreNoNews", "新闻发布会", "", {}, "interpretation", "新闻发布会"},
                    ClassRow{"NewsOfPoliciesOweNothingByTheWeek", "政策动态", "", {}, "policy", "政策"},
                    ClassRow{"Accounts", "部门预决算", "", {}, "report", "预决算"},
                    ClassRow{"Guides", "办事指南", "", {}, "guide", "办事指南"},
                    ClassRow{"Mailboxes", "局长信箱", "", {}, "interaction", "信箱"},
                    ClassRow{"Topics", "清明祭扫专题", "", {}, "topic", "专题"},
                    ClassRow{"ByTheMandatedType", "养老服务", "工作动态", {}, "news", "meta 工作动态"},
                    ClassRow{
                        "ByWhatStandsAbove", "养老服务", "", {"首页", "通知公告", "养老服务"}, "notice", "path 通知"},
                    ClassRow{"NewsAboveProvesNothing", "领导讲话", "", {"首页", "新闻中心"}, "other", ""},
                    ClassRow{"SaysNothing", "养老服务", "null", {"首页"}, "other", ""}),
    [](const auto& row) { return row.param.name; });

TEST(ColumnClassing, ArchivesAndMirrorsAreSetApart) {
  EXPECT_TRUE(class_column("抗疫专题（已归档）", "", {}).archived);
  EXPECT_TRUE(class_column("工作动态", "", std::vector<std::string>{"首页", "往期专题"}).archived);
  EXPECT_TRUE(class_column("无障碍工作动态", "", {}).mirror);
  EXPECT_FALSE(class_column("工作动态", "", {}).archived);
  EXPECT_TRUE(class_column("联系我们", "", {}).standing);
  EXPECT_FALSE(class_column("通知公告", "", {}).standing);
}

struct FreshRow {
  const char* name;
  ColumnSight sight;
  ColumnDuty duty;
  const char* today;
  const char* verdict;
  const char* reason;
};
class ColumnFreshness : public testing::TestWithParam<FreshRow> {};
TEST_P(ColumnFreshness, IsJudgedBySightAndDuty) {
  const FreshRow& row = GetParam();
  const ColumnJudgement judgement = judge_column(row.sight, row.duty, noon(row.today), WorkCalendar::built_in());
  EXPECT_EQ(column_verdict_name(judgement.verdict), row.verdict);
  EXPECT_EQ(judgement.reason, row.reason);
}

ColumnSight sight_of(const char* newest, const char* confirmed = nullptr) {
  ColumnSight sight;
  sight.confidence = 0.9;
  sight.items = 20;
  sight.items_dated = newest != nullptr ? 20 : 0;
  if (newest != nullptr) sight.newest = day(newest);
  if (confirmed != nullptr) sight.confirmed = day(confirmed);
  return sight;
}
ColumnSight with(ColumnSight sight, void (*change)(ColumnSight&)) {
  change(sight);
  return sight;
}
const ColumnDuty kNews{.column_class = ColumnClass::kNews, .max_age_days = 7};
const ColumnDuty kNotice{.column_class = ColumnClass::kNotice, .max_age_days = 180};
const ColumnDuty kArchivedNews{.column_class = ColumnClass::kNews, .max_age_days = 7, .archived = true};

INSTANTIATE_TEST_SUITE_P(
    Rules, ColumnFreshness,
    testing::Values(
        FreshRow{"Boundary_OnTheLastDayItIsFresh", sight_of("2024-05-20"), kNews, "2024-05-27", "fresh",
                 "within_limit"},
        FreshRow{"Boundary_ADayLaterItIsStale", sight_of("2024-05-20", "2024-05-20"), kNews, "2024-05-28", "stale",
                 "over_limit"},
        FreshRow{"OneSourceNeverConvicts", sight_of("2024-05-20"), kNews, "2024-05-28", "unknown", "unconfirmed"},
        FreshRow{"ThePageMaySayADayMore", sight_of("2024-05-20", "2024-05-21"), kNews, "2024-06-04", "stale",
                 "over_limit"},
        FreshRow{"AnItemPublishedLaterThanWrittenIsAsNew", sight_of("2024-01-20", "2024-05-25"), kNews, "2024-05-28",
                 "fresh", "within_limit"},
        FreshRow{"SourcesThatDisagreeProveNothing", sight_of("2024-05-20", "2023-05-20"), kNews, "2024-06-20",
                 "unknown", "dates_disagree"},
        // 2020-01-24 to 02-02 were off: the week of 27 January had no working day.
        FreshRow{"AWeekWithoutWorkingDaysDoesNotCount", sight_of("2020-01-20", "2020-01-20"), kNews, "2020-02-03",
                 "fresh", "within_limit"},
        FreshRow{"AfterTheHolidayItCounts", sight_of("2020-01-20", "2020-01-20"), kNews, "2020-02-04", "stale",
                 "over_limit"},
        // 2026-10-01 to 10-07 were off, from Thursday to Wednesday: no natural week is without a working day.
        FreshRow{"SevenDaysOffInARowDoNotCountWhereverTheyBegin", sight_of("2026-09-30", "2026-09-30"), kNews,
                 "2026-10-14", "fresh", "within_limit"},
        FreshRow{"AfterSevenDaysOffItCounts", sight_of("2026-09-30", "2026-09-30"), kNews, "2026-10-15", "stale",
                 "over_limit"},
        // 2026-02-15 to 02-23 were off: seven of nine.
        FreshRow{"NewsOfAHolidayAreExcusedForTheRestOfIt", sight_of("2026-02-18", "2026-02-18"), kNews, "2026-03-02",
                 "fresh", "within_limit"},
        FreshRow{"AndNoLonger", sight_of("2026-02-18", "2026-02-18"), kNews, "2026-03-03", "stale", "over_limit"},
        FreshRow{"HolidaysExcuseNoNotice", sight_of("2019-08-01", "2019-08-01"), kNotice, "2020-01-29", "stale",
                 "over_limit"},
        FreshRow{"AYearWithoutCalendarMayHoldAHoliday", sight_of("2027-02-01", "2027-02-01"), kNews, "2027-02-12",
                 "unknown", "calendar_unknown"},
        FreshRow{"ButNoneOfThreeWeeks", sight_of("2027-02-01", "2027-02-01"), kNews, "2027-02-28", "stale",
                 "over_limit"},
        FreshRow{"EmptyAndSaysSo",
                 with(sight_of(nullptr),
                      [](ColumnSight& sight) {
                        sight.items = 0;
                        sight.says_empty = true;
                      }),
                 kNews, "2024-05-28", "blank", "says_empty"},
        FreshRow{"Inconclusive_WhatNoReaderIsSureOfIsNotBlank",
                 with(sight_of(nullptr),
                      [](ColumnSight& sight) {
                        sight.items = 0;
                        sight.confidence = 0.6;
                        sight.says_empty = true;
                      }),
                 kNews, "2024-05-28", "unknown", "low_confidence"},
        FreshRow{"Boundary_ASureReaderIsEnough",
                 with(sight_of(nullptr),
                      [](ColumnSight& sight) {
                        sight.items = 0;
                        sight.confidence = kListSure;
                        sight.says_empty = true;
                      }),
                 kNews, "2024-05-28", "blank", "says_empty"},
        FreshRow{"NothingFoundIsNotBlank", with(sight_of(nullptr), [](ColumnSight& sight) { sight.items = 0; }), kNews,
                 "2024-05-28", "unknown", "no_items"},
        FreshRow{"NothingIsWhereTheOperatorSays",
                 with(sight_of(nullptr),
                      [](ColumnSight& sight) {
                        sight.items = 0;
                        sight.method = ListMethod::kConfig;
                      }),
                 kNews, "2024-05-28", "unknown", "no_match"},
        FreshRow{"FilledByAScript",
                 with(sight_of(nullptr),
                      [](ColumnSight& sight) {
                        sight.items = 0;
                        sight.says_empty = true;
                        sight.script_rendered = true;
                      }),
                 kNews, "2024-05-28", "unknown", "script_rendered"},
        FreshRow{"NoItemHasADate", sight_of(nullptr), kNotice, "2024-05-28", "undated", "items_undated"},
        FreshRow{"Inconclusive_DaysWhoseYearNothingTells",
                 with(sight_of(nullptr), [](ColumnSight& sight) { sight.items_dated = sight.items; }), kNotice,
                 "2024-05-28", "unknown", "items_undated"},
        FreshRow{"FewItemsHaveOne",
                 with(sight_of("2020-01-01", "2020-01-01"), [](ColumnSight& sight) { sight.items_dated = 3; }), kNotice,
                 "2024-05-28", "unknown", "items_undated"},
        FreshRow{"TwoItemsWithoutDateAreTooFew", with(sight_of(nullptr), [](ColumnSight& sight) { sight.items = 2; }),
                 kNotice, "2024-05-28", "unknown", "items_undated"},
        FreshRow{"AReaderThatIsNotSure",
                 with(sight_of("2020-01-01", "2020-01-01"), [](ColumnSight& sight) { sight.confidence = 0.69; }),
                 kNotice, "2024-05-28", "unknown", "low_confidence"},
        FreshRow{"WhatOnlyStandsOwesNoNews", sight_of("2010-01-01", "2010-01-01"),
                 ColumnDuty{.column_class = ColumnClass::kOther, .max_age_days = 365, .standing = true}, "2024-05-28",
                 "unknown", "no_duty"},
        FreshRow{
            "TwoItemsAreHardlyAList",
            with(sight_of("2010-01-01", "2010-01-01"), [](ColumnSight& sight) { sight.items = sight.items_dated = 2; }),
            ColumnDuty{}, "2024-05-28", "unknown", "too_few_items"},
        FreshRow{
            "ButOfNoticesTheyAre",
            with(sight_of("2010-01-01", "2010-01-01"), [](ColumnSight& sight) { sight.items = sight.items_dated = 2; }),
            kNotice, "2024-05-28", "stale", "over_limit"},
        FreshRow{"NobodyOwesNewsInAnArchive", sight_of("2020-01-01", "2020-01-01"), kArchivedNews, "2024-05-28",
                 "unknown", "archived"},
        FreshRow{"DatedAheadIsFresh", sight_of("2024-05-29"), kNews, "2024-05-28", "fresh", "within_limit"}),
    [](const auto& row) { return row.param.name; });

TEST(ColumnFreshness, SaysWhenASecondSourceWouldDecide) {
  EXPECT_TRUE(
      judge_column(sight_of("2024-01-01"), kNews, noon("2024-05-28"), WorkCalendar::built_in()).needs_confirmation);
  EXPECT_FALSE(
      judge_column(sight_of("2024-05-27"), kNews, noon("2024-05-28"), WorkCalendar::built_in()).needs_confirmation);
}

}  // namespace
}  // namespace xuncha
