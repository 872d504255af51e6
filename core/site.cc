#include "core/site.h"

#include <algorithm>

namespace xuncha {
namespace {

// "www.x" for "x" and the reverse.
std::string twin_of(std::string_view host) {
  if (host.starts_with("www.")) return std::string(host.substr(4));
  return "www." + std::string(host);
}

bool holds(const std::vector<std::string>& hosts, std::string_view host) {
  return std::find(hosts.begin(), hosts.end(), host) != hosts.end();
}

// The folder that a home URL names, with its last slash: a last segment without a dot is a folder too ("/mzj").
std::string folder_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  const std::string_view last = path.substr(slash + 1);
  if (!last.empty() && last.find('.') == std::string_view::npos) return std::string(path) + "/";
  return std::string(path.substr(0, slash + 1));
}

bool is_index_name(std::string_view name) {
  static constexpr std::string_view kStems[] = {"index", "default", "main", "home", "welcome"};
  const std::string_view stem = name.substr(0, name.find('.'));
  return std::find(std::begin(kStems), std::end(kStems), stem) != std::end(kStems);
}

}  // namespace

SiteScope::SiteScope(const Url& home, const std::vector<std::string>& hosts) : hosts_(hosts), home_port_(home.port()) {
  home_hosts_.emplace_back(home.host());
  home_hosts_.push_back(twin_of(home.host()));
  path_prefix_ = folder_of(home.path());
}

void SiteScope::add_home_redirect(const Url& url) {
  if (is_home_host(url.host())) return;
  if (holds(hosts_, url.host())) return;
  hosts_.emplace_back(url.host());
  hosts_.push_back(twin_of(url.host()));
}

bool SiteScope::is_home_host(std::string_view host) const {
  return holds(home_hosts_, host);
}

bool SiteScope::contains(const Url& url) const {
  if (!url.has_default_port() && url.port() != home_port_) return false;
  if (is_home_host(url.host())) {
    const std::string_view path = url.path();
    return path.starts_with(path_prefix_) || path == std::string_view(path_prefix_).substr(0, path_prefix_.size() - 1);
  }
  return holds(hosts_, url.host());
}

std::string site_id(const Url& home) {
  std::string id(home.host());
  if (!home.has_default_port()) id += ":" + std::to_string(home.port());
  const std::string folder = folder_of(home.path());
  if (folder != "/") id += "~" + folder.substr(1, folder.size() - 2);
  return id;
}

bool is_front_door(const Url& url) {
  if (url.has_query()) return false;
  const std::string_view path = url.path();
  if (path == "/") return true;
  return path.find('/', 1) == std::string_view::npos && is_index_name(path.substr(1));
}

}  // namespace xuncha
