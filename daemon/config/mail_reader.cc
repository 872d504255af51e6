#include <algorithm>
#include <array>
#include <set>

#include "core/limits.h"
#include "daemon/config/config_reader.h"
#include "daemon/config/values.h"

namespace xuncha {
namespace {

constexpr std::string_view kSecurities[] = {"starttls", "tls", "none"};
constexpr std::string_view kLanguages[] = {"zh-CN", "en"};  // by Language
constexpr std::uint16_t kPorts[] = {587, 465, 25};          // RFC 6409 3.1, RFC 8314 3.3, RFC 5321 4.5.4.2
constexpr std::string_view kSeverities[] = {"info", "minor", "major", "critical"};
constexpr std::size_t kRoutesMax = 1'000;
constexpr std::size_t kRecipientsMax = 100;  // of one route
constexpr std::size_t kDigestsMax = 24;      // a day

bool is_loopback(std::string_view host) {
  if (host == "localhost") return true;
  const auto address = parse_address(host);
  if (!address) return false;
  return Cidr{IpAddress::v4(127, 0, 0, 0), 8}.contains(*address) || format_address(*address) == "::1";
}

bool is_credential_name(std::string_view text) {
  return text.size() <= 255 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
                  c == '_';
         });
}

}  // namespace

void ConfigReader::read_mail(const ConfigValue& value) {
  configuration_.mail.emplace();
  MailConfig& mail = *configuration_.mail;
  bool has_server = false;
  bool has_from = false;
  bool has_routes = false;
  const bool is_map = reader_.map(
      value,
      Keys{{"server",
            [&](const ConfigValue& server) {
              has_server = true;
              read_server(server, mail.server);
            }},
           {"from",
            [&](const ConfigValue& from) {
              has_from = true;
              read_address(from, mail.from);
            }},
           {"routes",
            [&](const ConfigValue& routes) {
              has_routes = true;
              reader_.list(
                  routes, [this](const ConfigValue& route) { read_route(route); }, kRoutesMax);
            }},
           {"language",
            [&](const ConfigValue& language) {
              const auto index = reader_.choice(language, kLanguages);
              if (index) mail.language = static_cast<Language>(*index);
            }},
           {"laboratory", [&](const ConfigValue& flag) { mail.laboratory = reader_.boolean(flag).value_or(false); }}});
  if (!is_map) return;
  if (!has_server) reader_.note_below(value, "server", "is missing; the least is: server: {host: mail.example.gov.cn}");
  if (!has_from) reader_.note_below(value, "from", "is missing; write it as xuncha@example.gov.cn");
  if (!has_routes)
    reader_.note_below(value, "routes", "is missing; the least is: routes: [{to: [you@example.gov.cn]}]");
}

