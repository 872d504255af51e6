#pragma once

#include <cstdint>
#include <optional>

#include "core/clock.h"
#include "core/fetch.h"

namespace xuncha {

// What a request told of its host, as far as politeness and the breaker are concerned.
enum class Exchange : std::uint8_t {
  kAnswered,     // a complete HTTP answer, whatever its status
  kFailed,       // the host did not answer, or not to the end: counts for the breaker
  kFlawed,       // the host is alive but the answer is of no use (certificate, framing): counts neither way
  kNothingSent,  // the host never saw us (refused address, no such name, our own failure)
};
Exchange exchange_of(TransportError error);

// What the frontier learns of a request that ended.
struct FetchSummary {
  Exchange exchange = Exchange::kAnswered;
  Milliseconds latency{};                   // from the request's start to its end
  std::uint16_t status = 0;                 // of kAnswered
  std::optional<Milliseconds> retry_after;  // parse_retry_after; regarded with status 429 and 503
};

}  // namespace xuncha
