// What real_sites_test proves on saved portals, proven on one of our own: exactly what is broken is found, in every way
// in which a server may answer for what it does not have.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "tests/e2e/check_run.h"
#include "tests/portal/portal_site.h"

namespace xuncha::test {
namespace {

using nlohmann::json;
using portal::MissingMode;

constexpr const char* kHost = "www.yunxi-shuili.gov.cn";
const std::string kOrigin = std::string("http://") + kHost;

// Never copied when the site was saved, and the pages where they stand.
const std::map<std::string, std::set<std::string>> kNeverSaved = {
    {"/shipin/jieshui.mp4", {"/"}},
    {"/donghua/tongzhi.swf", {"/"}},
    {"/zwgk/liuyu/dongxi.html", {"/zwgk/index.html"}},
    {"/tzgg/fujian/mingdan.doc", {"/tzgg/b2.html"}},
};
// Deleted by the test.
const std::map<std::string, std::set<std::string>> kDeleted = {
    {"/xwzx/a2.html", {"/", "/xwzx/index.html", "/xwzx/a1.html"}},
    {"/zwgk/jgzn.html", {"/zwgk/index.html", "/lxwm.html"}},
};

struct SiteRow {
  std::string name;
  bool deleted = false;
  MissingMode missing = MissingMode::kNotFound;
  std::string encoding;
  std::string page_reason;  // of a missing page
  std::string file_reason;  // of a missing file

  friend std::ostream& operator<<(std::ostream& out, const SiteRow& row) { return out << row.name; }
};

class OwnSite : public testing::TestWithParam<SiteRow> {};

// The home page has two names.
std::string path_of(const std::string& url) {
  const std::string path = url.substr(kOrigin.size());
  return path == "/index.html" ? "/" : path;
}

TEST_P(OwnSite, ExactlyWhatIsBrokenIsFound) {
  const SiteRow& row = GetParam();
  portal::SiteOptions options;
  options.missing = row.missing;
  options.encoding = row.encoding;
  if (row.deleted) options.deleted = {"xwzx/a2.html", "zwgk/jgzn.html"};
  auto start = portal::PortalServer::create(
      portal::portal_for_site(std::filesystem::path(XUNCHA_SOURCE_DIR) / "tests/portals/saved", kHost, options));
  ASSERT_TRUE(start.server) << start.error;
  const CheckRun run = check_portal(*start.server, kOrigin + "/", {"--now", "2020-06-01T12:00:00+08:00"});
  EXPECT_EQ(run.exit_code, 1) << run.err;

  std::map<std::string, std::set<std::string>> expected = kNeverSaved;
  if (row.deleted) expected.insert(kDeleted.begin(), kDeleted.end());
  std::map<std::string, std::set<std::string>> found;
  bool farm = false;
  bool soft_404 = false;
  for (const json& finding : run.findings) {
    const std::string rule = finding["rule"];
    EXPECT_EQ(finding["state"], "open") << finding;
    if (rule == "site.soft404") {
      EXPECT_NE(row.missing, MissingMode::kNotFound) << finding;
      soft_404 = true;
      continue;
    }
    if (rule == "page.injected") {
      EXPECT_EQ(path_of(finding["subject"]), "/");
      farm = true;
      continue;
    }
    ASSERT_TRUE(rule == "link.broken" || rule == "link.wrong") << finding;
    const std::string target = path_of(finding["subject"]);
    const bool is_page = target.ends_with(".html");
    EXPECT_EQ(finding["reason"], is_page ? row.page_reason : row.file_reason) << finding;
    for (const json& place : finding["where"]) found[target].insert(path_of(place["url"]));
  }
  EXPECT_EQ(soft_404, row.missing != MissingMode::kNotFound);
  EXPECT_TRUE(farm) << "the link farm that was injected into the home page";
  EXPECT_EQ(found, expected);
  for (const portal::RequestLog& request : start.server->log()) {
    EXPECT_TRUE(request.host.ends_with(".gov.cn")) << "a link of the farm was requested: " << request.host;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Saved, OwnSite,
    testing::Values(SiteRow{"untouched", false, MissingMode::kNotFound, "", "http_404", "http_404"},
                    SiteRow{"deleted_404", true, MissingMode::kNotFound, "", "http_404", "http_404"},
                    SiteRow{"deleted_200", true, MissingMode::kSoftPage, "", "soft_404", "soft_404"},
                    SiteRow{"deleted_302", true, MissingMode::kRedirectHome, "", "redirect_home", "redirect_home"},
                    SiteRow{"deleted_random", true, MissingMode::kRandomPage, "", "soft_404", "wrong_type"},
                    SiteRow{"deleted_gb18030", true, MissingMode::kNotFound, "gb18030", "http_404", "http_404"}),
    [](const testing::TestParamInfo<SiteRow>& row) { return row.param.name; });

}  // namespace
}  // namespace xuncha::test
