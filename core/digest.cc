#include "core/digest.h"

#include <openssl/sha.h>
// The short texts that are hashed by the hundred thousand are not worth a call.
#define XXH_INLINE_ALL
#include <xxhash.h>

namespace xuncha {

Fingerprint fingerprint(std::string_view bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return {hash.high64, hash.low64};
}

std::uint64_t hash64(std::string_view bytes) {
  return XXH3_64bits(bytes.data(), bytes.size());
}

std::array<std::uint8_t, 32> sha256(std::string_view bytes) {
  std::array<std::uint8_t, 32> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  return digest;
}

std::string to_hex(const std::uint8_t* bytes, std::size_t size) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text(size * 2, '0');
  for (std::size_t index = 0; index < size; ++index) {
    text[2 * index] = kDigits[bytes[index] >> 4];
    text[2 * index + 1] = kDigits[bytes[index] & 15];
  }
  return text;
}

std::string sha256_hex(std::string_view bytes) {
  const auto digest = sha256(bytes);
  return to_hex(digest.data(), digest.size());
}

}  // namespace xuncha
