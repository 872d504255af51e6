#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/clock.h"

namespace xuncha::simulation {

// Everything that a simulated month draws comes from one seed, and the same on every machine (SplitMix64).
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    state_ += 0x9E37'79B9'7F4A'7C15;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58'476D'1CE4'E5B9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D0'49BB'1331'11EB;
    return mixed ^ (mixed >> 31);
  }
  std::uint64_t below(std::uint64_t bound) { return bound == 0 ? 0 : next() % bound; }
  bool chance(double share) { return static_cast<double>(next() >> 11) * 0x1.0p-53 < share; }
  Milliseconds between(Milliseconds low, Milliseconds high) {
    return low + Milliseconds(static_cast<std::int64_t>(below(static_cast<std::uint64_t>((high - low).count()) + 1)));
  }
  std::size_t number(std::size_t low, std::size_t high) { return low + below(high - low + 1); }
  template <class Value>
  const Value& pick(const std::vector<Value>& values) {
    return values[below(values.size())];
  }
  // A generator of its own, so that what one part draws does not move what another gets.
  Dice fork() { return Dice(next()); }

 private:
  std::uint64_t state_;
};

}  // namespace xuncha::simulation
