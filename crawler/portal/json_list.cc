#include "crawler/portal/json_list.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/code_points.h"
#include "core/dates.h"
#include "crawler/ascii.h"
#include "crawler/portal/json_reader.h"
#include "crawler/portal/list_item.h"
#include "crawler/portal/list_miner.h"
#include "crawler/text_collapse.h"

namespace xuncha {
namespace {

using Event = JsonReader::Event;

// Names of members in lower case, the best first.
constexpr auto kTitleNames = std::to_array<std::string_view>(
    {"title", "infotitle", "doctitle", "articletitle", "newstitle", "subject", "headline", "maintitle"});
constexpr auto kUrlNames = std::to_array<std::string_view>(
    {"url", "linkurl", "link", "href", "docpuburl", "infourl", "detailurl", "post_url", "htmlurl", "staticurl"});
constexpr auto kDateNames = std::to_array<std::string_view>(
    {"publishedtimestr", "publishedtime", "publishdate",   "publishtime", "publish_time",         "publish_date",
     "pubdate",          "pubtime",       "docrelpubtime", "docreltime",  "display_publish_time", "releasedate",
     "releasetime",      "infodate",      "date",          "showdate",    "created_at",           "createtime",
     "create_time",      "time"});
constexpr auto kTotalNames = std::to_array<std::string_view>(
    {"rows", "post_count", "infocount", "total", "totalcount", "totalrecord", "recordcount", "totalelements"});
constexpr auto kPinnedNames = std::to_array<std::string_view>({"istop", "is_top", "settop", "top"});
// Arrays of the systems that are known to hold lists.
constexpr auto kKnownArrays = std::to_array<std::string_view>({"results", "articles"});
constexpr auto kOtherArrays =
    std::to_array<std::string_view>({"", "data", "list", "records", "items", "docs", "infolist", "resultlist",
                                     "content", "rows", "newslist", "result"});

template <std::size_t size>
std::optional<std::size_t> rank_of(std::string_view name, const std::array<std::string_view, size>& names) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names.begin());
}

// A member that was read, and how good its name is.
struct Best {
  std::string value;
  std::size_t rank = 1'000;
};

