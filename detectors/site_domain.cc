#include "detectors/site_domain.h"

namespace xuncha {

bool is_government_name(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);  // the root may be written
  for (const std::string_view domain : {"gov.cn", "xn--zfr164b"}) {
    if (host == domain) return true;
    const bool is_below = host.size() > domain.size() && host.ends_with(domain);
    if (is_below && host[host.size() - domain.size() - 1] == '.') return true;
  }
  return false;
}

bool leaves_government_names(std::string_view home_host, std::string_view shown_host) {
  return is_government_name(home_host) && !is_government_name(shown_host);
}

}  // namespace xuncha
