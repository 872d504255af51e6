#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "core/ip_address.h"
#include "crawler/host_lookup.h"
#include "crawler/zone_look.h"

namespace xuncha {

class CurlShard;

// Asks for the addresses of one family, kIpv4 or kIpv6, without a request to the host. The seam between a patrol and
// the resolver. Thread rule: confined to one thread; the handler may be called at once, and may be called when who
// asked is gone.
class NameLookup {
 public:
  using Handler = std::function<void(HostAddresses)>;
  virtual ~NameLookup() = default;
  // `host` as Url::host() gives it.
  virtual void resolve(std::string_view host, std::uint16_t port, Family family, Handler handler) = 0;
  // What was answered of this name no longer holds: the next question is asked anew. For a second look.
  virtual void forget(std::string_view /*host*/) {}
  // The name servers of the host's zone, asked over IPv6 (crawler/zone_look.h); by default nothing is known.
  // NOLINTNEXTLINE(performance-unnecessary-value-param): others keep what they are handed.
  virtual void name_servers(std::string_view /*host*/, ZoneLook::Permitted /*permitted*/, ZoneLook::Handler handler) {
    handler({});
  }
};

// By the resolver and the overrides of a shard, which must outlive it.
std::unique_ptr<NameLookup> names_of(CurlShard& shard);

}  // namespace xuncha
