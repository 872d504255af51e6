// Our own network by its anchors: who counts as an answer, when they are asked, what a patrol in doubt is told.
#include "daemon/service/vantage.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "core/limits.h"
#include "tests/support/round_harness.h"

namespace xuncha::test {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr const char* kPage = "https://www.anchor.gov.cn/";
constexpr const char* kOtherPage = "https://www.second-anchor.gov.cn/";
const IpAddress kDns = IpAddress::v4(223, 5, 5, 5);

// Answers by family; each request is answered in the next turn.
class FamilyWeb final : public Fetcher {
 public:
  void fetch(FetchRequest request, Handler handler) override {
    ++asked[request.family];
    EXPECT_NE(request.family, Family::kAny);
    FetchOutcome outcome = outcomes[request.family];
    const auto own = by_url.find(request.url.href());
    if (own != by_url.end()) outcome = own->second;
    waiting.emplace_back([handler = std::move(handler), outcome = std::move(outcome)] { handler(outcome); });
  }
  void locate(const Url& url, LocateHandler handler) override { handler(std::string(url.host())); }

  void deliver() {
    std::vector<std::function<void()>> now;
    now.swap(waiting);
    for (const auto& each : now) each();
  }
  void set(Family family, TransportError error, std::uint16_t status = 0) {
    outcomes[family] = {};
    outcomes[family].error = error;
    outcomes[family].status = status;
  }

  std::map<Family, FetchOutcome> outcomes;
  std::map<std::string, FetchOutcome> by_url;
  std::map<Family, int> asked;
  std::vector<std::function<void()>> waiting;
};

class VantageTest : public testing::Test {
 protected:
  VantageTest() {
    both(TransportError::kNone, 200);
    vantage.configure({Anchor{.url = url_from_trusted(kPage), .address = {}, .port = 0}});
  }

  void both(TransportError error, std::uint16_t status = 0) {
    web.set(Family::kIpv4, error, status);
    web.set(Family::kIpv6, error, status);
  }
  // A whole turn of questions.
  void turn() {
    clock.move(limits::kVantageInterval);
    vantage.pump();
    web.deliver();
  }
  // What a patrol is told that asks now; nullopt: it waits.
  std::optional<NetworkState> told(Family family) {
    const auto state = std::make_shared<std::optional<NetworkState>>();
    vantage.ask(family, [state](NetworkState now) { *state = now; });
    return *state;
  }

