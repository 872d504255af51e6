#include "core/list_years.h"

#include <algorithm>

#include "core/date_limits.h"
#include "core/dates.h"

namespace xuncha {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

constexpr int kPinnedMax = 3;      // pinned items stand at the head (reference: items pinned on top)
constexpr days kDisorderMax{31};   // that editors make; the other reading is a gap of eleven months
constexpr days kNeighbourMax{92};  // of two items that a New Year lies between; the other reading is three times as far

// Walks down a list, newest first.
class YearWalk {
 public:
  explicit YearWalk(CivilDay tomorrow) : tomorrow_(tomorrow) {}

  InferredDay next(const ListDate& item) {
    InferredDay inferred = item.year ? read(item) : infer(item.month_day);
    ++index_;
    if (inferred.day) {
      is_near_ = !previous_ || sys_days(*previous_) - sys_days(*inferred.day) <= kNeighbourMax;
      previous_ = inferred.day;
    }
    return inferred;
  }

  // Nothing tells the years of the items without year up to the next one with a year.
  bool is_lost() const { return is_lost_; }

 private:
  InferredDay read(const ListDate& item) {
    const CivilDay day = *item.year / item.month_day.month() / item.month_day.day();
    if (!day.ok()) return {};
    is_lost_ = false;
    return {day, day};
  }

  InferredDay infer(std::chrono::month_day month_day) {
    const auto latest = latest_day(month_day, tomorrow_);
    if (!latest) return {};
    if (is_lost_) return {std::nullopt, latest};
    if (!previous_ || *latest <= *previous_) return {latest, latest};
    // The latest reading is newer than the item before: either the list is out of order, or a New Year lies between.
    const sys_days before{*previous_};
    const auto above = first_after(month_day, before);
    if (above && sys_days(*above) - before <= kDisorderMax) return {above, latest};
    const auto in_order = latest_day(month_day, *previous_);
    is_lost_ = index_ <= kPinnedMax;  // the one before may be pinned, and this one of a later year
    const bool is_new_year = in_order && before - sys_days(*in_order) <= kNeighbourMax && is_near_;
    return {is_new_year && !is_lost_ ? in_order : std::nullopt, latest};
  }

  // The first day with this month and day after `before`, not after tomorrow.
  std::optional<CivilDay> first_after(std::chrono::month_day month_day, sys_days before) const {
    const auto day = latest_day(month_day, std::min(CivilDay(before + days(366)), tomorrow_));
    return day && sys_days(*day) > before ? day : std::nullopt;
  }

  CivilDay tomorrow_;
  std::optional<CivilDay> previous_;
  bool is_near_ = true;  // the item before is not far older than the one before it
  int index_ = 0;
  bool is_lost_ = false;
};

}  // namespace

std::vector<InferredDay> infer_years(std::span<const ListDate> items, WallTime now) {
  std::vector<InferredDay> inferred(items.size());
  YearWalk walk(CivilDay(sys_days(beijing_day(now)) + days(1)));
  const std::size_t count = std::min(items.size(), limits::kListDatesMax);
  for (std::size_t index = 0; index < count; ++index) {
    const bool was_lost = walk.is_lost();
    inferred[index] = walk.next(items[index]);
    if (was_lost || !walk.is_lost()) continue;
    // One of the first items is older than one behind it: it may be pinned, and then be of any year. What stands behind
    // a year is sure.
    for (std::size_t before = 0; before < index && !items[before].year; ++before) inferred[before].day.reset();
  }
  return inferred;
}

}  // namespace xuncha
