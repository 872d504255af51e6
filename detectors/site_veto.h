#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/calendar.h"
#include "core/clock.h"
#include "core/column.h"

namespace xuncha {

// A column as it was judged, by two sources.
struct VetoColumn {
  ColumnClass column_class = ColumnClass::kOther;
  ColumnVerdict verdict = ColumnVerdict::kUnknown;  // only stale, blank and undated count
  std::optional<CivilDay> newest;
  bool first_level = false;  // 一级栏目: stands right below the home page
};

enum class VetoLevel : std::uint8_t { kNone, kWarning, kVeto };

// One of the three counts of 栏目不更新.
struct VetoCount {
  std::string_view word;  // "veto_updates", "veto_stale", "veto_blank"
  std::uint32_t limit = 0;
  std::vector<std::size_t> columns;  // that count, by their place among those given

  // A warning is told one step before.
  VetoLevel level() const;
};

// Counts by the nation's own limits, whatever is configured: (1) 动态、要闻 without news for 2 weeks and first-level
// 通知公告、政策文件 for 6 months, together 5; (2) columns without news for long (a year where the class says no less),
// 10; (3) blank columns, 5. Weeks without a working day do not count, and undated columns count as not updated
// (未注明信息发布时间的视为不更新). Source: 国办秘函〔2019〕19号 单项否决 栏目不更新. Always three, in this order.
// Pure.
std::vector<VetoCount> count_vetoes(std::span<const VetoColumn> columns, WallTime now, const WorkCalendar& calendar);

}  // namespace xuncha
