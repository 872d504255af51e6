// What pages show to the detectors of content, and what must not be taken for a fault.
#include "daemon/patrol/content_facts.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "core/civil.h"
#include "crawler/charset.h"
#include "crawler/html_tree.h"
#include "crawler/page_scan.h"
#include "crawler/portal/page_reader.h"

namespace xuncha {
namespace {

using namespace std::chrono_literals;

const WallTime kNow = *parse_time("2026-11-20T10:00:00+08:00");
const Url kUrl = *parse_url("http://www.linxi-demo.gov.cn/").url;

PageFacts scanned(const std::string& html) {
  return scan_page(std::make_unique<DecodedText>(decode_document(html, {})));
}
PortalFacts read(const PageFacts& page, const Url& url = kUrl) {
  const HtmlTree tree = HtmlTree::parse(page.document->text);
  return read_portal_page(page, tree.root(), &url, kNow);
}

FootSight foot(const PageFacts& page) {
  return foot_of(page, read(page).footer);
}
bool says_government(const std::string& html, const Url& url) {
  const PageFacts page = scanned(html);
  return is_of_government(page, read(page, url).footer);
}

struct FootRow {
  const char* name;
  const char* html;
  FootFact fact;
  FootMark mark;
};
class Foot : public testing::TestWithParam<FootRow> {};
TEST_P(Foot, IsRead) {
  const FootSight sight = foot(scanned(GetParam().html));
  EXPECT_EQ(sight.marks[static_cast<std::size_t>(GetParam().fact)], GetParam().mark);
}
INSTANTIATE_TEST_SUITE_P(
    Marks, Foot,
    testing::Values(
        FootRow{"Number", "<p>京ICP备05070218号</p>", FootFact::kIcp, FootMark::kThere},
        FootRow{"NumberOfNoProvince", "<p>备案号：临ICP备00000001号</p>", FootFact::kIcp, FootMark::kUnreadable},
        FootRow{"NoNumber", "<p>版权所有</p>", FootFact::kIcp, FootMark::kMissing},
        FootRow{"WrittenByAScript",
                "<script>document.write(unescape(\"%3Cspan id='_ideConac' %3E%3C/span%3E%3Cscript "
                "src='https://dcs.conac.cn/js/25/x.js'%3E%3C/script%3E\"))</script>",
                FootFact::kConac, FootMark::kThere},
        FootRow{"APictureOfTheMark", "<p><img src='/images/dzjg.png'></p>", FootFact::kConac, FootMark::kUnreadable},
        FootRow{"AnEntryOfTheirOwn", "<a href='/jiucuo.html'>我要纠错</a>", FootFact::kReport, FootMark::kUnreadable},
        FootRow{"APlaceholder", "<meta name='SiteIDCode' content='政府网站标识码'>", FootFact::kSiteCode,
                FootMark::kUnreadable}),
    [](const auto& row) { return row.param.name; });

TEST(FootSource, IsAScriptWhereAFileOfThatNameIsBrought) {
  EXPECT_TRUE(foot(scanned("<p>版权所有</p><script src='/js/footer.js'></script>")).by_script);
  EXPECT_TRUE(foot(scanned("<p>版权所有</p><iframe src='/inc/bottom.html'></iframe>")).by_script);
  EXPECT_TRUE(foot(scanned("<div id=f></div><script>$('#f').load('/inc/f.html')</script>")).by_script);
  EXPECT_FALSE(foot(scanned("<p>版权所有</p><script src='/js/menu.js'></script>")).by_script);
}

TEST(Tags, CountOnlyWithAValue) {
  EXPECT_EQ(mandated_tags_of(scanned("<meta name='SiteName' content='临溪县'><meta name='sitedomain' content='null'>"
                                     "<meta name='Site_ID_Code' content='{{code}}'>")),
            1u);
  EXPECT_EQ(
      mandated_tags_of(scanned("<meta name='sitename' content='临溪县'><meta property='SiteDomain' content='a'>")), 3u);
  EXPECT_EQ(mandated_tags_of(scanned("")), 0u);
}

TEST(Government, SaysSoByCodeOrMarks) {  // by its host alone: only where it has the pages of a portal
  const Url other = *parse_url("http://www.example.cn/").url;
  EXPECT_FALSE(says_government("", kUrl));
  EXPECT_FALSE(says_government("<p>京ICP备05070218号</p>", other));
  EXPECT_TRUE(says_government("<p>网站标识码：3205820001</p>", other));
  EXPECT_FALSE(says_government("", *parse_url("http://notgov.cn/").url));
}

TEST(Home, ShowsDaysButNotClocksAndDaysToCome) {
  const HomeSight sight =
      home_of(scanned("<p>今天是2026年11月20日 星期五</p><ul><li><a href=/a>甲</a><span>2026-10-01</span></li>"
                      "<li><a href=/b>乙</a><span>[10-03]</span></li></ul><p>有效期至2027-01-01</p>"),
              kUrl, false, kNow);
  EXPECT_EQ(sight.dated, 2u);
  EXPECT_EQ(sight.newest_shown, 2026y / 10 / 3);
  EXPECT_EQ(sight.newest_hidden, 2026y / 10 / 3);
  EXPECT_FALSE(sight.by_script);
}
TEST(Home, HiddenDaysAreSignsOfNews) {
  EXPECT_EQ(home_of(scanned("<a href='/gzdt/202611/t20261118_1.html'>甲</a>"), kUrl, false, kNow).newest_hidden,
            2026y / 11 / 18);
  EXPECT_EQ(home_of(scanned("<script>var list='<li>甲 2026-11-17</li>'</script>"), kUrl, false, kNow).newest_hidden,
            2026y / 11 / 17);
  EXPECT_TRUE(home_of(scanned("<script>$.ajax('/list.do')</script>"), kUrl, false, kNow).by_script);
}
TEST(Home, House_LongHeadlinesThatLeadAwayHaveNoDay) {
  EXPECT_EQ(home_of(scanned("<a href='http://www.gov.cn/zhengce/content_6911528.htm'>国务院办公厅关于做好困难群众生活保"
                            "障工作的通知</a><a href='http://www.mca.gov.cn/'>民政部</a>"),
                    kUrl, false, kNow)
                .undated_headlines,
            1u);
}

std::string list_with(const std::string& mark) {
  std::string html = "<html><head><title>帮扶动态</title></head><body><ul class=list>";
  for (int item = 1; item <= 9; ++item) {
    html += "<li><a href='/bfdt/" + std::to_string(item) + ".html'>困难群众入户走访活动情况之" + std::to_string(item) +
            "</a>" + (item == 1 ? mark : "") + "<span>2026-08-0" + std::to_string(10 - item) + "</span></li>";
  }
  return html + "</ul><div class=pager><a href='/bfdt/index_1.html'>下一页</a> 共2页</div></body></html>";
}
TEST(NewMarks, StandBesideItems) {
  const Url url = *parse_url("http://www.linxi-demo.gov.cn/bfdt/").url;
  const auto marks = [&url](const std::string& mark) {
    const PageFacts page = scanned(list_with(mark));
    return new_marks_of(page, read(page, url), url, kNow).marks;
  };
  EXPECT_EQ(marks("<img src='/images/new.gif' alt='新'>"), 1u);
  EXPECT_EQ(marks("<img src='/images/news.gif'>"), 0u);
  EXPECT_EQ(marks(""), 0u);
  // A script hides those that are old.
  EXPECT_EQ(marks("<img src='/images/new.gif' class='mark' date-value='2026/08/09'>"), 0u);
  EXPECT_EQ(marks("<img src='/images/new.gif' style='display:none'>"), 0u);
}

TEST(Hostile, AnyBytesAreAPage) {
  for (const std::string& html :
       {std::string(), std::string(5'000, '\xff'), std::string("<img <img src=") + std::string(3'000, 'x'),
        std::string("<img src='new.gif"), std::string("<img src=new.gif>")}) {
    const PageFacts page = scanned(html);
    const PortalFacts facts = read(page);
    EXPECT_EQ(mandated_tags_of(page), 0u);
    (void)foot_of(page, facts.footer);
    (void)home_of(page, kUrl, false, kNow);
    const MetaTags meta = read_meta_tags(page);
    (void)own_day_of(page, meta, kNow);
    EXPECT_TRUE(document_of(page, facts, kNow).number.empty());
    EXPECT_FALSE(consultation_of(page, facts, kNow).deadline);
    EXPECT_EQ(new_marks_of(page, facts, kUrl, kNow).marks, 0u);
    (void)may_be_content(kUrl, page, meta, headline_of(page, meta));
  }
}

struct BackdatedRow {
  const char* name;
  const char* path;
  const char* meta;  // PubDate
  const char* text;
  bool may_be;
};
class Backdated : public testing::TestWithParam<BackdatedRow> {};
TEST_P(Backdated, IsSuspectedByTheScan) {
  const BackdatedRow& row = GetParam();
  const std::string html = std::string("<meta name=PubDate content='") + row.meta + "'><p>" + row.text + "</p>";
  const Url url = *parse_url(row.path, &kUrl).url;
  const PageFacts page = scanned(html);
  EXPECT_EQ(may_be_backdated(url, page, read_meta_tags(page), 180, kNow), row.may_be);
}
INSTANTIATE_TEST_SUITE_P(
    Days, Backdated,
    testing::Values(
        BackdatedRow{"ANewDayIsShown", "/202505/t20250512_1.html", "2025-05-12", "发布时间：2026-11-19", true},
        BackdatedRow{"ANewDayInNumerals", "/202505/t20250512_1.html", "2025-05-12", "发布日期：二〇二六年十一月十九日",
                     true},
        BackdatedRow{"ANewDayInWideDigits", "/202505/t20250512_1.html", "2025-05-12",
                     "发布日期：２０２６年１１月１９日", true},
        BackdatedRow{"AtTheGap", "/202505/t20250512_1.html", "2025-05-12", "发布日期：2025-11-08", true},
        BackdatedRow{"BelowTheGap", "/202505/t20250512_1.html", "2025-05-12", "发布日期：2025-11-07", false},
        BackdatedRow{"ItsOwnDay", "/202505/t20250512_1.html", "2025-05-12", "发布时间：2025-05-12", false},
        BackdatedRow{"AListBesideIt", "/202505/t20250512_1.html", "2025-05-12", "新闻 2026-11-19", false},
        BackdatedRow{"AClock", "/202505/t20250512_1.html", "2025-05-12", "今天是2026年11月20日", false},
        BackdatedRow{"ADayToCome", "/202505/t20250512_1.html", "2025-05-12", "发布时间：2027-05-12", false},
        BackdatedRow{"MetaOfTheNewDay", "/202505/t20250512_1.html", "2026-11-19", "发布时间：2026-11-19", false},
        BackdatedRow{"NoMeta", "/202505/t20250512_1.html", "", "发布时间：2026-11-19", false},
        BackdatedRow{"NoDayInItsAddress", "/info/1053/6730.htm", "2025-05-12", "发布时间：2026-11-19", false}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace xuncha
