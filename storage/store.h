#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/column.h"
#include "core/content.h"
#include "core/digest.h"
#include "core/finding.h"
#include "core/records.h"
#include "core/result.h"
#include "core/slot.h"
#include "storage/function_view.h"
#include "storage/space_guard.h"
#include "storage/store_options.h"

namespace xuncha {

// The memory of the patrols: one directory, one writing process. What was observed and decided is here, and
// is the truth; everything else can be rebuilt from it.
//
// Promise: a visit is written all or none. A visit with a transition is on the disk when commit() returns; others are
// after at most limits::kGroupSyncInterval or limits::kGroupSyncVisits, when the owner calls tick(). After kill -9
// nothing acknowledged is lost; after a power cut at most the visits since the last group sync, never a decision.
//
// Thread rule: one thread writes (commit, sync, tick, patrols, site(), sweep) and closes; any thread may read
// meanwhile.

// A site as the store knows it. Valid for the store that gave it. The default is the shared one: external targets
// judged once for all sites.
class Database;
class WriteSet;

class SiteHandle {
 public:
  SiteHandle() = default;
  friend bool operator==(const SiteHandle&, const SiteHandle&) = default;

 private:
  friend class Store;
  friend class ProbeLog;
  explicit SiteHandle(std::uint32_t number) : number_(number) {}
  std::uint32_t number_ = 0;
};

// A URL's record with the fingerprint of its key form, which is its name within the site.
struct UrlEntry {
  Fingerprint key;
  UrlRecord record;
};

// A place list to be removed.
struct RefName {
  UrlNumber target = 0;
  UrlNumber page = 0;
};

// All that one visit changes: written in one batch. Deletes come before puts, so that a name in both ends as put.
struct Visit {
  SiteHandle site;
  std::optional<UrlEntry> page;      // the record of what was visited
  std::optional<std::string> links;  // from links_to_store(); belongs to `page`; absent: unchanged
  std::vector<UrlEntry> urls;        // new or changed targets
  std::vector<Fingerprint> ladders_gone;
  std::vector<LadderRecord> ladders;
  std::vector<Finding> findings;
  std::vector<TransitionRecord> transitions;  // in order; any of them makes this a decision, synced at once
  std::vector<RefName> refs_gone;
  std::vector<RefRecord> refs;
  std::vector<HostRecord> hosts;          // shared by all sites
  std::vector<std::string> columns_gone;  // ids
  std::vector<ColumnRecord> columns;
  std::vector<std::string> slots_gone;  // names
  std::vector<SlotRecord> slots;
  std::vector<UrlNumber> content_gone;
  std::vector<ContentRecord> content;
  std::optional<PatrolRecord> patrol;
};

// Which findings are asked for; empty fields ask for all.
struct FindingFilter {
  std::optional<FindingState> state;
  std::string rule;
  std::optional<WallTime> since;  // last transition at or after
};

// One step of retention.
struct SweepStep {
  std::uint64_t looked_at = 0;
  std::uint64_t removed = 0;
  bool finished = false;  // the whole site was gone through; the next call begins anew
};

class Store {
 public:
  // Makes the directory and an empty store where there is none. Errors:
  // kUnavailable: in use (names the process), not writable, too little space, made by a newer or a too old xuncha;
  // kCorruption: names the file and the commands that help. Nothing is ever emptied to get going.
  static Result<std::unique_ptr<Store>> open(const std::filesystem::path& directory, const StoreOptions& options);
  // Of a stopped daemon's directory: writes nothing there. Every write on such a store is kUnavailable.
  static Result<std::unique_ptr<Store>> open_read_only(const std::filesystem::path& directory);
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  ~Store();  // syncs

  // --- sites ---
  // The site of that id, taken in (and synced) when it is new. kUsage for an id over limits::kSiteIdBytesMax or empty.
  Result<SiteHandle> site(std::string_view id);
  std::optional<SiteHandle> find_site(std::string_view id) const;
  std::vector<std::string> sites() const;  // ids, in the order they were taken in
  std::string site_id(SiteHandle site) const;

  // --- writing ---
  // kUnavailable when the disk is too full for this visit (space_level) or the write failed; then the store refuses all
  // later writes too, since what is on the disk is no longer known.
  Status commit(const Visit& visit);
  // To be called about once a second: group sync and the look at free space, each when due.
  Status tick(SteadyTime now);
  Status sync();
  // Has something been written since the last sync, and how many syncs have succeeded (decisions are one each)?
  bool waits_for_sync() const;
  std::uint64_t syncs() const;
  // What may be written now: by free space, by the store's budget, by the site's quota. Decisions are taken up to
  // kDecisionsOnly, other visits up to kNoRechecks; the caller keeps the finer steps.
  SpaceLevel space_level() const;
  SpaceLevel space_level(SiteHandle site) const;
  std::uint64_t bytes() const;                      // that the store takes
  std::uint64_t site_bytes(SiteHandle site) const;  // roughly

