#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace xuncha {

// The first byte in [at, end) that is one of `kWanted`; `end` when there is none. Sixteen bytes a step where the
// processor can; never reads past `end`.
template <char... kWanted>
inline const char* find_byte(const char* at, const char* end) {
#if defined(__SSE2__)
  while (end - at >= 16) {
    __m128i block;
    std::memcpy(&block, at, sizeof block);
    __m128i hit = _mm_setzero_si128();
    ((hit = _mm_or_si128(hit, _mm_cmpeq_epi8(block, _mm_set1_epi8(kWanted)))), ...);
    const auto mask = static_cast<unsigned>(_mm_movemask_epi8(hit));
    if (mask != 0) return at + std::countr_zero(mask);
    at += 16;
  }
#endif
  while (at != end && !((*at == kWanted) || ...)) ++at;
  return at;
}

// The first byte in [at, end) that `kTest`, a type with `test(char)` and `test(__m128i)` (all ones where true), holds
// for; `end` when there is none.
template <class kTest>
inline const char* find_byte_by(const char* at, const char* end) {
#if defined(__SSE2__)
  for (; end - at >= 16; at += 16) {
    __m128i block;
    std::memcpy(&block, at, sizeof block);
    const auto mask = static_cast<unsigned>(_mm_movemask_epi8(kTest::test(block)));
    if (mask != 0) return at + std::countr_zero(mask);
  }
#endif
  while (at != end && !kTest::test(*at)) ++at;
  return at;
}

// The number of bytes in [at, end) that `kTest`, a type with `test(char)` and `test(__m128i)` (all ones where true),
// holds for. Sums by vectors: this baseline has no population count instruction.
template <class kTest>
inline std::size_t count_bytes(const char* at, const char* end) {
  std::size_t count = 0;
#if defined(__SSE2__)
  __m128i sums = _mm_setzero_si128();
  for (; end - at >= 16; at += 16) {
    __m128i block;
    std::memcpy(&block, at, sizeof block);
    const __m128i ones = _mm_and_si128(kTest::test(block), _mm_set1_epi8(1));
    sums = _mm_add_epi64(sums, _mm_sad_epu8(ones, _mm_setzero_si128()));
  }
  count = static_cast<std::size_t>(_mm_cvtsi128_si64(sums)) +
          static_cast<std::size_t>(_mm_cvtsi128_si64(_mm_unpackhi_epi64(sums, sums)));
#endif
  for (; at != end; ++at) count += kTest::test(*at) ? 1 : 0;
  return count;
}

struct IsLineFeed {
  static bool test(char c) { return c == '\n'; }
#if defined(__SSE2__)
  static __m128i test(__m128i block) {
    return _mm_cmpeq_epi8(block, _mm_set1_epi8('\n'));
  }
#endif
};

// The number of line feeds in [at, end).
inline std::size_t count_line_feeds(const char* at, const char* end) {
  return count_bytes<IsLineFeed>(at, end);
}

// The first place in [at, end) where `kFirst` and `kSecond` stand side by side; `end` when there is none.
template <char kFirst, char kSecond>
inline const char* find_pair(const char* at, const char* end) {
#if defined(__SSE2__)
  while (end - at >= 17) {
    __m128i block;
    __m128i after;
    std::memcpy(&block, at, sizeof block);
    std::memcpy(&after, at + 1, sizeof after);
    const __m128i hit =
        _mm_and_si128(_mm_cmpeq_epi8(block, _mm_set1_epi8(kFirst)), _mm_cmpeq_epi8(after, _mm_set1_epi8(kSecond)));
    const auto mask = static_cast<unsigned>(_mm_movemask_epi8(hit));
    if (mask != 0) return at + std::countr_zero(mask);
    at += 16;
  }
#endif
  for (; end - at >= 2; ++at) {
    if (at[0] == kFirst && at[1] == kSecond) return at;
  }
  return end;
}

// The first place of `part` in `text` from `from` on; npos when there is none. Asks for the last two bytes of `part`
// side by side, which Chinese text has seldom: its characters begin with few different bytes, at which find() stops.
inline std::size_t find_text(std::string_view text, std::string_view part, std::size_t from = 0) {
  if (from > text.size()) return std::string_view::npos;
#if defined(__SSE2__)
  constexpr std::size_t kPartBytesMax = 64;  // what a page may write at any length is memmem's, which is linear
  if (part.size() >= 2 && part.size() <= kPartBytesMax && text.size() - from >= part.size() + 15) {
    const std::size_t head = part.size() - 2;
    const __m128i next_to_last = _mm_set1_epi8(part[head]);
    const __m128i last = _mm_set1_epi8(part[head + 1]);
    const char* const end = text.data() + text.size() - 17;  // of the blocks of sixteen pairs
    const char* at = text.data() + from + head;
    for (;; at = end - at < 16 ? end : at + 16) {
      __m128i block;
      __m128i after;
      std::memcpy(&block, at, sizeof block);
      std::memcpy(&after, at + 1, sizeof after);
      const __m128i hit = _mm_and_si128(_mm_cmpeq_epi8(block, next_to_last), _mm_cmpeq_epi8(after, last));
      for (auto mask = static_cast<unsigned>(_mm_movemask_epi8(hit)); mask != 0; mask &= mask - 1) {
        const char* const begin = at + std::countr_zero(mask) - head;
        if (std::memcmp(begin, part.data(), head) == 0) return static_cast<std::size_t>(begin - text.data());
      }
      if (at == end) return std::string_view::npos;
    }
  }
#endif
  if (part.empty()) return from;
  if (text.size() - from < part.size()) return std::string_view::npos;  // an empty text may have no address
  const void* const found = memmem(text.data() + from, text.size() - from, part.data(), part.size());
  return found == nullptr ? std::string_view::npos
                          : static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

}  // namespace xuncha
