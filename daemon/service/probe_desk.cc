#include "daemon/service/probe_desk.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "core/digest.h"
#include "core/limits.h"
#include "crawler/pace.h"
#include "daemon/log.h"
#include "daemon/patrol/polite_fetcher.h"
#include "daemon/patrol/shard_setup.h"
#include "daemon/service/round_options.h"

namespace xuncha {
namespace {

constexpr Milliseconds kRepeatMin = std::chrono::seconds(20);  // after a failed visit: the pair tells an outage
constexpr Milliseconds kRepeatMax = std::chrono::seconds(40);
constexpr int kRepeatShare = 3;  // of an interval, at most
constexpr Milliseconds kFlushInterval = std::chrono::seconds(10);
constexpr Milliseconds kJudgeInterval = std::chrono::minutes(15);  // of a site that is well
constexpr std::size_t kFewSites = 200;                             // are judged at each visit
constexpr std::uint32_t kRestMax = 11;  // an hour at the usual interval: whoever turns us away is asked as seldom
constexpr double kClearlyUnder = 0.8;   // of the rule's share: a site about the line is told of once
constexpr std::size_t kControlsMax = 3;
constexpr std::size_t kControlBytesMax = 4096;  // that there is an answer is enough
constexpr std::size_t kAttemptsTold = 4;        // the visits of two failed pairs

std::string percent(double share) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f%%", share * 100);
  return text;
}

}  // namespace

struct ProbeDesk::Slot {
  Slot(Site& of, Family over, ProbeSchedule::Id number, ProbeLog& log);

  Site& site;
  Family family;
  ProbeSchedule::Id id;
  ProbeBook book;
  HomeWatch watch;
  Milliseconds interval{};
  bool is_busy = false;  // from a visit's begin until it, and its repeat, are settled
  bool is_dirty = false;
  bool has_no_address = false;  // of this family, when last asked
  bool is_repeating = false;
  bool was_void = false;              // the last visit was spoilt by our own network
  bool is_untold = false;             // no anchor speaks for the first of a pair: others must, until it is settled
  SteadyTime began{};                 // the first of a pair
  std::uint64_t network = 0;          // where it was last reached
  ProbeOutcome under_proof;           // what waits for the word on our own network
  std::optional<ProbeOutcome> first;  // failed, and waits for its repeat
  std::vector<Attempt> attempts;      // of the last failed pairs
  ProbeCounts counts;
  bool was_seen = false;
  std::uint32_t rest = 0;  // turns left out after the host turned us away: 1, 3, 7, kRestMax
  std::uint32_t rests_left = 0;
  std::optional<ProbeBook::Verdict> verdict;
  WallTime judged_at{};
};

struct ProbeDesk::Site {
  SiteConfig config;
  SiteHandle handle;
  std::unique_ptr<PoliteFetcher> fetcher;
  std::shared_ptr<const AddressPolicy> policy;
  std::optional<PacePolicy> pace;
  std::array<std::unique_ptr<Slot>, kProbeFamilies> slots;
  bool is_over_share = false;
  std::optional<bool> told_over;  // what was last told of the share, by this process
  WallTime told_share_at{};
  ProbeStatusPointer status;
  // Held weakly by what may come late.
  std::shared_ptr<const bool> alive = std::make_shared<const bool>(true);
};

ProbeDesk::Slot::Slot(Site& of, Family over, ProbeSchedule::Id number, ProbeLog& log)
    : site(of), family(over), id(number), book(log, of.handle, over), watch(Milliseconds(1)) {}

ProbeDesk::ProbeDesk(RequestPump& pump, Store& store, const Clock& clock, ProbeDeskOptions options)
    : pump_(pump),
      clock_(clock),
      options_(std::move(options)),
      store_(store),
      log_(store),
      schedule_(options_.seed),
      durations_{probe_histogram(), probe_histogram()} {}

ProbeDesk::~ProbeDesk() = default;

