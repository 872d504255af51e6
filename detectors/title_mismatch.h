#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace xuncha {

// The document names 《…》 that an anchor's text spells out in full: at least four characters, not cut by an ellipsis.
std::vector<std::string> document_names(std::string_view utf8_text);

// The places of a page where its document's name stands. The title is left empty by the caller where three or more
// pages share it: many portals give every page the site's name.
struct PageNames {
  std::string article_title;          // meta ArticleTitle
  std::vector<std::string> headings;  // h1-h3
  std::string opening;                // the first 500 visible characters
  std::string title;
};

struct TitleMismatch {
  std::string expected;  // the name in the anchor
  std::string found;     // the other document's name on the page
};

// Does the page carry another document than the anchor names? Only if no place holds any of the names and another
// document's name stands in a title or heading. Pure.
std::optional<TitleMismatch> judge_title(const std::vector<std::string>& names, const PageNames& page);

}  // namespace xuncha
