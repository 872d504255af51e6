#include "daemon/patrol/host_memory.h"

#include <algorithm>
#include <utility>

#include "core/limits.h"

namespace xuncha {

const HostMemory::Entry* HostMemory::find(std::string_view origin, WallTime now) {
  const auto found = by_origin_.find(origin);
  if (found == by_origin_.end()) return nullptr;
  Kept& kept = *found->second;
  const bool refused = kept.entry.robots.unreachable || kept.entry.robots.status >= 500;
  // What is dated ahead was kept before the clock was set back: nobody knows how old it is.
  const auto is_within = [now](WallTime at, Milliseconds age) { return at <= now && now - at < age; };
  if (!is_within(kept.robots_at, refused ? limits::kRobotsRetryAge : limits::kRobotsAge)) return nullptr;
  if (kept.entry.root && !is_within(kept.root_at, limits::kBaselineAge)) kept.entry.root.reset();
  entries_.splice(entries_.begin(), entries_, found->second);
  return &kept.entry;
}

void HostMemory::keep_robots(std::string_view origin, RobotsAnswer answer, WallTime now) {
  if (answer.text.size() > limits::kRobotsRememberedBytes) return forget(origin);
  auto found = by_origin_.find(origin);
  if (found == by_origin_.end()) {
    entries_.push_front({.origin = std::string(origin), .entry = {}, .robots_at = {}, .root_at = {}});
    found = by_origin_.emplace(entries_.front().origin, entries_.begin()).first;
    if (entries_.size() > limits::kHostsRememberedMax) drop_last();
  } else {
    entries_.splice(entries_.begin(), entries_, found->second);
  }
  Kept& kept = entries_.front();
  text_bytes_ = text_bytes_ - kept.entry.robots.text.size() + answer.text.size();
  kept.entry.robots = std::move(answer);
  kept.robots_at = now;
  while (text_bytes_ > kTextBytesMax) drop_last();
}

// REQUIRES: an entry.
void HostMemory::drop_last() {
  text_bytes_ -= entries_.back().entry.robots.text.size();
  by_origin_.erase(entries_.back().origin);
  entries_.pop_back();
}

void HostMemory::keep_root(std::string_view origin, const NegativeBaseline& root, std::string url, WallTime now) {
  const auto found = by_origin_.find(origin);
  if (found == by_origin_.end()) return;
  found->second->entry.root = root;
  found->second->entry.root_url = std::move(url);
  found->second->root_at = now;
}

void HostMemory::note_elsewhere(std::string_view origin) {
  if (!elsewhere_.empty() && elsewhere_.front() == origin) return;
  const auto known = std::find(elsewhere_.begin(), elsewhere_.end(), origin);
  if (known != elsewhere_.end()) elsewhere_.erase(known);
  elsewhere_.emplace_front(origin);
  if (elsewhere_.size() > limits::kControlsRememberedMax) elsewhere_.pop_back();
}

void HostMemory::note_elsewhere_before(std::string_view origin) {
  if (elsewhere_.size() >= limits::kControlsRememberedMax) return;
  if (std::find(elsewhere_.begin(), elsewhere_.end(), origin) == elsewhere_.end()) elsewhere_.emplace_back(origin);
}

void HostMemory::forget(std::string_view origin) {
  const auto found = by_origin_.find(origin);
  if (found == by_origin_.end()) return;
  const auto entry = found->second;
  text_bytes_ -= entry->entry.robots.text.size();
  by_origin_.erase(found);
  entries_.erase(entry);
}

}  // namespace xuncha
