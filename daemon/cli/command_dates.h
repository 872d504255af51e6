#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "core/calendar.h"
#include "core/clock.h"
#include "core/result.h"

// The answers of `xuncha date` and `workday` as JSON objects. Include in .cc files only. Pure but for reading the named
// file.
namespace xuncha {

using Json = nlohmann::ordered_json;

// `xuncha date`: {"date"}, null where the text gives no day, or more than one that it may be.
Json answer_date(const std::string& text, WallTime now);
// {"text","now"}: `now` as RFC 3339 or a date; where it is absent, `now`.
Result<Json> answer_date_question(const Json& question, WallTime now);

// `xuncha workday DATE +N`: {"date"}; `xuncha workday DATE DATE`: {"workdays"}, negative when the second is the
// earlier. Both with "provisional":true where a day that was counted lies in a year without calendar. A date with a
// time is its Beijing day. kUsage for what is none of these.
Result<Json> answer_workday(const WorkCalendar& calendar, const std::string& first, const std::string& second);
// {"date","days"} or {"from","to"}.
Result<Json> answer_workday_question(const WorkCalendar& calendar, const Json& question);

// The built-in calendar with the blocks of the table in `file`; the built-in one alone for "".
Result<WorkCalendar> read_calendar(const std::string& file);

}  // namespace xuncha
