#include "daemon/patrol/portal_pages.h"

#include "crawler/html_tree.h"
#include "crawler/portal/page_reader.h"

namespace xuncha {
namespace {

// Trees of one patrol: a portal has some hundred columns, each tree takes about a millisecond.
constexpr std::size_t kTreesMax = 3'000;
constexpr std::size_t kTreeSpent = 150;  // what a tree that ran out of time or memory counts for

}  // namespace

std::optional<PortalFacts> PortalPages::read(const Url& url, const PageFacts& page, WallTime now,
                                             const ListSelection* selection) {
  if (spent_ >= kTreesMax) {
    ++refused_;
    return std::nullopt;
  }
  const HtmlTree tree = HtmlTree::parse(page.document->text);
  spent_ += tree.end() == TreeEnd::kComplete ? 1 : kTreeSpent;
  return read_portal_page(page, tree.root(), &url, now, selection);
}

PortalFacts PortalPages::read_again(const Url& url, const PageFacts& page, WallTime now,
                                    const ListSelection* selection) {
  const HtmlTree tree = HtmlTree::parse(page.document->text);
  return read_portal_page(page, tree.root(), &url, now, selection);
}

}  // namespace xuncha
