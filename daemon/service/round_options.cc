#include "daemon/service/round_options.h"

#include <algorithm>

#include "core/limits.h"
#include "detectors/registry.h"

namespace xuncha {
namespace {

constexpr int kInFlightMax = 256;  // of all hosts together

VisitInterval visit_interval_of(const RevisitInterval& interval) {
  const auto seconds = [](Milliseconds span) { return std::chrono::ceil<std::chrono::seconds>(span); };
  return {seconds(interval.start), seconds(interval.min), seconds(interval.max)};
}

RoundPlan round_plan_of(const SiteConfig& site) {
  const RevisitPlan& configured = site.intervals;
  RoundPlan plan;
  plan.home = visit_interval_of(configured[RevisitClass::kHome]);
  // What is not known as a column may become one: a page starts as a notice column and finds its own interval between
  // the shortest of columns and the longest of articles.
  plan.page = visit_interval_of(configured[RevisitClass::kNotice]);
  plan.page.min = visit_interval_of(configured[RevisitClass::kNews]).start;
  plan.page.max = visit_interval_of(configured[RevisitClass::kArticle]).start;
  plan.news = visit_interval_of(configured[RevisitClass::kNews]);
  plan.notice = visit_interval_of(configured[RevisitClass::kNotice]);
  plan.column = visit_interval_of(configured[RevisitClass::kColumn]);
  plan.column_sights = site.confirmation.column;
  plan.attachment = visit_interval_of(configured[RevisitClass::kAttachment]);
  plan.resource = visit_interval_of(configured[RevisitClass::kResource]);
  plan.external = visit_interval_of(configured[RevisitClass::kExternal]);
  plan.jitter = site.jitter;
  plan.blocked = site.confirmation.blocked;
  plan.inconclusive = site.confirmation.inconclusive;
  plan.open_case = site.confirmation.open_case;
  plan.recovery = site.confirmation.recovery;
  return plan;
}

PacePolicy pace_of(const SiteOptions& options) {
  PacePolicy pace = options.rate ? pace_policy_of_rate(*options.rate) : PacePolicy{};
  pace.per_host = static_cast<int>(options.per_host);
  pace.patience = limits::kCheckPatience;
  return pace;
}

}  // namespace

PatrolOptions round_options(const SiteConfig& site, const RulesConfig& rules) {
  PatrolOptions options;
  options.site = site.id;
  options.home = site.home;
  options.hosts = site.hosts;
  options.own_site = site.own;
  options.external = site.external;
  options.exclude = site.exclude;
  options.rules = rules.selection();
  options.pages_max = site.max_pages;
  options.depth_max = site.max_depth;
  for (const RuleInfo& rule : all_rules()) {
    if (const auto severity = rules.severity(rule.id)) options.severities.emplace(rule.id, *severity);
  }
  options.tls_expires_within = rules.thresholds.tls_expires_within;
  options.column_limits = column_limits(rules.thresholds);
  options.columns = column_settings(site);
  options.slot_limits = slot_limits(rules.thresholds);
  options.content_limits = content_limits(rules.thresholds);
  ContinuousPatrol& continuous = options.continuous.emplace();
  continuous.plan = round_plan_of(site);
  continuous.spacings = site.confirmation.spacings;
  continuous.recoveries = site.confirmation.recoveries;
  continuous.unjudged_after = rules.thresholds.unjudged_after;
  continuous.home_slow = rules.thresholds.unreachable_slow;
  if (!site.maintenance.empty()) {
    continuous.in_maintenance = [windows = site.maintenance](WallTime now) {
      return std::any_of(windows.begin(), windows.end(),
                         [now](const MaintenanceWindow& window) { return window.covers(now); });
    };
  }
  options.pace = pace_of(site);
  options.policy = std::make_shared<const AddressPolicy>(site.allow_cidr);
  return options;
}

ColumnLimits column_limits(const Thresholds& thresholds) {
  const auto days = [](Milliseconds span) {
    return static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::days>(span).count());
  };
  return {.news = days(thresholds.column_news_max_age),
          .notice = days(thresholds.column_notice_max_age),
          .other = days(thresholds.column_other_max_age),
          .late = days(thresholds.backdated_gap)};
}

ContentLimits content_limits(const Thresholds& thresholds) {
  const auto days = [](Milliseconds span) {
    return static_cast<std::uint32_t>(std::chrono::floor<std::chrono::days>(span).count());
  };
  return {.home = days(thresholds.home_max_age),
          .new_marks = days(thresholds.new_mark_max_age),
          .backdating = days(thresholds.backdated_gap)};
}

SlotLimits slot_limits(const Thresholds& thresholds) {
  const auto days = [](Milliseconds span) {
    return static_cast<std::uint32_t>(std::chrono::floor<std::chrono::days>(span).count());
  };
  return {.slot = days(thresholds.slot_max_age), .notice = days(thresholds.building_max_age)};
}

std::vector<ColumnSetting> column_settings(const SiteConfig& site) {
  std::vector<ColumnSetting> settings;
  settings.reserve(site.columns.size());
  for (const ColumnConfig& column : site.columns) {
    settings.push_back({.id = column.id,
                        .name = column.name,
                        .url = column.url,
                        .column_class = column.column_class,
                        .max_age_days = column.max_age_days,
                        .interval = visit_interval_of(column.interval),
                        .selection = column.selection});
  }
  return settings;
}

std::chrono::seconds home_interval(const SiteConfig& site) {
  return std::chrono::ceil<std::chrono::seconds>(site.intervals[RevisitClass::kHome].start);
}

FrontierOptions frontier_options(const SiteOptions& defaults) {
  FrontierOptions options;
  options.pace = pace_of(defaults);
  options.in_flight_max = std::max(kInFlightMax, options.pace.per_host);
  if (defaults.rate)
    options.address_requests_per_second = std::max(options.address_requests_per_second, *defaults.rate);
  return options;
}

}  // namespace xuncha
