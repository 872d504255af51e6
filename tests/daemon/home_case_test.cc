// What probes make of the case of a home page; who clears or accuses our own network; when a page is down and up again.
#include "daemon/patrol/home_case.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "daemon/service/home_watch.h"
#include "daemon/service/probe_witness.h"

namespace xuncha {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr WallTime kNow = WallTime(Milliseconds(1'700'000'000'000));
const Url kHome = url_from_trusted("http://www.x.gov.cn/");

class HomeCase : public testing::Test {
 protected:
  FindingState state() const { return tracker.find(kId)->state; }
  std::vector<CaseChange> take(HomeNews::Kind kind, Reason reason = {}, WallTime at = kNow) {
    HomeNews news{.site = "x", .kind = kind, .reason = reason, .evidence = {}};
    news.evidence.attempts.push_back({.at = at, .phase = Phase::kConnect});
    news.evidence.compared = "7/140";
    return apply_home_news(tracker, "x", kHome, news, Severity::kCritical, at);
  }
  static constexpr Reason kDead = {ReasonCode::kConnectTimeout, 0};
  const std::string kId = finding_id("x", "site.unreachable", url_key(kHome));
  CaseTracker tracker{"x", ConfirmationSpacings{}};
};

TEST_F(HomeCase, AnOutageOpensAtOnceWithATransitionThatPeopleHearOf) {
  const auto changes = take(HomeNews::Kind::kDown, kDead);
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(state(), FindingState::kOpen);
  ASSERT_TRUE(changes[0].transition);
  EXPECT_EQ(changes[0].finding.opened, kNow);
  EXPECT_EQ(tracker.find(kId)->subject, "http://www.x.gov.cn/");
}

TEST_F(HomeCase, ASuspectOfThePatrolIsConfirmedByProbes) {
  tracker.failed({.rule = "site.unreachable",
                  .subject = "http://www.x.gov.cn/",
                  .subject_key = url_key(kHome),
                  .reason = kDead,
                  .evidence = {.attempts = {{.at = kNow}}}},
                 kNow);
  take(HomeNews::Kind::kDown, kDead, kNow + minutes(5));
  EXPECT_EQ(state(), FindingState::kOpen);
}

TEST_F(HomeCase, ItClosesOnceAndARelapseIsANewEpisode) {
  take(HomeNews::Kind::kDown, kDead);
  EXPECT_EQ(take(HomeNews::Kind::kUp).back().finding.state, FindingState::kClosed);
  EXPECT_TRUE(take(HomeNews::Kind::kUp).empty());
  take(HomeNews::Kind::kDown, kDead, kNow + hours(1));
  EXPECT_EQ(state(), FindingState::kOpen);
  EXPECT_EQ(tracker.find(kId)->episode, 2u);
}

TEST_F(HomeCase, TheWeekAndTheOutageAreOneCase) {
  take(HomeNews::Kind::kOverShare);
  EXPECT_EQ(state(), FindingState::kOpen);
  EXPECT_EQ(tracker.find(kId)->reason.code, ReasonCode::kNone);
  EXPECT_FALSE(take(HomeNews::Kind::kDown, kDead).back().transition);
  EXPECT_EQ(tracker.find(kId)->reason, kDead);
  take(HomeNews::Kind::kOverShare);  // it is up again, but the week is not well
  EXPECT_EQ(state(), FindingState::kOpen);
  EXPECT_TRUE(take(HomeNews::Kind::kUp).empty());
  EXPECT_EQ(take(HomeNews::Kind::kUnderShare).back().finding.state, FindingState::kClosed);
}

TEST_F(HomeCase, WhatThePageSaysIsNotClosedByVisitsThatSeeItOpen) {
  take(HomeNews::Kind::kDown, {ReasonCode::kSoft404, 0});
  EXPECT_TRUE(take(HomeNews::Kind::kUp).empty());
  EXPECT_TRUE(take(HomeNews::Kind::kUnderShare).empty());
  EXPECT_TRUE(take(HomeNews::Kind::kOverShare).empty());
  EXPECT_EQ(state(), FindingState::kOpen);
}

TEST(HomeWatchTest, TwoPairsInARowAreAnOutageOneIsNone) {
  HomeWatch watch(minutes(5));
  EXPECT_EQ(watch.failed(kNow, true), HomeWatch::Turn::kNone);
  watch.opened(kNow + minutes(5));
  EXPECT_EQ(watch.failed(kNow + minutes(10), true), HomeWatch::Turn::kNone);
  EXPECT_EQ(watch.failed(kNow + minutes(15), true), HomeWatch::Turn::kDown);
}

TEST(HomeWatchTest, PairsFarApartAreTwoFaults) {
  HomeWatch watch(minutes(5));
  watch.failed(kNow, true);
  EXPECT_EQ(watch.failed(kNow + hours(2), true), HomeWatch::Turn::kNone);
}

TEST(HomeWatchTest, WhatLastsThroughAnnouncedWorksIsToldByTheNextPair) {
  HomeWatch watch(minutes(5));
  for (int pair = 0; pair < 10; ++pair)
    EXPECT_EQ(watch.failed(kNow + pair * minutes(5), false), HomeWatch::Turn::kNone);
  EXPECT_EQ(watch.failed(kNow + minutes(50), true), HomeWatch::Turn::kDown);
}

TEST(HomeWatchTest, EachOutageOfADayMakesTheNextRecoveryWaitLonger) {
  HomeWatch watch(minutes(5));
  WallTime at = kNow;
  std::vector<Milliseconds> waits;
  for (int outage = 0; outage < 3; ++outage) {
    watch.failed(at += minutes(5), true);
    watch.failed(at += minutes(5), true);
    const WallTime begin = at + minutes(5);
    while (watch.opened(at += minutes(5)) != HomeWatch::Turn::kUp) ASSERT_LT(at, kNow + hours(24));
    waits.push_back(at - begin);
  }
  EXPECT_EQ(waits, (std::vector<Milliseconds>{minutes(10), minutes(20), minutes(30)}));
}

TEST(HomeWatchTest, AClockThatWasSetBackKeepsNoOutageOpen) {
  HomeWatch watch(minutes(5));
  watch.failed(kNow, true);
  ASSERT_EQ(watch.failed(kNow + minutes(5), true), HomeWatch::Turn::kDown);
  watch.opened(kNow + minutes(10));
  WallTime at = kNow - hours(50);
  EXPECT_EQ(watch.opened(at), HomeWatch::Turn::kNone);
  EXPECT_EQ(watch.opened(at += minutes(5)), HomeWatch::Turn::kNone);
  EXPECT_EQ(watch.opened(at += minutes(5)), HomeWatch::Turn::kUp);
}

TEST(HomeWatchTest, PairsFarApartAreTwoFaultsWhateverTheClockWasSetTo) {
  HomeWatch watch(minutes(5));
  watch.failed(kNow, true);
  EXPECT_EQ(watch.failed(kNow - hours(2), true), HomeWatch::Turn::kNone);
}

constexpr SteadyTime kSteady = SteadyTime(hours(10));

TEST(ProbeWitnessTest, OnlyAnotherNetworkThatOpenedSinceClearsOurs) {
  ProbeWitness witness;
  const std::uint64_t here = network_of(IpAddress::v4(61, 1, 2, 3));
  EXPECT_EQ(here, network_of(IpAddress::v4(61, 1, 9, 9)));
  EXPECT_NE(here, network_of(IpAddress::v4(61, 2, 2, 3)));
  witness.note(1, Family::kIpv4, here, true, kSteady + seconds(5));
  EXPECT_FALSE(witness.opened_elsewhere(Family::kIpv4, here, kSteady));
  witness.note(2, Family::kIpv4, network_of(IpAddress::v4(61, 2, 2, 3)), true, kSteady + seconds(6));
  EXPECT_TRUE(witness.opened_elsewhere(Family::kIpv4, here, kSteady));
  EXPECT_FALSE(witness.opened_elsewhere(Family::kIpv6, here, kSteady));
  EXPECT_FALSE(witness.opened_elsewhere(Family::kIpv4, here, kSteady + seconds(7)));
}

// Our own network is accused by more than 30 % of the hosts on three networks within 60 s.
TEST(ProbeWitnessTest, ACrowdIsThreeNetworksAndMoreThanThirtyPercent) {
  const auto crowd = [](int sites, int failing, int networks) {
    ProbeWitness witness;
    for (int site = 0; site < sites; ++site) {
      const auto octet = static_cast<std::uint8_t>(site % networks);
      witness.note(static_cast<std::uint32_t>(site), Family::kIpv4, network_of(IpAddress::v4(61, octet, 1, 1)),
                   site >= failing, kSteady);
    }
    return witness.is_crowd(Family::kIpv4, kSteady + seconds(30)) &&
           witness.is_crowd(Family::kIpv4, kSteady - seconds(30));
  };
  EXPECT_TRUE(crowd(10, 4, 10));
  EXPECT_FALSE(crowd(10, 3, 10));
  EXPECT_FALSE(crowd(10, 10, 2));
}

}  // namespace
}  // namespace xuncha
