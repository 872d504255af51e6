// Which titles announce what is over, by their wording alone; all others are silent.
#include "detectors/passed_event.h"

#include <gtest/gtest.h>

#include <string>

namespace xuncha {
namespace {

using namespace std::chrono_literals;

const WallTime kNow = *parse_time("2021-04-07T12:00:00+08:00");

struct Row {
  const char* name;
  const char* title;
  const char* day;  // "" : nothing is told
};
class PassedEvent : public testing::TestWithParam<Row> {};
TEST_P(PassedEvent, IsToldWhereTheWordingIsPlain) {
  const auto day = passed_event(GetParam().title, kNow);
  EXPECT_EQ(day ? format_day(*day) : std::string(), GetParam().day);
}
INSTANTIATE_TEST_SUITE_P(
    Wordings, PassedEvent,
    testing::Values(
        Row{"deadline", "关于《养老服务条例》公开征求意见的公告（截止2021年3月1日）", "2021-03-01"},
        Row{"deadline_labelled", "网上问卷调查 截止日期：2020-12-31", "2020-12-31"},
        Row{"boundary_deadline_of_thirty_days", "公开征集意见（截止2021年3月8日）", ""},
        Row{"deadline_to_come", "公开征集意见（截止2021年5月1日）", ""},
        Row{"deadline_without_year", "公开征集意见（截止3月1日）", ""},
        Row{"result_of_it", "关于征集意见结果的公告（截止2021年3月1日）", ""},
        Row{"period_to_apply", "招聘公告（报名时间：2020年12月1日至2021年1月15日）", "2021-01-15"},
        Row{"period_to_tell_opinions", "公开征求意见 征求意见时间为2020年12月1日至2020年12月31日", "2020-12-31"},
        Row{"period_that_is_applied_for", "关于2020年1月1日至2020年9月30日期间吸纳就业补贴申报的通知", ""},
        Row{"period_behind_the_word", "关于申报2020年1月1日至2020年9月30日吸纳就业补贴的通知", ""},
        Row{"day_that_is_applied_for", "关于2020年9月30日前登记企业申报补贴的通知", ""},
        Row{"day_to_apply_before", "招聘公告：请于2020年9月30日前报名", "2020-09-30"},
        Row{"a_day_that_is_no_deadline", "2021年1月5日全市民政工作会议召开", ""},
        Row{"jubilee", "喜迎国庆70周年", "2019-10-01"},
        Row{"jubilee_in_full", "热烈庆祝中华人民共和国成立70周年", "2019-10-01"},
        Row{"party_to_come", "庆祝中国共产党成立100周年", ""},
        Row{"news_of_a_jubilee", "我市举行庆祝中华人民共和国成立70周年升旗仪式", ""},
        Row{"jubilee_spaced", "热烈庆祝建国 70周年", "2019-10-01"},
        Row{"jubilee_of_a_school", "热烈庆祝建国中学建校70周年", ""},
        Row{"jubilee_of_a_street", "热烈庆祝建国路小学70周年", ""},
        Row{"jubilee_of_a_town", "庆祝国庆镇成立60周年", ""}, Row{"jubilees_of_two", "庆祝建国70周年暨建校70周年", ""},
        Row{"festival_in_a_name", "庆祝2020年国庆路小学落成", ""},
        Row{"jubilee_of_something_else", "庆祝我局成立60周年", ""}, Row{"festival", "欢度2020年春节", "2020-02-28"},
        Row{"festival_of_now", "欢度2021年春节", ""}, Row{"festival_without_year", "欢度国庆", ""},
        Row{"congress", "喜迎十九大 建功新时代", "2017-10-24"},
        Row{"spirit_of_the_congress", "深入学习贯彻党的十九大精神", ""},
        Row{"sessions", "聚焦2019年全国两会专题", "2019-03-31"},
        Row{"sessions_of_this_year", "聚焦2021年全国两会专题", ""}, Row{"news_of_sessions", "2019年两会代表谈养老", ""},
        Row{"looking_back", "历史专题：2019年两会", ""}, Row{"year_of_a_plan", "2019年部门决算专栏", ""},
        Row{"hostile_long", "喜迎喜迎喜迎喜迎喜迎喜迎喜迎喜迎喜迎喜迎喜迎喜迎喜迎喜迎喜迎喜迎国庆70周年", ""},
        Row{"empty", "", ""}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(PassedEvents, Hostile_AnyBytesAreSilent) {
  EXPECT_FALSE(passed_event(std::string(100'000, '9'), kNow));
  EXPECT_FALSE(passed_event("\xff\xfe截止\xe4\xb8", kNow));
}

}  // namespace
}  // namespace xuncha
