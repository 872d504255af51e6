#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "daemon/service/schedule.h"
#include "daemon/web/snapshot.h"
#include "storage/store.h"
#include "tests/simulation/faults_found.h"
#include "tests/simulation/sim_clock.h"
#include "tests/simulation/world.h"

namespace xuncha::simulation {

// Holds what the product tells against what the world planted: nothing else may be told, nothing too soon, each fault
// within its window and closed within another after it was mended; and everything that is due is asked or stands in
// the coverage debt. Windows count only the time in which nothing else was wrong. Thread rule: confined to one thread.
class Judge {
 public:
  struct Counts {
    std::uint64_t told = 0;
    std::uint64_t closed = 0;
    std::uint64_t due_looked_at = 0;
    Milliseconds latest_telling{};  // beyond its ladder, undisturbed
    Milliseconds latest_closing{};
    Milliseconds latest_look{};  // beyond its due time, undisturbed
  };

  Judge(World& world, SimClock& clock, FaultsFound& faults);

  // A time in which nobody can be expected to judge: as it really happened.
  void add_disturbance(Span span) { disturbed_.push_back(span); }
  void note_clock_jump(Milliseconds jump);
  // How often the clock on the wall was set back in that time.
  int times_set_back(Moment from, Moment to) const;
  // By how much in all.
  Milliseconds set_back_by(Moment from, Moment to) const;

  // The site's cases changed, perhaps. `on_opened` hears of each case that is told from now on.
  void look(const SiteSnapshot& site, const Store& store, const std::function<void(const Finding&)>& on_opened);
  // Is everything asked that is due?
  void audit(const Store& store, const Schedule& schedule);
  // The month is over.
  void finish();

  const Counts& counts() const { return counts_; }
  // How often each case was told and closed, by site id and subject.
  struct Turns {
    std::uint32_t opened = 0;
    std::uint32_t closed = 0;
    std::string rule;
    Severity severity = Severity::kInfo;
    Moment last_opened = kNever;
    Moment last_closed = kNever;  // kNever: it is open
  };
  using TurnsBySubject = std::map<std::pair<std::string, std::string>, Turns>;
  const TurnsBySubject& turns() const { return turns_; }
  // When the site was last told as out of reach before that time: what is told then tells of nothing else.
  Moment last_told_down(const std::string& site_id, Moment before) const;
  // The time within the span in which neither we nor the host nor its site was disturbed.
  Milliseconds undisturbed(Moment from, Moment to, const Planted* planted = nullptr) const;

 private:
  struct Seen {
    bool is_told = false;
    std::uint32_t episode = 0;
  };

  void trace(const SiteSnapshot& site) const;
  void note_reading(std::size_t site, const Store& store);
  void opened(const Finding& finding, std::size_t site);
  void closed(const Finding& finding, std::size_t site);
  Planted* planted_for(const Finding& finding, std::size_t site);
  void audit_target(const Target& target, const Store& store, const Schedule& schedule);
  void finish_case(const Planted& original);
  bool is_by_week(const Planted& planted) const;
  // The same fault of the same address, planted before or after it; null: none.
  const Planted* neighbour(const Planted& planted, bool before) const;
  std::string words(const Planted& planted) const;

  World& world_;
  SimClock& clock_;
  FaultsFound& faults_;
  std::vector<Span> disturbed_;
  Moment last_jump_{};
  struct SetBack {
    Moment at{};
    Milliseconds by{};
  };
  std::vector<SetBack> set_back_;
  std::map<std::string, std::vector<Span>> told_down_;  // by site id
  std::unordered_map<std::string, std::size_t> site_numbers_;
  std::unordered_map<std::string, Seen> seen_;  // by finding id
  TurnsBySubject turns_;
  Counts counts_;
};

}  // namespace xuncha::simulation
