// Content over weeks of rounds in virtual time: what is remembered of pages, when a fault is told, and what is never
// told (国办秘函〔2019〕19号).
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/civil.h"
#include "core/digest.h"
#include "daemon/patrol/content_desk.h"
#include "tests/support/round_harness.h"

namespace xuncha::test {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

const std::string kSite = "http://www.patrol.gov.cn";
const std::string kHome = RoundHarness::kHome;
const std::string kFoot =
    "<div class=footer><p>主办单位：巡查县人民政府 网站标识码：3205820001 京ICP备05070218号 京公网安备11010202000001号"
    "</p><a href='https://bszs.conac.cn/sitename?method=show&id=1'>党政机关</a>"
    "<script src='https://dcs.conac.cn/js/25/x.js'></script>"
    "<a href='https://zfwzgl.www.gov.cn/exposure/jiucuo.html?site_code=3205820001'>我为政府网站找错</a></div>";
const std::string kSiteTags =
    "<meta name=SiteName content=巡查县人民政府><meta name=SiteDomain content=www.patrol.gov.cn>"
    "<meta name=SiteIDCode content=3205820001>";
const std::string kText =
    "<p>为做好全县民政工作，县民政局组织工作人员深入各乡镇，采取入户走访、座谈交流等方式，详细了解群众的生活状况。</p>"
    "<p>会议指出，民政工作关系民生、连着民心，各乡镇要压实责任，把惠民政策落到实处，确保困难群众温暖过冬。</p>";

struct Item {
  std::string title;
  std::string day;
  std::string path;
};

std::string document_head(const std::string& title, const std::string& tags) {
  return "<!DOCTYPE html><html><head><meta charset=utf-8><title>" + title + "</title>" + kSiteTags + tags + "</head>";
}

std::string list_of(const std::vector<Item>& items) {
  std::string html = "<ul class=list>";
  for (const Item& item : items) {
    html += "<li><a href=\"" + item.path + "\" title=\"" + item.title + "\">" + item.title + "</a><span>" + item.day +
            "</span></li>\n";
  }
  return html + "</ul>";
}

Reply article(const Item& item, const std::string& body = kText, const std::string& column = "工作动态") {
  return {.body = document_head(item.title, "<meta name=ArticleTitle content=\"" + item.title +
                                                "\"><meta name=PubDate content=\"" + item.day +
                                                " 09:00\"><meta name=ContentSource content=县民政局>"
                                                "<meta name=ColumnName content=" +
                                                column + "><meta name=ColumnType content=工作动态>") +
                  "<body><div class=position>当前位置：<a href=/>首页</a> &gt; " + column + "</div><h1>" + item.title +
                  "</h1><p>发布时间：" + item.day + "</p><div class=TRS_Editor>" + body + "</div>" + kFoot +
                  "</body></html>"};
}

struct Document {
  std::string title;
  std::string number;
  std::string written;
  std::string published;
  std::string validity = "有效";
  std::string expires = {};
  std::string body = kText;
};
Reply document(const Document& shown) {
  const auto row = [](const std::string& label, const std::string& value) {
    return "<tr><th>" + label + "</th><td>" + value + "</td></tr>";
  };
  std::string table = "<table class=xxgk>" + row("索引号", "000014349/2020-00012") + row("发布机构", "县民政局") +
                      row("发文字号", shown.number) + row("成文日期", shown.written) +
                      row("发布日期", shown.published) + row("有效性", shown.validity);
  if (!shown.expires.empty()) table += row("有效期至", shown.expires);
  return {.body = document_head(shown.title, "<meta name=ArticleTitle content=\"" + shown.title +
                                                 "\"><meta name=PubDate content=\"" + shown.published +
                                                 "\"><meta name=ContentSource content=县民政局>") +
                  "<body><div class=position>当前位置：<a href=/>首页</a> &gt; 政策文件</div>" + table +
                  "</table><h1>" + shown.title + "</h1><div class=TRS_Editor>" + shown.body + "</div>" + kFoot +
                  "</body></html>"};
}

Reply with_etag(Reply reply, const std::string& etag) {
  reply.headers.emplace_back("etag", '"' + etag + '"');
  return reply;
}

// A portal with two columns of news and one of documents, whose home page shows the newest news with their days.
class PatrolContent : public testing::Test {
 protected:
  PatrolContent() {
    harness.clock().move_to(*parse_time("2026-03-02T08:00:00+08:00"));
    for (const int offset : {-16, -11, -9, -7, -4, -2, 0}) publish("/xwdt/", offset);
    show();
  }

