#include "detectors/column_freshness.h"

#include <algorithm>
#include <chrono>

namespace xuncha {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

constexpr std::uint32_t kUndatedItemsMin = 3;
constexpr std::uint32_t kItemsMin = 3;  // of a list that owes news by its class only
constexpr int kHolidayDaysMost = 10;    // the longest holiday there was, with the weekends at its ends
constexpr int kDaysApart = 1;           // between the list's day and the page's own

constexpr int kWeek = 7;

// The days in a row without a working day, from `day` on, forwards or backwards; 0 if it is one.
int days_off(sys_days day, int step, const WorkCalendar& calendar) {
  int count = 0;
  while (count < kHolidayDaysMost * 2 && !calendar.is_working(day + days(count * step))) ++count;
  return count;
}

}  // namespace

ColumnAge age_of_column(CivilDay newest, ColumnClass column_class, WallTime now, const WorkCalendar& calendar) {
  const sys_days today(beijing_day(now));
  const sys_days from(newest);
  ColumnAge age;
  if (today <= from) return age;
  const auto total = static_cast<std::uint32_t>((today - from).count());
  age.days = total;
  if (column_class != ColumnClass::kNews) return age;
  age.provisional = !calendar.knows(today) || !calendar.knows(newest);
  if (total > 366) return age;  // no holiday excuses that
  // Whole weeks in a row without a working day, on whichever day of the week they begin: 国庆 is from Thursday to
  // Wednesday in some years.
  int before = days_off(from, -1, calendar);  // it was published on one of them
  for (sys_days day = from + days(1); day <= today; before = 0) {
    const int off = days_off(day, 1, calendar);
    const int passed = std::min(off, static_cast<int>((today - day).count()) + 1);
    age.days -= static_cast<std::uint32_t>(std::min(passed, (before + off) / kWeek * kWeek));
    day += days(off + 1);
  }
  return age;
}

ColumnJudgement judge_column(const ColumnSight& sight, const ColumnDuty& duty, WallTime now,
                             const WorkCalendar& calendar) {
  ColumnJudgement judgement;
  judgement.max_age_days = duty.max_age_days;
  const auto is = [&judgement](ColumnVerdict verdict, std::string_view reason) {
    judgement.verdict = verdict;
    judgement.reason = reason;
    return judgement;
  };
  if (sight.script_rendered) return is(ColumnVerdict::kUnknown, "script_rendered");
  if (sight.items == 0) {
    if (sight.says_empty && sight.confidence < kListSure) return is(ColumnVerdict::kUnknown, "low_confidence");
    if (sight.says_empty) return is(ColumnVerdict::kBlank, "says_empty");
    return is(ColumnVerdict::kUnknown, sight.method == ListMethod::kConfig ? "no_match" : "no_items");
  }
  if (sight.confidence < kListSure) return is(ColumnVerdict::kUnknown, "low_confidence");
  if (duty.archived) return is(ColumnVerdict::kUnknown, "archived");
  if (duty.standing) return is(ColumnVerdict::kUnknown, "no_duty");
  if (!sight.newest) {
    const bool sure = sight.items_dated == 0 && sight.items >= kUndatedItemsMin;
    return is(sure ? ColumnVerdict::kUndated : ColumnVerdict::kUnknown, "items_undated");
  }
  // Dates of a few items tell nothing of the newest.
  if (sight.items_dated * 2 < sight.items) return is(ColumnVerdict::kUnknown, "items_undated");
  // The later of the two days counts: a list may show when something was written, its page when it was published.
  const CivilDay newest = sight.confirmed ? std::max(*sight.newest, *sight.confirmed) : *sight.newest;
  const ColumnAge age = age_of_column(newest, duty.column_class, now, calendar);
  if (age.days <= duty.max_age_days) return is(ColumnVerdict::kFresh, "within_limit");
  if (age.provisional && age.days <= duty.max_age_days + kHolidayDaysMost) {
    return is(ColumnVerdict::kUnknown, "calendar_unknown");
  }
  // One or two items are hardly a list that grows, unless its name promises news.
  const bool promises = duty.column_class == ColumnClass::kNews || duty.column_class == ColumnClass::kNotice;
  if (sight.items < kItemsMin && !promises) return is(ColumnVerdict::kUnknown, "too_few_items");
  if (!sight.confirmed) {
    judgement.needs_confirmation = true;
    return is(ColumnVerdict::kUnknown, "unconfirmed");
  }
  const auto apart = std::chrono::abs(sys_days(*sight.newest) - sys_days(*sight.confirmed));
  if (apart > days(kDaysApart)) return is(ColumnVerdict::kUnknown, "dates_disagree");
  return is(ColumnVerdict::kStale, "over_limit");
}

}  // namespace xuncha
