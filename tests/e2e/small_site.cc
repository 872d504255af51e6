#include "tests/e2e/small_site.h"

#include <sstream>

#include "tests/support/run_program.h"

namespace xuncha::test {
namespace {

std::string answer(std::string_view status, const std::string& title, const std::string& body) {
  const std::string page = "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>" + title +
                           "</title></head><body><h1>" + title + "</h1>" + body + "</body></html>";
  return "HTTP/1.1 " + std::string(status) +
         "\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: " + std::to_string(page.size()) + "\r\n\r\n" +
         page;
}

}  // namespace

RawServer::Script small_site() {
  return [](RawConnection& connection) {
    for (std::string head = connection.read_request(); !head.empty(); head = connection.read_request()) {
      const bool is_home = head.starts_with("GET / ");
      const bool sent = is_home ? connection.send(answer("200 OK", "河镇人民政府",
                                                         "<p>河镇近日召开防汛工作会议，部署汛期值守和巡堤查险。</p>"))
                                : connection.send(answer("404 Not Found", "页面不存在", "<p>您访问的页面不存在。</p>"));
      if (!sent) return;
    }
  };
}

std::string SmallCheck::told() const {
  std::string text;
  for (const nlohmann::json& each : findings) {
    text += each["rule"].get<std::string>() + " " + each["state"].get<std::string>();
    if (each["reason"].is_string()) text += " " + each["reason"].get<std::string>();
    text += "; ";
  }
  return text;
}

const nlohmann::json* SmallCheck::finding(std::string_view rule) const {
  for (const nlohmann::json& each : findings) {
    if (each["rule"] == rule) return &each;
  }
  return nullptr;
}

SmallCheck check_small(const std::string& home, const std::vector<std::string>& arguments) {
  std::vector<std::string> all = {
      "check",        home,         "--format", "json",
      "--rate",       "0",          "--only",   "link,site.tls,site.unreachable,site.soft404,site.domain",
      "--allow-cidr", "127.0.0.0/8"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  const ProgramEnd end = run_program(XUNCHA_BINARY_DIR "/xuncha", all);
  SmallCheck seen;
  seen.exit_code = end.exit_code;
  seen.err = end.err;
  std::istringstream lines(end.out);
  for (std::string line; std::getline(lines, line);) {
    nlohmann::json record = nlohmann::json::parse(line, nullptr, false);
    if (record.is_discarded()) continue;
    if (record["record"] == "finding") seen.findings.push_back(record);
    if (record["record"] == "site") seen.site = record;
  }
  return seen;
}

}  // namespace xuncha::test
