#pragma once

#include <algorithm>

#include "core/clock.h"
#include "tests/simulation/world.h"

namespace xuncha::simulation {

// True time, and what the machine's clocks make of it: the steady one follows it, the one on the wall may be set.
class SimClock final : public Clock {
 public:
  WallTime wall() const override { return kStart + now_ + offset_; }
  SteadyTime steady() const override { return SteadyTime(std::chrono::hours(1) + now_); }

  Moment now() const { return now_; }
  void move_to(Moment at) { now_ = std::max(now_, at); }
  void set_wall_by(Milliseconds step) { offset_ += step; }

  // When the wall clock, as it goes now, or the steady one shows this.
  Moment moment_of(WallTime at) const {
    if (at == WallTime::max()) return kNever;
    return at <= wall() ? now_ : at - kStart - offset_;
  }
  Moment moment_of(SteadyTime at) const {
    if (at == SteadyTime::max()) return kNever;
    return at <= steady() ? now_ : at - SteadyTime(std::chrono::hours(1));
  }

 private:
  static constexpr WallTime kStart = WallTime(Milliseconds(1'714'089'600'000));  // 2024-04-26 08:00 in Beijing
  Moment now_{};
  Milliseconds offset_{};
};

}  // namespace xuncha::simulation
