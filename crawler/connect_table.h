#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/ip_address.h"
#include "core/result.h"

namespace xuncha {

// Where a connection goes.
struct Endpoint {
  IpAddress address;
  std::uint16_t port = 0;
  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

// `ADDR`, `ADDR:PORT`, `[V6]`, `[V6]:PORT` or a bare IPv6 address; `port` where none is written. Ports are 1-65535
// without sign or leading zero. Error kUsage.
Result<Endpoint> parse_endpoint(std::string_view text, std::uint16_t port);

// The overrides of `--connect HOST:PORT:ADDR[:PORT]`: reach HOST:PORT at ADDR, as a hosts file would; names that are
// here are not asked of DNS. The address policy still judges them. Immutable once filled.
class ConnectTable {
 public:
  // Adds one entry. HOST is a name or an address (IPv6 in brackets), compared without case or trailing dot; ADDR an
  // address, IPv6 in brackets; the second PORT defaults to the first. Several entries of one HOST:PORT add up.
  Status add(std::string_view text);
  // Empty when there is no entry.
  const std::vector<Endpoint>& find(std::string_view host, std::uint16_t port) const;
  bool empty() const { return entries_.empty(); }

 private:
  std::unordered_map<std::string, std::vector<Endpoint>> entries_;
};

}  // namespace xuncha
