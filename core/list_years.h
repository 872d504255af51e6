#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <vector>

#include "core/civil.h"
#include "core/clock.h"

namespace xuncha {

// The date of one item of a list, as it stands: [04-26] has no year.
struct ListDate {
  std::chrono::month_day month_day;
  std::optional<std::chrono::year> year;
};

// What the neighbours tell of an item's day.
struct InferredDay {
  // nullopt where two years are possible, and for a month and day that no day has.
  std::optional<CivilDay> day;
  // The latest day that it can be, whatever the order of the list is: that an item is newer can be ruled out by it,
  // that it is as new cannot be proved.
  std::optional<CivilDay> latest;
};

// The days of a list's items in the order of the page, newest first as portals have them. Without a year a list begins
// with the latest day not after tomorrow, and each item is not newer than the one before: 01-04, 12-28 is New Year.
// Items out of order by up to a month are taken as editors' disorder. An item with a year is as it says and anchors
// what follows. Not sure, and so nullopt: all items without year when one of the first three is older than the one
// behind it by more than a month (pinned items stand there, of any year), and an item out of order that no near New
// Year explains. Pure, linear; items beyond limits::kListDatesMax have neither.
std::vector<InferredDay> infer_years(std::span<const ListDate> items, WallTime now);

}  // namespace xuncha
