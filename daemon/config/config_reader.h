#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/result.h"
#include "daemon/config/configuration.h"
#include "daemon/config/value_reader.h"
#include "daemon/config/yaml_tree.h"

// Turns the tree of a configuration into values. Internal to daemon/config; the public face is read.h.
namespace xuncha {

// Where a site, or `defaults`, stands, and the keys of it that a plan may find impossible ("max_pages",
// "intervals.news", "columns[0].max_age_days").
struct OptionPlaces {
  ConfigPlace place;
  std::string key;  // "sites[0]", "defaults"
  std::vector<std::pair<std::string, ConfigPlace>> keys;

  const ConfigPlace* find(std::string_view name) const;
};

// The files beside the main one. Where they are not to be touched, the functions are empty.
struct ConfigSources {
  std::function<Result<std::vector<std::string>>(const std::string& pattern)> match;
  std::function<Result<std::string>(const std::string& file)> load;
  // Why the secret in this file cannot be used; empty: it can.
  std::function<std::string(const std::string& file)> secret_fault;
  // The name as seen from the main file's folder.
  std::function<std::string(const std::string& file)> resolve;
};

class ConfigReader {
 public:
  ConfigReader(FaultList& faults, ConfigSources sources) : reader_(faults), sources_(std::move(sources)) {}

  // The main file.
  void read_main(const std::string& name, std::string_view text);

  Configuration& configuration() { return configuration_; }
  const OptionPlaces& defaults_places() const { return defaults_; }
  const std::vector<OptionPlaces>& site_places() const { return places_; }  // as configuration().sites
  const std::map<std::string, ConfigPlace>& threshold_places() const { return thresholds_; }

 private:
  using Keys = std::vector<ValueReader::Key>;

  // config_reader.cc
  bool read_tree(const std::string& name, std::string_view text, YamlNode& root);
  void read_top(const ConfigValue& top);
  void read_sites_files(const ConfigValue& value);
  void read_sites_file(const ConfigValue& value, const std::string& file);
  void read_resolvers(const ConfigValue& value);
  void read_anchor(const ConfigValue& value);
  void read_contact(const ConfigValue& value);
  void read_web(const ConfigValue& value);
  void read_listen(const ConfigValue& value);
  void read_storage(const ConfigValue& value);

  // rules_reader.cc
  void read_rules(const ConfigValue& value);
  void read_rule(const ConfigValue& value, const std::string& pattern);
  bool is_rule(const ConfigValue& value, const std::string& pattern);

  // options_reader.cc
  void read_defaults(const ConfigValue& value);
  Keys option_keys(SiteOptions& options, OptionPlaces& places);
  void read_intervals(const ConfigValue& value, SiteOptions& options, OptionPlaces& places);
  void read_confirmation(const ConfigValue& value, SiteOptions& options);
  void read_spacings(const ConfigValue& value, const SiteOptions& options, std::vector<std::chrono::seconds>& spacings);
  void read_rate(const ConfigValue& value, SiteOptions& options);
  void read_pattern(const ConfigValue& value, UrlPatterns& patterns);
  void read_range(const ConfigValue& value, std::vector<Cidr>& ranges);
  void fit_to_windows(SiteOptions& options, const OptionPlaces& places) const;
  void check_inherited(const ConfigValue& value, const SiteOptions& options, const OptionPlaces& places);

  // site_reader.cc
  void read_site(const ConfigValue& value);
  void read_id(const ConfigValue& value, SiteConfig& site);
  void read_code(const ConfigValue& value, SiteConfig& site);
  void read_home(const ConfigValue& value, SiteConfig& site);
  void read_host(const ConfigValue& value, SiteConfig& site);
  void read_ignore(const ConfigValue& value, SiteConfig& site);
  void read_until(const ConfigValue& value, IgnoreRule& ignore);
  void read_columns(const ConfigValue& value, SiteConfig& site, OptionPlaces& places);
  std::optional<ColumnConfig> read_column(const ConfigValue& value, OptionPlaces& places);
  std::optional<ItemSelector> read_selector(const ConfigValue& value);
  void read_column_id(const ConfigValue& value, ColumnConfig& column);
  void read_column_url(const ConfigValue& value, ColumnConfig& column);
  void read_window(const ConfigValue& value, SiteConfig& site);
  void keep_site(const ConfigValue& value, SiteConfig site, OptionPlaces places);

  // mail_reader.cc
  void read_mail(const ConfigValue& value);
  void read_server(const ConfigValue& value, MailServer& server);
  void read_server_host(const ConfigValue& value, MailServer& server);
  void read_secret_file(const ConfigValue& value, MailServer& server);
  void check_server(const ConfigValue& value, MailServer& server);
  void read_address(const ConfigValue& value, MailAddress& address);
  void read_route(const ConfigValue& value);
  void read_route_sites(const ConfigValue& value, MailRoute& route);
  void read_route_unit(const ConfigValue& value, MailRoute& route);
  void read_digest(const ConfigValue& value, MailRoute& route);

  ValueReader reader_;
  ConfigSources sources_;
  Configuration configuration_;
  OptionPlaces defaults_;
  std::vector<OptionPlaces> places_;
  std::map<std::string, ConfigPlace> thresholds_;              // "rules.home.stale.max_age"
  std::unordered_map<std::string, std::string> site_of_id_;    // id -> how its entry is called
  std::unordered_map<std::string, std::string> site_of_home_;  // home without www. -> the same
  std::unordered_map<std::string, UrlPatterns> patterns_;      // compiled once, however many sites share one
  std::size_t bytes_ = 0;                                      // read so far, of all files
  bool has_lost_sites_ = false;                                // a site had no home: whoever names it is not to blame
};

}  // namespace xuncha
