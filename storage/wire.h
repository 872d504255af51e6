#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace xuncha {

// The small alphabet that all values are written in: variable-length integers (seven bits a byte, low first), zigzag
// for signed ones, length-prefixed bytes. Pure; any thread.

inline void put_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

inline std::uint64_t zigzag(std::int64_t value) {
  return static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
}

inline std::int64_t unzigzag(std::uint64_t value) {
  return static_cast<std::int64_t>(value >> 1 ^ (~(value & 1) + 1));
}

inline void put_bytes(std::string& out, std::string_view bytes) {
  put_varint(out, bytes.size());
  out.append(bytes);
}

inline void put_fixed32(std::string& out, std::uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) out.push_back(static_cast<char>(value >> shift));
}

inline void put_fixed64(std::string& out, std::uint64_t value) {
  put_fixed32(out, static_cast<std::uint32_t>(value));
  put_fixed32(out, static_cast<std::uint32_t>(value >> 32));
}

// Reads what the functions above wrote. After the first fault everything reads as zero or empty, failed() is true and
// nothing is left, so that a loop over a reader always ends.
class WireReader {
 public:
  explicit WireReader(std::string_view bytes) : rest_(bytes) {}

  bool done() const { return rest_.empty(); }
  bool failed() const { return failed_; }
  void fail() {
    failed_ = true;
    rest_ = {};
  }

  std::uint8_t byte() {
    if (rest_.empty()) {
      fail();
      return 0;
    }
    const auto value = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return value;
  }

  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (rest_.empty()) break;
      const auto next = static_cast<std::uint8_t>(rest_.front());
      rest_.remove_prefix(1);
      if (shift == 63 && next > 1) break;
      value |= std::uint64_t{next & 0x7fu} << shift;
      if (next < 0x80) return value;
    }
    fail();
    return 0;
  }

  std::uint32_t varint32() {
    const std::uint64_t value = varint();
    if (value > UINT32_MAX) {
      fail();
      return 0;
    }
    return static_cast<std::uint32_t>(value);
  }

  std::string_view bytes() { return take(varint()); }

  std::string_view take(std::uint64_t size) {
    if (size > rest_.size()) {
      fail();
      return {};
    }
    const std::string_view value = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return value;
  }

  std::uint64_t fixed64() {
    const std::string_view raw = take(8);
    std::uint64_t value = 0;
    for (std::size_t index = raw.size(); index-- > 0;) value = value << 8 | static_cast<std::uint8_t>(raw[index]);
    return value;
  }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

}  // namespace xuncha
