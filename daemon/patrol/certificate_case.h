#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/clock.h"
#include "core/finding.h"
#include "crawler/certificate.h"

// The cases of site.tls: what their evidence holds, and when one that stands is told again. Pure.
namespace xuncha {

// Fields of Evidence::headers. Times are RFC 3339.
inline constexpr const char* kCertificateSubject = "certificate-subject";
inline constexpr const char* kCertificateIssuer = "certificate-issuer";
inline constexpr const char* kCertificateNotBefore = "certificate-not-before";
inline constexpr const char* kCertificateNotAfter = "certificate-not-after";
inline constexpr const char* kCertificateSha256 = "certificate-sha256";
// Of which certificates people were told by which alarm: "<16 hex>:<days> ...", the last one told at the end.
inline constexpr const char* kCertificateTold = "certificate-told";

void add_certificate(const Certificate& certificate, Evidence& evidence);

// The alarm before a certificate's end that is reached, in days: 30, 14, 7 or 1; the configured one is the first.
int certificate_alarm(Milliseconds left, Milliseconds expires_within);

// What another sight of a host's TLS does to its case.
enum class SecondSight : std::uint8_t {
  kClimbs,  // it is for the ladder of the case to say
  kOther,   // it takes the place of what is suspected, and does not confirm it
  kWaits,   // it is of another fault than the one suspected: that one keeps waiting to be seen again
  kProves,  // the host is at fault
};
// Nodes of one host may show different certificates by turns. The same fault twice, some minutes apart, is the host's;
// so are two different ones an hour apart. An end that is near comes second to a fault as another fault does; as the
// first sight it is no fault, and lends none weight. `reason` has no code for such an end; `known` is the case of this
// host, or null.
SecondSight second_sight(const Finding* known, Reason reason, WallTime now);

// What a certificate that ends soon is told as.
struct CertificateEnd {
  int alarm = 0;         // days
  bool is_news = false;  // a case that stands is told again
  Evidence evidence;
};
// Each alarm is told once for each certificate (by its fingerprint): a renewed one that is near its end again is told
// anew, once it was seen twice in a row, since the nodes of one host may show different certificates by turns.
// `certificate` none: that it is the same is known by its end. `known` is the case of this host, or null.
CertificateEnd certificate_end(const std::optional<Certificate>& certificate, WallTime not_after, WallTime now,
                               Milliseconds expires_within, const Attempt& attempt, const Finding* known);

}  // namespace xuncha
