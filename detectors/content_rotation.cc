#include "detectors/content_rotation.h"

#include <chrono>

namespace xuncha {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

constexpr days kAfterDeadline = days(7);

ContentJudgement unsure(std::string_view reason) {
  return {ContentVerdict::kInconclusive, reason};
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

}  // namespace xuncha
