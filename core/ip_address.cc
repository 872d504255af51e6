#include "core/ip_address.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

namespace xuncha {

namespace {

constexpr int kMappedOffset = 12;  // where the IPv4 address stands in the sixteen bytes

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Exactly four decimal numbers 0-255 without leading zeros.
bool parse_dotted_quad(std::string_view text, std::uint8_t* out) {
  for (int part = 0; part < 4; ++part) {
    if (part > 0) {
      if (text.empty() || text.front() != '.') return false;
      text.remove_prefix(1);
    }
    std::size_t digits = 0;
    int value = 0;
    while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') {
      value = value * 10 + (text[digits] - '0');
      if (++digits > 3) return false;
    }
    if (digits == 0 || value > 255 || (digits > 1 && text[0] == '0')) return false;
    out[part] = static_cast<std::uint8_t>(value);
    text.remove_prefix(digits);
  }
  return text.empty();
}

// RFC 4291 2.2, which is also what the URL standard's IPv6 parser accepts.
bool parse_ipv6(std::string_view text, std::array<std::uint8_t, 16>& out) {
  std::array<std::uint16_t, 8> pieces{};
  int count = 0;
  int gap = -1;
  if (text.starts_with(':')) {
    if (!text.starts_with("::")) return false;
    text.remove_prefix(2);
    gap = 0;
  }
  while (!text.empty()) {
    if (count == 8) return false;
    if (text.front() == ':') {
      if (gap >= 0) return false;
      gap = count;
      text.remove_prefix(1);
      continue;
    }
    std::size_t digits = 0;
    int value = 0;
    while (digits < 4 && digits < text.size() && hex_value(text[digits]) >= 0) {
      value = value * 16 + hex_value(text[digits++]);
    }
    if (digits < text.size() && text[digits] == '.') {
      std::array<std::uint8_t, 4> quad{};
      if (count > 6 || !parse_dotted_quad(text, quad.data())) return false;
      pieces[static_cast<std::size_t>(count++)] = static_cast<std::uint16_t>(quad[0] << 8 | quad[1]);
      pieces[static_cast<std::size_t>(count++)] = static_cast<std::uint16_t>(quad[2] << 8 | quad[3]);
      text = {};
      break;
    }
    if (digits == 0) return false;
    pieces[static_cast<std::size_t>(count++)] = static_cast<std::uint16_t>(value);
    text.remove_prefix(digits);
    if (text.empty()) break;
    if (text.front() != ':') return false;
    text.remove_prefix(1);
    if (text.empty()) return false;
  }
  if (gap < 0 && count != 8) return false;
  if (gap >= 0) {
    if (count == 8) return false;
    std::move_backward(pieces.begin() + gap, pieces.begin() + count, pieces.end());
    std::fill(pieces.begin() + gap, pieces.end() - (count - gap), std::uint16_t{0});
  }
  for (std::size_t index = 0; index < 8; ++index) {
    out[index * 2] = static_cast<std::uint8_t>(pieces[index] >> 8);
    out[index * 2 + 1] = static_cast<std::uint8_t>(pieces[index] & 0xff);
  }
  return true;
}

std::string quad_text(const std::uint8_t* bytes) {
  char text[16];
  const int size = std::snprintf(text, sizeof text, "%d.%d.%d.%d", bytes[0], bytes[1], bytes[2], bytes[3]);
  return {text, static_cast<std::size_t>(size)};
}

bool is_mapped(const std::array<std::uint8_t, 16>& bytes) {
  static constexpr std::array<std::uint8_t, 12> kPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  return std::equal(kPrefix.begin(), kPrefix.end(), bytes.begin());
}

int family_bits(Family family) {
  return family == Family::kIpv4 ? 32 : 128;
}

// The prefix within the sixteen bytes.
int total_bits(const Cidr& cidr) {
  return cidr.address.family == Family::kIpv4 ? 96 + cidr.prefix_bits : cidr.prefix_bits;
}

// Refused by default (the IANA special-purpose registries, RFC 6890). The first match gives the range that is told, so
// narrow ranges stand before the wide ones that hold them.
constexpr const char* kRefusedText[] = {
    "0.0.0.0/8",           // RFC 791 3.2, this network
    "10.0.0.0/8",          // RFC 1918
    "100.64.0.0/10",       // RFC 6598; a large cloud's metadata service is in here
    "127.0.0.0/8",         // RFC 1122 3.2.1.3
    "169.254.0.0/16",      // RFC 3927, and the metadata service of most clouds
    "172.16.0.0/12",       // RFC 1918
    "192.0.0.0/24",        // RFC 6890 2.1
    "192.0.2.0/24",        // RFC 5737
    "192.88.99.0/24",      // RFC 7526, 6to4 relays
    "192.168.0.0/16",      // RFC 1918
    "198.18.0.0/15",       // RFC 2544
    "198.51.100.0/24",     // RFC 5737
    "203.0.113.0/24",      // RFC 5737
    "224.0.0.0/4",         // RFC 5771, multicast
    "255.255.255.255/32",  // RFC 8190
    "240.0.0.0/4",         // RFC 1112 4, reserved
    "::/128",              // RFC 4291 2.5.2
    "::1/128",             // RFC 4291 2.5.3
    "::ffff:0:0/96",       // RFC 4291 2.5.5.2, mapped
    "::/96",               // RFC 4291 2.5.5.1, compatible
    "64:ff9b:1::/48",      // RFC 8215, NAT64 of a local network
    "100::/64",            // RFC 6666, discard
    "2001:2::/48",         // RFC 5180, benchmarks
    "2001:10::/28",        // RFC 4843, ORCHID
    "2001:20::/28",        // RFC 7343, ORCHIDv2: no packets are routed by them
    "2001:db8::/32",       // RFC 3849
    "3fff::/20",           // RFC 9637
    "fc00::/7",            // RFC 4193
    "fe80::/10",           // RFC 4291 2.5.6
    "fec0::/10",           // RFC 3879
    "ff00::/8",            // RFC 4291 2.7, multicast
    "4000::/2",            // RFC 4291 2.4: only 2000::/3 is assigned as global unicast
    "8000::/1",            // the same
};

const std::vector<Cidr>& refused_ranges() {
  static const std::vector<Cidr> kRanges = [] {
    std::vector<Cidr> ranges;
    for (const char* text : kRefusedText) ranges.push_back(parse_cidr(text).value());
    return ranges;
  }();
  return kRanges;
}

bool has_prefix(const IpAddress& address, std::initializer_list<std::uint8_t> prefix) {
  return std::equal(prefix.begin(), prefix.end(), address.bytes.begin());
}

IpAddress embedded(const IpAddress& address, std::size_t offset, std::uint8_t mask) {
  const std::uint8_t* at = &address.bytes[offset];
  const auto byte = [at, mask](int index) { return static_cast<std::uint8_t>(at[index] ^ mask); };
  return IpAddress::v4(byte(0), byte(1), byte(2), byte(3));
}

// The IPv4 addresses that packets to an IPv6 address end at or pass through.
std::vector<IpAddress> embedded_addresses(const IpAddress& address) {
  if (address.family != Family::kIpv6) return {};
  // RFC 6052 2.1: NAT64.
  if (has_prefix(address, {0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0})) return {embedded(address, 12, 0)};
  // RFC 3056 2: 6to4.
  if (has_prefix(address, {0x20, 0x02})) return {embedded(address, 2, 0)};
  // RFC 4380 4: Teredo, the server and the client (its bits inverted).
  if (has_prefix(address, {0x20, 0x01, 0, 0})) return {embedded(address, 4, 0), embedded(address, 12, 0xff)};
  return {};
}

bool is_nat64(const IpAddress& address) {
  return address.family == Family::kIpv6 && has_prefix(address, {0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0});
}

const Cidr* refusing_range(const IpAddress& address) {
  for (const Cidr& range : refused_ranges()) {
    if (range.contains(address)) return &range;
  }
  // 0000::/3 has no other use than NAT64's well-known prefix.
  static const Cidr kLow = parse_cidr("::/3").value();
  return kLow.contains(address) && !is_nat64(address) ? &kLow : nullptr;
}

// https://fetch.spec.whatwg.org/#port-blocking, in ascending order.
constexpr std::uint16_t kBadPorts[] = {
    0,    1,    7,    9,    11,   13,   15,   17,   19,   20,   21,   22,   23,   25,   37,   42,   43,
    53,   69,   77,   79,   87,   95,   101,  102,  103,  104,  109,  110,  111,  113,  115,  117,  119,
    123,  135,  137,  139,  143,  161,  179,  389,  427,  465,  512,  513,  514,  515,  526,  530,  531,
    532,  540,  548,  554,  556,  563,  587,  601,  636,  989,  990,  993,  995,  1719, 1720, 1723, 2049,
    3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080};

}  // namespace

