#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "core/clock.h"
#include "core/fetch.h"
#include "daemon/patrol/request_pump.h"

namespace xuncha {

// One patrol's way to ask hosts politely: everything that goes out passes the frontier. Two kinds of work: targets,
// known by number and cheap to queue in tens of thousands, and single requests with a handler of their own (robots,
// probes, second sights). Thread rule: confined to the thread of the Fetcher.
class PoliteFetcher final : private RequestPump::Seat {
 public:
  // The owner of the targets.
  class Visitor {
   public:
    virtual ~Visitor() = default;
    // The request for a target whose turn has come; nullopt when it need not be asked any more.
    virtual std::optional<FetchRequest> request_for(UrlNumber number) = 0;
    virtual void visited(UrlNumber number, const FetchOutcome& outcome) = 0;
    // The host's breaker stays open, or it asked us to stay away for longer than this run has patience.
    virtual void given_back(UrlNumber number) = 0;
  };

  struct Counters {
    std::uint64_t requests = 0;
    std::uint64_t bytes = 0;  // of bodies, as received
  };

  // All must outlive this object. A destroyed fetcher hears of no answer any more.
  PoliteFetcher(RequestPump& pump, const Clock& clock);
  PoliteFetcher(const PoliteFetcher&) = delete;
  PoliteFetcher& operator=(const PoliteFetcher&) = delete;
  ~PoliteFetcher() override;
  void set_visitor(Visitor* visitor) { visitor_ = visitor; }
  // Which addresses this patrol may reach; null: all that the Fetcher permits.
  void set_policy(std::shared_ptr<const AddressPolicy> policy) { policy_ = std::move(policy); }

  // `task.site` is set here.
  void push(Task task);
  // The handler gets an outcome with TransportError::kEngineError and error "given back" when the host stays closed.
  void ask(HostId host, Lane lane, FetchRequest request, Fetcher::Handler handler);

  // Nothing waits and nothing is under way.
  bool idle() const { return pump_.outstanding(seat_) == 0; }
  // Nothing more is sent and no handler is called any more.
  void abandon() { abandoned_ = true; }

  const Counters& counters() const { return counters_; }

 private:
  struct Job {
    FetchRequest request;
    Fetcher::Handler handler;
  };
  static constexpr UrlNumber kJobBit = 0x8000'0000;

  // RequestPump::Seat
  bool take_turn(const Task& task, FetchRequest& request, Fetcher::Handler& handler) override;
  void task_given_back(const Task& task) override;
  Job take_job(UrlNumber number);

  RequestPump& pump_;
  const Clock& clock_;
  Visitor* visitor_ = nullptr;
  std::shared_ptr<const AddressPolicy> policy_;
  std::uint32_t seat_;
  std::vector<Job> jobs_;
  std::vector<UrlNumber> free_jobs_;
  bool abandoned_ = false;
  Counters counters_;
};

}  // namespace xuncha
