#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/portal/list_tree.h"

namespace xuncha {

namespace limits {
inline constexpr std::size_t kSelectorBytesMax = 200;  // longer ones were copied from a browser and hold every ancestor
inline constexpr std::size_t kSelectorStepsMax = 10;
inline constexpr std::size_t kSelectorNamesMax = 5;  // classes of one step
}  // namespace limits

// A subset of CSS by which an operator names elements of a page (Selectors Level 4: type, class and ID selectors, and
// the descendant combinator): "div.news li", "#list tr", "ul.list.main li". Names of elements by any case, classes and
// ids as written. Immutable; any thread.
class ItemSelector {
 public:
  struct Parse;
  static Parse parse(std::string_view text);

  // The elements below `top` that it names, in document order: all of what it names stands below `top` too. Of those
  // within each other the outer one alone; `most` at most. Linear in the nodes below `top`.
  std::vector<std::uint32_t> find_below(const ListTree& tree, std::size_t top, std::size_t most) const;

  const std::string& text() const { return text_; }
  friend bool operator==(const ItemSelector& left, const ItemSelector& right) { return left.text_ == right.text_; }

 private:
  ItemSelector() = default;
  struct Step {
    std::string tag;  // in lower case; empty: any
    std::string id;   // empty: any
    std::vector<std::string> classes;
  };
  static bool matches(const ListTree& tree, std::size_t index, const Step& step);

  std::string text_;  // as parsed
  std::vector<Step> steps_;
};

struct ItemSelector::Parse {
  std::optional<ItemSelector> selector;
  std::string fault;  // what is wrong and what is permitted, where there is none
};

// Where a list is, as an operator says.
struct ListSelection {
  ItemSelector items;                // each item as a whole
  std::optional<ItemSelector> date;  // within an item; none: found as in any list
  friend bool operator==(const ListSelection&, const ListSelection&) = default;
};

}  // namespace xuncha
