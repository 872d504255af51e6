#include "tests/simulation/sim_fetcher.h"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace xuncha::simulation {
namespace {

using std::chrono::seconds;

constexpr Milliseconds kGapMin = seconds(1);
constexpr Milliseconds kGapMax = seconds(30);
constexpr Milliseconds kCrawlDelayMax = seconds(60);
constexpr Milliseconds kAddressGap = Milliseconds(200);  // 5 requests a second
// So long after a host is back it is still asked by probes: those that waited behind the one that was answered.
constexpr Milliseconds kProbedFor = std::chrono::minutes(10);

}  // namespace

void SimFetcher::fault(const std::string& what, const FetchRequest& request) {
  faults_.add("manners", what + " " + request.url.href());
}

const SiteConfig* SimFetcher::owner_of(const Host& host) const {
  return host.site ? &world_.configuration().sites[*host.site] : nullptr;
}

void SimFetcher::look_at_manners(const FetchRequest& request, const Host& host) {
  const Moment now = clock_.now();
  Manners& seen = manners_[host.origin];
  const SiteConfig* const owner = owner_of(host);
  const int per_host = owner != nullptr ? static_cast<int>(owner->per_host) : 1;
  // The availability of a site is asked by a probe, which only the shortest gap holds back.
  // So is a host that could not be reached, and one whose answer shows that our own network is well.
  const bool is_probed = seen.is_failing || (seen.recovered != kNever && now - seen.recovered < kProbedFor);
  const bool may_be_robots = is_probed || world_.options().probes;
  const bool may_be_probe =
      (owner != nullptr && request.url.path() == "/") || (may_be_robots && request.url.path() == "/robots.txt");

  if (seen.in_flight >= per_host) fault("a request too many in flight", request);
  Milliseconds gap = kGapMin;
  if (!may_be_probe && seen.latency_min != Milliseconds::max()) {
    gap = std::clamp(4 * seen.latency_min, kGapMin, kGapMax);
  }
  gap /= per_host;
  if (owner != nullptr && owner->rate && !may_be_probe) {
    gap = Milliseconds(static_cast<std::int64_t>(1000 / *owner->rate));
    if (seen.last_start != Moment::min() && now - seen.last_start < gap) fault("faster than its rate", request);
  } else if (owner == nullptr || !owner->rate) {
    if (per_host == 1 && seen.last_end != Moment::min() && now - seen.last_end < gap) {
      fault("only " + std::to_string((now - seen.last_end).count()) + " ms after the last request", request);
    }
    if (per_host > 1 && seen.last_start != Moment::min() && now - seen.last_start < gap) {
      fault("only " + std::to_string((now - seen.last_start).count()) + " ms after the last start", request);
    }
  }
  const Milliseconds crawl_delay = std::min(seen.crawl_delay, kCrawlDelayMax);
  if (!may_be_probe && seen.last_end != Moment::min() && now - seen.last_end < crawl_delay && per_host == 1) {
    fault("against Crawl-delay", request);
  }
  if (!may_be_probe && now < seen.paused_until) fault("against Retry-After", request);

  const std::string address = format_address(host.address_at(now));
  const auto last = address_starts_.find(address);
  // Where a host is that was not found, or has moved, its first request has to show.
  const bool is_known = seen.address == address;
  if (is_known && last != address_starts_.end() && now - last->second < kAddressGap) {
    fault("only " + std::to_string((now - last->second).count()) + " ms after another request to " + address, request);
  }
}

void SimFetcher::look_at_robots(const FetchRequest& request, const Host& host) {
  const std::string_view path = request.url.path();
  if (host.disallowed.empty() || path == "/robots.txt") return;
  const bool is_home = host.site && path == "/";
  if (is_home || !path.starts_with(host.disallowed)) return;
  const Manners& seen = manners_[host.origin];
  if (seen.robots == Manners::Robots::kNone) return;  // it said that it has none: RFC 9309 2.3.1.3
  // Who cannot be reached cannot forbid either, but neither is he disturbed.
  if (seen.robots == Manners::Robots::kUnreachable && !world_.reaches(host, clock_.now())) return;
  fault("against robots.txt", request);
}

