#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/records.h"

namespace xuncha {

// A host as politeness sees it: one origin (scheme, host, port), numbered by the frontier in order of first mention.
using HostId = std::uint32_t;

// Why a URL waits; decides its share of its host's requests.
enum class Lane : std::uint8_t {
  kProbe,         // availability: before all others, also while the breaker is open
  kConfirmation,  // second sights that a verdict needs
  kHome,          // home and column pages
  kRecheck,       // known pages
  kDiscovery,     // new pages, shallow ones first
  kExternal,      // links that lead elsewhere
};
inline constexpr std::size_t kLanes = 6;
std::string_view lane_name(Lane lane);

// Requests a lane gets of every hundred when all lanes wait. The probe lane has no share: it goes first.
inline constexpr std::array<int, kLanes> kLaneWeights = {0, 30, 30, 20, 10, 10};

// One URL to fetch.
struct Task {
  std::uint32_t site = 0;  // < kSitesMax
  UrlNumber url = 0;
  HostId host = 0;
  std::uint16_t depth = 0;  // clicks from the home page; above kDepthMax it counts as kDepthMax
  Lane lane = Lane::kDiscovery;

  static constexpr std::uint32_t kSitesMax = 1u << 20;
  static constexpr std::uint16_t kDepthMax = (1u << 12) - 1;
  friend bool operator==(const Task&, const Task&) = default;
};
static_assert(sizeof(Task) == 16);

}  // namespace xuncha
