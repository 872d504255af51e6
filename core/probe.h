#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "core/clock.h"
#include "core/fetch.h"
#include "core/ip_address.h"
#include "core/verdict.h"

// Visits of a home page by which its availability is counted: plain values between whoever makes them, keeps them and
// judges by them.
namespace xuncha {

// What one visit of the home page counts as. Numbers are stored: append only.
enum class ProbeResult : std::uint8_t {
  kOpen,
  kNotOpen,
  kUncounted,  // neither for nor against the site: ProbeVoid tells why
};

// Why a visit counts for nobody. Numbers are stored: append only.
enum class ProbeVoid : std::uint8_t {
  kNone,
  kOwnNetwork,   // our own network was down, or nothing proves that it was not
  kMaintenance,  // the site was worked on by notice
  kTurnedAway,   // the host refuses monitors, or nobody can tell what it answered
};

// How long each step of a visit took, redirects included; what was not reached is 0.
struct PhaseTimes {
  Milliseconds dns{};
  Milliseconds connect{};
  Milliseconds tls{};
  Milliseconds first_byte{};  // from the request to the first byte of its answer
  Milliseconds body{};        // from there to the end

  Milliseconds total() const { return dns + connect + tls + first_byte + body; }
  PhaseTimes& operator+=(const PhaseTimes& more) {
    dns += more.dns;
    connect += more.connect;
    tls += more.tls;
    first_byte += more.first_byte;
    body += more.body;
    return *this;
  }
  friend bool operator==(const PhaseTimes&, const PhaseTimes&) = default;
};

// One visit over one family.
struct ProbeSample {
  WallTime at{};  // when it began
  ProbeResult result = ProbeResult::kOpen;
  Phase phase = Phase::kNone;  // of kNotOpen: where it ended
  bool is_repeat = false;      // the second try after a failed one: tells an outage, counts in no share
  ProbeVoid why = ProbeVoid::kNone;
  Reason reason{};  // how it was judged; kNone of one that was only slow
  PhaseTimes times{};
  friend bool operator==(const ProbeSample&, const ProbeSample&) = default;
};

// One hour of visits, kept long after the visits themselves.
struct HourlyVisits {
  WallTime hour{};  // begins
  std::uint32_t visits = 0;
  std::uint32_t failures = 0;
  std::uint32_t uncounted = 0;  // void ones among them
  friend bool operator==(const HourlyVisits&, const HourlyVisits&) = default;
};

// The visits of one clock hour over one family, in order of time.
struct ProbeHour {
  Family family = Family::kIpv4;
  WallTime hour{};
  std::vector<ProbeSample> samples;
  friend bool operator==(const ProbeHour&, const ProbeHour&) = default;
};

// The hours of one UTC day over one family, in order; hours without visits are left out.
struct ProbeDay {
  Family family = Family::kIpv4;
  WallTime day{};
  std::vector<HourlyVisits> hours;
  friend bool operator==(const ProbeDay&, const ProbeDay&) = default;
};

}  // namespace xuncha
