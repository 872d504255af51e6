#include "daemon/config/plan.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <unordered_map>
#include <utility>

#include "core/limits.h"
#include "daemon/config/thresholds.h"
#include "daemon/config/values.h"

namespace xuncha {
namespace {

constexpr double kDay = 86'400'000;             // in milliseconds
constexpr double kPoliteRequestsADay = 86'400;  // limits::kDelayMin apart

// What a portal holds beside its pages, until it has been counted (a usual one: 7,100 pages, 1,400 attachments, 750
// external links, 210 visits of columns a day).
constexpr std::uint64_t kNewsColumns = 10;
constexpr std::uint64_t kNoticeColumns = 20;
constexpr std::uint64_t kOtherColumns = 60;
constexpr std::uint64_t kPagesPerAttachment = 5;
constexpr std::uint64_t kPagesPerResource = 10;
constexpr std::uint64_t kPagesPerExternalLink = 10;

double visits_a_day(Milliseconds interval) {
  return interval.count() > 0 ? kDay / static_cast<double>(interval.count()) : 0;
}

std::string rounded(double number) {
  return std::to_string(static_cast<long long>(std::llround(number)));
}

// At least this many columns are expected, since those that the operator names are rarely all.
std::uint64_t expected_columns(RevisitClass revisit_class) {
  switch (revisit_class) {
    case RevisitClass::kNews:
      return kNewsColumns;
    case RevisitClass::kNotice:
      return kNoticeColumns;
    case RevisitClass::kColumn:
      return kOtherColumns;
    default:
      return 0;
  }
}

std::uint64_t targets_of(const SiteConfig& site, RevisitClass revisit_class) {
  switch (revisit_class) {
    case RevisitClass::kProbeIpv4:
    case RevisitClass::kProbeIpv6:
    case RevisitClass::kHome:
      return 1;
    case RevisitClass::kNews:
    case RevisitClass::kNotice:
    case RevisitClass::kColumn:
      return std::min(expected_columns(revisit_class), site.max_pages);
    case RevisitClass::kArticle:
      return site.max_pages;
    case RevisitClass::kAttachment:
      return site.max_pages / kPagesPerAttachment;
    case RevisitClass::kResource:
      return site.max_pages / kPagesPerResource;
    case RevisitClass::kExternal:
      return site.external ? site.max_pages / kPagesPerExternalLink : 0;
  }
  return 0;
}

bool grows_with_pages(RevisitClass revisit_class) {
  return revisit_class == RevisitClass::kArticle || revisit_class == RevisitClass::kAttachment ||
         revisit_class == RevisitClass::kResource;
}

SitePlan plan_site(const SiteConfig& site) {
  SitePlan plan;
  plan.site = site.id;
  for (const RevisitInfo& info : all_revisit_classes()) {
    ClassPlan& row = plan.classes[static_cast<std::size_t>(info.revisit_class)];
    const std::uint64_t expected = targets_of(site, info.revisit_class);
    for (const ColumnConfig& column : site.columns) {
      if (revisit_class_of(column.column_class) != info.revisit_class) continue;
      ++row.targets;
      row.requests_a_day += visits_a_day(column.interval.start);
    }
    if (row.targets < expected) {
      row.requests_a_day +=
          static_cast<double>(expected - row.targets) * visits_a_day(site.intervals[info.revisit_class].start);
      row.targets = expected;
    }
    if (info.revisit_class != RevisitClass::kExternal) plan.requests_a_day += row.requests_a_day;
  }
  const double rate = site.rate.value_or(1);
  plan.capacity_a_day = rate * kPoliteRequestsADay * static_cast<double>(1 + site.hosts.size());
  return plan;
}

std::string too_rare(Milliseconds interval, std::string_view limit, Milliseconds window) {
  return "a visit each " + format_span(interval) + " is too rare for " + std::string(limit) + " of " +
         format_span(window) + ", which needs " + std::to_string(kVisitsPerWindow) + "; permitted: at most " +
         format_span(window / kVisitsPerWindow) + " here, or a limit of " + format_span(interval * kVisitsPerWindow) +
         " or more";
}

void check_windows(const SiteConfig& site, std::size_t index, const Thresholds& thresholds, Plan& plan) {
  for (const RevisitInfo& info : all_revisit_classes()) {
    const auto window = thresholds.window_of(info.revisit_class);
    const RevisitInterval& interval = site.intervals[info.revisit_class];
    const Milliseconds rarest = std::max(interval.start, interval.max);
    if (!window || rarest * kVisitsPerWindow <= *window) continue;
    plan.faults.push_back(
        {index, "intervals." + std::string(info.name), too_rare(rarest, window_key(info.revisit_class), *window)});
  }
  for (std::size_t number = 0; number < site.columns.size(); ++number) {
    const ColumnConfig& column = site.columns[number];
    if (!column.max_age_days) continue;
    const Milliseconds window = std::chrono::hours(24 * *column.max_age_days);
    const Milliseconds rarest = std::max(column.interval.start, column.interval.max);
    if (rarest * kVisitsPerWindow <= window) continue;
    plan.faults.push_back({index, "columns[" + std::to_string(number) + "].max_age_days",
                           "a visit each " + format_span(rarest) + ", as often as class " +
                               std::string(column_class_name(column.column_class)) +
                               " permits, is too rare for an age of " + format_span(window) + ", which needs " +
                               std::to_string(kVisitsPerWindow) + "; permitted: class news, or at least " +
                               rounded(std::ceil(static_cast<double>((rarest * kVisitsPerWindow).count()) / kDay)) +
                               " days"});
  }
}

void check_capacity(const SiteConfig& site, std::size_t index, const SitePlan& costs, Plan& plan) {
  if (costs.capacity_a_day == 0 || costs.requests_a_day <= costs.capacity_a_day) return;
  double growing = 0;
  for (const RevisitInfo& info : all_revisit_classes()) {
    if (grows_with_pages(info.revisit_class)) {
      growing += costs.classes[static_cast<std::size_t>(info.revisit_class)].requests_a_day;
    }
  }
  const double fixed = costs.requests_a_day - growing;
  std::string remedy = "; what would do: longer intervals of home and columns";
  if (fixed < costs.capacity_a_day && growing > 0) {
    const double share = (costs.capacity_a_day - fixed) / growing;
    const auto pages = static_cast<std::uint64_t>(static_cast<double>(site.max_pages) * share);
    remedy = "; what would do: max_pages of " + std::to_string(pages) +
             " or less, or intervals of articles, attachments" + " and resources " + rounded(std::ceil(1 / share)) +
             " times as long";
  }
  plan.faults.push_back({index, "max_pages",
                         std::to_string(site.max_pages) + " pages at these intervals need " +
                             rounded(costs.requests_a_day) + " requests a day; politeness permits " +
                             rounded(costs.capacity_a_day) + remedy});
}

// Sites that live on one host, or on hosts that are one literal address, share its politeness.
struct Shared {
  std::string name;
  double load = 0;  // 1: all that is permitted
  std::size_t sites = 0;
  std::size_t last = 0;
};

void check_shared(const Configuration& configuration, Plan& plan) {
  std::unordered_map<std::string, Shared> hosts;
  std::unordered_map<std::string, Shared> addresses;
  const auto add = [](Shared& shared, std::string name, double load, std::size_t index) {
    shared.name = std::move(name);
    shared.load += load;
    ++shared.sites;
    shared.last = index;
  };
  for (std::size_t index = 0; index < plan.sites.size(); ++index) {
    const SiteConfig& site = configuration.sites[index];
    const SitePlan& costs = plan.sites[index];
    if (costs.capacity_a_day == 0 || site.laboratory) continue;
    const std::string host(site.home.host());
    add(hosts[site.home.origin()], host, costs.requests_a_day / costs.capacity_a_day, index);
    if (parse_address(host)) {
      add(addresses[host], host, costs.requests_a_day / (limits::kAddressRequestsPerSecond * kPoliteRequestsADay),
          index);
    }
  }
  for (auto* groups : {&hosts, &addresses}) {
    for (const auto& [key, shared] : *groups) {
      if (shared.sites < 2 || shared.load <= 1) continue;
      plan.faults.push_back(
          {shared.last, "home",
           "the " + std::to_string(shared.sites) + " sites at " + shared.name + " need together " +
               rounded(std::ceil(shared.load * 100)) +
               " % of the requests that politeness permits there; what would do: smaller max_pages or "
               "longer intervals for them"});
    }
  }
}

}  // namespace

Plan make_plan(const Configuration& configuration) {
  Plan plan;
  plan.sites.reserve(configuration.sites.size());
  for (std::size_t index = 0; index < configuration.sites.size(); ++index) {
    const SiteConfig& site = configuration.sites[index];
    SitePlan costs = plan_site(site);
    check_windows(site, index, configuration.rules.thresholds, plan);
    if (!site.laboratory) check_capacity(site, index, costs, plan);
    plan.requests_a_day +=
        costs.requests_a_day + costs.classes[static_cast<std::size_t>(RevisitClass::kExternal)].requests_a_day;
    plan.sites.push_back(std::move(costs));
  }
  check_shared(configuration, plan);
  return plan;
}

}  // namespace xuncha
