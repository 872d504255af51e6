#include "detectors/availability.h"

#include <algorithm>
#include <cmath>

namespace xuncha {
namespace {

constexpr double kNormal95 = 1.959963984540054;  // two-sided
constexpr double kRounding = 1e-9;               // of a share written in decimals
constexpr std::size_t kPhases = 7;

bool is_void(WallTime at, std::span<const VoidWindow> voids) {
  return std::any_of(voids.begin(), voids.end(),
                     [at](const VoidWindow& window) { return window.from <= at && at < window.to; });
}

bool is_slow(const ProbeSample& sample) {
  const bool is_late = sample.reason.code == ReasonCode::kNone || sample.reason.code == ReasonCode::kTimeout;
  return sample.result == ProbeResult::kNotOpen && is_late;
}

// How much of [from, to) no void window covers. Windows may overlap.
Milliseconds time_outside(WallTime from, WallTime to, std::span<const VoidWindow> voids) {
  Milliseconds inside{};
  WallTime covered = from;
  for (const VoidWindow& window : voids) {
    const WallTime begin = std::max(covered, window.from);
    const WallTime end = std::min(to, window.to);
    if (begin >= end) continue;
    inside += end - begin;
    covered = end;
  }
  return (to - from) - inside;
}

// Follows the failing visits of one family.
class OutageWatch {
 public:
  OutageWatch(std::span<const VoidWindow> voids, Outages& outages) : voids_(voids), outages_(outages) {}

  void failed(const ProbeSample& sample) {
    if (failures_ == 0) {
      began_ = sample.at;
      phases_ = {};
    }
    ++failures_;
    last_ = sample.at;
    ++phases_[static_cast<std::size_t>(sample.phase)];
  }

  void opened(WallTime at) {
    if (failures_ >= 2) end(at);
    failures_ = 0;
  }

  // The window ends while visits fail: the outage is as long as was seen.
  void end_of_window() {
    if (failures_ >= 2) end(last_);
    failures_ = 0;
  }

 private:
  void end(WallTime at) {
    ++outages_.count;
    const Milliseconds length = time_outside(began_, at, voids_);
    if (outages_.longest_began != WallTime{} && length <= outages_.longest) return;
    outages_.longest = length;
    outages_.longest_began = began_;
    outages_.longest_phase = static_cast<Phase>(std::max_element(phases_.begin(), phases_.end()) - phases_.begin());
  }

  std::span<const VoidWindow> voids_;
  Outages& outages_;
  std::uint32_t failures_ = 0;
  WallTime began_{};
  WallTime last_{};
  std::array<std::uint32_t, kPhases> phases_{};
};

}  // namespace

ProbeResult probe_result(Reason reason, Milliseconds took, Milliseconds slow) {
  switch (verdict_of(reason)) {
    case Verdict::kOk:
    case Verdict::kWrong:  // something opens: what it is, is judged elsewhere
      return took < slow ? ProbeResult::kOpen : ProbeResult::kNotOpen;
    case Verdict::kBroken:
      return ProbeResult::kNotOpen;
    case Verdict::kBlocked:
    case Verdict::kInconclusive:
    case Verdict::kSkipped:
      break;
  }
  return ProbeResult::kUncounted;
}

Interval wilson_interval(std::uint32_t failures, std::uint32_t visits) {
  if (visits == 0) return {};
  const double count = visits;
  const double share = failures / count;
  const double squared = kNormal95 * kNormal95;
  const double middle = (share + squared / (2 * count)) / (1 + squared / count);
  const double half =
      kNormal95 / (1 + squared / count) * std::sqrt(share * (1 - share) / count + squared / (4 * count * count));
  return {.low = failures == 0 ? 0 : std::max(0.0, middle - half),
          .high = failures == visits ? 1 : std::min(1.0, middle + half)};
}

bool is_over_share(std::uint32_t failures, std::uint32_t visits, double share) {
  return visits > 0 && failures >= share * visits - kRounding;
}

Availability judge_availability(std::span<const ProbeSample> samples, std::span<const VoidWindow> voids,
                                const AvailabilityRule& rule, WallTime now) {
  Availability result;
  constexpr auto kDay = std::chrono::hours(24);
  const WallTime begin = now - rule.window;
  std::vector<std::uint32_t> by_day(static_cast<std::size_t>(rule.window / kDay));
  OutageWatch outage(voids, result.outages);
  for (const ProbeSample& sample : samples) {
    if (sample.at < begin || sample.at >= now) continue;
    if (sample.result == ProbeResult::kUncounted || is_void(sample.at, voids)) {
      result.uncounted += sample.is_repeat ? 0 : 1;
      continue;
    }
    if (sample.result == ProbeResult::kNotOpen) {
      outage.failed(sample);
    } else {
      outage.opened(sample.at);
    }
    if (sample.is_repeat) continue;
    ++result.visits;
    result.failures += sample.result == ProbeResult::kNotOpen ? 1 : 0;
    result.slow += is_slow(sample) ? 1 : 0;
    const auto day = static_cast<std::size_t>((sample.at - begin) / Milliseconds(kDay));
    if (day < by_day.size()) ++by_day[day];
  }
  outage.end_of_window();
  result.days_short = static_cast<std::uint32_t>(std::count_if(
      by_day.begin(), by_day.end(), [&rule](std::uint32_t visits) { return visits < rule.visits_a_day_min; }));
  if (result.visits > 0) result.share = static_cast<double>(result.failures) / result.visits;
  result.interval = wilson_interval(result.failures, result.visits);
  if (result.days_short > 0 || result.visits == 0) return result;
  if (is_over_share(result.failures, result.visits, rule.share)) {
    result.state = AvailabilityState::kFailed;
  } else if (result.failures > 0 && result.interval.high >= rule.share) {
    result.state = AvailabilityState::kAtRisk;
  } else {
    result.state = AvailabilityState::kGood;
  }
  return result;
}

std::vector<HourlyVisits> hourly_visits(std::span<const ProbeSample> samples, std::span<const VoidWindow> voids) {
  std::vector<HourlyVisits> hours;
  for (const ProbeSample& sample : samples) {
    if (sample.is_repeat) continue;
    const WallTime hour = std::chrono::floor<std::chrono::hours>(sample.at);
    if (hours.empty() || hours.back().hour != hour) hours.push_back({.hour = hour});
    HourlyVisits& of = hours.back();
    if (sample.result == ProbeResult::kUncounted || is_void(sample.at, voids)) {
      ++of.uncounted;
      continue;
    }
    ++of.visits;
    of.failures += sample.result == ProbeResult::kNotOpen ? 1 : 0;
  }
  return hours;
}

std::vector<VoidWindow> void_windows(std::span<const ProbeSample> samples) {
  std::vector<VoidWindow> windows;
  bool is_open = false;
  for (const ProbeSample& sample : samples) {
    const bool counts = sample.result != ProbeResult::kUncounted;
    if (counts && is_open) windows.back().to = sample.at;
    if (!counts && is_open) windows.back().to = sample.at + Milliseconds(1);
    if (!counts && !is_open) windows.push_back({.from = sample.at, .to = sample.at + Milliseconds(1)});
    is_open = !counts;
  }
  return windows;
}

}  // namespace xuncha
