#include "daemon/report/report.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>

#include "core/civil.h"
#include "core/digest.h"
#include "daemon/report/record_json.h"

namespace xuncha {
namespace {

constexpr const char* kHostile =
    "</td><script>alert(1)</script>\"'=1+1\x1b[31m\xE2\x80\xAE"
    "fdp\r\n\xFF\xC2\x9B"
    "a,b;中文";

Finding a_finding() {
  Evidence evidence;
  evidence.attempts.push_back(Attempt{.at = *parse_time("2024-04-26T01:02:03Z"),
                                      .phase = Phase::kHeaders,
                                      .family = Family::kIpv4,
                                      .address = IpAddress::v4(127, 0, 0, 1),
                                      .status = 404,
                                      .error = {},
                                      .seconds = 0.1});
  evidence.redirects.push_back({.status = 301, .url = "http://www.example.gov.cn/b.html"});
  evidence.headers.emplace_back("content-type", "text/html");
  Finding finding = make_finding("www.example.gov.cn", "link.broken", "http://www.example.gov.cn/a.html",
                                 "http://www.example.gov.cn/a.html", *parse_reason("http_404"), Severity::kMajor,
                                 std::move(evidence), *parse_time("2024-04-26T01:02:03Z"));
  finding.state = FindingState::kOpen;
  finding.opened = finding.first_seen;
  finding.confirmations = 2;
  finding.where.push_back(
      {.page = "http://www.example.gov.cn/", .text = "通知公告", .region = Region::kNav, .tag = "a", .line = 123});
  finding.where.push_back(
      {.page = "http://www.example.gov.cn/i.html", .text = "通知", .region = Region::kNone, .tag = "a", .line = 7});
  finding.where_total = 12;
  return finding;
}

Finding a_hostile_finding() {
  Finding finding = a_finding();
  finding.subject = std::string("javascript:") + kHostile;
  for (Place& place : finding.where) place.text = place.page = place.tag = kHostile;
  finding.evidence.excerpt = finding.evidence.compared = finding.evidence.limit = finding.evidence.control = kHostile;
  finding.evidence.attempts[0].error = kHostile;
  finding.evidence.redirects[0].url = kHostile;
  finding.evidence.headers[0].second = kHostile;
  finding.reason = *parse_reason("title_mismatch");
  return finding;
}

SummaryRecord a_summary() {
  SummaryRecord record;
  record.site = "www.example.gov.cn";
  record.pages = 3;
  record.broken = 1;
  record.findings["link.broken"] = 1;
  record.complete = true;
  return record;
}

std::string report_of(ReportFormat format, const std::vector<Finding>& findings, bool colour = false) {
  std::ostringstream out;
  const auto writer =
      make_report_writer({.format = format, .language = Language::kChinese, .colour = colour, .now = {}}, out);
  writer->site(
      {.site = "www.example.gov.cn", .home = "http://www.example.gov.cn/", .own_site = false, .tls_not_after = {}});
  for (const Finding& finding : findings) writer->finding(finding);
  writer->page(PageRecord{.site = "www.example.gov.cn",
                          .url = "http://www.example.gov.cn/",
                          .final_url = {},
                          .reason = {},
                          .status = 200,
                          .family = Family::kIpv4,
                          .address = {},
                          .content_type = {},
                          .charset = {},
                          .bytes = 0,
                          .sha256 = {},
                          .seconds = 0,
                          .redirects = {},
                          .depth = 0,
                          .kind = {},
                          .links = 0});
  writer->summary(a_summary());
  EXPECT_TRUE(writer->finish());
  return out.str();
}

std::vector<std::string> keys_of(const nlohmann::ordered_json& json) {
  std::vector<std::string> keys;
  for (const auto& item : json.items()) keys.push_back(item.key());
  return keys;
}

using Keys = std::vector<std::string>;

// docs/INTERFACE.md, Records: names and order.
TEST(JsonRecords, AFindingHasTheFieldsOfTheContractInOrder) {
  const auto json = nlohmann::ordered_json::parse(finding_json(a_finding(), texts(Language::kChinese)));
  EXPECT_EQ(keys_of(json),
            (Keys{"record",  "schema", "site",          "id",     "rule",        "severity", "state",      "episode",
                  "subject", "reason", "title",         "detail", "advice",      "basis",    "first_seen", "last_seen",
                  "opened",  "closed", "confirmations", "where",  "where_total", "evidence"}));
  EXPECT_EQ(keys_of(json["where"][0]), (Keys{"url", "text", "region", "tag", "line"}));
  EXPECT_EQ(keys_of(json["evidence"]),
            (Keys{"attempts", "redirects", "headers", "body_sha256", "excerpt", "compared", "limit", "control"}));
  EXPECT_EQ(keys_of(json["evidence"]["attempts"][0]),
            (Keys{"at", "phase", "family", "address", "status", "error", "seconds"}));
  EXPECT_EQ(json["schema"], 1);
  EXPECT_EQ(json["reason"], "http_404");
  EXPECT_EQ(json["first_seen"], "2024-04-26T01:02:03Z");
  EXPECT_EQ(json["closed"], nullptr);
  EXPECT_EQ(json["where"][1]["region"], nullptr);
  EXPECT_EQ(json["where_total"], 12);
  EXPECT_EQ(json["evidence"]["attempts"][0]["seconds"], 0.1);
}

TEST(JsonRecords, APageHasTheFieldsOfTheContractInOrder) {
  const auto json = nlohmann::ordered_json::parse(page_json(PageRecord{}));
  EXPECT_EQ(keys_of(json),
            (Keys{"record", "schema", "site", "url", "final_url", "verdict", "reason", "status", "family", "address",
                  "content_type", "charset", "bytes", "sha256", "seconds", "redirects", "depth", "kind", "links"}));
  EXPECT_EQ(json["verdict"], "ok");
  EXPECT_EQ(json["reason"], nullptr);
}

TEST(JsonRecords, ASiteTellsWhatIsKnown) {
  SiteStatusRecord record{
      .site = "s", .home = "http://s/", .own_site = false, .tls_not_after = parse_time("2024-05-01T00:00:00Z")};
  EXPECT_EQ(site_json(record),
            R"({"record":"site","schema":1,"site":"s","home":"http://s/","tls":{"not_after":"2024-05-01T00:00:00Z"}})");
}

TEST(JsonRecords, ASiteTellsHowFarIpv6Comes) {
  SiteStatusRecord record{.site = "s", .home = "http://s/", .own_site = false, .tls_not_after = {}};
  record.ipv6 = Ipv6Status{
      .stage = Ipv6Stage::kResources, .doubt = Ipv6Doubt::kNone, .v4_only_hosts = {"a.example", "b.example"}};
  record.ipv6->level2_rate = 0.91666;
  EXPECT_EQ(site_json(record),
            R"({"record":"site","schema":1,"site":"s","home":"http://s/","ipv6":{"stage":"resources","why":null,)"
            R"("level2_rate":0.9167,"level3_rate":null,"v4_only_hosts":["a.example","b.example"]},)"
            R"("tls":{"not_after":null}})");
  EXPECT_EQ(describe_ipv6(texts(Language::kEnglish), *record.ipv6), "parts missing");
  record.ipv6 = Ipv6Status{.stage = Ipv6Stage::kUnknown, .doubt = Ipv6Doubt::kNoRoute, .v4_only_hosts = {}};
  EXPECT_EQ(describe_ipv6(texts(Language::kEnglish), *record.ipv6), "not judged: no IPv6 network here");
  EXPECT_EQ(describe_ipv6(texts(Language::kChinese), *record.ipv6), "未能判断：本机没有 IPv6 网络");
  for (const Language language : {Language::kChinese, Language::kEnglish}) {
    for (std::size_t stage = 0; stage < texts(language).words.ipv6_stages.size(); ++stage) {
      EXPECT_FALSE(texts(language).words.ipv6_stages[stage].empty()) << stage;
    }
    for (std::size_t doubt = 1; doubt < texts(language).words.ipv6_doubts.size(); ++doubt) {
      EXPECT_FALSE(texts(language).words.ipv6_doubts[doubt].empty()) << doubt;
    }
  }
}

TEST(JsonRecords, ASiteTellsWhatTheOtherSchemeShows) {
  SiteStatusRecord record{.site = "s", .home = "http://s/", .own_site = false, .tls_not_after = {}};
  record.other_scheme = OtherScheme{.url = "https://s/",
                                    .state = SchemeState::kBroken,
                                    .reason = {ReasonCode::kTlsName, 0},
                                    .seen = *parse_time("2024-05-01T00:00:00Z")};
  EXPECT_EQ(
      site_json(record),
      R"({"record":"site","schema":1,"site":"s","home":"http://s/","tls":{"not_after":null},)"
      R"("other_scheme":{"url":"https://s/","state":"broken","reason":"tls_name","seen":"2024-05-01T00:00:00Z"}})");
  EXPECT_EQ(other_scheme_name(*record.other_scheme), "HTTPS");
  const Texts& english = texts(Language::kEnglish);
  EXPECT_EQ(describe_other_scheme(english, *record.other_scheme),
            "does not open: " + std::string(reason_texts(english, record.other_scheme->reason).name));
  record.other_scheme = OtherScheme{.url = "http://s/", .state = SchemeState::kRedirect, .reason = {}, .seen = {}};
  EXPECT_EQ(other_scheme_name(*record.other_scheme), "HTTP");
  EXPECT_EQ(describe_other_scheme(texts(Language::kChinese), *record.other_scheme), "自动跳转到本网站");
  record.other_scheme->state = SchemeState::kUnknown;
  EXPECT_EQ(describe_other_scheme(english, *record.other_scheme), "not judged: the page is another at each sight");
  for (const Language language : {Language::kChinese, Language::kEnglish}) {
    for (const std::string_view words : texts(language).words.scheme_states) EXPECT_FALSE(words.empty());
  }
}

TEST(JsonRecords, ASummaryHasTheFieldsOfTheContractInOrder) {
  EXPECT_EQ(summary_json(a_summary()),
            R"({"record":"summary","schema":1,"site":"www.example.gov.cn","pages":3,"requests":0,"links":0,)"
            R"("links_unique":0,"bytes":0,"seconds":0.0,"broken":1,"wrong":0,"blocked":0,"inconclusive":0,)"
            R"("skipped":{"robots":0,"budget":0,"scope":0,"address":0,"excluded":0},"findings":{"link.broken":1},)"
            R"("complete":true})");
}

TEST(JsonReport, EveryLineIsOneRecordWhateverThePortalSends) {
  std::istringstream lines(report_of(ReportFormat::kJson, {a_hostile_finding(), a_finding()}));
  std::vector<std::string> kinds;
  for (std::string line; std::getline(lines, line);) {
    const auto json = nlohmann::ordered_json::parse(line);
    kinds.push_back(json["record"]);
    EXPECT_TRUE(line.starts_with("{\"record\":\"" + kinds.back() + "\",\"schema\":1,\"site\":"));
  }
  EXPECT_EQ(kinds, (Keys{"site", "finding", "finding", "page", "summary"}));
}

// A reader of RFC 4180.
std::vector<std::vector<std::string>> read_csv(std::string_view text) {
  std::vector<std::vector<std::string>> rows(1, {""});
  bool quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string& field = rows.back().back();
    if (quoted) {
      if (text[at] != '"') {
        field.push_back(text[at]);
      } else if (at + 1 < text.size() && text[at + 1] == '"') {
        field.push_back(text[++at]);
      } else {
        quoted = false;
      }
    } else if (text[at] == '"') {
      quoted = true;
    } else if (text[at] == ',') {
      rows.back().emplace_back();
    } else if (text.substr(at, 2) == "\r\n") {
      ++at;
      rows.push_back({""});
    } else {
      ADD_FAILURE() << "a bare character at " << at;
    }
  }
  rows.pop_back();
  return rows;
}

TEST(CsvReport, HasABomAndOneRowAPlace) {  // docs/INTERFACE.md, xuncha check
  const std::string report = report_of(ReportFormat::kCsv, {a_finding()});
  ASSERT_TRUE(report.starts_with("\xEF\xBB\xBF"));
  const auto rows = read_csv(std::string_view(report).substr(3));
  ASSERT_EQ(rows.size(), 4u);  // names, two places, one page record
  EXPECT_EQ(rows[0][0], "record");
  EXPECT_EQ(rows[1][0], "finding");
  EXPECT_EQ(rows[1][11], "http://www.example.gov.cn/");
  EXPECT_EQ(rows[2][11], "http://www.example.gov.cn/i.html");
  EXPECT_EQ(rows[3][0], "page");
}

TEST(CsvReport, AHostileTextStaysInItsField) {
  const std::string report = report_of(ReportFormat::kCsv, {a_hostile_finding()});
  const auto rows = read_csv(std::string_view(report).substr(3));
  ASSERT_EQ(rows.size(), 4u);
  for (const auto& row : rows) {
    EXPECT_EQ(row.size(), rows[0].size());
    for (const std::string& field : row) {
      EXPECT_TRUE(field.empty() || std::string("=+-@\t\r\n").find(field[0]) == std::string::npos) << field;
    }
  }
}

TEST(CsvReport, AFindingWithoutPlacesHasOneRow) {
  Finding finding = a_finding();
  finding.where.clear();
  const std::string report = report_of(ReportFormat::kCsv, {finding});
  EXPECT_EQ(read_csv(std::string_view(report).substr(3)).size(), 3u);
}

TEST(TextReport, IsATableByRuleWithEvidence) {
  EXPECT_EQ(
      report_of(ReportFormat::kText, {a_finding()}),
      "政府网站巡查报告  www.example.gov.cn\n"
      "首页：http://www.example.gov.cn/\n"
      "\n"
      "■ 断链（链接打不开）  link.broken  1 项，12 处\n"
      "  级别  状态        处数  问题网址\n"
      "  重要  已确认        12  http://www.example.gov.cn/a.html\n"
      "                          服务器返回 404：页面或文件不存在。\n"
      "                          访问记录：2024-04-26 09:02:03（北京时间），服务器 127.0.0.1，返回 404，用时 0.1 秒\n"
      "                          所在页面：http://www.example.gov.cn/ 第 123 行 [通知公告]; "
      "http://www.example.gov.cn/i.html 第 7 行 [通知]; 另有 10 处未列出\n"
      "                          建议：请核对链接：页面已移走的改为新网址，已撤下的删除链接。\n"
      "  依据：《政府网站与政务新媒体检查指标》（国办秘函〔2019〕19号）扣分指标“功能设计—可用性”"
      "（链接、图片、附件不可用）；政务公开工作要点“杜绝错链、断链”\n"
      "\n"
      "■ 访问过的网址\n"
      "  正常          200  http://www.example.gov.cn/\n"
      "\n"
      "汇总\n"
      "  页面 3  请求 0  链接（处） 0  链接（去重） 0  下载 0 B  用时 0.0 s\n"
      "  断链 1  错链 0  被拦截 0  未能判断 0\n"
      "  未访问：robots 禁止 0  达到限额 0  不在范围 0  地址不允许 0  已排除 0\n"
      "\n");
}

TEST(TextReport, OnlyItsOwnLineEndsAndColoursReachTheTerminal) {
  const std::string plain = report_of(ReportFormat::kText, {a_hostile_finding()});
  for (const char c : plain) EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 || c == '\n');
  EXPECT_EQ(plain.find("\xE2\x80\xAE"), std::string::npos);
  EXPECT_EQ(plain.find("\xC2\x9B"), std::string::npos);
  const std::string coloured = report_of(ReportFormat::kText, {a_hostile_finding()}, /*colour=*/true);
  EXPECT_EQ(std::regex_replace(coloured, std::regex("\x1b\\[[0-9;]*m"), ""), plain);
}

TEST(TextReport, SaysWhenNothingWasFoundAndWhenItIsIncomplete) {
  std::ostringstream out;
  const auto writer = make_report_writer(
      {.format = ReportFormat::kText, .language = Language::kEnglish, .colour = false, .now = {}}, out);
  SummaryRecord summary = a_summary();
  summary.complete = false;
  writer->summary(summary);
  EXPECT_TRUE(writer->finish());
  EXPECT_NE(out.str().find("Nothing found in what was patrolled."), std::string::npos);
  EXPECT_LT(out.str().find("This patrol is incomplete"), out.str().find("Nothing found"));
}

// Our own dead network must read neither as health nor as a fault of the site.
TEST(Report, SaysFirstWhenNothingCouldBeJudged) {
  for (const ReportFormat format : {ReportFormat::kText, ReportFormat::kHtml}) {
    std::ostringstream out;
    const auto writer =
        make_report_writer({.format = format, .language = Language::kChinese, .colour = false, .now = {}}, out);
    SummaryRecord summary = a_summary();
    summary.judged = false;
    writer->summary(summary);
    Finding finding = a_finding();
    finding.state = FindingState::kSuspect;
    writer->finding(finding);
    EXPECT_TRUE(writer->finish());
    const std::string report = out.str();
    EXPECT_LT(report.find("没有得出结论"), report.find("http://www.example.gov.cn/a.html"));
    EXPECT_EQ(report.find("没有发现问题"), std::string::npos);
    EXPECT_NE(report.find("尚未确认，请先核对。如属实：请核对链接"), std::string::npos);
  }
}

TEST(Report, ListsApartWhatHasNoVerdict) {
  for (const ReportFormat format : {ReportFormat::kText, ReportFormat::kHtml}) {
    std::ostringstream out;
    const auto writer =
        make_report_writer({.format = format, .language = Language::kChinese, .colour = false, .now = {}}, out);
    PageRecord page;
    page.site = "www.example.gov.cn";
    page.url = "http://www.example.gov.cn/xt/";
    page.reason = *parse_reason("http_403");
    page.status = 403;
    writer->page(page);
    SummaryRecord summary = a_summary();
    summary.blocked = 5;
    writer->summary(summary);
    EXPECT_TRUE(writer->finish());
    const std::string report = out.str();
    EXPECT_LT(report.find("不算问题，也不等于正常"), report.find("http://www.example.gov.cn/xt/"));
    EXPECT_NE(report.find("403 拦截"), std::string::npos);
    EXPECT_NE(report.find("另有 4 个未列出"), std::string::npos);
    EXPECT_EQ(report.find("访问过的网址"), std::string::npos);
  }
}

TEST(HtmlReport, AHijackedAddressIsNoLink) {
  Finding finding = a_finding();
  finding.rule = "link.hijacked";
  finding.reason = *parse_reason("gambling");
  finding.subject = "http://bad.example/";
  const std::string report = report_of(ReportFormat::kHtml, {finding});
  EXPECT_NE(report.find("<bdi>http://bad.example/</bdi>"), std::string::npos);
  EXPECT_EQ(report.find("href=\"http://bad.example/"), std::string::npos);
}

TEST(HtmlReport, APlaceTellsWhereToLook) {
  Finding finding = a_finding();
  finding.where[0].text.clear();
  finding.where[0].tag = "img";
  const std::string report = report_of(ReportFormat::kHtml, {finding});
  EXPECT_NE(report.find("，导航，图片，第 123 行</li>"), std::string::npos);
  EXPECT_NE(report.find("，链接文字：<bdi>通知</bdi>，链接，第 7 行</li>"), std::string::npos);
}

TEST(HtmlReport, AHostileTextBringsNoMarkup) {
  const std::string hostile = report_of(ReportFormat::kHtml, {a_hostile_finding()});
  EXPECT_EQ(hostile.find("<script"), std::string::npos);
  EXPECT_EQ(hostile.find("javascript:\""), std::string::npos);
  EXPECT_EQ(hostile.find("\x1b"), std::string::npos);
  EXPECT_EQ(hostile.find("\xE2\x80\xAE"), std::string::npos);
  // Every tag is one of ours, with nothing but our attributes.
  const std::regex tag("<(/?[a-z0-9]+)([^<>]*)>");
  const std::regex attributes(
      R"re(( (class|id|for|type|href|rel|target|lang|charset|name|content|http-equiv|scope)="[^"<>]*"| checked)*)re");
  const std::string body = hostile.substr(hostile.find("</style>"));
  for (auto at = std::sregex_iterator(body.begin(), body.end(), tag); at != std::sregex_iterator(); ++at) {
    EXPECT_TRUE(std::regex_match(at->str(2), attributes)) << at->str();
  }
}

TEST(HtmlReport, LoadsAndRunsNothing) {
  const std::string report = report_of(ReportFormat::kHtml, {a_finding()});
  for (const char* loading : {"src=", "@import", "url(", "<link", "<iframe", "<script", " style="}) {
    EXPECT_EQ(report.find(loading), std::string::npos) << loading;
  }
  EXPECT_NE(report.find("default-src 'none'"), std::string::npos);
  EXPECT_NE(report.find("rel=\"noreferrer"), std::string::npos);
  EXPECT_NE(report.find("<html lang=\"zh-CN\">"), std::string::npos);
}

std::string base64_of_hex(const std::string& hex) {
  const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bits;
  for (const char c : hex) {
    const int value = c <= '9' ? c - '0' : c - 'a' + 10;
    for (int bit = 3; bit >= 0; --bit) bits.push_back((value >> bit & 1) != 0 ? '1' : '0');
  }
  while (bits.size() % 6 != 0) bits.push_back('0');
  std::string out;
  for (std::size_t at = 0; at < bits.size(); at += 6)
    out.push_back(alphabet[std::stoul(bits.substr(at, 6), nullptr, 2)]);
  while (out.size() % 4 != 0) out.push_back('=');
  return out;
}

TEST(HtmlReport, ThePolicyAllowsExactlyItsOwnStyle) {  // CSP 3, hash sources
  const std::string report = report_of(ReportFormat::kHtml, {});
  const std::size_t begin = report.find("<style>") + 7;
  const std::string style = report.substr(begin, report.find("</style>") - begin);
  EXPECT_NE(report.find("style-src 'sha256-" + base64_of_hex(sha256_hex(style)) + "'"), std::string::npos);
}

TEST(Report, AMegabyteOfTitleDoesNotReachPeople) {
  Finding finding = a_finding();
  for (Place& place : finding.where) place.text = std::string(1u << 20, 'x');
  finding.evidence.compared = std::string(1u << 20, 'y');
  finding.reason = *parse_reason("title_mismatch");
  EXPECT_LT(report_of(ReportFormat::kText, {finding}).size(), 20'000u);
  EXPECT_LT(report_of(ReportFormat::kHtml, {finding}).size(), 20'000u);
  EXPECT_LT(report_of(ReportFormat::kCsv, {finding}).size(), 150'000u);
}

TEST(Report, FindingsAreReadByRuleThenWeight) {
  CollectedReport report;
  for (const char* rule : {"site.unjudged", "link.broken", "link.broken", "site.unreachable"}) {
    report.findings.push_back(a_finding());
    report.findings.back().rule = rule;
    report.findings.back().where_total = report.findings.size();
  }
  report.sort();
  EXPECT_EQ(report.findings[0].rule, "site.unreachable");
  EXPECT_EQ(report.findings[1].where_total, 3u);
  EXPECT_EQ(report.findings[2].where_total, 2u);
  EXPECT_EQ(report.findings[3].rule, "site.unjudged");
}

TEST(Report, AFullDiskIsSaid) {
  std::ostringstream out;
  out.setstate(std::ios::badbit);
  for (const ReportFormat format :
       {ReportFormat::kText, ReportFormat::kJson, ReportFormat::kCsv, ReportFormat::kHtml}) {
    const auto writer =
        make_report_writer({.format = format, .language = Language::kChinese, .colour = false, .now = {}}, out);
    writer->finding(a_finding());
    const Status status = writer->finish();
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, ErrorCode::kUnavailable);
  }
}

}  // namespace
}  // namespace xuncha
