#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace xuncha {

inline constexpr char32_t kReplacementCharacter = 0xFFFD;

// Reads one code point of `text` at `at` and moves `at` behind it. An ill-formed sequence gives U+FFFD and is passed as
// the Encoding standard's UTF-8 decoder does: one replacement for each maximal part (Unicode 3.9, table 3-8).
// Precondition: at < text.size().
inline char32_t next_code_point(std::string_view text, std::size_t& at) {
  const auto lead = static_cast<unsigned char>(text[at++]);
  if (lead < 0x80) return lead;
  // Nearly all of Chinese text: three bytes, of a lead that permits any two others.
  if (lead > 0xE0 && lead < 0xF0 && lead != 0xED && text.size() - at >= 2) {
    const auto second = static_cast<unsigned char>(text[at]);
    const auto third = static_cast<unsigned char>(text[at + 1]);
    if ((second & 0xC0) == 0x80 && (third & 0xC0) == 0x80) {
      at += 2;
      return (lead & 0x0Fu) << 12 | (second & 0x3Fu) << 6 | (third & 0x3Fu);
    }
  }
  int rest = 0;
  unsigned char lower = 0x80;
  unsigned char upper = 0xBF;
  char32_t value = 0;
  if (lead >= 0xC2 && lead <= 0xDF) {
    rest = 1;
    value = lead & 0x1Fu;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    if (lead == 0xE0) lower = 0xA0;
    if (lead == 0xED) upper = 0x9F;
    rest = 2;
    value = lead & 0x0Fu;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    if (lead == 0xF0) lower = 0x90;
    if (lead == 0xF4) upper = 0x8F;
    rest = 3;
    value = lead & 0x07u;
  } else {
    return kReplacementCharacter;
  }
  for (; rest > 0; --rest) {
    if (at >= text.size()) return kReplacementCharacter;
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < lower || byte > upper) return kReplacementCharacter;
    lower = 0x80;
    upper = 0xBF;
    value = value << 6 | (byte & 0x3Fu);
    ++at;
  }
  return value;
}

// Appends the UTF-8 form. Precondition: a Unicode scalar value.
inline void append_code_point(std::string& out, char32_t value) {
  const auto put = [&out](char32_t byte) { out.push_back(static_cast<char>(static_cast<unsigned char>(byte))); };
  if (value < 0x80) {
    put(value);
  } else if (value < 0x800) {
    put(0xC0 | value >> 6);
    put(0x80 | (value & 0x3F));
  } else if (value < 0x10000) {
    put(0xE0 | value >> 12);
    put(0x80 | (value >> 6 & 0x3F));
    put(0x80 | (value & 0x3F));
  } else {
    put(0xF0 | value >> 18);
    put(0x80 | (value >> 12 & 0x3F));
    put(0x80 | (value >> 6 & 0x3F));
    put(0x80 | (value & 0x3F));
  }
}

inline std::u32string to_code_points(std::string_view text) {
  std::u32string out;
  for (std::size_t at = 0; at < text.size();) out.push_back(next_code_point(text, at));
  return out;
}

inline std::string to_utf8(std::u32string_view text) {
  std::string out;
  for (const char32_t value : text) append_code_point(out, value);
  return out;
}

// The text with every ill-formed sequence replaced by U+FFFD.
inline std::string to_valid_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) append_code_point(out, next_code_point(text, at));
  return out;
}

// Values of ASCII characters, without the locale.
constexpr bool is_ascii_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_ascii_alpha(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr char to_ascii_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
// -1 for no hexadecimal digit.
inline int hex_digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

constexpr bool equals_ignoring_case(std::string_view left, std::string_view right) {
  if (left.size() != right.size()) return false;
  for (std::size_t index = 0; index < left.size(); ++index) {
    if (to_ascii_lower(left[index]) != to_ascii_lower(right[index])) return false;
  }
  return true;
}

inline std::string to_ascii_lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = to_ascii_lower(c);
  return out;
}

}  // namespace xuncha