void SimFetcher::fetch(FetchRequest request, Handler handler) {
  ++requests_;
  const std::string origin = request.url.origin();
  const Moment now = clock_.now();
  if (const Host* const host = world_.host_of(origin)) {
    look_at_manners(request, *host);
    look_at_robots(request, *host);
  }
  Manners& seen = manners_[origin];
  ++seen.in_flight;
  FetchOutcome outcome = world_.answer(request, now, clock_.wall());
  const std::string& trace = world_.options().trace;
  if (!trace.empty() && request.url.href().find(trace) != std::string::npos) {
    const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(now).count();
    std::printf("  %dh%dm asked %s: %s %d\n", static_cast<int>(minutes / 60), static_cast<int>(minutes % 60),
                request.url.href().c_str(), std::string(transport_error_name(outcome.error)).c_str(), outcome.status);
  }
  if (outcome.attempt.phase != Phase::kDns) {  // else nobody was asked
    seen.last_start = now;
    const bool was_known = seen.address == format_address(*outcome.attempt.address);
    seen.address = format_address(*outcome.attempt.address);
    if (was_known) address_starts_[seen.address] = now;
  }
  const auto takes = Milliseconds(static_cast<std::int64_t>(outcome.attempt.seconds * 1000));
  due_.push({now + std::max(takes, Milliseconds(1)), order_++,
             [this, origin, request = std::move(request), handler = std::move(handler),
              outcome = std::move(outcome)]() mutable {
               ended(origin, request, outcome);
               handler(std::move(outcome));
             }});
}

void SimFetcher::ended(const std::string& origin, const FetchRequest& request, const FetchOutcome& outcome) {
  Manners& seen = manners_[origin];
  --seen.in_flight;
  if (request.fetch_class == FetchClass::kRobots && request.url.path() == "/robots.txt") {
    const bool is_answer = outcome.error == TransportError::kNone;
    if (is_answer) seen.robots = outcome.status == 200 ? Manners::Robots::kRules : Manners::Robots::kNone;
    if (is_answer) seen.robots_at = clock_.now();
    // Who has said that there is none has said so for a day.
    const bool still_none =
        seen.robots == Manners::Robots::kNone && clock_.now() - seen.robots_at < std::chrono::hours(24);
    if (!is_answer && !still_none) seen.robots = Manners::Robots::kUnreachable;
  }
  const bool has_failed = outcome.error != TransportError::kNone;
  if (seen.is_failing && !has_failed) seen.recovered = clock_.now();
  seen.is_failing = has_failed;
  if (outcome.attempt.phase == Phase::kDns) return;
  seen.last_end = clock_.now();
  seen.latency_min =
      std::min(seen.latency_min, Milliseconds(static_cast<std::int64_t>(outcome.attempt.seconds * 1000)));
  const Host* const host = world_.host_of(origin);
  if (host != nullptr && outcome.status == 200 && request.fetch_class == FetchClass::kRobots) {
    seen.crawl_delay = host->crawl_delay;
  }
  if (const std::string_view wait = outcome.header("retry-after"); !wait.empty()) {
    seen.paused_until = std::max(seen.paused_until, clock_.now() + seconds(std::stoi(std::string(wait))));
  }
}

void SimFetcher::locate(const Url& url, LocateHandler handler) {
  const Host* const host = world_.host_of(url.origin());
  std::string address = host == nullptr ? std::string() : format_address(host->address_at(clock_.now()));
  if (host != nullptr && !world_.resolves(*host, clock_.now())) address.clear();
  if (!address.empty()) manners_[host->origin].address = address;
  due_.push({clock_.now() + Milliseconds(1), order_++,
             [handler = std::move(handler), address = std::move(address)] { handler(address); }});
}

bool SimFetcher::deliver() {
  bool delivered = false;
  while (!due_.empty() && due_.top().at <= clock_.now()) {
    const std::function<void()> call = std::move(due_.top().call);
    due_.pop();
    call();
    delivered = true;
  }
  return delivered;
}

void SimFetcher::forget_process() {
  due_ = {};
  manners_.clear();
  address_starts_.clear();
}

}  // namespace xuncha::simulation
