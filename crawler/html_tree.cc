#include "crawler/html_tree.h"

#include <gumbo.h>

#include <algorithm>
#include <csetjmp>
#include <string>
#include <vector>

#include "crawler/html_names.h"
#include "crawler/tree_cost.h"

namespace xuncha {

// Memory that is only ever given out, up to a budget of bytes and time, and freed as a whole.
class HtmlTree::Arena {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Arena(const TreeBudget& budget) : bytes_left_(budget.bytes), deadline_(Clock::now() + budget.time) {}

  // For gumbo. Leaves the parser by longjmp when the budget is spent: its frames are C and hold nothing to destroy.
  static void* allocate(void* arena, std::size_t size) noexcept { return static_cast<Arena*>(arena)->give(size); }
  static void release(void*, void*) noexcept {}

  std::size_t bytes_used() const { return bytes_used_; }

  std::jmp_buf way_out;
  TreeEnd end = TreeEnd::kComplete;

 private:
  static constexpr std::size_t kAlignment = alignof(std::max_align_t);
  static constexpr std::size_t kBlockBytesMin = 64u << 10;
  static constexpr std::size_t kBlockBytesMax = 1u << 20;
  static constexpr unsigned kCallsBetweenClocks = 64;  // gumbo may do 30,000 steps between two of them

  void* give(std::size_t size) {
    size = (size + kAlignment - 1) / kAlignment * kAlignment;
    if (size > bytes_left_) leave(TreeEnd::kOutOfBytes);
    if (++calls_ % kCallsBetweenClocks == 0 && Clock::now() >= deadline_) leave(TreeEnd::kOutOfTime);
    if (size > block_left_) add_block(size);
    void* const memory = next_;
    next_ += size;
    block_left_ -= size;
    bytes_left_ -= size;
    bytes_used_ += size;
    return memory;
  }

  void add_block(std::size_t size) {
    const std::size_t bytes = std::max(size, std::clamp(bytes_used_, kBlockBytesMin, kBlockBytesMax));
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(bytes));
    next_ = blocks_.back().get();
    block_left_ = bytes;
  }

  [[noreturn]] void leave(TreeEnd reason) {
    end = reason;
    std::longjmp(way_out, 1);
  }

  std::vector<std::unique_ptr<char[]>> blocks_;
  char* next_ = nullptr;
  std::size_t block_left_ = 0;
  std::size_t bytes_left_;
  std::size_t bytes_used_ = 0;
  unsigned calls_ = 0;
  Clock::time_point deadline_;
};

namespace {

const GumboNode* gumbo_node(const void* node) {
  return static_cast<const GumboNode*>(node);
}

const GumboVector* children_of(const GumboNode* node) {
  switch (node->type) {
    case GUMBO_NODE_DOCUMENT:
      return &node->v.document.children;
    case GUMBO_NODE_ELEMENT:
    case GUMBO_NODE_TEMPLATE:
      return &node->v.element.children;
    default:
      return nullptr;
  }
}

constexpr std::string_view kCdata = "<![CDATA[";

// gumbo 0.10.1 as Debian builds it ends the process by an assertion over a CDATA section in svg or math where a table
// is open (`<table><svg><title><![CDATA[x]]>y`). As comments of the same length the sections do no harm and all offsets
// stay.
std::string without_cdata(std::string_view text) {
  std::string copy(text);
  for (std::size_t at = copy.find(kCdata); at != std::string::npos; at = copy.find(kCdata, at)) copy[at + 2] = '_';
  return copy;
}

bool is_element(const GumboNode* node) {
  return node->type == GUMBO_NODE_ELEMENT || node->type == GUMBO_NODE_TEMPLATE;
}

}  // namespace

HtmlNodeType HtmlNode::type() const {
  switch (gumbo_node(node_)->type) {
    case GUMBO_NODE_DOCUMENT:
      return HtmlNodeType::kDocument;
    case GUMBO_NODE_ELEMENT:
    case GUMBO_NODE_TEMPLATE:
      return HtmlNodeType::kElement;
    case GUMBO_NODE_TEXT:
    case GUMBO_NODE_CDATA:
    case GUMBO_NODE_WHITESPACE:
      return HtmlNodeType::kText;
    case GUMBO_NODE_COMMENT:
      return HtmlNodeType::kComment;
  }
  return HtmlNodeType::kOther;
}

