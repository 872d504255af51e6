#include "crawler/portal/data_list.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "core/code_points.h"
#include "crawler/charset.h"
#include "crawler/html_tree.h"
#include "crawler/page_scan.h"
#include "crawler/portal/json_list.h"
#include "crawler/portal/json_reader.h"
#include "crawler/portal/list_reader.h"

namespace xuncha {
namespace {

constexpr double kOfSystem = 0.85;  // what the system answers is its list; which markup is an item is still read
constexpr std::uint32_t kCountMax = 10'000'000;

// The longest string that is called "html".
std::string markup_of(std::string_view json) {
  JsonReader reader(json);
  std::string markup;
  bool is_markup = false;
  while (true) {
    switch (reader.next()) {
      case JsonReader::Event::kEnd:
        return markup;
      case JsonReader::Event::kError:
        return {};
      case JsonReader::Event::kKey:
        is_markup = reader.text() == "html";
        break;
      case JsonReader::Event::kString:
        if (is_markup && reader.text().size() > markup.size()) markup = reader.text();
        is_markup = false;
        break;
      default:
        is_markup = false;
    }
  }
}

std::optional<std::uint32_t> number_in(HtmlNode node, std::string_view attribute) {
  const std::string_view text = node.attribute(attribute).value_or("");
  if (text.empty() || text.size() > 8 || !std::all_of(text.begin(), text.end(), is_ascii_digit)) return std::nullopt;
  const auto value = static_cast<std::uint32_t>(std::stoul(std::string(text)));
  return value <= kCountMax ? std::optional(value) : std::nullopt;
}

// <div class="pagination" rows="24" count="480">
void read_counts(HtmlNode root, ListFacts& list) {
  HtmlTree::walk(root, [&list](HtmlNode node, std::size_t) {
    if (list.total_items || node.type() != HtmlNodeType::kElement) return;
    const auto count = number_in(node, "count");
    const auto rows = number_in(node, "rows");
    if (!count || !rows || *rows == 0) return;
    list.total_items = count;
    list.total_pages = std::max<std::uint32_t>(1, (*count + *rows - 1) / *rows);
  });
}

std::optional<ListFacts> read_markup_list(std::string_view json, const Url& page, WallTime now) {
  std::string markup = markup_of(json);
  if (markup.empty()) return std::nullopt;
  markup.insert(0, "<!DOCTYPE html><meta charset=\"utf-8\"><body>");
  const PageFacts scan = scan_page(std::make_unique<DecodedText>(decode_document(markup, {})));
  const HtmlTree tree = HtmlTree::parse(scan.document->text);
  std::optional<ListFacts> list = read_lists(scan, tree.root(), &page, now).main;
  if (!list || list->items.empty()) return std::nullopt;
  const auto dated = std::count_if(list->items.begin(), list->items.end(),
                                   [](const ListItem& item) { return item.day.has_value() && !item.url.empty(); });
  // Around it stands nothing that could speak for it: that the system gave it does.
  const bool is_full = static_cast<std::size_t>(dated) * 10 >= list->items.size() * 6;
  list->confidence = is_full ? kOfSystem : 0.5;
  read_counts(tree.root(), *list);
  return list;
}

}  // namespace

std::optional<Url> address_of_data(const ListFacts& list) {
  if (!list.script_rendered || !list.data_is_known || list.data_url.empty()) return std::nullopt;
  return parse_url(list.data_url).url;
}

bool fill_list(ListFacts& list, std::string_view body, const Url& data, const Url& page, WallTime now) {
  std::optional<ListFacts> answer = read_json_list(body, data, now);
  if (!answer || answer->items.empty()) answer = read_markup_list(body, page, now);
  if (!answer || answer->items.empty() || answer->confidence < kListSure) return false;
  list.method = ListMethod::kCms;
  list.confidence = answer->confidence;
  list.items = std::move(answer->items);
  list.path = std::move(answer->path);
  list.next_page = std::move(answer->next_page);
  list.total_pages = answer->total_pages;
  list.total_items = answer->total_items;
  list.says_empty = false;
  list.script_rendered = false;
  return true;
}

}  // namespace xuncha
