// Lists that scripts fill in: where their data stands, and what an answer puts in their place.
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "crawler/charset.h"
#include "crawler/html_tree.h"
#include "crawler/page_scan.h"
#include "crawler/portal/data_list.h"
#include "crawler/portal/list_reader.h"

namespace xuncha {
namespace {

constexpr const char* kPage = "https://mzj.example.gov.cn/col/col1229/index.html";
constexpr const char* kData = "https://mzj.example.gov.cn/common/search/0123456789abcdef0123456789abcdef?page=1";

WallTime now() {
  return *parse_time("2024-05-06T12:00:00+08:00");
}

ListFacts shell() {
  ListFacts list;
  list.script_rendered = true;
  list.confidence = 0.4;
  list.data_url = kData;
  list.data_is_known = true;
  return list;
}

bool fill(ListFacts& list, std::string_view body) {
  return fill_list(list, body, *parse_url(kData).url, *parse_url(kPage).url, now());
}

ListFacts read_page(const std::string& body) {
  const std::string html =
      "<!DOCTYPE html><html><head><meta charset=utf-8><title>通知公告</title><meta name=ColumnName content=通知公告>"
      "</head><body>" +
      body + "</body></html>";
  const PageFacts scan = scan_page(std::make_unique<DecodedText>(decode_document(html, {})));
  const HtmlTree tree = HtmlTree::parse(scan.document->text);
  const auto base = parse_url(kPage).url;
  return read_lists(scan, tree.root(), &*base, now()).main.value_or(ListFacts());
}

std::string unit(const std::string& tag, const std::string& id) {
  return "<div><script url=\"/api-gateway/jpaas-publish-server/front/page/build/unit\" queryData=\"{'parseType':"
         "'bulidstatic','webId':'30','tplSetId':'t1','pageType':'column','tagId':'" +
         tag + "','editType':'null','pageId':'" + id + "'}\"></script></div>";
}

TEST(DataList, AskedForOnlyWhereAScriptFillsTheList) {
  EXPECT_TRUE(address_of_data(shell()).has_value());
  ListFacts read = shell();
  read.script_rendered = false;  // Hanweb's data_url is its next page
  EXPECT_FALSE(address_of_data(read).has_value());
  ListFacts guessed = shell();
  guessed.data_is_known = false;  // some script of the page asks there, perhaps for another box
  EXPECT_FALSE(address_of_data(guessed).has_value());
  ListFacts unknown = shell();
  unknown.data_url.clear();
  EXPECT_FALSE(address_of_data(unknown).has_value());
}

TEST(DataList, ItemsOfAnAnswerStandInItsPlace) {
  ListFacts list = shell();
  ASSERT_TRUE(fill(list, R"({"data":{"rows":30,"results":[
    {"title":"关于低保标准的通知","url":"/a.shtml","publishedTimeStr":"2024-04-26 10:19:00"},
    {"title":"关于社区食堂的公告","url":"/b.shtml","publishedTimeStr":"2024-04-20 08:00:00"}]}})"));
  EXPECT_FALSE(list.script_rendered);
  EXPECT_GE(list.confidence, 0.7);
  EXPECT_EQ(list.method, ListMethod::kCms);
  ASSERT_EQ(list.items.size(), 2u);
  EXPECT_EQ(list.items[0].url, "https://mzj.example.gov.cn/a.shtml");
  EXPECT_EQ(format_day(*list.items[0].day), "2024-04-26");
  EXPECT_EQ(list.total_pages, 15u);
}

TEST(DataList, Jpaas_MarkupInsideJson) {
  ListFacts list = shell();
  ASSERT_TRUE(fill(
      list,
      R"({"success":true,"code":"200","data":{"html":"<div class='page-content'><ul>)"
      R"(<li><a href='/art/2024/4/26/art_1.html' title='关于城市道路命名的公示公告'>关于城市道路命名的...</a><span>2024-04-26</span></li>)"
      R"(<li><a href='/art/2024/4/19/art_2.html'>关于殡葬服务收费的通知</a><span>2024-04-19</span></li>)"
      R"(<li><a href='/art/2024/4/2/art_3.html'>清明祭扫预约服务指引</a><span>2024-04-02</span></li>)"
      R"(</ul></div><div class='pagination' rows='15' count='46' pageNo='1'></div>"}})"));
  ASSERT_EQ(list.items.size(), 3u);
  EXPECT_EQ(list.items[0].title, "关于城市道路命名的公示公告");
  EXPECT_EQ(list.items[0].url, "https://mzj.example.gov.cn/art/2024/4/26/art_1.html");
  EXPECT_EQ(list.total_items, 46u);
  EXPECT_EQ(list.total_pages, 4u);
}

TEST(DataList, House_AnswersThatProveNothingLeaveItUnknown) {
  // Empty ones too: a question without the token that a browser sends is answered so.
  for (const char* body : {R"({"data":{"rows":0,"results":[]}})", R"({"code":403,"msg":"token"})", "<html>403</html>",
                           "", R"({"data":{"html":""}})", R"({"data":{"html":"<p>暂无信息</p>"}})",
                           R"({"data":{"html":"<ul><li><a href='/a'>没有日期的标题一</a></li></ul>"}})"}) {
    ListFacts list = shell();
    EXPECT_FALSE(fill(list, body)) << body;
    EXPECT_TRUE(list.script_rendered) << body;
    EXPECT_FALSE(list.says_empty) << body;
    EXPECT_TRUE(list.items.empty()) << body;
  }
}

TEST(DataList, Jpaas_TheUnitOfTheListIsAsked) {
  const ListFacts list = read_page(unit("左侧导航", "n1") + unit("当前栏目list", "1229&x"));
  EXPECT_TRUE(list.script_rendered);
  EXPECT_EQ(list.data_url,
            "https://mzj.example.gov.cn/api-gateway/jpaas-publish-server/front/page/build/unit?parseType=bulidstatic&"
            "webId=30&tplSetId=t1&pageType=column&tagId=%E5%BD%93%E5%89%8D%E6%A0%8F%E7%9B%AElist&editType=null&"
            "pageId=1229%26x");
  EXPECT_EQ(read_page(unit("右侧内容", "7")).data_url.find("pageId=7") != std::string::npos, true);
}

TEST(DataList, Jpaas_UnitsOfFramesAreNoList) {
  for (const char* tag : {"左侧导航", "面包屑", "底部", "头部banner"}) {
    EXPECT_TRUE(read_page(unit(tag, "1")).data_url.empty()) << tag;
  }
}

}  // namespace
}  // namespace xuncha
