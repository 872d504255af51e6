#pragma once

#include <cstdint>
#include <functional>

#include "core/ip_address.h"

namespace xuncha {

// What is known of the network that we ask from.
enum class NetworkState : std::uint8_t {
  kUntold,  // there is nobody to ask, or nobody who can tell
  kWell,
  kDown,  // or came back too lately for a failure to be told by
};

// Is a failure to reach a host our own network's? The seam between a patrol and whoever
// knows. Thread rule: confined to the thread of the patrol.
class OwnNetwork {
 public:
  using Handler = std::function<void(NetworkState)>;
  virtual ~OwnNetwork() = default;
  // How it is now over one family (kAny: over either). Nothing older than some seconds is told: it may be asked first.
  // The handler may be called at once, and is called exactly once while the OwnNetwork lives.
  virtual void ask(Family family, Handler handler) = 0;
};

}  // namespace xuncha
