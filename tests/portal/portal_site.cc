#include "tests/portal/portal_site.h"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <cctype>
#include <fstream>
#include <iterator>
#include <regex>
#include <stdexcept>

namespace xuncha::portal {
namespace {

struct ForeignHost {
  std::string text;  // of the first link there
  std::set<std::uint16_t> ports;
};

bool is_public(const std::string& name) {
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(name, error);
  if (error) return name.find('.') != std::string::npos && name != "localhost";
  return address.is_v4() && !address.is_loopback() && !name.starts_with("10.") && !name.starts_with("192.168.");
}

// Every http(s) host in the text, in comments and scripts too: that costs nothing, and shows in the log if it is asked.
void collect_hosts(const std::string& html, std::map<std::string, ForeignHost>& hosts) {
  static const std::regex reference(
      R"re((?:https?:|["'(])//([A-Za-z0-9][A-Za-z0-9.-]{0,250})(?::([0-9]{1,5}))?(?:[^"'<>\s]{0,300}["'][^<>]{0,300}>([^<]{0,120}))?)re",
      std::regex::optimize);
  for (std::sregex_iterator match(html.begin(), html.end(), reference), end; match != end; ++match) {
    std::string name = (*match)[1].str();
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    if (!is_public(name)) continue;
    ForeignHost& host = hosts[name];
    if ((*match)[2].matched) host.ports.insert(static_cast<std::uint16_t>(std::stoi((*match)[2].str())));
    if (host.text.empty() && (*match)[3].matched) host.text = (*match)[3].str();
  }
}

Host foreign_host(const std::string& name, const ForeignHost& seen) {
  Host host;
  host.name = name;
  host.tls = TlsKind::kGood;
  for (const std::uint16_t port : seen.ports) {
    if (port != 80 && port != 443) host.http_ports.push_back(port);
  }
  host.assets = true;
  host.missing = MissingMode::kSoftPage;  // any path there is alive
  const std::string title = seen.text.find_first_not_of(" \t\r\n") == std::string::npos ? name : seen.text;
  host.not_found.charset = "utf-8";
  host.not_found.body = "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>" + title +
                        "</title></head><body><h1>" + title + "</h1><p>欢迎访问" + title + "（" + name +
                        "）。本站提供机构介绍、办事指南、信息查询与在线服务。</p></body></html>";
  return host;
}

}  // namespace

Portal portal_for_site(const std::filesystem::path& directory, const std::string& host, const SiteOptions& options) {
  if (!std::filesystem::is_directory(directory)) throw std::runtime_error("no directory " + directory.string());
  std::map<std::string, ForeignHost> foreign;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (!entry.is_regular_file() || media_type_of(entry.path().string()) != "text/html") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    collect_hosts(std::string(std::istreambuf_iterator<char>(in), {}), foreign);
  }
  Host site;
  site.name = host;
  site.missing = options.missing;
  FileRoot root;
  root.directory = directory;
  root.deleted.insert(options.deleted.begin(), options.deleted.end());
  root.assets = true;
  root.encoding = options.encoding;
  site.files.push_back(std::move(root));
  Portal portal;
  portal.name = host;
  portal.home = "http://" + host + "/";
  portal.hosts.push_back(std::move(site));
  foreign.erase(host);
  for (const auto& [name, seen] : foreign) portal.hosts.push_back(foreign_host(name, seen));
  return portal;
}

}  // namespace xuncha::portal
