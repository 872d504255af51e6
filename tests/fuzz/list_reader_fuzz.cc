// Any page: its lists are read without failing, items within bounds, addresses absolute, days that may be published.
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/check.h"
#include "core/dates.h"
#include "crawler/html_tree.h"
#include "crawler/page_scan.h"
#include "crawler/portal/list_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto document = std::make_unique<xuncha::DecodedText>();
  document->text.assign(reinterpret_cast<const char*>(data), size);
  const xuncha::PageFacts scan = xuncha::scan_page(std::move(document));
  const xuncha::HtmlTree tree = xuncha::HtmlTree::parse(scan.document->text, {16u << 20, std::chrono::seconds(2)});
  const auto base = xuncha::parse_url("http://mzj.example.gov.cn/tzgg/index.html#721").url;
  const xuncha::WallTime now = *xuncha::parse_time("2024-05-06T12:00:00+08:00");
  // The input is read as selectors too, and whatever one names must not fail either.
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const xuncha::ItemSelector::Parse parsed = xuncha::ItemSelector::parse(bytes.substr(0, bytes.find('\n')));
  CHECK(parsed.selector.has_value() == parsed.fault.empty());
  for (const auto& items : {parsed, xuncha::ItemSelector::parse("ul li"), xuncha::ItemSelector::parse("body")}) {
    if (!items.selector) continue;
    const xuncha::ListFacts selected = xuncha::read_selected_list(
        scan, tree.root(), &*base, now, {*items.selector, xuncha::ItemSelector::parse("span").selector});
    CHECK(selected.items.size() <= 2'000 && selected.items.empty() == (selected.confidence < 1));
    for (const xuncha::ListItem& item : selected.items) {
      CHECK(!item.day || xuncha::may_be_published(*item.day, now));
      CHECK(item.url.empty() || xuncha::parse_url(item.url).url.has_value());
    }
  }
  const xuncha::ListReading reading = xuncha::read_lists(scan, tree.root(), &*base, now);
  if (!reading.main) return 0;
  const xuncha::ListFacts& list = *reading.main;
  CHECK(list.confidence >= 0 && list.confidence <= 1);
  CHECK(list.items.size() <= 2'000);
  CHECK(!list.script_rendered || list.confidence < 0.7);
  CHECK(!list.says_empty || list.items.empty());
  for (const xuncha::ListItem& item : list.items) {
    CHECK(item.day.has_value() == (item.day_source != xuncha::DaySource::kNone));
    CHECK(!item.day || (item.day->ok() && xuncha::may_be_published(*item.day, now)));
    CHECK(item.url.empty() || xuncha::parse_url(item.url).url.has_value());
    CHECK(item.title.size() <= 2'000);
  }
  return 0;
}
