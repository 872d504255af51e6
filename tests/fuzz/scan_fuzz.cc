// The scan of a page: its facts stand in the document or in what it owns, its work is bounded by its input, and its
// tags are those of gumbo's tree.
#include <cctype>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "core/check.h"
#include "crawler/page_scan.h"
#include "tests/support/scan_against_tree.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

// Reads every byte of a view, so that a sanitizer sees one that points nowhere.
std::size_t touch(std::string_view text) {
  std::size_t sum = 0;
  for (const char c : text) sum += static_cast<unsigned char>(c);
  return sum;
}

struct Order {
  std::size_t last = 0;
  std::size_t text_bytes = 0;
  void on_tag(const xuncha::HtmlTag& tag) {
    CHECK(tag.begin >= last && tag.end > tag.begin);
    last = tag.end;
  }
  void on_start_tag(const xuncha::HtmlTag& tag) { on_tag(tag); }
  void on_end_tag(const xuncha::HtmlTag& tag) { on_tag(tag); }
  void on_text(std::string_view text, xuncha::HtmlText) { text_bytes += text.size(); }
};

// The document without what gumbo is known to read otherwise than the standard says. It takes UTF-8 only and replaces
// control characters, and what a byte means beyond ASCII is nothing to the tokenizer; the tree is built with
// "<![CDATA[" spoilt (crawler/html_tree.cc), inside attributes too; a numeric reference overflows its int.
std::string without_gumbo_faults(std::string text) {
  for (char& c : text) {
    const bool plain = (c >= ' ' && c <= '~') || xuncha::is_html_space(c);
    if (!plain) c = 'x';
  }
  constexpr std::string_view kCdata = "<![CDATA[";
  for (std::size_t at = text.find(kCdata); at != std::string::npos; at = text.find(kCdata, at)) text[at + 2] = '_';
  constexpr std::size_t kDigitsMax = 7;  // 16^7 and 10^7 fit
  for (std::size_t at = text.find("&#"); at != std::string::npos; at = text.find("&#", at + 1)) {
    std::size_t digits = at + 2;
    if (digits < text.size() && (text[digits] == 'x' || text[digits] == 'X')) ++digits;
    const std::size_t begin = digits;
    while (digits < text.size() && std::isxdigit(static_cast<unsigned char>(text[digits])) != 0) ++digits;
    if (digits - begin > kDigitsMax) text[at + 1] = '_';
  }
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  Order order;
  xuncha::scan_html(text, order);
  CHECK(order.last <= text.size() && order.text_bytes <= text.size());

  auto document = std::make_unique<xuncha::DecodedText>();
  document->text = text;
  xuncha::PageFacts scanned = xuncha::scan_page(std::move(document));
  const xuncha::PageFacts facts = std::move(scanned);
  std::size_t sum = touch(facts.title) + touch(facts.base) + touch(facts.script_redirect) + touch(facts.visible_text);
  for (const xuncha::Link& link : facts.links) {
    sum += touch(link.raw) + touch(link.text) + touch(link.tag) + touch(link.attribute) + touch(link.rel);
    CHECK(link.line >= 1 && link.container <= size && link.text.size() <= xuncha::limits::kAnchorTextBytesMax);
  }
  for (const auto& [name, content] : facts.meta) sum += touch(name) + touch(content);
  for (const std::string_view heading : facts.headings) sum += touch(heading);
  CHECK(facts.text_characters <= 2 * size && sum < ~std::size_t{0});

  const std::string comparable = without_gumbo_faults(text);
  const auto compared = xuncha::test::compare_scan_with_tree(comparable, xuncha::test::ForeignContent::kStopThere,
                                                             {std::size_t{16} << 20, std::chrono::milliseconds(500)});
  for (const std::string& difference : compared.differences) std::fprintf(stderr, "%s\n", difference.c_str());
  CHECK(compared.differences.empty());
  return 0;
}
