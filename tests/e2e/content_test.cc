// Rules of content on whole portals: one that was left alone, and two saved ones. What is told of the saved ones was
// checked by reading their pages; they need the corpus (XUNCHA_CORPUS) and are skipped visibly without it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tests/e2e/check_run.h"
#include "tests/portal/portal_site.h"

namespace xuncha::test {
namespace {

using nlohmann::json;

const char* const kOnly = "home.stale,site.veto,content,page.metadata,document.metadata";

std::unique_ptr<portal::PortalServer> played(const std::string& name) {
  auto start = portal::PortalServer::create(std::vector<std::filesystem::path>{
      std::filesystem::path(XUNCHA_SOURCE_DIR) / "tests/portals" / name / "portal.yml"});
  EXPECT_TRUE(start.server) << start.error;
  return std::move(start.server);
}

// "rule #word" or "rule /path" and its severity, of all findings that are open.
std::map<std::string, std::string> told(const CheckRun& run, const std::string& home) {
  std::map<std::string, std::string> found;
  for (const json& finding : run.findings) {
    EXPECT_EQ(finding["state"], "open") << finding;
    const std::string subject = finding["subject"].get<std::string>().substr(home.size() - 1);
    found[finding["rule"].get<std::string>() + " " + subject] = finding["severity"];
  }
  return found;
}

TEST(Content, OfAPortalThatWasLeftAlone) {
  const auto server = played("idle");
  ASSERT_TRUE(server);
  const std::string home = server->portal().home;
  const CheckRun run = check_portal(*server, home, {"--only", kOnly});
  const std::map<std::string, std::string> expected = {
      {"home.stale /", "major"},
      {"site.veto /#veto_updates", "minor"},  // four of five: a warning
      {"site.veto /#veto_blank", "major"},
      {"page.metadata /#SiteIDCode", "minor"},
      {"page.metadata /#ColumnName", "minor"},
      {"page.metadata /#ColumnType", "minor"},
      {"page.metadata /#ArticleTitle", "minor"},
      {"page.metadata /#PubDate", "minor"},
      {"page.metadata /#ContentSource", "minor"},
      {"page.metadata /#foot_icp", "minor"},
      {"page.metadata /#foot_police", "minor"},
      {"page.metadata /#foot_conac", "minor"},
      {"page.metadata /#foot_report", "minor"},
  };
  EXPECT_EQ(told(run, home), expected);
  const json* stale = run.finding("home.stale", home);
  ASSERT_TRUE(stale);
  EXPECT_EQ((*stale)["evidence"]["compared"], "2026-09-25");
  EXPECT_EQ((*stale)["evidence"]["attempts"].size(), 2u);
  const json* blank = run.finding("site.veto", home + "#veto_blank");
  ASSERT_TRUE(blank);
  EXPECT_EQ((*blank)["where_total"], 5);
}

// Pages that answer 304 are not read: what was counted over all of them stands as it was.
TEST(Content, OfPagesThatDidNotChangeStandsAsItWas) {
  const auto server = played("idle");
  ASSERT_TRUE(server);
  std::string data = (std::filesystem::temp_directory_path() / "xuncha-content-XXXXXX").string();
  ASSERT_NE(mkdtemp(data.data()), nullptr);
  const std::vector<std::string> arguments = {"--only", kOnly, "--data-dir", data};
  const std::string home = server->portal().home;
  const std::map<std::string, std::string> first = told(check_portal(*server, home, arguments), home);
  EXPECT_EQ(first.size(), 13u);
  EXPECT_EQ(told(check_portal(*server, home, arguments), home), first);
  std::filesystem::remove_all(data);
}

// A carousel by its history: nothing at first, told when the same news stood for a month, whatever their order and the
// parameters of their links. The headline was turned.
TEST(Content, OfACarouselThatNobodyTurns) {
  const auto server = played("slots");
  ASSERT_TRUE(server);
  std::string data = (std::filesystem::temp_directory_path() / "xuncha-slots-XXXXXX").string();
  ASSERT_NE(mkdtemp(data.data()), nullptr);
  const std::string home = server->portal().home;
  const auto check_on = [&](const std::string& day) {
    return check_portal(*server, home,
                        {"--only", "content.unrotated", "--data-dir", data, "--now", day + "T10:00:00+08:00"});
  };
  server->set_phase("first");
  const std::map<std::string, std::string> banner = {{"content.unrotated /#carousel-event", "minor"}};
  EXPECT_EQ(told(check_on("2026-09-21"), home), banner);
  server->set_phase("second");
  const CheckRun run = check_on("2026-11-02");
  const std::map<std::string, std::string> expected = {{"content.unrotated /#carousel-event", "minor"},
                                                       {"content.unrotated /#carousel", "minor"},
                                                       {"content.unrotated /jc/", "minor"}};
  EXPECT_EQ(told(run, home), expected);
  const json* carousel = run.finding("content.unrotated", home + "#carousel");
  ASSERT_TRUE(carousel);
  EXPECT_EQ((*carousel)["evidence"]["compared"], "2026-09-18");
  EXPECT_EQ((*carousel)["where_total"], 3);
  EXPECT_NE((*carousel)["evidence"]["excerpt"].get<std::string>().find("2026-09-21 – 2026-11-02"), std::string::npos);
  EXPECT_NE((*carousel)["detail"].get<std::string>().find("轮播图"), std::string::npos) << *carousel;
  std::filesystem::remove_all(data);
}

TEST(Content, EachRuleCanBeSwitchedOff) {
  const auto server = played("idle");
  ASSERT_TRUE(server);
  const CheckRun run =
      check_portal(*server, server->portal().home, {"--only", kOnly, "--skip", "page.metadata,site.veto"});
  for (const json& finding : run.findings) EXPECT_EQ(finding["rule"], "home.stale") << finding;
  EXPECT_EQ(run.findings.size(), 1u);
}

struct SavedRow {
  const char* folder;
  const char* host;
  std::map<std::string, std::string> told;
};
class SavedContent : public testing::TestWithParam<SavedRow> {};
TEST_P(SavedContent, IsToldAsItsPagesShow) {
  const SavedRow& row = GetParam();
  const std::filesystem::path folder = corpus() / "sites" / row.folder;
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no corpus at " << folder;
  auto start = portal::PortalServer::create(portal::portal_for_site(folder, row.host, {}));
  ASSERT_TRUE(start.server) << start.error;
  const std::string home = std::string("http://") + row.host + "/";
  const CheckRun run =
      check_portal(*start.server, home, {"--no-external", "--now", "2021-04-07T12:00:00+08:00", "--only", kOnly});
  EXPECT_EQ(told(run, home), row.told);
}
// The first bears no sign of a government and one date on its home page: nothing is told. Marks NEW of the second are
// hidden by a script when they are old: nothing is told of them. Its sign of a government stands in a comment, so that
// it owes no tags.
INSTANTIATE_TEST_SUITE_P(Corpus, SavedContent,
                         testing::Values(SavedRow{"gxpopss_cn", "www.gxpopss.cn", {}},
                                         SavedRow{
                                             "zjgztb_com",
                                             "www.zjgztb.com",
                                             {{"home.stale /", "major"},                  // 2021-01-12
                                              {"content.unrotated /#carousel", "minor"},  // picture news, 2021-01-04
                                              {"site.veto /#veto_updates", "major"}}}),   // five 动态 and 新闻
                         [](const auto& row) { return std::string(row.param.folder); });

}  // namespace
}  // namespace xuncha::test
