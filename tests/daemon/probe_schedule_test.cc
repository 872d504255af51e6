#include "daemon/service/probe_schedule.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <iostream>
#include <map>
#include <vector>

namespace xuncha {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr SteadyTime kStart = SteadyTime(hours(1'000));

// Every 5 min +- 20 %.
TEST(ProbeSchedule, each_visit_follows_the_last_within_a_fifth_of_the_interval) {
  ProbeSchedule schedule(1);
  schedule.add(3, minutes(5), kStart);
  std::optional<SteadyTime> last;
  Milliseconds least = hours(1), most{};
  for (int visit = 0; visit < 2'000; ++visit) {
    const SteadyTime at = schedule.wake_at();
    ASSERT_EQ(schedule.take(at), 3u);
    if (last) {
      least = std::min(least, at - *last);
      most = std::max(most, at - *last);
    }
    last = at;
  }
  EXPECT_GE(least, minutes(4));
  EXPECT_LE(most, minutes(6));
  EXPECT_LT(least, minutes(4) + seconds(5));  // the chance is used to its ends
  EXPECT_GT(most, minutes(6) - seconds(5));
}

TEST(ProbeSchedule, a_late_visit_shifts_no_other_but_does_not_make_two_of_them) {
  ProbeSchedule schedule(1);
  schedule.add(0, minutes(5), kStart);
  const SteadyTime first = schedule.wake_at();
  schedule.take(first + seconds(30));
  EXPECT_EQ(schedule.lateness(), seconds(30));
  EXPECT_LE(schedule.wake_at(), first + minutes(6));
  const SteadyTime much_later = first + hours(3);
  schedule.take(much_later);
  EXPECT_GE(schedule.wake_at(), much_later + minutes(4));
}

TEST(ProbeSchedule, a_removed_one_is_not_visited_and_an_interval_changes_at_the_next_visit) {
  ProbeSchedule schedule(1);
  schedule.add(0, minutes(5), kStart);
  schedule.add(1, minutes(5), kStart);
  schedule.remove(0);
  schedule.remove(0);
  EXPECT_EQ(schedule.size(), 1u);
  schedule.add(1, minutes(30), kStart);
  const SteadyTime first = schedule.wake_at();
  EXPECT_LE(first, kStart + minutes(5));
  EXPECT_EQ(schedule.take(first), 1u);
  EXPECT_GE(schedule.wake_at(), first + minutes(24));
  EXPECT_FALSE(schedule.take(first));
}

TEST(ProbeSchedule, a_start_is_no_stampede) {
  ProbeSchedule schedule(9);
  for (ProbeSchedule::Id id = 0; id < 28'000; ++id) schedule.add(id, minutes(5), kStart);
  std::map<std::int64_t, int> by_second;
  for (int visit = 0; visit < 28'000; ++visit) {
    const SteadyTime at = schedule.wake_at();
    schedule.take(at);
    if (at < kStart + minutes(5)) ++by_second[(at - kStart) / Milliseconds(seconds(1))];
  }
  int most = 0;
  for (const auto& [second, visits] : by_second) most = std::max(most, visits);
  EXPECT_LT(most, 28'000 / 300 * 2);
}

// The plan: 14,000 sites over both families, every 5 min each. Virtual time in steps of 10 ms, as a loop would
// wake; docs/TESTING.md has the figure.
TEST(ProbeSchedule, fourteen_thousand_sites_over_both_families_are_visited_in_time) {
  ProbeSchedule schedule(5);
  constexpr ProbeSchedule::Id kIds = 28'000;
  const std::clock_t begun = std::clock();
  for (ProbeSchedule::Id id = 0; id < kIds; ++id) schedule.add(id, minutes(5), kStart);
  std::vector<SteadyTime> last(kIds);
  Milliseconds latest{}, least = hours(1), most{};
  std::uint64_t visits = 0;
  constexpr auto kTime = hours(1);
  for (SteadyTime now = kStart; now < kStart + kTime; now += Milliseconds(10)) {
    while (const auto id = schedule.take(now)) {
      ++visits;
      latest = std::max(latest, schedule.lateness());
      if (last[*id] != SteadyTime{}) {
        least = std::min(least, now - last[*id]);
        most = std::max(most, now - last[*id]);
      }
      last[*id] = now;
    }
  }
  const double cpu = static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC;
  std::cout << visits << " visits in an hour, the latest " << latest.count() << " ms late, "
            << cpu / std::chrono::duration<double>(kTime).count() * 100 << " % of a core\n";
  EXPECT_NEAR(static_cast<double>(visits), 28'000.0 * 12, 28'000.0 * 12 * 0.05);
  EXPECT_LE(latest, Milliseconds(10));
  EXPECT_GE(least, minutes(4));
  EXPECT_LE(most, minutes(6) + Milliseconds(10));
}

}  // namespace
}  // namespace xuncha
