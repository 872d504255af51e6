// 国办秘函〔2019〕19号 单项否决 首页不更新: no news for 2 weeks; a home page that is only navigation by its second
// level.
#include "detectors/home_freshness.h"

#include <gtest/gtest.h>

namespace xuncha {
namespace {

using namespace std::chrono_literals;

constexpr CivilDay kToday = 2026y / 11 / 20;

HomeSight old_home() {
  HomeSight sight;
  sight.dated = 20;
  sight.newest_shown = 2026y / 11 / 1;
  sight.newest_hidden = 2026y / 11 / 1;
  sight.articles_dated = 9;
  sight.newest_article = 2026y / 11 / 1;
  sight.complete = true;
  return sight;
}
HomeSight navigation() {
  HomeSight sight;
  sight.complete = true;
  sight.columns_dated = 8;
  sight.newest_column = 2026y / 10 / 1;
  sight.columns_confirmed = true;
  return sight;
}

struct Row {
  const char* name;
  HomeSight (*make)();
  ContentVerdict verdict;
  const char* reason;
};
class Home : public testing::TestWithParam<Row> {};
TEST_P(Home, IsJudged) {
  const HomeJudgement judged = judge_home(GetParam().make(), 14, kToday);
  EXPECT_EQ(judged.verdict, GetParam().verdict);
  EXPECT_EQ(judged.reason, GetParam().reason);
}

template <class Change>
HomeSight changed(HomeSight sight, Change change) {
  change(sight);
  return sight;
}

constexpr auto kPass = ContentVerdict::kPass;
constexpr auto kFail = ContentVerdict::kFail;
constexpr auto kUnsure = ContentVerdict::kInconclusive;
INSTANTIATE_TEST_SUITE_P(
    Rules, Home,
    testing::Values(
        Row{"OldInAllItShows", old_home, kFail, "over_limit"},
        Row{"Boundary_TwoWeeksAreWithin",
            [] { return changed(old_home(), [](HomeSight& s) { s.newest_shown = 2026y / 11 / 6; }); }, kPass,
            "within_limit"},
        Row{"Boundary_ADayMoreIsNot",
            [] { return changed(old_home(), [](HomeSight& s) { s.newest_shown = s.newest_hidden = 2026y / 11 / 5; }); },
            kFail, "over_limit"},
        Row{"ANewAddressIsNews",
            [] { return changed(old_home(), [](HomeSight& s) { s.newest_hidden = 2026y / 11 / 18; }); }, kPass,
            "within_limit"},
        Row{"AnArticlesOwnDayIsNews",
            [] { return changed(old_home(), [](HomeSight& s) { s.newest_article = 2026y / 11 / 18; }); }, kPass,
            "within_limit"},
        Row{"NoArticleWasRead",
            [] {
              return changed(old_home(), [](HomeSight& s) {
                s.articles_dated = 0;
                s.newest_article.reset();
              });
            },
            kUnsure, "unconfirmed"},
        Row{"House_HeadlinesElsewhereMayBeNew",
            [] { return changed(old_home(), [](HomeSight& s) { s.undated_headlines = 5; }); }, kUnsure,
            "undated_headlines"},
        Row{"FewDatesTellNothing", [] { return changed(old_home(), [](HomeSight& s) { s.dated = 4; }); }, kUnsure,
            "nothing_dated"},
        Row{"FilledByAScript", [] { return changed(old_home(), [](HomeSight& s) { s.by_script = true; }); }, kUnsure,
            "by_script"},
        Row{"NotAllWasRead", [] { return changed(old_home(), [](HomeSight& s) { s.complete = false; }); }, kUnsure,
            "incomplete"},
        Row{"Hostile_TooLong", [] { return changed(old_home(), [](HomeSight& s) { s.cut = true; }); }, kUnsure, "cut"},
        Row{"NavigationByItsColumns", navigation, kFail, "over_limit"},
        Row{"NavigationWithAFreshColumn",
            [] { return changed(navigation(), [](HomeSight& s) { s.newest_column = 2026y / 11 / 19; }); }, kPass,
            "within_limit"},
        Row{"NavigationWithAListNobodyReads",
            [] { return changed(navigation(), [](HomeSight& s) { s.columns_unread = 1; }); }, kUnsure, "nothing_dated"},
        Row{"NavigationByTheListAlone",
            [] { return changed(navigation(), [](HomeSight& s) { s.columns_confirmed = false; }); }, kUnsure,
            "unconfirmed"},
        Row{"UndatedHeadlinesAreNoNavigation",
            [] { return changed(navigation(), [](HomeSight& s) { s.articles_dated = 3; }); }, kUnsure, "nothing_dated"},
        Row{"Nothing", [] { return changed(HomeSight{}, [](HomeSight& s) { s.complete = true; }); }, kUnsure,
            "nothing_dated"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace xuncha
