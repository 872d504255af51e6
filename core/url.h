#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace xuncha {

// Turns a query written in UTF-8 into the bytes of the page's charset (https://url.spec.whatwg.org/#query-state). A
// character that the charset cannot hold is written as the twelve or so bytes "%26%23NNN%3B" (NNN its decimal number):
// already percent-encoded, so that it is told apart from a "&#NNN;" that the page wrote itself; every other byte is
// given raw and percent-encoded by the parser where the standard asks. Asked only for queries that are not plain ASCII.
// Empty function: UTF-8.
using QueryEncoder = std::function<std::string(std::string_view utf8)>;

enum class UrlScheme : std::uint8_t { kHttp, kHttps };

// An absolute http or https URL as the WHATWG URL standard parses and serialises it: one string and the offsets of its
// parts. Immutable; cheap to move. Views live as long as the Url.
class Url {
 public:
  const std::string& href() const { return href_; }  // the whole serialisation, with fragment
  std::string_view without_fragment() const;         // what is sent and compared: the fetch form
  UrlScheme scheme() const { return scheme_; }
  bool has_credentials() const { return userinfo_end_ != authority_begin_; }
  std::string_view userinfo() const;            // "user:password" without "@", empty when none
  std::string_view host() const;                // ASCII (A-labels), IPv6 in brackets, lower-case
  std::uint16_t port() const { return port_; }  // effective: 80 or 443 when none is written
  bool has_default_port() const;
  std::string_view path() const;   // begins with "/"
  std::string_view query() const;  // without "?"
  bool has_query() const;
  std::string_view path_and_query() const;  // what robots.txt rules are matched against
  std::string_view fragment() const;        // without "#"
  std::string origin() const;               // "https://host[:port]"
  std::string_view host_and_port() const;   // "host[:port]", port only where not the default

  friend bool operator==(const Url& left, const Url& right) { return left.href_ == right.href_; }

 private:
  friend class UrlBuilder;
  std::string href_;
  std::uint32_t authority_begin_ = 0;  // after "//"
  std::uint32_t userinfo_end_ = 0;     // at "@", or authority_begin_ when there is none
  std::uint32_t host_begin_ = 0;
  std::uint32_t host_end_ = 0;
  std::uint32_t path_begin_ = 0;
  std::uint32_t query_begin_ = 0;     // at "?", or fragment_begin_ when there is none
  std::uint32_t fragment_begin_ = 0;  // at "#", or the end
  std::uint16_t port_ = 0;
  UrlScheme scheme_ = UrlScheme::kHttp;
};

// The answer of the parser: a URL, or why there is none.
struct UrlParse {
  std::optional<Url> url;
  // Lower-case scheme when the text is an absolute reference of another scheme ("javascript", "mailto", "file", "c").
  // Empty when it is an http(s) reference that fails, or relative without a base.
  std::string other_scheme;
};

// Parses `input` by the WHATWG URL standard (https://url.spec.whatwg.org/#url-parsing), relative to `base` where given.
// `input` is UTF-8 (invalid bytes count as U+FFFD). Never throws; input longer than limits::kUrlBytesMax * 8 fails.
UrlParse parse_url(std::string_view input, const Url* base = nullptr, const QueryEncoder& encoder = {});

// The URL whose serialisation by parse_url this is: finds its parts again and parses nothing. CHECKs its shape only.
Url url_from_trusted(std::string_view href);

// The key form: two URLs with equal keys are one target. Fragment and credentials dropped, unreserved characters
// decoded, percent-encodings in upper case, empty query dropped, session ids (jsessionid path parameter; query names
// JSESSIONID, PHPSESSID, ASPSESSIONID*, sid with a long hexadecimal value) removed, parameters sorted by name (stable),
// trailing dot of the host dropped. Scheme, www. and index pages are kept: those equivalences are learned, not assumed.
std::string url_key(const Url& url);

// Domain to ASCII (UTS 46 non-transitional, as the URL standard asks); nullopt when it fails.
std::optional<std::string> domain_to_ascii(std::string_view domain);
// The form shown to people: A-labels as Unicode where that is safe and valid, else unchanged.
std::string domain_to_unicode(std::string_view ascii_domain);

// The registrable domain by the Public Suffix List (ICANN section only): "www.mca.gov.cn" -> "mca.gov.cn". Empty for an
// address, a single label or a public suffix itself.
std::string registrable_domain(std::string_view ascii_host);

}  // namespace xuncha
