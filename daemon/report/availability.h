#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/probe.h"
#include "daemon/report/texts.h"
#include "detectors/availability.h"

namespace xuncha {

// How a site's home page was seen to open over one family.
struct FamilyAvailability {
  Family family = Family::kIpv4;
  Availability judged;
  Milliseconds void_time{};         // in which visits counted for nobody
  std::optional<ProbeSample> last;  // visit
};

// The `availability` of a site's record.
struct AvailabilityRecord {
  bool one_sample = false;  // of `check`: one visit is no week
  AvailabilityRule rule;
  FamilyAvailability main;                 // by which the rule is judged: IPv4 where the host has it
  std::optional<FamilyAvailability> ipv6;  // beside it
};

// In words, one line each: the verdict with its counts, outages, what counted for nobody, IPv6. Our own words only.
std::vector<std::string> describe_availability(const Texts& texts, const AvailabilityRecord& record);

std::string_view availability_state_name(AvailabilityState state);  // "unknown", "good", "at_risk", "failed"

}  // namespace xuncha
