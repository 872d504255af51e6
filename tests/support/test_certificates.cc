#include "tests/support/test_certificates.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>

namespace xuncha::test {
namespace {

void must(bool good, const char* what) {
  if (good) return;
  std::fprintf(stderr, "test certificates: %s failed\n", what);
  std::abort();
}

EVP_PKEY* new_key() {
  EVP_PKEY* key = EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256");
  must(key != nullptr, "key");
  return key;
}

void add_extension(X509& certificate, X509& issuer, int id, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, &issuer, &certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str());
  must(extension != nullptr, "extension");
  X509_add_ext(&certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

CertificatePointer make_certificate(EVP_PKEY& key, const std::string& name, const CertificateWish& wish, bool authority,
                                    X509* issuer, EVP_PKEY* issuer_key) {
  static std::atomic<long> serial{1};
  CertificatePointer certificate(X509_new(), &X509_free);
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial++);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), std::chrono::seconds(wish.begins).count());
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), std::chrono::seconds(wish.ends).count());
  X509_set_pubkey(certificate.get(), &key);
  X509_NAME* subject = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1,
                             0);
  X509& signer = issuer != nullptr ? *issuer : *certificate;
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(&signer));
  add_extension(*certificate, signer, NID_basic_constraints, authority ? "critical,CA:TRUE" : "CA:FALSE");
  if (authority) add_extension(*certificate, signer, NID_key_usage, "critical,keyCertSign,cRLSign");
  std::string names;
  for (const std::string& one : wish.names) names += (names.empty() ? "" : ",") + one;
  if (!names.empty()) add_extension(*certificate, signer, NID_subject_alt_name, names);
  must(X509_sign(certificate.get(), issuer_key != nullptr ? issuer_key : &key, EVP_sha256()) > 0, "signature");
  return certificate;
}

TestIdentity make_authority(const std::string& name, const TestIdentity* issuer) {
  TestIdentity identity;
  identity.key.reset(new_key());
  identity.certificate = make_certificate(*identity.key, name, CertificateWish{}, true,
                                          issuer != nullptr ? issuer->certificate.get() : nullptr,
                                          issuer != nullptr ? issuer->key.get() : nullptr);
  return identity;
}

// Authorities must not share a name: OpenSSL would take one's key for the other's.
std::string next_number() {
  static std::atomic<int> number{1};
  return std::to_string(number++);
}

CertificatePointer copy_of(X509& certificate) {
  return CertificatePointer(X509_dup(&certificate), &X509_free);
}

}  // namespace

TestAuthority::TestAuthority()
    : root_(make_authority("xuncha test root " + next_number(), nullptr)),
      intermediate_(make_authority("xuncha test issuer " + next_number(), &root_)) {}

TestIdentity TestAuthority::issue(const CertificateWish& wish, Chain chain) const {
  TestIdentity identity;
  identity.key.reset(new_key());
  identity.certificate = make_certificate(*identity.key, "xuncha test server", wish, false,
                                          intermediate_.certificate.get(), intermediate_.key.get());
  if (chain == Chain::kComplete) identity.chain.push_back(copy_of(*intermediate_.certificate));
  return identity;
}

std::string TestAuthority::root_pem() const {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), &BIO_free);
  must(PEM_write_bio_X509(bio.get(), root_.certificate.get()) == 1, "PEM");
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<std::size_t>(size));
}

TestIdentity self_signed(const CertificateWish& wish) {
  TestIdentity identity;
  identity.key.reset(new_key());
  identity.certificate = make_certificate(*identity.key, "xuncha self-signed", wish, false, nullptr, nullptr);
  return identity;
}

void use_identity(SSL_CTX& context, const TestIdentity& identity) {
  must(SSL_CTX_use_certificate(&context, identity.certificate.get()) == 1, "certificate");
  must(SSL_CTX_use_PrivateKey(&context, identity.key.get()) == 1, "private key");
  for (const CertificatePointer& one : identity.chain) SSL_CTX_add1_chain_cert(&context, one.get());
}

TemporaryFile::TemporaryFile(std::string_view text) {
  std::string path = (std::filesystem::temp_directory_path() / "xuncha-test-XXXXXX").string();
  const int descriptor = ::mkstemp(path.data());
  must(descriptor >= 0, "temporary file");
  must(::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()), "temporary file");
  ::close(descriptor);
  path_ = path;
}

TemporaryFile::~TemporaryFile() {
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

}  // namespace xuncha::test
