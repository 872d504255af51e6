// The reasons that give no verdict and that the demonstration portal cannot make: a host that fails
// during the patrol, a network of our own that is in doubt, links outside the scope. Said in the page records and
// counted, never told as a fault.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/e2e/check_run.h"

namespace xuncha::test {
namespace {

using nlohmann::json;
using portal::Answer;
using portal::ConnectKind;
using portal::Fault;
using portal::FaultKind;
using portal::Host;
using portal::Portal;
using portal::PortalServer;

constexpr const char* kHost = "www.hezhen.gov.cn";
constexpr const char* kHome = "http://www.hezhen.gov.cn/";

Answer html(const std::string& title, const std::string& body) {
  Answer answer;
  answer.charset = "utf-8";
  answer.body = "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>" + title + "</title></head><body><h1>" +
                title + "</h1>" + body + "</body></html>";
  return answer;
}

std::string link(const std::string& url, const std::string& text) {
  return "<a href=\"" + url + "\">" + text + "</a>\n";
}

Host other_host(const std::string& name, ConnectKind connect = ConnectKind::kOk) {
  Host host;
  host.name = name;
  host.connect = connect;
  host.pages["/"] = html("友邻乡人民政府", "<p>欢迎访问本站。</p>");
  return host;
}

CheckRun check(std::vector<Host> hosts, std::vector<std::string> arguments = {}) {
  Portal portal;
  portal.name = "no-verdict";
  portal.home = kHome;
  portal.hosts = std::move(hosts);
  const auto start = PortalServer::create(std::move(portal));
  EXPECT_TRUE(start.server) << start.error;
  arguments.emplace_back("--pages");
  return check_portal(*start.server, kHome, arguments);
}

// How many page records there are of each verdict and reason; "ok" has no reason.
std::map<std::string, int> verdicts(const CheckRun& run) {
  std::map<std::string, int> counts;
  for (const json& page : run.pages) {
    const std::string reason = page["reason"].is_string() ? " " + page["reason"].get<std::string>() : "";
    ++counts[page["verdict"].get<std::string>() + reason];
  }
  return counts;
}

using Verdicts = std::map<std::string, int>;

// The front page answers once; then nothing of the host does.
TEST(NoVerdict, OfLinksToAHostThatWentDownDuringThePatrol) {
  Host host;
  host.name = kHost;
  Answer front;
  front.sequence = {html("河镇人民政府", link("/jiu.html", "旧闻") + link("/xin.html", "新闻")), html("维护", "")};
  front.sequence[1].status = 503;
  host.pages["/"] = front;
  host.pages["/xin.html"] = html("新闻", "<p>河镇近日召开防汛工作会议，部署汛期值守和巡堤查险。</p>");
  const CheckRun run = check({std::move(host)});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(verdicts(run), (Verdicts{{"ok", 2}, {"inconclusive host_down", 1}}));
  EXPECT_TRUE(run.findings.empty()) << json(run.findings);
  EXPECT_EQ(run.summary["inconclusive"], 1);
  EXPECT_EQ(run.summary["broken"], 0);
}

// The link may be dead or our own way out.
TEST(NoVerdict, OfADeadHostWhileNoOtherNetworkAnswers) {
  Host host;
  host.name = kHost;
  host.pages["/"] = html("河镇人民政府", link("http://www.lixiang.org.cn/", "里乡"));
  const Host dead = other_host("www.lixiang.org.cn", ConnectKind::kRefuse);
  const CheckRun blind = check({host, dead});
  EXPECT_EQ(blind.exit_code, 0) << blind.err;
  EXPECT_EQ(verdicts(blind), (Verdicts{{"ok", 1}, {"inconclusive blind", 1}}));
  EXPECT_TRUE(blind.findings.empty()) << json(blind.findings);

  host.pages["/"] =
      html("河镇人民政府", link("http://www.lixiang.org.cn/", "里乡") + link("http://www.youlin.org.cn/", "友邻乡"));
  const CheckRun seeing = check({host, dead, other_host("www.youlin.org.cn")});
  EXPECT_EQ(seeing.exit_code, 1) << seeing.err;
  EXPECT_EQ(seeing.open(),
            (std::map<std::string, std::string>{{"http://www.lixiang.org.cn/", "link.broken connect_refused"}}));
}

// --no-external: not requested, and said.
TEST(NoVerdict, OfLinksOutsideTheScope) {
  Host host;
  host.name = kHost;
  host.pages["/"] = html("河镇人民政府", link("http://www.youlin.org.cn/", "友邻乡"));
  const CheckRun run = check({std::move(host), other_host("www.youlin.org.cn")}, {"--no-external"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(verdicts(run), (Verdicts{{"ok", 1}, {"skipped scope", 1}}));
  EXPECT_EQ(run.summary["skipped"]["scope"], 1);
}

// Takes a minute: that is how long the breaker keeps a patrol from the host before the trial that fails too. What was
// waiting gets no verdict, and what had failed before is not believed without a control of the host.
TEST(BreakerOpen, LeavesTheRestOfAHostWithoutVerdict) {
  constexpr int kPages = 12;
  constexpr int kAsked = 6;  // limits::kBreakerFailures in a row, and the trial
  Host host;
  host.name = kHost;
  std::string list;
  for (int index = 0; index < kPages; ++index) {
    const std::string path = "/" + std::to_string(index) + ".html";
    list += link(path, "第" + std::to_string(index) + "期");
    host.pages[path] = html("工作简报", "<p>本期简报。</p>");
    host.pages[path].fault = Fault{FaultKind::kReset, 0};
  }
  host.pages["/"] = html("河镇人民政府", list);
  const CheckRun run = check({std::move(host)});
  EXPECT_EQ(verdicts(run),
            (Verdicts{{"ok", 1}, {"inconclusive host_down", kAsked}, {"inconclusive breaker_open", kPages - kAsked}}));
  EXPECT_EQ(run.summary["inconclusive"], kPages);
  EXPECT_EQ(run.summary["broken"], 0);
  EXPECT_EQ(run.summary["requests"].get<int>(), 7 + kAsked)
      << "robots.txt, sitemap.xml, home, two probes, https of the home page twice, and these";
  for (const json& finding : run.findings) EXPECT_EQ(finding["rule"], "site.unjudged") << finding;
}

}  // namespace
}  // namespace xuncha::test
