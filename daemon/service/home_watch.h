#pragma once

#include <cstdint>
#include <deque>

#include "core/clock.h"

namespace xuncha {

// Whether a site's home page is down, by its visits: down after two failed pairs in a row, up when it has opened for a
// while, the longer the more often it went down that day (a site that flaps is told of once). Pure. Thread rule:
// confined to one thread.
class HomeWatch {
 public:
  enum class Turn : std::uint8_t { kNone, kDown, kUp };

  // `interval` is that between two visits.
  explicit HomeWatch(Milliseconds interval) : interval_(interval) {}
  void set_interval(Milliseconds interval) { interval_ = interval; }

  // A visit and its repeat failed, with our own network proven. kDown each time while it is down. `told`: false while
  // the site is worked on by notice; what outlasts that is told by the next.
  Turn failed(WallTime at, bool told);
  // A visit opened. kUp when that has lasted; at the first of a process too, since nobody knows what was told before.
  Turn opened(WallTime at);

  // Down, or not yet up for long enough.
  bool holds() const { return is_down_; }

 private:
  Milliseconds settle_time(WallTime now);

  Milliseconds interval_;
  std::uint32_t failures_ = 0;  // pairs in a row
  WallTime last_failure_{};
  bool is_down_ = false;
  bool was_told_up_ = false;
  std::uint32_t clean_ = 0;  // visits in a row
  WallTime clean_since_{};
  std::deque<WallTime> downs_;  // of a day
};

}  // namespace xuncha
