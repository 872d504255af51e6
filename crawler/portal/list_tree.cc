#include "crawler/portal/list_tree.h"

#include <algorithm>

#include "core/code_points.h"
#include "core/dates.h"
#include "crawler/html_names.h"
#include "crawler/page_containers.h"
#include "crawler/page_hiding.h"
#include "crawler/portal/list_words.h"
#include "crawler/text_collapse.h"

namespace xuncha {
namespace {

constexpr std::uint32_t kTitleCharactersMin = 4;  // 机构概况; shorter link texts are categories and buttons
constexpr std::size_t kTitleBytesRead = 300;      // enough to tell a title from a button

// Of a text of which `bytes_max` are wanted: indentation may stand between them, but not without end.
constexpr std::size_t bytes_read(std::size_t bytes_max) {
  return 4 * bytes_max + 4'000;
}

bool is_inline(std::string_view name) {
  switch (html_name(name)) {
    case HtmlName::kA:
    case HtmlName::kIns:
    case HtmlName::kDel:
    case HtmlName::kWbr:
    case HtmlName::kImg:
    case HtmlName::kOther:  // span, font, b, i, em, strong, ...
      return true;
    default:
      return false;
  }
}

bool never_shown(std::string_view name) {
  switch (html_name(name)) {
    case HtmlName::kScript:
    case HtmlName::kStyle:
    case HtmlName::kTemplate:
    case HtmlName::kNoscript:
    case HtmlName::kHead:
    case HtmlName::kTextarea:
    case HtmlName::kSelect:
    case HtmlName::kIframe:
    case HtmlName::kObject:
      return true;
    default:
      return false;
  }
}

// Words such as left and right say where the designer put a block, not what it is: only side itself counts.
Region region_of(const ListTree& tree, std::size_t index) {
  const std::string_view name = tree[index].name;
  const Region landmark = landmark_region(html_name(name));
  if (landmark != Region::kNone) return landmark;
  if (name == "a" || name == "li" || name == "tr" || name == "body" || is_inline(name)) return Region::kNone;
  const std::string_view id = tree.attribute(index, "id");
  const std::string_view classes = tree.attribute(index, "class");
  if (id.empty() && classes.empty()) return Region::kNone;
  const Region region = word_region(id, classes);
  if (region != Region::kAside) return region;
  for (const std::string_view word : {"side", "aside", "sidebar", "sidenav"}) {
    if (has_name_word(classes, word) || has_name_word(id, word)) return Region::kAside;
  }
  return Region::kNone;
}

bool may_hold_date(std::string_view text) {
  if (text.size() > limits::kListDateTextBytes) return false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (is_ascii_digit(text[at])) return true;
  }
  for (const std::string_view word : {"\xEF\xBC", "天", "刚刚", "小时", "分钟", "〇", "二零", "二○"}) {
    if (text.find(word) != std::string_view::npos) return true;
  }
  return false;
}

// 2024-04, 2024年4月: the half of a date whose day stands in another element.
bool is_year_month(std::string_view text) {
  text = strip_all_space(text);
  if (text.size() < 6 || text.size() > 12) return false;
  std::size_t digits = 0;
  while (digits < text.size() && is_ascii_digit(text[digits])) ++digits;
  if (digits != 4 || (!text.starts_with("19") && !text.starts_with("20"))) return false;
  text.remove_prefix(4);
  const std::string_view separator = text.starts_with("年") ? std::string_view("年") : text.substr(0, 1);
  if (separator != "年" && separator != "-" && separator != "." && separator != "/") return false;
  text.remove_prefix(separator.size());
  digits = 0;
  while (digits < text.size() && is_ascii_digit(text[digits])) ++digits;
  text.remove_prefix(digits);
  return digits >= 1 && digits <= 2 && (text.empty() || text == "月");
}

enum class DatePart : std::uint8_t { kNone, kYear, kRest };

// 2024 or 2024年; 04, 26日, 04月, 04/26, 04-26.
DatePart date_part_of(std::string_view text) {
  text = strip_all_space(text);
  if (text.empty() || text.size() > 12) return DatePart::kNone;
  std::size_t digits = 0;
  while (digits < text.size() && is_ascii_digit(text[digits])) ++digits;
  const std::string_view behind = text.substr(digits);
  const bool is_year = digits == 4 && (text.starts_with("19") || text.starts_with("20"));
  if (is_year) return behind.empty() || behind == "年" ? DatePart::kYear : DatePart::kNone;
  if (digits == 0 || digits > 2) return DatePart::kNone;
  if (behind.empty() || behind == "日" || behind == "月") return DatePart::kRest;
  std::size_t size = behind.starts_with("月") ? 3 : behind[0] == '-' || behind[0] == '/' || behind[0] == '.' ? 1 : 0;
  if (size == 0) return DatePart::kNone;
  const std::size_t first = size;
  while (size < behind.size() && is_ascii_digit(behind[size])) ++size;
  const std::string_view rest = behind.substr(size);
  const bool is_whole = size > first && size - first <= 2 && (rest.empty() || rest == "日");
  return is_whole ? DatePart::kRest : DatePart::kNone;
}

// A day of the week behind it makes a page's clock of a date; in the rows of a list every row has one.
bool is_row_clock(const FoundDate& date, WallTime now) {
  return date.role == DateRole::kClock && date.label_begin == date.begin && date.day != beijing_day(now);
}

bool has_item_date(std::string_view text, WallTime now) {
  if (!may_hold_date(text)) return false;
  const FoundDates found = find_dates(text, now);
  const bool has_date = std::any_of(found.dates.begin(), found.dates.end(), [now](const FoundDate& date) {
    return date.place != DatePlace::kSentence && (date.role != DateRole::kClock || is_row_clock(date, now));
  });
  return has_date || is_year_month(text);
}

}  // namespace

