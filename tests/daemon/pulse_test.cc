// What the watchdog demands of the store's writer and of the scheduler.
#include "daemon/service/pulse.h"

#include <gtest/gtest.h>

#include "core/limits.h"

namespace xuncha {
namespace {

using std::chrono::seconds;

// Asks every second for so long; what stood still first.
std::string_view watch(Pulse& pulse, SteadyTime& now, const Pulse::Signs& signs, Milliseconds time) {
  for (const SteadyTime end = now + time; now < end; now += seconds(1)) {
    if (const auto stuck = pulse.stuck(signs, now)) return *stuck;
  }
  return "";
}

TEST(Pulse, NothingToDoIsNoStandstill) {
  Pulse pulse;
  SteadyTime now{};
  EXPECT_EQ(watch(pulse, now, {}, std::chrono::hours(3)), "");
}

TEST(Pulse, AStoreThatDoesNotSyncWhatWaitsIsStuck) {
  Pulse pulse;
  SteadyTime now{};
  EXPECT_EQ(watch(pulse, now, {.store_waits = true}, limits::kStoreSilenceMax), "");
  EXPECT_EQ(watch(pulse, now, {.store_waits = true}, seconds(3)), "store");
}

TEST(Pulse, AStoreThatSyncsIsNotThoughSomethingAlwaysWaits) {
  Pulse pulse;
  SteadyTime now{};
  for (std::uint64_t syncs = 0; syncs < 100; ++syncs) {
    EXPECT_EQ(watch(pulse, now, {.store_waits = true, .store_syncs = syncs}, limits::kStoreSilenceMax / 2), "");
  }
}

TEST(Pulse, ADueRoundThatIsNeverBegunWhileNoneRunsIsAStuckScheduler) {
  Pulse pulse;
  SteadyTime now{};
  EXPECT_EQ(watch(pulse, now, {.rounds_waiting = 3}, limits::kRoundDelayMax), "");
  EXPECT_EQ(watch(pulse, now, {.rounds_waiting = 3}, seconds(3)), "scheduler");
  EXPECT_EQ(watch(pulse, now, {.rounds_waiting = 3, .rounds_running = 8}, std::chrono::hours(3)), "");
}

TEST(Pulse, WhatMovesAgainIsForgiven) {
  Pulse pulse;
  SteadyTime now{};
  ASSERT_EQ(watch(pulse, now, {.store_waits = true}, std::chrono::hours(1)), "store");
  EXPECT_EQ(pulse.stuck({.store_waits = true, .store_syncs = 1}, now), std::nullopt);
}

}  // namespace
}  // namespace xuncha
