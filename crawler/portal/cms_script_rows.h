#pragma once

#include <string>
#include <vector>

#include "crawler/portal/list_item.h"
#include "crawler/portal/list_tree.h"

namespace xuncha {

// Rows that scripts write one by one: <li><script>var curHref='...'; var curTitle='...'; ...</script><span>date</span>.
// Title and address are literals of the script, the date stands beside it. Empty when the page has none.
struct ScriptRows {
  std::vector<RawItem> items;
  std::string path;       // of the first row's element
  std::uint32_t end = 0;  // behind the last row
};
ScriptRows read_script_rows(const ListTree& tree, const ListPage& page);

}  // namespace xuncha
