#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/page.h"
#include "crawler/html_names.h"
#include "crawler/html_tree.h"

// A page's tree laid out flat, so that its readers ask in ranges and nobody walks it twice. Part of crawler/portal.
namespace xuncha {

inline constexpr std::size_t kOutlineTextBytesMax = 512u << 10;  // visible text that is laid out; the rest is not read
inline constexpr std::size_t kOutlineLineBytesMax = 16u << 10;   // a longer line is a text without markup: cut
inline constexpr std::size_t kOutlineElementsMax = 200'000;  // a page of 2 MiB of tags has more; the rest is not read
inline constexpr std::uint32_t kOutlineParentsMax = 24;      // how far up readers look from an element

struct OutlineElement {
  HtmlNode node;
  HtmlName name = HtmlName::kOther;
  Region region = Region::kNone;  // own or inherited
  bool hidden = false;            // by its own style or attribute, or of one around it: has no lines
  std::uint32_t parent = 0;       // of element 0: itself
  std::uint32_t end = 0;          // one behind the last element within it
  std::uint32_t line_begin = 0;   // the lines that begin within it
  std::uint32_t line_end = 0;
};

// A part of a line that is a link.
struct OutlineLink {
  std::uint32_t element = 0;  // the a
  std::uint32_t begin = 0;    // bytes of the line
  std::uint32_t end = 0;
};

// Text between two borders of blocks: a paragraph, a cell, an item, what stands between two br.
struct OutlineLine {
  std::string_view text;      // white space collapsed, not empty
  std::uint32_t element = 0;  // the innermost block around it
  Region region = Region::kNone;
  std::uint8_t heading = 0;  // 1 to 6 within h1 to h6
  std::uint32_t characters = 0;
  std::uint32_t linked_characters = 0;
  std::vector<OutlineLink> links;
  std::vector<std::uint32_t> pieces;  // where inline elements begin and end within it, ascending
};

// Immutable; views live as long as the outline and the tree.
class PageOutline {
 public:
  // `root` may be null: then there is nothing in it.
  explicit PageOutline(HtmlNode root);
  PageOutline(const PageOutline&) = delete;
  PageOutline& operator=(const PageOutline&) = delete;

  const std::vector<OutlineElement>& elements() const { return elements_; }  // in document order
  const std::vector<OutlineLine>& lines() const { return lines_; }
  // The words in id and class of an element, in small letters: " id class class ".
  static std::string element_words(HtmlNode node);
  // Lines that comments of the CMS call the title: <!--TitleStart-->, <!--<$[标题]>begin-->.
  std::optional<std::pair<std::uint32_t, std::uint32_t>> marked_title() const { return marked_title_; }

 private:
  class Builder;
  std::string text_;
  std::vector<OutlineElement> elements_;
  std::vector<OutlineLine> lines_;
  std::optional<std::pair<std::uint32_t, std::uint32_t>> marked_title_;
};

}  // namespace xuncha
