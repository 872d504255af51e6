#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "daemon/patrol/ipv6_look.h"
#include "tests/support/round_harness.h"

// The look at IPv6 in the rounds of a continuous patrol, in virtual time.
namespace xuncha {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using test::failure;
using test::page;
using test::Reply;
using test::Round;
using test::RoundHarness;

constexpr const char* kHome = RoundHarness::kHome;
constexpr const char* kPartner = "http://www.partner.example.com/";

// A name service that answers at once.
class Names final : public NameLookup {
 public:
  std::map<std::string, std::vector<std::string>> names;  // host -> addresses of both families
  int questions = 0;

  void resolve(std::string_view host, std::uint16_t port, Family family, Handler handler) override {
    ++questions;
    HostAddresses found;
    found.family = family;
    for (const std::string& text : names[std::string(host)]) {
      const IpAddress address = *parse_address(text);
      if (address.family == family) found.endpoints.push_back({address, port});
    }
    if (found.endpoints.empty()) found.error = TransportError::kDnsNoAddress;
    handler(std::move(found));
  }
};

class Anchors final : public OwnNetwork {
 public:
  NetworkState state = NetworkState::kWell;
  void ask(Family, Handler handler) override { handler(state); }
};

class PatrolIpv6 : public ::testing::Test {
 protected:
  PatrolIpv6() {
    names_.names["www.patrol.gov.cn"] = {"203.0.114.1", "2400:1::1"};
    names_.names["www.partner.example.com"] = {"203.0.114.2", "2400:2::1"};
    harness_.web().set(kHome, page("首页", {kPartner}));
    harness_.web().set(kPartner, page("合作单位"));
    harness_.options().ipv6 = Ipv6Wish{.names = &names_, .permitted = {}, .has_route = true, .last_look = {}};
  }

  void over_ipv6(const std::string& url, const Reply& over6, const Reply& over4) {
    harness_.web().set(
        url, [over6, over4](const FetchRequest& request) { return request.family == Family::kIpv6 ? over6 : over4; });
  }
  void break_ipv6() { over_ipv6(kHome, failure(TransportError::kConnectRefused), page("首页", {kPartner})); }
  void mend_ipv6() { harness_.web().set(kHome, page("首页", {kPartner})); }
  // As the daemon: a look at most every six hours, but at the rungs of the ladder.
  void run_for(Milliseconds time) {
    const WallTime end = harness_.now() + time;
    for (WallTime due = harness_.now(); due < end;) {
      harness_.clock().move_to(due);
      const WallTime began = harness_.now();
      const int asked = names_.questions;
      const Round round = harness_.run();
      ASSERT_TRUE(round.complete);
      if (names_.questions > asked) {
        harness_.options().ipv6->last_look = began;
        ++looks_;
      }
      due = std::max(round.next_due, began + minutes(10));
    }
    harness_.clock().move_to(end);
  }
  std::string state(const char* rule) const { return harness_.state(rule, kHome); }

  RoundHarness harness_;
  Names names_;
  int looks_ = 0;
};

TEST_F(PatrolIpv6, AWellSiteHasNoCaseAndIsLookedAtEverySixHours) {
  run_for(hours(24));
  EXPECT_TRUE(harness_.findings().empty());
  EXPECT_GE(looks_, 1);
  EXPECT_LE(looks_, 5);
}

TEST_F(PatrolIpv6, AFailingConnectionClimbsTheLadderAndIsMended) {
  break_ipv6();
  run_for(minutes(5));
  EXPECT_EQ(state("ipv6.broken"), "suspect");
  run_for(hours(12));
  EXPECT_EQ(state("ipv6.broken"), "suspect");  // 10 min, 6 h, 24 h
  run_for(hours(48));
  ASSERT_EQ(state("ipv6.broken"), "open");
  const Finding told = *harness_.finding("ipv6.broken", kHome);
  EXPECT_EQ(told.reason.code, ReasonCode::kConnectRefused);
  EXPECT_EQ(told.evidence.control, "http://www.partner.example.com");
  EXPECT_EQ(told.where_total, 1u);
  EXPECT_EQ(state("site.unreachable"), "none");
  mend_ipv6();
  run_for(hours(48));
  EXPECT_EQ(state("ipv6.broken"), "closed");
}

TEST_F(PatrolIpv6, NobodyIsAccusedWhileNobodyAnswersOverIpv6) {
  break_ipv6();
  over_ipv6(std::string(kPartner) + "robots.txt", failure(TransportError::kConnectTimeout), test::status(404));
  run_for(hours(72));
  EXPECT_TRUE(harness_.findings().empty());
}

TEST_F(PatrolIpv6, AnchorsThatDoNotAnswerSpeakForTheSite) {
  Anchors anchors;
  harness_.options().network = &anchors;
  anchors.state = NetworkState::kDown;
  break_ipv6();
  run_for(hours(72));
  EXPECT_TRUE(harness_.findings().empty());
  anchors.state = NetworkState::kWell;
  run_for(hours(72));
  EXPECT_EQ(state("ipv6.broken"), "open");
  EXPECT_EQ(harness_.finding("ipv6.broken", kHome)->evidence.control, "anchors");
}

TEST_F(PatrolIpv6, ASiteWithoutAddressIsToldByTwoSightsSixHoursApart) {
  names_.names["www.patrol.gov.cn"] = {"203.0.114.1"};
  run_for(hours(5));
  EXPECT_EQ(state("ipv6.missing"), "suspect");
  run_for(hours(30));
  EXPECT_EQ(state("ipv6.missing"), "open");
  names_.names["www.patrol.gov.cn"] = {"203.0.114.1", "2400:1::1"};
  break_ipv6();
  run_for(hours(72));
  EXPECT_EQ(state("ipv6.missing"), "closed");
  EXPECT_EQ(state("ipv6.broken"), "open");
}

TEST_F(PatrolIpv6, ARuleThatIsSwitchedOffAsksNothing) {
  harness_.options().rules.skip = {"ipv6"};
  break_ipv6();
  run_for(hours(24));
  EXPECT_EQ(names_.questions, 0);
  EXPECT_TRUE(harness_.findings().empty());
}

TEST_F(PatrolIpv6, APageLoadedFromAHostWithoutIpv6HasAHole) {
  Reply home = page("首页", {kPartner});
  home.body += "<img src=\"http://img.old.example.org/a.png\">";
  harness_.web().set(kHome, home);
  harness_.web().set("http://img.old.example.org/a.png", test::file("image/png", "\x89PNG\r\n\x1a\n"));
  names_.names["img.old.example.org"] = {"203.0.114.3"};
  run_for(hours(30));
  ASSERT_EQ(state("ipv6.skylight"), "open");
  EXPECT_EQ(harness_.finding("ipv6.skylight", kHome)->evidence.excerpt, "img.old.example.org");
}

}  // namespace
}  // namespace xuncha
