#pragma once

#include <optional>
#include <string_view>

#include "core/clock.h"
#include "core/portal.h"
#include "core/url.h"

namespace xuncha {

// Lists that a page's script fills in when a browser shows it: the answer to its question put in their place.

// The address to ask, where the list stands empty in the page and its system says where its data is; nullopt otherwise:
// an address that some script of the page asks may be that of another box.
std::optional<Url> address_of_data(const ListFacts& list);

// Puts what the answer `body` from `data` holds into `list`: JSON of items (json_list.h), or JSON whose member "html"
// is the list's markup, as jpaas answers. `page` is the page that shows it. False, and `list` is left as it was, where
// the answer holds no list that is sure, and where it is empty: an answer without items may only mean that the question
// lacked what a browser would have sent. Linear; within the bounds of its readers.
bool fill_list(ListFacts& list, std::string_view body, const Url& data, const Url& page, WallTime now);

}  // namespace xuncha
