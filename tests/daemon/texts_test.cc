#include "daemon/report/texts.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "detectors/registry.h"

namespace xuncha {
namespace {

constexpr Language kLanguages[] = {Language::kChinese, Language::kEnglish};

// docs/INTERFACE.md, Reasons.
constexpr const char* kReasonNames[] = {"dns_nxdomain",
                                        "dns_failure",
                                        "connect_refused",
                                        "connect_timeout",
                                        "connect_failure",
                                        "tls_expired",
                                        "tls_name",
                                        "tls_failure",
                                        "tls_obsolete",
                                        "timeout",
                                        "truncated",
                                        "protocol_error",
                                        "decompression_bomb",
                                        "redirect_loop",
                                        "redirect_limit",
                                        "redirect_without_location",
                                        "http_404",
                                        "http_410",
                                        "http_500",
                                        "http_418",
                                        "http_599",
                                        "http_302",
                                        "soft_404",
                                        "redirect_home",
                                        "empty_file",
                                        "wrong_type",
                                        "title_mismatch",
                                        "internal_address",
                                        "malformed_url",
                                        "parked",
                                        "gambling",
                                        "unrelated",
                                        "http_401",
                                        "http_403",
                                        "http_407",
                                        "http_412",
                                        "http_429",
                                        "http_451",
                                        "http_456",
                                        "http_493",
                                        "http_521",
                                        "http_512",
                                        "http_503_retry",
                                        "challenge",
                                        "blind",
                                        "host_down",
                                        "breaker_open",
                                        "tls_unsupported",
                                        "engine_error",
                                        "script_rendered",
                                        "quarantined",
                                        "too_large",
                                        "robots",
                                        "scope",
                                        "budget",
                                        "address",
                                        "excluded"};

Finding finding_of(const char* rule, const char* reason) {
  Evidence evidence;
  evidence.attempts.push_back(Attempt{.at = {},
                                      .phase = Phase::kHeaders,
                                      .family = Family::kIpv4,
                                      .address = std::nullopt,
                                      .status = 404,
                                      .error = {},
                                      .seconds = 0.25});
  return make_finding("s", rule, "http://a/x", "http://a/x", *parse_reason(reason), Severity::kMajor, evidence, {});
}

TEST(Texts, EveryRuleHasTextsInBothLanguages) {
  for (const Language language : kLanguages) {
    for (const RuleInfo& rule : all_rules()) {
      const RuleTexts row = rule_texts(texts(language), rule.id);
      EXPECT_NE(row.title, rule.id) << rule.id;
      EXPECT_FALSE(row.basis.empty()) << rule.id;
      EXPECT_FALSE(row.defaults.empty()) << rule.id;
    }
    EXPECT_EQ(texts(language).rules.size(), all_rules().size());
  }
}

TEST(Texts, EveryReasonHasASentenceInBothLanguages) {
  for (const Language language : kLanguages) {
    for (const char* name : kReasonNames) {
      const auto reason = parse_reason(name);
      ASSERT_TRUE(reason) << name;
      const ReasonTexts row = reason_texts(texts(language), *reason);
      EXPECT_FALSE(row.name.empty()) << name;
      EXPECT_FALSE(row.detail.empty()) << name;
    }
  }
}

TEST(Texts, PatternsUseKnownValuesAndCloseTheirBrackets) {
  const std::set<std::string> known = {"status", "address",  "family",     "error",    "seconds", "tries",  "compared",
                                       "limit",  "redirect", "excerpt",    "control",  "subject", "places", "listed",
                                       "why",    "validity", "valid_from", "valid_to", "names",   "chain"};
  const auto check = [&known](std::string_view pattern) {
    int open = 0;
    for (std::size_t at = 0; at < pattern.size(); ++at) {
      open += pattern[at] == '[' ? 1 : pattern[at] == ']' ? -1 : 0;
      EXPECT_TRUE(open == 0 || open == 1) << pattern;
      if (pattern[at] != '{') continue;
      const std::size_t close = pattern.find('}', at);
      ASSERT_NE(close, std::string_view::npos) << pattern;
      EXPECT_TRUE(known.contains(std::string(pattern.substr(at + 1, close - at - 1)))) << pattern;
    }
    EXPECT_EQ(open, 0) << pattern;
  };
  for (const Language language : kLanguages) {
    for (const RuleTexts& row : texts(language).rules) check(row.detail);
    for (const ReasonTexts& row : texts(language).reasons) check(row.detail);
  }
}

// Chinese sentences carry no English units and no words of a library.
TEST(Texts, FiguresOfACertificateAndOfATimeAreSaidInTheReadersLanguage) {
  Finding ends = finding_of("site.tls", "tls_expired");
  ends.reason = {};
  ends.evidence.compared = "2026-12-21 08:00:00";
  ends.evidence.limit = "30 d";
  EXPECT_EQ(describe(texts(Language::kChinese), ends).detail,
            "网站的安全证书即将到期：北京时间 2026-12-21 08:00:00 到期，剩余时间不足 30 天。到期后浏览器会拦截访问，"
            "公众打不开网站。");
  Finding late = finding_of("site.unreachable", "timeout");
  late.evidence.compared = "16 s";
  const std::vector<EvidenceLine> lines = evidence_lines(texts(Language::kChinese), late);
  ASSERT_FALSE(lines.empty());
  EXPECT_EQ(lines.front().value, "16 秒");
}

TEST(Texts, DetailNamesWhatWasSeen) {
  EXPECT_EQ(describe(texts(Language::kChinese), finding_of("link.broken", "http_404")).detail,
            "服务器返回 404：页面或文件不存在。");
  EXPECT_EQ(describe(texts(Language::kChinese), finding_of("link.broken", "http_507")).detail,
            "服务器返回 507：服务器出错。");
  EXPECT_EQ(describe(texts(Language::kEnglish), finding_of("site.unreachable", "connect_timeout")).detail,
            "The home page does not open. The server does not answer connections (waited 0.2 seconds).");
}

TEST(Texts, OptionalPartsAreLeftOutWithoutTheirValue) {
  Finding finding = finding_of("link.wrong", "wrong_type");
  EXPECT_EQ(describe(texts(Language::kChinese), finding).detail, "打开的内容与链接所说的类型不符。");
  finding.evidence.limit = "PDF";
  finding.evidence.compared = "HTML";
  EXPECT_EQ(describe(texts(Language::kChinese), finding).detail,
            "打开的内容与链接所说的类型不符：应为 PDF，实为 HTML。");
}

TEST(Texts, ValuesFromPortalsAreNoPatterns) {
  Finding finding = finding_of("link.wrong", "title_mismatch");
  finding.evidence.limit = "{address}[x]{";
  finding.evidence.compared = "]}";
  EXPECT_EQ(describe(texts(Language::kChinese), finding).detail,
            "打开的文章与链接文字不符：链接写的是“{address}[x]{”，打开的是“]}”。");
}

TEST(Texts, TypesAreSaidInWords) {
  Finding finding = finding_of("link.wrong", "wrong_type");
  finding.evidence.limit = "attachment";
  finding.evidence.compared = "text/html; charset=utf-8";
  EXPECT_EQ(describe(texts(Language::kChinese), finding).detail,
            "打开的内容与链接所说的类型不符：应为 附件（文档、压缩包等），实为 网页。");
  finding.evidence.compared = "exe";
  EXPECT_EQ(evidence_lines(texts(Language::kChinese), finding)[0].value, "exe");
}

TEST(Texts, WhatIsNotConfirmedIsToBeCheckedFirst) {
  Finding finding = finding_of("site.unreachable", "timeout");
  finding.state = FindingState::kSuspect;
  EXPECT_TRUE(describe(texts(Language::kChinese), finding).advice.starts_with("尚未确认，请先核对。如属实："));
  finding.state = FindingState::kOpen;
  EXPECT_TRUE(describe(texts(Language::kChinese), finding).advice.starts_with("请立即联系"));
}

TEST(Texts, EvidenceIsNamedByWhatItIs) {
  Finding finding = finding_of("page.injected", "http_404");
  finding.reason = {};
  finding.evidence.compared = "36";
  finding.evidence.limit = "10";
  finding.evidence.control = "彩票网";
  std::string said;
  for (const EvidenceLine& line : evidence_lines(texts(Language::kChinese), finding)) {
    said += std::string(line.name) + "：" + line.value + "；";
  }
  EXPECT_EQ(said, "互不相干的域名（个）：36；判断标准（达到几个）：10；命中的词语：彩票网；");
}

TEST(Texts, NoWordForProgramsIsLeftInTheEvidenceOfASoft404) {
  Finding finding = finding_of("link.wrong", "soft_404");
  finding.evidence.compared = "页面不存在";
  finding.evidence.limit = "answer to a path that cannot exist";
  const auto lines = evidence_lines(texts(Language::kChinese), finding);
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].value, "页面不存在");
}

