// Mandated META tags and marks of the foot: 国办发〔2017〕47号 annex 2, 国办秘函〔2019〕19号 网站标识.
#include "detectors/page_metadata.h"

#include <gtest/gtest.h>

#include <limits>

namespace xuncha {
namespace {

struct TagRow {
  const char* name;
  TagSight sight;
  ContentVerdict verdict;
  const char* reason;
};
class Tag : public testing::TestWithParam<TagRow> {};
TEST_P(Tag, IsJudged) {
  const ContentJudgement judged = judge_tag(GetParam().sight);
  EXPECT_EQ(judged.verdict, GetParam().verdict);
  EXPECT_EQ(judged.reason, GetParam().reason);
}
INSTANTIATE_TEST_SUITE_P(
    Rules, Tag,
    testing::Values(
        TagRow{"OnAllPages", {true, 10, 0, false}, ContentVerdict::kPass, "all_there"},
        TagRow{"OnNoPage", {true, 10, 10, true}, ContentVerdict::kFail, "missing"},
        TagRow{"Boundary_MissingOnOnePage", {true, 10, 1, true}, ContentVerdict::kFail, "missing"},
        TagRow{"Boundary_TheOnlyPage", {true, 1, 1, true}, ContentVerdict::kFail, "missing"},
        TagRow{"SeenOnceOnly", {true, 10, 10, false}, ContentVerdict::kInconclusive, "unconfirmed"},
        TagRow{"NoPageOfTheKind", {true, 0, 0, false}, ContentVerdict::kInconclusive, "unseen"},
        TagRow{"House_NothingIsMandatedOfOthers", {false, 10, 10, true}, ContentVerdict::kInconclusive, "no_portal"},
        TagRow{"Hostile_MorePagesThanThereAre",
               {true, std::numeric_limits<std::uint64_t>::max(), 1, true},
               ContentVerdict::kFail,
               "missing"}),
    [](const auto& row) { return row.param.name; });

TEST(MandatedTags, AreThoseOfTheGuidelines) {
  std::size_t home = 0;
  for (const MandatedTag& tag : mandated_tags()) home += tag.family == PageFamily::kHome ? 1 : 0;
  EXPECT_EQ(home, 3u);
  EXPECT_EQ(mandated_tags().size(), 8u);
}

FootSight foot(FootMark mark, bool has_foot = true, bool by_script = false) {
  FootSight sight;
  for (FootMark& each : sight.marks) each = mark;
  sight.has_foot = has_foot;
  sight.by_script = by_script;
  return sight;
}

TEST(Foot, IsMissingWhenTheHomePageAndAnotherLackIt) {
  const FootSight none = foot(FootMark::kMissing);
  for (std::size_t index = 0; index < kFootFacts; ++index) {
    EXPECT_EQ(judge_foot(static_cast<FootFact>(index), true, none, none).reason, "missing");
  }
}
TEST(Foot, IsThereWhenTheHomePageShowsIt) {
  EXPECT_EQ(judge_foot(FootFact::kIcp, true, foot(FootMark::kThere), std::nullopt).reason, "there");
  EXPECT_EQ(judge_foot(FootFact::kIcp, false, foot(FootMark::kThere), std::nullopt).verdict, ContentVerdict::kPass);
}
TEST(Foot, IsNotJudgedByOnePage) {
  EXPECT_EQ(judge_foot(FootFact::kIcp, true, foot(FootMark::kMissing), std::nullopt).reason, "unconfirmed");
  EXPECT_EQ(judge_foot(FootFact::kIcp, true, foot(FootMark::kMissing), foot(FootMark::kThere)).reason, "unconfirmed");
  EXPECT_EQ(judge_foot(FootFact::kIcp, true, foot(FootMark::kMissing), foot(FootMark::kMissing, false)).reason,
            "unconfirmed");
}
TEST(Foot, IsUnknownWhereSomethingOfTheKindStands) {
  const FootSight none = foot(FootMark::kMissing);
  EXPECT_EQ(judge_foot(FootFact::kPolice, true, foot(FootMark::kUnreadable), none).reason, "unreadable");
}
TEST(Foot, IsUnknownWhereAScriptWritesIt) {
  const FootSight none = foot(FootMark::kMissing);
  EXPECT_EQ(judge_foot(FootFact::kConac, true, foot(FootMark::kMissing, true, true), none).reason, "by_script");
  EXPECT_EQ(judge_foot(FootFact::kConac, true, foot(FootMark::kMissing, false), none).reason, "no_foot");
}
TEST(Foot, House_IsNotAskedOfOthers) {
  const FootSight none = foot(FootMark::kMissing);
  EXPECT_EQ(judge_foot(FootFact::kReport, false, none, none).reason, "no_portal");
}

}  // namespace
}  // namespace xuncha
