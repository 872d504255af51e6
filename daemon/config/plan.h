#pragma once

#include <array>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "daemon/config/configuration.h"

namespace xuncha {

// What the visits of one class cost at one site, once every page that `max_pages` permits is known.
struct ClassPlan {
  std::uint64_t targets = 0;
  double requests_a_day = 0;
};

// What a configuration means in requests. Targets that nobody has counted yet are estimated from
// real portals: the limits are in plan.cc.
struct SitePlan {
  std::string site;
  std::array<ClassPlan, kRevisitClasses> classes;
  double requests_a_day = 0;  // at the site's own hosts: all classes but external
  double capacity_a_day = 0;  // that its politeness permits; 0: no bound
};

// Why a plan cannot be kept. `site` is an index into Configuration::sites; `key` is below the site ("max_pages",
// "intervals.home", "columns[0].max_age_days").
struct PlanFault {
  std::size_t site = 0;
  std::string key;
  std::string message;  // what is wrong and what would do
};

struct Plan {
  std::vector<SitePlan> sites;  // as Configuration::sites
  double requests_a_day = 0;    // of all sites, external links included
  std::vector<PlanFault> faults;
};

// Holds each site's intervals against the windows of the rules and against politeness: a request a second (or `rate`)
// at a host, shared by the sites that live on one host, and limits::kAddressRequestsPerSecond at a literal address.
// Pure; linear in the sites and columns.
Plan make_plan(const Configuration& configuration);

}  // namespace xuncha
