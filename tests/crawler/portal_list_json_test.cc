// Lists in answers of JSON: those of known systems (crawler/portal/json_list.h) and others built alike.
#include <gtest/gtest.h>

#include <string>

#include "crawler/portal/json_list.h"
#include "crawler/portal/json_reader.h"

namespace xuncha {
namespace {

std::optional<ListFacts> read(std::string_view json, std::string_view address = "http://mzj.example.gov.cn/api/x") {
  return read_json_list(json, *parse_url(address).url, *parse_time("2024-05-06T12:00:00+08:00"));
}

std::string day_of(const ListFacts& list, std::size_t index) {
  return list.items.at(index).day ? format_day(*list.items.at(index).day) : "";
}

TEST(JsonList, Ucap_ResultsWithTotalAndPages) {
  const auto list = read(
      R"({"code":200,"data":{"rows":45,"page":1,"results":[
        {"title":"关于<em>低保</em>标准的通知","url":"/mzj/c1/202404/a.shtml","publishedTimeStr":"2024-04-26 10:19:00","manuscriptId":"1","memo":""},
        {"title":"关于社区食堂的公告","url":"/mzj/c1/202404/b.shtml","publishedTimeStr":"2024-04-20 08:00:00"}]}})",
      "http://mzj.example.gov.cn/common/search/0a?_isJson=true&page=1");
  ASSERT_TRUE(list.has_value());
  EXPECT_GE(list->confidence, 0.7);
  ASSERT_EQ(list->items.size(), 2u);
  EXPECT_EQ(list->items[0].title, "关于低保标准的通知");
  EXPECT_EQ(list->items[0].url, "http://mzj.example.gov.cn/mzj/c1/202404/a.shtml");
  EXPECT_EQ(day_of(*list, 0), "2024-04-26");
  EXPECT_EQ(list->total_items, 45u);
  EXPECT_EQ(list->total_pages, 23u);
  EXPECT_EQ(list->next_page, "http://mzj.example.gov.cn/common/search/0a?_isJson=true&page=2");
}

TEST(JsonList, Gkmlpt_ArticlesWithSecondsSince1970) {
  const auto list = read(
      R"({"classify":{"post_count":2,"name":"规范性文件"},"articles":[
        {"id":963149,"title":"关于印发办法的通知","url":"http://mzj.example.gov.cn/gkmlpt/content/0/963/post_963149.html",
         "date":1714097940,"created_at":"2024-05-01 00:00:00","display_publish_time":1714097940,"is_expired":false,"attachment":[{"title":"附件","url":"/a.pdf"}]},
        {"id":963150,"title":"关于废止文件的决定","url":"/b.html","display_publish_time":1713097940}]})",
      "http://mzj.example.gov.cn/gkmlpt/api/all/721?page=1&sid=755015");
  ASSERT_TRUE(list.has_value());
  ASSERT_EQ(list->items.size(), 2u);
  EXPECT_EQ(day_of(*list, 0), "2024-04-26");
  EXPECT_TRUE(list->next_page.empty());
  EXPECT_GE(list->confidence, 0.7);
}

TEST(JsonList, PolicyStore_BeanResults) {
  const auto list = read(
      R"({"success":true,"data":{"infoCount":1,"bean":{"results":[{"infoid":7,"title":"养老服务条例","url":"/p/7.html","publishdate":"2024-03-01","validity":"有效"}]}}})");
  ASSERT_TRUE(list.has_value());
  EXPECT_EQ(list->items.size(), 1u);
  EXPECT_EQ(day_of(*list, 0), "2024-03-01");
}

TEST(JsonList, Feed_IsOneArrayWithCapitalNames) {
  const auto list = read(
      R"([{"TITLE":"国务院关于养老服务的意见","URL":"https://www.gov.cn/a.htm","DOCRELPUBTIME":"2024-04-30"},
          {"TITLE":"政府工作报告","URL":"https://www.gov.cn/b.htm","DOCRELPUBTIME":"2024-03-05"}])");
  ASSERT_TRUE(list.has_value());
  EXPECT_EQ(list->items.size(), 2u);
  EXPECT_EQ(list->confidence, 0.75);
}

TEST(JsonList, Callback_IsPassedOver) {
  EXPECT_TRUE(read(R"(cb({"results":[{"title":"通知公告一则","url":"/1.html","date":"2024-04-26"}]});)").has_value());
}

TEST(JsonList, Empty_ResultsOfAKnownSystemSayEmpty) {
  const auto list = read(R"({"data":{"rows":0,"results":[]}})");
  ASSERT_TRUE(list.has_value());
  EXPECT_TRUE(list->says_empty);
  EXPECT_GE(list->confidence, 0.7);
}

TEST(JsonList, Undated_OtherArraysAreNotBelieved) {
  const auto list = read(R"({"list":[{"title":"栏目导航一"},{"title":"栏目导航二"}]})");
  ASSERT_TRUE(list.has_value());
  EXPECT_LT(list->confidence, 0.7);
}

TEST(JsonList, NoList_InOtherTexts) {
  for (const char* text :
       {"", "<html></html>", "{}", "[]", "{\"a\":", "[1,2", "{\"a\":1 \"b\":2}", "null", "[}", "\"x"}) {
    EXPECT_FALSE(read(text).has_value()) << text;
  }
}

TEST(JsonReader, Escapes_Rfc8259Section7) {
  JsonReader reader(R"(["a\u4E2D\uD83D\uDE00\"\\\/\ud800"])");
  EXPECT_EQ(reader.next(), JsonReader::Event::kBeginArray);
  EXPECT_EQ(reader.next(), JsonReader::Event::kString);
  EXPECT_EQ(reader.text(), "a中\U0001F600\"\\/\uFFFD");
  EXPECT_EQ(reader.next(), JsonReader::Event::kEndArray);
  EXPECT_EQ(reader.next(), JsonReader::Event::kEnd);
}

TEST(JsonReader, House_DeepNestingFails) {
  std::string deep(200'000, '[');
  EXPECT_FALSE(read(deep).has_value());
}

}  // namespace
}  // namespace xuncha
