#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/limits.h"
#include "core/page.h"
#include "crawler/html_names.h"

namespace xuncha {

// The region that a landmark element or the words of its id and class name; kNone when they name none. Words are cut at
// every byte that is no letter and where a capital follows a small letter: "leftNav_box2" is left, nav, box. Where
// several words name regions: footer before nav before aside before main. Pure.
Region landmark_region(HtmlName element);
Region word_region(std::string_view id, std::string_view classes);

// What the elements that stand open say of the place in a page. Follows the tree builder as far as places need it: a
// closing tag closes up to its match within its table cell, li, dd, td, tr, p are closed by their like, unclosed and
// misnested elements do no harm. At most limits::kOpenContainersMax deep; deeper ones are counted, not followed.
class ContainerStack {
 public:
  struct Marks {
    Region region = Region::kNone;  // what the element itself says
    bool is_landmark = false;       // said by the element's name, not by words
    bool hides = false;
    bool mutes = false;  // its text is not shown, its links are what they are: noscript, template
    bool by_script = false;
  };

  ContainerStack();

  // Closes what a start tag of `element` closes without saying so. Before open().
  void close_implied(HtmlName element);
  // A start tag: whether an element is followed at all is decided here.
  void open(HtmlName element, std::string_view name, std::size_t offset, const Marks& marks);
  void close(HtmlName element, std::string_view name);
  // Closes the innermost `element` that a script opened, when it is the innermost element of that name.
  void close_written(HtmlName element, std::string_view name);

  Region region() const { return in_head_ ? Region::kHead : top().region; }
  bool hidden() const { return top().hidden; }
  bool text_shown() const { return !top().hidden && !top().muted && !in_head_; }
  std::uint32_t container() const { return top().container; }
  std::size_t depth() const { return stack_.size() - 1; }

  // Whether an element may be followed: decides if its id and class are worth reading.
  static bool may_have_region(HtmlName element);

 private:
  struct Open {
    HtmlName element = HtmlName::kOther;
    bool hidden = false;
    bool muted = false;
    bool by_script = false;
    Region region = Region::kNone;
    bool region_is_firm = false;  // nav and footer: words of main inside do not change it
    std::uint32_t container = 0;
    std::uint64_t name = 0;  // name_key, for elements that are kOther
  };

  const Open& top() const { return stack_.back(); }
  void pop_to(std::size_t size);
  std::size_t find_open(HtmlName element, std::uint64_t name, bool through_cells) const;
  void close_like(HtmlName first, HtmlName second, HtmlName barrier_one, HtmlName barrier_two);

  std::vector<Open> stack_;          // stack_[0] is the document
  std::size_t too_deep_ = 0;         // open elements that are not followed
  std::size_t open_paragraphs_ = 0;  // p on the stack
  std::size_t inline_hiders_ = 0;    // hidden inline elements on the stack: then all elements are followed
  bool in_head_ = false;
};

}  // namespace xuncha
