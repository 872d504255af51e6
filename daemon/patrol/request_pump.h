#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/clock.h"
#include "core/fetch.h"
#include "crawler/frontier.h"

namespace xuncha {

// The one door through which all patrols of a process go out: a frontier shared by all sites, so that hosts and
// addresses that several sites refer to see one guest. Patrols hold a seat each (PoliteFetcher).
// Thread rule: confined to the thread of the Fetcher.
class RequestPump {
 public:
  // The holder of a seat.
  class Seat {
   public:
    virtual ~Seat() = default;
    // The request for a task whose turn has come; false when nothing is to be sent for it. `handler` takes the answer.
    virtual bool take_turn(const Task& task, FetchRequest& request, Fetcher::Handler& handler) = 0;
    // The host's breaker stays open, or it asked us to stay away for longer than the frontier has patience.
    virtual void task_given_back(const Task& task) = 0;
  };

  // All must outlive this object.
  RequestPump(FrontierOptions options, Fetcher& fetcher, const Clock& clock);
  RequestPump(const RequestPump&) = delete;
  RequestPump& operator=(const RequestPump&) = delete;

  // A number below Task::kSitesMax for the seat's tasks; free again when it is left and its last task has come back.
  std::uint32_t take_seat(Seat* seat);
  void leave_seat(std::uint32_t number);

  void push(const Task& task);
  // Starts what may start now. Call after every push and at wake_at().
  void pump();
  // When the next queued task may start; SteadyTime::max() when that depends on an answer under way.
  SteadyTime wake_at() const { return frontier_.next_at(); }
  // Tasks of a seat that wait, and requests of it under way.
  std::size_t outstanding(std::uint32_t seat) const { return seats_[seat].outstanding; }
  // Is any host's address being looked up?
  bool resolving() const { return resolving_ > 0; }

  // Requests sent since the start, by FetchClass.
  const std::array<std::uint64_t, kFetchClasses>& fetches() const { return fetches_; }

  Frontier& frontier() { return frontier_; }
  const Frontier& frontier() const { return frontier_; }

 private:
  struct SeatState {
    Seat* seat = nullptr;  // null: left
    std::size_t outstanding = 0;
  };
  void start(Dispatch::Kind kind, const Task& task);
  void resolve(HostId host);
  void came_back(std::uint32_t seat);

  Frontier frontier_;
  Fetcher& fetcher_;
  const Clock& clock_;
  std::vector<SeatState> seats_;
  std::vector<std::uint32_t> free_seats_;
  std::array<std::uint64_t, kFetchClasses> fetches_{};
  std::size_t resolving_ = 0;
  bool pumping_ = false;
};

}  // namespace xuncha
