#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <system_error>

#include "core/digest.h"
#include "core/limits.h"
#include "storage/codec.h"
#include "storage/database.h"
#include "storage/directory_lock.h"
#include "storage/gather.h"
#include "storage/keys.h"
#include "storage/links.h"
#include "storage/maintenance.h"
#include "storage/probes.h"
#include "storage/schema.h"

namespace xuncha {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kBatchBytes = 1u << 20;

// The record as it is when it decodes; what is wrong with it otherwise.
std::optional<Error> refuse(Table table, std::string_view key, std::string_view value) {
  const auto outcome = [](const auto& result) {
    return result.ok() ? std::nullopt : std::optional<Error>(result.error());
  };
  switch (table) {
    case Table::kUrl:
      return outcome(decode_record<UrlRecord>(value));
    case Table::kLinks:
      return outcome(decode_links(value, [](const StoredLinkView&) {}));
    case Table::kRef:
      return outcome(decode_record<RefRecord>(value));
    case Table::kLadder:
      return outcome(decode_record<LadderRecord>(value));
    case Table::kFinding:
      return outcome(decode_record<Finding>(value));
    case Table::kHistory:
      return outcome(decode_record<TransitionRecord>(value));
    case Table::kHost:
      return outcome(decode_record<HostRecord>(value));
    case Table::kOutbox:
      switch (key.size() > kSitePrefixBytes ? static_cast<MailKey>(key[kSitePrefixBytes]) : MailKey{}) {
        case MailKey::kState:
          return outcome(decode_record<OutboxRecord>(value));
        case MailKey::kText:
          return outcome(decode_record<MailTextRecord>(value));
        case MailKey::kNotice:
          return outcome(decode_record<NoticeRecord>(value));
        case MailKey::kDigest:
          return outcome(decode_record<DigestRecord>(value));
      }
      return Error{ErrorCode::kCorruption, "", "is a key of no known shape"};
    case Table::kColumn:
      return outcome(decode_record<ColumnRecord>(value));
    case Table::kSlot:
      return outcome(decode_record<SlotRecord>(value));
    case Table::kContent:
      return outcome(decode_record<ContentRecord>(value));
    case Table::kProbe:
      return refuse_probe(key, value);
    case Table::kMeta:
      break;
  }
  const char kind = key.size() > kSitePrefixBytes ? key[kSitePrefixBytes] : '\0';
  if (kind == 's') return outcome(decode_record<SiteRecord>(value));
  if (kind == 'p') return outcome(decode_record<PatrolRecord>(value));
  return outcome(decode_record<CounterRecord>(value));
}

class Salvager {
 public:
  Salvager(const Database& from, Database& to) : from_(from), to_(to) {}

  Result<SalvageReport> run() {
    // URLs before their lists and places, findings before their history: a record without what it hangs on is left out.
    for (const Table table :
         {Table::kMeta, Table::kUrl, Table::kLinks, Table::kRef, Table::kLadder, Table::kFinding, Table::kHistory,
          Table::kHost, Table::kOutbox, Table::kColumn, Table::kProbe, Table::kSlot, Table::kContent}) {
      copy(table);
    }
    mend_urls();
    name_sites();
    drop_mails_without_text();
    CounterRecord counter{next_history_};
    std::string value;
    encode_record(counter, value);
    put(Table::kMeta, text_key(kSharedSiteNumber, 'n', "history"), value);
    write();
    if (failed_) return *failed_;
    if (const Status flushed = to_.flush(); !flushed) return flushed.error();
    return std::move(report_);
  }

 private:
  struct SiteState {
    std::optional<SiteRecord> record;
    std::set<UrlNumber> numbers;
    UrlNumber next_url = 1;
  };

  void lose(std::string where, std::string what) {
    ++report_.lost_total;
    if (report_.losses.size() < limits::kFaultsReportedMax)
      report_.losses.push_back({std::move(where), std::move(what)});
  }

