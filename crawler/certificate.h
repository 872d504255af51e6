#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "core/clock.h"

struct x509_st;

namespace xuncha {

// What a server's own certificate (the leaf) says, as the handshake showed it; enough to find the same one again.
struct Certificate {
  std::string subject;  // "CN=www.example.gov.cn, O=...", UTF-8 without control characters
  std::string issuer;
  WallTime not_before{};
  WallTime not_after{};
  std::string sha256;    // fingerprint: of the DER form, 64 digits of hex
  std::string protocol;  // of the connection, as OpenSSL names it: "TLSv1.3", "TLSv1" (that is 1.0)
};

// A name of a certificate is a portal's text: longer ones are cut.
inline constexpr std::size_t kCertificateNameBytesMax = 300;

// nullopt where the certificate holds no times that can be read. `protocol` is left empty.
std::optional<Certificate> read_certificate(const x509_st* leaf);

}  // namespace xuncha
