// xunchad on a portal that is being played: rounds, the ladder in (short) time, pages and metrics, reload, stop, kill.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/e2e/daemon_run.h"
#include "tests/portal/portal_server.h"
#include "tests/support/run_program.h"

namespace xuncha::test {
namespace {

using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

constexpr const char* kHost = "www.changning.gov.cn";

portal::Answer html(const std::string& body, int status = 200) {
  portal::Answer answer;
  answer.status = status;
  answer.charset = "utf-8";
  answer.body = "<!DOCTYPE html><html><head><title>长宁镇人民政府</title></head><body>" + body + "</body></html>";
  return answer;
}

// A town's portal: one dead page that phase "mended" mends, one that dies in it, and a neighbour that is well.
portal::Portal small_portal() {
  portal::Host town;
  town.name = kHost;
  town.pages["/"] = html(
      "<a href=\"/tzgg.html\">通知公告</a><a href=\"/jiu.html\">旧文</a><a href=\"/xin.html\">新文</a>"
      "<a href=\"http://www.linzhen.gov.cn/\">邻镇</a>");
  town.pages["/tzgg.html"] = html("<p>暂无</p><a href=\"/\">首页</a>");
  town.pages["/jiu.html"] = html("没有", 404);
  town.pages["/jiu.html"].phases["mended"] = html("<p>旧文在此</p>");
  town.pages["/xin.html"] = html("<p>新文在此</p>");
  town.pages["/xin.html"].phases["mended"] = html("没有", 404);
  portal::Host neighbour;
  neighbour.name = "www.linzhen.gov.cn";
  neighbour.pages["/"] = html("<p>邻镇</p>");
  portal::Portal portal;
  portal.name = "town";
  portal.home = std::string("http://") + kHost + "/";
  portal.hosts = {town, neighbour};
  return portal;
}

std::string town_site() {
  return laboratory_defaults() + "sites:\n  - home: http://" + kHost + "/\n    name: 长宁镇\n";
}

const std::string kOld = std::string("http://") + kHost + "/jiu.html";
const std::string kNew = std::string("http://") + kHost + "/xin.html";

class DaemonTest : public testing::Test {
 protected:
  void SetUp() override {
    auto started = portal::PortalServer::create(small_portal());
    ASSERT_TRUE(started.server) << started.error;
    portal_ = std::move(started.server);
    daemon_ = std::make_unique<DaemonRun>(*portal_);
    daemon_->configure(town_site());
  }
  bool shows(const std::string& subject, const std::string& expected) {
    return wait_until([&] { return daemon_->states_by_subject()[subject] == expected; });
  }

