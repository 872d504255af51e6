#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

#include "core/date_text.h"
#include "core/dates.h"

// How a date is written, form by form: part of core/dates. Internal.
namespace xuncha {

// A date as it stands, before anything beside it is looked at. Month and day are valid, with the year where there is
// one.
struct WrittenDate {
  DateForm form = DateForm::kYearMonthDay;
  int year = 0;  // 0: not given; 0 to 99 for kTwoDigitYear
  int month = 0;
  int day = 0;
  std::chrono::sys_seconds instant{};  // kEpoch and kRelative: the moment; nothing else is set
  bool is_rounded = false;             // N天前, which may be of days or of 24 hours
  bool slash = false;                  // MM/DD, which may also be a fraction or a pager
  bool unit_missing = false;           // 2024年4月26 without 日
  bool split_by_year_last = false;     // 04-26 2024
  std::size_t end = 0;                 // behind it
};

// The date that begins at unit `at`, nullopt when none does. Looks at the units just before and behind it, so that
// parts of longer numbers, addresses and names are none. `now` is for relative words.
std::optional<WrittenDate> written_date_at(const DateText& text, std::size_t at, std::chrono::sys_seconds now);

// Can a date begin with this unit?
inline bool may_begin_date(char32_t unit) {
  if (unit < 0x80) return is_digit(unit) || is_letter(unit);
  switch (unit) {
    case U'〇':
    case U'一':
    case U'二':
    case U'三':
    case U'四':
    case U'五':
    case U'六':
    case U'七':
    case U'八':
    case U'九':
    case U'十':
    case U'廿':
    case U'卅':
    case U'元':
    case U'今':
    case U'昨':
    case U'前':
    case U'刚':
      return true;
    default:
      return false;
  }
}

// A time of day behind a date.
struct WrittenTime {
  std::chrono::seconds time{};
  std::optional<std::chrono::minutes> offset;  // of the zone
  std::size_t end = 0;
};
std::optional<WrittenTime> written_time_at(const DateText& text, std::size_t at);

// The last day of a period whose first day has been read up to `at`: 至28日, -28日, 至5月28日, or of the same form.
// The year is 0 where it is not given.
struct PeriodEnd {
  int year = 0;
  int month = 0;
  int day = 0;
  std::size_t begin = 0;
  std::size_t end = 0;
};
std::optional<PeriodEnd> period_end_at(const DateText& text, std::size_t at, const WrittenDate& first);

bool is_date(int year, int month, int day);  // year 0: any

}  // namespace xuncha
