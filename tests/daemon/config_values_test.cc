#include <gtest/gtest.h>

#include "daemon/config/read.h"

namespace xuncha {
namespace {

TEST(BadConfigurationFile, BrokenYamlNamesItsLine) {
  const ConfigurationReading reading = parse_configuration("sites:\n- home: [\n", "x.yml");
  ASSERT_EQ(reading.faults.size(), 1u);
  EXPECT_TRUE(reading.faults[0].where.starts_with("x.yml:")) << reading.faults[0].where;
  EXPECT_TRUE(reading.faults[0].message.starts_with("is no YAML: ")) << reading.faults[0].message;
}

TEST(BadConfigurationFile, MissingFileIsNamed) {
  const ConfigurationReading reading = read_configuration("/no/such/file.yml");
  ASSERT_EQ(reading.faults.size(), 1u);
  EXPECT_EQ(reading.faults[0].where, "/no/such/file.yml");
  EXPECT_EQ(reading.faults[0].code, ErrorCode::kConfiguration);
}

WallTime at(const std::string& text) {
  return *parse_time(text);
}

TEST(SiteConfig, IsFoundByTheHomePage) {
  const ConfigurationReading reading = parse_configuration(
      "sites:\n- home: http://www.a.gov.cn/\n  hosts: [新闻.a.gov.cn]\n  own: true\n  exclude: [/tmp/]\n"
      "  allow_cidr: [10.0.0.0/8]\n- home: http://b.gov.cn/x/\n",
      "x.yml");
  ASSERT_TRUE(reading.faults.empty()) << reading.faults[0].message;
  const SiteConfig* site = reading.configuration.find(*parse_url("https://www.a.gov.cn/").url);
  ASSERT_NE(site, nullptr);
  EXPECT_EQ(site->hosts, std::vector<std::string>{"xn--efvy88h.a.gov.cn"});
  EXPECT_TRUE(site->own);
  EXPECT_TRUE(site->exclude.matches("http://www.a.gov.cn/tmp/1"));
  EXPECT_EQ(site->allow_cidr.size(), 1u);
  EXPECT_EQ(reading.configuration.find(*parse_url("http://b.gov.cn/").url), nullptr);
  EXPECT_NE(reading.configuration.find(*parse_url("http://b.gov.cn/x/").url), nullptr);
}

TEST(IgnoreRule, HoldsToTheEndOfItsBeijingDay) {
  IgnoreRule ignore{.url = {}, .rule = "link", .until = beijing_day(at("2026-05-01")), .reason = "r"};
  Finding finding;
  finding.rule = "link.broken";
  EXPECT_TRUE(ignore.covers(finding, at("2026-05-01T23:59:59+08:00")));
  EXPECT_FALSE(ignore.covers(finding, at("2026-05-02T00:00:00+08:00")));
  finding.rule = "site.tls";
  EXPECT_FALSE(ignore.covers(finding, at("2026-04-01")));
}

TEST(IgnoreRule, OfOneFactOfASiteSaysNothingOfItsHomePage) {  // the entry that mails propose
  const IgnoreRule ignore{.url = "http://a.gov.cn/#foot_conac", .rule = {}, .until = {}, .reason = {}};
  Finding finding;
  finding.rule = "page.metadata";
  finding.subject = "http://a.gov.cn/#foot_conac";
  EXPECT_TRUE(ignore.covers(finding, at("2026-05-01")));
  finding.subject = "http://a.gov.cn/#foot_icp";
  EXPECT_FALSE(ignore.covers(finding, at("2026-05-01")));
  finding.subject = "http://a.gov.cn/";
  for (const char* rule : {"page.injected", "site.unreachable", "home.stale"}) {
    finding.rule = rule;
    EXPECT_FALSE(ignore.covers(finding, at("2026-05-01"))) << rule;
  }
}

TEST(IgnoreRule, NamesASubjectInAnyOfItsForms) {
  Finding finding;
  finding.subject = "http://a.gov.cn/x?b=1&a=%e4%bd%8e";
  EXPECT_TRUE((IgnoreRule{.url = "http://A.gov.cn/x?a=低&b=1#top", .rule = {}, .until = {}, .reason = {}}.covers(
      finding, at("2026-05-01"))));
  EXPECT_FALSE(
      (IgnoreRule{.url = "http://a.gov.cn/", .rule = {}, .until = {}, .reason = {}}.covers(finding, at("2026-05-01"))));
  finding.subject = "http://[broken";
  EXPECT_TRUE(
      (IgnoreRule{.url = "http://[broken", .rule = {}, .until = {}, .reason = {}}.covers(finding, at("2026-05-01"))));
}

}  // namespace
}  // namespace xuncha
