#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <queue>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/clock.h"
#include "core/limits.h"
#include "crawler/breaker.h"
#include "crawler/exchange.h"
#include "crawler/lane_queue.h"
#include "crawler/pace.h"
#include "crawler/task.h"
#include "crawler/timer_heap.h"

namespace xuncha {

struct FrontierOptions {
  PacePolicy pace;  // pace.patience bounds the waits after which drain_blocked gives tasks back; max: never
  int in_flight_max = limits::kRequestsInFlightMax;
  int resolves_in_flight_max = limits::kResolvesInFlightMax;
  // For all hosts of one address together; not used when pace.unlimited. An explicit --rate above it raises it: the
  // caller sets it to max(default, rate).
  double address_requests_per_second = limits::kAddressRequestsPerSecond;
  // Ask for a host's robots.txt before its first task.
  bool robots_first = false;
};

// What to do next. kResolve and kRobots hold the host's tasks back until set_address or robots_ready is called.
struct Dispatch {
  enum class Kind : std::uint8_t {
    kFetch,    // fetch `task`; then finished()
    kResolve,  // find the address of task.host; then set_address(). Not a request: no finished()
    kRobots,   // fetch robots.txt of task.host (task.url is 0); then finished() and robots_ready()
  };
  Kind kind = Kind::kFetch;
  Task task;
};

// A task given back because its host will not be asked in time.
struct DrainedTask {
  enum class Why : std::uint8_t { kBreakerOpen, kPushback };  // no answers; or 429 and 503
  Task task;
  Why why = Why::kBreakerOpen;
};

struct FrontierStats {
  std::array<std::size_t, kLanes> queued{};
  std::array<std::chrono::seconds, kLanes> coverage_debt{};  // age of the most overdue task; zero when none waits
  std::size_t deferred = 0;                                  // pushed for later
  std::size_t in_flight = 0;
  std::size_t resolving = 0;
  std::size_t hosts = 0;
  std::size_t addresses = 0;
  // Bounds reached, since the start.
  std::uint64_t breaker_openings = 0;
  std::uint64_t retry_after_pauses = 0;
  std::uint64_t unasked_pauses = 0;  // 429 or 503 without Retry-After
  std::uint64_t address_waits = 0;   // a host was ready but its address had had enough
  std::uint64_t crawl_delays_capped = 0;
  std::uint64_t drained = 0;
};

// Decides which URL is fetched next and when: lanes within a host, turns among hosts, and the manners of a guest (one
// request in flight a host, delays, Crawl-delay, Retry-After, breaker, a limit for each address, since hundreds of
// portals share one platform). Pure: no I/O, no clock, no chance; the same calls give the same answers.
//
// Use: call next(now) until it gives nothing, then drain_blocked(now) where patience is set, then wait until next_at()
// or until something ends; `now` never runs backwards. Memory: 16 bytes a queued task, under 300 a host besides its
// name; hosts are never forgotten. Every operation is O(log hosts). Thread rule: confined to one thread.
class Frontier {
 public:
  explicit Frontier(FrontierOptions options);

  // The number of "https://host[:port]" (Url::origin()), given at its first mention. Equal text, equal number.
  HostId host(std::string_view origin);
  const std::string& origin(HostId host) const;

  // The manners of one host instead of the options' (its site's own `rate` and `per_host`); the patience stays. Meant
  // for a site's own hosts; where sites differ about a host they share, the last word holds.
  void set_pace(HostId host, const PacePolicy& policy);

  // `task.host` came from host(). Nothing is deduplicated: whoever pushes keeps the seen-test.
  void push(const Task& task, SteadyTime now);
  void push_later(const Task& task, SteadyTime due);

  std::optional<Dispatch> next(SteadyTime now);
  // When next() may give something again if nothing is pushed and nothing ends before; SteadyTime::max() when only that
  // can help. May be early, never late.
  SteadyTime next_at() const;
  // A dispatched kFetch or kRobots ended. `task` as it was dispatched.
  void finished(const Task& task, const FetchSummary& summary, SteadyTime now);

  // Hosts with one `address_key` (the address as text; the caller may cut IPv6 to its /64) share one limit. Empty: the
  // host has no address, or one that needs no limit. `requests_per_second` overrides the option for that address; 0
  // lifts the limit. May be called at any time, again when the address changes.
  void set_address(HostId host, std::string_view address_key, std::optional<double> requests_per_second = {});
  // Must the address be known before the host's next request?
  bool needs_address(HostId host) const;

