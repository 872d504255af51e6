#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "crawler/html_names.h"

namespace xuncha {

// Phrases that are looked for all at once, in one pass over a text. They are in small letters and have at least three
// bytes: the first three tell at nearly every byte that none begins there. Built by the compiler; immutable.
template <std::size_t kCount>
class PhraseTable {
 public:
  constexpr explicit PhraseTable(const std::string_view (&phrases)[kCount]) {
    for (std::size_t index = 0; index < kCount; ++index) {
      const std::string_view phrase = phrases[index];
      phrases_[index] = phrase;
      heads_[index] = byte(phrase.at(0)) | byte(phrase.at(1)) << 8 | byte(phrase.at(2)) << 16;
      begins_[slot_of(heads_[index]) / 64] |= std::uint64_t{1} << slot_of(heads_[index]) % 64;
    }
  }

  // The phrase that stands in `text`, whose ASCII letters may be of any case; of several the first of the table, empty
  // when there is none.
  std::string_view find_in(std::string_view text) const {
    if (text.size() < 3) return {};
    std::size_t found = kCount;
    std::uint32_t head = byte(text[0]) << 8 | byte(text[1]) << 16;
    for (std::size_t at = 0; at + 3 <= text.size(); ++at) {
      head = head >> 8 | byte(text[at + 2]) << 16;
      if (!may_begin(head)) continue;
      for (std::size_t index = 0; index < found; ++index) {
        const bool is_it =
            heads_[index] == head && equals_lower(text.substr(at, phrases_[index].size()), phrases_[index]);
        if (is_it) found = index;
      }
    }
    return found == kCount ? std::string_view() : phrases_[found];
  }
  bool has_any_in(std::string_view text) const { return !find_in(text).empty(); }

 private:
  static constexpr std::size_t kSlots = 2048;

  // A byte, letters small.
  static constexpr std::uint32_t byte(char c) {
    return static_cast<unsigned char>(c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c);
  }
  static constexpr std::size_t slot_of(std::uint32_t head) { return (head * 0x9E3779B1u) >> 21; }
  bool may_begin(std::uint32_t head) const { return (begins_[slot_of(head) / 64] >> slot_of(head) % 64 & 1) != 0; }

  std::array<std::string_view, kCount> phrases_;
  std::array<std::uint32_t, kCount> heads_{};
  std::array<std::uint64_t, kSlots / 64> begins_{};
};

}  // namespace xuncha
