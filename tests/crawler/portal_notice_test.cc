// Pages that say only that they are not there yet, and texts that only use the words.
#include <gtest/gtest.h>

#include <string>

#include "crawler/portal/building_notice.h"

namespace xuncha {
namespace {

struct Row {
  const char* name;
  const char* text;
  const char* notice;
};
class BuildingNotice : public testing::TestWithParam<Row> {};
TEST_P(BuildingNotice, IsReadOfThePageItself) {
  EXPECT_EQ(building_notice(GetParam().text), GetParam().notice);
}
INSTANTIATE_TEST_SUITE_P(
    Wordings, BuildingNotice,
    testing::Values(Row{"column", "首页 栏目建设中，敬请期待！", "栏目建设中"}, Row{"alone", "建设中……", "建设中"},
                    Row{"is_being", "正在建设，请稍候", "正在建设"},
                    Row{"site", "尊敬的用户：网站正在升级改版，给您带来不便敬请谅解。", "网站正在升级改版"},
                    Row{"this_column", "本栏目正在建设中，敬请期待", "本栏目正在建设中"},
                    Row{"this_system", "该系统正在升级维护中，请稍后再试。", "该系统正在升级维护中"},
                    Row{"function", "功能建设中", "功能建设中"},
                    Row{"with_its_frame",
                        "首页 政务公开 办事服务 互动交流 当前位置：首页>基层建设 本栏目正在建设中，敬请期待！ "
                        "主办：巡查县民政局办公室 版权所有：巡查县民政局",
                        "本栏目正在建设中"},
                    Row{"platform_of_others", "目前全县统一的线上办理平台正在建设。", ""},
                    Row{"guide_with_such_a_clause",
                        "老年人优待证办理指南 申请材料：身份证原件及复印件一份、近期一寸免冠照片两张、户口簿。"
                        "办理时间：周一至周五上午八点半至十二点。咨询电话：12345。本栏目内容正在建设。",
                        ""},
                    Row{"upgrade", "网站升级改版中", "网站升级改版中"}, Row{"works", "我市高铁正在建设中。", ""},
                    Row{"in_a_title", "在美丽乡村建设中展现担当", ""}, Row{"of_works", "正在建设中的养老院", ""},
                    Row{"soon", "敬请期待", ""}, Row{"empty", "", ""}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(BuildingNotices, ALongPageSaysSomething) {
  std::string text = "栏目建设中。";
  EXPECT_FALSE(building_notice(text).empty());
  for (int line = 0; line < 60; ++line) text += "全市民政工作会议召开。";
  EXPECT_TRUE(building_notice(text).empty());
  EXPECT_TRUE(building_notice(std::string(5'000'000, '\xe5')).empty());
}

}  // namespace
}  // namespace xuncha
