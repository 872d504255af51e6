// Carousels and headlines over weeks of rounds in virtual time: when one is told as left standing, when it is well
// again, and what is never told; and pages that are being built.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/civil.h"
#include "tests/support/round_harness.h"

namespace xuncha::test {
namespace {

using std::chrono::days;
using std::chrono::hours;

constexpr const char* kSite = "http://www.patrol.gov.cn";
constexpr const char* kRule = "content.unrotated";
const std::string kCarousel = std::string(kSite) + "/#carousel";
const std::string kEvent = std::string(kSite) + "/#carousel-event";

struct Picture {
  std::string url;
  std::string title;
};

enum class Family { kSwiper, kFlexSlider, kFocusTable };

std::string carousel(Family family, const std::vector<Picture>& pictures, const std::string& suffix = {}) {
  std::string html;
  for (std::size_t index = 0; index < pictures.size(); ++index) {
    const Picture& each = pictures[index];
    const std::string image =
        "/images/p" + std::to_string(std::hash<std::string>{}(each.title) % 1000) + ".jpg" + suffix;
    const std::string href = each.url + suffix;
    if (family == Family::kSwiper) {
      html += "<div class=\"swiper-slide\"><a href=\"" + href + "\"><img data-src=\"" + image + "\"><p>" + each.title +
              "</p></a></div>\n";
    } else if (family == Family::kFlexSlider) {
      html += "<li><a href=\"" + href + "\" title=\"" + each.title + "\"><img src=\"" + image + "\" alt=\"" +
              each.title + "\"></a></li>\n";
    } else {
      html += "<a href=\"" + href + "\"><img src=\"" + image + "\" alt=\"" + each.title + "\"></a>\n";
    }
  }
  if (family == Family::kSwiper)
    return "<div class=\"swiper-container\"><div class=\"swiper-wrapper\">" + html + "</div></div>";
  if (family == Family::kFlexSlider) return "<div class=\"flexslider\"><ul class=\"slides\">" + html + "</ul></div>";
  return "<table><tr><td class=\"picfocus\">" + html + "</td></tr></table>";
}

class PatrolSlots : public testing::Test {
 protected:
  PatrolSlots() {
    harness.clock().move_to(*parse_time("2026-03-02T08:00:00+08:00"));
    begun = harness.now();
    harness.web().set(std::string(kSite) + "/bsfw/", page("办事服务", {"/|首页"}));
  }

