#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "daemon/config/read.h"
#include "daemon/config/values.h"

namespace xuncha {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

Configuration read(const std::string& text) {
  ConfigurationReading reading = parse_configuration(text, "x.yml");
  for (const Error& fault : reading.faults) ADD_FAILURE() << fault.where << ": " << fault.message;
  return std::move(reading.configuration);
}

SiteConfig read_site(const std::string& lines) {
  const Configuration configuration = read("sites:\n- home: http://a.gov.cn/\n" + lines);
  EXPECT_EQ(configuration.sites.size(), 1u);
  return configuration.sites.empty() ? SiteConfig{} : configuration.sites[0];
}

WallTime at(const std::string& text) {
  return *parse_time(text);
}

TEST(ConfigOptions, Contract6_OneLineIsEnough) {
  const Configuration configuration = read("sites: [{home: \"https://www.example.gov.cn/\"}]");
  ASSERT_EQ(configuration.sites.size(), 1u);
  const SiteConfig& site = configuration.sites[0];
  EXPECT_EQ(site.id, "www.example.gov.cn");
  EXPECT_EQ(static_cast<const SiteOptions&>(site), SiteOptions{});
  EXPECT_FALSE(configuration.mail);
  EXPECT_TRUE(configuration.web.listen.empty());
  EXPECT_EQ(configuration.rules, RulesConfig{});
}

TEST(ConfigOptions, IntervalsAndLaddersAreThoseOfTheTable) {
  const SiteOptions options;
  EXPECT_EQ(options.intervals[RevisitClass::kHome], (RevisitInterval{hours(1), minutes(30), hours(6)}));
  EXPECT_EQ(options.intervals[RevisitClass::kNews].start, hours(6));
  EXPECT_EQ(options.intervals[RevisitClass::kArticle].max, hours(24 * 30));
  EXPECT_EQ(options.confirmation.spacings.of({ReasonCode::kHttpStatus, 404}), (std::vector<seconds>{hours(6)}));
  EXPECT_EQ(options.confirmation.recoveries, 2u);
}

TEST(ConfigOptions, DefaultsHoldWhereverTheyStand) {
  const Configuration configuration = read(
      "sites:\n- home: http://a.gov.cn/\n- {home: http://b.gov.cn/, max_pages: 7, intervals: {home: 2h}}\n"
      "defaults: {max_pages: 50, external: false, exclude: [x], intervals: {news: 3h}}\n");
  const SiteConfig& first = configuration.sites[0];
  const SiteConfig& second = configuration.sites[1];
  EXPECT_EQ(first.max_pages, 50u);
  EXPECT_EQ(second.max_pages, 7u);
  EXPECT_FALSE(second.external);
  EXPECT_TRUE(second.exclude.matches("http://b.gov.cn/x"));
  EXPECT_EQ(first.intervals[RevisitClass::kHome].start, hours(1));
  EXPECT_EQ(second.intervals[RevisitClass::kHome].start, hours(2));
  EXPECT_EQ(second.intervals[RevisitClass::kNews].start, hours(3));
}

TEST(ConfigOptions, ASitesListTakesThePlaceOfTheDefault) {
  const Configuration configuration = read(
      "defaults: {exclude: [x], allow_cidr: [10.0.0.0/8]}\n"
      "sites:\n- {home: http://a.gov.cn/, exclude: [y], allow_cidr: []}\n");
  EXPECT_FALSE(configuration.sites[0].exclude.matches("x"));
  EXPECT_TRUE(configuration.sites[0].exclude.matches("y"));
  EXPECT_TRUE(configuration.sites[0].allow_cidr.empty());
}

TEST(ConfigOptions, OwnLiftsTheBoundsOfRateAndIntervals) {
  const SiteConfig site =
      read_site("  intervals: {home: 5s}\n  rate: 0\n  per_host: 64\n  own: true\n  max_pages: 100\n");
  EXPECT_EQ(site.rate, 0);
  EXPECT_EQ(site.per_host, 64u);
  EXPECT_EQ(site.intervals[RevisitClass::kHome], (RevisitInterval{seconds(5), seconds(5), seconds(5)}));
}

TEST(ConfigOptions, OnlyALaboratoryConfirmsWithinSeconds) {
  const SiteConfig site =
      read_site("  laboratory: true\n  confirmation: {gone: [1s, 2s], recovery: 1s, recoveries: 1}\n");
  EXPECT_EQ(site.confirmation.spacings.of({ReasonCode::kHttpStatus, 404}),
            (std::vector<seconds>{seconds(1), seconds(2)}));
  EXPECT_EQ(site.confirmation.recovery, seconds(1));
  EXPECT_FALSE(site.own);
  EXPECT_FALSE(
      parse_configuration("sites: [{home: http://a/, own: true, confirmation: {gone: [1s]}}]", "x").faults.empty());
}

TEST(ConfigOptions, AnIntervalWithinTheClassIsAdaptedWithinTheClass) {
  const SiteConfig site = read_site("  intervals: {home: 2h}\n");
  EXPECT_EQ(site.intervals[RevisitClass::kHome], (RevisitInterval{hours(2), minutes(30), hours(6)}));
}

TEST(ConfigOptions, AShorterWindowOfARuleMakesVisitsMoreFrequent) {
  const Configuration configuration = read("rules: {column.stale: {news: 2d}}\nsites:\n- home: http://a.gov.cn/\n");
  EXPECT_EQ(configuration.sites[0].intervals[RevisitClass::kNews], (RevisitInterval{hours(6), hours(1), hours(12)}));
}

TEST(ConfigOptions, AColumnsOwnAgeMakesItsVisitsMoreFrequent) {
  const SiteConfig site = read_site(
      "  columns:\n  - {url: http://a.gov.cn/n/, class: notice, max_age_days: 2}\n"
      "  - {id: tz, url: http://a.gov.cn/m/, class: notice, name: 通知,\n"
      "     items: '#list li.item', date: span}\n");
  ASSERT_EQ(site.columns.size(), 2u);
  EXPECT_EQ(site.columns[0].interval, (RevisitInterval{hours(12), hours(6), hours(12)}));
  EXPECT_EQ(site.columns[1].interval, site.intervals[RevisitClass::kNotice]);
  EXPECT_EQ(site.columns[1].id, "tz");
  ASSERT_TRUE(site.columns[1].selection && site.columns[1].selection->date);
  EXPECT_EQ(site.columns[1].selection->items.text(), "#list li.item");
  EXPECT_EQ(site.columns[1].selection->date->text(), "span");
  EXPECT_FALSE(site.columns[0].selection);
  EXPECT_FALSE(site.columns[1].max_age_days);
}

TEST(ConfigOptions, TextsMayBeChineseAndTheFileMayComeFromWindows) {
  const Configuration configuration = read(
      "\xEF\xBB\xBFsites:\r\n- home: http://a.gov.cn/\r\n  name: 示例市人民政府\r\n  code: \"1234567890\"\r\n"
      "  unit: 办公室\r\n");
  EXPECT_EQ(configuration.sites[0].name, "示例市人民政府");
  EXPECT_EQ(configuration.sites[0].code, "1234567890");
  EXPECT_EQ(configuration.sites[0].unit, "办公室");
}

TEST(Maintenance, AWeeklyWindowMayCrossMidnight) {
  const SiteConfig site =
      read_site("  maintenance:\n  - {days: [sat], from: \"22:00\", to: \"06:00\", reason: 升级}\n");
  EXPECT_FALSE(site.in_maintenance(at("2026-11-21T21:59:59+08:00")));  // a Saturday
  EXPECT_TRUE(site.in_maintenance(at("2026-11-21T22:00:00+08:00")));
  EXPECT_TRUE(site.in_maintenance(at("2026-11-22T05:59:59+08:00")));
  EXPECT_FALSE(site.in_maintenance(at("2026-11-22T06:00:00+08:00")));
  EXPECT_FALSE(site.in_maintenance(at("2026-11-22T23:00:00+08:00")));
}

TEST(Maintenance, WithoutDaysAWeeklyWindowIsEachDays) {
  const SiteConfig site = read_site("  maintenance:\n  - {from: \"01:00\", to: \"02:00\"}\n");
  for (const char* day : {"2026-11-22", "2026-11-23", "2026-11-28"}) {
    EXPECT_TRUE(site.in_maintenance(at(std::string(day) + "T01:30:00+08:00"))) << day;
    EXPECT_FALSE(site.in_maintenance(at(std::string(day) + "T02:00:00+08:00"))) << day;
  }
}

TEST(Maintenance, ASingleWindowHoldsOnce) {
  const SiteConfig site = read_site("  maintenance:\n  - {from: 2026-05-01, to: 2026-05-02T08:00:00+08:00}\n");
  EXPECT_FALSE(site.in_maintenance(at("2026-04-30T23:59:59+08:00")));
  EXPECT_TRUE(site.in_maintenance(at("2026-05-01")));
  EXPECT_FALSE(site.in_maintenance(at("2026-05-02T08:00:00+08:00")));
}

TEST(ConfigRules, ARulesOwnEntryWinsOverItsFamilys) {
  const Configuration configuration = read(
      "rules:\n  link.wrong: {enabled: true}\n  link: {enabled: false, severity: info}\n"
      "  link.broken: {severity: critical}\n  site.unreachable: {share: 0.1, slow: 20s}\nsites: []\n");
  const RulesConfig& rules = configuration.rules;
  EXPECT_TRUE(rules.enabled("link.wrong"));
  EXPECT_FALSE(rules.enabled("link.broken"));
  EXPECT_TRUE(rules.enabled("site.tls"));
  EXPECT_EQ(rules.severity("link.wrong"), Severity::kInfo);
  EXPECT_EQ(rules.severity("link.broken"), Severity::kCritical);
  EXPECT_FALSE(rules.severity("site.tls"));
  EXPECT_FALSE(rules.selection().wants("link.hijacked"));
  EXPECT_TRUE(rules.selection().wants("link.wrong"));
  EXPECT_EQ(rules.thresholds.unreachable_share, 0.1);
  EXPECT_EQ(rules.thresholds.unreachable_slow, seconds(20));
  EXPECT_EQ(rules.thresholds.unreachable_window, hours(24 * 7));
}

TEST(ConfigMail, PortFollowsSecurity) {
  for (const auto& [security, port] : {std::pair("starttls", 587), {"tls", 465}, {"none", 25}}) {
    const Configuration configuration = read(std::string("mail:\n  server: {host: m.cn, security: ") + security +
                                             "}\n  from: a@b.cn\n  routes: []\nsites: []\n");
    EXPECT_EQ(configuration.mail->server.port, port);
  }
}

TEST(ConfigMail, ARouteWantsWhatAllItsFiltersPermit) {
  const Configuration configuration = read(
      "mail:\n  server: {host: \"[::1]\", user: u, credential: smtp, security: none}\n  from: 巡查 <a@b.cn>\n  "
      "routes:\n"
      "  - {to: [c@d.cn], sites: ['*.gov.cn'], units: [甲局], severity: major, rules: [link], digest: ['17:00', "
      "'08:00']}\n"
      "  - to: [e@f.cn]\n"
      "sites:\n- {home: http://a.gov.cn/, unit: 甲局}\n- {home: http://b.gov.cn/, unit: 乙局}\n");
  const MailConfig& mail = *configuration.mail;
  EXPECT_EQ(mail.from, (MailAddress{"巡查", "a@b.cn"}));
  EXPECT_EQ(mail.server.host, "[::1]");
  const MailRoute& route = mail.routes[0];
  EXPECT_EQ(route.digest, (std::vector<minutes>{hours(8), hours(17)}));
  EXPECT_TRUE(route.wants(configuration.sites[0], "link.broken", Severity::kMajor));
  EXPECT_FALSE(route.wants(configuration.sites[1], "link.broken", Severity::kMajor));
  EXPECT_FALSE(route.wants(configuration.sites[0], "site.tls", Severity::kMajor));
  EXPECT_FALSE(route.wants(configuration.sites[0], "link.broken", Severity::kMinor));
  EXPECT_TRUE(mail.routes[1].wants(configuration.sites[1], "site.tls", Severity::kMinor));
  EXPECT_EQ(mail.routes[1].digest, (std::vector<minutes>{hours(8) + minutes(30)}));
}

TEST(ConfigMail, IsATestWhereItSaysSo) {
  const std::string before = "mail:\n  server: {host: m.cn}\n  from: a@b.cn\n  routes: []\n";
  EXPECT_FALSE(read(before + "sites: []\n").mail->laboratory);
  EXPECT_TRUE(read(before + "  laboratory: true\nsites: []\n").mail->laboratory);
}

TEST(ConfigMail, AddressesThatCouldBreakAHeaderAreNone) {
  EXPECT_EQ(parse_mail_address("\"Wang Wu\" <w.wu@example.gov.cn>"), (MailAddress{"Wang Wu", "w.wu@example.gov.cn"}));
  EXPECT_EQ(parse_mail_address("a@中国.cn"), (MailAddress{"", "a@xn--fiqs8s.cn"}));
  for (const char* text : {"", "a", "@b.cn", "a@", "a@b@c.cn", "a b@c.cn", "a@b.cn\nBcc: x@y.cn", "<a@b.cn", "a@b.cn>",
                           "x\r\ny <a@b.cn>", "a..b@c.cn", ".a@b.cn", "a@b.cn/x", "a@b.cn:25", "a@u:p@c.cn"}) {
    EXPECT_FALSE(parse_mail_address(text)) << text;
  }
}

TEST(ConfigRest, EverythingElseIsRead) {
  const Configuration configuration = read(
      "resolvers: [192.0.2.1, \"[2001:db8::1]:5353\"]\n"
      "anchors: [\"https://www.gov.cn/\", \"223.5.5.5:53\", \"[2400:3200::1]:53\"]\ncontact: a@b.cn\n"
      "web: {external_url: \"https://x.cn/\", listen: [\"127.0.0.1:0\", \"[::]:9788\"], column_metrics: false}\n"
      "storage: {quota: 20GiB, retention: {urls: 90d, findings: 1095d}}\nsites: []\n");
  ASSERT_EQ(configuration.resolvers.size(), 2u);
  EXPECT_EQ(configuration.resolvers[0].port, 53);
  EXPECT_EQ(configuration.resolvers[1].port, 5353);
  ASSERT_EQ(configuration.anchors.size(), 3u);
  EXPECT_TRUE(configuration.anchors[0].url);
  EXPECT_EQ(configuration.anchors[2].address.family, Family::kIpv6);
  EXPECT_EQ(configuration.contact, "a@b.cn");
  EXPECT_EQ(configuration.web.listen.size(), 2u);
  EXPECT_FALSE(configuration.web.column_metrics);
  EXPECT_EQ(configuration.storage.quota_bytes, std::uint64_t{20} << 30);
  EXPECT_EQ(configuration.storage.url_retention, hours(24 * 90));
  EXPECT_EQ(configuration.storage.finding_retention, hours(24 * 1095));
}

TEST(ConfigText, SpansAreReadBackAsWritten) {
  for (const char* text : {"1s", "90s", "10m", "1h30m", "6h", "3d", "180d", "1095d", "250ms"}) {
    const auto span = parse_span(text);
    ASSERT_TRUE(span) << text;
    EXPECT_EQ(parse_span(format_span(*span)), span) << text;
  }
  EXPECT_EQ(format_span(hours(30)), "1d6h");
  for (const char* text : {"", "0d", "-1d", "d", "3661d", "1 d", "1w"}) EXPECT_FALSE(parse_span(text)) << text;
}

TEST(ConfigText, SizesAreWholeNumbersOfAUnit) {
  EXPECT_EQ(parse_size("2GiB"), std::uint64_t{2} << 30);
  EXPECT_EQ(parse_size("10B"), 10u);
  for (const char* text : {"", "2", "2GB", "1.5GiB", "-1GiB", "99999999999TiB", "GiB"})
    EXPECT_FALSE(parse_size(text)) << text;
  EXPECT_EQ(format_size(std::uint64_t{3} << 20), "3MiB");
}

TEST(ConfigText, AGlobIsLinearInItsWorstCase) {
  EXPECT_TRUE(matches_glob("*.gov.cn", "a.b.gov.cn"));
  EXPECT_TRUE(matches_glob("a?c*", "abc"));
  EXPECT_FALSE(matches_glob("*.gov.cn", "gov.cn"));
  EXPECT_TRUE(matches_glob("", ""));
  EXPECT_FALSE(matches_glob("?", ""));
  EXPECT_FALSE(matches_glob(std::string(1000, '*') + "b", std::string(1000, 'a')));
}

}  // namespace
}  // namespace xuncha
