#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/raw_server.h"

namespace xuncha::test {

// A site of one page that knows what it has not: for tests of the way to it (names, TLS), not of what it says.
RawServer::Script small_site();

// What `xuncha check` says of such a site.
struct SmallCheck {
  int exit_code = -1;
  std::vector<nlohmann::json> findings;
  nlohmann::json site;
  std::string err;

  // "rule state reason; " of each.
  std::string told() const;
  // The one of that rule; null when there is none.
  const nlohmann::json* finding(std::string_view rule) const;
};
// Loopback is permitted; links, TLS and reachability are judged; `arguments` come last.
SmallCheck check_small(const std::string& home, const std::vector<std::string>& arguments = {});

}  // namespace xuncha::test
