#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

// The encodings of the WHATWG Encoding standard (https://encoding.spec.whatwg.org/) and their indexes. Internal to the
// charset files of the crawler. Thread rule: everything here is immutable once built; any thread.
namespace xuncha {

// How bytes become characters; one decoder each.
enum class EncodingKind : std::uint8_t {
  kUtf8,
  kUtf16Le,
  kUtf16Be,
  kGb18030,
  kGbk,  // decodes as gb18030; differs only in what a query may be encoded to
  kBig5,
  kEucJp,
  kIso2022Jp,
  kShiftJis,
  kEucKr,
  kSingleByte,
  kUserDefined,
  kReplacement,
};

struct Encoding {
  std::string_view name;    // WHATWG name in lower case
  EncodingKind kind;        //
  const char* icu;          // the converter whose table is taken; null where no table is needed
  std::string_view labels;  // separated by one space, lower case
};

// The encoding for a label (section 4.2 "get an encoding": ASCII white space trimmed, case ignored); null when unknown.
const Encoding* find_encoding(std::string_view label);
// All encodings, in the standard's order.
const std::vector<Encoding>& all_encodings();

// An index of the standard: pointer -> code point, 0 where it has none.
using EncodingIndex = std::vector<char32_t>;

// The index that belongs to a kind: gb18030 (126 x 190), big5 (126 x 157), jis0208 (for EUC-JP and Shift_JIS: 94 x 94
// and beyond, 11280), euc-kr (126 x 190). Built at first use from ICU's tables, with the standard's differences
// applied.
const EncodingIndex& index_of(EncodingKind kind);
// jis0212, for EUC-JP's three-byte sequences.
const EncodingIndex& index_jis0212();
// BMP code points of gb18030's four-byte pointers 0 to 39419.
const EncodingIndex& index_gb18030_four_byte();
// The 128 code points of bytes 0x80-0xFF of a single-byte encoding.
const EncodingIndex& index_single_byte(const Encoding& encoding);

}  // namespace xuncha
