#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "core/civil.h"
#include "core/clock.h"
#include "core/page.h"
#include "core/portal.h"
#include "core/url.h"
#include "crawler/portal/document_fields.h"
#include "crawler/portal/meta_tags.h"
#include "crawler/portal/page_outline.h"
#include "crawler/portal/text_block.h"

namespace xuncha {

// The lines in which a page says what it is: before, between and behind title and text, without the text itself.
struct HeadZone {
  std::uint32_t begin = 0;
  std::uint32_t title_begin = 0;
  std::uint32_t title_end = 0;  // equal to title_begin where no title is shown
  std::uint32_t end = 0;        // where the text begins
};

// `title_begin` and `title_end`: lines of the title, equal where none is shown; `after`: where the breadcrumb ends.
HeadZone find_head_zone(const PageOutline& outline, const MainBlock& block, std::uint32_t title_begin,
                        std::uint32_t title_end, std::uint32_t after);

// The line of the day below the text's own signature: the first day alone in a line that an office's name stands right
// above, behind a line of text. What follows it is attached. nullopt where there is none.
std::optional<std::uint32_t> find_signature_day(const PageOutline& outline, const HeadZone& zone,
                                                const MainBlock& block, WallTime now);

// All days of a single text that the page gives.
struct PageDays {
  std::optional<CivilDay> published;
  DaySource source = DaySource::kNone;
  bool is_shown = false;  // a reader sees it on the page
  std::optional<CivilDay> written;
  std::optional<CivilDay> effective;
  std::optional<CivilDay> expires;
  std::optional<CivilDay> updated;
};

struct DayQuestion {
  const PageFacts& page;
  const MetaTags& meta;
  const PageOutline& outline;
  const HeadZone& zone;
  const MainBlock& block;
  const std::vector<Field>& fields;           // of the zone
  std::pair<std::size_t, std::size_t> table;  // of the fields: the document's metadata
  std::optional<std::uint32_t> signed_at;     // find_signature_day()
  const Url* url = nullptr;                   // of the page
  WallTime now;
  bool is_chinese = true;  // the title is: elsewhere a day that stands alone has no one meaning
};

// The publication day: META before a label before a day that stands alone beside the
// title before the URL; but the day that is shown to the reader goes before a META or URL that says another, and one
// between title and text before labels within the text, which are of what the text is about. Page clocks and labels of
// other things are not looked at; two different days that are equally good are none; nor is an unlabelled one of today,
// which scripts and clocks write. The day below the signature is when a text was written, not when it was published;
// （2024年1月15日） alone below a title is first of all when a speech was held. Pure, linear.
PageDays read_page_days(const DayQuestion& question);

}  // namespace xuncha
