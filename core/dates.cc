#include "core/dates.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "core/date_forms.h"
#include "core/date_labels.h"
#include "core/date_limits.h"
#include "core/date_text.h"

namespace xuncha {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::sys_days;
using std::chrono::sys_seconds;

CivilDay civil_day(int year, int month, int day) {
  return CivilDay(std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                  std::chrono::day(static_cast<unsigned>(day)));
}

CivilDay tomorrow_of(WallTime now) {
  return CivilDay(sys_days(beijing_day(now)) + days(1));
}

bool is_bound(char32_t unit) {
  return unit == U'\0' || unit == U' ' || is_opening(unit) || is_closing(unit) ||
         std::u32string_view(U":|·•‧;；").find(unit) != std::u32string_view::npos;
}

// Of the text's own words, not of what frames a date.
bool is_word_unit(char32_t unit) {
  return is_digit(unit) || is_letter(unit) || is_han(unit) ||
         (unit >= 0x80 && !is_opening(unit) && !is_closing(unit) && unit != U'·' && unit != U'•' && unit != U'—');
}

// Finds the dates of one text from its beginning to its end.
class DateFinder {
 public:
  DateFinder(std::string_view bytes, WallTime now)
      : text_(bytes), now_(std::chrono::floor<std::chrono::seconds>(now)), tomorrow_(tomorrow_of(now)) {
    const auto begin = text_.units.begin();
    first_word_ = static_cast<std::size_t>(std::find_if(begin, text_.units.end(), is_word_unit) - begin);
    const auto last = std::find_if(text_.units.rbegin(), text_.units.rend(), is_word_unit);
    behind_words_ = static_cast<std::size_t>(text_.units.rend() - last);
  }

  FoundDates find();

 private:
  // A date with what stands beside it, before it is accepted.
  struct Sighting {
    WrittenDate written;
    std::optional<WrittenTime> time;
    DateLabel label;
    DateRole role = DateRole::kNone;
    DatePlace place = DatePlace::kSentence;
    std::size_t begin = 0;
    std::size_t end = 0;
    std::optional<PeriodEnd> period;
  };

  std::size_t skip_behind(std::size_t at) const;
  Sighting look_around(std::size_t at, const WrittenDate& written) const;
  DatePlace place_of(std::size_t label_begin, std::size_t begin, std::size_t end) const;
  bool accepts(const Sighting& sighting) const;
  // The day as it is written; nullopt where no year makes it one.
  std::optional<CivilDay> written_day(const WrittenDate& written) const;
  bool keep(const Sighting& sighting, FoundDates& found) const;
  void keep_period_end(const PeriodEnd& end, const FoundDate& first, FoundDates& found) const;

