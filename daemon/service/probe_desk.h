#pragma once

#include <array>
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
#include "core/result.h"
#include "crawler/timer_heap.h"
#include "daemon/config/configuration.h"
#include "daemon/patrol/home_case.h"
#include "daemon/patrol/host_memory.h"
#include "daemon/patrol/name_lookup.h"
#include "daemon/patrol/own_network.h"
#include "daemon/patrol/request_pump.h"
#include "daemon/service/home_watch.h"
#include "daemon/service/probe_book.h"
#include "daemon/service/probe_schedule.h"
#include "daemon/service/probe_visit.h"
#include "daemon/service/probe_witness.h"
#include "daemon/web/snapshot.h"
#include "storage/store.h"

namespace xuncha {

struct ProbeDeskOptions {
  std::uint64_t seed = 1;
  OwnNetwork* network = nullptr;                      // null: other hosts' answers tell
  std::function<std::optional<bool>(Family)> own_up;  // as last told by the anchors; null: not known
  const HostMemory* memory = nullptr;                 // hosts elsewhere that may clear our own network; null: none
  NameLookup* names = nullptr;                        // null: IPv6 is not probed
  std::function<PhaseTimes()> phases;                 // of the answer at hand; null: not known
  std::function<void(const HomeNews&)> on_news;       // of cases; called from pump()
};

// Visits the home page of every configured site over IPv4 and IPv6 at its interval, keeps each visit in the store,
// and judges by the national rule (站点无法访问). A failed visit is repeated once after some 30 s from a new socket:
// the first counts, the pair tells an outage. What our own network or announced works spoilt counts for nobody. Thread
// rule: confined to the thread of the Fetcher.
class ProbeDesk {
 public:
  // All must outlive the desk.
  ProbeDesk(RequestPump& pump, Store& store, const Clock& clock, ProbeDeskOptions options);
  ~ProbeDesk();
  ProbeDesk(const ProbeDesk&) = delete;
  ProbeDesk& operator=(const ProbeDesk&) = delete;

  // Takes over a configuration: sites that are known keep their turn and what is known of them.
  Status configure(std::shared_ptr<const Configuration> configuration);
  // Begins what is due, hands over news. Call at wake_at() and after answers.
  void pump();
  SteadyTime wake_at() const;
  // What was seen is put into the store; nothing more is asked.
  void stop();

  // Does the home page's case stand, by what was seen last?
  bool holds(const std::string& site) const;

  // The store failed: nothing more is done.
  const std::optional<Error>& store_error() const { return store_error_; }

  // In order of site ids; shared with earlier answers as far as nothing changed.
  std::vector<ProbeStatusPointer> statuses() const;
  const std::array<Histogram, kProbeFamilies>& durations() const { return durations_; }

 private:
  struct Slot;
  struct Site;

  void take_in(const SiteConfig& config);
  void set_options(Site& site, const SiteConfig& config);
  Slot* slot_of(ProbeSchedule::Id id);
  bool may_ask(const Slot& slot) const;
  void begin(Slot& slot, bool is_repeat);
  void seen(Slot& slot, ProbeOutcome outcome);
  void prove(Slot& slot, const std::function<void(bool proven)>& then);
  void ask_control(Slot& slot, std::size_t next, const std::function<void(bool proven)>& then);
  void proven(Slot& slot, bool is_proven);
  void settle_pair(Slot& slot, ProbeOutcome first, ProbeOutcome repeat);
  void no_address(Slot& slot);
  void keep(Slot& slot, ProbeOutcome outcome);
  void opened(Slot& slot, WallTime at);
  void failed_twice(Slot& slot, const ProbeOutcome& first, const ProbeOutcome& repeat);
  bool is_main(const Slot& slot) const;
  void judge(Slot& slot);
  void tell_week(Site& site);
  void tell(Site& site, HomeNews news);
  void show(Site& site);
  void flush();
  void fail(const Error& error);

  RequestPump& pump_;
  const Clock& clock_;
  ProbeDeskOptions options_;
  Store& store_;
  ProbeLog log_;
  std::shared_ptr<const Configuration> configuration_;
  AvailabilityRule rule_;
  ProbeSchedule schedule_;
  ProbeWitness witness_;
  std::map<std::string, std::unique_ptr<Site>> sites_;
  std::vector<Slot*> slots_;  // by ProbeSchedule::Id
  std::vector<ProbeSchedule::Id> free_slots_;
  TimerHeap repeats_;  // by slot
  std::vector<HomeNews> news_;
  std::vector<Slot*> dirty_;
  SteadyTime next_flush_{};
  std::uint64_t repeats_begun_ = 0;
  std::array<Histogram, kProbeFamilies> durations_;
  std::optional<Error> store_error_;
};

}  // namespace xuncha
