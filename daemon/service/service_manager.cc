#include "daemon/service/service_manager.h"

#include <systemd/sd-daemon.h>

#include <cstdint>
#include <ctime>

namespace xuncha {
namespace {

void tell(const std::string& text) {
  sd_notify(/*unset_environment=*/0, text.c_str());
}

}  // namespace

ServiceManager::ServiceManager() {
  std::uint64_t microseconds = 0;
  if (sd_watchdog_enabled(/*unset_environment=*/0, &microseconds) > 0) {
    watchdog_interval_ = Milliseconds(static_cast<std::int64_t>(microseconds / 1000 / 2));
  }
}

void ServiceManager::ready(const std::string& status) {
  tell("READY=1\nSTATUS=" + status);
}

void ServiceManager::status(const std::string& status) {
  if (status == last_status_) return;
  last_status_ = status;
  tell("STATUS=" + status);
}

void ServiceManager::reloading() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  const std::uint64_t microseconds =
      static_cast<std::uint64_t>(now.tv_sec) * 1'000'000 + static_cast<std::uint64_t>(now.tv_nsec) / 1000;
  tell("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(microseconds));
}

void ServiceManager::stopping() {
  tell("STOPPING=1");
}

void ServiceManager::feed_watchdog() {
  tell("WATCHDOG=1");
}

void ServiceManager::extend_timeout(Milliseconds more) {
  tell("EXTEND_TIMEOUT_USEC=" + std::to_string(more.count() * 1000));
}

}  // namespace xuncha
