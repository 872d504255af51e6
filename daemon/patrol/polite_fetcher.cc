#include "daemon/patrol/polite_fetcher.h"

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

// The outcome of a request that is not sent because its host stays closed.
FetchOutcome given_back_outcome(WallTime now) {
  FetchOutcome outcome;
  outcome.error = TransportError::kEngineError;
  outcome.attempt.at = now;
  outcome.attempt.error = "given back";
  return outcome;
}

}  // namespace

PoliteFetcher::PoliteFetcher(Frontier& frontier, Fetcher& fetcher, const Clock& clock)
    : frontier_(frontier), fetcher_(fetcher), clock_(clock) {}

void PoliteFetcher::ask(HostId host, Lane lane, FetchRequest request, Fetcher::Handler handler) {
  if (abandoned_) return;
  UrlNumber slot = 0;
  if (free_jobs_.empty()) {
    slot = static_cast<UrlNumber>(jobs_.size());
    CHECK(slot < kJobBit);
    jobs_.emplace_back();
  } else {
    slot = free_jobs_.back();
    free_jobs_.pop_back();
  }
  jobs_[slot] = {std::move(request), std::move(handler)};
  frontier_.push({.url = slot | kJobBit, .host = host, .lane = lane}, clock_.steady());
}

PoliteFetcher::Job PoliteFetcher::take_job(UrlNumber number) {
  const UrlNumber slot = number & ~kJobBit;
  Job job = std::move(jobs_[slot]);
  jobs_[slot] = {};
  free_jobs_.push_back(slot);
  return job;
}

void PoliteFetcher::pump() {
  if (pumping_) return;  // a handler pushed more: the loop below takes it up
  pumping_ = true;
  while (const std::optional<Dispatch> dispatch = frontier_.next(clock_.steady()))
    start(dispatch->kind, dispatch->task);
  for (const DrainedTask& drained : frontier_.drain_blocked(clock_.steady())) {
    if ((drained.task.url & kJobBit) != 0) {
      Job job = take_job(drained.task.url);
      if (!abandoned_) job.handler(given_back_outcome(clock_.wall()));
    } else if (!abandoned_) {
      visitor_->given_back(drained.task.url);
    }
  }
  pumping_ = false;
}

void PoliteFetcher::start(Dispatch::Kind kind, const Task& task) {
  if (kind == Dispatch::Kind::kResolve) {
    ++in_flight_;
    const Url url = url_from_trusted(frontier_.origin(task.host) + "/");
    fetcher_.locate(url, [this, host = task.host](std::string address_key) {
      --in_flight_;
      frontier_.set_address(host, address_key);
    });
    return;
  }
  std::optional<FetchRequest> request;
  Fetcher::Handler handler;
  if ((task.url & kJobBit) != 0) {
    Job job = take_job(task.url);
    request = std::move(job.request);
    handler = std::move(job.handler);
  } else if (!abandoned_) {
    request = visitor_->request_for(task.url);
  }
  if (!request || abandoned_) {
    FetchSummary nothing;
    nothing.exchange = Exchange::kNothingSent;
    frontier_.finished(task, nothing, clock_.steady());
    return;
  }
  ++in_flight_;
  ++counters_.requests;
  fetcher_.fetch(std::move(*request), [this, task, handler = std::move(handler)](FetchOutcome outcome) {
    --in_flight_;
    counters_.bytes += outcome.wire_bytes;
    frontier_.finished(task, summary_of(outcome), clock_.steady());
    if (abandoned_) return;
    if (handler) return handler(std::move(outcome));
    visitor_->visited(task.url, std::move(outcome));
  });
}

SteadyTime PoliteFetcher::wake_at() const {
  return frontier_.next_at();
}

void PoliteFetcher::abandon() {
  abandoned_ = true;
}

}  // namespace xuncha
