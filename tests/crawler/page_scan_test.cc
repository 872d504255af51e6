#include "crawler/page_scan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace xuncha {
namespace {

PageFacts scan(std::string text) {
  auto document = std::make_unique<DecodedText>();
  document->text = std::move(text);
  return scan_page(std::move(document));
}

// "tag attribute raw" of each link, then "|text" where there is one.
std::vector<std::string> shown(const PageFacts& facts) {
  std::vector<std::string> rows;
  for (const Link& link : facts.links) {
    std::string row = std::string(link.tag) + " " + std::string(link.attribute) + " " + std::string(link.raw);
    if (!link.text.empty()) row += "|" + std::string(link.text);
    rows.push_back(row);
  }
  return rows;
}

using Rows = std::vector<std::string>;

struct LinkRow {
  const char* name;
  const char* html;
  Rows links;
};

class PageLinks : public testing::TestWithParam<LinkRow> {};

TEST_P(PageLinks, AreFound) {
  EXPECT_EQ(shown(scan(GetParam().html)), GetParam().links);
}

const LinkRow kLinkRows[] = {
    {"Anchor", "<a href='x.html'>text</a>", {"a href x.html|text"}},
    {"AnchorTextIsCollapsed", "<a href=x> a\n  <b>b</b>&amp;c </a>", {"a href x|a b&c"}},
    {"AnchorTextByAlt", "<a href=x><img src=i.png alt='A &lt; B'></a>", {"a href x|A < B", "img src i.png|A < B"}},
    {"AnchorTextByTitle", "<a href=x title=T></a>", {"a href x|T"}},
    {"ReferencesAreDecoded", "<a href='?a=1&amp;b=2&copy=3'></a>", {"a href ?a=1&b=2&copy=3"}},
    {"SpaceIsStripped", "<a href=' \n x.html '></a>", {"a href x.html"}},
    {"NextAnchorEndsAnUnclosedOne", "<a href=x>1<a>2<a href=y>3</a>", {"a href x|1", "a href y|3"}},
    {"EmptyAndFragmentAndSchemesAreKept",
     "<a href></a><a href='#t'></a><a href='mailto:a@b'></a><a href='tel:1'></a>",
     {"a href ", "a href #t", "a href mailto:a@b", "a href tel:1"}},
    {"AnchorWithoutHrefIsNone", "<a name=x>y</a>", {}},
    {"Area", "<map><area href=x alt=T></map>", {"area href x|T"}},
    {"Resources",
     "<script src=a.js></script><img src=b.png><video src=c.mp4 poster=d.jpg></video><audio src=e.mp3></audio>"
     "<object data=f.swf></object><embed src=g.swf><input type=image src=h.png>",
     {"script src a.js", "img src b.png", "video src c.mp4", "video poster d.jpg", "audio src e.mp3",
      "object data f.swf", "embed src g.swf", "input src h.png"}},
    {"FramesAndForms",
     "<iframe src=a.html></iframe><form action=/s></form><table background=t.gif></table>",
     {"iframe src a.html", "form action /s", "table background t.gif"}},
    {"Srcset", "<img srcset='a.png 1x, b.png 2x,c.png'>", {"img srcset a.png", "img srcset b.png", "img srcset c.png"}},
    {"SrcsetUrlWithCommaInside", "<img srcset='a,b.png 100w, (x'>", {"img srcset a,b.png", "img srcset (x"}},
    {"DataUrlsNeedNoRequest", "<img src='data:image/png;base64,AA'><a href='data:,x'>y</a>", {"a href data:,x|y"}},
    {"OptionOnlyWithAnAddress",
     "<select><option value=2021>2021<option value='http://a.cn/'>A<option value='/b'>B</select>",
     {"option value http://a.cn/|A", "option value /b|B"}},
    {"DataAttributeOnlyWithAnAddress",
     "<div data-id=x.html data-url='./y.html' data-t='/{{a}}'>T</div>",
     {"div data-url ./y.html|T"}},
    {"LazyImage",
     "<img src=blank.gif data-original='/real.jpg'>",
     {"img src blank.gif", "img data-original /real.jpg"}},
    {"OnclickLiteral", "<li onclick=\"window.open('a.html','_blank')\">T</li>", {"li onclick a.html|T"}},
    {"OnclickLocation", "<td onClick='location.href=\"b.html\";return false'>T</td>", {"td onclick b.html|T"}},
    {"JavascriptHref",
     "<a href=\"javascript:location.replace('c.html')\">T</a>",
     {"a href javascript:location.replace('c.html')|T", "a href c.html|T"}},
    {"OnclickComputedIsNone", "<a onclick=\"location.href='d.html?id='+id\">T</a>", {}},
    {"StyleAttribute", "<div style=\"background:url('a.png')\"></div>", {"div style a.png"}},
    {"StyleElement",
     "<style>@import 'a.css'; b{background:url(b.png)} /* url(c.png) */</style>",
     {"style @import a.css", "style url() b.png"}},
    {"MetaRefresh", "<meta http-equiv=Refresh content='0; URL=\"x.html\"'>", {"meta content x.html"}},
    {"LinkElements",
     "<link rel=stylesheet href=a.css><link rel='canonical' href=b><link rel=dns-prefetch href=//c>",
     {"link href a.css", "link href b"}},
    {"CommentsAreNotRead", "<!-- <a href=x>y</a> --><!--[if IE]><script src=ie.js></script><![endif]-->", {}},
    {"ScriptStringsAreNotMarkup", "<script>document.write('<a href=x>y</a>'); location.href='z'</script>", {}},
    {"TextareaIsNotMarkup", "<textarea><a href=x>y</a></textarea>", {}},
    {"NoscriptIsMarkup", "<noscript><a href=x>y</a></noscript>", {"a href x|y"}},
};

INSTANTIATE_TEST_SUITE_P(Rules, PageLinks, testing::ValuesIn(kLinkRows),
                         [](const testing::TestParamInfo<LinkRow>& row) { return std::string(row.param.name); });

TEST(PageScan, TellsTitleMetaBaseHeadings) {
  const PageFacts facts = scan(
      "<head><title> A &amp;\n B </title><base href='/x/'><base href='/y/'><meta NAME=SiteName content='民政局'>"
      "<meta property='og:Type' content=a></head><h1>One <b>two</b></h1><h3> three</h3><h4>four</h4>");
  EXPECT_EQ(facts.title, "A & B");
  EXPECT_EQ(facts.base, "/x/");
  ASSERT_EQ(facts.meta.size(), 2u);
  EXPECT_EQ(facts.meta[0].first, "sitename");
  EXPECT_EQ(facts.meta[0].second, "民政局");
  EXPECT_EQ(facts.meta[1].first, "og:type");
  ASSERT_EQ(facts.headings.size(), 2u);
  EXPECT_EQ(facts.headings[0], "One two");
  EXPECT_EQ(facts.headings[1], "three");
}

TEST(PageScan, VisibleTextIsWhatAReaderSees) {
  const PageFacts facts = scan(
      "<head><title>T</title><style>x{}</style></head><body><p>一、&nbsp;二</p><p>three</p><script>four</script>"
      "<div style='display:none'>five</div><noscript>six</noscript><!-- seven --><td>a</td><td>b</td>c<i>d</i>");
  EXPECT_EQ(facts.visible_text, "一、 二 three a b cd");
  EXPECT_EQ(facts.text_characters, 12u);
}

TEST(PageScan, LinesAreThoseOfTheDocument) {
  const PageFacts facts = scan("\n\n<a href=1></a>\r\n<p>\n<a\nhref=2></a><style>\n\n@import '3';</style>");
  ASSERT_EQ(facts.links.size(), 3u);
  EXPECT_EQ(facts.links[0].line, 3u);
  EXPECT_EQ(facts.links[1].line, 5u);
  EXPECT_EQ(facts.links[2].line, 8u);
}

struct RegionRow {
  const char* name;
  const char* html;
  Region region;
};
class PageRegion : public testing::TestWithParam<RegionRow> {};
TEST_P(PageRegion, OfTheLastLink) {
  const PageFacts facts = scan(GetParam().html);
  ASSERT_FALSE(facts.links.empty());
  EXPECT_EQ(facts.links.back().region, GetParam().region);
}
const RegionRow kRegionRows[] = {
    {"Head", "<html><head><link rel=icon href=x>", Region::kHead},
    {"BodyEndsHead", "<head><meta name=a><div></div><a href=x>", Region::kNone},
    {"Nav", "<nav><ul><li><a href=x>", Region::kNav},
    {"Header", "<header><a href=x>", Region::kNav},
    {"NavEnds", "<nav></nav><a href=x>", Region::kNone},
    {"Word", "<div class='left clearfix'><a href=x>", Region::kAside},
    {"CamelWord", "<div id=topNav_2><a href=x>", Region::kNav},
    {"StrongestWord", "<div class='footer-nav'><a href=x>", Region::kFooter},
    {"MainWordInFooterDoesNotLeaveIt", "<div class=footer><div class=con><a href=x>", Region::kFooter},
    {"NavInMain", "<div class=main><div class=menu><a href=x>", Region::kNav},
    {"StrayDivInCellDoesNotCloseOutside", "<div class=foot><table><tr><td></div><a href=x>", Region::kFooter},
    {"MisnestedSpan", "<div class=foot><span></div></span><a href=x>", Region::kNone},
    {"PartOfAWordIsNone", "<div class=contentious><a href=x>", Region::kNone},
};
INSTANTIATE_TEST_SUITE_P(Rules, PageRegion, testing::ValuesIn(kRegionRows),
                         [](const testing::TestParamInfo<RegionRow>& row) { return std::string(row.param.name); });

struct HiddenRow {
  const char* name;
  const char* html;
  bool hidden;
};
class PageHidden : public testing::TestWithParam<HiddenRow> {};
TEST_P(PageHidden, LastLink) {
  const PageFacts facts = scan(GetParam().html);
  ASSERT_FALSE(facts.links.empty());
  EXPECT_EQ(facts.links.back().hidden, GetParam().hidden);
}
const HiddenRow kHiddenRows[] = {
    {"DisplayNone", "<div style='display:none;'><a href=x>", true},
    {"DisplayNoneSpelling", "<div STYLE='color:red; Display : NONE !important'><p><a href=x>", true},
    {"Closed", "<div style='display:none'></div><a href=x>", false},
    {"Visibility", "<ul style='visibility:hidden'><a href=x>", true},
    {"FarLeft", "<div style='position:absolute;left:-9999px'><a href=x>", true},
    {"NearLeft", "<div style='position:absolute;left:-20px'><a href=x>", false},
    {"FarLeftUnpositioned", "<div style='left:-9999px'><a href=x>", false},
    {"Indent", "<div style='text-indent:-999em'><a href=x>", true},
    {"FontSize", "<div style='font-size:0'><a href=x>", true},
    {"SmallFont", "<div style='font-size:12px'><a href=x>", false},
    {"Opacity", "<div style='opacity:0.0'><a href=x>", true},
    {"HalfOpacity", "<div style='opacity:.5'><a href=x>", false},
    {"ClippedBox", "<div style='height:0;overflow:hidden'><a href=x>", true},
    {"ClearedBox", "<div style='height:0;clear:both'><a href=x>", false},
    {"Attribute", "<div hidden><a href=x>", true},
    {"Marquee", "<marquee height=1 width=4><a href=x>", true},
    {"WideMarquee", "<marquee height=100 width=400><a href=x>", false},
    {"Itself", "<a style='display:none' href=x>", true},
    {"InlineAround", "<span style='display:none'><span>a</span><a href=x>", true},
    {"InlineClosed", "<span style='display:none'><span>a</span></span><a href=x>", false},
    {"ListItemEndsByTheNext", "<ul><li style='display:none'><li><a href=x>", false},
    {"ParagraphEndsByADiv", "<p style='display:none'><div><a href=x>", false},
    {"CellEndsByTheNext", "<table><tr><td style='display:none'><td><a href=x>", false},
    {"StyleRuleById", "<style>#q, .z b {display:none}</style><div id=q><a href=x>", true},
    {"StyleRuleByClass", "<style>/*c*/.q{left:-900px;position:fixed}</style><div class='a q'><a href=x>", true},
    {"StyleRuleForPrint", "<style>@media print{.q{display:none}} p{}</style><div class='q'><a href=x>", false},
    {"WrittenByScript", "<script>document.write('<div style=\"display:none\">')</script><p><a href=x>", true},
    {"WrittenAndClosed",
     "<script>document.write('<div style=display:none>')</script><script>document.write('</div>')</script><a href=x>",
     false},
    {"WrittenWhole", "<script>document.write('<div style=display:none><i>a</i></div>')</script><a href=x>", false},
};
INSTANTIATE_TEST_SUITE_P(Rules, PageHidden, testing::ValuesIn(kHiddenRows),
                         [](const testing::TestParamInfo<HiddenRow>& row) { return std::string(row.param.name); });

TEST(PageScan, LinksOfOneBlockShareTheContainer) {
  const PageFacts facts = scan("<div><ul><li><a href=1><li><p><a href=2></ul><a href=3></div>");
  ASSERT_EQ(facts.links.size(), 3u);
  EXPECT_EQ(facts.links[0].container, 5u);
  EXPECT_EQ(facts.links[1].container, 5u);
  EXPECT_EQ(facts.links[2].container, 0u);
}

TEST(PageScan, FactsSurviveAMove) {
  PageFacts facts = scan("<title>a&amp;b</title><a href='x?a&amp;b'>c &lt; d</a><p>text</p>");
  const PageFacts moved = std::move(facts);
  EXPECT_EQ(moved.title, "a&b");
  EXPECT_EQ(moved.links.at(0).raw, "x?a&b");
  EXPECT_EQ(moved.links.at(0).text, "c < d");
}

TEST(PageScan, CountsComputedPlacesAndTellsARedirectPage) {
  const PageFacts facts = scan(
      "<script>var u='a'; location.href=u; function f(){location='b'}</script>"
      "<script>window.location.href = \"/portal/index.html\";</script><frameset>");
  EXPECT_EQ(facts.unreadable_script_links, 1u);
  EXPECT_EQ(facts.script_redirect, "/portal/index.html");
  EXPECT_TRUE(facts.has_script);
  EXPECT_TRUE(facts.has_frameset);
}

TEST(PageScan, BoundsAreKeptAndTold) {
  std::string text;
  for (int link = 0; link < 10'010; ++link) text += "<a href=x>";
  const PageFacts facts = scan(text);
  EXPECT_EQ(facts.links.size(), 10'000u);
  EXPECT_TRUE(facts.links_cut);
}

}  // namespace
}  // namespace xuncha
