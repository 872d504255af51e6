#include "detectors/ipv6.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace xuncha {
namespace {

IpAddress address(const char* text) {
  return *parse_address(text);
}

AddressFacts found(const char* text) {
  AddressFacts facts;
  facts.usable = {address(text)};
  return facts;
}

AddressFacts not_found(TransportError error) {
  AddressFacts facts;
  facts.error = error;
  return facts;
}

AddressFacts unusable(const char* text) {
  AddressFacts facts = not_found(TransportError::kAddressRefused);
  facts.unusable = address(text);
  return facts;
}

PageSketch page_of(const std::string& title, const std::string& text) {
  PageFacts facts;
  facts.title = title;
  facts.visible_text = text;
  return sketch_of(facts);
}

std::string words(int count, int from = 0) {
  std::string text;
  for (int word = from; word < from + count; ++word) text += "word" + std::to_string(word * 7919) + " ";
  return text;
}

Ipv6Leg page(std::uint16_t status = 200, const std::string& text = words(200)) {
  Ipv6Leg leg;
  leg.status = status;
  leg.html = true;
  leg.final_url = "http://a.gov.cn/";
  leg.page = page_of("A", text);
  return leg;
}

Ipv6Leg failure(TransportError error, Phase phase = Phase::kConnect) {
  Ipv6Leg leg;
  leg.error = error;
  leg.attempt.phase = phase;
  return leg;
}

// A site of both families where everything is well and asked.
Ipv6Facts good() {
  Ipv6Facts facts;
  facts.has_route = true;
  facts.proof = Ipv6Proof::kProven;
  facts.ipv4_addresses = found("203.0.114.1");
  facts.ipv6_addresses = found("2400:1::1");
  facts.ipv4 = page();
  facts.ipv6 = page();
  facts.resources.emplace();
  return facts;
}

std::string told(const Ipv6Facts& facts) {
  const Ipv6Judgement judgement = judge_ipv6(facts);
  if (judgement.need != Ipv6Need::kNothing) return "needs " + std::to_string(static_cast<int>(judgement.need));
  std::string text(ipv6_stage_name(judgement.stage));
  if (judgement.stage == Ipv6Stage::kUnknown) text.append(" ").append(ipv6_doubt_name(judgement.doubt));
  if (!judgement.rule.empty()) text.append(" ").append(judgement.rule);
  if (judgement.reason.code != ReasonCode::kNone) text.append(" ").append(reason_name(judgement.reason));
  return text;
}

std::string needs(Ipv6Need need) {
  return "needs " + std::to_string(static_cast<int>(need));
}

TEST(Ipv6, ASiteThatIsTheSameOverBothIsOk) {
  EXPECT_EQ(told(good()), "ok");
}

TEST(Ipv6, WhatIsAskedFirstIsWhatEverythingElseRestsOn) {
  Ipv6Facts facts;
  facts.has_route = true;
  EXPECT_EQ(told(facts), needs(Ipv6Need::kAddresses));
  facts.ipv4_addresses = found("203.0.114.1");
  facts.ipv6_addresses = found("2400:1::1");
  EXPECT_EQ(told(facts), needs(Ipv6Need::kIpv4));
  facts.ipv4 = page();
  EXPECT_EQ(told(facts), needs(Ipv6Need::kIpv6));
  facts.ipv6 = page();
  EXPECT_EQ(told(facts), needs(Ipv6Need::kResources));
  facts.resources.emplace();
  EXPECT_EQ(told(facts), "ok");  // the page itself came over IPv6: nobody else need prove ours
}

TEST(Ipv6, WithoutAnIpv6OfOurOwnNothingIsSaid) {
  Ipv6Facts facts = good();
  facts.has_route = false;
  EXPECT_EQ(told(facts), "unknown no_route");
  for (const TransportError error :
       {TransportError::kConnectRefused, TransportError::kConnectTimeout, TransportError::kConnectFailure,
        TransportError::kTimeout, TransportError::kTlsFailure, TransportError::kTruncated}) {
    facts = good();
    facts.ipv4_again = page();
    facts.ipv6 = failure(error);
    facts.proof = Ipv6Proof::kUnasked;
    EXPECT_EQ(told(facts), needs(Ipv6Need::kProof)) << transport_error_name(error);
    facts.proof = Ipv6Proof::kNone;
    EXPECT_EQ(told(facts), "unknown unproven") << transport_error_name(error);
    facts.proof = Ipv6Proof::kDown;
    EXPECT_EQ(told(facts), "unknown own_network") << transport_error_name(error);
  }
}

// A resolver of a network without IPv6 may leave the AAAA records out.
TEST(Ipv6, ThatThereIsNoAddressIsSaidOnlyWhereOthersWereReachedByTheirs) {
  Ipv6Facts facts = good();
  facts.ipv6_addresses = not_found(TransportError::kDnsNoAddress);
  facts.ipv4.reset();
  facts.ipv6.reset();
  EXPECT_EQ(told(facts), "no_aaaa ipv6.missing");
  facts.proof = Ipv6Proof::kNone;
  EXPECT_EQ(told(facts), "unknown unproven");
}

TEST(Ipv6, ANameServiceInTroubleTellsNothing) {
  Ipv6Facts facts = good();
  facts.ipv6_addresses = not_found(TransportError::kDnsFailure);
  EXPECT_EQ(told(facts), "unknown dns");
  facts = good();
  facts.ipv4_addresses = not_found(TransportError::kDnsFailure);
  EXPECT_EQ(told(facts), "unknown dns");
  facts = good();
  facts.ipv4_addresses = not_found(TransportError::kDnsNxdomain);
  facts.ipv6_addresses = not_found(TransportError::kDnsNxdomain);
  EXPECT_EQ(told(facts), "unknown site_down");
}

TEST(Ipv6, AnAddressThatNobodyCanReachIsNone) {
  struct Row {
    const char* address;
    const char* told;
    const char* range;
  };
  for (const Row& row :
       {Row{"::ffff:203.0.114.1", "bad_address ipv6.broken", "mapped"},
        Row{"::cb00:7201", "bad_address ipv6.broken", "compatible"},
        Row{"2002:cb00:7201::1", "bad_address ipv6.broken", "6to4"},
        Row{"2001::1", "bad_address ipv6.broken", "Teredo"}, Row{"fd00::1", "bad_address ipv6.broken", "unique local"},
        Row{"fe80::1", "bad_address ipv6.broken", "link-local"},
        Row{"fec0::1", "bad_address ipv6.broken", "site-local"},
        Row{"2001:db8::1", "bad_address ipv6.broken", "documentation"},
        Row{"3fff::1", "bad_address ipv6.broken", "documentation"}, Row{"::1", "bad_address ipv6.broken", "loopback"},
        Row{"::", "bad_address ipv6.broken", "unspecified"}, Row{"ff02::1", "bad_address ipv6.broken", "multicast"},
        Row{"4000::1", "bad_address ipv6.broken", "not global unicast"},
        // The translation may be our own resolver's: it makes one only where no native address is.
        Row{"64:ff9b::cb00:7201", "bad_address ipv6.missing", "NAT64"},
        Row{"64:ff9b:1::1", "bad_address ipv6.missing", "NAT64"}}) {
    Ipv6Facts facts = good();
    facts.ipv6_addresses = unusable(row.address);
    EXPECT_EQ(told(facts), row.told) << row.address;
    EXPECT_EQ(judge_ipv6(facts).compared, row.address);
    EXPECT_TRUE(judge_ipv6(facts).limit.starts_with(row.range)) << judge_ipv6(facts).limit;
    ASSERT_NE(unusable_ipv6(address(row.address)), nullptr) << row.address;
    EXPECT_EQ(unusable_ipv6(address(row.address))->name, row.range);
    const std::vector<Cidr> permitted = {{address(row.address), 128}};
    EXPECT_EQ(unusable_ipv6(address(row.address), permitted), nullptr) << row.address;
  }
  EXPECT_EQ(unusable_ipv6(address("2400:da00::1")), nullptr);
  EXPECT_EQ(unusable_ipv6(address("2001:250::1")), nullptr);
}

// An institution's name service shows its own people inside addresses; what the public gets is another matter.
TEST(Ipv6, House_AnInsideAddressBesideAnInsideIpv4AddressTellsNothing) {
  Ipv6Facts facts = good();
  facts.ipv4_addresses = found("10.1.2.3");
  facts.ipv6_addresses = unusable("fd00::1");
  EXPECT_EQ(told(facts), "unknown dns");
  facts.ipv6_addresses = unusable("fe80::1");
  EXPECT_EQ(told(facts), "bad_address ipv6.broken");
  facts.ipv6_addresses = not_found(TransportError::kDnsNoAddress);
  EXPECT_EQ(told(facts), "unknown dns");
}

TEST(Ipv6, AFailureIsToldByTheStepThatFailed) {
  struct Row {
    TransportError error;
    Phase phase;
    const char* told;
  };
  for (const Row& row : {Row{TransportError::kConnectRefused, Phase::kConnect, "connect ipv6.broken connect_refused"},
                         Row{TransportError::kConnectTimeout, Phase::kConnect, "connect ipv6.broken connect_timeout"},
                         Row{TransportError::kConnectFailure, Phase::kConnect, "connect ipv6.broken connect_failure"},
                         Row{TransportError::kTlsName, Phase::kTls, "tls ipv6.broken tls_name"},
                         Row{TransportError::kTlsExpired, Phase::kTls, "tls ipv6.broken tls_expired"},
                         Row{TransportError::kTlsUntrusted, Phase::kTls, "tls ipv6.broken tls_failure"},
                         Row{TransportError::kTlsUnsupported, Phase::kTls, "tls ipv6.broken tls_failure"},
                         Row{TransportError::kTimeout, Phase::kTls, "tls ipv6.broken timeout"},
                         Row{TransportError::kTimeout, Phase::kHeaders, "http ipv6.broken timeout"},
                         Row{TransportError::kTruncated, Phase::kBody, "http ipv6.broken truncated"},
                         Row{TransportError::kEngineError, Phase::kNone, "unknown engine"},
                         Row{TransportError::kDnsFailure, Phase::kDns, "unknown dns"},
                         Row{TransportError::kDnsNoAddress, Phase::kDns, "no_aaaa ipv6.missing"}}) {
    Ipv6Facts facts = good();
    facts.ipv6 = failure(row.error, row.phase);
    facts.ipv4_again = page();
    EXPECT_EQ(told(facts), row.told) << transport_error_name(row.error);
  }
}

TEST(Ipv6, AFailureOfTheMomentIsNotIpv6s) {
  Ipv6Facts facts = good();
  facts.ipv6 = failure(TransportError::kConnectTimeout);
  EXPECT_EQ(told(facts), needs(Ipv6Need::kIpv4Again));
  facts.ipv4_again = failure(TransportError::kConnectTimeout);
  EXPECT_EQ(told(facts), "unknown site_down");
}

TEST(Ipv6, ASiteThatIsDownOrTurnsUsAwayIsNotJudged) {
  Ipv6Facts facts = good();
  facts.ipv4 = failure(TransportError::kConnectRefused);
  EXPECT_EQ(told(facts), "unknown site_down");
  facts.ipv4 = page(500);
  EXPECT_EQ(told(facts), "unknown site_down");
  facts.ipv4 = page(403);
  EXPECT_EQ(told(facts), "unknown blocked");
  for (const std::uint16_t status : {401, 403, 412, 429, 521}) {
    facts = good();
    facts.ipv6 = page(status);
    EXPECT_EQ(told(facts), "unknown blocked") << status;
  }
  facts = good();
  facts.ipv6->challenge = true;
  EXPECT_EQ(told(facts), "unknown blocked");
  facts = good();
  facts.ipv6 = page(503);
  facts.ipv6->has_retry_after = true;
  EXPECT_EQ(told(facts), "unknown blocked");
}

TEST(Ipv6, AnotherStatusIsToldWhereIpv4IsWellBeforeAndAfter) {
  Ipv6Facts facts = good();
  facts.ipv6 = page(502);
  EXPECT_EQ(told(facts), needs(Ipv6Need::kIpv4Again));
  facts.ipv4_again = page();
  EXPECT_EQ(told(facts), "http ipv6.broken http_502");
  facts.ipv4_again = page(502);
  EXPECT_EQ(told(facts), "unknown site_down");
}

TEST(Ipv6, AnotherEndOfTheRedirectsIsToldUnlessItIsAnotherEachTime) {
  Ipv6Facts facts = good();
  facts.ipv6->final_url = "http://other.example/";
  facts.ipv4_again = page();
  EXPECT_EQ(told(facts), "http ipv6.inconsistent");
  facts.ipv4_again->final_url = "http://a.gov.cn/?visit=2";
  EXPECT_EQ(told(facts), "unknown unsteady");
}

TEST(Ipv6, AChainThatDoesNotEndIsAFault) {
  Ipv6Facts facts = good();
  facts.ipv6 = page(302);
  facts.ipv6->redirect_fault = {ReasonCode::kRedirectLoop, 0};
  facts.ipv4_again = page();
  EXPECT_EQ(told(facts), "http ipv6.broken redirect_loop");
  facts.ipv6->challenge = true;  // a gateway's cookie test
  EXPECT_EQ(told(facts), "unknown blocked");
}

TEST(Ipv6, AnotherPageIsToldWhereTwoSightsOverIpv4Agree) {
  Ipv6Facts facts = good();
  facts.ipv6 = page(200, "Welcome to nginx!");
  EXPECT_EQ(told(facts), needs(Ipv6Need::kIpv4Again));
  facts.ipv4_again = page();
  EXPECT_EQ(told(facts), "content ipv6.inconsistent");
  facts.ipv4_again = page(200, words(200, 500));
  EXPECT_EQ(told(facts), "unknown unsteady");
  facts.ipv4_again = page(200, "Welcome to nginx!");  // it changed for all
  EXPECT_EQ(told(facts), "ok");
}

TEST(Ipv6, APageWithAFewOtherWordsIsTheSame) {
  Ipv6Facts facts = good();
  facts.ipv6 = page(200, words(196) + "今日访问 123456 人次");
  EXPECT_EQ(told(facts), "ok");
  facts.ipv6->page.title = 7;
  facts.ipv4_again = page();
  EXPECT_EQ(told(facts), "content ipv6.inconsistent");
}

TEST(Ipv6, House_LinksThatAGatewayRewritesMakeNoOtherPage) {
  Ipv6Facts facts = good();
  facts.ipv4->page.links = {1, 2, 3, 4};
  facts.ipv6->page.links = {5, 6, 7, 8};
  EXPECT_EQ(told(facts), "ok");
  facts.ipv4->page.text.resize(10);  // with little text the links tell
  facts.ipv6->page.text.resize(10);
  facts.ipv4_again = facts.ipv4;
  EXPECT_EQ(told(facts), "content ipv6.inconsistent");
}

TEST(Ipv6, APageThatWasCutIsNotCompared) {
  Ipv6Facts facts = good();
  facts.ipv6 = page(200, "beginning");
  facts.ipv6->cut = true;
  EXPECT_EQ(told(facts), "ok");
}

TEST(Ipv6, ASiteOfIpv6AloneIsComparedWithNothing) {
  Ipv6Facts facts = good();
  facts.ipv4_addresses = not_found(TransportError::kDnsNoAddress);
  facts.ipv4.reset();
  EXPECT_EQ(told(facts), "ok");
  facts.ipv6 = failure(TransportError::kConnectTimeout);  // told as site.unreachable
  EXPECT_EQ(told(facts), "unknown site_down");
}

TEST(Ipv6, HostsWithoutIpv6AreToldByThePagesTheyMiss) {
  Ipv6Facts facts = good();
  facts.resources = {{.host = "few.example", .has_ipv6 = false, .pages = 2},
                     {.host = "well.example", .has_ipv6 = true, .pages = 900},
                     {.host = "many.example", .has_ipv6 = false, .pages = 70}};
  EXPECT_EQ(told(facts), "resources ipv6.skylight");
  const Ipv6Judgement judgement = judge_ipv6(facts);
  EXPECT_EQ(judgement.v4_only_hosts, (std::vector<std::string>{"many.example", "few.example"}));
  EXPECT_EQ(judgement.compared, "2");
  EXPECT_EQ(judgement.limit, "3");
}

TEST(Ipv6, LinksFailOnlyBeyondWhatChanceCouldDo) {
  const auto count = [](std::uint32_t well, std::uint32_t failed) {
    Ipv6LinkCount links;
    links.well = well;
    links.failed = failed;
    return links;
  };
  EXPECT_FALSE(count(0, 0).rate());
  EXPECT_DOUBLE_EQ(*count(15, 15).rate(), 0.5);
  EXPECT_TRUE(ipv6_links_fail(count(15, 15)));
  EXPECT_TRUE(ipv6_links_fail(count(20, 10)));
  EXPECT_FALSE(ipv6_links_fail(count(30, 0)));
  EXPECT_FALSE(ipv6_links_fail(count(27, 3)));
  EXPECT_FALSE(ipv6_links_fail(count(24, 6)));  // 80 %, but of so few that it may be 90
  EXPECT_FALSE(ipv6_links_fail(count(0, 0)));
}

TEST(Ipv6, WhatLiesBehindAStageIsNotShownMended) {
  const auto passes = [](Ipv6Stage stage, std::string_view rule) {
    Ipv6Judgement judgement;
    judgement.stage = stage;
    judgement.rule = rule;
    std::string text;
    for (const std::string_view each : kIpv6Rules) text += ipv6_rule_passes(each, judgement) ? '+' : '-';
    return text;  // missing, broken, inconsistent, skylight
  };
  EXPECT_EQ(passes(Ipv6Stage::kOk, ""), "++++");
  EXPECT_EQ(passes(Ipv6Stage::kResources, "ipv6.skylight"), "+++-");
  EXPECT_EQ(passes(Ipv6Stage::kContent, "ipv6.inconsistent"), "++--");
  EXPECT_EQ(passes(Ipv6Stage::kConnect, "ipv6.broken"), "+---");
  EXPECT_EQ(passes(Ipv6Stage::kNoAaaa, "ipv6.missing"), "-+++");
  EXPECT_EQ(passes(Ipv6Stage::kUnknown, ""), "----");
}

TEST(Ipv6, LikenessOfTextsIsByTheirCharacters) {
  const PageSketch page = page_of("t", "市民政局召开养老服务工作会议部署全年任务");
  EXPECT_DOUBLE_EQ(likeness_of(page, page).text, 1);
  EXPECT_DOUBLE_EQ(likeness_of(page, page_of("t", "Welcome to nginx!")).text, 0);
  EXPECT_DOUBLE_EQ(likeness_of(page_of("t", ""), page_of("t", "")).text, 1);
  EXPECT_DOUBLE_EQ(likeness_of(page_of("t", ""), page_of("t", "字")).text, 0);
  EXPECT_GT(likeness_of(page, page_of("t", "市民政局召开养老服务工作会议部署全年工作")).text, 0.7);
  EXPECT_FALSE(likeness_of(page, page_of("u", "市民政局召开养老服务工作会议部署全年任务")).same_title);
  // Broken UTF-8 is read as it stands.
  EXPECT_DOUBLE_EQ(likeness_of(page_of("t", "\xF0\x9F\xC3"), page_of("t", "\xF0\x9F\xC3")).text, 1);
}

}  // namespace
}  // namespace xuncha
