#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/clock.h"
#include "core/target.h"

namespace xuncha {

// What a host answered for its robots.txt.
struct RobotsAnswer {
  std::uint16_t status = 0;
  bool unreachable = false;
  std::string text;  // of a 200
};

// What patrols learn of hosts and need not ask again for a while: robots.txt for limits::kRobotsAge (an unreachable one
// for limits::kRobotsRetryAge), the root's answer to paths that cannot exist for limits::kBaselineAge. Shared by all
// sites of a process; lost when it ends. Bounded: limits::kHostsRememberedMax and kTextBytesMax, the longest unused
// goes first. Thread rule: confined to one thread.
class HostMemory {
 public:
  struct Entry {
    RobotsAnswer robots;
    std::optional<NegativeBaseline> root;
    std::string root_url;  // one of the paths that cannot exist
  };

  static constexpr std::size_t kTextBytesMax = 32u << 20;  // of all robots.txt: names of hosts cost nothing to invent

  // nullptr when robots.txt is unknown or too old; `root` is absent when it is. Valid until the next call.
  const Entry* find(std::string_view origin, WallTime now);
  void keep_robots(std::string_view origin, RobotsAnswer answer, WallTime now);
  // REQUIRES: keep_robots() of that host before.
  void keep_root(std::string_view origin, const NegativeBaseline& root, std::string url, WallTime now);
  // The host is no longer as it was (another address, a fault): ask again.
  void forget(std::string_view origin);
  std::size_t size() const { return entries_.size(); }

  // A host that is none of the asking site's own answered. The last few are kept, the newest first.
  void note_elsewhere(std::string_view origin);
  // One that answered in an earlier round, before this process even: behind the others, where there is room.
  void note_elsewhere_before(std::string_view origin);
  const std::deque<std::string>& answered_elsewhere() const { return elsewhere_; }

 private:
  struct Kept {
    std::string origin;
    Entry entry;
    WallTime robots_at{};
    WallTime root_at{};
  };
  void drop_last();

  std::list<Kept> entries_;  // the last used first
  std::size_t text_bytes_ = 0;
  std::unordered_map<std::string_view, std::list<Kept>::iterator> by_origin_;
  std::deque<std::string> elsewhere_;
};

}  // namespace xuncha
