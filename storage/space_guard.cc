#include "storage/space_guard.h"

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <system_error>
#include <utility>

namespace xuncha {
namespace {

constexpr const char* kBallastName = "ballast";

std::optional<SpaceUse> ask_file_system(const std::filesystem::path& directory) {
  struct statvfs answer {};
  if (::statvfs(directory.c_str(), &answer) != 0) return std::nullopt;
  const std::uint64_t block = answer.f_frsize;
  return SpaceUse{answer.f_bavail * block, answer.f_blocks * block};
}

std::uint64_t threshold_of(const SpaceUse& use, const SpaceLimits& limits) {
  const auto share = static_cast<std::uint64_t>(static_cast<double>(use.total_bytes) * limits.free_share_min);
  return std::max(limits.free_bytes_min, share);
}

}  // namespace

SpaceLevel level_by_free_space(const SpaceUse& use, const SpaceLimits& limits) {
  const std::uint64_t threshold = threshold_of(use, limits);
  if (use.free_bytes < threshold / 4) return SpaceLevel::kStop;
  if (use.free_bytes < threshold) return SpaceLevel::kDecisionsOnly;
  if (use.free_bytes < threshold + threshold / 2) return SpaceLevel::kNoRechecks;
  if (use.free_bytes < threshold * 2) return SpaceLevel::kNoDiscovery;
  return SpaceLevel::kNormal;
}

SpaceLevel level_by_budget(std::uint64_t used_bytes, std::uint64_t budget_bytes) {
  if (budget_bytes == 0) return SpaceLevel::kNormal;
  const double share = static_cast<double>(used_bytes) / static_cast<double>(budget_bytes);
  if (share >= 0.95) return SpaceLevel::kDecisionsOnly;
  if (share >= 0.90) return SpaceLevel::kNoRechecks;
  if (share >= 0.80) return SpaceLevel::kNoDiscovery;
  return SpaceLevel::kNormal;
}

SpaceGuard::SpaceGuard(std::filesystem::path directory, const SpaceLimits& limits, Probe probe)
    : directory_(std::move(directory)), limits_(limits), probe_(probe ? std::move(probe) : ask_file_system) {}

std::uint64_t SpaceGuard::threshold() const {
  return threshold_of(use_, limits_);
}

bool SpaceGuard::has_ballast() const {
  std::error_code ignored;
  return std::filesystem::exists(directory_ / kBallastName, ignored);
}

bool SpaceGuard::due(SteadyTime now) const {
  return !looked_ || now - *looked_ >= limits::kSpaceCheckInterval || due_by_bytes();
}

bool SpaceGuard::due_by_bytes() const {
  return written_ >= std::min<std::uint64_t>(limits::kSpaceCheckBytes, limits_.free_bytes_min / 8 + 1);
}

SpaceLevel SpaceGuard::look(SteadyTime now, std::uint64_t used_bytes) {
  looked_ = now;
  written_ = 0;
  const std::optional<SpaceUse> use = probe_(directory_);
  if (!use) return level_;  // what was known is the best that is known
  use_ = *use;
  if (use_.free_bytes < threshold() && has_ballast()) {
    drop_ballast();
    use_ = probe_(directory_).value_or(use_);
  } else if (limits_.ballast_bytes > 0 && use_.free_bytes >= 2 * threshold() + limits_.ballast_bytes &&
             !has_ballast()) {
    take_ballast();
    use_ = probe_(directory_).value_or(use_);
  }
  level_ = std::max(level_by_free_space(use_, limits_), level_by_budget(used_bytes, limits_.budget_bytes));
  return level_;
}

void SpaceGuard::take_ballast() {
  const std::filesystem::path path = directory_ / kBallastName;
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) return;
  const bool reserved = ::posix_fallocate(descriptor, 0, static_cast<off_t>(limits_.ballast_bytes)) == 0;
  ::close(descriptor);
  if (!reserved) drop_ballast();
}

void SpaceGuard::drop_ballast() {
  std::error_code ignored;
  std::filesystem::remove(directory_ / kBallastName, ignored);
}

}  // namespace xuncha
