#include "daemon/service/loop_turns.h"

#include <time.h>

#include <algorithm>

#include "daemon/log.h"

namespace xuncha {
namespace {

constexpr std::size_t kTurnsMax = 100'000;  // of a minute; a loop that turns as often has no long ones

double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

}  // namespace

void LoopTurns::begin() {
  begun_ = std::chrono::steady_clock::now();
}

void LoopTurns::wait() {
  own_ = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count();
  taken_ = processor_seconds();
}

void LoopTurns::end(SteadyTime now) {
  if (seconds_.size() < kTurnsMax) seconds_.push_back(own_ + processor_seconds() - taken_);
  if (told_ == SteadyTime{}) told_ = now;
  if (now - told_ < std::chrono::minutes(1)) return;
  told_ = now;
  const auto p99 = seconds_.begin() + static_cast<std::ptrdiff_t>(seconds_.size() * 99 / 100);
  std::nth_element(seconds_.begin(), p99, seconds_.end());
  log_debug(
      "loop_turns",
      {{"turns", seconds_.size()}, {"p99_seconds", *p99}, {"longest_seconds", *std::max_element(p99, seconds_.end())}});
  seconds_.clear();
}

}  // namespace xuncha
