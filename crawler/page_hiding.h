#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "crawler/html_scan.h"

namespace xuncha {

// Whether a style attribute (decoded) takes the element's content out of sight: display:none, visibility:hidden,
// opacity:0, font-size:0, a position or indent of -500 px and beyond, or a clipped box of at most 1 px. Pure.
bool style_hides(std::string_view style);

// style_hides(), with the last few answers remembered: a page repeats its styles. Styles live as long as the memory.
class StyleMemory {
 public:
  bool hides(std::string_view style);

 private:
  struct Entry {
    std::string_view style;
    bool hides = false;
  };
  std::array<Entry, 16> entries_;
};

// Whether the element itself hides its content apart from `style`: the hidden attribute, a marquee of at most 1 px.
bool tag_hides(const HtmlTag& tag);

// The ids and classes that rules of the page's own <style> elements hide: rules whose selector is one #id or .class and
// nothing else, outside of @media and other blocks. A scan looks them up for every container.
class HiddenSelectors {
 public:
  void add_style_sheet(std::string_view css);
  bool empty() const { return ids_.empty() && classes_.empty(); }
  bool hides(std::string_view id, std::string_view classes) const;

 private:
  std::vector<std::string_view> ids_;  // views into the style sheets given
  std::vector<std::string_view> classes_;
};

}  // namespace xuncha
