#include "crawler/retry_after.h"

#include <gtest/gtest.h>

#include <string>

#include "core/civil.h"

namespace xuncha {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

struct Row {
  const char* field;
  std::optional<Milliseconds> wait;
};

// RFC 9110 10.2.3: Retry-After = HTTP-date / delay-seconds.
TEST(RetryAfter, Table) {
  const WallTime now = *parse_time("1999-12-31T23:58:59Z");
  const Row rows[] = {
      {"120", seconds(120)},
      {" 120\t", seconds(120)},
      {"007", seconds(7)},
      {"Fri, 31 Dec 1999 23:59:59 GMT", seconds(60)},
      {"Friday, 31-Dec-99 23:59:59 GMT", seconds(60)},
      {"Fri Dec 31 23:59:59 1999", seconds(60)},
      // Clamped.
      {"0", seconds(1)},
      {"86401", hours(24)},
      {"99999999999999999999999999", hours(24)},
      {"9223372036854775807", hours(24)},
      {"Fri, 31 Dec 1999 23:00:00 GMT", seconds(1)},
      {"Fri, 31 Dec 2049 23:59:59 GMT", hours(24)},
      // Nothing to go by.
      {"", std::nullopt},
      {"  ", std::nullopt},
      {"-5", std::nullopt},
      {"+5", std::nullopt},
      {"1.5", std::nullopt},
      {"5s", std::nullopt},
      {"120, 60", std::nullopt},
      {"soon", std::nullopt},
      {"Fri, 31 Foo 1999 23:59:59 GMT", std::nullopt},
  };
  for (const Row& row : rows) EXPECT_EQ(parse_retry_after(row.field, now), row.wait) << '"' << row.field << '"';
}

}  // namespace
}  // namespace xuncha
