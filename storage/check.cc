#include <rocksdb/options.h>
#include <rocksdb/sst_file_reader.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <system_error>

#include "core/digest.h"
#include "core/limits.h"
#include "storage/codec.h"
#include "storage/database.h"
#include "storage/directory_lock.h"
#include "storage/keys.h"
#include "storage/links.h"
#include "storage/maintenance.h"
#include "storage/probes.h"
#include "storage/schema.h"
#include "storage/synced_mark.h"

namespace xuncha {
namespace {

namespace fs = std::filesystem;

std::string hex(std::string_view key) {
  return to_hex(reinterpret_cast<const std::uint8_t*>(key.data()), key.size());
}

class Checker {
 public:
  explicit Checker(StoreReport& report) : report_(report) {}

  void fault(std::string where, std::string what) {
    ++report_.faults_total;
    if (report_.faults.size() < limits::kFaultsReportedMax) {
      report_.faults.push_back({std::move(where), std::move(what)});
    }
  }

  void check_files(const std::vector<fs::path>& files) {
    for (const fs::path& file : files) {
      rocksdb::SstFileReader reader{rocksdb::Options()};
      rocksdb::Status status = reader.Open(file.string());
      if (status.ok()) status = reader.VerifyChecksum();
      if (!status.ok()) fault(file.string(), status.ToString());
    }
  }

  void check_records(const Database& database) {
    scan(database, Table::kMeta, [&](std::string_view key, std::string_view value) { check_meta(key, value); });
    scan(database, Table::kUrl, [&](std::string_view key, std::string_view value) { check_url(key, value); });
    check_numbers();
    scan(database, Table::kLinks, [&](std::string_view key, std::string_view value) { check_links(key, value); });
    for (auto& [site, urls] : sites_) check_missing_links(site, urls);
    scan(database, Table::kRef, [&](std::string_view key, std::string_view value) { check_ref(key, value); });
    scan(database, Table::kLadder, [&](std::string_view key, std::string_view value) {
      if (const auto ladder = decoded<LadderRecord>(Table::kLadder, key, value)) {
        if (key_fingerprint(key) != ladder->subject) fault(name(Table::kLadder, key), "stands under another's key");
      }
    });
    scan(database, Table::kFinding, [&](std::string_view key, std::string_view value) {
      if (decoded<Finding>(Table::kFinding, key, value)) findings_.emplace(key);
    });
    scan(database, Table::kHistory, [&](std::string_view key, std::string_view value) { check_history(key, value); });
    scan(database, Table::kHost,
         [&](std::string_view key, std::string_view value) { decoded<HostRecord>(Table::kHost, key, value); });
    scan(database, Table::kOutbox, [&](std::string_view key, std::string_view value) { check_mail(key, value); });
    check_mail_texts();
    scan(database, Table::kColumn, [&](std::string_view key, std::string_view value) {
      if (!key_column_id(key)) return fault(name(Table::kColumn, key), "is a key of no known shape");
      decoded<ColumnRecord>(Table::kColumn, key, value);
    });
    scan(database, Table::kSlot, [&](std::string_view key, std::string_view value) {
      if (!key_slot_name(key)) return fault(name(Table::kSlot, key), "is a key of no known shape");
      decoded<SlotRecord>(Table::kSlot, key, value);
    });
    scan(database, Table::kContent, [&](std::string_view key, std::string_view value) {
      if (!key_number(key)) return fault(name(Table::kContent, key), "is a key of no known shape");
      decoded<ContentRecord>(Table::kContent, key, value);
    });
    scan(database, Table::kProbe, [&](std::string_view key, std::string_view value) {
      if (const std::optional<Error> error = refuse_probe(key, value)) {
        fault(name(Table::kProbe, key), error->where + " " + error->message);
      }
    });
  }

 private:
  struct UrlRow {
    UrlNumber number = 0;
    std::uint64_t links_hash = 0;
    bool links_seen = false;
  };
  struct SiteUrls {
    std::vector<UrlRow> rows;  // ascending after check_numbers
    UrlNumber next_url = 0;
  };

  static std::string name(Table table, std::string_view key) {
    return "table " + std::string(table_name(table)) + ", key " + hex(key);
  }

