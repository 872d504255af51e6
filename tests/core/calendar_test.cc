#include "core/calendar.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <regex>
#include <string>

#include "core/date_limits.h"
#include "tests/core/corpus.h"

namespace xuncha {
namespace {

CivilDay day(const std::string& text) {
  return beijing_day(*parse_time(text));
}

const WorkCalendar& calendar() {
  return WorkCalendar::built_in();
}

std::string refusal(const std::string& table) {
  const auto read = WorkCalendar::parse(table, "f");
  return read ? "read" : read.error().where + ": " + read.error().message;
}

// Event, working days, the day they end on; from the reference's vectors, those of quarter ends with them.
TEST(Calendar, DeadlinesCountFromTheDayAfterTheEvent) {  // 民法典 201
  struct Row {
    const char* event;
    int days;
    const char* reached;
    bool provisional;
  };
  for (const Row& row :
       std::vector<Row>{{"2024-02-08", 3, "2024-02-19", false},  {"2024-04-30", 3, "2024-05-08", false},
                        {"2024-09-30", 10, "2024-10-18", false}, {"2024-04-15", 20, "2024-05-14", false},
                        {"2025-01-27", 5, "2025-02-10", false},  {"2025-09-30", 10, "2025-10-21", false},
                        {"2025-12-31", 3, "2026-01-06", false},  {"2026-02-13", 3, "2026-02-25", false},
                        {"2026-04-30", 10, "2026-05-18", false}, {"2026-09-24", 3, "2026-09-30", false},
                        {"2026-09-30", 5, "2026-10-13", false},  {"2022-08-22", 10, "2022-09-05", false},
                        {"2019-08-19", 3, "2019-08-22", false},  {"2024-03-31", 20, "2024-04-28", false},
                        {"2024-06-30", 20, "2024-07-26", false}, {"2024-09-30", 20, "2024-11-01", false},
                        {"2024-12-31", 20, "2025-02-05", false}, {"2025-03-31", 20, "2025-04-28", false},
                        {"2025-06-30", 20, "2025-07-28", false}, {"2025-09-30", 20, "2025-11-04", false},
                        {"2025-12-31", 20, "2026-01-29", false}, {"2026-03-31", 20, "2026-04-29", false},
                        {"2026-06-30", 20, "2026-07-28", false}, {"2026-09-30", 20, "2026-11-03", false},
                        {"2026-12-31", 20, "2027-01-28", true},  {"2026-12-30", 1, "2026-12-31", false},
                        {"2026-12-31", 0, "2026-12-31", false},  {"2005-04-29", 1, "2005-05-02", true}}) {
    const CountedDay reached = calendar().add(day(row.event), row.days);
    EXPECT_EQ(format_day(reached.day), row.reached) << row.event << " + " << row.days;
    EXPECT_EQ(reached.provisional, row.provisional) << row.event;
    if (row.days == 0) continue;
    const WorkingDays back = calendar().between(day(row.event), reached.day);
    EXPECT_EQ(back.count, row.days) << row.event;
    EXPECT_EQ(back.provisional, row.provisional) << row.event;
  }
}

TEST(Calendar, WorkingDaysBetweenTwoDays) {
  EXPECT_EQ(calendar().between(day("2024-04-15"), day("2024-04-26")).count, 9);
  EXPECT_EQ(calendar().between(day("2024-04-26"), day("2024-04-15")).count, -9);
  EXPECT_EQ(calendar().between(day("2024-04-26"), day("2024-04-26")).count, 0);
  EXPECT_EQ(calendar().between(day("2024-10-01"), day("2024-10-07")).count, 0) << "a holiday week";
}

TEST(Calendar, WorkingDaysOfTheYears) {  // reference: table of the calendar
  const std::pair<int, int> rows[] = {{2019, 250}, {2020, 249}, {2021, 250}, {2022, 249},
                                      {2023, 249}, {2024, 251}, {2025, 248}, {2026, 248}};
  for (const auto& [year, days] : rows) {
    const auto count =
        calendar().between(day(std::to_string(year - 1) + "-12-31"), day(std::to_string(year) + "-12-31"));
    EXPECT_EQ(count.count, days) << year;
    EXPECT_FALSE(count.provisional) << year;
  }
}

TEST(Calendar, SingleDays) {
  struct Row {
    const char* day;
    bool works;
  };
  for (const Row& row : std::vector<Row>{{"2018-12-29", true},  // came with the notice of 2019
                                         {"2018-12-31", false},
                                         {"2022-12-31", false},
                                         {"2024-02-09", true},  // New Year's Eve of 2024 was a working day
                                         {"2024-10-12", true},
                                         {"2024-10-13", false},
                                         {"2020-02-03", true},  // after the longer holidays of 2020
                                         {"2020-02-02", false},
                                         {"2015-09-03", false},  // by a notice within the year
                                         {"2015-09-06", true},
                                         {"2007-05-07", false}}) {
    EXPECT_EQ(calendar().is_working(day(row.day)), row.works) << row.day;
    EXPECT_TRUE(calendar().knows(day(row.day))) << row.day;
  }
  EXPECT_FALSE(calendar().knows(day("2027-01-01")));
  EXPECT_FALSE(calendar().knows(day("2006-12-29")));
  EXPECT_TRUE(calendar().knows(day("2006-12-30"))) << "a notice names it";
  EXPECT_EQ(calendar().years().size(), 20u);
}

TEST(Calendar, AFileBringsTheNextYearAndCorrectsAKnownOne) {
  const auto newer = WorkCalendar::parse(
      "# notice\n\nyear 2027 http://www.gov.cn/x\r\nwork 2026-12-27\noff 2027-01-01 2027-01-03\n"
      "year 2026\noff 2026-10-01 2026-10-08\n",
      "f");
  ASSERT_TRUE(newer);
  const WorkCalendar updated = calendar().updated_by(newer.value());
  const CountedDay reached = updated.add(day("2026-12-31"), 20);
  EXPECT_EQ(format_day(reached.day), "2027-01-29");
  EXPECT_FALSE(reached.provisional);
  EXPECT_TRUE(updated.is_working(day("2026-12-27")));
  EXPECT_FALSE(updated.is_working(day("2026-10-08")));
  EXPECT_FALSE(updated.is_working(day("2026-02-14"))) << "the block of 2026 was replaced as a whole";
  EXPECT_FALSE(updated.is_working(day("2024-02-12"))) << "the other years stay";
  EXPECT_FALSE(calendar().knows(day("2027-01-01")));
}

TEST(Calendar, AFaultyTableIsRefusedWithItsLine) {
  EXPECT_EQ(refusal(""), "f: names no year");
  EXPECT_EQ(refusal("# nothing\n"), "f: names no year");
  EXPECT_EQ(refusal("year 27\n"), "f:1: \"year\" needs a year, such as 2027");
  EXPECT_EQ(refusal("off 2027-01-01\n"), "f:1: a \"year\" line must come first");
  EXPECT_EQ(refusal("year 2027\noff 2027-02-30\n"), "f:2: needs a day, such as 2027-01-01");
  EXPECT_EQ(refusal("year 2027\noff 2027-01-02 2027-01-01\n"),
            "f:2: the last day must follow the first, within a month");
  EXPECT_EQ(refusal("year 2027\noff 2027-01-01 2027-12-31\n"),
            "f:2: the last day must follow the first, within a month");
  EXPECT_EQ(refusal("year 2027\nwork 2027-01-02 2027-01-03\n"), "f:2: one day, no more");
  EXPECT_EQ(refusal("year 2027\noff 2027-01-01\nwork 2027-01-01\n"), "f:3: 2027-01-01 is listed twice");
  EXPECT_EQ(refusal("year 2027\nyear 2027\n"), "f:2: the year stands twice in this table");
  EXPECT_EQ(refusal("year 2027\noff 2028-01-01\n"),
            "f:2: the day does not lie in the year of its block or the one before");
  EXPECT_EQ(refusal("{\"year\":2027}\n"), "f:1: a line begins with year, off, work or #");
}

// The table against another reading of the same notices, where that stands beside the checkout.
TEST(Calendar, TheTableAgreesWithThePublishedDays) {
  if (!std::filesystem::exists(corpus_path("calendar"))) GTEST_SKIP() << "no corpus";
  const std::regex entry("\"date\": \"([0-9-]+)\",\\s*\"isOffDay\": (true|false)");
  int compared = 0;
  for (int year = 2007; year <= 2026; ++year) {
    const std::string json = read_file(corpus_path("calendar/" + std::to_string(year) + ".json"));
    for (std::sregex_iterator at(json.begin(), json.end(), entry), end; at != end; ++at, ++compared) {
      EXPECT_EQ(calendar().is_working(day((*at)[1])), (*at)[2] == "false") << (*at)[1];
    }
  }
  EXPECT_GT(compared, 600);
}

}  // namespace
}  // namespace xuncha
