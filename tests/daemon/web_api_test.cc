#include "daemon/web/api.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "core/limits.h"
#include "daemon/report/record_json.h"
#include "tests/support/web_fixture.h"

namespace xuncha {
namespace {

using nlohmann::json;
using std::string;
using test::small_snapshot;
using test::wished_finding;

HttpResponse ask(const Snapshot& snapshot, const string& target) {
  HttpRequest request;
  request.method = "GET";
  request.path = target.substr(0, target.find('?'));
  if (target.size() > request.path.size()) request.query = target.substr(request.path.size() + 1);
  return answer_api(request, snapshot);
}

std::vector<string> ids(const HttpResponse& response) {
  std::vector<string> found;
  const json answer = json::parse(response.body);
  for (const json& record : answer.at("data")) found.push_back(record.value("id", record.at("site").get<string>()));
  return found;
}

// All ids of a list, followed page by page.
std::vector<string> follow(const Snapshot& snapshot, const string& target, string cursor = {}) {
  std::vector<string> all;
  for (int page = 0; page < 10'000; ++page) {
    const HttpResponse response = ask(snapshot, target + (cursor.empty() ? "" : "&cursor=" + cursor));
    EXPECT_EQ(response.status, 200) << response.body;
    for (const string& id : ids(response)) all.push_back(id);
    const json next = json::parse(response.body).at("next");
    if (next.is_null()) return all;
    cursor = next.get<string>();
  }
  ADD_FAILURE() << "no end";
  return all;
}

// --- records -------------------------------------------------------------------------------------------------------

TEST(Api, ColumnsOfASiteAreListedWithTheirVerdicts) {
  const SnapshotPointer snapshot = test::small_snapshot();
  const auto ask = [&](const std::string& path, const std::string& query) {
    HttpRequest request;
    request.method = "GET";
    request.path = path;
    request.query = query;
    return answer_api(request, *snapshot);
  };
  const auto first = ask("/api/v1/sites/www.a.gov.cn/columns", "limit=1");
  EXPECT_EQ(first.status, 200);
  const auto page = nlohmann::json::parse(first.body);
  ASSERT_EQ(page["data"].size(), 1u);
  EXPECT_EQ(page["data"][0]["record"], "column");
  EXPECT_EQ(page["data"][0]["id"], "c0a1b2c3d");
  EXPECT_EQ(page["data"][0]["newest"], "2026-04-09");
  EXPECT_EQ(page["data"][0]["verdict"], "stale");
  EXPECT_EQ(page["data"][0]["last_seen"], "2026-04-25T19:00:00Z");
  const auto rest = nlohmann::json::parse(
      ask("/api/v1/sites/www.a.gov.cn/columns", "cursor=" + page["next"].get<std::string>()).body);
  ASSERT_EQ(rest["data"].size(), 1u);
  EXPECT_EQ(rest["data"][0]["id"], "letters");
  EXPECT_TRUE(rest["data"][0]["newest"].is_null());
  EXPECT_TRUE(rest["next"].is_null());
  EXPECT_EQ(ask("/api/v1/sites/www.b.gov.cn:8080~zwgk%2F/columns", "").status, 200);
  EXPECT_EQ(ask("/api/v1/sites/nowhere/columns", "").status, 404);
  EXPECT_EQ(ask("/api/v1/sites/www.a.gov.cn/columns", "state=open").status, 400);
}

TEST(WebApi, FindingsAreTheRecordsOfTheContract) {
  const auto snapshot = small_snapshot();
  const FindingPointer finding = snapshot->sites[0]->findings[0];
  const HttpResponse response = ask(*snapshot, "/api/v1/findings/" + finding->id);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.content_type, "application/json; charset=utf-8");
  const json answer = json::parse(response.body);
  ASSERT_EQ(answer.at("data").size(), 1u);
  EXPECT_TRUE(answer.at("next").is_null());
  EXPECT_EQ(answer.at("data")[0], json::parse(finding_json(*finding, texts(Language::kChinese))));
  const json english = json::parse(ask(*snapshot, "/api/v1/findings/" + finding->id + "?lang=en").body);
  EXPECT_EQ(english.at("data")[0], json::parse(finding_json(*finding, texts(Language::kEnglish))));
}

// docs/INTERFACE.md, Records, `site`.
TEST(WebApi, ASiteTellsItsAvailability) {
  const json answer = json::parse(ask(*small_snapshot(), "/api/v1/sites/www.a.gov.cn").body);
  const json& availability = answer.at("data")[0].at("availability");
  EXPECT_EQ(availability.at("one_sample"), false);
  EXPECT_EQ(availability.at("family"), "ipv4");
  EXPECT_EQ(availability.at("window"), 7 * 86'400);
  EXPECT_EQ(availability.at("samples"), 2'010);
  EXPECT_EQ(availability.at("failed"), 101);
  EXPECT_EQ(availability.at("slow"), 40);
  EXPECT_NEAR(availability.at("share").get<double>(), 0.0502, 0.0001);
  EXPECT_NEAR(availability.at("share_low").get<double>(), 0.041, 0.001);  // Wilson: 4.1 to 6.1 %
  EXPECT_NEAR(availability.at("share_high").get<double>(), 0.061, 0.001);
  EXPECT_EQ(availability.at("verdict"), "failed");
  EXPECT_EQ(availability.at("outages").at("count"), 2);
  EXPECT_EQ(availability.at("outages").at("longest"), 8 * 3'600);
  EXPECT_EQ(availability.at("outages").at("longest_phase"), "connect");
  EXPECT_EQ(availability.at("void").at("samples"), 6);
  EXPECT_EQ(availability.at("void").at("seconds"), 1'800);
  EXPECT_EQ(availability.at("last").at("result"), "open");
  EXPECT_TRUE(availability.at("ipv6").is_null());
}

TEST(WebApi, SitesAreTheRecordsOfTheContractAndMore) {
  const json answer = json::parse(ask(*small_snapshot(), "/api/v1/sites").body);
  ASSERT_EQ(answer.at("data").size(), 2u);
  const json& site = answer.at("data")[0];
  EXPECT_EQ(site.at("record"), "site");
  EXPECT_EQ(site.at("schema"), 1);
  EXPECT_EQ(site.at("site"), "www.a.gov.cn");
  EXPECT_EQ(site.at("home"), "https://www.a.gov.cn/");
  EXPECT_EQ(site.at("name"), "甲市人民政府");
  EXPECT_EQ(site.at("other_scheme").at("state"), "none");
  EXPECT_EQ(site.at("other_scheme").at("reason"), "connect_refused");
  EXPECT_EQ(site.at("patrol").at("last_complete"), "2026-04-25T20:00:00Z");
  EXPECT_TRUE(site.at("patrol").at("running_since").is_null());
  EXPECT_EQ(site.at("patrol").at("interval"), 86400);
  EXPECT_EQ(site.at("pages").at("broken"), 3);
  EXPECT_EQ(site.at("links_broken").at("external"), 2);
  EXPECT_EQ(site.at("findings_open"), json({{"info", 0}, {"minor", 1}, {"major", 1}, {"critical", 0}}));
  EXPECT_TRUE(answer.at("data")[1].at("name").is_null());
}

TEST(WebApi, ASiteWhoseIdHoldsASlashIsAskedForInEncodedForm) {
  EXPECT_EQ(ids(ask(*small_snapshot(), "/api/v1/sites/www.b.gov.cn%3A8080~zwgk%2F")),
            std::vector<string>{"www.b.gov.cn:8080~zwgk/"});
}

// --- filters -------------------------------------------------------------------------------------------------------

struct FilterRow {
  string query;
  std::size_t findings;
};

class WebApiFilters : public testing::TestWithParam<FilterRow> {};

TEST_P(WebApiFilters, ChooseFindings) {
  const auto answer = ask(*small_snapshot(), "/api/v1/findings?" + GetParam().query);
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(ids(answer).size(), GetParam().findings) << GetParam().query;
}

INSTANTIATE_TEST_SUITE_P(
    Rows, WebApiFilters,
    testing::Values(FilterRow{"", 4}, FilterRow{"&&", 4}, FilterRow{"state=open", 2}, FilterRow{"state=suspect", 1},
                    FilterRow{"state=ignored", 0}, FilterRow{"rule=link.wrong", 1}, FilterRow{"rule=link", 4},
                    FilterRow{"rule=link.*", 4}, FilterRow{"rule=site", 0}, FilterRow{"site=www.a.gov.cn", 4},
                    FilterRow{"site=www.b.gov.cn%3A8080~zwgk%2F", 0}, FilterRow{"since=2026-04-22T00:00:00Z", 1},
                    FilterRow{"since=2026-04-22T08:00:00+08:00", 1}, FilterRow{"since=2026-04-22T08:00:01%2B08:00", 0},
                    FilterRow{"since=2026-04-20", 4}, FilterRow{"state=open&rule=link.broken&limit=1", 1}));

struct RefusedRow {
  string target;
  int status;
  string says;
};

class WebApiRefused : public testing::TestWithParam<RefusedRow> {};

TEST_P(WebApiRefused, SayWhatIsPermitted) {
  const HttpResponse response = ask(*small_snapshot(), GetParam().target);
  EXPECT_EQ(response.status, GetParam().status);
  EXPECT_EQ(response.content_type, "application/json; charset=utf-8");
  const json error = json::parse(response.body).at("error");
  EXPECT_EQ(error.at("code"), GetParam().status == 404 ? "not_found" : "bad_parameter");
  EXPECT_NE(error.at("message").get<string>().find(GetParam().says), string::npos) << error;
}

INSTANTIATE_TEST_SUITE_P(
    Rows, WebApiRefused,
    testing::Values(
        RefusedRow{"/api/v1/findings?sort=x", 400, "permitted: site, rule, state, since, limit, cursor, lang."},
        RefusedRow{"/api/v1/findings?%1B[31m=x", 400, "Unknown parameter"},
        RefusedRow{"/api/v1/findings?state=opened", 400,
                   "permitted: one of suspect, open, acknowledged, mended, closed, ignored."},
        RefusedRow{"/api/v1/findings?state=", 400, "one of suspect"},
        RefusedRow{"/api/v1/findings?state=open&state=closed", 400, "\"state\" stands twice"},
        RefusedRow{"/api/v1/findings?rule=link.brokne", 400, "site.unreachable, site.tls"},
        RefusedRow{"/api/v1/findings?site=www.x.gov.cn", 400, "/api/v1/sites lists them"},
        RefusedRow{"/api/v1/findings?since=yesterday", 400, "RFC 3339"},
        RefusedRow{"/api/v1/findings?since=2026-02-30T00:00:00Z", 400, "RFC 3339"},
        RefusedRow{"/api/v1/findings?limit=0", 400, "a number from 1 to 1000"},
        RefusedRow{"/api/v1/findings?limit=1001", 400, "a number from 1 to 1000"},
        RefusedRow{"/api/v1/findings?limit=-1", 400, "a number from 1 to 1000"},
        RefusedRow{"/api/v1/findings?limit=99999999999999999999999", 400, "a number from 1 to 1000"},
        RefusedRow{"/api/v1/findings?lang=fr", 400, "zh-CN or en"},
        RefusedRow{"/api/v1/findings?cursor=", 400, "as it was given"},
        RefusedRow{"/api/v1/findings?cursor=AAAA", 400, "as it was given"},
        RefusedRow{"/api/v1/findings?%", 400, "cannot be read"}, RefusedRow{"/api/v1/findings?a=%00", 400, "cannot be"},
        RefusedRow{"/api/v1/sites?state=open", 400, "permitted: limit, cursor."},
        RefusedRow{"/api/v1/sites/www.a.gov.cn?limit=1", 400, "permitted: none."},
        RefusedRow{"/api/v1/sites/www.x.gov.cn", 404, "No site"},
        RefusedRow{"/api/v1/sites/www.b.gov.cn:8080~zwgk/", 404, "nothing here"},
        RefusedRow{"/api/v1/findings/0123", 404, "no finding"},
        RefusedRow{"/api/v1/findings/00000000000000000000000000000000", 404, "no finding"},
        RefusedRow{"/api/v1/findings/%00", 404, "nothing here"}, RefusedRow{"/api/v1/", 404, "nothing here"},
        RefusedRow{"/api/v2/sites", 404, "nothing here"}, RefusedRow{"/api", 404, "nothing here"}));

TEST(WebApi, TooManyParametersAreRefused) {
  string query;
  for (int index = 0; index < 21; ++index) query += "&state=open";
  EXPECT_EQ(ask(*small_snapshot(), "/api/v1/findings?" + query).status, 400);
}

// --- cursors -------------------------------------------------------------------------------------------------------

TEST(WebApiCursor, FollowsAListToItsEndOnceEach) {
  const auto snapshot = test::large_snapshot(7, 23);
  for (const char* limit : {"1", "10", "23", "160", "161", "1000"}) {
    const auto all = follow(*snapshot, string("/api/v1/findings?limit=") + limit);
    EXPECT_EQ(all.size(), 161u) << limit;
    EXPECT_EQ(std::set<string>(all.begin(), all.end()).size(), 161u) << limit;
  }
  EXPECT_EQ(follow(*snapshot, "/api/v1/findings?limit=5&site=www.s00003.gov.cn").size(), 23u);
  EXPECT_EQ(follow(*snapshot, "/api/v1/sites?limit=2").size(), 7u);
}

// A snapshot that changes between two pages: what was there all the time is seen exactly once.
TEST(WebApiCursor, SurvivesInsertsRemovalsAndTransitions) {
  const auto before = test::large_snapshot(3, 10);
  const HttpResponse first = ask(*before, "/api/v1/findings?limit=12");
  const auto first_ids = ids(first);
  Snapshot after = *before;
  after.sites.erase(after.sites.begin());  // with the first ten of the page
  SiteSnapshot changed = *after.sites[0];
  const string changed_id = changed.findings[5]->id;
  for (int index = 0; index < 20; ++index) {
    changed.findings.push_back(wished_finding({.site = changed.id, .subject = "https://new/" + std::to_string(index)}));
  }
  std::erase_if(changed.findings, [&](const FindingPointer& each) { return each->id == first_ids.back(); });
  for (FindingPointer& each : changed.findings) {
    if (each->id != changed_id) continue;
    Finding closed = *each;
    closed.state = FindingState::kClosed;
    closed.last_transition += std::chrono::hours(24);
    each = std::make_shared<const Finding>(std::move(closed));
  }
  after.sites[0] = make_site_snapshot(std::move(changed));
  const auto rest = follow(after, "/api/v1/findings?limit=12", json::parse(first.body).at("next").get<string>());
  std::multiset<string> seen(first_ids.begin(), first_ids.end());
  seen.insert(rest.begin(), rest.end());
  for (const SiteSnapshotPointer& site : before->sites) {
    for (const FindingPointer& finding : site->findings) EXPECT_EQ(seen.count(finding->id), 1u) << finding->id;
  }
}

TEST(WebApiCursor, ReadsBackWhatItWrites) {
  for (const Cursor& cursor : {Cursor{"a", ""}, Cursor{"www.b.gov.cn:8080~zwgk/", string(32, 'f')},
                               Cursor{string(limits::kSiteIdBytesMax, 'x'), string(32, '0')}}) {
    const auto read = decode_cursor(encode_cursor(cursor));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->site, cursor.site);
    EXPECT_EQ(read->finding, cursor.finding);
  }
}

TEST(WebApiCursor, IsRefusedWithAnyOneCharacterChanged) {
  const string good = encode_cursor({"www.a.gov.cn", string(32, '7')});
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (const char c : {'A', 'b', '0', '_', '=', '%', '\0'}) {
      if (good[at] == c) continue;
      string bad = good;
      bad[at] = c;
      EXPECT_FALSE(decode_cursor(bad)) << at << " " << c;
    }
  }
  EXPECT_FALSE(decode_cursor(good + "A"));
  EXPECT_FALSE(decode_cursor(good.substr(1)));
  EXPECT_FALSE(decode_cursor(string(100'000, 'A')));
}

TEST(WebApi, AnAnswerEndsEarlyBeforeItGetsTooLarge) {
  Snapshot snapshot = *small_snapshot();
  SiteSnapshot site;
  site.id = "www.c.gov.cn";
  for (int index = 0; index < 200; ++index) {
    Finding finding = *wished_finding({.site = site.id, .subject = std::to_string(index)});
    finding.where.assign(200, Place{"https://www.c.gov.cn/" + string(300, 'x'), "文字", Region::kMain, "a", 1});
    site.findings.push_back(std::make_shared<const Finding>(std::move(finding)));
  }
  snapshot.sites = {make_site_snapshot(std::move(site))};
  const HttpResponse response = ask(snapshot, "/api/v1/findings?limit=1000");
  EXPECT_LT(response.body.size(), limits::kWebListBytesMax + 200'000);
  EXPECT_FALSE(json::parse(response.body).at("next").is_null());
  EXPECT_EQ(follow(snapshot, "/api/v1/findings?limit=1000").size(), 200u);
}

}  // namespace
}  // namespace xuncha
