#include "daemon/web/metrics.h"

#include <gtest/gtest.h>

#include <chrono>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "tests/support/run_program.h"
#include "tests/support/web_fixture.h"

namespace xuncha {
namespace {

using std::string;
using test::small_snapshot;

// The sample's value by its line up to the blank; "" when there is none.
string sample(const string& metrics, const string& series) {
  const std::size_t at = ("\n" + metrics).find("\n" + series + " ");
  if (at == string::npos) return {};
  const std::size_t begin = at + series.size() + 1;
  return metrics.substr(begin, metrics.find('\n', begin) - begin);
}

std::vector<string> lines_of(const string& text) {
  std::vector<string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

TEST(Metrics, HoldTheNumbersOfTheSnapshot) {
  const string metrics = render_metrics(*small_snapshot(), {{"web_time", 4}});
  const std::map<string, string> expected = {
      {"xuncha_build_info{version=\"1.2.3\",revision=\"abcdef0\"}", "1"},
      {"xuncha_config_last_reload_successful", "1"},
      {"xuncha_config_last_reload_success_timestamp_seconds", "1777075201"},
      {"xuncha_sites", "2"},
      {"xuncha_site_info{site=\"www.a.gov.cn\",name=\"甲市人民政府\",unit=\"甲市人民政府办公室\",code=\"1100000001\"}",
       "1"},
      {"xuncha_patrol_last_complete_timestamp_seconds{site=\"www.a.gov.cn\"}", "1777147200"},
      {"xuncha_patrol_last_complete_timestamp_seconds{site=\"www.b.gov.cn:8080~zwgk/\"}", "0"},
      {"xuncha_patrol_interval_seconds{site=\"www.a.gov.cn\"}", "86400"},
      {"xuncha_tls_not_after_timestamp_seconds{site=\"www.a.gov.cn\"}", "1788220800"},
      {"xuncha_home_newest_item_timestamp_seconds{site=\"www.a.gov.cn\"}", "1775664000"},
      {"xuncha_ipv6_links_ratio{site=\"www.a.gov.cn\",level=\"2\"}", "0.75"},
      {"xuncha_probes_total{site=\"www.a.gov.cn\",family=\"ipv4\"}", "2010"},
      {"xuncha_probe_failures_total{site=\"www.a.gov.cn\",family=\"ipv4\"}", "101"},
      {"xuncha_probe_slow_total{site=\"www.a.gov.cn\",family=\"ipv4\"}", "40"},
      {"xuncha_probe_duration_seconds_bucket{family=\"ipv4\",le=\"15\"}", "0"},
      {"xuncha_probe_duration_seconds_bucket{family=\"ipv4\",le=\"20\"}", "1"},
      {"xuncha_ipv6_stage{site=\"www.a.gov.cn\"}", "6"},
      {"xuncha_columns{site=\"www.a.gov.cn\",verdict=\"stale\"}", "1"},
      {"xuncha_slot_changed_timestamp_seconds{site=\"www.a.gov.cn\",slot=\"carousel\"}", "1777000000"},
      {"xuncha_columns{site=\"www.a.gov.cn\",verdict=\"fresh\"}", "0"},
      {"xuncha_column_info{site=\"www.a.gov.cn\",column=\"c0a1b2c3d\",name=\"工作<动态>\",class=\"news\"}", "1"},
      {"xuncha_column_newest_item_timestamp_seconds{site=\"www.a.gov.cn\",column=\"c0a1b2c3d\"}", "1775664000"},
      {"xuncha_column_max_age_seconds{site=\"www.a.gov.cn\",column=\"letters\"}", "31536000"},
      {"xuncha_pages{site=\"www.a.gov.cn\",verdict=\"broken\"}", "3"},
      {"xuncha_links_broken{site=\"www.a.gov.cn\",kind=\"external\"}", "2"},
      {"xuncha_findings_open{site=\"www.a.gov.cn\",severity=\"major\"}", "1"},
      {"xuncha_findings_open{site=\"www.a.gov.cn\",severity=\"critical\"}", "0"},
      {"xuncha_findings{rule=\"link.broken\",state=\"open\"}", "2"},
      {"xuncha_findings{rule=\"link.wrong\",state=\"suspect\"}", "1"},
      {"xuncha_findings{rule=\"site.tls\",state=\"open\"}", "0"},
      {"xuncha_fetches_total{class=\"page\"}", "1234"},
      {"xuncha_fetches_total{class=\"probe\"}", "0"},
      {"xuncha_mails_total{result=\"failed\"}", "0"},
      {"xuncha_queue_length{queue=\"frontier\"}", "12"},
      {"xuncha_coverage_debt_seconds{lane=\"crawl\"}", "17.5"},
      {"xuncha_limit_reached_total{limit=\"links_per_page\"}", "2"},
      {"xuncha_limit_reached_total{limit=\"web_time\"}", "4"},
      {"xuncha_store_bytes", "5242880"},
      {"xuncha_store_write_seconds_bucket{le=\"0.0005\"}", "1"},
      {"xuncha_store_write_seconds_bucket{le=\"0.0025\"}", "3"},
      {"xuncha_store_write_seconds_bucket{le=\"5\"}", "4"},
      {"xuncha_store_write_seconds_bucket{le=\"+Inf\"}", "5"},
      {"xuncha_store_write_seconds_count", "5"},
      {"xuncha_vantage_up{family=\"ipv4\"}", "1"},
      {"xuncha_vantage_up{family=\"ipv6\"}", "0"},
      {"process_start_time_seconds", "1777075200"},
  };
  for (const auto& [series, value] : expected) {
    const string found = sample(metrics, series);
    EXPECT_FALSE(found.empty()) << series << "\n" << metrics;
    if (found.empty()) continue;
    EXPECT_EQ(std::stod(found), std::stod(value)) << series;
  }
}

TEST(Metrics, House_every_metric_has_help_type_and_at_least_one_sample) {
  const string metrics = render_metrics(*small_snapshot(), {}, read_kernel_figures());
  std::set<string> helped;
  std::set<string> typed;
  std::set<string> sampled;
  for (const string& line : lines_of(metrics)) {
    const auto name_at = [&line](std::size_t at) { return line.substr(at, line.find_first_of(" {", at) - at); };
    if (line.starts_with("# HELP ")) {
      helped.insert(name_at(7));
    } else if (line.starts_with("# TYPE ")) {
      typed.insert(name_at(7));
    } else {
      string name = name_at(0);
      for (const char* suffix : {"_bucket", "_sum", "_count"}) {
        const bool is_histogram =
            name.starts_with("xuncha_store_write_seconds") || name.starts_with("xuncha_probe_duration_seconds");
        if (is_histogram && name.ends_with(suffix)) {
          name.resize(name.size() - string(suffix).size());
        }
      }
      sampled.insert(name);
    }
  }
  EXPECT_EQ(helped, typed);
  EXPECT_EQ(helped, sampled);
  EXPECT_GE(helped.size(), 25u);
}

TEST(Metrics, WhatIsNotKnownOfIpv6IsNoStage) {
  Snapshot snapshot = *small_snapshot();
  SiteSnapshot site = *snapshot.sites[0];
  site.ipv6 = Ipv6Status{.stage = Ipv6Stage::kUnknown, .doubt = Ipv6Doubt::kUnproven, .v4_only_hosts = {}};
  snapshot.sites[0] = make_site_snapshot(std::move(site));
  EXPECT_EQ(render_metrics(snapshot).find("xuncha_ipv6_stage{"), string::npos);
}

TEST(Metrics, SeriesOfColumnsCanBeSwitchedOff) {
  Snapshot snapshot = *small_snapshot();
  EXPECT_EQ(render_metrics(snapshot).find("xuncha_column_newest_item_timestamp_seconds{site=\"www.a.gov.cn\","
                                          "column=\"letters\""),
            string::npos);  // no item of it is known
  snapshot.column_metrics = false;
  const string metrics = render_metrics(snapshot);
  EXPECT_EQ(metrics.find("xuncha_column_"), string::npos);
  EXPECT_EQ(sample(metrics, "xuncha_columns{site=\"www.a.gov.cn\",verdict=\"unknown\"}"), "1");
}

TEST(Metrics, SeriesAreBoundedBySites) {
  const auto count = [](std::size_t sites) {
    std::size_t series = 0;
    for (const string& line : lines_of(render_metrics(*test::large_snapshot(sites, 3)))) {
      series += line.starts_with('#') ? 0 : 1;
    }
    return series;
  };
  // site_info, two of patrol, 6 of pages, 4 of links_broken, 4 of findings_open: 17 a site, whatever was found there.
  EXPECT_EQ(count(30) - count(10), 20u * 17u);
  std::ifstream file(string(XUNCHA_SOURCE_DIR) + "/docs/METRICS.md");
  const string text{std::istreambuf_iterator<char>(file), {}};
  EXPECT_NE(text.find("A site costs 17 series, so 3,000 sites are 51,000"), string::npos);
}

TEST(Metrics, House_a_rule_of_another_version_is_no_label_value) {
  Snapshot snapshot = *small_snapshot();
  SiteSnapshot site = *snapshot.sites[0];
  site.findings.push_back(test::wished_finding({.rule = "future.rule", .subject = "x"}));
  snapshot.sites[0] = make_site_snapshot(std::move(site));
  EXPECT_EQ(render_metrics(snapshot).find("future.rule"), string::npos);
}

TEST(Metrics, House_names_that_are_not_a_closed_set_are_cut) {
  Snapshot snapshot = *small_snapshot();
  for (int index = 0; index < 1000; ++index) snapshot.process.queue_lengths["q" + std::to_string(index)] = 1;
  std::size_t queues = 0;
  for (const string& line : lines_of(render_metrics(snapshot))) queues += line.starts_with("xuncha_queue_length{");
  EXPECT_EQ(queues, 64u);
}

TEST(Metrics, PromtoolFindsNothingToComplainOfEvenWithHostileNames) {
  Snapshot snapshot = *small_snapshot();
  SiteSnapshot site;
  site.id = "www.c.gov.cn";
  site.name = "quote\" backslash\\ line\nend \xff\xfe {x=\"y\"} 1 " + string(5000, 'x');
  site.unit = "\x01\x02";
  snapshot.sites.push_back(make_site_snapshot(std::move(site)));
  const string metrics = render_metrics(snapshot, {}, read_kernel_figures());
  EXPECT_NE(metrics.find("name=\"quote\\\" backslash\\\\ line\\nend \xEF\xBF\xBD"), string::npos);
  if (!std::filesystem::exists("/usr/bin/promtool")) GTEST_SKIP() << "no promtool (Debian package prometheus)";
  const auto checked = test::run_program("/usr/bin/promtool", {"check", "metrics"}, std::chrono::seconds(30), metrics);
  EXPECT_EQ(checked.exit_code, 0) << checked.out << checked.err;
  EXPECT_EQ(checked.out + checked.err, "");
}

TEST(Metrics, KernelFiguresAreOfThisProcess) {
  const auto figures = read_kernel_figures();
  ASSERT_TRUE(figures);
  EXPECT_GT(figures->resident_bytes, 1u << 20);
  EXPECT_GE(figures->virtual_bytes, figures->resident_bytes);
  EXPECT_GE(figures->open_descriptors, 3u);
  EXPECT_GE(figures->descriptors_max, figures->open_descriptors);
  EXPECT_GE(figures->threads, 1u);
  EXPECT_GE(figures->cpu_seconds, 0);
}

// A guard of the cause (one pass over the sites), not of the speed.
TEST(Metrics, TenThousandSitesAreRenderedInSeconds) {
  const auto snapshot = test::large_snapshot(10'000, 1);
  const std::clock_t begin = std::clock();  // the processor's time: what else the machine does is not measured
  const string metrics = render_metrics(*snapshot);
  const double spent = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  RecordProperty("milliseconds", static_cast<int>(spent * 1000));
  RecordProperty("bytes", static_cast<int>(metrics.size()));
  EXPECT_LT(spent, 5);
}

}  // namespace
}  // namespace xuncha