  template <class OnRecord>
  void scan(const Database& database, Table table, const OnRecord& on_record) {
    std::uint64_t count = 0;
    const Status scanned = database.scan(table, "", "", [&](std::string_view key, std::string_view value) {
      ++count;
      const SiteNumber site = key_site(key).value_or(kSharedSiteNumber);
      if (site != kSharedSiteNumber && !known_sites_.contains(site) && unknown_sites_.insert(site).second) {
        fault(name(table, key),
              "belongs to site number " + std::to_string(site) + ", which is not in the table of sites");
      }
      on_record(key, value);
      return true;
    });
    if (!scanned) fault(scanned.error().where, scanned.error().message);
    report_.records.emplace_back(table_name(table), count);
  }

  template <class Record>
  std::optional<Record> decoded(Table table, std::string_view key, std::string_view value) {
    Result<Record> record = decode_record<Record>(value);
    if (record) return std::move(record).value();
    fault(name(table, key), record.error().where + " " + record.error().message);
    return std::nullopt;
  }

  void check_meta(std::string_view key, std::string_view value) {
    if (key.size() <= kSitePrefixBytes) return fault(name(Table::kMeta, key), "is a key of no known shape");
    switch (key[kSitePrefixBytes]) {
      case 's':
        if (const auto site = decoded<SiteRecord>(Table::kMeta, key, value)) {
          if (!known_sites_.insert(site->number).second) {
            fault(name(Table::kMeta, key), "two sites have number " + std::to_string(site->number));
          }
          sites_[site->number].next_url = site->next_url;
        }
        return;
      case 'n':
        if (const auto counter = decoded<CounterRecord>(Table::kMeta, key, value)) next_history_ = counter->value;
        return;
      case 'v':
        decoded<CounterRecord>(Table::kMeta, key, value);
        return;
      case 'p':
        decoded<PatrolRecord>(Table::kMeta, key, value);
        return;
      case 'w':
        decoded<SweepRecord>(Table::kMeta, key, value);
        return;
      default:
        return fault(name(Table::kMeta, key), "is a key of no known shape");
    }
  }

  void check_url(std::string_view key, std::string_view value) {
    if (!key_fingerprint(key)) return fault(name(Table::kUrl, key), "is a key of no known shape");
    const auto record = decoded<UrlRecord>(Table::kUrl, key, value);
    if (!record) return;
    if (record->number == 0) return fault(name(Table::kUrl, key), "a URL has no number");
    sites_[*key_site(key)].rows.push_back({record->number, record->links_hash});
  }

  void check_numbers() {
    for (auto& [site, urls] : sites_) {
      std::sort(urls.rows.begin(), urls.rows.end(),
                [](const UrlRow& left, const UrlRow& right) { return left.number < right.number; });
      for (std::size_t index = 1; index < urls.rows.size(); ++index) {
        if (urls.rows[index].number != urls.rows[index - 1].number) continue;
        fault("site number " + std::to_string(site), "two URLs have number " + std::to_string(urls.rows[index].number));
      }
    }
  }

  UrlRow* find(SiteNumber site, UrlNumber number) {
    std::vector<UrlRow>& rows = sites_[site].rows;
    const auto row = std::lower_bound(rows.begin(), rows.end(), number,
                                      [](const UrlRow& left, UrlNumber wanted) { return left.number < wanted; });
    return row != rows.end() && row->number == number ? &*row : nullptr;
  }

  void check_links(std::string_view key, std::string_view value) {
    const std::optional<std::uint32_t> page = key_number(key);
    if (!page) return fault(name(Table::kLinks, key), "is a key of no known shape");
    const SiteNumber site = *key_site(key);
    UrlRow* row = find(site, *page);
    if (!row) return fault(name(Table::kLinks, key), "there is no URL with the page's number");
    row->links_seen = true;
    if (row->links_hash != links_hash(value)) {
      fault(name(Table::kLinks, key), "is not the list that the page's record names");
    }
    std::uint64_t missing = 0;
    const Status decoded_links = decode_links(value, [&](const StoredLinkView& link) {
      if (link.target == 0 || find(site, link.target)) return;
      if (link.target < sites_[site].next_url) {
        ++report_.targets_gone;
      } else {
        ++missing;
      }
    });
    if (!decoded_links) fault(name(Table::kLinks, key), decoded_links.error().message);
    if (missing > 0)
      fault(name(Table::kLinks, key), std::to_string(missing) + " links lead to URLs that are not there");
  }

