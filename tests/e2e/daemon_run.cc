#include "tests/e2e/daemon_run.h"

#include <signal.h>
#include <stdlib.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

#include "tests/portal/portal_test_client.h"
#include "tests/support/run_program.h"

namespace xuncha::test {

using nlohmann::json;

std::string laboratory_defaults(const std::string& wait) {
  return "defaults:\n"
         "  laboratory: true\n"
         "  rate: 0\n"
         "  allow_cidr: [127.0.0.0/8]\n"
         "  intervals: {home: 1s, news: 1s, notice: 1s, column: 1s, article: 1s, attachment: 1s, resource: 1s,"
         " external: 1s}\n"
         "  confirmation: {gone: [" +
         wait + "], soft_404: [" + wait + "], nxdomain: [" + wait + "], transport: [" + wait + "], server_error: [" +
         wait + "], recovery: 1s, open_case: 1s, blocked: 1s, inconclusive: 1s}\n";
}

DaemonRun::DaemonRun(const portal::PortalServer& portal) : portal_(portal) {
  std::string pattern = (std::filesystem::temp_directory_path() / "xunchad-test-XXXXXX").string();
  directory_ = mkdtemp(pattern.data());
}

DaemonRun::~DaemonRun() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    wait_program(pid_);
  }
  std::filesystem::remove_all(directory_);
}

void DaemonRun::write(const std::string& name, const std::string& text) const {
  std::ofstream(path(name), std::ios::binary) << text;
  std::filesystem::permissions(path(name), std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

void DaemonRun::start() {
  std::vector<std::string> arguments = {"--config.file=" + path("xuncha.yml").string(),
                                        "--storage.path=" + store().string(), "--web.listen-address=127.0.0.1:0"};
  const std::vector<std::string> network = portal_.arguments();
  arguments.insert(arguments.end(), network.begin(), network.end());
  address_.clear();
  pid_ =
      start_program(std::string(XUNCHA_BINARY_DIR) + "/xunchad", arguments, path("out").string(), path("err").string());
}

void DaemonRun::signal(int number) const {
  ::kill(pid_, number);
}

int DaemonRun::wait() {
  const int code = wait_program(pid_);
  pid_ = 0;
  return code;
}

std::string DaemonRun::log() const {
  std::ifstream file(path("err"));
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string DaemonRun::address() {
  if (!address_.empty()) return address_;
  constexpr std::string_view kBefore = "listen=127.0.0.1:";
  const std::string text = log();
  const std::size_t at = text.rfind(kBefore);
  if (at == std::string::npos) return {};
  const int port = std::atoi(text.c_str() + at + kBefore.size());
  if (port != 0) address_ = "127.0.0.1:" + std::to_string(port);
  return address_;
}

std::string DaemonRun::get(const std::string& path, const std::string& method) {
  if (address().empty()) return {};
  const std::string request =
      method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
  return portal::talk(address(), request, 5'000).bytes;
}

bool DaemonRun::is_ready() {
  return get("/-/ready").find(" 200 ") != std::string::npos;
}

std::vector<json> DaemonRun::findings() {
  const std::string answer = get("/api/v1/findings?limit=1000");
  const std::size_t body = answer.find("\r\n\r\n");
  if (body == std::string::npos) return {};
  const json parsed = json::parse(answer.substr(body + 4), nullptr, false);
  if (!parsed.is_object() || !parsed.contains("data")) return {};
  return parsed["data"].get<std::vector<json>>();
}

std::map<std::string, std::string> DaemonRun::states_by_subject() {
  std::map<std::string, std::string> states;
  for (const json& each : findings()) {
    states[each["subject"].get<std::string>()] =
        each["rule"].get<std::string>() + " " + each["state"].get<std::string>();
  }
  return states;
}

double DaemonRun::metric(const std::string& series) {
  const std::string metrics = get("/metrics");
  const std::size_t at = metrics.find("\n" + series + " ");
  return at == std::string::npos ? -1 : std::atof(metrics.c_str() + at + series.size() + 2);
}

bool wait_until(const std::function<bool()>& holds, std::chrono::milliseconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (std::chrono::steady_clock::now() < end) {
    if (holds()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return holds();
}

}  // namespace xuncha::test
