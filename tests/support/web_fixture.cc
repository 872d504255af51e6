#include "tests/support/web_fixture.h"

#include <algorithm>

namespace xuncha::test {
namespace {

Snapshot empty_snapshot() {
  Snapshot snapshot;
  snapshot.version = "1.2.3";
  snapshot.revision = "abcdef0";
  snapshot.made = *parse_time("2026-04-26T01:00:00Z");
  snapshot.started = *parse_time("2026-04-25T00:00:00Z");
  snapshot.config.last_success = *parse_time("2026-04-25T00:00:01Z");
  snapshot.process.mails = {{"sent", 3}, {"failed", 0}};
  snapshot.process.queue_lengths = {{"frontier", 12}};
  snapshot.process.coverage_debt = {{"home", 0.0}, {"crawl", 17.5}};
  snapshot.process.limits_reached = {{"links_per_page", 2}};
  snapshot.process.fetches[0] = 1234;
  snapshot.process.store_bytes = 5 << 20;
  snapshot.process.store_writes = store_write_histogram();
  for (const double seconds : {0.0004, 0.002, 0.002, 0.3, 60.0}) snapshot.process.store_writes.observe(seconds);
  snapshot.process.vantage_ipv4_up = true;
  snapshot.process.vantage_ipv6_up = false;
  return snapshot;
}

}  // namespace

FindingPointer wished_finding(const FindingWish& wish) {
  const WallTime first = *parse_time("2026-04-19T23:00:00Z");
  Evidence evidence;
  evidence.attempts.push_back({.at = first,
                               .phase = Phase::kHeaders,
                               .family = Family::kIpv4,
                               .address = IpAddress::v4(192, 0, 2, 7),
                               .status = 404,
                               .error = {},
                               .seconds = 0.25});
  evidence.redirects.push_back({302, "https://www.a.gov.cn/error/404.html"});
  evidence.headers.emplace_back("content-type", "text/html");
  evidence.excerpt = "页面不存在";
  Finding finding = make_finding(wish.site, wish.rule, wish.subject, wish.subject, {ReasonCode::kHttpStatus, 404},
                                 wish.severity, std::move(evidence), first);
  finding.state = wish.state;
  finding.last_transition = *parse_time(wish.last_transition);
  if (wish.state != FindingState::kSuspect) finding.opened = finding.last_transition;
  if (wish.state == FindingState::kClosed) finding.closed = finding.last_transition;
  finding.confirmations = 3;
  finding.where.push_back({"https://www.a.gov.cn/index.html", "关于举办培训班的通知", Region::kMain, "a", 123});
  finding.where_total = 12;
  return std::make_shared<const Finding>(std::move(finding));
}

SnapshotPointer small_snapshot() {
  Snapshot snapshot = empty_snapshot();
  SiteSnapshot a;
  a.id = "www.a.gov.cn";
  a.name = "甲市人民政府";
  a.unit = "甲市人民政府办公室";
  a.code = "1100000001";
  a.home = "https://www.a.gov.cn/";
  a.last_complete = *parse_time("2026-04-25T20:00:00Z");
  a.interval = std::chrono::hours(24);
  a.home_newest = std::chrono::year(2026) / 4 / 9;
  a.tls_not_after = *parse_time("2026-09-01T00:00:00Z");
  a.ipv6 = Ipv6Status{.stage = Ipv6Stage::kResources,
                      .doubt = Ipv6Doubt::kNone,
                      .v4_only_hosts = {"img.example.org"},
                      .level2_rate = 0.75,
                      .level3_rate = {}};
  a.other_scheme = OtherScheme{.url = "http://www.a.gov.cn/",
                               .state = SchemeState::kNone,
                               .reason = {ReasonCode::kConnectRefused, 0},
                               .seen = *parse_time("2026-04-25T20:00:00Z")};
  a.pages = {100, 3, 1, 0, 2, 5};
  a.links_broken = {3, 1, 0, 2};
  ColumnRecord news;
  news.id = "c0a1b2c3d";
  news.name = "工作<动态>";
  news.url = "https://www.a.gov.cn/gzdt/";
  news.column_class = ColumnClass::kNews;
  news.max_age_days = 7;
  news.sight.items = 20;
  news.sight.items_dated = 20;
  news.sight.newest = CivilDay(std::chrono::year(2026) / 4 / 9);
  news.verdict = ColumnVerdict::kStale;
  news.reason = "over_limit";
  news.last_seen = *parse_time("2026-04-25T19:00:00Z");
  ColumnRecord letters;
  letters.id = "letters";
  letters.name = "局长信箱";
  letters.url = "https://www.a.gov.cn/jzxx/";
  letters.max_age_days = 365;
  letters.reason = "script_rendered";
  a.columns = make_columns({letters, news});
  a.slots = {{"carousel", WallTime(std::chrono::seconds(1'777'000'000))}};
  a.findings = {wished_finding({}),
                wished_finding({.subject = "https://www.a.gov.cn/b.pdf", .severity = Severity::kMinor}),
                wished_finding({.rule = "link.wrong",
                                .subject = "https://www.a.gov.cn/c.html",
                                .state = FindingState::kSuspect,
                                .last_transition = "2026-04-22T00:00:00Z"}),
                wished_finding({.subject = "https://www.a.gov.cn/d.html", .state = FindingState::kClosed})};
  SiteSnapshot b;
  b.id = "www.b.gov.cn:8080~zwgk/";
  b.home = "http://www.b.gov.cn:8080/zwgk/";
  ProbeStatus probes;
  probes.site = "www.a.gov.cn";
  probes.counts[0] = ProbeCounts{.visits = 2'010, .failures = 101, .slow = 40};
  AvailabilityRecord availability;
  Availability& judged = availability.main.judged;
  judged.state = AvailabilityState::kFailed;
  judged.visits = 2'010;
  judged.failures = 101;
  judged.slow = 40;
  judged.uncounted = 6;
  judged.share = 101 / 2010.0;
  judged.interval = wilson_interval(101, 2'010);
  judged.outages = {.count = 2,
                    .longest = std::chrono::hours(8),
                    .longest_began = *parse_time("2026-04-23T20:00:00Z"),
                    .longest_phase = Phase::kConnect};
  availability.main.void_time = std::chrono::minutes(30);
  availability.main.last = ProbeSample{.at = *parse_time("2026-04-25T23:59:00Z"), .times = {.body = Milliseconds(400)}};
  probes.availability = availability;
  snapshot.probes = {std::make_shared<const ProbeStatus>(probes)};
  snapshot.process.probe_durations = {probe_histogram(), probe_histogram()};
  snapshot.process.probe_durations[0].observe(15.5);
  snapshot.sites = {make_site_snapshot(std::move(b)), make_site_snapshot(std::move(a))};
  return make_snapshot(std::move(snapshot));
}

SnapshotPointer large_snapshot(std::size_t count, std::size_t findings) {
  Snapshot snapshot = empty_snapshot();
  for (std::size_t index = 0; index < count; ++index) {
    const std::string number = std::to_string(index);
    const std::string id = "www.s" + std::string(5 - std::min<std::size_t>(number.size(), 5), '0') + number + ".gov.cn";
    SiteSnapshot site;
    site.id = id;
    site.name = "某某市人民政府第" + std::to_string(index) + "号网站";
    site.home = "https://" + site.id + "/";
    for (std::size_t each = 0; each < findings; ++each) {
      site.findings.push_back(wished_finding({.site = site.id, .subject = site.home + std::to_string(each)}));
    }
    snapshot.sites.push_back(make_site_snapshot(std::move(site)));
  }
  return make_snapshot(std::move(snapshot));
}

}  // namespace xuncha::test
