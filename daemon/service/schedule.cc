#include "daemon/service/schedule.h"

#include <algorithm>
#include <utility>

namespace xuncha {

void Schedule::put(const std::string& site, WallTime due) {
  due_of_[site] = due;
  queue_.insert({due, site});
}

void Schedule::add(const std::string& site, WallTime now) {
  if (due_of_.count(site) > 0) return;
  const Milliseconds wait = std::min(options_.start_gap * static_cast<int>(added_), options_.start_spread_max);
  ++added_;
  put(site, now + wait);
}

void Schedule::remove(const std::string& site) {
  const auto found = due_of_.find(site);
  if (found == due_of_.end()) return;
  queue_.erase({found->second, site});
  running_.erase(site);
  left_over_.erase(site);
  due_of_.erase(found);
}

void Schedule::hurry(const std::string& site, WallTime now) {
  const auto found = due_of_.find(site);
  left_over_.erase(site);
  if (found == due_of_.end() || running_.count(site) > 0 || found->second <= now) return;
  queue_.erase({found->second, site});
  put(site, now);
}

void Schedule::begin_anew(WallTime now) {
  left_over_.clear();
  const std::set<std::pair<WallTime, std::string>> waiting = std::exchange(queue_, {});
  WallTime at = now;
  for (const auto& [due, site] : waiting) {
    put(site, at);
    at = std::min(at + options_.start_gap, now + options_.start_spread_max);
  }
}

const std::string* Schedule::next(WallTime now) const {
  if (queue_.empty() || running_.size() >= options_.running_max || queue_.begin()->first > now) return nullptr;
  return &queue_.begin()->second;
}

void Schedule::begin(const std::string& site, WallTime now) {
  running_[site] = now;
  queue_.erase({due_of_.at(site), site});
}

void Schedule::ended(const std::string& site, WallTime due, WallTime now) {
  const auto running = running_.find(site);
  if (running == running_.end()) return;
  const bool is_left_over = due <= running->second;
  running_.erase(running);
  if (!is_left_over) left_over_.erase(site);
  const int in_a_row = is_left_over ? ++left_over_[site] : 0;
  Milliseconds gap = options_.gap_min;
  for (int round = options_.left_over_max; round < in_a_row && gap < options_.left_over_gap_max; ++round) {
    gap = std::min(gap * 2, options_.left_over_gap_max);
  }
  put(site, std::max(due, now + gap));
}

WallTime Schedule::wake_at() const {
  if (queue_.empty() || running_.size() >= options_.running_max) return WallTime::max();
  return queue_.begin()->first;
}

std::chrono::seconds Schedule::debt(WallTime now) const {
  if (queue_.empty() || queue_.begin()->first >= now) return {};
  return std::chrono::duration_cast<std::chrono::seconds>(now - queue_.begin()->first);
}

std::size_t Schedule::waiting(WallTime now) const {
  std::size_t count = 0;
  for (auto at = queue_.begin(); at != queue_.end() && at->first <= now; ++at) ++count;
  return count;
}

}  // namespace xuncha
