#include "crawler/breaker.h"

#include <algorithm>
#include <bit>

#include "core/limits.h"

namespace xuncha {
namespace {

static_assert(limits::kBreakerWindow < 32);
constexpr std::uint32_t kWindowMask = (1u << limits::kBreakerWindow) - 1;
constexpr int kOpeningsMax = 32;  // far beyond the longest opening

}  // namespace

SteadyTime Breaker::ready_at() const {
  switch (state_) {
    case State::kClosed:
      return SteadyTime::min();
    case State::kOpen:
      return open_until_;
    case State::kTrial:
      break;
  }
  return SteadyTime::max();
}

bool Breaker::begin() {
  if (state_ != State::kOpen) return false;
  state_ = State::kTrial;
  return true;
}

void Breaker::abandon_trial() {
  if (state_ == State::kTrial) state_ = State::kOpen;
}

void Breaker::open(SteadyTime now) {
  Milliseconds duration = limits::kBreakerFirst;
  for (int step = 0; step < openings_ && duration < limits::kBreakerMax; ++step) duration *= 2;
  if (openings_ == 0) first_opened_ = now;
  open_until_ = now + std::min(duration, limits::kBreakerMax);
  openings_ = static_cast<std::uint8_t>(std::min(openings_ + 1, kOpeningsMax));
  state_ = State::kOpen;
}

bool Breaker::outlasts(Milliseconds patience, SteadyTime now) const {
  return state_ == State::kOpen && now < open_until_ && open_until_ - first_opened_ > patience;
}

void Breaker::remember(bool failure) {
  window_ = ((window_ << 1) | (failure ? 1u : 0u)) & kWindowMask;
  window_size_ = static_cast<std::uint8_t>(std::min<int>(window_size_ + 1, limits::kBreakerWindow));
}

bool Breaker::failed(bool was_trial, SteadyTime now) {
  if (state_ != State::kClosed) {
    // A request that began before the breaker opened tells nothing new.
    if (was_trial) open(now);
    return was_trial;
  }
  remember(true);
  ++in_a_row_;
  const bool half_failed =
      window_size_ == limits::kBreakerWindow && 2 * std::popcount(window_) >= limits::kBreakerWindow;
  if (in_a_row_ < limits::kBreakerFailures && !half_failed) return false;
  open(now);
  return true;
}

void Breaker::answered() {
  if (state_ != State::kClosed) {
    *this = Breaker();
    return;
  }
  remember(false);
  in_a_row_ = 0;
}

}  // namespace xuncha
