#include "crawler/portal/cms_hanweb.h"

#include <chrono>
#include <string>

#include "crawler/ascii.h"
#include "crawler/html_tree.h"
#include "crawler/portal/list_miner.h"
#include "crawler/portal/list_pager.h"
#include "crawler/portal/list_words.h"
#include "crawler/portal/script_words.h"

namespace xuncha {
namespace {

constexpr std::size_t kStoresMax = 40;              // of one page; a channel has about ten
constexpr std::size_t kRecordBytesMax = 16u << 10;  // a row with its icons has about 500
constexpr TreeBudget kRecordBudget{4u << 20, std::chrono::milliseconds(50)};
constexpr std::string_view kCdata = "<![CDATA[";

// The text between <name> and </name>; moves `at` behind it. nullopt when there is none.
std::optional<std::string_view> next_element(std::string_view text, std::string_view name, std::size_t& at) {
  const std::string open = "<" + std::string(name) + ">";
  const std::string close = "</" + std::string(name) + ">";
  const std::size_t begin = text.find(open, at);
  if (begin == std::string_view::npos) return std::nullopt;
  const std::size_t end = text.find(close, begin);
  if (end == std::string_view::npos) return std::nullopt;
  at = end + close.size();
  return text.substr(begin + open.size(), end - begin - open.size());
}

std::string_view without_cdata(std::string_view text) {
  text = trim_ascii(text);
  if (text.starts_with(kCdata)) {
    text.remove_prefix(kCdata.size());
    if (text.ends_with("]]>")) text.remove_suffix(3);
  }
  return text;
}

std::optional<std::uint32_t> number_in(std::string_view store, std::string_view name) {
  std::size_t at = 0;
  const auto element = next_element(store, name, at);
  if (!element) return std::nullopt;
  return number_of_option("n:" + std::string(without_cdata(*element)) + " ", "n");
}

std::optional<RawItem> read_record(std::string_view html, const ListPage& page) {
  if (html.size() > kRecordBytesMax) return std::nullopt;
  const HtmlTree parsed = HtmlTree::parse(html, kRecordBudget);
  if (!parsed.root()) return std::nullopt;
  const ListTree tree = ListTree::build(parsed.root(), page.now);
  if (tree.empty()) return std::nullopt;
  RawItem item = read_item(tree, {0, static_cast<std::uint32_t>(tree.size())}, {}, page);
  if (item.item.title.empty() || item.is_unfilled) return std::nullopt;
  return item;
}

// The address of the next group of items, as it is written.
std::string read_next_data(std::string_view store, const ListPage& page) {
  std::size_t at = 0;
  const auto group = next_element(store, "nextgroup", at);
  if (!group) return {};
  std::string address(quoted_address(without_cdata(*group)));
  for (std::size_t found = address.find("&amp;"); found != std::string::npos; found = address.find("&amp;")) {
    address.replace(found, 5, "&");
  }
  const auto url = address.empty() ? std::nullopt : parse_url(address, page.base).url;
  return url ? std::string(url->without_fragment()) : std::string();
}

HanwebList read_store(std::string_view store, const ListPage& page) {
  HanwebList list;
  std::size_t at = 0;
  for (std::size_t seen = 0; seen < limits::kListItemsMax; ++seen) {
    const auto record = next_element(store, "record", at);
    if (!record) break;
    if (auto item = read_record(without_cdata(*record), page)) list.items.push_back(std::move(*item));
  }
  list.next_data = read_next_data(store, page);
  list.total_items = number_in(store, "totalrecord");
  list.total_pages = number_in(store, "totalpage");
  return list;
}

}  // namespace

std::vector<HanwebList> read_hanweb_lists(std::string_view text, const ListPage& page) {
  std::vector<HanwebList> lists;
  std::size_t at = 0;
  while (lists.size() < kStoresMax) {
    std::size_t end = at;
    const auto store = next_element(text, "datastore", end);
    if (!store) break;
    HanwebList list = read_store(*store, page);
    // The widget that draws it stands before or behind, and counts.
    const std::size_t from = at;
    const std::size_t to = std::min(text.size(), end + (16u << 10));
    const ListPager widget = read_script_pager(text.substr(from, to - from), page);
    if (!list.total_items) list.total_items = widget.total_items;
    if (!list.total_pages) list.total_pages = widget.total_pages;
    lists.push_back(std::move(list));
    at = end;
  }
  return lists;
}

}  // namespace xuncha
