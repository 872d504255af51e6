#include "crawler/portal/day_groups.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "core/url_shape.h"
#include "crawler/portal/list_miner.h"

namespace xuncha {
namespace {

constexpr std::uint32_t kHeadingCharacters = 30;  // 2024年05月06日（星期一）
constexpr int kWrappersMax = 3;                   // elements around a day's heading and its items
constexpr std::size_t kDaysMin = 2;               // one alone may be of anything
constexpr std::size_t kItemsMin = 3;
constexpr std::size_t kHeadingBytes = 120;

enum class PartKind : std::uint8_t { kDay, kItems, kOther };

// What stands below a container, as far as it holds titles or dates.
struct Part {
  std::uint32_t node = 0;
  PartKind kind = PartKind::kOther;
};

// Whether the first text is a day with the day of the week. That of today reads as a page's clock, and so as no date of
// an item; it may be the first heading.
bool begins_with_clock(const ListTree& tree, std::uint32_t top, const ListPage& page) {
  for (std::uint32_t index = top; index < tree[top].end;) {
    const ListNode& node = tree[index];
    if (node.is_shown && node.is_text && node.characters != 0) {
      if (node.in_link || node.characters > kHeadingCharacters) return false;
      const std::string text = collapse_text(node.node.text(), kHeadingBytes);
      const bool has_day_of_week = text.find("星期") != std::string::npos || text.find("周") != std::string::npos;
      return has_day_of_week && read_day_heading(text, page.now);
    }
    index = node.characters == 0 ? std::max(node.end, index + 1) : index + 1;
  }
  return false;
}

bool is_alike(const ListTree& tree, std::uint32_t left, std::uint32_t right) {
  return tree[left].depth == tree[right].depth && tree[left].name == tree[right].name;
}

void read_parts(const ListTree& tree, std::size_t around, int wrappers, const ListPage& page,
                std::vector<Part>& parts) {
  for (std::uint32_t child = static_cast<std::uint32_t>(around) + 1; child < tree[around].end;
       child = tree[child].end) {
    const ListNode& node = tree[child];
    if (!node.is_shown || node.characters == 0) continue;
    if (parts.size() > 2 * limits::kListItemsMax) return;
    const bool has_clock = node.dates == 0 && begins_with_clock(tree, child, page);
    const std::uint32_t dates = has_clock ? 1 : node.dates;
    if (node.titles == 0) {
      if (dates == 0) {  // a heading as those of the days, which says no day
        const bool is_heading = std::any_of(parts.begin(), parts.end(), [&](Part part) {
          return part.kind == PartKind::kDay && is_alike(tree, part.node, child) &&
                 tree.path(part.node) == tree.path(child);
        });
        if (is_heading) parts.push_back({child, PartKind::kOther});
        continue;
      }
      const bool is_day = dates == 1 && node.links == 0 && node.characters <= kHeadingCharacters;
      parts.push_back({child, is_day ? PartKind::kDay : PartKind::kOther});
    } else if (dates == 0) {
      parts.push_back({child, PartKind::kItems});
    } else if (dates == 1 && node.name != "a" && wrappers < kWrappersMax) {
      read_parts(tree, child, wrappers + 1, page, parts);
    } else {
      parts.push_back({child, PartKind::kOther});
    }
  }
}

struct DayGroup {
  std::uint32_t day = 0;
  std::vector<std::uint32_t> parts;  // the elements with its items
};

bool is_breadcrumb(const ListTree& tree, std::uint32_t node) {
  const std::string text = tree.text_of(node, kHeadingBytes);
  return text.find("位置") != std::string::npos || text.find("首页") != std::string::npos;
}

// Whether what stands before the first day is built as what stands under the days, or as a block of them.
bool is_of_list(const ListTree& tree, std::uint32_t part, std::uint32_t lead) {
  while (tree[lead].depth > tree[part].depth) lead = tree[lead].parent;
  if (!is_alike(tree, part, lead) || is_breadcrumb(tree, part)) return false;
  return tree[part].titles > 1 || tree.path(part) == tree.path(lead);
}

// The days with what stands under each; empty where something else stands between, or before the first.
std::vector<DayGroup> group(const ListTree& tree, const std::vector<Part>& parts) {
  const auto first = std::find_if(parts.begin(), parts.end(), [](Part part) { return part.kind == PartKind::kDay; });
  if (parts.end() - first < 2 || first[1].kind != PartKind::kItems) return {};
  const std::uint32_t lead = first[1].node;
  const bool has_more_before = std::any_of(parts.begin(), first, [&](Part part) {
    return part.kind == PartKind::kItems && is_of_list(tree, part.node, lead);
  });
  if (has_more_before) return {};
  const std::string path = tree.path(first->node);
  std::vector<DayGroup> groups;
  for (auto part = first; part != parts.end(); ++part) {
    if (part->kind == PartKind::kItems && is_alike(tree, part->node, lead)) {
      groups.back().parts.push_back(part->node);
    } else if (part->kind == PartKind::kDay && is_alike(tree, part->node, first->node) &&
               tree.path(part->node) == path) {
      if (!groups.empty() && groups.back().parts.empty()) return {};
      groups.push_back({part->node, {}});
    } else {
      // Behind the last day stands what is not of the list.
      const bool goes_on = std::any_of(part, parts.end(), [](Part rest) { return rest.kind == PartKind::kDay; });
      if (goes_on) return {};
      break;
    }
  }
  if (groups.size() < kDaysMin || groups.back().parts.empty()) return {};
  return groups;
}

// Newest first, none twice.
bool is_in_order(const std::vector<CivilDay>& days) {
  return std::adjacent_find(days.begin(), days.end(), [](CivilDay left, CivilDay right) { return left <= right; }) ==
         days.end();
}

bool are_days_in_order(const ListTree& tree, const std::vector<DayGroup>& groups, const ListPage& page) {
  std::vector<CivilDay> days;
  for (const DayGroup& each : groups) {
    const auto date = read_day_heading(tree.text_of(each.day, kHeadingBytes), page.now);
    if (!date) return false;
    days.push_back(date->day);
  }
  return is_in_order(days);
}

bool is_item_element(std::string_view name) {
  return name == "li" || name == "tr" || name == "dd" || name == "p" || name == "a";
}

// How deep the items stand: as those of the first element that holds several, or as the elements themselves.
std::uint32_t item_depth(const ListTree& tree, const std::vector<DayGroup>& groups) {
  for (const DayGroup& each : groups) {
    for (const std::uint32_t part : each.parts) {
      if (tree[part].titles == 1) continue;
      for (std::uint32_t index = part; index < tree[part].end;) {
        const ListNode& node = tree[index];
        if (node.titles != 0 && (node.titles == 1 || is_item_element(node.name))) return node.depth;
        index = node.titles == 0 ? std::max(node.end, index + 1) : index + 1;
      }
    }
  }
  return tree[groups.front().parts.front()].depth;
}

std::vector<RecordRange> items_of(const ListTree& tree, const std::vector<DayGroup>& groups) {
  const std::uint32_t depth = item_depth(tree, groups);
  std::vector<RecordRange> items;
  for (const DayGroup& each : groups) {
    for (const std::uint32_t part : each.parts) {
      std::uint32_t titles = 0;
      for (std::uint32_t index = part; index < tree[part].end;) {
        const ListNode& node = tree[index];
        const bool is_item = node.titles != 0 && node.depth == depth;
        if (is_item && items.size() < limits::kListItemsMax) {
          items.push_back({index, node.end, each.day});
          titles += node.titles;
        }
        index = is_item || node.titles == 0 ? std::max(node.end, index + 1) : index + 1;
      }
      if (titles != tree[part].titles) return {};
    }
  }
  return items;
}

std::size_t title_link_of(const ListTree& tree, RecordRange item) {
  for (std::size_t index = item.begin; index < item.end; ++index) {
    if (tree[index].name == "a" && tree[index].titles == 1) return index;
  }
  return item.begin;
}

// Whether each of them is an item, and not part of one: the links of a list's items lead to addresses of one kind, each
// to its own.
bool have_own_addresses(const ListTree& tree, const std::vector<RecordRange>& items, const ListPage& page) {
  constexpr std::size_t kShareOf = 10;
  constexpr std::size_t kMostly = 8;
  std::set<std::string> addresses;
  std::multiset<std::string> families;
  for (const RecordRange& item : items) {
    const auto url = link_target(tree, title_link_of(tree, item), page.base);
    if (!url || !addresses.insert(url->href()).second) return false;
    families.insert(url_template(*url));
  }
  return std::any_of(families.begin(), families.end(), [&](const std::string& family) {
    return families.count(family) * kShareOf >= items.size() * kMostly;
  });
}

bool are_items(const ListTree& tree, const std::vector<DayGroup>& groups, const std::vector<RecordRange>& items,
               const ListPage& page) {
  if (items.size() < kItemsMin || items.size() <= groups.size()) return false;
  const std::string_view name = tree[items.front().begin].name;
  const bool is_one_kind =
      std::all_of(items.begin(), items.end(), [&](const RecordRange& item) { return tree[item.begin].name == name; });
  if (!is_one_kind) return false;
  const std::string_view around = tree[tree[items.front().begin].parent].name;
  if (name == "tr" || (name == "li" && (around == "ul" || around == "ol"))) return true;
  if (!have_own_addresses(tree, items, page)) return false;
  if (name == "dd" || name == "p" || name == "div" || name == "li") return true;
  // As many behind each date may be the parts of one item.
  const auto count_of = [&](std::uint32_t day) {
    return std::count_if(items.begin(), items.end(), [day](const RecordRange& item) { return item.day == day; });
  };
  const auto first = count_of(groups.front().day);
  return std::any_of(groups.begin(), groups.end(), [&](const DayGroup& each) { return count_of(each.day) != first; });
}

// --- rows -----------------------------------------------------------------------------------------------------------

std::uint32_t rows_spanned(const ListTree& tree, std::uint32_t cell) {
  constexpr std::uint32_t kRowsMax = 65'534;  // HTML standard, 4.9.11
  const std::string_view written = tree.attribute(cell, "rowspan");
  std::uint32_t rows = 1;
  const auto read = std::from_chars(written.data(), written.data() + written.size(), rows);
  return read.ec == std::errc() ? std::clamp<std::uint32_t>(rows, 1, kRowsMax) : 1;
}

bool may_be_day_cell(const ColumnHeads& heads, std::size_t position) {
  if (position >= 64 || (heads.others >> position & 1) != 0) return false;
  return !heads.date || *heads.date == position;
}

// The cell of a row that holds its day and nothing else.
std::optional<std::size_t> day_cell(const ListTree& tree, const std::vector<std::size_t>& cells,
                                    const ColumnHeads& heads, const ListPage& page) {
  for (std::size_t position = 0; position < cells.size(); ++position) {
    const ListNode& cell = tree[cells[position]];
    if (cell.dates != 1 || cell.titles != 0 || !may_be_day_cell(heads, position)) continue;
    if (read_day_heading(tree.text_of(cells[position], kHeadingBytes), page.now)) return position;
  }
  return std::nullopt;
}

std::size_t share_spanned(const ListTree& tree, std::size_t container, const ColumnHeads& heads,
                          std::vector<RecordRange>& rows, const ListPage& page) {
  std::size_t shared = 0;
  std::uint32_t left = 0;  // rows below that the cell spans
  std::uint32_t day = 0;
  auto record = rows.begin();
  for (std::uint32_t child = static_cast<std::uint32_t>(container) + 1; child < tree[container].end;
       child = tree[child].end) {
    if (tree[child].name != "tr") continue;
    while (record != rows.end() && record->begin < child) ++record;
    if (left > 0) {
      --left;
      if (tree[child].dates != 0) left = 0;  // a day of its own: whose the rows below are is not known
      if (record != rows.end() && record->begin == child && tree[child].dates == 0) {
        record->day = day;
        ++shared;
      }
      continue;
    }
    if (tree[child].dates == 0) continue;
    const std::vector<std::size_t> cells = cells_of(tree, child);
    const auto position = day_cell(tree, cells, heads, page);
    if (!position) continue;
    day = static_cast<std::uint32_t>(cells[*position]);
    left = rows_spanned(tree, day) - 1;
  }
  return shared;
}

std::size_t share_above_empty(const ListTree& tree, std::size_t container, const ColumnHeads& heads,
                              std::vector<RecordRange>& rows, const ListPage& page) {
  const std::vector<std::size_t> first = cells_of(tree, rows.front().begin);
  const auto position = day_cell(tree, first, heads, page);
  if (!position) return 0;
  std::vector<RecordRange> made = rows;
  std::vector<CivilDay> days;
  std::uint32_t cell = 0;  // of the day
  for (RecordRange& row : made) {
    const std::vector<std::size_t> cells = cells_of(tree, row.begin);
    if (cells.size() != first.size()) return 0;
    const ListNode& own = tree[cells[*position]];
    if (own.characters != 0) {
      const auto date = read_day_heading(tree.text_of(cells[*position], kHeadingBytes), page.now);
      if (!date || tree[row.begin].dates != 1) return 0;
      days.push_back(date->day);
      cell = static_cast<std::uint32_t>(cells[*position]);
    } else if (tree[row.begin].dates != 0) {
      return 0;
    } else {
      row.day = cell;
    }
  }
  // A table that gives each row its day leaves out few of them.
  const std::size_t shared = rows.size() - days.size();
  const bool is_by_day = days.size() >= kDaysMin && shared * 2 >= days.size() && is_in_order(days);
  if (!is_by_day || tree[container].dates != days.size()) return 0;
  rows = std::move(made);
  return shared;
}

}  // namespace

std::vector<RecordRange> read_day_groups(const ListTree& tree, std::size_t container, const ListPage& page) {
  const ListNode& node = tree[container];
  if (node.dates == 0 || node.titles <= node.dates) return {};
  std::vector<Part> parts;
  read_parts(tree, container, 0, page, parts);
  const std::vector<DayGroup> groups = group(tree, parts);
  if (groups.empty() || !are_days_in_order(tree, groups, page)) return {};
  std::vector<RecordRange> items = items_of(tree, groups);
  return are_items(tree, groups, items, page) ? items : std::vector<RecordRange>();
}

std::size_t share_days_of_rows(const ListTree& tree, std::size_t container, const ColumnHeads& heads,
                               std::vector<RecordRange>& rows, const ListPage& page) {
  if (rows.size() < kItemsMin) return 0;
  const std::size_t spanned = share_spanned(tree, container, heads, rows, page);
  return spanned != 0 ? spanned : share_above_empty(tree, container, heads, rows, page);
}

}  // namespace xuncha
