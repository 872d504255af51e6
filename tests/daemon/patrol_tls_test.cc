#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "tests/support/round_harness.h"

// A home page that speaks no TLS that is in use (RFC 8996), in the rounds of a continuous patrol, in virtual time.
namespace xuncha {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using test::failure;
using test::page;
using test::Reply;
using test::RoundHarness;

constexpr const char* kSecure = "https://www.patrol.gov.cn/";

class PatrolTls : public ::testing::Test {
 protected:
  PatrolTls() {
    harness_.options().home = url_from_trusted(kSecure);
    harness_.web().set(kSecure, home());
    harness_.run();
  }

  static Reply home() { return page("巡查县人民政府", {"/news.html"}); }
  // From now on all that the host agrees to is an old greeting, or nothing at all.
  void speak_old(TransportError to_greeting) {
    for (const char* url : {kSecure, "https://www.patrol.gov.cn/robots.txt", "https://www.patrol.gov.cn/news.html"}) {
      harness_.web().set(url, [to_greeting](const FetchRequest& request) {
        return request.old_tls ? failure(to_greeting) : failure(TransportError::kTlsUnsupported);
      });
    }
  }
  void mend() { harness_.web().set(kSecure, home()); }
  std::string state() const { return harness_.state("site.tls", kSecure); }

  RoundHarness harness_;
};

TEST_F(PatrolTls, OldTlsAloneIsToldByTheLadderAndClosedWhenItIsMended) {
  speak_old(TransportError::kNone);
  harness_.run_for(hours(2));
  EXPECT_NE(state(), "none");
  harness_.run_for(hours(48));
  ASSERT_EQ(state(), "open");
  const Finding told = *harness_.finding("site.tls", kSecure);
  EXPECT_EQ(told.reason.code, ReasonCode::kTlsObsolete);
  EXPECT_GE(told.opened.value() - told.first_seen, minutes(10));
  EXPECT_EQ(told.episode, 1u);
  mend();
  harness_.run_for(hours(48));
  EXPECT_EQ(state(), "closed");
}

TEST_F(PatrolTls, OneSightIsNone) {
  speak_old(TransportError::kNone);
  harness_.clock().move(hours(2));
  harness_.run();
  EXPECT_EQ(state(), "suspect");
  mend();
  harness_.run_for(hours(24));
  EXPECT_EQ(state(), "closed");
  EXPECT_FALSE(harness_.finding("site.tls", kSecure)->opened);
}

// It may speak TLCP alone, of which nothing is told (GB/T 38636).
TEST_F(PatrolTls, WhoAgreesToNoTlsAtAllIsNotAccused) {
  speak_old(TransportError::kTlsUnsupported);
  harness_.run_for(hours(72));
  EXPECT_EQ(state(), "none");
}

// A greeting waits for its turn as every request does.
TEST_F(PatrolTls, AGreetingKeepsTheHostsPace) {
  speak_old(TransportError::kNone);
  harness_.web().clear_log();
  harness_.run_for(hours(12));
  WallTime last{};
  for (const auto& request : harness_.web().log()) {
    if (!request.url.starts_with(kSecure)) continue;
    EXPECT_GE(request.at - last, std::chrono::seconds(1)) << request.url;
    last = request.at;
  }
  EXPECT_NE(last, WallTime{});
}

}  // namespace
}  // namespace xuncha