Status ProbeDesk::configure(std::shared_ptr<const Configuration> configuration) {
  configuration_ = std::move(configuration);
  const Thresholds& thresholds = configuration_->rules.thresholds;
  rule_ = AvailabilityRule{};
  rule_.slow = thresholds.unreachable_slow;
  rule_.share = thresholds.unreachable_share;
  rule_.window = std::chrono::ceil<std::chrono::hours>(thresholds.unreachable_window);
  flush();
  std::map<std::string, std::unique_ptr<Site>> kept;
  for (const SiteConfig& config : configuration_->sites) {
    const auto known = sites_.find(config.id);
    if (known == sites_.end() || known->second->config.home != config.home) continue;
    set_options(*known->second, config);
    kept.insert(sites_.extract(known));
  }
  for (auto& [id, gone] : sites_) {
    for (const auto& slot : gone->slots) {
      std::erase(dirty_, slot.get());
      schedule_.remove(slot->id);
      repeats_.cancel(slot->id);
      slots_[slot->id] = nullptr;
      free_slots_.push_back(slot->id);
    }
  }
  sites_ = std::move(kept);
  for (const SiteConfig& config : configuration_->sites) {
    if (sites_.count(config.id) > 0) continue;
    take_in(config);
    if (store_error_) return *store_error_;
  }
  return Done{};
}

void ProbeDesk::take_in(const SiteConfig& config) {
  const auto handle = store_.site(config.id);
  if (!handle) return fail(handle.error());
  auto site = std::make_unique<Site>();
  site->handle = handle.value();
  site->fetcher = std::make_unique<PoliteFetcher>(pump_, clock_);
  for (std::size_t index = 0; index < kProbeFamilies; ++index) {
    ProbeSchedule::Id id = static_cast<ProbeSchedule::Id>(slots_.size());
    if (free_slots_.empty()) {
      slots_.push_back(nullptr);
    } else {
      id = free_slots_.back();
      free_slots_.pop_back();
    }
    const Family family = index == 0 ? Family::kIpv4 : Family::kIpv6;
    site->slots[index] = std::make_unique<Slot>(*site, family, id, log_);
    slots_[id] = site->slots[index].get();
  }
  set_options(*site, config);
  show(*site);
  sites_.emplace(config.id, std::move(site));
}

void ProbeDesk::set_options(Site& site, const SiteConfig& config) {
  site.config = config;
  const PatrolOptions options = round_options(config, configuration_->rules);
  site.policy = options.policy;
  site.pace = options.pace;
  site.fetcher->set_policy(site.policy);
  for (const auto& slot : site.slots) {
    const RevisitClass visits = slot->family == Family::kIpv4 ? RevisitClass::kProbeIpv4 : RevisitClass::kProbeIpv6;
    slot->interval = config.intervals[visits].start;
    slot->watch.set_interval(slot->interval);
    schedule_.add(slot->id, slot->interval, clock_.steady());
  }
}

ProbeDesk::Slot* ProbeDesk::slot_of(ProbeSchedule::Id id) {
  return id < slots_.size() ? slots_[id] : nullptr;
}

// --- visits -------------------------------------------------------------------------------------------------------

// Our own IPv6 must be proven, or at least nothing speak against it.
bool ProbeDesk::may_ask(const Slot& slot) const {
  if (slot.family == Family::kIpv4) return true;
  if (options_.names == nullptr) return false;
  const std::optional<bool> up = options_.own_up ? options_.own_up(Family::kIpv6) : std::nullopt;
  return up.value_or(speaks_ipv6(slot.site.config.allow_cidr));
}

void ProbeDesk::begin(Slot& slot, bool is_repeat) {
  slot.is_busy = true;
  slot.is_repeating = is_repeat;
  if (!is_repeat) slot.began = clock_.steady();
  ProbePlace place{.fetcher = *slot.site.fetcher,
                   .frontier = pump_.frontier(),
                   .clock = clock_,
                   .names = options_.names,
                   .phases = options_.phases,
                   .policy = slot.site.policy,
                   .pace = slot.site.pace,
                   .slow = rule_.slow,
                   .alive = slot.site.alive};
  visit_home(std::move(place), slot.site.config.home, slot.family,
             [this, &slot](ProbeOutcome outcome) { seen(slot, std::move(outcome)); });
}

