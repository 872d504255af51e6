#include "daemon/service/process_figures.h"

#include <string>

namespace xuncha {

ProcessFigures process_figures(const ProcessParts& parts) {
  const Schedule& schedule = parts.desk.schedule();
  const WallTime now = parts.clock.wall();
  ProcessFigures figures;
  figures.fetches = parts.pump.fetches();
  const FrontierStats stats = parts.pump.frontier().stats(parts.clock.steady());
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const std::string name(lane_name(static_cast<Lane>(lane)));
    figures.queue_lengths[name] = stats.queued[lane];
    figures.coverage_debt[name] = static_cast<double>(stats.coverage_debt[lane].count());
  }
  figures.queue_lengths["rounds"] = schedule.waiting(now);
  figures.queue_lengths["in_flight"] = stats.in_flight;
  figures.coverage_debt["rounds"] = static_cast<double>(schedule.debt(now).count());
  figures.limits_reached = {{"breaker", stats.breaker_openings},        {"retry_after", stats.retry_after_pauses},
                            {"pushback", stats.unasked_pauses},         {"address_rate", stats.address_waits},
                            {"crawl_delay", stats.crawl_delays_capped}, {"patience", stats.drained},
                            {"round_time", parts.desk.rounds_cut()},    {"store_space", parts.ticks_short_of_space}};
  const MailCounts counts = parts.mails.counts();
  figures.mails = {
      {"sent", counts.sent}, {"deferred", counts.deferred}, {"refused", counts.refused}, {"dropped", counts.dropped}};
  figures.queue_lengths["mail"] = counts.waiting;
  figures.store_bytes = parts.store.bytes();
  figures.store_writes = parts.store_writes;
  figures.probe_durations = parts.probes.durations();
  figures.vantage_ipv4_up = parts.vantage.up(Family::kIpv4);
  figures.vantage_ipv6_up = parts.vantage.up(Family::kIpv6);
  return figures;
}

}  // namespace xuncha
