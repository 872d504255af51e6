// The scan of a page: its facts stand in the document or in what it owns, its work is bounded by its input, and its
// tags are those of gumbo's tree.
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

  // gumbo takes UTF-8 only and replaces control characters, which the standard keeps; what a byte means beyond ASCII is
  // nothing to the tokenizer. The tree is built with "<![CDATA[" spoilt (crawler/html_tree.cc), inside attributes too.
  std::string ascii = text;
  for (char& c : ascii) {
    const bool plain = (c >= ' ' && c <= '~') || xuncha::is_html_space(c);
    if (!plain) c = 'x';
  }
  constexpr std::string_view kCdata = "<![CDATA[";
  for (std::size_t at = ascii.find(kCdata); at != std::string::npos; at = ascii.find(kCdata, at)) ascii[at + 2] = '_';
  const auto compared = xuncha::test::compare_scan_with_tree(ascii, xuncha::test::ForeignContent::kStopThere,
                                                             {std::size_t{16} << 20, std::chrono::milliseconds(500)});
  for (const std::string& difference : compared.differences) std::fprintf(stderr, "%s\n", difference.c_str());
  CHECK(compared.differences.empty());
  return 0;
}
