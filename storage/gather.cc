#include "storage/gather.h"

#include <rocksdb/iterator.h>
#include <rocksdb/options.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/sst_file_reader.h>
#include <rocksdb/table_properties.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <system_error>
#include <tuple>
#include <utility>
#include <vector>

#include "storage/codec.h"
#include "storage/keys.h"
#include "storage/links.h"

namespace xuncha {
namespace {

namespace fs = std::filesystem;

// More than the numbers of the few files that making an empty store takes.
constexpr unsigned long kLogNumberShift = 1'000;

// What grows with every version of a record; a record that does not decode is older than any that does.
using Age = std::tuple<bool, std::uint64_t, std::int64_t, std::uint64_t>;

std::int64_t count(WallTime time) {
  return time.time_since_epoch().count();
}

template <class Record, class AgeOf>
Age age_by(std::string_view value, const AgeOf& age_of) {
  const Result<Record> record = decode_record<Record>(value);
  return record ? age_of(record.value()) : Age{};
}

Age age_of_meta(std::string_view key, std::string_view value) {
  const char kind = key.size() > kSitePrefixBytes ? key[kSitePrefixBytes] : '\0';
  if (kind == 's') {
    return age_by<SiteRecord>(value, [](const SiteRecord& record) { return Age{true, record.next_url, 0, 0}; });
  }
  if (kind == 'p') {
    return age_by<PatrolRecord>(value, [](const PatrolRecord& record) {
      return Age{true, record.resumed, record.ended ? count(*record.ended) : 0, record.requests + record.pages};
    });
  }
  return age_by<CounterRecord>(value, [](const CounterRecord& record) { return Age{true, record.value, 0, 0}; });
}

Age age_of(Table table, std::string_view key, std::string_view value) {
  switch (table) {
    case Table::kMeta:
      return age_of_meta(key, value);
    case Table::kUrl:
      return age_by<UrlRecord>(value, [](const UrlRecord& record) {
        return Age{true, record.visits, count(record.visited), record.patrol_linked};
      });
    case Table::kLadder:
      return age_by<LadderRecord>(value, [](const LadderRecord& record) {
        return Age{true, 0, count(record.last_failure), std::uint64_t{record.failures} + record.successes};
      });
    case Table::kFinding:
      return age_by<Finding>(value, [](const Finding& record) {
        return Age{true, record.episode, count(record.last_transition),
                   static_cast<std::uint64_t>(count(record.last_seen))};
      });
    case Table::kHost:
      return age_by<HostRecord>(value, [](const HostRecord& record) {
        return Age{true, 0, std::max(count(record.robots_fetched), count(record.last_good)), record.failures};
      });
    case Table::kOutbox:
      return age_by<OutboxRecord>(value, [](const OutboxRecord& record) {
        return Age{true, static_cast<std::uint64_t>(record.state), count(record.created), record.attempts};
      });
    case Table::kColumn:
      return age_by<ColumnRecord>(value, [](const ColumnRecord& record) {
        return Age{true, record.sights, count(record.last_seen), static_cast<std::uint64_t>(count(record.judged))};
      });
    case Table::kSlot:
      return age_by<SlotRecord>(value, [](const SlotRecord& record) {
        return Age{true, 0, count(record.last_seen), record.sights};
      });
    case Table::kContent:
      return age_by<ContentRecord>(value, [&](const ContentRecord& record) {
        return Age{true, record.reader, count(record.read), value.size()};
      });
    case Table::kProbe:  // each is written again with more in it
      return Age{true, 0, 0, value.size()};
    case Table::kLinks:
    case Table::kRef:
    case Table::kHistory:
      break;
  }
  return Age{};
}

class Gatherer {
 public:
  explicit Gatherer(Database& to) : to_(to) {}

  // Lists of links come last: the pages' records say which of two is the right one.
  Status run(const std::vector<fs::path>& data_files, const Database* logs) {
    for (const bool links : {false, true}) {
      if (links) learn_hashes();
      for (const fs::path& file : data_files) add_file(file, links);
      if (logs) add_logs(*logs, links);
    }
    if (failed_) return *failed_;
    return Done{};
  }

