// The columns of two saved portals on one day of theirs: a golden that was checked by reading the pages. Nothing stale
// or blank is told that is not.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "tests/e2e/check_run.h"
#include "tests/portal/portal_site.h"

namespace xuncha::test {
namespace {

using nlohmann::json;

using Row = std::tuple<std::string, std::string, std::string, std::string>;  // path, class, newest, verdict

const std::vector<Row> kFirst = {
    {"/staticmores/003/003-1.html", "notice", "2019-05-20", "stale"},
    {"/staticmores/004/004-1.html", "other", "2019-05-23", "stale"},
    {"/staticmores/008/008-1.html", "guide", "2015-01-19", "stale"},
    {"/staticmores/011/011-1.html", "news", "2019-05-13", "stale"},
    {"/staticmores/014/014-1.html", "other", "2018-12-05", "unknown"},
    {"/staticmores/023/023-1.html", "other", "2018-03-30", "unknown"},
};
const std::vector<Row> kSecond = {
    {"/cssfzx/032001/032001001/csCity_moreinfo.html", "notice", "2021-01-12", "fresh"},
    {"/cssfzx/032001/032001002/csCity_moreinfo.html", "news", "2020-11-13", "stale"},
    {"/cssfzx/032001/csCity_moreinfo.html", "news", "2021-01-12", "unknown"},
    {"/cssfzx/032003/csCity_moreinfo.html", "guide", "2018-10-25", "unknown"},
    {"/jyxx/003001/tradeInfo.html", "other", "2021-01-13", "fresh"},
    {"/jyxx/003007/tradeInfo.html", "other", "2019-11-08", "unknown"},
    {"/jyxx/003026/tradeInfo.html", "other", "2020-12-30", "fresh"},
    {"/kssfzx/034001/034001001/ksCity_moreinfo.html", "notice", "2021-01-12", "fresh"},
    {"/kssfzx/034001/034001002/ksCity_moreinfo.html", "news", "2020-07-09", "stale"},
    {"/kssfzx/034004/ksCity_moreinfo.html", "guide", "2021-01-08", "fresh"},
    {"/tcsfzx/033001/tcCity_moreinfo.html", "notice", "2021-01-11", "fresh"},
    {"/tcsfzx/033003/tcCity_moreinfo.html", "guide", "2020-09-14", "fresh"},
    {"/wjqfzx/035001/035001001/wjCity_moreinfo.html", "notice", "2021-01-11", "fresh"},
    {"/wjqfzx/035001/035001002/wjCity_moreinfo.html", "news", "2020-05-21", "stale"},
    {"/wxlj/027001/moreinfo.html", "guide", "2020-12-31", "fresh"},
    {"/wxlj/027004/moreinfo.html", "interaction", "2020-08-26", "fresh"},
    {"/xyxx/moreinfo.html", "other", "-", "unknown"},
    {"/zjgsfzx/031001/031001001/zjgCity_moreinfo.html", "notice", "2020-11-10", "fresh"},
    {"/zjgsfzx/031001/031001002/zjgCity_moreinfo.html", "news", "2020-12-26", "stale"},
    {"/zjgsfzx/031001/zjgCity_moreinfo.html", "news", "2020-12-26", "unknown"},
    {"/zjgsfzx/031002/031002001/zjgCity_moreinfo.html", "policy", "2021-01-04", "fresh"},
    {"/zjgsfzx/031002/031002002/zjgCity_moreinfo.html", "policy", "2021-01-04", "fresh"},
    {"/zjgsfzx/031002/031002003/zjgCity_moreinfo.html", "policy", "2020-12-01", "fresh"},
    {"/zjgsfzx/031002/031002004/zjgCity_moreinfo.html", "policy", "2021-01-04", "fresh"},
    {"/zjgsfzx/031002/031002005/zjgCity_moreinfo.html", "policy", "2021-01-04", "fresh"},
    {"/zjgsfzx/031002/zjgCity_moreinfo.html", "policy", "2021-01-04", "unknown"},
    {"/zjgsfzx/031003/031003001/zjgCity_moreinfo.html", "guide", "2019-05-31", "unknown"},
    {"/zjgsfzx/031003/031003002/zjgCity_moreinfo.html", "guide", "2020-10-27", "fresh"},
    {"/zjgsfzx/031003/zjgCity_moreinfo.html", "guide", "2020-10-27", "unknown"},
    {"/zjgsfzx/031004/zjgCity_moreinfo.html", "guide", "2020-11-03", "fresh"},
    {"/zjgsfzx/031005/zjgCity_moreinfo.html", "other", "2020-07-08", "unknown"},
    {"/zjgsfzx/031010/zjgCity_moreinfo.html", "other", "2019-08-16", "unknown"},
    {"/ztzl/028002/moreinfo.html", "news", "2020-12-29", "stale"},
    {"/ztzl/moreinfo.html", "topic", "2021-01-12", "fresh"},
};

struct SiteRow {
  const char* folder;
  const char* host;
  const std::vector<Row>* columns;
};
class RealColumns : public testing::TestWithParam<SiteRow> {};

TEST_P(RealColumns, AreJudgedAsTheirPagesShow) {
  const SiteRow& row = GetParam();
  const std::filesystem::path folder = corpus() / "sites" / row.folder;
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no corpus at " << folder;
  auto start = portal::PortalServer::create(portal::portal_for_site(folder, row.host, {}));
  ASSERT_TRUE(start.server) << start.error;
  const std::string home = std::string("http://") + row.host + "/";
  const CheckRun run =
      check_portal(*start.server, home, {"--no-external", "--now", "2021-04-07T12:00:00+08:00", "--only", "column"});
  std::set<Row> found;
  std::map<std::string, std::string> stale;
  for (const json& column : run.columns) {
    const std::string path = column["url"].get<std::string>().substr(home.size() - 1);
    found.emplace(path, column["class"], column["newest"].is_null() ? "-" : column["newest"], column["verdict"]);
    if (column["verdict"] == "stale") stale[column["id"]] = path;
  }
  EXPECT_EQ(found, std::set<Row>(row.columns->begin(), row.columns->end()));
  EXPECT_EQ(run.findings.size(), stale.size());
  for (const json& finding : run.findings) {
    EXPECT_EQ(finding["rule"], "column.stale") << finding;
    EXPECT_EQ(finding["state"], "open") << finding;
    EXPECT_TRUE(stale.contains(finding["subject"])) << finding;
    EXPECT_EQ(finding["evidence"]["attempts"].size(), 2u) << "the list and the newest item's own page";
  }
}

INSTANTIATE_TEST_SUITE_P(Corpus, RealColumns,
                         testing::Values(SiteRow{"gxpopss_cn", "www.gxpopss.cn", &kFirst},
                                         SiteRow{"zjgztb_com", "www.zjgztb.com", &kSecond}),
                         [](const auto& row) { return std::string(row.param.folder); });

}  // namespace
}  // namespace xuncha::test
