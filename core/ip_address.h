#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace xuncha {

enum class Family : std::uint8_t { kAny, kIpv4, kIpv6 };
std::string_view family_name(Family family);  // "ipv4", "ipv6", "any"

// An IPv4 or IPv6 address; sixteen bytes, IPv4 as ::ffff:a.b.c.d (the family tells it from a mapped IPv6 address).
struct IpAddress {
  Family family = Family::kIpv4;
  std::array<std::uint8_t, 16> bytes{};
  auto operator<=>(const IpAddress&) const = default;

  static IpAddress v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d);
};

// A literal address: dotted quad (decimal, no leading zeros) or RFC 4291 2.2 text, with or without brackets; no zone,
// no other spellings.
std::optional<IpAddress> parse_address(std::string_view text);
// Dotted quad, or RFC 5952 (mapped addresses with a dotted tail, as its section 5 asks).
std::string format_address(const IpAddress& address);
// IPv6 as the URL standard serialises it, without brackets: RFC 5952 4, never a dotted tail.
std::string format_ipv6_hex(const std::array<std::uint8_t, 16>& bytes);

// A CIDR range.
struct Cidr {
  IpAddress address;
  int prefix_bits = 0;  // of the family: 0-32 or 0-128
  bool contains(const IpAddress& other) const;
  friend bool operator==(const Cidr&, const Cidr&) = default;
};
// "ADDRESS/BITS", or an address alone for exactly that one. Bits behind the prefix are cleared. nullopt when malformed.
std::optional<Cidr> parse_cidr(std::string_view text);
std::string format_cidr(const Cidr& cidr);

// May we connect there? Refused: everything that is not global unicast by the IANA special-purpose registries (RFC 6890
// and successors), mapped and compatible IPv6 addresses included. NAT64 (64:ff9b::/96), 6to4 and Teredo addresses are
// judged by the IPv4 addresses inside them: an IPv6-only network reaches every IPv4 site through NAT64.
struct AddressVerdict {
  bool allowed = false;
  std::string range;  // the refusing range as CIDR, empty when allowed
};
// Thread rule: immutable, may be asked from any thread.
class AddressPolicy {
 public:
  // `permitted` are ranges that are allowed although they are refused by default (--allow-cidr, allow_cidr). A range
  // permits only addresses of its own family written plainly: 10.0.0.0/8 does not open 64:ff9b::a00:1.
  explicit AddressPolicy(std::vector<Cidr> permitted = {});
  AddressVerdict judge(const IpAddress& address) const;

 private:
  std::vector<Cidr> permitted_;
};

// Is the port one of the WHATWG Fetch standard's "bad ports" (https://fetch.spec.whatwg.org/#port-blocking)?
bool is_bad_port(std::uint16_t port);

}  // namespace xuncha
