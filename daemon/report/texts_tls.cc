#include "daemon/report/texts_tls.h"

#include <algorithm>

#include "core/civil.h"

namespace xuncha {
namespace {

constexpr std::string_view kPrefix = "certificate-";

struct Row {
  std::string_view word;
  std::string_view chinese;
  std::string_view english;
};

std::string_view in(const Texts& texts, const Row& row) {
  return texts.language == Language::kChinese ? row.chinese : row.english;
}

// What OpenSSL says of a chain; the longer words first.
constexpr Row kChains[] = {
    {"self-signed certificate in certificate chain", "颁发证书的机构不在浏览器的信任名单里",
     "the authority that issued it is not one that browsers trust"},
    {"self-signed certificate", "证书是自己签发的，不是由受信任的机构颁发的",
     "it is self-signed, not issued by an authority that browsers trust"},
    {"unable to get local issuer certificate", "缺少中间证书（证书链不完整），或者颁发证书的机构不受信任",
     "an intermediate certificate is missing (incomplete chain), or the issuer is not trusted"},
    {"unable to verify the first certificate", "缺少中间证书（证书链不完整），或者颁发证书的机构不受信任",
     "an intermediate certificate is missing (incomplete chain), or the issuer is not trusted"},
};
constexpr Row kPast = {"", "已经过期", "has expired"};
constexpr Row kFuture = {"", "还没有到生效日期", "is not valid yet"};

constexpr Row kLines[] = {
    {"certificate-subject", "证书颁发给", "Certificate for"},
    {"certificate-issuer", "证书颁发机构", "Issued by"},
    {"certificate-not-before", "证书生效时间（北京时间）", "Valid from (Beijing time)"},
    {"certificate-not-after", "证书到期时间（北京时间）", "Valid until (Beijing time)"},
    {"certificate-sha256", "证书指纹（SHA-256）", "Fingerprint (SHA-256)"},
};

std::string_view field(const Finding& finding, std::string_view name) {
  for (const auto& [key, value] : finding.evidence.headers) {
    if (key == name) return value;
  }
  return {};
}

std::string beijing(std::string_view text) {
  const std::optional<WallTime> time = parse_time(text);
  return time ? format_beijing(*time) : std::string();
}

}  // namespace

const ReasonTexts* reason_of_rule(const Texts& texts, const Finding& finding) {
  if (finding.rule != "site.tls") return nullptr;
  const std::string key = finding.rule + " " + reason_name(finding.reason);
  const auto found = std::find_if(texts.reasons.begin(), texts.reasons.end(),
                                  [&key](const ReasonTexts& row) { return row.reason == key; });
  return found == texts.reasons.end() ? nullptr : &*found;
}

std::vector<std::pair<std::string_view, std::string>> certificate_values(const Texts& texts, const Finding& finding) {
  std::vector<std::pair<std::string_view, std::string>> values;
  if (finding.rule != "site.tls") return values;
  values.emplace_back("valid_from", beijing(field(finding, "certificate-not-before")));
  values.emplace_back("valid_to", beijing(field(finding, "certificate-not-after")));
  values.emplace_back("names", field(finding, "certificate-subject"));
  if (finding.evidence.attempts.empty()) return values;
  const Attempt& last = finding.evidence.attempts.back();
  const std::optional<WallTime> begins = parse_time(field(finding, "certificate-not-before"));
  if (begins) values.emplace_back("validity", in(texts, last.at < *begins ? kFuture : kPast));
  for (const Row& row : kChains) {
    if (last.error.find(row.word) == std::string::npos) continue;
    values.emplace_back("chain", in(texts, row));
    break;
  }
  return values;
}

std::vector<EvidenceLine> certificate_lines(const Texts& texts, const Finding& finding) {
  std::vector<EvidenceLine> lines;
  for (const Row& row : kLines) {
    const std::string_view value = field(finding, row.word);
    const bool is_time = row.word.starts_with("certificate-not-");
    std::string shown = is_time ? beijing(value) : std::string(value);
    if (!shown.empty()) lines.push_back({in(texts, row), std::move(shown)});
  }
  return lines;
}

bool is_certificate_field(std::string_view name) {
  return name.starts_with(kPrefix);
}

}  // namespace xuncha
