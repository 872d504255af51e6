#pragma once

#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "core/ip_address.h"
#include "core/result.h"
#include "core/url.h"
#include "daemon/cli/check_options.h"
#include "daemon/cli/command_rules.h"
#include "daemon/report/report.h"

namespace xuncha {

// `xuncha site discover URL`: patrols the site with a small budget and writes what a person may correct and put into
// the daemon's configuration. Gives an ExitCode; findings are none of its business.
int run_site_discover(CheckOptions options);

// Writes the columns of the site as a configuration that `xuncha config check` accepts as it stands: each with its id,
// name, address, class and limit, and in a comment why; those that owe nothing stand in comments only. Every text may
// come from a portal.
struct DiscoveryOptions {
  Url home;
  std::vector<Cidr> allow_cidr;
  Language language = Language::kChinese;
  WallTime now{};
};
std::unique_ptr<ReportWriter> make_discovery_writer(const DiscoveryOptions& options, std::ostream& out);

// `xuncha site list`: the sites that a running daemon patrols, or that a stopped one's data directory knows.
struct SiteListQuestion {
  std::string server;  // http(s) URL of the daemon; empty: `data_dir` is read
  std::string data_dir;
  ListFormat format = ListFormat::kText;
  Language language = Language::kChinese;
};
Status print_site_list(const SiteListQuestion& question, std::ostream& out);

}  // namespace xuncha
