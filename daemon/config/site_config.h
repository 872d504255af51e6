#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/civil.h"
#include "core/finding.h"
#include "core/ip_address.h"
#include "core/result.h"
#include "core/url.h"
#include "daemon/cli/check_options.h"

namespace xuncha {

// One entry of `ignore`: findings that the site's people know of and accept for a time.
struct IgnoreRule {
  std::string url;                // the finding's subject; empty where `rule` is given
  std::string rule;               // a rule or a family of rules
  std::optional<CivilDay> until;  // the last day, in Beijing; none: for good
  std::string reason;

  bool covers(const Finding& finding, WallTime now) const;
};

// What the configuration says of one site (CONTRACT 6, `sites`).
struct SiteConfig {
  Url home;
  std::vector<std::string> hosts;  // ASCII, lower case
  bool own = false;
  UrlPatterns exclude;
  std::vector<Cidr> allow_cidr;
  std::vector<IgnoreRule> ignore;

  // An open or suspected finding that is accepted gets state `ignored`; it is not stored so, since the entry may expire
  // or go.
  void mark_ignored(Finding& finding, WallTime now) const;
};

struct Configuration {
  std::vector<SiteConfig> sites;

  // The site with this home page (by site id); null when there is none.
  const SiteConfig* find(const Url& home) const;
};

// A configuration, or all its faults: each kConfiguration with "FILE:LINE" and "KEY: what is wrong, what is permitted".
struct ConfigurationReading {
  Configuration configuration;
  std::vector<Error> faults;  // empty: it may be used
};
ConfigurationReading read_configuration(const std::string& file);
// The same of a text; `name` is what faults call it.
ConfigurationReading parse_configuration(const std::string& text, const std::string& name);

}  // namespace xuncha
