#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/page.h"
#include "core/records.h"
#include "core/url.h"
#include "daemon/patrol/target_table.h"

namespace xuncha {

// What a page's links came to.
struct CollectedLinks {
  std::vector<StoredLinkView>
      links;                     // one a place, as long as the facts live; references that are no target are left out
  std::vector<UrlNumber> fresh;  // targets never seen before, in order
};

// Turns the references of pages into targets: resolves them, tells the references that are themselves at fault, and
// knows template references again without resolving them. Thread rule: confined to the patrol's thread.
class LinkCollector {
 public:
  // `describe` fills in a new target (scope, class, host) from its URL.
  using Describe = std::function<void(UrlNumber, const Url&, const Link&)>;
  // A home page with a literal private address is an intranet's own: there such addresses are no fault.
  LinkCollector(TargetTable& targets, const Url& home, Describe describe);

  // `page_url` is where the page was found in the end; its <base> and charset are taken from the facts.
  CollectedLinks collect(const Url& page_url, const PageFacts& facts);

  // Of the targets that are known, those that the page refers to. Makes no new ones.
  std::set<UrlNumber> known(const Url& page_url, const PageFacts& facts) const;

  // What one reference names: a target, or 0 for one that is none (javascript:, mailto:, empty, fragment only,
  // a template placeholder).
  UrlNumber resolve(std::string_view raw, const Url& base, const QueryEncoder& encoder, const Link& link, bool& is_new);

 private:
  TargetTable& targets_;
  Describe describe_;
  bool intranet_ = false;
  ReferenceCache cache_;
  std::vector<std::uint64_t> keys_;  // of the links of the page at hand
};

// What a link promises, by the extension of its target and the element that refers to it.
Promised promised_by(const Url& url, const Link& link);

}  // namespace xuncha