void keep_best(Best& best, std::optional<std::size_t> rank, const std::string& value) {
  if (!rank || *rank >= best.rank || value.empty() || value == "null") return;
  best = {value.substr(0, 4'000), *rank};
}

struct JsonItem {
  Best title;
  Best url;
  Best date;
  bool pinned = false;
};

struct JsonArray {
  std::string name;
  std::vector<JsonItem> items;
  bool is_plain = false;  // ended without any value
};

std::string without_tags(std::string_view text) {
  std::string bare;
  for (std::size_t at = 0; at < text.size();) {
    const bool is_tag =
        text[at] == '<' && at + 1 < text.size() && (text[at + 1] == '/' || is_ascii_alpha(text[at + 1]));
    const std::size_t end = is_tag ? text.find('>', at) : std::string_view::npos;
    if (end != std::string_view::npos && end - at < 200) {
      at = end + 1;
    } else {
      bare.push_back(text[at++]);
    }
  }
  return bare;
}

// Walks the answer once; keeps the array with the most titled objects.
class JsonListFinder {
 public:
  explicit JsonListFinder(std::string_view json) : reader_(json) {}

  bool run() {
    while (true) {
      const Event event = reader_.next();
      if (event == Event::kEnd) return true;
      if (event == Event::kError) return false;
      step(event);
    }
  }

  const JsonArray& best() const { return best_; }
  bool has_array() const { return has_array_; }
  std::optional<std::uint32_t> total() const { return total_; }

 private:
  struct Frame {
    bool is_array = false;
    std::string name;  // of the member that it is the value of
    JsonItem item;     // of an object
    JsonArray array;
    bool has_values = false;
  };

  void step(Event event) {
    switch (event) {
      case Event::kKey:
        name_ = to_ascii_lower(reader_.text().substr(0, 60));
        return;
      case Event::kBeginObject:
      case Event::kBeginArray:
        if (!frames_.empty()) frames_.back().has_values = true;
        frames_.push_back({});
        frames_.back().is_array = event == Event::kBeginArray;
        frames_.back().name = std::exchange(name_, {});
        return;
      case Event::kEndObject:
        end_object();
        return;
      case Event::kEndArray:
        end_array();
        return;
      default:
        take_value(event);
    }
  }

  void take_value(Event event) {
    if (frames_.empty()) return;
    Frame& frame = frames_.back();
    frame.has_values = true;
    if (frame.is_array) return;
    const std::string& value = reader_.text();
    if (event == Event::kOther && value == "null") return;
    keep_best(frame.item.title, event == Event::kString ? rank_of(name_, kTitleNames) : std::nullopt, value);
    keep_best(frame.item.url, event == Event::kString ? rank_of(name_, kUrlNames) : std::nullopt, value);
    keep_best(frame.item.date, event != Event::kOther ? rank_of(name_, kDateNames) : std::nullopt, value);
    if (rank_of(name_, kPinnedNames) && (value == "1" || value == "true")) frame.item.pinned = true;
    const auto rank = rank_of(name_, kTotalNames);
    const bool is_count =
        !value.empty() && value.size() <= 8 && std::all_of(value.begin(), value.end(), is_ascii_digit);
    if (rank && is_count && *rank < total_rank_) {
      total_ = static_cast<std::uint32_t>(std::stoul(value));
      total_rank_ = *rank;
    }
  }

  void end_object() {
    Frame frame = std::move(frames_.back());
    frames_.pop_back();
    if (frames_.empty() || !frames_.back().is_array || frame.item.title.value.empty()) return;
    std::vector<JsonItem>& items = frames_.back().array.items;
    if (items.size() < limits::kListItemsMax) items.push_back(std::move(frame.item));
  }

  void end_array() {
    Frame frame = std::move(frames_.back());
    frames_.pop_back();
    frame.array.name = frame.name;
    frame.array.is_plain = !frame.has_values;
    const bool is_known = rank_of(frame.name, kKnownArrays).has_value();
    if (!is_known && !rank_of(frame.name, kOtherArrays)) return;
    if (frame.array.items.empty() && !(frame.array.is_plain && is_known)) return;
    if (has_array_ && frame.array.items.size() <= best_.items.size()) return;
    best_ = std::move(frame.array);
    has_array_ = true;
  }

  JsonReader reader_;
  std::vector<Frame> frames_;  // at most JsonReader::kDepthMax
  std::string name_;
  JsonArray best_;
  bool has_array_ = false;
  std::optional<std::uint32_t> total_;
  std::size_t total_rank_ = 1'000;
};

std::optional<CivilDay> read_day(const std::string& value, WallTime now) {
  const bool is_number =
      value.size() >= 9 && value.size() <= 13 && std::all_of(value.begin(), value.end(), is_ascii_digit);
  if (is_number) {
    const auto day = day_of_epoch(std::stoll(value));
    return day && may_be_published(*day, now) ? day : std::nullopt;
  }
  const auto date = read_date(value, now);
  return date && !date->assumed ? std::optional(date->day) : std::nullopt;
}

// The page parameter of an address.
struct PageParameter {
  std::size_t begin = 0;  // of its value
  std::size_t end = 0;
  std::uint32_t page = 0;  // from 1; 0 is written for 1 too
};
std::optional<PageParameter> page_parameter(std::string_view href) {
  for (const std::string_view name : {"?page=", "&page=", "?pageNo=", "&pageNo=", "?pageNum=", "&pageNum="}) {
    const std::size_t at = href.find(name);
    if (at == std::string_view::npos) continue;
    PageParameter found{at + name.size(), at + name.size(), 0};
    while (found.end < href.size() && is_ascii_digit(href[found.end]) && found.page < 1'000'000) {
      found.page = found.page * 10 + static_cast<std::uint32_t>(href[found.end++] - '0');
    }
    if (found.end == found.begin) continue;
    found.page = std::max<std::uint32_t>(found.page, 1);
    return found;
  }
  return std::nullopt;
}

// The first page tells how many items a page has.
void count_pages(ListFacts& list, const Url& base) {
  const auto size = static_cast<std::uint32_t>(list.items.size());
  if (!list.total_items || size == 0) return;
  const std::string href(base.without_fragment());
  const auto parameter = page_parameter(href);
  const std::uint32_t page = parameter ? parameter->page : 1;
  if (page == 1) list.total_pages = std::max<std::uint32_t>(1, (*list.total_items + size - 1) / size);
  if (!parameter || std::uint64_t{page} * size >= *list.total_items) return;
  list.next_page = href.substr(0, parameter->begin) + std::to_string(page + 1) + href.substr(parameter->end);
}

ListItem make_item(const JsonItem& read, const Url& base, WallTime now) {
  ListItem item;
  item.title = collapse_text(without_tags(read.title.value), limits::kListTitleBytesMax);
  if (!read.url.value.empty()) {
    if (const auto url = parse_url(read.url.value, &base).url) item.url = url->href();
  }
  item.pinned = read.pinned;
  if (const auto day = read_day(read.date.value, now)) {
    item.day = day;
    item.day_source = DaySource::kList;
  } else if (const auto dated = date_in_url(item.url); dated && dated->day && may_be_published(*dated->day, now)) {
    item.day = dated->day;
    item.day_source = DaySource::kUrl;
  }
  return item;
}

}  // namespace

std::optional<ListFacts> read_json_list(std::string_view json, const Url& base, WallTime now) {
  JsonListFinder finder(json);
  if (!finder.run() || !finder.has_array()) return std::nullopt;
  const JsonArray& array = finder.best();
  ListFacts list;
  list.method = ListMethod::kCms;
  list.path = "json>" + (array.name.empty() ? std::string("array") : array.name);
  std::size_t linked = 0;
  std::size_t dated = 0;
  for (const JsonItem& read : array.items) {
    ListItem item = make_item(read, base, now);
    if (item.title.empty()) continue;
    linked += item.url.empty() ? 0 : 1;
    dated += item.day ? 1 : 0;
    list.items.push_back(std::move(item));
  }
  const bool is_known = rank_of(array.name, kKnownArrays).has_value();
  const std::size_t most = (list.items.size() * 6 + 9) / 10;
  const bool is_full = !list.items.empty() && linked >= most && dated >= most;
  list.says_empty = is_known && array.is_plain && finder.total().value_or(0) == 0;
  list.confidence = is_known && (is_full || list.says_empty) ? 0.9 : is_full ? 0.75 : 0.5;
  list.total_items = finder.total();
  count_pages(list, base);
  mark_pinned(list.items);
  return list;
}

}  // namespace xuncha
