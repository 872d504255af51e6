#pragma once

#include <cstddef>
#include <optional>

#include "core/clock.h"
#include "core/page.h"
#include "core/portal.h"
#include "core/url.h"
#include "crawler/html_tree.h"
#include "crawler/portal/item_selector.h"

namespace xuncha {

// The lists of a page.
struct ListReading {
  // The one that the page is for. Absent where there is none, and where several are equal: then the page is a channel
  // or a home page. Below a confidence of 0.7 it is a guess, of which only `script_rendered` and `data_url` serve.
  std::optional<ListFacts> main;
  std::size_t lists = 0;  // lists of titles that stand on the page apart from navigation, the main one among them
};

// Reads the lists of a page in the order of their evidence: systems that portals are made with, then what
// repeats; META tags and what surrounds a list raise and lower its confidence. `root` may be null (the tree was too
// dear): then only lists within scripts are read. `base` is the page's address or null; a <base> of the page is
// followed. `now` serves years that are not written and relative days. Pure, any thread; time and memory linear in the
// page (every item is read a bounded number of times).
ListReading read_lists(const PageFacts& scan, HtmlNode root, const Url* base, WallTime now);

// The main one alone.
std::optional<ListFacts> read_list(const PageFacts& scan, HtmlNode root, const Url* base, WallTime now);

// The list whose items an operator names; its method is kConfig and it is sure. Without items where the selector names
// nothing that can be one: the page was changed. An item that its date's selector finds no date in has none.
ListFacts read_selected_list(const PageFacts& scan, HtmlNode root, const Url* base, WallTime now,
                             const ListSelection& selection);

}  // namespace xuncha
