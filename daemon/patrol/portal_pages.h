#pragma once

#include <cstddef>
#include <optional>

#include "core/clock.h"
#include "core/page.h"
#include "core/portal.h"
#include "core/url.h"

namespace xuncha {

struct ListSelection;

// Reads what pages are to a portal by their trees, once for all that judge by it. A tree costs ten times a scan: the
// trees of one patrol are bounded. Thread rule: confined to one thread.
class PortalPages {
 public:
  // nullopt: no trees are left for this patrol, which is counted in refused().
  // `selection`: of the items of its list, null where nobody names them.
  std::optional<PortalFacts> read(const Url& url, const PageFacts& page, WallTime now,
                                  const ListSelection* selection = nullptr);
  // Of a second sight: those are bounded by who asks for them.
  static PortalFacts read_again(const Url& url, const PageFacts& page, WallTime now,
                                const ListSelection* selection = nullptr);

  std::size_t refused() const { return refused_; }

 private:
  std::size_t spent_ = 0;
  std::size_t refused_ = 0;
};

}  // namespace xuncha