  DateText text_;
  sys_seconds now_;
  CivilDay tomorrow_;
  std::size_t first_word_ = 0;    // unit where the text's words begin
  std::size_t behind_words_ = 0;  // and behind where they end
};

FoundDates DateFinder::find() {
  FoundDates found;
  for (std::size_t at = 0; at < text_.size();) {
    if (!may_begin_date(text_[at])) {
      ++at;
      continue;
    }
    const auto written = written_date_at(text_, at, now_);
    if (!written) {
      at = skip_behind(at);
      continue;
    }
    if (found.dates.size() + 2 > limits::kDatesPerTextMax) {
      found.cut = true;
      break;
    }
    const Sighting sighting = look_around(at, *written);
    const bool kept = accepts(sighting) && keep(sighting, found);
    if (kept && sighting.period) keep_period_end(*sighting.period, found.dates.back(), found);
    at = kept && sighting.period ? sighting.period->end : kept ? sighting.end : written->end;
  }
  return found;
}

// Behind a run of digits or letters no date begins within it.
std::size_t DateFinder::skip_behind(std::size_t at) const {
  const auto behind_run = [&](bool (*is_of_run)(char32_t)) {
    while (is_of_run(text_[at])) ++at;
    return at;
  };
  if (is_digit(text_[at])) return behind_run(is_digit);
  if (is_letter(text_[at])) return behind_run(is_letter);
  return at + 1;
}

DateFinder::Sighting DateFinder::look_around(std::size_t at, const WrittenDate& written) const {
  Sighting sighting;
  sighting.written = written;
  sighting.begin = at;
  sighting.end = written.end;
  if (written.form != DateForm::kEpoch && written.form != DateForm::kCompact) {
    sighting.time = written_time_at(text_, written.end);
    if (sighting.time) sighting.end = sighting.time->end;
  }
  sighting.label = label_before(text_, at);
  sighting.role = sighting.label.role;
  if (sighting.role == DateRole::kNone || sighting.label.is_start) {
    const DateRole behind = role_behind(text_, sighting.end);
    if (behind != DateRole::kNone) sighting.role = behind;
  }
  if (written.month != 0) sighting.period = period_end_at(text_, sighting.end, written);
  if (sighting.period) sighting.role = DateRole::kPeriodBegin;
  const std::size_t weekday_end = weekday_behind(text_, sighting.end);
  sighting.place = place_of(sighting.label.begin, at, weekday_end);
  const bool is_free = sighting.place != DatePlace::kSentence && sighting.place != DatePlace::kBracketed;
  const bool is_named = sighting.label.found && sighting.role != DateRole::kClock && sighting.role != DateRole::kNone;
  if (weekday_end > sighting.end && (sighting.role == DateRole::kClock || (is_free && !is_named))) {
    sighting.role = DateRole::kClock;
    const auto behind_weekday = sighting.time ? std::nullopt : written_time_at(text_, weekday_end);
    sighting.end = behind_weekday ? behind_weekday->end : weekday_end;
  }
  return sighting;
}

DatePlace DateFinder::place_of(std::size_t label_begin, std::size_t begin, std::size_t end) const {
  const bool is_first = label_begin <= first_word_;
  const bool is_last = end >= behind_words_;
  if (is_first && is_last) return DatePlace::kAlone;
  std::size_t before = begin;
  while (before > label_begin && text_[before - 1] == U' ') --before;
  if (label_begin == begin) {
    for (int blanks = 0; blanks < 4 && text_[before - 1] == U' '; ++blanks) --before;
  }
  std::size_t behind = end;
  for (int blanks = 0; blanks < 4 && text_[behind] == U' '; ++blanks) ++behind;
  if (is_opening(text_[before - 1]) && is_closing(text_[behind])) return DatePlace::kBracketed;
  const bool free_before = label_begin < begin || is_bound(text_[begin - 1]);
  const bool free_behind = is_bound(text_[end]) || begins_label(text_, end);
  if (!free_before || !free_behind) return DatePlace::kSentence;
  return is_first ? DatePlace::kFirst : is_last ? DatePlace::kLast : DatePlace::kFree;
}

// A form that is a date for sure is one wherever it stands; the others need a place where nothing else would stand.
bool DateFinder::accepts(const Sighting& sighting) const {
  const DatePlace place = sighting.place;
  const bool is_named = sighting.label.found && sighting.role != DateRole::kOther && sighting.role != DateRole::kNone;
  const bool is_single = place == DatePlace::kAlone || place == DatePlace::kBracketed;
  const bool is_at_edge = is_single || place == DatePlace::kFirst || place == DatePlace::kLast;
  if (sighting.written.unit_missing && !sighting.period) {
    const char32_t next = text_[sighting.written.end];
    const bool is_bounded = sighting.time || next == U'\0' || is_closing(next) || next == U'|';
    const bool is_spaced = next == U' ' && place == DatePlace::kAlone;
    if (!is_bounded && !is_spaced) return false;
  }
  switch (sighting.written.form) {
    case DateForm::kYearMonthDay:
    case DateForm::kChinese:
    case DateForm::kChineseNumerals:
    case DateForm::kEnglish:
    case DateForm::kChineseMonthDay:
      return true;
    case DateForm::kTwoDigitYear:
      return is_named || place != DatePlace::kSentence;
    case DateForm::kMonthDay:
      if (sighting.written.slash) return is_single && is_opening(text_[sighting.begin - 1]);
      return is_named || is_at_edge;
    case DateForm::kCompact:
      return is_named || is_single;
    case DateForm::kSplit:
      return place == DatePlace::kAlone || (sighting.written.split_by_year_last && place == DatePlace::kLast);
    case DateForm::kEpoch:
      return place == DatePlace::kAlone;
    case DateForm::kRelative:
      return is_single || is_named || place == DatePlace::kLast || (sighting.time && place != DatePlace::kSentence);
  }
  return false;
}

std::optional<CivilDay> DateFinder::written_day(const WrittenDate& written) const {
  switch (written.form) {
    case DateForm::kEpoch:
      return day_of_epoch(written.instant.time_since_epoch().count());
    case DateForm::kRelative:
      return CivilDay(std::chrono::floor<days>(written.instant + hours(8)));
    case DateForm::kTwoDigitYear: {
      // 97 to 99 are of the last century; another year that is not over yet is the day of another order.
      const int year = written.year + (written.year >= 97 ? 1900 : 2000);
      if (!is_date(year, written.month, written.day)) return std::nullopt;
      const CivilDay day = civil_day(year, written.month, written.day);
      return day <= tomorrow_ ? std::optional(day) : std::nullopt;
    }
    case DateForm::kMonthDay:
    case DateForm::kChineseMonthDay:
      return latest_day(std::chrono::month_day(std::chrono::month(static_cast<unsigned>(written.month)),
                                               std::chrono::day(static_cast<unsigned>(written.day))),
                        tomorrow_);
    default:
      return civil_day(written.year, written.month, written.day);
  }
}

bool DateFinder::keep(const Sighting& sighting, FoundDates& found) const {
  const auto day = written_day(sighting.written);
  if (!day) return false;
  FoundDate date;
  date.written = date.day = *day;
  date.form = sighting.written.form;
  date.role = sighting.role;
  date.place = sighting.place;
  date.assumed = date.form == DateForm::kTwoDigitYear || date.form == DateForm::kMonthDay ||
                 date.form == DateForm::kChineseMonthDay || sighting.written.is_rounded;
  if (sighting.time) {
    date.time = sighting.time->time;
    if (sighting.time->offset) {
      const auto instant = sys_days(*day) + sighting.time->time - *sighting.time->offset;
      date.day = CivilDay(std::chrono::floor<days>(instant + hours(8)));
    }
  }
  const std::uint32_t free_from = found.dates.empty() ? 0 : found.dates.back().end;
  date.label_begin = std::max(text_.offset[sighting.label.begin], free_from);
  date.begin = text_.offset[sighting.begin];
  date.end = text_.offset[sighting.end];
  found.dates.push_back(date);
  return true;
}

void DateFinder::keep_period_end(const PeriodEnd& end, const FoundDate& first, FoundDates& found) const {
  FoundDate date = first;
  date.role = DateRole::kPeriodEnd;
  date.time.reset();
  const int first_year = static_cast<int>(first.written.year());
  int year = end.year;
  if (year == 0) {  // of a period without years: of the first day's, or the next where it would lie before it
    year = first_year;
    if (is_date(year, end.month, end.day) && civil_day(year, end.month, end.day) < first.written) ++year;
  }
  if (!is_date(year, end.month, end.day)) return;
  date.written = date.day = civil_day(year, end.month, end.day);
  date.label_begin = date.begin = text_.offset[end.begin];
  date.end = text_.offset[end.end];
  found.dates.push_back(date);
}

// How good a date is as the one of a short text, best first; -1: not at all.
int rank_of(const FoundDate& date) {
  const bool is_free = date.place != DatePlace::kSentence && date.place != DatePlace::kFree;
  switch (date.role) {
    case DateRole::kPublished:
      return 0;
    case DateRole::kDated:
      return 1;
    case DateRole::kNone:
      if (is_free) return 2;
      return date.form == DateForm::kChineseMonthDay || date.form == DateForm::kRelative ? -1 : 3;
    case DateRole::kWritten:
    case DateRole::kAsked:
    case DateRole::kAnswered:
      return 4;
    default:
      return -1;
  }
}

}  // namespace

