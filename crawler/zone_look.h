#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/ip_address.h"

namespace boost::asio {
class io_context;
}

namespace xuncha {

class Resolver;

// One name server of a zone, as a resolver with IPv6 alone meets it.
struct NameServer {
  std::string name;
  std::optional<IpAddress> ipv6;  // the address that was asked
  bool answers = false;           // for the zone, over IPv6
};

// The name servers of the zone that a host lies in (域名授权体系 of the national IPv6 indicators).
struct ZoneView {
  std::string zone;                 // empty: not known
  std::vector<NameServer> servers;  // in the order of the answer
};

struct ZoneLookOptions {
  Milliseconds timeout{2'000};  // of one question to a name server
  int tries = 2;
  std::uint16_t port = 53;
};

// Finds them by the resolver (NS, then AAAA), and asks each over IPv6 for the zone's SOA record, without recursion: one
// small datagram to the first permitted address of each, repeated once. Where the answer is cut (RFC 7766 5) or none
// comes (RFC 9715 3.2), it is asked once more by TCP. At most kNameServersMax are looked at.
// Thread rule: confined to the thread of the io_context. The handler is called once, never from inside; not any more
// when this is gone.
class ZoneLook {
 public:
  using Permitted = std::function<bool(const IpAddress&)>;
  using Handler = std::function<void(ZoneView)>;
  // The resolver must outlive it.
  ZoneLook(boost::asio::io_context& context, Resolver& resolver, ZoneLookOptions options = {});
  ~ZoneLook();
  ZoneLook(const ZoneLook&) = delete;
  ZoneLook& operator=(const ZoneLook&) = delete;

  // `host` as Url::host() gives it. Addresses that are not `permitted` are sent nothing.
  void look(std::string_view host, Permitted permitted, Handler handler);

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

inline constexpr std::size_t kNameServersMax = 13;  // as many as the root has; zones of ministries have two to six

}  // namespace xuncha
