#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <vector>

#include "core/clock.h"
#include "core/fetch.h"
#include "crawler/frontier.h"

namespace xuncha {

// Asks hosts politely: everything that goes out passes the frontier. Two kinds of work: targets, known by number and
// cheap to queue in tens of thousands, and single requests with a handler of their own (robots, probes, second sights).
// Thread rule: confined to the thread of the Fetcher.
class PoliteFetcher {
 public:
  // The owner of the targets.
  class Visitor {
   public:
    virtual ~Visitor() = default;
    // The request for a target whose turn has come; nullopt when it need not be asked any more.
    virtual std::optional<FetchRequest> request_for(UrlNumber number) = 0;
    virtual void visited(UrlNumber number, FetchOutcome outcome) = 0;
    // The host's breaker stays open, or it asked us to stay away for longer than this run has patience.
    virtual void given_back(UrlNumber number) = 0;
  };

  struct Counters {
    std::uint64_t requests = 0;
    std::uint64_t bytes = 0;  // of bodies, as received
  };

  // All must outlive this object.
  PoliteFetcher(Frontier& frontier, Fetcher& fetcher, const Clock& clock);
  void set_visitor(Visitor* visitor) { visitor_ = visitor; }

  void push(const Task& task) { frontier_.push(task, clock_.steady()); }
  // The handler gets an outcome with TransportError::kEngineError and error "given back" when the host stays closed.
  void ask(HostId host, Lane lane, FetchRequest request, Fetcher::Handler handler);

  // Starts what may start now. Call after every push and at wake_at().
  void pump();
  // When the next queued task may start; SteadyTime::max() when that depends on an answer under way.
  SteadyTime wake_at() const;
  bool idle() const { return in_flight_ == 0 && frontier_.queued() == 0; }
  std::size_t in_flight() const { return in_flight_; }
  // Nothing more is sent and no handler is called any more.
  void abandon();

  const Counters& counters() const { return counters_; }

 private:
  struct Job {
    FetchRequest request;
    Fetcher::Handler handler;
  };
  static constexpr UrlNumber kJobBit = 0x8000'0000;

  void start(Dispatch::Kind kind, const Task& task);
  Job take_job(UrlNumber number);

  Frontier& frontier_;
  Fetcher& fetcher_;
  const Clock& clock_;
  Visitor* visitor_ = nullptr;
  std::vector<Job> jobs_;
  std::vector<UrlNumber> free_jobs_;
  std::size_t in_flight_ = 0;
  bool pumping_ = false;
  bool abandoned_ = false;
  Counters counters_;
};

}  // namespace xuncha