  void copy(Table table) {
    std::uint64_t copied = 0;
    const std::string table_text = "table " + std::string(table_name(table));
    from_.scan_readable(
        table,
        [&](std::string_view key, std::string_view value) {
          if (failed_ || !take(table, key, value)) return;
          ++copied;
        },
        [&](std::string_view key, const Error& error) {
          lose(error.where, table_text + ", behind key " +
                                to_hex(reinterpret_cast<const std::uint8_t*>(key.data()), key.size()) +
                                ": a range cannot be read");
        });
    report_.records.emplace_back(table_name(table), copied);
  }

  bool take(Table table, std::string_view key, std::string_view value) {
    const std::string where = "table " + std::string(table_name(table)) + ", key " +
                              to_hex(reinterpret_cast<const std::uint8_t*>(key.data()), key.size());
    const std::optional<SiteNumber> site = key_site(key);
    if (!site) return lose(where, "is a key of no known shape"), false;
    if (table == Table::kMeta) {
      if (key.size() <= kSitePrefixBytes) return lose(where, "is a key of no known shape"), false;
      const char kind = key[kSitePrefixBytes];
      if (kind == 'v' || kind == 'w' || kind == 'n') return false;  // written anew
    }
    if (const std::optional<Error> error = refuse(table, key, value)) {
      return lose(where, error->where + " " + error->message), false;
    }
    if (!belongs(table, *site, key, value)) return lose(where, "what it belongs to is lost"), false;
    put(table, key, value);
    return true;
  }

  // Notes what others hang on; does this record hang on something that was lost?
  bool belongs(Table table, SiteNumber site, std::string_view key, std::string_view value) {
    SiteState& state = sites_[site];
    switch (table) {
      case Table::kMeta:
        if (key[kSitePrefixBytes] == 's') {
          const SiteRecord record = decode_record<SiteRecord>(value).value();
          sites_[record.number].record = record;
        }
        return true;
      case Table::kUrl: {
        const UrlNumber number = decode_record<UrlRecord>(value).value().number;
        state.next_url = std::max(state.next_url, number + 1);
        return state.numbers.insert(number).second;
      }
      case Table::kLinks: {
        const std::uint32_t page = key_number(key).value_or(0);
        static_cast<void>(decode_links(
            value, [&](const StoredLinkView& link) { state.next_url = std::max(state.next_url, link.target + 1); }));
        if (!state.numbers.contains(page)) return false;
        hashes_[{site, page}] = links_hash(value);
        return true;
      }
      case Table::kRef: {
        const RefKey ref = key_ref(key).value_or(RefKey{});
        return state.numbers.contains(ref.target) && state.numbers.contains(ref.page);
      }
      case Table::kContent: {
        // Without the site's mark (page 0) all pages are read anew in time: what is lost here is found again.
        return state.numbers.contains(key_number(key).value_or(0));
      }
      case Table::kFinding:
        findings_.emplace(key);
        return true;
      case Table::kHistory: {
        const std::uint64_t sequence = key_history_sequence(key).value_or(0);
        next_history_ = std::max(next_history_, sequence + 1);
        return key.size() > 8 && findings_.contains(std::string(key.substr(0, key.size() - 8)));
      }
      case Table::kLadder:
      case Table::kHost:
      case Table::kColumn:
      case Table::kProbe:
      case Table::kSlot:
        return true;
      case Table::kOutbox:
        note_mail(key, value);
        return true;
    }
    return true;
  }

  // A mail whose bytes are lost cannot be sent: what it told of is listed as open in the next.
  void note_mail(std::string_view key, std::string_view value) {
    const auto kind = static_cast<MailKey>(key[kSitePrefixBytes]);
    if (kind == MailKey::kText) mail_texts_.emplace(key);
    if (kind != MailKey::kState) return;
    const OutboxRecord record = decode_record<OutboxRecord>(value).value();
    if (record.state != MailState::kSent) unsent_.emplace(mail_key(MailKey::kText, record.message_id), key);
  }

  void drop_mails_without_text() {
    for (const auto& [text, state] : unsent_) {
      if (mail_texts_.contains(text)) continue;
      to_.erase(set_, Table::kOutbox, state);
      lose("table outbox", "the bytes of a mail that was not yet sent");
    }
  }

