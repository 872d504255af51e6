#include <gtest/gtest.h>

#include <sstream>

#include "daemon/cli/command_config.h"
#include "daemon/config/changes.h"
#include "daemon/config/read.h"

namespace xuncha {
namespace {

ConfigurationReading read(const std::string& text) {
  ConfigurationReading reading = parse_configuration(text, "x.yml");
  for (const Error& fault : reading.faults) ADD_FAILURE() << fault.where << ": " << fault.message;
  return reading;
}

double requests(const SitePlan& site, RevisitClass revisit_class) {
  return site.classes[static_cast<std::size_t>(revisit_class)].requests_a_day;
}

TEST(Plan, CountsVisitsOfADay) {
  const ConfigurationReading reading = read("sites: [{home: http://a.gov.cn/, max_pages: 7000}]");
  ASSERT_EQ(reading.plan.sites.size(), 1u);
  const SitePlan& site = reading.plan.sites[0];
  EXPECT_EQ(requests(site, RevisitClass::kProbeIpv4), 288);
  EXPECT_EQ(requests(site, RevisitClass::kProbeIpv6), 48);
  EXPECT_EQ(requests(site, RevisitClass::kHome), 24);
  EXPECT_EQ(requests(site, RevisitClass::kArticle), 500);
  EXPECT_EQ(requests(site, RevisitClass::kAttachment), 100);
  EXPECT_EQ(requests(site, RevisitClass::kExternal), 100);
  EXPECT_EQ(site.capacity_a_day, 86'400);
}

TEST(Plan, ExternalLinksAreNoLoadOfTheSite) {
  const Plan with = read("sites: [{home: http://a.gov.cn/}]").plan;
  const Plan without = read("sites: [{home: http://a.gov.cn/, external: false}]").plan;
  EXPECT_EQ(with.sites[0].requests_a_day, without.sites[0].requests_a_day);
  EXPECT_GT(with.requests_a_day, without.requests_a_day);
}

TEST(Plan, NamedColumnsCountWithTheirOwnInterval) {
  std::string text = "sites:\n- home: http://a.gov.cn/\n  columns:\n";
  for (int column = 0; column < 12; ++column) {
    text += "  - {url: http://a.gov.cn/" + std::to_string(column) + "/, class: news, max_age_days: 1}\n";
  }
  const ConfigurationReading reading = read(text);
  const ClassPlan& news = reading.plan.sites[0].classes[static_cast<std::size_t>(RevisitClass::kNews)];
  EXPECT_EQ(news.targets, 12u);  // more than the 10 that are expected anyway
  EXPECT_EQ(news.requests_a_day, 48);
}

TEST(Plan, ALaboratoryMayAskForAnything) {
  EXPECT_TRUE(parse_configuration("sites: [{home: http://a.gov.cn/, laboratory: true, intervals: {article: 1s}}]", "x")
                  .faults.empty());
}

TEST(Plan, AFaultOfTheDefaultsIsToldOnce) {
  std::string text = "defaults: {max_pages: 200000, intervals: {article: 1d}}\nsites:\n";
  for (int site = 0; site < 100; ++site) text += "- home: http://a" + std::to_string(site) + ".gov.cn/\n";
  const ConfigurationReading reading = parse_configuration(text, "x.yml");
  ASSERT_EQ(reading.faults.size(), 1u);
  EXPECT_EQ(reading.faults[0].where, "x.yml:1");
}

TEST(Plan, IsPrintedAsATable) {
  const ConfigurationReading reading =
      read("sites: [{home: http://a.gov.cn/}, {home: http://b.gov.cn/, own: true, rate: 0}]");
  std::ostringstream text;
  print_plan(reading.configuration, reading.plan, PlanFormat::kText, text);
  EXPECT_NE(text.str().find("2 sites in 1 file, no faults"), std::string::npos) << text.str();
  EXPECT_NE(text.str().find("article       14d"), std::string::npos) << text.str();
  EXPECT_NE(text.str().find("no bound             -  b.gov.cn"), std::string::npos) << text.str();
  std::ostringstream json;
  print_plan(reading.configuration, reading.plan, PlanFormat::kJson, json);
  EXPECT_TRUE(json.str().starts_with("{\"record\":\"plan\",\"schema\":1,\"site\":\"a.gov.cn\",")) << json.str();
}

// --- what_changed ------------------------------------------------------------------------------------------------

ConfigurationChange change(const std::string& old, const std::string& now) {
  return what_changed(read(old).configuration, read(now).configuration);
}

constexpr const char* kTwo = "sites:\n- {home: http://a.gov.cn/, exclude: [x]}\n- home: http://b.gov.cn/\n";

TEST(WhatChanged, TheOrderOfSitesIsNothing) {
  EXPECT_FALSE(
      change(kTwo, "# other\nsites:\n- home: http://b.gov.cn/\n\n- {exclude: [x], home: \"http://a.gov.cn/\"}\n")
          .anything());
}

TEST(WhatChanged, SitesComeGoAndChange) {
  const ConfigurationChange found =
      change(kTwo, "sites:\n- {home: http://a.gov.cn/, exclude: [y]}\n- home: http://c.gov.cn/\n");
  EXPECT_EQ(found.added, std::vector<std::string>{"c.gov.cn"});
  EXPECT_EQ(found.removed, std::vector<std::string>{"b.gov.cn"});
  EXPECT_EQ(found.changed, std::vector<std::string>{"a.gov.cn"});
  EXPECT_TRUE(found.anything());
  EXPECT_FALSE(found.rules || found.mail || found.web || found.storage || found.network);
}

TEST(WhatChanged, ADefaultChangesTheSitesThatUseIt) {
  const std::string sites = "sites:\n- {home: http://a.gov.cn/, max_pages: 5}\n- home: http://b.gov.cn/\n";
  EXPECT_EQ(change(sites, sites + "defaults: {max_pages: 9}\n").changed, std::vector<std::string>{"b.gov.cn"});
}

struct SiteRow {
  const char* name;
  const char* line;
};

TEST(WhatChanged, EveryKeyOfASiteCounts) {
  for (const SiteRow& row : {SiteRow{"name", "name: n"},
                             {"code", "code: '1234567890'"},
                             {"unit", "unit: u"},
                             {"hosts", "hosts: [c.gov.cn]"},
                             {"own", "own: true"},
                             {"rate", "rate: 0.5"},
                             {"per_host", "per_host: 2"},
                             {"external", "external: false"},
                             {"jitter", "jitter: 0.2"},
                             {"max_depth", "max_depth: 3"},
                             {"laboratory", "laboratory: true"},
                             {"exclude", "exclude: [x]"},
                             {"allow_cidr", "allow_cidr: [10.0.0.0/8]"},
                             {"intervals", "intervals: {home: 2h}"},
                             {"spacings", "confirmation: {gone: [7h]}"},
                             {"recoveries", "confirmation: {recoveries: 3}"},
                             {"blocked", "confirmation: {blocked: 2d}"},
                             {"ignore", "ignore: [{rule: link, reason: r}]"},
                             {"columns", "columns: [{url: http://a.gov.cn/n/}]"},
                             {"maintenance", "maintenance: [{from: '01:00', to: '02:00'}]"}}) {
    const std::string plain = "sites:\n- home: http://a.gov.cn/\n";
    EXPECT_EQ(change(plain, plain + "  " + row.line + "\n").changed.size(), 1u) << row.name;
  }
}

TEST(WhatChanged, EverySectionIsToldApart) {
  EXPECT_TRUE(change("sites: []", "sites: []\nresolvers: [192.0.2.1]").network);
  EXPECT_TRUE(change("sites: []", "sites: []\nanchors: ['192.0.2.1:53']").network);
  EXPECT_TRUE(change("sites: []", "sites: []\ncontact: a@b.cn").network);
  EXPECT_TRUE(change("sites: []", "sites: []\nweb: {column_metrics: false}").web);
  EXPECT_TRUE(change("sites: []", "sites: []\nstorage: {quota: 1GiB}").storage);
  EXPECT_TRUE(change("sites: []", "sites: []\nrules: {link: {severity: info}}").rules);
  EXPECT_TRUE(change("sites: []", "sites: []\nrules: {site.tls: {expires_within: 10d}}").rules);
  const std::string mail = "sites: []\nmail:\n  server: {host: m.cn}\n  from: a@b.cn\n  routes: [{to: [c@d.cn]}]\n";
  EXPECT_TRUE(change("sites: []", mail).mail);
  EXPECT_FALSE(change(mail, mail).anything());
}

}  // namespace
}  // namespace xuncha
