#include "crawler/meta_refresh.h"

#include <algorithm>
#include <cstddef>

#include "crawler/html_names.h"

namespace xuncha {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

void skip_space(std::string_view& text) {
  while (!text.empty() && is_html_space(text.front())) text.remove_prefix(1);
}

bool skip_separator(std::string_view& text) {
  for (const std::string_view separator : {";", ",", "；", "，"}) {
    if (!text.starts_with(separator)) continue;
    text.remove_prefix(separator.size());
    return true;
  }
  return false;
}

// Removes `url` and `=` when both stand there; else leaves the text: it is the address itself.
void skip_url_sign(std::string_view& text) {
  if (text.size() < 4 || !equals_lower(text.substr(0, 3), "url")) return;
  std::string_view rest = text.substr(3);
  skip_space(rest);
  if (!rest.starts_with('=')) return;
  rest.remove_prefix(1);
  skip_space(rest);
  text = rest;
}

}  // namespace

std::optional<RefreshParse> parse_meta_refresh(std::string_view content) {
  skip_space(content);
  RefreshParse result;
  std::size_t digits = 0;
  for (; digits < content.size() && is_digit(content[digits]); ++digits) {
    result.seconds = std::min(result.seconds * 10 + (content[digits] - '0'), 1e9);
  }
  if (digits == 0 && !content.starts_with('.')) return std::nullopt;
  std::size_t end = digits;
  while (end < content.size() && (is_digit(content[end]) || content[end] == '.')) ++end;
  content.remove_prefix(end);
  const std::size_t before = content.size();
  skip_space(content);
  const bool separated = skip_separator(content) || content.size() != before;
  if (!separated && !content.empty()) return std::nullopt;
  skip_space(content);
  skip_url_sign(content);
  if (!content.empty() && (content.front() == '"' || content.front() == '\'')) {
    const char quote = content.front();
    content.remove_prefix(1);
    content = content.substr(0, content.find(quote));
  }
  result.url = strip_html_space(content);
  return result;
}

}  // namespace xuncha
