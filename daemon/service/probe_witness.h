#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

#include "core/clock.h"
#include "core/ip_address.h"

namespace xuncha {

// Which network an address lies in, roughly: its /16, of IPv6 its /32. 0 is no network.
std::uint64_t network_of(const IpAddress& address);

// What the visits of other sites say of our own network: one that opened
// elsewhere clears it, many that failed together accuse it. Pure. Thread rule: confined to one thread.
class ProbeWitness {
 public:
  // A visit of that site ended. `network` as far as it is known; visits of unknown networks accuse nobody.
  void note(std::uint32_t site, Family family, std::uint64_t network, bool opened, SteadyTime at);

  // Did a site on another network open over this family, and not before that time?
  bool opened_elsewhere(Family family, std::uint64_t network, SteadyTime since) const;
  // More than 30 % of the sites visited within a minute before or after that time failed, on three networks at least.
  bool is_crowd(Family family, SteadyTime at) const;

 private:
  struct Note {
    SteadyTime at;
    std::uint64_t network;
    std::uint32_t site;
    Family family;
    bool opened;
  };
  bool is_crowd_within(Family family, SteadyTime from, SteadyTime to) const;

  static constexpr std::size_t kNotesMax = 50'000;  // five minutes of 14,000 sites over both families

  std::deque<Note> notes_;
};

}  // namespace xuncha
