// Deaths of the real program: a page at which the process dies twice by a fatal signal is left out by the third,
// which completes the rest. The signal comes from outside while the portal holds the page's answer back: the program
// cannot tell it from its own fault.
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "tests/e2e/check_run.h"
#include "tests/support/run_program.h"

namespace xuncha::test {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using portal::Answer;
using portal::Fault;
using portal::FaultKind;
using portal::Host;
using portal::Portal;

constexpr const char* kHost = "www.lingzhen.gov.cn";
constexpr const char* kHome = "http://www.lingzhen.gov.cn/";
constexpr const char* kHeld = "http://www.lingzhen.gov.cn/held.html";
constexpr int kPages = 6;

Answer html(const std::string& title, const std::string& body) {
  Answer answer;
  answer.charset = "utf-8";
  answer.body = "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>" + title + "</title></head><body><h1>" +
                title + "</h1>" + body + "</body></html>";
  return answer;
}

// The first links are held back without an answer; phase "well" gives it.
Portal holding_portal(int held) {
  Host host;
  host.name = kHost;
  std::string list;
  for (int index = 0; index < held; ++index) {
    const std::string path = index == 0 ? "/held.html" : "/held" + std::to_string(index) + ".html";
    list += "<a href=\"" + path + "\">重要通知</a>";
    Answer answer = html("重要通知", "<p>请各村按时报送材料。</p>");
    host.pages[path] = answer;
    host.pages[path].fault = Fault{FaultKind::kHangHeaders, 0};
    host.pages[path].phases["well"] = answer;
  }
  for (int index = 0; index < kPages; ++index) {
    const std::string path = "/" + std::to_string(index) + ".html";
    list += "<a href=\"" + path + "\">第" + std::to_string(index) + "期</a>";
    host.pages[path] = html("工作简报", "<p>本期简报。</p>");
  }
  host.pages["/"] = html("岭镇人民政府", list);
  Portal portal;
  portal.name = "holding";
  portal.home = kHome;
  portal.hosts = {std::move(host)};
  return portal;
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

class Crashes : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "xuncha-crashes-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
  }
  void TearDown() override {
    server_.reset();
    if (!root_.empty()) std::filesystem::remove_all(root_);
  }
  void play(Portal portal) {
    auto start = portal::PortalServer::create(std::move(portal));
    ASSERT_TRUE(start.server) << start.error;
    server_ = std::move(start.server);
  }
  CheckRun check() const {
    return check_portal(*server_, kHome, {"--pages", "--per-host", "4", "--data-dir", root_ / "data"});
  }
  // Has the portal held exactly so many answers back for a while, and nothing else? Answers take milliseconds. Patient:
  // a machine that is busy elsewhere takes long to start a program.
  bool wait_until_held(int count) const {
    const auto give_up = std::chrono::steady_clock::now() + 120s;
    auto since = std::chrono::steady_clock::now();
    while (std::chrono::steady_clock::now() < give_up) {
      if (server_->in_flight() != count) since = std::chrono::steady_clock::now();
      if (std::chrono::steady_clock::now() - since > 800ms) return true;
      std::this_thread::sleep_for(2ms);
    }
    return false;
  }
  // Starts a patrol, waits until so many pages are held back, and ends it by the signal.
  void crash(int held, int signal) const {
    std::vector<std::string> arguments = {"check", kHome,        "--format", "json",       "--rate",
                                          "0",     "--per-host", "4",        "--data-dir", root_ / "data"};
    for (const std::string& argument : server_->arguments()) arguments.push_back(argument);
    const int pid = start_program(XUNCHA_BINARY_DIR "/xuncha", arguments, root_ / "out", root_ / "err");
    ASSERT_GT(pid, 0);
    EXPECT_TRUE(wait_until_held(held)) << server_->in_flight() << read_file(root_ / "err");
    kill(pid, signal);
    EXPECT_NE(wait_program(pid), 0);
    wait_until_held(0);
  }
  int times_asked(const std::string& path) const {
    const auto log = server_->log();
    return static_cast<int>(
        std::count_if(log.begin(), log.end(), [&](const portal::RequestLog& each) { return each.target == path; }));
  }
  static std::string reason_of(const CheckRun& run, const std::string& url) {
    for (const json& page : run.pages) {
      if (page["url"] == url) return page["reason"].is_string() ? page["reason"].get<std::string>() : "ok";
    }
    return "none";
  }

  std::unique_ptr<portal::PortalServer> server_;
  std::filesystem::path root_;
};

TEST_F(Crashes, TwiceAtOnePageAndTheThirdRunLeavesItOutAndCompletes) {
  play(holding_portal(1));
  crash(1, SIGSEGV);
  crash(1, SIGSEGV);
  EXPECT_NE(read_file(root_ / "err").find("event=page_tried_alone url=" + std::string(kHeld)), std::string::npos)
      << read_file(root_ / "err");
  const CheckRun run = check();
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_NE(run.err.find("event=page_quarantined url=" + std::string(kHeld) + " deaths=2"), std::string::npos)
      << run.err;
  EXPECT_EQ(reason_of(run, kHeld), "quarantined");
  EXPECT_EQ(run.summary["complete"], true);
  EXPECT_EQ(run.summary["inconclusive"], 1);
  EXPECT_EQ(run.summary["pages"], 1 + kPages);
  EXPECT_TRUE(run.findings.empty()) << json(run.findings);
  EXPECT_EQ(times_asked("/held.html"), 2);
  // It stays so, also in patrols to come.
  EXPECT_EQ(reason_of(check(), kHeld), "quarantined");
  EXPECT_EQ(times_asked("/held.html"), 2);
}

TEST_F(Crashes, AllThatWereUnderWayAreTriedOneByOne) {
  play(holding_portal(3));
  crash(3, SIGABRT);
  crash(1, SIGABRT);  // one alone, though four may be under way
  server_->set_phase("well");
  const CheckRun run = check();
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(run.summary["complete"], true);
  EXPECT_EQ(run.summary["inconclusive"], 1);
  EXPECT_EQ(run.summary["pages"], 1 + 2 + kPages);
  const CheckRun next = check();
  EXPECT_EQ(next.err.find("page_tried_alone"), std::string::npos) << "who was tried and did no harm is cleared";
}

TEST_F(Crashes, KillAndTerminationCountForNothing) {
  play(holding_portal(1));
  crash(1, SIGKILL);
  crash(1, SIGKILL);
  crash(1, SIGTERM);
  server_->set_phase("well");
  const CheckRun run = check();
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(reason_of(run, kHeld), "ok");
  EXPECT_EQ(run.err.find("page_"), std::string::npos) << run.err;
}

TEST_F(Crashes, AQuarantinedHomePageIsToldAsNotJudged) {
  Portal portal = holding_portal(1);
  portal.hosts[0].pages["/"].fault = Fault{FaultKind::kHangHeaders, 0};
  play(std::move(portal));
  crash(1, SIGSEGV);
  crash(1, SIGSEGV);
  const CheckRun run = check();
  ASSERT_EQ(run.findings.size(), 1u) << run.err;
  EXPECT_EQ(run.findings[0]["rule"], "site.unjudged");
  EXPECT_EQ(run.findings[0]["reason"], "quarantined");
}

}  // namespace
}  // namespace xuncha::test
