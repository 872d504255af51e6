#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "crawler/portal/page_outline.h"

namespace xuncha {

// 当前位置：首页 > 政务公开 > 通知公告: where the page says that it stands.
struct Breadcrumb {
  std::vector<std::string> path;  // as it stands, from the home page down; empty where there is none
  std::uint32_t line_begin = 0;   // the lines that hold it
  std::uint32_t line_end = 0;
};

// The breadcrumb behind its label (当前位置, 您所在的位置, …), in an element that is called so (breadcrumb, location,
// …), or one that begins with 首页 and goes on behind separators, in one line or an item each. Pure, linear.
Breadcrumb read_breadcrumb(const PageOutline& outline);

}  // namespace xuncha
