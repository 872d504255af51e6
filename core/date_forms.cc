#include "core/date_forms.h"

#include <array>
#include <string_view>

namespace xuncha {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using Found = std::optional<WrittenDate>;

constexpr int kYearMin = 1900;
constexpr int kYearMax = 2100;

// A longer number, address, file name or code goes on here.
bool continues_before(const DateText& text, std::size_t at) {
  const char32_t before = text[at - 1];
  if (is_digit(before) || is_letter(before)) return true;
  if (std::u32string_view(U"_%#$=&@\\第￥").find(before) != std::u32string_view::npos) return true;
  const char32_t joined = text[at - 2];
  if (before == U':' || before == U'+' || before == U',') return is_digit(joined);
  if (before != U'-' && before != U'.' && before != U'/') return false;
  return is_digit(joined) || is_letter(joined) || joined == U'/';
}

bool continues_behind(const DateText& text, std::size_t at) {
  const char32_t next = text[at];
  if (is_digit(next) || next == U'%' || next == U'_') return true;
  if (is_letter(next)) return !(next == U'T' && is_digit(text[at + 1]));
  const bool joins = std::u32string_view(U"-./:+,").find(next) != std::u32string_view::npos;
  return joins && (is_digit(text[at + 1]) || is_letter(text[at + 1]));
}

Found make(DateForm form, int year, int month, int day, std::size_t end) {
  const bool has_whole_year = year != 0 && form != DateForm::kTwoDigitYear;
  if (!is_date(has_whole_year ? year : 0, month, day)) return std::nullopt;
  if (has_whole_year && (year < kYearMin || year > kYearMax)) return std::nullopt;
  WrittenDate date;
  date.form = form;
  date.year = year;
  date.month = month;
  date.day = day;
  date.end = end;
  return date;
}

// `4月26日` behind the year, or where there is none. 日 may be missing only where nothing else can follow.
Found read_month_and_day(DateCursor cursor, DateForm form, int year) {
  cursor.skip_blanks();
  int month = 0;
  if (cursor.take(U"元月")) {
    month = 1;
  } else {
    month = cursor.take_number();
    cursor.skip_blanks();
    if (month < 1 || !cursor.take(U'月')) return std::nullopt;
  }
  cursor.skip_blanks();
  const int day = cursor.take_number();
  if (day < 1) return std::nullopt;
  const std::size_t behind_number = cursor.at;
  cursor.skip_blanks();
  if (cursor.take(U'日') || cursor.take(U'号')) return make(form, year, month, day, cursor.at);
  Found date = make(form, year, month, day, behind_number);
  if (date) date->unit_missing = true;
  return date;
}

// 2024-04-26 and its like, from behind the year.
Found read_separated(DateCursor cursor, int year) {
  const char32_t separator = cursor.peek();
  ++cursor.at;
  const int month = cursor.take_digits(1, 2);
  if (month < 0 || !cursor.take(separator)) return std::nullopt;
  const int day = cursor.take_digits(1, 2);
  if (day < 0) return std::nullopt;
  if (cursor.peek() == U'日') {
    ++cursor.at;
  } else if (continues_behind(*cursor.text, cursor.at)) {
    return std::nullopt;
  }
  return make(DateForm::kYearMonthDay, year, month, day, cursor.at);
}

// `2024 04-26`, `2024-04 26`, `2024年4月 26`, from behind the year.
Found read_year_first_split(DateCursor cursor, int year) {
  const char32_t separator = cursor.peek();
  int month = -1;
  int day = -1;
  if (separator == U' ') {
    cursor.skip_blanks();
    month = cursor.take_digits(2, 2);
    if (month < 0 || (!cursor.take(U'-') && !cursor.take(U'/') && !cursor.take(U'.'))) return std::nullopt;
    day = cursor.take_digits(2, 2);
  } else {
    ++cursor.at;
    month = cursor.take_digits(1, 2);
    if (separator == U'年' && !cursor.take(U'月')) return std::nullopt;
    if (cursor.peek() != U' ') return std::nullopt;
    cursor.skip_blanks();
    day = cursor.take_digits(1, 2);
  }
  if (day < 0 || continues_behind(*cursor.text, cursor.at)) return std::nullopt;
  return make(DateForm::kSplit, year, month, day, cursor.at);
}

Found read_from_year(DateCursor cursor) {
  const int year = cursor.take_digits(4, 4);
  if (year < 0) return std::nullopt;
  DateCursor behind = cursor;
  behind.skip_blanks();
  if (behind.take(U'年')) {
    const Found date = read_month_and_day(behind, DateForm::kChinese, year);
    const Found split = read_year_first_split(cursor, year);
    return date && !(split && date->unit_missing) ? date : split;
  }
  const char32_t separator = cursor.peek();
  if (separator == U'-' || separator == U'/' || separator == U'.') {
    const Found date = read_separated(cursor, year);
    return date ? date : read_year_first_split(cursor, year);
  }
  return separator == U' ' ? read_year_first_split(cursor, year) : std::nullopt;
}

// NN-NN-YYYY and its like, from behind the second number: only where one of the orders is no date.
Found read_year_last(DateCursor cursor, int first, int second, char32_t separator) {
  if (!cursor.take(separator)) return std::nullopt;
  const int year = cursor.take_digits(4, 4);
  if (year < 0 || continues_behind(*cursor.text, cursor.at)) return std::nullopt;
  const bool day_first = is_date(year, second, first);
  const bool month_first = is_date(year, first, second);
  if (day_first == month_first && first != second) return std::nullopt;
  return day_first ? make(DateForm::kYearMonthDay, year, second, first, cursor.at)
                   : make(DateForm::kYearMonthDay, year, first, second, cursor.at);
}

// 04-26, 24-04-26, 04-26 2024: two digits each.
Found read_two_digits(DateCursor cursor, int first) {
  const char32_t separator = cursor.peek();
  const std::size_t begin = cursor.at - 2;
  ++cursor.at;
  const int second = cursor.take_digits(2, 2);
  if (second < 0 || is_digit((*cursor.text)[begin - 1])) return std::nullopt;
  if (separator == U'-' && cursor.peek() == U'-') {
    DateCursor third = cursor;
    ++third.at;
    const int day = third.take_digits(2, 2);
    if (day >= 0 && !continues_behind(*third.text, third.at)) {
      return make(DateForm::kTwoDigitYear, first, second, day, third.at);
    }
  }
  if (continues_behind(*cursor.text, cursor.at)) return std::nullopt;
  DateCursor split = cursor;
  split.skip_blanks();
  if (split.at > cursor.at) {
    const int year = split.take_digits(4, 4);
    if (year >= 0 && split.peek() != U'年' && !continues_behind(*split.text, split.at)) {
      Found date = make(DateForm::kSplit, year, first, second, split.at);
      if (date) date->split_by_year_last = true;
      return date;
    }
  }
  Found date = make(DateForm::kMonthDay, 0, first, second, cursor.at);
  if (date) date->slash = separator == U'/';
  return date;
}

// 26 2024-04, 26 2024年4月, from behind the day.
Found read_day_first_split(DateCursor cursor, int day) {
  cursor.skip_blanks();
  const int year = cursor.take_digits(4, 4);
  if (year < 0) return std::nullopt;
  const char32_t separator = cursor.peek();
  if (separator != U'-' && separator != U'/' && separator != U'.' && separator != U'年') return std::nullopt;
  ++cursor.at;
  const int month = cursor.take_digits(1, 2);
  if (month < 0 || (separator == U'年' && !cursor.take(U'月'))) return std::nullopt;
  if (continues_behind(*cursor.text, cursor.at)) return std::nullopt;
  return make(DateForm::kSplit, year, month, day, cursor.at);
}

// --- English ---------------------------------------------------------------------------------------------------------

// The month whose name begins here, 0 for none.
int take_month_name(DateCursor& cursor) {
  static constexpr std::array<std::u32string_view, 12> kNames = {U"january",   U"february", U"march",    U"april",
                                                                 U"may",       U"june",     U"july",     U"august",
                                                                 U"september", U"october",  U"november", U"december"};
  std::size_t length = 0;
  while (length < 10 && is_letter(cursor.peek(length))) ++length;
  if (length < 3) return 0;
  const auto begins_so = [&](std::u32string_view name) {
    if (length > name.size() || (length != 3 && length != name.size() && !(length == 4 && name[0] == U's'))) {
      return false;
    }
    for (std::size_t index = 0; index < length; ++index) {
      if ((cursor.peek(index) | 0x20u) != name[index]) return false;
    }
    return true;
  };
  for (std::size_t month = 0; month < kNames.size(); ++month) {
    if (!begins_so(kNames[month])) continue;
    cursor.at += length;
    cursor.take(U'.');
    return static_cast<int>(month) + 1;
  }
  return 0;
}

// A year that ends an English date: a number with a bound behind it.
int take_english_year(DateCursor& cursor) {
  cursor.take(U',');
  cursor.skip_blanks();
  DateCursor next = cursor;
  const int year = next.take_digits(4, 4);
  if (year < 0 || continues_behind(*next.text, next.at)) return -1;
  cursor = next;
  return year;
}

// Apr 26, 2024; Apr 26 10:19:00 CST 2024
Found read_month_name_first(DateCursor cursor) {
  const int month = take_month_name(cursor);
  if (month == 0) return std::nullopt;
  cursor.skip_blanks();
  const int day = cursor.take_digits(1, 2);
  if (day < 0) return std::nullopt;
  if (!cursor.take(U"st") && !cursor.take(U"nd") && !cursor.take(U"rd")) cursor.take(U"th");
  if (const auto time = written_time_at(*cursor.text, cursor.at)) {
    cursor.at = time->end;
    cursor.skip_blanks();
    std::size_t letters = 0;
    while (letters < 5 && is_letter(cursor.peek(letters))) ++letters;
    cursor.at += letters;
  }
  const int year = take_english_year(cursor);
  return year < 0 ? std::nullopt : make(DateForm::kEnglish, year, month, day, cursor.at);
}

// 26 April 2024, from behind the day.
Found read_month_name_second(DateCursor cursor, int day) {
  if (!cursor.take(U'-')) cursor.skip_blanks();
  const int month = take_month_name(cursor);
  if (month == 0) return std::nullopt;
  if (cursor.peek() == U'-') ++cursor.at;
  const int year = take_english_year(cursor);
  return year < 0 ? std::nullopt : make(DateForm::kEnglish, year, month, day, cursor.at);
}

// --- numbers and words that stand for a moment
// -------------------------------------------------------------------------

Found at_instant(DateForm form, std::chrono::sys_seconds instant, std::size_t end) {
  WrittenDate date;
  date.form = form;
  date.instant = instant;
  date.end = end;
  return date;
}

// An ISBN of 13 digits begins so; read as milliseconds it would be of the turn of the year 2001.
bool may_be_isbn(const DateText& text, std::size_t at) {
  return text.has(at, U"978") || text.has(at, U"979");
}

Found read_long_number(const DateText& text, std::size_t at, std::size_t length) {
  std::int64_t value = 0;
  for (std::size_t index = 0; index < length; ++index) value = value * 10 + static_cast<int>(text[at + index] - U'0');
  if (continues_behind(text, at + length)) return std::nullopt;
  if (length == 13) {
    if (may_be_isbn(text, at)) return std::nullopt;
    return at_instant(DateForm::kEpoch, std::chrono::sys_seconds(seconds(value / 1000)), at + length);
  }
  for (std::size_t digits = length; digits > 8; digits -= 2) value /= 100;
  const auto number = static_cast<int>(value);
  return make(DateForm::kCompact, number / 10000, number / 100 % 100, number % 100, at + length);
}

// "N of a unit ago": nullopt when the moment may lie on either side of midnight, as the words round down.
Found read_ago(DateCursor cursor, int count, std::chrono::sys_seconds now) {
  cursor.skip_blanks();
  const auto beijing_midnights = [](std::chrono::sys_seconds moment) {
    return std::chrono::floor<days>(moment + hours(8));
  };
  seconds unit{};
  if (cursor.take(U"天前") || cursor.take(U"日前")) {
    Found date = at_instant(DateForm::kRelative, now - days(count), cursor.at);
    date->is_rounded = true;
    return date;
  }
  if (cursor.take(U"小时前") || cursor.take(U"个小时前")) {
    unit = hours(1);
  } else if (cursor.take(U"分钟前")) {
    unit = minutes(1);
  } else {
    return std::nullopt;
  }
  const auto latest = now - count * unit;
  if (beijing_midnights(latest) != beijing_midnights(latest - unit)) return std::nullopt;
  return at_instant(DateForm::kRelative, latest, cursor.at);
}

Found read_relative_word(DateCursor cursor, std::chrono::sys_seconds now) {
  struct Word {
    std::u32string_view text;
    int days_ago;
  };
  static constexpr Word kWords[] = {{U"今天", 0}, {U"今日", 0}, {U"昨天", 1}, {U"昨日", 1}, {U"前天", 2}, {U"前日", 2}};
  for (const Word& word : kWords) {
    if (cursor.take(word.text)) return at_instant(DateForm::kRelative, now - days(word.days_ago), cursor.at);
  }
  if (cursor.take(U"刚刚")) {  // within minutes
    const bool same_day =
        std::chrono::floor<days>(now + hours(8)) == std::chrono::floor<days>(now + hours(8) - minutes(10));
    return same_day ? at_instant(DateForm::kRelative, now, cursor.at) : std::nullopt;
  }
  return std::nullopt;
}

// --- by what it begins with
// --------------------------------------------------------------------------------------------

// A month and day without year that has none because of what stands before it: 去年4月26日, 农历四月二十六日,
// 每年1月1日.
bool belongs_to_other_year(const DateText& text, std::size_t at) {
  std::size_t before = at - 1;
  if (text[before] == U' ') --before;
  if (text[before] == U'年') return true;
  for (std::size_t back = 2; back <= 6; ++back) {
    if (text.has(at - back, U"农历") || text.has(at - back, U"阴历") || text.has(at - back, U"每月")) return at >= back;
  }
  return false;
}

Found read_chinese_month_day(const DateText& text, std::size_t at) {
  if (belongs_to_other_year(text, at)) return std::nullopt;
  return read_month_and_day({text, at}, DateForm::kChineseMonthDay, 0);
}

Found read_short_number(const DateText& text, std::size_t at, std::chrono::sys_seconds now) {
  DateCursor cursor(text, at);
  const int number = cursor.take_digits(1, 2);
  const bool two_digits = cursor.at == at + 2;
  DateCursor behind = cursor;
  behind.skip_blanks();
  if (behind.peek() == U'月') return read_chinese_month_day(text, at);
  if (behind.take(U'年'))
    return two_digits ? read_month_and_day(behind, DateForm::kTwoDigitYear, number) : std::nullopt;
  if (const Found ago = read_ago(cursor, number, now)) return ago;
  const char32_t next = cursor.peek();
  if (next == U'-' || next == U'/' || next == U'.') {
    DateCursor second = cursor;
    ++second.at;
    if (const int other = second.take_digits(1, 2); other > 0) {
      if (const Found date = read_year_last(second, number, other, next)) return date;
    }
    if (next != U'.' && two_digits) {
      if (const Found date = read_two_digits(cursor, number)) return date;
    }
  }
  if (next == U' ' && two_digits) {
    if (const Found date = read_day_first_split(cursor, number)) return date;
  }
  return next == U' ' || next == U'-' ? read_month_name_second(cursor, number) : std::nullopt;
}

Found read_from_digit(const DateText& text, std::size_t at, std::chrono::sys_seconds now) {
  if (continues_before(text, at)) return std::nullopt;
  std::size_t length = 0;
  while (length < 20 && is_digit(text[at + length])) ++length;
  switch (length) {
    case 1:
    case 2:
      return read_short_number(text, at, now);
    case 4:
      return read_from_year({text, at});
    case 8:
    case 12:
    case 13:
    case 14:
      return read_long_number(text, at, length);
    default:
      return std::nullopt;
  }
}

// One digit of a year in numerals, where a letter O and a figure 0 stand for 〇 too.
int take_year_numeral(DateCursor& cursor) {
  const char32_t unit = cursor.peek();
  const bool is_zero = unit == U'O' || unit == U'o' || unit == U'0' || unit == U'Ｏ';
  const int value = is_zero ? 0 : han_digit(unit);
  if (value >= 0) ++cursor.at;
  return value;
}

bool is_numeral(char32_t unit) {
  return han_digit(unit) >= 0 || unit == U'十' || unit == U'廿' || unit == U'卅' || unit == U'元';
}

Found read_from_numeral(const DateText& text, std::size_t at, std::chrono::sys_seconds now) {
  const char32_t before = text[at - 1];
  if (is_numeral(before) || before == U'第' || before == U'百' || before == U'千') return std::nullopt;
  DateCursor cursor(text, at);
  int year = 0;
  int digits = 0;
  for (; digits < 4; ++digits) {
    const int value = take_year_numeral(cursor);
    if (value < 0) break;
    year = year * 10 + value;
  }
  DateCursor behind = cursor;
  behind.skip_blanks();
  if (digits == 4 && behind.take(U'年')) return read_month_and_day(behind, DateForm::kChineseNumerals, year);
  cursor.at = at;
  if (const int number = cursor.take_han_number(); number > 0) {
    if (const Found ago = read_ago(cursor, number, now)) return ago;
  }
  return read_chinese_month_day(text, at);
}

}  // namespace

