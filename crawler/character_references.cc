#include "crawler/character_references.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

namespace xuncha {
namespace {

struct ReferenceRow {
  std::uint16_t offset;
  std::uint8_t length;
  std::uint32_t first;
  std::uint32_t second;
};

#include "crawler/character_references.inc"

constexpr char32_t kReplacement = 0xFFFD;

// https://html.spec.whatwg.org/#numeric-character-reference-end-state: 0x80-0x9F mean windows-1252; 0 keeps the value.
constexpr std::uint16_t kWindows1252[32] = {0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                            0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
                                            0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                            0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

int digit_value(char c, std::uint32_t base) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  if (base == 16 && lower >= 'a' && lower <= 'f') return lower - 'a' + 10;
  return -1;
}

std::size_t append_numeric(std::string_view text, std::string& out) {
  std::size_t at = 2;
  std::uint32_t base = 10;
  if (at < text.size() && (text[at] | 0x20) == 'x') {
    base = 16;
    ++at;
  }
  const std::size_t digits_begin = at;
  std::uint32_t value = 0;
  for (; at < text.size(); ++at) {
    const int digit = digit_value(text[at], base);
    if (digit < 0) break;
    value = std::min<std::uint32_t>(value * base + static_cast<std::uint32_t>(digit), 0x110000);
  }
  if (at == digits_begin) return 0;
  if (at < text.size() && text[at] == ';') ++at;
  if (value == 0) value = kReplacement;
  if (value >= 0x80 && value < 0xA0 && kWindows1252[value - 0x80] != 0) value = kWindows1252[value - 0x80];
  append_utf8(value, out);
  return at;
}

char name_character(const ReferenceRow& row, std::size_t index) {
  return kReferenceNames[row.offset + index];
}

// The longest name that `text` begins with, by narrowing the sorted table one character at a time; null when none.
const ReferenceRow* longest_name(std::string_view text) {
  const ReferenceRow* low = std::begin(kReferenceRows);
  const ReferenceRow* high = std::end(kReferenceRows);
  const ReferenceRow* best = nullptr;
  for (std::size_t index = 0; index < text.size() && low != high; ++index) {
    const char wanted = text[index];
    low = std::partition_point(
        low, high, [&](const ReferenceRow& row) { return row.length <= index || name_character(row, index) < wanted; });
    high =
        std::partition_point(low, high, [&](const ReferenceRow& row) { return name_character(row, index) == wanted; });
    if (low != high && low->length == index + 1) best = low;
  }
  return best;
}

}  // namespace

void append_utf8(char32_t code_point, std::string& out) {
  const auto byte = [&out](char32_t value) { out.push_back(static_cast<char>(static_cast<unsigned char>(value))); };
  if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point < 0xE000)) code_point = kReplacement;
  if (code_point < 0x80) {
    byte(code_point);
  } else if (code_point < 0x800) {
    byte(0xC0 | (code_point >> 6));
    byte(0x80 | (code_point & 0x3F));
  } else if (code_point < 0x10000) {
    byte(0xE0 | (code_point >> 12));
    byte(0x80 | ((code_point >> 6) & 0x3F));
    byte(0x80 | (code_point & 0x3F));
  } else {
    byte(0xF0 | (code_point >> 18));
    byte(0x80 | ((code_point >> 12) & 0x3F));
    byte(0x80 | ((code_point >> 6) & 0x3F));
    byte(0x80 | (code_point & 0x3F));
  }
}

std::size_t append_reference(std::string_view text, ReferencePlace place, std::string& out) {
  if (text.size() < 2) return 0;
  if (text[1] == '#') return append_numeric(text, out);
  if (text.starts_with("&nbsp;")) {  // most references of Chinese pages
    out.append("\u00A0");
    return 6;
  }
  if (text.starts_with("&amp;")) {
    out.push_back('&');
    return 5;
  }
  if (!is_alphanumeric(text[1])) return 0;
  const ReferenceRow* const row = longest_name(text.substr(1));
  if (row == nullptr) return 0;
  const std::size_t end = 1 + row->length;
  if (place == ReferencePlace::kAttribute && text[end - 1] != ';' && end < text.size() &&
      (text[end] == '=' || is_alphanumeric(text[end]))) {
    return 0;
  }
  append_utf8(row->first, out);
  if (row->second != 0) append_utf8(row->second, out);
  return end;
}

void append_decoded(std::string_view raw, ReferencePlace place, std::string& out) {
  std::size_t at = 0;
  while (at < raw.size()) {
    const std::size_t plain = std::min(raw.find_first_of(std::string_view("&\r\0", 3), at), raw.size());
    out.append(raw.substr(at, plain - at));
    at = plain;
    if (at == raw.size()) return;
    if (raw[at] == '&') {
      const std::size_t read = append_reference(raw.substr(at), place, out);
      if (read == 0) out.push_back('&');
      at += std::max<std::size_t>(read, 1);
    } else if (raw[at] == '\r') {
      out.push_back('\n');
      at += at + 1 < raw.size() && raw[at + 1] == '\n' ? 2 : 1;
    } else {
      append_utf8(kReplacement, out);
      ++at;
    }
  }
}

}  // namespace xuncha
