#include "crawler/exchange.h"

namespace xuncha {

Exchange exchange_of(TransportError error) {
  switch (error) {
    case TransportError::kNone:
      return Exchange::kAnswered;
    case TransportError::kDnsFailure:
    case TransportError::kConnectRefused:
    case TransportError::kConnectTimeout:
    case TransportError::kConnectFailure:
    case TransportError::kTimeout:
    case TransportError::kTruncated:
      return Exchange::kFailed;
    case TransportError::kTlsExpired:
    case TransportError::kTlsName:
    case TransportError::kTlsUntrusted:
    case TransportError::kTlsUnsupported:
    case TransportError::kTlsFailure:
    case TransportError::kProtocolError:
    case TransportError::kDecompressionBomb:
      return Exchange::kFlawed;
    case TransportError::kDnsNxdomain:
    case TransportError::kDnsNoAddress:
    case TransportError::kAddressRefused:
    case TransportError::kUnknownHost:
    case TransportError::kEngineError:
      return Exchange::kNothingSent;
  }
  return Exchange::kNothingSent;
}

}  // namespace xuncha
