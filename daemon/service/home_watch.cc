#include "daemon/service/home_watch.h"

#include <algorithm>

namespace xuncha {
namespace {

constexpr std::uint32_t kPairsNeeded = 2;
constexpr std::uint32_t kCleanNeeded = 2;  // one visit that opens ends no outage
constexpr int kPairsApartMax = 4;          // intervals: what failed longer ago is another fault
constexpr Milliseconds kSettle = std::chrono::minutes(10);
constexpr Milliseconds kSettleMax = std::chrono::hours(6);
constexpr Milliseconds kDay = std::chrono::hours(24);

}  // namespace

HomeWatch::Turn HomeWatch::failed(WallTime at, bool told) {
  const Milliseconds apart = std::chrono::abs(at - last_failure_);
  if (failures_ > 0 && !is_down_ && apart > kPairsApartMax * interval_) failures_ = 0;
  ++failures_;
  last_failure_ = at;
  clean_ = 0;
  if (failures_ < kPairsNeeded || !told) return Turn::kNone;
  if (!is_down_) downs_.push_back(at);
  is_down_ = true;
  was_told_up_ = false;
  return Turn::kDown;
}

Milliseconds HomeWatch::settle_time(WallTime now) {
  std::erase_if(downs_, [now](WallTime down) { return down > now || now - down > kDay; });
  const Milliseconds once = std::min(kSettle, 2 * interval_);
  return std::min<Milliseconds>(once * static_cast<int>(std::max<std::size_t>(downs_.size(), 1)), kSettleMax);
}

HomeWatch::Turn HomeWatch::opened(WallTime at) {
  if (clean_++ == 0 || clean_since_ > at) clean_since_ = at;  // later: by a clock that was set back since
  failures_ = 0;
  if (was_told_up_ || clean_ < kCleanNeeded || at - clean_since_ < settle_time(at)) return Turn::kNone;
  is_down_ = false;
  was_told_up_ = true;
  return Turn::kUp;
}

}  // namespace xuncha