std::string_view family_name(Family family) {
  switch (family) {
    case Family::kIpv4:
      return "ipv4";
    case Family::kIpv6:
      return "ipv6";
    case Family::kAny:
      break;
  }
  return "any";
}

IpAddress IpAddress::v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
  return {Family::kIpv4, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, d}};
}

std::optional<IpAddress> parse_address(std::string_view text) {
  const bool bracketed = text.size() >= 2 && text.front() == '[' && text.back() == ']';
  if (bracketed) text = text.substr(1, text.size() - 2);
  std::array<std::uint8_t, 4> quad{};
  if (!bracketed && parse_dotted_quad(text, quad.data())) return IpAddress::v4(quad[0], quad[1], quad[2], quad[3]);
  IpAddress address{Family::kIpv6, {}};
  if (parse_ipv6(text, address.bytes)) return address;
  return std::nullopt;
}

std::string format_ipv6_hex(const std::array<std::uint8_t, 16>& bytes) {
  const auto piece = [&bytes](int index) {
    const auto at = static_cast<std::size_t>(index) * 2;
    return bytes[at] << 8 | bytes[at + 1];
  };
  // The first of the longest runs of at least two zero pieces is left out.
  int run_begin = -1;
  int run_size = 1;
  for (int begin = 0; begin < 8; ++begin) {
    int size = 0;
    while (begin + size < 8 && piece(begin + size) == 0) ++size;
    if (size > run_size) {
      run_begin = begin;
      run_size = size;
    }
  }
  std::string text;
  for (int index = 0; index < 8; ++index) {
    if (index == run_begin) {
      text += "::";
      index += run_size - 1;
      continue;
    }
    if (!text.empty() && text.back() != ':') text += ':';
    char digits[8];
    std::snprintf(digits, sizeof digits, "%x", static_cast<unsigned>(piece(index)));
    text += digits;
  }
  return text;
}

