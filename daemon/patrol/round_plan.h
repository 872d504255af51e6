#pragma once

#include <chrono>

#include "core/clock.h"
#include "core/column.h"
#include "core/records.h"

namespace xuncha {

// How soon a target is asked again: a first interval, then by how often it was seen to change,
// within bounds.
struct VisitInterval {
  std::chrono::seconds start{};
  std::chrono::seconds min{};
  std::chrono::seconds max{};
};

struct RoundPlan {
  VisitInterval home{std::chrono::hours(1), std::chrono::minutes(30), std::chrono::hours(6)};
  VisitInterval page{std::chrono::hours(24), std::chrono::hours(6), std::chrono::hours(24 * 14)};
  VisitInterval attachment{std::chrono::hours(24 * 14), std::chrono::hours(24 * 7), std::chrono::hours(24 * 45)};
  VisitInterval resource{std::chrono::hours(24 * 14), std::chrono::hours(24 * 7), std::chrono::hours(24 * 45)};
  VisitInterval external{std::chrono::hours(24 * 7), std::chrono::hours(24 * 3), std::chrono::hours(24 * 14)};
  // Pages of columns, by what these owe (also interpretation and all others: as `column`).
  VisitInterval news{std::chrono::hours(6), std::chrono::hours(1), std::chrono::hours(24)};
  VisitInterval notice{std::chrono::hours(24), std::chrono::hours(6), std::chrono::hours(24 * 3)};
  VisitInterval column{std::chrono::hours(24 * 3), std::chrono::hours(12), std::chrono::hours(24 * 7)};
  std::chrono::seconds column_sights = std::chrono::hours(12);   // between two that accuse a column
  std::chrono::seconds blocked = std::chrono::hours(24);         // whoever refuses us is not pressed
  std::chrono::seconds inconclusive = std::chrono::minutes(30);  // breaker, host down, own network in doubt
  std::chrono::seconds open_case = std::chrono::hours(6);        // a fault that was told, until it is mended
  std::chrono::seconds recovery = std::chrono::minutes(10);      // between the clean sights that close a case
  double jitter = 0.1;                                           // share of the interval, by hash of the URL
};

// Of pages of such columns.
const VisitInterval& column_interval(const RoundPlan& plan, ColumnClass column_class);

// When the target is due, by its own record alone: now or earlier for one that was never asked. `spread` (any number
// that stays the same for the target) decides its jitter.
WallTime due_at(const RoundPlan& plan, const UrlRecord& record, std::uint64_t spread);

// The same of a page with an interval of its own.
WallTime due_at(const RoundPlan& plan, const VisitInterval& interval, const UrlRecord& record, std::uint64_t spread);

// The time between its last visit and the next, before jitter. REQUIRES: it was visited.
std::chrono::seconds planned_interval(const RoundPlan& plan, const UrlRecord& record);

// The interval of a target that was visited, before jitter: `start` after the first visits, later the expected time to
// its next change (Cho and Garcia-Molina: rate = -ln((unchanged + 0.5) / (visits + 0.5)) / mean gap), within the
// bounds.
std::chrono::seconds visit_interval(const VisitInterval& bounds, const UrlRecord& record);

}  // namespace xuncha
