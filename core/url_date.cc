#include <array>
#include <optional>
#include <string_view>

#include "core/code_points.h"
#include "core/date_forms.h"
#include "core/dates.h"

// The dates that content systems put into paths (reference: families of content systems).
namespace xuncha {
namespace {

constexpr int kYearMin = 1997;
constexpr int kYearMax = 2100;

// A date of a path; the parts that it does not tell are 0.
struct PathDate {
  int year = 0;
  int month = 0;
  int day = 0;
};

// `digits` as a number, -1 where it is none of between `fewest` and `most` digits.
int number_of(std::string_view digits, std::size_t fewest, std::size_t most) {
  if (digits.size() < fewest || digits.size() > most) return -1;
  int value = 0;
  for (const char c : digits) {
    if (!is_ascii_digit(c)) return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

bool is_year(int year) {
  return year >= kYearMin && year <= kYearMax;
}

std::optional<PathDate> made(int year, int month, int day) {
  if (!is_year(year) || month < 1 || month > 12) return std::nullopt;
  if (day != 0 && !is_date(year, month, day)) return std::nullopt;
  return PathDate{year, month, day};
}

std::optional<PathDate> eight_digits(std::string_view text) {
  const int number = number_of(text, 8, 8);
  return number < 0 || number % 100 == 0 ? std::nullopt : made(number / 10000, number / 100 % 100, number % 100);
}

// The first digits of a segment up to what is no digit; a name may go on behind `-`, `_` and `.`.
std::string_view leading_digits(std::string_view segment) {
  std::size_t length = 0;
  while (length < segment.size() && is_ascii_digit(segment[length])) ++length;
  return segment.substr(0, length);
}

// A segment that is a day by itself: t20240426_1, 20240426, 2024-04-26, 2024-4-26-title.
std::optional<PathDate> day_of_segment(std::string_view segment) {
  const bool is_trs = segment.size() > 9 &&
                      (segment[0] == 't' || segment[0] == 'T' || segment[0] == 'P' || segment[0] == 'W') &&
                      segment[9] == '_';
  if (is_trs) return eight_digits(segment.substr(1, 8));
  const std::string_view first = leading_digits(segment);
  std::string_view rest = segment.substr(first.size());
  if (first.size() == 8) {
    const bool ends = rest.empty() || rest[0] == '.' || rest[0] == '_' || rest[0] == '-';
    return ends ? eight_digits(first) : std::nullopt;
  }
  const int year = number_of(first, 4, 4);
  if (!is_year(year) || !rest.starts_with('-')) return std::nullopt;
  const std::string_view month = leading_digits(rest.substr(1));
  rest.remove_prefix(1 + month.size());
  if (!rest.starts_with('-')) return std::nullopt;
  const std::string_view day = leading_digits(rest.substr(1));
  rest.remove_prefix(1 + day.size());
  if (!rest.empty() && rest[0] != '-' && rest[0] != '_' && rest[0] != '.') return std::nullopt;
  const int day_number = number_of(day, 1, 2);
  return day_number < 1 ? std::nullopt : made(year, number_of(month, 1, 2), day_number);
}

// Two or three segments in a row: /2024/4/26/, /2024/0426/, /202404/26/, /2024-04/26/; with the month alone /202404/,
// /2024-04/, /2024/04/. The last of the three may be a name only where it is a number: art_2024/4/26.html is none.
std::optional<PathDate> date_of_segments(const std::array<std::string_view, 3>& segments) {
  const auto& [first, second, third] = segments;
  const int second_day = number_of(second, 1, 2);
  if (const int month = number_of(first, 6, 6); month > 0) {
    if (second_day > 0) return made(month / 100, month % 100, second_day);
    return made(month / 100, month % 100, 0);
  }
  if (first.size() == 7 && first[4] == '-') {
    const int year = number_of(first.substr(0, 4), 4, 4);
    const int month = number_of(first.substr(5), 2, 2);
    return made(year, month, second_day > 0 ? second_day : 0);
  }
  const int year = number_of(first, 4, 4);
  if (!is_year(year)) return std::nullopt;
  if (const int both = number_of(second, 4, 4); both > 0) {
    return both % 100 == 0 ? std::nullopt : made(year, both / 100, both % 100);
  }
  if (second_day < 1) return std::nullopt;
  const int day = number_of(third, 1, 2);
  return made(year, second_day, day > 0 ? day : 0);
}

std::string_view path_of(std::string_view url) {
  if (const std::size_t end = url.find_first_of("?#"); end != std::string_view::npos) url = url.substr(0, end);
  const std::size_t scheme = url.find("://");
  if (scheme != std::string_view::npos && url.find('/') == scheme + 1) {
    const std::size_t path = url.find('/', scheme + 3);
    return path == std::string_view::npos ? std::string_view() : url.substr(path);
  }
  return url;
}

// The next segment of `path`, which it is cut off from; behind the last one `path` is empty.
std::string_view take_segment(std::string_view& path) {
  if (path.starts_with('/')) path.remove_prefix(1);
  const std::string_view segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

// A day within its month is the same statement; anything else is another.
bool agree(const PathDate& one, const PathDate& other) {
  return one.year == other.year && one.month == other.month && (one.day == other.day || one.day == 0 || other.day == 0);
}

}  // namespace

std::optional<UrlDate> date_in_url(std::string_view url) {
  std::string_view path = path_of(url);
  std::optional<PathDate> best;
  std::array<std::string_view, 3> window{take_segment(path), take_segment(path), take_segment(path)};
  while (!window[0].empty() || !window[1].empty() || !window[2].empty() || !path.empty()) {
    auto date = day_of_segment(window[0]);
    if (!date) date = date_of_segments(window);
    if (date) {
      if (best && !agree(*best, *date)) return std::nullopt;
      if (!best || best->day == 0) best = date;
    }
    window = {window[1], window[2], take_segment(path)};
  }
  if (!best) return std::nullopt;
  UrlDate found;
  found.month =
      std::chrono::year_month(std::chrono::year(best->year), std::chrono::month(static_cast<unsigned>(best->month)));
  if (best->day != 0) found.day = found.month / std::chrono::day(static_cast<unsigned>(best->day));
  return found;
}

}  // namespace xuncha
