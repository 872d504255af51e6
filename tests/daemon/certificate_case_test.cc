#include "daemon/patrol/certificate_case.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "core/civil.h"

namespace xuncha {
namespace {

using std::chrono::hours;

constexpr Milliseconds kWithin = hours(24 * 30);
const WallTime kNow = *parse_time("2026-11-22T00:00:00Z");

Certificate certificate(char letter, WallTime ends) {
  Certificate one;
  one.subject = "CN=www.example.gov.cn";
  one.issuer = "CN=An Authority";
  one.not_before = ends - hours(24 * 90);
  one.not_after = ends;
  one.sha256 = std::string(64, letter);
  return one;
}

// A case as it stands: told step by step.
class CertificateCase : public testing::Test {
 protected:
  // Sees that certificate; true when people hear of it.
  bool see(char letter, WallTime ends, WallTime now) {
    const CertificateEnd end = certificate_end(certificate(letter, ends), ends, now, kWithin, {.at = now}, known());
    if (!known_) {
      known_ = make_finding("s", "site.tls", "https://a/", "https://a/", {}, Severity::kMajor, end.evidence, now);
      return false;
    }
    const bool opens = known_->state == FindingState::kSuspect;
    known_->evidence = end.evidence;
    known_->state = FindingState::kOpen;
    return opens || end.is_news;
  }
  const Finding* known() const { return known_ ? &*known_ : nullptr; }

  std::optional<Finding> known_;
};

TEST_F(CertificateCase, TheAlarmsAreThirtyFourteenSevenAndOneDays) {
  EXPECT_EQ(certificate_alarm(hours(24 * 29), kWithin), 30);
  EXPECT_EQ(certificate_alarm(hours(24 * 14), kWithin), 30);
  EXPECT_EQ(certificate_alarm(hours(24 * 13), kWithin), 14);
  EXPECT_EQ(certificate_alarm(hours(24 * 6), kWithin), 7);
  EXPECT_EQ(certificate_alarm(hours(23), kWithin), 1);
  EXPECT_EQ(certificate_alarm(hours(24 * 50), hours(24 * 60)), 60);  // as configured
}

TEST_F(CertificateCase, OneCertificateIsToldOnceByEachAlarm) {
  const WallTime ends = kNow + hours(24 * 29);
  EXPECT_FALSE(see('a', ends, kNow));
  EXPECT_TRUE(see('a', ends, kNow + hours(1)));  // seen twice
  for (int hour = 2; hour < 24; ++hour) EXPECT_FALSE(see('a', ends, kNow + hours(hour)));
  EXPECT_TRUE(see('a', ends, ends - hours(24 * 13)));
  EXPECT_FALSE(see('a', ends, ends - hours(24 * 12)));
  EXPECT_TRUE(see('a', ends, ends - hours(24 * 6)));
  EXPECT_TRUE(see('a', ends, ends - hours(12)));
  EXPECT_FALSE(see('a', ends, ends - hours(2)));
}

TEST_F(CertificateCase, ARenewedOneThatIsNearItsEndIsToldAnewWhenItWasSeenTwice) {
  const WallTime ends = kNow + hours(24 * 5);
  see('a', ends, kNow);
  EXPECT_TRUE(see('a', ends, kNow + hours(1)));
  EXPECT_FALSE(see('b', ends + hours(48), kNow + hours(2)));
  EXPECT_TRUE(see('b', ends + hours(48), kNow + hours(3)));
  EXPECT_FALSE(see('b', ends + hours(48), kNow + hours(4)));
}

TEST_F(CertificateCase, NodesThatShowTwoOfThemByTurnsAreToldOnce) {
  const WallTime ends = kNow + hours(24 * 5);
  see('a', ends, kNow);
  EXPECT_TRUE(see('a', ends, kNow + hours(1)));
  for (int hour = 2; hour < 20; ++hour) EXPECT_FALSE(see(hour % 2 == 0 ? 'b' : 'a', ends, kNow + hours(hour)));
  EXPECT_TRUE(see('b', ends, kNow + hours(20)) || see('b', ends, kNow + hours(21)));
  for (int hour = 22; hour < 40; ++hour) EXPECT_FALSE(see(hour / 2 % 2 == 0 ? 'b' : 'a', ends, kNow + hours(hour)));
}

TEST_F(CertificateCase, WithoutAFingerprintTheEndTellsWhichItIs) {
  const WallTime ends = kNow + hours(24 * 29);
  const CertificateEnd first = certificate_end({}, ends, kNow, kWithin, {.at = kNow}, nullptr);
  Finding known = make_finding("s", "site.tls", "https://a/", "https://a/", {}, Severity::kMajor, first.evidence, kNow);
  known.state = FindingState::kOpen;
  EXPECT_FALSE(certificate_end({}, ends, kNow + hours(1), kWithin, {.at = kNow}, &known).is_news);
  EXPECT_TRUE(certificate_end({}, ends, ends - hours(24 * 13), kWithin, {.at = kNow}, &known).is_news);
}

TEST_F(CertificateCase, WhatIsRememberedAsToldIsBounded) {
  for (char letter = 'a'; letter <= 'z'; ++letter) {
    see(letter, kNow + hours(24 * 5), kNow);
    see(letter, kNow + hours(24 * 5), kNow);
  }
  for (const auto& [name, value] : known()->evidence.headers) EXPECT_LT(value.size(), 200u) << name;
}

TEST(CertificateSights, House_TheSameFaultProvesAfterMinutesAndAnotherAfterAnHour) {
  using std::chrono::minutes;
  constexpr Reason kExpired = {ReasonCode::kTlsExpired, 0};
  constexpr Reason kName = {ReasonCode::kTlsName, 0};
  constexpr Reason kEnds = {};
  Finding known = make_finding("s", "site.tls", "https://a/", "https://a/", kExpired, Severity::kMajor,
                               {.attempts = {{.at = kNow}}}, kNow);
  EXPECT_EQ(second_sight(nullptr, kExpired, kNow), SecondSight::kClimbs);
  EXPECT_EQ(second_sight(&known, kExpired, kNow + minutes(5)), SecondSight::kClimbs);
  EXPECT_EQ(second_sight(&known, kName, kNow + minutes(59)), SecondSight::kWaits);
  EXPECT_EQ(second_sight(&known, kEnds, kNow + minutes(59)), SecondSight::kWaits);
  EXPECT_EQ(second_sight(&known, kExpired, kNow + minutes(10)), SecondSight::kProves);
  EXPECT_EQ(second_sight(&known, kName, kNow + hours(1)), SecondSight::kProves);
  EXPECT_EQ(second_sight(&known, kEnds, kNow + hours(1)), SecondSight::kProves);
  known.reason = kEnds;
  EXPECT_EQ(second_sight(&known, kEnds, kNow + hours(2)), SecondSight::kClimbs);
  EXPECT_EQ(second_sight(&known, kName, kNow + hours(2)), SecondSight::kOther);
  known.state = FindingState::kOpen;
  EXPECT_EQ(second_sight(&known, kName, kNow + hours(2)), SecondSight::kClimbs);
}

}  // namespace
}  // namespace xuncha
