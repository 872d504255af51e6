#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/fetch.h"
#include "core/ip_address.h"
#include "crawler/connect_table.h"
#include "crawler/resolver.h"

namespace xuncha {

// Where a host may be reached, or why nowhere.
struct HostAddresses {
  TransportError error = TransportError::kNone;  // kNone, kDns*, kAddressRefused, kUnknownHost, kEngineError
  Family family = Family::kAny;                  // of the addresses, or the one asked for
  std::vector<Endpoint> endpoints;               // allowed by the address policy, in the order of the answer
  std::optional<IpAddress> refused;              // of kAddressRefused: the first refused address and its range
  std::string refused_range;
  bool asked_dns = false;  // false: literal, `localhost` or an override
  std::string words;       // for people, empty when there is no error

  // Drops what a narrower policy does not allow. False when there were addresses and none is left: kAddressRefused.
  bool refuse_by(const AddressPolicy& policy);
};

// Do IPv4 and IPv6 work from here? Changed at run time by who measures it.
struct OwnFamilies {
  bool ipv4 = true;
  bool ipv6 = true;
};

// Turns a host into addresses: literals and overrides first, `localhost` names are loopback (RFC 6761 6.3), else DNS;
// judged by the address policy. kAny is IPv4 where the host has A and IPv4 works here, else IPv6.
// Thread rule: confined to one thread.
class HostLookup {
 public:
  using Handler = std::function<void(HostAddresses)>;
  // The resolver must outlive this.
  HostLookup(Resolver& resolver, ConnectTable table, AddressPolicy policy, OwnFamilies own);

  // What can be said at once, without asking anybody. `host` as Url::host() gives it.
  std::optional<HostAddresses> find_now(std::string_view host, std::uint16_t port, Family family);
  // Asks what must be asked. The handler may be called before find() returns, when nothing need be asked.
  void find(std::string_view host, std::uint16_t port, Family family, Handler handler);
  // What was answered before no longer holds: the next question is asked anew.
  void forget(std::string_view host, Family family);

  void set_own_families(OwnFamilies own) { own_ = own; }
  void set_policy(AddressPolicy policy) { policy_ = std::move(policy); }
  std::uint64_t refused() const { return refused_; }

 private:
  // The answers known so far; nullptr: not asked yet.
  struct Known {
    const DnsAnswer* v4 = nullptr;
    const DnsAnswer* v6 = nullptr;
    const DnsAnswer* of(Family family) const { return family == Family::kIpv6 ? v6 : v4; }
  };
  struct Search;

  std::optional<HostAddresses> without_dns(std::string_view host, std::uint16_t port, Family family);
  // nullopt: `need` must be asked first.
  std::optional<HostAddresses> settle(std::uint16_t port, Family family, const Known& known, Family& need);
  std::optional<HostAddresses> settle_any(std::uint16_t port, const Known& known, Family& need);
  HostAddresses judge(const std::vector<Endpoint>& endpoints, Family family, bool asked_dns);
  HostAddresses from_answer(std::uint16_t port, Family family, const DnsAnswer& answer);
  bool is_own(Family family) const { return family == Family::kIpv6 ? own_.ipv6 : own_.ipv4; }
  void proceed(const std::shared_ptr<Search>& search);

  Resolver& resolver_;
  ConnectTable table_;
  AddressPolicy policy_;
  OwnFamilies own_;
  std::uint64_t refused_ = 0;
};

}  // namespace xuncha
