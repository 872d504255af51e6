#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>

#include "daemon/config/plan.h"

// `xuncha config check FILE` and `xunchad --config.check`.
namespace xuncha {

enum class PlanFormat : std::uint8_t { kText, kJson };

// What the plan comes to: a table of all classes, and the sites that ask for most. JSON is one object a site and one
// for the whole.
void print_plan(const Configuration& configuration, const Plan& plan, PlanFormat format, std::ostream& out);

// Reads the file; the plan on `out`, or every fault on standard error. kExitClean or kExitConfiguration.
int check_configuration(const std::string& file, PlanFormat format, std::ostream& out);

}  // namespace xuncha
