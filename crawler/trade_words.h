#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace xuncha {

// Wording of a trade that takes over the lapsed domains of institutions: private game servers, pirated novels, adult
// content, quack medicine, cash loans, bought papers. Three different terms of one trade, at least one of them in the
// title; empty where there are fewer, so that an article that mentions one is none. Facts, no verdict. Pure.
std::vector<std::string> trade_wording(std::string_view title, std::string_view text);

}  // namespace xuncha