bool has_any_name_word(std::string_view names, std::span<const std::string_view> words) {
  constexpr std::size_t kBytesRead = 256;
  names = names.substr(0, kBytesRead);
  std::size_t at = 0;
  while (at < names.size()) {
    const std::size_t begin = at;
    bool after_small = false;
    for (; at < names.size() && is_ascii_alpha(names[at]); ++at) {
      const bool is_capital = names[at] >= 'A' && names[at] <= 'Z';
      if (is_capital && after_small) break;
      after_small = !is_capital;
    }
    if (at == begin) {
      ++at;
      continue;
    }
    const std::string_view name = names.substr(begin, at - begin);
    for (const std::string_view word : words) {
      if (equals_ignoring_case(name, word)) return true;
    }
  }
  return false;
}

std::uint32_t count_shown_characters(std::string_view text) {
  CollapsedText collapsed(0);
  collapsed.append(text, HtmlText::kRaw);
  return static_cast<std::uint32_t>(collapsed.characters());
}

std::string collapse_text(std::string_view text, std::size_t bytes_max) {
  CollapsedText collapsed(bytes_max);
  collapsed.append(text.substr(0, bytes_read(bytes_max)), HtmlText::kRaw);
  return collapsed.take();
}

std::string_view ListTree::attribute(std::size_t index, std::string_view name) const {
  return nodes_[index].node.attribute(name).value_or(std::string_view());
}

ListTree ListTree::build(HtmlNode root, WallTime now) {
  ListTree tree;
  std::vector<std::uint32_t> open;  // the path to the node visited
  bool is_too_large = false;
  HtmlTree::walk(root, [&](HtmlNode node, std::size_t depth) {
    if (tree.nodes_.size() >= limits::kListNodesMax) is_too_large = true;
    if (is_too_large) return;
    const auto index = static_cast<std::uint32_t>(tree.nodes_.size());
    while (open.size() > depth) {
      tree.nodes_[open.back()].end = index;
      open.pop_back();
    }
    tree.add(node, open.empty() ? 0 : open.back(), static_cast<std::uint32_t>(depth));
    open.push_back(index);
  });
  if (is_too_large) return {};
  for (const std::uint32_t index : open) tree.nodes_[index].end = static_cast<std::uint32_t>(tree.nodes_.size());
  tree.read_styles();
  tree.sum_up(now);
  return tree;
}

void ListTree::add(HtmlNode node, std::uint32_t parent, std::uint32_t depth) {
  ListNode added;
  added.node = node;
  added.parent = parent;
  added.depth = depth;
  const HtmlNodeType type = node.type();
  added.is_text = type == HtmlNodeType::kText;
  if (type == HtmlNodeType::kElement) added.name = node.name();
  const bool is_top = nodes_.empty();
  const bool is_parent_shown = is_top || nodes_[parent].is_shown;
  added.in_link = !is_top && (nodes_[parent].in_link || nodes_[parent].name == "a");
  added.is_shown = is_parent_shown && (added.is_text || type == HtmlNodeType::kElement || is_top) &&
                   !(type == HtmlNodeType::kElement && never_shown(added.name));
  added.region = is_top ? Region::kNone : nodes_[parent].region;
  nodes_.push_back(added);
  if (type != HtmlNodeType::kElement) return;
  ListNode& made = nodes_.back();
  const std::size_t index = nodes_.size() - 1;
  if (style_hides(attribute(index, "style")) || made.node.attribute("hidden")) made.is_shown = false;
  const bool is_named = !made.is_text && made.name != "a" && made.name != "body" && made.name != "html";
  if (is_named) made.is_pager = is_pager_name(attribute(index, "class")) || is_pager_name(attribute(index, "id"));
  if (made.region != Region::kNav && made.region != Region::kFooter) {
    const Region own = region_of(*this, index);
    if (own != Region::kNone) made.region = own;
  }
}