void ProbeDesk::seen(Slot& slot, ProbeOutcome outcome) {
  if (outcome.kind == ProbeOutcome::Kind::kNotAsked) {
    slot.is_busy = false;
    slot.first.reset();
    return;
  }
  if (outcome.kind == ProbeOutcome::Kind::kNoAddress) return no_address(slot);
  slot.has_no_address = false;
  ProbeSample& sample = outcome.sample;
  sample.is_repeat = slot.is_repeating;
  if (outcome.attempt.address) slot.network = network_of(*outcome.attempt.address);
  if (sample.result != ProbeResult::kUncounted) {
    durations_[slot.family == Family::kIpv6 ? 1 : 0].observe(outcome.attempt.seconds);
    witness_.note(slot.id, slot.family, slot.network, sample.result == ProbeResult::kOpen, clock_.steady());
  }
  slot.under_proof = std::move(outcome);
  if (!slot.under_proof.needs_proof) return proven(slot, true);
  prove(slot, [this, &slot](bool is_proven) { proven(slot, is_proven); });
}

// Not one address of either family: nobody reaches that site. Of one family alone it is no visit.
void ProbeDesk::no_address(Slot& slot) {
  slot.has_no_address = true;
  slot.is_busy = false;
  const Slot& other = *slot.site.slots[slot.family == Family::kIpv4 ? 1 : 0];
  const bool is_nowhere = slot.family == Family::kIpv4 && other.has_no_address;
  if (!is_nowhere) {
    slot.first.reset();
    return;
  }
  ProbeOutcome outcome;
  outcome.sample = {.at = clock_.wall(),
                    .result = ProbeResult::kNotOpen,
                    .phase = Phase::kDns,
                    .is_repeat = slot.is_repeating,
                    .reason = {ReasonCode::kDnsFailure, 0}};
  outcome.attempt.at = outcome.sample.at;
  outcome.attempt.phase = Phase::kDns;
  outcome.attempt.family = slot.family;
  outcome.attempt.error = std::string(transport_error_name(TransportError::kDnsNoAddress));
  slot.is_busy = true;
  slot.under_proof = std::move(outcome);
  prove(slot, [this, &slot](bool is_proven) { proven(slot, is_proven); });
}

// Does our own network reach others over this family? The anchors tell; else a site that opened since the first visit
// of the pair, which has time until its repeat; else a host elsewhere that answered some patrol before, asked now.
void ProbeDesk::prove(Slot& slot, const std::function<void(bool)>& then) {
  slot.is_untold = false;
  const auto by_others = [this, &slot, then] {
    slot.is_untold = true;
    if (!slot.is_repeating) return then(true);
    if (witness_.opened_elsewhere(slot.family, slot.network, slot.began)) return then(true);
    ask_control(slot, 0, then);
  };
  if (options_.network == nullptr) return by_others();
  options_.network->ask(slot.family, [alive = std::weak_ptr(slot.site.alive), by_others, then](NetworkState state) {
    if (alive.expired()) return;
    if (state == NetworkState::kUntold) return by_others();
    then(state == NetworkState::kWell);
  });
}

void ProbeDesk::ask_control(Slot& slot, std::size_t next, const std::function<void(bool)>& then) {
  const std::string own = registrable_domain(slot.site.config.home.host());
  std::optional<Url> control;
  if (options_.memory != nullptr) {
    const auto& known = options_.memory->answered_elsewhere();
    for (; next < std::min(known.size(), kControlsMax) && !control; ++next) {
      const UrlParse url = parse_url(known[next] + "/robots.txt");  // which no robots.txt forbids
      if (url.url && (own.empty() || registrable_domain(url.url->host()) != own)) control = url.url;
    }
  }
  if (!control) return then(false);
  FetchRequest request;
  request.url = *control;
  request.fetch_class = FetchClass::kRobots;
  request.family = slot.family;
  request.body_bytes_max = kControlBytesMax;
  const HostId host = pump_.frontier().host(control->origin());
  slot.site.fetcher->ask(host, Lane::kProbe, std::move(request),
                         [this, &slot, next, then, alive = std::weak_ptr(slot.site.alive)](const FetchOutcome& answer) {
                           if (alive.expired()) return;
                           if (answer.error == TransportError::kNone) return then(true);
                           ask_control(slot, next, then);
                         });
}

