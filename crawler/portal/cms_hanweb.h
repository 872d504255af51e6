#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "crawler/portal/list_item.h"

namespace xuncha {

// A list of Hanweb's jpage: its items stand in the page as CDATA within
// <script type="text/xml"><datastore>, and a script draws them. The answers of its dataproxy have the same form.
struct HanwebList {
  std::vector<RawItem> items;
  std::string next_data;  // absolute address of the next group, empty when none is named
  std::optional<std::uint32_t> total_pages;
  std::optional<std::uint32_t> total_items;
};

// All such lists in the text of a page or answer. Linear; records over 16 KB are passed over.
std::vector<HanwebList> read_hanweb_lists(std::string_view text, const ListPage& page);

}  // namespace xuncha
