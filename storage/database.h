#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "storage/function_view.h"
#include "storage/store_options.h"

namespace rocksdb {
class ColumnFamilyHandle;
class DB;
class Env;
class Iterator;
class Status;
class WriteBatch;
}  // namespace rocksdb

namespace xuncha {

// The one place that knows how RocksDB is opened, and turns its answers into Errors. Room-internal: store.cc and
// maintenance.cc build on it. Reads from any thread, writes from one.

// The column families. Names are stored; their order is that of RocksDB's numbers: append only. A writer adds those
// that an older program did not make; for a reader they are empty.
enum class Table : std::uint8_t {
  kMeta,
  kUrl,
  kLinks,
  kRef,
  kLadder,
  kFinding,
  kHistory,
  kHost,
  kOutbox,
  kColumn,
  kProbe,
  kSlot,
  kContent
};
inline constexpr std::size_t kTableCount = 13;
inline constexpr std::size_t kTablesAtFirst = 8;  // those that every store of schema 1 has
std::string_view table_name(Table table);

// Puts and deletes over any tables that are written all or none.
class WriteSet {
 public:
  WriteSet();
  WriteSet(WriteSet&&) noexcept;
  WriteSet& operator=(WriteSet&&) noexcept;
  ~WriteSet();

 private:
  friend class Database;
  std::unique_ptr<rocksdb::WriteBatch> batch_;
};

class Database {
 public:
  enum class Access {
    kCreate,   // read and write; made when the directory is empty
    kWrite,    // read and write; must be there
    kRead,     // nothing is written
    kSalvage,  // nothing is written; opens what it can, damaged records of the log are left out
  };
  enum class Durability {
    kSynced,   // on the disk when write() returns
    kGrouped,  // with the next sync()
  };

  static Result<std::unique_ptr<Database>> open(const std::filesystem::path& directory, const StoreOptions& options,
                                                Access access);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  // nullopt: no such key.
  Result<std::optional<std::string>> get(Table table, std::string_view key) const;
  // Every record with from <= key < to in order (an empty `to`: to the end), until the callback returns false. The
  // views live for the call.
  Status scan(Table table, std::string_view from, std::string_view to,
              FunctionView<bool(std::string_view key, std::string_view value)> on_record) const;

  // The value of the greatest key with from <= key < to; nullopt when there is none.
  Result<std::optional<std::string>> last(Table table, std::string_view from, std::string_view to) const;

  void put(WriteSet& set, Table table, std::string_view key, std::string_view value);
  void erase(WriteSet& set, Table table, std::string_view key);
  std::uint64_t bytes(const WriteSet& set) const;
  Status write(WriteSet& set, Durability durability);
  Status sync();

  // Like scan(), but goes on behind what cannot be read; `on_gap` is told of each such range by the key before it.
  void scan_readable(Table table, FunctionView<void(std::string_view key, std::string_view value)> on_record,
                     FunctionView<void(std::string_view key, const Error& error)> on_gap) const;

  // Of the last write; grows with each.
  std::uint64_t sequence() const;
  // On disk, all tables.
  std::uint64_t total_bytes() const;
  // On disk and in memory, roughly, of all keys in [from, to) of all tables.
  std::uint64_t range_bytes(std::string_view from, std::string_view to) const;
  // The data files that belong to it; others are left over from a crash.
  std::vector<std::filesystem::path> live_files() const;
  // Writes what is in memory to files.
  Status flush();

  // Is this store being made, its schema not yet written and synced? And: now it is.
  bool creating() const;
  void creation_finished();

  const std::filesystem::path& directory() const { return directory_; }
  bool writable() const { return access_ < Access::kRead; }
  rocksdb::DB* raw() const { return db_.get(); }

 private:
  Database(std::filesystem::path directory, const StoreOptions& options, Access access);
  rocksdb::ColumnFamilyHandle* handle(Table table) const { return handles_[static_cast<std::size_t>(table)]; }

  std::filesystem::path directory_;
  StoreOptions options_;
  Access access_;
  std::unique_ptr<rocksdb::Env> environment_;  // outlives the database
  std::unique_ptr<rocksdb::DB> db_;
  std::array<rocksdb::ColumnFamilyHandle*, kTableCount> handles_{};
  std::vector<rocksdb::ColumnFamilyHandle*> owned_;
};

// Walks an iterator from its first record to its last, going on behind blocks that cannot be read; `on_gap` is told of
// each by the last key before it.
void read_around_damage(rocksdb::Iterator& row, FunctionView<void(std::string_view, std::string_view)> on_record,
                        FunctionView<void(std::string_view, const rocksdb::Status&)> on_gap);

// What RocksDB said, as an Error: corruption names the file and the commands that help; the rest is kUnavailable.
Error database_error(const rocksdb::Status& status, const std::filesystem::path& directory, std::string_view action);
// A reader found a store whose making was cut short.
Error not_finished(const std::filesystem::path& directory);
// The sentence that every report of corruption ends with.
std::string corruption_advice(const std::filesystem::path& directory);

}  // namespace xuncha
