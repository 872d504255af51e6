#include "daemon/cli/command_dates.h"

#include <charconv>
#include <nlohmann/json.hpp>

#include "core/date_limits.h"
#include "core/dates.h"
#include "daemon/cli/batch.h"

namespace xuncha {
namespace {

Result<CivilDay> read_day(const std::string& text) {
  constexpr int kYearMin = 1900;  // the years that a calendar answers for
  constexpr int kYearMax = 2199;
  const auto time = parse_time(text);
  if (!time) return Error{ErrorCode::kUsage, text, "is no date; write it as 2024-04-26"};
  const CivilDay day = beijing_day(*time);
  const int year = static_cast<int>(day.year());
  if (year < kYearMin || year > kYearMax) return Error{ErrorCode::kUsage, text, "lies outside of 1900 to 2199"};
  return day;
}

Result<Json> add_days(const WorkCalendar& calendar, const std::string& from, std::int64_t days) {
  const auto day = read_day(from);
  if (!day) return day.error();
  if (days < 0 || days > limits::kWorkingDaysMax) {
    return Error{ErrorCode::kUsage, std::to_string(days),
                 "is no number of working days from 0 to " + std::to_string(limits::kWorkingDaysMax)};
  }
  const CountedDay reached = calendar.add(day.value(), static_cast<int>(days));
  Json json = {{"date", format_day(reached.day)}};
  if (reached.provisional) json["provisional"] = true;
  return json;
}

Result<Json> count_days(const WorkCalendar& calendar, const std::string& from, const std::string& to) {
  const auto first = read_day(from);
  if (!first) return first.error();
  const auto last = read_day(to);
  if (!last) return last.error();
  const WorkingDays working = calendar.between(first.value(), last.value());
  Json json = {{"workdays", working.count}};
  if (working.provisional) json["provisional"] = true;
  return json;
}

}  // namespace

Json answer_date(const std::string& text, WallTime now) {
  const auto date = read_date(text, now);
  return Json{{"date", date ? Json(format_day(date->day)) : Json()}};
}

Result<Json> answer_date_question(const Json& question, WallTime now) {
  const auto text = required_text(question, "text");
  if (!text) return text.error();
  const auto asked_now = text_field(question, "now");
  if (!asked_now) return asked_now.error();
  if (!asked_now.value()) return answer_date(text.value(), now);
  const auto time = parse_time(*asked_now.value());
  if (!time) return Error{ErrorCode::kUsage, "now", "is no RFC 3339 time and no date"};
  return answer_date(text.value(), *time);
}

Result<Json> answer_workday(const WorkCalendar& calendar, const std::string& first, const std::string& second) {
  const std::string_view number = std::string_view(second).substr(second.starts_with('+') ? 1 : 0);
  std::int64_t days = 0;
  const auto read = std::from_chars(number.data(), number.data() + number.size(), days);
  const bool is_number = read.ec == std::errc() && read.ptr == number.data() + number.size();
  return is_number ? add_days(calendar, first, days) : count_days(calendar, first, second);
}

Result<Json> answer_workday_question(const WorkCalendar& calendar, const Json& question) {
  if (question.contains("from") || question.contains("to")) {
    const auto from = required_text(question, "from");
    if (!from) return from.error();
    const auto to = required_text(question, "to");
    return to ? answer_workday(calendar, from.value(), to.value()) : Result<Json>(to.error());
  }
  const auto date = required_text(question, "date");
  if (!date) return date.error();
  const auto days = question.find("days");
  if (days == question.end()) return Error{ErrorCode::kUsage, "days", "is missing"};
  if (!days->is_number_integer()) return Error{ErrorCode::kUsage, "days", "must be a whole number"};
  return add_days(calendar, date.value(), days->get<std::int64_t>());
}

Result<WorkCalendar> read_calendar(const std::string& file) {
  if (file.empty()) return WorkCalendar::built_in();
  const auto table = read_input_file(file);
  if (!table) return table.error();
  if (table.value().size() > limits::kCalendarBytesMax) {
    return Error{ErrorCode::kConfiguration, file, "is too long for a table of working days"};
  }
  const auto calendar = WorkCalendar::parse(table.value(), file);
  if (!calendar) return calendar.error();
  return WorkCalendar::built_in().updated_by(calendar.value());
}

}  // namespace xuncha
