#pragma once

#include <string>

#include "core/page.h"
#include "crawler/portal/list_item.h"
#include "crawler/portal/list_tree.h"

namespace xuncha {

// What the scripts of a page say of a list that they fill.
struct ListScripts {
  bool asks_for_data = false;      // some script fetches something while the page loads or is used
  bool is_known = false;           // and it is the list of a system that fill_list or read_hanweb_lists reads
  std::string data_url;            // where from, of a known system or a literal address of JSON; empty when unknown
  int unit_rank = 0;               // of jpaas: how surely data_url is the unit of the list
  bool has_templates = false;      // shown text holds the unfilled code of a template
  bool has_row_templates = false;  // a script holds a template for rows
  bool has_empty_table = false;    // a table with the heads of items and no row
  bool has_empty_list = false;     // an element that is named a list, or a list's element, stands empty
};
ListScripts read_list_scripts(const ListTree& tree, const ListPage& page);

}  // namespace xuncha
