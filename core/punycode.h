#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace xuncha {

// RFC 3492. Encodes a label without the "xn--" prefix; nullopt on overflow.
std::optional<std::string> punycode_encode(std::u32string_view label);
// Decodes what stands behind "xn--"; nullopt when it is malformed or names no Unicode scalar value.
std::optional<std::u32string> punycode_decode(std::string_view text);

}  // namespace xuncha
