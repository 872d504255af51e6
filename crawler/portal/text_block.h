#pragma once

#include <cstdint>
#include <string>

#include "crawler/portal/page_outline.h"

namespace xuncha {

// Where the page's own text stands, apart from menus, lists of links and footers.
struct MainBlock {
  std::uint32_t element = 0;
  std::uint32_t line_begin = 0;  // equal to line_end: there is none
  std::uint32_t line_end = 0;
  std::uint32_t characters = 0;  // that are no links, of lines that are text
  std::uint32_t sentences = 0;   // lines that hold a sentence
  bool is_known = false;         // a container that a CMS calls the text (#zoom, .TRS_Editor, …)

  explicit operator bool() const { return line_end > line_begin; }
};

// The smallest element with most of the page's text that is no link; sentences weigh most (text density). Pure, linear.
MainBlock find_main_block(const PageOutline& outline);

// Whether a line belongs to the foot of a page by what it says: 版权所有, 主办单位, ICP备.
bool is_footer_line(const OutlineLine& line);

// The lines of the block in one, at most limits::kVisibleTextBytesMax.
std::string main_text(const PageOutline& outline, const MainBlock& block);

}  // namespace xuncha
