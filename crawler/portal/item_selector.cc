#include "crawler/portal/item_selector.h"

#include <algorithm>

#include "core/code_points.h"
#include "crawler/charset.h"
#include "crawler/portal/portal_text.h"

namespace xuncha {
namespace {

constexpr std::string_view kPermitted =
    "permitted: elements, .classes and #ids, and a blank for what stands below, as in \"div.news li\"";

bool is_blank(char byte) {
  return byte == ' ' || byte == '\t';
}

// The blanks that Chinese input methods and word processors write are none to a browser.
constexpr std::string_view kFalseBlanks[] = {"\u3000", "\u00A0"};

bool is_false_blank(std::string_view text, std::size_t at) {
  return std::any_of(std::begin(kFalseBlanks), std::end(kFalseBlanks),
                     [=](std::string_view blank) { return text.substr(at).starts_with(blank); });
}

// Of names as portals write them: Chinese ones too.
bool is_name_byte(std::string_view text, std::size_t at) {
  const char byte = text[at];
  if (static_cast<unsigned char>(byte) >= 0x80) return !is_false_blank(text, at);
  return is_ascii_alpha(byte) || is_ascii_digit(byte) || byte == '-' || byte == '_';
}

std::string_view take_name(std::string_view text, std::size_t& at) {
  const std::size_t begin = at;
  while (at < text.size() && is_name_byte(text, at)) ++at;
  return text.substr(begin, at - begin);
}

bool has_class(std::string_view classes, std::string_view wanted) {
  constexpr std::string_view kSpace = " \t\n\f\r";  // HTML: ASCII whitespace
  while (!classes.empty()) {
    const std::size_t end = std::min(classes.find_first_of(kSpace), classes.size());
    if (classes.substr(0, end) == wanted) return true;
    classes.remove_prefix(std::min(end + 1, classes.size()));
  }
  return false;
}

}  // namespace

ItemSelector::Parse ItemSelector::parse(std::string_view text) {
  const auto fault = [](std::string what) { return Parse{std::nullopt, std::move(what)}; };
  if (text.size() > limits::kSelectorBytesMax) {
    return fault("is longer than " + std::to_string(limits::kSelectorBytesMax) +
                 " bytes; name the list's own element, as in \"div.news li\"");
  }
  if (!is_valid_utf8(text)) return fault("is no UTF-8; " + std::string(kPermitted));
  ItemSelector selector;
  for (std::size_t at = 0; at < text.size();) {
    if (is_blank(text[at])) {
      ++at;
      continue;
    }
    if (selector.steps_.size() == limits::kSelectorStepsMax) {
      return fault("has more than " + std::to_string(limits::kSelectorStepsMax) +
                   " steps; name the list's own element, as in \"div.news li\"");
    }
    Step step;
    for (char byte : take_name(text, at)) step.tag.push_back(to_ascii_lower(byte));
    while (at < text.size() && (text[at] == '.' || text[at] == '#')) {
      const char mark = text[at++];
      const std::string name(take_name(text, at));
      if (name.empty()) return fault("lacks a name behind " + std::string(1, mark) + "; " + std::string(kPermitted));
      const bool is_second = mark == '#' ? !step.id.empty() : step.classes.size() == limits::kSelectorNamesMax;
      if (is_second) {
        return fault("has more than one #id or " + std::to_string(limits::kSelectorNamesMax) +
                     " classes in one step; " + std::string(kPermitted));
      }
      if (mark == '#') {
        step.id = name;
      } else {
        step.classes.push_back(name);
      }
    }
    if (at < text.size() && !is_blank(text[at])) {
      const std::string found = is_false_blank(text, at) ? "a full-width blank" : "'" + std::string(1, text[at]) + "'";
      return fault("has " + found + " at character " + std::to_string(count_characters(text.substr(0, at)) + 1) + "; " +
                   std::string(kPermitted));
    }
    selector.steps_.push_back(std::move(step));
  }
  if (selector.steps_.empty()) return fault("is empty; " + std::string(kPermitted));
  selector.text_ = text;
  return {std::move(selector), {}};
}

bool ItemSelector::matches(const ListTree& tree, std::size_t index, const Step& step) {
  const ListNode& node = tree[index];
  if (node.name.empty() || (!step.tag.empty() && !equals_ignoring_case(node.name, step.tag))) return false;
  if (!step.id.empty() && tree.attribute(index, "id") != step.id) return false;
  if (step.classes.empty()) return true;
  const std::string_view classes = tree.attribute(index, "class");
  return std::all_of(step.classes.begin(), step.classes.end(),
                     [classes](const std::string& wanted) { return has_class(classes, wanted); });
}

std::vector<std::uint32_t> ItemSelector::find_below(const ListTree& tree, std::size_t top, std::size_t most) const {
  std::vector<std::uint32_t> found;
  if (tree.empty()) return found;
  // How many of the steps before the last a node and those above it have taken: as early as possible, since a step may
  // be taken by any of those below as well.
  std::vector<std::uint8_t> taken(tree[top].end - top, 0);
  const std::size_t last = steps_.size() - 1;
  for (std::size_t index = top + 1; index < tree[top].end && found.size() < most; ++index) {
    const std::uint8_t before = taken[tree[index].parent - top];
    taken[index - top] = before;
    if (before == last && matches(tree, index, steps_[last])) {
      found.push_back(static_cast<std::uint32_t>(index));
      index = tree[index].end - 1;
    } else if (before < last && matches(tree, index, steps_[before])) {
      ++taken[index - top];
    }
  }
  return found;
}

}  // namespace xuncha
