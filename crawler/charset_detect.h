#pragma once

#include <cstdint>
#include <string_view>

#include "crawler/charset_encodings.h"

// What the bytes of a document prove about its encoding. Internal to the charset files of the crawler. Pure, any
// thread.
namespace xuncha {

// How the bytes read as UTF-8.
struct Utf8Evidence {
  std::uint64_t sequences = 0;  // well-formed, of more than one byte
  std::uint64_t wide = 0;       // of these, such as East Asian text has (U+2000 and above)
  std::uint64_t errors = 0;     // a sequence cut off by the end of the bytes is none
};
Utf8Evidence utf8_evidence(std::string_view bytes);

// How the bytes read as GB18030.
struct GbEvidence {
  std::uint64_t pairs = 0;     // two-byte characters
  std::uint64_t common = 0;    // of these, level-1 ideographs and punctuation of GB 2312
  std::uint64_t frequent = 0;  // of these, the characters that every Chinese text is full of
  std::uint64_t errors = 0;

  // Chinese beyond doubt: nearly no errors, common characters nearly all, and the frequent ones among them.
  bool is_chinese() const;
};
GbEvidence gb_evidence(std::string_view bytes);

// At most limits::kDetectBytes, beginning at the first non-ASCII byte.
std::string_view detection_window(std::string_view bytes);
// Null when nothing is certain.
const Encoding* detect_encoding(std::string_view bytes);
// The encoding that the bytes prove although `declared` was said; null when they do not.
const Encoding* overruling_encoding(std::string_view bytes, const Encoding& declared);

}  // namespace xuncha
