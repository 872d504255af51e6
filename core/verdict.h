#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace xuncha {

// How one target or page was judged. Only ok, broken and wrong are verdicts on the portal; the rest say
// that there is none, and why.
enum class Verdict : std::uint8_t { kOk, kBroken, kWrong, kBlocked, kInconclusive, kSkipped };
inline constexpr std::size_t kVerdicts = 6;
std::string_view verdict_name(Verdict verdict);

// The closed list of reasons (docs/INTERFACE.md, Reasons). Numbers are stored: append only.
enum class ReasonCode : std::uint8_t {
  kNone = 0,
  // broken
  kDnsNxdomain = 1,
  kDnsFailure = 2,
  kConnectRefused = 3,
  kConnectTimeout = 4,
  kConnectFailure = 5,
  kTlsExpired = 6,
  kTlsName = 7,
  kTlsFailure = 8,
  kTimeout = 9,
  kTruncated = 10,
  kProtocolError = 11,
  kDecompressionBomb = 12,
  kRedirectLoop = 13,
  kRedirectLimit = 14,
  kRedirectWithoutLocation = 15,
  kHttpStatus = 16,   // carries the status: http_404
  kTlsObsolete = 17,  // nothing newer than TLS 1.1 (RFC 8996)
  // wrong
  kSoft404 = 32,
  kRedirectHome = 33,
  kEmptyFile = 34,
  kWrongType = 35,
  kTitleMismatch = 36,
  kInternalAddress = 37,
  kMalformedUrl = 38,
  // hijacked (a wrong link with a rule of its own)
  kParked = 48,
  kGambling = 49,
  kUnrelated = 50,
  // blocked: the status list below plus these
  kHttp503Retry = 64,
  kChallenge = 65,
  // inconclusive
  kBlind = 80,
  kHostDown = 81,
  kBreakerOpen = 82,
  kTlsUnsupported = 83,
  kEngineError = 84,
  kScriptRendered = 85,
  kQuarantined = 86,
  kTooLarge = 87,
  // skipped
  kRobots = 96,
  kScope = 97,
  kBudget = 98,
  kAddress = 99,
  kExcluded = 100,
};

// A reason with the HTTP status that some carry. Its verdict follows from it, so the two can never disagree.
struct Reason {
  ReasonCode code = ReasonCode::kNone;
  std::uint16_t status = 0;  // for kHttpStatus only
  friend bool operator==(const Reason&, const Reason&) = default;
};

// "http_404", "soft_404", ... ; empty for kNone.
std::string reason_name(Reason reason);
// The inverse of reason_name; nullopt for a name that is not on the list.
std::optional<Reason> parse_reason(std::string_view name);
// kNone -> ok; kHttpStatus -> blocked for 401 403 407 412 418 429 451 456 493 512 521, else broken.
Verdict verdict_of(Reason reason);
// kParked, kGambling, kUnrelated.
bool is_hijack(Reason reason);

}  // namespace xuncha