bool is_date(int year, int month, int day) {
  if (month < 1 || month > 12 || day < 1 || day > 31) return false;
  constexpr int kLeapYear = 2000;
  return std::chrono::year_month_day{std::chrono::year(year == 0 ? kLeapYear : year),
                                     std::chrono::month(static_cast<unsigned>(month)),
                                     std::chrono::day(static_cast<unsigned>(day))}
      .ok();
}

Found written_date_at(const DateText& text, std::size_t at, std::chrono::sys_seconds now) {
  const char32_t unit = text[at];
  if (is_digit(unit)) return read_from_digit(text, at, now);
  if (is_letter(unit)) {
    return is_letter(text[at - 1]) || is_digit(text[at - 1]) ? std::nullopt : read_month_name_first({text, at});
  }
  if (is_numeral(unit)) return read_from_numeral(text, at, now);
  return read_relative_word({text, at}, now);
}

std::optional<WrittenTime> written_time_at(const DateText& text, std::size_t at) {
  DateCursor cursor(text, at);
  const bool is_iso = cursor.take(U'T');
  if (!is_iso) cursor.skip_blanks(4);
  const bool afternoon = cursor.take(U"下午") || cursor.take(U"晚上") || cursor.take(U"中午");
  if (!afternoon && !cursor.take(U"上午") && !cursor.take(U"凌晨")) cursor.take(U"早上");
  cursor.skip_blanks(1);
  int hour = cursor.take_digits(1, 2);
  if (hour < 0) return std::nullopt;
  const bool in_words = cursor.take(U'时') || cursor.take(U'点');
  if (!in_words && !cursor.take(U':')) return std::nullopt;
  const int minute = cursor.take_digits(in_words ? 1 : 2, 2);
  if (minute < 0 || (in_words && !cursor.take(U'分'))) return std::nullopt;
  int second = -1;
  DateCursor behind = cursor;
  if (in_words || behind.take(U':')) second = behind.take_digits(in_words ? 1 : 2, 2);
  if (second >= 0 && (!in_words || behind.take(U'秒'))) {
    cursor = behind;
    if (cursor.peek() == U'.' && is_digit(cursor.peek(1))) {
      ++cursor.at;
      for (int count = 0; count < 9 && is_digit(cursor.peek()); ++count) ++cursor.at;
    }
  } else if (second >= 0) {
    second = -1;
  }
  if (is_digit(cursor.peek()) || hour > 24 || minute > 59 || second > 60) return std::nullopt;
  if (afternoon && hour < 12) hour += 12;
  WrittenTime time;
  time.time = hours(hour) + minutes(minute) + seconds(second < 0 ? 0 : second);
  // An offset: Z or +08:00 at once behind an ISO time, or +0800 a blank behind seconds. 10:00-11:30 is a span of time.
  DateCursor zone = cursor;
  const bool may_follow = second >= 0 ? is_iso || zone.take(U' ') : is_iso;
  if ((is_iso || second >= 0) && cursor.peek() == U'Z' && !is_letter(cursor.peek(1))) {
    time.offset = minutes(0);
    ++cursor.at;
  } else if (may_follow && (zone.peek() == U'+' || zone.peek() == U'-')) {
    const int sign = zone.peek() == U'+' ? 1 : -1;
    ++zone.at;
    DateCursor joined = zone;
    int offset = joined.take_digits(4, 4);
    if (offset >= 0) {
      zone = joined;
    } else {
      const int offset_hours = zone.take_digits(2, 2);
      const bool has_minutes = offset_hours >= 0 && zone.take(U':');
      const int offset_minutes = has_minutes ? zone.take_digits(2, 2) : 0;
      offset = offset_hours < 0 || offset_minutes < 0 ? -1 : offset_hours * 100 + offset_minutes;
    }
    const bool ends = !is_digit(zone.peek()) && zone.peek() != U':';
    if (offset >= 0 && offset <= 1400 && offset % 100 < 60 && ends) {
      time.offset = sign * (hours(offset / 100) + minutes(offset % 100));
      cursor = zone;
    }
  }
  time.end = cursor.at;
  return time;
}

