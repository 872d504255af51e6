#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/clock.h"
#include "crawler/timer_heap.h"

namespace xuncha {

// When each home page is visited next: every interval with up to a fifth more or less by chance, so that neither a
// site's own timers nor all sites together are met in step. Pure: no I/O, no clock, the same calls give
// the same answers. A change or a turn costs O(log n). Thread rule: confined to one thread.
class ProbeSchedule {
 public:
  // Who is visited: dense numbers, the caller's.
  using Id = std::uint32_t;
  static constexpr double kJitter = 0.2;

  explicit ProbeSchedule(std::uint64_t seed) : seed_(seed) {}

  // The first visit is at a random time within one interval: a start with many sites is no stampede. Of one that is
  // known only the interval changes, from its next visit on.
  void add(Id id, Milliseconds interval, SteadyTime now);
  void remove(Id id);

  // The longest due; nullopt when none is. Its next visit is planned from the time that this one was planned for, so
  // that small delays do not add up, but never sooner than an interval less its chance from now.
  std::optional<Id> take(SteadyTime now);
  // SteadyTime::max() when there is none.
  SteadyTime wake_at() const { return heap_.empty() ? SteadyTime::max() : heap_.first_at(); }

  std::size_t size() const { return size_; }
  // How late the last one taken was.
  Milliseconds lateness() const { return lateness_; }

 private:
  struct Entry {
    Milliseconds interval{};  // 0: not there
    SteadyTime planned{};
    std::uint32_t visits = 0;
  };
  double chance(Id id, std::uint32_t visit) const;

  std::uint64_t seed_;
  std::vector<Entry> entries_;
  TimerHeap heap_;
  std::size_t size_ = 0;
  Milliseconds lateness_{};
};

}  // namespace xuncha
