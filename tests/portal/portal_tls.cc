#include "tests/portal/portal_tls.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <boost/asio/ip/address.hpp>
#include <stdexcept>

namespace xuncha::portal {
namespace {

template <auto free_function>
struct Freer {
  template <class T>
  void operator()(T* pointer) const {
    free_function(pointer);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freer<X509_free>>;

void require(bool good, const char* what) {
  if (!good) throw std::runtime_error(std::string("OpenSSL: ") + what);
}

Key make_key() {
  // An elliptic curve: an RSA key takes a hundred times as long, and every test starts a server.
  Key key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
  require(key != nullptr, "key");
  return key;
}

void add_extension(X509* certificate, X509* issuer, int id, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str());
  require(extension != nullptr, "extension");
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

struct Subject {
  std::string common_name;
  std::string alternative_names;  // empty: none
  bool authority = false;
  int days_from = -30;
  int days_until = 365;
};

Certificate issue(const Subject& subject, EVP_PKEY* key, X509* issuer, EVP_PKEY* issuer_key) {
  static long serial = 1000;
  Certificate certificate(X509_new());
  require(certificate != nullptr, "certificate");
  X509* x = certificate.get();
  X509_set_version(x, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(x), ++serial);
  X509_time_adj_ex(X509_getm_notBefore(x), subject.days_from, 0, nullptr);
  X509_time_adj_ex(X509_getm_notAfter(x), subject.days_until, 0, nullptr);
  X509_set_pubkey(x, key);
  X509_NAME* name = X509_get_subject_name(x);
  const std::string common = subject.common_name.substr(0, 64);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(common.c_str()), -1, -1,
                             0);
  X509* signer = issuer == nullptr ? x : issuer;
  X509_set_issuer_name(x, X509_get_subject_name(signer));
  add_extension(x, signer, NID_basic_constraints, subject.authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
  add_extension(x, signer, NID_key_usage,
                subject.authority ? "critical,keyCertSign,cRLSign" : "critical,digitalSignature");
  if (!subject.authority) add_extension(x, signer, NID_ext_key_usage, "serverAuth");
  if (!subject.alternative_names.empty()) add_extension(x, signer, NID_subject_alt_name, subject.alternative_names);
  require(X509_sign(x, issuer_key, EVP_sha256()) != 0, "signature");
  return certificate;
}

std::string alternative_names(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    boost::system::error_code error;
    boost::asio::ip::make_address(name, error);
    text += (text.empty() ? "" : ",") + std::string(error ? "DNS:" : "IP:") + name;
  }
  return text;
}

}  // namespace

struct CertificateAuthority::Keys {
  Key root_key = make_key();
  Key intermediate_key = make_key();
  Key leaf_key = make_key();  // one for all hosts: making keys is what takes time
  Certificate root;
  Certificate intermediate;
};

CertificateAuthority::CertificateAuthority() : keys_(std::make_unique<Keys>()) {
  const Subject root{.common_name = "Portal Test Root", .alternative_names = "", .authority = true};
  keys_->root = issue(root, keys_->root_key.get(), nullptr, keys_->root_key.get());
  const Subject middle{.common_name = "Portal Test Intermediate", .alternative_names = "", .authority = true};
  keys_->intermediate = issue(middle, keys_->intermediate_key.get(), keys_->root.get(), keys_->root_key.get());
}

CertificateAuthority::~CertificateAuthority() = default;

std::string CertificateAuthority::root_pem() const {
  BIO* bio = BIO_new(BIO_s_mem());
  require(bio != nullptr && PEM_write_bio_X509(bio, keys_->root.get()) == 1, "PEM");
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string pem(data, static_cast<std::size_t>(size));
  BIO_free(bio);
  return pem;
}

std::unique_ptr<boost::asio::ssl::context> CertificateAuthority::context(TlsKind kind,
                                                                         const std::vector<std::string>& names) {
  namespace ssl = boost::asio::ssl;
  auto context = std::make_unique<ssl::context>(ssl::context::tls_server);
  SSL_CTX* native = context->native_handle();
  Subject subject{.common_name = names.at(0), .alternative_names = alternative_names(names)};
  if (kind == TlsKind::kWrongName) {
    subject = {.common_name = "wrong-name.example", .alternative_names = "DNS:wrong-name.example"};
  }
  if (kind == TlsKind::kExpired) {
    subject.days_from = -800;
    subject.days_until = -400;
  }
  const bool self = kind == TlsKind::kSelfSigned;
  const Certificate leaf = issue(subject, keys_->leaf_key.get(), self ? nullptr : keys_->intermediate.get(),
                                 self ? keys_->leaf_key.get() : keys_->intermediate_key.get());
  require(SSL_CTX_use_certificate(native, leaf.get()) == 1, "use certificate");
  require(SSL_CTX_use_PrivateKey(native, keys_->leaf_key.get()) == 1, "use key");
  if (!self && kind != TlsKind::kIncompleteChain) {
    require(SSL_CTX_add1_chain_cert(native, keys_->intermediate.get()) == 1, "chain");
  }
  SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
  if (kind == TlsKind::kTls10Only) {
    SSL_CTX_set_security_level(native, 0);
    SSL_CTX_set_min_proto_version(native, TLS1_VERSION);
    SSL_CTX_set_max_proto_version(native, TLS1_VERSION);
    SSL_CTX_set_cipher_list(native, "ALL:@SECLEVEL=0");
  }
  return context;
}

std::string handshake_alert(TlsKind kind) {
  // RFC 8446 6: record type alert, level fatal; 70 protocol_version, 40 handshake_failure, 80 internal_error.
  const int description = kind == TlsKind::kTlcp ? 70 : kind == TlsKind::kHandshakeFailure ? 40 : 80;
  return {0x15, 0x03, 0x01, 0x00, 0x02, 0x02, static_cast<char>(description)};
}

}  // namespace xuncha::portal
