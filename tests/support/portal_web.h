#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "core/fetch.h"
#include "core/ip_address.h"
#include "tests/portal/portal_answers.h"
#include "tests/portal/portal_data.h"
#include "tests/support/round_harness.h"

namespace xuncha::test {

// A portal of tests/portals on the fetching seam: no socket and no second of waiting. What its data says of names,
// connections, certificates and the way an answer is sent comes as what the real fetcher makes of it
// (crawler/outcome.h; the real one is proven by tests/crawler and tests/e2e); all else is what the scripted server
// would send. IPv4 alone. Thread rule: confined to one thread.
class PortalWeb final : public Fetcher {
 public:
  // Addresses are held to `own` besides each request's own policy, as a shard does.
  PortalWeb(SetClock& clock, AddressPolicy own) : clock_(clock), own_(std::move(own)) {}

  // What is played from now on. Who was here before is remembered.
  void play(portal::Portal portal);
  void set_phase(std::string phase) { phase_ = std::move(phase); }

  // Fetcher
  void fetch(FetchRequest request, Handler handler) override;
  void locate(const Url& url, LocateHandler handler) override;

  // Gives the answers that are due. True when there was one.
  bool deliver();
  // When the next answer comes; SteadyTime::max() when none is under way.
  SteadyTime next_at() const { return due_.empty() ? SteadyTime::max() : due_.begin()->first; }
  std::uint64_t requests() const { return requests_; }

 private:
  struct Place {
    TransportError error = TransportError::kNone;
    const portal::Host* host = nullptr;  // null: nobody is at the address
    IpAddress address;
  };
  Place find(const std::string& name, Family family) const;
  FetchOutcome outcome_of(const FetchRequest& request, Milliseconds& takes);
  TransportError connect(const FetchRequest& request, const portal::Host& host, Milliseconds& takes) const;
  void take_answer(const FetchRequest& request, const portal::Host& host, FetchOutcome& outcome, Milliseconds& takes);

  SetClock& clock_;
  AddressPolicy own_;
  portal::Portal portal_;
  portal::PortalAnswers answers_;
  std::string phase_;
  std::map<std::string, const portal::Host*> by_name_;
  std::multimap<SteadyTime, std::function<void()>> due_;
  std::uint64_t requests_ = 0;
};

}  // namespace xuncha::test
