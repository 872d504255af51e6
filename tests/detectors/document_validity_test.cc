// Documents that are no longer in force and bear no mark.
#include "detectors/document_validity.h"

#include <gtest/gtest.h>

namespace xuncha {
namespace {

using namespace std::chrono_literals;

constexpr CivilDay kToday = 2026y / 11 / 20;

DocumentSight standing() {
  DocumentSight document;
  document.title = "关于印发《临溪县养老机构管理办法》的通知";
  document.number = "临政规〔2018〕3号";
  document.validity = "有效";
  document.published = 2018y / 5 / 4;
  document.has_table = true;
  return document;
}
const RepealStatement kStatement = {"临溪县养老机构管理办法", "临政规[2018]第 3 号", "……同时废止"};
const RepealPage kPage = {.day = 2025y / 3 / 1, .effective = 2025y / 4 / 1};

TEST(Repealed, StandsAsIfInForce) {
  EXPECT_EQ(judge_repealed(kStatement, kPage, standing(), kToday).reason, "stands_as_effective");
  EXPECT_TRUE(judge_repealed(kStatement, kPage, standing(), kToday).fails());
}
TEST(Repealed, BearsItsMark) {
  DocumentSight document = standing();
  document.validity = "失效";
  EXPECT_EQ(judge_repealed(kStatement, kPage, document, kToday).verdict, ContentVerdict::kPass);
  document.validity = "有效";
  document.marked = true;
  EXPECT_EQ(judge_repealed(kStatement, kPage, document, kToday).reason, "marked");
}
TEST(Repealed, AnotherNumberIsAnotherDocument) {
  DocumentSight document = standing();
  document.number = "临政规〔2025〕3号";  // the new one, of the same title
  EXPECT_EQ(judge_repealed(kStatement, kPage, document, kToday).reason, "other_document");
  document.number.clear();
  EXPECT_EQ(judge_repealed(kStatement, kPage, document, kToday).reason, "other_document");
}
TEST(Repealed, AnotherTitleIsAnotherDocument) {
  DocumentSight document = standing();
  document.title = "关于印发《临溪县养老机构管理办法》实施细则的通知";
  EXPECT_EQ(judge_repealed({"临溪县养老服务管理办法", "临政规〔2018〕3号", ""}, kPage, document, kToday).reason,
            "other_document");
}
TEST(Repealed, WithoutNumberItMustBeOlder) {
  const RepealStatement statement = {"临溪县养老机构管理办法", "", ""};
  DocumentSight document = standing();
  EXPECT_TRUE(judge_repealed(statement, kPage, document, kToday).fails());
  document.published = kPage.day;  // Boundary: of the same day
  EXPECT_EQ(judge_repealed(statement, kPage, document, kToday).reason, "other_document");
  document.published.reset();
  EXPECT_EQ(judge_repealed(statement, kPage, document, kToday).reason, "other_document");
}
TEST(Repealed, NotBeforeItsDay) {
  RepealPage page = kPage;
  page.effective = 2026y / 11 / 21;
  EXPECT_EQ(judge_repealed(kStatement, page, standing(), kToday).reason, "not_yet");
  page.effective = kToday;
  EXPECT_TRUE(judge_repealed(kStatement, page, standing(), kToday).fails());
}

TEST(Expired, AMonthAfterItsLastDay) {
  DocumentSight document = standing();
  EXPECT_EQ(judge_expired(document, kToday).reason, "no_day");
  document.expires = 2026y / 10 / 20;
  EXPECT_EQ(judge_expired(document, kToday).reason, "expired");
  document.expires = 2026y / 10 / 21;  // Boundary
  EXPECT_EQ(judge_expired(document, kToday).reason, "in_force");
  document.expires = 2025y / 1 / 1;
  document.validity = "已失效";
  EXPECT_EQ(judge_expired(document, kToday).reason, "marked");
  document.validity.clear();
  document.number.clear();  // a notice of a vacancy has a last day too
  EXPECT_EQ(judge_expired(document, kToday).reason, "no_day");
}

TEST(Keys, SeeThroughBracketsBlanksAndNumbers) {
  EXPECT_EQ(document_title_key("《临溪县 养老机构管理办法》（临政规〔2018〕3号）"), "临溪县养老机构管理办法");
  EXPECT_EQ(document_number_key("临政规﹝２０１８﹞第3号"), document_number_key("临政规[2018] 3 号"));
  EXPECT_NE(document_number_key("临政规〔2018〕3号"), document_number_key("临政规〔2018〕13号"));
  const std::vector<std::string> issued = document_keys_of("临溪县人民政府关于印发临溪县养老机构管理办法的通知");
  ASSERT_EQ(issued.size(), 2u);
  EXPECT_EQ(issued[1], "临溪县养老机构管理办法");
}
TEST(Keys, Hostile_BytesThatAreNoText) {
  EXPECT_TRUE(document_keys_of("").empty());
  EXPECT_FALSE(document_title_key(std::string(100'000, '\xff')).empty());
  EXPECT_TRUE(document_title_key("《》（）").empty());
  EXPECT_TRUE(document_keys_of("印发《》的通知").size() <= 1);
}

}  // namespace
}  // namespace xuncha
