#include "daemon/patrol/column_memory.h"

#include <algorithm>

#include "core/code_points.h"
#include "core/digest.h"
#include "core/url.h"
#include "daemon/patrol/patrol_look.h"
#include "daemon/patrol/redate.h"
#include "detectors/backdating.h"

namespace xuncha {
namespace {

constexpr std::size_t kTitleCharacters = 12;     // of a title tell its item
constexpr std::size_t kItemsToCompare = 3;       // fewer agree by chance
constexpr std::size_t kItemsUnderOtherName = 8;  // that a list under another name must share
constexpr double kSameShare = 0.5;
constexpr double kSameShareUnderOtherName = 0.9;
constexpr std::size_t kAddressesMax = 8;
constexpr std::size_t kNameBytesMax = 300;
constexpr std::size_t kTitleBytesMax = 600;
constexpr std::size_t kUrlBytesMax = 4'096;
constexpr std::size_t kPathMax = 10;

constexpr std::size_t kItemsInOrder = 5;  // fewer may be sorted by chance
constexpr auto kLateTogether = std::chrono::hours(24 * 30);
// Where a list goes on at an address that only its script knows, or that is too long to keep.
constexpr const char* kNextByScript = "javascript:";

std::string_view next_character(std::string_view text, std::size_t& at) {
  const std::size_t begin = at;
  next_code_point(text, at);
  return text.substr(begin, at - begin);
}

bool is_unread(std::string_view character) {
  return character == " " || character == "\xc2\xa0" || character == "　" || character == "·" || character == "•";
}

std::uint64_t item_key(std::string_view title) {
  const std::string kept = title_head(title, kTitleCharacters);
  return kept.empty() ? 0 : hash64(kept);
}

std::uint64_t address_hash(std::string_view url) {
  return hash64(without_origin(url));
}

void sort_once(std::vector<std::uint64_t>& hashes) {
  std::sort(hashes.begin(), hashes.end());
  hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
}

bool holds(const std::vector<std::uint64_t>& sorted, std::uint64_t hash) {
  return std::binary_search(sorted.begin(), sorted.end(), hash);
}

// The day of the last item whose key is kept, where all stand in the order of the days beside them.
std::optional<CivilDay> whole_back_to(const ListFacts& list) {
  if (list.confidence < kListSure || list.script_rendered) return std::nullopt;
  std::optional<CivilDay> oldest;
  std::optional<CivilDay> previous;
  std::size_t in_order = 0;
  for (std::size_t index = 0; index < list.items.size(); ++index) {
    const ListItem& item = list.items[index];
    if (item.pinned) continue;
    if (!item.day || item.day_source != DaySource::kList || (previous && *item.day > *previous)) return std::nullopt;
    previous = item.day;
    if (index < kColumnItemKeysMax) oldest = item.day;
    ++in_order;
  }
  return in_order >= kItemsInOrder ? oldest : std::nullopt;
}

}  // namespace

std::string title_head(std::string_view title, std::size_t characters_max) {
  std::string kept;
  std::size_t characters = 0;
  for (std::size_t at = 0; at < title.size() && characters < characters_max;) {
    const std::string_view character = next_character(title, at);
    if (character == "…" || character == ".") break;
    if (is_unread(character)) continue;
    kept.append(character);
    ++characters;
  }
  return kept;
}

std::string title_text(std::string_view title) {
  std::string kept;
  for (std::size_t at = 0; at < title.size();) {
    const std::string_view character = next_character(title, at);
    if (!is_unread(character)) kept.append(character);
  }
  return kept;
}

ColumnSight sight_of(const ListFacts& list, WallTime now) {
  ColumnSight sight;
  sight.method = list.method;
  sight.confidence = list.confidence;
  sight.says_empty = list.says_empty;
  sight.script_rendered = list.script_rendered;
  sight.by_data = list.script_rendered && !list.data_url.empty();
  sight.items = static_cast<std::uint32_t>(list.items.size());
  sight.next_page = list.next_page;
  const bool has_more = list.total_pages.value_or(1) > 1;
  if (sight.next_page.size() > kUrlBytesMax || (sight.next_page.empty() && has_more)) sight.next_page = kNextByScript;
  const auto tomorrow = std::chrono::sys_days(beijing_day(now)) + std::chrono::days(1);
  std::uint32_t lacking_year = 0;
  for (const ListItem& item : list.items) {
    lacking_year += item.lacks_year ? 1 : 0;
    const std::uint64_t key = item_key(item.title);
    if (key != 0 && sight.item_keys.size() < kColumnItemKeysMax) sight.item_keys.push_back(key);
    if (sight.item_addresses.size() < kColumnItemKeysMax) sight.item_addresses.push_back(address_hash(item.url));
    if (!item.day) continue;
    ++sight.items_dated;
    if (std::chrono::sys_days(*item.day) > tomorrow || (sight.newest && *sight.newest >= *item.day)) continue;
    sight.newest = item.day;
    sight.newest_url = item.url;
    sight.newest_title = item.title;
  }
  if (!sight.newest) sight.items_dated += lacking_year;  // it shows days, of which none is known
  sort_once(sight.item_keys);
  sight.whole_back_to = whole_back_to(list);
  return sight;
}

std::vector<LateItem> late_items(const ListFacts& list, const ColumnSight& sight, const ColumnSight& before,
                                 WallTime read_before, WallTime now, std::uint32_t gap_days) {
  if (!before.whole_back_to || !sight.whole_back_to || before.method != sight.method) return {};
  std::vector<std::uint64_t> addresses;
  for (const ListItem& item : list.items) addresses.push_back(address_hash(item.url));
  sort_once(addresses);
  // What stood there still does, but for the last ones, whose place newer ones took. Else something was put in place of
  // something, or the list is another one.
  const auto stands = [&addresses](std::uint64_t address) { return holds(addresses, address); };
  const auto gone = std::find_if_not(before.item_addresses.begin(), before.item_addresses.end(), stands);
  const auto kept = static_cast<std::size_t>(gone - before.item_addresses.begin());
  if (std::any_of(gone, before.item_addresses.end(), stands) || kept * 2 < before.item_addresses.size()) return {};
  std::vector<LateItem> late;
  for (std::size_t index = 0; index < list.items.size() && late.size() < kLateItemsMax; ++index) {
    const ListItem& item = list.items[index];
    const std::uint64_t address = address_hash(item.url);
    const bool is_known =
        std::find(before.item_addresses.begin(), before.item_addresses.end(), address) != before.item_addresses.end() ||
        holds(before.item_keys, item_key(item.title));
    if (is_known || item.url.size() > kUrlBytesMax) continue;
    const ContentJudgement judged =
        judge_first_sight({.item_day = item.day,
                           .first_seen = beijing_day(now),
                           .previous_read = beijing_day(read_before),
                           .list_was_complete = item.day && *item.day > *before.whole_back_to,
                           .pinned = item.pinned},
                          gap_days);
    if (!judged.fails()) continue;
    late.push_back({.url = item.url,
                    .title = cut_utf8(item.title, kTitleBytesMax),
                    .day = item.day,
                    .seen = now,
                    .before = read_before});
  }
  return late;
}

void forget_mended(std::vector<LateItem>& late, const ListFacts& list, const ColumnSight& sight) {
  std::erase_if(late, [&](const LateItem& each) {
    const auto shown = std::find_if(list.items.begin(), list.items.end(), [&each](const ListItem& item) {
      return without_origin(item.url) == without_origin(each.url);
    });
    if (shown != list.items.end()) return shown->day && shown->day != each.day;
    return sight.whole_back_to && each.day > sight.whole_back_to;
  });
}

bool came_together(const LateItem& one, const LateItem& other) {
  return std::chrono::abs(one.seen - other.seen) <= kLateTogether;
}

bool is_late_alone(const ColumnRecord& record, const LateItem& item) {
  const auto near = std::count_if(record.late.begin(), record.late.end(), [&item](const LateItem& other) {
    return other.lateness != Lateness::kKnown && came_together(item, other);
  });
  return static_cast<std::size_t>(near) <= kLateOfColumn;
}

bool is_dated_by_publication(const ColumnRecord& record) {
  const bool is_class = record.column_class == ColumnClass::kNews || record.column_class == ColumnClass::kNotice;
  return is_class && !record.archived && !record.container;
}

double shared_items(const ColumnSight& one, const ColumnSight& other) {
  const std::size_t smaller = std::min(one.item_keys.size(), other.item_keys.size());
  if (smaller < kItemsToCompare) return 0;
  std::vector<std::uint64_t> shared;
  std::set_intersection(one.item_keys.begin(), one.item_keys.end(), other.item_keys.begin(), other.item_keys.end(),
                        std::back_inserter(shared));
  return static_cast<double>(shared.size()) / static_cast<double>(smaller);
}

bool is_same_list(const ColumnRecord& one, const ColumnRecord& other) {
  const double shared = shared_items(one.sight, other.sight);
  if (one.name == other.name) return shared >= kSameShare;
  return shared >= kSameShareUnderOtherName &&
         std::min(one.sight.item_keys.size(), other.sight.item_keys.size()) >= kItemsUnderOtherName;
}

std::string_view without_origin(std::string_view url) {
  const std::size_t host = url.find("://");
  if (host == std::string_view::npos) return url;
  return url.substr(std::min(url.find('/', host + 3), url.size()));
}

std::string folder_of(std::string_view url) {
  const std::size_t end = std::min(url.find('?'), url.size());
  return std::string(url.substr(0, url.rfind('/', end) + 1));
}

void add_address(ColumnRecord& record, const std::string& url) {
  drop_address(record, url);
  if (url == record.url) return;
  if (record.other_addresses.size() == kAddressesMax) record.other_addresses.erase(record.other_addresses.begin());
  record.other_addresses.push_back(url);
}

void drop_address(ColumnRecord& record, const std::string& url) {
  std::erase(record.other_addresses, url);
}

std::string address_key(const std::string& url) {
  const UrlParse parsed = parse_url(url);
  return parsed.url ? url_key(*parsed.url) : url;
}

void note_back(ColumnRecord& record) {
  record.missing_since = record.missing_looked = {};
  if (record.suspected == ColumnVerdict::kLost) record.suspected = ColumnVerdict::kFresh;
}

bool redate(ColumnRecord& record, WallTime now) {
  // What such a clock called late proves nothing.
  const bool had_late =
      std::erase_if(record.late, [now](const LateItem& each) { return each.seen > now || each.before > now; }) > 0;
  const bool is_ahead =
      redate({&record.first_seen, &record.last_read, &record.last_seen, &record.verdict_since, &record.suspected_since,
              &record.judged, &record.source_asked, &record.missing_since, &record.missing_looked},
             now);
  return had_late || is_ahead;
}

void bound_texts(ColumnRecord& record) {
  record.name = cut_utf8(record.name, kNameBytesMax);
  record.class_reason = cut_utf8(record.class_reason, kNameBytesMax);
  if (record.path.size() > kPathMax) record.path.resize(kPathMax);
  for (std::string& name : record.path) name = cut_utf8(name, kNameBytesMax);
  record.sight.newest_title = cut_utf8(record.sight.newest_title, kTitleBytesMax);
  if (record.sight.newest_url.size() > kUrlBytesMax) record.sight.newest_url.clear();
}

}  // namespace xuncha
