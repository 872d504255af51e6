#include "core/list_years.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>

#include "core/date_limits.h"

namespace xuncha {
namespace {

// "01-04 12-28 2020-03-01" as a list.
std::vector<ListDate> list(const std::string& text) {
  std::vector<ListDate> items;
  for (std::size_t at = 0; at < text.size();) {
    const std::string item = text.substr(at, text.find(' ', at) - at);
    at += item.size() + 1;
    ListDate date;
    const std::size_t month = item.size() - 5;
    if (month > 0) date.year = std::chrono::year(std::stoi(item));
    date.month_day = std::chrono::month(static_cast<unsigned>(std::stoi(item.substr(month)))) /
                     std::chrono::day(static_cast<unsigned>(std::stoi(item.substr(month + 3))));
    items.push_back(date);
  }
  return items;
}

std::string years(const std::string& items, const std::string& now) {
  std::string text;
  for (const InferredDay& item : infer_years(list(items), *parse_time(now))) {
    text += (text.empty() ? "" : " ") + (item.day ? format_day(*item.day) : std::string("?"));
  }
  return text;
}

std::string newest_possible(const std::string& items, const std::string& now) {
  std::string text;
  for (const InferredDay& item : infer_years(list(items), *parse_time(now))) {
    text += (text.empty() ? "" : " ") + (item.latest ? format_day(*item.latest) : std::string("?"));
  }
  return text;
}

TEST(ListYears, AListRunsBackAcrossNewYear) {
  EXPECT_EQ(years("01-04 12-28 12-18", "2021-01-14"), "2021-01-04 2020-12-28 2020-12-18");
  EXPECT_EQ(
      years("03-02 02-01 01-15 01-04 12-28 11-30 10-01 08-03 05-20 02-20 12-20", "2021-04-07"),
      "2021-03-02 2021-02-01 2021-01-15 2021-01-04 2020-12-28 2020-11-30 2020-10-01 2020-08-03 2020-05-20 2020-02-20 "
      "2019-12-20");
}

TEST(ListYears, TheFirstItemIsNotAfterTomorrow) {
  EXPECT_EQ(years("04-08 04-07", "2021-04-07"), "2021-04-08 2021-04-07");
  EXPECT_EQ(years("04-09", "2021-04-07"), "2020-04-09");
  EXPECT_EQ(years("12-31", "2021-01-01"), "2020-12-31");
  EXPECT_EQ(years("01-01", "2020-12-31T15:59:59Z"), "2021-01-01");
  EXPECT_EQ(years("02-29", "2023-06-01"), "2020-02-29");
}

TEST(ListYears, House_a_month_of_disorder_is_the_editors) {
  EXPECT_EQ(years("05-12 05-10 05-11 05-09 06-01 04-30", "2021-06-07"),
            "2021-05-12 2021-05-10 2021-05-11 2021-05-09 2021-06-01 2021-04-30");
}

TEST(ListYears, House_behind_a_first_item_that_may_be_pinned_nothing_is_sure) {
  EXPECT_EQ(years("04-15 01-12 01-11 12-29", "2021-01-14"), "? ? ? ?");
  EXPECT_EQ(years("01-30 01-12 01-11", "2021-01-14"), "? ? ?") << "pinned a year ago, or all of last January";
  EXPECT_EQ(newest_possible("04-15 01-12 01-11 12-29", "2021-01-14"), "2020-04-15 2021-01-12 2021-01-11 2020-12-29");
  EXPECT_EQ(years("04-15 2021-01-12 01-11 12-29", "2021-01-14"), "2020-04-15 2021-01-12 2021-01-11 2020-12-29")
      << "a year anchors what follows";
}

TEST(ListYears, House_an_item_far_out_of_order_alone_is_not_sure) {
  EXPECT_EQ(years("03-09 03-08 03-07 03-06 03-05 05-20 03-04", "2021-03-10"),
            "2021-03-09 2021-03-08 2021-03-07 2021-03-06 2021-03-05 2020-05-20 ?")
      << "one stray item does not take the rest a year back";
  EXPECT_EQ(years("03-09 03-08 03-07 03-06 03-05 08-20 03-04", "2021-09-10"),
            "2021-03-09 2021-03-08 2021-03-07 2021-03-06 2021-03-05 ? 2021-03-04");
}

TEST(ListYears, ItemsWithYearsAreAsTheySay) {
  EXPECT_EQ(years("2019-03-05 03-04 12-31", "2021-01-14"), "2019-03-05 ? ?") << "the first may be pinned";
  EXPECT_EQ(years("2019-03-05 2019-03-04 2019-03-03 2019-03-02 03-01 12-31", "2021-01-14"),
            "2019-03-05 2019-03-04 2019-03-03 2019-03-02 2019-03-01 2018-12-31");
  EXPECT_EQ(years("2019-02-29", "2021-01-14"), "?");
}

TEST(ListYears, ImpossibleAndTooManyItemsAreNothing) {
  EXPECT_EQ(years("02-30", "2021-01-14"), "?");
  EXPECT_TRUE(infer_years({}, *parse_time("2021-01-14")).empty());
  const std::vector<ListDate> many(limits::kListDatesMax + 1, list("01-04")[0]);
  const auto inferred = infer_years(many, *parse_time("2021-01-14"));
  EXPECT_TRUE(inferred[limits::kListDatesMax - 1].day);
  EXPECT_FALSE(inferred[limits::kListDatesMax].day);
}

}  // namespace
}  // namespace xuncha
