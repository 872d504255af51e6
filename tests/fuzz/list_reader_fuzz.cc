// Any page: its lists are read without failing, items within bounds, addresses absolute, days that may be published.
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

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
  const auto again = xuncha::read_list_at(scan, tree.root(), &*base, now, list.path);
  CHECK(!again || !again->items.empty());
  return 0;
}