std::string_view HtmlNode::name() const {
  const GumboNode* const node = gumbo_node(node_);
  if (!is_element(node)) return {};
  if (node->v.element.tag != GUMBO_TAG_UNKNOWN) return gumbo_normalized_tagname(node->v.element.tag);
  const GumboStringPiece& written = node->v.element.original_tag;
  if (written.length == 0) return {};
  // Not by gumbo_tag_from_original_text: it takes a vertical tab for white space.
  std::string_view name(written.data + 1, written.length - 1);
  if (name.starts_with('/')) name.remove_prefix(1);
  std::size_t end = 0;
  while (end < name.size() && !is_html_space(name[end]) && name[end] != '/' && name[end] != '>') ++end;
  return name.substr(0, end);
}

bool HtmlNode::is_foreign() const {
  const GumboNode* const node = gumbo_node(node_);
  return is_element(node) && node->v.element.tag_namespace != GUMBO_NAMESPACE_HTML;
}

std::optional<std::string_view> HtmlNode::attribute(std::string_view lower_name) const {
  for (std::size_t index = 0; index < attribute_count(); ++index) {
    const Attribute candidate = attribute_at(index);
    if (candidate.name == lower_name) return candidate.value;
  }
  return std::nullopt;
}

std::size_t HtmlNode::attribute_count() const {
  const GumboNode* const node = gumbo_node(node_);
  return is_element(node) ? node->v.element.attributes.length : 0;
}

HtmlNode::Attribute HtmlNode::attribute_at(std::size_t index) const {
  const auto* const attribute = static_cast<const GumboAttribute*>(gumbo_node(node_)->v.element.attributes.data[index]);
  return {attribute->name, attribute->value};
}

std::size_t HtmlNode::child_count() const {
  const GumboVector* const children = children_of(gumbo_node(node_));
  return children == nullptr ? 0 : children->length;
}

HtmlNode HtmlNode::child(std::size_t index) const {
  return {children_of(gumbo_node(node_))->data[index], begin_};
}

HtmlNode HtmlNode::parent() const {
  return {gumbo_node(node_)->parent, begin_};
}

std::string_view HtmlNode::text() const {
  const GumboNode* const node = gumbo_node(node_);
  if (is_element(node) || node->type == GUMBO_NODE_DOCUMENT) return {};
  return node->v.text.text;
}

std::optional<std::size_t> HtmlNode::offset() const {
  const GumboNode* const node = gumbo_node(node_);
  if (node->type == GUMBO_NODE_DOCUMENT) return std::nullopt;
  const GumboStringPiece& written = is_element(node) ? node->v.element.original_tag : node->v.text.original_text;
  if (written.data == nullptr || written.length == 0) return std::nullopt;
  return static_cast<std::size_t>(written.data - begin_);
}

HtmlTree::HtmlTree(std::unique_ptr<Arena> arena) : arena_(std::move(arena)) {}
HtmlTree::HtmlTree(HtmlTree&&) noexcept = default;
HtmlTree& HtmlTree::operator=(HtmlTree&&) noexcept = default;
HtmlTree::~HtmlTree() = default;

HtmlTree HtmlTree::parse(std::string_view text, const TreeBudget& budget) {
  HtmlTree tree(std::make_unique<Arena>(budget));
  if (text.find(kCdata) != std::string_view::npos) {
    tree.disarmed_ = std::make_unique<std::string>(without_cdata(text));
    text = *tree.disarmed_;
  }
  tree.begin_ = text.data();
  if (tree_cost_outside_allocator(text) > budget.time) {
    tree.end_ = TreeEnd::kOutOfTime;
    return tree;
  }
  GumboOptions options = kGumboDefaultOptions;
  options.allocator = &Arena::allocate;
  options.deallocator = &Arena::release;
  options.userdata = tree.arena_.get();
  options.max_errors = 0;
  // Nothing with a destructor is made between here and the jump; what is set after it is not read when it came back.
  if (setjmp(tree.arena_->way_out) == 0) {
    tree.output_ = gumbo_parse_with_options(&options, text.data(), text.size());
  } else {
    tree.output_ = nullptr;
  }
  tree.end_ = tree.arena_->end;
  return tree;
}

std::size_t HtmlTree::arena_bytes() const {
  return arena_->bytes_used();
}

HtmlNode HtmlTree::document() const {
  if (output_ == nullptr) return {};
  return {static_cast<const GumboOutput*>(output_)->document, begin_};
}

HtmlNode HtmlTree::root() const {
  if (output_ == nullptr) return {};
  return {static_cast<const GumboOutput*>(output_)->root, begin_};
}

}  // namespace xuncha
