#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "crawler/byte_search.h"
#include "crawler/html_names.h"

namespace xuncha {

struct CssReference {
  std::string_view value;  // escapes decoded, white space around it stripped
  std::size_t offset = 0;  // of the url( or string in the style sheet
  bool is_import = false;  // of an @import: another style sheet
  bool is_view = true;     // `value` points into the style sheet; else it lives until the callback returns
};

namespace css_detail {

// Reads a quoted string whose quote is at `at`; gives the offset after it and its content, decoded into `scratch` where
// it holds escapes. A string broken by a line end is bad: `ok` is false.
struct CssString {
  std::string_view value;
  std::size_t end = 0;
  bool is_view = true;
  bool ok = false;
};
CssString read_string(std::string_view css, std::size_t at, std::string& scratch);
// Reads the rest of "url(" from after the parenthesis, quoted or not.
CssString read_url(std::string_view css, std::size_t at, std::string& scratch);
std::size_t skip_space_and_comments(std::string_view css, std::size_t at);
std::size_t skip_comment(std::string_view css, std::size_t at);  // `at` is at "/*"
bool is_name_byte(char c);
// The name at the end of `css` is `lower`, in letters of any case.
bool ends_with_name(std::string_view css, std::string_view lower);

}  // namespace css_detail

// Calls `on_reference(const CssReference&)` for every url() and every @import of a style sheet, a <style> element or a
// style attribute, in order (https://www.w3.org/TR/css-syntax-3/#tokenization). Comments, strings and @namespace are
// no references; a bad url is passed over. Pure, linear, never throws but for memory.
template <class F>
void scan_css(std::string_view css, F&& on_reference) {
  std::string scratch;
  bool import_next = false;  // after "@import", until its reference
  std::size_t at = 0;
  const auto report = [&](const css_detail::CssString& text, std::size_t offset) {
    const std::string_view value = strip_html_space(text.value);
    if (text.ok && !value.empty()) on_reference(CssReference{value, offset, import_next, text.is_view});
    import_next = false;
  };
  std::size_t name_from = 0;  // what stands before it is no part of a name
  while (at < css.size()) {
    const char c = css[at];
    if (c == '/' && css.substr(at).starts_with("/*")) {
      name_from = at = css_detail::skip_comment(css, at);
    } else if (c == '"' || c == '\'') {
      const auto text = css_detail::read_string(css, at, scratch);
      if (import_next) report(text, at);
      name_from = at = text.end;
    } else if (c == '\\') {
      name_from = at = std::min(at + 2, css.size());
    } else if (c == '@') {
      const std::size_t begin = ++at;
      while (at < css.size() && css_detail::is_name_byte(css[at])) ++at;
      const std::string_view rule = css.substr(begin, at - begin);
      import_next = equals_lower(rule, "import");
      if (equals_lower(rule, "namespace")) {  // names a vocabulary, loads nothing
        while (at < css.size() && css[at] != ';' && css[at] != '{') ++at;
      }
      name_from = at;
    } else if (c == '(' && css_detail::ends_with_name(css.substr(name_from, at - name_from), "url")) {
      const auto text = css_detail::read_url(css, at + 1, scratch);
      report(text, at - 3);
      name_from = at = text.end;
    } else {
      if (c == ';' || c == '{' || c == '}') import_next = false;
      ++at;
    }
    const char* const rest = css.data() + at;
    const char* const end = css.data() + css.size();
    // A rule that is no @import ends unseen.
    const char* const next = import_next ? find_byte<'/', '"', '\'', '\\', '@', '(', ';', '{', '}'>(rest, end)
                                         : find_byte<'/', '"', '\'', '\\', '@', '('>(rest, end);
    at = static_cast<std::size_t>(next - css.data());
  }
}

}  // namespace xuncha
