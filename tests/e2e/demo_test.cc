// The demonstration portal is a golden: every planted fault is found with its rule, reason and places, and nothing
// else.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "tests/e2e/check_run.h"

namespace xuncha::test {
namespace {

using nlohmann::json;

class Demonstration : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto start = portal::PortalServer::create(
        std::vector<std::filesystem::path>{std::filesystem::path(XUNCHA_SOURCE_DIR) / "tests/portals/demo/portal.yml"});
    ASSERT_TRUE(start.server) << start.error;
    server_ = std::move(start.server);
    run_ = std::make_unique<CheckRun>(check_portal(*server_, server_->portal().home, {"--pages"}));
  }
  static void TearDownTestSuite() {
    run_.reset();
    server_.reset();
  }
  static inline std::unique_ptr<portal::PortalServer> server_;
  static inline std::unique_ptr<CheckRun> run_;
};

TEST_F(Demonstration, EveryPlantedFaultIsFoundWithItsReason) {
  ASSERT_TRUE(run_);
  EXPECT_EQ(run_->exit_code, 1) << run_->err;
  for (const portal::ExpectedFinding& expected : server_->portal().expect) {
    const json* finding = run_->finding(expected.rule, expected.subject);
    ASSERT_TRUE(finding != nullptr) << expected.rule << " " << expected.reason << " " << expected.subject;
    EXPECT_EQ((*finding)["reason"].is_string() ? (*finding)["reason"].get<std::string>() : "", expected.reason)
        << *finding;
    EXPECT_EQ((*finding)["state"], "open") << *finding;
    if (expected.place_count > 0) {
      EXPECT_EQ((*finding)["where_total"], expected.place_count) << expected.subject;
    }
    for (const std::string& place : expected.places) {
      bool stands = false;
      for (const json& where : (*finding)["where"]) stands = stands || where["url"] == place;
      EXPECT_TRUE(stands) << expected.subject << " on " << place;
    }
  }
}

TEST_F(Demonstration, NothingElseIsReported) {
  ASSERT_TRUE(run_);
  std::set<std::pair<std::string, std::string>> expected;
  for (const portal::ExpectedFinding& finding : server_->portal().expect)
    expected.emplace(finding.rule, finding.subject);
  for (const json& finding : run_->findings) {
    EXPECT_TRUE(expected.count({finding["rule"], subject_of(finding)})) << finding;
  }
}

TEST_F(Demonstration, WhatIsNoFaultGetsItsVerdict) {
  ASSERT_TRUE(run_);
  for (const portal::ExpectedVerdict& expected : server_->portal().expect_verdicts) {
    bool seen = false;
    for (const json& page : run_->pages) {
      if (page["url"] != expected.url) continue;
      seen = true;
      EXPECT_EQ(page["verdict"], expected.verdict) << page;
      EXPECT_EQ(page["reason"].is_string() ? page["reason"].get<std::string>() : "", expected.reason) << page;
    }
    EXPECT_TRUE(seen) << expected.url;
  }
}

// As `xuncha inspect` tells it.
TEST_F(Demonstration, EachPageHasItsKind) {
  ASSERT_TRUE(run_);
  const std::map<std::string, std::string> expected = {
      {"/", "home"},
      {"/gzdt/", "list"},
      {"/gongkai/wjk/gl2019.html", "document"},
      {"/jgzn/", "info"},
      {"/search/", "search"},
      {"/bsfw/tiaozhuan.html", "stub"},
      {"/files/dibao-shenqing.pdf", "attachment"},
      {"/images/logo.png", "image"},
  };
  std::map<std::string, std::string> kinds;
  for (const json& page : run_->pages) kinds[page["url"]] = page["kind"];
  for (const auto& [path, kind] : expected) {
    EXPECT_EQ(kinds["http://www.linxi-demo.gov.cn" + path], kind) << path;
  }
}

TEST_F(Demonstration, AtLeastTwentyFiveNearMissesStaySilent) {
  ASSERT_TRUE(run_);
  EXPECT_GE(server_->portal().silent.size(), 25u);
  for (const portal::Silent& silent : server_->portal().silent) {
    for (const json& finding : run_->findings)
      EXPECT_NE(subject_of(finding), silent.url) << silent.why << "\n" << finding;
  }
}

}  // namespace
}  // namespace xuncha::test
