#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/text_arena.h"

namespace xuncha {

// Where on the page a link stands, by landmark elements and id/class words of the open containers.
enum class Region : std::uint8_t { kNone, kHead, kNav, kMain, kAside, kFooter };
std::string_view region_name(Region region);  // "" for kNone

// What a browser would do with the reference.
enum class LinkRole : std::uint8_t {
  kPage,      // navigates: a, area, option, onclick, meta refresh, frame, iframe
  kResource,  // is loaded into the page: img, script, style sheet, video, url()
  kHint,      // names something that is not loaded with the page: link rel=canonical/alternate/next, form action
};

// One reference in a page. Views live as long as the PageFacts they stand in.
struct Link {
  std::string_view raw;        // as written, character references decoded, leading and trailing white space stripped
  std::string_view text;       // visible text, or alt/title, white space collapsed, <= limits::kAnchorTextBytesMax
  std::string_view tag;        // lower-case element name: static
  std::string_view attribute;  // "href", "src", "srcset", "style", "onclick", "content", "data-…"
  std::string_view rel;        // of link and a
  LinkRole role = LinkRole::kPage;
  Region region = Region::kNone;
  bool hidden = false;     // inside an element that style, attribute, simple style rule or writing script hides
  std::uint32_t line = 0;  // 1-based, in the document as served
  // Offset in the document of the nearest open block container (div, ul, table, nav, ...; not p, li, td): links of one
  // block share it. Of a block that a script wrote: the offset of the script.
  std::uint32_t container = 0;
};

// Where the charset was learned, by the WHATWG order.
enum class CharsetSource : std::uint8_t { kNone, kBom, kHeader, kMeta, kDetected, kFallback };
std::string_view charset_source_name(CharsetSource source);

// A document as UTF-8 text, and how it became that.
struct DecodedText {
  std::string text;
  std::string charset;  // WHATWG name in lower case: "utf-8", "gb18030", "big5", ...
  CharsetSource source = CharsetSource::kNone;
  std::uint64_t replacement_characters = 0;
  std::string header_charset;  // labels as found, empty when absent: the basis of "they disagree"
  std::string meta_charset;
  bool bytes_disagree = false;  // the declared charset was overruled because the bytes prove another one
};

struct MetaRefresh {
  double seconds = 0;
  std::string_view raw;  // the reference, empty when it only reloads
  std::uint32_t line = 0;
};

// What one pass over a page's text found. Facts only. Movable, not copyable: it owns what its views point into.
struct PageFacts {
  PageFacts() = default;
  PageFacts(PageFacts&&) = default;
  PageFacts& operator=(PageFacts&&) = default;
  PageFacts(const PageFacts&) = delete;
  PageFacts& operator=(const PageFacts&) = delete;

  std::unique_ptr<DecodedText> document;                            // charset and text
  std::string_view base;                                            // href of the first <base>, empty when none
  std::string_view title;                                           // first <title>, white space collapsed
  std::vector<std::string_view> headings;                           // h1-h3 in order, <= limits::kHeadingsMax
  std::vector<std::pair<std::string_view, std::string_view>> meta;  // name or property (lower case) and content
  std::optional<MetaRefresh> refresh;
  std::vector<Link> links;  // each once a place, <= limits::kLinksPerPageMax
  bool links_cut = false;
  std::string visible_text;           // white space collapsed, <= limits::kVisibleTextBytesMax
  std::uint64_t text_characters = 0;  // of all visible text, cut or not
  bool has_frameset = false;
  bool has_script = false;
  std::uint32_t unreadable_script_links = 0;  // location changes by a computed value: not followed, counted

  // The first literal `location = "…"` outside of all functions and blocks of a script body. No link: whether a browser
  // comes there is not known without running the script. Tells a page that only sends on.
  std::string_view script_redirect;

  TextArena arena;  // decoded copies that views point into
};

}  // namespace xuncha
