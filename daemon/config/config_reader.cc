#include "daemon/config/config_reader.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "core/limits.h"
#include "daemon/config/values.h"

namespace xuncha {
namespace {

constexpr std::size_t kResolversMax = 8;
constexpr std::size_t kAnchorsMax = 16;
constexpr std::size_t kListenMax = 16;
constexpr std::uint64_t kQuotaMin = std::uint64_t{256} << 20;
constexpr Milliseconds kRetentionMin = std::chrono::hours(24 * 30);
constexpr Milliseconds kRetentionMax = std::chrono::hours(24 * 3660);

bool is_header_safe(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return c > 0x20 && c < 0x7F && std::string_view("()<>\"\\;,").find(c) == std::string_view::npos;
  });
}

}  // namespace

const ConfigPlace* OptionPlaces::find(std::string_view name) const {
  const auto found = std::find_if(keys.begin(), keys.end(), [name](const auto& each) { return each.first == name; });
  return found == keys.end() ? nullptr : &found->second;
}

void ConfigReader::read_main(const std::string& name, std::string_view text) {
  configuration_.files.push_back(name);
  YamlNode root;
  if (read_tree(name, text, root)) read_top({&root, "", std::max(root.line, 1u)});
}

bool ConfigReader::read_tree(const std::string& name, std::string_view text, YamlNode& root) {
  const std::uint32_t file = reader_.faults().add_file(name);
  reader_.enter(file);
  bytes_ += text.size();
  if (bytes_ > limits::kConfigurationAllBytesMax) {
    reader_.faults().add({file, 0}, "all files together are larger than " +
                                        format_size(limits::kConfigurationAllBytesMax) +
                                        ", which is the most permitted");
    return false;
  }
  YamlReading reading = read_yaml(text);
  for (YamlFault& fault : reading.faults) reader_.faults().add({file, fault.line}, std::move(fault.message));
  root = std::move(reading.root);
  return reading.readable;
}

void ConfigReader::read_top(const ConfigValue& top) {
  constexpr std::string_view kLeast = "is missing; the least is: sites: [{home: \"https://www.example.gov.cn/\"}]";
  if (top.node->kind == YamlNode::Kind::kNull) return reader_.note_below(top, "sites", kLeast);
  bool has_sites = false;
  const auto each = [this](void (ConfigReader::*read)(const ConfigValue&), std::size_t most) {
    return [this, read, most](const ConfigValue& list) {
      reader_.list(
          list, [this, read](const ConfigValue& value) { (this->*read)(value); }, most);
    };
  };
  const auto one = [this](void (ConfigReader::*read)(const ConfigValue&)) {
    return [this, read](const ConfigValue& value) { (this->*read)(value); };
  };
  // In this order, whatever the file's: thresholds bound intervals, defaults hold for sites, routes name sites.
  const bool is_map = reader_.map(top, Keys{
                                           {"rules", one(&ConfigReader::read_rules)},
                                           {"defaults", one(&ConfigReader::read_defaults)},
                                           {"sites",
                                            [&](const ConfigValue& value) {
                                              has_sites = true;
                                              each(&ConfigReader::read_site, limits::kConfigurationSitesMax)(value);
                                            }},
                                           {"sites_files",
                                            [&](const ConfigValue& value) {
                                              has_sites = true;
                                              const std::uint32_t main = reader_.file();
                                              read_sites_files(value);
                                              reader_.enter(main);
                                            }},
                                           {"resolvers", one(&ConfigReader::read_resolvers)},
                                           {"anchors", each(&ConfigReader::read_anchor, kAnchorsMax)},
                                           {"contact", one(&ConfigReader::read_contact)},
                                           {"mail", one(&ConfigReader::read_mail)},
                                           {"web", one(&ConfigReader::read_web)},
                                           {"storage", one(&ConfigReader::read_storage)},
                                       });
  if (is_map && !has_sites) reader_.note_below(top, "sites", kLeast);
}

void ConfigReader::read_sites_files(const ConfigValue& value) {
  std::vector<std::pair<std::string, ConfigValue>> files;
  std::unordered_set<std::string> known;
  reader_.list(
      value,
      [&](const ConfigValue& each) {
        const auto pattern = reader_.text(each);
        if (!pattern || !sources_.match) return;
        const Result<std::vector<std::string>> matched = sources_.match(*pattern);
        if (!matched) return reader_.note(each, matched.error().message);
        for (const std::string& file : matched.value()) {
          if (known.insert(file).second) files.emplace_back(file, each);
        }
      },
      limits::kConfigurationListMax);
  if (files.size() > limits::kConfigurationFilesMax) {
    return reader_.note(value, "name " + std::to_string(files.size()) + " files; permitted: at most " +
                                   std::to_string(limits::kConfigurationFilesMax));
  }
  const std::uint32_t main = reader_.file();
  for (const auto& [file, named_by] : files) {
    reader_.enter(main);
    read_sites_file(named_by, file);
  }
}

