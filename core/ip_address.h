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

// An IPv4 or IPv6 address; sixteen bytes, IPv4 as ::ffff:a.b.c.d.
struct IpAddress {
  Family family = Family::kIpv4;
  std::array<std::uint8_t, 16> bytes{};
  auto operator<=>(const IpAddress&) const = default;

  static IpAddress v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d);
};

// A literal address: dotted quad or RFC 4291 text, with or without brackets; no zone, no other spellings.
std::optional<IpAddress> parse_address(std::string_view text);
// Dotted quad, or RFC 5952.
std::string format_address(const IpAddress& address);

// A CIDR range.
struct Cidr {
  IpAddress address;
  int prefix_bits = 0;  // of the family: 0-32 or 0-128
  bool contains(const IpAddress& other) const;
};
std::optional<Cidr> parse_cidr(std::string_view text);
std::string format_cidr(const Cidr& cidr);

// May we connect there? Refused: everything that is not global unicast by the IANA special-purpose registries (RFC 6890
// and successors), with the embedded IPv4 address of NAT64, 6to4, Teredo, mapped and compatible addresses judged again.
struct AddressVerdict {
  bool allowed = false;
  std::string range;  // the refusing range as CIDR, empty when allowed
};
class AddressPolicy {
 public:
  // `permitted` are ranges that are allowed although they are refused by default (--allow-cidr, allow_cidr).
  explicit AddressPolicy(std::vector<Cidr> permitted = {});
  AddressVerdict judge(const IpAddress& address) const;

 private:
  std::vector<Cidr> permitted_;
};

// Is the port one of the WHATWG Fetch standard's "bad ports"?
bool is_bad_port(std::uint16_t port);

}  // namespace xuncha
