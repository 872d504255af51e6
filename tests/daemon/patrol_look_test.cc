// The small steps that a first and a second sight share: RFC 9110 15.4; docs/INTERFACE.md, Reasons.
#include "daemon/patrol/patrol_look.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/limits.h"
#include "crawler/page_scan.h"

namespace xuncha {
namespace {

Url url(const std::string& text) {
  return url_from_trusted(text);
}

PageFacts scan(const std::string& html) {
  auto document = std::make_unique<DecodedText>();
  document->text = html;
  document->charset = "utf-8";
  return scan_page(std::move(document));
}

FetchOutcome answer(std::uint16_t status, std::vector<std::pair<std::string, std::string>> headers = {}) {
  FetchOutcome outcome;
  outcome.status = status;
  outcome.headers = std::move(headers);
  return outcome;
}

TEST(RedirectStatus, TheFiveThatLeadElsewhereAndNoOther) {  // RFC 9110 15.4
  std::set<std::uint16_t> redirects;
  for (std::uint16_t status = 100; status < 600; ++status) {
    if (is_redirect_status(status)) redirects.insert(status);
  }
  EXPECT_EQ(redirects, (std::set<std::uint16_t>{301, 302, 303, 307, 308}));
}

struct LocationRow {
  std::string name;
  std::string location;
  std::string href;  // empty: leads nowhere
};

class Location : public testing::TestWithParam<LocationRow> {};

TEST_P(Location, IsResolvedAgainstWhoGaveIt) {
  const UrlParse parsed = parse_location(GetParam().location, url("http://x.gov.cn/a/b.html"));
  EXPECT_EQ(parsed.url ? parsed.url->href() : std::string(), GetParam().href);
}

INSTANTIATE_TEST_SUITE_P(
    Fields, Location,
    testing::Values(LocationRow{"Absolute", "https://y.gov.cn/", "https://y.gov.cn/"},
                    LocationRow{"Relative", "c.html", "http://x.gov.cn/a/c.html"},
                    LocationRow{"SchemeRelative", "//y.gov.cn/c", "http://y.gov.cn/c"},
                    // An empty one would resolve to the base itself: a loop that nobody asked for.
                    LocationRow{"Empty", "", ""}, LocationRow{"IntoAnApp", "weixin://dl/business", ""},
                    LocationRow{"Utf8", "/中", "http://x.gov.cn/%E4%B8%AD"},
                    LocationRow{"RawGbkBytesAreSentOnEncoded", "/\xD6\xD0.html", "http://x.gov.cn/%D6%D0.html"}),
    [](const auto& row) { return row.param.name; });

TEST(RequestForTarget, OnlyAttachmentsAreAskedForARange) {
  Target target;
  target.in_scope = true;
  EXPECT_FALSE(request_for_target(target, url("http://x.gov.cn/")).prefix_only);
  target.promised = Promised::kImage;
  EXPECT_FALSE(request_for_target(target, url("http://x.gov.cn/a.png")).prefix_only);
  target.promised = Promised::kAttachment;
  EXPECT_TRUE(request_for_target(target, url("http://x.gov.cn/a.pdf")).prefix_only);
}

TEST(RequestForTarget, AForeignPageIsAskedAsOne) {
  Target target;
  EXPECT_EQ(request_for_target(target, url("http://y.cn/")).fetch_class, FetchClass::kExternal);
  target.in_scope = true;
  EXPECT_EQ(request_for_target(target, url("http://y.cn/")).fetch_class, FetchClass::kPage);
  target.promised = Promised::kResource;
  EXPECT_EQ(request_for_target(target, url("http://y.cn/a.js")).fetch_class, FetchClass::kResource);
}

TEST(RequestForTarget, OnlyATargetKnownToBeUntrustedIsAskedWithoutVerification) {
  Target target;
  EXPECT_TRUE(request_for_target(target, url("https://y.cn/")).verify_tls);
  target.untrusted_tls = true;
  EXPECT_FALSE(request_for_target(target, url("https://y.cn/")).verify_tls);
}

TEST(FactsOfAnswer, ARangeBehindTheEndMeansThatTheFileIsThere) {  // RFC 9110 15.5.17
  Target target;
  target.promised = Promised::kAttachment;
  const Url at = url("http://x.gov.cn/a.pdf");
  const TargetFacts some = facts_of_answer(target, at, answer(416, {{"content-range", "bytes */12"}}), {});
  EXPECT_EQ(some.status, 200);
  EXPECT_GT(some.body_bytes, 0u);
  const TargetFacts none = facts_of_answer(target, at, answer(416, {{"content-range", "bytes */0"}}), {});
  EXPECT_EQ(none.status, 200);
  EXPECT_EQ(none.body_bytes, 0u);
}

TEST(FactsOfAnswer, APageThatAScriptFillsIsKnownByWhatItLacks) {
  const auto is_script_only = [](const std::string& html) {
    PageReading reading;
    reading.facts = scan(html);
    reading.scanned = true;
    return facts_of_answer(Target(), url("http://x.gov.cn/"), answer(200), reading).script_only;
  };
  EXPECT_TRUE(is_script_only("<body><div id=app>加载中</div><script src=app.js></script></body>"));
  EXPECT_FALSE(is_script_only("<body><div id=app>加载中</div></body>"));
  EXPECT_FALSE(is_script_only("<body><a href=/b>下一页</a><script src=app.js></script></body>"));
  EXPECT_FALSE(
      is_script_only("<body>本局办公地点已经搬迁至人民路一号，电话不变，请互相转告。<script>1</script></body>"));
}

TEST(Twins, AreTheOtherSchemeAndTheOtherNameOnDefaultPorts) {
  std::set<std::string> twins;
  for (const Url& twin : twins_of(url("http://www.x.gov.cn/a?b=1"))) twins.insert(twin.href());
  EXPECT_EQ(twins,
            (std::set<std::string>{"http://x.gov.cn/a?b=1", "https://x.gov.cn/a?b=1", "https://www.x.gov.cn/a?b=1"}));
  EXPECT_TRUE(twins_of(url("http://www.x.gov.cn:8080/a")).empty());
}

TEST(IndexTwins, AFolderIsItsIndexPageAndTheReverse) {
  bool has_index = false;
  for (const Url& twin : index_twins_of(url("http://x.gov.cn/a/"))) {
    has_index = has_index || twin.href() == "http://x.gov.cn/a/index.html";
  }
  EXPECT_TRUE(has_index);
  const std::vector<Url> folder = index_twins_of(url("http://x.gov.cn/a/index.html"));
  ASSERT_EQ(folder.size(), 1u);
  EXPECT_EQ(folder[0].href(), "http://x.gov.cn/a/");
  EXPECT_TRUE(index_twins_of(url("http://x.gov.cn/a/page.html")).empty());
  EXPECT_TRUE(index_twins_of(url("http://x.gov.cn/a/index.html?p=2")).empty());
}

// So many links to foreign domains inside one element.
std::string farm_html(int count, const std::string& style) {
  std::string html = "<body><div style=\"" + style + "\">";
  for (int number = 0; number < count; ++number) {
    html += "<a href=\"http://shop" + std::to_string(number) + ".com/\">店</a>";
  }
  return html + "<a href=\"/own.html\">本站</a></div></body>";
}

TEST(Farm, IsHiddenAndForeign) {
  const Url at = url("http://www.x.gov.cn/");
  EXPECT_TRUE(find_farm(at, scan(farm_html(10, "display:none"))).has_value());
  EXPECT_FALSE(find_farm(at, scan(farm_html(10, ""))).has_value());
  EXPECT_FALSE(find_farm(at, scan(farm_html(9, "display:none"))).has_value());
}

TEST(Farm, ItsLinksAreDroppedAndOthersStay) {
  const Url at = url("http://www.x.gov.cn/");
  PageFacts facts = scan(farm_html(10, "display:none"));
  const std::optional<InjectedFarm> farm = find_farm(at, facts);
  ASSERT_TRUE(farm.has_value());
  drop_farm_links(at, *farm, facts);
  ASSERT_EQ(facts.links.size(), 1u);
  EXPECT_EQ(facts.links[0].raw, "/own.html");
}

TEST(LinksDigest, ChangesWithReferencesTextsAndTitleAndIsNeverZero) {
  const auto digest = [](const std::string& html) { return links_digest(scan(html)); };
  const std::uint64_t base = digest("<title>t</title><a href=/a>x</a>");
  EXPECT_EQ(base, digest("<title>t</title><p>other text</p><a href=/a>x</a>"));
  EXPECT_NE(base, digest("<title>t</title><a href=/b>x</a>"));
  EXPECT_NE(base, digest("<title>t</title><a href=/a>y</a>"));
  EXPECT_NE(base, digest("<title>u</title><a href=/a>x</a>"));
  EXPECT_NE(digest(""), 0u);
}

TEST(TellingHeaders, AreTheFewThatConvinceAndCutToAMeasure) {
  const auto headers = telling_headers(
      answer(200, {{"server", std::string(1'000, 's')}, {"set-cookie", "secret=1"}, {"content-type", "text/html"}}));
  ASSERT_EQ(headers.size(), 2u);
  EXPECT_EQ(headers[0].first, "server");
  EXPECT_EQ(headers[0].second.size(), 300u);
  EXPECT_EQ(headers[1].first, "content-type");
}

TEST(CutUtf8, CutsBetweenCharactersOnly) {
  EXPECT_EQ(cut_utf8("巡查", 6), "巡查");
  EXPECT_EQ(cut_utf8("巡查", 5), "巡");
  EXPECT_EQ(cut_utf8("巡查", 3), "巡");
  EXPECT_EQ(cut_utf8("巡查", 2), "");
  EXPECT_EQ(cut_utf8("", 0), "");
  EXPECT_EQ(cut_utf8("\x80\x80\x80", 2), "");  // hostile: no character at all
}

TEST(UnreachableReason, IsOneThatOurOwnNetworkCouldCause) {
  for (const char* name :
       {"dns_nxdomain", "dns_failure", "connect_refused", "connect_timeout", "connect_failure", "timeout"}) {
    EXPECT_TRUE(is_unreachable_reason(*parse_reason(name))) << name;
  }
  for (const char* name : {"http_404", "http_500", "tls_expired", "truncated", "protocol_error", "soft_404", "blind"}) {
    EXPECT_FALSE(is_unreachable_reason(*parse_reason(name))) << name;
  }
}

TEST(ReadableReason, APageUnderAnotherDocumentsNameIsStillRead) {
  EXPECT_TRUE(is_readable({}));
  EXPECT_TRUE(is_readable({ReasonCode::kTitleMismatch, 0}));
  EXPECT_TRUE(is_readable({ReasonCode::kTooLarge, 0}));
  EXPECT_FALSE(is_readable({ReasonCode::kHttpStatus, 404}));
  EXPECT_FALSE(is_readable({ReasonCode::kChallenge, 0}));
}

TEST(KeptTitle, IsBounded) {
  const std::string title(5'000, 'a');
  EXPECT_EQ(kept_title(scan("<title>" + title + "</title>")).size(), 200u);
}

}  // namespace
}  // namespace xuncha
