#pragma once

#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <string>
#include <vector>

#include "tests/portal/portal_data.h"

namespace xuncha::portal {

// A certificate authority made anew in memory, and server contexts signed by it. Confined to one thread while
// certificates are made; the contexts may then be used on another.
class CertificateAuthority {
 public:
  CertificateAuthority();  // throws std::runtime_error where OpenSSL fails
  ~CertificateAuthority();
  CertificateAuthority(const CertificateAuthority&) = delete;
  CertificateAuthority& operator=(const CertificateAuthority&) = delete;

  // The root certificate in PEM, for `--cacert`.
  std::string root_pem() const;
  // A server context of that kind for these names (or address literals). Not for kNone and the kinds that only send an
  // alert, which have no certificate.
  std::unique_ptr<boost::asio::ssl::context> context(TlsKind kind, const std::vector<std::string>& names);

 private:
  struct Keys;
  std::unique_ptr<Keys> keys_;
};

// The bytes that a server without a common protocol answers a ClientHello with.
std::string handshake_alert(TlsKind kind);

}  // namespace xuncha::portal
