#include "core/punycode.h"

#include <algorithm>
#include <cstdint>

#include "core/code_points.h"

namespace xuncha {

namespace {

// RFC 3492 5.
constexpr std::uint32_t kBase = 36;
constexpr std::uint32_t kMinimum = 1;
constexpr std::uint32_t kMaximum = 26;
constexpr std::uint32_t kSkew = 38;
constexpr std::uint32_t kDamp = 700;
constexpr std::uint32_t kInitialBias = 72;
constexpr std::uint32_t kInitialCodePoint = 0x80;
constexpr std::uint32_t kValueMax = 0x7FFFFFFF;

// Both directions are quadratic in the label: beyond this no label is real (63 octets is the limit of the DNS).
constexpr std::size_t kLabelMax = 1024;

std::uint32_t adapt(std::uint32_t delta, std::uint32_t count, bool first) {
  delta = first ? delta / kDamp : delta / 2;
  delta += delta / count;
  std::uint32_t steps = 0;
  while (delta > (kBase - kMinimum) * kMaximum / 2) {
    delta /= kBase - kMinimum;
    steps += kBase;
  }
  return steps + (kBase - kMinimum + 1) * delta / (delta + kSkew);
}

std::uint32_t threshold(std::uint32_t k, std::uint32_t bias) {
  return k <= bias ? kMinimum : std::min(k - bias, kMaximum);
}

char digit_char(std::uint32_t digit) {
  return static_cast<char>(digit < 26 ? 'a' + digit : '0' + (digit - 26));
}

int digit_value(char c) {
  if (is_ascii_digit(c)) return c - '0' + 26;
  if (is_ascii_alpha(c)) return to_ascii_lower(c) - 'a';
  return -1;
}

void append_number(std::string& out, std::uint32_t value, std::uint32_t bias) {
  for (std::uint32_t k = kBase;; k += kBase) {
    const std::uint32_t t = threshold(k, bias);
    if (value < t) break;
    out.push_back(digit_char(t + (value - t) % (kBase - t)));
    value = (value - t) / (kBase - t);
  }
  out.push_back(digit_char(value));
}

}  // namespace

std::optional<std::string> punycode_encode(std::u32string_view label) {
  if (label.size() > kLabelMax) return std::nullopt;
  std::string out;
  for (const char32_t c : label) {
    if (c < kInitialCodePoint) out.push_back(static_cast<char>(c));
  }
  const auto basic = static_cast<std::uint32_t>(out.size());
  if (basic > 0) out.push_back('-');
  std::uint32_t code_point = kInitialCodePoint;
  std::uint32_t delta = 0;
  std::uint32_t bias = kInitialBias;
  for (std::uint32_t handled = basic; handled < label.size();) {
    char32_t next = kValueMax;
    for (const char32_t c : label) {
      if (c >= code_point) next = std::min(next, c);
    }
    if (next - code_point > (kValueMax - delta) / (handled + 1)) return std::nullopt;
    delta += (next - code_point) * (handled + 1);
    code_point = next;
    for (const char32_t c : label) {
      if (c < code_point) ++delta;
      if (c != code_point) continue;
      append_number(out, delta, bias);
      bias = adapt(delta, handled + 1, handled == basic);
      delta = 0;
      ++handled;
    }
    ++delta;
    ++code_point;
  }
  return out;
}

std::optional<std::u32string> punycode_decode(std::string_view text) {
  if (text.size() > kLabelMax) return std::nullopt;
  std::u32string out;
  if (const std::size_t dash = text.rfind('-'); dash != std::string_view::npos) {
    for (const char c : text.substr(0, dash)) {
      if (static_cast<unsigned char>(c) >= 0x80) return std::nullopt;
      out.push_back(static_cast<unsigned char>(c));
    }
    text.remove_prefix(dash + 1);
  }
  std::uint32_t code_point = kInitialCodePoint;
  std::uint32_t index = 0;
  std::uint32_t bias = kInitialBias;
  while (!text.empty()) {
    const std::uint32_t before = index;
    std::uint32_t weight = 1;
    for (std::uint32_t k = kBase;; k += kBase) {
      if (text.empty()) return std::nullopt;
      const int digit = digit_value(text.front());
      text.remove_prefix(1);
      if (digit < 0) return std::nullopt;
      const auto value = static_cast<std::uint32_t>(digit);
      if (value > (kValueMax - index) / weight) return std::nullopt;
      index += value * weight;
      const std::uint32_t t = threshold(k, bias);
      if (value < t) break;
      if (weight > kValueMax / (kBase - t)) return std::nullopt;
      weight *= kBase - t;
    }
    const auto count = static_cast<std::uint32_t>(out.size()) + 1;
    bias = adapt(index - before, count, before == 0);
    if (index / count > kValueMax - code_point) return std::nullopt;
    code_point += index / count;
    index %= count;
    if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF)) return std::nullopt;
    out.insert(out.begin() + index, code_point);
    ++index;
  }
  return out;
}

}  // namespace xuncha
