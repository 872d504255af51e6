#include "core/civil.h"

#include <gtest/gtest.h>

namespace xuncha {
namespace {

TEST(Civil, BeijingDayBeginsAtSixteenHoursUtc) {
  EXPECT_EQ(format_day(beijing_day(*parse_time("2024-04-25T15:59:59Z"))), "2024-04-25");
  EXPECT_EQ(format_day(beijing_day(*parse_time("2024-04-25T16:00:00Z"))), "2024-04-26");
}

TEST(Civil, Rfc3339RoundTripsThroughUtc) {
  EXPECT_EQ(format_time(*parse_time("2021-04-07T12:00:00+08:00")), "2021-04-07T04:00:00Z");
  EXPECT_EQ(format_time(*parse_time("2021-04-07T12:00:00.25Z")), "2021-04-07T12:00:00Z");
  EXPECT_EQ(format_time(*parse_time("2024-02-29")), "2024-02-28T16:00:00Z");
}

TEST(Civil, MalformedTimesAreRefused) {
  for (const char* text : {"", "2021", "2021-13-01", "2023-02-29", "2021-04-07T12:00:00", "2021-04-07T25:00:00Z",
                           "2021-04-07T12:00:00+8", "2021-04-07 12:00", "2021-04-07T12:00:00Zx"}) {
    EXPECT_FALSE(parse_time(text)) << text;
  }
}

// RFC 9110 5.6.7: the three forms name one instant.
TEST(Civil, HttpDatesInThreeForms) {
  for (const char* text :
       {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"}) {
    ASSERT_TRUE(parse_http_date(text)) << text;
    EXPECT_EQ(format_time(*parse_http_date(text)), "1994-11-06T08:49:37Z");
  }
  for (const char* text : {"", "Sun", "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37", "0", "120"}) {
    EXPECT_FALSE(parse_http_date(text)) << text;
  }
}

}  // namespace
}  // namespace xuncha
