#include "storage/database.h"

#include <fcntl.h>
#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/rate_limiter.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>
#include <unistd.h>

#include <algorithm>
#include <cstdarg>
#include <system_error>
#include <utility>

#include "core/limits.h"
#include "storage/keys.h"

namespace xuncha {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, kTableCount> kTableNames = {
    "meta", "url", "links", "ref", "conf", "find", "hist", "host", "outbox", "col", "probe", "slot", "content"};
constexpr std::size_t kSmallWriteBufferBytes = 1u << 20;
constexpr std::size_t kBlockBytes = 16u << 10;
constexpr std::size_t kKeyProtectionBytes = 8;
// Stands in a directory from before the first file of a new store until its schema is written and synced: only then may
// files without an index be taken for a creation that was cut short.
constexpr const char* kCreatingName = "creating";

rocksdb::Slice slice(std::string_view text) {
  return {text.data(), text.size()};
}

std::string_view view(const rocksdb::Slice& slice) {
  return {slice.data(), slice.size()};
}

class SilentLogger : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

bool is_database_file(const std::string& name) {
  return name.ends_with(".sst") || name.ends_with(".log") || name.starts_with("MANIFEST-");
}

// May a new store be made here? Never beside files of an old one whose index is gone: RocksDB would delete them.
Result<bool> may_create(const fs::path& directory) {
  std::error_code error;
  if (fs::exists(directory / "CURRENT", error)) return false;
  if (fs::exists(directory / kCreatingName, error)) return true;
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end; entry.increment(error)) {
    if (is_database_file(entry->path().filename().string())) {
      return Error{ErrorCode::kCorruption, (directory / "CURRENT").string(),
                   "the file CURRENT is missing although the directory holds data; " + corruption_advice(directory)};
    }
  }
  if (error) {
    return Error{ErrorCode::kUnavailable, directory.string(), "cannot read the data directory: " + error.message()};
  }
  return true;
}

// On the disk before the first file of the store. Where it cannot be written, the store cannot be either.
void mark_creation(const fs::path& directory) {
  const int file = ::open((directory / kCreatingName).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0) return;
  ::fsync(file);
  ::close(file);
  const int folder = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return;
  ::fsync(folder);
  ::close(folder);
}

rocksdb::DBOptions database_options(const StoreOptions& options, bool writable) {
  rocksdb::DBOptions database;
  database.create_missing_column_families = writable;
  database.max_open_files = limits::kStoreOpenFilesMax;
  database.max_file_opening_threads = 1;
  database.max_background_jobs = 2;
  database.bytes_per_sync = 1u << 20;
  database.max_total_wal_size = limits::kStoreWalBytesMax;
  database.avoid_flush_during_shutdown = true;  // only what has no log would be flushed: a temporary store
  database.paranoid_checks = true;
  database.verify_sst_unique_id_in_manifest = true;
  database.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  database.allow_concurrent_memtable_write = false;  // one writer
  database.stats_dump_period_sec = 0;
  database.stats_persist_period_sec = 0;
  database.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  database.keep_log_file_num = 3;
  database.max_log_file_size = 1u << 20;
  if (!writable || !options.durable) database.info_log = std::make_shared<SilentLogger>();
  if (options.io_bytes_a_second > 0) {
    database.rate_limiter.reset(rocksdb::NewGenericRateLimiter(static_cast<std::int64_t>(options.io_bytes_a_second)));
  }
  return database;
}

