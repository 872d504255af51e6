#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "core/civil.h"
#include "core/clock.h"
#include "core/content.h"
#include "core/slot.h"

namespace xuncha {

// What is remembered of a carousel or headline, after its last reading.
struct SlotHistory {
  SlotKind kind = SlotKind::kCarousel;
  std::uint32_t items = 0;
  std::uint32_t dated = 0;         // items with a caption of which a day is known, by address or page
  std::uint32_t dated_twice = 0;   // by both, and they agree to kDaysAgree
  std::optional<CivilDay> newest;  // of all those days
  WallTime first_seen{};
  WallTime since{};    // the very same items, in whatever order
  WallTime changed{};  // the last time that it showed something new, or less; first_seen while it never did
  WallTime last{};
  std::uint32_t sights = 0;  // of the same items, spaced
};

inline constexpr std::chrono::days kDaysAgree{7};  // an article is filed, and shown, within a week
inline constexpr std::uint32_t kSlotSightsMin = 2;

// Was nothing in it exchanged for so long? Only what shows dated news owes rotation: at least half of its items, two of
// a carousel; entrances to services and topics stand all year and rightly so. Two sources: its items by their own days
// are older than the limit, and either the same items were seen at least twice over that time, or, where it never was
// seen to change, each item's day is given by its address and by its own page. Another order is no change; items that
// come and go (a choice by chance) are neither a change nor none.
// Reasons: too_few_items no_news too_short varies | recent changed | unchanged old_news.
// Source: 国办秘函〔2019〕19号 首页不更新; the limit is our own. Pure.
ContentJudgement judge_slot(const SlotHistory& history, std::chrono::days limit, CivilDay today);

// A page that says only that it is being built, linked from the home page or a column.
struct NoticeHistory {
  WallTime since{};
  WallTime last{};
  std::uint32_t sights = 0;  // spaced
};
// Has it stood so long? Reasons: too_short | unfinished. Source: 国办发〔2017〕47号, 临时下线 lasts 30 days at most.
// Pure.
ContentJudgement judge_notice(const NoticeHistory& history, std::chrono::days limit);

}  // namespace xuncha
