// Pages made to cost time: the reader of lists ends soon on all of them.
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>

#include "crawler/charset.h"
#include "crawler/html_tree.h"
#include "crawler/page_scan.h"
#include "crawler/portal/list_reader.h"
#include "tests/support/stopwatch.h"

namespace xuncha {
namespace {

std::string repeat(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t index = 0; index < times; ++index) out += text;
  return out;
}

struct HostileRow {
  const char* name;
  std::string page;
};

class HostileList : public testing::TestWithParam<HostileRow> {};

TEST_P(HostileList, EndsSoon) {
  const PageFacts scan = scan_page(std::make_unique<DecodedText>(decode_document(GetParam().page, {})));
  const HtmlTree tree = HtmlTree::parse(scan.document->text, {256u << 20, std::chrono::seconds(5)});
  const auto base = parse_url("http://mzj.example.gov.cn/tzgg/").url;
  const CpuStopwatch watch;
  const ListReading reading = read_lists(scan, tree.root(), &*base, *parse_time("2024-05-06T12:00:00+08:00"));
  EXPECT_LT(watch.seconds(), 2 * kSlowness);
  EXPECT_LE(reading.main ? reading.main->items.size() : 0, 2'000u);
}

const std::string kItem = "<li><a href=/art/1.html>关于公布名单的公告</a><span>2024-04-26</span></li>";

INSTANTIATE_TEST_SUITE_P(
    Pages, HostileList,
    testing::Values(
        HostileRow{"siblings", "<ul>" + repeat(kItem, 20'000) + "</ul>"},
        HostileRow{"bare_siblings", repeat("<a href=/1.html>公布名单</a>2024-04-26", 30'000)},
        HostileRow{"nested", repeat("<div><a href=/1.html>公布名单</a>04-26", 4'000)},
        HostileRow{"nested_lists", repeat("<ul><li><a href=/1.html>公布名单</a> 04-26", 3'000)},
        HostileRow{"groups", repeat("<ul><li><a href=/1.html>公布名单</a> 2024-04-26</li></ul>", 20'000)},
        HostileRow{"pagers",
                   "<ul>" + repeat(kItem, 5) + "</ul>" + repeat("<div class=page><a href=2>下一页</a></div>", 20'000)},
        HostileRow{"scripts", repeat("<script>var curTitle='a';var curHref='/b';createPageHTML(</script>", 10'000)},
        HostileRow{"calls", repeat("<ul>" + repeat(kItem, 3) + "</ul>", 300) + "<script>" +
                                repeat("createPageHTML(", 4'000) + "</script>"},
        HostileRow{"blanks",
                   "<ul>" +
                       repeat("<li><a href=/1.html>公布" + std::string(20'000, ' ') + "名单</a> 2024-04-26</li>", 80) +
                       "</ul>"},
        HostileRow{"tables", repeat("<table><tr><th>标题</th><th>日期</th></tr></table>", 20'000)},
        HostileRow{"open_stores", repeat("<datastore><record><![CDATA[", 30'000)},
        HostileRow{"stores",
                   repeat("<datastore><recordset><record><![CDATA[<li><a href='/1'>公布名单</a>]]></record>", 10'000)},
        HostileRow{"classes", "<ul class='" + repeat("list ", 10'000) + "'>" + repeat(kItem, 50) + "</ul>"},
        HostileRow{"long_title",
                   "<ul>" +
                       repeat("<li><a title='" + repeat("长", 3'000) + "' href=/1.html>长长长长…</a> 04-26</li>", 100) +
                       "</ul>"}),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace xuncha