  SetClock clock{WallTime(Milliseconds(1'700'000'000'000))};
  FamilyWeb web;
  bool connects = true;
  int connections = 0;
  Vantage vantage{web,
                  [this](const IpAddress&, std::uint16_t, std::function<void(bool)> handler) {
                    ++connections;
                    web.waiting.emplace_back([this, handler = std::move(handler)] { handler(connects); });
                  },
                  clock};
};

TEST_F(VantageTest, APageIsAskedOverBothFamiliesAndEachIsToldApart) {
  EXPECT_EQ(vantage.up(Family::kIpv4), std::nullopt);
  web.set(Family::kIpv6, TransportError::kConnectFailure);
  turn();
  EXPECT_EQ(web.asked[Family::kIpv4], 1);
  EXPECT_EQ(web.asked[Family::kIpv6], 1);
  EXPECT_EQ(vantage.up(Family::kIpv4), true);
  EXPECT_EQ(vantage.up(Family::kIpv6), false);
}

TEST_F(VantageTest, AnyAnchorThatAnswersIsEnough) {
  vantage.configure({Anchor{.url = url_from_trusted(kPage), .address = {}, .port = 0},
                     Anchor{.url = url_from_trusted(kOtherPage), .address = {}, .port = 0}});
  web.by_url[kPage].error = TransportError::kConnectTimeout;
  turn();
  EXPECT_EQ(vantage.up(Family::kIpv4), true);
}

TEST_F(VantageTest, AnAddressIsOnlyConnectedToAndTellsOfItsFamilyAlone) {
  vantage.configure({Anchor{.url = {}, .address = kDns, .port = 53}});
  turn();
  EXPECT_EQ(connections, 1);
  EXPECT_TRUE(web.asked.empty());
  EXPECT_EQ(vantage.up(Family::kIpv4), true);
  EXPECT_EQ(vantage.up(Family::kIpv6), std::nullopt);
  connects = false;
  turn();
  EXPECT_EQ(vantage.up(Family::kIpv4), false);
}

TEST_F(VantageTest, WhatAnAnswerSaysOfOurNetwork) {
  const struct {
    TransportError error;
    std::uint16_t status;
    std::optional<bool> up;
  } kRows[] = {
      {TransportError::kNone, 200, true},          {TransportError::kNone, 503, true},  // somebody out there speaks
      {TransportError::kTruncated, 200, true},                                          // and here too, though not well
      {TransportError::kConnectRefused, 0, false}, {TransportError::kDnsFailure, 0, false},
      {TransportError::kDnsNxdomain, 0, false},    {TransportError::kTimeout, 0, false},
      {TransportError::kDnsNoAddress, 0, {}},  // the anchor has none of this family
      {TransportError::kTlsName, 0, {}},       // the login page of our own network, or a certificate at fault
      {TransportError::kTlsUntrusted, 0, {}},      {TransportError::kAddressRefused, 0, {}},
  };
  for (const auto& row : kRows) {
    both(row.error, row.status);
    turn();
    EXPECT_EQ(vantage.up(Family::kIpv4), row.up) << transport_error_name(row.error) << row.status;
  }
}

TEST_F(VantageTest, ARedirectToAnotherHostIsNoAnswerOfTheAnchor) {
  both(TransportError::kNone, 302);
  for (const Family family : {Family::kIpv4, Family::kIpv6})
    web.outcomes[family].headers = {{"location", "http://login.bureau.example.com/"}};
  turn();
  EXPECT_EQ(vantage.up(Family::kIpv4), std::nullopt);
  for (const Family family : {Family::kIpv4, Family::kIpv6})
    web.outcomes[family].headers = {{"location", "https://anchor.gov.cn/index.html"}};
  turn();
  EXPECT_EQ(vantage.up(Family::kIpv4), true);
}

TEST_F(VantageTest, ThePastTellsNothingOfAFailureNowSoThatAnchorsAreAskedFirst) {
  turn();
  clock.move(seconds(30));
  both(TransportError::kConnectFailure);
  std::vector<NetworkState> states;
  for (int index = 0; index < 3; ++index)
    vantage.ask(Family::kIpv4, [&states](NetworkState state) { states.push_back(state); });
  EXPECT_TRUE(states.empty());
  web.deliver();
  EXPECT_EQ(states, std::vector<NetworkState>(3, NetworkState::kDown));
  EXPECT_EQ(web.asked[Family::kIpv4], 2);               // one turn for all three
  EXPECT_EQ(told(Family::kIpv4), NetworkState::kDown);  // and at once while it is fresh
  EXPECT_EQ(vantage.up(Family::kIpv4), false);
}

TEST_F(VantageTest, AnUplinkThatCameBackVoidsTheFailuresOfTheTimeBefore) {
  both(TransportError::kConnectFailure);
  turn();
  both(TransportError::kNone, 200);
  turn();
  EXPECT_EQ(vantage.up(Family::kIpv4), true);
  EXPECT_EQ(told(Family::kIpv4), NetworkState::kDown);
  clock.move(limits::kVantageDoubt);
  vantage.pump();
  web.deliver();
  EXPECT_EQ(told(Family::kIpv4), NetworkState::kWell);
}

TEST_F(VantageTest, AFailureOfNoFamilyIsOursWhenNeitherAnswers) {
  web.set(Family::kIpv4, TransportError::kDnsFailure);
  turn();
  EXPECT_EQ(told(Family::kAny), NetworkState::kWell);
  web.set(Family::kIpv6, TransportError::kDnsFailure);
  turn();
  EXPECT_EQ(told(Family::kAny), NetworkState::kDown);
}

TEST_F(VantageTest, WithoutAnchorsNothingIsToldAndNobodyAsked) {
  vantage.configure({});
  turn();
  EXPECT_TRUE(web.asked.empty());
  EXPECT_EQ(vantage.wake_at(), SteadyTime::max());
  EXPECT_EQ(told(Family::kAny), NetworkState::kUntold);
}

TEST_F(VantageTest, OtherAnchorsAreAskedAtOnceAndEarlierAnswersCountForNothing) {
  vantage.pump();
  vantage.configure({Anchor{.url = {}, .address = kDns, .port = 53}});
  connects = false;
  vantage.pump();
  EXPECT_EQ(connections, 1);
  web.deliver();  // of the page too
  EXPECT_EQ(vantage.up(Family::kIpv4), false);
  EXPECT_EQ(vantage.up(Family::kIpv6), std::nullopt);
}

TEST_F(VantageTest, AnAnswerAfterTheEndIsLost) {
  auto mortal = std::make_unique<Vantage>(
      web, [](const IpAddress&, std::uint16_t, const std::function<void(bool)>&) {}, clock);
  mortal->configure({Anchor{.url = url_from_trusted(kPage), .address = {}, .port = 0}});
  mortal->ask(Family::kIpv4, [](NetworkState) { FAIL(); });
  mortal.reset();
  web.deliver();
}

}  // namespace
}  // namespace xuncha::test
