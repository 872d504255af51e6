#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/clock.h"
#include "core/ip_address.h"

// The single values of a configuration as text, both ways. Pure; any thread.
namespace xuncha {

// As parse_duration, and whole days up to ten years ("1095d").
std::optional<Milliseconds> parse_span(std::string_view text);
// "15s", "10m", "1h30m", "14d": parse_span reads it back.
std::string format_span(Milliseconds span);

// A whole number with B, KiB, MiB, GiB or TiB.
std::optional<std::uint64_t> parse_size(std::string_view text);
std::string format_size(std::uint64_t bytes);  // in the largest unit that divides it

// "HH:MM", 00:00 to 23:59.
std::optional<std::chrono::minutes> parse_time_of_day(std::string_view text);

// "192.0.2.1:53", "[2001:db8::1]:53"; the port must be there. 0 is a port too.
struct AddressAndPort {
  IpAddress address;
  std::uint16_t port = 0;
};
std::optional<AddressAndPort> parse_address_and_port(std::string_view text);

// Does `text` match `pattern`, in which `*` stands for any characters and `?` for one byte? Linear in their product.
bool matches_glob(std::string_view pattern, std::string_view text);

// The word most like `text` (edit distance at most a third of it); empty when none is.
std::string_view nearest_word(std::string_view text, std::span<const std::string_view> words);

}  // namespace xuncha
