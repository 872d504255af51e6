// Any bytes with any declaration: the text is valid UTF-8, the name is known, nothing crashes; a query encoder takes
// what a decoder gave.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/check.h"
#include "crawler/charset.h"
#include "crawler/charset_encodings.h"

// First byte: options; second: which encoding the header names; then the document.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data + 2), size - 2);
  const auto& encodings = xuncha::all_encodings();
  const xuncha::Encoding& encoding = encodings[data[1] % encodings.size()];
  std::string content_type = "text/html";
  if ((data[0] & 4) != 0) content_type += "; charset=" + std::string(encoding.name);
  if ((data[0] & 8) != 0) content_type = std::string(bytes.substr(0, 80));
  xuncha::DecodeOptions options;
  options.content_type = content_type;
  options.detect = (data[0] & 1) != 0;
  options.is_html = (data[0] & 2) != 0;
  const xuncha::DecodedText text = xuncha::decode_document(bytes, options);
  CHECK(xuncha::is_valid_utf8(text.text));
  CHECK(xuncha::find_encoding(text.charset) != nullptr);
  CHECK(text.source != xuncha::CharsetSource::kNone);
  CHECK(text.bytes_disagree ? options.detect : true);
  const auto decoded = xuncha::decode_bytes(bytes, encoding.name);
  CHECK(decoded && xuncha::is_valid_utf8(decoded->text));
  CHECK(decoded->replacement_characters <= bytes.size() + 1);
  if (const xuncha::QueryEncoder encoder = xuncha::query_encoder_for(encoding.name)) {
    const std::string query = encoder(std::string_view(decoded->text).substr(0, 256));
    CHECK(query.size() <= std::size_t{256} * 14);
  }
  return 0;
}
