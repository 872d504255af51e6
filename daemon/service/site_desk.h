#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/limits.h"
#include "core/result.h"
#include "daemon/config/configuration.h"
#include "daemon/patrol/home_case.h"
#include "daemon/patrol/home_round.h"
#include "daemon/patrol/host_memory.h"
#include "daemon/patrol/name_lookup.h"
#include "daemon/patrol/patrol.h"
#include "daemon/patrol/request_pump.h"
#include "daemon/service/schedule.h"
#include "daemon/web/snapshot.h"
#include "storage/store.h"

namespace xuncha {

struct SiteDeskOptions {
  // Told of each case that is open and critical after a round and was not before; it stands in the store by then.
  using CriticalHandler = std::function<void(const Finding&)>;

  ScheduleOptions schedule;
  // A round is cut here so that the home page and second sights are not late; what it left is due in the next.
  Milliseconds round_max = std::chrono::minutes(30);
  // And here when another site waits for its place.
  Milliseconds round_share = std::chrono::minutes(5);
  // No round begins while those under way hold more targets than this; the first always may.
  std::size_t targets_max = limits::kRoundTargetsMax;
  std::uint64_t seed = 1;
  CriticalHandler on_critical;    // may be null
  OwnNetwork* network = nullptr;  // see PatrolOptions
  NameLookup* names = nullptr;    // by which IPv6 is looked at; null: it is not
  TlsLook* tls = nullptr;         // see PatrolOptions
  // Do probes hold that the case of the site's home page stands (ContinuousPatrol::home_is_held)? Null: nobody probes.
  std::function<bool(const std::string& site)> home_is_held;
};

// Patrols all configured sites round after round: begins what is due, drives what is under way, keeps what each site
// looks like from outside. All decisions of all sites are taken here, in one order.
// Thread rule: confined to the thread of the Fetcher.
class SiteDesk {
 public:
  // All must outlive the desk.
  SiteDesk(RequestPump& pump, Store& store, const Clock& clock, const SiteDeskOptions& options);
  SiteDesk(const SiteDesk&) = delete;
  SiteDesk& operator=(const SiteDesk&) = delete;
  ~SiteDesk();

  // Takes over a configuration: sites that are gone are dropped with their round, new ones are taken in, a changed one
  // keeps its history; others are not disturbed. Fails only when the store does.
  Status configure(std::shared_ptr<const Configuration> configuration);

  // Drives everything as far as it goes now. Call when the request pump wakes, an answer came, or at wake_at().
  void pump();
  // When something is due that no answer announces.
  WallTime wake_at() const;
  // Ends all rounds where they stand: nothing that was seen is lost, what is left stays due.
  void stop();

  // What probes tell of a home page: decided and told at once, whether a round is under way or not.
  void take_home_news(const HomeNews& news);
  // Hosts that patrols learned of.
  const HostMemory& memory() const { return memory_; }

  // The store could not take a decision: nothing more is done.
  const std::optional<Error>& store_error() const { return store_error_; }

  // What the sites look like; shared with earlier answers as far as nothing changed.
  std::vector<SiteSnapshotPointer> snapshots() const;

  const Schedule& schedule() const { return schedule_; }
  std::uint64_t rounds_ended() const { return rounds_ended_; }
  std::uint64_t rounds_cut() const { return rounds_cut_; }

 private:
  struct Site;

  PatrolOptions patrol_options(const Site& site) const;
  Status take_in(const SiteConfig& config);
  void notice_clock();
  void begin_round(Site& site);
  void begin_whole_round(Site& site);
  void begin_rounds();
  bool is_reading() const;
  Site* work();
  void drive(Site& site, SteadyTime now);
  void take_up_home_round(Site& site);
  void drop_home_round(Site& site);
  void end_round(Site& site);
  void forget_round(const Site& site);
  std::size_t targets_held() const;
  void tell_critical(const std::vector<FindingPointer>& before, const std::vector<FindingPointer>& now) const;
  void show_finding(Site& site, Finding finding);
  void show(Site& site);
  void fail(const Error& error);

  RequestPump& pump_;
  Store& store_;
  const Clock& clock_;
  SiteDeskOptions options_;
  std::shared_ptr<const Configuration> configuration_;
  HostMemory memory_;
  Schedule schedule_;
  std::map<std::string, std::unique_ptr<Site>> sites_;
  std::vector<Site*> running_;  // whose round is under way, the longest first
  bool has_room_ = true;        // for one more
  Milliseconds clock_offset_;   // of the wall clock to the steady one, when last looked at
  std::optional<Error> store_error_;
  std::uint64_t rounds_ended_ = 0;
  std::uint64_t rounds_cut_ = 0;
};

}  // namespace xuncha
