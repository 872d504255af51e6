#include "core/civil.h"

#include <array>
#include <charconv>
#include <cstdio>

namespace xuncha {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::hours;
using std::chrono::sys_days;

// Reads exactly `digits` decimal digits at `position`, which moves behind them.
std::optional<int> read_digits(std::string_view text, std::size_t& position, std::size_t digits) {
  if (position + digits > text.size()) return std::nullopt;
  int value = 0;
  for (std::size_t index = 0; index < digits; ++index) {
    const char c = text[position + index];
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  position += digits;
  return value;
}

bool read_char(std::string_view text, std::size_t& position, char expected) {
  if (position >= text.size() || text[position] != expected) return false;
  ++position;
  return true;
}

std::string format_fields(WallTime time, char separator, const char* suffix) {
  const auto day = floor<days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(floor<std::chrono::seconds>(time - day));
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u%c%02d:%02d:%02d%s", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), separator,
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()), suffix);
  return text.data();
}

std::optional<WallTime> assemble(int year, int month, int day, int hour, int minute, int second) {
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;  // 60: a leap second
  return WallTime(sys_days(date)) + hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second);
}

std::optional<int> month_number(std::string_view name) {
  static constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  for (int index = 0; index < 12; ++index) {
    if (kMonths[index] == name) return index + 1;
  }
  return std::nullopt;
}

}  // namespace

CivilDay beijing_day(WallTime time) {
  return CivilDay(floor<days>(time + hours(8)));
}

std::string format_day(CivilDay day) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(day.year()),
                static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
  return text.data();
}

std::string format_time(WallTime time) {
  return format_fields(time, 'T', "Z");
}

std::string format_beijing(WallTime time) {
  return format_fields(time + hours(8), ' ', "");
}

std::optional<WallTime> parse_time(std::string_view text) {
  std::size_t at = 0;
  const auto year = read_digits(text, at, 4);
  if (!year || !read_char(text, at, '-')) return std::nullopt;
  const auto month = read_digits(text, at, 2);
  if (!month || !read_char(text, at, '-')) return std::nullopt;
  const auto day = read_digits(text, at, 2);
  if (!day) return std::nullopt;
  if (at == text.size()) {
    const auto midnight = assemble(*year, *month, *day, 0, 0, 0);
    if (!midnight) return std::nullopt;
    return *midnight - hours(8);
  }
  if (text[at] != 'T' && text[at] != 't' && text[at] != ' ') return std::nullopt;
  ++at;
  const auto hour = read_digits(text, at, 2);
  if (!hour || !read_char(text, at, ':')) return std::nullopt;
  const auto minute = read_digits(text, at, 2);
  if (!minute || !read_char(text, at, ':')) return std::nullopt;
  const auto second = read_digits(text, at, 2);
  if (!second) return std::nullopt;
  if (at < text.size() && text[at] == '.') {
    ++at;
    const std::size_t begin = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    if (at == begin) return std::nullopt;
  }
  auto time = assemble(*year, *month, *day, *hour, *minute, *second);
  if (!time || at >= text.size()) return std::nullopt;
  if (text[at] == 'Z' || text[at] == 'z') return at + 1 == text.size() ? time : std::nullopt;
  if (text[at] != '+' && text[at] != '-') return std::nullopt;
  const int sign = text[at] == '+' ? 1 : -1;
  ++at;
  const auto offset_hours = read_digits(text, at, 2);
  if (!offset_hours || !read_char(text, at, ':')) return std::nullopt;
  const auto offset_minutes = read_digits(text, at, 2);
  if (!offset_minutes || at != text.size() || *offset_hours > 23 || *offset_minutes > 59) return std::nullopt;
  return *time - sign * (hours(*offset_hours) + std::chrono::minutes(*offset_minutes));
}

std::optional<WallTime> parse_http_date(std::string_view text) {
  // IMF-fixdate "Sun, 06 Nov 1994 08:49:37 GMT"; RFC 850 "Sunday, 06-Nov-94 08:49:37 GMT";
  // asctime "Sun Nov  6 08:49:37 1994".
  std::size_t at = 0;
  while (at < text.size() && ((text[at] >= 'A' && text[at] <= 'Z') || (text[at] >= 'a' && text[at] <= 'z'))) ++at;
  if (at < 3) return std::nullopt;
  const auto read_clock = [&](int& hour, int& minute, int& second) {
    const auto h = read_digits(text, at, 2);
    if (!h || !read_char(text, at, ':')) return false;
    const auto m = read_digits(text, at, 2);
    if (!m || !read_char(text, at, ':')) return false;
    const auto s = read_digits(text, at, 2);
    if (!s) return false;
    hour = *h;
    minute = *m;
    second = *s;
    return true;
  };
  int hour = 0;
  int minute = 0;
  int second = 0;
  if (read_char(text, at, ',')) {
    if (!read_char(text, at, ' ')) return std::nullopt;
    const auto day = read_digits(text, at, 2);
    if (!day || at >= text.size()) return std::nullopt;
    const char separator = text[at];
    if (separator != ' ' && separator != '-') return std::nullopt;
    ++at;
    if (at + 3 > text.size()) return std::nullopt;
    const auto month = month_number(text.substr(at, 3));
    at += 3;
    if (!month || !read_char(text, at, separator)) return std::nullopt;
    std::optional<int> year = read_digits(text, at, separator == ' ' ? 4 : 2);
    if (!year) return std::nullopt;
    // RFC 9110 5.6.7: a two-digit year more than 50 years ahead is in the past century.
    if (separator == '-') year = *year + (*year < 70 ? 2000 : 1900);
    if (!read_char(text, at, ' ') || !read_clock(hour, minute, second)) return std::nullopt;
    if (text.substr(at) != " GMT") return std::nullopt;
    return assemble(*year, *month, *day, hour, minute, second);
  }
  if (!read_char(text, at, ' ') || at + 3 > text.size()) return std::nullopt;
  const auto month = month_number(text.substr(at, 3));
  at += 3;
  if (!month || !read_char(text, at, ' ')) return std::nullopt;
  std::size_t day_digits = 2;
  if (at < text.size() && text[at] == ' ') {
    ++at;
    day_digits = 1;
  }
  const auto day = read_digits(text, at, day_digits);
  if (!day || !read_char(text, at, ' ') || !read_clock(hour, minute, second) || !read_char(text, at, ' ')) {
    return std::nullopt;
  }
  const auto year = read_digits(text, at, 4);
  if (!year || at != text.size()) return std::nullopt;
  return assemble(*year, *month, *day, hour, minute, second);
}

}  // namespace xuncha
