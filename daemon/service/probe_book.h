#pragma once

#include <cstdint>
#include <optional>

#include "core/clock.h"
#include "core/probe.h"
#include "core/result.h"
#include "detectors/availability.h"
#include "storage/probes.h"

namespace xuncha {

// The visits of one site over one family: the hour under way in memory, all else in the store, which alone is counted
// from. Thread rule: that of the Store.
class ProbeBook {
 public:
  // The log must outlive it.
  ProbeBook(ProbeLog& log, SiteHandle site, Family family) : log_(log), site_(site), family_(family) {}

  // Notes a visit; in the store with the next flush(). Fails only when the store cannot be read.
  Status add(const ProbeSample& sample);
  bool is_dirty() const { return dirty_; }
  // A store that takes no more for now leaves it dirty.
  Status flush();

  // The verdict on the window that ends at `now`, by what the store holds. REQUIRES: flushed, or what was not counts
  // for nothing.
  struct Verdict {
    Availability judged;
    Milliseconds void_time{};  // of the window, in which visits counted for nobody
    std::optional<ProbeSample> last;
  };
  Result<Verdict> judge(const AvailabilityRule& rule, WallTime now) const;

 private:
  Status turn_to(WallTime hour);

  ProbeLog& log_;
  SiteHandle site_;
  Family family_;
  std::optional<ProbeHour> hour_;
  ProbeDay day_;
  bool dirty_ = false;
};

}  // namespace xuncha
