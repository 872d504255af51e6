#include "crawler/portal/list_miner.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "crawler/portal/day_groups.h"

namespace xuncha {
namespace {

constexpr std::size_t kDatedMin = 3;               // records that make a list where they have dates
constexpr std::size_t kUndatedMin = 5;             // and where they have none
constexpr std::uint32_t kDateUnitCharacters = 60;  // of a sibling that is a date and little more
constexpr std::size_t kGroupDistanceMax = 2;  // levels that the containers of two groups stand below their common one
constexpr std::chrono::days kGroupDisorder{
    7};  // that the first of a group may be newer than the last of the one before

enum class UnitKind : std::uint8_t { kNeutral, kTitle, kDatedTitle, kDate, kOther };

// A child of a container, as a part of what may repeat there.
struct Unit {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  UnitKind kind = UnitKind::kNeutral;
  std::string_view name;
};

// A row of two items: title, date, title, date, each in cells of their own or in one.
bool holds_two_items(const ListTree& tree, std::uint32_t row) {
  int items = 0;
  bool has_title = false;
  for (std::uint32_t cell = row + 1; cell < tree[row].end; cell = tree[cell].end) {
    const ListNode& node = tree[cell];
    if (node.titles == 1 && node.dates == 1) {
      ++items;
      has_title = false;
    }
    if (node.titles > 0 && node.dates == 0) has_title = true;
    if (has_title && node.titles == 0 && node.dates > 0) {
      ++items;
      has_title = false;
    }
  }
  return items >= 2;
}

UnitKind unit_kind(const ListTree& tree, std::uint32_t index) {
  const ListNode& node = tree[index];
  if (!node.is_shown || node.characters == 0) return UnitKind::kNeutral;
  const bool is_small = node.characters <= limits::kListRecordCharacters;
  const bool is_group = node.titles >= 2 && node.dates >= 2 && (node.name != "tr" || holds_two_items(tree, index));
  if (node.titles >= 1 && node.titles <= 3 && node.dates <= 4 && is_small && !is_group) {
    return node.dates == 0 ? UnitKind::kTitle : UnitKind::kDatedTitle;
  }
  if (node.titles > 0) return UnitKind::kOther;
  if (node.dates == 0) return node.characters <= kDateUnitCharacters ? UnitKind::kNeutral : UnitKind::kOther;
  // A row whose link is only [详细], or one that lost its link.
  constexpr std::uint32_t kTitleBesideDate = 16;
  const bool is_row = node.name == "tr" || node.name == "li" || node.name == "dl";
  if (is_row && node.dates <= 4 && is_small && node.characters >= kTitleBesideDate) {
    return node.links != 0 ? UnitKind::kDatedTitle : UnitKind::kDate;
  }
  return node.characters <= kDateUnitCharacters && node.dates <= 2 ? UnitKind::kDate : UnitKind::kOther;
}

std::vector<Unit> read_units(const ListTree& tree, std::size_t container) {
  std::vector<Unit> units;
  for (std::uint32_t child = static_cast<std::uint32_t>(container) + 1; child < tree[container].end;) {
    const ListNode& node = tree[child];
    Unit unit{child, node.end, unit_kind(tree, child), node.name};
    if (node.end - child > limits::kListRecordNodes && unit.kind != UnitKind::kNeutral) unit.kind = UnitKind::kOther;
    units.push_back(unit);
    child = node.end;
  }
  return units;
}

bool is_title(const Unit& unit) {
  return unit.kind == UnitKind::kTitle || unit.kind == UnitKind::kDatedTitle;
}

// The name of the elements that most titles stand in; of two the one that comes first.
std::string_view leading_name(const std::vector<Unit>& units) {
  struct Count {
    std::string_view name;
    std::size_t count = 0;
  };
  std::vector<Count> counts;  // few: names of elements that siblings have
  for (const Unit& unit : units) {
    if (!is_title(unit)) continue;
    auto known = std::find_if(counts.begin(), counts.end(), [&](const Count& one) { return one.name == unit.name; });
    if (known == counts.end()) {
      if (counts.size() >= 16) continue;
      known = counts.insert(counts.end(), {unit.name, 0});
    }
    ++known->count;
  }
  const auto most = std::max_element(counts.begin(), counts.end(),
                                     [](const Count& left, const Count& right) { return left.count < right.count; });
  return most == counts.end() ? std::string_view() : most->name;
}

// Every unit with the leading name is an item.
void take_wrapped(const ListTree& tree, const std::vector<Unit>& units, std::string_view name, ListCandidate& list) {
  for (const Unit& unit : units) {
    if (list.records.size() >= limits::kListItemsMax) break;
    if (unit.name != name) continue;
    const bool lost_its_link = unit.kind == UnitKind::kDate && tree[unit.begin].characters > 16;
    if (!is_title(unit) && !lost_its_link) continue;
    list.records.push_back({unit.begin, unit.end});
    list.dated += unit.kind == UnitKind::kTitle ? 0 : 1;
  }
}

// Blocks before and behind that are of another class and have no date: the page's header, its footer, a choice of
// years.
void leave_out_frame(const ListTree& tree, ListCandidate& list) {
  const auto is_dated = [&tree](const RecordRange& record) { return tree[record.begin].dates != 0; };
  const auto first = std::find_if(list.records.begin(), list.records.end(), is_dated);
  if (first == list.records.end() || list.dated * 10 < list.records.size() * 6) return;
  const std::string_view own = tree.attribute(first->begin, "class");
  const auto is_frame = [&](const RecordRange& record) {
    return !is_dated(record) && tree.attribute(record.begin, "class") != own;
  };
  const auto alike =
      static_cast<std::size_t>(std::count_if(list.records.begin(), list.records.end(), [&](const RecordRange& record) {
        return is_dated(record) && tree.attribute(record.begin, "class") == own;
      }));
  if (own.empty() || alike * 10 < list.dated * 8) return;
  while (is_frame(list.records.back())) list.records.pop_back();
  list.records.erase(list.records.begin(), std::find_if_not(list.records.begin(), list.records.end(), is_frame));
}

bool is_heading(std::string_view name) {
  return name == "dt" || (name.size() == 2 && name[0] == 'h' && name[1] >= '1' && name[1] <= '6');
}

// Titles first and titles last, with dates between that are headings or stand beside several titles: whether a date is
// of what stands before or behind it is not known.
bool are_dates_in_doubt(const ListTree& tree, const std::vector<Unit>& units, std::string_view name) {
  const auto is_lead = [name](const Unit& unit) { return is_title(unit) && unit.name == name; };
  const auto is_date = [](const Unit& unit) { return unit.kind == UnitKind::kDate; };
  const auto first = std::find_if(units.begin(), units.end(), is_date);
  const auto last = std::find_if(units.rbegin(), units.rend(), is_date);
  if (std::none_of(units.begin(), first, is_lead) || std::none_of(units.rbegin(), last, is_lead)) return false;
  return std::any_of(units.begin(), units.end(), [&](const Unit& unit) {
    return is_date(unit) ? is_heading(unit.name) : is_lead(unit) && tree[unit.begin].titles > 1;
  });
}

// An item begins at every unit with the leading name, or at the date before it where dates come first.
void take_segments(const ListTree& tree, const std::vector<Unit>& units, std::string_view name, ListCandidate& list) {
  const auto is_first = [name](const Unit& unit) { return is_title(unit) && unit.name == name; };
  const auto first_title = std::find_if(units.begin(), units.end(), is_first);
  const bool date_first =
      std::any_of(units.begin(), first_title, [](const Unit& unit) { return unit.kind == UnitKind::kDate; });
  const bool in_doubt = are_dates_in_doubt(tree, units, name);
  bool has_date = false;
  bool has_title = false;
  const auto close = [&] {
    if (!list.records.empty() && has_title && has_date) ++list.dated;
    if (!list.records.empty() && !has_title) list.records.pop_back();
    has_date = has_title = false;
  };
  for (const Unit& unit : units) {
    const bool is_lead = is_title(unit) && unit.name == name;
    const bool begins = date_first ? unit.kind == UnitKind::kDate && (has_title || list.records.empty()) : is_lead;
    if (begins) {
      close();
      if (list.records.size() >= limits::kListItemsMax) return;
      list.records.push_back({unit.begin, unit.end});
    } else if (list.records.empty()) {
      continue;
    } else if (unit.kind == UnitKind::kOther || in_doubt) {
      continue;
    } else if (unit.kind != UnitKind::kNeutral) {
      list.records.back().end = unit.end;
    }
    has_title = has_title || is_lead;
    has_date = has_date || unit.kind == UnitKind::kDate || unit.kind == UnitKind::kDatedTitle;
  }
  close();
}

// How far below an item its title stands; nothing where it has none.
std::optional<std::uint32_t> title_depth(const ListTree& tree, RecordRange record) {
  for (std::uint32_t index = record.begin; index < record.end; ++index) {
    const ListNode& node = tree[index];
    if (node.name == "a" && node.titles == 1) return node.depth - tree[record.begin].depth;
    if (node.titles == 0 && index != record.begin) index = std::max(node.end, index + 1) - 1;
  }
  return std::nullopt;
}

// Items of one list are built alike; the sections of a page are not.
bool are_alike(const ListTree& tree, const std::vector<RecordRange>& records) {
  constexpr std::size_t kDepths = 16;
  std::size_t counts[kDepths] = {};
  std::size_t most = 0;
  std::size_t titled = 0;
  for (const RecordRange& record : records) {
    const auto depth = title_depth(tree, record);
    if (!depth) continue;
    ++titled;
    most = std::max(most, ++counts[std::min<std::size_t>(*depth, kDepths - 1)]);
  }
  return most * 10 >= titled * 6;
}

ListCandidate candidate_at(const ListTree& tree, std::size_t container, const ListPage& page) {
  ListCandidate list;
  list.container = static_cast<std::uint32_t>(container);
  list.records = read_day_groups(tree, container, page);
  list.dated = list.records.size();
  if (!list.records.empty()) return list;
  const std::vector<Unit> units = read_units(tree, container);
  const std::string_view name = leading_name(units);
  if (name.empty()) return list;
  std::size_t leads = 0;
  std::size_t dated_leads = 0;
  std::size_t dates_beside = 0;
  for (const Unit& unit : units) {
    const bool is_lead = is_title(unit) && unit.name == name;
    leads += is_lead ? 1 : 0;
    dated_leads += is_lead && unit.kind == UnitKind::kDatedTitle ? 1 : 0;
    dates_beside += unit.kind == UnitKind::kDate ? 1 : 0;
    dates_beside += !is_lead && unit.kind == UnitKind::kDatedTitle && unit.name != name ? 1 : 0;
  }
  const bool beside = dated_leads * 10 < leads * 6 && dates_beside * 10 >= leads * 6;
  if (beside) {
    take_segments(tree, units, name, list);
  } else {
    take_wrapped(tree, units, name, list);
    if (name != "li" && name != "tr" && name != "dl") leave_out_frame(tree, list);
    if (!are_alike(tree, list.records)) list.records.clear();
  }
  list.is_fragment = list.records.size() < kDatedMin;
  const bool is_row = tree.is_element(container, "tr") || tree.is_element(container, "li") ||
                      tree.is_element(container, "dl") || tree.is_element(container, "p");
  if (beside && list.records.size() == 1 && !is_row) list.records.clear();
  if (tree.is_element(container, "tbody") || tree.is_element(container, "table") || tree.is_element(container, "ul")) {
    // The heads stand in a row before the first item: of this body, of the table's head, or in the item list's own row.
    std::size_t table = container;
    while (table != 0 && tree.is_element(table, "tbody")) table = tree[table].parent;
    const std::size_t first = list.records.empty() ? tree[container].end : list.begin();
    constexpr std::size_t kNodesBefore = 500;  // a table begins with its heads
    for (std::size_t index = table + 1; index < std::min(first, table + kNodesBefore); ++index) {
      if (list.heads || list.heads.others != 0) break;
      const bool is_row_like = tree[index].name == "tr" || (tree[container].name == "ul" && tree[index].name == "li");
      if (is_row_like) list.heads = read_column_heads(tree, index);
    }
  }
  if (!beside && name == "tr") list.dated += share_days_of_rows(tree, container, list.heads, list.records, page);
  return list;
}

bool is_mostly_dated(const ListCandidate& list) {
  return !list.records.empty() && list.dated * 10 >= list.records.size() * 6;
}

bool may_hold_list(const ListTree& tree, std::size_t index) {
  const ListNode& node = tree[index];
  if (node.name.empty() || node.in_link || node.name == "a") return false;
  return node.links != 0;
}

// --- joining groups -------------------------------------------------------------------------------------------------

std::optional<CivilDay> day_of(const ListTree& tree, RecordRange record, const ListCandidate& list,
                               const ListPage& page) {
  const RawItem item = read_item(tree, record, list.heads, page);
  return item.date ? std::optional(item.date->day) : std::nullopt;
}

bool has_tab_name(const ListTree& tree, std::size_t index) {
  for (const std::string_view word : {"tab", "tabs", "tabcon", "tabcontent", "tabbox", "tabpane"}) {
    if (has_name_word(tree.attribute(index, "class"), word)) return true;
    if (has_name_word(tree.attribute(index, "id"), word)) return true;
  }
  return false;
}

// Whether the containers stand near each other below one element, and neither in the panes of tabs.
bool are_near(const ListTree& tree, std::uint32_t left, std::uint32_t right) {
  for (std::size_t step = 0; step <= kGroupDistanceMax; ++step) {
    if (left == right) return step != 0;
    if (left == 0 || right == 0 || has_tab_name(tree, left) || has_tab_name(tree, right)) return false;
    left = tree[left].parent;
    right = tree[right].parent;
  }
  return false;
}

bool same_shape(const ListTree& tree, const ListCandidate& left, const ListCandidate& right) {
  return tree[left.container].depth == tree[right.container].depth &&
         tree[left.container].name == tree[right.container].name &&
         tree[left.records.front().begin].name == tree[right.records.front().begin].name &&
         tree.path(left.container) == tree.path(right.container);
}

enum class Join : std::uint8_t { kNo, kLoose, kYes };

Join joins(const ListTree& tree, const ListCandidate& left, const ListCandidate& right, const ListPage& page) {
  if (tree.characters_between(left.end(), right.begin()) != 0) return Join::kNo;
  if (left.records.size() + right.records.size() > limits::kListItemsMax) return Join::kNo;
  const auto last = day_of(tree, left.records.back(), left, page);
  const auto first = day_of(tree, right.records.front(), right, page);
  if (!last || !first) return Join::kNo;
  const bool goes_on = std::chrono::sys_days(*first) <= std::chrono::sys_days(*last) + kGroupDisorder;
  return goes_on ? Join::kYes : Join::kLoose;
}

std::vector<ListCandidate> join_groups(const ListTree& tree, std::vector<ListCandidate> found, const ListPage& page) {
  std::vector<ListCandidate> joined;
  std::uint32_t last_container = 0;  // of what was joined last
  for (ListCandidate& list : found) {
    const bool may_be_next = !joined.empty() && is_mostly_dated(joined.back()) && is_mostly_dated(list) &&
                             list.begin() >= joined.back().end() && are_near(tree, last_container, list.container) &&
                             same_shape(tree, joined.back(), list);
    const Join join = may_be_next ? joins(tree, joined.back(), list, page) : Join::kNo;
    last_container = list.container;
    if (join == Join::kNo) {
      joined.push_back(std::move(list));
      continue;
    }
    ListCandidate& whole = joined.back();
    whole.records.insert(whole.records.end(), list.records.begin(), list.records.end());
    whole.dated += list.dated;
    whole.is_loose = whole.is_loose || join == Join::kLoose;
    whole.is_fragment = whole.records.size() < kDatedMin;
  }
  return joined;
}

}  // namespace

std::vector<ListCandidate> mine_lists(const ListTree& tree, const ListPage& page) {
  std::vector<ListCandidate> found;
  for (std::size_t index = 0; index < tree.size() && found.size() < limits::kListCandidatesMax;) {
    const ListNode& node = tree[index];
    if (!node.is_shown || (!node.name.empty() && node.links == 0)) {
      index = std::max<std::size_t>(node.end, index + 1);
      continue;
    }
    ++index;
    if (!may_hold_list(tree, index - 1)) continue;
    ListCandidate list = candidate_at(tree, index - 1, page);
    if (list.records.empty()) continue;
    const bool is_dated = is_mostly_dated(list);
    if (!is_dated && list.records.size() < kUndatedMin) continue;
    // What stands inside the items of a dated list is no list of its own.
    if (is_dated && !list.is_fragment) index = std::max<std::size_t>(index, list.end());
    found.push_back(std::move(list));
  }
  std::vector<ListCandidate> lists = join_groups(tree, std::move(found), page);
  std::stable_sort(lists.begin(), lists.end(),
                   [](const ListCandidate& left, const ListCandidate& right) { return left.begin() < right.begin(); });
  return lists;
}

}  // namespace xuncha
