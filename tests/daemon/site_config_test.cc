#include "daemon/config/site_config.h"

#include <gtest/gtest.h>

namespace xuncha {
namespace {

struct BadRow {
  std::string name;
  std::string text;
  std::vector<std::string> faults;  // "WHERE: MESSAGE", in order

  friend std::ostream& operator<<(std::ostream& out, const BadRow& row) { return out << row.name; }
};

class BadConfiguration : public testing::TestWithParam<BadRow> {};

TEST_P(BadConfiguration, IsRefusedWithLineAndKey) {
  std::vector<std::string> faults;
  for (const Error& fault : parse_configuration(GetParam().text, "x.yml").faults) {
    EXPECT_EQ(fault.code, ErrorCode::kConfiguration);
    faults.push_back(fault.where + ": " + fault.message);
  }
  EXPECT_EQ(faults, GetParam().faults);
}

constexpr const char* kSite = "sites:\n- home: http://a.gov.cn/\n";
std::string site(const std::string& lines) {
  return kSite + lines;
}

INSTANTIATE_TEST_SUITE_P(
    Rows, BadConfiguration,
    testing::Values(
        BadRow{"Empty",
               "",
               {"x.yml:1: sites: is missing; the least is: sites: [{home: \"https://www.example.gov.cn/\"}]"}},
        BadRow{"NoMap", "- a\n", {"x.yml:1: the file: must be a map; permitted keys: sites"}},
        BadRow{"UnknownTopKey", "sites: []\nsite: []\n", {"x.yml:2: site: is unknown; permitted: sites"}},
        BadRow{"DuplicateTopKey", "sites: []\nsites: []\n", {"x.yml:2: sites: stands twice"}},
        BadRow{"SitesNoList", "sites: yes\n", {"x.yml:1: sites: must be a list"}},
        BadRow{"UnknownSiteKey",
               site("  ignored: []\n"),
               {"x.yml:3: sites[0].ignored: is unknown; permitted: home, hosts, own, exclude, allow_cidr, ignore"}},
        BadRow{"DuplicateSiteKey", site("  own: true\n  own: false\n"), {"x.yml:4: sites[0].own: stands twice"}},
        BadRow{"NoHome", "sites:\n- own: true\n", {"x.yml:2: sites[0].home: is missing"}},
        BadRow{"HomeNoUrl",
               "sites:\n- home: a.gov.cn\n",
               {"x.yml:2: sites[0].home: \"a.gov.cn\" is no http or https URL; write it as "
                "https://www.example.gov.cn/"}},
        BadRow{"SameSiteTwice",
               site("- home: https://a.gov.cn/\n"),
               {"x.yml:3: sites[1].home: is the same site as another entry's (a.gov.cn)"}},
        BadRow{"HostWithPath",
               site("  hosts: [b.gov.cn/x]\n"),
               {"x.yml:3: sites[0].hosts[0]: \"b.gov.cn/x\" is no host name; write news.example.gov.cn"}},
        BadRow{"OwnNoBoolean", site("  own: maybe\n"), {"x.yml:3: sites[0].own: must be true or false"}},
        BadRow{"BadExpression",
               site("  exclude: ['(']\n"),
               {"x.yml:3: sites[0].exclude[0]: \"(\" is no regular expression (RE2 syntax): missing ): ("}},
        BadRow{"BadRange",
               site("  allow_cidr: [10.0.0.0/33]\n"),
               {"x.yml:3: sites[0].allow_cidr[0]: \"10.0.0.0/33\" is no range; write 10.0.0.0/8 or fd00::/8"}},
        BadRow{"IgnoreWithoutReason",
               site("  ignore:\n  - url: http://b/\n"),
               {"x.yml:4: sites[0].ignore[0].reason: is missing: say why the finding is accepted"}},
        BadRow{"IgnoreOfNothing",
               site("  ignore:\n  - reason: r\n"),
               {"x.yml:4: sites[0].ignore[0]: needs either url or rule"}},
        BadRow{"IgnoreOfUrlAndRule",
               site("  ignore:\n  - {url: http://b/, rule: link, reason: r}\n"),
               {"x.yml:4: sites[0].ignore[0]: needs either url or rule"}},
        BadRow{"IgnoreOfUnknownRule",
               site("  ignore:\n  - {rule: links, reason: r}\n"),
               {"x.yml:4: sites[0].ignore[0].rule: \"links\" is no rule or family of rules; `xuncha rules` lists "
                "them"}},
        BadRow{"UntilNoDate",
               site("  ignore:\n  - rule: link\n    until: 2026-02-30\n    reason: r\n"),
               {"x.yml:5: sites[0].ignore[0].until: \"2026-02-30\" is no date; write it as 2026-12-31"}},
        BadRow{"TextWanted",
               site("  ignore:\n  - {rule: link, reason: [r]}\n"),
               {"x.yml:4: sites[0].ignore[0].reason: must be a text that is not empty"}},
        BadRow{"AllFaultsAtOnce",
               "sites:\n- home: x\n  own: 1\n  color: red\n",
               {"x.yml:2: sites[0].home: \"x\" is no http or https URL; write it as https://www.example.gov.cn/",
                "x.yml:3: sites[0].own: must be true or false",
                "x.yml:4: sites[0].color: is unknown; permitted: home, hosts, own, exclude, allow_cidr, ignore"}}),
    [](const testing::TestParamInfo<BadRow>& row) { return row.param.name; });

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
