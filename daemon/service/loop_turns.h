#pragma once

#include <chrono>
#include <vector>

#include "core/clock.h"

namespace xuncha {

// How long the turns of the main loop take, told in the log once a minute (debug): `loop_turns` with their number, the
// 99th percentile and the longest. A turn is the time of what the loop does by itself, and the processor's time of the
// answers that it takes up: waiting for them is none. Thread rule: confined to one thread.
class LoopTurns {
 public:
  // Around what the loop does by itself.
  void begin();
  // Before it waits.
  void wait();
  // After what had come was taken up: the turn has ended.
  void end(SteadyTime now);

 private:
  std::vector<double> seconds_;
  std::chrono::steady_clock::time_point begun_;
  double own_ = 0;
  double taken_ = 0;
  SteadyTime told_{};
};

}  // namespace xuncha
