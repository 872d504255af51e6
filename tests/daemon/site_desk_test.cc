// Round after round of several sites, in virtual time: what the desk makes of its plans when the clock is set.
#include "daemon/service/site_desk.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>

#include "tests/support/desk_harness.h"

namespace xuncha::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr WallTime kStart = WallTime(Milliseconds(1'714'089'600'000));

class SiteDeskTest : public testing::Test {
 protected:
  // A home page that refers to one more, and to which https sends on.
  void add(const std::string& host) {
    SiteConfig site;
    site.id = host;
    site.home = url_from_trusted("http://" + host + "/");
    site.jitter = 0;
    configuration_->sites.push_back(site);
    web.set("http://" + host + "/", page("某局", {"/news.html"}));
    web.set("http://" + host + "/news.html", page("新闻", {"/"}));
    web.set("https://" + host + "/", redirect("http://" + host + "/"));
  }
  void configure() { harness_.configure(configuration_); }
  void pass(Milliseconds time) { harness_.pass(time); }
  void restart() { harness_.restart(); }
  void move_home(const std::string& home) { configuration_->sites.front().home = url_from_trusted(home); }
  std::optional<OtherScheme> other_scheme() { return harness_.desk().snapshots().front()->other_scheme; }
  void tell(HomeNews::Kind kind) {
    HomeNews news{.site = "a.gov.cn", .kind = kind, .evidence = {}};
    news.evidence.compared = "20/200";
    harness_.desk().take_home_news(news);
  }
  FindingState unreachable() {
    for (const FindingPointer& finding : harness_.desk().snapshots().front()->findings) {
      if (finding->rule == "site.unreachable") return finding->state;
    }
    return FindingState::kClosed;
  }
  std::size_t asked(const std::string& url) const {
    const auto& log = web.log();
    return static_cast<std::size_t>(
        std::count_if(log.begin(), log.end(), [&](const auto& each) { return each.url == url; }));
  }

 private:
  DeskHarness harness_{kStart};
  std::shared_ptr<Configuration> configuration_ = std::make_shared<Configuration>();

 protected:
  SetClock& clock = harness_.clock();
  ScriptedWeb& web = harness_.web();
};

TEST_F(SiteDeskTest, AClockThatIsSetBackBetweenRoundsDelaysNone) {
  add("a.gov.cn");
  configure();
  pass(hours(3));
  clock.set_wall_by(-hours(50));
  web.clear_log();
  pass(minutes(10));
  EXPECT_EQ(asked("http://a.gov.cn/"), 1u);
  EXPECT_EQ(asked("http://a.gov.cn/news.html"), 1u);
}

// One look a day, whatever becomes of the process meanwhile.
TEST_F(SiteDeskTest, WhatTheOtherSchemeShowsIsRememberedForADay) {
  add("a.gov.cn");
  web.set("https://a.gov.cn/", failure(TransportError::kConnectRefused));
  configure();
  pass(hours(1));
  ASSERT_TRUE(other_scheme());
  EXPECT_EQ(other_scheme()->state, SchemeState::kNone);
  EXPECT_EQ(asked("https://a.gov.cn/"), 2u);
  restart();
  ASSERT_TRUE(other_scheme());
  EXPECT_EQ(other_scheme()->state, SchemeState::kNone);
  web.set("https://a.gov.cn/", page("某局", {"/news.html"}));
  pass(hours(20));
  EXPECT_EQ(asked("https://a.gov.cn/"), 2u);
  pass(hours(30));
  EXPECT_EQ(other_scheme()->state, SchemeState::kSame);
  EXPECT_LE(asked("https://a.gov.cn/"), 4u);
}

TEST_F(SiteDeskTest, WhatWasSeenOfAnotherHomePageIsDropped) {
  add("a.gov.cn");
  configure();
  pass(hours(1));
  ASSERT_TRUE(other_scheme());
  move_home("http://b.gov.cn/");
  restart();
  EXPECT_FALSE(other_scheme());
}

// Found by the simulation: a process that had just begun knew of no share, its rounds closed the case, its probes told
// it again.
TEST_F(SiteDeskTest, RoundsDoNotCloseWhatTheWeekIsToldFor) {
  add("a.gov.cn");
  configure();
  pass(hours(3));
  tell(HomeNews::Kind::kOverShare);
  ASSERT_EQ(unreachable(), FindingState::kOpen);
  restart();
  pass(hours(48));
  EXPECT_EQ(unreachable(), FindingState::kOpen);
  tell(HomeNews::Kind::kUnderShare);
  EXPECT_EQ(unreachable(), FindingState::kClosed);
}

// Found by the simulation: the round had read when all was asked last, by the clock before, and planned by that.
TEST_F(SiteDeskTest, AClockThatIsSetBackDuringARoundDelaysNone) {
  add("a.gov.cn");
  configure();
  pass(hours(23));
  web.clear_log();
  while (asked("http://a.gov.cn/news.html") == 0) pass(Milliseconds(10));  // due again after a day; no answer yet
  clock.set_wall_by(-hours(50));
  web.clear_log();
  pass(minutes(10));
  EXPECT_EQ(asked("http://a.gov.cn/"), 1u);
}

// Found by the simulation: all sites waited for the time of their start by the clock before.
TEST_F(SiteDeskTest, AClockThatIsSetBackBeforeTheFirstTurnDelaysNoSite) {
  add("a.gov.cn");
  add("b.gov.cn");
  configure();
  clock.set_wall_by(-hours(50));
  pass(minutes(1));
  EXPECT_EQ(asked("http://a.gov.cn/"), 1u);
  EXPECT_EQ(asked("http://b.gov.cn/"), 1u);
}

TEST_F(SiteDeskTest, AClockThatIsSetAheadMakesNoRoundsWithoutEnd) {
  add("a.gov.cn");
  configure();
  pass(hours(3));
  clock.set_wall_by(hours(50));
  web.clear_log();
  pass(minutes(10));
  EXPECT_EQ(asked("http://a.gov.cn/"), 1u);
  EXPECT_EQ(asked("http://a.gov.cn/news.html"), 1u);
}

}  // namespace
}  // namespace xuncha::test
