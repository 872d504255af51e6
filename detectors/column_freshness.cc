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
constexpr int kDaysApart = 1;           // between the list's day and the page's own (domain.md 3.5)

bool has_working_day(sys_days monday, const WorkCalendar& calendar) {
  for (int day = 0; day < 7; ++day) {
    if (calendar.is_working(monday + days(day))) return true;
  }
  return false;
}

sys_days monday_of(sys_days day) {
  const std::chrono::weekday weekday(day);
  return day - days(static_cast<int>(weekday.iso_encoding()) - 1);
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
  for (sys_days monday = monday_of(from); monday <= today; monday += days(7)) {
    if (has_working_day(monday, calendar)) continue;
    const sys_days first = std::max(monday, from + days(1));
    const sys_days last = std::min(monday + days(6), today);
    if (first <= last) age.days -= static_cast<std::uint32_t>((last - first).count() + 1);
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
