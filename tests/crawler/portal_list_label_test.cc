// The main list of the labelled real pages: counts and newest days are right or unknown, and pages that are no list
// give none. Needs the corpus (XUNCHA_CORPUS); skipped visibly without it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "crawler/charset.h"
#include "crawler/html_tree.h"
#include "crawler/page_scan.h"
#include "crawler/portal/list_reader.h"

namespace xuncha {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr double kSure = 0.7;

fs::path corpus() {
  const char* const set = std::getenv("XUNCHA_CORPUS");
  return set != nullptr ? fs::path(set) : fs::path(XUNCHA_SOURCE_DIR) / "../shared/corpus";
}

std::string read_bytes(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

ListReading read_page(const fs::path& path, const std::string& address) {
  const PageFacts scan = scan_page(std::make_unique<DecodedText>(decode_document(read_bytes(path), {})));
  const HtmlTree tree = HtmlTree::parse(scan.document->text);
  const auto base = parse_url(address).url;
  return read_lists(scan, tree.root(), base ? &*base : nullptr, *parse_time("2021-04-07T12:00:00+08:00"));
}

struct Extremes {
  std::string newest;
  std::string oldest;
  std::string first;
};

Extremes extremes_of(const ListFacts& list) {
  Extremes found;
  for (const ListItem& item : list.items) {
    if (!item.day) continue;
    const std::string day = format_day(*item.day);
    if (found.first.empty()) found.first = day;
    if (found.newest.empty() || day > found.newest) found.newest = day;
    if (found.oldest.empty() || day < found.oldest) found.oldest = day;
  }
  return found;
}

std::string text_or_empty(const Json& label, const char* name) {
  const auto found = label.find(name);
  return found != label.end() && found->is_string() ? found->get<std::string>() : std::string();
}

TEST(ListLabels, AreReadRightOrNotAtAll) {
  std::ifstream labels(corpus() / "gov/labels.dev.jsonl");
  if (!labels) GTEST_SKIP() << "no corpus at " << corpus();
  std::size_t right = 0;
  std::size_t unknown = 0;
  std::size_t others = 0;
  for (std::string line; std::getline(labels, line);) {
    const Json label = Json::parse(line);
    const std::string file = label.at("file");
    SCOPED_TRACE(file);
    const std::string address = text_or_empty(label, "base_url");
    const ListReading reading =
        read_page(corpus() / file, address.empty() ? "http://www.example.gov.cn/a/b.html" : address);
    const bool is_sure = reading.main && reading.main->confidence >= kSure;
    if (label.at("kind") != "list") {
      EXPECT_FALSE(is_sure);
      ++others;
      continue;
    }
    if (!is_sure) {
      ++unknown;
      continue;
    }
    const ListFacts& list = *reading.main;
    const Json& expected = label.at("list");
    EXPECT_EQ(list.items.size(), expected.at("item_count").get<std::size_t>());
    const Extremes found = extremes_of(list);
    EXPECT_EQ(found.newest, text_or_empty(expected, "newest"));
    EXPECT_EQ(found.oldest, text_or_empty(expected, "oldest"));
    EXPECT_EQ(found.first, text_or_empty(expected, "first_item_date"));
    const auto pages = expected.find("pager_pages");
    if (pages != expected.end() && pages->is_number() && list.total_pages) {
      EXPECT_EQ(*list.total_pages, pages->get<std::uint32_t>());
    }
    ++right;
  }
  std::cout << "lists read " << right << ", unknown " << unknown << ", other pages " << others << "\n";
  EXPECT_LE(unknown, 1u);
}

// By reading: every page of the two sites that shows items ends in -N.html below staticmores, moreinfo or tradeInfo.
TEST(ListSites, ArticlesOfTheTwoSitesGiveNoList) {
  if (!fs::exists(corpus() / "sites")) GTEST_SKIP() << "no corpus at " << corpus();
  std::size_t pages = 0;
  for (const char* site : {"gxpopss_cn", "zjgztb_com"}) {
    for (const auto& entry : fs::recursive_directory_iterator(corpus() / "sites" / site)) {
      const std::string path = entry.path().string();
      const std::string name = entry.path().filename().string();
      if (entry.path().extension() != ".html") continue;
      const bool is_list = path.find("staticmores") != std::string::npos || name.find("more") != std::string::npos ||
                           name.find("radeInfo") != std::string::npos || name.find("radeinfo") != std::string::npos;
      if (is_list) continue;
      const std::string address =
          "http://www." + std::string(site) + "/" + fs::relative(entry.path(), corpus() / "sites" / site).string();
      const ListReading reading = read_page(entry.path(), address);
      EXPECT_LT(reading.main ? reading.main->confidence : 0, kSure) << path;
      ++pages;
    }
  }
  EXPECT_GT(pages, 200u);
}

}  // namespace
}  // namespace xuncha
