// 国办秘函〔2019〕19号 单项否决 弄虚作假: old texts under new dates, and items that came later than they say.
#include "detectors/backdating.h"

#include <gtest/gtest.h>

namespace xuncha {
namespace {

using namespace std::chrono_literals;

ArticleDays renewed() {
  ArticleDays article;
  article.shown = 2026y / 11 / 18;
  article.meta = 2019y / 5 / 20;
  article.url = 2019y / 5 / 20;
  article.signed_on = 2019y / 5 / 18;
  return article;
}

TEST(ArticleDays, ANewDateOnAnOldText) {
  EXPECT_EQ(judge_article_days(renewed(), 180).reason, "new_date_on_old_text");
}
TEST(ArticleDays, Boundary_TheGap) {
  ArticleDays article = renewed();
  article.shown = std::chrono::sys_days(*article.meta) + std::chrono::days(179);
  EXPECT_EQ(judge_article_days(article, 180).reason, "alike");
  article.shown = std::chrono::sys_days(*article.meta) + std::chrono::days(180);
  EXPECT_TRUE(judge_article_days(article, 180).fails());
}
TEST(ArticleDays, AreUnknownUnlessThreeAgree) {
  ArticleDays article = renewed();
  article.signed_on.reset();
  EXPECT_EQ(judge_article_days(article, 180).reason, "too_few_days");
  article = renewed();
  article.url = 2020y / 1 / 1;
  EXPECT_EQ(judge_article_days(article, 180).reason, "disagree");
  article = renewed();
  article.signed_on = 2012y / 5 / 18;
  EXPECT_EQ(judge_article_days(article, 180).reason, "disagree");
  EXPECT_EQ(judge_article_days({}, 180).reason, "too_few_days");
}
TEST(ArticleDays, DocumentsMayBePublishedAgain) {
  ArticleDays article = renewed();
  article.is_document = true;
  EXPECT_EQ(judge_article_days(article, 180).reason, "is_document");
}
TEST(ArticleDays, AnOlderDateIsNone) {
  ArticleDays article = renewed();
  article.shown = 2001y / 1 / 1;
  EXPECT_EQ(judge_article_days(article, 180).verdict, ContentVerdict::kPass);
}

FirstSight late() {
  return {.item_day = 2026y / 1 / 5,
          .first_seen = 2026y / 11 / 20,
          .previous_read = 2026y / 11 / 13,
          .list_was_complete = true,
          .pinned = false};
}
TEST(FirstSight, LongAfterItsDayInACompleteList) {
  EXPECT_EQ(judge_first_sight(late(), 180).reason, "backdated");
}
TEST(FirstSight, Boundary_TheGapCountsToTheReadingBefore) {
  FirstSight sight = late();
  sight.item_day = 2026y / 5 / 18;
  EXPECT_EQ(judge_first_sight(sight, 180).reason, "in_time");
  sight.item_day = 2026y / 5 / 17;
  EXPECT_TRUE(judge_first_sight(sight, 180).fails());
}
TEST(FirstSight, IsUnknownWithoutHistory) {
  FirstSight sight = late();
  sight.previous_read.reset();
  EXPECT_EQ(judge_first_sight(sight, 180).reason, "no_history");
  sight = late();
  sight.list_was_complete = false;
  EXPECT_EQ(judge_first_sight(sight, 180).reason, "incomplete");
  sight = late();
  sight.item_day.reset();
  EXPECT_EQ(judge_first_sight(sight, 180).reason, "no_day");
  sight = late();
  sight.pinned = true;
  EXPECT_EQ(judge_first_sight(sight, 180).reason, "no_day");
}

TEST(OwnDay, AgreesWithTheListInAllThatThePageSays) {
  ArticleDays own{.shown = 2026y / 1 / 5, .meta = 2026y / 1 / 5, .url = 2026y / 1 / 4, .signed_on = {}};
  EXPECT_EQ(judge_own_day(2026y / 1 / 5, own).reason, "own_day");
  EXPECT_TRUE(judge_own_day(2026y / 1 / 6, own).fails());
  EXPECT_EQ(judge_own_day(2026y / 1 / 7, own).reason, "disagree");
  own.meta = 2026y / 11 / 20;  // says when it was made
  EXPECT_EQ(judge_own_day(2026y / 1 / 5, own).reason, "disagree");
  own.meta.reset();
  own.url = 2026y / 11 / 20;
  EXPECT_EQ(judge_own_day(2026y / 1 / 5, own).reason, "disagree");
  own.url.reset();
  EXPECT_TRUE(judge_own_day(2026y / 1 / 5, own).fails());
}
TEST(OwnDay, MayBeThatOfMetaAlone) {
  EXPECT_EQ(judge_own_day(2026y / 1 / 5, {.meta = 2026y / 1 / 6}).reason, "own_day");
  EXPECT_EQ(judge_own_day(2026y / 1 / 5, {.meta = 2026y / 1 / 7}).reason, "disagree");
}
TEST(OwnDay, IsUnknownOfDocumentsAndWhereNoneIsShown) {
  ArticleDays own{.shown = 2026y / 1 / 5, .is_document = true};
  EXPECT_EQ(judge_own_day(2026y / 1 / 5, own).reason, "is_document");
  EXPECT_EQ(judge_own_day(2026y / 1 / 5, {.url = 2026y / 1 / 5, .signed_on = 2026y / 1 / 5}).reason, "no_own_day");
  EXPECT_EQ(judge_own_day(2026y / 1 / 5, {}).verdict, ContentVerdict::kInconclusive);
}

}  // namespace
}  // namespace xuncha
