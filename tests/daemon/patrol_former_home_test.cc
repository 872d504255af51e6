#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "core/url.h"
#include "tests/support/round_harness.h"

// `home:` of a configured site changes and its id stays: what was told of the site under its former home page.
namespace xuncha {
namespace {

using std::chrono::hours;
using test::page;
using test::RoundHarness;
using test::status;

const std::string kFormer = RoundHarness::kHome;
const std::string kNow = "https://www.patrol.gov.cn/";

class PatrolFormerHome : public ::testing::Test {
 protected:
  PatrolFormerHome() {
    serve(kFormer);
    serve(kNow);
    harness_.run();
  }

  void serve(const std::string& home) {
    harness_.web().set(home, page("巡查县人民政府", {"/news.html"}));
    harness_.web().set(home + "news.html", page("工作动态", {"/"}));
  }
  // A case that is open, as an earlier round left it.
  void tell(const std::string& rule, const std::string& subject) {
    Finding finding = make_finding("www.patrol.gov.cn", rule, subject, subject, {}, Severity::kMajor,
                                   {.attempts = {{.at = harness_.now(), .status = 200}}}, harness_.now());
    finding.state = FindingState::kOpen;
    finding.opened = harness_.now();
    Visit visit;
    visit.site = *harness_.store().find_site("www.patrol.gov.cn");
    visit.findings.push_back(std::move(finding));
    ASSERT_TRUE(harness_.store().commit(visit).ok());
  }
  void move_home(const std::string& home = kNow) {
    harness_.options().site = "www.patrol.gov.cn";
    harness_.options().home = url_from_trusted(home);
    harness_.clock().move(hours(2));
  }
  // Of the site, whatever host its home page is on now.
  std::string state(const std::string& rule, const std::string& subject) {
    for (const Finding& each : harness_.store().findings(*harness_.store().find_site("www.patrol.gov.cn")).value()) {
      if (each.rule == rule && each.subject == subject) return std::string(finding_state_name(each.state));
    }
    return "none";
  }

  RoundHarness harness_;
};

// Of the site as a whole, by its home page's address alone or with the word for what is at fault.
const std::vector<std::pair<std::string, std::string>> kOfTheSite = {{"page.metadata", "#PubDate"},
                                                                     {"document.metadata", "#number"},
                                                                     {"content.unrotated", "#carousel"},
                                                                     {"site.veto", "#veto_stale"},
                                                                     {"home.stale", ""},
                                                                     {"site.domain", ""},
                                                                     {"site.unjudged", ""},
                                                                     {"ipv6.broken", ""},
                                                                     {"ipv6.links", ""}};

TEST_F(PatrolFormerHome, WhatWasToldOfTheSiteUnderItIsClosed) {
  for (const auto& [rule, word] : kOfTheSite) tell(rule, kFormer + word);
  move_home();
  ASSERT_TRUE(harness_.run().complete);
  for (const auto& [rule, word] : kOfTheSite) EXPECT_EQ(harness_.state(rule, kFormer + word), "closed") << rule << word;
}

TEST_F(PatrolFormerHome, WhatIsToldUnderTheOneThatHoldsStays) {
  for (const auto& [rule, word] : kOfTheSite) tell(rule, kNow + word);
  move_home();
  ASSERT_TRUE(harness_.run().complete);
  for (const auto& [rule, word] : kOfTheSite) {
    if (rule == "site.unjudged") continue;  // the home page was judged, and that is proof enough
    EXPECT_EQ(harness_.state(rule, kNow + word), "open") << rule << word;
  }
}

TEST_F(PatrolFormerHome, WhatWasToldOfAHostThatIsTheSitesNoMoreIsClosed) {
  const std::string host = "http://portal.patrol.gov.cn/";
  serve(host);
  tell("site.soft404", kFormer);
  tell("home.stale", kFormer);
  move_home(host);
  ASSERT_TRUE(harness_.run().complete);
  EXPECT_EQ(state("site.soft404", kFormer), "closed");
  EXPECT_EQ(state("home.stale", kFormer), "closed");
}

TEST_F(PatrolFormerHome, TheCertificateOfAHostThatIsTheSitesNoMoreIsNoMatterOfTheSite) {
  const std::string host = "http://portal.patrol.gov.cn/";
  serve(host);
  tell("site.tls", kNow);
  move_home(host);
  ASSERT_TRUE(harness_.run().complete);
  EXPECT_EQ(state("site.tls", kNow), "closed");
}

TEST_F(PatrolFormerHome, TheCertificateOfAHostOfWhichTheSiteIsAFolderIs) {
  const std::string folder = kNow + "bureau/";
  harness_.web().set(folder, page("巡查县某局", {"/bureau/news.html"}));
  harness_.web().set(folder + "news.html", page("工作动态", {"/bureau/"}));
  tell("site.tls", kNow);
  move_home(folder);
  ASSERT_TRUE(harness_.run().complete);
  EXPECT_EQ(state("site.tls", kNow), "open");
}

// The home page fails itself, and nobody knows to which host it would lead.
TEST_F(PatrolFormerHome, WhileTheHomePageFailsTheHostToWhichItLedIsNotTakenForAFormerOne) {
  const std::string host = "https://portal.patrol.gov.cn/";
  serve(host);
  harness_.web().set(kFormer, test::redirect(host));
  harness_.run_for(hours(2));
  tell("site.tls", host);
  harness_.web().set(kFormer, status(502));
  harness_.run_for(hours(4));
  EXPECT_EQ(state("site.tls", host), "open");
}

TEST_F(PatrolFormerHome, ARoundThatIsCutShortClosesNothing) {
  for (const auto& [rule, word] : kOfTheSite) tell(rule, kFormer + word);
  move_home();
  harness_.run(/*requests_max=*/1);
  for (const auto& [rule, word] : kOfTheSite) EXPECT_EQ(harness_.state(rule, kFormer + word), "open") << rule << word;
}

TEST_F(PatrolFormerHome, ThatItIsOutOfReachIsNoMatterOfTheSiteAnyMore) {
  harness_.web().set(kFormer, status(500));
  harness_.run_for(hours(72));
  ASSERT_EQ(harness_.state("site.unreachable", kFormer), "open");
  move_home();
  harness_.run_for(hours(24));
  EXPECT_EQ(harness_.state("site.unreachable", kFormer), "closed");
  EXPECT_EQ(harness_.state("site.unreachable", kNow), "none");
}

}  // namespace
}  // namespace xuncha
