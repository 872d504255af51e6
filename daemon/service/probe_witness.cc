#include "daemon/service/probe_witness.h"

#include <algorithm>
#include <vector>

#include <algorithm>
#include <array>

namespace xuncha {
namespace {

constexpr Milliseconds kAge = std::chrono::minutes(5);
constexpr Milliseconds kTogether = std::chrono::seconds(60);
constexpr Milliseconds kEdge = std::chrono::seconds(10);
constexpr double kCrowdShare = 0.3;
constexpr std::size_t kCrowdNetworks = 3;

template <class Number>
std::size_t distinct(std::vector<Number>& numbers) {
  std::sort(numbers.begin(), numbers.end());
  return static_cast<std::size_t>(std::unique(numbers.begin(), numbers.end()) - numbers.begin());
}

}  // namespace

std::uint64_t network_of(const IpAddress& address) {
  const bool is_ipv6 = address.family == Family::kIpv6;
  const std::size_t from = is_ipv6 ? 0 : 12;  // of IPv4 in its mapped form
  std::uint64_t network = is_ipv6 ? 6 : 4;
  for (std::size_t index = from; index < from + (is_ipv6 ? 4 : 2); ++index)
    network = network << 8 | address.bytes[index];
  return network;
}

void ProbeWitness::note(std::uint32_t site, Family family, std::uint64_t network, bool opened, SteadyTime at) {
  notes_.push_back({at, network, site, family, opened});
  while (notes_.size() > kNotesMax || at - notes_.front().at > kAge) notes_.pop_front();
}

bool ProbeWitness::opened_elsewhere(Family family, std::uint64_t network, SteadyTime since) const {
  for (auto note = notes_.rbegin(); note != notes_.rend() && note->at >= since; ++note) {
    if (note->opened && note->family == family && note->network != 0 && note->network != network) return true;
  }
  return false;
}

// An outage begins and ends: the minute before the failure or the one after it may be one in which all was well.
bool ProbeWitness::is_crowd(Family family, SteadyTime at) const {
  return is_crowd_within(family, at - kTogether, at + kEdge) || is_crowd_within(family, at - kEdge, at + kTogether);
}

bool ProbeWitness::is_crowd_within(Family family, SteadyTime from, SteadyTime to) const {
  std::vector<std::uint32_t> sites;
  std::vector<std::uint32_t> failed;
  std::vector<std::uint64_t> networks;
  for (auto note = notes_.rbegin(); note != notes_.rend() && note->at >= from; ++note) {
    if (note->family != family || note->at > to) continue;
    sites.push_back(note->site);
    if (note->opened) continue;
    failed.push_back(note->site);
    if (note->network != 0) networks.push_back(note->network);
  }
  const double share = kCrowdShare * static_cast<double>(distinct(sites));
  return static_cast<double>(distinct(failed)) > share && distinct(networks) >= kCrowdNetworks;
}

}  // namespace xuncha
