#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>

#include "core/clock.h"
#include "core/limits.h"
#include "core/result.h"

namespace xuncha {

// What may still be written. RocksDB on a full disk can abort or hang (7.8.3 did, 5 times of 14), so it never sees one:
// writing is cut back long before, in this order.
enum class SpaceLevel : std::uint8_t {
  kNormal,
  kNoDiscovery,    // known targets only
  kNoRechecks,     // confirmations, home pages and columns only
  kDecisionsOnly,  // visits that hold a transition only
  kStop,           // nothing; the program ends with exit 75
};

struct SpaceLimits {
  // Below the greater of the two only decisions are written; twice that ends discovery, one and a half times re-checks,
  // a quarter everything.
  std::uint64_t free_bytes_min = limits::kFreeBytesMin;
  double free_share_min = limits::kFreeShareMin;
  std::uint64_t ballast_bytes = limits::kBallastBytes;  // 0: none
  // What the store itself may take: 80, 90 and 95 % of it mean the same three steps. 0: no such bound.
  std::uint64_t budget_bytes = 0;
};

struct SpaceUse {
  std::uint64_t free_bytes = 0;   // for an unprivileged process
  std::uint64_t total_bytes = 0;  // of the file system
};

// The level by free space alone, and by the store's own size alone. Pure.
SpaceLevel level_by_free_space(const SpaceUse& use, const SpaceLimits& limits);
SpaceLevel level_by_budget(std::uint64_t used_bytes, std::uint64_t budget_bytes);

// Watches the file system of one directory and keeps the ballast: a file of real blocks, given back to the file system
// when free space runs short, so that decisions and compactions under way still fit. Confined to the writer's thread.
class SpaceGuard {
 public:
  using Probe = std::function<std::optional<SpaceUse>(const std::filesystem::path&)>;  // nullopt: unknown

  // An empty probe asks statvfs(3).
  SpaceGuard(std::filesystem::path directory, const SpaceLimits& limits, Probe probe = {});

  // Looks at the disk now. `used_bytes` is the store's own size. Gives the ballast up below the threshold and takes it
  // again once there is room for it and twice the threshold.
  SpaceLevel look(SteadyTime now, std::uint64_t used_bytes);
  // Is it time for look(): limits::kSpaceCheckInterval is over, or limits::kSpaceCheckBytes (or an eighth of the
  // threshold) were written since?
  bool due(SteadyTime now) const;
  bool due_by_bytes() const;
  void wrote(std::uint64_t bytes) { written_ += bytes; }

  SpaceLevel level() const { return level_; }
  SpaceUse use() const { return use_; }
  bool has_ballast() const;

 private:
  std::uint64_t threshold() const;
  void take_ballast();
  void drop_ballast();

  std::filesystem::path directory_;
  SpaceLimits limits_;
  Probe probe_;
  SpaceUse use_;
  SpaceLevel level_ = SpaceLevel::kNormal;
  std::optional<SteadyTime> looked_;
  std::uint64_t written_ = 0;
};

}  // namespace xuncha
