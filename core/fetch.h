#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/clock.h"
#include "core/ip_address.h"
#include "core/url.h"

namespace xuncha {

// The step of a request that was under way when it ended (`phase` of an attempt).
enum class Phase : std::uint8_t { kNone, kDns, kConnect, kTls, kSend, kHeaders, kBody };
std::string_view phase_name(Phase phase);

// What stopped a request before a complete HTTP answer. Facts only: which of these is a fault is for the detectors.
enum class TransportError : std::uint8_t {
  kNone,
  kDnsNxdomain,     // the resolver says that the name does not exist
  kDnsFailure,      // SERVFAIL, REFUSED, malformed, or no answer in time
  kDnsNoAddress,    // the name exists but has no address of the asked family
  kAddressRefused,  // every address is refused by the address policy: nothing was sent
  kConnectRefused,
  kConnectTimeout,
  kConnectFailure,  // no route, reset while connecting
  kTlsExpired,      // certificate expired or not yet valid
  kTlsName,         // certificate is for other names
  kTlsUntrusted,    // incomplete chain, unknown or self-signed root
  kTlsUnsupported,  // no common protocol: the server speaks only TLCP or an obsolete version
  kTlsFailure,      // any other handshake failure
  kTimeout,         // headers or body did not arrive in time, or too slowly
  kTruncated,       // the connection closed before the promised end
  kProtocolError,   // not HTTP, broken framing, headers over their bounds
  kDecompressionBomb,
  kUnknownHost,  // reserved for a name that cannot be asked (empty label, over 253 octets)
  kEngineError,  // our own: curl in doubt, out of descriptors
};
std::string_view transport_error_name(TransportError error);

// What a request is for; decides time limits and body bounds (core/limits.h) and the counter `fetches_total{class}`.
enum class FetchClass : std::uint8_t { kPage, kAttachment, kResource, kExternal, kRobots, kSitemap, kProbe };
inline constexpr std::size_t kFetchClasses = 7;
std::string_view fetch_class_name(FetchClass fetch_class);

// One hop: redirects are not followed. The address is resolved, checked and pinned by the shard.
struct FetchRequest {
  Url url;
  FetchClass fetch_class = FetchClass::kPage;
  Family family = Family::kAny;    // kAny: IPv4 where the host has A and IPv4 works, else IPv6
  bool verify_tls = true;          // false only to look behind an untrusted chain; noted in the outcome
  bool old_tls = false;            // a handshake in TLS 1.0 or 1.1 and no more: kNone when the server agrees to one
  bool prefix_only = false;        // Range: bytes=0-1023, body cut at limits::kAttachmentPrefixBytesMax (attachments)
  std::size_t body_bytes_max = 0;  // 0: by class (core/limits.h)
  std::string if_none_match;       // validators of the last visit, empty for none
  std::string if_modified_since;
  std::string referer;  // the page where the link stands, as a browser would say; empty: not sent
  // Which addresses this request may go to, besides the fetcher's own policy: each site has its own list. Null: all
  // that the fetcher permits.
  std::shared_ptr<const AddressPolicy> policy;
};

// One try, for evidence.
struct Attempt {
  WallTime at{};
  Phase phase = Phase::kNone;
  Family family = Family::kAny;
  std::optional<IpAddress> address;
  std::uint16_t status = 0;  // 0: no HTTP answer
  std::string error;         // transport_error_name and the library's words; empty when complete
  double seconds = 0;
};

// What one request brought.
struct FetchOutcome {
  TransportError error = TransportError::kNone;
  Attempt attempt;
  std::uint16_t status = 0;
  // Names in lower case, in order of arrival, duplicates kept; within limits::kHeader*.
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;              // decoded of its content codings
  bool body_cut = false;         // ended by us at the cap: the rest is unknown, not missing
  std::uint64_t wire_bytes = 0;  // body bytes received, before decoding
  std::optional<std::uint64_t> content_length;
  bool tls_verified = true;  // false: fetched with verify_tls off
  std::optional<WallTime> tls_not_after;
  std::string refused_range;  // of kAddressRefused: the CIDR

  // First header of that (lower-case) name, empty when absent.
  std::string_view header(std::string_view name) const;
};

// The fetching seam. Thread rule: called on, and calls back on, the thread that owns the implementation; the handler is
// never called from inside fetch().
class Fetcher {
 public:
  using Handler = std::function<void(FetchOutcome)>;
  virtual ~Fetcher() = default;
  virtual void fetch(FetchRequest request, Handler handler) = 0;

  // Finds the address that a request to this URL would go to, as text; empty when there is none. What the limits for
  // each address need before the first request.
  using LocateHandler = std::function<void(std::string address)>;
  virtual void locate(const Url& url, LocateHandler handler) = 0;
};

}  // namespace xuncha
