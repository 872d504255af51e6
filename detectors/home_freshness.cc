#include "detectors/home_freshness.h"

#include <algorithm>
#include <chrono>

namespace xuncha {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

constexpr std::uint32_t kDatedMin = 5;             // fewer dates may stand in a foot or a banner
constexpr std::uint32_t kUndatedHeadlinesMax = 4;  // one or two link blocks have long names too
constexpr std::uint32_t kColumnsMin = 3;           // of a home page that is only navigation

}  // namespace

HomeJudgement judge_home(const HomeSight& sight, std::uint32_t max_age_days, CivilDay today) {
  HomeJudgement judgement;
  judgement.newest = std::max({sight.newest_shown, sight.newest_hidden, sight.newest_article});
  const auto is = [&judgement](ContentVerdict verdict, std::string_view reason) {
    judgement.verdict = verdict;
    judgement.reason = reason;
    return judgement;
  };
  const auto unsure = [&is](std::string_view reason) { return is(ContentVerdict::kInconclusive, reason); };
  const auto is_recent = [&](const std::optional<CivilDay>& day) {
    return day && sys_days(today) - sys_days(*day) <= days(max_age_days);
  };
  if (is_recent(judgement.newest)) return is(ContentVerdict::kPass, "within_limit");
  if (sight.cut) return unsure("cut");
  if (!sight.complete) return unsure("incomplete");
  if (sight.by_script) return unsure("by_script");
  if (sight.undated_headlines > kUndatedHeadlinesMax) return unsure("undated_headlines");
  if (sight.dated >= kDatedMin) {
    return sight.articles_dated == 0 ? unsure("unconfirmed") : is(ContentVerdict::kFail, "over_limit");
  }
  // Headlines without dates beside them may be news of any day; dates of a few tell nothing.
  if (sight.dated > 0 || sight.articles_dated > 0) return unsure("nothing_dated");
  judgement.newest = sight.newest_column;
  judgement.by_columns = true;
  if (is_recent(sight.newest_column)) return is(ContentVerdict::kPass, "within_limit");
  if (sight.columns_dated < kColumnsMin || sight.columns_unread > 0) return unsure("nothing_dated");
  if (!sight.columns_confirmed) return unsure("unconfirmed");
  return is(ContentVerdict::kFail, "over_limit");
}

}  // namespace xuncha
