#include "crawler/connect_table.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace xuncha {
namespace {

Error usage(std::string_view text, std::string message) {
  return Error{ErrorCode::kUsage, std::string(text), std::move(message)};
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  if (text.empty() || text.size() > 5 || text.front() == '0') return std::nullopt;
  unsigned value = 0;
  for (char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<unsigned>(c - '0');
  }
  if (value > 65535) return std::nullopt;
  return static_cast<std::uint16_t>(value);
}

// Cuts the host off the front: up to the first colon, or a whole bracketed part. Empty when there is none.
std::string_view take_host(std::string_view& rest) {
  std::size_t end = rest.find(':');
  if (!rest.empty() && rest.front() == '[') {
    const std::size_t bracket = rest.find(']');
    end = bracket == std::string_view::npos ? 0 : bracket + 1;
  }
  const std::string_view host = rest.substr(0, end);
  rest.remove_prefix(host.size());
  return host;
}

// Cuts ":PORT" off the front, digits up to the next colon.
std::optional<std::uint16_t> take_port(std::string_view& rest) {
  if (rest.empty() || rest.front() != ':') return std::nullopt;
  rest.remove_prefix(1);
  const std::string_view digits = rest.substr(0, rest.find(':'));
  rest.remove_prefix(digits.size());
  return parse_port(digits);
}

std::string key_of(std::string_view host, std::uint16_t port) {
  if (host.ends_with('.')) host.remove_suffix(1);
  std::string key(host);
  std::transform(key.begin(), key.end(), key.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return key + ':' + std::to_string(port);
}

}  // namespace

Result<Endpoint> parse_endpoint(std::string_view text, std::uint16_t port) {
  if (const auto bare = parse_address(text)) return Endpoint{*bare, port};
  std::string_view rest = text;
  const auto address = parse_address(take_host(rest));
  if (!address) return usage(text, "must be ADDR:PORT with an IPv4 address or an IPv6 address in brackets");
  if (rest.empty()) return Endpoint{*address, port};
  const auto written = take_port(rest);
  if (!written || !rest.empty()) return usage(text, "the port must be a number from 1 to 65535");
  return Endpoint{*address, *written};
}

Status ConnectTable::add(std::string_view text) {
  std::string_view rest = text;
  const std::string_view host = take_host(rest);
  const auto port = take_port(rest);
  if (host.empty() || !port || rest.size() < 2) {
    return usage(text, "must be HOST:PORT:ADDR[:PORT], IPv6 addresses in brackets");
  }
  rest.remove_prefix(1);
  if (rest.front() != '[' && std::count(rest.begin(), rest.end(), ':') > 1) {
    return usage(text, "an IPv6 address must stand in brackets");
  }
  auto endpoint = parse_endpoint(rest, *port);
  if (!endpoint) return usage(text, endpoint.error().message);
  entries_[key_of(host, *port)].push_back(endpoint.value());
  return Done{};
}

const std::vector<Endpoint>& ConnectTable::find(std::string_view host, std::uint16_t port) const {
  static const std::vector<Endpoint> kNone;
  if (entries_.empty()) return kNone;
  const auto entry = entries_.find(key_of(host, port));
  return entry == entries_.end() ? kNone : entry->second;
}

}  // namespace xuncha
