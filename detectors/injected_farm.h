#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace xuncha {

// One hidden link to another registrable domain.
struct HiddenLink {
  std::string domain;           // registrable domain of its target
  std::string text;             // anchor text
  std::uint32_t container = 0;  // the block it stands in (core/page.h, Link::container)
  std::uint32_t line = 0;
};

struct InjectedFarm {
  std::vector<std::string> domains;  // distinct unrelated domains, in order
  std::string terms;                 // wording that fits no institution, joined by ", "
  std::uint32_t line = 0;            // of its first link
};

// Does a page carry an injected link farm (page.injected)? Either one hidden block holds links to ten or more unrelated
// domains side by side, or hidden links to unrelated domains carry three or more terms of trades that buy such links.
// Government, school and well-known media domains are related to any institution; lists whose items stand in blocks of
// their own (tabs, drop-downs, friend links) are no block side by side. Pure.
std::optional<InjectedFarm> find_injected_farm(const std::vector<HiddenLink>& links);

// Is the domain one that any institution may link to in bulk?
bool is_institutional_domain(std::string_view registrable_domain);

}  // namespace xuncha