void ProbeDesk::proven(Slot& slot, bool is_proven) {
  ProbeOutcome outcome = std::move(slot.under_proof);
  ProbeSample& sample = outcome.sample;
  if (!is_proven) {
    sample.result = ProbeResult::kUncounted;
    sample.why = ProbeVoid::kOwnNetwork;
  }
  if (slot.first) {
    ProbeOutcome first = std::move(*slot.first);
    slot.first.reset();
    slot.is_busy = false;
    return settle_pair(slot, std::move(first), std::move(outcome));
  }
  if (sample.result == ProbeResult::kNotOpen) {
    const std::uint64_t dice = hash64(slot.site.config.id) ^ options_.seed ^ ++repeats_begun_;
    const Milliseconds range = kRepeatMax - kRepeatMin;
    const Milliseconds wait = kRepeatMin + Milliseconds((dice * 0x9E37'79B9'7F4A'7C15 >> 33) % range.count());
    slot.first = std::move(outcome);
    repeats_.set(slot.id, clock_.steady() + std::min(wait, slot.interval / kRepeatShare));
    return;
  }
  slot.is_busy = false;
  const WallTime at = sample.at;
  const bool is_open = sample.result == ProbeResult::kOpen;
  slot.was_void = !is_proven;
  keep(slot, std::move(outcome));
  if (is_open) opened(slot, at);
}

void ProbeDesk::settle_pair(Slot& slot, ProbeOutcome first, ProbeOutcome repeat) {
  const auto make_void = [](ProbeOutcome& outcome) {
    outcome.sample.result = ProbeResult::kUncounted;
    outcome.sample.why = ProbeVoid::kOwnNetwork;
  };
  const bool failed_again = repeat.sample.result == ProbeResult::kNotOpen;
  const bool is_well = options_.own_up && options_.own_up(slot.family).value_or(false);
  const Milliseconds ago = clock_.wall() - first.sample.at;
  const bool is_crowd = first.needs_proof && witness_.is_crowd(slot.family, clock_.steady() - ago);
  const bool is_unproven = std::exchange(slot.is_untold, false) && first.needs_proof && !failed_again &&
                           !witness_.opened_elsewhere(slot.family, slot.network, slot.began);
  const bool is_own = repeat.sample.why == ProbeVoid::kOwnNetwork || is_unproven;
  // Many failed at one time. Anchors that answer while this site fails a second time speak for us, nothing else.
  if (is_own || (is_crowd && !(failed_again && is_well))) {
    make_void(first);
    if (failed_again) make_void(repeat);
  }
  const bool is_pair = first.sample.result == ProbeResult::kNotOpen && repeat.sample.result == ProbeResult::kNotOpen;
  const bool is_open = repeat.sample.result == ProbeResult::kOpen;
  const WallTime at = repeat.sample.at;
  keep(slot, first);
  keep(slot, repeat);
  // Silence that follows an outage of ours, and a control that answers since, may be that outage's end.
  const bool is_its_end = std::exchange(slot.was_void, is_own) && first.needs_proof && !is_well && !slot.watch.holds();
  if (is_pair && !is_its_end) failed_twice(slot, first, repeat);
  if (is_open) opened(slot, at);
}

// --- what was seen ------------------------------------------------------------------------------------------------

void ProbeDesk::keep(Slot& slot, ProbeOutcome outcome) {
  ProbeSample& sample = outcome.sample;
  if (slot.site.config.in_maintenance(sample.at)) {
    sample.result = ProbeResult::kUncounted;
    sample.why = ProbeVoid::kMaintenance;
  }
  slot.was_seen = true;
  slot.rest = sample.why == ProbeVoid::kTurnedAway ? std::min(2 * slot.rest + 1, kRestMax) : 0;
  slot.rests_left = slot.rest;
  if (!sample.is_repeat && sample.result != ProbeResult::kUncounted) {
    const bool failed = sample.result == ProbeResult::kNotOpen;
    const bool slow = sample.reason.code == ReasonCode::kNone || sample.reason.code == ReasonCode::kTimeout;
    ++slot.counts.visits;
    if (failed) ++slot.counts.failures;
    if (failed && slow) ++slot.counts.slow;
  }
  if (const Status added = slot.book.add(sample); !added) return fail(added.error());
  if (!slot.is_dirty) dirty_.push_back(&slot);
  slot.is_dirty = true;
  const bool is_news = sample.result != ProbeResult::kOpen || sites_.size() <= kFewSites || !slot.verdict ||
                       clock_.wall() - slot.judged_at >= kJudgeInterval || clock_.wall() < slot.judged_at;
  if (is_news) judge(slot);
}

void ProbeDesk::opened(Slot& slot, WallTime at) {
  if (slot.watch.opened(at) != HomeWatch::Turn::kUp) return;
  slot.attempts.clear();
  if (!is_main(slot)) return;
  tell(slot.site, {.kind = slot.site.is_over_share ? HomeNews::Kind::kOverShare : HomeNews::Kind::kUp});
}

void ProbeDesk::failed_twice(Slot& slot, const ProbeOutcome& first, const ProbeOutcome& repeat) {
  slot.attempts.push_back(first.attempt);
  slot.attempts.push_back(repeat.attempt);
  if (slot.attempts.size() > kAttemptsTold) slot.attempts.erase(slot.attempts.begin(), slot.attempts.end() - 4);
  const bool is_told = !slot.site.config.in_maintenance(clock_.wall());
  if (slot.watch.failed(repeat.sample.at, is_told) != HomeWatch::Turn::kDown || !is_main(slot)) return;
  HomeNews news{.kind = HomeNews::Kind::kDown, .reason = repeat.sample.reason};
  if (news.reason.code == ReasonCode::kNone) {
    news.reason = {ReasonCode::kTimeout, 0};
    news.evidence.compared = std::to_string(std::llround(repeat.attempt.seconds)) + " s";
    news.evidence.limit = std::to_string(std::chrono::duration_cast<std::chrono::seconds>(rule_.slow).count()) + " s";
  }
  news.evidence.attempts = slot.attempts;
  tell(slot.site, std::move(news));
}

// The rule is judged over IPv4; of a site that has only IPv6, over that.
bool ProbeDesk::is_main(const Slot& slot) const {
  const auto& slots = slot.site.slots;
  const bool only_ipv6 = slots[0]->has_no_address && !slots[1]->has_no_address;
  return (slot.family == Family::kIpv4) != only_ipv6;
}

// --- judgement ----------------------------------------------------------------------------------------------------

void ProbeDesk::judge(Slot& slot) {
  if (const Status flushed = slot.book.flush(); !flushed && flushed.error().code != ErrorCode::kUnavailable)
    return fail(flushed.error());
  auto verdict = slot.book.judge(rule_, clock_.wall() + Milliseconds(1));
  if (!verdict) return fail(verdict.error());
  slot.verdict = std::move(verdict).value();
  slot.judged_at = clock_.wall();
  if (is_main(slot)) tell_week(slot.site);
  show(slot.site);
}

void ProbeDesk::tell_week(Site& site) {
  const Slot& slot = *site.slots[is_main(*site.slots[0]) ? 0 : 1];
  if (!slot.verdict) return;
  const Availability& judged = slot.verdict->judged;
  const bool is_under = judged.share < kClearlyUnder * rule_.share;
  if (judged.state == AvailabilityState::kFailed) site.is_over_share = true;
  if (is_under) site.is_over_share = false;
  if (slot.watch.holds()) return;  // the incident is told; this when it has ended
  if (site.told_over == site.is_over_share) return;
  // Too few visits to say either, or too near to the line to say that it is well again.
  if (judged.state == AvailabilityState::kUnknown || (!site.is_over_share && !is_under)) return;
  if (site.is_over_share && site.config.in_maintenance(clock_.wall())) return;
  site.told_over = site.is_over_share;
  tell(site, {.kind = site.is_over_share ? HomeNews::Kind::kOverShare : HomeNews::Kind::kUnderShare});
}

void ProbeDesk::tell(Site& site, HomeNews news) {
  news.site = site.config.id;
  if (news.kind == HomeNews::Kind::kOverShare) {
    const Slot& slot = *site.slots[is_main(*site.slots[0]) ? 0 : 1];
    if (!slot.verdict) return;
    const Availability& judged = slot.verdict->judged;
    news.evidence.compared =
        std::to_string(judged.failures) + "/" + std::to_string(judged.visits) + " (" + percent(judged.share) + ")";
    news.evidence.limit = percent(rule_.share);
    news.evidence.attempts = slot.attempts;
  }
  news_.push_back(std::move(news));
}

bool ProbeDesk::holds(const std::string& id) const {
  const auto found = sites_.find(id);
  if (found == sites_.end()) return false;
  const Site& site = *found->second;
  return site.is_over_share || site.slots[is_main(*site.slots[0]) ? 0 : 1]->watch.holds();
}

void ProbeDesk::show(Site& site) {
  auto status = std::make_shared<ProbeStatus>();
  status->site = site.config.id;
  const auto of = [](const Slot& slot) {
    return FamilyAvailability{.family = slot.family,
                              .judged = slot.verdict->judged,
                              .void_time = slot.verdict->void_time,
                              .last = slot.verdict->last};
  };
  for (std::size_t index = 0; index < kProbeFamilies; ++index) {
    if (site.slots[index]->was_seen) status->counts[index] = site.slots[index]->counts;
  }
  const std::size_t main = is_main(*site.slots[0]) ? 0 : 1;
  if (site.slots[main]->verdict) {
    status->availability = AvailabilityRecord{.rule = rule_, .main = of(*site.slots[main]), .ipv6 = {}};
    if (main == 0 && site.slots[1]->verdict && !site.slots[1]->has_no_address)
      status->availability->ipv6 = of(*site.slots[1]);
  }
  site.status = std::move(status);
}

// --- the loop -----------------------------------------------------------------------------------------------------

void ProbeDesk::pump() {
  if (store_error_) return;
  const SteadyTime now = clock_.steady();
  while (!repeats_.empty() && repeats_.first_at() <= now) {
    if (Slot* const slot = slot_of(repeats_.take_first())) begin(*slot, true);
  }
  while (const auto due = schedule_.take(now)) {
    Slot* const slot = slot_of(*due);
    if (slot == nullptr || slot->is_busy || !may_ask(*slot)) continue;
    if (slot->rests_left > 0) {
      --slot->rests_left;
      continue;
    }
    begin(*slot, false);
  }
  pump_.pump();
  if (now >= next_flush_) {
    next_flush_ = now + kFlushInterval;
    flush();
  }
  if (!options_.on_news) news_.clear();
  for (const HomeNews& news : std::exchange(news_, {})) options_.on_news(news);
}

SteadyTime ProbeDesk::wake_at() const {
  if (!news_.empty()) return SteadyTime::min();
  SteadyTime at = dirty_.empty() ? SteadyTime::max() : next_flush_;
  at = std::min(at, schedule_.wake_at());
  if (!repeats_.empty()) at = std::min(at, repeats_.first_at());
  return at;
}

// Of a store that is short of space what was seen waits; of one in failure its own owner hears.
void ProbeDesk::flush() {
  for (Slot* const slot : std::exchange(dirty_, {})) {
    slot->is_dirty = false;
    const Status flushed = slot->book.flush();
    if (flushed) continue;
    if (flushed.error().code != ErrorCode::kUnavailable) return fail(flushed.error());
    slot->is_dirty = true;
    dirty_.push_back(slot);
  }
}

void ProbeDesk::stop() {
  flush();
  for (auto& [id, site] : sites_) {
    site->alive.reset();
    site->fetcher->abandon();
  }
}

std::vector<ProbeStatusPointer> ProbeDesk::statuses() const {
  std::vector<ProbeStatusPointer> all;
  all.reserve(sites_.size());
  for (const auto& [id, site] : sites_) all.push_back(site->status);
  return all;
}

void ProbeDesk::fail(const Error& error) {
  if (!store_error_) store_error_ = error;
}

}  // namespace xuncha
