// Lists that show a day once for several items, as of 2024-05-06: whose day is whose, and when nobody can say.
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "crawler/charset.h"
#include "crawler/html_tree.h"
#include "crawler/page_scan.h"
#include "crawler/portal/list_reader.h"
#include "tests/support/stopwatch.h"

namespace xuncha {
namespace {

constexpr const char* kTitles[] = {"关于开展2024年养老服务质量提升行动的通知",
                                   "关于公布第二批社区食堂名单的公告",
                                   "市民政局召开基层治理工作推进会",
                                   "关于调整城乡低保标准的通知",
                                   "关于举办社会工作者培训班的通知",
                                   "清明节祭扫服务保障工作平稳有序",
                                   "关于加强殡葬服务机构管理的通知",
                                   "全市社会组织评估等级结果的公示公告",
                                   "我市启动困难群众走访慰问活动"};

// "1" to "9" after a '#' is the link of that title; all else stands as it is.
std::string page_of(std::string_view list) {
  std::string page =
      "<!DOCTYPE html><html><head><meta charset=utf-8><title>通知公告_某某市民政局</title></head><body>"
      "<div class=nav><ul><li><a href=/zwgk/>政务公开信息</a><li><a href=/zwdt/>民政工作动态</a></ul></div>"
      "<div class=weizhi>当前位置：<a href=/>首页</a> &gt; <a href=/zwgk/>政务公开</a> &gt; 通知公告</div><div "
      "class=list>";
  for (std::size_t at = 0; at < list.size(); ++at) {
    if (list[at] != '#') {
      page += list[at];
      continue;
    }
    const std::string number(1, list[++at]);
    page += "<a href=/art/" + number + ".html>" + kTitles[number[0] - '1'] + "</a>";
  }
  return page +
         "</div><div class=page><a href=index_1.html>下一页</a></div><div class=footer>主办单位：某某市民政局 "
         "<a href=http://www.gov.cn/>中国政府网站</a></div></body></html>";
}

ListReading read_page(const std::string& page) {
  const PageFacts scan = scan_page(std::make_unique<DecodedText>(decode_document(page, {})));
  const HtmlTree tree = HtmlTree::parse(scan.document->text, {256u << 20, std::chrono::seconds(5)});
  const auto base = parse_url("http://mzj.example.gov.cn/tzgg/").url;
  return read_lists(scan, tree.root(), &*base, *parse_time("2024-05-06T12:00:00+08:00"));
}

// The items by the numbers of their titles, each with its day: "1:05-06 2:05-06 3:".
std::string days_of(const ListReading& reading) {
  std::string out;
  if (!reading.main) return out;
  for (const ListItem& item : reading.main->items) {
    std::size_t number = 0;
    while (number < std::size(kTitles) && item.title != kTitles[number]) ++number;
    out += (out.empty() ? "" : " ") + std::to_string(number + 1) + ":";
    if (item.day) out += format_day(*item.day).substr(5);
    EXPECT_EQ(item.day_source, item.day ? DaySource::kList : DaySource::kNone);
  }
  return out;
}

struct Row {
  const char* name;
  const char* list;
  const char* days;
};

class DayGroups : public testing::TestWithParam<Row> {};

TEST_P(DayGroups, ItemsBearTheDayAboveThem) {
  const ListReading reading = read_page(page_of(GetParam().list));
  EXPECT_EQ(days_of(reading), GetParam().days);
  EXPECT_GE(reading.main ? reading.main->confidence : 0, kListSure);
}

INSTANTIATE_TEST_SUITE_P(
    Pages, DayGroups,
    testing::Values(
        Row{"headings", "<h4>2024-05-06</h4><ul><li>#1<li>#2</ul><h4>2024-05-05</h4><ul><li>#3</ul>",
            "1:05-06 2:05-06 3:05-05"},
        Row{"many_of_a_day",
            "<h4>2024-05-06</h4><ul><li>#1<li>#2<li>#3<li>#4<li>#5</ul><h4>2024-04-30</h4><ul><li>#6<li>#7</ul>",
            "1:05-06 2:05-06 3:05-06 4:05-06 5:05-06 6:04-30 7:04-30"},
        Row{"definitions",
            "<dl><dt>2024-05-06</dt><dd>#1</dd><dd>#2</dd><dt>2024-05-05</dt><dd>#3</dd><dt>2024-05-03</dt>"
            "<dd>#4</dd><dd>#5</dd></dl>",
            "1:05-06 2:05-06 3:05-05 4:05-03 5:05-03"},
        Row{"paragraphs",
            "<p class=date>2024年5月6日</p><p>#1</p><p>#2</p><p class=date>2024年4月5日</p><p>#3</p><p>#4</p>",
            "1:05-06 2:05-06 3:04-05 4:04-05"},
        Row{"days_of_the_week",
            "<p class=date>2024年5月6日 星期一</p><p>#1</p><p>#2</p><p class=date>2024年5月3日（星期五）</p><p>#3</p>",
            "1:05-06 2:05-06 3:05-03"},
        Row{"blocks_with_days_of_the_week",
            "<div class=day><b>2024-05-06 星期一</b><ul><li>#1</ul></div>"
            "<div class=day><b>2024-05-05 星期日</b><ul><li>#2<li>#3</ul></div>",
            "1:05-06 2:05-05 3:05-05"},
        Row{"rows_of_one_list", "<ul><li class=d>2024-05-06<li>#1<li>#2<li class=d>2024-05-05<li>#3</ul>",
            "1:05-06 2:05-06 3:05-05"},
        Row{"blocks",
            "<div class=day><span>2024-05-06</span><ul><li>#1<li>#2</ul></div>"
            "<div class=day><span>2024-05-05</span><ul><li>#3<li>#4<li>#5</ul></div>",
            "1:05-06 2:05-06 3:05-05 4:05-05 5:05-05"},
        Row{"between_breaks", "2024-05-06<br>#1<br>#2<br>#3<br>2024-05-05<br>#4<br>#5<br>",
            "1:05-06 2:05-06 3:05-06 4:05-05 5:05-05"},
        Row{"row_headings",
            "<table><tr><td colspan=2>2024-05-06</td></tr><tr><td>1</td><td>#1</td></tr><tr><td>2</td><td>#2</td></tr>"
            "<tr><td colspan=2>2024-05-05</td></tr><tr><td>1</td><td>#3</td></tr></table>",
            "1:05-06 2:05-06 3:05-05"},
        Row{"categories",
            "<h4>2024-05-06</h4><ul><li><a href=/tz/>通知公告栏</a>#1<li><a href=/dt/>工作动态栏</a>#2</ul>"
            "<h4>2024-05-05</h4><ul><li><a href=/tz/>通知公告栏</a>#3</ul>",
            "1:05-06 2:05-06 3:05-05"},
        Row{"summaries",
            "<h4>2024-05-06</h4><div><div "
            "class=item><h5>#1</h5><p>为进一步提升全市养老服务质量，决定开展行动。</p></div>"
            "<div class=item><h5>#2</h5><p>第二批名单共有三十家，现予公布。</p></div></div>"
            "<h4>2024-05-05</h4><div><div class=item><h5>#3</h5><p>会议在市政府礼堂召开。</p></div></div>",
            "1:05-06 2:05-06 3:05-05"},
        Row{"without_years",
            "<h4>01-04</h4><ul><li>#1<li>#2</ul><h4>12-28</h4><ul><li>#3</ul><h4>12-25</h4><ul><li>#4</ul>",
            "1:01-04 2:01-04 3:12-28 4:12-25"},
        Row{"rows_spanned",
            "<table><tr><th>日期</th><th>标题</th></tr><tr><td rowspan=2>2024-05-06</td><td>#1</td></tr>"
            "<tr><td>#2</td></tr><tr><td rowspan=3>2024-05-05</td><td>#3</td></tr><tr><td>#4</td></tr>"
            "<tr><td>#5</td></tr><tr><td>2024-05-03</td><td>#6</td></tr></table>",
            "1:05-06 2:05-06 3:05-05 4:05-05 5:05-05 6:05-03"},
        Row{"rows_spanned_behind",
            "<table><tr><td>#1</td><td rowspan=2>2024-05-06</td></tr><tr><td>#2</td></tr>"
            "<tr><td>#3</td><td rowspan=2>2024-05-05</td></tr><tr><td>#4</td></tr></table>",
            "1:05-06 2:05-06 3:05-05 4:05-05"},
        Row{"rows_empty",
            "<table><tr><td>2024-05-06</td><td>#1</td></tr><tr><td></td><td>#2</td></tr>"
            "<tr><td>2024-05-05</td><td>#3</td></tr><tr><td>&nbsp;</td><td>#4</td></tr>"
            "<tr><td> </td><td>#5</td></tr></table>",
            "1:05-06 2:05-06 3:05-05 4:05-05 5:05-05"},
        // Each item shows its own day: read as ever.
        Row{"own_days", "<ul><li>#1 2024-05-06<li>#2 2024-05-06<li>#3 2024-05-05</ul>", "1:05-06 2:05-06 3:05-05"},
        Row{"own_days_before", "<p>2024-05-06</p><p>#1</p><p>2024-05-05</p><p>#2</p><p>2024-05-03</p><p>#3</p>",
            "1:05-06 2:05-05 3:05-03"},
        Row{"attachments_behind",
            "<dl><dt>2024-05-06</dt><dd>#1</dd><dd><a href=/files/9.pdf>附件一：申报表</a></dd><dt>2024-05-05</dt>"
            "<dd>#2</dd><dd><a href=/files/8.pdf>附件二：申报表</a></dd><dt>2024-05-03</dt><dd>#3</dd></dl>",
            "1:05-06 2:05-05 3:05-03"},
        Row{"own_days_behind", "<p>#1</p><p>2024-05-06</p><p>#2</p><p>2024-05-05</p><p>#3</p><p>2024-05-03</p>",
            "1:05-06 2:05-05 3:05-03"}),
    [](const auto& row) { return std::string(row.param.name); });

struct DoubtRow {
  const char* name;
  const char* list;
  const char* none;  // a day that no item of the list may have
};

class DayInDoubt : public testing::TestWithParam<DoubtRow> {};

// What is read at all has no day of its neighbours', and nothing is concluded from it.
TEST_P(DayInDoubt, NothingIsConcluded) {
  const ListReading reading = read_page(page_of(GetParam().list));
  if (!reading.main) return;
  std::size_t dated = 0;
  for (const ListItem& item : reading.main->items) {
    dated += item.day ? 1 : 0;
    if (*GetParam().none != '\0') {
      EXPECT_NE(item.day ? format_day(*item.day) : "", GetParam().none) << item.title;
    }
  }
  const bool is_judged = reading.main->confidence >= kListSure && dated * 2 >= reading.main->items.size() && dated != 0;
  EXPECT_FALSE(is_judged) << days_of(reading);
}

INSTANTIATE_TEST_SUITE_P(
    Pages, DayInDoubt,
    testing::Values(
        // The newest stand before the first heading: what follows is not the newest.
        DoubtRow{"items_before_the_first_heading",
                 "<ul><li>#1<li>#2</ul><h4>2024-05-05</h4><ul><li>#3<li>#4</ul><h4>2024-05-03</h4><ul><li>#5</ul>",
                 "2024-05-03"},
        DoubtRow{"single_items_between_headings",
                 "<p>#1</p><h4>2024-05-05</h4><p>#2</p><h4>2024-05-03</h4><p>#3</p><h4>2024-05-01</h4><p>#4</p>",
                 "2024-05-05"},
        DoubtRow{"a_block_of_no_day_first",
                 "<div class=day><span>本周</span><ul><li>#1<li>#2</ul></div>"
                 "<div class=day><span>2024-05-05</span><ul><li>#3<li>#4<li>#5<li>#6</ul></div>"
                 "<div class=day><span>2024-05-03</span><ul><li>#7<li>#8</ul></div>",
                 ""},
        DoubtRow{"one_heading", "<h4>2024-05-05</h4><ul><li>#1<li>#2<li>#3</ul>", "2024-05-05"},
        DoubtRow{"no_day_above", "<h4>热点</h4><ul><li>#1<li>#2<li>#3</ul><h4>最新</h4><ul><li>#4<li>#5</ul>", ""},
        DoubtRow{"half_of_the_cells_empty_and_days_twice",
                 "<table><tr><td>2024-05-06</td><td>#1</td></tr><tr><td></td><td>#2</td></tr><tr><td></td><td>#3</td>"
                 "</tr><tr><td>2024-05-06</td><td>#4</td></tr><tr><td></td><td>#5</td></tr></table>",
                 ""},
        DoubtRow{"days_of_founding_spanned",
                 "<table><tr><th>成立日期</th><th>名称</th></tr><tr><td rowspan=5>2024-05-06</td><td>#1</td></tr>"
                 "<tr><td>#2</td></tr><tr><td>#3</td></tr><tr><td>#4</td></tr><tr><td>#5</td></tr></table>",
                 "2024-05-06"}),
    [](const auto& row) { return std::string(row.param.name); });

std::string repeat(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t index = 0; index < times; ++index) out += text;
  return out;
}

TEST(DayGroupsHostile, EndSoon) {
  const std::string item = "<li><a href=/1.html>公布名单</a></li>";
  for (const std::string& page :
       {repeat("<h4>2024-05-06</h4><ul>" + item + item + "</ul>", 20'000),
        repeat("<div><h4>2024-05-06</h4>" + item, 4'000), repeat("<div>2024-05-06" + item + item, 4'000),
        "<div>" + repeat("<p>2024-05-06</p>", 30'000) + repeat(item, 30'000) + "</div>",
        "<table>" + repeat("<tr><td rowspan=99999999999999>2024-05-06<td><a href=/1.html>公布名单</a>", 10'000),
        "<table><tr><td rowspan=65534>2024-05-06<td><a href=/1.html>公布名单</a>" +
            repeat("<tr><td><a href=/1.html>公布名单</a>", 10'000)}) {
    const CpuStopwatch watch;
    const ListReading reading = read_page(page);
    EXPECT_LT(watch.seconds(), 2 * kSlowness);
    EXPECT_LE(reading.main ? reading.main->items.size() : 0, 2'000u);
  }
}

}  // namespace
}  // namespace xuncha
