#pragma once

#include <cstdint>

#include "core/calendar.h"
#include "core/clock.h"
#include "core/column.h"

namespace xuncha {

// What a column is judged by.
struct ColumnDuty {
  ColumnClass column_class = ColumnClass::kOther;
  std::uint32_t max_age_days = 365;
  bool standing = false;  // of a name that owes no news (ColumnClassing)
  bool archived = false;
};

// Days since `newest`, as the duty counts them: of columns of class news, seven days in a row without any working day
// do not count (work plans ask for one item a week, and nobody works in those of 春节 and 国庆). `provisional`: a year
// on the way has no calendar, so that holidays may be among the days.
struct ColumnAge {
  std::uint32_t days = 0;
  bool provisional = false;
};
ColumnAge age_of_column(CivilDay newest, ColumnClass column_class, WallTime now, const WorkCalendar& calendar);

// Is the column fresh, stale, blank, undated? By one sight of it. "Stale" takes two sources: the list, and the page of
// its newest item; "blank" takes a list that stands empty and says so. Whatever is not sure is unknown. Pure; any
// thread. Source: 国办秘函〔2019〕19号 栏目不更新.
ColumnJudgement judge_column(const ColumnSight& sight, const ColumnDuty& duty, WallTime now,
                             const WorkCalendar& calendar);

}  // namespace xuncha
