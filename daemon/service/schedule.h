#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/clock.h"

namespace xuncha {

struct ScheduleOptions {
  // Rounds under way at once. Most of a round is waiting for its host, so many must run; each turn of the loop looks at
  // all of them.
  std::size_t running_max = 256;
  Milliseconds gap_min = std::chrono::seconds(2);  // between the end of a round and the next of the same site
  // After a start all sites are overdue: they begin one after another, this far apart.
  Milliseconds start_gap = std::chrono::milliseconds(200);
  Milliseconds start_spread_max = std::chrono::hours(1);  // however many sites there are
  // Rounds in a row that left what was due before they began. Some are right (a host in its pause); what no round can
  // do must not press a portal: the gap is doubled for each further one.
  int left_over_max = 8;
  Milliseconds left_over_gap_max = std::chrono::minutes(30);
};

// When each site's next round begins. Pure: no I/O, no clock. Thread rule: confined to one thread.
class Schedule {
 public:
  explicit Schedule(ScheduleOptions options) : options_(options) {}

  // Takes a site in; at a start with many sites they are spread. A site that is known keeps its time.
  void add(const std::string& site, WallTime now);
  // A running round is the caller's to stop; ended() of it is then ignored.
  void remove(const std::string& site);
  // The site's next round begins now, or as soon as it may.
  void hurry(const std::string& site, WallTime now);

  // The clock was set: what was planned by it means nothing. All that do not run begin one after another, as at a
  // start.
  void begin_anew(WallTime now);

  // The most overdue site; null when none is due or enough run. Valid until the next change.
  const std::string* next(WallTime now) const;
  // Its round begins. REQUIRES: next() gave it.
  void begin(const std::string& site, WallTime now);
  // A round ended; `due` is when its site has something to do again.
  void ended(const std::string& site, WallTime due, WallTime now);

  // When next() may give something, if nothing ends before; WallTime::max() when only an end can help.
  WallTime wake_at() const;
  // How long the most overdue site has waited.
  std::chrono::seconds debt(WallTime now) const;
  std::size_t size() const { return due_of_.size(); }
  std::size_t running() const { return running_.size(); }
  std::size_t waiting(WallTime now) const;  // due, and not running

 private:
  void put(const std::string& site, WallTime due);

  ScheduleOptions options_;
  std::set<std::pair<WallTime, std::string>> queue_;  // those not running
  std::map<std::string, WallTime> due_of_;
  std::map<std::string, WallTime> running_;  // since when
  std::map<std::string, int> left_over_;     // such rounds in a row, where there are any
  std::size_t added_ = 0;
};

}  // namespace xuncha