rocksdb::ColumnFamilyOptions table_options(const StoreOptions& options, const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::BlockBasedTableOptions blocks;
  blocks.block_cache = cache;
  blocks.block_size = kBlockBytes;
  blocks.cache_index_and_filter_blocks = true;
  blocks.filter_policy.reset(rocksdb::NewRibbonFilterPolicy(10));
  blocks.format_version = 5;

  rocksdb::ColumnFamilyOptions table;
  table.table_factory.reset(rocksdb::NewBlockBasedTableFactory(blocks));
  table.prefix_extractor.reset(rocksdb::NewFixedPrefixTransform(kSitePrefixBytes));
  table.compression = rocksdb::kLZ4Compression;
  table.bottommost_compression = options.compact_hard ? rocksdb::kZSTD : rocksdb::kDisableCompressionOption;
  table.level_compaction_dynamic_level_bytes = true;
  table.force_consistency_checks = true;
  table.write_buffer_size = kSmallWriteBufferBytes;
  // A compaction writes all of its result before it removes what it read. It has to fit into the space that is kept
  // free for decisions, together with one of another table, or it fills the disk that has room for both.
  table.max_compaction_bytes = std::max<std::uint64_t>(options.space.free_bytes_min / 4, kSmallWriteBufferBytes);
  table.max_bytes_for_level_base = table.max_compaction_bytes;
  table.target_file_size_base = table.max_compaction_bytes / 8;
  return table;
}

// Half of the memory for the lists of links, a quarter for URLs: by far the most bytes are theirs.
std::size_t write_buffer_bytes(std::string_view name, std::size_t all) {
  if (name == kTableNames[static_cast<std::size_t>(Table::kLinks)]) return all / 2;
  if (name == kTableNames[static_cast<std::size_t>(Table::kUrl)]) return all / 4;
  return std::min(all / 8, kSmallWriteBufferBytes);
}

// RocksDB's messages name files as "... in PATH offset ..." or "PATH: ...": the first word that is one of ours.
std::string file_in_message(const std::string& message, const fs::path& directory) {
  for (std::size_t begin = 0; begin < message.size();) {
    const std::size_t end = std::min(message.find_first_of(" :,()", begin), message.size());
    std::string word = message.substr(begin, end - begin);
    const std::string name = fs::path(word).filename().string();
    if (is_database_file(name) || name == "CURRENT" || name.starts_with("OPTIONS-")) {
      return (directory / name).string();
    }
    begin = end + 1;
  }
  return directory.string();
}

}  // namespace

StoreOptions StoreOptions::for_daemon() {
  StoreOptions options;
  options.io_bytes_a_second = 20u << 20;
  return options;
}

StoreOptions StoreOptions::for_check() {
  StoreOptions options;
  options.compact_hard = false;
  options.space.free_bytes_min = 128u << 20;
  options.space.free_share_min = 0;
  options.space.ballast_bytes = 16u << 20;
  return options;
}

StoreOptions StoreOptions::temporary() {
  StoreOptions options = for_check();
  options.durable = false;
  options.space.free_bytes_min = 64u << 20;
  options.space.ballast_bytes = 0;
  return options;
}

std::string_view table_name(Table table) {
  return kTableNames[static_cast<std::size_t>(table)];
}

Error not_finished(const fs::path& directory) {
  return Error{ErrorCode::kUnavailable, directory.string(),
               "the store in " + directory.string() +
                   " was not finished: its making was cut short, and it holds nothing; start the patrol again"};
}

std::string corruption_advice(const fs::path& directory) {
  const std::string path = directory.string();
  return "nothing was changed; `xuncha store check --data-dir " + path +
         "` lists the damage, `xuncha store salvage --data-dir " + path +
         " --to DIR` copies what is readable, or restore a backup";
}

Error database_error(const rocksdb::Status& status, const fs::path& directory, std::string_view action) {
  const std::string words = status.ToString();
  const std::string file = file_in_message(words, directory);
  const bool lost_file = status.IsPathNotFound() || words.find("No such file") != std::string::npos;
  if (status.IsCorruption() || (lost_file && file != directory.string()) || status.IsInvalidArgument()) {
    return Error{ErrorCode::kCorruption, file,
                 std::string(action) + ": the store is damaged (" + words + "); " + corruption_advice(directory)};
  }
  if (status.IsNoSpace()) {
    return Error{ErrorCode::kUnavailable, directory.string(), std::string(action) + ": the disk is full"};
  }
  return Error{ErrorCode::kUnavailable, file, std::string(action) + ": " + words};
}