std::string format_address(const IpAddress& address) {
  if (address.family == Family::kIpv4) return quad_text(&address.bytes[kMappedOffset]);
  if (is_mapped(address.bytes)) return "::ffff:" + quad_text(&address.bytes[kMappedOffset]);
  return format_ipv6_hex(address.bytes);
}

bool Cidr::contains(const IpAddress& other) const {
  if (other.family != address.family) return false;
  const int bits = total_bits(*this);
  const auto whole = static_cast<std::size_t>(bits / 8);
  if (std::memcmp(address.bytes.data(), other.bytes.data(), whole) != 0) return false;
  const int rest = bits % 8;
  if (rest == 0) return true;
  return ((address.bytes[whole] ^ other.bytes[whole]) >> (8 - rest)) == 0;
}

std::optional<Cidr> parse_cidr(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = parse_address(text.substr(0, slash));
  if (!address) return std::nullopt;
  Cidr cidr{*address, family_bits(address->family)};
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    if (digits.empty() || digits.size() > 3 || (digits.size() > 1 && digits[0] == '0')) return std::nullopt;
    int bits = 0;
    for (const char c : digits) {
      if (c < '0' || c > '9') return std::nullopt;
      bits = bits * 10 + (c - '0');
    }
    if (bits > family_bits(address->family)) return std::nullopt;
    cidr.prefix_bits = bits;
  }
  for (int bit = total_bits(cidr); bit < 128; ++bit) {
    cidr.address.bytes[static_cast<std::size_t>(bit / 8)] &= static_cast<std::uint8_t>(~(0x80 >> (bit % 8)));
  }
  return cidr;
}

std::string format_cidr(const Cidr& cidr) {
  return format_address(cidr.address) + "/" + std::to_string(cidr.prefix_bits);
}

AddressPolicy::AddressPolicy(std::vector<Cidr> permitted) : permitted_(std::move(permitted)) {}

AddressVerdict AddressPolicy::judge(const IpAddress& address) const {
  const auto holds = [&address](const Cidr& range) { return range.contains(address); };
  if (std::any_of(permitted_.begin(), permitted_.end(), holds)) return {true, {}};
  if (const Cidr* range = refusing_range(address)) return {false, format_cidr(*range)};
  for (const IpAddress& inner : embedded_addresses(address)) {
    if (const Cidr* range = refusing_range(inner)) return {false, format_cidr(*range)};
  }
  return {true, {}};
}

bool is_bad_port(std::uint16_t port) {
  return std::binary_search(std::begin(kBadPorts), std::end(kBadPorts), port);
}

}  // namespace xuncha
