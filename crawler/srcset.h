#pragma once

#include <cstddef>
#include <string_view>

#include "crawler/html_names.h"

namespace xuncha {

// Calls `on_url(std::string_view)` for each image candidate of a srcset attribute (decoded), in order, by
// https://html.spec.whatwg.org/#parse-a-srcset-attribute; descriptors are passed over, not judged. Linear.
template <class F>
void each_srcset_url(std::string_view value, F&& on_url) {
  std::size_t at = 0;
  while (true) {
    while (at < value.size() && (is_html_space(value[at]) || value[at] == ',')) ++at;
    if (at == value.size()) return;
    const std::size_t begin = at;
    while (at < value.size() && !is_html_space(value[at])) ++at;
    std::size_t end = at;
    while (end > begin && value[end - 1] == ',') --end;
    if (end != begin) on_url(value.substr(begin, end - begin));
    if (end != at) continue;  // commas at its end: no descriptors
    for (int depth = 0; at < value.size() && (depth > 0 || value[at] != ','); ++at) {
      if (value[at] == '(') ++depth;
      if (value[at] == ')' && depth > 0) --depth;
    }
  }
}

}  // namespace xuncha
