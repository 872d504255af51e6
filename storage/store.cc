#include "storage/store.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "core/limits.h"
#include "storage/codec.h"
#include "storage/database.h"
#include "storage/directory_lock.h"
#include "storage/keys.h"
#include "storage/links.h"
#include "storage/schema.h"
#include "storage/sweep.h"
#include "storage/synced_mark.h"

namespace xuncha {
namespace {

namespace fs = std::filesystem;
using Stopwatch = std::chrono::steady_clock;

constexpr char kSiteKind = 's';
constexpr char kCounterKind = 'n';
constexpr char kHostKind = 'h';

std::string history_counter_key() {
  return text_key(kSharedSiteNumber, kCounterKind, "history");
}

template <class Record>
std::string encoded(const Record& record) {
  std::string value;
  encode_record(record, value);
  return value;
}

// A record that does not decode, with where it stands.
Error damaged(const Database& database, Table table, const Error& error) {
  return Error{error.code, database.directory().string() + " (table " + std::string(table_name(table)) + ")",
               error.where + " " + error.message + "; " + corruption_advice(database.directory())};
}

}  // namespace

struct Store::State {
  State(DirectoryLock directory_lock, std::unique_ptr<Database> opened, const StoreOptions& store_options)
      : lock(std::move(directory_lock)),
        options(store_options),
        database(std::move(opened)),
        guard(database->directory(), store_options.space, store_options.space_probe) {}

  Status load();
  Status may_write(SiteNumber site, bool decision);
  Status write(WriteSet& set, Database::Durability durability);
  Status sync();
  void add_url(WriteSet& set, SiteNumber site, const UrlEntry& entry);
  Status add_findings(WriteSet& set, SiteNumber site, const Visit& visit);
  SpaceLevel quota_level(SiteNumber site);

  // Declared in the order of life: the lock is dropped last.
  DirectoryLock lock;
  StoreOptions options;
  std::unique_ptr<Database> database;
  SpaceGuard guard;
  SyncedMark mark;

  mutable std::mutex sites_mutex;  // the table of sites is read by other threads
  std::map<std::string, SiteNumber, std::less<>> numbers;
  std::map<SiteNumber, SiteRecord> sites;

  std::uint64_t next_history = 1;
  std::optional<Error> broken;  // set by the first failed write
  int unsynced_visits = 0;
  std::uint64_t syncs = 0;
  std::optional<SteadyTime> synced_at;

