// What pages say of documents that are no longer in force.
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "crawler/portal/repeals.h"

namespace xuncha {
namespace {

struct Row {
  const char* name;
  const char* title;
  const char* text;
  const char* expected;  // "title|number" with ";" between
};
class Repeals : public testing::TestWithParam<Row> {};
TEST_P(Repeals, AreRead) {
  std::string found;
  for (const RepealStatement& repeal : read_repeals(GetParam().title, GetParam().text)) {
    found += (found.empty() ? "" : ";") + repeal.title + "|" + repeal.number;
  }
  EXPECT_EQ(found, GetParam().expected);
}

constexpr const char* kIssue = "关于印发临溪县养老服务办法的通知";
INSTANTIATE_TEST_SUITE_P(
    Sentences, Repeals,
    testing::Values(
        Row{"AtOnce", kIssue,
            "本办法自2024年5月1日起施行，有效期5年。《临溪县养老机构管理办法》（临政规〔2018〕3号）同时废止。",
            "临溪县养老机构管理办法|临政规〔2018〕3号"},
        Row{"Original", kIssue, "原《临溪县养老机构管理办法》同时废止。", "临溪县养老机构管理办法|"},
        Row{"Several", kIssue,
            "《临溪县敬老院管理办法》（临政发〔2010〕1号）、《临溪县养老补贴办法》（临政发〔2012〕2号）及《临溪县老年"
            "优待规定》同时废止。",
            "临溪县老年优待规定|;临溪县养老补贴办法|临政发〔2012〕2号;临溪县敬老院管理办法|临政发〔2010〕1号"},
        Row{"FromADayOn", kIssue, "《临溪县敬老院管理办法》（临政发〔2010〕1号）自本办法施行之日起废止。",
            "临溪县敬老院管理办法|临政发〔2010〕1号"},
        Row{"VerbFirst", "临溪县人民政府公告",
            "经研究，决定废止《临溪县敬老院管理办法》（临政发[2010]1号）、《临溪县养老补贴办法》。",
            "临溪县敬老院管理办法|临政发[2010]1号;临溪县养老补贴办法|"},
        Row{"InTheTitle", "关于废止《临溪县敬老院管理办法》的决定", "现予公布。", "临溪县敬老院管理办法|"},
        Row{"NamesWithinNames", kIssue, "《关于印发〈临溪县敬老院管理办法〉的通知》（临政发〔2010〕1号）同时废止。",
            "关于印发〈临溪县敬老院管理办法〉的通知|临政发〔2010〕1号"},
        Row{"TheNewOneIsNotTheOld", kIssue, "现印发《临溪县养老服务办法》，《临溪县敬老院管理办法》同时废止。",
            "临溪县敬老院管理办法|"},
        Row{"WhatIsCarriedOutIsNotRepealed", kIssue, "实施《临溪县养老服务办法》，同时废止《临溪县敬老院管理办法》。",
            "临溪县敬老院管理办法|"}),
    [](const auto& row) { return row.param.name; });
INSTANTIATE_TEST_SUITE_P(
    Silence, Repeals,
    testing::Values(Row{"APartOfIt", kIssue, "《临溪县敬老院管理办法》第三条同时废止。", ""},
                    Row{"APartBehindTheVerb", "临溪县公告", "决定废止《临溪县敬老院管理办法》第三条。", ""},
                    Row{"ToBeRepealed", "临溪县公告", "拟废止《临溪县敬老院管理办法》。", ""},
                    Row{"NotYet", "临溪县公告", "目前尚未废止《临溪县敬老院管理办法》。", ""},
                    Row{"BeforeIt", "临溪县公告", "《临溪县敬老院管理办法》废止前发生的事项，仍按原规定办理。", ""},
                    Row{"ADraft", "关于《临溪县养老服务办法（草案）》征求意见的公告",
                        "《临溪县敬老院管理办法》同时废止。", ""},
                    Row{"AnInterpretation", "《临溪县养老服务办法》解读", "《临溪县敬老院管理办法》同时废止。", ""},
                    Row{"WhatDisagrees", kIssue, "以前的规定与本办法不一致的，同时废止。", ""},
                    Row{"ByALaw", kIssue, "根据《临溪县敬老院管理办法》，本办法五年后失效。", ""},
                    Row{"TooShortAName", kIssue, "《办法》同时废止。", ""}),
    [](const auto& row) { return row.param.name; });
INSTANTIATE_TEST_SUITE_P(
    Lists, Repeals,
    testing::Values(
        Row{"ATable", "关于公布废止和失效规范性文件目录的公告",
            "根据国务院办公厅要求（国办发〔2018〕37号），经研究决定，下列文件予以废止。 序号 文件名称 文号 发文日期 1 "
            "关于加强农村低保工作的通知 临民发〔2010〕3号 2010-05-01 2 关于规范临时救助的意见 临民发〔2011〕5号 "
            "2011-06-07",
            "关于加强农村低保工作的通知|临民发〔2010〕3号;关于规范临时救助的意见|临民发〔2011〕5号"},
        Row{"Numbered", "关于宣布失效一批文件的通知",
            "1.《关于加强农村低保工作的通知》（临民发〔2010〕3号） 2.《关于规范临时救助的意见》（临民发〔2011〕5号）",
            "关于加强农村低保工作的通知|临民发〔2010〕3号;关于规范临时救助的意见|临民发〔2011〕5号"},
        Row{"WhatStaysInForceStandsThereToo", "关于公布继续有效和废止的规范性文件目录的公告",
            "1 关于加强农村低保工作的通知 临民发〔2010〕3号", ""},
        Row{"AnotherTitle", "关于公布规范性文件目录的公告", "1 关于加强农村低保工作的通知 临民发〔2010〕3号", ""}),
    [](const auto& row) { return row.param.name; });

TEST(RepealsHostile, AreReadInTimeAndBounded) {
  std::string text;
  for (int row = 0; row < 20'000; ++row) text += "《临溪县敬老院管理办法" + std::to_string(row) + "》、";
  text += "同时废止。";
  std::string nested;
  for (int row = 0; row < 40'000; ++row) nested += "《";
  std::string verbs;
  for (int row = 0; row < 40'000; ++row) verbs += "废止《";
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_LE(read_repeals("公告", text).size(), kRepealsMax);
  EXPECT_TRUE(read_repeals("公告", nested + "》废止").empty());
  EXPECT_TRUE(read_repeals("公告", verbs).empty());
  EXPECT_TRUE(read_repeals("", std::string(300'000, '\xe3')).empty());
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(2));
}

TEST(RepealsHint, IsCheapAndRight) {
  EXPECT_TRUE(may_repeal("关于废止部分文件的决定", ""));
  EXPECT_TRUE(may_repeal("办法", "《甲》同时废止。"));
  EXPECT_FALSE(may_repeal("办法的解读", "《甲》同时废止。"));
  EXPECT_FALSE(may_repeal("办法", "请到窗口办理。"));
}

}  // namespace
}  // namespace xuncha
