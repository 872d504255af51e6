#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/civil.h"
#include "daemon/cli/command_inspect.h"
#include "daemon/cli/command_questions.h"

namespace xuncha {
namespace {

const WallTime kNow = *parse_time("2024-05-06T12:00:00+08:00");

class Documents : public testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove(path_); }
  std::string file(const std::string& bytes) {
    std::ofstream(path_, std::ios::binary) << bytes;
    return path_;
  }
  const std::string path_ =
      testing::TempDir() + "xuncha_documents_" + testing::UnitTest::GetInstance()->current_test_info()->name();
};

std::string dumped(const Result<Json>& answer) {
  return answer ? answer.value().dump() : "error " + answer.error().where + ' ' + answer.error().message;
}

TEST_F(Documents, RobotsAnswersTheRuleAndItsLine) {  // docs/INTERFACE.md, Small questions
  const std::string robots = file("User-agent: *\nDisallow: /private/\nCrawl-delay: 10\n");
  EXPECT_EQ(dumped(answer_robots({.file = robots, .agent = "xuncha", .url = "http://a/private/x"})),
            R"({"allowed":false,"rule":"Disallow: /private/","line":2,"crawl_delay":10})");
  EXPECT_EQ(dumped(answer_robots({.file = robots, .agent = "xuncha", .url = "/public"})),
            R"({"allowed":true,"rule":null,"line":null,"crawl_delay":10})");
  EXPECT_FALSE(answer_robots({.file = robots, .agent = "xuncha", .url = "no url"}));
  EXPECT_FALSE(answer_robots({.file = "/nonexistent", .agent = "xuncha", .url = "/"}));
}

TEST_F(Documents, DecodeNamesTheCharsetAndItsSource) {
  const std::string page = file("\xD6\xD0\xCE\xC4");
  EXPECT_EQ(
      dumped(answer_decode({.file = page, .content_type = "text/html; charset=gbk", .detect = true, .fallback = {}})),
      R"({"charset":"gb18030","source":"header","text":"中文"})");
  EXPECT_FALSE(answer_decode({.file = page, .content_type = {}, .detect = true, .fallback = "no-such-charset"}));
}

TEST_F(Documents, SitemapListsUrlsOrSaysWhyNot) {
  EXPECT_EQ(dumped(answer_sitemap(file("<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">"
                                       "<url><loc>http://a/x</loc></url></urlset>"))),
            R"({"kind":"urlset","urls":["http://a/x"]})");
  const auto refused = answer_sitemap(file("<html><body>404</body></html>"));
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused.value()["kind"], "refused");
  EXPECT_FALSE(refused.value()["reason"].get<std::string>().empty());
}

TEST_F(Documents, InspectGivesEveryFieldOfTheContract) {  // docs/INTERFACE.md, xuncha inspect
  const auto facts = inspect_page({.bytes = "", .base = "", .content_type = "", .now = kNow});
  ASSERT_TRUE(facts);
  std::vector<std::string> keys;
  for (const auto& item : facts.value().items()) keys.push_back(item.key());
  EXPECT_EQ(keys, (std::vector<std::string>{"url", "charset", "charset_source", "replacement_characters", "kind",
                                            "title", "site_name", "meta", "column", "article", "list", "slots",
                                            "footer", "links", "text_characters"}));
  EXPECT_EQ(facts.value()["title"], nullptr);
  EXPECT_EQ(facts.value()["links"], Json::array());
}

TEST_F(Documents, InspectResolvesLinksAgainstTheDocumentsBase) {
  const auto facts =
      inspect_page({.bytes = "<!DOCTYPE html><meta name=SiteName content=某局><title>首页</title><base href=/b/>"
                             "<a href=c.html>通知</a><a href='javascript:x()'>x</a><a href=#top>top</a>",
                    .base = "http://www.example.gov.cn/a/index.html",
                    .content_type = "text/html; charset=utf-8",
                    .now = kNow});
  ASSERT_TRUE(facts);
  const Json& json = facts.value();
  EXPECT_EQ(json["title"], "首页");
  EXPECT_EQ(json["site_name"], "某局");
  ASSERT_EQ(json["links"].size(), 3u) << json["links"];
  EXPECT_EQ(json["links"][0]["url"], "http://www.example.gov.cn/b/c.html");
  EXPECT_EQ(json["links"][0]["raw"], "c.html");
  EXPECT_EQ(json["links"][0]["text"], "通知");
  EXPECT_EQ(json["links"][1]["url"], nullptr);
  EXPECT_EQ(json["links"][2]["url"], nullptr);
}

