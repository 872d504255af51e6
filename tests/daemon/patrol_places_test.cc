// Where a fault stands: `check` lists up to 1,000 places a finding, the daemon keeps a sample of 200, and
// where_total counts all. In virtual time, against a web in memory and a real store.
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "core/limits.h"
#include "tests/support/round_harness.h"

namespace xuncha::test {
namespace {

constexpr std::size_t kPages = limits::kPlacesKeptMax + 50;

// Every page refers to one that is gone.
class PatrolPlaces : public testing::Test {
 protected:
  PatrolPlaces() {
    std::vector<std::string> links;
    for (std::size_t number = 0; number < kPages; ++number) {
      links.push_back("/p" + std::to_string(number) + ".html");
      harness.web().set("http://www.patrol.gov.cn" + links.back(),
                        page("第" + std::to_string(number) + "页", {"/gone.html"}));
    }
    harness.web().set(RoundHarness::kHome, page("巡查县人民政府", links));
  }
  Finding gone() const {
    const auto found = harness.finding("link.broken", "http://www.patrol.gov.cn/gone.html");
    return found ? *found : Finding{};
  }

  RoundHarness harness;
};

TEST_F(PatrolPlaces, TheDaemonKeepsASampleAndCountsAll) {
  harness.run();
  EXPECT_EQ(gone().where.size(), limits::kPlacesKeptMax);
  EXPECT_EQ(gone().where_total, kPages);
}

TEST_F(PatrolPlaces, CheckListsThemAll) {
  harness.options().continuous.reset();
  harness.run();
  EXPECT_EQ(gone().where.size(), kPages);
  EXPECT_EQ(gone().where_total, kPages);
}

// --- links that were taken off their pages while these were not due ---

// The home page leads to a page that seldom changes and is seldom read; that to one which always changes.
class PatrolPlacesLater : public testing::Test {
 protected:
  PatrolPlacesLater() {
    harness.web().set(RoundHarness::kHome, page("巡查县人民政府", {"/a.html"}));
    harness.web().set(kPage, page("甲", {"/old.html"}));
    harness.web().set(kOld, [this](const FetchRequest&) { return page("第" + std::to_string(++asked) + "版", {"/"}); });
    harness.run();
    harness.run_for(std::chrono::days(43));
  }
  std::string state() const { return harness.state("link.broken", kOld); }
  bool was_told() const {
    const auto found = harness.finding("link.broken", kOld);
    return found && found->opened;
  }
  // Until the target is seen to fail.
  void fail() {
    harness.web().set(kOld, status(404));
    while (state() == "none") harness.run_for(std::chrono::hours(1));
    ASSERT_LT(harness.record(kPage).visited, harness.finding("link.broken", kOld)->first_seen);
  }
  static std::size_t count(const std::vector<Round>& rounds, const std::string& url) {
    std::size_t count = 0;
    for (const Round& round : rounds) count += round.count(url);
    return count;
  }

  const std::string kPage = "http://www.patrol.gov.cn/a.html";
  const std::string kOld = "http://www.patrol.gov.cn/old.html";
  RoundHarness harness;
  int asked = 0;
};

TEST_F(PatrolPlacesLater, ALinkThatNoPageBearsAnyMoreIsNotTold) {
  harness.web().set(kPage, page("甲", {"/new.html"}));
  harness.web().set("http://www.patrol.gov.cn/new.html", page("乙", {"/"}));
  fail();
  harness.run_for(std::chrono::days(3));
  EXPECT_FALSE(was_told());
  EXPECT_EQ(state(), "closed");
  EXPECT_EQ(harness.state("link.broken", "http://www.patrol.gov.cn/new.html"), "none");
}

TEST_F(PatrolPlacesLater, ALinkThatStillStandsIsToldAtItsRungForOneRequestMore) {
  fail();
  const std::vector<Round> rounds = harness.run_for(std::chrono::hours(7));
  EXPECT_EQ(state(), "open");
  EXPECT_EQ(count(rounds, kPage), 1u);
}

TEST_F(PatrolPlacesLater, ALinkIsNotToldWhileTheOnlyPageThatBoreItIsOutOfReach) {
  harness.web().set(kPage, status(503));
  fail();
  harness.run_for(std::chrono::hours(20));
  EXPECT_EQ(state(), "suspect");
  harness.web().set(kPage, page("甲", {"/old.html"}));
  harness.run_for(std::chrono::hours(13));
  EXPECT_EQ(state(), "open");
}

TEST_F(PatrolPlacesLater, APageThatIsGoneItselfTellsNothingOfItsLinks) {
  fail();
  harness.web().set(kPage, status(404));
  harness.run_for(std::chrono::days(2));
  EXPECT_FALSE(was_told());
  EXPECT_EQ(harness.state("link.broken", kPage), "open");
}

TEST_F(PatrolPlacesLater, PagesThatAreGoneTogetherDoNotHoldEachOthersCases) {
  harness.web().set(kOld, page("乙", {"/a.html"}));
  harness.run_for(std::chrono::days(8));
  harness.web().set(RoundHarness::kHome, page("巡查县人民政府", {"/b.html"}));
  harness.web().set("http://www.patrol.gov.cn/b.html", page("丙", {"/"}));
  harness.web().set(kPage, status(404));
  harness.web().set(kOld, status(404));
  harness.run_for(std::chrono::days(20));
  EXPECT_FALSE(was_told());
  EXPECT_NE(state(), "suspect");
  EXPECT_NE(harness.state("link.broken", kPage), "suspect");
}

// It shows the link to whoever reads it for its links, and hides it from who asks whether it stands.
TEST_F(PatrolPlacesLater, House_APageThatShowsALinkByTurnsMakesNoRoundsWithoutEnd) {
  fail();
  int turn = 0;
  harness.web().set(kPage, [&turn](const FetchRequest&) { return page("甲", {++turn % 2 == 0 ? "/old.html" : "/"}); });
  const std::vector<Round> rounds = harness.run_for(std::chrono::days(2));
  EXPECT_LE(count(rounds, kPage), 20u);
}

// The page that bears the link lets us in no more: by its status, by a challenge that says 200, or by sending us away.
TEST_F(PatrolPlacesLater, APageThatRefusesUsIsNotPressed) {
  for (const Reply& refusal : {status(403), page("请完成安全验证", {}), redirect("/login.html")}) {
    RoundHarness shut;
    shut.web().set(RoundHarness::kHome, page("巡查县人民政府", {"/a.html"}));
    shut.web().set(kPage, page("甲", {"/old.html"}));
    shut.web().set(kOld, page("乙", {"/"}));
    shut.run();
    shut.web().set(kOld, status(404));
    shut.web().set(kPage, refusal);
    shut.web().set(RoundHarness::kHome, refusal);
    const std::vector<Round> rounds = shut.run_for(std::chrono::days(30));
    EXPECT_LE(count(rounds, kPage), 31u);
    EXPECT_LE(count(rounds, kOld), 31u);
    EXPECT_LE(count(rounds, RoundHarness::kHome), 30u * 24 * 2);
  }
}

}  // namespace
}  // namespace xuncha::test
