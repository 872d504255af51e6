#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/civil.h"
#include "daemon/cli/command_findings.h"
#include "daemon/config/read.h"
#include "storage/store.h"

namespace xuncha {
namespace {

Finding a_finding(const char* rule, const char* subject, FindingState state) {
  Evidence evidence;
  evidence.compared = "404";
  Finding finding = make_finding("www.example.gov.cn", rule, subject, subject, *parse_reason("http_404"),
                                 Severity::kMajor, evidence, *parse_time("2024-04-26T01:02:03Z"));
  finding.state = state;
  return finding;
}

class Findings : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::remove_all(directory_);
    auto store = Store::open(directory_, StoreOptions::for_check());
    ASSERT_TRUE(store) << store.error().message;
    auto site = store.value()->site("www.example.gov.cn");
    ASSERT_TRUE(site);
    Visit visit;
    visit.site = site.value();
    visit.findings.push_back(a_finding("link.broken", "http://www.example.gov.cn/a", FindingState::kOpen));
    visit.findings.push_back(a_finding("link.wrong", "http://www.example.gov.cn/b", FindingState::kOpen));
    visit.findings.push_back(a_finding("site.tls", "http://www.example.gov.cn/", FindingState::kClosed));
    ASSERT_TRUE(store.value()->commit(visit));
    ASSERT_TRUE(store.value()->sync());
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  // Rules of the findings that the question brings, a line each.
  std::string rules(FindingsQuestion question) {
    question.data_dir = directory_;
    question.report.format = ReportFormat::kJson;
    std::ostringstream out;
    const Status status = print_findings(question, out);
    if (!status) return "error " + status.error().where;
    std::string found;
    for (const char* rule : {"link.broken", "link.wrong", "site.tls"}) {
      if (out.str().find(std::string("\"rule\":\"") + rule) != std::string::npos) found += std::string(rule) + ' ';
    }
    return found;
  }

  const std::filesystem::path directory_ = std::filesystem::path(testing::TempDir()) / "xuncha_findings_test";
};

TEST_F(Findings, AreReadFromADataDirectory) {
  EXPECT_EQ(rules({}), "link.broken link.wrong site.tls ");
}

TEST_F(Findings, CanBeAskedForByRuleStateAndSite) {
  FindingsQuestion question;
  question.rule = "link";
  EXPECT_EQ(rules(question), "link.broken link.wrong ");
  question.rule = "link.wrong";
  EXPECT_EQ(rules(question), "link.wrong ");
  question.rule = "";
  question.state = FindingState::kClosed;
  EXPECT_EQ(rules(question), "site.tls ");
  question.state = std::nullopt;
  question.site = "www.example.gov.cn";
  EXPECT_EQ(rules(question), "link.broken link.wrong site.tls ");
  question.site = "other.gov.cn";
  EXPECT_EQ(rules(question), "error --site");
}

TEST_F(Findings, AreIgnoredAsTheConfigurationSays) {  // docs/CONFIG.md, `ignore[]`
  const std::filesystem::path file = std::filesystem::path(testing::TempDir()) / "xuncha_findings_test.yml";
  std::ofstream(file) << "sites:\n- home: \"http://www.example.gov.cn/\"\n  ignore:\n"
                         "  - {url: \"http://www.example.gov.cn/a\", until: 2026-11-30, reason: 改版中}\n"
                         "  - {url: \"http://www.example.gov.cn/b\", until: 2026-11-20, reason: 改版中}\n";
  const ConfigurationReading reading = read_configuration(file);
  ASSERT_TRUE(reading.faults.empty()) << reading.faults.front().message;
  FindingsQuestion question;
  question.configuration = &reading.configuration;
  question.report.now = *parse_time("2026-11-25T12:00:00+08:00");
  EXPECT_EQ(rules(question), "link.broken link.wrong site.tls ");
  question.state = FindingState::kIgnored;
  EXPECT_EQ(rules(question), "link.broken ");
  question.state = FindingState::kOpen;
  EXPECT_EQ(rules(question), "link.wrong ");
  question.configuration = nullptr;
  EXPECT_EQ(rules(question), "link.broken link.wrong ");
  std::filesystem::remove(file);
}

TEST(FindingsDirectory, ThatIsNotThereIsRefused) {
  FindingsQuestion question;
  question.data_dir = testing::TempDir() + "xuncha_no_such_directory";
  std::ostringstream out;
  const Status status = print_findings(question, out);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kUnavailable);
  EXPECT_FALSE(std::filesystem::exists(question.data_dir));
}

}  // namespace
}  // namespace xuncha
