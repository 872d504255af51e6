#pragma once

#include <optional>
#include <string_view>

#include "core/clock.h"
#include "core/portal.h"
#include "core/url.h"

namespace xuncha {

// The list in an answer of JSON that portals' scripts fill their pages from: UCAP's searchList,
// gkmlpt's api/all, policy stores (data.bean.results), feeds that are one array, and others built alike: the longest
// array whose objects have a title. `base` is the address of the answer, from which the next page's is made. nullopt
// when it is no JSON or holds no such array. Confidence is 0.9 for the known forms, 0.75 for others whose items mostly
// have address and date, else below 0.7. An empty array of a known form says empty. Linear; at most
// limits::kListItemsMax items.
std::optional<ListFacts> read_json_list(std::string_view json, const Url& base, WallTime now);

}  // namespace xuncha
