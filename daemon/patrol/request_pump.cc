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

}  // namespace

RequestPump::RequestPump(FrontierOptions options, Fetcher& fetcher, const Clock& clock)
    : frontier_(std::move(options)), fetcher_(fetcher), clock_(clock) {}

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
    while (const std::optional<Dispatch> dispatch = frontier_.next(clock_.steady()))
      start(dispatch->kind, dispatch->task);
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
  });
}

void RequestPump::start(Dispatch::Kind kind, const Task& task) {
  if (kind == Dispatch::Kind::kResolve) return resolve(task.host);
  FetchRequest request;
  Fetcher::Handler handler;
  Seat* const seat = seats_[task.site].seat;
  if (seat == nullptr || !seat->take_turn(task, request, handler)) {
    FetchSummary nothing;
    nothing.exchange = Exchange::kNothingSent;
    frontier_.finished(task, nothing, clock_.steady());
    return came_back(task.site);
  }
  ++fetches_[static_cast<std::size_t>(request.fetch_class)];
  fetcher_.fetch(std::move(request), [this, task, handler = std::move(handler)](FetchOutcome outcome) {
    frontier_.finished(task, summary_of(outcome), clock_.steady());
    const bool seat_is_held = seats_[task.site].seat != nullptr;
    came_back(task.site);
    if (seat_is_held) handler(std::move(outcome));
  });
}

}  // namespace xuncha
