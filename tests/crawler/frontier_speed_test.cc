// What a queued task costs. Figures are printed; only what a mistake would break is asserted, since machines drift.
#include <gtest/gtest.h>
#include <malloc.h>

#include <chrono>
#include <cstdio>
#include <string>

#include "crawler/frontier.h"

namespace xuncha {
namespace {

constexpr SteadyTime kNow{std::chrono::hours(1)};

FrontierOptions unlimited() {
  FrontierOptions options;
  options.pace = pace_policy_of_rate(0);
  return options;
}

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

class FrontierSpeed : public testing::TestWithParam<HostId> {};

TEST_P(FrontierSpeed, PushNextFinished) {
  constexpr int kCycles = 500'000;
  Frontier frontier(unlimited());
  for (HostId index = 0; index < GetParam(); ++index) {
    const HostId host = frontier.host("https://host" + std::to_string(index));
    for (UrlNumber url = 1; url <= 10; ++url) frontier.push({0, url, host, 1, Lane::kDiscovery}, kNow);
  }
  const auto begin = std::chrono::steady_clock::now();
  for (UrlNumber cycle = 1; cycle <= kCycles; ++cycle) {
    frontier.push({0, cycle, cycle % GetParam(), static_cast<std::uint16_t>(cycle % 8), Lane::kDiscovery}, kNow);
    const auto found = frontier.next(kNow);
    ASSERT_TRUE(found);
    frontier.finished(found->task, {Exchange::kAnswered, Milliseconds(10), 200, {}}, kNow);
  }
  const double seconds = seconds_since(begin);
  std::printf("%u hosts: %.2f million push+next+finished a second\n", GetParam(), kCycles / seconds / 1e6);
  EXPECT_LT(seconds, 60) << "something is quadratic";
}

INSTANTIATE_TEST_SUITE_P(Hosts, FrontierSpeed, testing::Values(1, 1000));

// The heap's own count means nothing under a sanitizer, which clang 14 builds are for.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && !defined(__clang__)
std::size_t heap_bytes() {
  return mallinfo2().uordblks + mallinfo2().hblkhd;
}

TEST(FrontierMemory, AQueuedTaskTakesSixteenBytes) {
  Frontier frontier(unlimited());
  const HostId host = frontier.host("https://www.a.gov.cn");
  const std::size_t before = heap_bytes();
  constexpr UrlNumber kTasks = 32'768;  // the pool grows by doubling
  for (UrlNumber url = 1; url <= kTasks; ++url) frontier.push({0, url, host, 1, Lane::kDiscovery}, kNow);
  const std::size_t used = heap_bytes() - before;
  std::printf("%u tasks of one host: %zu bytes\n", kTasks, used);
  EXPECT_LE(used, 17U * kTasks);
}

TEST(FrontierMemory, AHostWithFewTasksIsCheap) {
  const std::size_t before = heap_bytes();
  Frontier frontier{FrontierOptions{}};
  constexpr std::size_t kHosts = 10'000;
  for (std::size_t index = 0; index < kHosts; ++index) {
    const HostId host = frontier.host("https://www.host" + std::to_string(index) + ".gov.cn");
    for (UrlNumber url = 1; url <= 3; ++url) frontier.push({0, url, host, 1, Lane::kExternal}, kNow);
  }
  const std::size_t used = heap_bytes() - before;
  std::printf("%zu hosts of three tasks: %zu bytes a host\n", kHosts, used / kHosts);
  EXPECT_LE(used, 600U * kHosts);
}
#endif

}  // namespace
}  // namespace xuncha