TEST(Texts, OneRequestIsOneSentence) {
  Attempt attempt = finding_of("link.broken", "http_404").evidence.attempts[0];
  attempt.address = IpAddress::v4(192, 0, 2, 7);
  EXPECT_EQ(describe_attempt(texts(Language::kChinese), attempt),
            "1970-01-01 08:00:00（北京时间），服务器 192.0.2.7，返回 404，用时 0.2 秒");
  attempt.status = 0;
  attempt.phase = Phase::kConnect;
  attempt.error = "no route";
  attempt.seconds = 0.01;
  EXPECT_EQ(describe_attempt(texts(Language::kChinese), attempt),
            "1970-01-01 08:00:00（北京时间），服务器 192.0.2.7，连接失败：no route，用时不到 0.1 秒");
}

TEST(Texts, WhatCarriesALinkIsSaidAsPeopleSeeIt) {
  EXPECT_EQ(tag_name(texts(Language::kChinese), "area"), "图片上的热区链接");
  EXPECT_EQ(tag_name(texts(Language::kChinese), "div"), "网页元素 div");
  EXPECT_EQ(tag_name(texts(Language::kChinese), ""), "");
  for (const Language language : kLanguages) {
    EXPECT_EQ(texts(language).tags.size(), texts(Language::kChinese).tags.size());
    EXPECT_EQ(texts(language).evidence.size(), texts(Language::kChinese).evidence.size());
  }
}