  // Honoured up to limits::kCrawlDelayMax; gives what will be honoured, so that the caller can report a cap.
  Milliseconds set_crawl_delay(HostId host, Milliseconds delay);
  void robots_ready(HostId host);   // rules are known (or known to be unreachable): tasks may go
  void expire_robots(HostId host);  // ask again before the next task

  // While true no verdict about a link to this host may be formed (reason breaker_open).
  bool breaker_open(HostId host) const;
  // Takes back the tasks of hosts that will not be asked within the patience; probes stay. Cheap when there are none.
  std::vector<DrainedTask> drain_blocked(SteadyTime now);

  // Nothing queued, deferred, in flight or being resolved: the run is over.
  bool idle() const;
  std::size_t queued() const { return pool_.size() + deferred_.size(); }
  FrontierStats stats(SteadyTime now) const;

 private:
  static constexpr std::uint32_t kNone = 0xFFFF'FFFF;
  enum class Place : std::uint8_t { kIdle, kTimer, kReady, kAddressQueue, kResolveQueue, kResolving };
  enum class Robots : std::uint8_t { kUnknown, kAsked, kKnown };

  struct Host {
    const std::string* origin = nullptr;
    LaneQueue queue;
    Pace pace;
    Breaker breaker;
    std::uint32_t address = kNone;  // index of addresses_
    std::uint32_t next = kNone;     // in the HostList it stands in
    std::uint32_t policy = 0;       // index of policies_
    Task trial;                     // in flight while the breaker is half open
    std::uint16_t in_flight = 0;
    Place place = Place::kIdle;
    Robots robots = Robots::kKnown;
    bool address_known = false;
    bool on_trial = false;
    bool to_drain = false;  // stands in to_drain_
  };
  // First in, first out, linked through Host::next.
  struct HostList {
    HostId head = kNone;
    HostId tail = kNone;
    bool empty() const { return head == kNone; }
  };
  // Requests to one address are spaced evenly: over any time T at most 1 + T x rate begin.
  struct Address {
    Milliseconds gap{};
    SteadyTime ready_at = SteadyTime::min();
    HostList waiting;
    HostId released = kNone;  // the waiting host whose turn it is
  };
  struct Deferred {
    SteadyTime due;
    std::uint64_t order;
    Task task;
    bool operator<(const Deferred& other) const {  // std::priority_queue puts the greatest first
      return due != other.due ? due > other.due : order > other.order;
    }
  };

  void append(HostList& list, HostId id, Place place);
  HostId take(HostList& list);
  SteadyTime ready_at(const Host& host) const;
  void schedule(HostId id, SteadyTime now);
  void wake(HostId id);
  void move_due(SteadyTime now);
  void release(std::uint32_t address);
  void arm(std::uint32_t address);
  bool address_allows(HostId id, bool its_turn, SteadyTime now);
  std::optional<Dispatch> dispatch(HostId id, SteadyTime now);
  bool may_resolve_more() const;
  bool is_blocked(const Host& host, SteadyTime now) const;
  void note_blocked(HostId id, SteadyTime now);
  void settle_breaker(Host& host, const Task& task, const FetchSummary& summary, SteadyTime now);

  const PacePolicy& policy_of(const Host& host) const { return policies_[host.policy]; }

  FrontierOptions options_;
  std::vector<PacePolicy> policies_;  // the first is the options'
  TaskPool pool_;
  std::vector<Host> hosts_;
  std::vector<Address> addresses_;
  std::unordered_map<std::string, HostId> host_by_origin_;
  std::unordered_map<std::string, std::uint32_t> address_by_key_;
  HostList ready_;
  HostList resolve_queue_;  // hosts that wait for a free resolve
  TimerHeap host_timers_;
  TimerHeap address_timers_;
  std::priority_queue<Deferred> deferred_;
  std::uint64_t deferred_order_ = 0;
  std::vector<HostId> to_drain_;
  std::array<std::size_t, kLanes> queued_{};
  int in_flight_ = 0;
  int resolving_ = 0;
  FrontierStats counts_;  // only the bounds reached
};

}  // namespace xuncha
