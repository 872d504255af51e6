#include "crawler/dns_cache.h"

#include <algorithm>
#include <utility>

namespace xuncha {
namespace {

std::string key_of(std::string_view name, Family family) {
  std::string key(name);
  key += family == Family::kIpv6 ? '6' : '4';
  return key;
}

}  // namespace

std::string_view dns_status_name(DnsStatus status) {
  switch (status) {
    case DnsStatus::kAnswered:
      return "answered";
    case DnsStatus::kNoData:
      return "no data";
    case DnsStatus::kNxdomain:
      return "NXDOMAIN";
    case DnsStatus::kServfail:
      return "server failure";
    case DnsStatus::kTimeout:
      return "timeout";
    case DnsStatus::kBadName:
      return "bad name";
    case DnsStatus::kStopped:
      return "stopped";
  }
  return "server failure";
}

std::chrono::seconds DnsCache::lifetime(const DnsAnswer& answer) const {
  switch (answer.status) {
    case DnsStatus::kAnswered:
      return std::clamp(answer.ttl, limits_.ttl_min, limits_.ttl_max);
    case DnsStatus::kNoData:
    case DnsStatus::kNxdomain:
      return std::min(std::max(answer.ttl, limits_.ttl_min), limits_.negative_ttl_max);
    case DnsStatus::kServfail:
    case DnsStatus::kTimeout:
      return limits_.failure_ttl;
    case DnsStatus::kBadName:
    case DnsStatus::kStopped:
      break;
  }
  return std::chrono::seconds(0);
}

const DnsAnswer* DnsCache::find(std::string_view name, Family family, SteadyTime now) {
  const auto found = index_.find(key_of(name, family));
  if (found == index_.end()) return nullptr;
  const auto entry = found->second;
  if (entry->until <= now) {
    index_.erase(found);
    entries_.erase(entry);
    return nullptr;
  }
  entries_.splice(entries_.begin(), entries_, entry);
  return &entry->answer;
}

void DnsCache::put(std::string_view name, Family family, DnsAnswer answer, SteadyTime now) {
  const auto life = lifetime(answer);
  if (life.count() <= 0 || limits_.entries_max == 0) return;
  std::string key = key_of(name, family);
  if (const auto found = index_.find(key); found != index_.end()) {
    const auto entry = found->second;
    index_.erase(found);
    entries_.erase(entry);
  }
  while (entries_.size() >= limits_.entries_max) {
    index_.erase(entries_.back().key);
    entries_.pop_back();
    ++evictions_;
  }
  entries_.push_front(Entry{std::move(key), std::move(answer), now + life});
  index_.emplace(entries_.front().key, entries_.begin());
}

void DnsCache::forget(std::string_view name, Family family) {
  const auto found = index_.find(key_of(name, family));
  if (found == index_.end()) return;
  const auto entry = found->second;
  index_.erase(found);
  entries_.erase(entry);
}

void DnsCache::clear() {
  index_.clear();
  entries_.clear();
}

}  // namespace xuncha
