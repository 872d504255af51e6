#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/civil.h"
#include "tests/simulation/sim_clock.h"

namespace xuncha::simulation {

// What the product did against its promises, each with the seed and the time.
class FaultsFound {
 public:
  FaultsFound(std::uint64_t seed, const SimClock& clock) : seed_(seed), clock_(clock) {}

  // `kind` is one of few words, by which faults are counted.
  void add(const std::string& kind, const std::string& what) {
    ++count_;
    if (texts_.size() >= kKept) return;
    const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(clock_.now()).count();
    texts_.push_back("seed " + std::to_string(seed_) + " day " + std::to_string(minutes / 1440) + " " +
                     std::to_string(minutes / 60 % 24) + "h" + std::to_string(minutes % 60) + "m (clock " +
                     format_time(clock_.wall()) + ") " + kind + ": " + what);
  }
  std::size_t count() const { return count_; }
  const std::vector<std::string>& texts() const { return texts_; }

 private:
  static constexpr std::size_t kKept = 40;
  std::uint64_t seed_;
  const SimClock& clock_;
  std::size_t count_ = 0;
  std::vector<std::string> texts_;
};

}  // namespace xuncha::simulation
