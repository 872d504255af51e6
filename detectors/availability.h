#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/clock.h"
#include "core/fetch.h"
#include "core/probe.h"
#include "core/verdict.h"

// Does a site's home page open, as 国办秘函〔2019〕19号 counts (站点无法访问: one week, at least 20 visits a
// day at intervals, a visit that has not opened after 15 s is a failed one, 5 % of them are a veto)? All of it is pure.
namespace xuncha {

// By how the visit was judged (kNone: well) and how long it took, from the question for the name to the last byte.
ProbeResult probe_result(Reason reason, Milliseconds took, Milliseconds slow);

// A time in which our own network was down or the site was worked on by notice: its visits count for nobody.
struct VoidWindow {
  WallTime from{};
  WallTime to{};  // not of it any more
};

struct AvailabilityRule {
  Milliseconds slow = std::chrono::seconds(15);
  std::chrono::hours window = std::chrono::hours(24 * 7);
  std::uint32_t visits_a_day_min = 20;
  double share = 0.05;
};

enum class AvailabilityState : std::uint8_t {
  kUnknown,  // too few visits on some day of the window
  kGood,
  kAtRisk,  // not over the line, but so near that chance may have kept it there: the interval reaches beyond it
  kFailed,
};

// Failing visits that follow each other, at least two of them or one with its repeat.
struct Outages {
  std::uint32_t count = 0;
  Milliseconds longest{};              // from its first failing visit to the next that opened, void windows left out
  WallTime longest_began{};            // 0: there was none
  Phase longest_phase = Phase::kNone;  // where most of its visits ended
};

struct Interval {
  double low = 0;
  double high = 1;
};

struct Availability {
  AvailabilityState state = AvailabilityState::kUnknown;
  std::uint32_t visits = 0;    // counted in the window
  std::uint32_t failures = 0;  // of them
  std::uint32_t slow = 0;      // of those: too slow, or no end in time
  std::uint32_t uncounted = 0;
  std::uint32_t days_short = 0;  // days of the window with too few visits
  double share = 0;              // failures / visits, 0 without visits
  Interval interval;             // of the true share, 95 %
  Outages outages;
};

// Wilson's interval for `failures` of `visits` at 95 % (Wilson 1927). 0 to 1 without visits.
Interval wilson_interval(std::uint32_t failures, std::uint32_t visits);

// Is the rule's line reached? Exactly: 7 of 140 are 5 %.
bool is_over_share(std::uint32_t failures, std::uint32_t visits, double share);

// The verdict on the window that ends at `now`. Samples and windows come in order of time; samples after `now` or
// before the window are passed over.
Availability judge_availability(std::span<const ProbeSample> samples, std::span<const VoidWindow> voids,
                                const AvailabilityRule& rule, WallTime now);

// Hours without visits are left out. Samples come in order of time.
std::vector<HourlyVisits> hourly_visits(std::span<const ProbeSample> samples, std::span<const VoidWindow> voids);

// The times in which visits counted for nobody, one for each run of such: from the first to the next that counted, or
// to the run's last where none did yet. Samples come in order of time.
std::vector<VoidWindow> void_windows(std::span<const ProbeSample> samples);

}  // namespace xuncha
