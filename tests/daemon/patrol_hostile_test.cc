// Portals that mean harm to the patrol, or by it to others, in virtual time: chains without end, links without number,
// robots.txt as a burden, redirects that change between two sights. Traps and bounds are counted and
// visible, politeness holds against all of them, robots.txt is obeyed by RFC 9309.
#include <gtest/gtest.h>

#include <memory>

#include "tests/support/round_harness.h"

namespace xuncha::test {
namespace {

using std::chrono::hours;

constexpr const char* kHome = RoundHarness::kHome;
constexpr const char* kStranger = "http://www.friend-bureau.org.cn/";
constexpr const char* kStart = "http://www.trap.org.cn/start";

class HostilePatrol : public testing::Test {
 protected:
  void home(const std::vector<std::string>& links) { harness.web().set(kHome, page("巡查县人民政府", links)); }
  static std::string in_trap(int hop) { return "http://www.trap.org.cn/hop" + std::string(hop, 'x') + "-"; }

  RoundHarness harness;
};

// --- redirects -----------------------------------------------------------------------------------------------------

TEST_F(HostilePatrol, AChainOfRedirectsWithoutEndIsLeftAfterTwentyAndTold) {
  home({kStart});
  harness.web().set(kStart, redirect(in_trap(0)));
  for (int hop = 0; hop < 60; ++hop) harness.web().set(in_trap(hop), redirect(in_trap(hop + 1)));
  const Round round = harness.run();
  EXPECT_TRUE(round.asked(in_trap(19)));
  EXPECT_FALSE(round.asked(in_trap(20)));
  EXPECT_TRUE(round.complete);
  const auto finding = harness.finding("link.broken", kStart);
  ASSERT_TRUE(finding.has_value());
  EXPECT_EQ(reason_name(finding->reason), "redirect_limit");
}

TEST_F(HostilePatrol, AChainWithoutEndIsNotFollowedFurtherByLaterRounds) {
  home({kStart});
  harness.web().set(kStart, redirect(in_trap(0)));
  for (int hop = 0; hop < 60; ++hop) harness.web().set(in_trap(hop), redirect(in_trap(hop + 1)));
  harness.run();
  for (const Round& round : harness.run_for(hours(24 * 20))) EXPECT_FALSE(round.asked(in_trap(20)));
}

TEST_F(HostilePatrol, AChainOfTwentyRedirectsIsFollowedToItsEnd) {
  home({kStart});
  harness.web().set(kStart, redirect(in_trap(0)));
  for (int hop = 0; hop < 19; ++hop) harness.web().set(in_trap(hop), redirect(in_trap(hop + 1)));
  harness.web().set(in_trap(19), page("到了"));
  EXPECT_TRUE(harness.run().asked(in_trap(19)));
  EXPECT_TRUE(harness.findings().empty());
}

TEST_F(HostilePatrol, ARoundCutShortAccusesNoRedirectWhoseGoalWasNotAsked) {
  for (std::size_t requests = 1; requests < 45; requests += 4) {
    RoundHarness cut;
    std::vector<std::string> links;
    for (char name = 'a'; name < 'u'; ++name) {
      links.push_back(std::string("/r/") + name);
      cut.web().set(std::string(kHome) + "r/" + name, redirect(std::string("/t/") + name));
      cut.web().set(std::string(kHome) + "t/" + name, page(std::string("通知") + name));
    }
    cut.web().set(kHome, page("巡查县人民政府", links));
    cut.run(requests);
    EXPECT_TRUE(cut.findings().empty()) << requests << " " << cut.findings().front().subject;
  }
}

// --- what nobody may send us to ------------------------------------------------------------------------------------

// A 404 that, when it is looked at again, redirects to `goal`.
ScriptedWeb::Script changing(const std::string& goal) {
  auto visits = std::make_shared<int>(0);
  return [visits, goal](const FetchRequest&) { return ++*visits == 1 ? status(404) : redirect(goal); };
}

TEST_F(HostilePatrol, ASecondSightIsNotLedWhereRobotsForbid) {
  const std::string secret = std::string(kStranger) + "secret";
  home({"/cloak.html"});
  harness.web().set(std::string(kHome) + "cloak.html", changing(secret));
  harness.web().set(std::string(kStranger) + "robots.txt", file("text/plain", "User-agent: *\nDisallow: /\n"));
  harness.web().set(secret, page("秘密"));
  harness.run();
  for (const Round& round : harness.run_for(hours(24 * 3))) EXPECT_FALSE(round.asked(secret));
}

TEST_F(HostilePatrol, ASecondSightFollowsARedirectThatRobotsPermit) {
  const std::string moved = std::string(kStranger) + "moved";
  home({"/cloak.html"});
  harness.web().set(std::string(kHome) + "cloak.html", changing(moved));
  harness.web().set(moved, page("搬迁后的页面"));
  harness.run();
  harness.run_for(hours(24 * 3));
  EXPECT_EQ(harness.state("link.broken", std::string(kHome) + "cloak.html"), "closed");
}

TEST_F(HostilePatrol, ASecondSightIsNotLedToWhatIsExcluded) {
  const std::string excluded = std::string(kHome) + "logout/now";
  harness.options().exclude = UrlPatterns::compile({"/logout/"}).value();
  home({"/cloak.html"});
  harness.web().set(std::string(kHome) + "cloak.html", changing(excluded));
  harness.run();
  for (const Round& round : harness.run_for(hours(24 * 3))) EXPECT_FALSE(round.asked(excluded));
}

TEST_F(HostilePatrol, WhoOwnsASiteDoesNotLiftTheRobotsOfOthers) {
  harness.options().own_site = true;
  home({"/own.html", kStranger});
  harness.web().set(std::string(kHome) + "robots.txt", file("text/plain", "User-agent: *\nDisallow: /\n"));
  harness.web().set(std::string(kHome) + "own.html", page("本站"));
  harness.web().set(std::string(kStranger) + "robots.txt", file("text/plain", "User-agent: *\nDisallow: /\n"));
  harness.web().set(kStranger, page("友好单位"));
  const Round round = harness.run();
  EXPECT_TRUE(round.asked(std::string(kHome) + "own.html"));
  EXPECT_FALSE(round.asked(kStranger));
}

// --- floods --------------------------------------------------------------------------------------------------------

TEST_F(HostilePatrol, ReferencesAtFaultBeyondTheirBoundAreCountedNotKept) {
  std::vector<std::string> links;
  for (int number = 0; number < 6'000; ++number) links.push_back("http://bad host" + std::to_string(number) + "/");
  home(links);
  const Round round = harness.run();
  EXPECT_EQ(harness.findings().size(), 5'000u);
  EXPECT_FALSE(round.complete);
  EXPECT_EQ(round.summary.skipped[static_cast<std::size_t>(SkipReason::kBudget)], 1'000u);
}

TEST_F(HostilePatrol, OneTargetUnderThousandsOfDocumentNamesCostsNoMore) {
  const std::string goal = std::string(kHome) + "goal.html";
  std::vector<std::string> pages;
  for (int number = 0; number < 40; ++number) {
    const std::string name = "p" + std::string(1, static_cast<char>('a' + number % 26)) + std::to_string(number);
    std::vector<std::string> links;
    for (int link = 0; link < 2'000; ++link) {
      links.push_back("/goal.html|关于印发《" + name + "第" + std::to_string(link) + "号实施办法》的通知");
    }
    harness.web().set(std::string(kHome) + name + ".html", page(name, links));
    pages.push_back("/" + name + ".html");
  }
  harness.web().set(goal, page("别的事情"));
  home(pages);
  const auto began = std::chrono::steady_clock::now();
  harness.run();
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(60));  // about 1 s; without bound minutes
}

TEST_F(HostilePatrol, RobotsOfManyForeignHostsAreForgottenAndStillObeyed) {
  std::string rules = "User-agent: *\nDisallow: /no\n";
  for (int rule = 0; rule < 15'000; ++rule) rules += "Disallow: /" + std::to_string(rule) + "\n";
  std::vector<std::string> links;
  for (int host = 0; host < 12; ++host) {
    const std::string origin = "http://h" + std::to_string(host) + ".trap.org.cn/";
    harness.web().set(origin + "robots.txt", file("text/plain", rules));
    harness.web().set(origin + "yes", page("友好单位"));
    harness.web().set(origin + "no", page("友好单位"));
    links.push_back(origin + "yes");
    links.push_back(origin + "no");
  }
  home(links);
  const Round round = harness.run();
  for (int host = 0; host < 12; ++host) {
    const std::string origin = "http://h" + std::to_string(host) + ".trap.org.cn/";
    EXPECT_TRUE(round.asked(origin + "yes")) << host;
    EXPECT_FALSE(round.asked(origin + "no")) << host;
  }
}

}  // namespace
}  // namespace xuncha::test
