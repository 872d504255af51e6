// Any text and URL: dates that exist, inside the text, in order; the same text read at another time changes only what
// was assumed; a table of working days is read or refused.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/calendar.h"
#include "core/check.h"
#include "core/date_limits.h"
#include "core/dates.h"
#include "core/list_years.h"

namespace {

void check_dates(std::string_view text, xuncha::WallTime now) {
  const xuncha::FoundDates found = xuncha::find_dates(text, now);
  CHECK(found.dates.size() <= xuncha::limits::kDatesPerTextMax);
  std::uint32_t end = 0;
  std::vector<xuncha::ListDate> list;
  for (const xuncha::FoundDate& date : found.dates) {
    CHECK(date.day.ok() && date.written.ok());
    CHECK(end <= date.label_begin && date.label_begin <= date.begin && date.begin < date.end);
    CHECK(date.end <= text.size());
    end = date.end;
    list.push_back({date.day.month() / date.day.day(), {}});
  }
  for (const xuncha::InferredDay& item : xuncha::infer_years(list, now)) {
    CHECK(!item.day || (item.latest && *item.day <= *item.latest));
    CHECK(!item.latest || xuncha::may_be_published(*item.latest, now) || *item.latest < xuncha::beijing_day(now));
  }
  const auto read = xuncha::read_date(text, now);
  CHECK(!read || xuncha::may_be_published(read->day, now));
  CHECK(xuncha::without_page_clocks(text, now).size() <= text.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_dates(text, *xuncha::parse_time("2024-04-26T12:00:00+08:00"));
  check_dates(text, *xuncha::parse_time("2021-01-01T00:00:00+08:00"));
  if (const auto date = xuncha::date_in_url(text)) CHECK(date->month.ok() && (!date->day || date->day->ok()));
  const auto calendar = xuncha::WorkCalendar::parse(text, "fuzz");
  if (calendar) {
    const xuncha::WorkCalendar updated = xuncha::WorkCalendar::built_in().updated_by(calendar.value());
    CHECK(updated.years().size() >= calendar.value().years().size());
  }
  return 0;
}
