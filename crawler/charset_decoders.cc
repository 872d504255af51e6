#include "crawler/charset_decoders.h"

#include <unicode/ucnv.h>

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace xuncha {
namespace {

using Byte = std::uint8_t;
using Kind = EncodingKind;

constexpr std::uint64_t kHighBits = 0x8080808080808080u;

Byte byte_at(std::string_view bytes, std::size_t position) {
  return static_cast<Byte>(bytes[position]);
}

// Eight bytes from `data`.
std::uint64_t load_eight(const char* data) {
  std::uint64_t word;
  std::memcpy(&word, data, sizeof word);
  return word;
}

// How many of the eight bytes are ASCII before the first that is not; `word` has such a one.
std::size_t ascii_before(std::uint64_t word) {
  const std::uint64_t high = word & kHighBits;
  if constexpr (std::endian::native == std::endian::little) return static_cast<std::size_t>(std::countr_zero(high)) / 8;
  return static_cast<std::size_t>(std::countl_zero(high)) / 8;
}

std::size_t count_high_bytes(std::string_view bytes) {
  std::size_t count = 0;
  for (const char c : bytes) count += static_cast<Byte>(c) >> 7;
  return count;
}

// A character as UTF-8, ready to be copied: size 0 for none. Only code points of the BMP.
struct PackedCharacter {
  char bytes[3] = {};
  Byte size = 0;
};

// Writes into a buffer that the caller made large enough: what is to be written and kSlack bytes more.
class Writer {
 public:
  Writer(std::string& buffer, std::size_t capacity) : buffer_(buffer) {
    buffer_.resize(capacity);
    begin_ = buffer_.data();
    out_ = begin_;
  }
  void finish() { buffer_.resize(static_cast<std::size_t>(out_ - begin_)); }

  static constexpr std::size_t kSlack = 8;

  // Copies the run of ASCII that begins at `position`, and gives its end.
  std::size_t ascii_run(std::string_view bytes, std::size_t position) {
    for (; position + 8 <= bytes.size(); position += 8, out_ += 8) {
      const std::uint64_t word = load_eight(bytes.data() + position);
      std::memcpy(out_, &word, sizeof word);
      if ((word & kHighBits) == 0) continue;
      const std::size_t size = ascii_before(word);
      out_ += size;
      return position + size;
    }
    while (position < bytes.size() && byte_at(bytes, position) < 0x80) *out_++ = bytes[position++];
    return position;
  }
  void put(PackedCharacter character) {
    std::memcpy(out_, &character, sizeof character);
    out_ += character.size;
  }
  void put(char32_t c) {
    if (c >= 0x800 && c < 0x10000) [[likely]] {
      out_[0] = static_cast<char>(0xE0 | (c >> 12));
      out_[1] = static_cast<char>(0x80 | ((c >> 6) & 0x3F));
      out_[2] = static_cast<char>(0x80 | (c & 0x3F));
      out_ += 3;
    } else if (c < 0x80) {
      *out_++ = static_cast<char>(c);
    } else if (c < 0x800) {
      *out_++ = static_cast<char>(0xC0 | (c >> 6));
      *out_++ = static_cast<char>(0x80 | (c & 0x3F));
    } else {
      *out_++ = static_cast<char>(0xF0 | (c >> 18));
      *out_++ = static_cast<char>(0x80 | ((c >> 12) & 0x3F));
      *out_++ = static_cast<char>(0x80 | ((c >> 6) & 0x3F));
      *out_++ = static_cast<char>(0x80 | (c & 0x3F));
    }
  }
  void replacement() {
    put(0xFFFD);
    ++replacements_;
  }
  std::uint64_t replacements() const { return replacements_; }

 private:
  std::string& buffer_;
  char* begin_;
  char* out_;
  std::uint64_t replacements_ = 0;
};

// Runs one decoder over the non-ASCII stretches. `step(position, writer)` reads at least one byte there, writes and
// returns the new position. Every encoding here writes at most three bytes more than its ASCII for each high byte.
template <class Step>
DecodedBytes decode_stretches(std::string_view bytes, Step step) {
  DecodedBytes result;
  Writer writer(result.text, bytes.size() + 2 * count_high_bytes(bytes) + Writer::kSlack);
  std::size_t position = 0;
  while (position < bytes.size()) {
    position = writer.ascii_run(bytes, position);
    while (position < bytes.size() && byte_at(bytes, position) >= 0x80) position = step(position, writer);
  }
  writer.finish();
  result.replacement_characters = writer.replacements();
  return result;
}

DecodedBytes decode_utf8(std::string_view bytes) {
  DecodedBytes result;
  std::size_t position = 0;
  while (true) {
    const std::size_t valid = valid_utf8_prefix(bytes.substr(position));
    result.text.append(bytes, position, valid);
    position += valid;
    if (position >= bytes.size()) return result;
    result.text += "\xEF\xBF\xBD";
    ++result.replacement_characters;
    position += malformed_utf8_bytes(bytes, position);
  }
}

DecodedBytes decode_utf16(std::string_view bytes, bool big_endian) {
  DecodedBytes result;
  Writer writer(result.text, bytes.size() / 2 * 3 + Writer::kSlack);
  const auto unit = [&](std::size_t position) {
    const unsigned first = byte_at(bytes, position);
    const unsigned second = byte_at(bytes, position + 1);
    return static_cast<char32_t>(big_endian ? first << 8 | second : second << 8 | first);
  };
  std::size_t position = 0;
  while (position + 1 < bytes.size()) {
    const char32_t first = unit(position);
    position += 2;
    if (first < 0xD800 || first > 0xDFFF) {
      writer.put(first);
      continue;
    }
    if (first <= 0xDBFF && position + 1 < bytes.size()) {
      const char32_t second = unit(position);
      if (second >= 0xDC00 && second <= 0xDFFF) {
        writer.put(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00));
        position += 2;
        continue;
      }
    }
    writer.replacement();
  }
  if (position < bytes.size()) writer.replacement();
  writer.finish();
  result.replacement_characters = writer.replacements();
  return result;
}

// Encoding standard 10.2.1. Called with the position of a lead byte; handles what is not a plain pair.
std::size_t gb18030_rare(std::string_view bytes, std::size_t position, const EncodingIndex& four_byte, Writer& writer) {
  const Byte lead = byte_at(bytes, position);
  if (lead == 0x80) {
    writer.put(0x20AC);
    return position + 1;
  }
  const std::size_t left = bytes.size() - position;
  if (lead == 0xFF || left < 2) {
    writer.replacement();
    return position + 1;
  }
  const Byte second = byte_at(bytes, position + 1);
  if (second < 0x30 || second > 0x39) {
    writer.replacement();
    return position + (second < 0x80 ? 1 : 2);
  }
  // Four bytes: what the end of the document interrupts is one error.
  const Byte third = left > 2 ? byte_at(bytes, position + 2) : 0x81;
  const Byte fourth = left > 3 ? byte_at(bytes, position + 3) : 0x30;
  if (third < 0x81 || third > 0xFE || fourth < 0x30 || fourth > 0x39) {
    writer.replacement();
    return position + 1;
  }
  if (left < 4) {
    writer.replacement();
    return bytes.size();
  }
  const std::uint32_t pointer =
      ((lead - 0x81u) * 10 + (second - 0x30u)) * 1260 + (third - 0x81u) * 10 + (fourth - 0x30u);
  char32_t code_point = 0;
  if (pointer < four_byte.size()) {
    code_point = four_byte[pointer];
  } else if (pointer >= 189000 && pointer <= 1237575) {
    code_point = 0x10000 + (pointer - 189000);
  }
  if (code_point != 0) {
    writer.put(code_point);
  } else {
    writer.replacement();
  }
  return position + 4;
}

// The gb18030 index by lead and trail byte: what most portal pages of the older kind are decoded by.
const std::vector<PackedCharacter>& packed_gb18030() {
  static const std::vector<PackedCharacter> table = [] {
    std::vector<PackedCharacter> result(std::size_t{126} * 256);
    const EncodingIndex& index = index_of(Kind::kGb18030);
    for (std::size_t pointer = 0; pointer < index.size(); ++pointer) {
      std::string text;
      Writer writer(text, Writer::kSlack);
      writer.put(index[pointer]);
      writer.finish();
      const std::size_t trail = pointer % 190;
      PackedCharacter& character = result[pointer / 190 * 256 + trail + (trail < 0x3F ? 0x40 : 0x41)];
      character.size = static_cast<Byte>(text.size());
      std::memcpy(character.bytes, text.data(), text.size());
    }
    return result;
  }();
  return table;
}

DecodedBytes decode_gb18030(std::string_view bytes) {
  const std::vector<PackedCharacter>& table = packed_gb18030();
  return decode_stretches(bytes, [&](std::size_t position, Writer& writer) {
    const Byte lead = byte_at(bytes, position);
    if (lead > 0x80 && lead < 0xFF && position + 1 < bytes.size()) [[likely]] {
      const PackedCharacter character = table[(lead - 0x81u) * 256u + byte_at(bytes, position + 1)];
      if (character.size != 0) [[likely]] {
        writer.put(character);
        return position + 2;
      }
    }
    return gb18030_rare(bytes, position, index_gb18030_four_byte(), writer);
  });
}

// A lead and a trail byte: writes the code point, or one error that leaves an ASCII trail alone.
std::size_t finish_pair(std::string_view bytes, std::size_t position, char32_t code_point, Writer& writer) {
  if (code_point != 0) {
    writer.put(code_point);
    return position + 2;
  }
  writer.replacement();
  return position + (position + 1 < bytes.size() && byte_at(bytes, position + 1) >= 0x80 ? 2 : 1);
}

// Encoding standard 12.1.1.
DecodedBytes decode_big5(std::string_view bytes) {
  const EncodingIndex& index = index_of(Kind::kBig5);
  return decode_stretches(bytes, [&](std::size_t position, Writer& writer) {
    const Byte lead = byte_at(bytes, position);
    if (lead == 0x80 || lead == 0xFF || position + 1 >= bytes.size()) {
      writer.replacement();
      return position + 1;
    }
    const Byte trail = byte_at(bytes, position + 1);
    const bool low = trail >= 0x40 && trail <= 0x7E;
    if (!low && (trail < 0xA1 || trail == 0xFF)) return finish_pair(bytes, position, 0, writer);
    const unsigned pointer = (lead - 0x81u) * 157u + trail - (low ? 0x40u : 0x62u);
    if (pointer == 1133 || pointer == 1135 || pointer == 1164 || pointer == 1166) {  // a letter and a combining mark
      writer.put(pointer < 1160 ? 0xCA : 0xEA);
      writer.put(pointer == 1133 || pointer == 1164 ? 0x304 : 0x30C);
      return position + 2;
    }
    return finish_pair(bytes, position, index[pointer], writer);
  });
}

// Encoding standard 14.1.1.
DecodedBytes decode_euc_kr(std::string_view bytes) {
  const EncodingIndex& index = index_of(Kind::kEucKr);
  return decode_stretches(bytes, [&](std::size_t position, Writer& writer) {
    const Byte lead = byte_at(bytes, position);
    if (lead == 0x80 || lead == 0xFF || position + 1 >= bytes.size()) {
      writer.replacement();
      return position + 1;
    }
    const Byte trail = byte_at(bytes, position + 1);
    const bool in_range = trail >= 0x41 && trail != 0xFF;
    return finish_pair(bytes, position, in_range ? index[(lead - 0x81u) * 190u + trail - 0x41u] : 0, writer);
  });
}

// Encoding standard 13.3.1.
DecodedBytes decode_shift_jis(std::string_view bytes) {
  const EncodingIndex& index = index_of(Kind::kShiftJis);
  return decode_stretches(bytes, [&](std::size_t position, Writer& writer) {
    const Byte lead = byte_at(bytes, position);
    if (lead == 0x80 || (lead >= 0xA1 && lead <= 0xDF)) {
      writer.put(lead == 0x80 ? 0x80 : 0xFF61 - 0xA1 + lead);
      return position + 1;
    }
    if (lead == 0xA0 || lead > 0xFC || position + 1 >= bytes.size()) {
      writer.replacement();
      return position + 1;
    }
    const Byte trail = byte_at(bytes, position + 1);
    if (trail < 0x40 || trail == 0x7F || trail > 0xFC) return finish_pair(bytes, position, 0, writer);
    const unsigned pointer = (lead - (lead < 0xA0 ? 0x81u : 0xC1u)) * 188u + trail - (trail < 0x7F ? 0x40u : 0x41u);
    char32_t code_point = pointer < index.size() ? index[pointer] : 0;
    if (pointer >= 8836 && pointer <= 10715) code_point = 0xE000 - 8836 + pointer;  // end-user characters
    return finish_pair(bytes, position, code_point, writer);
  });
}

// Encoding standard 13.1.1.
DecodedBytes decode_euc_jp(std::string_view bytes) {
  const EncodingIndex& jis0208 = index_of(Kind::kEucJp);
  return decode_stretches(bytes, [&](std::size_t position, Writer& writer) {
    const Byte lead = byte_at(bytes, position);
    const bool is_lead = lead == 0x8E || lead == 0x8F || (lead >= 0xA1 && lead != 0xFF);
    if (!is_lead || position + 1 >= bytes.size()) {
      writer.replacement();
      return position + 1;
    }
    const Byte trail = byte_at(bytes, position + 1);
    const bool in_range = trail >= 0xA1 && trail != 0xFF;
    if (lead == 0x8E && trail >= 0xA1 && trail <= 0xDF) {
      writer.put(0xFF61 - 0xA1 + trail);
      return position + 2;
    }
    if (lead == 0x8F && in_range) {
      if (position + 2 >= bytes.size()) {
        writer.replacement();
        return bytes.size();
      }
      const Byte third = byte_at(bytes, position + 2);
      const char32_t code_point =
          third >= 0xA1 && third != 0xFF ? index_jis0212()[(trail - 0xA1u) * 94u + third - 0xA1u] : 0;
      if (code_point != 0) {
        writer.put(code_point);
        return position + 3;
      }
      writer.replacement();
      return position + (third < 0x80 ? 2 : 3);
    }
    const bool pair = in_range && lead >= 0xA1;
    return finish_pair(bytes, position, pair ? jis0208[(lead - 0xA1u) * 94u + trail - 0xA1u] : 0, writer);
  });
}

DecodedBytes decode_single_byte(std::string_view bytes, const Encoding& encoding) {
  const EncodingIndex& index = index_single_byte(encoding);
  return decode_stretches(bytes, [&](std::size_t position, Writer& writer) {
    const char32_t code_point = index[byte_at(bytes, position) - 0x80u];
    if (code_point != 0) {
      writer.put(code_point);
    } else {
      writer.replacement();
    }
    return position + 1;
  });
}

DecodedBytes decode_user_defined(std::string_view bytes) {
  return decode_stretches(bytes, [&](std::size_t position, Writer& writer) {
    writer.put(0xF780u + byte_at(bytes, position) - 0x80u);
    return position + 1;
  });
}

// Stateful and rare: ICU's own converter, in slices.
DecodedBytes decode_by_icu(std::string_view bytes, const char* name) {
  DecodedBytes result;
  UErrorCode error = U_ZERO_ERROR;
  UConverter* converter = ucnv_open(name, &error);
  if (U_FAILURE(error)) return decode_utf8(bytes);
  std::vector<UChar> units(4096);
  std::string slice;
  const char* source = bytes.data();
  const char* const end = source + bytes.size();
  std::string utf16;
  do {
    UChar* target = units.data();
    error = U_ZERO_ERROR;
    ucnv_toUnicode(converter, &target, units.data() + units.size(), &source, end, nullptr, true, &error);
    for (const UChar* unit = units.data(); unit != target; ++unit) {
      utf16.push_back(static_cast<char>(*unit & 0xFF));
      utf16.push_back(static_cast<char>(*unit >> 8));
      if (*unit == 0xFFFD) ++result.replacement_characters;
    }
  } while (error == U_BUFFER_OVERFLOW_ERROR);
  ucnv_close(converter);
  DecodedBytes text = decode_utf16(utf16, false);
  result.text = std::move(text.text);
  result.replacement_characters += text.replacement_characters;
  return result;
}

}  // namespace

