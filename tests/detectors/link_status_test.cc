// link.broken, link.wrong, link.hijacked at one sight (docs/INTERFACE.md, Reasons).
#include "detectors/link_status.h"

#include <gtest/gtest.h>

#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "tests/detectors/target_facts.h"

namespace xuncha::test {
namespace {

struct Row {
  std::string name;
  std::function<void(TargetFacts&)> change;
  std::string reason;  // empty: ok
  LinkNeed need = LinkNeed::kNothing;

  friend std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }
};

class LinkStatus : public testing::TestWithParam<Row> {};

TEST_P(LinkStatus, IsJudged) {
  TargetFacts facts = good_page();
  GetParam().change(facts);
  const LinkJudgement judgement = judge_link(facts);
  EXPECT_EQ(reason_name(judgement.reason), GetParam().reason);
  EXPECT_EQ(judgement.need, GetParam().need);
}

Row answered(const std::string& name, std::uint16_t status, const std::string& reason) {
  return {name, [status](TargetFacts& facts) { facts.status = status; }, reason};
}

Row stopped(const std::string& name, TransportError error, const std::string& reason,
            LinkNeed need = LinkNeed::kNothing) {
  return {name,
          [error](TargetFacts& facts) {
            facts.error = error;
            facts.status = 0;
            facts.received = Received::kNothing;
            facts.body_bytes = 0;
          },
          reason, need};
}

const auto name_of = [](const testing::TestParamInfo<Row>& info) { return info.param.name; };

INSTANTIATE_TEST_SUITE_P(Status, LinkStatus,
                         testing::Values(answered("S200IsOk", 200, ""), answered("S204WithoutABodyIsOk", 204, ""),
                                         answered("S304IsOk", 304, ""), answered("S400IsBroken", 400, "http_400"),
                                         answered("S404IsBroken", 404, "http_404"),
                                         answered("S410IsBroken", 410, "http_410"),
                                         answered("S500IsBroken", 500, "http_500"),
                                         answered("S502IsBroken", 502, "http_502"),
                                         answered("S599IsBroken", 599, "http_599"),
                                         answered("AnInterimStatusAtTheEndIsNoHttp", 199, "protocol_error"),
                                         answered("NoStatusIsNoHttp", 0, "protocol_error")),
                         name_of);

// docs/INTERFACE.md, Reasons, blocked: never a fault.
INSTANTIATE_TEST_SUITE_P(
    Block, LinkStatus,
    testing::Values(answered("S401IsABlock", 401, "http_401"), answered("S403IsABlock", 403, "http_403"),
                    answered("S412IsABlock", 412, "http_412"), answered("S429IsABlock", 429, "http_429"),
                    answered("S512IsABlock", 512, "http_512"), answered("S521IsABlock", 521, "http_521"),
                    answered("S503IsBroken", 503, "http_503"),
                    Row{"S503WithRetryAfterIsABlock",
                        [](TargetFacts& facts) {
                          facts.status = 503;
                          facts.has_retry_after = true;
                        },
                        "http_503_retry"},
                    Row{"S500WithRetryAfterIsBroken",
                        [](TargetFacts& facts) {
                          facts.status = 500;
                          facts.has_retry_after = true;
                        },
                        "http_500"},
                    Row{"AChallengePageOf200IsABlock",
                        [](TargetFacts& facts) { facts.wording.challenge = "cookie script"; }, "challenge"},
                    Row{"AChallengePageOf404IsABlock",
                        [](TargetFacts& facts) {
                          facts.status = 404;
                          facts.wording.challenge = "cookie script";
                        },
                        "challenge"},
                    Row{"ABlockStatusIsTheBetterNameForAChallenge",
                        [](TargetFacts& facts) {
                          facts.status = 412;
                          facts.wording.challenge = "cookie script";
                        },
                        "http_412"}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Transport, LinkStatus,
    testing::Values(stopped("NoSuchName", TransportError::kDnsNxdomain, "dns_nxdomain"),
                    stopped("ResolverFails", TransportError::kDnsFailure, "dns_failure"),
                    stopped("NameWithoutAddress", TransportError::kDnsNoAddress, "dns_failure"),
                    stopped("NameThatCannotBeAsked", TransportError::kUnknownHost, "dns_failure"),
                    stopped("Refused", TransportError::kConnectRefused, "connect_refused"),
                    stopped("NoAnswerToConnect", TransportError::kConnectTimeout, "connect_timeout"),
                    stopped("NoRoute", TransportError::kConnectFailure, "connect_failure"),
                    stopped("ExpiredCertificate", TransportError::kTlsExpired, "tls_expired"),
                    stopped("CertificateOfAnotherName", TransportError::kTlsName, "tls_name"),
                    // Browsers complete chains, and their roots differ: what is behind the certificate decides.
                    stopped("UnknownRootAsksForALookBehind", TransportError::kTlsUntrusted, "", LinkNeed::kUnverified),
                    // A server that speaks only TLCP (国密) is without verdict.
                    stopped("OnlyTlcp", TransportError::kTlsUnsupported, "tls_unsupported"),
                    stopped("HandshakeFails", TransportError::kTlsFailure, "tls_failure"),
                    stopped("TooSlow", TransportError::kTimeout, "timeout"),
                    stopped("Truncated", TransportError::kTruncated, "truncated"),
                    stopped("NotHttp", TransportError::kProtocolError, "protocol_error"),
                    stopped("Bomb", TransportError::kDecompressionBomb, "decompression_bomb"),
                    // What we refuse to ask is never a fault. Our own failure is without verdict.
                    stopped("RefusedAddressIsSkipped", TransportError::kAddressRefused, "address"),
                    stopped("OurOwnFailureIsNoVerdict", TransportError::kEngineError, "engine_error")),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Redirect, LinkStatus,
    testing::Values(Row{"ALoopIsBroken", [](TargetFacts& facts) { facts.redirect_loop = true; }, "redirect_loop"},
                    Row{"TooManyAreBroken", [](TargetFacts& facts) { facts.redirect_limit = true; }, "redirect_limit"},
                    Row{"OneThatLeadsNowhereIsBroken",
                        [](TargetFacts& facts) { facts.redirect_without_location = true; },
                        "redirect_without_location"},
                    Row{"ToTheHomePageIsWrong",
                        [](TargetFacts& facts) {
                          facts.redirects = {{302, "http://www.x.gov.cn/"}};
                          facts.last = url_from_trusted("http://www.x.gov.cn/");
                          facts.ends_at_home = true;
                        },
                        "redirect_home"},
                    Row{"OfAHomePageToTheHomePageIsOk",
                        [](TargetFacts& facts) {
                          facts.redirects = {{301, "https://www.x.gov.cn/"}};
                          facts.asked = url_from_trusted("http://www.x.gov.cn/index.html");
                          facts.asked_is_home = true;
                          facts.ends_at_home = true;
                        },
                        ""},
                    Row{"WithoutARedirectTheHomePageIsOk", [](TargetFacts& facts) { facts.ends_at_home = true; }, ""},
                    Row{"OfAForeignDoorToItsHomePageIsOk",
                        [](TargetFacts& facts) {
                          facts.is_external = true;
                          facts.asked = url_from_trusted("http://www.y.gov.cn/mzj/");
                          facts.redirects = {{302, "http://www.y.gov.cn/"}};
                          facts.ends_at_home = true;
                        },
                        ""},
                    Row{"OfAForeignPageToItsHomePageIsWrong",
                        [](TargetFacts& facts) {
                          facts.is_external = true;
                          facts.asked = url_from_trusted("http://www.y.gov.cn/mzj/2024.html");
                          facts.redirects = {{302, "http://www.y.gov.cn/"}};
                          facts.ends_at_home = true;
                        },
                        "redirect_home"},
                    Row{"OfAForeignQueryToItsHomePageIsWrong",
                        [](TargetFacts& facts) {
                          facts.is_external = true;
                          facts.asked = url_from_trusted("http://www.y.gov.cn/show?id=3");
                          facts.redirects = {{302, "http://www.y.gov.cn/"}};
                          facts.ends_at_home = true;
                        },
                        "redirect_home"},
                    Row{"OfAnOwnFolderToTheHomePageIsWrong",
                        [](TargetFacts& facts) {
                          facts.asked = url_from_trusted("http://www.x.gov.cn/mzj/");
                          facts.redirects = {{302, "http://www.x.gov.cn/"}};
                          facts.ends_at_home = true;
                        },
                        "redirect_home"}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Body, LinkStatus,
    testing::Values(Row{"AnEmptyPageIsWrong",
                        [](TargetFacts& facts) {
                          facts.body_bytes = 0;
                          facts.received = Received::kNothing;
                        },
                        "empty_file"},
                    Row{"AnEmptyAttachmentIsWrong",
                        [](TargetFacts& facts) {
                          facts.promised = Promised::kAttachment;
                          facts.body_bytes = 0;
                          facts.received = Received::kNothing;
                        },
                        "empty_file"},
                    Row{"House_AnEmptyScriptIsLawful",
                        [](TargetFacts& facts) {
                          facts.promised = Promised::kResource;
                          facts.body_bytes = 0;
                          facts.received = Received::kNothing;
                        },
                        ""},
                    Row{"AnAttachmentThatIsHtmlIsOfTheWrongType",
                        [](TargetFacts& facts) { facts.promised = Promised::kAttachment; }, "wrong_type"},
                    Row{"AnImageThatIsHtmlIsOfTheWrongType",
                        [](TargetFacts& facts) { facts.promised = Promised::kImage; }, "wrong_type"},
                    // wrong_type means HTML where something else was promised, and nothing else.
                    Row{"AnAttachmentThatIsAFileIsOk",
                        [](TargetFacts& facts) {
                          facts.promised = Promised::kAttachment;
                          facts.received = Received::kOther;
                          facts.received_type = "pdf";
                        },
                        ""},
                    Row{"APageThatIsAFileIsOk",
                        [](TargetFacts& facts) {
                          facts.received = Received::kOther;
                          facts.received_type = "pdf";
                        },
                        ""},
                    Row{"APageOverTheCapHasNoVerdict", [](TargetFacts& facts) { facts.body_cut = true; }, "too_large"},
                    Row{"AForeignPageOverTheCapIsOk",
                        [](TargetFacts& facts) {
                          facts.body_cut = true;
                          facts.is_external = true;
                        },
                        ""},
                    Row{"AnAttachmentOverTheCapIsOk",
                        [](TargetFacts& facts) {
                          facts.body_cut = true;
                          facts.promised = Promised::kAttachment;
                          facts.received = Received::kOther;
                        },
                        ""},
                    Row{"APageThatAScriptFillsHasNoVerdict", [](TargetFacts& facts) { facts.script_only = true; },
                        "script_rendered"},
                    Row{"AScriptThatOnlySaysThatItIsGoneIsHeldAgainstItsBaseline",
                        [](TargetFacts& facts) {
                          facts.script_only = true;
                          facts.wording.not_found = "文件不存在";
                          facts.baseline.answer = NegativeBaseline::Answer::kPage;
                          facts.baseline.steady = facts.baseline.of_record = true;
                        },
                        "soft_404"},
                    Row{"AndHasNoVerdictWhereThatIsHonest",
                        [](TargetFacts& facts) {
                          facts.script_only = true;
                          facts.wording.not_found = "文件不存在";
                        },
                        "script_rendered"},
                    Row{"AForeignPageThatAScriptFillsIsOk",
                        [](TargetFacts& facts) {
                          facts.script_only = true;
                          facts.is_external = true;
                        },
                        ""}),
    name_of);

// hijacked: foreign pages only, since an institution may write of gambling and of domains itself.
Row foreign(const std::string& name, std::string WordingFacts::*wording, bool is_external, const std::string& reason) {
  return {name,
          [wording, is_external](TargetFacts& facts) {
            facts.is_external = is_external;
            facts.wording.*wording = "wording";
          },
          reason};
}

INSTANTIATE_TEST_SUITE_P(
    Hijack, LinkStatus,
    testing::Values(foreign("AForeignGamblingPageIsHijacked", &WordingFacts::gambling, true, "gambling"),
                    foreign("AForeignParkedDomainIsHijacked", &WordingFacts::parked, true, "parked"),
                    foreign("AForeignPageOfAnotherTradeIsHijacked", &WordingFacts::unrelated, true, "unrelated"),
                    foreign("AnOwnPageAboutGamblingIsNot", &WordingFacts::gambling, false, ""),
                    foreign("AnOwnPageAboutDomainsIsNot", &WordingFacts::parked, false, ""),
                    foreign("AnOwnPageAboutATradeIsNot", &WordingFacts::unrelated, false, ""),
                    Row{"GamblingOutweighsParking",
                        [](TargetFacts& facts) {
                          facts.is_external = true;
                          facts.wording.gambling = "a";
                          facts.wording.parked = "b";
                        },
                        "gambling"},
                    Row{"AForeignFileIsNotReadForWording",
                        [](TargetFacts& facts) {
                          facts.is_external = true;
                          facts.received = Received::kOther;
                          facts.wording.gambling = "a";
                        },
                        ""}),
    name_of);

// The order of the questions: what stopped the request, then blocks, then the status, then the bytes.
INSTANTIATE_TEST_SUITE_P(Order, LinkStatus,
                         testing::Values(Row{"ATransportErrorOutweighsTheStatus",
                                             [](TargetFacts& facts) {
                                               facts.error = TransportError::kTruncated;
                                               facts.status = 404;
                                             },
                                             "truncated"},
                                         Row{"AStatusOutweighsTheBytes",
                                             [](TargetFacts& facts) {
                                               facts.status = 404;
                                               facts.promised = Promised::kAttachment;
                                             },
                                             "http_404"},
                                         Row{"ALoopOutweighsAll",
                                             [](TargetFacts& facts) {
                                               facts.redirect_loop = true;
                                               facts.error = TransportError::kTimeout;
                                             },
                                             "redirect_loop"},
                                         Row{"Hostile_AStatusBeyondAnyListIsBroken",
                                             [](TargetFacts& facts) { facts.status = 65'535; }, "http_65535"}),
                         name_of);

TEST(LinkStatusReasons, EveryTransportErrorHasAReasonAndOnlySuccessHasNone) {
  for (int code = 0; code <= static_cast<int>(TransportError::kEngineError); ++code) {
    const auto error = static_cast<TransportError>(code);
    EXPECT_EQ(reason_of(error) == Reason{}, error == TransportError::kNone) << transport_error_name(error);
  }
}

TEST(LinkStatusEvidence, AWrongTypeSaysWhatCameAndWhatWasPromised) {
  TargetFacts facts = good_page();
  facts.promised = Promised::kImage;
  const LinkJudgement judgement = judge_link(facts);
  EXPECT_EQ(judgement.compared, "html");
  EXPECT_EQ(judgement.limit, "image");
}

}  // namespace
}  // namespace xuncha::test
