#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/page.h"
#include "core/url.h"

// Bytes to UTF-8 text by the WHATWG standards (Encoding, https://encoding.spec.whatwg.org/; HTML, "determining the
// character encoding"). Thread rule: pure functions, any thread. No input makes them fail: what cannot be decoded
// becomes U+FFFD and is counted.
namespace xuncha {

struct DecodeOptions {
  std::string_view content_type;  // the Content-Type header's value, empty when none
  // Without it the bytes are never asked: a declaration is believed, and an undeclared document gets the fallback.
  bool detect = true;
  std::string_view fallback = "gb18030";  // a WHATWG label; what an undeclared portal page most likely is
  // Look for <meta>; otherwise only for an XML declaration or a style sheet's @charset.
  bool is_html = true;
};

// Byte order mark, then Content-Type, then <meta> (the standard's prescan of limits::kMetaPrescanBytes, the XML
// declaration, a later <meta> within limits::kMetaLateBytes), then detection, then the fallback. GB2312 and GBK labels
// decode as "gb18030" and are reported so. A declaration that the bytes disprove is overruled: declared UTF-8 that is
// GB text, or declared otherwise and UTF-8 throughout; then `bytes_disagree` is set, source is kDetected and both
// labels stay as found.
DecodedText decode_document(std::string_view bytes, const DecodeOptions& options);

// What the bytes alone say: a WHATWG name in lower case, empty when they say nothing certain. Pure ASCII is "utf-8".
// Looks at no more than limits::kDetectBytes from the first non-ASCII byte on.
std::string detect_charset(std::string_view bytes);

struct DecodedBytes {
  std::string text;
  std::uint64_t replacement_characters = 0;
};
// Decodes by one label, nothing sniffed, a byte order mark kept as a character; nullopt for an unknown label.
std::optional<DecodedBytes> decode_bytes(std::string_view bytes, std::string_view label);

// Is it well-formed UTF-8 (RFC 3629)?
bool is_valid_utf8(std::string_view bytes);

// For parse_url: turns a query into the bytes of a page's charset. Empty function for UTF-8, UTF-16, ISO-2022-JP,
// replacement and unknown labels: they send UTF-8. A character that the charset lacks becomes "%26%23NNN%3B" (URL
// standard, percent-encode after encoding); the caller percent-encodes the rest. "gbk" and "gb2312" give no four-byte
// sequences, "gb18030" does.
QueryEncoder query_encoder_for(std::string_view charset);

}  // namespace xuncha
