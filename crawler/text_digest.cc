#include "crawler/text_digest.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstring>

#include "crawler/html_names.h"

namespace xuncha {
namespace {

// The bytes of the character at `at`.
std::size_t character_length(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  const std::size_t length = lead < 0xC2 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 1;
  if (at + length > text.size()) return 1;
  for (std::size_t index = 1; index < length; ++index) {
    if ((static_cast<unsigned char>(text[at + index]) & 0xC0) != 0x80) return 1;
  }
  return length;
}

std::uint64_t mix(std::uint64_t value) {  // the finalizer of SplitMix64
  value ^= value >> 30;
  value *= 0xBF58476D1CE4E5B9u;
  value ^= value >> 27;
  value *= 0x94D049BB133111EBu;
  return value ^ (value >> 31);
}

// Spreads the eight bits of a byte over eight bytes, the lowest into the lowest: counts eight bits by one addition.
constexpr auto kSpread = [] {
  std::array<std::uint64_t, 256> spread{};
  for (std::size_t byte = 0; byte < 256; ++byte) {
    for (unsigned bit = 0; bit < 8; ++bit) spread[byte] |= std::uint64_t{(byte >> bit) & 1} << (8 * bit);
  }
  return spread;
}();

// Counts how often each of the 64 bits was set.
class BitCounts {
 public:
  void add(std::uint64_t hash) {
    for (std::size_t group = 0; group < 8; ++group) packed_[group] += kSpread[(hash >> (8 * group)) & 0xFF];
    ++total_;
    if (++pending_ == 255) flush();
  }
  std::uint64_t majority() {
    flush();
    std::uint64_t digest = 0;
    for (std::size_t bit = 0; bit < 64; ++bit) {
      if (counts_[bit] * 2 > total_) digest |= std::uint64_t{1} << bit;
    }
    return digest;
  }

 private:
  void flush() {
    for (std::size_t bit = 0; bit < 64; ++bit) counts_[bit] += (packed_[bit / 8] >> (8 * (bit % 8))) & 0xFF;
    packed_ = {};
    pending_ = 0;
  }
  std::array<std::uint64_t, 8> packed_{};
  std::array<std::uint64_t, 64> counts_{};
  std::uint64_t total_ = 0;
  int pending_ = 0;
};

}  // namespace

std::uint64_t simhash64(std::string_view text) {
  BitCounts counts;
  std::uint64_t one = 0;  // the two characters before
  std::uint64_t two = 0;
  std::size_t read = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t length = character_length(text, at);
    const std::string_view character = text.substr(at, length);
    at += length;
    if (is_html_space(character.front()) || character == "\u3000" || character == "\u00A0") continue;
    const std::uint64_t three = name_key(character);
    if (++read >= 3) counts.add(mix(one * 0x9E3779B97F4A7C15u ^ std::rotl(two, 21) ^ std::rotl(three, 42) ^ three));
    one = two;
    two = three;
  }
  if (read == 0) return 0;
  if (read < 3) counts.add(mix(one * 0x9E3779B97F4A7C15u ^ std::rotl(two, 21)));
  return counts.majority();
}

int simhash_distance(std::uint64_t left, std::uint64_t right) {
  return std::popcount(left ^ right);
}

std::string normalised_text(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  bool space = false;
  for (const char c : text) {
    if (is_html_space(c)) {
      space = true;
      continue;
    }
    if (c >= '0' && c <= '9') continue;
    if (space && !result.empty()) result.push_back(' ');
    space = false;
    result.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c);
  }
  return result;
}

double text_similarity(std::string_view left, std::string_view right) {
  if (left == right) return 1;
  if (left.empty() || right.empty()) return 0;
  const double agreeing = 1 - simhash_distance(simhash64(left), simhash64(right)) / 32.0;  // 32 bits differ by chance
  const double shorter = static_cast<double>(std::min(left.size(), right.size()));
  const double longer = static_cast<double>(std::max(left.size(), right.size()));
  return std::max(0.0, agreeing) * shorter / longer;
}

}  // namespace xuncha
