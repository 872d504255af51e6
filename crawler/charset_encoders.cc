#include <array>
#include <charconv>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "crawler/charset.h"
#include "crawler/charset_decoders.h"
#include "crawler/charset_encodings.h"

// The encoders of the Encoding standard, as far as a query needs them.
namespace xuncha {
namespace {

using Kind = EncodingKind;
using ReverseIndex = std::unordered_map<char32_t, std::uint32_t>;

// Encoding standard 5, "index pointer": the first pointer of a code point, with the exceptions of Big5 and Shift_JIS.
ReverseIndex reverse(const EncodingIndex& index, Kind kind) {
  ReverseIndex result;
  result.reserve(index.size());
  for (std::uint32_t pointer = 0; pointer < index.size(); ++pointer) {
    const char32_t c = index[pointer];
    if (c == 0) continue;
    if (kind == Kind::kBig5) {
      if (pointer < (0xA1 - 0x81) * 157) continue;
      const bool last_wins = c == 0x2550 || c == 0x255E || c == 0x2561 || c == 0x256A || c == 0x5341 || c == 0x5345;
      if (last_wins) result[c] = pointer;
    }
    if (kind == Kind::kShiftJis && pointer >= 8272 && pointer <= 8835) continue;
    if (kind == Kind::kEucJp && pointer >= 94 * 94) break;  // rows that only Shift_JIS can write
    result.emplace(c, pointer);
  }
  return result;
}

class Encoder {
 public:
  explicit Encoder(const Encoding& encoding) : kind_(encoding.kind) {
    const EncodingIndex& index = kind_ == Kind::kSingleByte ? index_single_byte(encoding) : index_of(encoding.kind);
    reverse_ = reverse(index, kind_);
    if (kind_ == Kind::kGb18030) four_byte_ = reverse(index_gb18030_four_byte(), kind_);
  }

  // The bytes of one code point, or its percent-encoded character reference.
  void append(char32_t c, std::string& out) const {
    if (c < 0x80) {
      out.push_back(static_cast<char>(c));
      return;
    }
    if (special(c, out)) return;
    const auto found = reverse_.find(c);
    if (found != reverse_.end()) {
      append_pointer(found->second, out);
      return;
    }
    if (kind_ == Kind::kGb18030 && append_four_byte(c, out)) return;
    std::array<char, 12> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), static_cast<std::uint32_t>(c)).ptr;
    out += "%26%23";
    out.append(digits.data(), end);
    out += "%3B";
  }

 private:
  bool special(char32_t c, std::string& out) const {
    const bool japanese = kind_ == Kind::kShiftJis || kind_ == Kind::kEucJp;
    if (kind_ == Kind::kGbk && c == 0x20AC) {
      out.push_back('\x80');
    } else if (japanese && (c == 0xA5 || c == 0x203E)) {
      out.push_back(c == 0xA5 ? '\x5C' : '\x7E');
    } else if (japanese && c >= 0xFF61 && c <= 0xFF9F) {
      if (kind_ == Kind::kEucJp) out.push_back('\x8E');
      out.push_back(static_cast<char>(c - 0xFF61 + 0xA1));
    } else if (kind_ == Kind::kUserDefined && c >= 0xF780 && c <= 0xF7FF) {
      out.push_back(static_cast<char>(c - 0xF780 + 0x80));
    } else {
      return false;
    }
    return true;
  }

  void append_pointer(std::uint32_t pointer, std::string& out) const {
    std::uint32_t lead = 0;
    std::uint32_t trail = 0;
    switch (kind_) {
      case Kind::kSingleByte:
        out.push_back(static_cast<char>(pointer + 0x80));
        return;
      case Kind::kBig5:
        lead = pointer / 157 + 0x81;
        trail = pointer % 157;
        trail += trail < 0x3F ? 0x40 : 0x62;
        break;
      case Kind::kEucKr:
        lead = pointer / 190 + 0x81;
        trail = pointer % 190 + 0x41;
        break;
      case Kind::kEucJp:
        lead = pointer / 94 + 0xA1;
        trail = pointer % 94 + 0xA1;
        break;
      case Kind::kShiftJis:
        lead = pointer / 188;
        lead += lead < 0x1F ? 0x81 : 0xC1;
        trail = pointer % 188;
        trail += trail < 0x3F ? 0x40 : 0x41;
        break;
      default:  // GB18030 and GBK
        lead = pointer / 190 + 0x81;
        trail = pointer % 190;
        trail += trail < 0x3F ? 0x40 : 0x41;
        break;
    }
    out.push_back(static_cast<char>(lead));
    out.push_back(static_cast<char>(trail));
  }

  bool append_four_byte(char32_t c, std::string& out) const {
    std::uint32_t pointer = 0;
    if (c >= 0x10000) {
      pointer = 189000 + (c - 0x10000);
    } else {
      const auto found = four_byte_.find(c);
      if (found == four_byte_.end()) return false;
      pointer = found->second;
    }
    out.push_back(static_cast<char>(pointer / 12600 + 0x81));
    out.push_back(static_cast<char>(pointer / 1260 % 10 + 0x30));
    out.push_back(static_cast<char>(pointer / 10 % 126 + 0x81));
    out.push_back(static_cast<char>(pointer % 10 + 0x30));
    return true;
  }

  Kind kind_;
  ReverseIndex reverse_;
  ReverseIndex four_byte_;
};

// The code points of UTF-8, malformed sequences as U+FFFD.
template <class Take>
void for_each_code_point(std::string_view utf8, Take take) {
  std::size_t position = 0;
  while (position < utf8.size()) {
    const auto lead = static_cast<unsigned char>(utf8[position]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (valid_utf8_prefix(utf8.substr(position, length)) != length) {
      take(char32_t{0xFFFD});
      position += malformed_utf8_bytes(utf8, position);
      continue;
    }
    char32_t c = length == 1 ? lead : lead & (0x7Fu >> length);
    for (std::size_t next = 1; next < length; ++next) {
      c = c << 6 | (static_cast<unsigned char>(utf8[position + next]) & 0x3Fu);
    }
    take(c);
    position += length;
  }
}

}  // namespace

QueryEncoder query_encoder_for(std::string_view charset) {
  const Encoding* encoding = find_encoding(charset);
  if (encoding == nullptr) return {};
  switch (encoding->kind) {
    case Kind::kUtf8:
    case Kind::kUtf16Le:
    case Kind::kUtf16Be:
    case Kind::kIso2022Jp:
    case Kind::kReplacement:
      return {};
    default:
      break;
  }
  static std::mutex mutex;
  static std::unordered_map<std::string_view, std::shared_ptr<const Encoder>> built;
  std::shared_ptr<const Encoder> encoder;
  {
    const std::lock_guard lock(mutex);
    std::shared_ptr<const Encoder>& slot = built[encoding->name];
    if (!slot) slot = std::make_shared<const Encoder>(*encoding);
    encoder = slot;
  }
  return [encoder = std::move(encoder)](std::string_view utf8) {
    std::string result;
    for_each_code_point(utf8, [&](char32_t c) { encoder->append(c, result); });
    return result;
  };
}

}  // namespace xuncha