TEST_F(Documents, InspectReadsWordsLikeTodayByItsNow) {
  const auto facts =
      inspect_page({.bytes = "<!DOCTYPE html><meta charset=utf-8><title>关于发放高龄津贴的通知</title>"
                             "<h1>关于发放高龄津贴的通知</h1><p>发布时间：2024-05-07 来源：养老科</p>"
                             "<p>现将有关事项通知如下，请各单位遵照执行，并将执行情况及时上报市民政局。</p>",
                    .base = "http://www.example.gov.cn/a.html",
                    .content_type = {},
                    .now = kNow});
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts.value()["kind"], "article");
  EXPECT_EQ(facts.value()["article"]["published"], "2024-05-07");  // clocks differ by a day
  EXPECT_EQ(facts.value()["article"]["published_source"], "label");
  EXPECT_EQ(facts.value()["article"]["source"], "养老科");
  const auto earlier =
      inspect_page({.bytes = "<!DOCTYPE html><meta charset=utf-8><title>关于发放高龄津贴的通知</title>"
                             "<h1>关于发放高龄津贴的通知</h1><p>发布时间：2024-05-07 来源：养老科</p>"
                             "<p>现将有关事项通知如下，请各单位遵照执行，并将执行情况及时上报市民政局。</p>",
                    .base = "http://www.example.gov.cn/a.html",
                    .content_type = {},
                    .now = *parse_time("2024-05-01")});
  ASSERT_TRUE(earlier);
  EXPECT_EQ(earlier.value()["article"]["published"], nullptr);  // a day of the future is none
}

TEST_F(Documents, InspectSendsQueriesInThePagesCharset) {
  const auto facts = inspect_page({.bytes = "<a href='/s?q=\xD6\xD0'>x</a>",
                                   .base = "http://a/",
                                   .content_type = "text/html; charset=gb2312",
                                   .now = kNow});
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts.value()["links"][0]["url"], "http://a/s?q=%D6%D0");
}

TEST_F(Documents, ABatchAnswerBeginsWithItsId) {
  const auto facts = answer_inspect_question(Json{{"id", 7}, {"file", file("<title>x</title>")}}, kNow);
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts.value().begin().key(), "id");
  EXPECT_FALSE(answer_inspect_question(Json{{"id", 7}}, kNow));
}

TEST(Inspect, AnOperatorMayNameTheItemsOfTheList) {
  const auto selection = parse_selection("div.box p", "b");
  ASSERT_TRUE(selection.ok());
  const auto facts = inspect_page({.bytes = "<!DOCTYPE html><meta charset=utf-8><div class=box><p><a href=a.html>"
                                            "关于发放高龄津贴的通知</a><b>2024-04-26</b></p></div>",
                                   .base = "http://www.portal.gov.cn/",
                                   .content_type = "",
                                   .now = kNow,
                                   .selection = selection.value()});
  ASSERT_TRUE(facts.ok());
  EXPECT_EQ(facts.value()["kind"], "list");
  EXPECT_EQ(facts.value()["list"]["method"], "config");
  EXPECT_EQ(facts.value()["list"]["confidence"], 1.0);
  EXPECT_EQ(facts.value()["list"]["items"][0]["date"], "2024-04-26");
  EXPECT_FALSE(parse_selection("", "").value().has_value());
  EXPECT_EQ(parse_selection("", "b").error().where, "--date");
  EXPECT_EQ(parse_selection("ul > li", "").error().where, "--items");
}

}  // namespace
}  // namespace xuncha
