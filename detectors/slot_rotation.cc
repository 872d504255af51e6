#include "detectors/slot_rotation.h"

namespace xuncha {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

constexpr std::uint32_t kCarouselItemsMin = 2;

ContentJudgement unsure(std::string_view reason) {
  return {ContentVerdict::kInconclusive, reason};
}

}  // namespace

ContentJudgement judge_slot(const SlotHistory& history, days limit, CivilDay today) {
  const std::uint32_t items_min = history.kind == SlotKind::kHeadline ? 1 : kCarouselItemsMin;
  if (history.items < items_min) return unsure("too_few_items");
  if (history.newest && sys_days(today) - sys_days(*history.newest) <= limit) return {ContentVerdict::kPass, "recent"};
  const bool has_changed = history.changed > history.first_seen;
  if (has_changed && history.last - history.changed < limit) return {ContentVerdict::kPass, "changed"};
  if (history.dated < items_min || history.dated * 2 < history.items || !history.newest) return unsure("no_news");
  if (history.last - history.since >= limit && history.sights >= kSlotSightsMin) {
    return {ContentVerdict::kFail, "unchanged"};
  }
  if (has_changed) return unsure("varies");
  if (history.dated_twice == history.items) return {ContentVerdict::kFail, "old_news"};
  return unsure("too_short");
}

ContentJudgement judge_notice(const NoticeHistory& history, days limit) {
  if (history.last - history.since < limit || history.sights < kSlotSightsMin) return unsure("too_short");
  return {ContentVerdict::kFail, "unfinished"};
}

}  // namespace xuncha
