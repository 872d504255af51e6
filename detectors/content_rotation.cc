#include "detectors/content_rotation.h"

#include <set>

namespace xuncha {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

constexpr days kAfterDeadline = days(7);
constexpr std::size_t kSlotsMin = 2;
constexpr std::size_t kReadingsMin = 4;

ContentJudgement unsure(std::string_view reason) {
  return {ContentVerdict::kInconclusive, reason};
}

std::string without_query(const std::string& url) {
  return url.substr(0, url.find_first_of("?#"));
}

}  // namespace

ContentJudgement judge_consultation(const ConsultationSight& sight, CivilDay today) {
  if (!sight.deadline) return unsure("no_deadline");
  if (sight.has_result) return {ContentVerdict::kPass, "has_result"};
  if (!sight.says_open) return unsure("not_open");
  if (sys_days(today) - sys_days(*sight.deadline) <= kAfterDeadline) return {ContentVerdict::kPass, "running"};
  return {ContentVerdict::kFail, "overdue"};
}

ContentJudgement judge_new_marks(const NewMarksSight& sight, std::uint32_t max_age_days, CivilDay today) {
  if (sight.marks == 0) return {ContentVerdict::kPass, "no_marks"};
  if (!sight.newest || sight.items_dated < sight.items) return unsure("undated");
  if (sys_days(today) - sys_days(*sight.newest) <= days(max_age_days)) return {ContentVerdict::kPass, "recent"};
  return {ContentVerdict::kFail, "old"};
}

ContentJudgement judge_slots(const std::vector<SlotReading>& readings, days limit) {
  if (readings.size() < kReadingsMin) return unsure("too_few_readings");
  const SlotReading& last = readings.back();
  const std::set<std::string> slots(last.slots.begin(), last.slots.end());
  if (slots.size() < kSlotsMin) return unsure("too_few_slots");
  std::size_t alike = 0;
  std::chrono::sys_seconds since = last.at;
  for (auto reading = readings.rbegin(); reading != readings.rend(); ++reading) {
    if (std::set<std::string>(reading->slots.begin(), reading->slots.end()) != slots) break;
    since = reading->at;
    ++alike;
  }
  if (last.at - since < limit) {
    return alike < readings.size() ? ContentJudgement{ContentVerdict::kPass, "changed"} : unsure("too_short");
  }
  return alike < kReadingsMin ? unsure("too_few_readings") : ContentJudgement{ContentVerdict::kFail, "unchanged"};
}

std::vector<std::string> slots_of(const SlotFacts& facts) {
  std::vector<std::string> slots;
  for (const SlotItem& item : facts.items) slots.push_back(without_query(item.url) + ' ' + without_query(item.image));
  return slots;
}

}  // namespace xuncha
