#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "crawler/character_references.h"
#include "crawler/html_scan.h"
#include "crawler/html_tree.h"

// Compares the scan of a text with the tree that gumbo builds: two readings of the same standard.
namespace xuncha::test {

struct ScanAgainstTree {
  bool compared = false;                            // false when the tree was not complete
  std::size_t elements = 0;                         // of the tree, with a place in the text
  std::vector<std::string> differences;             // elements without an equal scan tag
  std::size_t with_duplicates = 0;                  // elements compared up to a duplicate attribute only
  std::map<std::string, std::size_t> only_scanned;  // tags that the tree has no element for, by reason
};

enum class ForeignContent { kSkipElements, kStopThere };

namespace detail {

using Attributes = std::vector<std::pair<std::string, std::string>>;

struct ScannedTag {
  std::string name;
  Attributes attributes;
  bool dropped = false;  // an attribute was a duplicate; `attributes` are those before the first
  std::string reason;    // why the tree may have no element for it
};

inline std::string lower_name(std::string_view name) {
  std::string lower;
  for (const char c : name) {
    if (c == '\0') {
      lower += "\uFFFD";
    } else {
      lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    }
  }
  return lower;
}

// Keeps every start tag by its offset, with the reason that the tree builder may have to ignore it.
struct Collector {
  std::unordered_map<std::size_t, ScannedTag> tags;
  std::vector<std::size_t> order;
  std::size_t trusted_until = std::string_view::npos;
  ForeignContent foreign = ForeignContent::kSkipElements;
  std::map<std::string, int> seen;
  int open_selects = 0;
  int open_forms = 0;
  int open_templates = 0;
  bool frameset = false;

  void on_start_tag(const HtmlTag& tag) {
    ScannedTag scanned;
    scanned.name = lower_name(tag.name);
    const bool raw_text = tag.id == HtmlName::kStyle || tag.id == HtmlName::kIframe || tag.id == HtmlName::kTitle ||
                          tag.id == HtmlName::kXmp || tag.id == HtmlName::kNoembed || tag.id == HtmlName::kNoframes ||
                          tag.id == HtmlName::kTextarea || tag.id == HtmlName::kPlaintext ||
                          tag.id == HtmlName::kScript;
    const bool starts_foreign = tag.id == HtmlName::kSvg || tag.id == HtmlName::kMath;
    if ((raw_text && (open_selects > 0 || frameset)) || (starts_foreign && foreign == ForeignContent::kStopThere) ||
        (open_templates > 0 && foreign == ForeignContent::kStopThere)) {
      trusted_until = std::min(trusted_until, tag.begin);
    }
    for (const HtmlAttribute& attribute : tag.attributes) {
      std::string value;
      append_decoded(attribute.value, ReferencePlace::kAttribute, value);
      scanned.attributes.emplace_back(lower_name(attribute.name), std::move(value));
    }
    scanned.dropped = tag.dropped;
    if (scanned.dropped) scanned.attributes.resize(tag.kept_before_drop);
    scanned.reason = reason(tag, scanned.name);
    ++seen[scanned.name];
    if (tag.id == HtmlName::kSelect) ++open_selects;
    if (tag.id == HtmlName::kForm) ++open_forms;
    if (tag.id == HtmlName::kTemplate) ++open_templates;
    if (tag.id == HtmlName::kFrameset) frameset = true;
    order.push_back(tag.begin);
    tags.emplace(tag.begin, std::move(scanned));
  }
  void on_end_tag(const HtmlTag& tag) {
    if (tag.id == HtmlName::kSelect) open_selects = 0;
    if (tag.id == HtmlName::kForm) open_forms = 0;
  }
  void on_text(std::string_view, HtmlText) {}

  std::string reason(const HtmlTag& tag, const std::string& name) {
    if (tag.foreign) return "in foreign content";
    if (frameset || tag.id == HtmlName::kFrameset || tag.id == HtmlName::kFrame) return "frameset rules";
    if (name == "html" || name == "body")
      return seen[name] > 0 ? name + " again" : name + " after its like was supplied";
    if (name == "head") return "head again or late";
    if (open_selects > 0) return "in select";
    if (tag.id == HtmlName::kForm) return open_forms > 0 ? "form in form" : "form where a form is open";
    for (const std::string_view part : {"caption", "col", "colgroup", "tbody", "td", "tfoot", "th", "thead", "tr"}) {
      if (name == part) return "part of a table outside of one";
    }
    if (name == "isindex") return "isindex";
    return "unexplained";
  }
};

inline std::string describe(const std::string& name, const Attributes& attributes) {
  std::string text = name;
  for (const auto& [attribute, value] : attributes) text += " " + attribute + "=[" + value + "]";
  return text;
}

// gumbo 0.10.1 puts the name of an attribute that it drops as a duplicate before the name of the next one: there only
// the attributes before the duplicate are compared. A second html or body tag adds its attributes to the first element.
inline bool equal(const ScannedTag& scanned, const std::string& tree_name, const Attributes& tree) {
  if (scanned.name != tree_name && !(scanned.name == "image" && tree_name == "img")) return false;
  if (!scanned.dropped && tree_name != "html" && tree_name != "body") return scanned.attributes == tree;
  return tree.size() >= scanned.attributes.size() &&
         std::equal(scanned.attributes.begin(), scanned.attributes.end(), tree.begin());
}

}  // namespace detail

inline ScanAgainstTree compare_scan_with_tree(std::string_view text, ForeignContent foreign, const TreeBudget& budget) {
  ScanAgainstTree result;
  const HtmlTree tree = HtmlTree::parse(text, budget);
  if (tree.end() != TreeEnd::kComplete) return result;
  result.compared = true;
  detail::Collector scan;
  scan.foreign = foreign;
  scan_html(text, scan);
  std::map<std::size_t, bool> in_tree;
  HtmlTree::walk(tree.root(), [&](HtmlNode node, std::size_t) {
    if (node.type() != HtmlNodeType::kElement || !node.offset()) return;
    const std::size_t offset = *node.offset();
    in_tree[offset] = true;
    if (node.is_foreign() || offset >= scan.trusted_until || text.substr(offset).starts_with("</")) return;
    const std::string name = detail::lower_name(node.name());
    if (text.substr(offset + 1, 7).find_first_of("iI") == 0 && name != "image" &&
        detail::lower_name(text.substr(offset + 1, 7)) == "isindex") {
      return;  // the parser writes a whole form for it
    }
    ++result.elements;
    detail::Attributes attributes;
    for (std::size_t index = 0; index < node.attribute_count(); ++index) {
      attributes.emplace_back(node.attribute_at(index).name, node.attribute_at(index).value);
    }
    if (attributes.size() >= limits::kAttributesPerTagMax) return;
    const auto found = scan.tags.find(offset);
    if (found == scan.tags.end()) {
      result.differences.push_back("@" + std::to_string(offset) +
                                   " only in the tree: " + detail::describe(name, attributes));
    } else if (result.with_duplicates += found->second.dropped ? 1 : 0;
               !detail::equal(found->second, name, attributes)) {
      result.differences.push_back("@" + std::to_string(offset) + " tree: " + detail::describe(name, attributes) +
                                   "  scan: " + detail::describe(found->second.name, found->second.attributes));
    }
  });
  for (const std::size_t offset : scan.order) {
    if (offset < scan.trusted_until && !in_tree.contains(offset)) ++result.only_scanned[scan.tags[offset].reason];
  }
  return result;
}

}  // namespace xuncha::test
