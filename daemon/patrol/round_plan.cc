#include "daemon/patrol/round_plan.h"

#include <algorithm>
#include <cmath>

namespace xuncha {
namespace {

using std::chrono::seconds;

constexpr std::uint32_t kVisitsToLearn = 3;  // fewer tell nothing of how often it changes

const VisitInterval& interval_of(const RoundPlan& plan, UrlClass url_class) {
  switch (url_class) {
    case UrlClass::kHome:
      return plan.home;
    case UrlClass::kPage:
    case UrlClass::kSitemap:
      return plan.page;
    case UrlClass::kAttachment:
      return plan.attachment;
    case UrlClass::kImage:
    case UrlClass::kResource:
      return plan.resource;
    case UrlClass::kExternal:
      return plan.external;
  }
  return plan.page;
}

// No verdict, for a reason that may be gone in an hour.
bool passes_by(Reason reason) {
  return reason.code == ReasonCode::kBlind || reason.code == ReasonCode::kHostDown ||
         reason.code == ReasonCode::kBreakerOpen || reason.code == ReasonCode::kEngineError;
}

}  // namespace

seconds visit_interval(const VisitInterval& bounds, const UrlRecord& record) {
  if (record.visits < kVisitsToLearn) return bounds.start;
  const double gap = std::chrono::duration<double>(record.visited - record.first_seen).count() / record.visits;
  const double unchanged = std::min(record.unchanged, record.visits);
  const double changes_a_gap = -std::log((unchanged + 0.5) / (record.visits + 0.5));
  const double wanted =
      changes_a_gap > 0 ? std::max(gap, 1.0) / changes_a_gap : static_cast<double>(bounds.max.count());
  return seconds(static_cast<std::int64_t>(std::clamp(wanted, static_cast<double>(bounds.min.count()),
                                                      static_cast<double>(std::max(bounds.min, bounds.max).count()))));
}

const VisitInterval& column_interval(const RoundPlan& plan, ColumnClass column_class) {
  switch (column_class) {
    case ColumnClass::kNews:
      return plan.news;
    case ColumnClass::kNotice:
    case ColumnClass::kPolicy:
      return plan.notice;
    default:
      return plan.column;
  }
}

namespace {

seconds planned(const RoundPlan& plan, const VisitInterval& interval, const UrlRecord& record) {
  if (verdict_of(record.reason) == Verdict::kBlocked) return plan.blocked;
  return passes_by(record.reason) ? plan.inconclusive : visit_interval(interval, record);
}

}  // namespace

seconds planned_interval(const RoundPlan& plan, const UrlRecord& record) {
  return planned(plan, interval_of(plan, record.url_class), record);
}

WallTime due_at(const RoundPlan& plan, const UrlRecord& record, std::uint64_t spread) {
  return due_at(plan, interval_of(plan, record.url_class), record, spread);
}

WallTime due_at(const RoundPlan& plan, const VisitInterval& bounds, const UrlRecord& record, std::uint64_t spread) {
  if (record.visited == WallTime{}) return WallTime{};
  const seconds interval = planned(plan, bounds, record);
  const double share = (static_cast<double>(spread % 2'001) / 1'000 - 1) * plan.jitter;  // -jitter ... +jitter
  return record.visited + std::chrono::duration_cast<Milliseconds>(interval * (1 + share));
}

}  // namespace xuncha
