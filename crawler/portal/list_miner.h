#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "crawler/portal/list_item.h"
#include "crawler/portal/list_tree.h"

// Finds what repeats on a page: rows of siblings, or of two or three siblings in turn, that each
// hold a title. Judges nothing.
namespace xuncha {

namespace limits {
inline constexpr std::size_t kListItemsMax = 2'000;          // of one list; kListDatesMax fits
inline constexpr std::size_t kListRecordNodes = 400;         // of one item; a row with icons and buttons has about 40
inline constexpr std::size_t kListRecordCharacters = 1'500;  // of one item with its summary
inline constexpr std::size_t kListCandidatesMax = 400;       // of one page; home pages have about 40
}  // namespace limits

struct ListCandidate {
  std::uint32_t container = 0;  // the first one where several were joined
  std::vector<RecordRange> records;
  std::size_t dated = 0;     // of the records
  ColumnHeads heads;         // of a table
  bool is_loose = false;     // joined of groups whose days do not go on: one list only where a pager says so
  bool is_fragment = false;  // one or two records: part of a list, or no list
  // With the day above the first item.
  std::uint32_t begin() const {
    const RecordRange& first = records.front();
    return first.day != 0 ? std::min(first.day, first.begin) : first.begin;
  }
  std::uint32_t end() const { return records.back().end; }
};

// All that repeats, in document order. Blocks that follow each other without anything between and whose days go on are
// one: portals break long lists in groups of five. Linear in the tree, whose every item is read a bounded number of
// times.
std::vector<ListCandidate> mine_lists(const ListTree& tree, const ListPage& page);

}  // namespace xuncha
