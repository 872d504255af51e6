#include "daemon/cli/command_dates.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

namespace xuncha {
namespace {

const WallTime kNow = *parse_time("2024-04-26T12:00:00+08:00");

std::string dumped(const Result<Json>& answer) {
  return answer ? answer.value().dump() : "error " + answer.error().where + ' ' + answer.error().message;
}

std::string workday(const std::string& first, const std::string& second) {
  return dumped(answer_workday(WorkCalendar::built_in(), first, second));
}

std::string workday_line(const char* question) {
  return dumped(answer_workday_question(WorkCalendar::built_in(), Json::parse(question)));
}

TEST(CommandDates, DateAnswersADayOrNull) {  // docs/INTERFACE.md, Small questions
  EXPECT_EQ(answer_date("发布时间：2024-04-26 来源：某局", kNow).dump(), R"({"date":"2024-04-26"})");
  EXPECT_EQ(answer_date("", kNow).dump(), R"({"date":null})");
  EXPECT_EQ(answer_date("今天是2024年4月26日", kNow).dump(), R"({"date":null})");
}

TEST(CommandDates, DateLinesMayNameTheirNow) {
  EXPECT_EQ(dumped(answer_date_question(Json{{"text", "[12-28]"}}, kNow)), R"({"date":"2023-12-28"})");
  EXPECT_EQ(dumped(answer_date_question(Json{{"text", "[12-28]"}, {"now", "2021-01-05"}}, kNow)),
            R"({"date":"2020-12-28"})");
  EXPECT_EQ(dumped(answer_date_question(Json{{"text", "昨天"}, {"now", "2021-01-01T00:30:00+08:00"}}, kNow)),
            R"({"date":"2020-12-31"})");
  EXPECT_FALSE(answer_date_question(Json{{"text", "昨天"}, {"now", "soon"}}, kNow));
  EXPECT_FALSE(answer_date_question(Json{{"now", "2021-01-05"}}, kNow));
}

TEST(CommandDates, WorkdayCountsOnAndBetween) {  // docs/INTERFACE.md, Small questions
  EXPECT_EQ(workday("2024-02-08", "+3"), R"({"date":"2024-02-19"})");
  EXPECT_EQ(workday("2024-02-08", "3"), R"({"date":"2024-02-19"})");
  EXPECT_EQ(workday("2024-04-15", "2024-04-26"), R"({"workdays":9})");
  EXPECT_EQ(workday("2024-04-26", "2024-04-15"), R"({"workdays":-9})");
  EXPECT_EQ(workday("2026-12-31", "+20"), R"({"date":"2027-01-28","provisional":true})");
  EXPECT_EQ(workday("2026-12-31", "2027-01-28"), R"({"workdays":20,"provisional":true})");
  EXPECT_EQ(workday("2024-02-08T17:00:00Z", "+1"), R"({"date":"2024-02-18"})") << "a Friday in Beijing";
}

TEST(CommandDates, WorkdayLines) {
  EXPECT_EQ(workday_line(R"({"date":"2024-02-08","days":3})"), R"({"date":"2024-02-19"})");
  EXPECT_EQ(workday_line(R"({"from":"2024-04-15","to":"2024-04-26"})"), R"({"workdays":9})");
  EXPECT_EQ(workday_line(R"({"from":"2024-02-08","to":"+3"})"), R"({"date":"2024-02-19"})");
  EXPECT_EQ(workday_line(R"({"date":"2024-02-08"})"), "error days is missing");
  EXPECT_EQ(workday_line(R"({"date":"2024-02-08","days":"3"})"), "error days must be a whole number");
}

TEST(CommandDates, WrongQuestionsAreToldAsSuch) {
  EXPECT_EQ(workday("2024-02-30", "+3"), "error 2024-02-30 is no date; write it as 2024-04-26");
  EXPECT_EQ(workday("2024-02-28", "soon"), "error soon is no date; write it as 2024-04-26");
  EXPECT_EQ(workday("1024-02-28", "+3"), "error 1024-02-28 lies outside of 1900 to 2199");
  EXPECT_FALSE(answer_workday(WorkCalendar::built_in(), "2024-02-28", "+5001"));
  EXPECT_FALSE(answer_workday(WorkCalendar::built_in(), "2024-02-28", "-3"));
  EXPECT_FALSE(answer_workday(WorkCalendar::built_in(), "2024-02-28", ""));
  EXPECT_EQ(answer_workday(WorkCalendar::built_in(), "2024-02-28", "x").error().code, ErrorCode::kUsage);
}

TEST(CommandDates, AFileAddsAYear) {
  const std::string path = testing::TempDir() + "xuncha_workdays_2027.txt";
  std::ofstream(path) << "year 2027\noff 2027-01-01 2027-01-03\n";
  const auto calendar = read_calendar(path);
  ASSERT_TRUE(calendar);
  EXPECT_EQ(dumped(answer_workday(calendar.value(), "2026-12-31", "+20")), R"({"date":"2027-01-29"})");
  std::ofstream(path) << "year\n";
  const auto refused = read_calendar(path);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().where, path + ":1");
  EXPECT_EQ(refused.error().code, ErrorCode::kConfiguration);
  std::filesystem::remove(path);
  EXPECT_FALSE(read_calendar(path)) << "a file that is not there";
}

}  // namespace
}  // namespace xuncha
