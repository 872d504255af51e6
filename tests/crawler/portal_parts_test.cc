// The parts that pages are read by: META tags, breadcrumbs, document numbers, footers, and what hostile pages cost.
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "core/portal.h"
#include "core/url.h"
#include "crawler/charset.h"
#include "crawler/html_tree.h"
#include "crawler/page_scan.h"
#include "crawler/portal/breadcrumb.h"
#include "crawler/portal/document_fields.h"
#include "crawler/portal/document_number.h"
#include "crawler/portal/footer_facts.h"
#include "crawler/portal/meta_tags.h"
#include "crawler/portal/page_outline.h"
#include "crawler/portal/page_reader.h"
#include "crawler/portal/page_slots.h"
#include "tests/support/stopwatch.h"

namespace xuncha {
namespace {

PageFacts scan(const std::string& html) {
  DecodeOptions options;
  options.content_type = "text/html; charset=utf-8";
  return scan_page(std::make_unique<DecodedText>(decode_document(html, options)));
}

struct TopicsRow {
  const char* name;
  const char* html;
  const char* topics;  // captions, parted by bars; lists by blanks; "" where there is none
};
class TopicLists : public testing::TestWithParam<TopicsRow> {};

TEST_P(TopicLists, AreTheLinksOfABlockUnderTheirName) {
  const HtmlTree tree = HtmlTree::parse(std::string("<body>") + GetParam().html);
  const PageOutline outline(tree.root());
  const auto base = parse_url("http://mzj.example.gov.cn/").url;
  std::string found;
  for (const SlotFacts& list : read_topic_lists(outline, &*base)) {
    EXPECT_EQ(list.kind, "topics");
    if (!found.empty()) found += ' ';
    for (const SlotItem& item : list.items) found += (&item == &list.items.front() ? "" : "|") + item.text;
  }
  EXPECT_EQ(found, GetParam().topics);
}
const std::string kManyTopics = "<div><h3>专题专栏</h3>" + [] {
  std::string links;
  for (int number = 0; number < 21; ++number) links += "<p><a href=/zt/>第" + std::to_string(number) + "个专题</a></p>";
  return links;
}() + "</div>";
INSTANTIATE_TEST_SUITE_P(
    Pages, TopicLists,
    testing::Values(
        TopicsRow{
            "heading_and_list",
            "<div><div class=tit><h3>专题专栏</h3><a href=/zt/>更多&gt;&gt;</a></div><ul><li><a href=/1/>全国两会</a>"
            "<li><a href=/2/>乡村振兴</a></ul></div>",
            "全国两会|乡村振兴"},
        TopicsRow{"pictures",
                  "<div><div>热点专题 MORE+</div><a href=/1/><img src=1.jpg alt=全国两会></a>"
                  "<a href=/2/><img src=2.jpg></a></div>",
                  "全国两会|"},
        TopicsRow{"table",
                  "<table><tr><td>专题</td></tr><tr><td>·<a href=/1/>全国两会</a></td></tr>"
                  "<tr><td>·<a href=/2/>乡村振兴</a></td></tr></table>",
                  "全国两会|乡村振兴"},
        TopicsRow{"heading_is_a_link",
                  "<dl><dt><a href=/zt/>专题聚焦</a></dt><dd><a href=/1/>全国两会</a></dd><dd><a "
                  "href=/2/>乡村振兴</a></dd></dl>",
                  "全国两会|乡村振兴"},
        TopicsRow{"archive", "<div><h3>专题回顾</h3><a href=/1/>全国两会</a><a href=/2/>乡村振兴</a></div>", ""},
        TopicsRow{"way_to_the_archive_beside_the_name",
                  "<div><div><h3>专题专栏</h3><a href=/o/>往期专题</a></div><ul><li><a href=/1/>全国两会</a>"
                  "<li><a href=/2/>乡村振兴</a></ul></div>",
                  ""},
        TopicsRow{
            "menu",
            "<ul><li><a href=/zt/>专题专栏</a><ul><li><a href=/1/>全国两会</a><li><a href=/2/>乡村振兴</a></ul></ul>",
            ""},
        TopicsRow{"navigation",
                  "<div class=nav><div>专题专栏</div><a href=/1/>全国两会</a><a href=/2/>乡村振兴</a></div>", ""},
        TopicsRow{"other_lists_in_the_block",
                  "<div><h3>专题专栏</h3><a href=/1/>全国两会</a><a href=/2/>乡村振兴</a><h3>友情链接</h3>"
                  "<a href=/3/>中国政府网</a></div>",
                  ""},
        TopicsRow{
            "links_before_the_name",
            "<div><a href=/3/>中国政府网</a><h3>专题专栏</h3><a href=/1/>全国两会</a><a href=/2/>乡村振兴</a></div>",
            ""},
        TopicsRow{"articles_with_days",
                  "<div><h3>专题报道</h3><ul><li><a href=/1/>全国两会开幕</a> 2024-03-05<li><a href=/2/>乡村振兴</a> "
                  "2024-03-01"
                  "</ul></div>",
                  ""},
        TopicsRow{"carousel",
                  "<div><h3>专题专栏</h3><div class=swiper-container><a href=/1/><img src=1.jpg alt=全国两会></a>"
                  "<a href=/2/><img src=2.jpg alt=乡村振兴></a></div></div>",
                  ""},
        TopicsRow{"hidden",
                  "<div style=display:none><h3>专题专栏</h3><a href=/1/>全国两会</a><a href=/2/>乡村振兴</a></div>",
                  ""},
        TopicsRow{"one", "<div><h3>专题专栏</h3><a href=/1/>全国两会</a></div>", ""},
        TopicsRow{"index_of_all_topics", kManyTopics.c_str(), ""}),
    [](const auto& row) { return std::string(row.param.name); });

struct NumberRow {
  const char* name;
  const char* text;
  const char* number;  // "" where there is none
};
class NumberInText : public testing::TestWithParam<NumberRow> {};

TEST_P(NumberInText, IsFound) {
  const std::string_view text = GetParam().text;
  const auto number = find_document_number(text);
  EXPECT_EQ(number ? text.substr(number->begin, number->end - number->begin) : std::string_view(), GetParam().number);
}
// The forms of document numbers (发文字号).
const NumberRow kNumbers[] = {
    {"Standard", "国发〔2018〕43号", "国发〔2018〕43号"},
    {"InASentence", "根据 吉民办发〔2022〕4号 文件", "吉民办发〔2022〕4号"},
    {"BlankBeforeTheSign", "沪民便函〔2024〕73 号", "沪民便函〔2024〕73 号"},
    {"SquareBrackets", "常公交易[2019]2号", "常公交易[2019]2号"},
    {"RoundFullWidth", "青民发（2021）5号", "青民发（2021）5号"},
    {"LensBrackets", "青民发【2021】第5号", "青民发【2021】第5号"},
    {"TortoiseSmall", "青民发﹝2022﹞ 9 号", "青民发﹝2022﹞ 9 号"},
    {"Order", "民政部令第35号", "民政部令第35号"},
    {"AnnouncementOfAYear", "民政部公告2024年第3号", "民政部公告2024年第3号"},
    {"NoName", "〔2018〕43号", ""},
    {"NoYear", "国发〔18〕43号", ""},
    {"NoSign", "国发〔2018〕43", ""},
    {"AStreet", "文化路第35号", ""},
    {"YearOfNoDocument", "国发〔1348〕43号", ""},
};
INSTANTIATE_TEST_SUITE_P(Rows, NumberInText, testing::ValuesIn(kNumbers),
                         [](const auto& row) { return row.param.name; });

TEST(DocumentNumber, OfATitleStandsAtItsBeginningOrInBracketsAtItsEnd) {
  EXPECT_EQ(document_number_of_title("青民发〔2020〕17号 转发省厅通知"), "青民发〔2020〕17号");
  EXPECT_EQ(document_number_of_title("关于调整收费标准的通知（青民发〔2020〕3号）"), "青民发〔2020〕3号");
  EXPECT_EQ(document_number_of_title("关于转发鲁民发〔2019〕73号文件的通知"), "");
  EXPECT_EQ(document_number_of_title("转发鲁民发〔2019〕73号文件"), "");
}

TEST(DocumentNumber, StandsAloneWithOrWithoutBrackets) {
  EXPECT_EQ(only_document_number("（青民发〔2020〕3号）"), "青民发〔2020〕3号");
  EXPECT_EQ(only_document_number(" 青民发〔2020〕3号 "), "青民发〔2020〕3号");
  EXPECT_EQ(only_document_number("青民发〔2020〕3号文件"), "");
}

TEST(DocumentNumber, OfAnAnnouncementHasTheYearBeforeItOrBehind) {
  EXPECT_TRUE(is_issue_number("2023年第2号公告"));
  EXPECT_TRUE(is_issue_number("（2023年第2号）"));
  EXPECT_TRUE(is_issue_number("第2号（2023年）"));
  EXPECT_FALSE(is_issue_number("2023年第2号公告发布"));
  EXPECT_FALSE(is_issue_number("2023年第2期"));
  EXPECT_EQ(only_document_number("青禾市民政局2023年第2号公告"), "青禾市民政局2023年第2号公告");
  EXPECT_EQ(only_document_number("2023年第2号公告"), "2023年第2号公告");
  EXPECT_EQ(only_document_number("第2号公告"), "");  // of which year, of whom
  EXPECT_EQ(only_document_number("转发民政部2023年第2号公告"), "");
  EXPECT_EQ(document_number_of_title("青禾市民政局2023年第2号公告"), "青禾市民政局2023年第2号公告");
  EXPECT_EQ(document_number_of_title("青禾市民政局公告第2号（2023年）"), "青禾市民政局公告第2号（2023年）");
  EXPECT_EQ(document_number_of_title("关于年检结论的公告（2023年第2号）"), "2023年第2号");
  EXPECT_EQ(document_number_of_title("民政部2023年第2号公告明确三项政策"), "");
  EXPECT_EQ(document_number_of_title("某大厦住宅2023年第2号楼竣工"), "");
}

TEST(DocumentNumber, LeadsALineBeforeAnotherNumberOrALabel) {
  EXPECT_EQ(leading_document_number("青民报〔2023〕40号　　签发人：张某"), "青民报〔2023〕40号");
  EXPECT_EQ(leading_document_number("青民发〔2020〕17号 青妇字〔2020〕8号"), "青民发〔2020〕17号");
  EXPECT_EQ(leading_document_number("青政规〔2022〕5号 ｜ 发布日期：2022-07-01"), "青政规〔2022〕5号");
  EXPECT_EQ(leading_document_number("青民发〔2020〕17号文件已经印发"), "");
  EXPECT_EQ(leading_document_number("青民发〔2020〕17号 关于加强管理的通知"), "");
}

TEST(MetaTags, AreReadInAnyCaseAndByPropertyOrName) {  // 国办发〔2017〕47号, annex 2
  const PageFacts page = scan(
      "<META NAME=\"SITENAME\" CONTENT=\" 某局 \"><meta property=columnname content=通知公告>"
      "<meta name=publishdate content='2024-04-26'><meta name=ArticleTitle content='null'>"
      "<meta name='SiteIDCode' content='bm01000001'><meta name=Contentsource content='undefined'>");
  const MetaTags meta = read_meta_tags(page);
  EXPECT_EQ(meta.site_name, "某局");
  EXPECT_EQ(meta.column_name, "通知公告");
  EXPECT_EQ(meta.published, "2024-04-26");
  EXPECT_EQ(meta.article_title, "");
  EXPECT_EQ(meta.site_code, "bm01000001");
  EXPECT_EQ(meta.source, "");
}

TEST(MetaTags, TheMandatedNameGoesBeforeOthers) {
  const PageFacts page = scan("<meta name=date content=2024-01-01><meta name=PubDate content=2024-04-26>");
  EXPECT_EQ(read_meta_tags(page).published, "2024-04-26");
}

TEST(MetaTags, PiecesOfTemplatesAreNoValues) {
  for (const std::string_view text :
       {"{{title}}", "${a}", "<%=x%>", "<?php echo $x ?>", "网站名称", "NULL", "  ", "$valid$"}) {
    EXPECT_TRUE(is_placeholder(text)) << text;
  }
  EXPECT_FALSE(is_placeholder("青禾市民政局"));
}

struct CrumbRow {
  const char* name;
  const char* html;
  const char* path;
};
class BreadcrumbOf : public testing::TestWithParam<CrumbRow> {};

TEST_P(BreadcrumbOf, IsRead) {
  const HtmlTree tree = HtmlTree::parse(GetParam().html);
  std::string path;
  for (const std::string& name : read_breadcrumb(PageOutline(tree.root())).path) path += name + "/";
  EXPECT_EQ(path, GetParam().path);
}
const CrumbRow kCrumbs[] = {
    {"Arrows", "<p>当前位置：<a>首页</a> &gt; <a>政务公开</a> &gt; 通知", "首页/政务公开/通知/"},
    {"DoubleArrows", "<p>您现在的位置: <a>首页</a>&gt;&gt;<a>政务公开</a>&gt;&gt;正文", "首页/政务公开/正文/"},
    {"LongArrows", "<p>当前位置：<a>首页</a> --&gt; 通知公告 --&gt; 列表", "首页/通知公告/列表/"},
    {"AnItemEach", "<ul class=breadcrumb><li><a>首页</a><li><span>&gt;</span> <a>要闻</a><li>&gt; 本地",
     "首页/要闻/本地/"},
    {"LabelInItsOwnBlock", "<div><div>当前位置：</div><div><a>首页</a> / <a>新闻</a></div></div>", "首页/新闻/"},
    {"SeparatorWithinTheLink", "<div class=crumb><a>首页 &gt;</a><a>新闻 &gt;</a>正文</div>", "首页/新闻/正文/"},
    {"WithoutALabel", "<div><a>首页</a>&nbsp;&gt;&nbsp;<a>公报</a></div>", "首页/公报/"},
    {"SpacedDash", "<h3>首页 - 新闻动态</h3>", "首页/新闻动态/"},
    {"BehindAClock", "<p>今天是2024年6月18日　当前位置：<a>首页</a> - <a>新闻</a> - <a>动态</a>", "首页/新闻/动态/"},
    {"FromTheOfficesName", "<div class=position><a>某市民政局</a> » <a>新闻</a> » <a>动态</a></div>",
     "某市民政局/新闻/动态/"},
    {"AMenuIsNone", "<div><a>首页</a> | <a>新闻</a> | <a>公开</a></div>", ""},
    {"APlaceInATextIsNone", "<p>当前位置良好，请继续保持。</p>", ""},
};
INSTANTIATE_TEST_SUITE_P(Rows, BreadcrumbOf, testing::ValuesIn(kCrumbs),
                         [](const auto& row) { return row.param.name; });

TEST(DocumentFields, LabelsMayBeSpacedAndSplitAndStandInOneLine) {
  const HtmlTree tree = HtmlTree::parse(
      "<p><b>索 引</b><b> 号：</b>0123/2024-1　发布机构：某局　文号：</p><table><tr><td>有 效 "
      "性</td><td>有效</td></tr></table>");
  const PageOutline outline(tree.root());
  const auto fields = read_fields(outline, 0, static_cast<std::uint32_t>(outline.lines().size()));
  ASSERT_EQ(fields.size(), 4u);
  EXPECT_EQ(fields[0].label + "=" + fields[0].value, "索引号=0123/2024-1");
  EXPECT_EQ(fields[1].label + "=" + fields[1].value, "发布机构=某局");
  EXPECT_EQ(fields[2].label + "=" + fields[2].value, "文号=");
  EXPECT_EQ(fields[3].label + "=" + fields[3].value, "有效性=有效");
  EXPECT_EQ(find_document_table(fields), (std::pair<std::size_t, std::size_t>{0, 4}));
}

TEST(DocumentFields, ABracketClosesALabel) {
  const HtmlTree tree = HtmlTree::parse("<p>【信息来源】某科 【浏览次数】3 [发布机构]：某局 [打印]</p>");
  const PageOutline outline(tree.root());
  const auto fields = read_fields(outline, 0, static_cast<std::uint32_t>(outline.lines().size()));
  ASSERT_GE(fields.size(), 3u);
  EXPECT_EQ(fields[0].label + "=" + fields[0].value, "信息来源=某科");
  EXPECT_EQ(fields[1].label + "=" + fields[1].value, "浏览次数=3");
  EXPECT_EQ(fields[2].label + "=" + fields[2].value, "发布机构=某局");
}

TEST(Footer, IsReadOfTextLinksAndScripts) {  // 国办秘函〔2019〕19号, 网站标识
  const auto base = parse_url("https://www.example.gov.cn/").url;
  const PageFacts page = scan(
      "<p>政府网站标识码：bm01000001 京ICP备05070218号 京公网安备 11010202000001号</p>"
      "<a href='http://bszs.conac.cn/sitename?method=show&amp;id=12AB'><img src=/x.png></a>"
      "<a href='//zfwzzc.www.gov.cn/check_web/errorInfo/jcInfo/bm01000001'>网站找错</a>");
  const FooterFacts footer = read_footer(page, read_meta_tags(page), &*base);
  EXPECT_EQ(footer.site_code, "bm01000001");
  EXPECT_EQ(footer.icp, "京ICP备05070218号");
  EXPECT_EQ(footer.police, "京公网安备11010202000001号");
  EXPECT_EQ(footer.conac, "http://bszs.conac.cn/sitename?method=show&id=12AB");
  EXPECT_EQ(footer.report_entry, "https://zfwzzc.www.gov.cn/check_web/errorInfo/jcInfo/bm01000001");
  const PageFacts written = scan(
      "<script>document.write(unescape(\"%3Cscript id='_jiucuo_' sitecode='3799000012' "
      "src='https%3A//zfwzzc.www.gov.cn/exposure/jiucuo.js'%3E%3C/script%3E\"))</script>");
  const FooterFacts by_script = read_footer(written, read_meta_tags(written), &*base);
  EXPECT_EQ(by_script.site_code, "3799000012");
  EXPECT_EQ(by_script.report_entry, "https://zfwzzc.www.gov.cn/exposure/jiucuo.js");
}

// What a comment switched off is not shown to anybody; one that guards a script's text from old browsers is none.
TEST(Footer, ACommentIsNoFooter) {
  const auto base = parse_url("https://www.example.gov.cn/").url;
  const PageFacts off = scan(
      "<div><!-- <p>政府网站标识码：bm01000001 京ICP备05070218号 京公网安备 11010202000001号</p>"
      "<script id='_jiucuo_' sitecode='3799000012' src='//zfwzzc.www.gov.cn/exposure/jiucuo.js'></script>"
      "<a href='http://bszs.conac.cn/sitename?method=show'></a> --></div>");
  const FooterFacts nothing = read_footer(off, read_meta_tags(off), &*base);
  EXPECT_EQ(nothing.site_code, "");
  EXPECT_EQ(nothing.icp, "");
  EXPECT_EQ(nothing.police, "");
  EXPECT_EQ(nothing.conac, "");
  EXPECT_EQ(nothing.report_entry, "");
  const PageFacts guarded = scan(
      "<!-- exposure/jiucuo --><script><!--\ndocument.write(unescape(\"%3Cscript id='_jiucuo_' sitecode='3799000012' "
      "src='https%3A//zfwzzc.www.gov.cn/exposure/jiucuo.js'%3E%3C/script%3E\"));\n//--></script>");
  const FooterFacts shown = read_footer(guarded, read_meta_tags(guarded), &*base);
  EXPECT_EQ(shown.site_code, "3799000012");
  EXPECT_EQ(shown.report_entry, "https://zfwzzc.www.gov.cn/exposure/jiucuo.js");
}

TEST(PageReader, KnowsWhatMetaAndUrlTellWhereThereIsNoTree) {
  const PageFacts page = scan("<title>关于开展调查的通知_某局</title><meta name=SiteName content=某局>");
  const PortalFacts facts = read_portal_page(page, HtmlNode(), nullptr, *parse_time("2024-05-06"));
  EXPECT_EQ(facts.title, "关于开展调查的通知");
  EXPECT_EQ(facts.site_name, "某局");
  EXPECT_EQ(facts.kind, PageKind::kOther);
  EXPECT_FALSE(facts.list);
}

std::string repeated(std::string_view piece, int count) {
  std::string text;
  for (int index = 0; index < count; ++index) text += piece;
  return text;
}

struct HostileRow {
  const char* name;
  std::string (*make)();
};
class HostilePage : public testing::TestWithParam<HostileRow> {};

// The tree aside, which has a budget of its own.
TEST_P(HostilePage, IsReadInTime) {
  const PageFacts page = scan(GetParam().make());
  const HtmlTree tree = HtmlTree::parse(page.document->text, {std::size_t{256} << 20, std::chrono::seconds(20)});
  ASSERT_TRUE(tree.root());
  const auto base = parse_url("http://www.example.gov.cn/").url;
  const CpuStopwatch watch;
  read_portal_page(page, tree.root(), &*base, *parse_time("2024-05-06"));
  read_topic_lists(PageOutline(tree.root()), &*base);  // which is read of home pages only
  EXPECT_LT(watch.seconds(), 1 * kSlowness);
}

const HostileRow kHostile[] = {
    {"ColonsInOneLine", [] { return "<h1>关于</h1><p>" + repeated("来源:", 60'000); }},
    {"ColonsInManyLines", [] { return "<h1>关于</h1>" + repeated("<p>" + repeated(":", 1'000), 400); }},
    {"Labels", [] { return repeated("<tr><td>来源：<td>文号：", 20'000); }},
    {"Crumbs", [] { return "<p>当前位置：" + repeated("<a>首页</a>&gt;", 20'000); }},
    {"CrumbLines", [] { return repeated("<div class=position>首页</div>", 20'000); }},
    {"NestedCrumbs", [] { return repeated("<div class=position>首页", 400) + repeated("<p>x", 20'000); }},
    {"Titles", [] { return "<title>" + repeated("关于", 200) + "</title>" + repeated("<h1>关于</h1>", 40'000); }},
    {"Dates", [] { return "<h1>关于发放补贴的通知</h1>" + repeated("<p>2024-04-26", 60'000); }},
    {"Numbers", [] { return "<h1>关于</h1><p>" + repeated("〔2024〕", 60'000); }},
    {"TopicLists", [] { return repeated("<div><h3>专题专栏</h3>", 300) + repeated("<a href=/x>专题</a>", 10'000); }},
    {"TopicHeadings", [] { return repeated("<div><p>专题专栏</p></div>", 20'000) + "<a href=/x>两会</a>"; }},
    {"Slots", [] { return repeated("<div class=swiper>", 300) + repeated("<a href=/x><img src=/y></a>", 10'000); }},
    {"SiteCodes", [] { return repeated("标识码：1 ICP备 conac.cn ", 40'000); }},
    {"LongWord", [] { return "<p>" + std::string(1'500'000, 'x'); }},
    {"Links", [] { return repeated("<li><a href=/a>关于发放补贴的通知</a>[04-26]", 20'000); }},
    {"Inline", [] { return "<p>" + repeated("<span>关</span>", 60'000); }},
};
INSTANTIATE_TEST_SUITE_P(Rows, HostilePage, testing::ValuesIn(kHostile),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace xuncha
