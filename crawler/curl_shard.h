#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.h"
#include "core/fetch.h"
#include "core/ip_address.h"
#include "core/limits.h"
#include "core/probe.h"
#include "core/result.h"
#include "crawler/certificate.h"
#include "crawler/connect_table.h"
#include "crawler/fetch_limits.h"
#include "crawler/host_lookup.h"
#include "crawler/resolver.h"
#include "crawler/zone_look.h"

namespace boost::asio {
class io_context;
}

namespace xuncha {

struct ShardOptions {
  std::string user_agent = "xuncha";
  AddressPolicy policy;
  ConnectTable connect;
  ResolverOptions resolver;
  std::string ca_file = "/etc/ssl/certs/ca-certificates.crt";  // Debian's ca-certificates
  std::string extra_ca_file;                                   // --cacert; empty for none
  long connections_kept = limits::kConnectionsKept;
  OwnFamilies own;
  FetchLimits limits;
  const Clock* clock = nullptr;  // the system's when null; must outlive the shard
};

// Counts since the start.
struct ShardCounters {
  std::uint64_t fetches = 0;
  std::uint64_t connects = 0;           // sockets opened: the rest of the requests used kept connections
  std::uint64_t refused_addresses = 0;  // by the address policy or as bad ports: nothing was sent
  std::uint64_t refused_connects = 0;   // sockets or requests to another address than the pinned one: must stay 0
  std::uint64_t second_addresses = 0;   // the first address could not be connected
  std::uint64_t rebuilds = 0;           // libcurl's state was in doubt
  std::uint64_t limit_reached = 0;      // fetches ended by one of our bounds (body, head, ratio, time)
  std::uint64_t dns_cache_evictions = 0;
  ResolverCounters dns;
};

// The fetcher: HTTP by libcurl, DNS by c-ares, both in the loop of one io_context. Resolves, judges and pins one
// address for each request; sees no cookie, proxy, redirect or password; bounds everything by FetchLimits and
// core/limits.h. Ignores SIGPIPE for the whole process and initialises libcurl, so the first one is created before
// other threads. Thread rule: created, called and destroyed on the thread that runs the io_context; handlers are called
// there, never from inside fetch(), resolve() or stop(). Not to be destroyed from a handler. Does not queue: how many
// requests run at once is the frontier's to decide.
class CurlShard final : public Fetcher {
 public:
  // kUsage for certificate files, kUnavailable when the system gives no descriptor or memory.
  static Result<std::unique_ptr<CurlShard>> create(boost::asio::io_context& context, ShardOptions options);
  // Handlers of what is under way are dropped, not called.
  ~CurlShard() override;

  // Every request is answered exactly once. TransportError names:
  // - kAddressRefused: `refused_range` is the CIDR, or "port N" of a bad port; attempt.address the refused address;
  // - kDnsNoAddress, kDnsNxdomain, kDnsFailure, kUnknownHost: attempt.phase kDns;
  // - kEngineError also when only a family that does not work from here (OwnFamilies) would reach the host.
  // A status, headers and the part of a body that arrived before an error are kept. When the first address cannot be
  // connected, one other of the same family is tried; the attempt names the last, its words the first.
  // tls_not_after is set where the request opened a TLS connection.
  // One of class kProbe tests the whole path: the name is asked for anew and the connection is a new one.
  // One of `old_tls` ends with its handshake, on a new connection and whatever certificate it shows: no request is
  // sent, and certificate_of_answer() names the version.
  void fetch(FetchRequest request, Handler handler) override;

  void locate(const Url& url, LocateHandler handler) override;

  // How long each step took of the answer whose handler is being called. REQUIRES: called from inside that handler.
  const PhaseTimes& phases_of_answer() const;
  // The certificate that the answer's handshake showed; none where a kept connection was used. REQUIRES: the same.
  const std::optional<Certificate>& certificate_of_answer() const;

  // Where would a request to this host go? `host` as Url::host() gives it. From the cache where it can.
  using ResolveHandler = std::function<void(HostAddresses)>;
  void resolve(std::string_view host, std::uint16_t port, Family family, ResolveHandler handler);

  // The next question for this name is asked anew.
  void forget(std::string_view host);
  // The name servers of the host's zone; nothing but DNS is sent, and to permitted addresses only.
  void look_at_zone(std::string_view host, ZoneLook::Permitted permitted, ZoneLook::Handler handler);

  // Ends everything under way as kEngineError; later requests end so too.
  void stop();
  // Ends all transfers as kEngineError and opens fresh connections and lookups from now on: after a suspend or a change
  // of the own network.
  void start_over(std::string_view why);
  void set_own_families(OwnFamilies own);
  // For requests from now on.
  void set_policy(AddressPolicy policy);
  ShardCounters counters() const;

 private:
  struct Impl;
  explicit CurlShard(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace xuncha
