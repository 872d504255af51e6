#include "crawler/certificate.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <memory>

#include "crawler/charset.h"

namespace xuncha {
namespace {

std::optional<WallTime> wall_time(const ASN1_TIME* time) {
  std::tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
  return WallTime(std::chrono::seconds(::timegm(&parts)));
}

std::string name_text(const X509_NAME* name) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), &BIO_free);
  if (!out || name == nullptr) return {};
  // RFC 2253 with UTF-8 left as it is; control characters are escaped.
  constexpr unsigned long kForm = XN_FLAG_SEP_CPLUS_SPC | XN_FLAG_DN_REV | XN_FLAG_FN_SN | ASN1_STRFLGS_ESC_CTRL |
                                  ASN1_STRFLGS_UTF8_CONVERT | ASN1_STRFLGS_DUMP_UNKNOWN | ASN1_STRFLGS_DUMP_DER;
  if (X509_NAME_print_ex(out.get(), name, 0, kForm) < 0) return {};
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  if (text == nullptr || size <= 0) return {};
  std::size_t kept = std::min(static_cast<std::size_t>(size), kCertificateNameBytesMax);
  // Not within a character.
  while (kept > 0 && kept < static_cast<std::size_t>(size) && (static_cast<unsigned char>(text[kept]) & 0xC0) == 0x80)
    --kept;
  std::string cut(text, kept);
  return is_valid_utf8(cut) ? cut : std::string();
}

std::string fingerprint(const X509* leaf) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (X509_digest(leaf, EVP_sha256(), digest.data(), &size) != 1) return {};
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  for (unsigned at = 0; at < size; ++at) hex.append({kDigits[digest[at] >> 4], kDigits[digest[at] & 15]});
  return hex;
}

}  // namespace

std::optional<Certificate> read_certificate(const x509_st* leaf) {
  if (leaf == nullptr) return std::nullopt;
  const auto not_before = wall_time(X509_get0_notBefore(leaf));
  const auto not_after = wall_time(X509_get0_notAfter(leaf));
  if (!not_before || !not_after) return std::nullopt;
  Certificate certificate;
  certificate.subject = name_text(X509_get_subject_name(leaf));
  certificate.issuer = name_text(X509_get_issuer_name(leaf));
  certificate.not_before = *not_before;
  certificate.not_after = *not_after;
  certificate.sha256 = fingerprint(leaf);
  return certificate;
}

}  // namespace xuncha
