#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/clock.h"

namespace xuncha {

// Whether everything turns that must turn: the watchdog is fed only then. That the main loop turns is shown by the
// question itself. Pure: no clock. Thread rule: confined to one thread.
class Pulse {
 public:
  // What is seen at one moment.
  struct Signs {
    bool store_waits = false;        // something written waits to be synced
    std::uint64_t store_syncs = 0;   // that succeeded so far
    std::size_t rounds_waiting = 0;  // due, and not begun
    std::size_t rounds_running = 0;
  };

  // What has stood still for too long: "store" (limits::kStoreSilenceMax) or "scheduler" (limits::kRoundDelayMax);
  // nullopt: nothing. To be asked at least every few seconds.
  std::optional<std::string_view> stuck(const Signs& signs, SteadyTime now);

 private:
  std::optional<SteadyTime> store_moved_;
  std::optional<SteadyTime> rounds_moved_;
  std::uint64_t syncs_ = 0;
};

}  // namespace xuncha
