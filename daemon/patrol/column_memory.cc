#include "daemon/patrol/column_memory.h"

#include <algorithm>

#include "core/code_points.h"
#include "core/digest.h"
#include "core/url.h"
#include "daemon/patrol/patrol_look.h"
#include "daemon/patrol/redate.h"

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

// The first characters of a title, without blanks and the marks that portals put before it.
std::uint64_t item_key(std::string_view title) {
  std::string kept;
  std::size_t characters = 0;
  for (std::size_t at = 0; at < title.size() && characters < kTitleCharacters;) {
    const std::size_t begin = at;
    next_code_point(title, at);
    const std::string_view character = title.substr(begin, at - begin);
    if (character == "…" || character == ".") break;
    if (character == " " || character == "\xc2\xa0" || character == "　" || character == "·" || character == "•")
      continue;
    kept.append(character);
    ++characters;
  }
  return kept.empty() ? 0 : hash64(kept);
}

}  // namespace

ColumnSight sight_of(const ListFacts& list, WallTime now) {
  ColumnSight sight;
  sight.method = list.method;
  sight.confidence = list.confidence;
  sight.says_empty = list.says_empty;
  sight.script_rendered = list.script_rendered;
  sight.by_data = list.script_rendered && !list.data_url.empty();
  sight.items = static_cast<std::uint32_t>(list.items.size());
  sight.next_page = list.next_page.size() <= kUrlBytesMax ? list.next_page : std::string();
  const auto tomorrow = std::chrono::sys_days(beijing_day(now)) + std::chrono::days(1);
  for (const ListItem& item : list.items) {
    const std::uint64_t key = item_key(item.title);
    if (key != 0 && sight.item_keys.size() < kColumnItemKeysMax) sight.item_keys.push_back(key);
    if (!item.day) continue;
    ++sight.items_dated;
    if (std::chrono::sys_days(*item.day) > tomorrow || (sight.newest && *sight.newest >= *item.day)) continue;
    sight.newest = item.day;
    sight.newest_url = item.url;
    sight.newest_title = item.title;
  }
  std::sort(sight.item_keys.begin(), sight.item_keys.end());
  sight.item_keys.erase(std::unique(sight.item_keys.begin(), sight.item_keys.end()), sight.item_keys.end());
  return sight;
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
  return redate(
      {&record.first_seen, &record.last_read, &record.last_seen, &record.verdict_since, &record.suspected_since,
       &record.judged, &record.source_asked, &record.missing_since, &record.missing_looked},
      now);
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
