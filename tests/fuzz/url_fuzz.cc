// Fuzzes the URL parser: the first line is a base (may be empty), the rest a reference. What must always hold:
// - what the parser writes parses to itself, alone and against any base;
// - the key form is a URL whose key form it is;
// - libcurl, where it accepts the URL, sees the same scheme, host and port: else the address that was checked and the
//   one that is connected to could differ (curl's security page names this class of fault);
// - the shape functions and the checks of references as written take everything.
#include <curl/curl.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/check.h"
#include "core/ip_address.h"
#include "core/malformed_reference.h"
#include "core/url.h"
#include "core/url_shape.h"

namespace {

using xuncha::parse_url;
using xuncha::Url;
using xuncha::UrlParse;

std::string curl_part(CURLU* handle, CURLUPart part, unsigned flags) {
  char* text = nullptr;
  if (curl_url_get(handle, part, &text, flags) != CURLUE_OK) return {};
  std::string copy(text);
  curl_free(text);
  return copy;
}

void check_against_curl(const Url& url) {
  CURLU* handle = curl_url();
  CHECK(handle != nullptr);
  if (curl_url_set(handle, CURLUPART_URL, url.href().c_str(), 0) == CURLUE_OK) {
    const bool https = url.scheme() == xuncha::UrlScheme::kHttps;
    CHECK(curl_part(handle, CURLUPART_SCHEME, 0) == (https ? "https" : "http"));
    CHECK(curl_part(handle, CURLUPART_PORT, CURLU_DEFAULT_PORT) == std::to_string(url.port()));
    const std::string host = curl_part(handle, CURLUPART_HOST, 0);
    const auto ours = xuncha::parse_address(url.host());
    const auto theirs = xuncha::parse_address(host);
    CHECK(host == url.host() || (ours && theirs && *ours == *theirs));
  }
  curl_url_cleanup(handle);
}

void check_url(const Url& url, const Url* base) {
  const UrlParse again = parse_url(url.href());
  CHECK(again.url && *again.url == url);
  if (base != nullptr) {
    const UrlParse on_base = parse_url(url.href(), base);
    CHECK(on_base.url && *on_base.url == url);
  }
  CHECK(again.url->host() == url.host() && again.url->path() == url.path() && again.url->query() == url.query());
  CHECK(again.url->port() == url.port() && again.url->fragment() == url.fragment());
  CHECK(url.path().starts_with('/') && !url.host().empty());

  const std::string key = xuncha::url_key(url);
  // The key of a URL at the bound may be longer than the parser takes.
  if (const UrlParse parsed = parse_url(key); parsed.url) {
    CHECK(parsed.url->href() == key);
    CHECK(xuncha::url_key(*parsed.url) == key);
  } else {
    CHECK(key.size() > 16'000);
  }
  xuncha::url_template(url);
  xuncha::url_trap(url);
  xuncha::looks_like_calendar_or_search(url);
  xuncha::path_extension(url);
  xuncha::domain_to_unicode(url.host());
  xuncha::registrable_domain(url.host());
  check_against_curl(url);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string text;
  for (std::size_t index = 0; index < size; ++index) text.push_back(static_cast<char>(data[index]));
  const std::size_t line = text.find('\n');
  const UrlParse base = parse_url(std::string_view(text).substr(0, line));
  const Url* base_url = base.url ? &*base.url : nullptr;
  if (base_url != nullptr) check_url(*base_url, nullptr);
  if (line == std::string::npos) return 0;
  const std::string_view reference = std::string_view(text).substr(line + 1);
  const UrlParse parse = parse_url(reference, base_url);
  CHECK(!parse.url || parse.other_scheme.empty());
  if (parse.url) check_url(*parse.url, base_url);
  xuncha::reference_fault(reference);
  xuncha::names_internal_place(reference, parse.url ? &*parse.url : nullptr);
  return 0;
}