std::optional<PeriodEnd> period_end_at(const DateText& text, std::size_t at, const WrittenDate& first) {
  DateCursor cursor(text, at);
  cursor.skip_blanks();
  const std::size_t before = cursor.at;
  if (!cursor.take(U'至') && !cursor.take(U'到') && !cursor.take(U'~')) {
    for (int count = 0; count < 2 && (cursor.peek() == U'-' || cursor.peek() == U'—' || cursor.peek() == U'―');
         ++count) {
      ++cursor.at;
    }
  }
  if (cursor.at == before) return std::nullopt;
  cursor.skip_blanks();
  PeriodEnd end;
  end.begin = cursor.at;
  DateCursor day_only = cursor;
  const int day = day_only.take_number();
  if (day > 0 && (day_only.take(U'日') || day_only.take(U'号'))) {
    end = {first.year, first.month, day, end.begin, day_only.at};
    return is_date(end.year, end.month, day) && day > first.day ? std::optional(end) : std::nullopt;
  }
  const bool is_digits = is_digit(cursor.peek());
  if (!is_digits && !is_numeral(cursor.peek())) return std::nullopt;
  const Found second = written_date_at(text, cursor.at, {});
  if (!second || second->month == 0 || second->form == DateForm::kTwoDigitYear) return std::nullopt;
  end = {second->year, second->month, second->day, end.begin, second->end};
  if (end.year == 0 && first.year != 0) {
    end.year = first.year;
    const bool next_year = end.month < first.month || (end.month == first.month && end.day < first.day);
    if (next_year) ++end.year;
    if (!is_date(end.year, end.month, end.day)) return std::nullopt;
  }
  return end;
}

}  // namespace xuncha
