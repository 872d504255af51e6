// From references to targets, and to plain mistakes (错链).
#include "daemon/patrol/link_collector.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "crawler/page_scan.h"

namespace xuncha {
namespace {

PageFacts scan(const std::string& html, const std::string& charset = "utf-8") {
  auto document = std::make_unique<DecodedText>();
  document->text = html;
  document->charset = charset;
  return scan_page(std::move(document));
}

class Collector : public testing::Test {
 protected:
  explicit Collector(const std::string& home = "http://www.x.gov.cn/")
      : page(url_from_trusted("http://www.x.gov.cn/zwgk/index.html")),
        collector(targets, url_from_trusted(home),
                  [this](UrlNumber, const Url& url, const Link&) { described.push_back(url.href()); }) {}

  // What a single reference comes to: its target's URL, "fault REASON", or "none".
  std::string resolved(const std::string& raw) {
    Link link;
    link.raw = raw;
    bool is_new = false;
    const UrlNumber number = collector.resolve(raw, page, {}, link, is_new);
    if (number == 0) return "none";
    const Target& target = targets[number];
    return target.from_fault ? "fault " + reason_name(target.record.reason) : target.record.url;
  }

  TargetTable targets;
  std::vector<std::string> described;
  Url page;
  LinkCollector collector;
};

class IntranetCollector : public Collector {
 protected:
  IntranetCollector() : Collector("http://10.1.2.3/") {}
};

TEST_F(Collector, AReferenceIsResolvedAgainstItsPage) {
  EXPECT_EQ(resolved("a.html"), "http://www.x.gov.cn/zwgk/a.html");
  EXPECT_EQ(resolved("/a.html"), "http://www.x.gov.cn/a.html");
  EXPECT_EQ(resolved("//y.gov.cn/"), "http://y.gov.cn/");
  EXPECT_EQ(resolved("?p=2"), "http://www.x.gov.cn/zwgk/index.html?p=2");
}

TEST_F(Collector, WhatStaysOnThePageIsNoTarget) {
  EXPECT_EQ(resolved(""), "none");
  EXPECT_EQ(resolved("#top"), "none");
}

TEST_F(Collector, OtherSchemesAreNoTargets) {
  for (const char* raw : {"javascript:void(0)", "mailto:a@x.gov.cn", "tel:12345", "weixin://dl", "data:text/html,a"}) {
    EXPECT_EQ(resolved(raw), "none") << raw;
  }
}

TEST_F(Collector, WhatAScriptFillsInLaterIsNoTarget) {
  for (const char* raw : {"{{item.url}}", "/a/${id}.html", "<%=url%>", "#{url}", "[[url]]"}) {
    EXPECT_EQ(resolved(raw), "none") << raw;
  }
}

TEST_F(Collector, AReferencePlainlyWrongIsAFaultOfItsOwn) {
  EXPECT_EQ(resolved("http://http://www.y.gov.cn/"), "fault malformed_url");
  EXPECT_EQ(resolved("http:///a"), "fault malformed_url");
  EXPECT_EQ(resolved("htp://www.y.gov.cn/"), "fault malformed_url");
}

TEST_F(Collector, ASlipThatBrowsersMendIsTheHostThatWasMeant) {
  for (const char* raw :
       {"http:///www.y.gov.cn/", "http:\\\\www.y.gov.cn/", "\\\\www.y.gov.cn/", "http://www．y．gov．cn/"}) {
    EXPECT_EQ(resolved(raw), "http://www.y.gov.cn/") << raw;
  }
  EXPECT_EQ(resolved("http：//www.y.gov.cn/"), "fault malformed_url");
  EXPECT_EQ(resolved("www。y。gov。cn"), "fault malformed_url");
}

TEST_F(Collector, APrivateAddressInAPublicPageIsAFault) {
  for (const char* raw : {"http://192.168.1.5/a.html", "http://localhost:8080/", "file:///C:/a.doc", "C:\\a.doc"}) {
    EXPECT_EQ(resolved(raw), "fault internal_address") << raw;
  }
}

TEST_F(IntranetCollector, AnIntranetsOwnAddressesAreNone) {
  EXPECT_EQ(resolved("http://10.1.2.4/a.html"), "http://10.1.2.4/a.html");
}

TEST_F(Collector, AFaultIsOneTargetHoweverOftenItIsWritten) {
  EXPECT_EQ(resolved("http:///a"), resolved("http:///a"));
  EXPECT_EQ(targets.size(), 1u);
}

TEST_F(Collector, EachPlaceIsKeptAndEachTargetFoundOnce) {
  const PageFacts facts = scan("<a href=a.html>一</a><a href=a.html>二</a><a href=b.html>三</a><a href=#>四</a>");
  const CollectedLinks collected = collector.collect(page, facts);
  ASSERT_EQ(collected.links.size(), 3u);
  EXPECT_EQ(collected.links[0].target, collected.links[1].target);
  EXPECT_EQ(collected.links[1].text, "二");
  EXPECT_EQ(collected.fresh.size(), 2u);
  EXPECT_EQ(described.size(), 2u);  // the second place is known without being resolved
}

TEST_F(Collector, TheBaseOfThePageCounts) {
  const PageFacts facts = scan("<base href=\"/other/\"><a href=a.html>一</a>");
  const CollectedLinks collected = collector.collect(page, facts);
  ASSERT_EQ(collected.links.size(), 1u);
  EXPECT_EQ(targets[collected.links[0].target].record.url, "http://www.x.gov.cn/other/a.html");
}

TEST_F(Collector, OneReferenceInTwoFoldersIsTwoTargets) {
  const std::string html = "<a href=a.html>一</a><a href=/a.html>二</a><a href=\"?p=1\">三</a>";
  const Url other = url_from_trusted("http://www.x.gov.cn/tzgg/index.html");
  const PageFacts first = scan(html);
  const PageFacts second = scan(html);
  const CollectedLinks here = collector.collect(page, first);
  const CollectedLinks there = collector.collect(other, second);
  EXPECT_NE(here.links[0].target, there.links[0].target);
  EXPECT_EQ(here.links[1].target, there.links[1].target);
  EXPECT_NE(here.links[2].target, there.links[2].target);
}

TEST_F(Collector, AQueryIsWrittenInThePagesCharset) {
  const PageFacts facts = scan("<a href=\"/s?q=中\">一</a>", "gbk");
  const CollectedLinks collected = collector.collect(page, facts);
  EXPECT_EQ(targets[collected.links[0].target].record.url, "http://www.x.gov.cn/s?q=%D6%D0");
}

TEST_F(Collector, HintsAreNoLinks) {
  const PageFacts facts = scan("<link rel=canonical href=/c.html><a href=a.html>一</a>");
  EXPECT_EQ(collector.collect(page, facts).links.size(), 1u);
}

TEST(Promise, IsByExtensionAndElement) {
  const auto promised = [](const std::string& path, LinkRole role, std::string_view tag) {
    Link link;
    link.role = role;
    link.tag = tag;
    return promised_by(url_from_trusted("http://x.gov.cn" + path), link);
  };
  EXPECT_EQ(promised("/a.html", LinkRole::kPage, "a"), Promised::kPage);
  EXPECT_EQ(promised("/a", LinkRole::kPage, "a"), Promised::kPage);
  EXPECT_EQ(promised("/a.pdf", LinkRole::kPage, "a"), Promised::kAttachment);
  EXPECT_EQ(promised("/a.DOCX", LinkRole::kPage, "a"), Promised::kAttachment);
  EXPECT_EQ(promised("/a.mp4", LinkRole::kPage, "a"), Promised::kAttachment);
  EXPECT_EQ(promised("/a.jpg", LinkRole::kPage, "a"), Promised::kImage);
  EXPECT_EQ(promised("/captcha", LinkRole::kResource, "img"), Promised::kImage);
  EXPECT_EQ(promised("/a.js", LinkRole::kResource, "script"), Promised::kResource);
  EXPECT_EQ(promised("/style", LinkRole::kResource, "link"), Promised::kResource);
}

}  // namespace
}  // namespace xuncha
