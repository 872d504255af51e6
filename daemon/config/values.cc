#include "daemon/config/values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>
#include <vector>

#include "daemon/cli/check_options.h"

namespace xuncha {
namespace {

constexpr std::uint64_t kDaysMax = 3660;
constexpr std::size_t kWordBytesMax = 60;  // longer texts are no misspelt key

constexpr std::pair<std::string_view, int> kSizeUnits[] = {
    {"TiB", 40}, {"GiB", 30}, {"MiB", 20}, {"KiB", 10}, {"B", 0}};

std::optional<std::uint64_t> whole_number(std::string_view text) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || error != std::errc() || rest != end) return std::nullopt;
  return value;
}

std::size_t edit_distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> row(right.size() + 1);
  for (std::size_t column = 0; column < row.size(); ++column) row[column] = column;
  for (std::size_t line = 1; line <= left.size(); ++line) {
    std::size_t diagonal = std::exchange(row[0], line);
    for (std::size_t column = 1; column < row.size(); ++column) {
      const std::size_t changed = diagonal + (left[line - 1] == right[column - 1] ? 0 : 1);
      diagonal = row[column];
      row[column] = std::min({changed, row[column] + 1, row[column - 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::optional<Milliseconds> parse_span(std::string_view text) {
  if (text.ends_with('d')) {
    const auto days = whole_number(text.substr(0, text.size() - 1));
    if (days && *days > 0 && *days <= kDaysMax) return std::chrono::hours(24 * *days);
  }
  return parse_duration(text);
}

std::string format_span(Milliseconds span) {
  constexpr std::pair<std::string_view, std::int64_t> kUnits[] = {
      {"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}};
  std::string text;
  std::int64_t rest = span.count();
  for (const auto& [name, milliseconds] : kUnits) {
    if (rest < milliseconds) continue;
    text.append(std::to_string(rest / milliseconds)).append(name);
    rest %= milliseconds;
  }
  return text.empty() ? "0s" : text;
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
  for (const auto& [name, bits] : kSizeUnits) {
    if (!text.ends_with(name)) continue;
    const auto count = whole_number(text.substr(0, text.size() - name.size()));
    if (!count || *count > std::numeric_limits<std::uint64_t>::max() >> bits) return std::nullopt;
    return *count << bits;
  }
  return std::nullopt;
}

std::string format_size(std::uint64_t bytes) {
  for (const auto& [name, bits] : kSizeUnits) {
    const std::uint64_t unit = std::uint64_t{1} << bits;
    if (bytes >= unit && bytes % unit == 0) return std::to_string(bytes >> bits).append(name);
  }
  return std::to_string(bytes).append("B");
}

std::optional<std::chrono::minutes> parse_time_of_day(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const auto hours = whole_number(text.substr(0, 2));
  const auto minutes = whole_number(text.substr(3));
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  return std::chrono::minutes(*hours * 60 + *minutes);
}

std::optional<AddressAndPort> parse_address_and_port(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  const bool bracketed = text.starts_with('[') && text[colon - 1] == ']';
  if (!bracketed && text.find(':') != colon) return std::nullopt;
  const auto port = whole_number(text.substr(colon + 1));
  const auto address = parse_address(text.substr(0, colon));
  if (!port || *port > 65'535 || !address) return std::nullopt;
  return AddressAndPort{*address, static_cast<std::uint16_t>(*port)};
}

bool matches_glob(std::string_view pattern, std::string_view text) {
  std::size_t at = 0;
  std::size_t in_text = 0;
  std::size_t star = std::string_view::npos;  // the last `*` seen, and where its text began
  std::size_t star_text = 0;
  while (in_text < text.size()) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = at++;
      star_text = in_text;
    } else if (at < pattern.size() && (pattern[at] == '?' || pattern[at] == text[in_text])) {
      ++at;
      ++in_text;
    } else if (star != std::string_view::npos) {
      at = star + 1;
      in_text = ++star_text;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', at) == std::string_view::npos;
}

std::string_view nearest_word(std::string_view text, std::span<const std::string_view> words) {
  std::string_view nearest;
  if (text.size() > kWordBytesMax) return nearest;
  std::size_t least = std::max<std::size_t>(text.size() / 3, 1) + 1;
  for (const std::string_view word : words) {
    const std::size_t distance = edit_distance(text, word);
    if (distance >= least) continue;
    least = distance;
    nearest = word;
  }
  return nearest;
}

}  // namespace xuncha
