// The main list of pages of every family of systems and every trap that portals set: written for
// the purpose, read by the reader of lists as of 2024-05-06.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "crawler/charset.h"
#include "crawler/html_tree.h"
#include "crawler/page_scan.h"
#include "crawler/portal/json_list.h"
#include "crawler/portal/list_reader.h"

namespace xuncha {
namespace {

constexpr std::string_view kSite = "http://mzj.example.gov.cn";
constexpr std::string_view kColumn = "http://mzj.example.gov.cn/tzgg/";
constexpr double kSure = 0.7;

WallTime now() {
  return *parse_time("2024-05-06T12:00:00+08:00");
}

ListReading read_text(std::string bytes, std::string_view address) {
  const PageFacts scan = scan_page(std::make_unique<DecodedText>(decode_document(bytes, {})));
  const HtmlTree tree = HtmlTree::parse(scan.document->text);
  const auto base = parse_url(address).url;
  return read_lists(scan, tree.root(), &*base, now());
}

ListReading read_fixture(const std::string& name, std::string_view address = kColumn) {
  const std::filesystem::path path = std::filesystem::path(XUNCHA_SOURCE_DIR) / "tests/fixtures/lists" / name;
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.good()) << path;
  return read_text(std::string{std::istreambuf_iterator<char>(file), {}}, address);
}

std::optional<CivilDay> newest(const ListFacts& list) {
  std::optional<CivilDay> day;
  for (const ListItem& item : list.items) {
    if (item.day && (!day || *item.day > *day)) day = item.day;
  }
  return day;
}

struct SureRow {
  const char* name;  // also the file, with .html
  const char* rule;  // what the page shows
  std::size_t items;
  std::size_t dated;
  const char* newest;  // "" where no day can be known
  std::size_t pinned;
  const char* next_page;  // path and query at the site; "" for none
  int total_pages;        // -1: not known
  ListMethod method = ListMethod::kMined;
};

constexpr ListMethod kCms = ListMethod::kCms;
constexpr ListMethod kMeta = ListMethod::kMeta;

const SureRow kSureRows[] = {
    {"trs_index", "TRS: page 2 is index_1.html, titles are cut", 8, 8, "2024-04-26", 0, "/tzgg/index_1.html", 5, kCms},
    {"trs_container_pager", "TRS: with a container counts from 1", 8, 8, "2024-04-26", 0, "/tzgg/fg_2.shtml", 5, kCms},
    {"trs_variables", "TRS: pager of variables, GB18030", 8, 8, "2024-04-26", 0, "/tzgg/index_2.html", 12, kCms},
    {"hanweb_datastore", "Hanweb: items stand as CDATA", 9, 9, "2024-04-26", 0,
     "/module/web/jpage/dataproxy.jsp?page=1&appid=1&webid=15&path=/&columnid=1229&unitid=77&perpage=15", 21, kCms},
    {"hanweb_answer", "Hanweb: the answer of the data proxy", 7, 7, "2024-04-26", 0,
     "/module/web/jpage/dataproxy.jsp?page=1&columnid=1229", 9, kCms},
    {"vsb_table", "VSB: table in GBK, pages count down", 8, 8, "2024-04-26", 0, "/tzgg/tzgg/14.htm", 15, kCms},
    {"webplus", "WebPlus: counts in parts", 8, 8, "2024-04-26", 0, "/tzgg/list2.htm", 12, kCms},
    {"lonsun", "Lonsun: pageIndex", 6, 6, "2024-04-26", 0, "/content/column/6596741?pageIndex=2", 3},
    {"nfcms", "NFCMS: index_2.html is page 2", 8, 8, "2024-04-26", 0, "/tzgg/index_2.html", 9},
    {"column_index", "div items, column-index-2", 8, 8, "2024-04-26", 0, "/tzgg/column-index-2.shtml", 7},
    {"aspnet_table", "ASP.NET: the next page is a script's secret", 8, 8, "2024-04-26", 0, "", 12},
    {"script_rows", "every row is written by a script", 7, 7, "2024-04-26", 0, "/tzgg/index_1.htm", 3, kCms},
    {"groups_of_five", "groups of five are one list", 12, 12, "2024-04-26", 0, "/tzgg/list_2.html", -1},
    {"definition_list", "dt and dd", 6, 6, "2024-04-26", 0, "", 1},
    {"flat_breaks", "links and dates between line breaks", 6, 6, "2024-04-26", 0, "/tzgg/list.asp?page=2", 4},
    {"table_per_item", "a table for each item", 7, 7, "2024-04-26", 0, "/tzgg/list.asp?pageno=2", 3},
    {"two_columns", "two items a row", 10, 10, "2024-04-26", 0, "/tzgg/p2.html", -1},
    {"day_boxes", "day and month in two elements", 6, 6, "2024-04-26", 0, "/list/2.html", -1},
    {"month_day_new_year", "months and days across New Year", 6, 6, "2024-01-09", 0, "/tzgg/2.html", -1},
    {"month_day_pinned", "no year, and the first may be pinned", 6, 0, "", 0, "/tzgg/2.html", -1},
    {"month_day_marked_pinned", "no year, and the first says it is pinned", 6, 5, "2024-04-26", 1, "/tzgg/2.html", -1},
    {"pinned", "pinned items stand first", 7, 7, "2024-04-26", 2, "/tzgg/2.html", -1},
    {"date_in_link", "the date stands before the title in the link", 6, 6, "2024-04-26", 0, "/tzgg/list.php?page=2", 2},
    {"dates_in_addresses", "only the addresses have dates", 7, 7, "2024-04-26", 0, "/tzgg/index_1.html", 2, kCms},
    {"undated", "no dates at all", 7, 0, "", 0, "/list/2.html", -1, kMeta},
    {"onclick_links", "addresses stand in handlers", 6, 6, "2024-04-26", 0, "", 1},
    {"policy_table", "two date columns: the one of publication counts", 6, 6, "2024-04-26", 0, "", -1},
    {"list_with_hot_list", "a hot list stands before the main one", 8, 8, "2024-04-26", 0, "/tzgg/index_1.html", 3},
    {"whole_item_links", "the link holds date, title and summary", 6, 6, "2024-04-26", 0, "/c/p2.html", -1},
    {"page_clock", "the page's clock is no item's date", 6, 6, "2024-04-26", 0, "/tzgg/p2.html", -1},
    {"unclosed_items", "li without end, GB18030", 6, 6, "2024-04-26", 0, "/tzgg/p2.html", -1},
    {"one_item", "a column of one item", 1, 1, "2023-11-02", 0, "", 1, kMeta},
    {"picture_news", "a picture and a cut title", 6, 6, "2024-04-26", 0, "/tzgg/p2.html", -1},
    {"category_links", "the category is a link too", 6, 6, "2024-04-26", 0, "/tzgg/p2.html", -1},
    {"details_button", "the only link is a button", 6, 6, "2024-04-26", 0, "/tzgg/p2.html", -1},
    {"relative_days", "today, yesterday, three days ago", 5, 5, "2024-05-06", 0, "/tzgg/p2.html", -1},
    {"hidden_template_rows", "a hidden row of a template", 6, 6, "2024-04-26", 0, "/tzgg/p2.html", -1},
};

class SureList : public testing::TestWithParam<SureRow> {};

TEST_P(SureList, IsReadWhole) {
  const SureRow& row = GetParam();
  const bool is_answer = std::string_view(row.name) == "hanweb_answer";
  const ListReading reading = read_fixture(std::string(row.name) + (is_answer ? ".xml" : ".html"));
  ASSERT_TRUE(reading.main.has_value());
  const ListFacts& list = *reading.main;
  EXPECT_GE(list.confidence, kSure);
  EXPECT_EQ(list.method, row.method);
  EXPECT_EQ(list.items.size(), row.items);
  std::size_t dated = 0;
  std::size_t pinned = 0;
  for (const ListItem& item : list.items) {
    dated += item.day ? 1 : 0;
    pinned += item.pinned ? 1 : 0;
    EXPECT_EQ(item.day.has_value(), item.day_source != DaySource::kNone);
    EXPECT_TRUE(item.title.find("...") == std::string::npos && item.title.find("…") == std::string::npos) << item.title;
    EXPECT_TRUE(item.url.starts_with("http")) << item.url;
  }
  EXPECT_EQ(dated, row.dated);
  EXPECT_EQ(pinned, row.pinned);
  const auto day = newest(list);
  EXPECT_EQ(day ? format_day(*day) : "", row.newest);
  EXPECT_EQ(list.next_page, *row.next_page == '\0' ? "" : std::string(kSite) + row.next_page);
  EXPECT_EQ(list.total_pages ? static_cast<int>(*list.total_pages) : -1, row.total_pages);
  EXPECT_FALSE(list.path.empty());
  EXPECT_FALSE(list.script_rendered);
  EXPECT_FALSE(list.says_empty);
}

INSTANTIATE_TEST_SUITE_P(Pages, SureList, testing::ValuesIn(kSureRows),
                         [](const auto& row) { return std::string(row.param.name); });

struct NoListRow {
  const char* name;
  const char* rule;
  std::size_t lists;
};

const NoListRow kNoListRows[] = {
    {"article_with_hot_list", "META says article", 0},
    {"article_without_meta", "text, byline and neighbours say article", 0},
    {"article_short_attachment", "an article of one attachment beside a hot list", 0},
    {"linked_documents_article", "the table is part of an article", 1},
    {"home", "three blocks that lead on", 3},
    {"home_one_block", "one block that leads on", 1},
    {"channel", "two blocks that lead on", 2},
    {"tabs", "two panes are two lists", 2},
    {"hanweb_channel", "two lists of Hanweb", 2},
    {"table_without_links", "a table of data", 0},
};

class NoSureList : public testing::TestWithParam<NoListRow> {};

TEST_P(NoSureList, NothingIsConcluded) {
  const ListReading reading = read_fixture(std::string(GetParam().name) + ".html");
  EXPECT_LT(reading.main ? reading.main->confidence : 0, kSure);
  EXPECT_EQ(reading.lists, GetParam().lists);
}

INSTANTIATE_TEST_SUITE_P(Pages, NoSureList, testing::ValuesIn(kNoListRows),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(BlankList, SaysThatItIsEmptyBesideItsBreadcrumb) {
  for (const char* name : {"blank.html", "blank_count.html", "blank_with_hot_list.html"}) {
    const ListReading reading = read_fixture(name);
    ASSERT_TRUE(reading.main.has_value()) << name;
    EXPECT_TRUE(reading.main->says_empty) << name;
    EXPECT_TRUE(reading.main->items.empty()) << name;
    EXPECT_GE(reading.main->confidence, kSure) << name;
  }
}

struct ScriptedRow {
  const char* name;
  const char* address;
  const char* data_url;
};

class ScriptedList : public testing::TestWithParam<ScriptedRow> {};

TEST_P(ScriptedList, IsUnknownAndNotBlank) {
  const ScriptedRow& row = GetParam();
  const ListReading reading = read_fixture(std::string(row.name) + ".html", std::string(kSite) + row.address);
  ASSERT_TRUE(reading.main.has_value());
  EXPECT_TRUE(reading.main->script_rendered);
  EXPECT_LT(reading.main->confidence, kSure);
  EXPECT_EQ(reading.main->data_url, *row.data_url == '\0' ? "" : std::string(kSite) + row.data_url);
}

INSTANTIATE_TEST_SUITE_P(
    Pages, ScriptedList,
    testing::Values(ScriptedRow{"vue", "/tzgg/", ""}, ScriptedRow{"empty_table", "/tzgg/", ""},
                    ScriptedRow{"literal_json", "/tzgg/", "/tzgg/data/list.json"},
                    ScriptedRow{"gkmlpt", "/gkmlpt/index#721", "/gkmlpt/api/all/721?page=1&sid=755015"},
                    ScriptedRow{"ucap", "/tzgg/",
                                "/common/search/0123456789abcdef0123456789abcdef?_isAgg=true&_isJson=true&_pageSize=20&"
                                "_template=index&page=1"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(ListTitles, AreTakenWholeFromTheirAttribute) {
  const ListReading reading = read_fixture("trs_index.html");
  ASSERT_TRUE(reading.main && !reading.main->items.empty());
  EXPECT_EQ(reading.main->items[0].title, "关于开展2024年养老服务质量提升行动的通知");
  EXPECT_EQ(reading.main->items[0].url, std::string(kColumn) + "202404/t20240426_8800.html");
}

TEST(ListTitles, LoseTheirDateAndTheirMark) {
  EXPECT_EQ(read_fixture("date_in_link.html").main->items[0].title, "关于开展2024年养老服务质量提升行动的通知");
  EXPECT_EQ(read_fixture("pinned.html").main->items[0].title, "关于开展2024年养老服务质量提升行动的通知");
  EXPECT_EQ(read_fixture("whole_item_links.html").main->items[1].title, "关于公布第二批社区食堂名单的公告");
}

TEST(ListDays, SayWhereTheyWereRead) {
  EXPECT_EQ(read_fixture("dates_in_addresses.html").main->items[0].day_source, DaySource::kUrl);
  EXPECT_EQ(read_fixture("trs_index.html").main->items[0].day_source, DaySource::kList);
}

TEST(ListDays, WithoutAKnownYearAreDaysAllTheSame) {
  const ListFacts shown = *read_fixture("month_day_pinned.html").main;
  for (const ListItem& item : shown.items) EXPECT_TRUE(!item.day && item.lacks_year) << item.title;
  for (const char* name : {"undated.html", "month_day_new_year.html"}) {
    const ListFacts list = *read_fixture(name).main;
    for (const ListItem& item : list.items) EXPECT_FALSE(item.lacks_year) << name;
  }
}

TEST(ListReader, WithoutATreeReadsOnlyWhatScriptsHold) {
  const PageFacts scan = scan_page(std::make_unique<DecodedText>(decode_document("<ul><li><a href=/1>x</a></ul>", {})));
  const ListReading reading = read_lists(scan, HtmlNode(), nullptr, now());
  EXPECT_FALSE(reading.main.has_value());
  EXPECT_EQ(reading.lists, 0u);
}

}  // namespace
}  // namespace xuncha
