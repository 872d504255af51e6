#include "daemon/web/pages.h"

#include <gtest/gtest.h>

#include "daemon/web/style.h"
#include "tests/support/web_fixture.h"

namespace xuncha {
namespace {

using std::string;
using test::small_snapshot;
using test::wished_finding;

HttpResponse ask(const Snapshot* snapshot, const string& target, const string& accept_language = {}) {
  HttpRequest request;
  request.method = "GET";
  request.path = target.substr(0, target.find('?'));
  if (target.size() > request.path.size()) request.query = target.substr(request.path.size() + 1);
  if (!accept_language.empty()) request.headers.emplace_back("accept-language", accept_language);
  return answer_page(request, snapshot);
}

bool holds(const HttpResponse& response, std::string_view text) {
  return response.body.find(text) != string::npos;
}

std::size_t count(const HttpResponse& response, std::string_view text) {
  std::size_t found = 0;
  for (std::size_t at = response.body.find(text); at != string::npos; at = response.body.find(text, at + 1)) ++found;
  return found;
}

// --- what stands there ---------------------------------------------------------------------------------------------

TEST(WebPages, TheStartPageNamesSitesWithTheirStateAndOpenFindings) {
  const auto snapshot = small_snapshot();
  const HttpResponse page = ask(snapshot.get(), "/");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
  EXPECT_TRUE(holds(page, "<html lang=\"zh-CN\">"));
  EXPECT_TRUE(holds(page, "甲市人民政府"));
  EXPECT_TRUE(holds(page, "有问题"));
  EXPECT_TRUE(holds(page, "等待首次巡查"));
  EXPECT_TRUE(holds(page, "2026-04-26 04:00:00")) << "the last complete patrol, in Beijing time";
  EXPECT_TRUE(holds(page, "href=\"/metrics\""));
  EXPECT_TRUE(holds(page, "href=\"/sites/www.b.gov.cn%3A8080~zwgk%2F\""));
  for (const FindingPointer& finding : snapshot->sites[0]->findings) {
    EXPECT_EQ(holds(page, "/findings/" + finding->id), finding->state != FindingState::kClosed);
  }
}

TEST(WebPages, AFindingsPageHoldsAllItsEvidence) {
  const auto snapshot = small_snapshot();
  const FindingPointer finding = wished_finding({});
  const HttpResponse page = ask(snapshot.get(), "/findings/" + finding->id);
  EXPECT_EQ(page.status, 200);
  for (const char* text :
       {"断链（链接打不开）", "已确认", "https://www.a.gov.cn/gone.html", "192.0.2.7", "404", "302",
        "https://www.a.gov.cn/error/404.html", "https://www.a.gov.cn/index.html", "关于举办培训班的通知", "正文",
        "第 123 行", "另有 11 处未列出", "页面不存在", "2026-04-20 07:00:00", "国办秘函〔2019〕19号", "content-type"}) {
    EXPECT_TRUE(holds(page, text)) << text;
  }
}

TEST(WebPages, ASitesPageListsItsFindingsTheWorstOpenOneFirst) {
  const auto snapshot = small_snapshot();
  const HttpResponse page = ask(snapshot.get(), "/sites/www.a.gov.cn");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(count(page, "href=\"/findings/"), 4u);
  EXPECT_LT(page.body.find("gone.html"), page.body.find("b.pdf"));
  EXPECT_LT(page.body.find("b.pdf"), page.body.find("c.html"));
  EXPECT_LT(page.body.find("c.html"), page.body.find("d.html"));
  EXPECT_EQ(ask(snapshot.get(), "/sites/www.b.gov.cn%3A8080~zwgk%2F").status, 200);
  EXPECT_TRUE(holds(page, "HTTP：没有开通"));
}

TEST(WebPages, ASitesPageListsItsColumnsThoseThatNeedSomebodyFirst) {
  const auto snapshot = small_snapshot();
  const HttpResponse page = ask(snapshot.get(), "/sites/www.a.gov.cn");
  EXPECT_TRUE(holds(page, "未按时更新 1 · 未能判断 1"));
  EXPECT_TRUE(holds(page, "工作&lt;动态&gt;"));
  EXPECT_TRUE(holds(page, "2026-04-09"));
  EXPECT_LT(page.body.find("工作&lt;动态&gt;"), page.body.find("局长信箱"));
  EXPECT_FALSE(holds(ask(snapshot.get(), "/sites/www.b.gov.cn%3A8080~zwgk%2F"), "<h2>栏目</h2>"));
}

TEST(WebPages, WhatIsNotThereIsNotFound) {
  const auto snapshot = small_snapshot();
  for (const char* path : {"/sites", "/sites/", "/sites/www.x.gov.cn", "/findings/", "/findings/x", "/index.html",
                           "/findings/00000000000000000000000000000000", "/style.css", "/sites/www.a.gov.cn/x"}) {
    EXPECT_EQ(ask(snapshot.get(), path).status, 404) << path;
  }
}

TEST(WebPages, AnOldAddressOfAFindingLeadsToAPageForPeople) {
  const HttpResponse page = ask(small_snapshot().get(), "/findings/00000000000000000000000000000000");
  EXPECT_EQ(page.status, 404);
  EXPECT_TRUE(holds(page, "没有这个页面"));
  EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
}

TEST(WebPages, WhatIsClosedStandsApartWithItsTime) {
  const auto snapshot = small_snapshot();
  const HttpResponse page = ask(snapshot.get(), "/sites/www.a.gov.cn");
  EXPECT_LT(page.body.find("<h3>现有问题（含待复核）</h3>"), page.body.find("<h3>已销号、已忽略</h3>"));
  const std::size_t past = page.body.find("<h3>已销号、已忽略</h3>");
  EXPECT_NE(page.body.find("card good", past), string::npos);
  EXPECT_NE(page.body.find("销号时间：", past), string::npos);
  EXPECT_EQ(page.body.find("card major", past), string::npos);
}

TEST(WebPages, NothingFoundIsNoPraiseWhenNothingWasSeenForLong) {
  SiteSnapshot site;
  site.id = "www.d.gov.cn";
  site.home = "https://www.d.gov.cn/";
  site.interval = std::chrono::hours(1);
  site.pages[static_cast<std::size_t>(Verdict::kOk)] = 5;
  site.pages[static_cast<std::size_t>(Verdict::kBlocked)] = 2;
  Snapshot snapshot = *small_snapshot();
  const auto start_page = [&](std::optional<std::chrono::hours> age) {
    site.last_complete = age ? std::optional<WallTime>(snapshot.made - *age) : std::nullopt;
    snapshot.sites = {make_site_snapshot(site)};
    return ask(&snapshot, "/");
  };
  EXPECT_TRUE(holds(start_page(std::chrono::hours(2)), "<span class=\"tag good\">未发现问题"));
  EXPECT_TRUE(holds(start_page(std::chrono::hours(5)), "<span class=\"tag plain\">很久没有完整巡查"));
  EXPECT_TRUE(holds(start_page(std::nullopt), "<span class=\"tag plain\">还没有完整巡查过"));
  EXPECT_TRUE(holds(start_page(std::nullopt), "7 (被拦截 2)"));
}

TEST(WebPages, AHijackedAddressIsNoLink) {
  FindingPointer wished = wished_finding({.rule = "link.hijacked", .subject = "http://bad.example/"});
  Finding finding = *wished;
  finding.reason = *parse_reason("gambling");
  SiteSnapshot site;
  site.id = finding.site;
  site.findings = {std::make_shared<const Finding>(finding)};
  Snapshot snapshot = *small_snapshot();
  snapshot.sites = {make_site_snapshot(std::move(site))};
  const HttpResponse page = ask(&snapshot, "/findings/" + finding.id);
  EXPECT_TRUE(holds(page, "<bdi>http://bad.example/</bdi>"));
  EXPECT_FALSE(holds(page, "href=\"http://bad.example/"));
}

TEST(WebPages, ADroppedSuspicionIsNotShownAsMended) {
  Finding finding = *wished_finding({.state = FindingState::kClosed});
  finding.opened.reset();
  SiteSnapshot site;
  site.id = finding.site;
  site.findings = {std::make_shared<const Finding>(finding)};
  Snapshot snapshot = *small_snapshot();
  snapshot.sites = {make_site_snapshot(std::move(site))};
  EXPECT_TRUE(holds(ask(&snapshot, "/sites/" + finding.site), "没有记录的问题"));
}

TEST(WebPages, AFailedReloadIsSaid) {
  Snapshot snapshot = *small_snapshot();
  EXPECT_FALSE(holds(ask(&snapshot, "/"), "重新加载配置失败"));
  snapshot.config.last_reload_successful = false;
  EXPECT_TRUE(holds(ask(&snapshot, "/"), "重新加载配置失败"));
}

TEST(WebPages, BeforeTheFirstSnapshotTheySaySo) {
  const HttpResponse page = ask(nullptr, "/");
  EXPECT_EQ(page.status, 503);
  EXPECT_TRUE(holds(page, "正在启动"));
  EXPECT_EQ(ask(nullptr, string(page_style_path())).status, 200);
}

TEST(WebPages, AnEmptyConfigurationSaysWhatToDo) {
  EXPECT_TRUE(holds(ask(make_snapshot({}).get(), "/"), "还没有配置网站"));
}

TEST(WebPages, TheStyleSheetIsAFileOfItsOwn) {
  const auto snapshot = small_snapshot();
  const HttpResponse page = ask(snapshot.get(), "/");
  EXPECT_TRUE(holds(page, "href=\"" + string(page_style_path()) + "\""));
  EXPECT_EQ(ask(snapshot.get(), string(page_style_path())).content_type, "text/css; charset=utf-8");
  EXPECT_FALSE(holds(page, "<style"));
  EXPECT_FALSE(holds(page, " style="));
  EXPECT_FALSE(holds(page, "<script"));
}

// --- bounds --------------------------------------------------------------------------------------------------------

TEST(WebPages, ManySitesAndFindingsComeInPages) {
  const auto many_sites = test::large_snapshot(250, 7);
  const HttpResponse first = ask(many_sites.get(), "/");
  EXPECT_EQ(count(first, "<section"), 100u);
  EXPECT_EQ(count(first, "href=\"/findings/"), 500u) << "five of each";
  EXPECT_TRUE(holds(first, "另有 2 项，查看全部"));
  EXPECT_TRUE(holds(first, "/?page=2"));
  EXPECT_EQ(count(ask(many_sites.get(), "/?page=3"), "<section"), 50u);
  for (const char* page : {"/?page=4", "/?page=99999999999999999999", "/?page=0", "/?page=-1", "/?page=x"}) {
    EXPECT_EQ(ask(many_sites.get(), page).status, 200) << page;
  }
  const auto many_findings = test::large_snapshot(1, 230);
  EXPECT_EQ(count(ask(many_findings.get(), "/sites/www.s00000.gov.cn"), "href=\"/findings/"), 100u);
  EXPECT_EQ(count(ask(many_findings.get(), "/sites/www.s00000.gov.cn?page=3"), "href=\"/findings/"), 30u);
}

// --- languages -----------------------------------------------------------------------------------------------------

TEST(WebPages, SpeakTheLanguageThatIsAskedFor) {
  const auto snapshot = small_snapshot();
  const HttpResponse english = ask(snapshot.get(), "/?lang=en");
  EXPECT_TRUE(holds(english, "<html lang=\"en\">"));
  EXPECT_TRUE(holds(english, "Last complete patrol"));
  EXPECT_TRUE(holds(english, "href=\"/sites/www.a.gov.cn?lang=en\"")) << "the language goes along";
  EXPECT_TRUE(holds(ask(snapshot.get(), "/", "en-US,en;q=0.9"), "<html lang=\"en\">"));
  EXPECT_FALSE(holds(ask(snapshot.get(), "/", "en-US"), "?lang=en\">")) << "but only where the address asks for it";
}

struct LanguageRow {
  const char* asked;  // null: not
  const char* accept;
  Language language;
};

TEST(WebPages, Rfc9110_12_5_4_AcceptLanguage) {
  constexpr Language kZh = Language::kChinese;
  constexpr Language kEn = Language::kEnglish;
  for (const LanguageRow& row :
       {LanguageRow{nullptr, "", kZh}, LanguageRow{nullptr, "en", kEn}, LanguageRow{nullptr, "de", kZh},
        LanguageRow{nullptr, "zh-CN,zh;q=0.9,en;q=0.8", kZh}, LanguageRow{nullptr, "en-GB,en;q=0.9,zh;q=0.8", kEn},
        LanguageRow{nullptr, "zh;q=0.5, en;q=0.7", kEn}, LanguageRow{nullptr, "en;q=0", kZh},
        LanguageRow{nullptr, "en;q=x,zh;q=0.1", kZh}, LanguageRow{nullptr, ",,;q=,-", kZh},
        LanguageRow{nullptr, "enough", kZh}, LanguageRow{"en", "zh", kEn}, LanguageRow{"zh-CN", "en", kZh},
        LanguageRow{"fr", "en", kEn}}) {
    const auto asked = row.asked == nullptr ? std::nullopt : std::optional<std::string_view>(row.asked);
    EXPECT_EQ(page_language(asked, row.accept), row.language) << row.accept;
  }
}

// --- hostile texts -------------------------------------------------------------------------------------------------

TEST(WebPages, TextsOfPortalsStayText) {
  constexpr const char* kHostile = "<script>alert(1)</script>\"'><img src=x onerror=y>\xe2\x80\xae\x1b[31m\xff";
  Finding finding = *wished_finding({.subject = "javascript:alert(1)"});
  finding.evidence.excerpt = kHostile;
  finding.evidence.compared = kHostile;
  finding.evidence.limit = kHostile;
  finding.evidence.control = kHostile;
  finding.evidence.body_sha256 = kHostile;
  finding.evidence.headers = {{kHostile, kHostile}};
  finding.evidence.attempts[0].error = kHostile;
  finding.evidence.redirects = {{302, kHostile}, {302, string("http://x/") + kHostile}, {302, "data:text/html,x"}};
  finding.where = {{kHostile, kHostile, Region::kMain, kHostile, 1}, {string(100'000, '<'), "", Region::kNone, "", 0}};
  finding.rule = kHostile;
  SiteSnapshot site;
  site.id = string("www.c.gov.cn\"><b>");
  site.name = kHostile;
  site.unit = kHostile;
  site.code = kHostile;
  site.home = "javascript:alert(2)";
  finding.site = site.id;
  site.findings = {std::make_shared<const Finding>(finding)};
  Snapshot snapshot = *small_snapshot();
  snapshot.version = kHostile;
  snapshot.sites = {make_site_snapshot(std::move(site))};
  for (const string& target : {string("/"), "/findings/" + finding.id, string("/sites/www.c.gov.cn%22%3E%3Cb%3E"),
                               string("/?lang=%22%3E%3Cscript%3E")}) {
    const HttpResponse page = ask(&snapshot, target);
    EXPECT_EQ(page.status, 200) << target;
    for (const char* live : {"<script", "<img", "<b>\"", "href=\"javascript:", "href=\"data:", "onerror=y>", "\x1b",
                             "\xe2\x80\xae", "\xff"}) {
      EXPECT_FALSE(holds(page, live)) << target << " " << live;
    }
    EXPECT_LT(page.body.size(), 100'000u) << "long texts are cut";
  }
}

}  // namespace
}  // namespace xuncha