  // A page whose list was lost, or is another than its record names, must not pass for unchanged at the next visit.
  void mend_urls() {
    from_.scan_readable(
        Table::kUrl,
        [&](std::string_view key, std::string_view value) {
          Result<UrlRecord> record = decode_record<UrlRecord>(value);
          if (!record || failed_ || record.value().links_hash == 0) return;
          const auto hash = hashes_.find({key_site(key).value_or(0), record.value().number});
          const std::uint64_t found = hash == hashes_.end() ? 0 : hash->second;
          if (found == record.value().links_hash) return;
          record.value().links_hash = found;
          record.value().etag.clear();
          record.value().last_modified.clear();
          std::string mended;
          encode_record(record.value(), mended);
          put(Table::kUrl, key, mended);
        },
        [](std::string_view, const Error&) {});
  }

  void name_sites() {
    for (auto& [number, state] : sites_) {
      if (number == kSharedSiteNumber) continue;
      if (!state.record) {
        state.record.emplace();
        state.record->id = "salvaged-" + std::to_string(number);
        state.record->number = number;
        lose("site number " + std::to_string(number), "its name is lost; it is called " + state.record->id);
      }
      state.record->next_url = std::max(state.record->next_url, state.next_url);
      std::string value;
      encode_record(*state.record, value);
      put(Table::kMeta, text_key(kSharedSiteNumber, 's', state.record->id), value);
    }
  }

  void put(Table table, std::string_view key, std::string_view value) {
    to_.put(set_, table, key, value);
    if (to_.bytes(set_) >= kBatchBytes) write();
  }

  void write() {
    const Status written = to_.write(set_, Database::Durability::kGrouped);
    if (!written && !failed_) failed_ = written.error();
    set_ = WriteSet();
  }

  const Database& from_;
  Database& to_;
  WriteSet set_;
  SalvageReport report_;
  std::optional<Error> failed_;
  std::map<SiteNumber, SiteState> sites_;
  std::map<std::pair<SiteNumber, UrlNumber>, std::uint64_t> hashes_;
  std::set<std::string> findings_;
  std::uint64_t next_history_ = 1;
  std::set<std::string> mail_texts_;
  std::map<std::string, std::string> unsent_;  // key of the bytes -> key of the state
};

// The damaged store, opened as far as it goes; without its index, what its files hold.
Result<std::unique_ptr<Database>> open_damaged(const fs::path& directory, const fs::path& copy) {
  Result<std::unique_ptr<Database>> direct = Database::open(directory, StoreOptions(), Database::Access::kSalvage);
  if (direct) return direct;
  return gather_files(directory, copy);
}

}  // namespace

Result<SalvageReport> salvage_store(const fs::path& directory, const fs::path& to) {
  std::error_code error;
  if (!fs::is_directory(directory, error)) {
    return Error{ErrorCode::kUnavailable, directory.string(), "there is no directory " + directory.string()};
  }
  if (fs::exists(to, error) && !fs::is_empty(to, error)) {
    return Error{ErrorCode::kUsage, to.string(), to.string() + " is not empty; name another directory"};
  }
  const Result<DirectoryLock> lock = DirectoryLock::acquire(directory, DirectoryLock::Mode::kReader);
  if (!lock) return lock.error();
  fs::create_directories(to, error);
  if (error) return Error{ErrorCode::kUnavailable, to.string(), "cannot make the directory: " + error.message()};

  const fs::path copy = to.string() + ".repair";
  Result<SalvageReport> report = [&]() -> Result<SalvageReport> {
    const Result<std::unique_ptr<Database>> from = open_damaged(directory, copy);
    if (!from) return from.error();
    Result<std::unique_ptr<Database>> made = Database::open(to, StoreOptions(), Database::Access::kCreate);
    if (!made) return made.error();
    if (const Status ready = bring_up_to_date(*made.value(), migrations(), kSchemaVersion); !ready)
      return ready.error();
    return Salvager(*from.value(), *made.value()).run();
  }();
  fs::remove_all(copy, error);
  return report;
}

}  // namespace xuncha
