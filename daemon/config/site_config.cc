#include "daemon/config/site_config.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

#include "core/site.h"
#include "daemon/cli/batch.h"
#include "daemon/report/escape.h"
#include "detectors/registry.h"

namespace xuncha {
namespace {

std::string quoted(std::string_view text) {
  return '"' + visible_text(cut_text(text, 200)) + '"';
}

// How one key of a map is read: its value, and its name with all that is above it ("sites[0].ignore[1].until").
using ReadValue = std::function<void(const YAML::Node& value, const std::string& key)>;
struct KeyReader {
  std::string_view name;
  ReadValue read;
};

// Walks one document and notes every fault with its line.
class ConfigurationParser {
 public:
  explicit ConfigurationParser(std::string name) : name_(std::move(name)) {}

  ConfigurationReading parse(const std::string& text) {
    try {
      const YAML::Node document = YAML::Load(text);
      if (document.IsNull()) {
        note(document, "sites", "is missing; the least is: sites: [{home: \"https://www.example.gov.cn/\"}]");
      } else {
        read_document(document);
      }
    } catch (const YAML::Exception& error) {
      note_line(error.mark.is_null() ? 0 : error.mark.line, "is no YAML: " + error.msg);
    }
    return std::move(reading_);
  }

 private:
  void note_line(int line, std::string message) {
    reading_.faults.push_back({ErrorCode::kConfiguration, name_ + ":" + std::to_string(line + 1), std::move(message)});
  }
  void note(const YAML::Node& node, const std::string& key, const std::string& message) {
    note_line(node.Mark().is_null() ? 0 : node.Mark().line, key + ": " + message);
  }

  void read_map(const YAML::Node& node, const std::string& path, const std::vector<KeyReader>& keys) {
    if (!node.IsMap())
      return note(node, path.empty() ? "the file" : path, "must be a map; permitted keys: " + names(keys));
    std::set<std::string> seen;
    for (const auto& entry : node) {
      const std::string name = entry.first.IsScalar() ? entry.first.Scalar() : std::string();
      const std::string key = path.empty() ? name : path + "." + name;
      const auto reader =
          std::find_if(keys.begin(), keys.end(), [&](const KeyReader& each) { return each.name == name; });
      if (reader == keys.end()) {
        note(entry.first, visible_text(cut_text(key, 200)), "is unknown; permitted: " + names(keys));
      } else if (!seen.insert(name).second) {
        note(entry.first, key, "stands twice");
      } else {
        reader->read(entry.second, key);
      }
    }
  }

  static std::string names(const std::vector<KeyReader>& keys) {
    std::string all;
    for (const KeyReader& key : keys) all.append(all.empty() ? "" : ", ").append(key.name);
    return all;
  }

  void read_list(const YAML::Node& node, const std::string& key, const ReadValue& read) {
    if (!node.IsSequence()) return note(node, key, "must be a list");
    std::size_t index = 0;
    for (const YAML::Node& value : node) read(value, key + "[" + std::to_string(index++) + "]");
  }

  // Nothing and a note where it is no text or empty.
  std::optional<std::string> text(const YAML::Node& node, const std::string& key) {
    if (node.IsScalar() && !node.Scalar().empty()) return node.Scalar();
    note(node, key, "must be a text that is not empty");
    return std::nullopt;
  }

  void read_document(const YAML::Node& document) {
    bool has_sites = false;
    read_map(document, "", {{"sites", [&](const YAML::Node& sites, const std::string& key) {
                               has_sites = true;
                               read_list(sites, key, [this](const YAML::Node& site, const std::string& each) {
                                 read_site(site, each);
                               });
                             }}});
    if (document.IsMap() && !has_sites) note(document, "sites", "is missing");
  }

  void read_site(const YAML::Node& node, const std::string& path) {
    SiteConfig site;
    bool has_home = false;
    std::vector<std::string> exclude;
    read_map(node, path,
             {{"home",
               [&](const YAML::Node& value, const std::string& key) {
                 has_home = true;
                 read_home(value, key, site);
               }},
              {"hosts",
               [&](const YAML::Node& value, const std::string& key) {
                 read_list(value, key,
                           [&](const YAML::Node& each, const std::string& name) { read_host(each, name, site); });
               }},
              {"own", [&](const YAML::Node& value, const std::string& key) { read_own(value, key, site); }},
              {"exclude",
               [&](const YAML::Node& value, const std::string& key) {
                 read_list(value, key,
                           [&](const YAML::Node& each, const std::string& name) { read_pattern(each, name, site); });
               }},
              {"allow_cidr",
               [&](const YAML::Node& value, const std::string& key) {
                 read_list(value, key,
                           [&](const YAML::Node& each, const std::string& name) { read_range(each, name, site); });
               }},
              {"ignore", [&](const YAML::Node& value, const std::string& key) {
                 read_list(value, key,
                           [&](const YAML::Node& each, const std::string& name) { read_ignore(each, name, site); });
               }}});
    if (node.IsMap() && !has_home) note(node, path + ".home", "is missing");
    if (site.home.href().empty()) return;
    if (reading_.configuration.find(site.home) != nullptr) {
      return note(node, path + ".home", "is the same site as another entry's (" + site_id(site.home) + ")");
    }
    reading_.configuration.sites.push_back(std::move(site));
  }

