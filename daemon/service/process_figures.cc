#include "daemon/service/process_figures.h"

#include <string>

namespace xuncha {

ProcessFigures process_figures(const RequestPump& pump, const SiteDesk& desk, const MailDesk& mails, const Store& store,
                               const Clock& clock) {
  ProcessFigures figures;
  figures.fetches = pump.fetches();
  const FrontierStats stats = pump.frontier().stats(clock.steady());
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const std::string name(lane_name(static_cast<Lane>(lane)));
    figures.queue_lengths[name] = stats.queued[lane];
    figures.coverage_debt[name] = static_cast<double>(stats.coverage_debt[lane].count());
  }
  figures.queue_lengths["rounds"] = desk.schedule().waiting(clock.wall());
  figures.queue_lengths["in_flight"] = stats.in_flight;
  figures.coverage_debt["rounds"] = static_cast<double>(desk.schedule().debt(clock.wall()).count());
  figures.limits_reached = {{"breaker", stats.breaker_openings},        {"retry_after", stats.retry_after_pauses},
                            {"pushback", stats.unasked_pauses},         {"address_rate", stats.address_waits},
                            {"crawl_delay", stats.crawl_delays_capped}, {"patience", stats.drained},
                            {"round_time", desk.rounds_cut()}};
  const MailCounts counts = mails.counts();
  figures.mails = {
      {"sent", counts.sent}, {"deferred", counts.deferred}, {"refused", counts.refused}, {"dropped", counts.dropped}};
  figures.queue_lengths["mail"] = counts.waiting;
  figures.store_bytes = store.bytes();
  return figures;
}

}  // namespace xuncha
