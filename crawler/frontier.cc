#include "crawler/frontier.h"

#include <algorithm>
#include <cmath>

#include "core/check.h"

namespace xuncha {
namespace {

constexpr double kGapMillisecondsMax = 24.0 * 3600 * 1000;

Milliseconds gap_of_rate(double requests_per_second) {
  if (!(requests_per_second > 0)) return Milliseconds::zero();
  return Milliseconds(static_cast<std::int64_t>(std::min(std::ceil(1000 / requests_per_second), kGapMillisecondsMax)));
}

}  // namespace

Frontier::Frontier(FrontierOptions options) : options_(options), policies_{options.pace} {
  CHECK(options_.pace.per_host >= 1 && options_.in_flight_max >= 1 && options_.resolves_in_flight_max >= 1);
}

// --- hosts ---------------------------------------------------------------------------------------------------------

HostId Frontier::host(std::string_view origin) {
  const auto [at, is_new] = host_by_origin_.try_emplace(std::string(origin), static_cast<HostId>(hosts_.size()));
  if (is_new) {
    Host& host = hosts_.emplace_back();
    host.origin = &at->first;
    host.robots = options_.robots_first ? Robots::kUnknown : Robots::kKnown;
  }
  return at->second;
}

const std::string& Frontier::origin(HostId host) const {
  return *hosts_[host].origin;
}

void Frontier::append(HostList& list, HostId id, Place place) {
  Host& host = hosts_[id];
  host.place = place;
  host.next = kNone;
  if (list.empty()) {
    list.head = id;
  } else {
    hosts_[list.tail].next = id;
  }
  list.tail = id;
}

HostId Frontier::take(HostList& list) {
  const HostId id = list.head;
  list.head = hosts_[id].next;
  hosts_[id].place = Place::kIdle;
  return id;
}

// When the host could start its next request, its address apart; SteadyTime::max() when only an event can tell.
SteadyTime Frontier::ready_at(const Host& host) const {
  if (host.in_flight >= policy_of(host).per_host) return SteadyTime::max();
  SteadyTime at = SteadyTime::max();
  if (host.queue.has_ordinary() && host.robots != Robots::kAsked) {
    at = std::max(host.pace.ready_at(policy_of(host)), host.breaker.ready_at());
  }
  if (host.queue.has_probe()) at = std::min(at, host.pace.probe_ready_at(policy_of(host)));
  return at;
}

// Puts a host that stands in no list where its state says; in a list it is looked at when its turn comes.
void Frontier::schedule(HostId id, SteadyTime now) {
  Host& host = hosts_[id];
  if (host.place == Place::kTimer) {
    host_timers_.cancel(id);
    host.place = Place::kIdle;
  }
  if (host.place != Place::kIdle) return;
  const SteadyTime at = ready_at(host);
  if (at == SteadyTime::max()) return;
  if (at <= now) {
    append(ready_, id, Place::kReady);
  } else {
    host_timers_.set(id, at);
    host.place = Place::kTimer;
  }
}

// For events that carry no time: next() looks at the host and schedules it.
void Frontier::wake(HostId id) {
  Host& host = hosts_[id];
  if (host.queue.empty() || (host.place != Place::kIdle && host.place != Place::kTimer)) return;
  host_timers_.cancel(id);
  append(ready_, id, Place::kReady);
}

void Frontier::set_pace(HostId id, const PacePolicy& policy) {
  CHECK(id < hosts_.size() && policy.per_host >= 1);
  PacePolicy wanted = policy;
  wanted.patience = options_.pace.patience;
  const auto known = std::find(policies_.begin(), policies_.end(), wanted);
  const auto index = static_cast<std::uint32_t>(known - policies_.begin());
  if (known == policies_.end()) policies_.push_back(wanted);
  if (index == hosts_[id].policy) return;
  const bool was_unlimited = policy_of(hosts_[id]).unlimited;
  hosts_[id].policy = index;
  if (wanted.unlimited) {
    set_address(id, {});
  } else if (was_unlimited) {
    hosts_[id].address_known = false;
  }
  wake(id);
}

// --- tasks ---------------------------------------------------------------------------------------------------------

void Frontier::push(const Task& task, SteadyTime now) {
  CHECK(task.host < hosts_.size());
  Host& host = hosts_[task.host];
  const bool is_probe = task.lane == Lane::kProbe;
  const bool known = is_probe ? host.queue.has_probe() : host.queue.has_ordinary();
  host.queue.push(pool_, task, now);
  ++queued_[static_cast<std::size_t>(task.lane)];
  if (!known) schedule(task.host, now);
  if (!is_probe) note_blocked(task.host, now);
}

void Frontier::push_later(const Task& task, SteadyTime due) {
  CHECK(task.host < hosts_.size());
  deferred_.push({due, deferred_order_++, task});
}

void Frontier::move_due(SteadyTime now) {
  while (!deferred_.empty() && deferred_.top().due <= now) {
    const Deferred deferred = deferred_.top();
    deferred_.pop();
    push(deferred.task, deferred.due);
  }
  while (!host_timers_.empty() && host_timers_.first_at() <= now) {
    append(ready_, host_timers_.take_first(), Place::kReady);
  }
  while (!address_timers_.empty() && address_timers_.first_at() <= now) release(address_timers_.take_first());
}

std::optional<Dispatch> Frontier::next(SteadyTime now) {
  if (in_flight_ >= options_.in_flight_max) return std::nullopt;
  for (;;) {
    move_due(now);
    if (ready_.empty() && may_resolve_more()) append(ready_, take(resolve_queue_), Place::kReady);
    if (ready_.empty()) return std::nullopt;
    if (auto found = dispatch(take(ready_), now)) return found;
  }
}

bool Frontier::may_resolve_more() const {
  return !resolve_queue_.empty() && resolving_ < options_.resolves_in_flight_max;
}

SteadyTime Frontier::next_at() const {
  if (in_flight_ >= options_.in_flight_max) return SteadyTime::max();
  if (!ready_.empty() || may_resolve_more()) return SteadyTime::min();
  SteadyTime at = SteadyTime::max();
  if (!host_timers_.empty()) at = std::min(at, host_timers_.first_at());
  if (!address_timers_.empty()) at = std::min(at, address_timers_.first_at());
  if (!deferred_.empty()) at = std::min(at, deferred_.top().due);
  return at;
}

// The host's turn has come: what it may do, or nothing and the place where it waits.
std::optional<Dispatch> Frontier::dispatch(HostId id, SteadyTime now) {
  Host& host = hosts_[id];
  Address* address = host.address == kNone ? nullptr : &addresses_[host.address];
  const bool its_turn = address != nullptr && address->released == id;
  if (its_turn) address->released = kNone;
  if (ready_at(host) > now) {
    if (its_turn) arm(host.address);
    schedule(id, now);
    return std::nullopt;
  }
  if (needs_address(id)) {
    if (resolving_ >= options_.resolves_in_flight_max) {
      append(resolve_queue_, id, Place::kResolveQueue);
      return std::nullopt;
    }
    ++resolving_;
    host.place = Place::kResolving;
    return Dispatch{Dispatch::Kind::kResolve, Task{.host = id}};
  }
  if (address != nullptr && !address_allows(id, its_turn, now)) return std::nullopt;

  Dispatch found;
  if (host.queue.has_probe() && host.pace.probe_ready_at(policy_of(host)) <= now) {
    found.task = *host.queue.pop_probe(pool_, id);
  } else if (host.robots == Robots::kUnknown) {
    host.robots = Robots::kAsked;
    found = {Dispatch::Kind::kRobots, Task{.host = id, .lane = Lane::kHome}};
  } else {
    found.task = *host.queue.pop_ordinary(pool_, id);
  }
  if (found.kind == Dispatch::Kind::kFetch) --queued_[static_cast<std::size_t>(found.task.lane)];
  if (found.task.lane != Lane::kProbe && host.breaker.begin()) {
    host.on_trial = true;
    host.trial = found.task;
  }
  host.pace.started(now);
  ++host.in_flight;
  ++in_flight_;
  schedule(id, now);
  return found;
}

// --- results -------------------------------------------------------------------------------------------------------

void Frontier::settle_breaker(Host& host, const Task& task, const FetchSummary& summary, SteadyTime now) {
  const bool was_trial = host.on_trial && host.trial == task;
  if (was_trial) host.on_trial = false;
  switch (summary.exchange) {
    case Exchange::kAnswered:
      host.breaker.answered();
      return;
    case Exchange::kFailed:
      if (host.breaker.failed(was_trial, now)) ++counts_.breaker_openings;
      return;
    case Exchange::kFlawed:
      if (was_trial) host.breaker.answered();
      return;
    case Exchange::kNothingSent:
      if (was_trial) host.breaker.abandon_trial();
      return;
  }
}

void Frontier::finished(const Task& task, const FetchSummary& summary, SteadyTime now) {
  CHECK(task.host < hosts_.size());
  Host& host = hosts_[task.host];
  CHECK(host.in_flight > 0);
  --host.in_flight;
  --in_flight_;
  const Pace::Pushback pushback = host.pace.finished(policy_of(host), summary, now);
  if (pushback == Pace::Pushback::kRetryAfter) ++counts_.retry_after_pauses;
  if (pushback == Pace::Pushback::kUnasked) ++counts_.unasked_pauses;
  settle_breaker(host, task, summary, now);
  schedule(task.host, now);
  note_blocked(task.host, now);
}

// --- addresses -----------------------------------------------------------------------------------------------------

bool Frontier::needs_address(HostId host) const {
  return !policy_of(hosts_[host]).unlimited && !hosts_[host].address_known;
}

void Frontier::set_address(HostId id, std::string_view address_key, std::optional<double> requests_per_second) {
  CHECK(id < hosts_.size());
  Host& host = hosts_[id];
  const std::uint32_t old = host.address;
  host.address = kNone;
  if (!address_key.empty() && !policy_of(host).unlimited) {
    const auto [at, is_new] =
        address_by_key_.try_emplace(std::string(address_key), static_cast<std::uint32_t>(addresses_.size()));
    if (is_new) addresses_.emplace_back().gap = gap_of_rate(options_.address_requests_per_second);
    // Who asks for more of one host than an address may have means that address.
    if (policy_of(host).fixed_gap > Milliseconds::zero()) {
      addresses_[at->second].gap = std::min(addresses_[at->second].gap, policy_of(host).fixed_gap);
    }
    if (requests_per_second) addresses_[at->second].gap = gap_of_rate(*requests_per_second);
    host.address = at->second;
  }
  if (old != kNone && old != host.address && addresses_[old].released == id) {
    addresses_[old].released = kNone;
    arm(old);
  }
  host.address_known = true;
  if (host.place != Place::kResolving) return;
  --resolving_;
  host.place = Place::kIdle;
  wake(id);
}

// May the host's address be asked now? If so the request is counted; else the host waits its turn there.
bool Frontier::address_allows(HostId id, bool its_turn, SteadyTime now) {
  const std::uint32_t index = hosts_[id].address;
  Address& address = addresses_[index];
  const bool others_first = !its_turn && (!address.waiting.empty() || address.released != kNone);
  if (others_first || now < address.ready_at) {
    append(address.waiting, id, Place::kAddressQueue);
    arm(index);
    ++counts_.address_waits;
    return false;
  }
  address.ready_at = now + address.gap;
  arm(index);
  return true;
}

void Frontier::arm(std::uint32_t index) {
  const Address& address = addresses_[index];
  if (!address.waiting.empty() && address.released == kNone) address_timers_.set(index, address.ready_at);
}

// The address may be asked again: the host that has waited longest has its turn.
void Frontier::release(std::uint32_t index) {
  Address& address = addresses_[index];
  while (!address.waiting.empty()) {
    const HostId id = take(address.waiting);
    append(ready_, id, Place::kReady);
    if (hosts_[id].address != index) continue;  // it has moved to another address meanwhile
    address.released = id;
    return;
  }
}

// --- robots, blocks ------------------------------------------------------------------------------------------------

Milliseconds Frontier::set_crawl_delay(HostId host, Milliseconds delay) {
  CHECK(host < hosts_.size());
  if (delay > limits::kCrawlDelayMax) ++counts_.crawl_delays_capped;
  const Milliseconds honoured = hosts_[host].pace.set_crawl_delay(delay);
  wake(host);
  return honoured;
}

void Frontier::robots_ready(HostId host) {
  CHECK(host < hosts_.size());
  hosts_[host].robots = Robots::kKnown;
  wake(host);
}

void Frontier::expire_robots(HostId host) {
  CHECK(host < hosts_.size());
  if (hosts_[host].robots == Robots::kKnown) hosts_[host].robots = Robots::kUnknown;
}

bool Frontier::breaker_open(HostId host) const {
  return hosts_[host].breaker.is_open();
}

bool Frontier::is_blocked(const Host& host, SteadyTime now) const {
  return host.breaker.outlasts(options_.pace.patience, now) || host.pace.pause_outlasts(policy_of(host), now);
}

void Frontier::note_blocked(HostId id, SteadyTime now) {
  Host& host = hosts_[id];
  if (options_.pace.patience == Milliseconds::max() || host.to_drain || !host.queue.has_ordinary()) return;
  if (!is_blocked(host, now)) return;
  host.to_drain = true;
  to_drain_.push_back(id);
}

std::vector<DrainedTask> Frontier::drain_blocked(SteadyTime now) {
  std::vector<DrainedTask> drained;
  for (const HostId id : to_drain_) {
    Host& host = hosts_[id];
    host.to_drain = false;
    if (!is_blocked(host, now)) continue;
    const auto why = host.breaker.is_open() ? DrainedTask::Why::kBreakerOpen : DrainedTask::Why::kPushback;
    while (auto task = host.queue.pop_ordinary(pool_, id)) {
      --queued_[static_cast<std::size_t>(task->lane)];
      drained.push_back({*task, why});
    }
    schedule(id, now);
  }
  to_drain_.clear();
  counts_.drained += drained.size();
  return drained;
}

// --- statistics ----------------------------------------------------------------------------------------------------

bool Frontier::idle() const {
  return queued() == 0 && in_flight_ == 0 && resolving_ == 0;
}

FrontierStats Frontier::stats(SteadyTime now) const {
  FrontierStats stats = counts_;
  stats.queued = queued_;
  for (const Host& host : hosts_) host.queue.note_ages(pool_, now, stats.coverage_debt);
  stats.deferred = deferred_.size();
  stats.in_flight = static_cast<std::size_t>(in_flight_);
  stats.resolving = static_cast<std::size_t>(resolving_);
  stats.hosts = hosts_.size();
  stats.addresses = addresses_.size();
  return stats;
}

}  // namespace xuncha
