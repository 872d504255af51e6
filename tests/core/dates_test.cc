#include "core/dates.h"

#include <gtest/gtest.h>

#include <chrono>
#include <ctime>
#include <string>

#include "core/date_limits.h"

namespace xuncha {
namespace {

// Friday noon in Beijing.
const WallTime kNow = *parse_time("2024-04-26T12:00:00+08:00");

std::string read(const std::string& text, WallTime now = kNow) {
  const auto date = read_date(text, now);
  return date ? format_day(date->day) : "null";
}

struct Row {
  const char* text;
  const char* day;
};

void expect_rows(std::initializer_list<Row> rows) {
  for (const Row& row : rows) EXPECT_EQ(read(row.text), row.day) << row.text;
}

// --- the forms (reference: date forms) -----------------------------------------------------------------------------

TEST(Dates, YearMonthDayWithDashesSlashesAndDots) {
  expect_rows({{"2024-04-26", "2024-04-26"},
               {"2024/4/26", "2024-04-26"},
               {"2024.04.26", "2024-04-26"},
               {"2024.4.6", "2024-04-06"},
               {"２０２４－０４－２６", "2024-04-26"},
               {"2024-04-26 10:19:00", "2024-04-26"},
               {"2024-04-26 10:19", "2024-04-26"},
               {"2024-04-26阅读次数：33", "2024-04-26"}});
}

TEST(Dates, YearMonthDayInChinese) {
  expect_rows({{"2024年4月26日", "2024-04-26"},
               {"2024年04月26日 17:40", "2024-04-26"},
               {"2023 年3月20日", "2023-03-20"},
               {"２０２４年４月２６日", "2024-04-26"},
               {"2024年4月26号", "2024-04-26"},
               {"2024年4月26", "2024-04-26"},
               {"2024年4月26家企业", "null"},
               {"2024年第4号", "null"},
               {"2024年4月", "null"}});
}

TEST(Dates, ChineseNumerals) {
  expect_rows({{"二〇二四年四月二十六日", "2024-04-26"},
               {"二零二四年四月二十六日", "2024-04-26"},
               {"二○二四年四月二十六日", "2024-04-26"},
               {"二O二四年四月廿六日", "2024-04-26"},
               {"二〇二三年十二月三十一日", "2023-12-31"},
               {"二〇二三年十月十日", "2023-10-10"},
               {"二〇二三年十二月卅日", "2023-12-30"},
               {"二〇二四年元月五日", "2024-01-05"},
               {"一九九八年七月一日", "1998-07-01"},
               {"四月二十六日", "2024-04-26"},
               {"二〇二三年二月二十九日", "null"},
               {"二〇二四年四月", "null"},
               {"第二十三条", "null"}});
}

TEST(Dates, MonthAndDayAreOfTheLatestYearNotAfterTomorrow) {
  expect_rows({{"[04-26]", "2024-04-26"},
               {"[04-27]", "2024-04-27"},
               {"[04-28]", "2023-04-28"},
               {"[12-28]", "2023-12-28"},
               {"04-26", "2024-04-26"},
               {"（04-26）", "2024-04-26"},
               {"[04/26]", "2024-04-26"},
               {"4月26日", "2024-04-26"},
               {"[04-26] 关于开展检查的通知", "2024-04-26"},
               {"关于开展检查的通知 04-26", "2024-04-26"},
               {"[02-29]", "2024-02-29"}});
  EXPECT_EQ(read("[12-28]", *parse_time("2021-01-05")), "2020-12-28");
  EXPECT_EQ(read("[01-01]", *parse_time("2020-12-31T23:30:00+08:00")), "2021-01-01");
  EXPECT_EQ(read("[02-29]", *parse_time("2023-03-01")), "2020-02-29");
  EXPECT_TRUE(read_date("[04-26]", kNow)->assumed);
}

TEST(Dates, TwoDigitYears) {
  expect_rows({{"24-04-26", "2024-04-26"},
               {"24年4月26日", "2024-04-26"},
               {"98-04-26", "1998-04-26"},
               {"26-04-24", "null"},  // 2026 is to come: another order, or nothing
               {"民国113年4月26日", "null"}});
}

TEST(Dates, DatesSplitOverTwoElements) {
  expect_rows({{"04-26 2024", "2024-04-26"},
               {"26 2024-04", "2024-04-26"},
               {"26 2024年4月", "2024-04-26"},
               {"2024 04-26", "2024-04-26"},
               {"2024-04 26", "2024-04-26"},
               {"关于检查的通知 04-26 2024", "2024-04-26"},
               {"04-26 2023年工作要点", "2024-04-26"},  // the year is the title's
               {"12 2024-04 期", "null"}});
}

TEST(Dates, MillisecondsSinceTheEpochAreBeijingDays) {
  expect_rows({{"1714097940000", "2024-04-26"},
               {"1714060799999", "2024-04-25"},
               {"1714060800000", "2024-04-26"},
               {"9787111213826", "null"},  // an ISBN
               {"4401000059", "null"},     // a site's identification code
               {"编号 1714097940000", "null"}});
}

TEST(Dates, CompactDatesStandAloneOrBehindALabel) {
  expect_rows({{"20240426", "2024-04-26"},
               {"20240426101900", "2024-04-26"},
               {"发布日期：20240426", "2024-04-26"},
               {"电话 20240426 转 8", "null"},
               {"65308888", "null"},
               {"id=20240426", "null"}});
}

TEST(Dates, RelativeWords) {
  expect_rows({{"今天", "2024-04-26"},
               {"昨天", "2024-04-25"},
               {"前天", "2024-04-24"},
               {"3天前", "2024-04-23"},
               {"三天前", "2024-04-23"},
               {"昨天 08:30", "2024-04-25"},
               {"发布时间：今天", "2024-04-26"},
               {"11小时前", "2024-04-26"},
               {"12小时前", "null"},  // before or after midnight
               {"13小时前", "2024-04-25"},
               {"20分钟前", "2024-04-26"},
               {"刚刚", "2024-04-26"},
               {"今天天气晴", "null"},
               {"今天由主任主持", "null"},
               {"目前天然气供应", "null"}});
  EXPECT_EQ(read("今天", *parse_time("2024-04-26T16:30:00Z")), "2024-04-27") << "Beijing's day";
}

TEST(Dates, OffsetsOfOtherZonesGiveBeijingDays) {
  expect_rows({{"2024-04-25T20:00:00Z", "2024-04-26"},
               {"2024-04-25T20:00:00.000Z", "2024-04-26"},
               {"2024-04-25T10:19:00+08:00", "2024-04-25"},
               {"2024-04-25T20:00:00+0000", "2024-04-26"},
               {"2024-04-25 10:00-11:30", "2024-04-25"}});
  EXPECT_EQ(format_day(read_date("2024-04-25T20:00:00Z", kNow)->written), "2024-04-25");
}

TEST(Dates, EnglishAndDayFirstDates) {
  expect_rows({{"Apr 26, 2024", "2024-04-26"},
               {"April 26 2024", "2024-04-26"},
               {"26 April 2024", "2024-04-26"},
               {"Fri Apr 26 10:19:00 CST 2024", "2024-04-26"},
               {"26/04/2024", "2024-04-26"},
               {"04/04/2024", "2024-04-04"},
               {"03/04/2024", "null"},
               {"May 2024", "null"}});
}

TEST(Dates, TheTimeOfDayIsReadWithTheDate) {
  const std::pair<const char*, int> rows[] = {{"2024-04-26 10:19:20", 37160},
                                              {"2024年4月26日 10时19分", 37140},
                                              {"2024-04-26 下午3:20", 55200},
                                              {"2024-04-26T10:19:00.5Z", 37140}};
  for (const auto& [text, seconds] : rows) {
    const FoundDates found = find_dates(text, kNow);
    ASSERT_EQ(found.dates.size(), 1u) << text;
    ASSERT_TRUE(found.dates[0].time) << text;
    EXPECT_EQ(found.dates[0].time->count(), seconds) << text;
    EXPECT_EQ(found.dates[0].end, std::string(text).size()) << text;
  }
  EXPECT_FALSE(find_dates("2024-04-26 25:19", kNow).dates.at(0).time);
}

// --- what it is called ---------------------------------------------------------------------------------------------

TEST(Dates, LabelsTellTheRole) {
  const std::pair<const char*, DateRole> rows[] = {
      {"发布时间：2024-04-26 来源：新华社", DateRole::kPublished},
      {"【信息发布时间：2023-11-06阅读次数：", DateRole::kPublished},
      {"发 布 日 期： 2024-04-26", DateRole::kPublished},
      {"发布 日期：2024-04-26", DateRole::kPublished},
      {"【发布时间】2024-04-26", DateRole::kPublished},
      {"原文发布时间：2024-04-26", DateRole::kOther},
      {"【时间：2023年07月31日 11:49】", DateRole::kDated},
      {"财政局 日期：2024-04-26", DateRole::kDated},
      {"Date: 2024-04-26", DateRole::kDated},
      {"更新时间：2024-04-26", DateRole::kUpdated},
      {"更新 时间：2024-04-26", DateRole::kUpdated},
      {"最后更新：2024-04-26", DateRole::kUpdated},
      {"本站最后更新：2024-04-26", DateRole::kOther},
      {"网站最近更新时间：2024-04-26", DateRole::kOther},
      {"打印时间：2024-04-26", DateRole::kPrinted},
      {"成文日期：2024-04-26", DateRole::kWritten},
      {"2024年4月26日印发", DateRole::kWritten},
      {"施行日期：2024-05-01", DateRole::kEffective},
      {"自2024年5月1日起施行", DateRole::kEffective},
      {"从2024年5月1日起", DateRole::kOther},
      {"有效期至2024年5月10日", DateRole::kExpires},
      {"2024年5月10日起废止", DateRole::kExpires},
      {"截止日期：2024-05-10", DateRole::kDeadline},
      {"于2024年5月10日前报送", DateRole::kDeadline},
      {"来信时间：2024-04-26", DateRole::kAsked},
      {"答复时间：2024-04-26", DateRole::kAnswered},
      {"会议时间：2024-04-26", DateRole::kOther},
      {"截至2024年4月26日", DateRole::kOther},
      {"来源： 2024-04-26", DateRole::kNone},
      {"2024-04-26更新时间：", DateRole::kNone},
  };
  for (const auto& [text, role] : rows) {
    const FoundDates found = find_dates(text, kNow);
    ASSERT_EQ(found.dates.size(), 1u) << text;
    EXPECT_EQ(found.dates[0].role, role) << text;
  }
}

TEST(Dates, OnlyPublicationsAreRead) {
  expect_rows({{"发布日期：2024-04-20 更新日期：2024-04-25 打印时间：2024-04-26", "2024-04-20"},
               {"更新时间：2024-04-26", "null"},
               {"打印时间：2024-04-26", "null"},
               {"截止日期：2024-05-10", "null"},
               {"有效期至2024年5月10日", "null"},
               {"施行日期：2024-05-01", "null"},
               {"会议时间：2024-04-26", "null"},
               {"浏览次数：2168 2024-04-26", "2024-04-26"},
               {"成文日期：2024-04-19 发布日期：2024-04-26", "2024-04-26"},
               {"成文日期：2024-04-19", "2024-04-19"},  // the last resort
               {"关于2023年12月31日前完成检查的通知 [04-26]", "2024-04-26"},
               {"关于召开2023年5月1日会议的通知( 2024-04-26 )", "2024-04-26"},
               {"留言时间：2024-04-20 答复时间：2024-04-26", "null"},
               {"2024-04-26 2024-04-25", "null"},
               {"公示时间：2024年4月20日至2024年4月26日", "null"}});
}

TEST(Dates, PageClocksAreNoDatesOfAnything) {
  for (const char* text :
       {"今天是：2024年04月26日 星期五", "今天是2024年4月26日", "当前时间：2024-04-26 10:00:00", "系统时间 2024-04-26",
        "2026年10月02日 星期五", "今天是星期五，2024年4月26日", "欢迎您！ 现在是2024年4月26日 10:20"}) {
    EXPECT_EQ(read(text), "null") << text;
    const FoundDates found = find_dates(text, kNow);
    ASSERT_EQ(found.dates.size(), 1u) << text;
    EXPECT_EQ(found.dates[0].role, DateRole::kClock) << text;
  }
  expect_rows({{"今天是：2024年04月26日 星期五 发布时间：2024-04-20", "2024-04-20"},
               {"发布时间：2024年4月20日 星期六", "2024-04-20"}});
}

TEST(Dates, PageClocksCanBeTakenOut) {
  EXPECT_EQ(without_page_clocks("某局 今天是：2024年04月26日 星期五 10:20:33 首页 2024-04-20 通知", kNow),
            "某局  首页 2024-04-20 通知");
  EXPECT_EQ(without_page_clocks("会议定于2024年5月10日（星期五）召开", kNow), "会议定于2024年5月10日（星期五）召开");
  EXPECT_EQ(without_page_clocks("", kNow), "");
}

TEST(Dates, PeriodsHaveABeginningAndAnEnd) {
  struct Period {
    const char* text;
    const char* first;
    const char* last;
  };
  for (const Period& row : std::vector<Period>{{"2024年4月26日至5月10日", "2024-04-26", "2024-05-10"},
                                               {"2024年4月6日-10日", "2024-04-06", "2024-04-10"},
                                               {"2023年12月28日至1月3日", "2023-12-28", "2024-01-03"},
                                               {"2024-04-26 至 2024-05-26", "2024-04-26", "2024-05-26"},
                                               {"征集时间：2024年4月26日—2024年5月6日", "2024-04-26", "2024-05-06"},
                                               {"2023年5月12-18日", "2023-05-12", "2023-05-18"},
                                               {"二〇二四年四月一日至四月十日", "2024-04-01", "2024-04-10"}}) {
    const FoundDates found = find_dates(row.text, kNow);
    ASSERT_EQ(found.dates.size(), 2u) << row.text;
    EXPECT_EQ(found.dates[0].role, DateRole::kPeriodBegin) << row.text;
    EXPECT_EQ(found.dates[1].role, DateRole::kPeriodEnd) << row.text;
    EXPECT_EQ(format_day(found.dates[0].day), row.first) << row.text;
    EXPECT_EQ(format_day(found.dates[1].day), row.last) << row.text;
  }
}

TEST(Dates, PlacesAndSpans) {
  const std::string text = "通知 发布时间： [2024-04-26 10:19] 浏览";
  const FoundDates found = find_dates(text, kNow);
  ASSERT_EQ(found.dates.size(), 1u);
  EXPECT_EQ(text.substr(found.dates[0].begin, found.dates[0].end - found.dates[0].begin), "2024-04-26 10:19");
  EXPECT_EQ(text.substr(found.dates[0].label_begin, 12), "发布时间");
  const std::pair<const char*, DatePlace> rows[] = {{"· 2024-04-26", DatePlace::kAlone},
                                                    {"发布时间：2024-04-26", DatePlace::kAlone},
                                                    {"通知（2024-04-26）全文", DatePlace::kBracketed},
                                                    {"2024-04-26 通知", DatePlace::kFirst},
                                                    {"通知 2024-04-26", DatePlace::kLast},
                                                    {"通知 2024-04-26 浏览", DatePlace::kFree},
                                                    {"2024-04-26 19:20来源：新华社", DatePlace::kFirst},
                                                    {"2024-04-26浏览次数：12", DatePlace::kFirst},
                                                    {"2024-04-26来源于民间", DatePlace::kSentence},
                                                    {"2024-04-26会议议程：签到", DatePlace::kSentence},
                                                    {"会议于2024-04-26召开", DatePlace::kSentence}};
  for (const auto& [row, place] : rows) {
    ASSERT_EQ(find_dates(row, kNow).dates.size(), 1u) << row;
    EXPECT_EQ(find_dates(row, kNow).dates[0].place, place) << row;
  }
}

// --- what is no date -----------------------------------------------------------------------------------------------

TEST(Dates, ImpossibleDaysAreNoDatesNorTheirParts) {
  for (const char* text : {"2024-13-01", "2024-02-30", "2023年2月29日", "2024-00-10", "2024年4月31日", "[13-01]",
                           "[00-10]", "12024-04-26", "2024-04-261", "1714-04-26"}) {
    EXPECT_TRUE(find_dates(text, kNow).dates.empty()) << text;
  }
}

TEST(Dates, OtherNumbersAreNoDates) {
  for (const char* text :
       {"203.192.6.89", "http://www.example.gov.cn/xw/2018-05/03/content_1.htm", "/2024/04/26/a.html",
        "国发〔2018〕43号", "01526376-X-/2019-0819003", "000014349/2017-00110", "110101199003077571", "V2.10.15",
        "1-10月投资趋稳", "400-819-0789", "01/12", "12.10", "第04-26号", "2024-04-26.doc", "农历四月二十六日",
        "去年4月26日", "每年4月26日", "65308888"}) {
    EXPECT_TRUE(find_dates(text, kNow).dates.empty()) << text;
  }
}

TEST(Dates, WhatCannotBeAPublicationIsNotRead) {
  expect_rows({{"2024-04-27", "2024-04-27"},
               {"2024-04-28", "null"},
               {"2030-01-01", "null"},
               {"1997-01-01", "1997-01-01"},
               {"1996-12-31", "null"},
               {"1949年10月1日", "null"}});
  EXPECT_EQ(find_dates("2030-01-01", kNow).dates.size(), 1u) << "but it is found";
}

TEST(Dates, AnyBytesAreText) {
  expect_rows({{"", "null"}, {"   ", "null"}, {"年月日", "null"}, {"发布时间：", "null"}, {"\xFF\xFE", "null"}});
  EXPECT_EQ(read("\xE5\xB9 2024-04-26"), "2024-04-26");
  EXPECT_EQ(read(std::string("\0", 1) + "[04-26]"), "2024-04-26");
}

// Each of these would be slow if a date looked at more than its neighbourhood.
TEST(Dates, LongHostileTextsTakeLinearTime) {
  const char* const patterns[] = {"1月1日", "周一", "2024年",       " ",    "至1日", "二〇二四年", "发布时间：",
                                  "[",      "1",    "2024-04-26至", "今天", "a1-",   "12-",        "年 "};
  for (const char* pattern : patterns) {
    std::string text;
    while (text.size() < (1u << 18)) text += pattern;
    text += "2024-04-26";
    const std::clock_t begin = std::clock();  // the time of the processor: the machine may be busy
    const FoundDates found = find_dates(text, kNow);
    EXPECT_LE(found.dates.size(), limits::kDatesPerTextMax) << pattern;
    EXPECT_LT(std::clock() - begin, CLOCKS_PER_SEC) << pattern;
  }
  std::string many;
  for (std::size_t index = 0; index < limits::kDatesPerTextMax + 10; ++index) many += "2024-04-26 ";
  EXPECT_TRUE(find_dates(many, kNow).cut);
  EXPECT_FALSE(read_date(many, kNow));
}

// --- URLs and numbers ----------------------------------------------------------------------------------------------

TEST(Dates, UrlsCarryDates) {
  const std::pair<const char*, const char*> rows[] = {
      {"/202404/t20240426_1234567.html", "2024-04-26"},
      {"http://x.gov.cn/art/2024/4/26/art_12_3.html", "2024-04-26"},
      {"/2024/0426/c1.html", "2024-04-26"},
      {"/202404/26/x.htm", "2024-04-26"},
      {"/2018-05/03/content_1.htm", "2018-05-03"},
      {"/20201106/d6ec39df.html", "2020-11-06"},
      {"/2024-04-26-title/", "2024-04-26"},
      {"/202404/content_6911528.htm", "2024-04"},
      {"/2016/12/python.html", "2016-12"},
      {"/2024/04/123.html", "2024-04"},
      {"http://x/2024/", "null"},
      {"/xxgk/2024/13/1.html", "null"},
      {"/a/2024/4/26/2023/1/1/x", "null"},
      {"/202413/1.html", "null"},
      {"/12345678/x", "null"},
      {"/1024/11/x.html", "null"},
      {"http://x/?d=2024-04-26", "null"},
      {"http://x", "null"},
      {"", "null"},
  };
  for (const auto& [url, expected] : rows) {
    const auto date = date_in_url(url);
    std::string text = "null";
    if (date) text = format_day(date->day.value_or(date->month / std::chrono::day(1)));
    if (date && !date->day) text.resize(7);
    EXPECT_EQ(text, expected) << url;
  }
}

TEST(Dates, EpochNumbersOfFeeds) {
  EXPECT_EQ(format_day(day_of_epoch(1714097940).value()), "2024-04-26");
  EXPECT_EQ(format_day(day_of_epoch(1714097940000).value()), "2024-04-26");
  for (const std::int64_t number : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{5}, INT64_MAX, INT64_MIN}) {
    EXPECT_FALSE(day_of_epoch(number)) << number;
  }
}

}  // namespace
}  // namespace xuncha
