#include "detectors/confirmation.h"

namespace xuncha {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr minutes kGone[] = {hours(6)};                              // 404, 410, wrong content: 2 sights
constexpr minutes kSoft[] = {hours(6), hours(6)};                    // soft 404: 3
constexpr minutes kName[] = {hours(1), hours(24)};                   // NXDOMAIN: 3
constexpr minutes kUnsteady[] = {minutes(10), hours(6), hours(24)};  // connect, TLS, timeout, 5xx: 4

}  // namespace

ConfirmationRule confirmation_rule(Reason reason) {
  const Verdict verdict = verdict_of(reason);
  if (verdict != Verdict::kBroken && verdict != Verdict::kWrong) return {};
  switch (reason.code) {
    case ReasonCode::kSoft404:
      return {kSoft};
    case ReasonCode::kDnsNxdomain:
      return {kName};
    case ReasonCode::kHttpStatus:
      return reason.status >= 500 ? ConfirmationRule{kUnsteady} : ConfirmationRule{kGone};
    case ReasonCode::kDnsFailure:
    case ReasonCode::kConnectRefused:
    case ReasonCode::kConnectTimeout:
    case ReasonCode::kConnectFailure:
    case ReasonCode::kTlsExpired:
    case ReasonCode::kTlsName:
    case ReasonCode::kTlsFailure:
    case ReasonCode::kTimeout:
    case ReasonCode::kTruncated:
    case ReasonCode::kProtocolError:
      return {kUnsteady};
    default:
      return {kGone};
  }
}

bool confirms(Reason earlier, Reason later) {
  const auto is_fault = [](Reason reason) {
    const Verdict verdict = verdict_of(reason);
    return verdict == Verdict::kBroken || verdict == Verdict::kWrong;
  };
  return is_fault(earlier) && is_fault(later);
}

}  // namespace xuncha
