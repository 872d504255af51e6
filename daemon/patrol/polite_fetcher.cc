#include "daemon/patrol/polite_fetcher.h"

#include <utility>

#include "core/check.h"

namespace xuncha {
namespace {

// The outcome of a request that is not sent because its host stays closed.
FetchOutcome given_back_outcome(WallTime now) {
  FetchOutcome outcome;
  outcome.error = TransportError::kEngineError;
  outcome.attempt.at = now;
  outcome.attempt.error = "given back";
  return outcome;
}

}  // namespace

PoliteFetcher::PoliteFetcher(RequestPump& pump, const Clock& clock)
    : pump_(pump), clock_(clock), seat_(pump.take_seat(this)) {}

PoliteFetcher::~PoliteFetcher() {
  pump_.leave_seat(seat_);
}

void PoliteFetcher::push(Task task) {
  task.site = seat_;
  pump_.push(task);
}

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
  push({.url = slot | kJobBit, .host = host, .lane = lane});
}

PoliteFetcher::Job PoliteFetcher::take_job(UrlNumber number) {
  const UrlNumber slot = number & ~kJobBit;
  Job job = std::move(jobs_[slot]);
  jobs_[slot] = {};
  free_jobs_.push_back(slot);
  return job;
}

bool PoliteFetcher::take_turn(const Task& task, FetchRequest& request, Fetcher::Handler& handler) {
  Fetcher::Handler own;
  if ((task.url & kJobBit) != 0) {
    Job job = take_job(task.url);
    request = std::move(job.request);
    own = std::move(job.handler);
    if (abandoned_) return false;
  } else {
    std::optional<FetchRequest> wanted = abandoned_ ? std::nullopt : visitor_->request_for(task.url);
    if (!wanted) return false;
    request = std::move(*wanted);
  }
  request.policy = policy_;
  ++counters_.requests;
  handler = [this, number = task.url, own = std::move(own)](FetchOutcome outcome) {
    counters_.bytes += outcome.wire_bytes;
    if (abandoned_) return;
    if (own) return own(std::move(outcome));
    visitor_->visited(number, outcome);
  };
  return true;
}

void PoliteFetcher::task_given_back(const Task& task) {
  if ((task.url & kJobBit) != 0) {
    Job job = take_job(task.url);
    if (!abandoned_) job.handler(given_back_outcome(clock_.wall()));
  } else if (!abandoned_) {
    visitor_->given_back(task.url);
  }
}

}  // namespace xuncha
