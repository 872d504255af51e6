#include "core/date_text.h"

#include "core/code_points.h"

namespace xuncha {
namespace {

char32_t plain(char32_t c) {
  if (c >= 0x3400 && c <= 0x9FFF) return c == U'零' ? U'〇' : c;
  if (c < 0x80) return c == U'\t' || c == U'\n' || c == U'\r' || c == U'\f' ? U' ' : c;
  if (c >= 0xFF01 && c <= 0xFF5E) return c - 0xFF01 + U'!';
  switch (c) {
    case 0x00A0:
    case 0x3000:
    case 0xFEFF:
      return U' ';
    case 0x2212:  // minus
      return U'-';
    case U'○':
    case U'◯':
      return U'〇';
    case U'∶':
    case U'︰':
      return U':';
    default:
      if (c >= 0x2000 && c <= 0x200B) return U' ';
      if (c >= 0x2010 && c <= 0x2013) return U'-';
      return c;
  }
}

}  // namespace

DateText::DateText(std::string_view text) {
  units.resize(text.size());
  offset.resize(text.size() + 1);
  char32_t* unit = units.data();
  std::uint32_t* place = offset.data();
  for (std::size_t at = 0; at < text.size();) {
    *place++ = static_cast<std::uint32_t>(at);
    *unit++ = plain(next_code_point(text, at));
  }
  *place = static_cast<std::uint32_t>(text.size());
  const auto count = static_cast<std::size_t>(unit - units.data());
  units.resize(count);
  offset.resize(count + 1);
}

bool is_han(char32_t c) {
  return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || c == U'〇' || (c >= 0x20000 && c <= 0x3FFFF);
}

bool is_opening(char32_t c) {
  return std::u32string_view(U"([{<（【〔［〖「『《〈“‘").find(c) != std::u32string_view::npos;
}

bool is_closing(char32_t c) {
  return std::u32string_view(U")]}>）】〕］〗」』》〉”’").find(c) != std::u32string_view::npos;
}

int han_digit(char32_t c) {
  switch (c) {
    case U'〇':
      return 0;
    case U'一':
      return 1;
    case U'二':
      return 2;
    case U'三':
      return 3;
    case U'四':
      return 4;
    case U'五':
      return 5;
    case U'六':
      return 6;
    case U'七':
      return 7;
    case U'八':
      return 8;
    case U'九':
      return 9;
    default:
      return -1;
  }
}

bool DateCursor::take(char32_t unit) {
  if (at >= text->size() || peek() != unit) return false;
  ++at;
  return true;
}

bool DateCursor::take(std::u32string_view word) {
  if (!text->has(at, word)) return false;
  at += word.size();
  return true;
}

void DateCursor::skip_blanks(std::size_t most) {
  for (; most > 0 && peek() == U' '; --most) ++at;
}

int DateCursor::take_digits(std::size_t fewest, std::size_t most) {
  std::size_t count = 0;
  int value = 0;
  for (; count <= most && is_digit(peek(count)); ++count) value = value * 10 + static_cast<int>(peek(count) - U'0');
  if (count < fewest || count > most) return -1;
  at += count;
  return value;
}

int DateCursor::take_han_number() {
  DateCursor next = *this;
  int tens = 0;
  if (next.take(U'十')) {
    tens = 1;
  } else if (next.take(U'廿')) {
    tens = 2;
  } else if (next.take(U'卅')) {
    tens = 3;
  } else if (han_digit(next.peek()) >= 1 && next.peek(1) == U'十') {
    tens = han_digit(next.peek());
    next.at += 2;
  } else if (han_digit(next.peek()) >= 1 && next.peek(1) == U'〇') {  // 三〇
    tens = han_digit(next.peek());
    ++next.at;
  }
  const int units = han_digit(next.peek());
  if (units > 0 || (units == 0 && tens > 0)) ++next.at;
  const int value = tens * 10 + (units > 0 ? units : 0);
  if (value == 0 || han_digit(next.peek()) >= 0 || next.peek() == U'十') return -1;
  at = next.at;
  return value;
}

int DateCursor::take_number() {
  return is_digit(peek()) ? take_digits(1, 2) : take_han_number();
}

}  // namespace xuncha
