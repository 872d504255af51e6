#include "detectors/confirmation.h"

namespace xuncha {

std::array<std::vector<std::chrono::seconds>, kConfirmationClasses> ConfirmationSpacings::default_spacings() {
  using std::chrono::hours;
  using std::chrono::minutes;
  return {{
      {},                                  // none
      {hours(6)},                          // gone: 2 sights
      {hours(6), hours(6)},                // soft 404: 3
      {hours(1), hours(24)},               // nxdomain: 3
      {minutes(10), hours(6), hours(24)},  // transport: 4
      {minutes(10), hours(6), hours(24)},  // server error: 4
  }};
}

ConfirmationClass confirmation_class(Reason reason) {
  const Verdict verdict = verdict_of(reason);
  if (verdict != Verdict::kBroken && verdict != Verdict::kWrong) return ConfirmationClass::kNone;
  if (reason.code == ReasonCode::kTlsObsolete) return ConfirmationClass::kTransport;
  switch (reason.code) {
    case ReasonCode::kSoft404:
      return ConfirmationClass::kSoft404;
    case ReasonCode::kDnsNxdomain:
      return ConfirmationClass::kNxdomain;
    case ReasonCode::kHttpStatus:
      return reason.status >= 500 ? ConfirmationClass::kServerError : ConfirmationClass::kGone;
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
      return ConfirmationClass::kTransport;
    default:
      return ConfirmationClass::kGone;
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
