// reason soft_404: docs/ARCHITECTURE.md, Soft 404.
#include "detectors/soft_404.h"

#include <gtest/gtest.h>

#include <functional>
#include <ostream>
#include <string>

#include "tests/detectors/target_facts.h"

namespace xuncha::test {
namespace {

using Answer = NegativeBaseline::Answer;

// A host that answers 200 with one error page for what it does not have, and a target that looks just like it.
TargetFacts like_the_error_page() {
  TargetFacts facts = good_page();
  facts.looks = {.simhash = 0xFF00, .characters = 100, .title_hash = 7, .final_url = {}};
  facts.baseline = {.answer = Answer::kPage, .steady = true, .looks = facts.looks, .second_characters = 100};
  return facts;
}

struct Row {
  std::string name;
  std::function<void(TargetFacts&)> change;
  bool soft_404 = false;
  LinkNeed need = LinkNeed::kNothing;

  friend std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }
};

class Soft404 : public testing::TestWithParam<Row> {};

TEST_P(Soft404, IsJudged) {
  TargetFacts facts = like_the_error_page();
  GetParam().change(facts);
  const LinkJudgement judgement = judge_soft_404(facts);
  EXPECT_EQ(judgement.reason.code == ReasonCode::kSoft404, GetParam().soft_404);
  EXPECT_EQ(judgement.need, GetParam().need);
  EXPECT_EQ(judgement.limit.empty(), !GetParam().soft_404);  // no evidence, no finding
}

const auto name_of = [](const testing::TestParamInfo<Row>& info) { return info.param.name; };

INSTANTIATE_TEST_SUITE_P(
    Baseline, Soft404,
    testing::Values(Row{"ATargetThatLooksLikeTheErrorPageIsOne", [](TargetFacts&) {}, true},
                    Row{"AnHonestHostHasRealPagesWhateverTheySay",
                        [](TargetFacts& facts) {
                          facts.baseline.answer = Answer::kHonest;
                          facts.wording.not_found = "您访问的页面不存在";
                        }},
                    Row{"ARedirectToAPageNamedAndWordedAsOneIsOneOnAnyHost",
                        [](TargetFacts& facts) {
                          facts.baseline.answer = Answer::kHonest;
                          facts.wording.not_found = "页面不存在";
                          facts.redirects = {{302, "http://www.x.gov.cn/404.aspx?aspxerrorpath=/a"}};
                          facts.last = *parse_url("http://www.x.gov.cn/404.aspx?aspxerrorpath=/a").url;
                        },
                        true},
                    Row{"ItsNameWithoutTheWordingIsNotEnough",
                        [](TargetFacts& facts) {
                          facts.baseline.answer = Answer::kHonest;
                          facts.redirects = {{302, "http://www.x.gov.cn/error/"}};
                          facts.last = *parse_url("http://www.x.gov.cn/error.html").url;
                        }},
                    Row{"NorTheWordingUnderAnotherName",
                        [](TargetFacts& facts) {
                          facts.baseline.answer = Answer::kHonest;
                          facts.wording.not_found = "页面不存在";
                          facts.redirects = {{302, "http://www.x.gov.cn/wenda/404.1.html"}};
                          facts.last = *parse_url("http://www.x.gov.cn/wenda/zenmeban404.html").url;
                        }},
                    Row{"ARecordThatLooksLikeOneThatNothingHas",
                        [](TargetFacts& facts) {
                          facts.baseline.of_record = true;
                          facts.wording.not_found = "信息不存在";
                        },
                        true},
                    Row{"ASearchThatFindsNothingIsNone",
                        [](TargetFacts& facts) {
                          facts.baseline.of_record = true;
                          facts.wording.not_found = "没有找到您要";
                        }},
                    Row{"OfARecordTwoHundredCharactersMayBeAnError",
                        [](TargetFacts& facts) {
                          facts.baseline.of_record = true;
                          facts.wording.not_found = "信息不存在";
                          facts.looks.characters = facts.baseline.looks.characters = 200;
                        },
                        true},
                    Row{"AndMoreMayBeAnArticleUnderANumberThatNothingHeeds",
                        [](TargetFacts& facts) {
                          facts.baseline.of_record = true;
                          facts.wording.not_found = "信息不存在";
                          facts.looks.characters = facts.baseline.looks.characters = 201;
                        }},
                    Row{"WordingAloneNeverConvictsButAsksForABaseline",
                        [](TargetFacts& facts) {
                          facts.baseline = {};
                          facts.wording.not_found = "您访问的页面不存在";
                        },
                        false, LinkNeed::kBaseline},
                    Row{"WithoutABaselineAndWithoutWordingNothingIsAsked",
                        [](TargetFacts& facts) { facts.baseline = {}; }},
                    Row{"AnotherTitleIsAnotherPage", [](TargetFacts& facts) { facts.looks.title_hash = 8; }},
                    Row{"ThreeDifferentBitsAreAlike", [](TargetFacts& facts) { facts.looks.simhash ^= 0b111; }, true},
                    Row{"FourDifferentBitsAreNot", [](TargetFacts& facts) { facts.looks.simhash ^= 0b1111; }},
                    Row{"ATenthShorterIsAlike", [](TargetFacts& facts) { facts.looks.characters = 90; }, true},
                    Row{"MoreThanATenthShorterIsNot", [](TargetFacts& facts) { facts.looks.characters = 89; }},
                    Row{"MoreThanATenthLongerIsNot", [](TargetFacts& facts) { facts.looks.characters = 112; }}),
    name_of);

INSTANTIATE_TEST_SUITE_P(ChangingErrorPage, Soft404,
                         testing::Values(Row{"ItsTitleAndWordingAreWhatStays",
                                             [](TargetFacts& facts) {
                                               facts.baseline.steady = false;
                                               facts.looks.simhash = ~facts.looks.simhash;
                                               facts.wording.not_found = "页面不存在";
                                             },
                                             true},
                                         Row{"ItsTitleAloneIsNotEnough",
                                             [](TargetFacts& facts) { facts.baseline.steady = false; }},
                                         Row{"ItsWordingUnderAnotherTitleIsNotEnough",
                                             [](TargetFacts& facts) {
                                               facts.baseline.steady = false;
                                               facts.looks.title_hash = 8;
                                               facts.wording.not_found = "页面不存在";
                                             }}),
                         name_of);

INSTANTIATE_TEST_SUITE_P(
    Redirect, Soft404,
    testing::Values(
        Row{"ATargetSentWhereAllMissingPathsAreSentIsOne",
            [](TargetFacts& facts) {
              facts.baseline.answer = Answer::kRedirect;
              facts.baseline.looks.final_url = "http://www.x.gov.cn/error.html";
              facts.redirects = {{302, "http://www.x.gov.cn/error.html"}};
            },
            true},
        Row{"AlsoByAnotherHop",
            [](TargetFacts& facts) {
              facts.baseline.answer = Answer::kRedirect;
              facts.baseline.looks.final_url = "http://www.x.gov.cn/error.html";
              facts.redirects = {{301, "https://www.x.gov.cn/a.html"}, {302, "http://www.x.gov.cn/error.html"}};
            },
            true},
        Row{"ATargetSentElsewhereIsNot",
            [](TargetFacts& facts) {
              facts.baseline.answer = Answer::kRedirect;
              facts.baseline.looks.final_url = "http://www.x.gov.cn/error.html";
              facts.redirects = {{302, "http://www.x.gov.cn/new/a.html"}};
            }},
        Row{"ATargetThatAnswersItselfIsNot",
            [](TargetFacts& facts) {
              facts.baseline.answer = Answer::kRedirect;
              facts.baseline.looks.final_url = "http://www.x.gov.cn/error.html";
            }}),
    name_of);

TEST(Soft404Looks, EmptyPagesAreAlike) {
  EXPECT_TRUE(looks_alike({}, {}));
}

TEST(Soft404Looks, Hostile_LengthsOfAnySizeAreCompared) {
  const PageLooks endless{.simhash = 0, .characters = 1ull << 40, .title_hash = 0, .final_url = {}};
  EXPECT_TRUE(looks_alike(endless, endless));
  EXPECT_FALSE(looks_alike(endless, {}));
}

}  // namespace
}  // namespace xuncha::test
