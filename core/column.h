#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/civil.h"
#include "core/clock.h"
#include "core/portal.h"

// Columns (栏目) of a portal: what one reading of a column's page shows, and what is remembered of the column. Plain
// values between the patrol, the detectors and the store.
namespace xuncha {

// `class` of a column's record. Numbers are stored: append only.
enum class ColumnClass : std::uint8_t {
  kNews,
  kNotice,
  kPolicy,
  kInterpretation,
  kGuide,
  kReport,
  kInteraction,
  kTopic,
  kOther,
};
std::string_view column_class_name(ColumnClass column_class);
// All of them, by number.
std::span<const std::string_view> column_class_names();

// `verdict` of a column's record. Numbers are stored: append only.
enum class ColumnVerdict : std::uint8_t { kFresh, kStale, kBlank, kLost, kUndated, kUnknown };
inline constexpr std::size_t kColumnVerdicts = 6;
std::string_view column_verdict_name(ColumnVerdict verdict);

// What one reading of a column's page shows. Facts only.
struct ColumnSight {
  ListMethod method = ListMethod::kMined;
  double confidence = 0;
  std::uint32_t items = 0;
  std::uint32_t items_dated = 0;
  std::optional<CivilDay> newest;  // of the items that are not dated ahead of tomorrow
  std::string newest_url;          // of an item of that day: its own page is the second source
  std::string newest_title;
  bool says_empty = false;
  bool script_rendered = false;
  bool by_data = false;  // a script fills the list in: the page stays as it is when an item is added
  // What the second source says: the day on the newest item's own page. Without it nobody is accused of being stale.
  std::optional<CivilDay> confirmed;
  std::string next_page;                 // where the list goes on; empty: nowhere
  std::vector<std::uint64_t> item_keys;  // by which the list is known again under another address, kColumnItemKeysMax
  // Whatever the list holds that is newer stands among the items above: it is sorted by the days beside them, the
  // newest first. nullopt: that cannot be said.
  std::optional<CivilDay> whole_back_to;
  std::vector<std::uint64_t> item_addresses;  // of those, hashed, without scheme and host; as they stand
};
inline constexpr std::size_t kColumnItemKeysMax = 40;  // the first page of a list, and more

// An item that a list shows at its place by its day and did not show when it was read before, though it held older ones
// then: it came later than it says, unless it is only new to us. Numbers are stored: append only.
enum class Lateness : std::uint8_t {
  kOpen,   // not yet held against what is known of the site's pages
  kLate,   // stood nowhere on the site before
  kKnown,  // may have stood elsewhere before: it was linked here, or moved
};
struct LateItem {
  std::string url;
  std::string title;
  std::optional<CivilDay> day;  // beside it
  WallTime seen{};              // when the list first showed it
  WallTime before{};            // when the list was read last without it
  Lateness lateness = Lateness::kOpen;
};
inline constexpr std::size_t kLateItemsMax = 8;  // of a column: two are told, more are a migration

// Why the verdict is what it is, for people and programs: a word of a closed list.
//   within_limit over_limit             by the class's limit
//   says_empty no_items items_undated   nothing to judge by, and whether the page says so itself
//   no_match                            the configured selector names nothing on the page any more
//   low_confidence script_rendered      no reader is sure of the list
//   unconfirmed dates_disagree          the newest item's own page could not be read, or says another day
//   no_duty too_few_items container     it owes no news, or its parts are judged in its place
//   archived calendar_unknown           nobody owes news there; holidays may be among the days
//   not_read no_list missing            its page was not asked for lately, lists nothing any more, or is gone
//   unlinked redesign not_found         no page refers to it; most columns went at once; gone for good
struct ColumnJudgement {
  ColumnVerdict verdict = ColumnVerdict::kUnknown;
  std::string_view reason;          // static
  std::uint32_t max_age_days = 0;   // what it was compared with
  bool needs_confirmation = false;  // would be stale if the newest item's own page said the same
};

// All that is remembered of a column.
struct ColumnRecord {
  std::string id;
  std::string name;
  std::vector<std::string> path;  // breadcrumb, from the home page down, as far as the page shows one
  std::string url;
  ColumnClass column_class = ColumnClass::kOther;
  std::string class_reason;  // the word by which it was classed, or "configured"
  std::uint32_t max_age_days = 0;
  ColumnSight sight;
  ColumnVerdict verdict = ColumnVerdict::kUnknown;
  std::string reason;

  bool standing = false;
  bool archived = false;
  bool container = false;                    // what it lists stands in columns below it
  WallTime first_seen{};                     // when its list was first read
  WallTime last_read{};                      // when the sight was taken
  WallTime last_seen{};                      // when its page last showed that list, read anew or unchanged
  std::uint32_t sights = 0;                  // how often it did
  std::uint64_t page_hash = 0;               // UrlRecord::body_hash of the page that the sight was taken from
  std::uint32_t reader = 0;                  // version of the code that took it
  std::vector<std::string> other_addresses;  // under which it stood before, or stands as well
  WallTime verdict_since{};

  // What readings of it showed that is not told before a later one shows the same. kFresh: nothing of the kind.
  ColumnVerdict suspected = ColumnVerdict::kFresh;
  WallTime suspected_since{};  // by the first of those readings in a row
  WallTime judged{};           // last_seen of the newest reading that was counted
  WallTime source_asked{};     // when the newest item's own page was last asked for
  WallTime missing_since{};    // since when it could not be found; 0: it is there
  WallTime missing_looked{};   // when that was last seen

  std::vector<LateItem> late;  // in the order they were seen, kLateItemsMax
};

}  // namespace xuncha
