// Where cases open and close: docs/ARCHITECTURE.md, Confirmation.
#include "daemon/patrol/case_tracker.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "core/limits.h"

namespace xuncha {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr WallTime kNow = WallTime(Milliseconds(1'700'000'000'000));
constexpr Reason kGone = {ReasonCode::kHttpStatus, 404};
constexpr Reason kFailing = {ReasonCode::kHttpStatus, 500};

Sighting sighting(Reason reason = kGone) {
  Sighting seen{.rule = "link.broken",
                .subject = "http://www.x.gov.cn/a.html",
                .subject_key = "http://www.x.gov.cn/a.html",
                .reason = reason,
                .severity = Severity::kMinor,
                .evidence = {}};
  seen.evidence.attempts.push_back({.at = kNow, .status = reason.status});
  return seen;
}

const std::string kId = finding_id("x", "link.broken", "http://www.x.gov.cn/a.html");

class CaseLadder : public testing::Test {
 protected:
  FindingState state() const { return tracker.find(kId)->state; }
  CaseTracker tracker{"x", ConfirmationSpacings{}};
};

TEST_F(CaseLadder, TheFirstSightMakesASuspectWithoutATransition) {
  const CaseChange change = tracker.failed(sighting(), kNow);
  EXPECT_EQ(change.finding.state, FindingState::kSuspect);
  EXPECT_EQ(change.finding.confirmations, 1u);
  EXPECT_FALSE(change.transition.has_value());
}

TEST_F(CaseLadder, ASightBeforeTheRungCountsNothing) {
  tracker.failed(sighting(), kNow);
  tracker.failed(sighting(), kNow + hours(6) - Milliseconds(1));
  EXPECT_EQ(tracker.find(kId)->confirmations, 1u);
  EXPECT_EQ(tracker.find(kId)->last_seen, kNow);
}

TEST_F(CaseLadder, ASightAtWhichNothingAnsweredIsNoFirstSightOfAnAnswer) {  // it may have been our own network
  tracker.failed(sighting({ReasonCode::kConnectTimeout, 0}), kNow);
  tracker.failed(sighting(), kNow + hours(6));
  EXPECT_EQ(state(), FindingState::kSuspect);
  EXPECT_EQ(tracker.find(kId)->first_seen, kNow + hours(6));
  EXPECT_EQ(tracker.find(kId)->evidence.attempts.size(), 1u);
  tracker.failed(sighting(), kNow + hours(12));
  EXPECT_EQ(state(), FindingState::kOpen);
}

TEST_F(CaseLadder, ASightThatDoesNotCountBeginsTheRungAnew) {
  tracker.failed(sighting(), kNow);
  Sighting uncounted = sighting();
  uncounted.counts = false;
  tracker.failed(uncounted, kNow + hours(6));
  EXPECT_EQ(tracker.find(kId)->confirmations, 1u);
  tracker.failed(sighting(), kNow + hours(7));
  EXPECT_EQ(state(), FindingState::kSuspect);
  tracker.failed(sighting(), kNow + hours(12));
  EXPECT_EQ(state(), FindingState::kOpen);
}

TEST_F(CaseLadder, ASuspectThatIsTooYoungIsNotOpened) {
  Sighting seen = sighting();
  seen.age_min = hours(24);
  tracker.failed(seen, kNow);
  tracker.failed(seen, kNow + hours(6));
  EXPECT_EQ(state(), FindingState::kSuspect);
  tracker.failed(seen, kNow + hours(24));
  EXPECT_EQ(state(), FindingState::kOpen);
}

TEST_F(CaseLadder, ASightAtTheRungOpensA404AndTheTransitionSaysWho) {
  tracker.failed(sighting(), kNow);
  const CaseChange change = tracker.failed(sighting(), kNow + hours(6));
  EXPECT_EQ(change.finding.state, FindingState::kOpen);
  EXPECT_EQ(change.finding.opened, kNow + hours(6));
  ASSERT_TRUE(change.transition.has_value());
  EXPECT_EQ(change.transition->from, FindingState::kSuspect);
  EXPECT_EQ(change.transition->to, FindingState::kOpen);
  EXPECT_EQ(change.transition->by, "patrol");
}

TEST_F(CaseLadder, TheSpacingsOfAServerErrorAreClimbedOneByOne) {
  WallTime now = kNow;
  tracker.failed(sighting(kFailing), now);
  for (const auto spacing : {std::chrono::seconds(minutes(10)), std::chrono::seconds(hours(6))}) {
    EXPECT_EQ(tracker.next_rung(*tracker.find(kId)), now + spacing);
    now += spacing;
    tracker.failed(sighting(kFailing), now);
    EXPECT_EQ(state(), FindingState::kSuspect);
  }
  EXPECT_EQ(tracker.next_rung(*tracker.find(kId)), now + hours(24));
  tracker.failed(sighting(kFailing), now + hours(24));
  EXPECT_EQ(state(), FindingState::kOpen);
}

TEST_F(CaseLadder, TheNewestReasonDecidesWhichLadderIsClimbed) {
  tracker.failed(sighting(kGone), kNow);
  tracker.failed(sighting(kFailing), kNow + minutes(10));  // a rung of 5xx
  EXPECT_EQ(tracker.find(kId)->confirmations, 2u);
  EXPECT_EQ(tracker.find(kId)->reason, kFailing);
  EXPECT_EQ(state(), FindingState::kSuspect);
}

TEST_F(CaseLadder, ASuspectSeenWellIsDroppedAtOnce) {
  tracker.failed(sighting(), kNow);
  const auto change = tracker.passed(kId, kNow + hours(1));
  ASSERT_TRUE(change.has_value());
  EXPECT_EQ(change->finding.state, FindingState::kClosed);
  EXPECT_FALSE(change->finding.opened.has_value());
}

TEST_F(CaseLadder, AnOpenCaseNeedsTwoCleanSightsInARow) {  // hysteresis
  tracker.failed(sighting(), kNow);
  tracker.failed(sighting(), kNow + hours(6));
  EXPECT_FALSE(tracker.passed(kId, kNow + hours(7))->transition.has_value());
  tracker.failed(sighting(), kNow + hours(8));
  EXPECT_FALSE(tracker.passed(kId, kNow + hours(9))->transition.has_value());
  EXPECT_TRUE(tracker.passed(kId, kNow + hours(10))->transition.has_value());
  EXPECT_EQ(state(), FindingState::kClosed);
}

TEST_F(CaseLadder, AFailureByAnotherRuleBreaksTheRowOfCleanSights) {
  tracker.failed(sighting(), kNow);
  tracker.failed(sighting(), kNow + hours(6));
  EXPECT_FALSE(tracker.still_failing(kId).has_value());  // there is no clean sight to forget
  tracker.passed(kId, kNow + hours(7));
  const auto change = tracker.still_failing(kId);
  ASSERT_TRUE(change.has_value());
  EXPECT_EQ(change->finding.recoveries, 0u);
  EXPECT_FALSE(change->transition.has_value());
  EXPECT_FALSE(tracker.passed(kId, kNow + hours(9))->transition.has_value());
  EXPECT_TRUE(tracker.passed(kId, kNow + hours(10))->transition.has_value());
  EXPECT_FALSE(tracker.still_failing(kId).has_value());  // it is closed
  EXPECT_FALSE(tracker.still_failing("00").has_value());
}

TEST_F(CaseLadder, ARelapseIsTheNextEpisodeAndClimbsTheLadderAgain) {
  tracker.failed(sighting(), kNow);
  tracker.set_places(kId, {{.page = "http://www.x.gov.cn/", .text = "链接", .tag = "a"}}, 12);
  tracker.passed(kId, kNow + hours(1));
  const CaseChange change = tracker.failed(sighting(), kNow + hours(2));
  EXPECT_EQ(change.finding.state, FindingState::kSuspect);
  EXPECT_EQ(change.finding.episode, 2u);
  EXPECT_EQ(change.finding.confirmations, 1u);
  EXPECT_EQ(change.finding.first_seen, kNow + hours(2));
  EXPECT_EQ(change.finding.where_total, 12u);
  EXPECT_FALSE(change.finding.closed.has_value());
}

TEST_F(CaseLadder, AnOpenCaseSeenFailingStaysOpenAndIsCountedOn) {
  tracker.failed(sighting(), kNow);
  tracker.failed(sighting(), kNow + hours(6));
  const CaseChange change = tracker.failed(sighting(), kNow + hours(12));
  EXPECT_FALSE(change.transition.has_value());
  EXPECT_EQ(change.finding.last_seen, kNow + hours(12));
  EXPECT_EQ(change.finding.confirmations, 3u);
}

TEST_F(CaseLadder, WhatIsReferredToNowhereIsClosed) {
  tracker.failed(sighting(), kNow);
  EXPECT_TRUE(tracker.vanished(kId, kNow)->transition.has_value());
  EXPECT_FALSE(tracker.vanished(kId, kNow).has_value());
  EXPECT_FALSE(tracker.passed(kId, kNow).has_value());
}

TEST_F(CaseLadder, AnUnknownCaseNeitherPassesNorVanishes) {
  EXPECT_FALSE(tracker.passed("00", kNow).has_value());
  EXPECT_FALSE(tracker.vanished("00", kNow).has_value());
  EXPECT_EQ(tracker.find("00"), nullptr);
  tracker.set_places("00", {}, 1);
  tracker.set_severity("00", Severity::kCritical);
  EXPECT_TRUE(tracker.all().empty());
}

TEST_F(CaseLadder, EvidenceKeepsTheFirstAttemptAndTheLastFew) {
  for (int sight = 0; sight < 40; ++sight) {
    Sighting seen = sighting();
    seen.evidence.attempts[0].at = kNow + hours(6 * sight);
    tracker.failed(seen, kNow + hours(6 * sight));
  }
  const std::vector<Attempt>& attempts = tracker.find(kId)->evidence.attempts;
  EXPECT_EQ(attempts.size(), limits::kAttemptsKeptMax);
  EXPECT_EQ(attempts.front().at, kNow);
  EXPECT_EQ(attempts.back().at, kNow + hours(6 * 39));
}

TEST_F(CaseLadder, ACaseThatSomebodyTookCareOfIsReopenedOnlyFromMended) {
  tracker.failed(sighting(), kNow);
  tracker.failed(sighting(), kNow + hours(6));
  for (const auto& [from, to] : {std::pair(FindingState::kAcknowledged, FindingState::kAcknowledged),
                                 std::pair(FindingState::kIgnored, FindingState::kIgnored),
                                 std::pair(FindingState::kMended, FindingState::kOpen)}) {
    Finding finding = *tracker.find(kId);
    finding.state = from;
    tracker.load(finding);
    tracker.failed(sighting(), kNow + hours(12));
    EXPECT_EQ(state(), to);
  }
}

TEST(CaseTrackerCheck, WithoutAPlanASecondSightOpensWhateverItsSpacing) {  // `check`: the ladder is compressed
  CaseTracker tracker("x");
  tracker.failed(sighting(kFailing), kNow);
  EXPECT_EQ(tracker.failed(sighting(kFailing), kNow).finding.state, FindingState::kOpen);
}

TEST(CaseTrackerCheck, CasesComeInTheOrderOfTheirIds) {
  CaseTracker tracker("x");
  for (const char* key : {"c", "a", "b", "e", "d"}) {
    Sighting seen = sighting();
    seen.subject_key = key;
    tracker.failed(seen, kNow);
  }
  const std::vector<const Finding*> all = tracker.all();
  ASSERT_EQ(all.size(), 5u);
  for (std::size_t index = 1; index < all.size(); ++index) EXPECT_LT(all[index - 1]->id, all[index]->id);
}

}  // namespace
}  // namespace xuncha
