#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/calendar.h"
#include "core/clock.h"
#include "core/column.h"
#include "core/fetch.h"
#include "core/page.h"
#include "core/portal.h"
#include "core/url.h"

namespace xuncha {

// How old a column's newest item may be, in days, where the column has no limit of its own.
struct ColumnLimits {
  std::uint32_t news = 7;      // work plans: one item a week
  std::uint32_t notice = 180;  // notices and policies: 国办秘函〔2019〕19号, 6 months
  std::uint32_t other = 365;

  std::uint32_t of(ColumnClass column_class) const;
};

// A column that the operator names: what is configured wins.
struct ColumnSetting {
  std::string id;
  std::string name;
  Url url;
  ColumnClass column_class = ColumnClass::kOther;
  std::optional<std::uint32_t> max_age_days;
};

// The columns of one site as its pages show them: which there are, what their lists show, and what they are judged to
// be. Thread rule: confined to one thread.
class ColumnDesk {
 public:
  // `calendar` must outlive the desk.
  ColumnDesk(std::string site, ColumnLimits limits, std::vector<ColumnSetting> settings, const WorkCalendar& calendar);

  // A column, and what proves it.
  struct Column {
    ColumnRecord record;
    Attempt seen;                  // of its own page
    std::optional<Attempt> again;  // of the second sight
    ColumnJudgement judgement;
    bool standing = false;
    bool archived = false;
    bool container = false;  // what it lists stands in columns below it
  };

  // May the page be a column's? Then its tree is worth its cost, and read() takes it.
  bool wants(const Url& url, const PageFacts& page) const;
  // A page of the site that was read well. `attempt` is how.
  void read(const Url& url, const PageFacts& page, const PortalFacts& facts, const Attempt& attempt, WallTime now);

  // Judges all. What a second sight would decide has `needs_second_sight`.
  void judge(WallTime now);
  // What to ask for a second sight of a column: the page of its newest item, or the column's own page. nullopt: nothing
  // would decide.
  std::optional<Url> second_sight_of(const Column& column) const;
  // The answer. Judges the column anew.
  void saw_again(Column& column, const PortalFacts& facts, const Attempt& attempt, WallTime now);

  std::vector<Column>& columns() { return columns_; }
  const std::vector<Column>& columns() const { return columns_; }

 private:
  const ColumnSetting* setting_of(const Url& url) const;
  void drop_later_pages();
  void find_containers();
  void judge_one(Column& column, WallTime now) const;

  std::string site_;
  ColumnLimits limits_;
  std::map<std::string, ColumnSetting> settings_;  // by the key of their address
  const WorkCalendar& calendar_;
  std::vector<Column> columns_;
  std::set<std::string> later_pages_;  // keys of what lists name as their next page
  std::set<std::uint64_t> lists_;      // digests of the lists seen: one list under two addresses is one column
};

// Rules by which columns are accused.
inline constexpr const char* kColumnRules[] = {"column.stale", "column.blank", "column.undated"};
// The rule that a verdict breaks; empty: none.
std::string rule_of_column(ColumnVerdict verdict);

// May the page be a column's, so that its tree is worth its cost? By its address, META tags and the dates in its text.
bool may_be_column(const Url& url, const PageFacts& page);

}  // namespace xuncha
