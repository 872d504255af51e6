// simulation [--seeds FIRST-LAST] [--sites N] [--days N] [--jobs N] [--probes] [--quiet] [--trace TEXT]: virtual months
// of the whole engine, one a seed; every tenth, or with --probes each, with visits to the home pages beside the
// rounds. Prints what the product did against its promises, each with its seed and time; exit code 1 when there is any.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "daemon/log.h"
#include "tests/simulation/simulation.h"

namespace xuncha::simulation {
namespace {

struct Arguments {
  std::uint64_t first = 1;
  std::uint64_t last = 10;
  std::size_t sites = 50;
  int days = 30;
  unsigned jobs = std::max(1u, std::thread::hardware_concurrency());
  bool quiet = false;
  bool probes = false;
  std::string trace;
};

Arguments read_arguments(int count, char** values) {
  Arguments arguments;
  for (int index = 1; index < count; ++index) {
    const std::string_view name = values[index];
    if (name == "--quiet") {
      arguments.quiet = true;
      continue;
    }
    if (name == "--probes") {
      arguments.probes = true;
      continue;
    }
    const std::string value = index + 1 < count ? values[++index] : "";
    if (name == "--seeds") {
      const std::size_t dash = value.find('-');
      arguments.first = std::strtoull(value.c_str(), nullptr, 10);
      arguments.last =
          dash == std::string::npos ? arguments.first : std::strtoull(value.c_str() + dash + 1, nullptr, 10);
    } else if (name == "--sites") {
      arguments.sites = std::strtoull(value.c_str(), nullptr, 10);
    } else if (name == "--days") {
      arguments.days = std::atoi(value.c_str());
    } else if (name == "--trace") {
      arguments.trace = value;
    } else if (name == "--jobs") {
      arguments.jobs = static_cast<unsigned>(std::atoi(value.c_str()));
    } else {
      std::fprintf(stderr, "unknown argument %s\n", values[index]);
      std::exit(2);
    }
  }
  return arguments;
}

struct Totals {
  std::uint64_t seeds = 0;
  std::uint64_t faulty_seeds = 0;
  std::uint64_t faults = 0;
  SimulationResult sum;
};

void add(Totals& totals, const SimulationResult& result) {
  ++totals.seeds;
  if (result.fault_count > 0) ++totals.faulty_seeds;
  totals.faults += result.fault_count;
  SimulationResult& sum = totals.sum;
  sum.requests += result.requests;
  sum.rounds += result.rounds;
  sum.rounds_cut += result.rounds_cut;
  sum.restarts += result.restarts;
  sum.restarts_in_round += result.restarts_in_round;
  sum.disturbances += result.disturbances;
  sum.planted += result.planted;
  sum.planted_seen += result.planted_seen;
  sum.mails += result.mails;
  sum.judged.told += result.judged.told;
  sum.judged.closed += result.judged.closed;
  sum.judged.due_looked_at += result.judged.due_looked_at;
  sum.judged.latest_look = std::max(sum.judged.latest_look, result.judged.latest_look);
  sum.judged.latest_telling = std::max(sum.judged.latest_telling, result.judged.latest_telling);
  sum.judged.latest_closing = std::max(sum.judged.latest_closing, result.judged.latest_closing);
}

int minutes_of(Milliseconds time) {
  return static_cast<int>(std::chrono::duration_cast<std::chrono::minutes>(time).count());
}

int run(const Arguments& arguments) {
  const auto began = std::chrono::steady_clock::now();
  std::atomic<std::uint64_t> next = arguments.first;
  std::mutex mutex;
  Totals totals;
  const auto work = [&] {
    for (std::uint64_t seed = next++; seed <= arguments.last; seed = next++) {
      WorldOptions options;
      options.seed = seed;
      options.sites = arguments.sites;
      options.length = std::chrono::hours(24 * arguments.days);
      options.trace = arguments.trace;
      options.probes = arguments.probes || seed % 10 == 0;
      const SimulationResult result = simulate(options);
      const std::lock_guard<std::mutex> guard(mutex);
      add(totals, result);
      for (const std::string& fault : result.faults) std::printf("%s\n", fault.c_str());
      if (!arguments.quiet) {
        std::printf(
            "seed %llu: %llu faults, %llu requests, %llu rounds, %llu of %llu planted told, %llu mails, %016llx\n",
            static_cast<unsigned long long>(seed), static_cast<unsigned long long>(result.fault_count),
            static_cast<unsigned long long>(result.requests), static_cast<unsigned long long>(result.rounds),
            static_cast<unsigned long long>(result.planted_seen), static_cast<unsigned long long>(result.planted),
            static_cast<unsigned long long>(result.mails), static_cast<unsigned long long>(result.transcript));
      }
      std::fflush(stdout);
    }
  };
  std::vector<std::thread> threads;
  for (unsigned job = 0; job < arguments.jobs; ++job) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  const SimulationResult& sum = totals.sum;
  std::printf(
      "%llu seeds of %zu sites and %d days in %.1f s: %llu requests, %llu rounds (%llu cut), %llu restarts (%llu in a "
      "round), %llu disturbances\n"
      "%llu faults planted, %llu cases told, %llu closed, %llu mails, %llu due times looked at\n"
      "latest look %d min, latest telling %d min, latest closing %d min\n"
      "%llu faults of the product in %llu seeds\n",
      static_cast<unsigned long long>(totals.seeds), arguments.sites, arguments.days, seconds,
      static_cast<unsigned long long>(sum.requests), static_cast<unsigned long long>(sum.rounds),
      static_cast<unsigned long long>(sum.rounds_cut), static_cast<unsigned long long>(sum.restarts),
      static_cast<unsigned long long>(sum.restarts_in_round), static_cast<unsigned long long>(sum.disturbances),
      static_cast<unsigned long long>(sum.planted), static_cast<unsigned long long>(sum.judged.told),
      static_cast<unsigned long long>(sum.judged.closed), static_cast<unsigned long long>(sum.mails),
      static_cast<unsigned long long>(sum.judged.due_looked_at), minutes_of(sum.judged.latest_look),
      minutes_of(sum.judged.latest_telling), minutes_of(sum.judged.latest_closing),
      static_cast<unsigned long long>(totals.faults), static_cast<unsigned long long>(totals.faulty_seeds));
  return totals.faults == 0 ? 0 : 1;
}

}  // namespace
}  // namespace xuncha::simulation

int main(int count, char** values) {
  xuncha::start_log({.level = xuncha::LogLevel::kError});
  return xuncha::simulation::run(xuncha::simulation::read_arguments(count, values));
}
