#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/dates.h"
#include "core/portal.h"
#include "core/url.h"
#include "crawler/portal/list_tree.h"

namespace xuncha {

// What addresses and dates on a page are read against.
struct ListPage {
  const Url* base = nullptr;  // null: unknown, then only absolute addresses are read
  WallTime now;
};

// The nodes of one item of a list: [begin, end) of a ListTree.
struct RecordRange {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::uint32_t day = 0;  // the node that shows the day of this item and of others; 0: it shows its own, or none
};

// An item as it stands, before its neighbours tell the year.
struct RawItem {
  ListItem item;                  // without day; pinned only where the item says so
  std::optional<FoundDate> date;  // beside the title
  bool has_link = false;          // stands in an a, whether or not that leads anywhere
  bool is_unfilled = false;       // holds the code of a template
  bool has_header = false;        // the date stood under a heading of publication dates
  bool shows_other_day = false;  // none, but one that is not known to be of its publication: 成立日期, 征集时间
  bool has_own_date = false;     // `date` is all that is known of it: that of the address is not asked
};

// What the heading row of a table says of its cells, by position; empty where there is no such row.
struct ColumnHeads {
  std::optional<std::size_t> title;
  std::optional<std::size_t> date;
  std::uint64_t others = 0;  // bits: cells of numbers and of days that are no publication's: 信件编号, 成立日期, and of
                             // deadlines beside another day
  std::size_t cells = 0;  // of the row
  explicit operator bool() const { return title.has_value() || date.has_value(); }
};
// The cells of a row: td and th, or where it has none its elements.
std::vector<std::size_t> cells_of(const ListTree& tree, std::size_t row);
// Reads the cells of a row as heads.
ColumnHeads read_column_heads(const ListTree& tree, std::size_t row);

// The day that a heading or a cell shows and nothing else, which may have the day of the week behind it.
std::optional<FoundDate> read_day_heading(std::string_view text, WallTime now);

// Reads one item. Linear in its nodes. `heads` may be empty.
RawItem read_item(const ListTree& tree, RecordRange record, const ColumnHeads& heads, const ListPage& page);

// The items of a list with their days: years inferred, dates of URLs where the page shows none, the pinned ones marked:
// by their own word, or because at most five at the head are older than the newest one and the rest is in order.
std::vector<ListItem> finish_items(std::vector<RawItem> raw, WallTime now);

// The second half of that: marks items at the head that are older than the newest one.
void mark_pinned(std::vector<ListItem>& items);

// The address that an a leads to, by href, or by an address in its handlers and data; nullopt when it leads nowhere.
std::optional<Url> link_target(const ListTree& tree, std::size_t link, const Url* base);
// The first address among the quoted strings of a script's call: openUrl('/a/b.html').
std::string_view quoted_address(std::string_view script);

}  // namespace xuncha
