#pragma once

#include <memory>
#include <string>

#include "core/clock.h"
#include "daemon/config/configuration.h"
#include "daemon/patrol/own_network.h"
#include "daemon/patrol/request_pump.h"
#include "daemon/service/site_desk.h"
#include "storage/store.h"
#include "tests/storage/scratch.h"
#include "tests/support/round_harness.h"

namespace xuncha::test {

// Drives the daemon's desk in virtual time: whole rounds and rounds of the home page, each when it is due, on a real
// store in a temporary directory. Without curl, probes, mails or a second of waiting.
class DeskHarness {
 public:
  // `network` may be null, else outlives the harness.
  explicit DeskHarness(WallTime start, OwnNetwork* network = nullptr);

  SetClock& clock() { return clock_; }
  ScriptedWeb& web() { return web_; }
  SiteDesk& desk() { return *desk_; }
  Store& store() { return *store_; }

  void configure(std::shared_ptr<const Configuration> configuration);
  // All that can be done now.
  void turn();
  // Everything that happens in so much time; the clock on the wall may have been set just before.
  void pass(Milliseconds time);
  // The process ends in good order, and another one opens the store.
  void restart();

 private:
  void open();

  SetClock clock_;
  ScriptedWeb web_;
  OwnNetwork* network_;
  Scratch scratch_;
  std::shared_ptr<const Configuration> configuration_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<RequestPump> pump_;
  std::unique_ptr<SiteDesk> desk_;
};

}  // namespace xuncha::test
