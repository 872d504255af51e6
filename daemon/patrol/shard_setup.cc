#include "daemon/patrol/shard_setup.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>

#include "core/version.h"

namespace xuncha {
namespace {

// Is there a route to the IPv6 internet? Connecting a datagram socket sends nothing.
bool has_ipv6_route() {
  const int descriptor = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return false;
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_port = htons(53);
  address.sin6_addr.s6_addr[0] = 0x24;  // 2400::/12, where China's networks are
  address.sin6_addr.s6_addr[15] = 1;
  const bool routed = connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  close(descriptor);
  return routed;
}

// Whom a portal's operator may ask about our requests: the postmaster of the machine that sends them (RFC 2142).
std::string own_contact() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0') return "postmaster@localhost";
  return std::string("postmaster@") + name.data();
}

std::string connect_text(const ConnectOverride& entry) {
  const std::string address = format_address(entry.address);
  const bool is_ipv6 = entry.address.family == Family::kIpv6;
  return entry.host + ":" + std::to_string(entry.port) + ":" + (is_ipv6 ? "[" + address + "]" : address) + ":" +
         std::to_string(entry.address_port);
}

}  // namespace

bool speaks_ipv6(const std::vector<Cidr>& permitted) {
  return std::any_of(permitted.begin(), permitted.end(),
                     [](const Cidr& range) { return range.address.family == Family::kIpv6; }) ||
         has_ipv6_route();
}

Result<ShardOptions> shard_options(const NetworkOptions& options, const Clock& clock) {
  ShardOptions shard;
  shard.user_agent = std::string("Mozilla/5.0 (compatible; xuncha/") + XUNCHA_VERSION + "; +" +
                     (options.contact.empty() ? own_contact() : options.contact) + ")";
  shard.policy = AddressPolicy(options.allow_cidr);
  bool is_told = false;
  for (const ConnectOverride& entry : options.connect) {
    is_told = is_told || entry.address.family == Family::kIpv6;
    Status added = shard.connect.add(connect_text(entry));
    if (!added) return added.error();
  }
  for (const DnsServer& server : options.resolvers) shard.resolver.servers.push_back({server.address, server.port});
  if (options.dns) shard.resolver.servers = {{options.dns->address, options.dns->port}};
  shard.extra_ca_file = options.cacert;
  shard.own.ipv6 = is_told || speaks_ipv6(options.allow_cidr);
  shard.clock = &clock;
  return shard;
}

}  // namespace xuncha