FoundDates find_dates(std::string_view text, WallTime now) {
  return DateFinder(text, now).find();
}

std::optional<FoundDate> read_date(std::string_view text, WallTime now) {
  const FoundDates found = find_dates(text, now);
  if (found.cut) return std::nullopt;
  const FoundDate* best = nullptr;
  bool is_one = true;
  for (const FoundDate& date : found.dates) {
    const int rank = rank_of(date);
    if (rank < 0) continue;
    if (best == nullptr || rank < rank_of(*best)) {
      best = &date;
      is_one = true;
    } else if (rank == rank_of(*best) && date.day != best->day) {
      is_one = false;
    }
  }
  if (best == nullptr || !is_one || !may_be_published(best->day, now)) return std::nullopt;
  return *best;
}

bool may_be_published(CivilDay day, WallTime now) {
  return day >= civil_day(1997, 1, 1) && day <= tomorrow_of(now);
}

std::string without_page_clocks(std::string_view text, WallTime now) {
  std::string rest;
  std::size_t kept = 0;
  for (const FoundDate& date : find_dates(text, now).dates) {
    if (date.role != DateRole::kClock) continue;
    rest.append(text.substr(kept, date.label_begin - kept));
    kept = date.end;
  }
  rest.append(text.substr(kept));
  return rest;
}

std::optional<CivilDay> latest_day(std::chrono::month_day month_day, CivilDay limit) {
  constexpr int kLeapYearsApart = 8;  // around 1900 and 2100
  for (int back = 0; back <= kLeapYearsApart; ++back) {
    const CivilDay day = month_day.month() / month_day.day() / (limit.year() - std::chrono::years(back));
    if (day.ok() && day <= limit) return day;
  }
  return std::nullopt;
}

std::optional<CivilDay> day_of_epoch(std::int64_t number) {
  constexpr std::int64_t kMillisecondsFrom = 100'000'000'000;  // as seconds that would be the year 5138
  const std::int64_t seconds = number >= kMillisecondsFrom ? number / 1000 : number;
  constexpr std::int64_t kAhead = 28'800;                   // Beijing of UTC, in seconds
  constexpr std::int64_t kFirst = 852'076'800 - kAhead;     // 1997-01-01 in Beijing
  constexpr std::int64_t kBehind = 4'133'980'800 - kAhead;  // 2101-01-01
  if (seconds < kFirst || seconds >= kBehind) return std::nullopt;
  return CivilDay(std::chrono::floor<days>(sys_seconds(std::chrono::seconds(seconds)) + hours(8)));
}

}  // namespace xuncha