std::size_t malformed_utf8_bytes(std::string_view bytes, std::size_t position, bool* cut) {
  const Byte lead = byte_at(bytes, position);
  if (cut != nullptr) *cut = false;
  std::size_t length = 0;
  if (lead >= 0xC2 && lead <= 0xDF) length = 2;
  if (lead >= 0xE0 && lead <= 0xEF) length = 3;
  if (lead >= 0xF0 && lead <= 0xF4) length = 4;
  if (length == 0) return 1;
  Byte lower = 0x80;
  Byte upper = 0xBF;
  if (lead == 0xE0) lower = 0xA0;
  if (lead == 0xED) upper = 0x9F;
  if (lead == 0xF0) lower = 0x90;
  if (lead == 0xF4) upper = 0x8F;
  for (std::size_t next = 1; next < length; ++next) {
    if (position + next >= bytes.size()) {
      if (cut != nullptr) *cut = true;
      return next;
    }
    const Byte byte = byte_at(bytes, position + next);
    if (byte < lower || byte > upper) return next;
    lower = 0x80;
    upper = 0xBF;
  }
  return length;
}

DecodedBytes decode_with(std::string_view bytes, const Encoding& encoding) {
  switch (encoding.kind) {
    case Kind::kUtf8:
      return decode_utf8(bytes);
    case Kind::kUtf16Le:
      return decode_utf16(bytes, false);
    case Kind::kUtf16Be:
      return decode_utf16(bytes, true);
    case Kind::kGb18030:
    case Kind::kGbk:
      return decode_gb18030(bytes);
    case Kind::kBig5:
      return decode_big5(bytes);
    case Kind::kEucJp:
      return decode_euc_jp(bytes);
    case Kind::kIso2022Jp:
      return decode_by_icu(bytes, encoding.icu);
    case Kind::kShiftJis:
      return decode_shift_jis(bytes);
    case Kind::kEucKr:
      return decode_euc_kr(bytes);
    case Kind::kSingleByte:
      return decode_single_byte(bytes, encoding);
    case Kind::kUserDefined:
      return decode_user_defined(bytes);
    case Kind::kReplacement:
      break;
  }
  return bytes.empty() ? DecodedBytes{} : DecodedBytes{"\xEF\xBF\xBD", 1};
}

}  // namespace xuncha
