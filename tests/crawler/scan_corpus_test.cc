// The scan against gumbo's tree on real pages: every element of the tree with a place in the text is a tag of the scan.
#include <gtest/gtest.h>

#include <unicode/unistr.h>
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "tests/support/scan_against_tree.h"

namespace xuncha {
namespace {

namespace fs = std::filesystem;

fs::path corpus() {
  const char* const set = std::getenv("XUNCHA_CORPUS");
  return set != nullptr ? fs::path(set) : fs::path(XUNCHA_SOURCE_DIR) / "../shared/corpus";
}

bool is_utf8(std::string_view bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    const auto lead = static_cast<unsigned char>(bytes[at]);
    const std::size_t length = lead < 0x80   ? 1
                               : lead < 0xC2 ? 0
                               : lead < 0xE0 ? 2
                               : lead < 0xF0 ? 3
                               : lead < 0xF5 ? 4
                                             : 0;
    if (length == 0 || at + length > bytes.size()) return false;
    for (std::size_t index = 1; index < length; ++index) {
      if ((static_cast<unsigned char>(bytes[at + index]) & 0xC0) != 0x80) return false;
    }
    at += length;
  }
  return true;
}

std::string page_text(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.erase(0, 3);
  if (is_utf8(bytes)) return bytes;
  std::string text;
  icu::UnicodeString(bytes.data(), static_cast<int32_t>(bytes.size()), "gb18030").toUTF8String(text);
  return text;
}

std::vector<fs::path> pages() {
  std::vector<fs::path> found;
  for (const char* folder : {"gov", "lists", "sites", "dates", "linkfixtures"}) {
    for (const auto& entry : fs::recursive_directory_iterator(corpus() / folder)) {
      const std::string extension = entry.path().extension().string();
      if (entry.is_regular_file() && (extension.starts_with(".htm") || extension == ".shtml" || extension == ".txt")) {
        found.push_back(entry.path());
      }
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

TEST(ScanCorpus, AgreesWithTheTreeOnEveryPage) {
  if (!fs::exists(corpus())) GTEST_SKIP() << "no corpus at " << corpus();
  std::size_t elements = 0;
  std::size_t with_duplicates = 0;
  std::size_t compared_pages = 0;
  std::map<std::string, std::size_t> only_scanned;
  for (const fs::path& path : pages()) {
    const auto compared = test::compare_scan_with_tree(page_text(path), test::ForeignContent::kSkipElements,
                                                       {std::size_t{256} << 20, std::chrono::seconds(20)});
    ASSERT_TRUE(compared.compared) << path;
    ++compared_pages;
    elements += compared.elements;
    with_duplicates += compared.with_duplicates;
    for (const auto& [reason, count] : compared.only_scanned) only_scanned[reason] += count;
    if (compared.only_scanned.contains("unexplained")) ADD_FAILURE() << "unexplained tags in " << path;
    for (std::size_t index = 0; index < std::min<std::size_t>(compared.differences.size(), 3); ++index) {
      ADD_FAILURE() << path << " " << compared.differences[index];
    }
  }
  std::printf("%zu pages, %zu elements, %zu with a duplicate attribute; only scanned:\n", compared_pages, elements,
              with_duplicates);
  for (const auto& [reason, count] : only_scanned) std::printf("  %-40s %zu\n", reason.c_str(), count);
  EXPECT_GT(compared_pages, 300u);
}

}  // namespace
}  // namespace xuncha
