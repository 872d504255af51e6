// reason title_mismatch: another document than the link names.
#include "detectors/title_mismatch.h"
#include "tests/support/stopwatch.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

namespace xuncha::test {
namespace {

struct NameRow {
  std::string name;
  std::string text;
  std::vector<std::string> names;

  friend std::ostream& operator<<(std::ostream& out, const NameRow& row) { return out << row.name; }
};

class DocumentNames : public testing::TestWithParam<NameRow> {};

TEST_P(DocumentNames, AreReadFromAnAnchor) {
  EXPECT_EQ(document_names(GetParam().text), GetParam().names);
}

INSTANTIATE_TEST_SUITE_P(
    Anchors, DocumentNames,
    testing::Values(NameRow{"ANameInMarks", "关于印发《森林防火办法》的通知", {"森林防火办法"}},
                    NameRow{"TwoNames", "《森林防火办法》《河道管理条例》", {"森林防火办法", "河道管理条例"}},
                    NameRow{"NoMarksNoName", "森林防火办法", {}},
                    NameRow{"FourCharactersAreEnough", "《防火办法》", {"防火办法"}},
                    NameRow{"ThreeAreNot", "《防火法》", {}}, NameRow{"PunctuationDoesNotCount", "《防、火、法》", {}},
                    NameRow{"ANameCutByAnEllipsisIsNone", "《森林防火办法实施…》", {}},
                    NameRow{"ANameCutByDotsIsNone", "《森林防火办法实施...》", {}},
                    NameRow{"AnAnchorCutInsideTheMarksHasNone", "关于印发《森林防火办法实施", {}},
                    NameRow{"ACutNameHidesNoOther", "《森林防火办…》《河道管理条例》", {"河道管理条例"}},
                    NameRow{"Hostile_ALonelyEndIsNothing", "》》》", {}},
                    NameRow{"Hostile_BytesCutInTheMiddleOfACharacter", "《\xE6\xA3\xAE\xE6》", {}}),
    [](const auto& row) { return row.param.name; });

struct TitleRow {
  std::string name;
  std::vector<std::string> names;
  PageNames page;
  std::string found;  // empty: no mismatch

  friend std::ostream& operator<<(std::ostream& out, const TitleRow& row) { return out << row.name; }
};

class TitleMismatchOf : public testing::TestWithParam<TitleRow> {};

TEST_P(TitleMismatchOf, IsJudged) {
  const std::optional<TitleMismatch> mismatch = judge_title(GetParam().names, GetParam().page);
  ASSERT_EQ(mismatch.has_value(), !GetParam().found.empty());
  if (!mismatch) return;
  EXPECT_EQ(mismatch->found, GetParam().found);
  EXPECT_EQ(mismatch->expected, GetParam().names.front());
}

const std::vector<std::string> kFire = {"森林防火办法"};

INSTANTIATE_TEST_SUITE_P(
    Pages, TitleMismatchOf,
    testing::Values(
        TitleRow{"AnotherDocumentInTheHeadingIsAMismatch", kFire, {.headings = {"《河道管理条例》"}}, "河道管理条例"},
        TitleRow{"AnotherDocumentInTheArticleTitleIsAMismatch",
                 kFire,
                 {.article_title = "关于印发《河道管理条例》的通知"},
                 "河道管理条例"},
        TitleRow{"AnotherDocumentInTheTitleIsAMismatch", kFire, {.title = "《河道管理条例》"}, "河道管理条例"},
        // Mismatch only if none holds the name and another document's name stands there.
        TitleRow{"WithoutAnyDocumentNameThereIsNone", kFire, {.headings = {"通知公告"}, .title = "巡查县人民政府"}, ""},
        TitleRow{"TheNameInTheOpeningIsEnough",
                 kFire,
                 {.headings = {"《河道管理条例》"}, .opening = "现印发森林防火办法，请遵照执行"},
                 ""},
        TitleRow{"TheNameInTheTitleIsEnough", kFire, {.headings = {"《河道管理条例》"}, .title = "森林防火办法"}, ""},
        TitleRow{"ANameInTheOpeningAloneIsNoOtherDocument", kFire, {.opening = "依据《河道管理条例》制定"}, ""},
        TitleRow{"AnyOfSeveralNamesIsEnough", {"森林防火办法", "河道管理条例"}, {.headings = {"《河道管理条例》"}}, ""},
        TitleRow{"AThirdOfTheNameIsEnough", {"巡查县森林防火办法"}, {.headings = {"《森林防火规划纲要》"}}, ""},
        TitleRow{"AThirdOfTheNameWithoutItsPlaceIsEnough",
                 {"巡查县养老服务条例"},
                 {.headings = {"《养老事业促进条例》"}},
                 ""},
        TitleRow{"APlaceLeftOutMakesNoOtherNameAlike",
                 {"巡查县森林防火办法"},
                 {.headings = {"《河道管理办法》"}},
                 "河道管理办法"},
        TitleRow{"AnAbbreviatedTitleIsHeldByTheName", {"巡查县森林防火管理办法"}, {.headings = {"《防火管理》"}}, ""},
        TitleRow{"SpacesAndPunctuationDoNotMatter", kFire, {.headings = {"《森林 · 防火 办法》"}}, ""},
        TitleRow{"FullWidthLettersAreLetters", {"ＷＴＯ贸易规则"}, {.headings = {"《wto贸易规则》"}}, ""},
        TitleRow{"WithoutANameThereIsNothingToCompare", {}, {.headings = {"《河道管理条例》"}}, ""},
        TitleRow{"AnEmptyPageIsNoMismatch", kFire, {}, ""}),
    [](const auto& row) { return row.param.name; });

TEST(TitleMismatchCost, Hostile_AMegabyteOfMarksIsReadInLinearTime) {
  std::string text;
  while (text.size() < 1u << 20) text += "《";
  const CpuStopwatch watch;
  EXPECT_TRUE(document_names(text).empty());
  EXPECT_FALSE(judge_title(kFire, {.opening = text}).has_value());
  EXPECT_LT(watch.seconds(), 2 * kSlowness);
}

}  // namespace
}  // namespace xuncha::test
