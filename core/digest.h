#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace xuncha {

// 128 bits of a non-cryptographic hash (XXH3): names a URL's key form within a site. Collisions at 10^8 URLs: 1.5e-23.
struct Fingerprint {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  auto operator<=>(const Fingerprint&) const = default;
};

Fingerprint fingerprint(std::string_view bytes);
// 64 bits of XXH3, for tables in memory only (never stored as an identity).
std::uint64_t hash64(std::string_view bytes);
// SHA-256, 32 bytes.
std::array<std::uint8_t, 32> sha256(std::string_view bytes);
// Lower-case hex.
std::string to_hex(const std::uint8_t* bytes, std::size_t size);
std::string sha256_hex(std::string_view bytes);

}  // namespace xuncha

template <>
struct std::hash<xuncha::Fingerprint> {
  std::size_t operator()(const xuncha::Fingerprint& value) const noexcept { return value.low; }
};
