#include "core/verdict.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace xuncha {
namespace {

struct ReasonRow {
  ReasonCode code;
  std::string_view name;
  Verdict verdict;
};

// In the order of docs/INTERFACE.md, Reasons.
constexpr ReasonRow kReasons[] = {
    {ReasonCode::kDnsNxdomain, "dns_nxdomain", Verdict::kBroken},
    {ReasonCode::kDnsFailure, "dns_failure", Verdict::kBroken},
    {ReasonCode::kConnectRefused, "connect_refused", Verdict::kBroken},
    {ReasonCode::kConnectTimeout, "connect_timeout", Verdict::kBroken},
    {ReasonCode::kConnectFailure, "connect_failure", Verdict::kBroken},
    {ReasonCode::kTlsExpired, "tls_expired", Verdict::kBroken},
    {ReasonCode::kTlsName, "tls_name", Verdict::kBroken},
    {ReasonCode::kTlsFailure, "tls_failure", Verdict::kBroken},
    {ReasonCode::kTlsObsolete, "tls_obsolete", Verdict::kBroken},
    {ReasonCode::kTimeout, "timeout", Verdict::kBroken},
    {ReasonCode::kTruncated, "truncated", Verdict::kBroken},
    {ReasonCode::kProtocolError, "protocol_error", Verdict::kBroken},
    {ReasonCode::kDecompressionBomb, "decompression_bomb", Verdict::kBroken},
    {ReasonCode::kRedirectLoop, "redirect_loop", Verdict::kBroken},
    {ReasonCode::kRedirectLimit, "redirect_limit", Verdict::kBroken},
    {ReasonCode::kRedirectWithoutLocation, "redirect_without_location", Verdict::kBroken},
    {ReasonCode::kSoft404, "soft_404", Verdict::kWrong},
    {ReasonCode::kRedirectHome, "redirect_home", Verdict::kWrong},
    {ReasonCode::kEmptyFile, "empty_file", Verdict::kWrong},
    {ReasonCode::kWrongType, "wrong_type", Verdict::kWrong},
    {ReasonCode::kTitleMismatch, "title_mismatch", Verdict::kWrong},
    {ReasonCode::kInternalAddress, "internal_address", Verdict::kWrong},
    {ReasonCode::kMalformedUrl, "malformed_url", Verdict::kWrong},
    {ReasonCode::kParked, "parked", Verdict::kWrong},
    {ReasonCode::kGambling, "gambling", Verdict::kWrong},
    {ReasonCode::kUnrelated, "unrelated", Verdict::kWrong},
    {ReasonCode::kHttp503Retry, "http_503_retry", Verdict::kBlocked},
    {ReasonCode::kChallenge, "challenge", Verdict::kBlocked},
    {ReasonCode::kBlind, "blind", Verdict::kInconclusive},
    {ReasonCode::kHostDown, "host_down", Verdict::kInconclusive},
    {ReasonCode::kBreakerOpen, "breaker_open", Verdict::kInconclusive},
    {ReasonCode::kTlsUnsupported, "tls_unsupported", Verdict::kInconclusive},
    {ReasonCode::kEngineError, "engine_error", Verdict::kInconclusive},
    {ReasonCode::kScriptRendered, "script_rendered", Verdict::kInconclusive},
    {ReasonCode::kQuarantined, "quarantined", Verdict::kInconclusive},
    {ReasonCode::kTooLarge, "too_large", Verdict::kInconclusive},
    {ReasonCode::kRobots, "robots", Verdict::kSkipped},
    {ReasonCode::kScope, "scope", Verdict::kSkipped},
    {ReasonCode::kBudget, "budget", Verdict::kSkipped},
    {ReasonCode::kAddress, "address", Verdict::kSkipped},
    {ReasonCode::kExcluded, "excluded", Verdict::kSkipped},
};

// Answers of gateways and firewalls to programs (412, 512, 521: challenges by script): never a fault of the page.
constexpr std::array<std::uint16_t, 11> kBlockedStatuses = {401, 403, 407, 412, 418, 429, 451, 456, 493, 512, 521};

const ReasonRow* find_row(ReasonCode code) {
  for (const ReasonRow& row : kReasons) {
    if (row.code == code) return &row;
  }
  return nullptr;
}

}  // namespace

std::string_view verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::kOk:
      return "ok";
    case Verdict::kBroken:
      return "broken";
    case Verdict::kWrong:
      return "wrong";
    case Verdict::kBlocked:
      return "blocked";
    case Verdict::kInconclusive:
      return "inconclusive";
    case Verdict::kSkipped:
      return "skipped";
  }
  return "inconclusive";
}

std::string reason_name(Reason reason) {
  if (reason.code == ReasonCode::kHttpStatus) return "http_" + std::to_string(reason.status);
  const ReasonRow* row = find_row(reason.code);
  return row ? std::string(row->name) : std::string();
}

std::optional<Reason> parse_reason(std::string_view name) {
  for (const ReasonRow& row : kReasons) {
    if (row.name == name) return Reason{row.code, 0};
  }
  if (name.starts_with("http_")) {
    std::uint16_t status = 0;
    const char* end = name.data() + name.size();
    const auto [rest, error] = std::from_chars(name.data() + 5, end, status);
    if (error == std::errc() && rest == end && status >= 100 && status <= 999) {
      return Reason{ReasonCode::kHttpStatus, status};
    }
  }
  return std::nullopt;
}

Verdict verdict_of(Reason reason) {
  if (reason.code == ReasonCode::kNone) return Verdict::kOk;
  if (reason.code == ReasonCode::kHttpStatus) {
    const bool blocked =
        std::find(kBlockedStatuses.begin(), kBlockedStatuses.end(), reason.status) != kBlockedStatuses.end();
    return blocked ? Verdict::kBlocked : Verdict::kBroken;
  }
  const ReasonRow* row = find_row(reason.code);
  return row ? row->verdict : Verdict::kInconclusive;
}

bool is_hijack(Reason reason) {
  return reason.code == ReasonCode::kParked || reason.code == ReasonCode::kGambling ||
         reason.code == ReasonCode::kUnrelated;
}

}  // namespace xuncha
