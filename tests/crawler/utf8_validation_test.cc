#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

#include "core/code_points.h"
#include "crawler/charset_decoders.h"

namespace xuncha {
namespace {

// By the decoder of single characters: the first that comes out as U+FFFD without being written so.
std::size_t prefix_by_characters(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    if (next_code_point(text, at) == kReplacementCharacter && text.substr(begin, at - begin) != "\xEF\xBF\xBD") {
      return begin;
    }
  }
  return text.size();
}

std::string bytes_of(std::uint32_t value, std::size_t size) {
  std::string bytes;
  for (std::size_t index = size; index-- > 0;) bytes.push_back(static_cast<char>(value >> 8 * index & 0xFF));
  return bytes;
}

// Unicode 15, table 3-7: every pair and triple of bytes, at the beginning, across the border of a block, and at the
// end.
TEST(Utf8Validation, EveryTripleOfBytesIsJudgedAsByTheTable) {
  const std::string filler(40, 'x');
  for (std::uint32_t value = 0; value < 1u << 24; value += value < 1u << 16 ? 1 : 13) {
    const std::string triple = bytes_of(value, 3);
    const std::size_t wanted = prefix_by_characters(triple);
    ASSERT_EQ(valid_utf8_prefix(triple), wanted) << std::hex << value;
    const std::string across = filler.substr(0, 14) + triple + filler.substr(0, 20);
    ASSERT_EQ(valid_utf8_prefix(across), prefix_by_characters(across)) << std::hex << value;
    const std::string last = filler.substr(0, 29) + triple;
    ASSERT_EQ(valid_utf8_prefix(last), prefix_by_characters(last)) << std::hex << value;
  }
}

TEST(Utf8Validation, FourByteCharactersAreJudgedAsByTheTable) {
  for (const std::uint32_t lead : {0xEFu, 0xF0u, 0xF1u, 0xF3u, 0xF4u, 0xF5u, 0xF8u, 0xFFu}) {
    for (std::uint32_t rest = 0; rest < 1u << 24; rest += 251) {
      const std::string text = "0123456789ABCD" + bytes_of(lead << 24 | rest, 4) + "0123456789ABCDEF";
      ASSERT_EQ(valid_utf8_prefix(text), prefix_by_characters(text)) << std::hex << lead << ' ' << rest;
    }
  }
}

TEST(Utf8Validation, TextWithOneBrokenByteIsValidUpToIt) {
  const auto seed = std::random_device{}();
  std::mt19937 random(seed);
  const std::string_view characters[] = {"a", "<", "é", "政", "府", "，", "\u3000", "😀", "𠮷"};
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    const std::size_t size = random() % 90;
    while (text.size() < size) text += characters[random() % std::size(characters)];
    ASSERT_EQ(valid_utf8_prefix(text), text.size()) << "seed " << seed;
    if (text.empty()) continue;
    text[random() % text.size()] = static_cast<char>(random());
    if (random() % 4 == 0) text.resize(random() % text.size());
    ASSERT_EQ(valid_utf8_prefix(text), prefix_by_characters(text)) << "seed " << seed << " round " << round;
  }
}

}  // namespace
}  // namespace xuncha
