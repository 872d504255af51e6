#include "crawler/timer_heap.h"

namespace xuncha {

bool TimerHeap::before(const Entry& left, const Entry& right) {
  return left.at != right.at ? left.at < right.at : left.order < right.order;
}

void TimerHeap::set(std::uint32_t id, SteadyTime at) {
  if (id >= slot_of_.size()) slot_of_.resize(id + std::size_t{1}, kAbsent);
  cancel(id);
  heap_.push_back({});
  rise(heap_.size() - 1, {at, next_order_++, id});
}

void TimerHeap::cancel(std::uint32_t id) {
  if (id < slot_of_.size() && slot_of_[id] != kAbsent) remove_slot(slot_of_[id]);
}

std::uint32_t TimerHeap::take_first() {
  const std::uint32_t id = heap_.front().id;
  remove_slot(0);
  return id;
}

void TimerHeap::place(std::size_t slot, const Entry& entry) {
  heap_[slot] = entry;
  slot_of_[entry.id] = static_cast<std::uint32_t>(slot);
}

void TimerHeap::rise(std::size_t slot, const Entry& entry) {
  while (slot > 0) {
    const std::size_t parent = (slot - 1) / 2;
    if (!before(entry, heap_[parent])) break;
    place(slot, heap_[parent]);
    slot = parent;
  }
  place(slot, entry);
}

void TimerHeap::sink(std::size_t slot, const Entry& entry) {
  for (;;) {
    std::size_t child = 2 * slot + 1;
    if (child >= heap_.size()) break;
    if (child + 1 < heap_.size() && before(heap_[child + 1], heap_[child])) ++child;
    if (!before(heap_[child], entry)) break;
    place(slot, heap_[child]);
    slot = child;
  }
  place(slot, entry);
}

void TimerHeap::remove_slot(std::size_t slot) {
  slot_of_[heap_[slot].id] = kAbsent;
  const Entry last = heap_.back();
  heap_.pop_back();
  if (slot == heap_.size()) return;
  if (slot > 0 && before(last, heap_[(slot - 1) / 2])) {
    rise(slot, last);
  } else {
    sink(slot, last);
  }
}

}  // namespace xuncha
