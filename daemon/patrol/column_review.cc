// What became of remembered columns: which moved, stand twice, or are gone.
#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/patrol/column_desk.h"
#include "daemon/patrol/column_memory.h"

namespace xuncha {
namespace {

constexpr std::size_t kGroupMax = 50;  // columns of one name that are compared with each other
constexpr auto kTakenOffAge = std::chrono::hours(24 * 30);
constexpr std::size_t kRedesignMin = 2;  // columns that are gone at once, and more than half of all

// Columns of one name in one folder are pages of one list.
std::string name_and_place(const ColumnRecord& record) {
  std::string all = folder_of(record.url) + '\n' + record.name;
  for (const std::string& name : record.path) all.append(1, '\n').append(name);
  return all;
}

// Its page is gone for so long, and no page refers to it any more: it was taken off on purpose. What the operator named
// is awaited.
bool is_taken_off(const ColumnRecord& record) {
  return record.verdict == ColumnVerdict::kLost && record.class_reason != "configured" &&
         record.missing_looked - record.missing_since >= kTakenOffAge;
}

}  // namespace

// To be removed by drop_forgotten(): places in columns_ hold until then.
void ColumnDesk::forget(Column& column) {
  gone_.push_back(column.record.id);
  column.record.id.clear();
}

void ColumnDesk::drop_forgotten() {
  std::erase_if(columns_, [](const Column& column) { return column.record.id.empty(); });
  index();
  // An id that was given on is not gone.
  std::erase_if(gone_, [this](const std::string& id) { return ids_.contains(id); });
}

// `keeper` stands where `found` was read, and shows what that shows: one column, under the id that was given first.
void ColumnDesk::take_over(Column& keeper, Column& found) {
  ColumnRecord& record = keeper.record;
  for (const std::string& url : found.record.other_addresses) add_address(record, url);
  std::string before = std::exchange(record.url, found.record.url);
  drop_address(record, record.url);
  add_address(record, before);
  record.path = std::move(found.record.path);
  record.name = std::move(found.record.name);
  record.column_class = found.record.column_class;
  record.class_reason = std::move(found.record.class_reason);
  record.max_age_days = found.record.max_age_days;
  record.standing = found.record.standing;
  record.archived = found.record.archived;
  const bool same_newest = found.record.sight.newest == record.sight.newest;
  const std::optional<CivilDay> confirmed = record.sight.confirmed;
  record.sight = std::move(found.record.sight);
  if (same_newest && !record.sight.confirmed) record.sight.confirmed = confirmed;
  record.last_read = found.record.last_read;
  record.last_seen = found.record.last_seen;
  record.page_hash = found.record.page_hash;
  record.reader = found.record.reader;
  record.sights += found.record.sights;
  record.suspected = found.record.suspected;
  record.suspected_since = found.record.suspected_since;
  record.judged = found.record.judged;
  note_back(record);
  keeper.seen = found.seen;
  keeper.read_now = found.read_now;
  keeper.shown_now = found.shown_now;
  keeper.missing_now = false;
  keeper.changed = true;
  forget(found);
}

// Pages of one list under numbered addresses: the one with the newest item is the column.
void ColumnDesk::drop_later_pages() {
  for (Column& column : columns_) {
    const UrlParse parsed = parse_url(column.record.url);
    const bool is_later = parsed.url && later_pages_.contains(url_key(*parsed.url));
    if (is_later && setting_of(*parsed.url) == nullptr) forget(column);
  }
  drop_forgotten();
}

void ColumnDesk::merge_pages() {
  std::map<std::string, std::vector<Column*>> places;  // by folder, name and path
  for (Column& column : columns_) places[name_and_place(column.record)].push_back(&column);
  for (auto& [place, group] : places) {
    if (group.size() < 2) continue;
    Column* newest = nullptr;
    Column* oldest = nullptr;  // whose id stays
    for (Column* column : group) {
      if (newest == nullptr || column->record.sight.newest > newest->record.sight.newest) newest = column;
      if (!column->known || column->missing_now) continue;
      if (oldest == nullptr || column->record.first_seen < oldest->record.first_seen) oldest = column;
    }
    if (oldest != nullptr && oldest != newest && oldest->record.class_reason == "configured") newest = oldest;
    if (oldest != nullptr && oldest != newest) {
      take_over(*oldest, *newest);
      newest = oldest;
    }
    for (Column* column : group) {
      const bool is_named = column->record.class_reason == "configured";
      if (column != newest && !is_named && !column->record.id.empty()) forget(*column);
    }
  }
  drop_forgotten();
}

// A list that was not known and shows what a known one shows, under its name: it stands there as well, or has moved
// there.
void ColumnDesk::merge_lists() {
  std::map<std::string, std::vector<Column*>> names;
  for (Column& column : columns_) names[column.record.name].push_back(&column);
  for (auto& [name, group] : names) {
    if (group.size() > kGroupMax) continue;
    for (Column* known : group) {
      if (!known->known || known->record.id.empty() || known->missing_now) continue;
      for (Column* fresh : group) {
        if (fresh->known || fresh->record.id.empty() || !is_same_list(known->record, fresh->record)) continue;
        add_address(known->record, fresh->record.url);
        known->changed = true;
        forget(*fresh);
      }
    }
  }
  drop_forgotten();
}

// What cannot be found where it stood: does it stand elsewhere?
void ColumnDesk::find_successors(const std::function<Whereabouts(const std::string& url)>& where) {
  for (Column& column : columns_) {
    if (!column.missing_now || column.record.id.empty()) continue;
    ColumnRecord& record = column.record;
    bool stands_elsewhere = false;
    for (const std::string& url : record.other_addresses) {
      const Whereabouts::Kind kind = where(url).kind;
      if (kind != Whereabouts::Kind::kRecalled && kind != Whereabouts::Kind::kUnchanged) continue;
      const std::string before = std::exchange(record.url, url);
      drop_address(record, record.url);
      add_address(record, before);
      record.reader = 0;  // to be read there
      stands_elsewhere = true;
      break;
    }
    Column* successor = nullptr;
    bool is_named_alike = false;
    for (Column& other : columns_) {
      const bool is_live = &other != &column && !other.missing_now && !other.record.id.empty();
      if (stands_elsewhere || !is_live) continue;
      const bool is_later = other.record.first_seen > record.last_seen;
      if (is_later && other.record.name == record.name) is_named_alike = true;
      if (!is_same_list(other.record, record)) continue;
      const bool better = successor == nullptr || shared_items(other.record.sight, record.sight) >
                                                      shared_items(successor->record.sight, record.sight);
      if (better) successor = &other;
    }
    if (stands_elsewhere) {
      column.missing_now = false;
      column.changed = true;
    } else if (successor != nullptr && successor->record.class_reason != "configured" &&
               successor->record.first_seen > record.first_seen) {
      take_over(column, *successor);
    } else if (successor != nullptr || is_named_alike) {
      forget(column);
    }
  }
  drop_forgotten();
}

// When most columns are gone at once the portal was rebuilt, or is being: nobody is told that each of them is lost.
void ColumnDesk::spare_redesign() {
  std::size_t known = 0;
  std::size_t missing = 0;
  for (const Column& column : columns_) {
    const bool is_long_gone = column.record.missing_since != WallTime{};
    if (!column.known || (is_long_gone && column.missing_now)) continue;
    ++known;
    if (column.missing_now) ++missing;
  }
  const bool is_redesign = missing >= kRedesignMin && missing * 2 > known;
  for (Column& column : columns_) {
    if (!column.missing_now) continue;
    const bool is_new = column.record.missing_since == WallTime{};
    if ((is_new && is_redesign) || (!is_new && column.record.reason == "redesign")) {
      column.record.reason = "redesign";
    } else if (column.record.reason == "redesign") {
      column.record.reason.clear();
    }
  }
}

void ColumnDesk::review(const std::function<Whereabouts(const std::string& url)>& where, bool crawl_ended) {
  using Kind = Whereabouts::Kind;
  for (Column& column : columns_) {
    if (!column.known || column.read_now) continue;
    const Whereabouts found = where(column.record.url);
    if (found.kind == Kind::kUnchanged && found.page_hash == column.record.page_hash) {
      column.seen = found.attempt;
      column.shown_now = column.changed = true;
      column.record.last_seen = std::max(column.record.last_seen, found.visited);
      note_back(column.record);
      ++column.record.sights;
    }
    if (found.kind == Kind::kRecalled && column.record.missing_since != WallTime{}) {
      note_back(column.record);
      column.changed = true;
    }
    if (!crawl_ended) continue;
    const bool is_off = found.kind == Kind::kUnlinked && is_taken_off(column.record);
    if (found.kind == Kind::kExcluded || is_off) forget(column);
    if (found.kind == Kind::kGone || found.kind == Kind::kUnlinked) column.missing_now = true;
    column.unlinked_now = found.kind == Kind::kUnlinked;
    if (found.kind != Kind::kMoved) continue;
    Column* goal = find(found.moved_to);
    if (goal != nullptr && goal != &column && !goal->record.id.empty()) {
      if (goal->known) {
        forget(column);  // two columns became one
      } else {
        take_over(column, *goal);
      }
    } else if (goal == nullptr) {
      add_address(column.record, std::exchange(column.record.url, found.moved_to));
      column.record.reader = 0;  // to be read there
      column.changed = true;
    }
  }
  if (!crawl_ended) return;
  drop_forgotten();
  drop_later_pages();
  merge_lists();
  find_successors(where);
  merge_pages();
  spare_redesign();
  find_containers();
}

// A column whose newest item is that of a column in a folder below its own only gathers: its parts are judged. What was
// not read now is what it was.
void ColumnDesk::find_containers() {
  std::multimap<std::string_view, const Column*> by_item;
  for (const Column& column : columns_) by_item.emplace(column.record.sight.newest_url, &column);
  for (Column& column : columns_) {
    if (!column.read_now) continue;
    const std::string folder = folder_of(column.record.url);
    const auto [begin, end] = by_item.equal_range(column.record.sight.newest_url);
    column.record.container =
        !column.record.sight.newest_url.empty() && std::any_of(begin, end, [&](const auto& other) {
          const std::string below = folder_of(other.second->record.url);
          return below.size() > folder.size() && below.starts_with(folder);
        });
  }
}

}  // namespace xuncha
