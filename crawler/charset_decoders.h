#pragma once

#include <string_view>

#include "crawler/charset.h"
#include "crawler/charset_encodings.h"

// The decoders of the Encoding standard. Internal to the charset files of the crawler. Pure, any thread.
namespace xuncha {

// Decodes all bytes; what is malformed becomes U+FFFD as the standard says: an ASCII byte after a lead byte that it
// cannot complete is never swallowed, so markup survives.
DecodedBytes decode_with(std::string_view bytes, const Encoding& encoding);

// The length of the longest well-formed UTF-8 prefix.
std::size_t valid_utf8_prefix(std::string_view bytes);
// At `position` stands something malformed: how many bytes one U+FFFD replaces (the maximal subpart). `cut` tells that
// it is the beginning of a sequence which the end of the bytes interrupts.
std::size_t malformed_utf8_bytes(std::string_view bytes, std::size_t position, bool* cut = nullptr);

}  // namespace xuncha
