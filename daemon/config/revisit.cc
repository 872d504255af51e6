#include "daemon/config/revisit.h"

#include <algorithm>

namespace xuncha {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr hours days(int count) {
  return hours(24 * count);
}

constexpr RevisitInfo kClasses[] = {
    {RevisitClass::kProbeIpv4, "probe_ipv4", minutes(5), minutes(1), minutes(15)},  // 20 samples a day, and more
    {RevisitClass::kProbeIpv6, "probe_ipv6", minutes(30), minutes(1), hours(2)},
    {RevisitClass::kHome, "home", hours(1), minutes(30), hours(6)},
    {RevisitClass::kNews, "news", hours(6), hours(1), hours(24)},
    {RevisitClass::kNotice, "notice", hours(24), hours(6), days(3)},
    {RevisitClass::kColumn, "column", days(3), hours(12), days(7)},
    {RevisitClass::kArticle, "article", days(14), days(1), days(30)},
    {RevisitClass::kAttachment, "attachment", days(14), days(7), days(45)},
    {RevisitClass::kResource, "resource", days(14), days(7), days(45)},
    {RevisitClass::kExternal, "external", days(7), days(3), days(14)},
};
static_assert(std::size(kClasses) == kRevisitClasses);

}  // namespace

std::span<const RevisitInfo> all_revisit_classes() {
  return kClasses;
}

const RevisitInfo& revisit_info(RevisitClass revisit_class) {
  return kClasses[static_cast<std::size_t>(revisit_class)];
}

std::optional<RevisitClass> parse_revisit_class(std::string_view name) {
  const auto found = std::find_if(std::begin(kClasses), std::end(kClasses),
                                  [name](const RevisitInfo& row) { return row.name == name; });
  if (found == std::end(kClasses)) return std::nullopt;
  return found->revisit_class;
}

RevisitPlan default_revisit_plan() {
  RevisitPlan plan;
  for (const RevisitInfo& row : kClasses) plan[row.revisit_class] = {row.start, row.min, row.max};
  return plan;
}

}  // namespace xuncha
