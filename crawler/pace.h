#pragma once

#include <cstdint>

#include "core/clock.h"
#include "crawler/exchange.h"

namespace xuncha {

// What the operator says about speed (--rate, --per-host).
struct PacePolicy {
  // Neither delay nor Crawl-delay (--rate 0). A Retry-After is still honoured: the host itself asked for it.
  bool unlimited = false;
  // Between the starts of two requests to one host (1 / --rate); zero: by the host's latency.
  Milliseconds fixed_gap{};
  int per_host = 1;
  // Longest wait for one host that is worth it.
  Milliseconds patience = Milliseconds::max();
  friend bool operator==(const PacePolicy&, const PacePolicy&) = default;
};

// `requests_per_second` as given to --rate: 0 is unlimited; more than 1,000 counts as 1,000, since times are in
// milliseconds. The other fields keep their defaults.
PacePolicy pace_policy_of_rate(double requests_per_second);

// When one host may be asked again. The gap is clamp(4 x latency, 1 s, 30 s) divided by per_host, from
// the end of the last request (which is kinder than from its start), and at least the host's Crawl-delay. The latency
// is a moving average that only answers below 400 may lower. 429 and 503 pause the host as long as Retry-After says,
// else 60 s, doubled each time in a row up to an hour, and double the gap (at most limits::kSlowdownMax times), which
// then decays by 10 % an hour. Thread rule: confined to one thread.
class Pace {
 public:
  enum class Pushback : std::uint8_t { kNone, kRetryAfter, kUnasked };

  // Honoured up to limits::kCrawlDelayMax; gives what will be honoured. Zero or less: none.
  Milliseconds set_crawl_delay(Milliseconds delay);
  void started(SteadyTime now) { last_start_ = now; }
  Pushback finished(const PacePolicy& policy, const FetchSummary& summary, SteadyTime now);

  // Earliest start of an ordinary request, and of a probe, which neither delays nor pauses hold back.
  SteadyTime ready_at(const PacePolicy& policy) const;
  SteadyTime probe_ready_at(const PacePolicy& policy) const;
  // The gap between two requests as it is now.
  Milliseconds gap(const PacePolicy& policy) const;
  // Is the host paused now, and for longer than `policy.patience` since its last good answer allowed?
  bool pause_outlasts(const PacePolicy& policy, SteadyTime now) const;

 private:
  void learn_latency(const FetchSummary& summary);
  void decay_slowdown(SteadyTime now);
  Pushback push_back(const PacePolicy& policy, const FetchSummary& summary, SteadyTime now);

  SteadyTime last_start_ = SteadyTime::min();
  SteadyTime last_end_ = SteadyTime::min();
  SteadyTime paused_until_ = SteadyTime::min();
  SteadyTime first_pushback_{};  // of those in a row
  SteadyTime slowdown_at_{};
  Milliseconds crawl_delay_{};
  float latency_ = 0;  // milliseconds; 0: not known
  float slowdown_ = 1;
  std::uint8_t pushbacks_ = 0;  // in a row
  Pushback last_pushback_ = Pushback::kNone;
};

}  // namespace xuncha
