// `xuncha site discover`: what it writes is a configuration as it stands, whatever a portal calls its columns.
#include "daemon/cli/command_site.h"

#include <gtest/gtest.h>

#include <sstream>

#include "daemon/config/read.h"

namespace xuncha {
namespace {

ColumnRecord column(const std::string& name, const std::string& url, ColumnClass column_class, std::uint32_t days) {
  ColumnRecord record;
  record.name = name;
  record.url = url;
  record.column_class = column_class;
  record.class_reason = "公告";
  record.max_age_days = days;
  record.sight.items = 20;
  record.sight.confidence = 0.95;
  record.sight.newest = CivilDay(std::chrono::year(2026) / 4 / 9);
  record.verdict = ColumnVerdict::kFresh;
  record.reason = "within_limit";
  return record;
}

std::string written(const std::vector<ColumnRecord>& columns, Language language = Language::kChinese) {
  std::ostringstream out;
  DiscoveryOptions options;
  options.home = *parse_url("http://www.portal.gov.cn/").url;
  options.allow_cidr = {*parse_cidr("127.0.0.0/8")};
  options.language = language;
  const auto writer = make_discovery_writer(options, out);
  for (const ColumnRecord& each : columns) writer->column("www.portal.gov.cn", each);
  SummaryRecord summary;
  summary.complete = true;
  writer->summary(summary);
  EXPECT_TRUE(writer->finish().ok());
  return out.str();
}

Configuration read(const std::string& text) {
  ConfigurationReading reading = parse_configuration(text, "discovered.yml");
  for (const Error& fault : reading.faults) ADD_FAILURE() << fault.where << ": " << fault.message << "\n" << text;
  if (reading.configuration.sites.empty()) reading.configuration.sites.emplace_back();
  return std::move(reading.configuration);
}

TEST(SiteDiscover, WritesWhatTheConfigurationTakesAsItStands) {
  const std::string text = written({
      column("通知公告", "http://www.portal.gov.cn/zwgk/tzgg/", ColumnClass::kNotice, 180),
      column("工作动态", "http://www.portal.gov.cn/zwgk/gzdt/index.html", ColumnClass::kNews, 7),
  });
  const Configuration configuration = read(text);
  ASSERT_EQ(configuration.sites.size(), 1u);
  const SiteConfig& site = configuration.sites[0];
  EXPECT_EQ(site.home.href(), "http://www.portal.gov.cn/");
  ASSERT_EQ(site.columns.size(), 2u);
  EXPECT_EQ(site.columns[0].id, "gzdt");
  EXPECT_EQ(site.columns[0].name, "工作动态");
  EXPECT_EQ(site.columns[0].column_class, ColumnClass::kNews);
  EXPECT_EQ(site.columns[0].max_age_days, 7u);
  EXPECT_EQ(site.columns[1].id, "tzgg");
  EXPECT_EQ(site.allow_cidr.size(), 1u);
  EXPECT_NE(text.find("# 依据：公告"), std::string::npos);
  EXPECT_NE(text.find("2026-04-09"), std::string::npos);
  EXPECT_NE(written({}, Language::kEnglish).find("No column was found"), std::string::npos);
  EXPECT_EQ(read(written({})).sites[0].columns.size(), 0u);
}

TEST(SiteDiscover, ColumnsThatOweNothingStandInCommentsOnly) {
  ColumnRecord standing = column("联系我们", "http://www.portal.gov.cn/lxwm/", ColumnClass::kOther, 365);
  standing.standing = true;
  ColumnRecord container = column("政务公开", "http://www.portal.gov.cn/zwgk/", ColumnClass::kOther, 365);
  container.container = true;
  const std::string text = written({standing, container});
  EXPECT_TRUE(read(text).sites[0].columns.empty());
  EXPECT_NE(text.find("#   联系我们"), std::string::npos);
  EXPECT_NE(text.find("(container)"), std::string::npos);
}

TEST(SiteDiscover, HostsThatTheHomePageRedirectsToAreNamed) {
  const Configuration configuration =
      read(written({column("通知", "http://www.new-portal.gov.cn/tzgg/", ColumnClass::kNotice, 180)}));
  EXPECT_EQ(configuration.sites[0].hosts, std::vector<std::string>{"www.new-portal.gov.cn"});
}

TEST(SiteDiscover, House_no_text_of_a_portal_breaks_the_file) {
  const char* kNames[] = {"a\"b\\c: d", "x\ny: z\n- q", "# 注释",   "{a: b}", "*anchor",
                          "'",          "\x1b[31m红",   "\xff\xfe", "%",      "null"};
  std::vector<ColumnRecord> columns;
  int number = 0;
  for (const char* name : kNames) {
    ColumnRecord each =
        column(name, "http://www.portal.gov.cn/l" + std::to_string(++number) + "/?a=%22&b='", ColumnClass::kNews, 7);
    each.class_reason = name;
    each.reason = name;
    columns.push_back(each);
    each.url += "&c=1";
    each.archived = true;
    columns.push_back(each);
  }
  EXPECT_EQ(read(written(columns)).sites[0].columns.size(), std::size(kNames));
}

TEST(SiteDiscover, House_ids_are_made_of_addresses_and_stand_once) {
  std::vector<ColumnRecord> columns;
  for (const char* path : {"/tzgg/", "/sub/tzgg/", "/", "/?id=3", "/c12ab34cd/", "/中文/", "/A_B/list.html"}) {
    columns.push_back(column("x", "http://www.portal.gov.cn" + std::string(path), ColumnClass::kNews, 7));
  }
  EXPECT_EQ(read(written(columns)).sites[0].columns.size(), columns.size());
}

}  // namespace
}  // namespace xuncha
