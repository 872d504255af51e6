#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/clock.h"
#include "core/fetch.h"
#include "core/finding.h"
#include "daemon/patrol/home_round.h"
#include "daemon/patrol/host_memory.h"
#include "daemon/patrol/patrol.h"
#include "daemon/patrol/request_pump.h"
#include "storage/store.h"
#include "tests/storage/scratch.h"

namespace xuncha::test {

// A clock that stands still until it is moved; wall and steady time go together, unless the wall clock is set.
class SetClock final : public Clock {
 public:
  explicit SetClock(WallTime start) : start_(start), now_(start) {}
  WallTime wall() const override { return now_ + offset_; }
  SteadyTime steady() const override { return SteadyTime(std::chrono::hours(1) + (now_ - start_)); }
  void move_to(WallTime at) { now_ = std::max(now_, at - offset_); }
  void move(Milliseconds by) { now_ += by; }
  void set_wall_by(Milliseconds step) { offset_ += step; }

 private:
  WallTime start_;
  WallTime now_;
  Milliseconds offset_{};
};

// What a scripted host says to one request.
struct Reply {
  TransportError error = TransportError::kNone;
  std::uint16_t status = 200;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers = {{"content-type", "text/html; charset=utf-8"}};
  std::optional<WallTime> tls_not_after{};
};

// An HTML page of that title, with a text of its own and links in this order: "/path", a whole URL, or "/path|text".
Reply page(const std::string& title, const std::vector<std::string>& links = {});
Reply status(std::uint16_t status);
Reply redirect(const std::string& location);
Reply failure(TransportError error);
Reply file(const std::string& content_type, const std::string& body);

// The web in memory, on the fetching seam: hosts that answer from a table, an honest 404 for what stands nowhere in it.
// Every answer comes 50 virtual milliseconds after its request. Thread rule: confined to one thread.
class ScriptedWeb final : public Fetcher {
 public:
  struct Request {
    WallTime at{};
    std::string url;
    FetchClass fetch_class = FetchClass::kPage;
    std::string referer;
    bool conditional = false;
  };
  using Script = std::function<Reply(const FetchRequest&)>;

  explicit ScriptedWeb(SetClock& clock) : clock_(clock) {}

  void set(const std::string& url, Reply reply);
  void set(const std::string& url, Script script);
  // What answers for all that stands nowhere in the table.
  void set_rest(Script script) { rest_ = std::move(script); }
  // Every request to the host ends so, until it is mended.
  void fail_host(const std::string& host, Reply reply) { failing_hosts_[host] = std::move(reply); }
  void mend_host(const std::string& host) { failing_hosts_.erase(host); }
  // Our own network: every request to any host ends so.
  void fail_all(std::optional<Reply> reply) { all_ = std::move(reply); }

  // Fetcher
  void fetch(FetchRequest request, Handler handler) override;
  void locate(const Url& url, LocateHandler handler) override;

  // Gives the answers that are due. True when there was one.
  bool deliver();
  // When the next answer comes; WallTime::max() when none is under way.
  WallTime next_at() const;
  // Answers under way never come: who asked is gone.
  void drop_answers() { due_.clear(); }

  const std::vector<Request>& log() const { return log_; }
  void clear_log() { log_.clear(); }

 private:
  Reply answer(const FetchRequest& request) const;
  FetchOutcome outcome_of(const FetchRequest& request, const Reply& reply) const;

  SetClock& clock_;
  std::map<std::string, Script> script_;  // by URL without fragment
  Script rest_ = [](const FetchRequest&) { return status(404); };
  std::map<std::string, Reply> failing_hosts_;
  std::optional<Reply> all_;
  std::deque<std::pair<SteadyTime, std::function<void()>>> due_;  // whatever the wall clock is set to meanwhile
  std::vector<Request> log_;
};

// One round of a patrol, as a test sees it.
struct Round {
  WallTime started{};
  WallTime ended{};
  WallTime next_due{};
  WallTime rest_due{};  // of all but the home page
  std::vector<ScriptedWeb::Request> requests;
  SummaryRecord summary;
  bool complete = false;
  bool judged_anything = false;

  std::size_t count(std::string_view url) const;
  bool asked(std::string_view url) const { return count(url) > 0; }
};

// Drives the continuous patrol of one site round after round in virtual time, with a real store in a temporary
// directory: what the daemon does, without curl, a loop or a second of waiting.
class RoundHarness {
 public:
  static constexpr const char* kHome = "http://www.patrol.gov.cn/";

  explicit RoundHarness(bool with_memory = true);

  ScriptedWeb& web() { return web_; }
  SetClock& clock() { return clock_; }
  PatrolOptions& options() { return options_; }
  WallTime now() const { return clock_.wall(); }
  Store& store() { return *store_; }

  // A round that starts now. `requests_max`: it is stopped when so many requests went out, or dies there.
  enum class Cut : std::uint8_t { kStop, kKill };
  Round run(std::optional<std::size_t> requests_max = {}, Cut cut = Cut::kStop);
  // A small round, of the home page only. REQUIRES: with a memory of hosts.
  HomeRound::State run_home();
  // Moves the clock to the next due time, then runs. CHECKs that there is one.
  Round run_when_due();
  // Round after round, each when it is due, until the clock is there (the clock ends at that time exactly). Fails the
  // test and ends early when rounds follow each other without end.
  std::vector<Round> run_for(Milliseconds time);
  // Closes the store and opens it again, as a new process would; what was only in memory is lost.
  void restart();

  // Findings as stored.
  std::vector<Finding> findings() const;
  // The case of that rule and subject; nullopt when there is none.
  std::optional<Finding> finding(std::string_view rule, std::string_view subject) const;
  // "suspect", "open", ...; "none" when there is no case.
  std::string state(std::string_view rule, std::string_view subject) const;
  UrlRecord record(const std::string& url) const;

 private:
  void open();
  void move_to_next();

  Scratch scratch_;
  SetClock clock_;
  ScriptedWeb web_;
  std::unique_ptr<Store> store_;
  bool with_memory_ = true;
  std::unique_ptr<HostMemory> memory_;
  std::unique_ptr<RequestPump> pump_;
  PatrolOptions options_;
  WallTime next_due_{};
};

}  // namespace xuncha::test
