#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/civil.h"
#include "core/clock.h"

// Dates in text, as Chinese portals write them. Facts only: what stands where and what it is called; which of them is a
// publication date is for the readers of lists and pages to say. What can be read in two ways is not read at all. Pure,
// any thread; time and memory linear in the text, and any bytes are text.
namespace xuncha {

// How a date is written. Digits and punctuation may be full-width.
enum class DateForm : std::uint8_t {
  kYearMonthDay,     // 2024-04-26  2024/4/26  2024.04.26, and 26/04/2024 where only one reading is a date
  kChinese,          // 2024年4月26日
  kChineseNumerals,  // 二〇二四年四月二十六日, also with 零 ○ O 廿 卅 元月
  kCompact,          // 20240426 20240426101900: alone, in brackets or behind a label
  kSplit,            // 04-26 2024, 2024 04-26, 26 2024-04: the parts of a date from two elements
  kEnglish,          // Apr 26, 2024  26 April 2024  Fri Apr 26 10:19:00 CST 2024
  kEpoch,            // 1714097940000: milliseconds since 1970, alone
  kTwoDigitYear,     // 24-04-26  24年4月26日
  kMonthDay,         // 04-26 standing free, [04/26]
  kChineseMonthDay,  // 4月26日, 四月二十六日
  kRelative,         // 今天 昨天 前天 3天前 2小时前 刚刚
};

// What the words beside a date call it.
enum class DateRole : std::uint8_t {
  kNone,         // nothing
  kDated,        // 时间, 日期
  kPublished,    // 发布时间 ...
  kUpdated,      // 更新时间 ...
  kWritten,      // 成文日期, 印发
  kEffective,    // 施行日期, 自……起施行
  kExpires,      // 有效期至, 废止日期
  kDeadline,     // 截止日期, ……前
  kPrinted,      // 打印时间
  kAsked,        // 留言时间 ...
  kAnswered,     // 答复时间 ...
  kPeriodBegin,  // 4月26日至5月26日
  kPeriodEnd,
  kClock,  // 今天是, 当前时间, or standing free with the day of the week behind it: the page's clock, not a date of
           // anything
  kOther,  // another label (会议时间), 自……起, 截至
};

// Where a date stands, its label and brackets counted as its own.
enum class DatePlace : std::uint8_t {
  kAlone,      // nothing else in the text
  kBracketed,  // [04-26], （2024-04-26）
  kFirst,      // at the beginning of the text, and free: blanks or punctuation of labels on both sides
  kLast,       // at its end, and free
  kFree,       // within it, and free
  kSentence,   // words touch it
};

struct FoundDate {
  CivilDay day;      // in Beijing, valid, of the years 1900 to 2100
  CivilDay written;  // as it stands; another day only where the text gives the offset of another zone
  DateForm form = DateForm::kYearMonthDay;
  DateRole role = DateRole::kNone;
  DatePlace place = DatePlace::kSentence;
  // The text does not give the whole day; `day` is the latest that fits and is not after tomorrow. Months and days
  // without year: infer_years (core/list_years.h) knows more where there are neighbours.
  bool assumed = false;
  std::optional<std::chrono::seconds> time;  // since midnight, as it stands
  // Bytes of the text: [begin, end) is the date with time, zone and, of a clock, day of the week; its label begins at
  // `label_begin`, which is `begin` where there is none.
  std::uint32_t label_begin = 0;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

struct FoundDates {
  std::vector<FoundDate> dates;  // in the order of the text, not overlapping
  bool cut = false;              // there were more than limits::kDatesPerTextMax
};

// All dates of `text`, which is UTF-8, markup already removed. `now` serves relative words and missing years.
FoundDates find_dates(std::string_view text, WallTime now);

// The one day that a short text gives (a list's date cell, a byline, the text of a meta tag): a published before a
// dated before an unlabelled before a written, asked or answered one; the other roles are not looked at. Unlabelled
// ones that stand free go before those in sentences. nullopt when two days are equally good, or when the day cannot be
// one of a publication (may_be_published).
std::optional<FoundDate> read_date(std::string_view text, WallTime now);

// 1997-01-01, before which no portal was, to tomorrow, since clocks differ.
bool may_be_published(CivilDay day, WallTime now);

// `text` without its page clocks, their labels and days of the week, so that two readings of a page can be compared.
std::string without_page_clocks(std::string_view text, WallTime now);

// The latest day with this month and day that is not after `limit`; nullopt for a day no month has.
std::optional<CivilDay> latest_day(std::chrono::month_day month_day, CivilDay limit);

// The Beijing day of a number of seconds or milliseconds since 1970 as JSON feeds give them: 1997 to 2100, else
// nullopt.
std::optional<CivilDay> day_of_epoch(std::int64_t number);

// A date that a URL carries in its path.
struct UrlDate {
  std::chrono::year_month month;
  std::optional<CivilDay> day;  // nullopt: the path tells the month alone
};
// t20240426_123.html, /2024/4/26/, /2024/0426/, /202404/26/, /2024-04/26/, /2024-04-26, /20240426/, /202404/,
// /2024/04/; of the years 1997 to 2100. nullopt where there is none, or two that differ. `url`: absolute or a path.
std::optional<UrlDate> date_in_url(std::string_view url);

}  // namespace xuncha
