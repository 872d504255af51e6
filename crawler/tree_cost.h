#pragma once

#include <chrono>
#include <string_view>

namespace xuncha {

// A bound, from above and roughly, on the time that gumbo spends on `text` between two allocations, where a deadline
// that is asked while allocating does not reach. Two places are dear: while a formatting element (b, font, ...) is
// open, each character of text is a search through all open elements; and each "&" costs about 0.6 µs. One scan of the
// text.
std::chrono::nanoseconds tree_cost_outside_allocator(std::string_view text);

// Whether gumbo 0.10.1 may end the process over `text` by an assertion that Debian builds in: a CDATA section with
// white space in an integration point of svg or math inside a table (`<table><svg><title><![CDATA[ ]]>x`). Says yes to
// every text that holds a table, svg or math, and a CDATA section.
bool may_break_parser(std::string_view text);

}  // namespace xuncha
