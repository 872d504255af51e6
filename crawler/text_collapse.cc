#include "crawler/text_collapse.h"

#include <algorithm>

#include "crawler/byte_search.h"
#include "crawler/character_references.h"

namespace xuncha {
namespace {

// The bytes of the white space character that `text` begins with, 0 when it begins with none.
std::size_t space_length(std::string_view text) {
  const char c = text.front();
  if (is_html_space(c)) return 1;
  if (c == '\xC2') return text.starts_with("\u00A0") ? 2 : 0;
  if (c == '\xE3') return text.starts_with("\u3000") ? 3 : 0;
  if (c == '\xE2')
    return text.starts_with("\u2002") || text.starts_with("\u2003") || text.starts_with("\u2009") ? 3 : 0;
  return 0;
}

// Characters that are no space, in a run whose only white space is " ": bytes that are neither a space nor the second
// or later byte of a character.
struct IsCountedCharacter {
  static bool test(char c) { return c != ' ' && (static_cast<unsigned char>(c) & 0xC0) != 0x80; }
#if defined(__SSE2__)
  static __m128i test(__m128i block) {
    const __m128i leads = _mm_cmpgt_epi8(block, _mm_set1_epi8(static_cast<char>(0xBF)));
    return _mm_andnot_si128(_mm_cmpeq_epi8(block, _mm_set1_epi8(' ')), leads);
  }
#endif
};

// Bytes that collapsing may change, and few others: controls and the space, "&", and the leads of white space beyond
// ASCII (C2, E2, E3; C3 is taken along).
struct MayBeUncollapsed {
  static bool test(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte <= ' ' || byte == '&' || (byte & 0xDE) == 0xC2;
  }
#if defined(__SSE2__)
  static __m128i test(__m128i block) {
    const __m128i controls = _mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8(' ')), block);
    const __m128i leads = _mm_cmpeq_epi8(_mm_and_si128(block, _mm_set1_epi8(static_cast<char>(0xDE))),
                                         _mm_set1_epi8(static_cast<char>(0xC2)));
    return _mm_or_si128(_mm_or_si128(controls, leads), _mm_cmpeq_epi8(block, _mm_set1_epi8('&')));
  }
#endif
};

std::uint64_t count_characters(std::string_view run) {
  return count_bytes<IsCountedCharacter>(run.data(), run.data() + run.size());
}

}  // namespace

std::size_t find_uncollapsed(std::string_view text, std::size_t at) {
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const char* p = begin + at;
  while (true) {
    p = find_byte_by<MayBeUncollapsed>(p, end);
    if (p == end) return text.size();
    const auto offset = static_cast<std::size_t>(p - begin);
    const std::string_view rest = text.substr(offset);
    if (*p == ' ') {
      const bool kept = offset > at && rest.size() > 1 && rest[1] != '&' && space_length(rest.substr(1)) == 0;
      if (!kept) return offset;
    } else if (*p == '&' || *p == '\0' || space_length(rest) != 0) {
      return offset;
    }
    ++p;
  }
}

std::string_view strip_all_space(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = space_length(text);
    if (length == 0) break;
    text.remove_prefix(length);
  }
  while (!text.empty()) {
    if (is_html_space(text.back())) {
      text.remove_suffix(1);
    } else if (text.ends_with("\u00A0")) {
      text.remove_suffix(2);
    } else if (text.ends_with("\u3000") || text.ends_with("\u2002") || text.ends_with("\u2003")) {
      text.remove_suffix(3);
    } else {
      break;
    }
  }
  return text;
}

std::string_view cut_utf8(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  std::size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

void CollapsedText::clear() {
  text_.clear();
  characters_ = 0;
  space_pending_ = false;
  full_ = false;
}

// `run` holds no white space but single spaces inside.
void CollapsedText::append_run(std::string_view run) {
  if (run.empty()) return;
  characters_ += count_characters(run);
  const bool with_space = space_pending_ && !text_.empty();
  space_pending_ = false;
  if (full_) return;
  const std::size_t room = bytes_max_ - std::min(bytes_max_, text_.size() + (with_space ? 1u : 0u));
  const std::string_view kept = cut_utf8(run, room);
  full_ = kept.size() < run.size();
  if (kept.empty()) return;
  if (with_space) text_.push_back(' ');
  text_.append(kept);
}

void CollapsedText::append(std::string_view piece, HtmlText kind) {
  const bool references = kind == HtmlText::kData || kind == HtmlText::kRcdata;
  std::size_t at = 0;
  while (at < piece.size()) {
    while (is_html_space(piece[at])) {
      space_pending_ = true;
      if (++at == piece.size()) return;
    }
    const std::size_t length = space_length(piece.substr(at));
    if (length != 0) {
      space_pending_ = true;
      at += length;
      continue;
    }
    if (piece[at] == '&') {
      decoded_.clear();
      const std::size_t read = references ? append_reference(piece.substr(at), ReferencePlace::kText, decoded_) : 0;
      if (read == 0) {
        append_run("&");
        ++at;
        continue;
      }
      at += read;
      if (space_length(decoded_) != 0) {
        space_pending_ = true;
      } else {
        append_run(decoded_);
      }
      continue;
    }
    if (piece[at] == '\0') {
      ++at;
      continue;
    }
    const std::size_t end = find_uncollapsed(piece, at);
    append_run(piece.substr(at, end - at));
    at = end;
  }
}

}  // namespace xuncha
