#pragma once

#include <string_view>

#include "core/page.h"
#include "core/portal.h"
#include "core/url.h"
#include "crawler/portal/breadcrumb.h"
#include "crawler/portal/meta_tags.h"
#include "crawler/portal/page_days.h"
#include "crawler/portal/page_outline.h"
#include "crawler/portal/page_title.h"
#include "crawler/portal/text_block.h"

namespace xuncha {

// What was read of a page, to tell its kind by.
struct KindQuestion {
  const PageFacts& page;
  const MetaTags& meta;
  const PageOutline& outline;
  const PageTitle& title;
  const Breadcrumb& crumbs;
  const MainBlock& block;
  const PageDays& days;
  bool names_source = false;        // the byline says where the text is from
  bool is_document = false;         // has a document's metadata table or number
  const ListFacts* list = nullptr;  // the main list, where the page has one
  const Url* url = nullptr;         // of the page
};

// Where a page of few words sends its reader by a refresh or a script, as written there; empty for a page of its own.
std::string_view sends_on_to(const PageFacts& page);

// What the page is for. kOther where nothing tells. Pure, linear.
PageKind tell_page_kind(const KindQuestion& question);

}  // namespace xuncha
