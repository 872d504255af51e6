#include "daemon/service/probe_visit.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <utility>

#include "core/limits.h"
#include "core/target.h"
#include "daemon/patrol/patrol_look.h"
#include "detectors/availability.h"
#include "detectors/link_status.h"

namespace xuncha {
namespace {

struct Visit {
  ProbePlace place;
  Url home;
  Url url;
  Family family = Family::kIpv4;
  std::function<void(ProbeOutcome)> handler;
  std::set<std::string> seen;
  Milliseconds took{};
  PhaseTimes times;
  std::optional<WallTime> began;
  bool unverified = false;
  bool sets_cookie = false;  // a redirect on the way does
};
using VisitPointer = std::shared_ptr<Visit>;

std::string literal_origin(const Url& url, const IpAddress& address) {
  const std::string port = url.has_default_port() ? "" : ":" + std::to_string(url.port());
  const std::string_view scheme = url.scheme() == UrlScheme::kHttps ? "https" : "http";
  return std::string(scheme) + "://[" + format_ipv6_hex(address.bytes) + "]" + port;
}

// Where most of the time went.
Phase longest_phase(const PhaseTimes& times) {
  const std::pair<Milliseconds, Phase> steps[] = {{times.dns, Phase::kDns},
                                                  {times.connect, Phase::kConnect},
                                                  {times.tls, Phase::kTls},
                                                  {times.first_byte, Phase::kHeaders},
                                                  {times.body, Phase::kBody}};
  return std::max_element(std::begin(steps), std::end(steps),
                          [](const auto& left, const auto& right) { return left.first < right.first; })
      ->second;
}

Reason judge(const FetchOutcome& outcome) {
  if (outcome.error != TransportError::kNone) return reason_of(outcome.error);
  if (outcome.status == 503 && !outcome.header("retry-after").empty()) return {ReasonCode::kHttp503Retry, 0};
  if (outcome.status >= 400) return {ReasonCode::kHttpStatus, outcome.status};
  return {outcome.status < 200 ? ReasonCode::kProtocolError : ReasonCode::kNone, 0};
}

void hop(const VisitPointer& visit);

void end(const VisitPointer& visit, ProbeOutcome::Kind kind, Reason reason, const Attempt& attempt) {
  ProbeOutcome outcome;
  outcome.kind = kind;
  outcome.attempt = attempt;
  outcome.attempt.seconds = std::chrono::duration<double>(visit->took).count();
  ProbeSample& sample = outcome.sample;
  sample.at = visit->began.value_or(visit->place.clock.wall());
  sample.reason = reason;
  sample.times = visit->times;
  sample.result = probe_result(reason, visit->took, visit->place.slow);
  if (sample.result == ProbeResult::kUncounted) sample.why = ProbeVoid::kTurnedAway;
  if (sample.result == ProbeResult::kOpen) sample.reason = {};
  if (sample.result == ProbeResult::kNotOpen) {
    const bool is_slow = reason.code == ReasonCode::kNone;
    sample.phase = is_slow ? longest_phase(visit->times) : attempt.phase;
    outcome.needs_proof = reason.code != ReasonCode::kHttpStatus;
  }
  visit->handler(std::move(outcome));
}

// The next hop; false where the outcome is no redirect that can be followed.
bool follow(const VisitPointer& visit, const FetchOutcome& outcome) {
  if (outcome.error != TransportError::kNone || !is_redirect_status(outcome.status)) return false;
  const UrlParse next = parse_location(outcome.header("location"), visit->url);
  if (!next.url) return false;
  visit->sets_cookie = visit->sets_cookie || !outcome.header("set-cookie").empty();
  const bool is_new = visit->seen.insert(std::string(next.url->without_fragment())).second;
  if (!is_new || visit->seen.size() > static_cast<std::size_t>(limits::kRedirectsMax)) {
    // A gateway that tests for cookies sends everyone in a circle who keeps none, as we do.
    const ReasonCode loop = is_new ? ReasonCode::kRedirectLimit : ReasonCode::kRedirectLoop;
    const ReasonCode code = visit->sets_cookie ? ReasonCode::kChallenge : loop;
    end(visit, ProbeOutcome::Kind::kSeen, {code, 0}, outcome.attempt);
    return true;
  }
  if (visit->took >= visit->place.slow) return false;
  visit->url = *next.url;
  visit->unverified = false;
  hop(visit);
  return true;
}

void answered(const VisitPointer& visit, const FetchOutcome& outcome) {
  if (!visit->began) visit->began = outcome.attempt.at;
  visit->took += Milliseconds(std::llround(outcome.attempt.seconds * 1000));
  if (visit->place.phases) visit->times += visit->place.phases();
  const bool is_home = visit->seen.size() == 1;
  switch (outcome.error) {
    case TransportError::kAddressRefused:
    case TransportError::kEngineError:
      return end(visit, ProbeOutcome::Kind::kNotAsked, {}, outcome.attempt);
    case TransportError::kDnsNoAddress:
      if (is_home) return end(visit, ProbeOutcome::Kind::kNoAddress, {}, outcome.attempt);
      break;
    default:
      break;
  }
  if (is_certificate_fault(outcome.error) && !visit->unverified) {
    visit->unverified = true;
    return hop(visit);
  }
  if (follow(visit, outcome)) return;
  end(visit, ProbeOutcome::Kind::kSeen, judge(outcome), outcome.attempt);
}

void send(const VisitPointer& visit, HostId queue) {
  const bool is_own = visit->url.host() == visit->home.host();
  if (is_own && visit->place.pace) visit->place.frontier.set_pace(queue, *visit->place.pace);
  FetchRequest request;
  request.url = visit->url;
  request.fetch_class = FetchClass::kProbe;
  request.family = visit->family;
  request.verify_tls = !visit->unverified;
  visit->place.fetcher.ask(queue, Lane::kProbe, std::move(request), [visit](const FetchOutcome& outcome) {
    if (!visit->place.alive.expired()) answered(visit, outcome);
  });
}

// Over IPv6 a request is queued under its address: what fails there says nothing of the host over IPv4.
void found(const VisitPointer& visit, HostAddresses where) {
  if (visit->place.alive.expired()) return;
  if (where.error == TransportError::kNone && visit->place.policy) where.refuse_by(*visit->place.policy);
  if (where.error == TransportError::kNone && !where.endpoints.empty()) {
    const IpAddress address = where.endpoints.front().address;
    const HostId queue = visit->place.frontier.host(literal_origin(visit->url, address));
    visit->place.frontier.set_address(queue, format_address(address));
    return send(visit, queue);
  }
  FetchOutcome outcome;
  outcome.error = where.error == TransportError::kNone ? TransportError::kDnsNoAddress : where.error;
  outcome.attempt.at = visit->place.clock.wall();
  outcome.attempt.phase = Phase::kDns;
  outcome.attempt.family = visit->family;
  outcome.attempt.error = std::string(transport_error_name(outcome.error));
  const auto phases = std::exchange(visit->place.phases, nullptr);  // there is no answer at hand
  answered(visit, outcome);
  visit->place.phases = phases;
}

void hop(const VisitPointer& visit) {
  if (visit->family == Family::kIpv4) return send(visit, visit->place.frontier.host(visit->url.origin()));
  if (visit->place.names == nullptr) return end(visit, ProbeOutcome::Kind::kNotAsked, {}, {});
  visit->place.names->resolve(visit->url.host(), visit->url.port(), Family::kIpv6,
                              [visit](HostAddresses where) { found(visit, std::move(where)); });
}

}  // namespace

void visit_home(ProbePlace place, const Url& home, Family family, std::function<void(ProbeOutcome)> handler) {
  const auto visit = std::make_shared<Visit>(Visit{.place = std::move(place),
                                                   .home = home,
                                                   .url = home,
                                                   .family = family,
                                                   .handler = std::move(handler),
                                                   .seen = {},
                                                   .took = {},
                                                   .times = {},
                                                   .began = {},
                                                   .unverified = false,
                                                   .sets_cookie = false});
  visit->seen.insert(std::string(visit->url.without_fragment()));
  hop(visit);
}

}  // namespace xuncha
