#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "crawler/byte_search.h"

// Small questions about text that the readers of portals ask. UTF-8 with white space collapsed; pure, linear.
namespace xuncha {

// `text` without blanks of any kind, full-width ASCII as ASCII, ASCII letters small: what two wordings are compared by
// and labels are looked up by (文　号： is 文号:).
std::string bare_text(std::string_view text);

std::size_t count_characters(std::string_view text);  // code points, blanks counted

// Chinese characters (U+4E00 to U+9FFF and U+3400 to U+4DBF).
std::size_t count_han(std::string_view text);

// Whether `text` holds a mark that sentences have and titles, names and menus have not: 。；！？ or three ，; in Latin
// text of some length a full stop behind a word.
bool has_sentence(std::string_view text);

// `text` without blanks and the colons, pipes, dashes and brackets' leftovers that stand between parts of a line.
std::string_view strip_separators(std::string_view text);

// The bytes of the blank that `text` begins with, 0 when it begins with none.
std::size_t blank_length(std::string_view text);

inline bool contains_text(std::string_view text, std::string_view part) {
  return find_text(text, part) != std::string_view::npos;
}

template <class Words>
bool contains_any(std::string_view text, const Words& words) {
  for (const std::string_view word : words) {
    if (contains_text(text, word)) return true;
  }
  return false;
}

// Whether a text is of a page's frame, which says nothing of what the page is for: 主办单位, 版权所有, 当前位置.
bool is_frame_wording(std::string_view text);

}  // namespace xuncha
