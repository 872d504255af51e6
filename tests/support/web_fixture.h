#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/civil.h"
#include "core/clock.h"
#include "core/finding.h"
#include "daemon/web/snapshot.h"

namespace xuncha::test {

// A clock that stands where it is put.
class StandingClock final : public Clock {
 public:
  WallTime wall_time = *parse_time("2026-04-26T01:02:03Z");
  SteadyTime steady_time{Milliseconds(1'000'000)};
  WallTime wall() const override { return wall_time; }
  SteadyTime steady() const override { return steady_time; }
};

struct FindingWish {
  std::string site = "www.a.gov.cn";
  std::string rule = "link.broken";
  std::string subject = "https://www.a.gov.cn/gone.html";
  FindingState state = FindingState::kOpen;
  Severity severity = Severity::kMajor;
  std::string_view last_transition = "2026-04-20T00:00:00Z";
};
FindingPointer wished_finding(const FindingWish& wish);

// Two sites, of which the first has four findings; a finding's id is by its subject.
SnapshotPointer small_snapshot();

// `count` sites with `findings` open ones each.
SnapshotPointer large_snapshot(std::size_t count, std::size_t findings);

}  // namespace xuncha::test