WriteSet::WriteSet() : batch_(std::make_unique<rocksdb::WriteBatch>(0, 0, kKeyProtectionBytes, 0)) {}
WriteSet::WriteSet(WriteSet&&) noexcept = default;
WriteSet& WriteSet::operator=(WriteSet&&) noexcept = default;
WriteSet::~WriteSet() = default;

Database::Database(fs::path directory, const StoreOptions& options, Access access)
    : directory_(std::move(directory)), options_(options), access_(access) {}

Result<std::unique_ptr<Database>> Database::open(const fs::path& directory, const StoreOptions& options,
                                                 Access access) {
  const bool writable = access < Access::kRead;
  const Result<bool> create = may_create(directory);
  if (!create) return create.error();
  if (create.value() && access != Access::kCreate) {
    return Error{ErrorCode::kUnavailable, directory.string(), "there is no store in " + directory.string()};
  }
  if (create.value()) mark_creation(directory);

  std::unique_ptr<Database> database(new Database(directory, options, access));
  rocksdb::DBOptions database_wide = database_options(options, writable);
  database_wide.create_if_missing = create.value();
  if (access == Access::kSalvage) {
    database_wide.paranoid_checks = false;
    database_wide.verify_sst_unique_id_in_manifest = false;
    database_wide.wal_recovery_mode = rocksdb::WALRecoveryMode::kSkipAnyCorruptedRecords;
  }
  if (options.file_system) {
    database->environment_ = rocksdb::NewCompositeEnv(options.file_system);
    database_wide.env = database->environment_.get();
  }

  rocksdb::LRUCacheOptions cache_options;
  cache_options.capacity = options.cache_bytes;
  cache_options.num_shard_bits = 2;
  const std::shared_ptr<rocksdb::Cache> cache = rocksdb::NewLRUCache(cache_options);

  std::vector<std::string> names;
  if (!create.value()) {
    const rocksdb::Status listed = rocksdb::DB::ListColumnFamilies(database_wide, directory.string(), &names);
    if (!listed.ok()) return database_error(listed, directory, "cannot open the store");
  }
  // A reader opens what is there; a writer adds what is missing. Families of a newer program are opened too: RocksDB
  // asks for all, and the schema version decides.
  if (std::find(names.begin(), names.end(), rocksdb::kDefaultColumnFamilyName) == names.end()) {
    names.push_back(rocksdb::kDefaultColumnFamilyName);
  }
  for (std::size_t number = 0; number < kTableCount; ++number) {
    const std::string_view name = kTableNames[number];
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    if (!writable && database->creating()) return not_finished(directory);
    if (!writable && number >= kTablesAtFirst) continue;
    if (!writable) {
      return Error{ErrorCode::kCorruption, directory.string(),
                   "the table `" + std::string(name) + "` is missing; " + corruption_advice(directory)};
    }
    names.emplace_back(name);
  }
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  for (const std::string& name : names) {
    rocksdb::ColumnFamilyOptions table = table_options(options, cache);
    table.write_buffer_size = write_buffer_bytes(name, options.write_buffer_bytes);
    table.force_consistency_checks = access != Access::kSalvage;
    descriptors.emplace_back(name, table);
  }

  rocksdb::DB* raw = nullptr;
  const rocksdb::Status opened =
      writable ? rocksdb::DB::Open(database_wide, directory.string(), descriptors, &database->owned_, &raw)
               : rocksdb::DB::OpenForReadOnly(database_wide, directory.string(), descriptors, &database->owned_, &raw);
  if (!opened.ok()) return database_error(opened, directory, "cannot open the store");
  database->db_.reset(raw);
  for (rocksdb::ColumnFamilyHandle* handle : database->owned_) {
    const auto row = std::find(kTableNames.begin(), kTableNames.end(), handle->GetName());
    if (row != kTableNames.end()) database->handles_[static_cast<std::size_t>(row - kTableNames.begin())] = handle;
  }
  return database;
}

void Database::creation_finished() {
  std::error_code ignored;
  fs::remove(directory_ / kCreatingName, ignored);
}

