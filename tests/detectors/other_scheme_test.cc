#include "detectors/other_scheme.h"

#include <gtest/gtest.h>

#include <string>

namespace xuncha {
namespace {

using Leads = SchemeSight::Leads;

SchemeSight page(const std::string& text, const std::string& title = "某市人民政府") {
  PageFacts facts;
  facts.title = facts.arena.keep(title);
  facts.visible_text = text;
  return {.leads = Leads::kNowhere, .reason = {}, .html = true, .page = sketch_of(facts)};
}

SchemeSight failure(ReasonCode code, std::uint16_t status = 0) {
  SchemeSight sight;
  sight.reason = {code, status};
  return sight;
}

SchemeSight leading(Leads leads) {
  SchemeSight sight;
  sight.leads = leads;
  return sight;
}

const char* const kText = "今日本市召开防汛工作会议，部署汛期值守和巡堤查险，要求各县区、各部门落实责任。";
const char* const kOtherText = "Welcome to nginx! If you see this page, the web server is successfully installed.";

// What is asked until there is a judgement: the same sight whenever the same is asked again.
SchemeJudgement judge(const SchemeSight& other, const SchemeSight& home, bool others_answer = true) {
  SchemeFacts facts;
  facts.others_answer = others_answer;
  for (int step = 0; step < 5; ++step) {
    const SchemeJudgement judgement = judge_other_scheme(facts);
    switch (judgement.need) {
      case SchemeNeed::kNothing:
        return judgement;
      case SchemeNeed::kOther:
        facts.other = other;
        break;
      case SchemeNeed::kHome:
        facts.home = home;
        break;
      case SchemeNeed::kOtherAgain:
        facts.other_again = other;
        break;
      case SchemeNeed::kHomeAgain:
        facts.home_again = home;
        break;
    }
  }
  ADD_FAILURE() << "asks without end";
  return {};
}

struct Row {
  const char* name;
  SchemeSight other;
  SchemeState state;
  Reason reason;
};

TEST(OtherScheme, IsWhatTwoSightsShow) {
  const Row rows[] = {
      {"the same page", page(kText), SchemeState::kSame, {}},
      {"it sends on to the portal", leading(Leads::kToPortal), SchemeState::kRedirect, {}},
      {"it sends elsewhere", leading(Leads::kElsewhere), SchemeState::kOther, {}},
      {"through many hops", leading(Leads::kTooFar), SchemeState::kUnknown, {ReasonCode::kRedirectLimit, 0}},
      {"another text", page(kOtherText), SchemeState::kOther, {}},
      {"another title", page(kText, "某公司"), SchemeState::kOther, {}},
      {"a file", SchemeSight{}, SchemeState::kOther, {}},
      {"refused", failure(ReasonCode::kConnectRefused), SchemeState::kNone, {ReasonCode::kConnectRefused, 0}},
      {"no answer to the connection",
       failure(ReasonCode::kConnectTimeout),
       SchemeState::kNone,
       {ReasonCode::kConnectTimeout, 0}},
      {"wrong name", failure(ReasonCode::kTlsName), SchemeState::kBroken, {ReasonCode::kTlsName, 0}},
      {"expired", failure(ReasonCode::kTlsExpired), SchemeState::kBroken, {ReasonCode::kTlsExpired, 0}},
      {"404", failure(ReasonCode::kHttpStatus, 404), SchemeState::kBroken, {ReasonCode::kHttpStatus, 404}},
      {"500", failure(ReasonCode::kHttpStatus, 500), SchemeState::kBroken, {ReasonCode::kHttpStatus, 500}},
      {"empty", failure(ReasonCode::kEmptyFile), SchemeState::kBroken, {ReasonCode::kEmptyFile, 0}},
      {"turned away", failure(ReasonCode::kHttpStatus, 403), SchemeState::kUnknown, {ReasonCode::kHttpStatus, 403}},
      {"a challenge", failure(ReasonCode::kChallenge), SchemeState::kUnknown, {ReasonCode::kChallenge, 0}},
      {"no TLS of ours (TLCP)",
       failure(ReasonCode::kTlsUnsupported),
       SchemeState::kUnknown,
       {ReasonCode::kTlsUnsupported, 0}},
      {"a name that was lost", failure(ReasonCode::kDnsFailure), SchemeState::kUnknown, {ReasonCode::kDnsFailure, 0}},
      {"a refused address", failure(ReasonCode::kAddress), SchemeState::kUnknown, {ReasonCode::kAddress, 0}},
      {"our own failure", failure(ReasonCode::kEngineError), SchemeState::kUnknown, {ReasonCode::kEngineError, 0}},
      {"robots.txt", failure(ReasonCode::kRobots), SchemeState::kUnknown, {ReasonCode::kRobots, 0}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const SchemeJudgement judgement = judge(row.other, page(kText));
    EXPECT_EQ(judgement.state, row.state);
    EXPECT_EQ(reason_name(judgement.reason), reason_name(row.reason));
  }
}

// A firewall of our own that lets one port out looks like a portal that does not answer.
TEST(OtherScheme, ASilentPortIsThePortalsOnlyWhereOthersAnswerThere) {
  for (const ReasonCode code : {ReasonCode::kConnectTimeout, ReasonCode::kConnectFailure})
    EXPECT_EQ(judge(failure(code), page(kText), /*others_answer=*/false).state, SchemeState::kUnknown);
  EXPECT_EQ(judge(failure(ReasonCode::kConnectRefused), page(kText), false).state, SchemeState::kNone);
}

TEST(OtherScheme, WhatIsWellNeedsNoSecondSight) {
  SchemeFacts facts;
  EXPECT_EQ(judge_other_scheme(facts).need, SchemeNeed::kOther);
  facts.other = leading(Leads::kToPortal);
  EXPECT_EQ(judge_other_scheme(facts).need, SchemeNeed::kNothing);
  facts.other = page(kText);
  EXPECT_EQ(judge_other_scheme(facts).need, SchemeNeed::kHome);
  facts.home = page(kText);
  EXPECT_EQ(judge_other_scheme(facts).need, SchemeNeed::kNothing);
}

TEST(OtherScheme, AFaultOfAMomentIsNone) {
  SchemeFacts facts;
  facts.other = failure(ReasonCode::kTimeout);
  EXPECT_EQ(judge_other_scheme(facts).need, SchemeNeed::kOtherAgain);
  facts.other_again = page(kText);
  EXPECT_EQ(judge_other_scheme(facts).need, SchemeNeed::kHomeAgain);
  facts.home_again = page(kText);
  EXPECT_EQ(judge_other_scheme(facts).state, SchemeState::kSame);
  facts.other_again = failure(ReasonCode::kTlsName);  // another fault
  EXPECT_EQ(judge_other_scheme(facts).state, SchemeState::kUnknown);
}

TEST(OtherScheme, AHomePageThatIsNeverTheSameProvesNothing) {
  SchemeFacts facts;
  facts.other = facts.other_again = page(kOtherText);
  facts.home = page(kText);
  facts.home_again = page("全然不同的另外一页文字，每次打开都由程序随机生成，因此两次看到的内容没有共同之处。");
  const SchemeJudgement judgement = judge_other_scheme(facts);
  EXPECT_EQ(judgement.state, SchemeState::kUnknown);
  EXPECT_EQ(judgement.reason, Reason{});
}

TEST(OtherScheme, AHomePageThatIsDownOrSendsOnIsNoMeasure) {
  EXPECT_EQ(judge(failure(ReasonCode::kConnectRefused), failure(ReasonCode::kConnectRefused)).state,
            SchemeState::kUnknown);  // perhaps it is our own network
  EXPECT_EQ(judge(failure(ReasonCode::kTlsName), leading(Leads::kElsewhere)).state, SchemeState::kUnknown);
  EXPECT_EQ(judge(page(kText), failure(ReasonCode::kHttpStatus, 502)).state, SchemeState::kUnknown);
  // By a refresh or a script, from http to https: so the page there is the portal's.
  EXPECT_EQ(judge(page(kText), leading(Leads::kToPortal)).state, SchemeState::kSame);
}

// The boundary is that of IPv6's comparison: nine parts of ten.
TEST(OtherScheme, ACounterOrClockOnThePageMakesItNoOther) {
  const std::string many = std::string(kText) + kText;
  EXPECT_EQ(judge(page(many + "访问量 12345"), page(many + "访问量 12391")).state, SchemeState::kSame);
  EXPECT_EQ(judge(page(kText), page(std::string(kText) + kOtherText)).state, SchemeState::kOther);
}

// Hostile: nothing in a page is long or odd enough to matter.
TEST(OtherScheme, EmptyAndHugePagesAreCompared) {
  EXPECT_EQ(judge(page(""), page("")).state, SchemeState::kSame);
  EXPECT_EQ(judge(page(""), page(kText)).state, SchemeState::kOther);
  const std::string huge(200'000, 'a');
  EXPECT_EQ(judge(page(huge), page(huge)).state, SchemeState::kSame);
}

}  // namespace
}  // namespace xuncha
