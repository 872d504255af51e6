#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

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

// The number of line feeds in [at, end).
inline std::size_t count_line_feeds(const char* at, const char* end) {
  std::size_t count = 0;
#if defined(__SSE2__)
  const __m128i line_feed = _mm_set1_epi8('\n');
  while (end - at >= 16) {
    __m128i block;
    std::memcpy(&block, at, sizeof block);
    count += static_cast<std::size_t>(
        std::popcount(static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(block, line_feed)))));
    at += 16;
  }
#endif
  for (; at != end; ++at) count += *at == '\n' ? 1 : 0;
  return count;
}

}  // namespace xuncha
