#include "daemon/patrol/column_desk.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "core/digest.h"
#include "core/url_shape.h"
#include "crawler/portal/meta_tags.h"
#include "detectors/column_class.h"
#include "detectors/column_freshness.h"

namespace xuncha {
namespace {

constexpr std::size_t kColumnsMax = 2'000;   // of a site, as the configuration bounds them
constexpr int kDatesMin = 3;                 // that a list shows at least
constexpr std::size_t kDigitsOfArticle = 5;  // in a row, in the last segment of the path: an article's number

bool is_digit(char byte) {
  return byte >= '0' && byte <= '9';
}

std::string_view last_segment(const Url& url) {
  const std::string_view path = url.path();
  return path.substr(path.rfind('/') + 1);
}

// index_2.html, list_3.shtml, ?page=2: later pages of a list that was read by its first. index_1 is the second page of
// many systems, and the first of none that has no index.
bool is_later_page(const Url& url) {
  std::string_view name = last_segment(url);
  name = name.substr(0, name.rfind('.'));
  const std::size_t bar = name.find_last_of("_-");
  if (bar != std::string_view::npos && bar + 1 < name.size()) {
    const std::string_view number = name.substr(bar + 1);
    const bool is_number = number.size() <= 4 && std::all_of(number.begin(), number.end(), is_digit);
    const std::string_view stem = name.substr(0, bar);
    if (is_number && (stem == "index" || stem == "list" || stem.ends_with("_index"))) return true;
  }
  const std::string_view query = url.query();
  for (const std::string_view word : {"page=", "pageno=", "pageNo=", "pageIndex=", "PageIndex=", "pageNum=", "pn="}) {
    const std::size_t at = query.find(word);
    if (at == std::string_view::npos) continue;
    const std::string_view value = query.substr(at + word.size());
    if (!value.empty() && value.front() != '0' && !(value.front() == '1' && (value.size() == 1 || value[1] == '&')))
      return true;
  }
  return false;
}

// t20240426_123.html, art_12_345678.html, 6730123.htm, 32 hexadecimal digits.
bool is_article_address(const Url& url) {
  const std::string_view name = last_segment(url);
  if (name.starts_with("col") || name.starts_with("list") || name.starts_with("column") || name.starts_with("index"))
    return false;
  std::size_t digits = 0;
  std::size_t hex = 0;
  for (const char byte : name) {
    digits = is_digit(byte) ? digits + 1 : 0;
    hex = is_digit(byte) || (byte >= 'a' && byte <= 'f') ? hex + 1 : 0;
    if (digits >= kDigitsOfArticle || hex >= 24) return true;
  }
  return false;
}

// A folder, or its index, or what systems call their lists.
bool is_column_address(const Url& url) {
  const std::string_view name = last_segment(url);
  for (const std::string_view word : {"index", "list", "col", "more", "channel", "node"}) {
    if (name.starts_with(word)) return true;
  }
  return name.empty();
}

// Something like 2024-04-26, 2024年4月, 04-26: digits, a separator of dates, digits. Roughly, and cheaply.
bool shows_dates(std::string_view text) {
  int dates = 0;
  for (std::size_t at = 1; at + 1 < text.size(); ++at) {
    const char byte = text[at];
    const bool separates = byte == '-' || byte == '/' || byte == '.' ||
                           (byte == '\xe5' && text.compare(at, 3, "年") == 0) ||
                           (byte == '\xe6' && text.compare(at, 3, "月") == 0);
    if (!separates || !is_digit(text[at - 1])) continue;
    const std::size_t after = at + (byte == '\xe5' || byte == '\xe6' ? 3 : 1);
    if (after < text.size() && is_digit(text[after]) && ++dates >= kDatesMin) return true;
  }
  return false;
}

std::string minted_id(std::string_view site, const Url& url) {
  return "c" + sha256_hex(std::string(site) + '\0' + url_key(url)).substr(0, 8);
}

// A portal under http and https, with and without www., is one portal.
std::string_view without_origin(std::string_view url) {
  const std::size_t host = url.find("://");
  if (host == std::string_view::npos) return url;
  return url.substr(std::min(url.find('/', host + 3), url.size()));
}

// Of the addresses of the items. A list of no items is known by its page alone.
std::uint64_t digest_of(const ListFacts& list, const Url& url) {
  std::string all;
  for (const ListItem& item : list.items) all.append(without_origin(item.url)).append(1, '\n');
  return hash64(list.items.empty() ? without_origin(url_key(url)) : all);
}

ColumnSight sight_of(const ListFacts& list, WallTime now) {
  ColumnSight sight;
  sight.method = list.method;
  sight.confidence = list.confidence;
  sight.says_empty = list.says_empty;
  sight.script_rendered = list.script_rendered;
  sight.items = static_cast<std::uint32_t>(list.items.size());
  const auto tomorrow = std::chrono::sys_days(beijing_day(now)) + std::chrono::days(1);
  for (const ListItem& item : list.items) {
    if (!item.day) continue;
    ++sight.items_dated;
    if (std::chrono::sys_days(*item.day) > tomorrow || (sight.newest && *sight.newest >= *item.day)) continue;
    sight.newest = item.day;
    sight.newest_url = item.url;
    sight.newest_title = item.title;
  }
  return sight;
}

// Up to the last "/" of the address.
std::string folder_of(const std::string& url) {
  const std::size_t end = std::min(url.find('?'), url.size());
  return url.substr(0, url.rfind('/', end) + 1);
}

// Columns of one name in one folder are pages of one list.
std::string name_and_place(const ColumnRecord& record) {
  std::string all = folder_of(record.url) + '\n' + record.name;
  for (const std::string& name : record.path) all.append(1, '\n').append(name);
  return all;
}

// The list by which a page is a column; null: it is none.
const ListFacts* list_of(const PortalFacts& facts) {
  if (facts.kind != PageKind::kList || !facts.list) return nullptr;
  return &*facts.list;
}

}  // namespace

std::uint32_t ColumnLimits::of(ColumnClass column_class) const {
  switch (column_class) {
    case ColumnClass::kNews:
      return news;
    case ColumnClass::kNotice:
    case ColumnClass::kPolicy:
    case ColumnClass::kInterpretation:
      return notice;
    default:
      return other;
  }
}

std::string rule_of_column(ColumnVerdict verdict) {
  switch (verdict) {
    case ColumnVerdict::kStale:
      return "column.stale";
    case ColumnVerdict::kBlank:
      return "column.blank";
    case ColumnVerdict::kUndated:
      return "column.undated";
    default:
      return {};
  }
}

bool may_be_column(const Url& url, const PageFacts& page) {
  if (url.path() == "/" && url.query().empty()) return false;
  if (is_later_page(url)) return false;
  const MetaTags meta = read_meta_tags(page);
  if (!meta.article_title.empty()) return false;
  if (!meta.column_name.empty()) return true;
  if (is_article_address(url)) return false;
  return shows_dates(page.visible_text) || page.document->text.find("<datastore") != std::string::npos ||
         page.visible_text.size() < 3'000;  // an empty column shows little
}

ColumnDesk::ColumnDesk(std::string site, ColumnLimits limits, std::vector<ColumnSetting> settings,
                       const WorkCalendar& calendar)
    : site_(std::move(site)), limits_(limits), calendar_(calendar) {
  for (ColumnSetting& setting : settings) {
    std::string key = url_key(setting.url);
    settings_.emplace(std::move(key), std::move(setting));
  }
}

const ColumnSetting* ColumnDesk::setting_of(const Url& url) const {
  if (settings_.empty()) return nullptr;
  const auto found = settings_.find(url_key(url));
  return found == settings_.end() ? nullptr : &found->second;
}

bool ColumnDesk::wants(const Url& url, const PageFacts& page) const {
  return columns_.size() < kColumnsMax && (setting_of(url) != nullptr || may_be_column(url, page));
}

void ColumnDesk::read(const Url& url, const PageFacts& page, const PortalFacts& facts, const Attempt& attempt,
                      WallTime now) {
  const ColumnSetting* setting = setting_of(url);
  const ListFacts* list = list_of(facts);
  if (list != nullptr && !list->next_page.empty()) {
    if (const UrlParse next = parse_url(list->next_page); next.url) later_pages_.insert(url_key(*next.url));
  }
  // A single page that says 内容正在更新 is no column: where nothing is listed, its address or META must say that it
  // is.
  const bool is_empty = list != nullptr && list->items.empty();
  if (is_empty && setting == nullptr && !is_column_address(url) && read_meta_tags(page).column_name.empty()) return;
  if (list == nullptr || !lists_.insert(digest_of(*list, url)).second) return;
  Column column;
  column.record.id = minted_id(site_, url);
  column.record.url = std::string(url.without_fragment());
  column.record.name = facts.column && !facts.column->name.empty() ? facts.column->name : facts.title;
  if (facts.column) column.record.path = facts.column->path;
  const ColumnClassing classing =
      class_column(column.record.name, facts.column ? facts.column->type : std::string(), column.record.path);
  if (classing.mirror && setting == nullptr) return;
  column.archived = classing.archived;
  column.standing = classing.standing;
  column.record.column_class = classing.column_class;
  column.record.class_reason = classing.reason;
  column.record.max_age_days = limits_.of(classing.column_class);
  if (setting != nullptr) {
    if (!setting->id.empty()) column.record.id = setting->id;
    if (!setting->name.empty()) column.record.name = setting->name;
    column.record.column_class = setting->column_class;
    column.record.class_reason = "configured";
    column.record.max_age_days = setting->max_age_days.value_or(limits_.of(setting->column_class));
    column.archived = false;
    column.standing = false;
  }
  column.record.sight = sight_of(*list, now);
  column.seen = attempt;
  columns_.push_back(std::move(column));
}

void ColumnDesk::judge_one(Column& column, WallTime now) const {
  ColumnRecord& record = column.record;
  column.judgement = judge_column(record.sight,
                                  {.column_class = record.column_class,
                                   .max_age_days = record.max_age_days,
                                   .standing = column.standing,
                                   .archived = column.archived},
                                  now, calendar_);
  if (column.container) {
    column.judgement.verdict = ColumnVerdict::kUnknown;
    column.judgement.reason = "container";
    column.judgement.needs_confirmation = false;
  }
  record.verdict = column.judgement.verdict;
  record.reason = std::string(column.judgement.reason);
}

// Pages of one list under numbered addresses: the one with the newest item is the column.
void ColumnDesk::drop_later_pages() {
  std::erase_if(columns_, [this](const Column& column) {
    const UrlParse parsed = parse_url(column.record.url);
    return parsed.url && later_pages_.contains(url_key(*parsed.url)) && setting_of(*parsed.url) == nullptr;
  });
  std::map<std::string, const Column*> first;  // by folder, name and path
  for (const Column& column : columns_) {
    const Column*& best = first[name_and_place(column.record)];
    const bool newer = best == nullptr || column.record.sight.newest > best->record.sight.newest;
    if (newer) best = &column;
  }
  std::set<std::string> kept;
  for (const auto& [place, column] : first) kept.insert(column->record.id);
  std::erase_if(columns_, [&](const Column& column) { return !kept.contains(column.record.id); });
}

// A column whose newest item is that of a column in a folder below its own only gathers: its parts are judged.
void ColumnDesk::find_containers() {
  std::multimap<std::string, const Column*> by_item;
  for (const Column& column : columns_) by_item.emplace(column.record.sight.newest_url, &column);
  for (Column& column : columns_) {
    const std::string folder = folder_of(column.record.url);
    const auto [begin, end] = by_item.equal_range(column.record.sight.newest_url);
    column.container = !column.record.sight.newest_url.empty() && std::any_of(begin, end, [&](const auto& other) {
      const std::string below = folder_of(other.second->record.url);
      return below.size() > folder.size() && below.starts_with(folder);
    });
  }
}

void ColumnDesk::judge(WallTime now) {
  drop_later_pages();
  find_containers();
  for (Column& column : columns_) judge_one(column, now);
}

std::optional<Url> ColumnDesk::second_sight_of(const Column& column) const {
  const bool reread =
      column.judgement.verdict == ColumnVerdict::kBlank || column.judgement.verdict == ColumnVerdict::kUndated;
  if (!reread && !column.judgement.needs_confirmation) return std::nullopt;
  UrlParse parsed = parse_url(reread ? column.record.url : column.record.sight.newest_url);
  return std::move(parsed.url);
}

void ColumnDesk::saw_again(Column& column, const PortalFacts& facts, const Attempt& attempt, WallTime now) {
  column.again = attempt;
  if (column.judgement.needs_confirmation) {
    if (facts.article) column.record.sight.confirmed = facts.article->published;
    return judge_one(column, now);
  }
  const ListFacts* list = list_of(facts);
  if (list == nullptr) {  // not the page that it was a moment ago: nothing is sure
    column.again.reset();
    return;
  }
  column.record.sight = sight_of(*list, now);
  judge_one(column, now);
}

}  // namespace xuncha
