#pragma once

#include <span>
#include <string_view>

#include "core/clock.h"
#include "daemon/config/configuration.h"

namespace xuncha {

// One figure of a rule that `rules` may change: either a duration or a share.
struct ThresholdInfo {
  std::string_view rule;
  std::string_view name;
  Milliseconds Thresholds::*span = nullptr;
  double Thresholds::*share = nullptr;
  Milliseconds span_default{};
  Milliseconds span_min{};
  Milliseconds span_max{};
  double share_default = 0;
  double share_min = 0;
  double share_max = 0;
  std::string_view meaning;  // with its source

  void set_default(Thresholds& thresholds) const;
};
// All, by rule. Immutable; any thread.
std::span<const ThresholdInfo> all_thresholds();
// Does a threshold belong to this rule, or the pattern name the family of one that does? Such a rule may be named in
// the configuration before its detector raises it.
bool has_thresholds(std::string_view pattern);
// The key of the threshold that gives a class of visits its window: "rules.home.stale.max_age"; empty: there is none.
std::string_view window_key(RevisitClass revisit_class);

}  // namespace xuncha
