#include "daemon/service/probe_schedule.h"

#include <algorithm>

namespace xuncha {
namespace {

Milliseconds scaled(Milliseconds time, double factor) {
  return Milliseconds(static_cast<std::int64_t>(static_cast<double>(time.count()) * factor));
}

}  // namespace

// 0 to 1, by the finaliser of SplitMix64 (Steele, Lea, Flood 2014): every visit of every site has its own.
double ProbeSchedule::chance(Id id, std::uint32_t visit) const {
  std::uint64_t bits = seed_ + (std::uint64_t{id} << 32 | visit) * 0x9E37'79B9'7F4A'7C15;
  bits = (bits ^ bits >> 30) * 0xBF58'476D'1CE4'E5B9;
  bits = (bits ^ bits >> 27) * 0x94D0'49BB'1331'11EB;
  bits ^= bits >> 31;
  return static_cast<double>(bits >> 11) / 9'007'199'254'740'992.0;  // 2^53
}

void ProbeSchedule::add(Id id, Milliseconds interval, SteadyTime now) {
  if (entries_.size() <= id) entries_.resize(id + std::size_t{1});
  Entry& entry = entries_[id];
  const bool is_known = entry.interval > Milliseconds::zero();
  entry.interval = std::max(interval, Milliseconds(1));
  if (is_known) return;
  ++size_;
  entry.planned = now + scaled(entry.interval, chance(id, entry.visits++));
  heap_.set(id, entry.planned);
}

void ProbeSchedule::remove(Id id) {
  if (id >= entries_.size() || entries_[id].interval == Milliseconds::zero()) return;
  entries_[id].interval = Milliseconds::zero();
  heap_.cancel(id);
  --size_;
}

std::optional<ProbeSchedule::Id> ProbeSchedule::take(SteadyTime now) {
  if (heap_.empty() || heap_.first_at() > now) return std::nullopt;
  const Id id = heap_.take_first();
  Entry& entry = entries_[id];
  lateness_ = now - entry.planned;
  const double factor = 1 - kJitter + 2 * kJitter * chance(id, entry.visits++);
  entry.planned = std::max(entry.planned + scaled(entry.interval, factor), now + scaled(entry.interval, 1 - kJitter));
  heap_.set(id, entry.planned);
  return id;
}

}  // namespace xuncha