TEST(Texts, AnArticleOfAnotherDayIsToldByWhatProvesIt) {
  Finding finding = finding_of("content.backdated", "http_404");
  finding.reason = {};
  finding.evidence.compared = "2026-03-01";
  finding.evidence.limit = "2024-05-20";
  const Texts& english = texts(Language::kEnglish);
  EXPECT_EQ(describe(english, finding).detail,
            "The article shows 2026-03-01, but META, address and signature say that it is of 2024-05-20 or near it.");
  finding.evidence.limit.clear();
  finding.evidence.control = "2026-11-13/2026-11-20";
  EXPECT_EQ(describe(english, finding).detail,
            "List and article say 2026-03-01, but the article came into the list long after that: between the readings "
            "of 2026-11-13/2026-11-20. Older articles stood there before.");
  const std::vector<EvidenceLine> lines = evidence_lines(english, finding);
  EXPECT_EQ(lines.back().name, "List read without it / with it");
  EXPECT_EQ(lines.back().value, "2026-11-13/2026-11-20");
}

TEST(Texts, AnUnknownRuleIsShownByItsId) {
  EXPECT_EQ(describe(texts(Language::kChinese), finding_of("new.rule", "http_404")).title, "new.rule");
}

// docs/INTERFACE.md, Programs and exit codes.
TEST(Locale, OnlyAnEnglishLocaleMakesTextsEnglish) {
  for (const char* locale : {"en", "en_US.UTF-8", "en_GB", "en-US", "en.UTF-8"}) {
    EXPECT_EQ(choose_language(std::nullopt, Audience::kPeople, locale), Language::kEnglish) << locale;
  }
  for (const char* locale : {"", "C", "POSIX", "C.UTF-8", "zh_CN.UTF-8", "de_DE.UTF-8", "eng", "enm_GB"}) {
    EXPECT_EQ(choose_language(std::nullopt, Audience::kPeople, locale), Language::kChinese) << locale;
  }
}

TEST(Locale, MachineFormatsIgnoreIt) {
  EXPECT_EQ(choose_language(std::nullopt, Audience::kMachines, "en_US.UTF-8"), Language::kChinese);
}

TEST(Locale, TheOptionDecides) {
  EXPECT_EQ(choose_language(Language::kEnglish, Audience::kMachines, "zh_CN"), Language::kEnglish);
  EXPECT_EQ(choose_language(Language::kChinese, Audience::kPeople, "en_US"), Language::kChinese);
}

}  // namespace
}  // namespace xuncha
