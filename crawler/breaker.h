#pragma once

#include <cstdint>

#include "core/clock.h"

namespace xuncha {

// Keeps us from asking a host again and again that does not answer. Opens at limits::kBreakerFailures
// transport failures in a row, or when at least half of the last limits::kBreakerWindow exchanges failed. It stays
// open for limits::kBreakerFirst; then one request is the trial. A failed trial reopens for twice as long, up to
// limits::kBreakerMax; any answer, of the trial or of a probe, closes and forgets. Thread rule: confined to one thread.
class Breaker {
 public:
  // When an ordinary request may start: SteadyTime::min() when closed, SteadyTime::max() while the trial is under way.
  SteadyTime ready_at() const;
  // An ordinary request starts. True when it is the trial.
  bool begin();
  // The trial ended without telling anything of the host: the next request is the trial.
  void abandon_trial();
  // An exchange failed; `was_trial` is what begin() said of it. True when this opened the breaker (again).
  bool failed(bool was_trial, SteadyTime now);
  void answered();

  // While true no verdict about a link to this host may be formed.
  bool is_open() const { return state_ != State::kClosed; }
  // Is it open now, and until more than `patience` after it first opened?
  bool outlasts(Milliseconds patience, SteadyTime now) const;

 private:
  enum class State : std::uint8_t { kClosed, kOpen, kTrial };
  void open(SteadyTime now);
  void remember(bool failure);

  SteadyTime first_opened_{};  // since the last answer
  SteadyTime open_until_{};
  std::uint32_t window_ = 0;  // 1 = failed, newest in the lowest bit
  std::uint8_t window_size_ = 0;
  std::uint8_t in_a_row_ = 0;
  std::uint8_t openings_ = 0;  // since the last answer
  State state_ = State::kClosed;
};

}  // namespace xuncha