  struct Quota {
    std::uint32_t visits = 0;
    SpaceLevel level = SpaceLevel::kNormal;
  };
  std::unordered_map<SiteNumber, Quota> quotas;
  std::unordered_map<SiteNumber, Sweeper> sweepers;
};

// --- opening ------------------------------------------------------------------------------------------------------

Status Store::State::load() {
  std::optional<Error> fault;
  const std::string from = text_key(kSharedSiteNumber, kSiteKind, "");
  const std::string to = text_key(kSharedSiteNumber, kSiteKind + 1, "");
  const Status scanned = database->scan(Table::kMeta, from, to, [&](std::string_view, std::string_view value) {
    Result<SiteRecord> record = decode_record<SiteRecord>(value);
    if (!record) {
      fault = damaged(*database, Table::kMeta, record.error());
      return false;
    }
    numbers[record.value().id] = record.value().number;
    sites[record.value().number] = record.value();
    return true;
  });
  if (!scanned) return scanned.error();
  if (fault) return *fault;

  const Result<std::optional<std::string>> counter = database->get(Table::kMeta, history_counter_key());
  if (!counter) return counter.error();
  if (counter.value()) {
    const Result<CounterRecord> record = decode_record<CounterRecord>(*counter.value());
    if (!record) return damaged(*database, Table::kMeta, record.error());
    next_history = record.value().value;
  }
  return Done{};
}

namespace {

// Looks, without writing anything, at whether the store would come back with all that was promised.
Status look_at_promise(const fs::path& directory, const StoreOptions& options) {
  if (SyncedMark::read(directory) == 0) return Done{};
  const Result<std::unique_ptr<Database>> database = Database::open(directory, options, Database::Access::kRead);
  if (!database) return database.error();
  return check_promise(*database.value());
}

}  // namespace

Result<std::unique_ptr<Store>> Store::open(const fs::path& directory, const StoreOptions& options) {
  std::error_code error;
  fs::create_directories(directory, error);
  if (error) {
    return Error{ErrorCode::kUnavailable, directory.string(),
                 "cannot make the data directory " + directory.string() + ": " + error.message()};
  }
  Result<DirectoryLock> lock = DirectoryLock::acquire(directory, DirectoryLock::Mode::kWriter);
  if (!lock) return lock.error();

  SpaceGuard guard(directory, options.space, options.space_probe);
  if (guard.look(SteadyTime{}, 0) == SpaceLevel::kStop) {
    return Error{ErrorCode::kUnavailable, directory.string(),
                 "the disk of " + directory.string() + " is full: " + std::to_string(guard.use().free_bytes >> 20) +
                     " MiB are free; make room, then start again"};
  }
  // Before RocksDB replays and drops a log that lost something.
  if (const Status kept = look_at_promise(directory, options); !kept) return kept.error();
  Result<std::unique_ptr<Database>> database = Database::open(directory, options, Database::Access::kCreate);
  if (!database) return database.error();
  if (const Status ready = bring_up_to_date(*database.value(), migrations(), kSchemaVersion); !ready) {
    return ready.error();
  }
  Result<SyncedMark> mark = SyncedMark::open(directory, options.durable);
  if (!mark) return mark.error();

  auto state = std::make_unique<State>(std::move(lock).value(), std::move(database).value(), options);
  state->guard = std::move(guard);
  state->mark = std::move(mark).value();
  if (const Status loaded = state->load(); !loaded) return loaded.error();
  return std::unique_ptr<Store>(new Store(std::move(state)));
}

Result<std::unique_ptr<Store>> Store::open_read_only(const fs::path& directory) {
  Result<DirectoryLock> lock = DirectoryLock::acquire(directory, DirectoryLock::Mode::kReader);
  if (!lock) return lock.error();
  const StoreOptions options;
  Result<std::unique_ptr<Database>> database = Database::open(directory, options, Database::Access::kRead);
  if (!database) return database.error();
  if (const Status ready = check_schema(*database.value(), kSchemaVersion); !ready) return ready.error();

  auto state = std::make_unique<State>(std::move(lock).value(), std::move(database).value(), options);
  state->broken = Error{ErrorCode::kUnavailable, directory.string(), "the store is open for reading only"};
  if (const Status loaded = state->load(); !loaded) return loaded.error();
  return std::unique_ptr<Store>(new Store(std::move(state)));
}

Store::Store(std::unique_ptr<State> state) : state_(std::move(state)) {}

Store::~Store() {
  State& state = *state_;
  // Nobody is left to tell of a failure, and none loses anything: the log holds all. With the log's records in files
  // the next start need not replay it.
  if (state.broken || !state.sync() || !state.options.durable) return;
  if (state.guard.level() < SpaceLevel::kDecisionsOnly) static_cast<void>(state.database->flush());
}

Database& Store::database() const {
  return *state_->database;
}

// --- sites --------------------------------------------------------------------------------------------------------

Result<SiteHandle> Store::site(std::string_view id) {
  if (id.empty() || id.size() > limits::kSiteIdBytesMax) {
    return Error{ErrorCode::kUsage, std::string(id.substr(0, 80)), "a site id has 1 to 300 bytes"};
  }
  if (const std::optional<SiteHandle> known = find_site(id)) return *known;

  SiteRecord record;
  record.id = id;
  record.number = state_->sites.empty() ? 1 : state_->sites.rbegin()->first + 1;
  record.next_url = 1;
  WriteSet set;
  state_->database->put(set, Table::kMeta, text_key(kSharedSiteNumber, kSiteKind, id), encoded(record));
  if (const Status written = state_->write(set, Database::Durability::kSynced); !written) return written.error();
  const std::lock_guard<std::mutex> guard(state_->sites_mutex);
  state_->numbers[record.id] = record.number;
  state_->sites[record.number] = record;
  return SiteHandle(record.number);
}

std::optional<SiteHandle> Store::find_site(std::string_view id) const {
  const std::lock_guard<std::mutex> guard(state_->sites_mutex);
  const auto row = state_->numbers.find(id);
  if (row == state_->numbers.end()) return std::nullopt;
  return SiteHandle(row->second);
}

std::vector<std::string> Store::sites() const {
  const std::lock_guard<std::mutex> guard(state_->sites_mutex);
  std::vector<std::string> ids;
  for (const auto& [number, record] : state_->sites) ids.push_back(record.id);
  return ids;
}

std::string Store::site_id(SiteHandle site) const {
  const std::lock_guard<std::mutex> guard(state_->sites_mutex);
  const auto row = state_->sites.find(site.number_);
  return row == state_->sites.end() ? std::string() : row->second.id;
}

// --- writing ------------------------------------------------------------------------------------------------------

Status Store::State::write(WriteSet& set, Database::Durability durability) {
  if (broken) return *broken;
  guard.wrote(database->bytes(set));
  const Stopwatch::time_point begun = Stopwatch::now();
  const Status written = database->write(set, durability);
  if (options.on_write) options.on_write(Stopwatch::now() - begun);
  if (!written) {
    broken = written.error();
    return written.error();
  }
  if (durability == Database::Durability::kSynced) {
    mark.set(database->sequence());
    unsynced_visits = 0;
    ++syncs;
  }
  return Done{};
}

Status Store::State::sync() {
  if (broken) return *broken;
  const std::uint64_t sequence = database->sequence();
  const Stopwatch::time_point begun = Stopwatch::now();
  const Status synced = database->sync();
  if (options.on_write) options.on_write(Stopwatch::now() - begun);
  if (!synced) {
    broken = synced.error();
    return synced.error();
  }
  mark.set(sequence);
  unsynced_visits = 0;
  ++syncs;
  return Done{};
}

SpaceLevel Store::State::quota_level(SiteNumber site) {
  if (options.site_bytes_max == 0 || site == kSharedSiteNumber) return SpaceLevel::kNormal;
  Quota& quota = quotas[site];
  if (quota.visits++ % limits::kQuotaCheckVisits == 0) {
    const std::uint64_t used = database->range_bytes(site_prefix(site), site_end(site));
    quota.level = level_by_budget(used, options.site_bytes_max);
  }
  return quota.level;
}

Status Store::State::may_write(SiteNumber site, bool decision) {
  if (broken) return *broken;
  if (guard.due_by_bytes()) guard.look(synced_at.value_or(SteadyTime{}), database->total_bytes());
  const SpaceLevel level = std::max(guard.level(), quota_level(site));
  if (level < SpaceLevel::kDecisionsOnly || (level == SpaceLevel::kDecisionsOnly && decision)) return Done{};
  const bool by_quota = guard.level() < SpaceLevel::kDecisionsOnly;
  return Error{ErrorCode::kUnavailable, database->directory().string(),
               by_quota
                   ? "the site has used up its share of the store"
                   : "the disk of " + database->directory().string() + " is nearly full (" +
                         std::to_string(guard.use().free_bytes >> 20) + " MiB free)" +
                         (level == SpaceLevel::kStop ? ": nothing more is written" : ": only decisions are written")};
}

void Store::State::add_url(WriteSet& set, SiteNumber site, const UrlEntry& entry) {
  std::string value;
  value.reserve(256 + entry.record.url.size());
  encode_record(entry.record, value);
  database->put(set, Table::kUrl, fingerprint_key(site, entry.key), value);
}

Status Store::State::add_findings(WriteSet& set, SiteNumber site, const Visit& visit) {
  for (const Finding& finding : visit.findings) {
    const std::optional<std::string> key = finding_key(site, finding.id);
    if (!key) return Error{ErrorCode::kInternal, finding.id, "a finding's id has 32 hex digits"};
    database->put(set, Table::kFinding, *key, encoded(finding));
  }
  std::uint64_t sequence = next_history;
  for (const TransitionRecord& transition : visit.transitions) {
    const std::optional<std::string> key = history_key(site, transition.finding_id, sequence++);
    if (!key) return Error{ErrorCode::kInternal, transition.finding_id, "a finding's id has 32 hex digits"};
    database->put(set, Table::kHistory, *key, encoded(transition));
  }
  if (sequence != next_history) {
    next_history = sequence;
    database->put(set, Table::kMeta, history_counter_key(), encoded(CounterRecord{sequence}));
  }
  return Done{};
}

Status Store::commit(const Visit& visit) {
  State& state = *state_;
  Database& database = *state.database;
  const SiteNumber site = visit.site.number_;
  const bool decision = !visit.transitions.empty();
  if (const Status allowed = state.may_write(site, decision); !allowed) return allowed.error();

  WriteSet set;
  if (visit.page) {
    state.add_url(set, site, *visit.page);
    if (visit.links) database.put(set, Table::kLinks, number_key(site, visit.page->record.number), *visit.links);
  }
  for (const UrlEntry& entry : visit.urls) state.add_url(set, site, entry);
  for (const Fingerprint& subject : visit.ladders_gone) {
    database.erase(set, Table::kLadder, fingerprint_key(site, subject));
  }
  for (const LadderRecord& ladder : visit.ladders) {
    database.put(set, Table::kLadder, fingerprint_key(site, ladder.subject), encoded(ladder));
  }
  for (const RefName& ref : visit.refs_gone) database.erase(set, Table::kRef, ref_key(site, ref.target, ref.page));
  for (const RefRecord& ref : visit.refs) {
    database.put(set, Table::kRef, ref_key(site, ref.target, ref.page), encoded(ref));
  }
  for (const HostRecord& host : visit.hosts) {
    database.put(set, Table::kHost, text_key(kSharedSiteNumber, kHostKind, host.host), encoded(host));
  }
  for (const std::string& id : visit.columns_gone) database.erase(set, Table::kColumn, column_key(site, id));
  for (const ColumnRecord& column : visit.columns) {
    database.put(set, Table::kColumn, column_key(site, column.id), encoded(column));
  }
  for (const std::string& name : visit.slots_gone) database.erase(set, Table::kSlot, slot_key(site, name));
  for (const SlotRecord& slot : visit.slots) {
    database.put(set, Table::kSlot, slot_key(site, slot.name), encoded(slot));
  }
  for (const UrlNumber page : visit.content_gone) database.erase(set, Table::kContent, number_key(site, page));
  for (const ContentRecord& record : visit.content) {
    database.put(set, Table::kContent, number_key(site, record.page), encoded(record));
  }
  if (visit.patrol) {
    database.put(set, Table::kMeta, patrol_key(site, visit.patrol->number), encoded(*visit.patrol));
  }
  if (const Status added = state.add_findings(set, site, visit); !added) return added.error();

  const Status written = state.write(set, decision ? Database::Durability::kSynced : Database::Durability::kGrouped);
  if (!written) return written.error();
  if (!decision && ++state.unsynced_visits >= limits::kGroupSyncVisits) return state.sync();
  return Done{};
}

Status Store::write_decision(WriteSet& set) {
  if (const Status allowed = state_->may_write(kSharedSiteNumber, true); !allowed) return allowed.error();
  return state_->write(set, Database::Durability::kSynced);
}

Status Store::write_grouped(SiteHandle site, WriteSet& set) {
  State& state = *state_;
  if (const Status allowed = state.may_write(site.number_, false); !allowed) return allowed.error();
  if (const Status written = state.write(set, Database::Durability::kGrouped); !written) return written.error();
  if (++state.unsynced_visits >= limits::kGroupSyncVisits) return state.sync();
  return Done{};
}

Status Store::tick(SteadyTime now) {
  State& state = *state_;
  if (state.broken) return *state.broken;
  if (state.guard.due(now)) state.guard.look(now, state.database->total_bytes());
  if (!state.synced_at) state.synced_at = now;
  if (now - *state.synced_at < limits::kGroupSyncInterval) return Done{};
  state.synced_at = now;
  return state.unsynced_visits > 0 ? state.sync() : Done{};
}

Status Store::sync() {
  return state_->sync();
}

bool Store::waits_for_sync() const {
  return state_->unsynced_visits > 0;
}

std::uint64_t Store::syncs() const {
  return state_->syncs;
}

SpaceLevel Store::space_level() const {
  return state_->guard.level();
}

SpaceLevel Store::space_level(SiteHandle site) const {
  const auto quota = state_->quotas.find(site.number_);
  return quota == state_->quotas.end() ? space_level() : std::max(space_level(), quota->second.level);
}

std::uint64_t Store::bytes() const {
  return state_->database->total_bytes();
}

std::uint64_t Store::site_bytes(SiteHandle site) const {
  return state_->database->range_bytes(site_prefix(site.number_), site_end(site.number_));
}

// --- reading ------------------------------------------------------------------------------------------------------

namespace {

template <class Record>
Result<std::optional<Record>> read_one(const Database& database, Table table, std::string_view key) {
  const Result<std::optional<std::string>> value = database.get(table, key);
  if (!value) return value.error();
  if (!value.value()) return std::optional<Record>();
  Result<Record> record = decode_record<Record>(*value.value());
  if (!record) return damaged(database, table, record.error());
  return std::optional<Record>(std::move(record).value());
}

// Decodes every record with from <= key < to; the callback gets the key and the record.
template <class Record, class OnRecord>
Status read_all(const Database& database, Table table, std::string_view from, std::string_view to,
                const OnRecord& on_record) {
  std::optional<Error> fault;
  const Status scanned = database.scan(table, from, to, [&](std::string_view key, std::string_view value) {
    Result<Record> record = decode_record<Record>(value);
    if (record) {
      on_record(key, std::move(record).value());
      return true;
    }
    fault = damaged(database, table, record.error());
    return false;
  });
  if (!scanned) return scanned.error();
  if (fault) return *fault;
  return Done{};
}

}  // namespace

Result<std::optional<UrlRecord>> Store::url(SiteHandle site, const Fingerprint& key) const {
  return read_one<UrlRecord>(*state_->database, Table::kUrl, fingerprint_key(site.number_, key));
}

Status Store::for_each_url(SiteHandle site, FunctionView<void(const UrlEntry&)> on_url) const {
  return read_all<UrlRecord>(*state_->database, Table::kUrl, site_prefix(site.number_), site_end(site.number_),
                             [&](std::string_view key, UrlRecord record) {
                               const std::optional<Fingerprint> name = key_fingerprint(key);
                               if (name) on_url(UrlEntry{*name, std::move(record)});
                             });
}

Status Store::read_urls(SiteHandle site, UrlWalk& walk, std::size_t urls_max,
                        FunctionView<void(const UrlEntry&)> on_url) const {
  const std::string from = walk.next.empty() ? site_prefix(site.number_) : walk.next;
  std::size_t count = 0;
  std::optional<Error> fault;
  walk.finished = true;
  const Status scanned = state_->database->scan(Table::kUrl, from, site_end(site.number_),
                                                [&](std::string_view key, std::string_view value) {
                                                  if (count++ == urls_max) {
                                                    walk.next = key;
                                                    walk.finished = false;
                                                    return false;
                                                  }
                                                  Result<UrlRecord> record = decode_record<UrlRecord>(value);
                                                  if (!record)
                                                    fault = damaged(*state_->database, Table::kUrl, record.error());
                                                  const std::optional<Fingerprint> name = key_fingerprint(key);
                                                  if (record && name)
                                                    on_url(UrlEntry{*name, std::move(record).value()});
                                                  return !fault;
                                                });
  if (!scanned) return scanned.error();
  if (fault) return *fault;
  return Done{};
}

Result<UrlNumber> Store::next_url_number(SiteHandle site) const {
  UrlNumber next = 1;
  {
    const std::lock_guard<std::mutex> guard(state_->sites_mutex);
    const auto row = state_->sites.find(site.number_);
    if (row != state_->sites.end()) next = std::max(next, row->second.next_url);
  }
  const Status read =
      for_each_url(site, [&](const UrlEntry& entry) { next = std::max(next, entry.record.number + 1); });
  if (!read) return read.error();
  return next;
}

Status Store::for_each_link(SiteHandle site, FunctionView<void(UrlNumber, const StoredLinkView&)> on_link) const {
  const Database& database = *state_->database;
  std::optional<Error> fault;
  const Status scanned = database.scan(Table::kLinks, site_prefix(site.number_), site_end(site.number_),
                                       [&](std::string_view key, std::string_view value) {
                                         const UrlNumber page = key_number(key).value_or(0);
                                         const Status decoded = decode_links(
                                             value, [&](const StoredLinkView& link) { on_link(page, link); });
                                         if (!decoded) fault = damaged(database, Table::kLinks, decoded.error());
                                         return decoded.ok();
                                       });
  if (!scanned) return scanned.error();
  if (fault) return *fault;
  return Done{};
}

Status Store::for_each_link_of(SiteHandle site, UrlNumber page,
                               FunctionView<void(const StoredLinkView&)> on_link) const {
  const Result<std::optional<std::string>> value = state_->database->get(Table::kLinks, number_key(site.number_, page));
  if (!value) return value.error();
  if (!value.value()) return Done{};
  const Status decoded = decode_links(*value.value(), on_link);
  if (!decoded) return damaged(*state_->database, Table::kLinks, decoded.error());
  return Done{};
}

Result<std::vector<StoredLink>> Store::links(SiteHandle site, UrlNumber page) const {
  std::vector<StoredLink> links;
  const Status read = for_each_link_of(site, page, [&](const StoredLinkView& link) {
    links.push_back({link.target, link.region, link.role, std::string(link.tag), std::string(link.text), link.line});
  });
  if (!read) return read.error();
  return links;
}

Result<std::optional<Finding>> Store::finding(SiteHandle site, std::string_view id) const {
  const std::optional<std::string> key = finding_key(site.number_, id);
  if (!key) return std::optional<Finding>();
  Result<std::optional<Finding>> found = read_one<Finding>(*state_->database, Table::kFinding, *key);
  if (found && found.value()) {
    found.value()->site = site_id(site);
    found.value()->id = id;
  }
  return found;
}

Status Store::for_each_finding(SiteHandle site, FunctionView<void(Finding)> on_finding) const {
  const std::string id = site_id(site);
  return read_all<Finding>(*state_->database, Table::kFinding, site_prefix(site.number_), site_end(site.number_),
                           [&](std::string_view key, Finding finding) {
                             finding.site = id;
                             finding.id = key_finding_id(key).value_or("");
                             on_finding(std::move(finding));
                           });
}

Result<std::vector<Finding>> Store::findings(SiteHandle site, const FindingFilter& filter) const {
  std::vector<Finding> findings;
  const Status read = for_each_finding(site, [&](Finding finding) {
    if (filter.state && finding.state != *filter.state) return;
    if (!filter.rule.empty() && finding.rule != filter.rule) return;
    if (filter.since && finding.last_transition < *filter.since) return;
    findings.push_back(std::move(finding));
  });
  if (!read) return read.error();
  return findings;
}

Result<std::vector<TransitionRecord>> Store::history(SiteHandle site, std::string_view finding_id) const {
  std::vector<TransitionRecord> history;
  const std::optional<std::string> from = finding_key(site.number_, finding_id);
  if (!from) return history;
  const std::string to = *from + std::string(9, '\xff');
  const Status read = read_all<TransitionRecord>(*state_->database, Table::kHistory, *from, to,
                                                 [&](std::string_view, TransitionRecord record) {
                                                   record.finding_id = finding_id;
                                                   history.push_back(std::move(record));
                                                 });
  if (!read) return read.error();
  return history;
}

Result<std::vector<LadderRecord>> Store::ladders(SiteHandle site) const {
  std::vector<LadderRecord> ladders;
  const Status read =
      read_all<LadderRecord>(*state_->database, Table::kLadder, site_prefix(site.number_), site_end(site.number_),
                             [&](std::string_view, LadderRecord record) { ladders.push_back(std::move(record)); });
  if (!read) return read.error();
  return ladders;
}

Result<std::vector<RefRecord>> Store::refs(SiteHandle site, UrlNumber target) const {
  std::vector<RefRecord> refs;
  const std::string from = number_key(site.number_, target);
  const std::string to = from + std::string(5, '\xff');
  const Status read =
      read_all<RefRecord>(*state_->database, Table::kRef, from, to, [&](std::string_view key, RefRecord record) {
        const RefKey name = key_ref(key).value_or(RefKey{});
        record.target = name.target;
        record.page = name.page;
        for (StoredLink& place : record.places) place.target = name.target;
        refs.push_back(std::move(record));
      });
  if (!read) return read.error();
  return refs;
}

Result<std::vector<ColumnRecord>> Store::columns(SiteHandle site) const {
  std::vector<ColumnRecord> columns;
  const Status read = read_all<ColumnRecord>(*state_->database, Table::kColumn, site_prefix(site.number_),
                                             site_end(site.number_), [&](std::string_view key, ColumnRecord record) {
                                               record.id = key_column_id(key).value_or("");
                                               columns.push_back(std::move(record));
                                             });
  if (!read) return read.error();
  return columns;
}

Result<std::vector<SlotRecord>> Store::slots(SiteHandle site) const {
  std::vector<SlotRecord> slots;
  const Status read = read_all<SlotRecord>(*state_->database, Table::kSlot, site_prefix(site.number_),
                                           site_end(site.number_), [&](std::string_view key, SlotRecord record) {
                                             record.name = key_slot_name(key).value_or("");
                                             slots.push_back(std::move(record));
                                           });
  if (!read) return read.error();
  return slots;
}

Status Store::read_content(SiteHandle site, UrlWalk& walk, std::size_t records_max,
                           FunctionView<void(ContentRecord)> on_record) const {
  const std::string from = walk.next.empty() ? site_prefix(site.number_) : walk.next;
  std::size_t count = 0;
  std::optional<Error> fault;
  walk.finished = true;
  const auto on_row = [&](std::string_view key, std::string_view value) {
    if (count++ == records_max) {
      walk.next = key;
      walk.finished = false;
      return false;
    }
    Result<ContentRecord> record = decode_record<ContentRecord>(value);
    if (!record) fault = damaged(*state_->database, Table::kContent, record.error());
    const std::optional<std::uint32_t> page = key_number(key);
    if (record && page) {
      record.value().page = *page;
      on_record(std::move(record).value());
    }
    return !fault;
  };
  const Status scanned = state_->database->scan(Table::kContent, from, site_end(site.number_), on_row);
  if (!scanned) return scanned.error();
  if (fault) return *fault;
  return Done{};
}

Result<std::optional<HostRecord>> Store::host(std::string_view host) const {
  return read_one<HostRecord>(*state_->database, Table::kHost, text_key(kSharedSiteNumber, kHostKind, host));
}

Result<std::vector<HostRecord>> Store::hosts() const {
  std::vector<HostRecord> hosts;
  const Status read =
      read_all<HostRecord>(*state_->database, Table::kHost, site_prefix(kSharedSiteNumber), site_end(kSharedSiteNumber),
                           [&](std::string_view, HostRecord record) { hosts.push_back(std::move(record)); });
  if (!read) return read.error();
  return hosts;
}

// --- patrols ------------------------------------------------------------------------------------------------------

Result<std::vector<PatrolRecord>> Store::patrols(SiteHandle site) const {
  std::vector<PatrolRecord> patrols;
  const std::string from = patrol_key(site.number_, 0);
  const std::string to = text_key(site.number_, static_cast<char>(from[kSitePrefixBytes] + 1), "");
  const Status read =
      read_all<PatrolRecord>(*state_->database, Table::kMeta, from, to,
                             [&](std::string_view, PatrolRecord record) { patrols.push_back(std::move(record)); });
  if (!read) return read.error();
  return patrols;
}

Result<PatrolRecord> Store::begin_patrol(SiteHandle site, WallTime now) {
  const std::string from = patrol_key(site.number_, 0);
  const std::string to = text_key(site.number_, static_cast<char>(from[kSitePrefixBytes] + 1), "");
  const Result<std::optional<std::string>> before = state_->database->last(Table::kMeta, from, to);
  if (!before) return before.error();
  PatrolRecord patrol;
  patrol.number = 1;
  patrol.started = now;
  if (before.value()) {
    const Result<PatrolRecord> record = decode_record<PatrolRecord>(*before.value());
    if (!record) return damaged(*state_->database, Table::kMeta, record.error());
    if (record.value().ended) {
      patrol.number = record.value().number + 1;
    } else {
      patrol = record.value();
      ++patrol.resumed;
    }
  }
  WriteSet set;
  state_->database->put(set, Table::kMeta, patrol_key(site.number_, patrol.number), encoded(patrol));
  if (const Status written = state_->write(set, Database::Durability::kSynced); !written) return written.error();
  return patrol;
}

Status Store::save_patrol(SiteHandle site, const PatrolRecord& patrol) {
  WriteSet set;
  state_->database->put(set, Table::kMeta, patrol_key(site.number_, patrol.number), encoded(patrol));
  const auto durability = patrol.ended ? Database::Durability::kSynced : Database::Durability::kGrouped;
  Status written = state_->write(set, durability);
  if (written && !patrol.ended) ++state_->unsynced_visits;
  return written;
}

// --- retention ----------------------------------------------------------------------------------------------------

Result<SweepStep> Store::sweep(SiteHandle site, WallTime now, const Retention& retention) {
  if (state_->broken) return *state_->broken;
  SiteRecord record;
  record.number = site.number_;
  if (const auto row = state_->sites.find(site.number_); row != state_->sites.end()) record = row->second;
  WriteSet set;
  const Result<Sweeper::Step> step =
      state_->sweepers[site.number_].step(*state_->database, record, {now, retention}, set);
  if (!step) return damaged(*state_->database, Table::kUrl, step.error());
  if (const Status written = state_->write(set, Database::Durability::kGrouped); !written) return written.error();
  ++state_->unsynced_visits;
  if (!record.id.empty()) {
    const std::lock_guard<std::mutex> guard(state_->sites_mutex);
    state_->sites[site.number_] = record;
  }
  return SweepStep{step.value().looked_at, step.value().removed, step.value().finished};
}

}  // namespace xuncha
