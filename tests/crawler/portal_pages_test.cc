// Whole pages of several CMS, each with what must be read of it. A page is NAME.html under tests/fixtures/pages, what
// is expected stands in NAME.txt: "key: value" lines, "-" for nothing; a key that is not named is not compared.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "core/portal.h"
#include "core/url.h"
#include "crawler/charset.h"
#include "crawler/html_tree.h"
#include "crawler/page_scan.h"
#include "crawler/portal/page_reader.h"

namespace xuncha {
namespace {

namespace fs = std::filesystem;

const fs::path kPages = fs::path(XUNCHA_SOURCE_DIR) / "tests/fixtures/pages";

std::string read_bytes(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<std::pair<std::string, std::string>> expectations(const fs::path& path) {
  std::vector<std::pair<std::string, std::string>> rows;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const std::size_t colon = line.find(": ");
    if (colon != std::string::npos) rows.emplace_back(line.substr(0, colon), line.substr(colon + 2));
  }
  return rows;
}

std::string or_dash(const std::string& text) {
  return text.empty() ? "-" : text;
}

std::string day_text(const std::optional<CivilDay>& day) {
  return day ? format_day(*day) : "-";
}

std::string article_value(const ArticleFacts& article, const std::string& key) {
  if (key == "published") {
    return day_text(article.published) +
           (article.published ? " " + std::string(day_source_name(article.published_source)) : "");
  }
  if (key == "written") return day_text(article.written);
  if (key == "effective") return day_text(article.effective);
  if (key == "expires") return day_text(article.expires);
  if (key == "updated") return day_text(article.updated);
  if (key == "doc_number") return or_dash(article.doc_number);
  if (key == "source") return or_dash(article.source);
  if (key == "issued") return or_dash(article.issued);
  if (key == "validity") return or_dash(article.validity);
  return "no such key";
}

std::string path_text(const std::vector<std::string>& path) {
  std::string text;
  for (const std::string& name : path) text += (text.empty() ? "" : " / ") + name;
  return or_dash(text);
}

constexpr double kSure = 0.7;

std::string list_value(const std::optional<ListFacts>& list, const std::string& key) {
  if (!list) return key == "list" ? "none" : "no list";
  if (key == "list") return list->confidence >= kSure && !list->script_rendered ? "sure" : "unknown";
  if (key == "list_items") return std::to_string(list->items.size());
  if (key == "next_page") return or_dash(list->next_page);
  if (key == "data_url") return or_dash(list->data_url);
  if (key == "total_pages") return list->total_pages ? std::to_string(*list->total_pages) : "-";
  const auto pinned =
      std::count_if(list->items.begin(), list->items.end(), [](const ListItem& item) { return item.pinned; });
  return std::to_string(pinned);
}

bool is_of_list(const std::string& key) {
  return key == "list" || key == "list_items" || key == "next_page" || key == "total_pages" || key == "pinned" ||
         key == "data_url";
}

// "DAY|TITLE|URL": the list has such an item.
std::string items_text(const PortalFacts& facts) {
  std::string text;
  if (!facts.list) return text;
  for (const ListItem& item : facts.list->items) {
    text += day_text(item.day) + "|" + item.title + "|" + or_dash(item.url) + "\n";
  }
  return text;
}

std::string value_of(const PortalFacts& facts, const std::string& key) {
  if (is_of_list(key)) return list_value(facts.list, key);
  if (key == "kind") return std::string(page_kind_name(facts.kind));
  if (key == "title") return or_dash(facts.title);
  if (key == "site_name") return or_dash(facts.site_name);
  if (key == "column") return facts.column ? or_dash(facts.column->name) : "-";
  if (key == "path") return facts.column ? path_text(facts.column->path) : "-";
  if (key == "site_code") return or_dash(facts.footer.site_code);
  if (key == "icp") return or_dash(facts.footer.icp);
  if (key == "police") return or_dash(facts.footer.police);
  if (key == "conac") return or_dash(facts.footer.conac);
  if (key == "report_entry") return or_dash(facts.footer.report_entry);
  if (key == "article") return facts.article ? "some" : "-";
  return facts.article ? article_value(*facts.article, key) : "no article";
}

// "carousel 2 URL TEXT": some slot of that kind and number of items holds this one.
bool has_slot(const PortalFacts& facts, const std::string& wanted) {
  std::istringstream words(wanted);
  std::string kind;
  std::string url;
  std::size_t count = 0;
  words >> kind >> count >> url;
  std::string text;
  std::getline(words >> std::ws, text);
  return std::any_of(facts.slots.begin(), facts.slots.end(), [&](const SlotFacts& slot) {
    return slot.kind == kind && slot.items.size() == count &&
           std::any_of(slot.items.begin(), slot.items.end(),
                       [&](const SlotItem& item) { return item.url == url && item.text == text; });
  });
}

// "label=value": the metadata table has it so.
bool has_field(const PortalFacts& facts, const std::string& wanted) {
  const std::size_t equals = wanted.find('=');
  if (!facts.article || equals == std::string::npos) return false;
  const std::pair<std::string, std::string> field{wanted.substr(0, equals), wanted.substr(equals + 1)};
  const auto& fields = facts.article->fields;
  return std::find(fields.begin(), fields.end(), field) != fields.end();
}

std::vector<std::string> page_names() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(kPages)) {
    if (entry.path().extension() == ".html") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

class PortalPage : public testing::TestWithParam<std::string> {};

TEST_P(PortalPage, IsReadAsItsRowsSay) {
  const auto rows = expectations(kPages / (GetParam() + ".txt"));
  ASSERT_FALSE(rows.empty());
  std::optional<Url> base;
  for (const auto& [key, value] : rows) {
    if (key == "base") base = parse_url(value).url;
  }
  const PageFacts page = scan_page(
      std::make_unique<DecodedText>(decode_document(read_bytes(kPages / (GetParam() + ".html")), DecodeOptions())));
  const HtmlTree tree = HtmlTree::parse(page.document->text);
  const PortalFacts facts =
      read_portal_page(page, tree.root(), base ? &*base : nullptr, *parse_time("2024-05-06T12:00:00+08:00"));
  for (const auto& [key, value] : rows) {
    if (key == "base") continue;
    if (key == "slot") {
      EXPECT_TRUE(has_slot(facts, value)) << value;
    } else if (key == "field") {
      EXPECT_TRUE(has_field(facts, value)) << value;
    } else if (key == "list_item") {
      EXPECT_NE(items_text(facts).find(value + "\n"), std::string::npos) << value << "\n" << items_text(facts);
    } else if (key == "main_text_has") {
      EXPECT_NE(facts.main_text.find(value), std::string::npos) << facts.main_text;
    } else if (key == "main_text_lacks") {
      EXPECT_EQ(facts.main_text.find(value), std::string::npos) << facts.main_text;
    } else {
      EXPECT_EQ(value_of(facts, key), value) << key;
    }
  }
}
INSTANTIATE_TEST_SUITE_P(Pages, PortalPage, testing::ValuesIn(page_names()), [](const auto& row) { return row.param; });

}  // namespace
}  // namespace xuncha