void ConfigReader::read_server(const ConfigValue& value, MailServer& server) {
  bool has_host = false;
  bool has_port = false;
  const auto secret = [this](std::string& field) {
    return [this, &field](const ConfigValue& each) {
      const auto name = reader_.text(each);
      if (!name) return;
      if (!is_credential_name(*name)) {
        return reader_.note(each,
                            quote(*name) + " is no name of a systemd credential; permitted: letters, digits, . - _");
      }
      field = *name;
    };
  };
  const bool is_map =
      reader_.map(value, Keys{{"host",
                               [&](const ConfigValue& each) {
                                 has_host = true;
                                 read_server_host(each, server);
                               }},
                              {"port",
                               [&](const ConfigValue& each) {
                                 has_port = true;
                                 server.port = static_cast<std::uint16_t>(reader_.whole(each, 1, 65'535).value_or(0));
                               }},
                              {"security",
                               [&](const ConfigValue& each) {
                                 const auto index = reader_.choice(each, kSecurities);
                                 if (index) server.security = static_cast<MailSecurity>(*index);
                               }},
                              {"user", [&](const ConfigValue& each) { server.user = reader_.text(each).value_or(""); }},
                              {"password_file", [&](const ConfigValue& each) { read_secret_file(each, server); }},
                              {"credential", secret(server.password.credential)},
                              {"cacert", [&](const ConfigValue& each) {
                                 server.cacert = reader_.text(each).value_or("");
                                 if (sources_.resolve) server.cacert = sources_.resolve(server.cacert);
                               }}});
  if (!is_map) return;
  if (!has_host) reader_.note_below(value, "host", "is missing; write mail.example.gov.cn");
  if (!has_port) server.port = kPorts[static_cast<std::size_t>(server.security)];
  check_server(value, server);
}

void ConfigReader::read_server_host(const ConfigValue& value, MailServer& server) {
  const auto text = reader_.text(value);
  if (!text) return;
  const bool is_ipv6 = text->find(':') != std::string::npos && !text->starts_with('[');
  const UrlParse parsed = parse_url("http://" + (is_ipv6 ? "[" + *text + "]" : *text) + "/");
  const bool is_host = parsed.url && parsed.url->href().size() == parsed.url->host().size() + 8;
  if (!is_host) {
    return reader_.note(value, quote(*text) +
                                   " is no host name or address; write mail.example.gov.cn (the port has a "
                                   "key of its own)");
  }
  server.host = parsed.url->host();
}

void ConfigReader::read_secret_file(const ConfigValue& value, MailServer& server) {
  const auto text = reader_.text(value);
  if (!text) return;
  server.password.file = sources_.resolve ? sources_.resolve(*text) : *text;
  if (!sources_.secret_fault) return;
  const std::string fault = sources_.secret_fault(server.password.file);
  if (!fault.empty()) reader_.note(value, quote(server.password.file) + " " + fault);
}

void ConfigReader::check_server(const ConfigValue& value, MailServer& server) {
  if (!server.password.file.empty() && !server.password.credential.empty()) {
    reader_.note(value, "has both password_file and credential; permitted: one of them");
  }
  if (server.user.empty() && !server.password.empty()) {
    reader_.note_below(value, "user", "is missing, though there is a password");
  }
  if (!server.user.empty() && server.password.empty()) {
    reader_.note_below(value, "password_file",
                       "is missing, though there is a user; or name a systemd credential by "
                       "credential");
  }
  if (server.security == MailSecurity::kNone && !server.user.empty() && !is_loopback(server.host)) {
    reader_.note_below(value, "security",
                       "none would send the password in the clear; permitted with user: starttls, "
                       "tls, or a server on loopback");
  }
}

void ConfigReader::read_address(const ConfigValue& value, MailAddress& address) {
  const auto text = reader_.text(value);
  if (!text) return;
  auto parsed = parse_mail_address(*text);
  if (!parsed) {
    return reader_.note(value,
                        quote(*text) + " is no mail address; write wang@example.gov.cn or 王 <wang@example.gov.cn>");
  }
  address = std::move(*parsed);
}

void ConfigReader::read_route(const ConfigValue& value) {
  MailRoute route;
  bool has_to = false;
  const auto each = [this, &route](void (ConfigReader::*read)(const ConfigValue&, MailRoute&)) {
    return [this, &route, read](const ConfigValue& list) {
      reader_.list(
          list, [&](const ConfigValue& one) { (this->*read)(one, route); }, limits::kConfigurationListMax);
    };
  };
  const bool is_map = reader_.map(
      value, Keys{{"to",
                   [&](const ConfigValue& list) {
                     has_to = true;
                     const auto read = [&](const ConfigValue& one) {
                       MailAddress address;
                       read_address(one, address);
                       const auto& to = route.to;
                       if (!address.address.empty() && std::find(to.begin(), to.end(), address) != to.end()) {
                         return reader_.note(one, "stands twice; permitted: once");
                       }
                       route.to.push_back(std::move(address));
                     };
                     if (reader_.list(list, read, kRecipientsMax) && route.to.empty()) {
                       reader_.note(list, "is empty; permitted: at least one mail address");
                     }
                   }},
                  {"sites", each(&ConfigReader::read_route_sites)},
                  {"units", each(&ConfigReader::read_route_unit)},
                  {"severity",
                   [&](const ConfigValue& one) {
                     if (const auto index = reader_.choice(one, kSeverities))
                       route.severity = static_cast<Severity>(*index);
                   }},
                  {"rules",
                   [&](const ConfigValue& list) {
                     const auto read = [&](const ConfigValue& one) {
                       const auto rule = reader_.text(one);
                       if (rule && is_rule(one, *rule)) route.rules.push_back(*rule);
                     };
                     reader_.list(list, read, limits::kConfigurationListMax);
                   }},
                  {"digest", [&](const ConfigValue& times) {
                     route.digest.clear();
                     if (times.node->kind == YamlNode::Kind::kScalar) return read_digest(times, route);
                     reader_.list(
                         times, [&](const ConfigValue& one) { read_digest(one, route); }, kDigestsMax);
                   }}});
  if (!is_map) return;
  if (!has_to) reader_.note_below(value, "to", "is missing; write it as [wang@example.gov.cn]");
  std::sort(route.digest.begin(), route.digest.end());
  configuration_.mail->routes.push_back(std::move(route));
}

void ConfigReader::read_route_sites(const ConfigValue& value, MailRoute& route) {
  const auto pattern = reader_.text(value);
  if (!pattern) return;
  const std::vector<SiteConfig>& sites = configuration_.sites;
  const bool is_exact = pattern->find_first_of("*?") == std::string::npos;
  const bool known = is_exact ? site_of_id_.contains(*pattern)
                              : std::any_of(sites.begin(), sites.end(),
                                            [&](const SiteConfig& site) { return matches_glob(*pattern, site.id); });
  if (!known && !has_lost_sites_)
    return reader_.note(value, quote(*pattern) + " is the id of no site; permitted: ids of sites, with * and ?");
  route.sites.push_back(*pattern);
}

void ConfigReader::read_route_unit(const ConfigValue& value, MailRoute& route) {
  const auto unit = reader_.text(value);
  if (!unit) return;
  const std::vector<SiteConfig>& sites = configuration_.sites;
  const bool known =
      std::any_of(sites.begin(), sites.end(), [&](const SiteConfig& site) { return site.unit == *unit; });
  if (!known && !has_lost_sites_) {
    return reader_.note(value, quote(*unit) + " is the unit of no site; permitted: what a site has as unit");
  }
  route.units.push_back(*unit);
}

void ConfigReader::read_digest(const ConfigValue& value, MailRoute& route) {
  const auto text = reader_.text(value);
  if (!text) return;
  const auto time = parse_time_of_day(*text);
  if (!time) return reader_.note(value, quote(*text) + " is no time of day; write \"08:30\" in Beijing time");
  route.digest.push_back(*time);
}

}  // namespace xuncha
