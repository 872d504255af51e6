#pragma once

#include <array>
#include <string_view>

#include "daemon/report/texts.h"

namespace xuncha {

// What reports and pages say of availability. "#" stands for a number, "{}" for a text. Immutable.
struct AvailabilityTexts {
  std::string_view availability;
  std::array<std::string_view, 4> availability_states;                   // by AvailabilityState
  std::string_view probes_of_days;                                       // the window
  std::string_view probes_counted;                                       // visits, failed, slow
  std::string_view probes_share;                                         // with its interval
  std::string_view probes_short;                                         // days with too few visits
  std::string_view probes_outages, probes_longest;                       // count, minutes; phase
  std::string_view probes_void;                                          // visits, minutes
  std::string_view probes_one_open, probes_one_failed, probes_one_void;  // of a single run
  std::string_view probes_over_ipv6;
};

const AvailabilityTexts& availability_texts(Language language);

}  // namespace xuncha
