#include "daemon/report/escape.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <cstdint>
#include <cstdio>

namespace xuncha {
namespace {

constexpr char32_t kReplacement = 0xFFFD;
constexpr char32_t kControlPictures = 0x2400;
constexpr char32_t kDeletePicture = 0x2421;
constexpr char32_t kCodeBracket = 0x27E8;  // ⟨

// The code point at `at`, which moves behind it; U+FFFD for a maximal ill-formed part.
char32_t next_code_point(std::string_view text, std::size_t& at) {
  const auto byte = static_cast<unsigned char>(text[at]);
  if (byte < 0x80) {
    ++at;
    return byte;
  }
  // ICU counts in int32_t; a character never needs more than its next four bytes.
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data()) + at;
  const auto length = static_cast<std::int32_t>(text.size() - at < 4 ? text.size() - at : 4);
  std::int32_t used = 0;
  UChar32 code = 0;
  U8_NEXT_OR_FFFD(bytes, used, length, code);
  at += static_cast<std::size_t>(used);
  return static_cast<char32_t>(code);
}

void append_utf8(std::string& out, char32_t code) {
  const auto put = [&out](char32_t value) { out.push_back(static_cast<char>(static_cast<unsigned char>(value))); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | (code >> 6));
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | (code >> 12));
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | (code >> 18));
    put(0x80 | ((code >> 12) & 0x3F));
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

// Characters that show nothing themselves but act on what stands around them.
bool is_invisible(char32_t code) {
  switch (u_charType(static_cast<UChar32>(code))) {
    case U_CONTROL_CHAR:
    case U_FORMAT_CHAR:
    case U_LINE_SEPARATOR:
    case U_PARAGRAPH_SEPARATOR:
      return true;
    default:
      return false;
  }
}

void append_visible(std::string& out, char32_t code) {
  if (code < 0x20) {
    append_utf8(out, kControlPictures + code);
    return;
  }
  if (code == 0x7F) {
    append_utf8(out, kDeletePicture);
    return;
  }
  const bool is_picture = code >= kControlPictures && code <= kDeletePicture;
  if (code < 0x7F || (!is_picture && code != kCodeBracket && !is_invisible(code))) {
    append_utf8(out, code);
    return;
  }
  char text[24];
  std::snprintf(text, sizeof text, "⟨U+%04X⟩", static_cast<unsigned>(code));
  out += text;
}

constexpr std::size_t kEscapeLength = 3;  // %XX

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// The bytes of the escapes from %80 on that follow one another at `at`.
std::string high_bytes_at(std::string_view text, std::size_t at) {
  std::string bytes;
  for (; at + kEscapeLength <= text.size() && text[at] == '%'; at += kEscapeLength) {
    const int high = hex_value(text[at + 1]);
    const int low = hex_value(text[at + 2]);
    if (high < 8 || low < 0) break;
    bytes.push_back(static_cast<char>(static_cast<unsigned char>(high * 16 + low)));
  }
  return bytes;
}

// A letter, digit, symbol or punctuation that stands for itself.
bool is_readable(char32_t code) {
  constexpr std::uint32_t kReadable = U_GC_L_MASK | U_GC_N_MASK | U_GC_P_MASK | U_GC_S_MASK;
  if (code == kReplacement || (U_MASK(u_charType(static_cast<UChar32>(code))) & kReadable) == 0) return false;
  return !u_hasBinaryProperty(static_cast<UChar32>(code), UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
}

// `bytes` as text where they are UTF-8 as a whole, else the escapes that they came from.
void append_readable(std::string& out, std::string_view bytes, std::string_view escapes) {
  if (clean_utf8(bytes) != bytes) {
    out += escapes;
    return;
  }
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t begin = at;
    const char32_t code = next_code_point(bytes, at);
    out += is_readable(code) ? bytes.substr(begin, at - begin)
                             : escapes.substr(begin * kEscapeLength, (at - begin) * kEscapeLength);
  }
}

// Where the last whole character before `end` ends.
std::size_t character_boundary(std::string_view text, std::size_t end) {
  std::size_t at = end;
  for (int back = 0; back < 3 && at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80; ++back) --at;
  return at;
}