  std::string day(int offset) const { return format_day(beijing_day(harness.now() + days(offset))); }
  // A piece of news of so many days from now, with an article of its own.
  Picture news(int offset, const std::string& title, bool with_day_in_url = true, bool with_day_on_page = true) {
    const std::string date = day(offset);
    std::string digits = date;
    std::erase(digits, '-');
    const std::string url = with_day_in_url
                                ? "/xw/" + digits.substr(0, 6) + "/t" + digits + "_" + std::to_string(++made) + ".html"
                                : "/info/1053/" + std::to_string(6'000 + ++made) + ".htm";
    std::string html = "<!DOCTYPE html><html><head><meta charset=utf-8><title>" + title + "</title>";
    if (with_day_on_page) html += "<meta name=\"PubDate\" content=\"" + date + " 09:00\">";
    html += "</head><body><h1>" + title + "</h1><div class=TRS_Editor>";
    for (int line = 0; line < 6; ++line) html += "<p>各乡镇要压实责任，把惠民政策落到实处，" + title + "。</p>";
    harness.web().set(kSite + url, Reply{.body = html + "</div></body></html>"});
    harness.web().set(kSite + url + "?t=1", Reply{.body = html + "</div></body></html>"});
    return {url, title};
  }
  std::vector<Picture> old_news(int newest = -1) {
    return {news(newest, "全县养老服务工作推进会召开"), news(newest - 2, "县民政局开展冬季送温暖活动"),
            news(newest - 5, "婚俗改革宣传走进社区")};
  }
  void home(const std::string& block, const std::string& style = "a", const std::string& more = {}) {
    home_html =
        "<!DOCTYPE html><html><head><meta charset=utf-8><title>巡查县民政局</title><link rel=stylesheet href=\"/" +
        style + "/main.css\"><link rel=stylesheet href=\"/" + style + "/index.css\"><script src=\"/" + style +
        "/jquery.js\"></script></head><body>" + block + "<ul><li><a href=\"/bsfw/\">办事服务</a></li>" + more +
        "</ul><p>各县区人民政府，市直有关单位：现将有关事项通知如下，请结合工作实际认真贯彻执行。</p></body></html>";
    harness.web().set(RoundHarness::kHome, Reply{.body = home_html});
    for (const char* file : {"/main.css", "/index.css", "/jquery.js"}) {
      harness.web().set(std::string(kSite) + "/" + style + file, file_of_site());
    }
  }
  static Reply file_of_site() { return file("text/css", "body{}"); }
  std::string state(const std::string& subject = kCarousel) const { return harness.state(kRule, subject); }

  RoundHarness harness;
  WallTime begun{};
  int made = 0;
  std::string home_html;
};

class FrozenSlot : public PatrolSlots, public testing::WithParamInterface<Family> {};
TEST_P(FrozenSlot, IsToldOnTheDayAfterTheLimitAndClosesWhenItTurns) {
  home(carousel(GetParam(), old_news()));
  harness.run_for(days(15));
  harness.restart();
  harness.run_for(days(14) + hours(15));  // the last hour of the thirtieth day of its newest item
  EXPECT_EQ(state(), "none");
  harness.run_for(days(2));
  ASSERT_EQ(state(), "open");
  const Finding finding = *harness.finding(kRule, kCarousel);
  EXPECT_EQ(format_day(beijing_day(*finding.opened)), "2026-04-01");
  EXPECT_EQ(finding.evidence.control, "slot_carousel");
  EXPECT_EQ(finding.evidence.limit, "30");
  EXPECT_EQ(finding.evidence.compared, "2026-03-01");
  EXPECT_NE(finding.evidence.excerpt.find("2026-03-02 – 2026-04-0"), std::string::npos) << finding.evidence.excerpt;
  EXPECT_EQ(finding.where_total, 3u);
  EXPECT_EQ(finding.where.front().text, "全县养老服务工作推进会召开");
  EXPECT_GE(finding.evidence.attempts.size(), 2u);

  harness.restart();
  std::vector<Picture> turned = old_news(-35);
  turned.insert(turned.begin(), news(0, "清明祭扫服务安排公布"));
  home(carousel(GetParam(), turned));
  harness.run_for(days(2));
  EXPECT_EQ(state(), "closed");
  harness.run_for(days(20));
  EXPECT_EQ(state(), "closed");
}
INSTANTIATE_TEST_SUITE_P(Families, FrozenSlot,
                         testing::Values(Family::kSwiper, Family::kFlexSlider, Family::kFocusTable),
                         [](const auto& row) {
                           return std::string(row.param == Family::kSwiper       ? "swiper"
                                              : row.param == Family::kFlexSlider ? "flexslider"
                                                                                 : "table");
                         });

TEST_F(PatrolSlots, AnotherOrderAndAParameterThatTracksAreNoChange) {
  std::vector<Picture> pictures = old_news();
  for (int day = 0; day < 33; ++day) {
    std::rotate(pictures.begin(), pictures.begin() + 1, pictures.end());
    home(carousel(Family::kSwiper, pictures, "?t=" + std::to_string(day % 2)));
    harness.web().set(kSite + pictures[0].url + "?t=0", page(pictures[0].title));
    harness.run_for(days(1));
    if (day < 29) {
      ASSERT_EQ(state(), "none") << day;
    }
  }
  EXPECT_EQ(state(), "open");
}

TEST_F(PatrolSlots, AChoiceByChanceIsNotAccused) {
  std::vector<Picture> pool = old_news();
  for (const Picture& each : old_news(-3)) pool.push_back(each);
  for (std::size_t index = 0; index < pool.size(); ++index) pool[index].title += std::to_string(index) + "号";
  for (int day = 0; day < 45; ++day) {
    std::rotate(pool.begin(), pool.begin() + 1 + day % 3, pool.end());
    home(carousel(Family::kSwiper, {pool[0], pool[1], pool[2]}));
    harness.run_for(days(1));
  }
  EXPECT_EQ(state(), "none");
}

TEST_F(PatrolSlots, ARedesignBeginsAnew) {
  const std::vector<Picture> pictures = old_news();
  home(carousel(Family::kSwiper, pictures));
  harness.run_for(days(20));
  home(carousel(Family::kFlexSlider, pictures), "b");
  harness.run_for(days(29));
  EXPECT_EQ(state(), "none");
  harness.run_for(days(3));
  EXPECT_EQ(state(), "open");
}

TEST_F(PatrolSlots, WhatCannotBeReadIsNotUnchanged) {
  home(carousel(Family::kSwiper, old_news()));
  harness.run_for(days(5));
  harness.web().set(RoundHarness::kHome, status(403));
  harness.run_for(days(40));
  EXPECT_EQ(state(), "none");
}

TEST_F(PatrolSlots, WhatIsNotFoundIsNotUnchanged) {
  home(carousel(Family::kSwiper, old_news()));
  harness.run_for(days(5));
  home("<div id=app></div>");
  harness.run_for(days(40));
  EXPECT_EQ(state(), "none");
  for (const SlotRecord& slot : harness.store().slots(*harness.store().find_site("www.patrol.gov.cn")).value()) {
    EXPECT_EQ(slot.name, "page");
  }
}

TEST_F(PatrolSlots, EntrancesAndTopicsMayStandAllYear) {
  for (const char* topic : {"/ztzl/a/", "/ztzl/b/", "/ztzl/c/"})
    harness.web().set(std::string(kSite) + topic, page("专题"));
  home(carousel(Family::kFlexSlider, {{"/ztzl/a/", "社会救助政策宣传专题"},
                                      {"/ztzl/b/", "政务服务一网通办入口"},
                                      {"/ztzl/c/", "乡村振兴战略专题报道"}}));
  harness.run_for(days(60));
  EXPECT_EQ(state(), "none");
}

TEST_F(PatrolSlots, PicturesWithoutACaptionAreEntrancesWhateverTheyLeadTo) {
  std::vector<Picture> pictures = old_news(-60);
  for (Picture& each : pictures) each.title.clear();
  home(carousel(Family::kFocusTable, pictures));
  harness.run_for(days(40));
  EXPECT_EQ(state(), "none");
}

TEST_F(PatrolSlots, ATemplateThatAScriptFillsInIsNotRead) {
  std::vector<Picture> pictures = old_news(-60);
  pictures.push_back({"/{{item.url}}", "{{item.title}}"});
  home(carousel(Family::kSwiper, pictures));
  harness.run_for(days(40));
  EXPECT_EQ(state(), "none");
}

TEST_F(PatrolSlots, ArticlesWithoutADayInTheirAddressAreAskedForIt) {
  home(carousel(Family::kSwiper,
                {news(-1, "全县养老服务工作推进会召开", false), news(-4, "县民政局开展送温暖活动", false)}));
  harness.run_for(days(30) - hours(2));
  EXPECT_EQ(state(), "none");
  harness.run_for(days(3));
  EXPECT_EQ(state(), "open");
}

TEST_F(PatrolSlots, AFirstPatrolTellsWhatAddressAndArticleAgreeOn) {
  home(carousel(Family::kSwiper, old_news(-200)));
  harness.run();
  EXPECT_EQ(state(), "open");
}

TEST_F(PatrolSlots, AFirstPatrolIsSilentByOneSource) {
  home(carousel(Family::kSwiper, {news(-200, "全县养老服务工作推进会召开", true, false),
                                  news(-210, "县民政局开展送温暖活动", true, false)}));
  harness.run();
  EXPECT_EQ(state(), "none");
}

TEST_F(PatrolSlots, TheRuleCanBeSwitchedOff) {
  harness.options().rules.skip = {"content.unrotated"};
  home(carousel(Family::kSwiper, old_news(-200)));
  harness.run();
  EXPECT_EQ(state(), "none");
}

TEST_F(PatrolSlots, ABannerOfWhatIsOverIsToldAtOnceAndClosesWhenItIsGone) {
  harness.web().set(std::string(kSite) + "/ztzl/gq/", page("国庆专题"));
  const Picture recent = news(-1, "全县养老服务工作推进会召开");
  home(carousel(Family::kSwiper, {recent, {"/ztzl/gq/", "喜迎国庆70周年"}}));
  harness.run();
  ASSERT_EQ(state(kEvent), "open");
  EXPECT_EQ(harness.finding(kRule, kEvent)->evidence.compared, "2019-10-01");
  EXPECT_EQ(harness.finding(kRule, kEvent)->where.size(), 1u);
  EXPECT_EQ(state(), "none");
  home(carousel(Family::kSwiper, {recent, news(0, "清明祭扫服务安排公布")}));
  harness.run_for(days(2));
  EXPECT_EQ(state(kEvent), "closed");
}

TEST_F(PatrolSlots, ABannerThatComesAndGoesIsOneCaseUntilItIsAwayForGood) {
  harness.web().set(std::string(kSite) + "/ztzl/gq/", page("国庆专题"));
  const Picture recent = news(-1, "全县养老服务工作推进会召开");
  const Picture other = news(0, "清明祭扫服务安排公布");
  for (int turn = 0; turn < 10; ++turn) {
    home(carousel(Family::kSwiper, {recent, turn % 2 == 0 ? Picture{"/ztzl/gq/", "喜迎国庆70周年"} : other}));
    for (bool is_read = false; !is_read;) is_read = harness.run_when_due().asked(RoundHarness::kHome);
    ASSERT_EQ(state(kEvent), "open") << turn;
    EXPECT_EQ(harness.finding(kRule, kEvent)->episode, 1u) << turn;
  }
  harness.run_for(days(2));
  EXPECT_EQ(state(kEvent), "closed");
}

class TopicsOfTheHomePage : public PatrolSlots {
 protected:
  void topics(const std::vector<std::string>& names, const std::string& heading = "<h3>专题专栏</h3>") {
    std::string block = "<div class=zt><div class=tit>" + heading + "<a href=\"/ztzl/\">更多&gt;&gt;</a></div><ul>";
    for (std::size_t index = 0; index < names.size(); ++index) {
      const std::string path = "/ztzl/" + std::to_string(index) + "/";
      harness.web().set(kSite + path, page(names[index]));
      block += "<li><a href=\"" + path + "\">" + names[index] + "</a></li>";
    }
    harness.web().set(std::string(kSite) + "/ztzl/", page("专题专栏"));
    home(block + "</ul></div>");
  }
  const std::string kTopics = std::string(kSite) + "/#topics-event";
};

TEST_F(TopicsOfTheHomePage, OfWhatIsOverAreToldAtOnceAndClosedWhenTheyAreGone) {
  topics({"社会救助政策宣传", "2023年全国两会", "迎接2022年国庆", "2024年政府信息公开年报"});
  harness.run();
  ASSERT_EQ(state(kTopics), "open");
  const Finding finding = *harness.finding(kRule, kTopics);
  EXPECT_EQ(finding.evidence.control, "slot_topics");
  EXPECT_EQ(finding.evidence.compared, "2023-03-31");
  EXPECT_TRUE(finding.evidence.limit.empty());
  ASSERT_EQ(finding.where.size(), 2u);
  EXPECT_EQ(finding.where.back().text, "迎接2022年国庆");
  EXPECT_GE(finding.evidence.attempts.size(), 2u);
  EXPECT_EQ(state(std::string(kSite) + "/#topics"), "none");
  topics({"社会救助政策宣传", "2026年全国两会", "2024年政府信息公开年报"});
  harness.run_for(days(2));
  EXPECT_EQ(state(kTopics), "closed");
}

TEST_F(TopicsOfTheHomePage, ThatAreLeftForALongTimeOweNoRotation) {
  topics({"社会救助政策宣传", "党史学习教育", "2021年政府信息公开年报", "十四五规划"});
  harness.run_for(days(60));
  EXPECT_EQ(state(kTopics), "none");
  EXPECT_EQ(state(std::string(kSite) + "/#topics"), "none");
}

TEST_F(TopicsOfTheHomePage, BesideTheirArchiveAreNotTold) {
  topics({"社会救助政策宣传", "2023年全国两会", "往期专题"});
  harness.run();
  EXPECT_EQ(state(kTopics), "none");
}

TEST_F(TopicsOfTheHomePage, UnderAnArchivesNameAreNotTold) {
  topics({"2022年全国两会", "2023年全国两会"}, "<h3>专题回顾</h3>");
  harness.run();
  EXPECT_EQ(state(kTopics), "none");
}

TEST_F(PatrolSlots, APageThatIsBeingBuiltIsToldAfterAMonthAndClosesWhenItIsThere) {
  const std::string url = std::string(kSite) + "/jgjs/";
  harness.web().set(url, Reply{.body = "<html><head><title>巡查县民政局</title></head><body><a href=\"/\">首页</a>"
                                       "<p>栏目建设中，敬请期待！</p></body></html>"});
  home("", "a", "<li><a href=\"/jgjs/\">基层建设</a></li>");
  harness.run_for(days(29));
  EXPECT_EQ(state(url), "none");
  harness.restart();
  harness.run_for(days(9));
  ASSERT_EQ(state(url), "open");
  EXPECT_EQ(harness.finding(kRule, url)->evidence.control, "page_unfinished");
  harness.web().set(url, page("基层建设", {"/|首页"}));
  harness.run_for(days(9));
  EXPECT_EQ(state(url), "closed");
}

class UnfinishedPage : public PatrolSlots {
 protected:
  UnfinishedPage() {
    harness.web().set(url, Reply{.body = "<html><head><title>巡查县民政局</title></head><body><a href=\"/\">首页</a>"
                                         "<p>栏目建设中，敬请期待！</p></body></html>"});
    home("", "a", kLink);
    harness.run_for(days(38));
  }
  static constexpr const char* kLink = "<li><a href=\"/jgjs/\">基层建设</a></li>";
  const std::string url = std::string(kSite) + "/jgjs/";
};

TEST_F(UnfinishedPage, StaysToldWhileTheHomePageIsDownForWorks) {
  ASSERT_EQ(state(url), "open");
  harness.web().set(RoundHarness::kHome, Reply{.body = "<html><body><p>网站维护，请稍后访问。</p></body></html>"});
  harness.run_for(hours(3));
  EXPECT_EQ(state(url), "open");
  home("", "a", kLink);
  harness.run_for(days(2));
  EXPECT_EQ(state(url), "open");
}

TEST_F(UnfinishedPage, IsClosedADayAfterNothingLeadsToItAnyMore) {
  ASSERT_EQ(state(url), "open");
  home("");
  harness.run_for(hours(20));
  EXPECT_EQ(state(url), "open");
  harness.run_for(days(2));
  EXPECT_EQ(state(url), "closed");
}

TEST_F(UnfinishedPage, IsReadWhereverItMovedTo) {
  ASSERT_EQ(state(url), "open");
  harness.web().set(std::string(kSite) + "/bsfw/", page("办事服务", {"/|首页", "/jgjs/|基层建设"}));
  harness.run_for(days(9));
  home("");
  harness.run_for(days(9));
  EXPECT_EQ(state(url), "open");
  harness.web().set(url, page("基层建设", {"/|首页"}));
  harness.run_for(days(9));
  EXPECT_EQ(state(url), "closed");
}

}  // namespace
}  // namespace xuncha::test
