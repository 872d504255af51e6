#include "crawler/host_lookup.h"

#include <algorithm>
#include <utility>

namespace xuncha {
namespace {

std::string_view without_dot(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  return host;
}

bool is_localhost(std::string_view name) {
  return name == "localhost" || name.ends_with(".localhost");
}

HostAddresses failure(TransportError error, Family family, std::string words, bool asked_dns) {
  HostAddresses result;
  result.error = error;
  result.family = family;
  result.words = std::move(words);
  result.asked_dns = asked_dns;
  return result;
}

std::string no_address_words(Family family) {
  if (family == Family::kAny) return "the name has no address";
  return std::string("the name has no ") + (family == Family::kIpv6 ? "AAAA" : "A") + " record";
}

bool has_failed(const DnsAnswer& answer) {
  return answer.status == DnsStatus::kServfail || answer.status == DnsStatus::kTimeout;
}

}  // namespace

struct HostLookup::Search {
  std::string host;
  std::uint16_t port = 0;
  Family family = Family::kAny;
  Handler handler;
  std::optional<DnsAnswer> v4;
  std::optional<DnsAnswer> v6;
};

bool HostAddresses::refuse_by(const AddressPolicy& policy) {
  if (endpoints.empty()) return true;
  std::erase_if(endpoints, [&](const Endpoint& endpoint) {
    const AddressVerdict verdict = policy.judge(endpoint.address);
    if (verdict.allowed) return false;
    if (!refused) {
      refused = endpoint.address;
      refused_range = verdict.range;
    }
    return true;
  });
  if (!endpoints.empty()) return true;
  error = TransportError::kAddressRefused;
  words = format_address(*refused) + " lies in " + refused_range;
  return false;
}

HostLookup::HostLookup(Resolver& resolver, ConnectTable table, AddressPolicy policy, OwnFamilies own)
    : resolver_(resolver), table_(std::move(table)), policy_(std::move(policy)), own_(own) {}

HostAddresses HostLookup::judge(const std::vector<Endpoint>& endpoints, Family family, bool asked_dns) {
  HostAddresses result;
  result.asked_dns = asked_dns;
  result.family = family;
  // kAny: the family is the one that works here, IPv4 first; a literal leaves no choice.
  if (family == Family::kAny) {
    const auto has = [&endpoints](Family one) {
      return std::any_of(endpoints.begin(), endpoints.end(),
                         [one](const Endpoint& endpoint) { return endpoint.address.family == one; });
    };
    const bool takes_v4 = has(Family::kIpv4) && (own_.ipv4 || !has(Family::kIpv6));
    result.family = takes_v4 ? Family::kIpv4 : Family::kIpv6;
  }
  for (const Endpoint& endpoint : endpoints) {
    if (endpoint.address.family != result.family) continue;
    const AddressVerdict verdict = policy_.judge(endpoint.address);
    if (verdict.allowed) {
      result.endpoints.push_back(endpoint);
    } else if (!result.refused) {
      result.refused = endpoint.address;
      result.refused_range = verdict.range;
    }
  }
  if (!result.endpoints.empty()) return result;
  if (result.refused) {
    ++refused_;
    result.error = TransportError::kAddressRefused;
    result.words = format_address(*result.refused) + " lies in " + result.refused_range;
    return result;
  }
  result.error = TransportError::kDnsNoAddress;
  result.words = no_address_words(family);
  return result;
}

HostAddresses HostLookup::from_answer(std::uint16_t port, Family family, const DnsAnswer& answer) {
  const auto words = [&answer] {
    return answer.words.empty() ? std::string(dns_status_name(answer.status)) : answer.words;
  };
  switch (answer.status) {
    case DnsStatus::kAnswered:
      break;
    case DnsStatus::kNoData:
      return failure(TransportError::kDnsNoAddress, family, no_address_words(family), true);
    case DnsStatus::kNxdomain:
      return failure(TransportError::kDnsNxdomain, family, words(), true);
    case DnsStatus::kBadName:
      return failure(TransportError::kUnknownHost, family, words(), false);
    case DnsStatus::kStopped:
      return failure(TransportError::kEngineError, family, words(), true);
    case DnsStatus::kServfail:
    case DnsStatus::kTimeout:
      return failure(TransportError::kDnsFailure, family, words(), true);
  }
  std::vector<Endpoint> endpoints;
  endpoints.reserve(answer.addresses.size());
  for (const IpAddress& address : answer.addresses) endpoints.push_back({address, port});
  return judge(endpoints, family, true);
}

std::optional<HostAddresses> HostLookup::without_dns(std::string_view host, std::uint16_t port, Family family) {
  if (const auto& overrides = table_.find(host, port); !overrides.empty()) return judge(overrides, family, false);
  if (const auto literal = parse_address(host)) return judge({{*literal, port}}, family, false);
  const std::string_view name = without_dot(host);
  if (!is_askable_name(name)) {
    return failure(TransportError::kUnknownHost, family, "the name cannot be asked (RFC 1035 2.3.4)", false);
  }
  if (!is_localhost(name)) return std::nullopt;
  IpAddress loopback_v6;
  loopback_v6.family = Family::kIpv6;
  loopback_v6.bytes[15] = 1;
  return judge({{IpAddress::v4(127, 0, 0, 1), port}, {loopback_v6, port}}, family, false);
}

std::optional<HostAddresses> HostLookup::settle(std::uint16_t port, Family family, const Known& known, Family& need) {
  if (family == Family::kAny) return settle_any(port, known, need);
  const DnsAnswer* answer = known.of(family);
  need = family;
  if (answer == nullptr) return std::nullopt;
  return from_answer(port, family, *answer);
}

std::optional<HostAddresses> HostLookup::settle_any(std::uint16_t port, const Known& known, Family& need) {
  const Family first = own_.ipv4 || !own_.ipv6 ? Family::kIpv4 : Family::kIpv6;
  const Family second = first == Family::kIpv4 ? Family::kIpv6 : Family::kIpv4;
  need = first;
  const DnsAnswer* preferred = known.of(first);
  if (preferred == nullptr) return std::nullopt;
  const bool ends = preferred->status == DnsStatus::kNxdomain || preferred->status == DnsStatus::kBadName ||
                    preferred->status == DnsStatus::kStopped;
  if (ends) return from_answer(port, Family::kAny, *preferred);
  if (preferred->status == DnsStatus::kAnswered && is_own(first)) return from_answer(port, first, *preferred);

  need = second;
  const DnsAnswer* other = known.of(second);
  if (other == nullptr) return std::nullopt;
  if (other->status == DnsStatus::kAnswered && is_own(second)) return from_answer(port, second, *other);
  // Addresses that we cannot reach from here say nothing about the host.
  if (preferred->status == DnsStatus::kAnswered || other->status == DnsStatus::kAnswered) {
    const Family has = preferred->status == DnsStatus::kAnswered ? first : second;
    return failure(TransportError::kEngineError, has,
                   "the host has only " + std::string(family_name(has)) + ", which does not work from here", true);
  }
  if (has_failed(*preferred)) return from_answer(port, Family::kAny, *preferred);
  if (has_failed(*other)) return from_answer(port, Family::kAny, *other);
  return failure(TransportError::kDnsNoAddress, Family::kAny, no_address_words(Family::kAny), true);
}

std::optional<HostAddresses> HostLookup::find_now(std::string_view host, std::uint16_t port, Family family) {
  if (auto known = without_dns(host, port, family)) return known;
  const std::string_view name = without_dot(host);
  // Each is copied out only when found: a second look into the cache may end the first answer's life.
  std::optional<DnsAnswer> v4;
  std::optional<DnsAnswer> v6;
  Known known;
  for (int step = 0; step < 2; ++step) {
    Family need = Family::kIpv4;
    if (auto settled = settle(port, family, known, need)) return settled;
    const DnsAnswer* answer = resolver_.cached(name, need);
    if (answer == nullptr) return std::nullopt;
    auto& kept = need == Family::kIpv6 ? v6 : v4;
    kept = *answer;
    (need == Family::kIpv6 ? known.v6 : known.v4) = &*kept;
  }
  Family need = Family::kIpv4;
  return settle(port, family, known, need);
}

void HostLookup::forget(std::string_view host, Family family) {
  for (const Family each : {Family::kIpv4, Family::kIpv6}) {
    if (family == Family::kAny || family == each) resolver_.forget(without_dot(host), each);
  }
}

void HostLookup::find(std::string_view host, std::uint16_t port, Family family, Handler handler) {
  auto search = std::make_shared<Search>();
  search->host = without_dot(host);
  search->port = port;
  search->family = family;
  search->handler = std::move(handler);
  if (auto known = without_dns(host, port, family)) {
    search->handler(std::move(*known));
    return;
  }
  proceed(search);
}

void HostLookup::proceed(const std::shared_ptr<Search>& search) {
  const Known known{search->v4 ? &*search->v4 : nullptr, search->v6 ? &*search->v6 : nullptr};
  Family need = Family::kIpv4;
  if (auto settled = settle(search->port, search->family, known, need)) {
    search->handler(std::move(*settled));
    return;
  }
  resolver_.lookup(search->host, need, [this, search, need](const DnsAnswer& answer) {
    (need == Family::kIpv6 ? search->v6 : search->v4) = answer;
    proceed(search);
  });
}

}  // namespace xuncha
