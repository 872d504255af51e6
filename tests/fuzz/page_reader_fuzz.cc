// Any page: its facts are found in time, are UTF-8 within their bounds, and their days exist.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/check.h"
#include "core/dates.h"
#include "core/limits.h"
#include "core/portal.h"
#include "crawler/charset.h"
#include "crawler/html_tree.h"
#include "crawler/page_scan.h"
#include "crawler/portal/page_reader.h"
#include "crawler/portal/page_slots.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

void check_day(const std::optional<xuncha::CivilDay>& day) {
  CHECK(!day || day->ok());
}

void check_facts(const xuncha::PortalFacts& facts, xuncha::WallTime now) {
  CHECK(facts.title.size() <= xuncha::limits::kTitleBytesMax);
  CHECK(facts.main_text.size() <= xuncha::limits::kVisibleTextBytesMax);
  CHECK(facts.slots.size() <= xuncha::kSlotsMax);
  for (const xuncha::SlotFacts& slot : facts.slots)
    CHECK(!slot.items.empty() && slot.items.size() <= xuncha::kSlotItemsMax);
  CHECK(!xuncha::page_kind_name(facts.kind).empty());
  if (!facts.article) return;
  check_day(facts.article->published);
  check_day(facts.article->written);
  check_day(facts.article->effective);
  check_day(facts.article->expires);
  check_day(facts.article->updated);
  const bool has_source = facts.article->published_source != xuncha::DaySource::kNone;
  CHECK(facts.article->published.has_value() == has_source);
  CHECK(!facts.article->published || xuncha::may_be_published(*facts.article->published, now));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const xuncha::WallTime now = *xuncha::parse_time("2024-05-06T12:00:00+08:00");
  const xuncha::PageFacts page =
      xuncha::scan_page(std::make_unique<xuncha::DecodedText>(xuncha::decode_document(bytes, {})));
  const xuncha::HtmlTree tree = xuncha::HtmlTree::parse(page.document->text);
  const auto base = xuncha::parse_url("http://www.example.gov.cn/a/t20240426_1.html").url;
  check_facts(xuncha::read_portal_page(page, tree.root(), &*base, now), now);
  check_facts(xuncha::read_portal_page(page, xuncha::HtmlNode(), nullptr, now), now);
  return 0;
}
