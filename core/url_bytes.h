#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace xuncha {

// The percent-encode sets and delimiters of the URL standard (https://url.spec.whatwg.org/#percent-encoded-bytes), one
// bit each, so that the parser classifies a byte by one look.
enum UrlByte : std::uint8_t {
  kFragmentSet = 1,
  kQuerySet = 2,  // the special-query set: ours are http and https only
  kPathSet = 4,
  kUserinfoSet = 8,
  kPathEnd = 16,          // / \ ? #
  kHostUnplain = 32,      // anything but a-z 0-9 - . _ : not for the short way through the host parser
  kForbiddenDomain = 64,  // forbidden domain code points
  kNotRfc3986 = 128,      // what RFC 3986 allows in no path or query, '%' not counted
};

namespace url_bytes {

constexpr bool among(int byte, std::string_view set) {
  for (const char c : set) {
    if (byte == static_cast<unsigned char>(c)) return true;
  }
  return false;
}

constexpr std::uint8_t classify(int byte) {
  int bits = 0;
  const bool control = byte <= 0x1F || byte > 0x7E;
  const bool query = control || among(byte, " \"#<>'");
  const bool path = control || among(byte, " \"#<>?^`{}");
  if (control || among(byte, " \"<>`")) bits |= kFragmentSet;
  if (query) bits |= kQuerySet;
  if (path) bits |= kPathSet;
  if (path || among(byte, "/:;=@[\\]|")) bits |= kUserinfoSet;
  if (among(byte, "/\\?#")) bits |= kPathEnd;
  const bool plain = (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || among(byte, "-._");
  if (!plain) bits |= kHostUnplain;
  if (byte <= 0x1F || byte == 0x7F || among(byte, " #/:<>?@[\\]^|%")) bits |= kForbiddenDomain;
  const bool alpha = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
  if (!alpha && !(byte >= '0' && byte <= '9') && !among(byte, "-._~!$&'()*+,;=:@/?%")) bits |= kNotRfc3986;
  return static_cast<std::uint8_t>(bits);
}

constexpr std::array<std::uint8_t, 256> make_table() {
  std::array<std::uint8_t, 256> table{};
  for (int byte = 0; byte < 256; ++byte) table[static_cast<std::size_t>(byte)] = classify(byte);
  return table;
}

inline constexpr std::array<std::uint8_t, 256> kTable = make_table();

}  // namespace url_bytes

inline bool is_url_byte(char c, int classes) {
  return (url_bytes::kTable[static_cast<unsigned char>(c)] & classes) != 0;
}

inline void append_percent(std::string& out, char c) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  const char text[3] = {'%', kDigits[byte >> 4], kDigits[byte & 15]};
  out.append(text, 3);
}

// Appends `text` with the bytes of the given classes percent-encoded.
inline void append_percent_encoded(std::string& out, std::string_view text, int classes) {
  const char* begin = text.data();
  const char* const end = begin + text.size();
  for (const char* at = begin; at != end; ++at) {
    if (!is_url_byte(*at, classes)) continue;
    out.append(begin, at);
    append_percent(out, *at);
    begin = at + 1;
  }
  out.append(begin, end);
}

}  // namespace xuncha
