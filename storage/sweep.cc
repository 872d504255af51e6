#include "storage/sweep.h"

#include <algorithm>
#include <optional>

#include "core/limits.h"
#include "storage/links.h"

namespace xuncha {
namespace {

Table table_of_phase(std::uint32_t phase) {
  constexpr Table kTables[] = {Table::kLinks,   Table::kUrl,    Table::kUrl, Table::kLadder,
                               Table::kFinding, Table::kColumn, Table::kSlot};
  return kTables[phase];
}

}  // namespace

std::string sweep_key(SiteNumber site) {
  return text_key(site, 'w', "sweep");
}

Status Sweeper::begin(Database& database, SiteNumber site, const Time& time, WriteSet& set) {
  begun_ = true;
  const Result<std::optional<std::string>> kept = database.get(Table::kMeta, sweep_key(site));
  if (!kept) return kept.error();
  if (kept.value()) {
    // A place that does not decode only means to begin anew. What is linked to was known to the process that died.
    const Result<SweepRecord> record = decode_record<SweepRecord>(*kept.value());
    if (record && record.value().phase > static_cast<std::uint32_t>(Phase::kUrls) &&
        record.value().phase < static_cast<std::uint32_t>(Phase::kDone)) {
      phase_ = static_cast<Phase>(record.value().phase);
      cursor_ = record.value().cursor;
    }
  }
  return thin_patrols(database, site, time, set);
}

// A site has a patrol every few minutes, and all are read when the next begins. Which were long ago is asked only when
// a URL was last linked, to the day.
Status Sweeper::thin_patrols(Database& database, SiteNumber site, const Time& time, WriteSet& set) {
  std::vector<PatrolRecord> patrols;
  const std::string from = patrol_key(site, 0);
  const std::string to = text_key(site, static_cast<char>(from[kSitePrefixBytes] + 1), "");
  const Status read = database.scan(Table::kMeta, from, to, [&](std::string_view, std::string_view value) {
    Result<PatrolRecord> patrol = decode_record<PatrolRecord>(value);
    if (patrol) patrols.push_back(std::move(patrol).value());
    return true;
  });
  if (!read) return read;
  const auto last_complete =
      std::find_if(patrols.rbegin(), patrols.rend(), [](const PatrolRecord& patrol) { return patrol.complete; });
  const auto last_look = std::find_if(patrols.rbegin(), patrols.rend(),
                                      [](const PatrolRecord& patrol) { return patrol.other_scheme.has_value(); });
  const WallTime oldest = time.now - time.retention.urls - std::chrono::days(2);
  const auto day_of = [](const PatrolRecord& patrol) { return std::chrono::floor<std::chrono::days>(patrol.started); };
  for (std::size_t index = 0; index < patrols.size(); ++index) {
    const PatrolRecord& patrol = patrols[index];
    const bool is_late = index + limits::kPatrolsKeptMax >= patrols.size();
    const bool is_last_complete = last_complete != patrols.rend() && patrol.number == last_complete->number;
    const bool is_last_of_day = is_late || day_of(patrol) != day_of(patrols[index + 1]);
    const bool is_last_look = last_look != patrols.rend() && patrol.number == last_look->number;
    if (is_late || is_last_complete || is_last_look || (is_last_of_day && patrol.started >= oldest)) {
      patrol_starts_[patrol.number] = patrol.started;
    } else {
      database.erase(set, Table::kMeta, patrol_key(site, patrol.number));
    }
  }
  return Done{};
}

void Sweeper::note_linked(UrlNumber number) {
  if (number >= linked_.size()) {
    // Numbers are given one by one, so they are about as many as the URLs; a wild one is left out, and kept nothing by.
    if (number > linked_.size() + std::size_t{16} * limits::kUrlsPerSiteMax) return;
    linked_.resize(std::size_t{number} + 1);
  }
  linked_[number] = true;
}

bool Sweeper::outlived(const UrlRecord& record, const Time& time) const {
  if (record.url_class == UrlClass::kHome) return false;
  if (record.number < linked_.size() && linked_[record.number]) return false;
  WallTime seen = std::max(record.visited, record.first_seen);
  if (record.patrol_linked != 0) {
    const auto patrol = patrol_starts_.lower_bound(record.patrol_linked);  // it, or the next that is remembered
    if (patrol == patrol_starts_.end()) return false;                      // when it was is not known
    seen = std::max(seen, patrol->second);
  }
  return seen < time.now - time.retention.urls;
}

Status Sweeper::remove_url(Database& database, SiteRecord& site_record, std::string_view key, const UrlRecord& record,
                           WriteSet& set) {
  const SiteNumber site = site_record.number;
  database.erase(set, Table::kUrl, key);
  if (record.number >= site_record.next_url) site_record.next_url = record.number + 1;

  const std::string places = number_key(site, record.number);
  database.erase(set, Table::kContent, places);
  Status as_target = database.scan(Table::kRef, places, number_key(site, record.number + 1),
                                   [&](std::string_view ref, std::string_view) {
                                     database.erase(set, Table::kRef, ref);
                                     return true;
                                   });
  if (!as_target) return as_target;

  const Result<std::optional<std::string>> links = database.get(Table::kLinks, places);
  if (!links) return links.error();
  if (!links.value()) return Done{};
  database.erase(set, Table::kLinks, places);
  // Its places as a page; a list that does not decode has no targets to clear.
  static_cast<void>(decode_links(*links.value(), [&](const StoredLinkView& link) {
    database.erase(set, Table::kRef, ref_key(site, link.target, record.number));
  }));
  return Done{};
}

Status Sweeper::remove_finding(Database& database, std::string_view key, WriteSet& set) {
  database.erase(set, Table::kFinding, key);
  const std::string to = std::string(key) + std::string(9, '\xff');
  return database.scan(Table::kHistory, key, to, [&](std::string_view transition, std::string_view) {
    database.erase(set, Table::kHistory, transition);
    return true;
  });
}

Status Sweeper::look(Database& database, SiteRecord& site_record, const Time& time, WriteSet& set, Step& step) {
  const SiteNumber site = site_record.number;
  const std::string from = cursor_.empty() ? site_prefix(site) : cursor_;
  Status inner = Done{};
  cursor_.clear();
  const auto on_record = [&](std::string_view key, std::string_view value) {
    if (step.looked_at == limits::kSweepRecords) {
      cursor_ = key;
      return false;
    }
    ++step.looked_at;
    switch (phase_) {
      case Phase::kLinks:
        inner = decode_links(value, [&](const StoredLinkView& link) { note_linked(link.target); });
        break;
      case Phase::kRedirects: {
        const Result<UrlRecord> record = decode_record<UrlRecord>(value);
        if (!record) return inner = record.error(), false;
        if (record.value().redirect != 0) note_linked(record.value().redirect);
        break;
      }
      case Phase::kUrls: {
        const Result<UrlRecord> record = decode_record<UrlRecord>(value);
        if (!record) return inner = record.error(), false;
        if (!outlived(record.value(), time)) break;
        inner = remove_url(database, site_record, key, record.value(), set);
        ++step.removed;
        break;
      }
      case Phase::kLadders: {
        const Result<LadderRecord> record = decode_record<LadderRecord>(value);
        if (!record) return inner = record.error(), false;
        if (record.value().last_failure >= time.now - time.retention.urls) break;
        database.erase(set, Table::kLadder, key);
        ++step.removed;
        break;
      }
      case Phase::kFindings: {
        const Result<Finding> record = decode_record<Finding>(value);
        if (!record) return inner = record.error(), false;
        const std::optional<WallTime>& closed = record.value().closed;
        const bool is_closed = record.value().state == FindingState::kClosed && closed;
        if (!is_closed || *closed >= time.now - time.retention.findings) break;
        inner = remove_finding(database, key, set);
        ++step.removed;
        break;
      }
      case Phase::kColumns: {
        const Result<ColumnRecord> record = decode_record<ColumnRecord>(value);
        if (!record) return inner = record.error(), false;
        if (std::max(record.value().last_seen, record.value().first_seen) >= time.now - time.retention.urls) break;
        database.erase(set, Table::kColumn, key);
        ++step.removed;
        break;
      }
      case Phase::kSlots: {
        const Result<SlotRecord> record = decode_record<SlotRecord>(value);
        if (!record) return inner = record.error(), false;
        if (std::max(record.value().last_seen, record.value().first_seen) >= time.now - time.retention.urls) break;
        database.erase(set, Table::kSlot, key);
        ++step.removed;
        break;
      }
      case Phase::kDone:
        return false;
    }
    return inner.ok();
  };
  Status scanned = database.scan(table_of_phase(static_cast<std::uint32_t>(phase_)), from, site_end(site), on_record);
  if (!scanned) return scanned;
  return inner;
}

Result<Sweeper::Step> Sweeper::step(Database& database, SiteRecord& site_record, const Time& time, WriteSet& set) {
  const SiteNumber site = site_record.number;
  Step step;
  if (!begun_) {
    if (const Status ready = begin(database, site, time, set); !ready) return ready.error();
  }
  const UrlNumber next_url = site_record.next_url;
  while (phase_ != Phase::kDone && step.looked_at < limits::kSweepRecords) {
    if (const Status looked = look(database, site_record, time, set, step); !looked) return looked.error();
    if (!cursor_.empty()) break;
    phase_ = static_cast<Phase>(static_cast<std::uint32_t>(phase_) + 1);
  }
  if (site_record.next_url != next_url) {
    std::string value;
    encode_record(site_record, value);
    database.put(set, Table::kMeta, text_key(kSharedSiteNumber, 's', site_record.id), value);
  }
  if (phase_ == Phase::kDone) {
    step.finished = true;
    database.erase(set, Table::kMeta, sweep_key(site));
    *this = Sweeper();
  } else {
    std::string value;
    encode_record(SweepRecord{static_cast<std::uint32_t>(phase_), cursor_}, value);
    database.put(set, Table::kMeta, sweep_key(site), value);
  }
  return step;
}

}  // namespace xuncha
