#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/clock.h"

namespace xuncha {

// What is visited again at an interval of its own.
enum class RevisitClass : std::uint8_t {
  kProbeIpv4,
  kProbeIpv6,
  kHome,
  kNews,
  kNotice,
  kColumn,
  kArticle,
  kAttachment,
  kResource,
  kExternal,
};
inline constexpr std::size_t kRevisitClasses = 10;

// One class with its bounds: `start` is the default; adaptation stays between `min` (kindness to the portal) and `max`
// (a rule's window must hold several visits).
struct RevisitInfo {
  RevisitClass revisit_class;
  std::string_view name;  // as in `intervals`
  Milliseconds start;
  Milliseconds min;
  Milliseconds max;
};
// All, in the order of the enumeration.
std::span<const RevisitInfo> all_revisit_classes();
const RevisitInfo& revisit_info(RevisitClass revisit_class);
std::optional<RevisitClass> parse_revisit_class(std::string_view name);

// When a class is visited again: first at `start`, then adapted within [min, max]; all three equal: not adapted.
struct RevisitInterval {
  Milliseconds start{};
  Milliseconds min{};
  Milliseconds max{};
  friend bool operator==(const RevisitInterval&, const RevisitInterval&) = default;
};

// The intervals of a site, by class.
struct RevisitPlan {
  std::array<RevisitInterval, kRevisitClasses> intervals{};

  RevisitInterval& operator[](RevisitClass wanted) { return intervals[static_cast<std::size_t>(wanted)]; }
  const RevisitInterval& operator[](RevisitClass wanted) const { return intervals[static_cast<std::size_t>(wanted)]; }
  friend bool operator==(const RevisitPlan&, const RevisitPlan&) = default;
};
RevisitPlan default_revisit_plan();

// Visits of one window that a verdict of it needs: no interval is longer than a quarter of its window.
inline constexpr int kVisitsPerWindow = 4;

}  // namespace xuncha
