#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/ip_address.h"
#include "core/limits.h"
#include "core/result.h"
#include "crawler/connect_table.h"
#include "crawler/dns_cache.h"

namespace boost::asio {
class io_context;
}

namespace xuncha {

struct ResolverOptions {
  std::vector<Endpoint> servers;  // empty: those of /etc/resolv.conf
  Milliseconds timeout = limits::kDnsTimeout;
  int tries = limits::kDnsTries;
  int queries_in_flight_max = limits::kDnsQueriesInFlightMax;
  DnsCacheLimits cache;
  const Clock* clock = nullptr;  // the system's when null; must outlive the resolver
};

struct ResolverCounters {
  std::uint64_t queries = 0;  // sent to a server
  std::uint64_t cache_hits = 0;
  std::uint64_t joined = 0;             // lookups that waited for an equal one under way
  std::uint64_t waiting_max = 0;        // longest queue behind queries_in_flight_max
  std::uint64_t addresses_dropped = 0;  // over limits::kDnsAddressesMax
};

// Asks DNS for A and AAAA apart, by c-ares in the loop of the shard: only DNS (no hosts file, no search list), with TCP
// where an answer is cut. Of several servers the next is asked when one fails, and NXDOMAIN is the answer only when two
// say so; one that no other confirms is kServfail or kTimeout, whichever the others were.
// Thread rule: confined to the thread of the io_context; handlers are called there, never from inside lookup().
class Resolver {
 public:
  using Handler = std::function<void(const DnsAnswer&)>;
  static Result<std::unique_ptr<Resolver>> create(boost::asio::io_context& context, ResolverOptions options);
  ~Resolver();  // drops what is under way without calling back
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  // `name` is ASCII in lower case without a trailing dot; `family` kIpv4 or kIpv6.
  void lookup(std::string_view name, Family family, Handler handler);
  // The raw answer to a question of another type (RFC 1035 3.2.2), asked of one server and not kept; empty when there
  // is none or it is negative.
  using RawHandler = std::function<void(const std::string& answer)>;
  void ask(std::string_view name, int type, RawHandler handler);
  // What the cache holds, without asking. nullptr when nothing; valid until the next call.
  const DnsAnswer* cached(std::string_view name, Family family);
  // Ends every lookup as kStopped; their handlers are called later. The resolver stays usable.
  void cancel();
  void forget();                                      // empties the cache: after a change of network
  void forget(std::string_view name, Family family);  // one answer
  ResolverCounters counters() const;
  std::uint64_t cache_evictions() const;

 private:
  struct Impl;
  explicit Resolver(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

// RFC 1035 2.3.4: labels of 1-63 octets, 253 in all; nothing is said about the letters.
bool is_askable_name(std::string_view name);

}  // namespace xuncha
