#include "detectors/link_status.h"

#include <bit>

#include "detectors/soft_404.h"

namespace xuncha {
namespace {

LinkJudgement verdict(ReasonCode code) {
  return {.reason = {code, 0}, .compared = {}, .limit = {}};
}

LinkJudgement judge_status(const TargetFacts& facts) {
  // 503 with Retry-After is a gateway asking for patience.
  if (facts.status == 503 && facts.has_retry_after) return verdict(ReasonCode::kHttp503Retry);
  return {.reason = {ReasonCode::kHttpStatus, facts.status}, .compared = std::to_string(facts.status), .limit = {}};
}

// A foreign address of one folder ("/mzj/", "/portal") is some institution's door: that it now opens on the whole
// host's home page is its owner's choice.
bool names_foreign_door(const TargetFacts& facts) {
  if (!facts.is_external || facts.asked.has_query()) return false;
  std::string_view path = facts.asked.path();
  if (path.ends_with('/')) path.remove_suffix(1);
  return path.rfind('/') == 0 && path.find('.') == std::string_view::npos;
}

// An answer of 200: does the body keep what the address promised?
LinkJudgement judge_body(const TargetFacts& facts) {
  if (!facts.redirects.empty() && facts.ends_at_home && !facts.asked_is_home && !names_foreign_door(facts)) {
    return {.reason = {ReasonCode::kRedirectHome, 0}, .compared = facts.last.href(), .limit = facts.asked.href()};
  }
  if (facts.body_bytes == 0 && facts.received == Received::kNothing) {
    // A script or style sheet of no bytes is lawful; an empty page, image or attachment is none.
    if (facts.promised == Promised::kResource) return {};
    return {.reason = {ReasonCode::kEmptyFile, 0}, .compared = "0", .limit = {}};
  }
  if (facts.received != Received::kHtml) return {};
  if (facts.is_external) {
    if (!facts.wording.gambling.empty()) {
      return {.reason = {ReasonCode::kGambling, 0}, .compared = facts.wording.gambling, .limit = {}};
    }
    if (!facts.wording.parked.empty()) {
      return {.reason = {ReasonCode::kParked, 0}, .compared = facts.wording.parked, .limit = {}};
    }
    if (!facts.wording.unrelated.empty()) {
      return {.reason = {ReasonCode::kUnrelated, 0}, .compared = facts.wording.unrelated, .limit = {}};
    }
  }
  const bool says_nothing = facts.script_only && !facts.is_external;
  if (!says_nothing || !facts.wording.not_found.empty()) {
    LinkJudgement soft = judge_soft_404(facts);
    if (soft.need != LinkNeed::kNothing || soft.reason.code != ReasonCode::kNone) return soft;
  }
  // Nothing to judge by: neither its words nor its links are there before a script has run.
  if (says_nothing) return verdict(ReasonCode::kScriptRendered);
  if (facts.promised == Promised::kAttachment || facts.promised == Promised::kImage) {
    return {.reason = {ReasonCode::kWrongType, 0},
            .compared = facts.received_type,
            .limit = facts.promised == Promised::kImage ? "image" : "attachment"};
  }
  return {};
}

}  // namespace

Reason reason_of(TransportError error) {
  switch (error) {
    case TransportError::kNone:
      return {};
    case TransportError::kDnsNxdomain:
      return {ReasonCode::kDnsNxdomain, 0};
    case TransportError::kDnsFailure:
    case TransportError::kDnsNoAddress:
    case TransportError::kUnknownHost:
      return {ReasonCode::kDnsFailure, 0};
    case TransportError::kAddressRefused:
      return {ReasonCode::kAddress, 0};
    case TransportError::kConnectRefused:
      return {ReasonCode::kConnectRefused, 0};
    case TransportError::kConnectTimeout:
      return {ReasonCode::kConnectTimeout, 0};
    case TransportError::kConnectFailure:
      return {ReasonCode::kConnectFailure, 0};
    case TransportError::kTlsExpired:
      return {ReasonCode::kTlsExpired, 0};
    case TransportError::kTlsName:
      return {ReasonCode::kTlsName, 0};
    case TransportError::kTlsUntrusted:
      return {ReasonCode::kTlsFailure, 0};
    case TransportError::kTlsUnsupported:
      return {ReasonCode::kTlsUnsupported, 0};
    case TransportError::kTlsFailure:
      return {ReasonCode::kTlsFailure, 0};
    case TransportError::kTimeout:
      return {ReasonCode::kTimeout, 0};
    case TransportError::kTruncated:
      return {ReasonCode::kTruncated, 0};
    case TransportError::kProtocolError:
      return {ReasonCode::kProtocolError, 0};
    case TransportError::kDecompressionBomb:
      return {ReasonCode::kDecompressionBomb, 0};
    case TransportError::kEngineError:
      return {ReasonCode::kEngineError, 0};
  }
  return {ReasonCode::kEngineError, 0};
}

LinkJudgement judge_link(const TargetFacts& facts) {
  if (facts.redirect_loop) return verdict(ReasonCode::kRedirectLoop);
  if (facts.redirect_limit) return verdict(ReasonCode::kRedirectLimit);
  if (facts.redirect_without_location) return verdict(ReasonCode::kRedirectWithoutLocation);
  // An incomplete chain or an unknown root is no fault of a link: browsers complete chains. What is behind it decides.
  if (facts.error == TransportError::kTlsUntrusted)
    return {.reason = {}, .need = LinkNeed::kUnverified, .compared = {}, .limit = {}};
  if (facts.error != TransportError::kNone) return {.reason = reason_of(facts.error), .compared = {}, .limit = {}};
  // Where the status alone says that we are turned away, it is the better name.
  const bool says_blocked = verdict_of({ReasonCode::kHttpStatus, facts.status}) == Verdict::kBlocked;
  if (!facts.wording.challenge.empty() && !says_blocked) {
    return {.reason = {ReasonCode::kChallenge, 0}, .compared = facts.wording.challenge, .limit = {}};
  }
  if (facts.status >= 400) return judge_status(facts);
  if (facts.status < 200) return verdict(ReasonCode::kProtocolError);
  if (facts.status == 204 || facts.status == 205 || facts.status == 304) return {};
  // A page over our cap cannot be judged as a page; a large attachment or image is only begun anyway.
  if (facts.body_cut && facts.promised == Promised::kPage && !facts.is_external && facts.received == Received::kHtml) {
    return verdict(ReasonCode::kTooLarge);
  }
  return judge_body(facts);
}

}  // namespace xuncha
