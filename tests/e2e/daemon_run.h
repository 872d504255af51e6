#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "tests/portal/portal_server.h"

namespace xuncha::test {

// `defaults:` that climb the ladder in seconds, on loopback.
std::string laboratory_defaults(const std::string& wait = "2s");

// xunchad as a process on a portal that is played, in a directory of its own; killed with it.
class DaemonRun {
 public:
  explicit DaemonRun(const portal::PortalServer& portal);
  ~DaemonRun();
  DaemonRun(const DaemonRun&) = delete;
  DaemonRun& operator=(const DaemonRun&) = delete;

  std::filesystem::path path(const std::string& name) const { return directory_ / name; }
  std::filesystem::path store() const { return path("store"); }
  void write(const std::string& name, const std::string& text) const;  // a file of the directory, for us alone to read
  void configure(const std::string& text) const { write("xuncha.yml", text); }

  void start();
  int pid() const { return pid_; }
  void signal(int number) const;
  int wait();  // its exit code, 128 + signal where one ended it

  std::string log() const;  // of the process that runs, or ran last
  // "127.0.0.1:PORT" of its pages; empty while the log does not name it.
  std::string address();
  std::string get(const std::string& path, const std::string& method = "GET");  // the whole answer
  bool is_ready();
  std::vector<nlohmann::json> findings();                  // of the API
  std::map<std::string, std::string> states_by_subject();  // "rule state"
  double metric(const std::string& series);                // of /metrics; -1 where there is none

 private:
  const portal::PortalServer& portal_;
  std::filesystem::path directory_;
  int pid_ = 0;
  std::string address_;
};

// Looks ten times a second.
bool wait_until(const std::function<bool()>& holds, std::chrono::milliseconds limit = std::chrono::seconds(60));

}  // namespace xuncha::test
