// What an operator may name of a page, and what is read of it (Selectors Level 4: type, class and ID selectors,
// descendant combinator).
#include "crawler/portal/item_selector.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "crawler/charset.h"
#include "crawler/html_tree.h"
#include "crawler/page_scan.h"
#include "crawler/portal/list_reader.h"

namespace xuncha {
namespace {

using namespace std::chrono_literals;

const WallTime kNow = *parse_time("2024-05-06T12:00:00+08:00");

// The ids of what a selector names on a page, in order.
std::string named(const std::string& selector, const std::string& html, std::size_t most = 100) {
  const ItemSelector::Parse parsed = ItemSelector::parse(selector);
  EXPECT_TRUE(parsed.selector) << parsed.fault;
  const HtmlTree tree = HtmlTree::parse(html);
  const ListTree nodes = ListTree::build(tree.root(), kNow);
  std::string ids;
  for (const std::uint32_t index : parsed.selector->find_below(nodes, 0, most)) {
    ids += (ids.empty() ? "" : " ") + std::string(nodes.attribute(index, "id"));
  }
  return ids;
}

TEST(ItemSelector, NamesElementsByTagClassAndId) {
  const std::string html =
      "<body><div id=a class='news top'><ul id=b><li id=c class=x><li id=d></ul></div><ul id=e class=news>"
      "<li id=f></ul></body>";
  EXPECT_EQ(named("li", html), "c d f");
  EXPECT_EQ(named("LI", html), "c d f");
  EXPECT_EQ(named(".news", html), "a e");
  EXPECT_EQ(named("div.news li", html), "c d");
  EXPECT_EQ(named("div.top.news ul li.x", html), "c");
  EXPECT_EQ(named("#e li", html), "f");
  EXPECT_EQ(named("\t ul#e.news   li ", html), "f");
  EXPECT_EQ(named("body ul", html), "b e");
  EXPECT_EQ(named("li", html, 2), "c d");
  EXPECT_EQ(named("ol li", html), "");
  EXPECT_EQ(named("li ul", html), "");
  EXPECT_EQ(named(".New", html), "");  // as written
}

TEST(ItemSelector, OfWhatIsWithinEachOtherTheOuterOneCounts) {
  EXPECT_EQ(named("div", "<div id=a><div id=b></div></div><div id=c></div>"), "a c");
  // Each step is another element.
  EXPECT_EQ(named("div div", "<div id=a><div id=b><div id=c></div></div></div>"), "b");
  EXPECT_EQ(named(".a .b .c", "<p id=1 class='a b c'><b id=2 class='a b'><i id=3 class=c></i></b></p>"), "3");
}

TEST(ItemSelector, ReadsChineseNames) {
  EXPECT_EQ(named(".新闻 li", "<ul class='列表 新闻'><li id=a></ul>"), "a");
}

struct BadSelector {
  const char* text;
  const char* fault;  // begins so
};

TEST(ItemSelector, SaysWhatIsWrongAndWhatIsPermitted) {
  const BadSelector rows[] = {
      {"",
       "is empty; permitted: elements, .classes and #ids, and a blank for what stands below, as in \"div.news li\""},
      {" \t", "is empty; permitted:"},
      {"ul > li", "has '>' at character 4; permitted:"},
      {"li:nth-child(2)", "has ':' at character 3; permitted:"},
      {"a[href]", "has '[' at character 2; permitted:"},
      {"ul li, ol li", "has ',' at character 6; permitted:"},
      {"*", "has '*' at character 1; permitted:"},
      {"新闻>li", "has '>' at character 3; permitted:"},
      {"div\u3000li", "has a full-width blank at character 4; permitted:"},
      {"\u00A0li", "has a full-width blank at character 1; permitted:"},
      {"div. li", "lacks a name behind .; permitted:"},
      {"#", "lacks a name behind #; permitted:"},
      {"p#a#b", "has more than one #id or 5 classes in one step; permitted:"},
      {"p.a.b.c.d.e.f", "has more than one #id or 5 classes in one step; permitted:"},
      {"a b c d e f g h i j k", "has more than 10 steps;"},
      {"\xff", "is no UTF-8; permitted:"},
  };
  for (const BadSelector& row : rows) {
    const ItemSelector::Parse parsed = ItemSelector::parse(row.text);
    EXPECT_FALSE(parsed.selector) << row.text;
    EXPECT_TRUE(parsed.fault.starts_with(row.fault)) << row.text << ": " << parsed.fault;
  }
  EXPECT_TRUE(ItemSelector::parse(std::string(201, 'a')).fault.starts_with("is longer than 200 bytes;"));
  EXPECT_TRUE(ItemSelector::parse(std::string(200, 'a')).selector);
}

ListFacts read_selected(const std::string& html, const std::string& items, const std::string& date = {}) {
  const PageFacts scan = scan_page(std::make_unique<DecodedText>(decode_document(html, {})));
  const HtmlTree tree = HtmlTree::parse(scan.document->text);
  const auto base = parse_url("http://www.portal.gov.cn/tzgg/").url;
  return read_selected_list(
      scan, tree.root(), &*base, kNow,
      {*ItemSelector::parse(items).selector, date.empty() ? std::nullopt : ItemSelector::parse(date).selector});
}

const std::string kTwoLists =
    "<!DOCTYPE html><meta charset=utf-8><div id=left>"
    "<p><a href=a1.html>关于发放高龄津贴的通知</a><i>截止2024-06-30</i><b>2024-05-04</b></p>"
    "<p><a href=a2.html>关于开展养老服务检查的通知</a><i>截止2024-05-31</i><b>2024-04-28</b></p></div>"
    "<div id=right><p><a href=b1.html>县领导调研民政工作</a><b>2024-05-05</b></p></div>"
    "<div class=pager><a href=index_1.html>下一页</a></div>";

TEST(SelectedList, IsWhatTheOperatorNames) {
  const ListFacts list = read_selected(kTwoLists, "#left p", "b");
  EXPECT_EQ(list.method, ListMethod::kConfig);
  EXPECT_EQ(list.confidence, 1);
  ASSERT_EQ(list.items.size(), 2u);
  EXPECT_EQ(list.items[0].title, "关于发放高龄津贴的通知");
  EXPECT_EQ(list.items[0].url, "http://www.portal.gov.cn/tzgg/a1.html");
  EXPECT_EQ(list.items[0].day, CivilDay(2024y / 5 / 4));
  EXPECT_EQ(list.items[0].day_source, DaySource::kList);
  EXPECT_EQ(list.items[1].day, CivilDay(2024y / 4 / 28));
  EXPECT_EQ(list.next_page, "http://www.portal.gov.cn/tzgg/index_1.html");
}

TEST(SelectedList, HasNoDayWhereTheSelectorFindsNone) {
  const ListFacts list = read_selected(
      "<!DOCTYPE html><meta charset=utf-8><ul><li><a "
      "href=t20240504_1.html>关于发放高龄津贴的通知</a><i>2024-05-04</i></ul>",
      "li", "b");
  ASSERT_EQ(list.items.size(), 1u);
  EXPECT_FALSE(list.items[0].day);
}

TEST(SelectedList, IsWithoutItemsAndUnsureWhereNothingIsNamed) {
  const ListFacts list = read_selected(kTwoLists + "暂无信息", "ul.list li");
  EXPECT_EQ(list.method, ListMethod::kConfig);
  EXPECT_TRUE(list.items.empty());
  EXPECT_EQ(list.confidence, 0);
  EXPECT_FALSE(list.says_empty);
}

TEST(SelectedList, BoundsWhatAPageMayHold) {
  std::string html = "<ul>";
  for (int count = 0; count < 3'000; ++count) html += "<li><a href=a.html>news of the county</a></li>";
  EXPECT_EQ(read_selected(html, "li").items.size(), 2'000u);
  std::string deep;
  for (int depth = 0; depth < 300; ++depth) deep += "<div class=a>";
  EXPECT_LE(read_selected(deep + "<a href=x>news of the county</a>", ".a .a .a .a").items.size(), 1u);
}

}  // namespace
}  // namespace xuncha
