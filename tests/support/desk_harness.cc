#include "tests/support/desk_harness.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "core/check.h"
#include "tests/storage/small_store.h"

namespace xuncha::test {
namespace {

constexpr int kTurnsMax = 200'000;  // of one pass

}  // namespace

DeskHarness::DeskHarness(WallTime start, OwnNetwork* network) : clock_(start), web_(clock_), network_(network) {
  open();
}

void DeskHarness::open() {
  desk_.reset();
  pump_.reset();
  store_.reset();
  StoreOptions options = small_store_options();
  auto store = Store::open(scratch_.path() / "store", options);
  CHECK(store.ok());
  store_ = std::move(store).value();
  pump_ = std::make_unique<RequestPump>(FrontierOptions{}, web_, clock_);
  SiteDeskOptions desk_options;
  desk_options.network = network_;
  desk_options.home_is_held = [](const std::string&) { return false; };  // as by probes that know of nothing
  desk_ = std::make_unique<SiteDesk>(*pump_, *store_, clock_, std::move(desk_options));
  if (configuration_) CHECK(desk_->configure(configuration_).ok());
}

void DeskHarness::configure(std::shared_ptr<const Configuration> configuration) {
  configuration_ = std::move(configuration);
  CHECK(desk_->configure(configuration_).ok());
}

void DeskHarness::restart() {
  desk_->stop();
  web_.drop_answers();
  open();
}

void DeskHarness::turn() {
  do {
    desk_->pump();
    CHECK(!desk_->store_error());
  } while (web_.deliver());
}

void DeskHarness::pass(Milliseconds time) {
  const SteadyTime end = clock_.steady() + time;
  for (int turns = 0; turns < kTurnsMax; ++turns) {
    turn();
    WallTime next = std::min(web_.next_at(), desk_->wake_at());
    const SteadyTime wake = pump_->wake_at();
    if (wake <= clock_.steady()) {
      next = clock_.wall();
    } else if (wake != SteadyTime::max()) {
      next = std::min(next, clock_.wall() + (wake - clock_.steady()));
    }
    const Milliseconds wait = next <= clock_.wall() ? Milliseconds(1) : next - clock_.wall();
    if (wait > end - clock_.steady()) return clock_.move(end - clock_.steady());
    clock_.move(wait);
  }
  ADD_FAILURE() << "turns without end";
}

}  // namespace xuncha::test
