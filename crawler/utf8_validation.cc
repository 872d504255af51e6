#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "crawler/charset_decoders.h"

#if defined(__SSE2__)
#include <tmmintrin.h>
#endif

namespace xuncha {
namespace {

using Byte = std::uint8_t;

Byte byte_at(std::string_view bytes, std::size_t position) {
  return static_cast<Byte>(bytes[position]);
}

bool is_continuation(Byte byte) {
  return (byte & 0xC0) == 0x80;
}

// The bytes of the well-formed character at `position`, 0 when there is none: table 3-7 of the Unicode standard.
std::size_t character_at(std::string_view bytes, std::size_t position) {
  const Byte lead = byte_at(bytes, position);
  if (lead < 0x80) return 1;
  std::size_t length = 0;
  Byte lower = 0x80;
  Byte upper = 0xBF;
  if (lead >= 0xC2 && lead <= 0xDF) {
    length = 2;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    length = 3;
    if (lead == 0xE0) lower = 0xA0;
    if (lead == 0xED) upper = 0x9F;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4;
    if (lead == 0xF0) lower = 0x90;
    if (lead == 0xF4) upper = 0x8F;
  } else {
    return 0;
  }
  if (position + length > bytes.size()) return 0;
  const Byte second = byte_at(bytes, position + 1);
  if (second < lower || second > upper) return 0;
  for (std::size_t next = 2; next < length; ++next) {
    if (!is_continuation(byte_at(bytes, position + next))) return 0;
  }
  return length;
}

// The same by single characters, from a position where one begins.
std::size_t valid_prefix_from(std::string_view bytes, std::size_t position) {
  while (position < bytes.size()) {
    const std::size_t length = character_at(bytes, position);
    if (length == 0) return position;
    position += length;
  }
  return position;
}

#if defined(__SSE2__)

// Sixteen bytes at a time (J. Keiser, D. Lemire, "Validating UTF-8 in less than one instruction per byte", 2021): three
// tables say of each byte and the one before it which mistakes the two could be, by the upper and the lower half of the
// first and the upper half of the second; what all three name is one.
constexpr Byte kTooShort = 1;       // a lead byte without its continuation
constexpr Byte kTooLong = 2;        // a continuation behind ASCII
constexpr Byte kOverlongThree = 4;  // E0 80..9F
constexpr Byte kAbove = 8;          // F4 90.. and F5..
constexpr Byte kSurrogate = 16;     // ED A0..BF
constexpr Byte kOverlongTwo = 32;   // C0, C1
constexpr Byte kOverlongFour = 64;  // F0 80..8F; F5.. 80..8F, which kAbove does not hold
constexpr Byte kContinued = 128;    // two continuations: a mistake unless a long character is under way
constexpr Byte kAnyLow = kTooShort | kTooLong | kContinued;

constexpr std::array<Byte, 16> kByUpperOfFirst = {kTooLong,
                                                  kTooLong,
                                                  kTooLong,
                                                  kTooLong,
                                                  kTooLong,
                                                  kTooLong,
                                                  kTooLong,
                                                  kTooLong,  //
                                                  kContinued,
                                                  kContinued,
                                                  kContinued,
                                                  kContinued,  //
                                                  kTooShort | kOverlongTwo,
                                                  kTooShort,
                                                  kTooShort | kOverlongThree | kSurrogate,
                                                  kTooShort | kAbove | kOverlongFour};
constexpr std::array<Byte, 16> kByLowerOfFirst = {kAnyLow | kOverlongThree | kOverlongTwo | kOverlongFour,  // _0
                                                  kAnyLow | kOverlongTwo,                                   // _1
                                                  kAnyLow,
                                                  kAnyLow,
                                                  kAnyLow | kAbove,  // F4
                                                  kAnyLow | kAbove | kOverlongFour,
                                                  kAnyLow | kAbove | kOverlongFour,
                                                  kAnyLow | kAbove | kOverlongFour,
                                                  kAnyLow | kAbove | kOverlongFour,
                                                  kAnyLow | kAbove | kOverlongFour,
                                                  kAnyLow | kAbove | kOverlongFour,
                                                  kAnyLow | kAbove | kOverlongFour,
                                                  kAnyLow | kAbove | kOverlongFour,
                                                  kAnyLow | kAbove | kOverlongFour | kSurrogate,  // ED
                                                  kAnyLow | kAbove | kOverlongFour,
                                                  kAnyLow | kAbove | kOverlongFour};
constexpr Byte kContinuation = kTooLong | kOverlongTwo | kContinued;
constexpr std::array<Byte, 16> kByUpperOfSecond = {kTooShort,
                                                   kTooShort,
                                                   kTooShort,
                                                   kTooShort,
                                                   kTooShort,
                                                   kTooShort,
                                                   kTooShort,
                                                   kTooShort,                                       //
                                                   kContinuation | kOverlongThree | kOverlongFour,  // 8_
                                                   kContinuation | kOverlongThree | kAbove,         // 9_
                                                   kContinuation | kSurrogate | kAbove,             // A_
                                                   kContinuation | kSurrogate | kAbove,             // B_
                                                   kTooShort,
                                                   kTooShort,
                                                   kTooShort,
                                                   kTooShort};

[[gnu::target("ssse3")]] __m128i load(const void* from) {
  __m128i block;
  std::memcpy(&block, from, sizeof block);
  return block;
}

// Not zero where `block`, behind `before`, breaks a rule.
[[gnu::target("ssse3")]] __m128i mistakes(__m128i block, __m128i before) {
  const __m128i low_half = _mm_set1_epi8(0x0F);
  const __m128i first = _mm_alignr_epi8(block, before, 15);
  const auto upper = [&](__m128i bytes) { return _mm_and_si128(_mm_srli_epi16(bytes, 4), low_half); };
  const __m128i pairs =
      _mm_and_si128(_mm_and_si128(_mm_shuffle_epi8(load(kByUpperOfFirst.data()), upper(first)),
                                  _mm_shuffle_epi8(load(kByLowerOfFirst.data()), _mm_and_si128(first, low_half))),
                    _mm_shuffle_epi8(load(kByUpperOfSecond.data()), upper(block)));
  // The third byte of three and the third and fourth of four follow a continuation, and must: all others must not.
  const __m128i third = _mm_subs_epu8(_mm_alignr_epi8(block, before, 14), _mm_set1_epi8(0xE0 - 0x80));
  const __m128i fourth = _mm_subs_epu8(_mm_alignr_epi8(block, before, 13), _mm_set1_epi8(0xF0 - 0x80));
  const __m128i wanted = _mm_and_si128(_mm_or_si128(third, fourth), _mm_set1_epi8(static_cast<char>(kContinued)));
  return _mm_xor_si128(wanted, pairs);
}

// The length of a prefix that is well-formed, though it may end inside a character; stops at most 16 bytes before the
// first mistake or the end.
[[gnu::target("ssse3")]] std::size_t valid_blocks(std::string_view bytes) {
  std::size_t position = 0;
  __m128i before = _mm_setzero_si128();
  for (; position + 16 <= bytes.size(); position += 16) {
    const __m128i block = load(bytes.data() + position);
    const bool ascii = _mm_movemask_epi8(_mm_or_si128(block, before)) == 0;
    if (!ascii) {
      const __m128i wrong = mistakes(block, before);
      if (_mm_movemask_epi8(_mm_cmpeq_epi8(wrong, _mm_setzero_si128())) != 0xFFFF) break;
    }
    before = block;
  }
  return position;
}

#endif

}  // namespace

std::size_t valid_utf8_prefix(std::string_view bytes) {
  std::size_t position = 0;
#if defined(__SSE2__)
  static const bool has_shuffle = __builtin_cpu_supports("ssse3") != 0;
  if (has_shuffle) {
    const std::size_t blocks_end = valid_blocks(bytes);
    // Back to the beginning of the character that the last block may have ended in.
    position = blocks_end - std::min<std::size_t>(blocks_end, 3);
    while (position < blocks_end && is_continuation(byte_at(bytes, position))) ++position;
  }
#endif
  return valid_prefix_from(bytes, position);
}

}  // namespace xuncha
