#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "crawler/portal/list_item.h"
#include "crawler/portal/list_tree.h"

namespace xuncha {

// What stands below a list to turn its pages.
struct ListPager {
  bool found = false;      // something that turns or counts pages stands there
  bool by_system = false;  // as createPageHTML of TRS does
  std::string next_page;   // absolute URL of the same host, never this page; empty: the last page, or a script's secret
  std::optional<std::uint32_t> total_pages;
  std::optional<std::uint32_t> total_items;
};

// What the scripts of a page draw, by the node of the script: read once, asked for every list. Linear.
using ScriptPagers = std::map<std::size_t, ListPager>;
ScriptPagers read_script_pagers(const ListTree& tree, const ListPage& page);

// Reads the nodes in [begin, end). Links are believed before scripts (index_1.html is page 2 on many portals), scripts
// before counting.
ListPager read_pager(const ListTree& tree, std::size_t begin, std::size_t end, const ScriptPagers& scripts,
                     const ListPage& page);

// A pager that a script draws: createPageHTML(5,0,"index","html"), the older countPage and currentPage variables,
// jpage({totalRecord:89,perPage:15}), pagination({total:89,pageSize:15}). `text` is the script.
ListPager read_script_pager(std::string_view text, const ListPage& page);

}  // namespace xuncha