  void check_missing_links(SiteNumber site, const SiteUrls& urls) {
    for (const UrlRow& row : urls.rows) {
      if (row.links_hash == 0 || row.links_seen) continue;
      fault("site number " + std::to_string(site) + ", URL number " + std::to_string(row.number),
            "its list of links is missing");
    }
  }

  void check_ref(std::string_view key, std::string_view value) {
    const std::optional<RefKey> ref = key_ref(key);
    if (!ref) return fault(name(Table::kRef, key), "is a key of no known shape");
    decoded<RefRecord>(Table::kRef, key, value);
    for (const UrlNumber number : {ref->target, ref->page}) {
      if (!find(*key_site(key), number)) {
        fault(name(Table::kRef, key), "there is no URL with number " + std::to_string(number));
      }
    }
  }

  void check_history(std::string_view key, std::string_view value) {
    const std::optional<std::uint64_t> sequence = key_history_sequence(key);
    if (!sequence) return fault(name(Table::kHistory, key), "is a key of no known shape");
    decoded<TransitionRecord>(Table::kHistory, key, value);
    if (!findings_.contains(std::string(key.substr(0, key.size() - 8)))) {
      fault(name(Table::kHistory, key), "a transition of a finding that is not there");
    }
    if (*sequence >= next_history_) fault(name(Table::kHistory, key), "its sequence number is not yet given");
  }

  void check_mail(std::string_view key, std::string_view value) {
    switch (key.size() > kSitePrefixBytes ? static_cast<MailKey>(key[kSitePrefixBytes]) : MailKey{}) {
      case MailKey::kState:
        if (const auto mail = decoded<OutboxRecord>(Table::kOutbox, key, value)) {
          if (mail->state != MailState::kSent) unsent_.push_back(mail->message_id);
        }
        return;
      case MailKey::kText:
        if (decoded<MailTextRecord>(Table::kOutbox, key, value)) mail_texts_.emplace(key);
        return;
      case MailKey::kNotice:
        decoded<NoticeRecord>(Table::kOutbox, key, value);
        return;
      case MailKey::kDigest:
        decoded<DigestRecord>(Table::kOutbox, key, value);
        return;
    }
    fault(name(Table::kOutbox, key), "is a key of no known shape");
  }

  void check_mail_texts() {
    for (const std::string& message_id : unsent_) {
      const std::string key = mail_key(MailKey::kText, message_id);
      if (!mail_texts_.contains(key)) fault(name(Table::kOutbox, key), "the bytes of a mail are missing");
    }
  }

  StoreReport& report_;
  std::set<SiteNumber> known_sites_;
  std::set<SiteNumber> unknown_sites_;
  std::map<SiteNumber, SiteUrls> sites_;
  std::set<std::string> findings_;
  std::uint64_t next_history_ = 1;
  std::vector<std::string> unsent_;  // Message-IDs
  std::set<std::string> mail_texts_;
};

// All data files there are: they can be checked even when the index that binds them cannot be read.
std::vector<fs::path> data_files(const fs::path& directory) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end; entry.increment(error)) {
    if (entry->path().extension() == ".sst") files.push_back(entry->path());
  }
  return files;
}

}  // namespace

Result<StoreReport> check_store(const fs::path& directory) {
  std::error_code error;
  if (!fs::is_directory(directory, error)) {
    return Error{ErrorCode::kUnavailable, directory.string(), "there is no directory " + directory.string()};
  }
  const Result<DirectoryLock> lock = DirectoryLock::acquire(directory, DirectoryLock::Mode::kReader);
  if (!lock) return lock.error();

  StoreReport report;
  Checker checker(report);
  const Result<std::unique_ptr<Database>> database = Database::open(directory, StoreOptions(), Database::Access::kRead);
  if (!database && database.error().code != ErrorCode::kCorruption) return database.error();
  if (!database) {
    checker.check_files(data_files(directory));
    checker.fault(database.error().where, database.error().message);
    return report;
  }
  checker.check_files(database.value()->live_files());
  if (const Status schema = check_schema(*database.value(), kSchemaVersion); !schema) {
    if (schema.error().code != ErrorCode::kCorruption) return schema.error();
    checker.fault(schema.error().where, schema.error().message);
  }
  if (const Status promise = check_promise(*database.value()); !promise) {
    checker.fault(promise.error().where, promise.error().message);
  }
  checker.check_records(*database.value());
  return report;
}

}  // namespace xuncha
