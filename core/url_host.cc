#include "core/url_host.h"

#include <cstdint>
#include <cstdio>
#include <optional>

#include "core/code_points.h"
#include "core/ip_address.h"
#include "core/url.h"
#include "core/url_bytes.h"

namespace xuncha {

namespace {

constexpr std::uint64_t kNumberMax = 0xFFFFFFFFFFu;  // numbers are held here, all above 2^32 are out of range

// "IPv4 number parser": decimal, 0x hexadecimal, 0 octal; nullopt when it is no number.
std::optional<std::uint64_t> parse_ipv4_number(std::string_view text) {
  if (text.empty()) return std::nullopt;
  unsigned radix = 10;
  if (text.size() >= 2 && text[0] == '0') {
    const bool hexadecimal = text[1] == 'x' || text[1] == 'X';
    radix = hexadecimal ? 16 : 8;
    text.remove_prefix(hexadecimal ? 2 : 1);
  }
  std::uint64_t value = 0;
  for (const char c : text) {
    const int digit = hex_digit_value(c);
    if (digit < 0 || static_cast<unsigned>(digit) >= radix) return std::nullopt;
    value = value * radix + static_cast<unsigned>(digit);
    if (value > kNumberMax) value = kNumberMax;
  }
  return value;
}

bool all_digits(std::string_view text) {
  for (const char c : text) {
    if (!is_ascii_digit(c)) return false;
  }
  return !text.empty();
}

std::string_view last_label(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  const std::size_t dot = host.rfind('.');
  return dot == std::string_view::npos ? host : host.substr(dot + 1);
}

// "Ends in a number checker".
bool ends_in_number(std::string_view host) {
  const std::string_view label = last_label(host);
  if (label.empty() || !is_ascii_digit(label[0])) return false;
  return all_digits(label) || parse_ipv4_number(label).has_value();
}

// "IPv4 parser".
std::optional<std::uint32_t> parse_ipv4(std::string_view text) {
  if (text.ends_with('.')) text.remove_suffix(1);
  std::uint64_t parts[4] = {};
  std::size_t count = 0;
  while (true) {
    if (count == 4) return std::nullopt;
    const std::size_t dot = text.find('.');
    const auto number = parse_ipv4_number(text.substr(0, dot));
    if (!number) return std::nullopt;
    parts[count++] = *number;
    if (dot == std::string_view::npos) break;
    text.remove_prefix(dot + 1);
  }
  const std::uint64_t last = parts[count - 1];
  if (last >= std::uint64_t{1} << (8 * (5 - count))) return std::nullopt;
  std::uint64_t address = last;
  for (std::size_t index = 0; index + 1 < count; ++index) {
    if (parts[index] > 255) return std::nullopt;
    address += parts[index] << (8 * (3 - index));
  }
  return static_cast<std::uint32_t>(address);
}

bool append_ipv4(std::string& out, std::string_view text) {
  const auto address = parse_ipv4(text);
  if (!address) return false;
  char quad[16];
  const int size = std::snprintf(quad, sizeof quad, "%u.%u.%u.%u", *address >> 24, *address >> 16 & 255u,
                                 *address >> 8 & 255u, *address & 255u);
  out.append(quad, static_cast<std::size_t>(size));
  return true;
}

bool append_ipv6(std::string& out, std::string_view text) {
  const auto address = parse_address(text);
  if (!address || address->family != Family::kIpv6) return false;
  out += '[';
  out += format_ipv6_hex(address->bytes);
  out += ']';
  return true;
}

std::string percent_decode(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool encoded = text[at] == '%' && at + 2 < text.size() && hex_digit_value(text[at + 1]) >= 0 &&
                         hex_digit_value(text[at + 2]) >= 0;
    if (!encoded) {
      out.push_back(text[at]);
      continue;
    }
    out.push_back(static_cast<char>(hex_digit_value(text[at + 1]) << 4 | hex_digit_value(text[at + 2])));
    at += 2;
  }
  return out;
}

}  // namespace

bool append_host(std::string& out, std::string_view text) {
  bool plain = true;
  for (const char c : text) plain &= !is_url_byte(c, kHostUnplain);
  if (plain) {
    if (ends_in_number(text)) return append_ipv4(out, text);
    out.append(text);
    return !text.empty();
  }
  if (text.front() == '[') return text.back() == ']' && append_ipv6(out, text);
  const auto domain = domain_to_ascii(percent_decode(text));
  if (!domain || domain->empty()) return false;
  for (const char c : *domain) {
    if (is_url_byte(c, kForbiddenDomain)) return false;
  }
  if (ends_in_number(*domain)) return append_ipv4(out, *domain);
  out += *domain;
  return true;
}

}  // namespace xuncha
