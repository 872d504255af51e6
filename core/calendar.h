#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <set>
#include <string_view>

#include "core/civil.h"
#include "core/result.h"

namespace xuncha {

// A day reached by counting working days.
struct CountedDay {
  CivilDay day;
  bool provisional = false;  // a day on the way lies in a year without calendar: only its day of the week was known
};

// A number of working days.
struct WorkingDays {
  int count = 0;
  bool provisional = false;  // as above
};

// Which days are working days (工作日) in China: Monday to Friday but for the holidays and with the made-up days of the
// yearly notices of the State Council. Days are counted from the one after the event (民法典 201); the n-th ends at
// 24:00 Beijing. Immutable after it is made, to be read from any thread. Days are valid and of the years 1900 to 2199.
class WorkCalendar {
 public:
  // The years 2007 to 2026, from core/workdays.txt.
  static const WorkCalendar& built_in();
  // Reads a table of the form that core/workdays.txt explains. kConfiguration with the line for what is no such table:
  // `name` is what the error calls it.
  static Result<WorkCalendar> parse(std::string_view table, std::string_view name);

  // This calendar with the years that `newer` has in place of its own. A day that two years list is as `newer` says.
  WorkCalendar updated_by(const WorkCalendar& newer) const;

  // Is the day listed, or its year published?
  bool knows(CivilDay day) const;
  bool is_working(CivilDay day) const;
  // The `count`-th working day after `day`; `day` itself for 0. Precondition: 0 <= count <= limits::kWorkingDaysMax.
  CountedDay add(CivilDay day, int count) const;
  // The working days after `from` up to and with `to`; negative, and of (to, from], when `to` is the earlier day.
  WorkingDays between(CivilDay from, CivilDay to) const;

  const std::set<int>& years() const { return years_; }  // that a notice was read of

 private:
  struct Exception {
    bool works = false;
    int year = 0;  // of the notice
  };

  Status read_line(std::string_view line, int& year);
  Status list(CivilDay first, CivilDay last, Exception exception);

  std::set<int> years_;
  std::map<CivilDay, Exception> exceptions_;
};

}  // namespace xuncha
