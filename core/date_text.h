#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// The text that dates are looked for in, made easy to read: part of core/dates. Internal.
namespace xuncha {

// One unit a code point: full-width ASCII is ASCII, every kind of blank a space, every kind of short dash '-', the
// numerals 零 and ○ are 〇. `offset[i]` is the byte where unit i begins; there is one more for the end.
struct DateText {
  explicit DateText(std::string_view text);

  std::u32string units;
  std::vector<std::uint32_t> offset;

  std::size_t size() const { return units.size(); }
  // The unit at `at`; U+0000 before the beginning (as the index wraps) and behind the end.
  char32_t operator[](std::size_t at) const { return at < units.size() ? units[at] : U'\0'; }
  bool has(std::size_t at, std::u32string_view word) const {
    return at <= units.size() && std::u32string_view(units).substr(at, word.size()) == word;
  }
};

inline bool is_digit(char32_t c) {
  return c >= U'0' && c <= U'9';
}
inline bool is_letter(char32_t c) {
  return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z');
}
bool is_han(char32_t c);
bool is_opening(char32_t c);  // brackets and quotation marks
bool is_closing(char32_t c);
// The value of 〇一二三四五六七八九, -1 for others.
int han_digit(char32_t c);

// A place in the text that reading moves on. Copied to try something.
struct DateCursor {
  DateCursor(const DateText& read, std::size_t begin) : text(&read), at(begin) {}

  const DateText* text;
  std::size_t at;

  char32_t peek(std::size_t ahead = 0) const { return (*text)[at + ahead]; }
  bool take(char32_t unit);
  bool take(std::u32string_view word);
  void skip_blanks(std::size_t most = 2);
  // A run of `fewest` to `most` (at most eight) digits that is not longer; -1 and no move otherwise.
  int take_digits(std::size_t fewest, std::size_t most);
  // 一 to 九十九 as Chinese writes small numbers: 十, 十二, 二十, 二十六, 廿六, 卅一, 三〇; -1 and no move otherwise.
  int take_han_number();
  // Either of one or two digits.
  int take_number();
};

}  // namespace xuncha
