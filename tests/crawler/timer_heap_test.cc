#include "crawler/timer_heap.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <tuple>
#include <utility>

namespace xuncha {
namespace {

// Random sets, moves, cancels and takes against a sorted map.
TEST(TimerHeap, AgreesWithASortedMap) {
  const std::uint32_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  TimerHeap heap;
  std::map<std::uint32_t, std::pair<SteadyTime, int>> expected;  // by number: time and order of setting
  for (int step = 0; step < 50'000; ++step) {
    const std::uint32_t id = random() % 100;
    switch (random() % 4) {
      case 0:
      case 1: {
        const SteadyTime at{Milliseconds(random() % 50)};
        heap.set(id, at);
        expected[id] = {at, step};
        break;
      }
      case 2:
        heap.cancel(id);
        expected.erase(id);
        break;
      default: {
        ASSERT_EQ(heap.empty(), expected.empty());
        if (heap.empty()) break;
        const auto first = std::min_element(expected.begin(), expected.end(), [](const auto& left, const auto& right) {
          return left.second < right.second;
        });
        ASSERT_EQ(heap.first_at(), first->second.first);
        ASSERT_EQ(heap.take_first(), first->first);
        expected.erase(first);
      }
    }
  }
}

}  // namespace
}  // namespace xuncha
