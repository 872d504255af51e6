#include "tests/support/portal_web.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "core/check.h"
#include "core/limits.h"
#include "crawler/fetch_limits.h"

namespace xuncha::test {
namespace {

using portal::Answer;
using portal::ConnectKind;
using portal::DnsKind;
using portal::FaultKind;
using portal::TlsKind;

constexpr Milliseconds kLatency = Milliseconds(50);
// A name service that says nothing: two tries at one server.
constexpr Milliseconds kDnsSilence = 2 * limits::kDnsTimeout;

TransportError dns_error(DnsKind kind) {
  switch (kind) {
    case DnsKind::kAddress:
      return TransportError::kNone;
    case DnsKind::kNxdomain:
      return TransportError::kDnsNxdomain;
    case DnsKind::kNodata:
      return TransportError::kDnsNoAddress;
    case DnsKind::kServfail:
    case DnsKind::kTimeout:
    case DnsKind::kRefused:
      return TransportError::kDnsFailure;
  }
  return TransportError::kDnsFailure;
}

// What a handshake with such a server ends with (crawler/outcome.cc). `verify`: its certificate has to hold.
TransportError tls_error(TlsKind kind, bool verify) {
  switch (kind) {
    case TlsKind::kNone:
    case TlsKind::kGood:
      return TransportError::kNone;
    case TlsKind::kExpired:
      return verify ? TransportError::kTlsExpired : TransportError::kNone;
    case TlsKind::kWrongName:
      return verify ? TransportError::kTlsName : TransportError::kNone;
    case TlsKind::kSelfSigned:
    case TlsKind::kIncompleteChain:
      return verify ? TransportError::kTlsUntrusted : TransportError::kNone;
    case TlsKind::kTls10Only:
    case TlsKind::kTlcp:
    case TlsKind::kHandshakeFailure:
      return TransportError::kTlsUnsupported;
    case TlsKind::kInternalError:
      return TransportError::kTlsFailure;
  }
  return TransportError::kTlsFailure;
}

Phase phase_of(TransportError error) {
  switch (error) {
    case TransportError::kDnsNxdomain:
    case TransportError::kDnsFailure:
    case TransportError::kDnsNoAddress:
    case TransportError::kAddressRefused:
      return Phase::kDns;
    case TransportError::kConnectRefused:
    case TransportError::kConnectTimeout:
    case TransportError::kConnectFailure:
      return Phase::kConnect;
    case TransportError::kTlsExpired:
    case TransportError::kTlsName:
    case TransportError::kTlsUntrusted:
    case TransportError::kTlsUnsupported:
    case TransportError::kTlsFailure:
      return Phase::kTls;
    case TransportError::kTimeout:
      return Phase::kHeaders;
    default:
      return Phase::kBody;
  }
}

portal::Request request_of(const FetchRequest& request) {
  portal::Request asked;
  asked.method = "GET";
  asked.scheme = request.url.scheme() == UrlScheme::kHttps ? "https" : "http";
  const std::string_view whole = request.url.without_fragment();
  const std::size_t path = whole.find('/', whole.find("//") + 2);
  asked.set_target(path == std::string_view::npos ? "/" : std::string(whole.substr(path)));
  if (!request.if_none_match.empty()) asked.headers["if-none-match"] = request.if_none_match;
  if (!request.if_modified_since.empty()) asked.headers["if-modified-since"] = request.if_modified_since;
  if (request.prefix_only) asked.headers["range"] = "bytes=0-1023";
  return asked;
}

std::string in_lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

}  // namespace

void PortalWeb::play(portal::Portal portal) {
  portal_ = std::move(portal);
  by_name_.clear();
  for (const portal::Host& host : portal_.hosts) {
    by_name_[host.name] = &host;
    for (const std::string& alias : host.aliases) by_name_[alias] = &host;
  }
}

PortalWeb::Place PortalWeb::find(const std::string& name, Family family) const {
  Place place;
  const auto known = by_name_.find(name);
  if (known != by_name_.end()) place.host = known->second;
  const auto named = portal_.names.find(name);
  std::string address = name;  // a literal
  if (place.host != nullptr || named != portal_.names.end()) {
    const portal::DnsAnswer& says = place.host != nullptr ? place.host->dns : named->second;
    place.error = dns_error(says.kind);
    if (place.error != TransportError::kNone) return place;
    address = !says.addresses.empty() ? says.addresses.front() : place.host->address;
  }
  const auto parsed = parse_address(address);
  if (!parsed) {
    place.error = TransportError::kDnsNxdomain;
    return place;
  }
  place.address = *parsed;
  if (family == Family::kIpv6 && parsed->family == Family::kIpv4) place.error = TransportError::kDnsNoAddress;
  return place;
}

// Up to where the request could be sent.
TransportError PortalWeb::connect(const FetchRequest& request, const portal::Host& host, Milliseconds& takes) const {
  const bool is_https = request.url.scheme() == UrlScheme::kHttps;
  const std::uint16_t port = request.url.port();
  const bool has_port = std::find(host.http_ports.begin(), host.http_ports.end(), port) != host.http_ports.end();
  if (host.connect == ConnectKind::kDrop) {
    takes += limits::kConnectTimeout;
    return TransportError::kConnectTimeout;
  }
  const bool is_served = is_https ? port == 443 && host.tls != TlsKind::kNone : host.http && (port == 80 || has_port);
  if (host.connect == ConnectKind::kRefuse || !is_served) return TransportError::kConnectRefused;
  return is_https ? tls_error(host.tls, request.verify_tls) : TransportError::kNone;
}

void PortalWeb::take_answer(const FetchRequest& request, const portal::Host& host, FetchOutcome& outcome,
                            Milliseconds& takes) {
  const portal::Request asked = request_of(request);
  Answer answer = answers_.answer(host, asked, phase_);
  apply_conditions(asked, answer);
  takes += std::chrono::duration_cast<Milliseconds>(answer.delay);
  switch (answer.fault.kind) {
    case FaultKind::kNone:
      break;
    case FaultKind::kTruncate:
      outcome.error = TransportError::kTruncated;
      answer.body.resize(std::min<std::size_t>(answer.body.size(), answer.fault.amount));
      break;
    case FaultKind::kGarbage:
      outcome.error = TransportError::kProtocolError;
      return;
    case FaultKind::kHangHeaders:
      outcome.error = TransportError::kTimeout;
      takes += std::min(limits::kFirstByteTimeout, FetchLimits().total(request.fetch_class));
      return;
    case FaultKind::kBomb:
      outcome.error = TransportError::kDecompressionBomb;
      break;
    default:
      CHECK(false);  // no portal of these tests sends so
  }
  outcome.status = static_cast<std::uint16_t>(answer.status);
  outcome.attempt.status = outcome.status;
  if (!answer.content_type.empty() && answer.status != 304) {
    outcome.headers.emplace_back("content-type", answer.charset.empty()
                                                     ? answer.content_type
                                                     : answer.content_type + "; charset=" + answer.charset);
  }
  for (const auto& [name, value] : answer.headers) outcome.headers.emplace_back(in_lower_case(name), value);
  if (answer.status != 304 && !answer.chunked) outcome.content_length = answer.body.size();
  outcome.wire_bytes = answer.body.size();
  const std::size_t cap = body_bytes_max(request);
  outcome.body_cut = answer.body.size() > cap;
  outcome.body = outcome.body_cut ? answer.body.substr(0, cap) : std::move(answer.body);
}

FetchOutcome PortalWeb::outcome_of(const FetchRequest& request, Milliseconds& takes) {
  const Place place = find(std::string(request.url.host()), request.family);
  FetchOutcome outcome;
  outcome.attempt.at = clock_.wall();
  outcome.error = place.error;
  if (place.error == TransportError::kDnsFailure) takes += kDnsSilence;
  if (place.error == TransportError::kNone) {
    outcome.attempt.family = place.address.family;
    outcome.attempt.address = place.address;
    AddressVerdict verdict = own_.judge(place.address);
    if (verdict.allowed && request.policy) verdict = request.policy->judge(place.address);
    if (!verdict.allowed) {
      outcome.error = TransportError::kAddressRefused;
      outcome.refused_range = verdict.range;
    } else {
      outcome.error = place.host == nullptr ? TransportError::kConnectFailure : connect(request, *place.host, takes);
    }
  }
  outcome.tls_verified = request.verify_tls;
  if (outcome.error == TransportError::kNone) take_answer(request, *place.host, outcome, takes);
  outcome.attempt.phase = phase_of(outcome.error);
  if (outcome.error != TransportError::kNone) outcome.attempt.error = transport_error_name(outcome.error);
  outcome.attempt.seconds = std::chrono::duration<double>(takes).count();
  return outcome;
}

void PortalWeb::fetch(FetchRequest request, Handler handler) {
  ++requests_;
  Milliseconds takes = kLatency;
  FetchOutcome outcome = outcome_of(request, takes);
  due_.emplace(clock_.steady() + takes,
               [handler = std::move(handler), outcome = std::move(outcome)]() mutable { handler(std::move(outcome)); });
}

void PortalWeb::locate(const Url& url, LocateHandler handler) {
  const Place place = find(std::string(url.host()), Family::kAny);
  std::string address = place.error == TransportError::kNone ? format_address(place.address) : std::string();
  due_.emplace(clock_.steady() + Milliseconds(1),
               [handler = std::move(handler), address = std::move(address)] { handler(address); });
}

bool PortalWeb::deliver() {
  bool delivered = false;
  while (!due_.empty() && due_.begin()->first <= clock_.steady()) {
    const std::function<void()> call = std::move(due_.begin()->second);
    due_.erase(due_.begin());
    call();
    delivered = true;
  }
  return delivered;
}

}  // namespace xuncha::test
