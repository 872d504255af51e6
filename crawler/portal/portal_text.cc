#include "crawler/portal/portal_text.h"

#include "core/code_points.h"

namespace xuncha {
namespace {

bool is_blank(char32_t c) {
  return c <= U' ' || c == 0xA0 || (c >= 0x2000 && c <= 0x200F) || c == 0x202F || c == 0x205F || c == 0x3000 ||
         c == 0xFEFF || c == 0xAD;
}

bool is_han_character(char32_t c) {
  return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF);
}

// Beside blanks, what parts of a line are told apart by.
bool is_separator(char32_t c) {
  return is_blank(c) || c == U':' || c == U'：' || c == U'|' || c == U'｜' || c == U'丨' || c == U'　' || c == U'·' ||
         c == U'-' || c == U'–' || c == U'—' || c == U'_' || c == U',' || c == U'，' || c == U';' || c == U'；' ||
         c == U'•' || c == U'■' || c == U'/';
}

}  // namespace

std::string bare_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    char32_t c = next_code_point(text, at);
    if (is_blank(c)) continue;
    if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFEE0;
    if (c >= U'A' && c <= U'Z') c += 32;
    append_code_point(out, c);
  }
  return out;
}

std::size_t count_characters(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
  return count;
}

std::size_t count_han(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size();) count += is_han_character(next_code_point(text, at)) ? 1 : 0;
  return count;
}

bool has_sentence(std::string_view text) {
  std::size_t commas = 0;
  for (std::size_t at = 0; at < text.size();) {
    const bool behind_letter = at > 0 && is_ascii_alpha(text[at - 1]);
    const char32_t c = next_code_point(text, at);
    // Of Latin text only where there is some: a full stop also ends abbreviations.
    const bool ends = at == text.size() || text[at] == ' ';
    if ((c == U'.' || c == U'!') && behind_letter && ends && text.size() >= 60) return true;
    if (c == U'。' || c == U'；' || c == U'！' || c == U'？') return true;
    if (c == U'，' && ++commas == 3) return true;
  }
  return false;
}

std::string_view strip_separators(std::string_view text) {
  while (!text.empty()) {
    std::size_t at = 0;
    if (!is_separator(next_code_point(text, at))) break;
    text.remove_prefix(at);
  }
  while (!text.empty()) {
    std::size_t begin = text.size() - 1;
    while (begin > 0 && (static_cast<unsigned char>(text[begin]) & 0xC0) == 0x80) --begin;
    std::size_t at = begin;
    if (!is_separator(next_code_point(text, at))) break;
    text.remove_suffix(text.size() - begin);
  }
  return text;
}

std::size_t blank_length(std::string_view text) {
  if (text.empty()) return 0;
  std::size_t at = 0;
  return is_blank(next_code_point(text, at)) ? at : 0;
}

bool is_frame_wording(std::string_view text) {
  constexpr std::string_view kFrame[] = {"主办",     "承办",   "版权所有", "ICP备",
                                         "公网安备", "标识码", "网站地图", "当前位置"};
  return contains_any(text, kFrame);
}

}  // namespace xuncha
