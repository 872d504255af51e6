// xunchad on a portal with faults of content, its ladder shortened to seconds: found, mended, closed.
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>

#include "core/civil.h"
#include "tests/e2e/daemon_run.h"
#include "tests/portal/portal_server.h"

namespace xuncha::test {
namespace {

using namespace std::chrono_literals;

constexpr const char* kHost = "www.wangxi.gov.cn";
const std::string kHome = std::string("http://") + kHost + "/";
const std::string kText =
    "<p>县民政局组织工作人员深入各乡镇，采取入户走访、座谈交流等方式，详细了解困难群众的生活状况，现场解答政策问题。</"
    "p>"
    "<p>会议指出，民政工作关系民生、连着民心，各乡镇要压实责任，把惠民政策落到实处，确保困难群众温暖过冬。</p>";

portal::Answer page(const std::string& title, const std::string& body, const std::string& day = {}) {
  portal::Answer answer;
  answer.charset = "utf-8";
  answer.body = "<!DOCTYPE html><html><head><title>" + title + "</title>";
  if (!day.empty()) {
    answer.body +=
        "<meta name=ArticleTitle content=\"" + title + "\"><meta name=PubDate content=\"" + day + " 09:00\">";
  }
  answer.body += "</head><body><div class=position>当前位置：<a href=/>首页</a></div><h1>" + title + "</h1>";
  if (!day.empty()) answer.body += "<p>发布时间：" + day + "</p>";
  answer.body += "<div class=TRS_Editor>" + body + "</div></body></html>";
  return answer;
}

portal::Answer document(const std::string& validity) {
  const std::string title = "望溪县慈善组织扶持办法";
  portal::Answer answer = page(title, kText, "2019-01-15");
  const std::string table =
      "<table><tr><th>索引号</th><td>WX000</td><th>发文机关</th><td>望溪县民政局</td></tr><tr><th>文号</th>"
      "<td>望民规〔2019〕3号</td><th>成文日期</th><td>2019-01-11</td></tr><tr><th>发布日期</th><td>2019-01-15</td>"
      "<th>有效性</th><td>" +
      validity + "</td></tr><tr><th>有效期至</th><td>2024-01-31</td><th>公开类别</th><td>主动公开</td></tr></table>";
  answer.body.insert(answer.body.find("<h1>"), table);
  return answer;
}

// News of 2024 on the home page, a document past its day, a consultation that never ended.
portal::Portal left_alone() {
  const std::string today = format_day(beijing_day(SystemClock().wall()));
  portal::Host host;
  host.name = kHost;
  std::string list = "<ul class=list>";
  for (int day = 17; day >= 11; --day) {
    const std::string date = "2024-05-" + std::to_string(day);
    const std::string path = "/gzdt/t202405" + std::to_string(day) + "_1.html";
    const std::string title = "县民政局于" + std::to_string(day) + "日到乡镇调研社会救助工作";
    list += "<li><a href=\"" + path + "\">" + title + "</a><span>" + date + "</span></li>\n";
    host.pages[path] = page(title, kText, date);
  }
  const std::string rest = "</ul><a href=/zcwj/wj1.html>望溪县慈善组织扶持办法</a><a href=/yjzj/zj1.html>意见征集</a>";
  host.pages["/"] = page("望溪县人民政府", list + rest);
  host.pages["/"].phases["mended"] =
      page("望溪县人民政府",
           list + "<li><a href=/gzdt/new.html>县民政局召开年度工作总结会议</a><span>" + today + "</span></li>" + rest);
  host.pages["/gzdt/new.html"] = page("县民政局召开年度工作总结会议", kText, today);
  host.pages["/zcwj/wj1.html"] = document("有效");
  host.pages["/zcwj/wj1.html"].phases["mended"] = document("失效");
  const std::string consultation = "关于养老服务设施布局公开征求意见的公告";
  const std::string asks = kText + "<p>征集时间：2024年4月2日至2024年5月2日。当前状态：正在征集，欢迎提出意见。</p>";
  host.pages["/yjzj/zj1.html"] = page(consultation, asks, "2024-04-02");
  host.pages["/yjzj/zj1.html"].phases["mended"] =
      page(consultation, asks + "<p>结果反馈：共收到意见十二条，采纳九条。</p>", "2024-04-02");
  portal::Portal portal;
  portal.name = "wangxi";
  portal.home = kHome;
  portal.hosts = {host};
  return portal;
}

TEST(DaemonContent, IsToldByTheLadderAndClosedWhenItIsMended) {
  auto started = portal::PortalServer::create(left_alone());
  ASSERT_TRUE(started.server) << started.error;
  DaemonRun daemon(*started.server);
  std::string defaults = laboratory_defaults("1s");
  const std::string ladder = "recovery: 1s";
  defaults.replace(defaults.find(ladder), ladder.size(), "column: 3s, " + ladder);
  daemon.configure(defaults + "sites:\n  - home: " + kHome + "\n");
  daemon.start();
  const auto shows = [&daemon](const std::string& subject, const std::string& expected) {
    return wait_until([&] { return daemon.states_by_subject()[subject] == expected; });
  };
  ASSERT_TRUE(wait_until([&] { return daemon.is_ready(); }, 20s)) << daemon.log();
  EXPECT_TRUE(shows(kHome, "home.stale open")) << daemon.log();
  EXPECT_TRUE(shows(kHome + "zcwj/wj1.html", "content.expired open")) << daemon.log();
  EXPECT_TRUE(shows(kHome + "yjzj/zj1.html", "content.unrotated open")) << daemon.log();
  const std::string newest = std::string("xuncha_home_newest_item_timestamp_seconds{site=\"") + kHost + "\"}";
  EXPECT_EQ(daemon.metric(newest), 1'715'875'200);  // 2024-05-17 in Beijing
  for (const auto& finding : daemon.findings()) {
    if (finding["rule"] != "home.stale") continue;
    EXPECT_GE(finding["evidence"]["attempts"].size(), 2u) << finding;
    EXPECT_EQ(finding["evidence"]["compared"], "2024-05-17");
  }
  started.server->set_phase("mended");
  EXPECT_TRUE(shows(kHome, "home.stale closed")) << daemon.log();
  EXPECT_TRUE(shows(kHome + "zcwj/wj1.html", "content.expired closed")) << daemon.log();
  EXPECT_TRUE(shows(kHome + "yjzj/zj1.html", "content.unrotated closed")) << daemon.log();
  EXPECT_GT(daemon.metric(newest), 1'715'875'200);
}

}  // namespace
}  // namespace xuncha::test