std::size_t code_point_width(char32_t code) {
  if (code < 0x300) return 1;
  switch (u_charType(static_cast<UChar32>(code))) {
    case U_NON_SPACING_MARK:
    case U_ENCLOSING_MARK:
      return 0;
    default:
      break;
  }
  const int width = u_getIntPropertyValue(static_cast<UChar32>(code), UCHAR_EAST_ASIAN_WIDTH);
  return width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
}

// Would a spreadsheet take the text for a formula, or for text that we marked as none? What stands before the first
// character that shows is ignored by some of them.
bool needs_apostrophe(std::string_view text) {
  if (text.empty()) return false;
  std::size_t at = 0;
  char32_t code = next_code_point(text, at);
  if (code == '\'' || is_invisible(code)) return true;
  while (at < text.size() && (code == ' ' || code == 0x3000 || is_invisible(code))) code = next_code_point(text, at);
  switch (code) {
    case '=':
    case '+':
    case '-':
    case '@':
    case 0xFF1D:  // ＝
    case 0xFF0B:  // ＋
    case 0xFF0D:  // －
    case 0xFF20:  // ＠
      return true;
    default:
      return false;
  }
}

}  // namespace

std::string clean_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) append_utf8(out, next_code_point(text, at));
  return out;
}

std::string cut_text(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return std::string(text);
  return std::string(text.substr(0, character_boundary(text, bytes_max))) + "…";
}

std::string readable_url(std::string_view url) {
  std::string out;
  out.reserve(url.size());
  for (std::size_t at = 0; at < url.size();) {
    const std::string bytes = high_bytes_at(url, at);
    if (bytes.empty()) {
      out.push_back(url[at++]);
      continue;
    }
    const std::string_view escapes = url.substr(at, bytes.size() * kEscapeLength);
    at += escapes.size();
    append_readable(out, bytes, escapes);
  }
  return out;
}

std::string visible_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) append_visible(out, next_code_point(text, at));
  return out;
}

std::string html_text(std::string_view text) {
  const std::string visible = visible_text(text);
  std::string out;
  out.reserve(visible.size() + visible.size() / 8);
  for (const char c : visible) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out.push_back(c);
    }
  }
  return out;
}

std::string html_href(std::string_view url) {
  if (!url.starts_with("http://") && !url.starts_with("https://")) return {};
  return html_text(url);
}

std::string csv_field(std::string_view text) {
  std::string out = "\"";
  out.reserve(text.size() + 3);
  if (needs_apostrophe(text)) out.push_back('\'');
  for (std::size_t at = 0; at < text.size();) {
    const char32_t code = next_code_point(text, at);
    if (code == '"') out.push_back('"');
    append_utf8(out, code == 0 ? kReplacement : code);
  }
  out.push_back('"');
  return out;
}

std::string log_value(std::string_view text) {
  bool bare = !text.empty();
  std::string out;
  out.reserve(text.size() + 2);
  for (std::size_t at = 0; at < text.size();) {
    const char32_t code = next_code_point(text, at);
    if (code <= ' ' || code >= 0x7F || code == '"' || code == '\\' || code == '=') bare = false;
    char escaped[16];
    if (code == '"' || code == '\\') {
      out.push_back('\\');
      append_utf8(out, code);
    } else if (code == '\n') {
      out += "\\n";
    } else if (code == '\r') {
      out += "\\r";
    } else if (code == '\t') {
      out += "\\t";
    } else if (code < 0x20 || code == 0x7F) {
      std::snprintf(escaped, sizeof escaped, "\\x%02x", static_cast<unsigned>(code));
      out += escaped;
    } else if (code >= 0x80 && is_invisible(code)) {
      std::snprintf(escaped, sizeof escaped, "\\u{%x}", static_cast<unsigned>(code));
      out += escaped;
    } else {
      append_utf8(out, code);
    }
  }
  return bare ? out : '"' + out + '"';
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) width += code_point_width(next_code_point(text, at));
  return width;
}

std::string fit_width(std::string_view text, std::size_t columns) {
  std::size_t width = 0;
  std::size_t fits = 0;  // bytes that leave room for "…"
  for (std::size_t at = 0; at < text.size();) {
    width += code_point_width(next_code_point(text, at));
    if (width > columns) return std::string(text.substr(0, fits)) + "…";
    if (width + 1 <= columns) fits = at;
  }
  return std::string(text);
}

}  // namespace xuncha
