#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/page.h"
#include "crawler/html_tree.h"

// A page as the readers of lists see it: all its nodes in document order, each with what stands below it.
namespace xuncha {

namespace limits {
inline constexpr std::size_t kListNodesMax = 400'000;       // of one page; 2 MB of markup seldom have 100,000
inline constexpr std::size_t kListTitleBytesMax = 1'000;    // of an item's title; 300 Chinese characters
inline constexpr std::size_t kListDateTextBytes = 400;      // the longest text in which an item's date is looked for
inline constexpr std::size_t kListScriptBytes = 64u << 10;  // of one script that are read for pagers and addresses
}  // namespace limits

struct ListNode {
  HtmlNode node;
  std::string_view name;  // of an element, in lower case; empty for a text
  std::uint32_t parent = 0;
  std::uint32_t end = 0;  // index behind the last node below
  std::uint32_t depth = 0;
  Region region = Region::kNone;
  bool is_text = false;
  bool is_shown = true;   // false: inside an element that is hidden, or script, style, template
  bool in_link = false;   // below an a
  bool is_pager = false;  // named as what turns pages
  // Of the node and all below it, as far as shown:
  std::uint32_t characters = 0;  // no white space
  std::uint32_t titles = 0;      // links whose text can be the title of an item
  std::uint32_t dates = 0;       // texts with a date that can be an item's
  std::uint32_t links = 0;       // a elements, not below each other
};

// How the texts of several nodes become one.
enum class TextJoin : std::uint8_t {
  kWords,   // inline elements join, blocks are apart
  kPieces,  // every text node is apart
};

class ListTree {
 public:
  // Linear in the tree; empty where `root` is null or has more than limits::kListNodesMax nodes. The root's tree must
  // outlive it.
  static ListTree build(HtmlNode root, WallTime now);

  bool empty() const { return nodes_.empty(); }
  std::size_t size() const { return nodes_.size(); }
  const ListNode& operator[](std::size_t index) const { return nodes_[index]; }
  bool is_element(std::size_t index, std::string_view name) const { return nodes_[index].name == name; }

  // The shown text of the nodes in [begin, end), white space collapsed, at most `bytes_max`.
  std::string text(std::size_t begin, std::size_t end, TextJoin join, std::size_t bytes_max) const;
  std::string text_of(std::size_t index, std::size_t bytes_max) const;
  // Characters of shown text in [begin, end).
  std::uint64_t characters_between(std::size_t begin, std::size_t end) const {
    return shown_before_[end] - shown_before_[begin];
  }
  std::string_view attribute(std::size_t index, std::string_view name) const;  // empty when it has none
  // Tag and class names from the body down to the element: "body>div.list>ul>li". Digits are cut from names.
  std::string path(std::size_t index) const;

 private:
  void add(HtmlNode node, std::uint32_t parent, std::uint32_t depth);
  void sum_up(WallTime now);
  void read_styles();

  std::vector<ListNode> nodes_;
  std::vector<std::uint64_t> shown_before_;  // size() + 1
};

// Navigation, footer, margin: what stands there is not what the page is for.
inline bool is_beside_content(Region region) {
  return region == Region::kNav || region == Region::kFooter || region == Region::kAside;
}

// Whether the words of `classes` or `id`, cut at every byte that is no letter and where a capital follows a small
// letter, hold one of `words` (in lower case). Looks at the first 256 bytes: longer names are generated.
bool has_any_name_word(std::string_view names, std::span<const std::string_view> words);
inline bool has_name_word(std::string_view names, std::string_view word) {
  return has_any_name_word(names, {&word, 1});
}

// Characters of a text that are no white space.
std::uint32_t count_shown_characters(std::string_view text);
// The same white space as everywhere: runs of it are one space, none at the ends. Of a text of which most is white
// space only the beginning is read.
std::string collapse_text(std::string_view text, std::size_t bytes_max);

}  // namespace xuncha
