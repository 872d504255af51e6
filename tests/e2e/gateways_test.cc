// A portal behind gateways: what hides behind an answer of 200 is found, and what is merely odd is not accused.
#include <gtest/gtest.h>

#include <set>

#include "tests/e2e/check_run.h"

namespace xuncha::test {
namespace {

using nlohmann::json;

class Gateways : public testing::Test {
 protected:
  void SetUp() override {
    auto start = portal::PortalServer::create(std::vector<std::filesystem::path>{
        std::filesystem::path(XUNCHA_SOURCE_DIR) / "tests/portals/gateways/portal.yml"});
    ASSERT_TRUE(start.server) << start.error;
    server = std::move(start.server);
  }
  std::unique_ptr<portal::PortalServer> server;
};

TEST_F(Gateways, ExactlyTheFaultsAreFound) {
  const CheckRun run = check_portal(*server, server->portal().home, {"--pages"});
  EXPECT_EQ(run.exit_code, 1) << run.err;
  std::set<std::string> expected;
  for (const portal::ExpectedFinding& finding : server->portal().expect) {
    expected.insert(finding.rule + " " + finding.reason + " " + finding.subject);
    const json* told = run.finding(finding.rule, finding.subject);
    ASSERT_TRUE(told != nullptr) << finding.rule << " " << finding.subject;
    ASSERT_EQ((*told)["where"].size(), finding.places.size()) << *told;
    EXPECT_EQ((*told)["where"][0]["url"], finding.places[0]) << *told;
  }
  std::set<std::string> open;
  for (const auto& [subject, what] : run.open()) open.insert(what + " " + subject);
  EXPECT_EQ(open, expected);
  for (const portal::Silent& silent : server->portal().silent) {
    for (const json& finding : run.findings) EXPECT_NE(subject_of(finding), silent.url) << silent.why;
  }
  for (const portal::ExpectedVerdict& verdict : server->portal().expect_verdicts) {
    bool seen = false;
    for (const json& page : run.pages) {
      if (page["url"] != verdict.url) continue;
      seen = true;
      EXPECT_EQ(page["verdict"], verdict.verdict) << page;
      EXPECT_EQ(page["reason"], verdict.reason) << page;
    }
    EXPECT_TRUE(seen) << verdict.url;
  }
}

TEST_F(Gateways, AHostThatSendsAllThatIsMissingHomeIsToldOnce) {
  const CheckRun run = check_portal(*server, "http://www.ningan-demo.gov.cn/");
  EXPECT_EQ(run.open(), (std::map<std::string, std::string>{{"http://www.ningan-demo.gov.cn/", "site.soft404 "}}));
}

}  // namespace
}  // namespace xuncha::test
