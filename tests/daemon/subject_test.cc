#include "daemon/report/subject.h"

#include <gtest/gtest.h>

namespace xuncha {
namespace {

const Texts& chinese() {
  return texts(Language::kChinese);
}

TEST(Subject, ALinkIsItsAddress) {
  const Finding finding{.rule = "link.broken", .subject = "http://a.gov.cn/x.html#top"};
  EXPECT_EQ(subject_name(chinese(), finding), "http://a.gov.cn/x.html#top");
  EXPECT_EQ(subject_address(chinese(), finding), "http://a.gov.cn/x.html#top");
}

TEST(Subject, AColumnIsItsNameAtItsPage) {
  const Finding finding{
      .rule = "column.stale", .subject = "c1f0", .where = {{.page = "http://a.gov.cn/gzdt/", .text = "工作动态"}}};
  EXPECT_EQ(subject_name(chinese(), finding), "工作动态");
  EXPECT_EQ(subject_address(chinese(), finding), "http://a.gov.cn/gzdt/");
}

TEST(Subject, AFaultOfManyPagesIsWhatIsAtFaultWithOneOfThem) {
  const Finding finding{.rule = "page.metadata",
                        .subject = "http://a.gov.cn/#ArticleTitle",
                        .where = {{.page = "http://a.gov.cn/1.html"}}};
  EXPECT_EQ(subject_name(chinese(), finding), "网页标签 ArticleTitle（标题）");
  EXPECT_EQ(subject_address(chinese(), finding), "http://a.gov.cn/1.html");
}

TEST(Subject, ASlotOfTheHomePageIsWhatPeopleCallIt) {
  const Finding finding{
      .rule = "content.unrotated", .subject = "http://a.gov.cn/#carousel-2", .evidence = {.control = "slot_carousel"}};
  EXPECT_EQ(subject_name(chinese(), finding), "首页轮播图（焦点图）");
  EXPECT_EQ(subject_address(chinese(), finding), "http://a.gov.cn/");
}

TEST(Subject, WithoutPlacesTheHomePageIsLookedAt) {
  const Finding finding{.rule = "site.veto", .subject = "http://a.gov.cn/#veto_blank"};
  EXPECT_EQ(subject_name(chinese(), finding), "空白栏目");
  EXPECT_EQ(subject_address(chinese(), finding), "http://a.gov.cn/");
}

TEST(Subject, AnAddressWhoseFragmentIsNoWordOfOursIsAnAddress) {
  const Finding finding{.rule = "content.expired", .subject = "http://a.gov.cn/app#/docs/1"};
  EXPECT_EQ(subject_name(chinese(), finding), "http://a.gov.cn/app#/docs/1");
  EXPECT_EQ(subject_address(chinese(), finding), "http://a.gov.cn/app#/docs/1");
}

}  // namespace
}  // namespace xuncha
