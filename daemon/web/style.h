#pragma once

#include <string_view>

namespace xuncha {

// The style sheet of the pages, and the address it is served at, which changes when it does.
std::string_view page_style();
std::string_view page_style_path();

}  // namespace xuncha
