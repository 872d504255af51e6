#include <unistd.h>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "tests/portal/portal_server.h"
#include "tests/portal/portal_site.h"

// Plays portals until SIGTERM or SIGINT. See tests/portals/README.md.
namespace {

using namespace xuncha::portal;  // NOLINT(google-build-using-namespace): a program of its own

const char* const kUsage =
    "usage: xuncha-portal PORTAL.yml [PORTAL.yml ...] [--arguments FILE] [--log FILE] [--ready-fd N]\n"
    "       xuncha-portal --site DIRECTORY HOST [--delete PATH] [--missing 404|200|home|random] [--encoding CHARSET] "
    "...\n"
    "\n"
    "Plays portals on loopback. FILE of --arguments gets the options that `xuncha check` needs to reach them, one a "
    "line;\n"
    "FILE of --log a JSON line for each request. When all ports listen, \"ready CONTROL-PORT\" is printed (or a line "
    "written\n"
    "to descriptor N). http://127.0.0.1:CONTROL-PORT/-portal/phase/NAME switches the phase, /-portal/log and\n"
    "/-portal/state tell what happened. Ends on SIGTERM and SIGINT.\n";

struct Options {
  std::vector<std::filesystem::path> files;
  std::string site_directory, site_host;
  SiteOptions site;
  std::string arguments_file;
  PortalOptions server;
  int ready_descriptor = -1;
};

bool parse(const std::vector<std::string>& words, Options& options) {
  static const std::map<std::string, MissingMode> modes = {{"404", MissingMode::kNotFound},
                                                           {"200", MissingMode::kSoftPage},
                                                           {"home", MissingMode::kRedirectHome},
                                                           {"random", MissingMode::kRandomPage}};
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (!word.starts_with("--")) {
      options.files.emplace_back(word);
      continue;
    }
    if (i + 1 == words.size()) return false;
    const std::string& value = words[++i];
    if (word == "--arguments") {
      options.arguments_file = value;
    } else if (word == "--log") {
      options.server.log_file = value;
    } else if (word == "--ready-fd") {
      options.ready_descriptor = std::atoi(value.c_str());
    } else if (word == "--site" && i + 1 < words.size()) {
      options.site_directory = value;
      options.site_host = words[++i];
    } else if (word == "--delete") {
      options.site.deleted.push_back(value);
    } else if (word == "--missing" && modes.contains(value)) {
      options.site.missing = modes.at(value);
    } else if (word == "--encoding") {
      options.site.encoding = value;
    } else {
      return false;
    }
  }
  return options.files.empty() != options.site_directory.empty();
}

PortalServer::Start start(const Options& options) {
  if (options.site_directory.empty()) return PortalServer::create(options.files, options.server);
  try {
    return PortalServer::create(portal_for_site(options.site_directory, options.site_host, options.site),
                                options.server);
  } catch (const std::exception& failure) {
    return {nullptr, failure.what()};
  }
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  if (!parse(std::vector<std::string>(argv + 1, argv + argc), options)) {
    std::cerr << kUsage;
    return 2;
  }
  // Before the server's thread starts, so that it inherits the mask and the signal waits for sigwait.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  const auto [server, error] = start(options);
  if (server == nullptr) {
    std::cerr << "xuncha-portal: " << error << "\n";
    return 1;
  }
  if (!options.arguments_file.empty()) {
    std::ofstream out(options.arguments_file);
    for (const std::string& argument : server->arguments()) out << argument << "\n";
    if (!out.flush()) {
      std::cerr << "xuncha-portal: cannot write " << options.arguments_file << "\n";
      return 1;
    }
  }
  const std::string ready = "ready " + std::to_string(server->control_port()) + "\n";
  if (options.ready_descriptor >= 0) {
    if (::write(options.ready_descriptor, ready.data(), ready.size()) < 0) return 1;
    ::close(options.ready_descriptor);
  } else {
    std::cout << ready << std::flush;
  }
  int signal = 0;
  sigwait(&signals, &signal);
  return 0;
}
