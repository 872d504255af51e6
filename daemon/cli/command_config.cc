#include "daemon/cli/command_config.h"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <nlohmann/json.hpp>
#include <ostream>
#include <sstream>
#include <vector>

#include "core/limits.h"
#include "daemon/cli/exit_code.h"
#include "daemon/config/read.h"
#include "daemon/config/values.h"
#include "daemon/report/escape.h"

namespace xuncha {
namespace {

constexpr std::size_t kSitesShown = 20;
constexpr int kNameWidth = 14;
constexpr int kNumberWidth = 14;
constexpr double kSecondsADay = 86'400;

std::size_t index_of(RevisitClass revisit_class) {
  return static_cast<std::size_t>(revisit_class);
}

long long whole(double number) {
  return std::llround(number);
}

// The interval where all sites have the same, else from the shortest to the longest.
std::string interval_text(const Configuration& configuration, RevisitClass revisit_class) {
  Milliseconds least = Milliseconds::max();
  Milliseconds most{};
  for (const SiteConfig& site : configuration.sites) {
    least = std::min(least, site.intervals[revisit_class].start);
    most = std::max(most, site.intervals[revisit_class].start);
  }
  if (configuration.sites.empty()) return format_span(configuration.defaults.intervals[revisit_class].start);
  return least == most ? format_span(least) : format_span(least) + "-" + format_span(most);
}

void print_classes(const Configuration& configuration, const Plan& plan, std::ostream& out) {
  out << std::left << std::setw(kNameWidth) << "class" << std::setw(kNumberWidth) << "interval" << std::right
      << std::setw(kNumberWidth) << "targets" << std::setw(kNumberWidth) << "requests/day" << '\n';
  for (const RevisitInfo& info : all_revisit_classes()) {
    std::uint64_t targets = 0;
    double requests = 0;
    for (const SitePlan& site : plan.sites) {
      targets += site.classes[index_of(info.revisit_class)].targets;
      requests += site.classes[index_of(info.revisit_class)].requests_a_day;
    }
    out << std::left << std::setw(kNameWidth) << info.name << std::setw(kNumberWidth)
        << interval_text(configuration, info.revisit_class) << std::right << std::setw(kNumberWidth) << targets
        << std::setw(kNumberWidth) << whole(requests) << '\n';
  }
}

// How long it takes to see everything once, if nothing else were asked for.
std::string full_pass(const SitePlan& site) {
  if (site.capacity_a_day <= 0) return "-";
  std::uint64_t targets = 0;
  for (const RevisitInfo& info : all_revisit_classes()) {
    if (info.revisit_class != RevisitClass::kExternal) targets += site.classes[index_of(info.revisit_class)].targets;
  }
  const double minutes = 24 * 60 * static_cast<double>(targets) / site.capacity_a_day;
  return format_span(std::chrono::minutes(std::max(1LL, whole(minutes))));
}

void print_busiest(const Plan& plan, std::ostream& out) {
  std::vector<const SitePlan*> sites;
  for (const SitePlan& site : plan.sites) sites.push_back(&site);
  std::stable_sort(sites.begin(), sites.end(), [](const SitePlan* left, const SitePlan* right) {
    return left->requests_a_day > right->requests_a_day;
  });
  const std::size_t shown = std::min(sites.size(), kSitesShown);
  if (shown == 0) return;
  out << '\n'
      << std::right << std::setw(kNumberWidth) << "requests/day" << std::setw(kNumberWidth) << "of permitted"
      << std::setw(kNumberWidth) << "full pass"
      << "  site\n";
  for (std::size_t index = 0; index < shown; ++index) {
    const SitePlan& site = *sites[index];
    std::ostringstream share;
    if (site.capacity_a_day > 0) {
      share << std::fixed << std::setprecision(1) << 100 * site.requests_a_day / site.capacity_a_day << " %";
    } else {
      share << "no bound";
    }
    out << std::setw(kNumberWidth) << whole(site.requests_a_day) << std::setw(kNumberWidth) << share.str()
        << std::setw(kNumberWidth) << full_pass(site) << "  " << visible_text(site.site) << '\n';
  }
  if (shown < sites.size()) out << "  and " << sites.size() - shown << " more sites\n";
}

void print_text(const Configuration& configuration, const Plan& plan, std::ostream& out) {
  out << configuration.sites.size() << (configuration.sites.size() == 1 ? " site in " : " sites in ")
      << configuration.files.size() << (configuration.files.size() == 1 ? " file" : " files") << ", no faults\n\n";
  print_classes(configuration, plan, out);
  print_busiest(plan, out);
  out << "\nall: " << whole(plan.requests_a_day) << " requests a day, " << std::fixed << std::setprecision(2)
      << plan.requests_a_day / kSecondsADay << " a second in the mean";
  if (!plan.sites.empty() && plan.requests_a_day > 0) {
    const double mean = plan.requests_a_day / static_cast<double>(plan.sites.size());
    out << "; one address at " << limits::kAddressRequestsPerSecond << " requests a second carries about "
        << static_cast<long long>(std::floor(limits::kAddressRequestsPerSecond * kSecondsADay / mean)) << " such sites";
  }
  out << '\n';
}

void print_json(const Configuration& configuration, const Plan& plan, std::ostream& out) {
  using Json = nlohmann::ordered_json;
  const auto line = [&out](const Json& json) {
    out << json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
  };
  for (std::size_t index = 0; index < plan.sites.size(); ++index) {
    const SitePlan& site = plan.sites[index];
    Json classes = Json::object();
    for (const RevisitInfo& info : all_revisit_classes()) {
      const ClassPlan& row = site.classes[index_of(info.revisit_class)];
      const Milliseconds start = configuration.sites[index].intervals[info.revisit_class].start;
      classes[std::string(info.name)] = {{"interval", std::chrono::duration<double>(start).count()},
                                         {"targets", row.targets},
                                         {"requests_a_day", row.requests_a_day}};
    }
    line({{"record", "plan"},
          {"schema", 1},
          {"site", site.site},
          {"requests_a_day", site.requests_a_day},
          {"capacity_a_day", site.capacity_a_day > 0 ? Json(site.capacity_a_day) : Json(nullptr)},
          {"classes", std::move(classes)}});
  }
  line({{"record", "plan_total"},
        {"schema", 1},
        {"sites", configuration.sites.size()},
        {"files", configuration.files},
        {"requests_a_day", plan.requests_a_day}});
}

}  // namespace

void print_plan(const Configuration& configuration, const Plan& plan, PlanFormat format, std::ostream& out) {
  if (format == PlanFormat::kJson) return print_json(configuration, plan, out);
  print_text(configuration, plan, out);
}

int check_configuration(const std::string& file, PlanFormat format, std::ostream& out) {
  const ConfigurationReading reading = read_configuration(file);
  for (const Error& fault : reading.faults) fail_with(fault);
  if (!reading.faults.empty()) return kExitConfiguration;
  print_plan(reading.configuration, reading.plan, format, out);
  return kExitClean;
}

}  // namespace xuncha
