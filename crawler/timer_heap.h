#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/clock.h"

namespace xuncha {

// Alarms of dense numbers (0, 1, 2, ...), each at most once, earliest first; of equal times the one set first. Setting,
// moving and taking are O(log n). Thread rule: confined to one thread.
class TimerHeap {
 public:
  void set(std::uint32_t id, SteadyTime at);  // replaces an alarm that stands
  void cancel(std::uint32_t id);              // does nothing where none stands
  bool empty() const { return heap_.empty(); }
  SteadyTime first_at() const { return heap_.front().at; }  // of a non-empty heap
  std::uint32_t take_first();                               // of a non-empty heap

 private:
  struct Entry {
    SteadyTime at;
    std::uint64_t order = 0;
    std::uint32_t id = 0;
  };
  static constexpr std::uint32_t kAbsent = 0xFFFF'FFFF;
  static bool before(const Entry& left, const Entry& right);
  void place(std::size_t slot, const Entry& entry);
  void rise(std::size_t slot, const Entry& entry);
  void sink(std::size_t slot, const Entry& entry);
  void remove_slot(std::size_t slot);

  std::vector<Entry> heap_;
  std::vector<std::uint32_t> slot_of_;
  std::uint64_t next_order_ = 0;
};

}  // namespace xuncha