void ConfigReader::read_sites_file(const ConfigValue& value, const std::string& file) {
  const Result<std::string> text = sources_.load(file);
  if (!text) return reader_.note(value, quote(file) + " " + text.error().message);
  configuration_.files.push_back(file);
  YamlNode root;
  if (!read_tree(file, text.value(), root)) return;
  const ConfigValue top{&root, "", std::max(root.line, 1u)};
  if (root.kind == YamlNode::Kind::kNull) return;  // a file that somebody commented out
  reader_.map(top, Keys{{"sites", [this](const ConfigValue& sites) {
                           reader_.list(
                               sites, [this](const ConfigValue& site) { read_site(site); },
                               limits::kConfigurationSitesMax);
                         }}});
}

void ConfigReader::read_resolvers(const ConfigValue& value) {
  reader_.list(
      value,
      [this](const ConfigValue& each) {
        const auto text = reader_.text(each);
        if (!text) return;
        const auto server = parse_dns_server(*text);
        if (!server) return reader_.note(each, quote(*text) + " is no address; write 192.0.2.1:53 or [2001:db8::1]:53");
        const std::vector<DnsServer>& known = configuration_.resolvers;
        if (std::find(known.begin(), known.end(), *server) != known.end()) {
          return reader_.note(each, "stands twice; two resolvers that are one prove nothing");
        }
        configuration_.resolvers.push_back(*server);
      },
      kResolversMax);
}

void ConfigReader::read_anchor(const ConfigValue& value) {
  const auto text = reader_.text(value);
  if (!text) return;
  Anchor anchor;
  if (text->find("://") != std::string::npos) {
    anchor.url = parse_url(*text).url;
  } else if (const auto parsed = parse_address_and_port(*text)) {
    anchor.address = parsed->address;
    anchor.port = parsed->port;
  }
  if (!anchor.url && anchor.port == 0) {
    return reader_.note(
        value, quote(*text) + " is no anchor; write https://www.example.org/, 192.0.2.1:53 or [2001:db8::1]:53");
  }
  std::vector<Anchor>& known = configuration_.anchors;
  if (std::find(known.begin(), known.end(), anchor) != known.end()) {
    return reader_.note(value, "stands twice; an anchor counts once");
  }
  known.push_back(std::move(anchor));
}

void ConfigReader::read_contact(const ConfigValue& value) {
  const auto text = reader_.text(value);
  if (!text) return;
  const bool is_url = parse_url(*text).url.has_value();
  const auto mail = parse_mail_address(*text);
  if (text->size() > 200 || !is_header_safe(*text) || !(is_url || (mail && mail->name.empty()))) {
    return reader_.note(value, quote(*text) + " is no contact; write a mail address or an http(s) URL in ASCII");
  }
  configuration_.contact = *text;
}

void ConfigReader::read_web(const ConfigValue& value) {
  WebOptions& web = configuration_.web;
  reader_.map(value, Keys{
                         {"external_url",
                          [&](const ConfigValue& each) {
                            const auto text = reader_.text(each);
                            if (!text) return;
                            web.external_url = parse_url(*text).url;
                            if (web.external_url && !web.external_url->has_query() &&
                                web.external_url->fragment().empty() && !web.external_url->has_credentials()) {
                              return;
                            }
                            reader_.note(each, quote(*text) +
                                                   " is no URL without query and credentials; write it as "
                                                   "https://xuncha.example.gov.cn/");
                          }},
                         {"listen",
                          [&](const ConfigValue& list) {
                            reader_.list(
                                list, [this](const ConfigValue& each) { read_listen(each); }, kListenMax);
                          }},
                         {"column_metrics",
                          [&](const ConfigValue& each) { web.column_metrics = reader_.boolean(each).value_or(true); }},
                     });
}

void ConfigReader::read_listen(const ConfigValue& value) {
  const auto text = reader_.text(value);
  if (!text) return;
  const auto parsed = parse_address_and_port(*text);
  if (!parsed) {
    return reader_.note(value,
                        quote(*text) + " is no address and port; write 127.0.0.1:9788, 0.0.0.0:9788 or [::]:9788");
  }
  std::vector<ListenAddress>& known = configuration_.web.listen;
  const ListenAddress listen{parsed->address, parsed->port};
  if (listen.port != 0 && std::find(known.begin(), known.end(), listen) != known.end()) {
    return reader_.note(value, "stands twice; permitted: once");
  }
  known.push_back(listen);
}

void ConfigReader::read_storage(const ConfigValue& value) {
  StorageConfig& storage = configuration_.storage;
  const auto retention = [this](Milliseconds& kept) {
    return [this, &kept](const ConfigValue& each) {
      kept = reader_.span(each, kRetentionMin, kRetentionMax).value_or(kept);
    };
  };
  reader_.map(value, Keys{
                         {"quota",
                          [&](const ConfigValue& each) {
                            const auto text = reader_.text(each);
                            if (!text) return;
                            const auto bytes = parse_size(*text);
                            if (bytes && *bytes >= kQuotaMin) {
                              storage.quota_bytes = *bytes;
                            } else {
                              reader_.note(each, quote(*text) + (bytes ? " is too small" : " is no size") +
                                                     "; write it as 20GiB; permitted: from " + format_size(kQuotaMin));
                            }
                          }},
                         {"retention",
                          [&](const ConfigValue& map) {
                            reader_.map(map, Keys{{"urls", retention(storage.url_retention)},
                                                  {"findings", retention(storage.finding_retention)}});
                          }},
                     });
}

}  // namespace xuncha
