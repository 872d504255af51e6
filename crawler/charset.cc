#include "crawler/charset.h"

#include "crawler/charset_decoders.h"
#include "crawler/charset_detect.h"
#include "crawler/charset_encodings.h"
#include "crawler/charset_sniff.h"

namespace xuncha {
namespace {

struct ByteOrderMark {
  const char* label = nullptr;
  std::size_t size = 0;
};

// Encoding standard, 6 "BOM sniff".
ByteOrderMark byte_order_mark(std::string_view bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF")) return {"utf-8", 3};
  if (bytes.starts_with("\xFE\xFF")) return {"utf-16be", 2};
  if (bytes.starts_with("\xFF\xFE")) return {"utf-16le", 2};
  return {};
}

struct Choice {
  const Encoding* encoding = nullptr;
  CharsetSource source = CharsetSource::kNone;
};

Choice choose(std::string_view bytes, const DecodeOptions& options, const DeclaredCharset& header,
              const DeclaredCharset& meta, bool& bytes_disagree) {
  Choice choice{header.encoding, CharsetSource::kHeader};
  if (choice.encoding == nullptr) choice = {meta.encoding, CharsetSource::kMeta};
  if (choice.encoding != nullptr) {
    // Most pages are what they say: whether UTF-8 is, decoding shows (decode_document), so the bytes are read once.
    if (choice.encoding->kind == EncodingKind::kUtf8) return choice;
    const Encoding* proven = options.detect ? overruling_encoding(bytes, *choice.encoding) : nullptr;
    if (proven == nullptr) return choice;
    bytes_disagree = true;
    return {proven, CharsetSource::kDetected};
  }
  if (options.detect) choice = {detect_encoding(bytes), CharsetSource::kDetected};
  if (choice.encoding == nullptr) choice = {find_encoding(options.fallback), CharsetSource::kFallback};
  if (choice.encoding == nullptr) choice = {find_encoding("windows-1252"), CharsetSource::kFallback};
  return choice;
}

std::string reported_name(const Encoding& encoding) {
  return encoding.kind == EncodingKind::kGbk ? "gb18030" : std::string(encoding.name);
}

}  // namespace

DecodedText decode_document(std::string_view bytes, const DecodeOptions& options) {
  DecodedText document;
  const DeclaredCharset header = charset_of_content_type(options.content_type);
  const ByteOrderMark mark = byte_order_mark(bytes);
  const std::string_view body = bytes.substr(mark.size);
  const DeclaredCharset meta = options.is_html ? charset_of_html(body) : charset_of_xml_or_css(body);
  Choice choice = mark.label != nullptr ? Choice{find_encoding(mark.label), CharsetSource::kBom}
                                        : choose(body, options, header, meta, document.bytes_disagree);
  DecodedBytes decoded = decode_with(body, *choice.encoding);
  const bool declared = choice.source == CharsetSource::kHeader || choice.source == CharsetSource::kMeta;
  const bool doubtful = choice.encoding->kind == EncodingKind::kUtf8 && decoded.replacement_characters > 0;
  if (declared && doubtful && options.detect) {
    if (const Encoding* proven = overruling_encoding(body, *choice.encoding)) {
      document.bytes_disagree = true;
      choice = {proven, CharsetSource::kDetected};
      decoded = decode_with(body, *proven);
    }
  }
  document.text = std::move(decoded.text);
  document.replacement_characters = decoded.replacement_characters;
  document.charset = reported_name(*choice.encoding);
  document.source = choice.source;
  document.header_charset = header.label;
  document.meta_charset = meta.label;
  return document;
}

std::string detect_charset(std::string_view bytes) {
  const Encoding* encoding = detect_encoding(bytes);
  return encoding == nullptr ? std::string() : reported_name(*encoding);
}

std::optional<DecodedBytes> decode_bytes(std::string_view bytes, std::string_view label) {
  const Encoding* encoding = find_encoding(label);
  if (encoding == nullptr) return std::nullopt;
  return decode_with(bytes, *encoding);
}

bool is_valid_utf8(std::string_view bytes) {
  return valid_utf8_prefix(bytes) == bytes.size();
}

}  // namespace xuncha
