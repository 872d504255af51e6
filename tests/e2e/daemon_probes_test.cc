// Availability by xunchad on a portal whose home page dies, comes back, and takes too long.
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/e2e/daemon_run.h"
#include "tests/portal/portal_server.h"

namespace xuncha::test {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

constexpr const char* kHost = "www.anping.gov.cn";
const std::string kHome = std::string("http://") + kHost + "/";

portal::Answer html(const std::string& body) {
  portal::Answer answer;
  answer.charset = "utf-8";
  answer.body = "<!DOCTYPE html><html><head><title>安平镇人民政府</title></head><body>" + body + "</body></html>";
  return answer;
}

portal::Portal small_portal() {
  portal::Host town;
  town.name = kHost;
  town.pages["/"] = html("<a href=\"/tzgg.html\">通知公告</a><a href=\"http://www.linzhen.gov.cn/\">邻镇</a>");
  town.pages["/"].phases["dead"] = html("");
  town.pages["/"].phases["dead"].fault.kind = portal::FaultKind::kReset;
  town.pages["/"].phases["slow"] = html("<a href=\"/tzgg.html\">通知公告</a>");
  town.pages["/"].phases["slow"].delay = 1500ms;
  town.pages["/tzgg.html"] = html("<p>暂无</p><a href=\"/\">首页</a>");
  portal::Host neighbour;
  neighbour.name = "www.linzhen.gov.cn";
  neighbour.pages["/"] = html("<p>邻镇</p>");
  portal::Portal portal;
  portal.name = "town";
  portal.home = kHome;
  portal.hosts = {town, neighbour};
  return portal;
}

class DaemonProbes : public testing::Test {
 protected:
  void SetUp() override {
    auto started = portal::PortalServer::create(small_portal());
    ASSERT_TRUE(started.server) << started.error;
    portal_ = std::move(started.server);
    daemon_ = std::make_unique<DaemonRun>(*portal_);
    // Rounds are rare: what is told within seconds is told by the probes.
    daemon_->configure(
        "defaults:\n  laboratory: true\n  rate: 0\n  allow_cidr: [127.0.0.0/8]\n  intervals: {home: 10m, probe_ipv4: "
        "1s}\n"
        "rules:\n  site.unreachable: {slow: 1s}\nsites:\n  - home: " +
        kHome + "\n    name: 安平镇\n");
    daemon_->start();
    ASSERT_TRUE(wait_until([&] { return daemon_->is_ready(); }, 20s)) << daemon_->log();
  }
  json site() {
    const std::string answer = daemon_->get("/api/v1/sites/www.anping.gov.cn");
    return json::parse(answer.substr(answer.find("\r\n\r\n") + 4), nullptr, false)["data"][0];
  }
  double samples() { return daemon_->metric("xuncha_probes_total{site=\"www.anping.gov.cn\",family=\"ipv4\"}"); }
  bool shows(const std::string& expected) {
    return wait_until([&] { return daemon_->states_by_subject()[kHome] == expected; });
  }

  std::unique_ptr<portal::PortalServer> portal_;
  std::unique_ptr<DaemonRun> daemon_;
};

TEST_F(DaemonProbes, ADeadHomePageIsToldWithinSecondsAndClosedWhenItIsBack) {
  // A round has met the neighbour, who then stands for our own network.
  ASSERT_TRUE(wait_until([&] { return samples() >= 3 && site()["patrol"]["last_complete"].is_string(); }))
      << daemon_->log();
  portal_->set_phase("dead");
  EXPECT_TRUE(shows("site.unreachable open")) << daemon_->get("/api/v1/sites") << daemon_->log();
  EXPECT_GE(daemon_->metric("xuncha_probe_failures_total{site=\"www.anping.gov.cn\",family=\"ipv4\"}"), 2);
  json availability = site()["availability"];
  EXPECT_GE(availability["failed"], 2) << availability;
  EXPECT_GE(availability["outages"]["count"], 1) << availability;
  EXPECT_EQ(availability["verdict"], "unknown");  // no week yet
  EXPECT_FALSE(availability["one_sample"]);
  portal_->set_phase("");
  EXPECT_TRUE(shows("site.unreachable closed")) << daemon_->log();
  // What was counted survives a kill.
  const int failed = site()["availability"]["failed"];
  daemon_->signal(SIGKILL);
  daemon_->wait();
  daemon_->start();
  ASSERT_TRUE(wait_until([&] { return samples() >= 1; })) << daemon_->log();
  EXPECT_GE(site()["availability"]["failed"], failed);
  EXPECT_NE(daemon_->get("/sites/www.anping.gov.cn").find("首页可用性"), std::string::npos);
  daemon_->signal(SIGTERM);
  EXPECT_EQ(daemon_->wait(), 0) << daemon_->log();
}

TEST_F(DaemonProbes, ASlowHomePageHasFailedAtTheConfiguredTime) {
  ASSERT_TRUE(wait_until([&] { return samples() >= 2 && site()["patrol"]["last_complete"].is_string(); }))
      << daemon_->log();
  EXPECT_EQ(daemon_->metric("xuncha_probe_slow_total{site=\"www.anping.gov.cn\",family=\"ipv4\"}"), 0);
  portal_->set_phase("slow");
  EXPECT_TRUE(shows("site.unreachable open")) << daemon_->log();
  EXPECT_GE(daemon_->metric("xuncha_probe_slow_total{site=\"www.anping.gov.cn\",family=\"ipv4\"}"), 1);
  const json last = site()["availability"]["last"];
  EXPECT_GE(last["phases"]["first_byte"], 1.0) << last;
  EXPECT_LT(last["phases"]["connect"], 1.0) << last;
  const std::string metrics = daemon_->get("/metrics");
  EXPECT_NE(metrics.find("xuncha_probe_duration_seconds_bucket{family=\"ipv4\",le=\"15\"}"), std::string::npos);
}

}  // namespace
}  // namespace xuncha::test
