#include "crawler/outcome.h"

#include <curl/curl.h>
#include <openssl/x509_vfy.h>

#include <array>
#include <cerrno>

namespace xuncha {
namespace {

bool holds(std::string_view words, std::string_view part) {
  return words.find(part) != std::string_view::npos;
}

// What OpenSSL says when client and server have no protocol, cipher or signature in common. A server that speaks only
// TLCP answers a TLS greeting with one of these too: its records carry version 1.1 of another protocol.
constexpr std::array<std::string_view, 16> kNoCommonProtocol = {
    "unsupported protocol",     "wrong version number",
    "wrong ssl version",        "unknown protocol",
    "no protocols available",   "alert protocol version",
    "alert handshake failure",  "alert insufficient security",
    "no ciphers available",     "no shared cipher",
    "wrong cipher returned",    "dh key too small",
    "ee key too small",         "bad signature type",
    "legacy sigalg disallowed", "unsafe legacy renegotiation disabled",
};

TransportError tls_error(const TransferEnd& end) {
  if (end.plain_http_reply) return TransportError::kTlsFailure;
  for (std::string_view part : kNoCommonProtocol) {
    if (holds(end.words, part)) return TransportError::kTlsUnsupported;
  }
  return TransportError::kTlsFailure;
}

// The leaf is asked first: an expired certificate of an authority that we do not know is expired for everybody.
TransportError certificate_error(const TransferEnd& end) {
  if (end.leaf == LeafFault::kExpired) return TransportError::kTlsExpired;
  if (end.leaf == LeafFault::kName) return TransportError::kTlsName;
  switch (end.verify_result) {
    case X509_V_OK:  // the chain is good, libcurl's own comparison of the names was not
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return TransportError::kTlsName;
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return TransportError::kTlsExpired;
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_CERT_UNTRUSTED:
    case X509_V_ERR_CERT_REJECTED:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:  // an authority of the same name with another key
    case X509_V_ERR_INVALID_CA:
    case X509_V_ERR_INVALID_PURPOSE:
    case X509_V_ERR_CERT_CHAIN_TOO_LONG:
      return TransportError::kTlsUntrusted;
    default:
      return TransportError::kTlsFailure;
  }
}

TransportError connect_error(int system_error) {
  switch (system_error) {
    case ECONNREFUSED:
      return TransportError::kConnectRefused;
    case ETIMEDOUT:
      return TransportError::kConnectTimeout;
    case EADDRNOTAVAIL:  // no local port left
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
      return TransportError::kEngineError;
    default:
      return TransportError::kConnectFailure;
  }
}

TransportError timeout_error(Phase phase) {
  return phase == Phase::kConnect ? TransportError::kConnectTimeout : TransportError::kTimeout;
}

// The connection broke while reading or writing.
TransportError broken_connection(const TransferEnd& end) {
  if (end.phase == Phase::kConnect) return connect_error(end.system_error);
  if (end.phase == Phase::kTls) return tls_error(end);
  if (holds(end.words, "in chunked-encoding")) return TransportError::kProtocolError;
  // Many servers close TLS without a farewell. Where that was the only mark of the end, browsers show the page.
  const bool no_farewell = holds(end.words, "unexpected eof while reading");
  if (no_farewell && end.phase == Phase::kBody && end.body_until_close) return TransportError::kNone;
  // A refusal of the handshake may arrive only with the first read (TLS 1.3).
  if (holds(end.words, "SSL routines") && !no_farewell && end.phase != Phase::kBody) return tls_error(end);
  return TransportError::kTruncated;
}

TransportError library_error(const TransferEnd& end) {
  switch (end.code) {
    case CURLE_OK:  // libcurl is content with a head that ends with the connection
      return end.head_complete ? TransportError::kNone : TransportError::kTruncated;
    case CURLE_COULDNT_CONNECT:
      return connect_error(end.system_error);
    case CURLE_OPERATION_TIMEDOUT:
      return timeout_error(end.phase);
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CIPHER:
      return tls_error(end);
    case CURLE_PEER_FAILED_VERIFICATION:
      return certificate_error(end);
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_USE_SSL_FAILED:
      return TransportError::kTlsFailure;
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
      return TransportError::kTruncated;
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
      return broken_connection(end);
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      return TransportError::kProtocolError;
    case CURLE_WRITE_ERROR:  // not our callbacks: bytes follow the end of a coded body; browsers ignore them
      return end.phase == Phase::kBody ? TransportError::kNone : TransportError::kEngineError;
    case CURLE_UNSUPPORTED_PROTOCOL:  // an answer without a status line (HTTP/0.9)
    case CURLE_OUT_OF_MEMORY:         // a header line over libcurl's own 100 kB
      return end.phase >= Phase::kHeaders ? TransportError::kProtocolError : TransportError::kEngineError;
    default:
      return TransportError::kEngineError;
  }
}

}  // namespace

TransportError classify(const TransferEnd& end) {
  switch (end.ended) {
    case Ended::kByLibrary:
      return library_error(end);
    case Ended::kBodyCap:
      return TransportError::kNone;
    case Ended::kBomb:
      return TransportError::kDecompressionBomb;
    case Ended::kHeaderBounds:
    case Ended::kBadHead:
      return TransportError::kProtocolError;
    case Ended::kFirstByte:
    case Ended::kTooSlow:
      return TransportError::kTimeout;
    case Ended::kWrongPeer:
    case Ended::kOutOfDescriptors:
    case Ended::kEngine:
      return TransportError::kEngineError;
  }
  return TransportError::kEngineError;
}

}  // namespace xuncha
