#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/limits.h"

namespace xuncha {

// How a parse ended. Only kComplete has a tree.
enum class TreeEnd : std::uint8_t { kComplete, kOutOfBytes, kOutOfTime };

enum class HtmlNodeType : std::uint8_t { kDocument, kElement, kText, kComment, kOther };

// A node of an HtmlTree: a small handle, null or valid as long as its tree and the text that was parsed.
class HtmlNode {
 public:
  HtmlNode() = default;
  explicit operator bool() const { return node_ != nullptr; }
  friend bool operator==(HtmlNode left, HtmlNode right) = default;

  HtmlNodeType type() const;
  // Element: lower-case name; of elements that the parser does not know, as written. Empty for other nodes.
  std::string_view name() const;
  bool is_foreign() const;  // an element of svg or math
  // Element: the decoded value of an attribute by its lower-case name; nullopt when it has none.
  std::optional<std::string_view> attribute(std::string_view lower_name) const;
  std::size_t attribute_count() const;
  struct Attribute {
    std::string_view name;  // lower-case
    std::string_view value;
  };
  Attribute attribute_at(std::size_t index) const;  // index < attribute_count()

  std::size_t child_count() const;
  HtmlNode child(std::size_t index) const;  // index < child_count()
  HtmlNode parent() const;                  // null above the document
  // Text, comment: the decoded content. Empty for other nodes.
  std::string_view text() const;
  // Where in the text the start tag or the text begins; nullopt for elements that the parser supplied.
  std::optional<std::size_t> offset() const;

 private:
  friend class HtmlTree;
  HtmlNode(const void* node, const char* begin) : node_(node), begin_(begin) {}
  const void* node_ = nullptr;
  const char* begin_ = nullptr;
};

struct TreeBudget {
  std::size_t bytes = limits::kTreeArenaBytesMax;
  std::chrono::milliseconds time = limits::kTreeTimeout;  // asked while allocating: passed by at most 100 ms
};

// An HTML5 tree by gumbo. The parser has no bounds of its own, is quadratic in depth and attributes, and its destructor
// recurses: so it allocates from an arena with a budget, is left from inside its allocator when that is spent, and the
// arena is dropped whole. Immutable after parse(); safe to read in any thread.
class HtmlTree {
 public:
  // Parses UTF-8 text without a byte order mark. `text` must outlive the tree. CDATA sections (of svg and math only)
  // are read as comments: the parser is not safe with them.
  static HtmlTree parse(std::string_view text, const TreeBudget& budget = {});

  HtmlTree(HtmlTree&&) noexcept;
  HtmlTree& operator=(HtmlTree&&) noexcept;
  ~HtmlTree();

  TreeEnd end() const { return end_; }
  std::size_t arena_bytes() const;  // used
  HtmlNode document() const;        // null unless complete
  HtmlNode root() const;            // the html element; null unless complete

  // Calls `visit(HtmlNode, depth)` for `top` and all below it, in document order, without recursion.
  template <class F>
  static void walk(HtmlNode top, F&& visit);

 private:
  class Arena;
  explicit HtmlTree(std::unique_ptr<Arena> arena);

  std::unique_ptr<Arena> arena_;
  std::unique_ptr<std::string> disarmed_;  // what was parsed in place of the text, where it held CDATA sections
  const void* output_ = nullptr;
  const char* begin_ = nullptr;
  TreeEnd end_ = TreeEnd::kComplete;
};

template <class F>
void HtmlTree::walk(HtmlNode top, F&& visit) {
  struct Step {
    HtmlNode node;
    std::size_t next_child;
  };
  if (!top) return;
  std::vector<Step> path{{top, 0}};
  visit(top, std::size_t{0});
  while (!path.empty()) {
    Step& step = path.back();
    if (step.next_child == step.node.child_count()) {
      path.pop_back();
      continue;
    }
    const HtmlNode child = step.node.child(step.next_child++);
    visit(child, path.size());
    path.push_back({child, 0});
  }
}

}  // namespace xuncha
