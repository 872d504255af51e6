#include "crawler/pace.h"

#include <algorithm>
#include <cmath>

#include "core/limits.h"

namespace xuncha {
namespace {

constexpr float kLatencyWeight = 0.25F;  // of the newest sample: follows a change within about eight requests
constexpr double kRateMax = 1000;
constexpr double kGapMillisecondsMax = 365.0 * 24 * 3600 * 1000;

bool is_pushback(const FetchSummary& summary) {
  return summary.exchange == Exchange::kAnswered && (summary.status == 429 || summary.status == 503);
}

Milliseconds scaled(Milliseconds duration, float factor) {
  return Milliseconds(static_cast<std::int64_t>(std::ceil(static_cast<double>(duration.count()) * factor)));
}

}  // namespace

PacePolicy pace_policy_of_rate(double requests_per_second) {
  PacePolicy policy;
  policy.unlimited = !(requests_per_second > 0);
  if (policy.unlimited) return policy;
  const double gap = std::ceil(1000 / std::min(requests_per_second, kRateMax));
  policy.fixed_gap = Milliseconds(static_cast<std::int64_t>(std::min(gap, kGapMillisecondsMax)));
  return policy;
}

Milliseconds Pace::set_crawl_delay(Milliseconds delay) {
  crawl_delay_ = std::clamp(delay, Milliseconds::zero(), limits::kCrawlDelayMax);
  return crawl_delay_;
}

Milliseconds Pace::gap(const PacePolicy& policy) const {
  if (policy.unlimited) return Milliseconds::zero();
  Milliseconds base = policy.fixed_gap;
  if (base == Milliseconds::zero()) {
    base =
        std::clamp(scaled(Milliseconds(limits::kDelayLatencyFactor), latency_), limits::kDelayMin, limits::kDelayMax);
    base = scaled(base, 1.0F / static_cast<float>(policy.per_host));
  }
  const Milliseconds slowed = std::max(base, std::min(scaled(base, slowdown_), limits::kCrawlDelayMax));
  return std::max(slowed, crawl_delay_);
}

SteadyTime Pace::ready_at(const PacePolicy& policy) const {
  if (policy.unlimited) return paused_until_;
  const Milliseconds wait = gap(policy);
  if (policy.fixed_gap > Milliseconds::zero()) {
    return std::max({paused_until_, last_start_ + wait, last_end_ + crawl_delay_});
  }
  // With one request in flight the end alone counts, so that a request that was never sent costs no delay.
  const SteadyTime ready = std::max(paused_until_, last_end_ + wait);
  return policy.per_host == 1 ? ready : std::max(ready, last_start_ + wait);
}

SteadyTime Pace::probe_ready_at(const PacePolicy& policy) const {
  if (policy.unlimited) return SteadyTime::min();
  Milliseconds wait = limits::kProbeGapMin;
  if (policy.fixed_gap > Milliseconds::zero()) wait = std::min(wait, policy.fixed_gap);
  return std::max(last_start_, last_end_) + wait;
}

void Pace::learn_latency(const FetchSummary& summary) {
  const auto sample = static_cast<float>(summary.latency.count());
  const float updated = latency_ == 0 ? sample : latency_ + kLatencyWeight * (sample - latency_);
  const bool may_lower = summary.exchange == Exchange::kAnswered && summary.status < 400;
  latency_ = may_lower ? updated : std::max(latency_, updated);
}

void Pace::decay_slowdown(SteadyTime now) {
  if (slowdown_ <= 1) return;
  const double hours = std::chrono::duration<double, std::ratio<3600>>(now - slowdown_at_).count();
  slowdown_ = std::max(1.0F, slowdown_ * static_cast<float>(std::pow(limits::kSlowdownDecay, hours)));
  slowdown_at_ = now;
}

Pace::Pushback Pace::push_back(const PacePolicy& policy, const FetchSummary& summary, SteadyTime now) {
  slowdown_ = std::min(2 * slowdown_, static_cast<float>(limits::kSlowdownMax));
  slowdown_at_ = now;
  if (pushbacks_ == 0) first_pushback_ = now;
  pushbacks_ = static_cast<std::uint8_t>(std::min(pushbacks_ + 1, 255));

  Milliseconds pause{};
  if (summary.retry_after) {
    last_pushback_ = Pushback::kRetryAfter;
    pause = std::clamp(*summary.retry_after, limits::kRetryAfterMin, limits::kRetryAfterMax);
  } else {
    last_pushback_ = Pushback::kUnasked;
    if (policy.unlimited) return last_pushback_;
    pause = limits::kPushbackFirst;
    for (int step = 1; step < pushbacks_ && pause < limits::kPushbackMax; ++step) pause *= 2;
    pause = std::min({pause, limits::kPushbackMax, policy.patience});
  }
  paused_until_ = std::max(paused_until_, now + pause);
  return last_pushback_;
}

Pace::Pushback Pace::finished(const PacePolicy& policy, const FetchSummary& summary, SteadyTime now) {
  if (summary.exchange == Exchange::kNothingSent) return Pushback::kNone;
  last_end_ = now;
  learn_latency(summary);
  decay_slowdown(now);
  if (is_pushback(summary)) return push_back(policy, summary, now);
  if (summary.exchange == Exchange::kAnswered && summary.status < 500) pushbacks_ = 0;
  return Pushback::kNone;
}

bool Pace::pause_outlasts(const PacePolicy& policy, SteadyTime now) const {
  if (now >= paused_until_ || pushbacks_ == 0) return false;
  if (last_pushback_ == Pushback::kUnasked) return pushbacks_ >= limits::kPushbacksMax;
  return paused_until_ - first_pushback_ > policy.patience;
}

}  // namespace xuncha
