#pragma once

#include <chrono>
#include <string_view>

namespace xuncha {

// A bound, from above and roughly, on the time that gumbo spends on `text` between two allocations, where a deadline
// that is asked while allocating does not reach. Two places are dear: while a formatting element (b, font, ...) is
// open, each character of text is a search through all open elements; and each "&" costs about 0.6 µs. One scan of the
// text.
std::chrono::nanoseconds tree_cost_outside_allocator(std::string_view text);

}  // namespace xuncha
