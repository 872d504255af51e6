#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "daemon/cli/check_options.h"

namespace xuncha {

// How xunchad was asked to run.
struct ServiceOptions {
  std::string config_file = "/etc/xuncha/xuncha.yml";
  std::string web_config_file;      // empty: neither TLS nor users
  std::vector<std::string> listen;  // empty: as configured, else limits::kWebListenDefault
  std::string reload_token_file;    // empty: no token
  std::filesystem::path storage = "/var/lib/xuncha";
  std::string revision = "unknown";  // of the sources, for build_info
  NetworkOptions network;            // of test portals: --connect, --dns, --cacert, --allow-cidr
};

// Patrols until SIGTERM or SIGINT. Gives the exit code: 0 stopped, 75 store or port not available, 78 configuration
// refused, 70 our own fault. Thread rule: called once, from main.
int run_service(const ServiceOptions& options);

}  // namespace xuncha
