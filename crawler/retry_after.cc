#include "crawler/retry_after.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "core/civil.h"
#include "core/limits.h"

namespace xuncha {
namespace {

Milliseconds clamped(Milliseconds delay) {
  return std::clamp(delay, limits::kRetryAfterMin, limits::kRetryAfterMax);
}

}  // namespace

std::optional<Milliseconds> parse_retry_after(std::string_view field, WallTime now) {
  const std::size_t begin = field.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return std::nullopt;
  field = field.substr(begin, field.find_last_not_of(" \t") - begin + 1);

  if (field.find_first_not_of("0123456789") != std::string_view::npos) {
    const std::optional<WallTime> date = parse_http_date(field);
    if (!date) return std::nullopt;
    return clamped(*date - now);
  }
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), seconds);
  const std::int64_t seconds_max = std::chrono::floor<std::chrono::seconds>(limits::kRetryAfterMax).count();
  if (error == std::errc::result_out_of_range) seconds = seconds_max;
  return clamped(std::chrono::seconds(std::min(seconds, seconds_max)));
}

}  // namespace xuncha
