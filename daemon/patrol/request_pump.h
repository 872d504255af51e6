#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "core/clock.h"
#include "core/fetch.h"
#include "crawler/frontier.h"
#include "daemon/patrol/crash_mark.h"

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

  // Requests are noted there; one that a death accused is sent while nothing else is under way, and not at all when it
  // is quarantined: its handler then gets TransportError::kEngineError and "quarantined". Null: none is noted. The mark
  // must outlive this object's last answer.
  void set_crash_mark(CrashMark* mark) { crash_mark_ = mark; }
  CrashMark* crash_mark() const { return crash_mark_; }
  bool is_quarantined(const Url& url) const;

  // A number below Task::kSitesMax for the seat's tasks; free again when it is left and its last task has come back.
  std::uint32_t take_seat(Seat* seat);
  void leave_seat(std::uint32_t number);

  void push(const Task& task);
  // Starts what may start now. Call after every push and at wake_at().
  void pump();
  // When the next queued task may start; SteadyTime::max() when that depends on an answer under way.
  SteadyTime wake_at() const { return holds_back() ? SteadyTime::max() : frontier_.next_at(); }
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
  struct Held {
    Task task;
    FetchRequest request;
    Fetcher::Handler handler;
  };
  void start(Dispatch::Kind kind, const Task& task);
  void resolve(HostId host);
  void not_sent(const Task& task);
  void send(Held work);
  void send_held();
  // Does a suspect wait for the rest to end, or the rest for a suspect?
  bool holds_back() const { return alone_ || !held_.empty(); }
  void came_back(std::uint32_t seat);
  void note_address(HostId host, const FetchOutcome& outcome);

  Frontier frontier_;
  Fetcher& fetcher_;
  const Clock& clock_;
  std::vector<SeatState> seats_;
  std::vector<std::uint32_t> free_seats_;
  std::vector<std::string> addresses_;  // by HostId, as the frontier knows them; empty: not at all
  std::array<std::uint64_t, kFetchClasses> fetches_{};
  std::size_t resolving_ = 0;
  CrashMark* crash_mark_ = nullptr;
  std::deque<Held> held_;  // suspects: each is tried alone
  std::size_t under_way_ = 0;
  bool alone_ = false;
  bool pumping_ = false;
};

}  // namespace xuncha