  std::unique_ptr<portal::PortalServer> portal_;
  std::unique_ptr<DaemonRun> daemon_;
};

TEST_F(DaemonTest, FindsAFaultSeesItMendedAndFindsTheNextThenStopsCleanly) {
  daemon_->start();
  ASSERT_TRUE(wait_until([&] { return daemon_->is_ready(); }, 20s)) << daemon_->log();
  EXPECT_TRUE(shows(kOld, "link.broken open")) << daemon_->log();
  EXPECT_EQ(daemon_->states_by_subject().count(kNew), 0u);
  portal_->set_phase("mended");
  EXPECT_TRUE(shows(kOld, "link.broken closed")) << daemon_->log();
  EXPECT_TRUE(shows(kNew, "link.broken open")) << daemon_->log();
  const std::string metrics = daemon_->get("/metrics");
  EXPECT_NE(metrics.find("xuncha_links_broken{site=\"www.changning.gov.cn\",kind=\"page\"} 1"), std::string::npos)
      << metrics;
  daemon_->signal(SIGTERM);
  const auto asked = Steady::now();
  EXPECT_EQ(daemon_->wait(), 0) << daemon_->log();
  EXPECT_LT(Steady::now() - asked, 10s);
}

// User and system time of a process.
double cpu_seconds(int pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  std::istringstream fields(text.substr(text.rfind(')') + 2));
  std::vector<std::string> words{std::istream_iterator<std::string>(fields), {}};
  return (std::stod(words[11]) + std::stod(words[12])) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

TEST_F(DaemonTest, TheLoopSleepsBetweenAnswers) {
  daemon_->start();
  ASSERT_TRUE(shows(kOld, "link.broken open")) << daemon_->log();
  const double before = cpu_seconds(daemon_->pid());
  std::this_thread::sleep_for(3s);
  EXPECT_LT(cpu_seconds(daemon_->pid()) - before, 1.0);  // a loop that never sleeps takes three
}

TEST_F(DaemonTest, TheFiguresOfTheProcessAreFilledAndAnchorsAsked) {
  daemon_->configure(town_site() + "anchors: [\"http://www.linzhen.gov.cn/\"]\n");
  daemon_->start();
  ASSERT_TRUE(wait_until([&] { return daemon_->is_ready(); }, 20s)) << daemon_->log();
  EXPECT_TRUE(wait_until([&] {
    return daemon_->get("/metrics").find("xuncha_vantage_up{family=\"ipv4\"} 1") != std::string::npos;
  })) << daemon_->log();
  const std::string metrics = daemon_->get("/metrics");
  EXPECT_EQ(metrics.find("revision=\"\""), std::string::npos);
  EXPECT_NE(metrics.find("xuncha_limit_reached_total{limit=\"store_space\"} 0"), std::string::npos) << metrics;
  EXPECT_NE(metrics.find("xuncha_store_write_seconds_count "), std::string::npos);
  EXPECT_EQ(metrics.find("xuncha_store_write_seconds_count 0\n"), std::string::npos);
}

TEST_F(DaemonTest, AFaultyFileLeavesTheRunningConfigurationInPlace) {
  daemon_->start();
  ASSERT_TRUE(wait_until([&] { return daemon_->is_ready(); }, 20s)) << daemon_->log();
  daemon_->configure(town_site() + "    colour: red\n");
  EXPECT_NE(daemon_->get("/-/reload", "POST").find(" 500 "), std::string::npos);
  EXPECT_TRUE(wait_until(
      [&] { return daemon_->get("/metrics").find("xuncha_config_last_reload_successful 0") != std::string::npos; }));
  daemon_->configure(town_site() + "  - home: http://www.linzhen.gov.cn/\n");
  EXPECT_NE(daemon_->get("/-/reload", "POST").find(" 200 "), std::string::npos) << daemon_->log();
  EXPECT_TRUE(wait_until([&] { return daemon_->get("/metrics").find("xuncha_sites 2") != std::string::npos; }));
  EXPECT_TRUE(wait_until([&] {
    const std::string metrics = daemon_->get("/metrics");
    return metrics.find("xuncha_patrol_last_complete_timestamp_seconds{site=\"www.linzhen.gov.cn\"}") !=
           std::string::npos;
  })) << daemon_->log();
}

TEST_F(DaemonTest, AKilledDaemonIsReadyWithinFiveSecondsAndHasLostNothing) {
  daemon_->start();
  ASSERT_TRUE(shows(kOld, "link.broken open")) << daemon_->log();
  for (int kills = 0; kills < 5; ++kills) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50 + 170 * kills));
    daemon_->signal(SIGKILL);
    EXPECT_EQ(daemon_->wait(), 128 + SIGKILL);
    daemon_->start();
    const auto began = Steady::now();
    ASSERT_TRUE(wait_until([&] { return daemon_->is_ready(); }, 20s)) << daemon_->log();
    EXPECT_LT(Steady::now() - began, 5s);
    EXPECT_EQ(daemon_->states_by_subject()[kOld], "link.broken open") << daemon_->log();
  }
}

// docs/ARCHITECTURE.md, Deaths: a page at which it dies twice is left out, the rest is patrolled.
TEST_F(DaemonTest, TwoDeathsByAFatalSignalAtOnePageQuarantineIt) {
  portal::Portal held = small_portal();
  held.hosts[0].pages["/jiu.html"].fault = {portal::FaultKind::kHangHeaders, 0};
  auto started = portal::PortalServer::create(std::move(held));
  ASSERT_TRUE(started.server) << started.error;
  portal_ = std::move(started.server);
  daemon_ = std::make_unique<DaemonRun>(*portal_);
  daemon_->configure(town_site());
  for (int deaths = 0; deaths < 2; ++deaths) {
    daemon_->start();
    auto since = Steady::now();
    ASSERT_TRUE(wait_until([&] {
      if (portal_->in_flight() != 1) since = Steady::now();
      return Steady::now() - since > 500ms;
    })) << daemon_->log();
    daemon_->signal(SIGSEGV);
    EXPECT_NE(daemon_->wait(), 0);
  }
  daemon_->start();
  EXPECT_TRUE(wait_until([&] {
    const std::string metrics = daemon_->get("/metrics");
    const std::string pages = "xuncha_pages{site=\"www.changning.gov.cn\",verdict=";
    return metrics.find(pages + "\"inconclusive\"} 1") != std::string::npos &&
           metrics.find(pages + "\"ok\"} 3") != std::string::npos;
  })) << daemon_->get("/metrics")
      << daemon_->log();
  EXPECT_NE(daemon_->log().find("event=page_quarantined url=" + kOld + " deaths=2"), std::string::npos)
      << daemon_->log();
}

TEST_F(DaemonTest, ARefusedConfigurationExits78AndALockedStore75) {
  daemon_->configure(town_site() + "    colour: red\n");
  daemon_->start();
  EXPECT_EQ(daemon_->wait(), 78) << daemon_->log();
  daemon_->configure(town_site());
  daemon_->start();
  ASSERT_TRUE(wait_until([&] { return daemon_->is_ready(); }, 20s)) << daemon_->log();
  const int first = daemon_->pid();
  daemon_->start();
  EXPECT_EQ(daemon_->wait(), 75) << daemon_->log();
  kill(first, SIGTERM);
  EXPECT_EQ(wait_program(first), 0);
}

}  // namespace
}  // namespace xuncha::test
