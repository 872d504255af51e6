#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace xuncha {

// Where a character reference stands: in an attribute a name without semicolon before "=", a letter or a digit is text.
enum class ReferencePlace : std::uint8_t { kText, kAttribute };

// One character reference at the beginning of `text` (at "&"), by
// https://html.spec.whatwg.org/#character-reference-state. Appends its characters as UTF-8 to `out` and gives the
// number of bytes read; 0 when it is none: the "&" is text.
std::size_t append_reference(std::string_view text, ReferencePlace place, std::string& out);

// Appends `raw` as the tokenizer would give it: references decoded, CR LF and CR as LF, NUL as U+FFFD. Linear.
void append_decoded(std::string_view raw, ReferencePlace place, std::string& out);

// Appends one code point as UTF-8; surrogates and values over U+10FFFF become U+FFFD.
void append_utf8(char32_t code_point, std::string& out);

}  // namespace xuncha
