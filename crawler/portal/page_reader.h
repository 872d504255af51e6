#pragma once

#include "core/clock.h"
#include "core/page.h"
#include "core/portal.h"
#include "core/url.h"
#include "crawler/html_tree.h"

namespace xuncha {

struct ListSelection;

// What a page is to a portal's readers: kind, title, column, days, document facts, slots, footer, text.
// `root` is the html element of the tree of the page's text, null where the parser ran out: then only what META,
// <title>, URL and the bytes tell is known. `url`: the page's own address, null when it is not known; a <base> of the
// page is followed. `now` bounds days and reads words like 今天. What is not sure is left out. Never fails; linear in
// the page; any thread.
// With a `selection` the page is a list, whose items are what that names.
PortalFacts read_portal_page(const PageFacts& page, HtmlNode root, const Url* url, WallTime now,
                             const ListSelection* selection = nullptr);

}  // namespace xuncha