  // A piece of news so many days from now; shown by show().
  void publish(const std::string& folder, int offset = 0) {
    const std::string day = format_day(beijing_day(harness.now() + days(offset)));
    std::string compact = day;
    std::erase(compact, '-');
    const Item item{"县领导于" + compact.substr(4) + "日调研民政工作并主持召开座谈会", day,
                    folder + "t" + compact + "_1.html"};
    harness.web().set(kSite + item.path, article(item));
    lists[folder].insert(lists[folder].begin(), item);
  }
  void set_column(const std::string& path, const std::string& name, const std::string& type,
                  const std::vector<Item>& items, const std::string& more = {}) {
    harness.web().set(
        kSite + path,
        {.body = document_head(name + "-巡查县人民政府", "<meta name=ColumnName content=" + name +
                                                             "><meta name=ColumnType content=" + type + ">") +
                 "<body><div class=position>当前位置：<a href=/>首页</a> &gt; " + name + "</div><div class=main>" +
                 list_of(items) + more + "</div>" + kFoot + "</body></html>"});
  }
  void show() {
    for (const auto& [path, items] : lists) set_column(path, path == "/xwdt/" ? "工作动态" : "政策文件", "新闻", items);
    std::string nav = "<div class=nav>";
    for (const auto& [path, items] : lists) nav += "<a href=\"" + path + "\">栏目</a>";
    std::vector<Item> newest = lists["/xwdt/"];
    newest.resize(std::min<std::size_t>(newest.size(), 7));
    harness.web().set(kHome, {.body = document_head("巡查县人民政府", home_tags) + "<body>" + nav + "</div>" +
                                      list_of(newest) + more_of_home + home_foot + "</body></html>"});
  }
  // News every third day, and rounds, until then.
  void live_until(const std::string& time, bool with_news = true) {
    const WallTime end = *parse_time(time);
    while (harness.now() < end) {
      harness.run_for(std::min<Milliseconds>(days(1), end - harness.now()));
      if (!with_news || ++lived % 3 != 0) continue;
      publish("/xwdt/");
      show();
    }
  }
  void add_document(const std::string& path, const Document& shown) {
    harness.web().set(kSite + path, document(shown));
    lists["/zcwj/"].push_back({shown.title, shown.published, path});
    show();
  }

  std::string state(const std::string& rule, const std::string& subject) {
    return harness.state(rule, subject.starts_with("#") ? kHome + subject : subject);
  }
  std::set<std::string> told() {
    std::set<std::string> told;
    for (const Finding& finding : harness.findings()) {
      if (is_rule_of_content(finding.rule) && finding.opened) told.insert(finding.rule + " " + finding.subject);
    }
    return told;
  }
  const std::set<std::string> nothing;

