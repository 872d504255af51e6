// Proof on two real sites, replayed on loopback under their own names: exactly what is broken is found, in every way in
// which a server may answer for what it does not have. Needs the corpus (XUNCHA_CORPUS); skipped visibly without it.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "tests/e2e/check_run.h"
#include "tests/portal/portal_site.h"

namespace xuncha::test {
namespace {

using nlohmann::json;
using portal::MissingMode;

struct SiteRow {
  std::string directory;
  std::string name;  // of the test
  bool deleted = false;
  MissingMode missing = MissingMode::kNotFound;
  std::string encoding;

  friend std::ostream& operator<<(std::ostream& out, const SiteRow& row) { return out << row.name; }
};

class RealSite : public testing::TestWithParam<SiteRow> {};

// Percent-decoded, so that a Chinese file name compares as written.
std::string path_of(const std::string& url, const std::string& origin) {
  return portal::percent_decode(url.substr(origin.size() + 1));
}

TEST_P(RealSite, ExactlyWhatIsBrokenIsFound) {
  const SiteRow& row = GetParam();
  const std::filesystem::path root = corpus() / "sites" / row.directory;
  if (!std::filesystem::exists(root)) GTEST_SKIP() << "no corpus at " << corpus();
  std::ifstream file(corpus() / "gov/site_truth.dev.json");
  const json truth = json::parse(file)[row.directory];
  const std::string host = truth["host"];
  const std::string origin = "http://" + host;

  portal::SiteOptions options;
  options.missing = row.missing;
  options.encoding = row.encoding;
  if (row.deleted) options.deleted = truth["fault_injection"]["delete"].get<std::vector<std::string>>();
  auto start = portal::PortalServer::create(portal::portal_for_site(root, host, options));
  ASSERT_TRUE(start.server) << start.error;
  const CheckRun run = check_portal(*start.server, origin + "/", {"--now", "2021-04-07T12:00:00+08:00"});
  EXPECT_EQ(run.exit_code, 1) << run.err;

  // The pages that remain reachable, and the pairs (page, target) that are broken.
  std::set<std::string> expected;
  for (const json& path : truth["really_broken"]) expected.insert(path.get<std::string>());
  std::set<std::pair<std::string, std::string>> expected_pairs;
  if (row.deleted) {
    for (const json& pair : truth["fault_injection"]["pairs"]) {
      expected_pairs.emplace(pair[0], pair[1]);
      expected.insert(pair[1].get<std::string>());
    }
  }
  std::set<std::string> found;
  std::set<std::pair<std::string, std::string>> pairs;
  bool farm = false;
  for (const json& finding : run.findings) {
    const std::string rule = finding["rule"];
    if (rule.starts_with("column.")) continue;  // real_columns_test.cc
    const bool of_content = rule.starts_with("content.") || rule.ends_with(".metadata") || rule == "home.stale";
    if (of_content || rule == "site.veto") continue;  // content_test.cc
    if (rule == "site.soft404") continue;             // said of the server's manners, not of a link
    if (rule == "page.injected") {
      EXPECT_EQ(finding["subject"], origin + "/");
      farm = true;
      continue;
    }
    ASSERT_TRUE(rule == "link.broken" || rule == "link.wrong") << finding;
    EXPECT_EQ(finding["state"], "open") << finding;
    const std::string target = path_of(finding["subject"], origin);
    found.insert(target);
    for (const json& place : finding["where"]) {
      const std::string tag = place["tag"];
      if (tag != "a") continue;  // the truth's pairs follow a and meta refresh only
      std::string page = path_of(place["url"], origin);
      pairs.emplace(page.empty() ? "index.html" : page, target);
    }
  }
  EXPECT_TRUE(farm) << "the injected link farm on the home page";
  if (row.deleted) {
    // Pages that only deleted pages led to take their own dead links with them.
    for (const auto& [page, target] : expected_pairs)
      EXPECT_TRUE(pairs.count({page, target})) << page << " -> " << target;
    for (const auto& [page, target] : pairs) {
      const bool known =
          expected_pairs.count({page, target}) > 0 || truth["really_broken"].dump().find(target) != std::string::npos;
      EXPECT_TRUE(known) << page << " -> " << target;
    }
    for (const std::string& target : found) EXPECT_TRUE(expected.count(target)) << target;
  } else {
    EXPECT_EQ(found, expected);
  }
}

std::vector<SiteRow> rows() {
  std::vector<SiteRow> all;
  for (const std::string site : {"gxpopss_cn", "zjgztb_com"}) {
    all.push_back({site, site + "_untouched", false, MissingMode::kNotFound, ""});
    all.push_back({site, site + "_deleted_404", true, MissingMode::kNotFound, ""});
    all.push_back({site, site + "_deleted_200", true, MissingMode::kSoftPage, ""});
    all.push_back({site, site + "_deleted_302", true, MissingMode::kRedirectHome, ""});
    all.push_back({site, site + "_deleted_gb18030", true, MissingMode::kNotFound, "gb18030"});
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(Corpus, RealSite, testing::ValuesIn(rows()),
                         [](const testing::TestParamInfo<SiteRow>& row) { return row.param.name; });

}  // namespace
}  // namespace xuncha::test
