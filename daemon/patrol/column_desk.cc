#include "daemon/patrol/column_desk.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "core/civil.h"
#include "core/digest.h"
#include "core/url_shape.h"
#include "crawler/portal/meta_tags.h"
#include "daemon/patrol/column_memory.h"
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

constexpr std::size_t kIdDigits = 8;
// A page that never says that it changed, though it does, must not accuse anybody.
constexpr auto kSightAge = std::chrono::hours(24 * 3);
constexpr auto kSourceAge = std::chrono::hours(24);        // before a second source that said nothing is asked again
constexpr auto kLostLook = std::chrono::hours(24);         // at what was told as lost
constexpr auto kNotReadAge = std::chrono::hours(24 * 21);  // thrice the longest interval of a column
constexpr std::uint32_t kSightsBeforeLost = 2;

// Of the addresses of the items. A list of no items is known by its page alone.
std::uint64_t digest_of(const ListFacts& list, const Url& url) {
  std::string all;
  for (const ListItem& item : list.items) all.append(without_origin(item.url)).append(1, '\n');
  return hash64(list.items.empty() ? without_origin(url_key(url)) : all);
}

bool is_accusation(ColumnVerdict verdict) {
  return !rule_of_column(verdict).empty();
}

// Is it known what it is, and that it owes nothing?
bool owes_nothing(std::string_view reason) {
  return reason == "no_duty" || reason == "archived" || reason == "container";
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
    case ColumnVerdict::kLost:
      return "column.lost";
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

bool may_be_column(const Url& url) {
  const bool is_home = url.path() == "/" && url.query().empty();
  return !is_home && !is_later_page(url) && !is_article_address(url);
}

bool may_be_column(const Url& url, const PageFacts& page, const MetaTags& meta) {
  if (url.path() == "/" && url.query().empty()) return false;
  if (is_later_page(url)) return false;
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

void ColumnDesk::index() {
  by_address_.clear();
  by_other_.clear();
  ids_.clear();
  for (std::size_t place = 0; place < columns_.size(); ++place) {
    const ColumnRecord& record = columns_[place].record;
    by_address_.emplace(address_key(record.url), place);
    for (const std::string& url : record.other_addresses) by_other_.emplace(address_key(url), place);
    ids_.insert(record.id);
  }
}

void ColumnDesk::apply_setting(Column& column, const ColumnSetting& setting) {
  ColumnRecord& record = column.record;
  if (!setting.id.empty() && record.id != setting.id) {
    if (column.known) gone_.push_back(record.id);
    record.id = setting.id;
    column.changed = true;
  }
  if (!setting.name.empty()) record.name = setting.name;
  record.column_class = setting.column_class;
  record.class_reason = "configured";
  record.max_age_days = setting.max_age_days.value_or(limits_.of(setting.column_class));
  record.archived = false;
  record.standing = false;
}

void ColumnDesk::restore(std::vector<ColumnRecord> records) {
  std::stable_sort(records.begin(), records.end(), [](const ColumnRecord& left, const ColumnRecord& right) {
    return left.first_seen < right.first_seen;  // as a first patrol finds them
  });
  for (ColumnRecord& record : records) {
    const UrlParse parsed = parse_url(record.url);
    if (!parsed.url || columns_.size() == kColumnsMax) continue;
    Column column;
    column.known = true;
    column.record = std::move(record);
    const bool was_configured = column.record.class_reason == "configured";
    if (const ColumnSetting* setting = setting_of(*parsed.url)) {
      apply_setting(column, *setting);
    } else if (was_configured) {  // no more
      const ColumnClassing classing = class_column(column.record.name, {}, column.record.path);
      column.record.column_class = classing.column_class;
      column.record.class_reason = classing.reason;
      column.record.standing = classing.standing;
      column.record.archived = classing.archived;
      column.record.max_age_days = limits_.of(classing.column_class);
    } else {
      column.record.max_age_days = limits_.of(column.record.column_class);
    }
    const bool by_selection = column.record.sight.method == ListMethod::kConfig;
    if (by_selection != (selection_of(*parsed.url) != nullptr)) column.record.reader = 0;  // to be read otherwise
    if (const UrlParse next = parse_url(column.record.sight.next_page); next.url) {
      later_pages_.insert(url_key(*next.url));
    }
    columns_.push_back(std::move(column));
  }
  index();
}

ColumnDesk::Column* ColumnDesk::find(const std::string& url) {
  const auto place = by_address_.find(address_key(url));
  return place == by_address_.end() ? nullptr : &columns_[place->second];
}

const ColumnDesk::Column* ColumnDesk::at(const Url& url) const {
  const auto place = by_address_.find(url_key(url));
  return place == by_address_.end() ? nullptr : &columns_[place->second];
}

bool ColumnDesk::is_known(std::string_view id) const {
  return ids_.contains(std::string(id));
}

bool ColumnDesk::needs_whole(const Url& url, std::uint64_t page_hash, WallTime now) const {
  const Column* column = at(url);
  if (column == nullptr) return false;
  const ColumnRecord& record = column->record;
  const bool accuses = record.suspected != ColumnVerdict::kFresh && record.last_read < record.suspected_since;
  return record.sight.by_data || record.reader != kColumnReader || record.page_hash != page_hash ||
         now - record.last_read > kSightAge || accuses;
}

const ListSelection* ColumnDesk::selection_of(const Url& url) const {
  const ColumnSetting* setting = setting_of(url);
  return setting != nullptr && setting->selection ? &*setting->selection : nullptr;
}

const VisitInterval* ColumnDesk::interval_of(const ColumnRecord& record) const {
  const UrlParse parsed = parse_url(record.url);
  const ColumnSetting* setting = parsed.url ? setting_of(*parsed.url) : nullptr;
  return setting != nullptr && setting->interval ? &*setting->interval : nullptr;
}

bool ColumnDesk::wants(const Url& url, const PageFacts& page, const MetaTags& meta) const {
  if (setting_of(url) != nullptr || at(url) != nullptr) return true;
  return columns_.size() < kColumnsMax && may_be_column(url, page, meta);
}

// The first eight digits that no other column of the site has.
std::string ColumnDesk::mint_id(const Url& url) const {
  std::string text = site_ + '\0' + url_key(url);
  for (;;) {
    std::string id = "c" + sha256_hex(text).substr(0, kIdDigits);
    if (!ids_.contains(id)) return id;
    text.append(1, '\0').append(id);
  }
}

void ColumnDesk::read(const Url& url, const PageFacts& page, const PortalFacts& facts, const Attempt& attempt,
                      std::uint64_t page_hash, WallTime today, WallTime now) {
  const ColumnSetting* setting = setting_of(url);
  const ListFacts* list = list_of(facts);
  if (list != nullptr && !list->next_page.empty()) {
    if (const UrlParse next = parse_url(list->next_page); next.url) later_pages_.insert(url_key(*next.url));
  }
  const auto known = by_address_.find(url_key(url));
  Column fresh;
  Column& column = known == by_address_.end() ? fresh : columns_[known->second];
  ColumnRecord& record = column.record;
  // A single page that says 内容正在更新 is no column: where nothing is listed, its address or META must say that it
  // is.
  const bool is_empty = list != nullptr && list->items.empty();
  const bool says_column = setting != nullptr || is_column_address(url) || !read_meta_tags(page).column_name.empty();
  if (list == nullptr || (is_empty && !says_column)) {
    if (known == by_address_.end()) return;
    // It lists nothing now: what it showed before is no longer true, and this says nothing.
    record.sight.items = 0;
    record.sight.items_dated = 0;
    record.sight.says_empty = false;
    record.sight.script_rendered = false;
    // Nor is what it lists next compared with it: what came meanwhile did not come late.
    record.sight.whole_back_to.reset();
    record.sight.item_addresses.clear();
  } else {
    const bool is_first = lists_.insert(digest_of(*list, url)).second;
    if (known == by_address_.end() && !is_first) return;
    ColumnSight sight = sight_of(*list, today);
    const bool same_newest = sight.newest == record.sight.newest && sight.newest_url == record.sight.newest_url;
    if (same_newest) sight.confirmed = record.sight.confirmed;
    if (!same_newest && !sight.by_data) record.source_asked = {};
    if (known == by_address_.end()) {
      const auto other = by_other_.find(url_key(url));
      if (other != by_other_.end()) {
        Column& stands_elsewhere = columns_[other->second];
        const bool is_same = sight.item_keys.empty() || shared_items(sight, stands_elsewhere.record.sight) >= 0.5;
        if (is_same) return;
        std::erase_if(stands_elsewhere.record.other_addresses,
                      [&](const std::string& each) { return address_key(each) == other->first; });
        by_other_.erase(other);
      }
    }
    if (known != by_address_.end()) note_late(record, *list, sight, today, now);
    if (sight.by_data) column.before = record.sight;
    record.sight = std::move(sight);
    std::string name = facts.column && !facts.column->name.empty() ? facts.column->name : facts.title;
    if (!name.empty() || known == by_address_.end()) record.name = std::move(name);
    if (facts.column) record.path = facts.column->path;
    const ColumnClassing classing =
        class_column(record.name, facts.column ? facts.column->type : std::string(), record.path);
    if (classing.mirror && setting == nullptr && known == by_address_.end()) return;
    record.archived = classing.archived;
    record.standing = classing.standing;
    record.column_class = classing.column_class;
    record.class_reason = classing.reason;
    record.max_age_days = limits_.of(classing.column_class);
    if (known == by_address_.end()) {
      record.id = mint_id(url);
      record.url = std::string(url.without_fragment());
      record.first_seen = now;
    }
    if (setting != nullptr) apply_setting(column, *setting);
    bound_texts(record);
    column.shown_now = true;
    ++record.sights;
    note_back(record);
  }
  record.last_read = record.last_seen = now;
  record.page_hash = page_hash;
  record.reader = kColumnReader;
  column.seen = attempt;
  column.read_now = true;
  column.changed = true;
  if (known != by_address_.end()) return;
  by_address_.emplace(url_key(url), columns_.size());
  ids_.insert(record.id);
  columns_.push_back(std::move(fresh));
}

// What the list shows that it must have shown before, and did not. By another day than the clock's nothing is seen for
// the first time; a column that moved is to be read there first.
void ColumnDesk::note_late(ColumnRecord& record, const ListFacts& list, const ColumnSight& sight, WallTime today,
                           WallTime now) const {
  if (record.reader != kColumnReader || beijing_day(today) != beijing_day(now)) return;
  forget_mended(record.late, list, sight);
  for (LateItem& item : late_items(list, sight, record.sight, record.last_read, now, limits_.late)) {
    if (record.late.size() == kLateItemsMax) {  // by what stands as late a case may stand
      const auto least = std::find_if(record.late.begin(), record.late.end(),
                                      [](const LateItem& each) { return each.lateness != Lateness::kLate; });
      if (least == record.late.end()) return;
      record.late.erase(least);
    }
    record.late.push_back(std::move(item));
  }
}

void ColumnDesk::weigh_late(const Weigher& weigh) {
  std::vector<std::pair<Column*, LateItem*>> open;
  std::vector<const LateItem*> items;
  for (Column& column : columns_) {
    if (!is_dated_by_publication(column.record)) continue;
    for (LateItem& item : column.record.late) {
      if (item.lateness != Lateness::kOpen || !is_late_alone(column.record, item)) continue;
      open.emplace_back(&column, &item);
      items.push_back(&item);
    }
  }
  if (items.empty()) return;
  const std::vector<Lateness> weighed = weigh(items);
  for (std::size_t index = 0; index < open.size(); ++index) {
    const auto [column, item] = open[index];
    item->lateness = weighed[index];
    column->changed = column->changed || item->lateness != Lateness::kOpen;
  }
}

// What a script would have filled in takes the place of the empty list that read() was given.
void ColumnDesk::fill(const Url& url, const ListFacts& list, const Attempt& attempt, WallTime today) {
  const auto place = by_address_.find(url_key(url));
  if (place == by_address_.end()) return;
  Column& column = columns_[place->second];
  if (!lists_.insert(digest_of(list, url)).second && !column.known) return forget(column);  // stands elsewhere as well
  const ColumnSight before = column.before.value_or(ColumnSight());
  ColumnSight& sight = column.record.sight = sight_of(list, today);
  sight.by_data = true;
  const bool same_newest = before.newest == sight.newest && before.newest_url == sight.newest_url;
  if (same_newest) sight.confirmed = before.confirmed;
  if (!same_newest) column.record.source_asked = {};
  bound_texts(column.record);
  column.seen = attempt;
  column.changed = true;
}

// --- judgement ------------------------------------------------------------------------------------------------------

ColumnJudgement ColumnDesk::judgement_of(const Column& column, WallTime now) const {
  const ColumnRecord& record = column.record;
  ColumnJudgement judgement = judge_column(record.sight,
                                           {.column_class = record.column_class,
                                            .max_age_days = record.max_age_days,
                                            .standing = record.standing,
                                            .archived = record.archived},
                                           now, calendar_);
  if (record.container) {
    judgement.verdict = ColumnVerdict::kUnknown;
    judgement.reason = "container";
    judgement.needs_confirmation = false;
  }
  return judgement;
}

void ColumnDesk::judge(WallTime now) {
  for (Column& column : columns_) column.judgement = judgement_of(column, now);
}

std::optional<Url> ColumnDesk::second_sight_of(const Column& column, const Settling& settling, WallTime now) const {
  // In rounds a blank list is read again half a day later; what was not shown now is not accused now.
  const bool reread = !settling.in_rounds && (column.judgement.verdict == ColumnVerdict::kBlank ||
                                              column.judgement.verdict == ColumnVerdict::kUndated);
  if (!reread && !column.judgement.needs_confirmation) return std::nullopt;
  if (column.missing_now || (!settling.in_rounds && !column.shown_now)) return std::nullopt;
  if (settling.in_rounds && now - column.record.source_asked < kSourceAge) return std::nullopt;
  UrlParse parsed = parse_url(reread ? column.record.url : column.record.sight.newest_url);
  return std::move(parsed.url);
}

void ColumnDesk::asks(Column& column, WallTime now) {
  (column.missing_now ? column.record.missing_looked : column.record.source_asked) = now;
  column.changed = true;
}

void ColumnDesk::saw_again(Column& column, const PortalFacts& facts, const Attempt& attempt, WallTime now) {
  column.again = attempt;
  column.changed = true;
  if (column.judgement.needs_confirmation) {
    if (facts.article) column.record.sight.confirmed = facts.article->published;
    column.judgement = judgement_of(column, now);
    return;
  }
  const ListFacts* list = list_of(facts);
  if (list == nullptr) {  // not the page that it was a moment ago: nothing is sure
    column.again.reset();
    return;
  }
  const bool by_data = column.record.sight.by_data;
  column.record.sight = sight_of(*list, now);
  column.record.sight.by_data = by_data;
  bound_texts(column.record);
  column.judgement = judgement_of(column, now);
}

bool ColumnDesk::is_time_to_look(const Column& column, const Settling& settling, WallTime now) {
  return now >= next_look(column, settling);
}

WallTime ColumnDesk::next_look(const Column& column, const Settling& settling) {
  const ColumnRecord& record = column.record;
  if (!column.missing_now || record.archived || record.reason == "redesign") return WallTime::max();
  if (record.sights < kSightsBeforeLost) return WallTime::max();
  if (record.missing_looked == WallTime{} || !settling.in_rounds) return WallTime{};
  const Milliseconds apart = record.verdict == ColumnVerdict::kLost ? Milliseconds(kLostLook) : settling.apart;
  return record.missing_looked + apart;
}

// Each reading is judged by its own time: what was well when it was read accuses nobody later.
void ColumnDesk::count_reading(Column& column, const Settling& settling) const {
  ColumnRecord& record = column.record;
  if (record.last_seen <= record.judged || !settling.counts) return;
  const ColumnJudgement then = judgement_of(column, record.last_seen);
  record.judged = record.last_seen;
  column.changed = true;
  if (is_accusation(then.verdict)) {
    if (record.suspected != then.verdict) record.suspected_since = record.last_seen;
    record.suspected = then.verdict;
    column.reading = Reading::kFails;
    column.fails_as = then.verdict;
    return;
  }
  if (then.needs_confirmation) return;
  record.suspected = ColumnVerdict::kFresh;
  record.suspected_since = {};
  if (then.verdict == ColumnVerdict::kFresh || owes_nothing(then.reason)) column.reading = Reading::kClean;
}

void ColumnDesk::settle_missing(Column& column, WallTime now, const Settling& settling) {
  ColumnRecord& record = column.record;
  column.judgement = {.verdict = ColumnVerdict::kUnknown, .reason = column.unlinked_now ? "unlinked" : "missing"};
  if (record.reason == "redesign") column.judgement.reason = "redesign";
  if (record.missing_since == WallTime{}) {
    record.missing_since = now;
    column.changed = true;
  }
  const bool was_lost = record.verdict == ColumnVerdict::kLost;
  if (column.gone_now && settling.counts) {
    if (record.suspected != ColumnVerdict::kLost) record.suspected_since = now;
    record.suspected = ColumnVerdict::kLost;
    column.changed = true;
    column.reading = Reading::kFails;
    column.fails_as = ColumnVerdict::kLost;
    column.confirmed = was_lost || !settling.in_rounds || now - record.suspected_since >= settling.apart;
  }
  const bool is_there = column.looked_now && !column.gone_now;
  if (column.confirmed || (was_lost && !is_there)) {
    column.judgement.verdict = ColumnVerdict::kLost;
    column.judgement.reason = "not_found";
  }
}

void ColumnDesk::settle(WallTime now, const Settling& settling) {
  for (Column& column : columns_) {
    ColumnRecord& record = column.record;
    column.reading = Reading::kNone;
    column.confirmed = column.unmatched = false;
    if (record.id.empty()) continue;  // forgotten
    column.judgement = judgement_of(column, now);
    const ColumnVerdict raw = column.judgement.verdict;
    const auto open = [&column](std::string_view reason) {
      column.judgement.verdict = ColumnVerdict::kUnknown;
      column.judgement.reason = reason;
    };
    const bool was_missing = !column.missing_now && record.missing_since != WallTime{};
    if (was_missing) continue;  // nothing was seen of it this time
    if (column.missing_now) {
      settle_missing(column, now, settling);
    } else if (!settling.in_rounds) {
      record.judged = record.last_seen;
      column.fails_as = raw;
      column.confirmed = is_accusation(raw);
      if (!column.shown_now) open("not_read");
      if (column.shown_now && is_accusation(raw)) column.reading = Reading::kFails;
      if (column.shown_now && (raw == ColumnVerdict::kFresh || owes_nothing(column.judgement.reason))) {
        column.reading = Reading::kClean;
      }
    } else {
      count_reading(column, settling);
      // A page that always says that it has not changed must have been read once since it began to accuse.
      column.confirmed = is_accusation(raw) && record.suspected == raw &&
                         record.last_seen - record.suspected_since >= settling.apart &&
                         record.last_read >= record.suspected_since;
      const bool was_told = record.verdict == raw;
      if (is_accusation(raw) && !column.confirmed && !was_told) open("unconfirmed");
      if (now - record.last_seen > kNotReadAge) open("not_read");
    }
    const bool is_same = record.verdict == column.judgement.verdict && record.reason == column.judgement.reason;
    if (record.verdict != column.judgement.verdict || record.verdict_since == WallTime{}) record.verdict_since = now;
    column.unmatched = !is_same && column.judgement.reason == "no_match";
    record.verdict = column.judgement.verdict;
    record.reason = std::string(column.judgement.reason);
    column.changed = column.changed || !is_same;
  }
}

std::vector<ColumnRecord> ColumnDesk::take_changed() {
  std::vector<ColumnRecord> changed;
  for (Column& column : columns_) {
    if (!std::exchange(column.changed, false) || column.record.id.empty()) continue;
    changed.push_back(column.record);
  }
  return changed;
}

std::vector<std::string> ColumnDesk::take_gone() {
  return std::exchange(gone_, {});
}

}  // namespace xuncha