  std::map<std::string, std::vector<Item>> lists;
  std::string home_tags;
  std::string more_of_home;
  std::string home_foot = kFoot;
  int lived = 0;
  RoundHarness harness;
};

const Document kOld = {.title = "巡查县慈善组织扶持办法",
                       .number = "巡民规〔2023〕3号",
                       .written = "2023-03-01",
                       .published = "2023-03-03"};

TEST_F(PatrolContent, AHealthyPortalIsToldOfNothingInAMonth) {
  add_document("/zcwj/t20230303_1.html", kOld);
  live_until("2026-04-02T08:00:00+08:00");
  EXPECT_EQ(told(), nothing);
  for (const Finding& finding : harness.findings()) {
    EXPECT_FALSE(is_rule_of_content(finding.rule)) << finding.rule << " " << finding.subject;
  }
}

TEST_F(PatrolContent, AHomePageWithoutNewsForTwoWeeksIsToldHalfADayAfterItWasSuspected) {
  live_until("2026-03-17T00:10:00+08:00", false);
  EXPECT_EQ(state("home.stale", kHome), "none");  // 14 days are allowed
  live_until("2026-03-17T11:30:00+08:00", false);
  EXPECT_EQ(state("home.stale", kHome), "suspect");
  live_until("2026-03-18T08:00:00+08:00", false);
  ASSERT_EQ(state("home.stale", kHome), "open");
  const Finding stale = *harness.finding("home.stale", kHome);
  EXPECT_EQ(stale.evidence.compared, "2026-03-02");
  EXPECT_EQ(stale.evidence.limit, "14");
  EXPECT_GE(stale.evidence.attempts.size(), 2u);
  ASSERT_EQ(stale.where.size(), 1u);
  EXPECT_EQ(stale.where[0].page, kHome);
  EXPECT_EQ(told(), std::set<std::string>{"home.stale " + kHome});
  publish("/xwdt/");
  show();
  live_until("2026-03-18T16:00:00+08:00", false);
  EXPECT_EQ(state("home.stale", kHome), "closed");
}

TEST_F(PatrolContent, ARestartBetweenTwoSightsForgetsNothing) {
  live_until("2026-03-17T11:30:00+08:00", false);
  ASSERT_EQ(state("home.stale", kHome), "suspect");
  const WallTime first = harness.finding("home.stale", kHome)->first_seen;
  harness.restart();
  harness.run();
  EXPECT_EQ(state("home.stale", kHome), "suspect");
  live_until("2026-03-18T08:00:00+08:00", false);
  EXPECT_EQ(state("home.stale", kHome), "open");
  EXPECT_GE(*harness.finding("home.stale", kHome)->opened - first, hours(12));
}

TEST_F(PatrolContent, ARoundThatIsCutAccusesAndClosesNothing) {
  live_until("2026-03-16T08:00:00+08:00", false);
  for (int count = 0; count < 8; ++count) {
    harness.clock().move(hours(9));
    harness.run(std::size_t{1}, RoundHarness::Cut::kStop);
  }
  EXPECT_EQ(told(), nothing);
  live_until("2026-03-23T08:00:00+08:00", false);
  ASSERT_EQ(state("home.stale", kHome), "open");
  for (int count = 0; count < 6; ++count) {
    harness.clock().move(hours(7));
    harness.run(std::size_t{1}, count % 2 == 0 ? RoundHarness::Cut::kStop : RoundHarness::Cut::kKill);
    harness.restart();
  }
  EXPECT_EQ(state("home.stale", kHome), "open");
}

TEST_F(PatrolContent, WhileOurOwnNetworkIsLostNothingIsToldOrClosed) {
  add_document("/zcwj/t20230303_1.html", kOld);
  live_until("2026-03-12T08:00:00+08:00", false);
  harness.web().fail_all(failure(TransportError::kConnectTimeout));
  live_until("2026-03-20T08:00:00+08:00", false);
  EXPECT_EQ(told(), nothing);
  harness.web().fail_all(std::nullopt);
  publish("/xwdt/");
  show();
  live_until("2026-03-22T08:00:00+08:00", false);
  EXPECT_EQ(told(), nothing);
}

TEST_F(PatrolContent, ADocumentIsToldWhenItsDayHasPassedThoughItsPageNeverChanges) {
  Document ends = kOld;
  ends.expires = "2026-02-15";
  harness.web().set(kSite + "/zcwj/t20230303_1.html", with_etag(document(ends), "1"));
  lists["/zcwj/"].push_back({ends.title, ends.published, "/zcwj/t20230303_1.html"});
  show();
  const std::string page = kSite + "/zcwj/t20230303_1.html";
  live_until("2026-03-17T00:00:00+08:00");
  EXPECT_EQ(state("content.expired", page), "none");  // a month is given to mark it
  live_until("2026-03-21T00:00:00+08:00");
  ASSERT_EQ(state("content.expired", page), "open");
  EXPECT_EQ(harness.finding("content.expired", page)->evidence.limit, "2026-02-15");
  ends.validity = "失效";
  harness.web().set(page, with_etag(document(ends), "2"));
  live_until("2026-03-23T00:00:00+08:00");
  EXPECT_EQ(state("content.expired", page), "closed");
  EXPECT_EQ(told(), std::set<std::string>{"content.expired " + page});
}

TEST_F(PatrolContent, ADocumentThatANewOneRepealsIsToldByItsOwnPage) {
  add_document("/zcwj/t20230303_1.html", kOld);
  live_until("2026-03-08T08:00:00+08:00");
  const std::string page = kSite + "/zcwj/t20230303_1.html";
  EXPECT_EQ(told(), nothing);
  add_document(
      "/zcwj/t20260308_2.html",
      {.title = "巡查县公益慈善促进办法",
       .number = "巡民规〔2026〕1号",
       .written = "2026-03-05",
       .published = "2026-03-08",
       .body =
           kText + "<p>本办法自2026年3月10日起施行。《巡查县慈善组织扶持办法》（巡民规〔2023〕3号）同时废止。</p>"});
  live_until("2026-03-09T20:00:00+08:00");
  EXPECT_EQ(told(), nothing);  // not yet in force
  live_until("2026-03-13T08:00:00+08:00");
  ASSERT_EQ(state("content.expired", page), "open");
  EXPECT_EQ(harness.finding("content.expired", page)->evidence.control, kSite + "/zcwj/t20260308_2.html");
  Document marked = kOld;
  marked.validity = "废止";
  harness.web().set(page, document(marked));
  live_until("2026-03-15T08:00:00+08:00");
  EXPECT_EQ(state("content.expired", page), "closed");
  EXPECT_EQ(told(), std::set<std::string>{"content.expired " + page});
}

TEST_F(PatrolContent, MarksThatAreMissingAreToldOnceAndClosedWhenTheyAreThere) {
  home_foot = "<div class=footer><p>主办单位：巡查县人民政府 网站标识码：3205820001</p></div>";
  show();
  harness.run();
  EXPECT_EQ(told(), nothing);
  live_until("2026-03-04T08:00:00+08:00");
  // The other pages bear them: what only one page lacks is not told.
  EXPECT_EQ(told(), nothing);
}

TEST_F(PatrolContent, ATagThatAllArticlesLackIsOneCaseWithItsPages) {
  for (Item& item : lists["/xwdt/"]) {
    Reply reply = article(item);
    const std::string tag = "<meta name=ContentSource content=县民政局>";
    reply.body.erase(reply.body.find(tag), tag.size());
    harness.web().set(kSite + item.path, reply);
  }
  show();
  harness.run();
  EXPECT_EQ(state("page.metadata", "#ContentSource"), "suspect");
  live_until("2026-03-04T08:00:00+08:00", false);
  ASSERT_EQ(state("page.metadata", "#ContentSource"), "open");
  EXPECT_GE(harness.finding("page.metadata", kHome + "#ContentSource")->where_total, 4u);
  for (Item& item : lists["/xwdt/"]) harness.web().set(kSite + item.path, article(item));
  live_until("2026-03-30T08:00:00+08:00");
  EXPECT_EQ(state("page.metadata", "#ContentSource"), "closed");
  EXPECT_EQ(told(), std::set<std::string>{"page.metadata " + kHome + "#ContentSource"});
}

TEST_F(PatrolContent, ADocumentThatContradictsItselfIsTold) {
  Document odd = kOld;
  odd.written = "2021-03-01";  // of another year than its number
  add_document("/zcwj/t20230303_1.html", odd);
  live_until("2026-03-04T08:00:00+08:00");
  EXPECT_EQ(state("document.metadata", "#number_of_other_year"), "open");
  harness.web().set(kSite + "/zcwj/t20230303_1.html", document(kOld));
  live_until("2026-03-06T08:00:00+08:00");
  EXPECT_EQ(state("document.metadata", "#number_of_other_year"), "closed");
}

TEST_F(PatrolContent, AConsultationThatIsOverButCallsItselfOpenIsTold) {
  const Item item{"关于养老服务设施布局公开征求意见的公告", "2026-02-20", "/zcwj/t20260220_9.html"};
  const std::string open = kText + "<p>征集时间：2026年2月20日至2026年3月5日。当前状态：正在征集，欢迎提出意见。</p>";
  harness.web().set(kSite + item.path, article(item, open, "意见征集"));
  lists["/zcwj/"].push_back(item);
  show();
  const std::string page = kSite + item.path;
  live_until("2026-03-12T00:00:00+08:00");
  EXPECT_EQ(told(), nothing);  // a week is given
  live_until("2026-03-15T08:00:00+08:00");
  ASSERT_EQ(state("content.unrotated", page), "open");
  harness.web().set(page, article(item, open + "<p>结果反馈：共收到意见十二条，采纳九条。</p>", "意见征集"));
  live_until("2026-03-17T08:00:00+08:00");
  EXPECT_EQ(state("content.unrotated", page), "closed");
}

TEST_F(PatrolContent, AnOldTextWithANewDateIsTold) {
  const std::string path = "/xwdt/t20240520_7.html";
  const Item item{"县民政局开展敬老院消防安全演练活动", "2026-02-27", path};
  Reply reply = article(
      item, kText + "<p style='text-align:right'>巡查县民政局</p><p style='text-align:right'>2024年5月20日</p>");
  const std::string tag = "content=\"2026-02-27 09:00\"";
  reply.body.replace(reply.body.find(tag), tag.size(), "content=\"2024-05-20 09:00\"");
  harness.web().set(kSite + path, reply);
  lists["/xwdt/"].insert(lists["/xwdt/"].begin() + 2, item);
  show();
  live_until("2026-03-04T08:00:00+08:00");
  EXPECT_EQ(state("content.backdated", kSite + path), "open");
}

// Of a folder only some pages are read by their trees: this one is, for its days.
TEST_F(PatrolContent, AnOldTextWithANewDateIsToldAmongManyOthers) {
  for (int day = -150; day < -20; ++day) publish("/xwdt/", day);
  show();
  harness.run();
  const std::string path = "/xwdt/t20240520_7.html";
  const Item item{"县民政局开展敬老院消防安全演练活动", "2026-03-02", path};
  Reply reply = article(
      item, kText + "<p style='text-align:right'>巡查县民政局</p><p style='text-align:right'>2024年5月20日</p>");
  const std::string tag = "content=\"2026-03-02 09:00\"";
  reply.body.replace(reply.body.find(tag), tag.size(), "content=\"2024-05-20 09:00\"");
  harness.web().set(kSite + path, reply);
  lists["/xwdt/"].insert(lists["/xwdt/"].begin(), item);
  show();
  live_until("2026-03-05T08:00:00+08:00");
  EXPECT_EQ(state("content.backdated", kSite + path), "open");
}

TEST_F(PatrolContent, APageThatIsRemovedTakesItsCaseWithIt) {
  Document ends = kOld;
  ends.expires = "2026-01-15";
  add_document("/zcwj/t20230303_1.html", ends);
  live_until("2026-03-05T08:00:00+08:00");
  const std::string page = kSite + "/zcwj/t20230303_1.html";
  ASSERT_EQ(state("content.expired", page), "open");
  lists["/zcwj/"].clear();
  lists["/zcwj/"].push_back({"巡查县社会救助工作规程", "2026-02-01", "/zcwj/t20260201_1.html"});
  harness.web().set(kSite + "/zcwj/t20260201_1.html", article(lists["/zcwj/"][0]));
  show();
  live_until("2026-03-12T08:00:00+08:00");
  EXPECT_EQ(state("content.expired", page), "closed");
}

TEST_F(PatrolContent, FiveColumnsOfNewsThatStoppedFailTheSite) {
  const std::vector<std::string> names = {"民政要闻", "乡镇动态", "图片新闻", "部门动态", "基层动态"};
  for (std::size_t index = 0; index < names.size(); ++index) {
    const std::string path = "/k" + std::to_string(index) + "/";
    std::vector<Item> items;
    for (const int offset : {-20, -23, -27, -30, -34, -37}) {
      const std::string day = format_day(beijing_day(harness.now() + days(offset)));
      std::string compact = day;
      std::erase(compact, '-');
      items.push_back(
          {names[index] + "：" + compact.substr(4) + "日召开民政工作会议", day, path + "t" + compact + "_1.html"});
      harness.web().set(kSite + items.back().path, article(items.back(), kText, names[index]));
    }
    set_column(path, names[index], names[index], items);
    more_of_home += "<a href=\"" + path + "\">" + names[index] + "</a>";
  }
  show();
  live_until("2026-03-08T08:00:00+08:00");
  ASSERT_EQ(state("site.veto", "#veto_updates"), "open");
  const Finding veto = *harness.finding("site.veto", kHome + "#veto_updates");
  EXPECT_EQ(veto.severity, Severity::kMajor);
  EXPECT_EQ(veto.where_total, 5u);
  EXPECT_EQ(state("site.veto", "#veto_stale"), "none");
  EXPECT_EQ(told(), std::set<std::string>{"site.veto " + kHome + "#veto_updates"});
}

TEST_F(PatrolContent, PagesThatWereReadBeforeThisRuleWasAreReadAnewWhenTheyAreDue) {
  harness.options().rules = RuleSelection{.only = {"link"}, .skip = {}};
  live_until("2026-03-09T08:00:00+08:00", false);
  harness.options().rules = {};
  const Round first = harness.run();
  EXPECT_LE(first.requests.size(), 12u);  // no stampede
  live_until("2026-03-17T11:30:00+08:00", false);
  EXPECT_EQ(told(), nothing);
}

// --- the desk alone ---

TEST(ContentDesk, WhatOtherCodeReadIsForgottenUntilItIsReadAnew) {
  ContentDesk desk(url_from_trusted(kHome), {});
  ContentRecord record;
  record.page = 7;
  record.reader = kContentReader + 1;
  desk.restore(record, kSite + "/a.html", true);
  EXPECT_FALSE(desk.knows(7));
  EXPECT_EQ(desk.take_gone(), std::vector<UrlNumber>{7});
  record.reader = kContentReader;
  record.own_day = CivilDay(std::chrono::year(2026) / 3 / 2);
  desk.restore(record, kSite + "/a.html", true);
  EXPECT_TRUE(desk.knows(7));
  EXPECT_TRUE(desk.take_changed().empty());
}

// Thousands of statements that name thousands of pages of one title cost no more than a look at each.
TEST(ContentDesk, House_HostileRepealsAreBounded) {
  ContentDesk desk(url_from_trusted(kHome), {});
  const std::string url = kSite + "/a.html";
  const std::string title = "巡查县慈善组织扶持办法";
  for (UrlNumber page = 1; page <= 20'000; ++page) {
    ContentRecord record;
    record.page = page;
    record.reader = kContentReader;
    record.titles = {hash64(title), hash64(title + std::to_string(page % 1'000))};
    auto tree = std::make_shared<ContentTree>();
    tree->shape = ContentShape::kDocument;
    tree->document = DocumentSight{.title = title + std::to_string(page % 1'000), .number = "巡民规〔2023〕3号"};
    for (UrlNumber name = 0; page <= 10 && name < 300; ++name) {
      tree->repeals.push_back(
          {name % 2 == 0 ? title : title + std::to_string(name), "巡民规〔2022〕1号", "同时废止", {}});
    }
    record.tree = std::move(tree);
    desk.restore(std::move(record), url, true);
  }
  ContentSite site;
  site.page = [&url](UrlNumber) { return &url; };
  site.attempt = [](UrlNumber) { return Attempt{}; };
  site.number = [](const std::string&) { return UrlNumber{0}; };
  site.today = *parse_time("2026-03-02T08:00:00+08:00");
  const auto begun = std::chrono::steady_clock::now();
  desk.review(site, {});
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(2));
}

}  // namespace
}  // namespace xuncha::test
