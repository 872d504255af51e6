#pragma once

#include <cstdint>
#include <functional>
#include <queue>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/fetch.h"
#include "tests/simulation/faults_found.h"
#include "tests/simulation/sim_clock.h"
#include "tests/simulation/world.h"

namespace xuncha::simulation {

// The fetching seam: asks the world, answers after the host's latency, and watches the manners of every request. What
// it holds the product to is what crawler/pace.h and crawler/frontier.h promise, as far as it shows from outside:
// at most `per_host` in flight, the delay after each request, Crawl-delay, Retry-After, robots.txt, 5 requests a second
// to an address. Thread rule: confined to one thread.
class SimFetcher final : public Fetcher {
 public:
  SimFetcher(World& world, SimClock& clock, FaultsFound& faults) : world_(world), clock_(clock), faults_(faults) {}

  void fetch(FetchRequest request, Handler handler) override;
  void locate(const Url& url, LocateHandler handler) override;

  // Gives the answers that are due. True when there was one.
  bool deliver();
  Moment next_at() const { return due_.empty() ? kNever : due_.top().at; }
  std::uint64_t requests() const { return requests_; }
  std::size_t in_flight() const { return due_.size(); }
  // The process is gone: answers under way never come, and the next one knows nothing.
  void forget_process();

 private:
  struct Due {
    Moment at{};
    std::uint64_t order = 0;
    mutable std::function<void()> call;
    bool operator<(const Due& other) const { return at != other.at ? at > other.at : order > other.order; }
  };
  // What this process did at one host.
  struct Manners {
    int in_flight = 0;
    Moment last_start = Moment::min();
    Moment last_end = Moment::min();
    Milliseconds latency_min = Milliseconds::max();
    Milliseconds crawl_delay{};  // once robots.txt was read
    Moment paused_until = Moment::min();
    std::string address;  // as it was looked up, or of its last request
    bool is_failing = false;
    Moment recovered = kNever;  // when it answered again
    enum class Robots : std::uint8_t { kNotAsked, kUnreachable, kNone, kRules } robots = Robots::kNotAsked;
    Moment robots_at{};  // when it answered for them
  };

  void look_at_manners(const FetchRequest& request, const Host& host);
  void look_at_robots(const FetchRequest& request, const Host& host);
  void ended(const std::string& origin, const FetchRequest& request, const FetchOutcome& outcome);
  const SiteConfig* owner_of(const Host& host) const;
  void fault(const std::string& what, const FetchRequest& request);

  World& world_;
  SimClock& clock_;
  FaultsFound& faults_;
  std::priority_queue<Due> due_;
  std::uint64_t order_ = 0;
  std::uint64_t requests_ = 0;
  std::unordered_map<std::string, Manners> manners_;        // by origin
  std::unordered_map<std::string, Moment> address_starts_;  // by address
};

}  // namespace xuncha::simulation
