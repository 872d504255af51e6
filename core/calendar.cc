#include "core/calendar.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "core/date_limits.h"
#include "core/workdays.h"

namespace xuncha {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

CivilDay next_day(CivilDay day) {
  return CivilDay(sys_days(day) + days(1));
}

bool is_weekend(CivilDay day) {
  const unsigned weekday = std::chrono::weekday(sys_days(day)).iso_encoding();
  return weekday >= 6;
}

// Cuts the first word off a line.
std::string_view take_word(std::string_view& line) {
  constexpr std::string_view kBlanks = " \t\r";
  line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
  const std::string_view word = line.substr(0, line.find_first_of(kBlanks));
  line.remove_prefix(word.size());
  return word;
}

std::optional<int> read_year(std::string_view word) {
  if (word.size() != 4) return std::nullopt;
  int year = 0;
  for (const char c : word) {
    if (c < '0' || c > '9') return std::nullopt;
    year = year * 10 + (c - '0');
  }
  return year >= 1900 && year <= 2199 ? std::optional(year) : std::nullopt;
}

std::optional<CivilDay> read_day(std::string_view word) {
  if (word.size() != 10 || !read_year(word.substr(0, 4))) return std::nullopt;
  const auto time = parse_time(word);
  return time ? std::optional(beijing_day(*time)) : std::nullopt;
}

Error fault(std::string message) {
  return Error{ErrorCode::kConfiguration, "", std::move(message)};
}

}  // namespace

const WorkCalendar& WorkCalendar::built_in() {
  static const WorkCalendar calendar = [] {
    Result<WorkCalendar> read = parse(kWorkdaysTable, "workdays.txt");
    CHECK(read.ok());
    return std::move(read).value();
  }();
  return calendar;
}

Result<WorkCalendar> WorkCalendar::parse(std::string_view table, std::string_view name) {
  WorkCalendar calendar;
  const auto where = [name](int number) { return std::string(name) + ":" + std::to_string(number); };
  if (table.starts_with("\xEF\xBB\xBF")) table.remove_prefix(3);
  int year = 0;
  for (int number = 1; !table.empty(); ++number) {
    const std::size_t end = std::min(table.find('\n'), table.size());
    const Status read = calendar.read_line(table.substr(0, end), year);
    if (!read) return Error{ErrorCode::kConfiguration, where(number), read.error().message};
    if (calendar.exceptions_.size() > limits::kCalendarDaysMax) {
      return Error{ErrorCode::kConfiguration, where(number), "lists more days than a calendar has"};
    }
    table.remove_prefix(std::min(end + 1, table.size()));
  }
  if (calendar.years_.empty()) return Error{ErrorCode::kConfiguration, std::string(name), "names no year"};
  return calendar;
}

Status WorkCalendar::read_line(std::string_view line, int& year) {
  const std::string_view word = take_word(line);
  if (word.empty() || word.starts_with('#')) return Done{};
  if (word == "year") {
    const auto named = read_year(take_word(line));
    if (!named) return fault("\"year\" needs a year, such as 2027");
    if (!years_.insert(*named).second) return fault("the year stands twice in this table");
    year = *named;
    return Done{};  // what follows names the notices
  }
  if (word != "off" && word != "work") return fault("a line begins with year, off, work or #");
  if (year == 0) return fault("a \"year\" line must come first");
  const bool works = word == "work";
  const auto first = read_day(take_word(line));
  if (!first) return fault("needs a day, such as 2027-01-01");
  auto last = first;
  if (const std::string_view second = take_word(line); !second.empty()) last = works ? std::nullopt : read_day(second);
  if (!last || !take_word(line).empty()) return fault(works ? "one day, no more" : "a day, or the first and the last");
  return list(*first, *last, {works, year});
}

Status WorkCalendar::list(CivilDay first, CivilDay last, Exception exception) {
  constexpr int kHolidayDaysMax = 31;  // the longest so far had ten
  if (last < first || sys_days(last) - sys_days(first) > days(kHolidayDaysMax)) {
    return fault("the last day must follow the first, within a month");
  }
  // A notice speaks of its own year and the last days of the one before.
  const int distance = static_cast<int>(first.year()) - exception.year;
  if (distance < -1 || distance > 0 || static_cast<int>(last.year()) > exception.year) {
    return fault("the day does not lie in the year of its block or the one before");
  }
  for (CivilDay day = first; day <= last; day = next_day(day)) {
    if (!exceptions_.emplace(day, exception).second) return fault(format_day(day) + " is listed twice");
  }
  return Done{};
}

WorkCalendar WorkCalendar::updated_by(const WorkCalendar& newer) const {
  WorkCalendar calendar = newer;
  for (const auto& [day, exception] : exceptions_) {
    if (!newer.years_.contains(exception.year)) calendar.exceptions_.emplace(day, exception);
  }
  calendar.years_.insert(years_.begin(), years_.end());
  return calendar;
}

bool WorkCalendar::knows(CivilDay day) const {
  return years_.contains(static_cast<int>(day.year())) || exceptions_.contains(day);
}

bool WorkCalendar::is_working(CivilDay day) const {
  const auto exception = exceptions_.find(day);
  return exception != exceptions_.end() ? exception->second.works : !is_weekend(day);
}

CountedDay WorkCalendar::add(CivilDay day, int count) const {
  CHECK(count >= 0 && count <= limits::kWorkingDaysMax);
  CountedDay reached{day, false};
  while (count > 0) {
    reached.day = next_day(reached.day);
    reached.provisional |= !knows(reached.day);
    if (is_working(reached.day)) --count;
  }
  return reached;
}

WorkingDays WorkCalendar::between(CivilDay from, CivilDay to) const {
  const int sign = from <= to ? 1 : -1;
  const auto [first, last] = std::minmax(from, to);
  WorkingDays working;
  for (CivilDay day = first; day < last;) {
    day = next_day(day);
    working.provisional |= !knows(day);
    if (is_working(day)) working.count += sign;
  }
  return working;
}

}  // namespace xuncha
