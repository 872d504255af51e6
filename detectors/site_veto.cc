#include "detectors/site_veto.h"

#include <chrono>

#include "core/civil.h"
#include "detectors/column_freshness.h"

namespace xuncha {
namespace {

constexpr std::uint32_t kNewsDays = 14;
constexpr std::uint32_t kHolidayDays = 10;  // the longest holiday, where a year has no calendar yet
constexpr int kNoticeMonths = 6;
constexpr int kOtherMonths = 12;

bool is_older_than_months(CivilDay newest, int months, CivilDay today) {
  CivilDay end = newest + std::chrono::months(months);
  if (!end.ok()) end = end.year() / end.month() / std::chrono::last;  // 08-31 and six months
  return end < today;
}

bool is_stale(const VetoColumn& column, WallTime now, const WorkCalendar& calendar) {
  // Guides and channels to write to change when the service does: they are measured by 服务不实用, 互动回应差.
  const bool owes_news = column.column_class != ColumnClass::kGuide && column.column_class != ColumnClass::kInteraction;
  if (!owes_news) return false;
  if (column.verdict == ColumnVerdict::kUndated) return true;
  if (column.verdict != ColumnVerdict::kStale || !column.newest) return false;
  switch (column.column_class) {
    case ColumnClass::kNews: {
      const ColumnAge age = age_of_column(*column.newest, ColumnClass::kNews, now, calendar);
      return age.days > kNewsDays + (age.provisional ? kHolidayDays : 0);
    }
    case ColumnClass::kNotice:
    case ColumnClass::kPolicy:
    case ColumnClass::kInterpretation:
      return is_older_than_months(*column.newest, kNoticeMonths, beijing_day(now));
    default:
      return is_older_than_months(*column.newest, kOtherMonths, beijing_day(now));
  }
}

bool counts_as_update(const VetoColumn& column) {
  if (column.column_class == ColumnClass::kNews) return true;
  const bool is_notice = column.column_class == ColumnClass::kNotice || column.column_class == ColumnClass::kPolicy;
  return is_notice && column.first_level;
}

}  // namespace

VetoLevel VetoCount::level() const {
  if (columns.size() >= limit) return VetoLevel::kVeto;
  return columns.size() + 1 == limit ? VetoLevel::kWarning : VetoLevel::kNone;
}

std::vector<VetoCount> count_vetoes(std::span<const VetoColumn> columns, WallTime now, const WorkCalendar& calendar) {
  std::vector<VetoCount> counts = {{.word = "veto_updates", .limit = 5, .columns = {}},
                                   {.word = "veto_stale", .limit = 10, .columns = {}},
                                   {.word = "veto_blank", .limit = 5, .columns = {}}};
  for (std::size_t index = 0; index < columns.size(); ++index) {
    if (columns[index].verdict == ColumnVerdict::kBlank) counts[2].columns.push_back(index);
    if (!is_stale(columns[index], now, calendar)) continue;
    if (counts_as_update(columns[index])) counts[0].columns.push_back(index);
    counts[1].columns.push_back(index);
  }
  return counts;
}

}  // namespace xuncha
