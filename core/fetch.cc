#include "core/fetch.h"

namespace xuncha {

std::string_view phase_name(Phase phase) {
  switch (phase) {
    case Phase::kNone:
      return "none";
    case Phase::kDns:
      return "dns";
    case Phase::kConnect:
      return "connect";
    case Phase::kTls:
      return "tls";
    case Phase::kSend:
      return "send";
    case Phase::kHeaders:
      return "headers";
    case Phase::kBody:
      return "body";
  }
  return "none";
}

std::string_view transport_error_name(TransportError error) {
  switch (error) {
    case TransportError::kNone:
      return "";
    case TransportError::kDnsNxdomain:
      return "dns_nxdomain";
    case TransportError::kDnsFailure:
      return "dns_failure";
    case TransportError::kDnsNoAddress:
      return "dns_no_address";
    case TransportError::kAddressRefused:
      return "address_refused";
    case TransportError::kConnectRefused:
      return "connect_refused";
    case TransportError::kConnectTimeout:
      return "connect_timeout";
    case TransportError::kConnectFailure:
      return "connect_failure";
    case TransportError::kTlsExpired:
      return "tls_expired";
    case TransportError::kTlsName:
      return "tls_name";
    case TransportError::kTlsUntrusted:
      return "tls_untrusted";
    case TransportError::kTlsUnsupported:
      return "tls_unsupported";
    case TransportError::kTlsFailure:
      return "tls_failure";
    case TransportError::kTimeout:
      return "timeout";
    case TransportError::kTruncated:
      return "truncated";
    case TransportError::kProtocolError:
      return "protocol_error";
    case TransportError::kDecompressionBomb:
      return "decompression_bomb";
    case TransportError::kUnknownHost:
      return "unknown_host";
    case TransportError::kEngineError:
      return "engine_error";
  }
  return "engine_error";
}

std::string_view fetch_class_name(FetchClass fetch_class) {
  switch (fetch_class) {
    case FetchClass::kPage:
      return "page";
    case FetchClass::kAttachment:
      return "attachment";
    case FetchClass::kResource:
      return "resource";
    case FetchClass::kExternal:
      return "external";
    case FetchClass::kRobots:
      return "robots";
    case FetchClass::kSitemap:
      return "sitemap";
    case FetchClass::kProbe:
      return "probe";
  }
  return "page";
}

std::string_view FetchOutcome::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return {};
}

}  // namespace xuncha
