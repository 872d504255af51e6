#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/column.h"
#include "core/fetch.h"
#include "core/finding.h"
#include "core/link_kind.h"
#include "core/other_scheme.h"
#include "core/slot.h"
#include "core/verdict.h"
#include "daemon/report/availability.h"
#include "detectors/ipv6.h"

namespace xuncha {

// What the web surface shows: made by the main loop, published whole, never changed. Unchanged sites and findings are
// shared between one snapshot and the next, so that making one costs what changed. A scrape or a page touches neither
// the store nor a shard.
//
// Thread rule: the values are immutable once published; SnapshotBoard and Heartbeat may be used from any thread.

using FindingPointer = std::shared_ptr<const Finding>;
using ColumnsPointer = std::shared_ptr<const std::vector<ColumnRecord>>;

std::string_view link_kind_name(LinkKind kind);

inline constexpr std::size_t kSeverities = 4;
inline constexpr std::size_t kFindingStates = 6;

// A carousel or headline of a home page, and when it last showed something new: when it was first seen, at the least.
struct SlotChange {
  std::string name;
  WallTime changed{};
};
std::vector<SlotChange> slot_changes(const std::vector<SlotRecord>& slots);

// One configured site as it was last seen.
struct SiteSnapshot {
  std::string id;
  std::string name;  // of the configuration, empty when not given; as are unit and code
  std::string code;  // 网站标识码
  std::string unit;
  std::string home;
  bool own_site = false;
  std::optional<WallTime> last_complete;  // end of the last complete patrol
  std::optional<WallTime> patrolling;     // start of the patrol under way
  std::chrono::seconds interval{0};       // between two patrols, as planned; 0: not planned
  std::optional<WallTime> tls_not_after;
  std::optional<CivilDay> home_newest;                   // of the home page, by which home.stale judges; none: unknown
  std::optional<Ipv6Status> ipv6;                        // as last looked at; none: not yet
  std::optional<OtherScheme> other_scheme;               // the same
  std::array<std::uint64_t, kVerdicts> pages{};          // by Verdict
  std::array<std::uint64_t, kLinkKinds> links_broken{};  // by LinkKind
  ColumnsPointer columns;                                // in order of ids; null: not yet looked for
  std::vector<SlotChange> slots;                         // of the home page, in order of names
  std::vector<FindingPointer> findings;                  // in order of ids; of every state that the store keeps
  std::array<std::uint64_t, kSeverities> findings_open{};         // by Severity; counted by make_site_snapshot
  std::array<std::uint64_t, kFindingStates> findings_by_state{};  // the same

  // null when there is none.
  FindingPointer find(std::string_view finding_id) const;
};
using SiteSnapshotPointer = std::shared_ptr<const SiteSnapshot>;

// As a snapshot shows them: in order of ids.
ColumnsPointer make_columns(std::vector<ColumnRecord> columns);
// How many of them have each verdict, by ColumnVerdict.
std::array<std::uint64_t, kColumnVerdicts> count_verdicts(const std::vector<ColumnRecord>& columns);

// Sorts the findings, fills the counts.
SiteSnapshotPointer make_site_snapshot(SiteSnapshot site);

// A histogram as Prometheus means it: observations by upper bounds, and their sum.
class Histogram {
 public:
  Histogram() = default;
  // Ascending upper bounds; above the last there is one more bucket.
  explicit Histogram(std::vector<double> bounds) : bounds_(std::move(bounds)), counts_(bounds_.size() + 1) {}
  void observe(double value);
  std::span<const double> bounds() const { return bounds_; }
  std::span<const std::uint64_t> counts() const { return counts_; }  // of each bucket alone, not cumulative
  double sum() const { return sum_; }

 private:
  std::vector<double> bounds_;
  std::vector<std::uint64_t> counts_;
  double sum_ = 0;
};
// Bounds in seconds for writes to the store: 0.5 ms to 5 s.
Histogram store_write_histogram();

// Bounds in seconds for visits of home pages: 0.05 s to 60 s, with the national rule's 15 s.
Histogram probe_histogram();

// Visits of a site's home page over one family since this process began; repeats of failed ones not among them.
struct ProbeCounts {
  std::uint64_t visits = 0;    // that counted
  std::uint64_t failures = 0;  // of them
  std::uint64_t slow = 0;      // of those
};
inline constexpr std::size_t kProbeFamilies = 2;  // IPv4, IPv6

// How a site's home page opens, as the probes see it. Immutable.
struct ProbeStatus {
  std::string site;
  std::array<std::optional<ProbeCounts>, kProbeFamilies> counts{};  // none: not probed over that family yet
  std::optional<AvailabilityRecord> availability;                   // none: no visit yet
};
using ProbeStatusPointer = std::shared_ptr<const ProbeStatus>;

// How the configuration came to be (xuncha_config_last_reload_*).
struct ConfigState {
  bool last_reload_successful = true;
  std::optional<WallTime> last_success;
};

// A label value, a word of ours (never a text from outside), with its number. Put in what is known to come with 0, so
// that a rule sees it from the start.
using CountsByName = std::map<std::string, std::uint64_t, std::less<>>;
using SecondsByName = std::map<std::string, double, std::less<>>;

// What the process as a whole did and has before it.
struct ProcessFigures {
  std::array<std::uint64_t, kFetchClasses> fetches{};  // by FetchClass
  CountsByName mails;                                  // by result
  CountsByName queue_lengths;                          // by queue, now
  SecondsByName coverage_debt;                         // by lane, now
  CountsByName limits_reached;                         // by limit
  std::uint64_t store_bytes = 0;
  Histogram store_writes;                                 // seconds
  std::array<Histogram, kProbeFamilies> probe_durations;  // of visits of home pages, in seconds, by family
  std::optional<bool> vantage_ipv4_up;                    // can we reach the internet by it; absent: not known
  std::optional<bool> vantage_ipv6_up;
};

struct Snapshot {
  bool column_metrics = true;  // export series for every column
  std::string version;
  std::string revision;
  WallTime made{};     // when
  WallTime started{};  // the process
  ConfigState config;
  std::vector<SiteSnapshotPointer> sites;  // in order of ids
  std::vector<ProbeStatusPointer> probes;  // in order of site ids
  ProcessFigures process;

  // null when there is none.
  SiteSnapshotPointer find_site(std::string_view id) const;
  FindingPointer find_finding(std::string_view id) const;
  // null when there is none.
  ProbeStatusPointer find_probes(std::string_view site) const;
};
using SnapshotPointer = std::shared_ptr<const Snapshot>;

// Sorts the sites.
SnapshotPointer make_snapshot(Snapshot snapshot);

// Where the newest snapshot hangs.
class SnapshotBoard {
 public:
  void publish(SnapshotPointer snapshot) {
    {
      const std::lock_guard lock(mutex_);
      current_.swap(snapshot);
    }
    // The old one, if this was its last holder, is taken apart here and not under the lock.
  }
  // null before the first.
  SnapshotPointer current() const {
    const std::lock_guard lock(mutex_);
    return current_;
  }

 private:
  mutable std::mutex mutex_;
  SnapshotPointer current_;
};

// When the main loop was last seen turning.
class Heartbeat {
 public:
  explicit Heartbeat(SteadyTime now) : last_(now.time_since_epoch().count()) {}
  void beat(SteadyTime now) { last_.store(now.time_since_epoch().count(), std::memory_order_relaxed); }
  SteadyTime last() const { return SteadyTime(Milliseconds(last_.load(std::memory_order_relaxed))); }

 private:
  std::atomic<Milliseconds::rep> last_;
};

}  // namespace xuncha
