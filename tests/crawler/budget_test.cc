#include "crawler/budget.h"

#include <gtest/gtest.h>

#include <string>

namespace xuncha {
namespace {

TEST(Budget, House_EndlessTemplatesAreKnownByTheirWords) {
  for (const char* text : {"/calendar/N/N", "/rili.jsp", "/Search/index.html?page=N", "/n/list?q=*&p=N",
                           "/a?year=N&month=N", "/a?date=N-N-N", "/site/search.do?x=N", "/a?KeyWord=*"}) {
    EXPECT_EQ(template_kind(text), TemplateKind::kEndless) << text;
  }
  for (const char* text :
       {"/", "/art/N/N/N/art_N_N.html", "/col/colN/index.html?uid=N&pageNum=N", "/zwgk/NN/tN_N.shtml", "/a?date=all",
        "/research/N.html", "/a?id=N", "/yearbook/N/", "/a?year", ""}) {
    EXPECT_EQ(template_kind(text), TemplateKind::kOrdinary) << text;
  }
}

TEST(Budget, EachBoundRefusesAndIsCounted) {
  UrlBudgetLimits limits;
  limits.urls_max = 10;
  limits.template_urls_max = 4;
  limits.endless_urls_max = 2;
  limits.depth_max = 3;
  UrlBudget budget(limits);
  EXPECT_EQ(budget.admit("/deep", 3), Admission::kAdmitted);
  EXPECT_EQ(budget.admit("/deep", 4), Admission::kDepth);
  for (int count = 0; count < 4; ++count) EXPECT_EQ(budget.admit("/a/N.html", 1), Admission::kAdmitted);
  EXPECT_EQ(budget.admit("/a/N.html", 1), Admission::kTemplate);
  for (int count = 0; count < 2; ++count) EXPECT_EQ(budget.admit("/search?p=N", 1), Admission::kAdmitted);
  EXPECT_EQ(budget.admit("/search?p=N", 1), Admission::kEndless);
  for (int count = 0; count < 3; ++count) {
    EXPECT_EQ(budget.admit("/b" + std::string(1, static_cast<char>('a' + count)), 1), Admission::kAdmitted);
  }
  EXPECT_EQ(budget.admit("/c", 1), Admission::kUrls);
  EXPECT_EQ(budget.admit("/a/N.html", 9), Admission::kUrls);
  EXPECT_EQ(budget.count(Admission::kAdmitted), 10U);
  EXPECT_EQ(budget.count(Admission::kUrls), 2U);
  EXPECT_EQ(budget.count(Admission::kDepth), 1U);
  EXPECT_EQ(budget.count(Admission::kTemplate), 1U);
  EXPECT_EQ(budget.count(Admission::kEndless), 1U);
  EXPECT_EQ(budget.refused(), 5U);
}

TEST(Budget, ZeroAdmitsNothing) {
  UrlBudgetLimits limits;
  limits.template_urls_max = 0;
  limits.endless_urls_max = 0;
  UrlBudget budget(limits);
  EXPECT_EQ(budget.admit("/a", 0), Admission::kTemplate);
  EXPECT_EQ(budget.admit("/search", 0), Admission::kEndless);
}

TEST(Budget, EveryAdmissionHasAName) {
  for (std::size_t index = 0; index < kAdmissions; ++index) {
    EXPECT_FALSE(admission_name(static_cast<Admission>(index)).empty());
  }
}

}  // namespace
}  // namespace xuncha