bool Database::creating() const {
  std::error_code ignored;
  return fs::exists(directory_ / kCreatingName, ignored);
}

Database::~Database() {
  if (!db_) return;
  for (rocksdb::ColumnFamilyHandle* handle : owned_) db_->DestroyColumnFamilyHandle(handle);
  db_->Close();
}

Result<std::optional<std::string>> Database::get(Table table, std::string_view key) const {
  if (!handle(table)) return std::optional<std::string>();
  std::string value;
  const rocksdb::Status status = db_->Get(rocksdb::ReadOptions(), handle(table), slice(key), &value);
  if (status.IsNotFound()) return std::optional<std::string>();
  if (!status.ok()) return database_error(status, directory_, "cannot read the store");
  return std::optional<std::string>(std::move(value));
}

Status Database::scan(Table table, std::string_view from, std::string_view to,
                      FunctionView<bool(std::string_view, std::string_view)> on_record) const {
  if (!handle(table)) return Done{};
  rocksdb::ReadOptions options;
  options.total_order_seek = true;
  options.fill_cache = false;
  options.readahead_size = 256u << 10;
  const rocksdb::Slice end = slice(to);
  if (!to.empty()) options.iterate_upper_bound = &end;
  const std::unique_ptr<rocksdb::Iterator> row(db_->NewIterator(options, handle(table)));
  for (row->Seek(slice(from)); row->Valid(); row->Next()) {
    if (!on_record(view(row->key()), view(row->value()))) return Done{};
  }
  if (!row->status().ok()) return database_error(row->status(), directory_, "cannot read the store");
  return Done{};
}

Result<std::optional<std::string>> Database::last(Table table, std::string_view from, std::string_view to) const {
  if (!handle(table)) return std::optional<std::string>();
  rocksdb::ReadOptions options;
  options.total_order_seek = true;
  const rocksdb::Slice begin = slice(from);
  const rocksdb::Slice end = slice(to);
  options.iterate_lower_bound = &begin;
  options.iterate_upper_bound = &end;
  const std::unique_ptr<rocksdb::Iterator> row(db_->NewIterator(options, handle(table)));
  row->SeekToLast();
  if (!row->status().ok()) return database_error(row->status(), directory_, "cannot read the store");
  if (!row->Valid()) return std::optional<std::string>();
  return std::optional<std::string>(row->value().ToString());
}

namespace {

constexpr std::size_t kLongestKeyBytes = 28;

// `key` as a number of kLongestKeyBytes bytes, plus 2^bit; false when that is more than there is.
bool add_bit(std::string& key, std::size_t bit) {
  key.resize(kLongestKeyBytes, '\0');
  unsigned carry = 1u << bit % 8;
  for (std::size_t index = kLongestKeyBytes - bit / 8; carry != 0 && index-- > 0;) {
    carry += static_cast<std::uint8_t>(key[index]);
    key[index] = static_cast<char>(carry & 0xff);
    carry >>= 8;
  }
  return carry == 0;
}

// After a read failed behind `key`: moves the iterator to the next place where it can read again. Steps double until
// one succeeds, then the way back is halved, so that what is left out is little more than the damaged block.
bool seek_behind_damage(rocksdb::Iterator& row, const std::string& key) {
  std::string bad = key;
  std::size_t bit = 0;
  std::string good;
  for (; bit < kLongestKeyBytes * 8; ++bit) {
    std::string candidate = key;
    if (!add_bit(candidate, bit)) return false;
    row.Seek(candidate);
    if (row.status().ok()) {
      good = candidate;
      break;
    }
    bad = candidate;
  }
  if (good.empty()) return false;
  while (bit-- > 0) {
    std::string candidate = bad;
    if (!add_bit(candidate, bit) || candidate >= good) continue;
    row.Seek(candidate);
    (row.status().ok() ? good : bad) = candidate;
  }
  row.Seek(good);
  return row.status().ok();
}

}  // namespace

