#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/support/round_harness.h"

// Columns whose lists are filled in by a script: their data is asked for, as politely as a page, one request a list.
namespace xuncha {
namespace {

using test::file;
using test::page;
using test::Reply;
using test::Round;
using test::RoundHarness;

const std::string kSite = "http://www.patrol.gov.cn";
const std::string kColumn = kSite + "/tzgg/index.html";
const std::string kPath = "/common/search/0123456789abcdef0123456789abcdef";
const std::string kData = kSite + kPath + "?_isAgg=true&_isJson=true&_pageSize=20&_template=index&page=1";
const std::string kNewest = kSite + "/tzgg/c1/201904/a1.shtml";

std::string item(const std::string& name, const std::string& day) {
  return R"({"title":"关于第)" + name + R"(号事项的通知公告","url":"/tzgg/c1/201904/)" + name +
         R"(.shtml","publishedTimeStr":")" + day + R"( 10:00:00"})";
}

Reply answer(const std::string& items) {
  return file("application/json", R"({"data":{"rows":3,"results":[)" + items + "]}}");
}

// A single-page shell, as UCAP serves its columns.
Reply column_page() {
  return {.body =
              "<!DOCTYPE html><html><head><meta charset=utf-8><title>通知公告</title><meta name=ColumnName "
              "content=通知公告></head><body><div>当前位置：<a href=/>首页</a> &gt; 通知公告</div><ul "
              "class=list></ul><script>$.get('" +
              kPath + "', function (data) { show(data); });</script></body></html>"};
}

class PatrolDataLists : public ::testing::Test {
 protected:
  PatrolDataLists() {
    harness_.options().continuous.reset();
    harness_.web().set(RoundHarness::kHome, page("首页", {"/tzgg/index.html|通知公告"}));
    harness_.web().set(kColumn, column_page());
    harness_.web().set(kNewest,
                       Reply{.body = "<!DOCTYPE html><html><head><meta charset=utf-8><title>关于第a1号事项的通知公告"
                                     "</title></head><body><h1>关于第a1号事项的通知公告</h1><p>发布时间：2019-04-26 "
                                     "来源：本站</p><div><p>各有关单位：现将有关事项通知如下，请认真贯彻执行，"
                                     "确保各项工作落到实处。</p></div></body></html>"});
    harness_.web().set(kData, answer(old_items()));
  }

  static std::string old_items() {
    return item("a1", "2019-04-26") + "," + item("a2", "2019-03-01") + "," + item("a3", "2019-01-07");
  }
  std::size_t stale() const {
    const auto findings = harness_.findings();
    return static_cast<std::size_t>(std::count_if(findings.begin(), findings.end(), [](const Finding& finding) {
      return finding.rule == "column.stale" && finding.state == FindingState::kOpen;
    }));
  }
  std::size_t told() const {
    const auto findings = harness_.findings();
    return static_cast<std::size_t>(std::count_if(
        findings.begin(), findings.end(), [](const Finding& finding) { return finding.rule.starts_with("column."); }));
  }

  RoundHarness harness_;
};

TEST_F(PatrolDataLists, AColumnIsJudgedByTheDataOfItsScript) {
  const Round round = harness_.run();
  EXPECT_TRUE(round.complete);
  EXPECT_EQ(round.count(kData), 1u);
  EXPECT_EQ(stale(), 1u);
}

TEST_F(PatrolDataLists, TheQuestionNamesThePageAsABrowserWould) {
  const Round round = harness_.run();
  const auto question = std::find_if(round.requests.begin(), round.requests.end(),
                                     [](const auto& request) { return request.url == kData; });
  ASSERT_NE(question, round.requests.end());
  EXPECT_EQ(question->referer, kColumn);
}

TEST_F(PatrolDataLists, FreshItemsAreNoFault) {
  const std::string today = format_day(beijing_day(harness_.now()));
  harness_.web().set(kData,
                     answer(item("a1", today) + "," + item("a2", "2019-03-01") + "," + item("a3", "2019-01-07")));
  harness_.run();
  EXPECT_EQ(told(), 0u);
}

TEST_F(PatrolDataLists, House_AnEmptyAnswerAccusesNobody) {
  harness_.web().set(kData, answer(""));
  harness_.run();
  EXPECT_EQ(told(), 0u);
}

TEST_F(PatrolDataLists, AnAnswerThatIsNoDataAccusesNobody) {
  for (const Reply& reply : {test::status(403), test::status(500), test::failure(TransportError::kTimeout),
                             file("text/html", "<html>请输入验证码</html>")}) {
    harness_.web().set(kData, reply);
    EXPECT_TRUE(harness_.run().complete);
    EXPECT_EQ(told(), 0u);
  }
}

TEST_F(PatrolDataLists, RobotsForbidTheDataAsAnyAddress) {
  harness_.web().set(kSite + "/robots.txt", file("text/plain", "User-agent: *\nDisallow: /common/\n"));
  const Round round = harness_.run();
  EXPECT_FALSE(round.asked(kData));
  EXPECT_EQ(told(), 0u);
}

TEST_F(PatrolDataLists, ExcludedAddressesAreNotAsked) {
  harness_.options().exclude = UrlPatterns::compile({"/common/"}).value();
  EXPECT_FALSE(harness_.run().asked(kData));
}

TEST_F(PatrolDataLists, OtherHostsAreNotAsked) {
  harness_.web().set(kColumn,
                     Reply{.body = "<!DOCTYPE html><html><head><meta charset=utf-8><title>通知公告</title><meta "
                                   "name=ColumnName content=通知公告></head><body><ul class=list></ul><script>"
                                   "$.getJSON('http://data.example.com/list.json', show);</script></body></html>"});
  EXPECT_FALSE(harness_.run().asked("http://data.example.com/list.json"));
}

}  // namespace
}  // namespace xuncha
