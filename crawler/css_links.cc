#include "crawler/css_links.h"

#include "crawler/character_references.h"

namespace xuncha::css_detail {
namespace {

bool is_hexadecimal(char c) {
  return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

// https://www.w3.org/TR/css-syntax-3/#consume-escaped-code-point; `at` is after the backslash.
std::size_t append_escape(std::string_view css, std::size_t at, std::string& out) {
  if (at >= css.size()) return at;
  if (!is_hexadecimal(css[at])) {
    out.push_back(css[at]);
    return at + 1;
  }
  char32_t value = 0;
  const std::size_t last = std::min(at + 6, css.size());
  for (; at < last && is_hexadecimal(css[at]); ++at) {
    const char c = css[at];
    value = value * 16 + static_cast<char32_t>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
  }
  append_utf8(value == 0 ? 0xFFFD : value, out);
  if (at < css.size() && is_html_space(css[at])) ++at;
  return at;
}

}  // namespace

bool is_name_byte(char c) {
  return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '-' || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool ends_with_name(std::string_view css, std::string_view lower) {
  if (css.size() < lower.size() || !equals_lower(css.substr(css.size() - lower.size()), lower)) return false;
  return css.size() == lower.size() || !is_name_byte(css[css.size() - lower.size() - 1]);
}

std::size_t skip_comment(std::string_view css, std::size_t at) {
  const std::size_t close = css.find("*/", at + 2);
  return close == std::string_view::npos ? css.size() : close + 2;
}

std::size_t skip_space_and_comments(std::string_view css, std::size_t at) {
  while (at < css.size()) {
    if (is_html_space(css[at])) {
      ++at;
    } else if (css.substr(at).starts_with("/*")) {
      at = skip_comment(css, at);
    } else {
      break;
    }
  }
  return at;
}

CssString read_string(std::string_view css, std::size_t at, std::string& scratch) {
  const char quote = css[at];
  const std::size_t begin = ++at;
  CssString result;
  while (at < css.size() && css[at] != quote) {
    if (css[at] == '\n' || css[at] == '\f' || css[at] == '\r') {
      result.end = at;
      return result;
    }
    if (css[at] == '\\') {
      if (result.is_view) scratch.assign(css.substr(begin, at - begin));
      result.is_view = false;
      if (at + 1 < css.size() && is_html_space(css[at + 1]) && css[at + 1] != ' ' && css[at + 1] != '\t') {
        at += css.substr(at + 1).starts_with("\r\n") ? 3 : 2;  // an escaped line end is nothing
      } else {
        at = append_escape(css, at + 1, scratch);
      }
      continue;
    }
    if (!result.is_view) scratch.push_back(css[at]);
    ++at;
  }
  at = std::min(at, css.size());
  result.value = result.is_view ? css.substr(begin, at - begin) : std::string_view(scratch);
  result.end = std::min(at + 1, css.size());
  result.ok = true;  // one that the end of the sheet closes is whole
  return result;
}

CssString read_url(std::string_view css, std::size_t at, std::string& scratch) {
  while (at < css.size() && is_html_space(css[at])) ++at;
  CssString result;
  if (at < css.size() && (css[at] == '"' || css[at] == '\'')) {
    result = read_string(css, at, scratch);
    const std::size_t close = skip_space_and_comments(css, result.end);
    if (close < css.size() && css[close] == ')') {
      result.end = close + 1;
      return result;
    }
    return result;  // url("a" modifier): the string counts
  }
  const std::size_t begin = at;
  for (; at < css.size() && css[at] != ')'; ++at) {
    const char c = css[at];
    if (is_html_space(c)) {
      const std::size_t inside_end = at;
      while (at < css.size() && is_html_space(css[at])) ++at;
      if (at < css.size() && css[at] != ')') break;
      result.value = result.is_view ? css.substr(begin, inside_end - begin) : std::string_view(scratch);
      result.end = std::min(at + 1, css.size());
      result.ok = true;
      return result;
    }
    if (c == '"' || c == '\'' || c == '(') break;
    if (c == '\\') {
      if (result.is_view) scratch.assign(css.substr(begin, at - begin));
      result.is_view = false;
      at = append_escape(css, at + 1, scratch) - 1;
    } else if (!result.is_view) {
      scratch.push_back(c);
    }
  }
  if (at < css.size() && css[at] != ')') {  // a bad url: passed over up to its parenthesis
    const std::size_t close = css.find(')', at);
    result.end = close == std::string_view::npos ? css.size() : close + 1;
    return result;
  }
  at = std::min(at, css.size());
  result.value = result.is_view ? css.substr(begin, at - begin) : std::string_view(scratch);
  result.end = std::min(at + 1, css.size());
  result.ok = true;
  return result;
}

}  // namespace xuncha::css_detail