void Database::scan_readable(Table table, FunctionView<void(std::string_view, std::string_view)> on_record,
                             FunctionView<void(std::string_view, const Error&)> on_gap) const {
  if (!handle(table)) return;
  rocksdb::ReadOptions options;
  options.total_order_seek = true;
  options.fill_cache = false;
  const std::unique_ptr<rocksdb::Iterator> row(db_->NewIterator(options, handle(table)));
  read_around_damage(*row, on_record, [&](std::string_view key, const rocksdb::Status& status) {
    on_gap(key, database_error(status, directory_, "a range cannot be read"));
  });
}

void read_around_damage(rocksdb::Iterator& row, FunctionView<void(std::string_view, std::string_view)> on_record,
                        FunctionView<void(std::string_view, const rocksdb::Status&)> on_gap) {
  std::string last;
  for (row.SeekToFirst();;) {
    if (row.Valid()) {
      last = row.key().ToString();
      on_record(view(row.key()), view(row.value()));
      row.Next();
      continue;
    }
    if (row.status().ok()) return;
    on_gap(last, row.status());
    if (!seek_behind_damage(row, last)) return;
  }
}

void Database::put(WriteSet& set, Table table, std::string_view key, std::string_view value) {
  // Fails only for a batch over 4 GiB, which bounded visits cannot reach; the write would then report it.
  set.batch_->Put(handle(table), slice(key), slice(value)).PermitUncheckedError();
}

void Database::erase(WriteSet& set, Table table, std::string_view key) {
  set.batch_->Delete(handle(table), slice(key)).PermitUncheckedError();
}

std::uint64_t Database::bytes(const WriteSet& set) const {
  return set.batch_->GetDataSize();
}

Status Database::write(WriteSet& set, Durability durability) {
  rocksdb::WriteOptions options;
  options.disableWAL = !options_.durable;
  options.sync = options_.durable && durability == Durability::kSynced;
  const rocksdb::Status status = db_->Write(options, set.batch_.get());
  if (!status.ok()) return database_error(status, directory_, "cannot write to the store");
  return Done{};
}

Status Database::sync() {
  if (!options_.durable) return Done{};
  const rocksdb::Status status = db_->SyncWAL();
  if (!status.ok()) return database_error(status, directory_, "cannot sync the store");
  return Done{};
}

std::uint64_t Database::sequence() const {
  return db_->GetLatestSequenceNumber();
}

std::uint64_t Database::total_bytes() const {
  std::uint64_t total = 0;
  for (rocksdb::ColumnFamilyHandle* handle : owned_) {
    std::uint64_t value = 0;
    if (db_->GetIntProperty(handle, rocksdb::DB::Properties::kTotalSstFilesSize, &value)) total += value;
    if (db_->GetIntProperty(handle, rocksdb::DB::Properties::kCurSizeAllMemTables, &value)) total += value;
  }
  return total;
}

std::uint64_t Database::range_bytes(std::string_view from, std::string_view to) const {
  rocksdb::SizeApproximationOptions options;
  options.include_files = true;
  options.include_memtables = true;
  const rocksdb::Range range(slice(from), slice(to));
  std::uint64_t total = 0;
  for (rocksdb::ColumnFamilyHandle* handle : handles_) {
    std::uint64_t size = 0;
    if (handle && db_->GetApproximateSizes(options, handle, &range, 1, &size).ok()) total += size;
  }
  return total;
}

std::vector<fs::path> Database::live_files() const {
  std::vector<rocksdb::LiveFileMetaData> rows;
  db_->GetLiveFilesMetaData(&rows);
  std::vector<fs::path> files;
  files.reserve(rows.size());
  for (const rocksdb::LiveFileMetaData& row : rows) files.push_back(directory_ / fs::path(row.name).filename());
  return files;
}

Status Database::flush() {
  const rocksdb::Status status =
      db_->Flush(rocksdb::FlushOptions(), std::vector<rocksdb::ColumnFamilyHandle*>(owned_.begin(), owned_.end()));
  if (!status.ok()) return database_error(status, directory_, "cannot write to the store");
  return Done{};
}

}  // namespace xuncha