  void read_home(const YAML::Node& node, const std::string& key, SiteConfig& site) {
    const auto value = text(node, key);
    if (!value) return;
    UrlParse parsed = parse_url(*value);
    if (!parsed.url) {
      return note(node, key, quoted(*value) + " is no http or https URL; write it as https://www.example.gov.cn/");
    }
    site.home = std::move(*parsed.url);
  }

  void read_host(const YAML::Node& node, const std::string& key, SiteConfig& site) {
    const auto value = text(node, key);
    if (!value) return;
    // The host as URLs have it: lower case, Chinese names as A-labels.
    const UrlParse parsed = parse_url("http://" + *value + "/");
    const bool host_only = parsed.url && parsed.url->path() == "/" && !parsed.url->has_query() &&
                           parsed.url->fragment().empty() && !parsed.url->has_credentials() &&
                           parsed.url->has_default_port() && value->find(':') == std::string::npos;
    if (!host_only) return note(node, key, quoted(*value) + " is no host name; write news.example.gov.cn");
    site.hosts.emplace_back(parsed.url->host());
  }

  void read_own(const YAML::Node& node, const std::string& key, SiteConfig& site) {
    const std::string value = node.IsScalar() ? node.Scalar() : std::string();
    if (value != "true" && value != "false") return note(node, key, "must be true or false");
    site.own = value == "true";
  }

  void read_pattern(const YAML::Node& node, const std::string& key, SiteConfig& site) {
    const auto value = text(node, key);
    if (!value) return;
    const auto pattern = UrlPatterns::compile({*value});
    if (!pattern) return note(node, key, pattern.error().message);
    site.exclude = site.exclude.with(pattern.value());
  }

  void read_range(const YAML::Node& node, const std::string& key, SiteConfig& site) {
    const auto value = text(node, key);
    if (!value) return;
    const auto range = parse_cidr(*value);
    if (!range) return note(node, key, quoted(*value) + " is no range; write 10.0.0.0/8 or fd00::/8");
    site.allow_cidr.push_back(*range);
  }

  void read_ignore(const YAML::Node& node, const std::string& path, SiteConfig& site) {
    IgnoreRule ignore;
    const std::size_t faults = reading_.faults.size();
    read_map(
        node, path,
        {{"url", [&](const YAML::Node& value, const std::string& key) { ignore.url = text(value, key).value_or(""); }},
         {"rule",
          [&](const YAML::Node& value, const std::string& key) {
            ignore.rule = text(value, key).value_or("");
            if (!ignore.rule.empty() && !is_rule_pattern(ignore.rule)) {
              note(value, key, quoted(ignore.rule) + " is no rule or family of rules; `xuncha rules` lists them");
            }
          }},
         {"until", [&](const YAML::Node& value, const std::string& key) { read_until(value, key, ignore); }},
         {"reason",
          [&](const YAML::Node& value, const std::string& key) { ignore.reason = text(value, key).value_or(""); }}});
    if (reading_.faults.size() != faults) return;
    if (ignore.url.empty() == ignore.rule.empty()) note(node, path, "needs either url or rule");
    if (ignore.reason.empty()) note(node, path + ".reason", "is missing: say why the finding is accepted");
    site.ignore.push_back(std::move(ignore));
  }

  void read_until(const YAML::Node& node, const std::string& key, IgnoreRule& ignore) {
    const std::string value = node.IsScalar() ? node.Scalar() : std::string();
    const auto time = value.size() == 10 ? parse_time(value) : std::nullopt;
    if (!time) return note(node, key, quoted(value) + " is no date; write it as 2026-12-31");
    ignore.until = beijing_day(*time);
  }

  std::string name_;
  ConfigurationReading reading_;
};

}  // namespace

bool IgnoreRule::covers(const Finding& finding, WallTime now) const {
  if (until && std::chrono::sys_days(beijing_day(now)) > std::chrono::sys_days(*until)) return false;
  if (!rule.empty()) return rule_matches(rule, finding.rule);
  if (url == finding.subject) return true;
  const UrlParse named = parse_url(url);
  const UrlParse subject = parse_url(finding.subject);
  return named.url && subject.url && url_key(*named.url) == url_key(*subject.url);
}

void SiteConfig::mark_ignored(Finding& finding, WallTime now) const {
  if (finding.state != FindingState::kOpen && finding.state != FindingState::kSuspect) return;
  const bool covered =
      std::any_of(ignore.begin(), ignore.end(), [&](const IgnoreRule& each) { return each.covers(finding, now); });
  if (covered) finding.state = FindingState::kIgnored;
}

const SiteConfig* Configuration::find(const Url& home) const {
  const auto found = std::find_if(sites.begin(), sites.end(),
                                  [&](const SiteConfig& site) { return site_id(site.home) == site_id(home); });
  return found == sites.end() ? nullptr : &*found;
}

ConfigurationReading parse_configuration(const std::string& text, const std::string& name) {
  return ConfigurationParser(name).parse(text);
}

ConfigurationReading read_configuration(const std::string& file) {
  const auto text = read_input_file(file);
  if (!text) return {{}, {{ErrorCode::kConfiguration, text.error().where, text.error().message}}};
  return parse_configuration(text.value(), file);
}

}  // namespace xuncha
