// The daemon's mails, from a hostile portal to a real SMTP server, read by parsers that are not ours.
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/e2e/daemon_run.h"
#include "tests/portal/portal_server.h"
#include "tests/support/mail_reader.h"
#include "tests/support/run_program.h"
#include "tests/support/smtp_server.h"
#include "tests/support/test_certificates.h"

namespace xuncha::test {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

constexpr const char* kHome = "http://www.lintai.gov.cn/";
constexpr const char* kPages = "https://xuncha.example.gov.cn/";
constexpr const char* kUser = "patrol";
constexpr const char* kPassword = "p@ss 密码=";
constexpr const char* kWebmaster = "webmaster@example.gov.cn";
constexpr const char* kBoss = "boss@example.gov.cn";
constexpr const char* kOpened = "新发现";
constexpr const char* kStillOpen = "未整改";
constexpr const char* kClosed = "已恢复";

// What stands in anchors and titles of the portal, as bytes of its pages.
std::vector<std::string> hostile_texts() {
  std::string longest;
  for (int count = 0; count < 4'000; ++count) longest += "长";
  return {"<script>alert(1)</script>",
          "公告&#13;&#10;Bcc: thief@example.com&#13;&#10;",
          "&lt;/p&gt;&lt;script&gt;alert(2)&lt;/script&gt;&lt;img src=x onerror=alert(3)&gt;",
          "\xe2\x80\xaegpj.exe\xe2\x81\xa6 &#x202e;cod.exe",
          "\x1b[31m红字\x1b[0m &#27;]0;title&#7;",
          "=?utf-8?B?QmNjOiB0aGllZkBleGFtcGxlLmNvbQ==?=",
          longest,
          "坏字节\xff\xc0\xaf\xed\xa0\x80",
          "&quot; onmouseover=&quot;alert(4)",
          "{anchor}{url}{entry} # # #",
          "&#10;---- 已恢复 ----&#10;&#10;[严重] 假的",
          "&lt;!-- --&gt;&lt;![CDATA[ ]]&gt;&lt;?php ?&gt;"};
}

std::string dead_page(std::size_t number) {
  return "/si/" + std::to_string(number) + ".html";
}

portal::Answer html(const std::string& title, const std::string& body, int status = 200,
                    const std::string& charset = "utf-8") {
  portal::Answer answer;
  answer.status = status;
  answer.charset = charset;
  answer.body = "<!DOCTYPE html><html><head><title>" + title + "</title></head><body>" + body + "</body></html>";
  return answer;
}

// Every dead page of this portal is linked by a hostile text; in phase "half" those of even numbers are mended and one
// more dies; in phase "mended" all is well.
portal::Portal hostile_portal() {
  portal::Host town;
  town.name = "www.lintai.gov.cn";
  std::string links;
  const std::vector<std::string> texts = hostile_texts();
  for (std::size_t number = 0; number < texts.size(); ++number) {
    links += "<p><a href=\"" + dead_page(number) + "\">" + texts[number] + "</a></p>\n";
    portal::Answer& answer = town.pages[dead_page(number)] = html(texts[number], "没有", 404);
    answer.phases["mended"] = html("公告", "<p>公告全文</p>");
    if (number % 2 == 0) answer.phases["half"] = answer.phases["mended"];
  }
  links += "<a href=\"/xin.html\">新近失效的公告</a>";
  town.pages["/xin.html"] = html("公告", "<p>公告全文</p>");
  town.pages["/xin.html"].phases["half"] = html("提示", "没有", 404);
  // URLs that would like to be more than that.
  const std::map<std::string, std::string> urls = {
      {"/cha?\"><script>alert(5)</script>", "引号网址"},
      {"/cha/%0d%0aBcc:%20thief@example.com", "换行网址"},
      {"/cha/'onclick='alert(6)", "单引号网址"},
      {"/cha/\xe2\x80\xaegpj.exe", "倒写网址"},
  };
  for (const auto& [url, text] : urls) {
    std::string written = url;
    for (std::size_t at = 0; (at = written.find('"', at)) != std::string::npos;) written.replace(at, 1, "&quot;");
    links += "<a href=\"" + written + "\">" + text + "</a>\n";
  }
  links += "<a href=\"/gb.html\">国标码页面</a><a href=\"http://www.yulecheng.org.cn/\">老干部&lt;b&gt;活动中心</a>";
  town.pages["/"] = html("临台镇<script>alert(7)</script>", "<a href=\"/mulu.html\">目录&lt;script&gt;</a>");
  town.pages["/mulu.html"] = html("目录", links);
  // "附件<b>下载" in GB18030.
  town.pages["/gb.html"] = html(
      "\xd5\xfe\xce\xf1", "<a href=\"/fj/tongzhi.doc\">\xb8\xbd\xbc\xfe&lt;b&gt;\xcf\xc2\xd4\xd8</a>", 200, "gb18030");
  town.not_found = html("提示", "没有这个页面", 404);
  portal::Host gambler;
  gambler.name = "www.yulecheng.org.cn";
  portal::Answer& home = gambler.pages["/"] =
      html("澳门新葡京娱乐城_真人百家乐_老虎机_官网开户送彩金<script>alert(8)</script>",
           "<h1>澳门新葡京娱乐城官网</h1><p>注册开户即送彩金588元，真人百家乐、龙虎斗、老虎机、捕鱼、体育投注、时时彩、"
           "六合彩，存取款秒到账，24小时在线客服。</p><p>百家乐 | 轮盘 | 骰宝 | 电子游艺 | 棋牌 | 彩票投注</p>");
  home.phases["mended"] = html("老干部活动中心", "<p>活动安排</p>");
  portal::Portal portal;
  portal.name = "hostile";
  portal.home = kHome;
  portal.hosts = {town, gambler};
  return portal;
}

std::string minute_from_now(int minutes) {
  const std::time_t at = std::time(nullptr) + minutes * 60L + 8 * 3600L;  // in Beijing
  std::tm civil{};
  gmtime_r(&at, &civil);
  char text[8];
  std::strftime(text, sizeof text, "%H:%M", &civil);
  return text;
}

class DaemonMail : public testing::Test {
 protected:
  static void SetUpTestSuite() { authority_ = new TestAuthority(); }
  static void TearDownTestSuite() {
    delete authority_;
    authority_ = nullptr;
  }
  void SetUp() override {
    auto started = portal::PortalServer::create(hostile_portal());
    ASSERT_TRUE(started.server) << started.error;
    portal_ = std::move(started.server);
    daemon_ = std::make_unique<DaemonRun>(*portal_);
    daemon_->write("password", std::string(kPassword) + "\n");
    daemon_->write("root.pem", authority_->root_pem());
    daemon_->write("server.pem", pem_of(authority_->issue({.names = {"IP:127.0.0.1"}})));
  }

  // Arguments of the server that speaks TLS in this way and wants the password.
  std::vector<std::string> secured(const std::string& security, std::vector<std::string> more = {}) const {
    const std::string identity = daemon_->path("server.pem");
    std::vector<std::string> arguments = {"--security", security, "--cert", identity,     "--key",
                                          identity,     "--user", kUser,    "--password", kPassword};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }
  std::string server(std::uint16_t port, const std::string& security, const std::string& password = "password") const {
    return "{host: 127.0.0.1, port: " + std::to_string(port) + ", security: " + security + ", user: " + kUser +
           ", password_file: " + password + ", cacert: root.pem}";
  }
  static std::string open_server(std::uint16_t port) {
    return "{host: 127.0.0.1, port: " + std::to_string(port) + ", security: none}";
  }
  static std::string configuration(const std::string& server, const std::string& routes, bool laboratory = true) {
    return laboratory_defaults("1s") + "sites:\n  - home: " + kHome +
           "\n    name: 临台镇<b>\n    unit: 镇政府办公室\nweb:\n  external_url: " + kPages +
           "\nmail:\n  laboratory: " + (laboratory ? "true" : "false") + "\n  server: " + server +
           "\n  from: 网站巡查 <xuncha@example.gov.cn>\n  routes:\n" + routes;
  }
  static std::string both_routes() {
    return std::string("    - {to: [") + kWebmaster + "]}\n    - {to: [" + kBoss + "], severity: critical}\n";
  }

  double mails_total(const std::string& result) {
    return daemon_->metric("xuncha_mails_total{result=\"" + result + "\"}");
  }
  // Are all cases in `state` that the portal's phase makes so? By the number of them.
  bool shows(const std::string& state, std::size_t count) {
    std::size_t found = 0;
    for (const json& each : daemon_->findings()) found += each["state"] == state ? 1 : 0;
    return found == count;
  }
  // The cases that mails to a recipient named under a heading, with how often. Each mail counts once, however often it
  // came.
  static std::map<std::string, int> named(const SmtpServer& server, const std::string& recipient,
                                          const std::string& section);
  static void check_mail(const json& line, const json& mail);

  static TestAuthority* authority_;
  std::unique_ptr<portal::PortalServer> portal_;
  std::unique_ptr<DaemonRun> daemon_;
};
TestAuthority* DaemonMail::authority_ = nullptr;

constexpr std::size_t kDead = 12 + 4 + 1;  // texts, URLs, the attachment
constexpr std::size_t kHijacked = 1;

std::map<std::string, int> DaemonMail::named(const SmtpServer& server, const std::string& recipient,
                                             const std::string& section) {
  std::map<std::string, int> named;
  std::set<std::string> seen;
  for (const json& mail : read_mails(server.mails(), XUNCHA_SOURCE_DIR)) {
    if (mail["headers"]["to"] != recipient || !seen.insert(mail["headers"]["message-id"]).second) continue;
    for (const json& item : mail["items"]) {
      if (item["section"] != section) continue;
      const std::string link = item["links"].back();
      ++named[link.substr(link.rfind('/') + 1)];
    }
  }
  return named;
}

// What every mail must be, whatever the portal says (`line` is the server's word of it).
void DaemonMail::check_mail(const json& line, const json& mail) {
  EXPECT_TRUE(mail["defects"].empty()) << mail["defects"];
  EXPECT_EQ(mail["names"], json({"Date", "From", "To", "Subject", "Message-ID", "List-Id", "Auto-Submitted",
                                 "Precedence", "X-Auto-Response-Suppress", "MIME-Version", "Content-Type"}));
  EXPECT_EQ(mail["from"], "xuncha@example.gov.cn");
  EXPECT_EQ(mail["sender"], "网站巡查");
  EXPECT_EQ(line["from"], "xuncha@example.gov.cn");
  ASSERT_EQ(line["to"].size(), 1u);
  EXPECT_EQ(mail["headers"]["to"], line["to"][0]);
  EXPECT_EQ(mail["headers"]["auto-submitted"], "auto-generated");
  EXPECT_EQ(mail["headers"]["list-id"], "<xuncha.example.gov.cn>");
  EXPECT_TRUE(mail["date"].get<std::string>().ends_with("+08:00")) << mail["date"];
  EXPECT_TRUE(mail["headers"]["message-id"].get<std::string>().ends_with("@example.gov.cn>"));
  EXPECT_TRUE(mail["headers"]["subject"].get<std::string>().starts_with("【巡查")) << mail["headers"]["subject"];
  EXPECT_NE(mail["headers"]["subject"].get<std::string>().find("临台镇<b>"), std::string::npos);
  EXPECT_EQ(mail["type"], "multipart/alternative");
  EXPECT_EQ(mail["parts"], json({"text/plain utf-8", "text/html utf-8"}));
  EXPECT_EQ(mail["is_ascii"], true);
  EXPECT_LE(mail["longest_line"], 78);
  EXPECT_EQ(mail["bare_line_ends"], 0);

  // Nothing of the portal became markup, and nothing is loaded or run.
  EXPECT_TRUE(mail["strange"].empty()) << mail["strange"];
  const std::set<std::string> tags = {"a", "body", "div", "h1", "h2", "h3", "head", "html", "meta", "p", "span"};
  for (const json& tag : mail["tags"]) EXPECT_TRUE(tags.contains(tag)) << tag;
  const std::set<std::string> attributes = {"charset", "href", "lang", "rel", "style"};
  for (const json& name : mail["attributes"]) EXPECT_TRUE(attributes.contains(name)) << name;
  EXPECT_EQ(mail["html"].get<std::string>().find("url("), std::string::npos);
  for (const json& link : mail["links"]) {
    const std::string url = link;
    EXPECT_TRUE(url.starts_with(kHome) || url.starts_with(kPages)) << url;
    EXPECT_EQ(url.find_first_of("\"'<> \r\n"), std::string::npos) << url;
  }
  for (const char* part : {"text", "html_text"}) {
    const std::string text = mail[part];
    for (const char c : text) EXPECT_TRUE(static_cast<unsigned char>(c) >= ' ' || c == '\n') << part;
    EXPECT_EQ(text.find("\xe2\x80\xae"), std::string::npos) << part << ": a right-to-left override";
    EXPECT_EQ(text.find("www.yulecheng"), std::string::npos) << part << ": an address that invites";
    EXPECT_EQ(text.find("\nBcc:"), std::string::npos) << part;
  }
  EXPECT_EQ(mail["text"].get<std::string>().find("\n---- 已恢复 ----\n\n[严重] 假的"), std::string::npos);
}

TEST_F(DaemonMail, WhatAHostilePortalSaysArrivesInertAndEachNewsOnce) {
  const SmtpServer sink(XUNCHA_SOURCE_DIR, secured("starttls", {"--mechanism", "LOGIN", "--then", "greylist", "--then",
                                                                "greylist", "--then", "accept"}));
  daemon_->configure(configuration(server(sink.port, "starttls"), both_routes()));
  daemon_->start();
  ASSERT_TRUE(wait_until([&] { return shows("open", kDead + kHijacked); })) << daemon_->log();
  ASSERT_TRUE(wait_until([&] { return named(sink, kWebmaster, kOpened).size() == kDead + kHijacked; }))
      << daemon_->log();
  portal_->set_phase("half");
  ASSERT_TRUE(wait_until([&] { return named(sink, kWebmaster, kClosed).size() == 6; })) << daemon_->log();
  ASSERT_TRUE(wait_until([&] { return named(sink, kWebmaster, kOpened).size() == kDead + kHijacked + 1; }));
  portal_->set_phase("mended");
  ASSERT_TRUE(wait_until([&] { return named(sink, kWebmaster, kClosed).size() == 12 + 1 + kHijacked; }))
      << daemon_->log();
  ASSERT_TRUE(wait_until([&] { return !named(sink, kBoss, kClosed).empty(); })) << daemon_->log();
  ASSERT_TRUE(wait_until([&] { return mails_total("sent") == static_cast<double>(sink.mails().size()); }));
  for (const json& each : daemon_->findings()) {
    if (each["rule"] != "link.hijacked") continue;
    EXPECT_EQ(each["severity"], "critical") << "mended, it is what it was";
  }

  const std::vector<json> lines = sink.mails();
  const std::vector<json> mails = read_mails(lines, XUNCHA_SOURCE_DIR);
  std::set<std::string> names;
  std::string all_text;
  bool all_news_in_one = false;
  for (std::size_t index = 0; index < mails.size(); ++index) {
    EXPECT_EQ(lines[index]["tls"], true);
    EXPECT_EQ(lines[index]["user"], kUser);
    EXPECT_EQ(lines[index]["mechanism"], "LOGIN");
    check_mail(lines[index], mails[index]);
    EXPECT_TRUE(names.insert(mails[index]["headers"]["message-id"]).second) << "a mail came twice";
    all_text += mails[index]["text"];
    std::set<std::string> sections;
    for (const json& item : mails[index]["items"]) sections.insert(item["section"]);
    all_news_in_one = all_news_in_one || sections.contains(kStillOpen);
  }
  EXPECT_TRUE(all_news_in_one) << "the digest after the half mending tells what is still open, too";

  // Each case once; of those of the boss, the critical one, in an urgent mail.
  for (const auto& [finding, times] : named(sink, kWebmaster, kOpened)) EXPECT_EQ(times, 1) << finding;
  for (const auto& [finding, times] : named(sink, kWebmaster, kClosed)) EXPECT_EQ(times, 1) << finding;
  EXPECT_EQ(named(sink, kBoss, kOpened).size(), kHijacked);
  // What they were told can be read, as the portal's people wrote it.
  for (const char* words :
       {"</p><script>alert(2)</script><img src=x onerror=alert(3)>", "公告 Bcc: thief@example.com", "⟨U+202E⟩gpj.exe",
        "␛[31m红字", "=?utf-8?B?QmNjOiB0aGllZkBleGFtcGxlLmNvbQ==?=", "长长长长长", "坏字节\xef\xbf\xbd", "附件<b>下载",
        "{anchor}{url}{entry} # # #", "hxxp://www[.]yulecheng[.]org[.]cn/", "老干部<b>活动中心"}) {
    EXPECT_NE(all_text.find(words), std::string::npos) << words;
  }
  EXPECT_GE(mails_total("deferred"), 2);  // greylisted; a machine that is busy elsewhere may be late besides
  EXPECT_EQ(mails_total("refused"), 0);
  EXPECT_EQ(mails_total("dropped"), 0);
}

// A digest that is due within the short wait tells the news first: then once more.
TEST_F(DaemonMail, WhatIsCriticalIsToldAtOnceInAMailOfItsOwn) {
  const SmtpServer sink(XUNCHA_SOURCE_DIR, {});
  daemon_->configure(configuration(open_server(sink.port), both_routes()));
  const auto urgent = [&] {
    for (const json& mail : read_mails(sink.mails(), XUNCHA_SOURCE_DIR)) {
      const std::string subject = mail["headers"]["subject"];
      if (mail["headers"]["to"] == kBoss && subject == "【巡查·紧急】临台镇<b>：外部链接被劫持或易主") return true;
    }
    return false;
  };
  daemon_->start();
  for (int turn = 1; turn <= 6 && !urgent(); ++turn) {
    portal_->set_phase("");
    ASSERT_TRUE(wait_until([&] {
      return static_cast<int>(named(sink, kBoss, kOpened).size()) == 1 &&
             named(sink, kBoss, kOpened).begin()->second == turn;
    })) << daemon_->log();
    portal_->set_phase("mended");
    ASSERT_TRUE(wait_until([&] { return shows("open", 4 + 1); })) << daemon_->log();  // URLs and attachment stay dead
  }
  EXPECT_TRUE(urgent());
}

TEST_F(DaemonMail, AServerThatHangsDiesOrRefusesOneGetsTheSameMailAgainAndTheOthersTheirs) {
  const SmtpServer sink(XUNCHA_SOURCE_DIR, {"--then", "hang", "--then", "hang-data", "--then", "die", "--then", "busy",
                                            "--then", "refuse=gone@example.gov.cn"});
  daemon_->configure(configuration(open_server(sink.port), std::string("    - to: [gone@example.gov.cn, ") +
                                                               kWebmaster + "]\n      rules: [link.broken]\n"));
  daemon_->start();
  ASSERT_TRUE(wait_until([&] { return shows("open", kDead + kHijacked); })) << daemon_->log();
  ASSERT_TRUE(wait_until([&] { return named(sink, kWebmaster, kOpened).size() == kDead; })) << daemon_->log();
  ASSERT_TRUE(wait_until([&] {
    return mails_total("refused") == 1 && mails_total("sent") == static_cast<double>(sink.mails().size()) - 2;
  })) << daemon_->log();
  // What came to the server that never answered and to the one that died, they may have: it comes again. That for the
  // one who does not exist was then refused.
  const std::vector<json> lines = sink.mails();
  ASSERT_GE(lines.size(), 3u);
  EXPECT_EQ(lines[0]["step"], "hang-data");
  EXPECT_EQ(lines[1]["step"], "die");
  std::map<std::string, std::set<std::string>> bytes;
  const std::vector<json> mails = read_mails(lines, XUNCHA_SOURCE_DIR);
  for (std::size_t index = 0; index < lines.size(); ++index) {
    check_mail(lines[index], mails[index]);
    bytes[mails[index]["headers"]["message-id"]].insert(lines[index]["data"]);
  }
  for (const auto& [name, each] : bytes) EXPECT_EQ(each.size(), 1u) << name << " is one mail, at every try";
  EXPECT_GE(mails_total("deferred"), 4) << daemon_->log();
  EXPECT_EQ(mails_total("dropped"), 0);
}

TEST_F(DaemonMail, AServerThatWasAwayForManyDigestsGetsAFewMailsAndNothingIsLost) {
  std::uint16_t port = 0;
  {
    const SmtpServer away(XUNCHA_SOURCE_DIR, {});
    port = away.port;
  }
  daemon_->configure(configuration(server(port, "tls"), both_routes()));
  daemon_->start();
  ASSERT_TRUE(wait_until([&] { return shows("open", kDead + kHijacked); })) << daemon_->log();
  const auto began = std::chrono::steady_clock::now();
  portal_->set_phase("half");
  ASSERT_TRUE(wait_until([&] { return shows("open", kDead + kHijacked - 6 + 1); })) << daemon_->log();
  ASSERT_TRUE(wait_until([&] { return std::chrono::steady_clock::now() - began > 12s; }));
  EXPECT_GE(mails_total("deferred"), 2);
  EXPECT_LE(mails_total("deferred"), 12) << "it was asked less and less";
  EXPECT_EQ(mails_total("sent"), 0);

  std::vector<std::string> arguments = secured("tls", {"--mechanism", "PLAIN"});
  arguments.insert(arguments.end(), {"--port", std::to_string(port)});
  const SmtpServer back(XUNCHA_SOURCE_DIR, arguments);
  ASSERT_TRUE(wait_until([&] { return named(back, kWebmaster, kClosed).size() == 6; })) << daemon_->log();
  const auto came_back = std::chrono::steady_clock::now();  // would the next digest tell anything else?
  ASSERT_TRUE(wait_until([&] { return std::chrono::steady_clock::now() - came_back > 3s; }));
  std::map<std::string, int> mails;
  for (const json& line : back.mails()) {
    EXPECT_EQ(line["mechanism"], "PLAIN");
    ++mails[line["to"][0]];
  }
  EXPECT_LE(mails[kWebmaster], 3) << "an urgent mail, the digest that waited, and one of all that came since";
  EXPECT_LE(mails[kBoss], 2);
  EXPECT_EQ(named(back, kWebmaster, kOpened).size(), kDead + kHijacked + 1);
  for (const auto& [finding, times] : named(back, kWebmaster, kOpened)) EXPECT_EQ(times, 1) << finding;
}

TEST_F(DaemonMail, ATestMailTellsAGoodSettingFromABadPasswordAndABadCertificate) {
  const SmtpServer sink(XUNCHA_SOURCE_DIR, secured("starttls"));
  daemon_->write("wrong", "guess\n");
  daemon_->configure(configuration(server(sink.port, "starttls"), both_routes()));
  const auto test_mail = [&] {
    return run_program(XUNCHA_BINARY_DIR "/xuncha",
                       {"--lang", "zh-CN", "test-mail", kWebmaster, "--config", daemon_->path("xuncha.yml")}, 30s);
  };
  const ProgramEnd good = test_mail();
  EXPECT_EQ(good.exit_code, 0) << good.err;
  ASSERT_EQ(sink.mails().size(), 1u);
  const json mail = read_mail(sink.mails()[0]["data"], XUNCHA_SOURCE_DIR);
  EXPECT_TRUE(mail["defects"].empty());
  EXPECT_EQ(mail["headers"]["subject"], "【巡查】测试邮件");

  daemon_->configure(configuration(server(sink.port, "starttls", "wrong"), both_routes()));
  const ProgramEnd refused = test_mail();
  EXPECT_EQ(refused.exit_code, 78) << refused.out;
  EXPECT_NE(refused.err.find("535"), std::string::npos) << refused.err;
  EXPECT_EQ((refused.out + refused.err).find("guess"), std::string::npos);

  daemon_->configure(configuration(server(sink.port, "starttls"), both_routes()));
  daemon_->write("root.pem", TestAuthority().root_pem());
  const ProgramEnd unknown = test_mail();
  EXPECT_EQ(unknown.exit_code, 78) << unknown.out;
  EXPECT_NE(unknown.err.find("certificate"), std::string::npos) << unknown.err;
  EXPECT_EQ(sink.mails().size(), 1u);
}

// Waits on the clock of the wall: the coming minutes are the times of the day.
class DaemonMinute : public DaemonMail {};

TEST_F(DaemonMinute, ADigestComesAtItsMinuteOfTheBeijingDayAndNotBefore) {
  const SmtpServer sink(XUNCHA_SOURCE_DIR, {});
  const std::string times = "    - {to: [" + std::string(kWebmaster) + "], rules: [link.broken], digest: [\"" +
                            minute_from_now(1) + "\", \"" + minute_from_now(2) + "\"]}\n";
  const std::time_t next = (std::time(nullptr) / 60 + 1) * 60;
  daemon_->configure(configuration(open_server(sink.port), times, false));
  daemon_->start();
  ASSERT_TRUE(wait_until([&] { return !sink.mails().empty(); }, 130s)) << daemon_->log();
  ASSERT_LT(std::time(nullptr), next + 70);
  EXPECT_EQ(std::fmod(sink.mails()[0]["time"].get<double>(), 60.0) < 10, true) << sink.mails()[0]["time"];
  EXPECT_GE(sink.mails()[0]["time"].get<double>(), static_cast<double>(next));
  const json mail = read_mail(sink.mails()[0]["data"], XUNCHA_SOURCE_DIR);
  check_mail(sink.mails()[0], mail);
}

}  // namespace
}  // namespace xuncha::test