 private:
  void add_file(const fs::path& file, bool links) {
    rocksdb::Options options;
    options.prefix_extractor.reset(rocksdb::NewFixedPrefixTransform(kSitePrefixBytes));
    rocksdb::SstFileReader reader(options);
    if (!reader.Open(file.string()).ok()) return;
    const auto properties = reader.GetTableProperties();
    for (std::size_t number = 0; number < kTableCount; ++number) {
      const auto table = static_cast<Table>(number);
      if (properties->column_family_name != table_name(table) || (table == Table::kLinks) != links) continue;
      rocksdb::ReadOptions read;
      read.total_order_seek = true;
      const std::unique_ptr<rocksdb::Iterator> row(reader.NewIterator(read));
      read_around_damage(
          *row, [&](std::string_view key, std::string_view value) { add(table, key, value); },
          [](std::string_view, const rocksdb::Status&) {});
    }
  }

  void add_logs(const Database& logs, bool links) {
    for (std::size_t number = 0; number < kTableCount; ++number) {
      const auto table = static_cast<Table>(number);
      if ((table == Table::kLinks) != links) continue;
      logs.scan_readable(
          table, [&](std::string_view key, std::string_view value) { add(table, key, value); },
          [](std::string_view, const Error&) {});
    }
  }

  void add(Table table, std::string_view key, std::string_view value) {
    if (failed_) return;
    const Result<std::optional<std::string>> before = to_.get(table, key);
    if (!before) {
      failed_ = before.error();
      return;
    }
    if (before.value() && !replaces(table, key, *before.value(), value)) return;
    WriteSet set;
    to_.put(set, table, key, value);
    if (const Status written = to_.write(set, Database::Durability::kGrouped); !written) failed_ = written.error();
  }

  bool replaces(Table table, std::string_view key, std::string_view before, std::string_view value) const {
    if (table != Table::kLinks) return age_of(table, key, value) >= age_of(table, key, before);
    const auto hash = hashes_.find({key_site(key).value_or(0), key_number(key).value_or(0)});
    return hash == hashes_.end() || links_hash(value) == hash->second;
  }

  void learn_hashes() {
    to_.scan_readable(
        Table::kUrl,
        [&](std::string_view key, std::string_view value) {
          const Result<UrlRecord> record = decode_record<UrlRecord>(value);
          if (record) hashes_[{key_site(key).value_or(0), record.value().number}] = record.value().links_hash;
        },
        [](std::string_view, const Error&) {});
  }

  Database& to_;
  std::map<std::pair<SiteNumber, UrlNumber>, std::uint64_t> hashes_;
  std::optional<Error> failed_;
};

// The logs alone: an empty store has its tables under the same numbers as any other, so that RocksDB reads the logs as
// its own when they stand beside it with higher numbers.
Result<std::unique_ptr<Database>> open_logs(const std::vector<fs::path>& logs, const fs::path& copy) {
  {
    const Result<std::unique_ptr<Database>> empty = Database::open(copy, StoreOptions(), Database::Access::kCreate);
    if (!empty) return empty.error();
    empty.value()->creation_finished();
  }
  for (const fs::path& log : logs) {
    const unsigned long number = std::strtoul(log.stem().c_str(), nullptr, 10) + kLogNumberShift;
    std::string name = std::to_string(number);
    if (name.size() < 6) name.insert(0, 6 - name.size(), '0');
    std::error_code error;
    fs::copy_file(log, copy / (name + ".log"), error);
    if (error)
      return Error{ErrorCode::kUnavailable, copy.string(), "cannot copy " + log.string() + ": " + error.message()};
  }
  return Database::open(copy, StoreOptions(), Database::Access::kSalvage);
}

}  // namespace

Result<std::unique_ptr<Database>> gather_files(const fs::path& directory, const fs::path& copy) {
  std::vector<fs::path> data_files;
  std::vector<fs::path> log_files;
  std::error_code error;
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end; entry.increment(error)) {
    if (entry->path().extension() == ".sst") data_files.push_back(entry->path());
    if (entry->path().extension() == ".log") log_files.push_back(entry->path());
  }
  fs::create_directories(copy / "all", error);
  fs::create_directories(copy / "logs", error);
  if (error) return Error{ErrorCode::kUnavailable, copy.string(), "cannot gather the files: " + error.message()};
  std::sort(data_files.begin(), data_files.end());

  const Result<std::unique_ptr<Database>> logs = open_logs(log_files, copy / "logs");
  Result<std::unique_ptr<Database>> all = Database::open(copy / "all", StoreOptions(), Database::Access::kCreate);
  if (!all) return all;
  const Status gathered = Gatherer(*all.value()).run(data_files, logs ? logs.value().get() : nullptr);
  if (!gathered) return gathered.error();
  return all;
}

}  // namespace xuncha
