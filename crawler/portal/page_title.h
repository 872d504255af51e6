#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/page.h"
#include "crawler/portal/breadcrumb.h"
#include "crawler/portal/meta_tags.h"
#include "crawler/portal/page_outline.h"

namespace xuncha {

// A page's title without the site's name, and where it stands on the page.
struct PageTitle {
  std::string text;              // empty where there is none
  std::string site_name;         // as META or the <title> give it; empty where none does
  std::uint32_t line_begin = 0;  // the lines that show it; equal to line_end when it is not shown
  std::uint32_t line_end = 0;

  bool is_shown() const { return line_end > line_begin; }
};

// Of the lines that look like a title (headings, classes, a byline behind them), the one that <title> or META
// ArticleTitle agree with best; else what META says; else <title> without its last parts that name the site or a
// column. A title in several lines is put together where <title> has it whole. Pure, linear.
PageTitle find_title(const PageFacts& page, const MetaTags& meta, const PageOutline& outline, const Breadcrumb& crumbs);

// Whether a name is one that sites and offices have: ends in 网, 局, 委员会, 平台, …
bool names_site(std::string_view text);

// Whether a line says when or where from: 发布时间：…　来源：…
bool is_byline(const OutlineLine& line);

}  // namespace xuncha
