#include "daemon/patrol/request_pump.h"

#include <utility>

#include "core/check.h"
#include "crawler/retry_after.h"

namespace xuncha {
namespace {

FetchSummary summary_of(const FetchOutcome& outcome) {
  FetchSummary summary;
  summary.exchange = exchange_of(outcome.error);
  summary.latency = Milliseconds(static_cast<std::int64_t>(outcome.attempt.seconds * 1000));
  summary.status = outcome.status;
  if (const std::string_view field = outcome.header("retry-after"); !field.empty()) {
    summary.retry_after = parse_retry_after(field, outcome.attempt.at);
  }
  return summary;
}

// The outcome of a request that is not sent because processes died of its answer.
FetchOutcome quarantined_outcome(WallTime now) {
  FetchOutcome outcome;
  outcome.error = TransportError::kEngineError;
  outcome.attempt.at = now;
  outcome.attempt.error = "quarantined";
  return outcome;
}

}  // namespace

RequestPump::RequestPump(FrontierOptions options, Fetcher& fetcher, const Clock& clock)
    : frontier_(options), fetcher_(fetcher), clock_(clock) {}

std::uint32_t RequestPump::take_seat(Seat* seat) {
  std::uint32_t number = static_cast<std::uint32_t>(seats_.size());
  if (free_seats_.empty()) {
    CHECK(number < Task::kSitesMax);
    seats_.emplace_back();
  } else {
    number = free_seats_.back();
    free_seats_.pop_back();
  }
  seats_[number] = {.seat = seat, .outstanding = 0};
  return number;
}

void RequestPump::leave_seat(std::uint32_t number) {
  seats_[number].seat = nullptr;
  if (seats_[number].outstanding == 0) free_seats_.push_back(number);
}

void RequestPump::came_back(std::uint32_t seat) {
  SeatState& state = seats_[seat];
  --state.outstanding;
  if (state.outstanding == 0 && state.seat == nullptr) free_seats_.push_back(seat);
}

void RequestPump::push(const Task& task) {
  ++seats_[task.site].outstanding;
  frontier_.push(task, clock_.steady());
}

void RequestPump::pump() {
  if (pumping_) return;  // a handler pushed more: the loop below takes it up
  pumping_ = true;
  std::vector<DrainedTask> drained;
  do {
    send_held();
    while (!holds_back()) {
      const std::optional<Dispatch> dispatch = frontier_.next(clock_.steady());
      if (!dispatch) break;
      start(dispatch->kind, dispatch->task);
      send_held();
    }
    drained = frontier_.drain_blocked(clock_.steady());
    for (const DrainedTask& each : drained) {
      Seat* const seat = seats_[each.task.site].seat;
      came_back(each.task.site);
      if (seat != nullptr) seat->task_given_back(each.task);
    }
  } while (!drained.empty());  // what came back may have pushed more, to the same host even
  pumping_ = false;
}

void RequestPump::resolve(HostId host) {
  ++resolving_;
  const Url url = url_from_trusted(frontier_.origin(host) + "/");
  fetcher_.locate(url, [this, host](std::string address_key) {
    --resolving_;
    frontier_.set_address(host, address_key);
    if (addresses_.size() <= host) addresses_.resize(host + std::size_t{1});
    addresses_[host] = std::move(address_key);
  });
}

// A host may move, and may not have been found when it was looked up first: where its answers come from now is where
// its address's limit has to hold.
void RequestPump::note_address(HostId host, const FetchOutcome& outcome) {
  if (!outcome.attempt.address || addresses_.size() <= host) return;
  std::string address = format_address(*outcome.attempt.address);
  if (address == addresses_[host]) return;
  frontier_.set_address(host, address);
  addresses_[host] = std::move(address);
}

void RequestPump::start(Dispatch::Kind kind, const Task& task) {
  if (kind == Dispatch::Kind::kResolve) return resolve(task.host);
  FetchRequest request;
  Fetcher::Handler handler;
  Seat* const seat = seats_[task.site].seat;
  if (seat == nullptr || !seat->take_turn(task, request, handler)) return not_sent(task);
  if (crash_mark_ != nullptr) {
    switch (crash_mark_->standing(request.url.without_fragment())) {
      case CrashMark::Standing::kQuarantined:
        not_sent(task);
        return handler(quarantined_outcome(clock_.wall()));
      case CrashMark::Standing::kSuspect:
        held_.push_back({task, std::move(request), std::move(handler)});
        return;
      case CrashMark::Standing::kFree:
        break;
    }
  }
  send({task, std::move(request), std::move(handler)});
}

void RequestPump::not_sent(const Task& task) {
  FetchSummary nothing;
  nothing.exchange = Exchange::kNothingSent;
  frontier_.finished(task, nothing, clock_.steady());
  came_back(task.site);
}

void RequestPump::send_held() {
  while (!held_.empty() && under_way_ == 0) {
    Held work = std::move(held_.front());
    held_.pop_front();
    if (seats_[work.task.site].seat == nullptr) {
      not_sent(work.task);
      continue;
    }
    alone_ = true;
    send(std::move(work));
  }
}

void RequestPump::send(Held work) {
  ++under_way_;
  ++fetches_[static_cast<std::size_t>(work.request.fetch_class)];
  const CrashMark::Slot slot =
      crash_mark_ == nullptr ? CrashMark::kNoSlot : crash_mark_->sent(work.request.url.without_fragment());
  fetcher_.fetch(std::move(work.request),
                 [this, slot, task = work.task, handler = std::move(work.handler)](FetchOutcome outcome) {
                   --under_way_;
                   alone_ = false;
                   frontier_.finished(task, summary_of(outcome), clock_.steady());
                   note_address(task.host, outcome);
                   const bool seat_is_held = seats_[task.site].seat != nullptr;
                   came_back(task.site);
                   {
                     const CrashMark::Reading reading(crash_mark_, slot);
                     if (seat_is_held) handler(std::move(outcome));
                   }
                   if (crash_mark_ != nullptr) crash_mark_->ended(slot);
                 });
}

bool RequestPump::is_quarantined(const Url& url) const {
  return crash_mark_ != nullptr && crash_mark_->standing(url.without_fragment()) == CrashMark::Standing::kQuarantined;
}

}  // namespace xuncha