  // --- URLs ---
  Result<std::optional<UrlRecord>> url(SiteHandle site, const Fingerprint& key) const;
  // In the order of fingerprints; 1 us each.
  Status for_each_url(SiteHandle site, FunctionView<void(const UrlEntry&)> on_url) const;
  // The same in steps: goes on where `walk` stands for at most so many URLs and moves it on.
  struct UrlWalk {
    std::string next;  // the key to go on from; empty: the first
    bool finished = false;
  };
  Status read_urls(SiteHandle site, UrlWalk& walk, std::size_t urls_max,
                   FunctionView<void(const UrlEntry&)> on_url) const;
  // The number to give to the next new URL: above all that were ever given in this site. Reads all of the site's URLs:
  // ask once, then count.
  Result<UrlNumber> next_url_number(SiteHandle site) const;
  // One pass over all pages' links in the order of page numbers; the views live for the call.
  Status for_each_link(SiteHandle site, FunctionView<void(UrlNumber page, const StoredLinkView& link)> on_link) const;
  Result<std::vector<StoredLink>> links(SiteHandle site, UrlNumber page) const;
  // The same without owning the texts; the views live for the call.
  Status for_each_link_of(SiteHandle site, UrlNumber page,
                          FunctionView<void(const StoredLinkView& link)> on_link) const;

  // --- findings, ladders, places ---
  Result<std::optional<Finding>> finding(SiteHandle site, std::string_view id) const;
  Result<std::vector<Finding>> findings(SiteHandle site, const FindingFilter& filter = {}) const;  // in order of ids
  // Each finding of the site in order of ids; for those that do not need all at once.
  Status for_each_finding(SiteHandle site, FunctionView<void(Finding)> on_finding) const;
  Result<std::vector<TransitionRecord>> history(SiteHandle site, std::string_view finding_id) const;  // newest first
  Result<std::vector<LadderRecord>> ladders(SiteHandle site) const;
  Result<std::vector<RefRecord>> refs(SiteHandle site, UrlNumber target) const;  // in order of page numbers

  // --- columns ---
  Result<std::vector<ColumnRecord>> columns(SiteHandle site) const;  // in order of ids

  // --- slots ---
  Result<std::vector<SlotRecord>> slots(SiteHandle site) const;  // in order of names

  // --- content of pages ---
  // The same walk as read_urls(), in order of page numbers: the site's mark (page 0) first.
  Status read_content(SiteHandle site, UrlWalk& walk, std::size_t records_max,
                      FunctionView<void(ContentRecord)> on_record) const;

  // --- hosts ---
  Result<std::optional<HostRecord>> host(std::string_view host) const;
  Result<std::vector<HostRecord>> hosts() const;

  // --- patrols ---
  // Goes on with the site's last patrol when it has not ended (`resumed` + 1), else starts the next number. Synced.
  Result<PatrolRecord> begin_patrol(SiteHandle site, WallTime now);
  // Progress (grouped) or, with `ended` set, the end (synced).
  Status save_patrol(SiteHandle site, const PatrolRecord& patrol);
  Result<std::vector<PatrolRecord>> patrols(SiteHandle site) const;  // oldest first

  // --- retention ---
  // One bounded step (limits::kSweepRecords records looked at) through what has outlived its time: URLs not linked and
  // not visited for so long with their links, places and content, ladders as old, columns and slots not seen for so
  // long, findings closed for so long with their history, and of patrols all but the last limits::kPatrolsKeptMax, one
  // a day before them, and the last complete one. Where it stopped is kept, so that a restart goes on from there. A URL
  // that any kept page links to is kept.
  Result<SweepStep> sweep(SiteHandle site, WallTime now, const Retention& retention = {});

  // Room-internal, for maintenance.cc and outbox.cc.
  Database& database() const;
  // Writes a decision: on the disk when it returns. Refused as commit() would refuse it.
  Status write_decision(WriteSet& set);
  // Writes what the next group sync puts on the disk. Refused as a visit of that site would be.
  Status write_grouped(SiteHandle site, WriteSet& set);

 private:
  struct State;
  explicit Store(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace xuncha
