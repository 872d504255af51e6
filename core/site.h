#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/url.h"

namespace xuncha {

// What belongs to a site: the exact host of the home page, its www./bare twin, http and https, the
// host that the home page redirects to, and configured hosts, each on its default port or the home page's own; with a
// path in the home URL, only what lies below it. Everything else is external.
class SiteScope {
 public:
  // `hosts` are further ASCII host names that belong to the site as a whole.
  explicit SiteScope(const Url& home, const std::vector<std::string>& hosts = {});

  // The home page answered with a redirect to `url`: its host (and twin) belongs to the site too.
  void add_home_redirect(const Url& url);
  bool contains(const Url& url) const;

 private:
  bool is_home_host(std::string_view host) const;

  std::vector<std::string> home_hosts_;  // the path prefix applies to these
  std::vector<std::string> hosts_;       // whole hosts
  std::uint16_t home_port_ = 0;
  std::string path_prefix_;  // "/" or ends in "/"
};

// The site's id: the ASCII host, with ":port" and "~path" where they are not the default.
std::string site_id(const Url& home);

// Is the address the front door of its host: "/", or an index page in the root?
bool is_front_door(const Url& url);

}  // namespace xuncha
