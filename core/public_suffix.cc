// libpsl over the system's list (package publicsuffix), which distributions keep current; the library's built-in copy
// where there is none.
#include <libpsl.h>

#include <string>
#include <string_view>

#include "core/ip_address.h"
#include "core/url.h"

namespace xuncha {

namespace {

// Loaded once, never freed: any thread may ask until the process ends.
const psl_ctx_t* list() {
  static const psl_ctx_t* const kList = psl_latest(nullptr);
  return kList;
}

bool is_public_suffix(const std::string& domain) {
  return psl_is_public_suffix2(list(), domain.c_str(), PSL_TYPE_ICANN) == 1;
}

}  // namespace

std::string registrable_domain(std::string_view ascii_host) {
  if (ascii_host.ends_with('.')) ascii_host.remove_suffix(1);
  const bool empty_label = ascii_host.empty() || ascii_host.front() == '.' || ascii_host.back() == '.' ||
                           ascii_host.find("..") != std::string_view::npos;
  if (empty_label || ascii_host.size() > 253 || list() == nullptr || parse_address(ascii_host)) return {};
  std::string domain(ascii_host);
  if (is_public_suffix(domain)) return {};
  while (true) {
    const std::size_t dot = domain.find('.');
    if (dot == std::string::npos) return {};
    const std::string parent = domain.substr(dot + 1);
    if (is_public_suffix(parent)) return domain;
    domain = parent;
  }
}

}  // namespace xuncha
