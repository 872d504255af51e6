#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.h"

namespace xuncha {

// A calendar day; decisions are made in Beijing days (UTC+8, no daylight saving since 1991).
using CivilDay = std::chrono::year_month_day;

// The Beijing day on which `time` falls.
CivilDay beijing_day(WallTime time);
// `YYYY-MM-DD`.
std::string format_day(CivilDay day);
// RFC 3339 in UTC with seconds: `2024-04-26T01:02:03Z`.
std::string format_time(WallTime time);
// The same in Beijing time, for people: `2024-04-26 09:02:03`.
std::string format_beijing(WallTime time);
// RFC 3339 with `Z` or an offset; a date alone is that day 00:00 Beijing. nullopt when malformed or impossible.
std::optional<WallTime> parse_time(std::string_view text);
// An HTTP-date in any of the three forms of RFC 9110 5.6.7. nullopt when malformed.
std::optional<WallTime> parse_http_date(std::string_view text);

}  // namespace xuncha
