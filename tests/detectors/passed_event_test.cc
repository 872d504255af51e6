// Which titles announce what is over, by their wording alone; all others are silent.
#include "detectors/passed_event.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

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
        Row{"sessions_of_this_year", "聚焦2021年全国两会专题", ""},
        Row{"what_sessions_leave_behind", "2019年两会建议提案办理结果专栏", ""},
        Row{"spirit_of_the_sessions", "学习贯彻2019年全国两会精神专题", ""},
        Row{"news_of_sessions", "2019年两会代表谈养老", ""}, Row{"looking_back", "历史专题：2019年两会", ""},
        Row{"year_of_a_plan", "2019年部门决算专栏", ""},
        Row{"hostile_long", "喜迎喜迎喜迎喜迎喜迎喜迎喜迎喜迎喜迎喜迎喜迎喜迎喜迎喜迎喜迎喜迎国庆70周年", ""},
        Row{"empty", "", ""}),
    [](const auto& row) { return std::string(row.param.name); });

// The title is the first of the list's topics, parted by bars.
class PassedTopic : public testing::TestWithParam<Row> {};
TEST_P(PassedTopic, IsToldWhereItsNameIsTheEvent) {
  std::vector<std::string_view> topics;
  for (std::string_view rest = GetParam().title; topics.empty() || !rest.empty();) {
    const std::size_t end = std::min(rest.find('|'), rest.size());
    topics.push_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  const auto day = passed_topic(topics.front(), topics, kNow);
  EXPECT_EQ(day ? format_day(*day) : std::string(), GetParam().day);
}
INSTANTIATE_TEST_SUITE_P(
    Wordings, PassedTopic,
    testing::Values(
        Row{"sessions", "2020年全国两会|党史学习教育", "2020-03-31"},
        Row{"sessions_without_a_sign", "2019两会", "2019-03-31"},
        Row{"sessions_of_a_province", "聚焦2019年新疆维吾尔自治区两会专题报道", "2019-03-31"},
        Row{"sessions_in_marks", "【2020年“全国两会”】", "2020-03-31"},
        Row{"sessions_of_this_year", "2021年全国两会", ""}, Row{"national_day", "迎接2020年国庆", "2020-10-08"},
        Row{"national_day_alone", "2019年国庆", "2019-10-08"},
        Row{"two_festivals", "2020年国庆、中秋假期专题", "2020-10-08"}, Row{"festival_of_now", "2021年春节", ""},
        Row{"festival_of_three_months_ago", "2021年元旦", "2021-01-03"},
        Row{"year_of_a_jubilee", "庆祝中华人民共和国成立70周年", "2019-12-31"},
        Row{"deadline", "网上问卷调查 截止日期：2020-12-31", "2020-12-31"}, Row{"congress", "喜迎十九大", "2017-10-24"},
        Row{"congress_itself", "党的十九大", ""},
        // A list that holds its archive, or leads to it.
        Row{"beside_the_archive", "2019年全国两会|往期专题", ""},
        Row{"beside_past_years", "2019年全国两会|历年两会", ""}, Row{"archive_itself", "历史专题|2019年全国两会", ""},
        Row{"looking_back", "2019年全国两会回顾", ""}, Row{"beside_its_successor", "2020年全国两会|2021年全国两会", ""},
        Row{"beside_its_predecessor", "2020年全国两会|2019年全国两会", ""},
        Row{"another_two_sessions", "2019年中国—东盟两会", ""},
        Row{"beside_another_event", "2020年全国两会|2021年春节", "2020-03-31"},
        // A year of something else.
        Row{"yearly_report", "2019年政府信息公开年报", ""}, Row{"plan", "十三五规划（2016-2020年）", ""},
        Row{"plan_of_a_year", "2019年重点工作", ""}, Row{"budget", "2019年部门预决算公开", ""},
        Row{"report_of_sessions", "2019年两会政府工作报告", ""}, Row{"proposals", "2019年两会建议提案办理", ""},
        Row{"spirit", "学习贯彻2019年全国两会精神", ""}, Row{"delegates", "2019年代表委员看两会", ""},
        Row{"census", "2020年第七次全国人口普查", ""}, Row{"campaign", "2019年国家网络安全宣传周", ""},
        Row{"festival_of_something", "2019年国庆路改造工程", ""}, Row{"market", "2019年春节市场供应保障", ""},
        Row{"event_without_year", "全国两会", ""}, Row{"two_years", "2018-2019年春节", ""},
        Row{"theme_without_day", "不忘初心牢记使命主题教育", ""},
        Row{"hostile_leads", "聚焦聚焦聚焦聚焦聚焦聚焦聚焦2019", ""},
        Row{"hostile_digits", "20192019201920192019年两会", ""}, Row{"empty", "", ""}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(PassedTopics, Boundary_TheirDaysAreCountedFromTheEnd) {
  const std::string_view sessions[] = {"2019年全国两会"};
  EXPECT_FALSE(passed_topic(sessions[0], sessions, *parse_time("2019-09-27T12:00:00+08:00")));
  EXPECT_TRUE(passed_topic(sessions[0], sessions, *parse_time("2019-09-28T12:00:00+08:00")));
  const std::string_view jubilee[] = {"庆祝中国共产党成立100周年"};
  EXPECT_FALSE(passed_topic(jubilee[0], jubilee, *parse_time("2022-03-31T12:00:00+08:00")));
  EXPECT_TRUE(passed_topic(jubilee[0], jubilee, *parse_time("2022-04-01T12:00:00+08:00")));
}

TEST(PassedEvents, Hostile_AnyBytesAreSilent) {
  const std::string digits(100'000, '9');
  const std::string_view topics[] = {digits, "\xff\xfe两\xe4"};
  for (const std::string_view topic : topics) EXPECT_FALSE(passed_topic(topic, topics, kNow));
  EXPECT_FALSE(passed_event(std::string(100'000, '9'), kNow));
  EXPECT_FALSE(passed_event("\xff\xfe截止\xe4\xb8", kNow));
}

}  // namespace
}  // namespace xuncha
