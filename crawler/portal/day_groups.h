#pragma once

#include <cstddef>
#include <vector>

#include "crawler/portal/list_item.h"
#include "crawler/portal/list_tree.h"

// Lists whose items share the day that stands once above them. Part of crawler/portal. Where it is in doubt which items
// are a day's, none of them is: the newest day of a list decides whether a column is stale.
namespace xuncha {

// The items of a container under headings of days, each with the node of its day:
//   <h4>2024-05-06</h4><ul><li>..<li>..</ul><h4>2024-05-05</h4>..., dt and dd, p and p, or a block for each day.
// Empty where the children of `container` are not built so throughout, below each other in strict order of days (a list
// that shows a day for each item shows some twice), with nothing of the kind before the first heading. Linear in what
// stands below it.
std::vector<RecordRange> read_day_groups(const ListTree& tree, std::size_t container, const ListPage& page);

// Rows of a table that show no day under one that does: where its cell spans them (HTML standard, rowspan), or where
// the cells below it are empty and the days stand in strict order. Sets `day` of such rows; how many there are.
std::size_t share_days_of_rows(const ListTree& tree, std::size_t container, const ColumnHeads& heads,
                               std::vector<RecordRange>& rows, const ListPage& page);

}  // namespace xuncha
