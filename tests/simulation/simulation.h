#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/clock.h"
#include "tests/simulation/judge.h"
#include "tests/simulation/world.h"

namespace xuncha::simulation {

// One virtual month of the whole engine: SiteDesk, Schedule, RequestPump, Frontier, Patrol, MailDesk and a real Store,
// with clock, web and mail server drawn from one seed.
struct SimulationResult {
  std::vector<std::string> faults;  // what the product did against its promises
  std::size_t fault_count = 0;
  std::uint64_t transcript = 0;  // of all requests, cases and mails in their order: equal for equal seeds
  std::uint64_t requests = 0;
  std::uint64_t rounds = 0;
  std::uint64_t rounds_cut = 0;
  std::uint64_t restarts = 0;
  std::uint64_t restarts_in_round = 0;
  std::uint64_t disturbances = 0;
  std::uint64_t planted = 0;
  std::uint64_t planted_seen = 0;
  std::uint64_t mails = 0;
  Judge::Counts judged;
};
SimulationResult simulate(const WorldOptions& options);

}  // namespace xuncha::simulation
