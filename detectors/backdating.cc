#include "detectors/backdating.h"

#include <chrono>

namespace xuncha {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

constexpr days kSameDay = days(1);        // as of column.stale, between a list and the page it leads to
constexpr days kAlike = days(3);          // between META and address
constexpr days kSignedAround = days(30);  // a signature stands some time before the text is published

ContentJudgement unsure(std::string_view reason) {
  return {ContentVerdict::kInconclusive, reason};
}

}  // namespace

ContentJudgement judge_article_days(const ArticleDays& article, std::uint32_t gap_days) {
  if (article.is_document) return unsure("is_document");
  if (!article.shown || !article.meta || !article.url || !article.signed_on) return unsure("too_few_days");
  const sys_days meta(*article.meta);
  const bool agree = std::chrono::abs(meta - sys_days(*article.url)) <= kAlike &&
                     std::chrono::abs(meta - sys_days(*article.signed_on)) <= kSignedAround;
  if (!agree) return unsure("disagree");
  if (sys_days(*article.shown) - meta < days(gap_days)) return {ContentVerdict::kPass, "alike"};
  return {ContentVerdict::kFail, "new_date_on_old_text"};
}

ContentJudgement judge_first_sight(const FirstSight& sight, std::uint32_t gap_days) {
  if (!sight.item_day || sight.pinned) return unsure("no_day");
  if (!sight.previous_read) return unsure("no_history");
  if (!sight.list_was_complete) return unsure("incomplete");
  // What was missing then and carries an earlier day came later than it says.
  if (sys_days(*sight.previous_read) - sys_days(*sight.item_day) < days(gap_days)) {
    return {ContentVerdict::kPass, "in_time"};
  }
  return {ContentVerdict::kFail, "backdated"};
}

ContentJudgement judge_own_day(CivilDay item_day, const ArticleDays& own) {
  if (own.is_document) return unsure("is_document");
  if (!own.shown && !own.meta) return unsure("no_own_day");
  const auto differs = [&item_day](const std::optional<CivilDay>& day, days most) {
    return day && std::chrono::abs(sys_days(*day) - sys_days(item_day)) > most;
  };
  // META or an address of another time say when it was made: then one of the days has an honest reason.
  const bool disagree =
      differs(own.shown, kSameDay) || differs(own.meta, own.shown ? kAlike : kSameDay) || differs(own.url, kAlike);
  return disagree ? unsure("disagree") : ContentJudgement{ContentVerdict::kFail, "own_day"};
}

}  // namespace xuncha
