#include "daemon/service/pulse.h"

#include "core/limits.h"

namespace xuncha {

std::optional<std::string_view> Pulse::stuck(const Signs& signs, SteadyTime now) {
  if (!store_moved_ || !signs.store_waits || signs.store_syncs != syncs_) store_moved_ = now;
  syncs_ = signs.store_syncs;
  if (!rounds_moved_ || signs.rounds_waiting == 0 || signs.rounds_running > 0) rounds_moved_ = now;
  if (now - *store_moved_ > limits::kStoreSilenceMax) return "store";
  if (now - *rounds_moved_ > limits::kRoundDelayMax) return "scheduler";
  return std::nullopt;
}

}  // namespace xuncha
