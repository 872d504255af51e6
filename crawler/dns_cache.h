#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/clock.h"
#include "core/ip_address.h"
#include "core/limits.h"

namespace xuncha {

enum class DnsStatus : std::uint8_t {
  kAnswered,  // addresses of the asked family
  kNoData,    // NOERROR without such an address
  kNxdomain,
  kServfail,  // SERVFAIL, REFUSED, malformed or contradictory answers
  kTimeout,   // nobody answered
  kBadName,   // the name cannot be asked
  kStopped,   // we gave up: stop()
};
std::string_view dns_status_name(DnsStatus status);

// One answer for one name and one family.
struct DnsAnswer {
  DnsStatus status = DnsStatus::kServfail;
  std::vector<IpAddress> addresses;  // in the order of the answer, at most limits::kDnsAddressesMax, each once
  std::chrono::seconds ttl{0};       // of the answer (negative: of its SOA, RFC 2308 5), not yet clamped
  std::string words;                 // the library's, empty when answered
};

struct DnsCacheLimits {
  std::size_t entries_max = limits::kDnsCacheEntriesMax;
  std::chrono::seconds ttl_min = limits::kDnsTtlMin;
  std::chrono::seconds ttl_max = limits::kDnsTtlMax;
  std::chrono::seconds negative_ttl_max = limits::kDnsNegativeTtlMax;
  std::chrono::seconds failure_ttl = limits::kDnsFailureTtl;
};

// Answers by name and family, forgotten after their clamped TTL, the least recently used first when full.
// Thread rule: confined to one thread.
class DnsCache {
 public:
  explicit DnsCache(DnsCacheLimits limits = {}) : limits_(limits) {}
  // nullptr when unknown or over; valid until the next call.
  const DnsAnswer* find(std::string_view name, Family family, SteadyTime now);
  // kBadName and kStopped are not kept.
  void put(std::string_view name, Family family, DnsAnswer answer, SteadyTime now);
  void forget(std::string_view name, Family family);
  void clear();
  std::size_t size() const { return entries_.size(); }
  std::uint64_t evictions() const { return evictions_; }

 private:
  struct Entry {
    std::string key;
    DnsAnswer answer;
    SteadyTime until;
  };
  std::chrono::seconds lifetime(const DnsAnswer& answer) const;

  DnsCacheLimits limits_;
  std::list<Entry> entries_;  // most recently used first
  std::unordered_map<std::string_view, std::list<Entry>::iterator> index_;
  std::uint64_t evictions_ = 0;
};

}  // namespace xuncha
