// Bad input gets a clear error and loses nothing; what is no fault of the portal is never told as one.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "tests/e2e/check_run.h"
#include "tests/support/run_program.h"

namespace xuncha::test {
namespace {

// AddressSanitizer keeps shadow memory and freed blocks: its build is only asked not to grow with the body.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define XUNCHA_UNDER_ASAN 1
#endif
#endif
#ifdef XUNCHA_UNDER_ASAN
constexpr long kResidentKibMax = 700L * 1024;
#else
constexpr long kResidentKibMax = 150 * 1024;
#endif

using nlohmann::json;
using portal::Answer;
using portal::Fault;
using portal::FaultKind;
using portal::Host;
using portal::MissingMode;
using portal::Portal;
using portal::PortalServer;

const std::string kProgram = XUNCHA_BINARY_DIR "/xuncha";
constexpr const char* kHost = "www.shizhen.gov.cn";
constexpr const char* kHome = "http://www.shizhen.gov.cn/";

std::string html(const std::string& title, const std::string& body) {
  return "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>" + title + "</title></head><body><h1>" + title +
         "</h1>" + body + "</body></html>";
}

Answer page(const std::string& body, const std::string& type = "text/html") {
  Answer answer;
  answer.content_type = type;
  answer.body = body;
  return answer;
}

Answer status(int code) {
  Answer answer = page(html("出错", "<p>暂时不能提供服务。</p>"));
  answer.status = code;
  return answer;
}

Answer redirect(const std::string& location) {
  Answer answer = page("");
  answer.status = 302;
  answer.headers = {{"Location", location}};
  return answer;
}

// A small portal whose home page links to one article.
Host small_host() {
  Host host;
  host.name = kHost;
  host.pages["/"] = page(html("石镇人民政府", "<p>欢迎访问本站。</p><a href=\"/a.html\">镇情概况</a>"));
  host.pages["/a.html"] = page(html("镇情概况", "<p>石镇位于县城以东，辖九个村，耕地两万余亩，以水稻和茶叶为主。</p>"));
  return host;
}

struct Played {
  std::unique_ptr<PortalServer> server;
  CheckRun run;
};

Played check(Host host, const std::vector<std::string>& arguments = {}) {
  Portal portal;
  portal.name = "bad";
  portal.home = kHome;
  portal.hosts.push_back(std::move(host));
  auto start = PortalServer::create(std::move(portal));
  EXPECT_TRUE(start.server) << start.error;
  Played played;
  played.run = check_portal(*start.server, kHome, arguments);
  played.server = std::move(start.server);
  return played;
}

Played check_home(const Answer& home) {
  Host host = small_host();
  host.pages["/"] = home;
  return check(std::move(host));
}

::testing::AssertionResult says(const std::string& text, const std::string& words) {
  if (text.find(words) != std::string::npos) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << "\"" << words << "\" is not said in:\n" << text;
}

std::string told(const CheckRun& run) {
  std::string all;
  for (const json& finding : run.findings) {
    all += finding["rule"].get<std::string>() + " " + finding["state"].get<std::string>() + " " +
           (finding["reason"].is_string() ? finding["reason"].get<std::string>() : "-") + ";";
  }
  return all;
}

// Exit code 3: nothing could be judged (own network or resolver dead).
TEST(UnreachableStart, RefusedConnectionAloneIsNoVerdict) {
  Host host = small_host();
  host.connect = portal::ConnectKind::kRefuse;
  const Played played = check(std::move(host));
  EXPECT_EQ(played.run.exit_code, 3);
  EXPECT_EQ(told(played.run), "site.unreachable suspect connect_refused;");
  EXPECT_TRUE(says(played.run.err, "nothing could be judged: the start page cannot be reached (connect_refused"));
}

TEST(UnreachableStart, UnknownNameAloneIsNoVerdict) {
  Host host = small_host();
  host.dns.kind = portal::DnsKind::kNxdomain;
  const Played played = check(std::move(host));
  EXPECT_EQ(played.run.exit_code, 3);
  EXPECT_EQ(told(played.run), "site.unreachable suspect dns_nxdomain;");
  EXPECT_TRUE(says(played.run.err, "dns_nxdomain"));
}

// Exit code 1: a start URL that answers with a fault is a finding.
TEST(FaultyStart, ErrorStatusIsAFinding) {
  for (const int code : {404, 500}) {
    const Played played = check_home(status(code));
    EXPECT_EQ(played.run.exit_code, 1) << code << played.run.err;
    EXPECT_EQ(told(played.run), "site.unreachable open http_" + std::to_string(code) + ";");
  }
}

TEST(FaultyStart, RedirectLoopIsAFinding) {
  for (const std::string location : {"/", "/x"}) {
    Host host = small_host();
    host.pages["/"] = redirect(location);
    host.pages["/x"] = redirect("/");
    const Played played = check(std::move(host));
    EXPECT_EQ(played.run.exit_code, 1) << location << played.run.err;
    EXPECT_EQ(told(played.run), "site.unreachable open redirect_loop;") << location;
  }
}

TEST(FaultyStart, RedirectToAFaultIsOneFinding) {
  const Played played = check_home(redirect("/none.html"));
  EXPECT_EQ(played.run.exit_code, 1) << played.run.err;
  EXPECT_EQ(told(played.run), "site.unreachable open http_404;");
}

TEST(FaultyStart, EmptyPageIsAFinding) {
  const Played played = check_home(page(""));
  EXPECT_EQ(played.run.exit_code, 1);
  EXPECT_EQ(told(played.run), "site.unreachable open empty_file;");
}

// Skipped, never a fault; nothing is sent.
TEST(RefusedAddress, NothingIsRequestedAndTheOptionIsNamed) {
  Portal portal;
  portal.name = "refused";
  portal.home = kHome;
  portal.hosts.push_back(small_host());
  auto start = PortalServer::create(std::move(portal));
  ASSERT_TRUE(start.server) << start.error;
  std::vector<std::string> arguments = {"check", kHome, "--format", "json"};
  const std::vector<std::string> all = start.server->arguments();
  for (std::size_t index = 0; index < all.size(); ++index) {
    if (all[index] == "--allow-cidr") {
      ++index;
      continue;
    }
    arguments.push_back(all[index]);
  }
  const ProgramEnd end = run_program(kProgram, arguments);
  EXPECT_EQ(end.exit_code, 3) << end.err;
  EXPECT_TRUE(says(end.err, "--allow-cidr 127."));
  EXPECT_EQ(end.out.find("\"record\":\"finding\""), std::string::npos) << end.out;
  EXPECT_TRUE(start.server->log().empty());

  arguments = {"inspect", kHome};
  for (std::size_t index = 0; index < all.size(); index += 2) {
    if (all[index] == "--allow-cidr") continue;
    arguments.push_back(all[index]);
    arguments.push_back(all[index + 1]);
  }
  const ProgramEnd inspected = run_program(kProgram, arguments);
  EXPECT_EQ(inspected.exit_code, 3) << inspected.err;
  EXPECT_TRUE(says(inspected.err, "--allow-cidr"));
  EXPECT_TRUE(start.server->log().empty());
}

TEST(WrongFlags, TheSentenceNamesTheFlag) {
  const std::vector<std::vector<std::string>> rows = {
      {"--format", "xml"},    {"--max-pages", "0"},     {"--max-depth", "-1"},     {"--time-limit", "soon"},
      {"--rate", "-1"},       {"--per-host", "0"},      {"--exclude", "("},        {"--now", "today"},
      {"--only", "nonsense"}, {"--skip", "nonsense"},   {"--allow-cidr", "10/99"}, {"--dns", "dns.example"},
      {"--connect", "a:b:c"}, {"--cacert", "/no/file"}, {"--no-such-flag"},        {"--lang", "fr"},
  };
  for (const std::vector<std::string>& row : rows) {
    std::vector<std::string> arguments = {"check", "http://127.0.0.1:9/"};
    arguments.insert(arguments.end(), row.begin(), row.end());
    const ProgramEnd end = run_program(kProgram, arguments);
    EXPECT_EQ(end.exit_code, 2) << row[0];
    EXPECT_TRUE(says(end.err, row[0]));
    EXPECT_EQ(end.out, "");
  }
  EXPECT_EQ(run_program(kProgram, {"check"}).exit_code, 2);
  EXPECT_EQ(run_program(kProgram, {"check", "ftp://www.shizhen.gov.cn/"}).exit_code, 2);
  EXPECT_EQ(run_program(kProgram, {"check", "www.shizhen.gov.cn"}).exit_code, 2);
}

TEST(BadRobots, WhatIsNoRobotsFileForbidsNothing) {  // RFC 9309 2.2: lines that cannot be parsed are skipped
  std::string binary;
  for (int index = 0; index < 4096; ++index) binary.push_back(static_cast<char>(index * 7));
  for (const std::string& body : {html("首页", "<p>User-agent: * Disallow: /</p>"), binary, std::string(2000, '\0')}) {
    Host host = small_host();
    host.pages["/robots.txt"] = page(body, "text/plain");
    const Played played = check(std::move(host));
    EXPECT_EQ(played.run.exit_code, 0) << told(played.run) << played.run.err;
    EXPECT_EQ(played.run.summary["pages"], 2);
  }
}

// A patrol that read nothing must not look like a site that is well.
TEST(UnreadableHome, IsToldAsNotJudged) {
  Answer challenge = page(html("", "<script>document.cookie='__jsl_clearance=1';location.href='/'</script>"));
  challenge.status = 521;
  struct Row {
    std::string name;
    Answer home;
    std::string said;
  };
  const std::vector<Row> rows = {
      {"PDF", page("%PDF-1.4\n%\xE2\xE3\xCF\xD3\n1 0 obj\n<<>>\nendobj\n", "application/pdf"), "site.unjudged open -;"},
      {"NULs", page(std::string(5000, '\0')), "site.unjudged open -;"},
      {"challenge", challenge, "site.unjudged open http_521;"},
      {"forbidden", status(403), "site.unjudged open http_403;"},
      {"script", page("<html><body><div id=app></div><script src=/app.js></script></body></html>"),
       "site.unjudged open script_rendered;"},
  };
  for (const Row& row : rows) {
    const Played played = check_home(row.home);
    EXPECT_EQ(played.run.exit_code, 1) << row.name << played.run.err;
    EXPECT_EQ(told(played.run), row.said) << row.name;
    for (const json& finding : played.run.findings) EXPECT_EQ(finding["severity"], "info") << row.name;
  }
}

TEST(UnreadablePages, AllBlockedIsOneNotice) {
  Host host = small_host();
  std::string links;
  for (int index = 0; index < 15; ++index) {
    const std::string path = "/b" + std::to_string(index) + ".html";
    links += "<a href=\"" + path + "\">第" + std::to_string(index) + "篇</a>";
    host.pages[path] = status(403);
  }
  host.pages["/"] = page(html("石镇人民政府", links));
  const Played played = check(std::move(host));
  EXPECT_EQ(played.run.exit_code, 1);
  ASSERT_EQ(played.run.findings.size(), 1u) << told(played.run);
  EXPECT_EQ(played.run.findings[0]["rule"], "site.unjudged");
  EXPECT_EQ(played.run.summary["blocked"], 15);
}

TEST(UnreadablePages, NulsAndEndlessPagesEndNothing) {
  Host host = small_host();
  host.pages["/"] = page(html("石镇人民政府",
                              "<a href=/nul.html>一</a><a href=/endless.html>二</a><a href=/a.html>三</a>"
                              "<a href=/large.html>四</a>"));
  host.pages["/nul.html"] = page(std::string(5000, '\0'));
  Answer endless = page(html("长", "<p>字</p>"));
  endless.fault = Fault{FaultKind::kEndless, 0};
  host.pages["/endless.html"] = endless;
  std::string large = html("大", "");
  while (large.size() < (8u << 20)) large += "<p>这一页很长，长得没有必要。</p>";
  host.pages["/large.html"] = page(large);
  const Played played = check(std::move(host), {"--pages"});
  EXPECT_EQ(played.run.exit_code, 0) << told(played.run) << played.run.err;
  int too_large = 0;
  for (const json& record : played.run.pages) {
    if (record["reason"] == "too_large") ++too_large;
  }
  EXPECT_EQ(too_large, 2);
  EXPECT_EQ(played.run.summary["inconclusive"], 2);
  rusage usage{};
  ASSERT_EQ(getrusage(RUSAGE_CHILDREN, &usage), 0);
  EXPECT_LT(usage.ru_maxrss, kResidentKibMax) << "KiB of the largest child";
}

TEST(UnreadablePages, EndlessHomePageIsNotJudged) {
  Answer endless = page(html("长", "<p>字</p>"));
  endless.fault = Fault{FaultKind::kEndless, 0};
  const Played played = check_home(endless);
  EXPECT_EQ(played.run.exit_code, 1) << played.run.err;
  EXPECT_EQ(told(played.run), "site.unjudged open too_large;");
}

// A network that answers every address with its own login page accuses nobody of dead links.
TEST(CaptivePortal, SaysNothingOfSingleLinks) {
  Host host;
  host.name = kHost;
  host.missing = MissingMode::kSoftPage;
  std::string links = "<p>请先登录无线网络后继续浏览。</p>";
  for (int index = 0; index < 8; ++index) links += "<a href=\"/login" + std::to_string(index) + ".html\">登录</a>";
  host.not_found = page(html("网络认证", links));
  host.pages["/robots.txt"] = status(404);
  const Played played = check(std::move(host));
  for (const json& finding : played.run.findings) {
    EXPECT_FALSE(finding["rule"].get<std::string>().starts_with("link.")) << finding;
    EXPECT_NE(finding["rule"], "site.unreachable") << finding;
  }
  EXPECT_EQ(played.run.exit_code, 3) << played.run.err;
  EXPECT_EQ(told(played.run), "site.unjudged suspect blind;");
  EXPECT_TRUE(says(played.run.err, "answers every path with the same page"));
}

TEST(Output, FileThatCannotBeWrittenIsNamed) {
  const ProgramEnd end =
      run_program(kProgram, {"check", "http://127.0.0.1:9/", "--out", "/no/such/folder/report.html"});
  EXPECT_EQ(end.exit_code, 75);
  EXPECT_TRUE(says(end.err, "/no/such/folder/report.html"));
}

TEST(Inspect, FetchesAUrlAndSaysTheSameAsOfTheFile) {  // docs/INTERFACE.md, xuncha inspect
  Host host = small_host();
  host.pages["/r"] = redirect("/s");
  host.pages["/s"] = redirect("/a.html");
  host.pages["/loop"] = redirect("/loop");
  host.pages["/x.pdf"] = page("%PDF-1.4\n", "application/pdf");
  const std::string text = host.pages["/a.html"].body;
  Portal portal;
  portal.name = "inspect";
  portal.home = kHome;
  portal.hosts.push_back(std::move(host));
  auto start = PortalServer::create(std::move(portal));
  ASSERT_TRUE(start.server) << start.error;
  const auto inspect = [&](const std::string& path) {
    std::vector<std::string> arguments = {"inspect", "http://www.shizhen.gov.cn" + path};
    for (const std::string& argument : start.server->arguments()) arguments.push_back(argument);
    return run_program(kProgram, arguments);
  };
  const ProgramEnd fetched = inspect("/r");
  EXPECT_EQ(fetched.exit_code, 0) << fetched.err;
  const ProgramEnd piped = run_program(
      kProgram, {"inspect", "-", "--base", "http://www.shizhen.gov.cn/a.html", "--content-type", "text/html"},
      std::chrono::seconds(60), text);
  EXPECT_EQ(fetched.out, piped.out);
  EXPECT_EQ(start.server->log().size(), 3u);  // one request a hop, and nothing else

  const ProgramEnd missing = inspect("/none.html");
  EXPECT_EQ(missing.exit_code, 3);
  EXPECT_TRUE(says(missing.err, "status 404"));
  EXPECT_TRUE(says(inspect("/loop").err, "redirects more than 20 times"));
  EXPECT_TRUE(says(inspect("/x.pdf").err, "no HTML page: pdf"));
  EXPECT_EQ(inspect("/x.pdf").exit_code, 3);
}

// --config; docs/CONFIG.md, `ignore[]`.
TEST(Config, AnIgnoredFindingIsShownAndNotCounted) {
  const std::filesystem::path file = std::filesystem::path(testing::TempDir()) / "bad-input-config.yml";
  const auto write = [&](const std::string& until) {
    std::ofstream(file) << "sites:\n- home: \"" << kHome << "\"\n  ignore:\n  - {url: \"" << kHome
                        << "gone.html\", until: " << until << ", reason: 改版中}\n";
  };
  const auto run = [&] {
    Host host = small_host();
    host.pages["/"] = page(html("石镇人民政府", "<p>欢迎访问本站。</p><a href=/gone.html>旧闻</a>"));
    return check(std::move(host), {"--config", file.string(), "--now", "2026-11-30T23:30:00+08:00"}).run;
  };
  write("2026-11-30");
  const CheckRun ignored = run();
  EXPECT_EQ(ignored.exit_code, 0) << ignored.err;
  EXPECT_EQ(told(ignored), "link.broken ignored http_404;");
  write("2026-11-29");
  const CheckRun expired = run();
  EXPECT_EQ(expired.exit_code, 1);
  EXPECT_EQ(told(expired), "link.broken open http_404;");
  std::filesystem::remove(file);
}

TEST(Config, RecordsCarryTheConfiguredId) {  // docs/INTERFACE.md, Ids
  const std::filesystem::path file = std::filesystem::path(testing::TempDir()) / "bad-input-id.yml";
  std::ofstream(file) << "sites:\n- home: \"" << kHome << "\"\n  id: shizhen\n";
  Host host = small_host();
  host.pages["/"] = page(html("石镇人民政府", "<p>欢迎访问本站。</p><a href=/gone.html>旧闻</a>"));
  const CheckRun run = check(std::move(host), {"--config", file.string(), "--pages"}).run;
  EXPECT_EQ(run.summary["site"], "shizhen");
  ASSERT_EQ(run.findings.size(), 1u);
  EXPECT_EQ(run.findings[0]["site"], "shizhen");
  for (const json& record : run.pages) EXPECT_EQ(record["site"], "shizhen");
  std::filesystem::remove(file);
}

TEST(Config, AFaultyFileIsRefusedBeforeAnythingIsAsked) {
  const std::filesystem::path file = std::filesystem::path(testing::TempDir()) / "bad-input-faulty.yml";
  std::ofstream(file) << "sites:\n- hom: \"" << kHome << "\"\n";
  const Played played = check(small_host(), {"--config", file.string()});
  EXPECT_EQ(played.run.exit_code, 78);
  EXPECT_TRUE(
      says(played.run.err, file.string() + ":2: sites[0].hom: is unknown; did you mean home? permitted: home, id, "));
  EXPECT_TRUE(says(played.run.err, file.string() + ":2: sites[0].home: is missing"));
  EXPECT_TRUE(played.server->log().empty());
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace xuncha::test