// What simple rules of the page's own style sheets hide.
void ListTree::read_styles() {
  HiddenSelectors selectors;
  for (const ListNode& node : nodes_) {
    if (node.name != "style") continue;
    for (std::size_t child = 0; child < node.node.child_count(); ++child) {
      selectors.add_style_sheet(node.node.child(child).text());
    }
  }
  if (selectors.empty()) return;
  for (std::size_t index = 1; index < nodes_.size(); ++index) {
    ListNode& node = nodes_[index];
    if (!nodes_[node.parent].is_shown) node.is_shown = false;
    if (node.name.empty() || !node.is_shown) continue;
    if (selectors.hides(attribute(index, "id"), attribute(index, "class"))) node.is_shown = false;
  }
}

void ListTree::sum_up(WallTime now) {
  shown_before_.assign(nodes_.size() + 1, 0);
  DatePart last = DatePart::kNone;  // of the text before
  for (std::size_t index = 0; index < nodes_.size(); ++index) {
    ListNode& node = nodes_[index];
    if (node.is_text && node.is_shown) {
      const std::string_view text = node.node.text();
      node.characters = count_shown_characters(text);
      if (node.characters != 0 && has_item_date(text, now)) node.dates = 1;
      if (node.characters != 0) {
        const DatePart part = date_part_of(text);
        // 04月 and 2024年, 04/26 and 2024 in two elements are one date.
        const bool makes_one = (part == DatePart::kYear && last == DatePart::kRest) ||
                               (part == DatePart::kRest && last == DatePart::kYear);
        if (makes_one) node.dates = 1;
        last = part;
      }
    }
    shown_before_[index + 1] = shown_before_[index] + (node.is_text ? node.characters : 0);
  }
  for (std::size_t index = nodes_.size(); index-- > 1;) {
    ListNode& node = nodes_[index];
    if (node.name == "a" && node.is_shown && !node.in_link) {
      const bool is_title = node.characters >= kTitleCharactersMin && !is_chrome_text(text_of(index, kTitleBytesRead));
      node.titles = is_title ? 1 : 0;
      node.links = 1;
    }
    if (!node.is_shown) continue;
    ListNode& parent = nodes_[node.parent];
    parent.characters += node.characters;
    parent.titles += node.titles;
    parent.dates += node.dates;
    parent.links += node.links;
  }
}

std::string ListTree::text(std::size_t begin, std::size_t end, TextJoin join, std::size_t bytes_max) const {
  CollapsedText collapsed(bytes_max);
  for (std::size_t index = begin; index < end; ++index) {
    const ListNode& node = nodes_[index];
    if (!node.is_shown) {
      index = std::max<std::size_t>(node.end, index + 1) - 1;
      continue;
    }
    if (node.is_text) {
      if (join == TextJoin::kPieces) collapsed.add_break();
      collapsed.append(node.node.text().substr(0, bytes_read(bytes_max)), HtmlText::kRaw);
    } else if (!is_inline(node.name)) {
      collapsed.add_break();
    }
    if (collapsed.text().size() + 4 >= bytes_max) break;
  }
  return collapsed.take();
}

std::string ListTree::text_of(std::size_t index, std::size_t bytes_max) const {
  return text(index, nodes_[index].end, TextJoin::kWords, bytes_max);
}

std::string ListTree::path(std::size_t index) const {
  constexpr std::size_t kStepsMax = 64;  // deeper ones are cut at the top
  std::vector<std::string> steps;
  for (; index != 0 && steps.size() < kStepsMax; index = nodes_[index].parent) {
    const ListNode& node = nodes_[index];
    if (node.name.empty()) continue;
    std::string step(node.name);
    std::string_view classes = attribute(index, "class");
    for (int taken = 0; !classes.empty() && taken < 2;) {
      const std::size_t end = std::min(classes.find_first_of(" \t\n"), classes.size());
      std::string name;
      for (const char c : classes.substr(0, end)) {
        if (is_ascii_alpha(c) || c == '-' || c == '_') name.push_back(c);
      }
      classes.remove_prefix(std::min(end + 1, classes.size()));
      if (name.empty()) continue;
      step += '.';
      step += name.substr(0, 40);
      ++taken;
    }
    steps.push_back(std::move(step));
    if (node.name == "body") break;
  }
  std::string path;
  for (std::size_t step = steps.size(); step-- > 0;) {
    if (!path.empty()) path += '>';
    path += steps[step];
  }
  return path;
}

}  // namespace xuncha
