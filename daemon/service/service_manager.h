#pragma once

#include <optional>
#include <string>

#include "core/clock.h"

namespace xuncha {

// What the service manager is told (sd_notify(3)); without one (NOTIFY_SOCKET unset) every call does nothing.
// Thread rule: confined to one thread.
class ServiceManager {
 public:
  ServiceManager();

  void ready(const std::string& status);
  void status(const std::string& status);
  void reloading();
  void stopping();
  // We are alive. REQUIRES: everything that must turn has turned.
  void feed_watchdog();
  // Opening the store takes longer: `more` from now.
  void extend_timeout(Milliseconds more);

  // How often the watchdog is to be fed (half of WATCHDOG_USEC); none: there is no watchdog.
  std::optional<Milliseconds> watchdog_interval() const { return watchdog_interval_; }

 private:
  std::optional<Milliseconds> watchdog_interval_;
  std::string last_status_;
};

}  // namespace xuncha
