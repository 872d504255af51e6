#pragma once

#include <openssl/ssl.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace xuncha::test {

using KeyPointer = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using CertificatePointer = std::unique_ptr<X509, decltype(&X509_free)>;

// A key with its certificate and what a server sends along.
struct TestIdentity {
  KeyPointer key{nullptr, &EVP_PKEY_free};
  CertificatePointer certificate{nullptr, &X509_free};
  std::vector<CertificatePointer> chain;
};

struct CertificateWish {
  std::vector<std::string> names;  // subjectAltName entries: "DNS:a.test", "IP:127.0.0.1"
  std::chrono::hours begins{-24};  // from now
  std::chrono::hours ends{24 * 30};
};

// A certificate authority with an intermediate, made anew for each test program (P-256 keys).
class TestAuthority {
 public:
  TestAuthority();
  enum class Chain { kComplete, kWithoutIntermediate };
  TestIdentity issue(const CertificateWish& wish, Chain chain = Chain::kComplete) const;
  // The root's certificate in PEM form.
  std::string root_pem() const;

 private:
  TestIdentity root_;
  TestIdentity intermediate_;
};

TestIdentity self_signed(const CertificateWish& wish);
void use_identity(SSL_CTX& context, const TestIdentity& identity);

// A file that is removed with it.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::string_view text);
  ~TemporaryFile();
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace xuncha::test
