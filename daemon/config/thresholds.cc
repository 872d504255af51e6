#include "daemon/config/thresholds.h"

#include <algorithm>

#include "detectors/registry.h"

namespace xuncha {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr hours days(int count) {
  return hours(24 * count);
}

struct Bounds {
  Milliseconds standard;
  Milliseconds least;
  Milliseconds most;
};
ThresholdInfo span_row(std::string_view rule, std::string_view name, Milliseconds Thresholds::*span, Bounds bounds,
                       std::string_view meaning) {
  ThresholdInfo row;
  row.rule = rule;
  row.name = name;
  row.span = span;
  row.span_default = bounds.standard;
  row.span_min = bounds.least;
  row.span_max = bounds.most;
  row.meaning = meaning;
  return row;
}

ThresholdInfo share_row(std::string_view rule, std::string_view name, double Thresholds::*share, double standard,
                        std::string_view meaning) {
  ThresholdInfo row;
  row.rule = rule;
  row.name = name;
  row.share = share;
  row.share_default = standard;
  row.share_min = 0.001;
  row.share_max = 1;
  row.meaning = meaning;
  return row;
}

// The national check indicators are 国办秘函〔2019〕19号.
const ThresholdInfo kThresholds[] = {
    span_row("site.unreachable", "window", &Thresholds::unreachable_window, {days(7), hours(1), days(92)},
             "the time over which failed visits are counted; national indicator 站点无法访问: 1 week"),
    share_row("site.unreachable", "share", &Thresholds::unreachable_share, 0.05,
              "the share of visits that failed from which the site counts as unreachable; national indicator: 5 %"),
    span_row("site.unreachable", "slow", &Thresholds::unreachable_slow, {seconds(15), seconds(1), seconds(60)},
             "an answer that takes this long counts as failed; national indicator: 15 seconds"),
    span_row("site.tls", "expires_within", &Thresholds::tls_expires_within, {days(30), hours(1), days(365)},
             "how long before its end a certificate is told of"),
    span_row("site.unjudged", "after", &Thresholds::unjudged_after, {days(3), seconds(1), days(30)},
             "how long a site may stay inconclusive before that is told: silence must not look like health"),
    span_row("home.stale", "max_age", &Thresholds::home_max_age, {days(14), days(1), days(366)},
             "the age of the home page's newest item; national indicator 首页不更新: 2 weeks"),
    span_row("column.stale", "news", &Thresholds::column_news_max_age, {days(7), days(1), days(366)},
             "the age of the newest item in columns of class news; work plans ask for one item a week, the national "
             "indicator 栏目不更新 for one in 2 weeks"),
    span_row("column.stale", "notice", &Thresholds::column_notice_max_age, {days(180), days(1), days(1096)},
             "the same for classes notice, policy and interpretation; national indicator: 6 months"),
    span_row("column.stale", "other", &Thresholds::column_other_max_age, {days(365), days(2), days(1096)},
             "the same for all other classes; bulletins name columns without news for a year"),
    span_row("content.unrotated", "new_mark", &Thresholds::new_mark_max_age, {days(30), days(2), days(366)},
             "how old the newest item of a list may be whose items are marked as new; our own figure"),
    span_row("content.unrotated", "slot", &Thresholds::slot_max_age, {days(30), days(2), days(1096)},
             "how long a carousel or headline of the home page may show the same news, and how old its newest may be; "
             "our own figure, twice the 2 weeks of 首页不更新"),
    span_row(
        "content.unrotated", "building", &Thresholds::building_max_age, {days(30), days(2), days(366)},
        "how long a page may say only that it is being built (栏目建设中, 升级改版中); 30 days is what a site may be "
        "off line"),
    span_row(
        "content.backdated", "gap", &Thresholds::backdated_gap, {days(180), days(30), days(3660)},
        "how much later than the text itself the day that it shows must be, or how long after its day an article came "
        "into its list; our own figure"),
};

}  // namespace

void ThresholdInfo::set_default(Thresholds& thresholds) const {
  if (span != nullptr) thresholds.*span = span_default;
  if (share != nullptr) thresholds.*share = share_default;
}

std::span<const ThresholdInfo> all_thresholds() {
  return kThresholds;
}

bool has_thresholds(std::string_view pattern) {
  return std::any_of(std::begin(kThresholds), std::end(kThresholds),
                     [pattern](const ThresholdInfo& row) { return rule_matches(pattern, row.rule); });
}

std::string_view window_key(RevisitClass revisit_class) {
  switch (revisit_class) {
    case RevisitClass::kHome:
      return "rules.home.stale.max_age";
    case RevisitClass::kNews:
      return "rules.column.stale.news";
    case RevisitClass::kNotice:
      return "rules.column.stale.notice";
    case RevisitClass::kColumn:
      return "rules.column.stale.other";
    default:
      return {};
  }
}

}  // namespace xuncha
