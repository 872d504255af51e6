#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/calendar.h"
#include "core/clock.h"
#include "core/column.h"
#include "core/fetch.h"
#include "core/page.h"
#include "core/portal.h"
#include "core/url.h"
#include "crawler/portal/item_selector.h"
#include "crawler/portal/meta_tags.h"
#include "daemon/patrol/round_plan.h"

namespace xuncha {

// How old a column's newest item may be, in days, where the column has no limit of its own.
struct ColumnLimits {
  std::uint32_t news = 7;      // work plans: one item a week
  std::uint32_t notice = 180;  // notices and policies: 国办秘函〔2019〕19号, 6 months
  std::uint32_t other = 365;
  std::uint32_t late = 180;  // after its day an item came into its list: content.backdated

  std::uint32_t of(ColumnClass column_class) const;
};

// A column that the operator names: what is configured wins.
struct ColumnSetting {
  std::string id;
  std::string name;
  Url url;
  ColumnClass column_class = ColumnClass::kOther;
  std::optional<std::uint32_t> max_age_days;
  std::optional<VisitInterval> interval;     // none: its class's
  std::optional<ListSelection> selection{};  // none: its list is found as any other
};

// The columns of one site as its pages show them, now and in the patrols before: which there are, what their lists
// show, and what they are judged to be.
//
// A patrol restores what is remembered, reads the pages that it is given, and then, when the crawl has ended, calls
// review() (which finds what moved, what stands twice and what is gone), judge(), what second sights bring, and
// settle(). Columns are removed by review() only: their places in columns() hold from then on. Thread rule: confined to
// one thread.
class ColumnDesk {
 public:
  // `calendar` must outlive the desk.
  ColumnDesk(std::string site, ColumnLimits limits, std::vector<ColumnSetting> settings, const WorkCalendar& calendar);

  // What one reading says of a column, counted once.
  enum class Reading : std::uint8_t {
    kNone,   // there was none since the last was counted, or it leaves the question open
    kFails,  // stale, blank, undated or lost: `fails_as`
    kClean,  // fresh, or it owes nothing
  };

  // A column, and what proves it.
  struct Column {
    ColumnRecord record;
    Attempt seen;                         // of its own page
    std::optional<Attempt> again;         // of the second sight
    ColumnJudgement judgement;            // by its sight, as of now
    std::optional<ColumnSight> before{};  // of a list that a script fills: what is remembered, until its data is there
    bool known = false;                   // from an earlier patrol
    bool read_now = false;                // its page was read by this patrol
    bool shown_now = false;               // its page showed the list in this patrol, read anew or unchanged
    bool missing_now = false;             // it could not be found by the crawl: its own page decides
    bool unlinked_now = false;            // for no page refers to it
    bool looked_now = false;              // its own page has answered since
    bool gone_now = false;                // and is gone too
    bool changed = false;                 // since take_changed()
    Reading reading = Reading::kNone;
    ColumnVerdict fails_as = ColumnVerdict::kUnknown;
    bool confirmed = false;  // by readings far enough apart, so that it is told
    bool unmatched = false;  // what the operator named is not there any more, which was not so before
  };

  // Takes up what the store remembers.
  void restore(std::vector<ColumnRecord> records);

  // May the page be a column's? Then its tree is worth its cost, and read() takes it.
  bool wants(const Url& url, const PageFacts& page, const MetaTags& meta) const;
  // A page of the site that was read well. `attempt` is how, `page_hash` the hash of its body; items are held against
  // `today`, and `now` is remembered.
  void read(const Url& url, const PageFacts& page, const PortalFacts& facts, const Attempt& attempt,
            std::uint64_t page_hash, WallTime today, WallTime now);

  // What a script fills into the list of a page that was read, as its data was answered.
  void fill(const Url& url, const ListFacts& list, const Attempt& attempt, WallTime today);

  // The column that stands at this address; null: none does.
  const Column* at(const Url& url) const;
  // Must the page be read anew, even if it has not changed? What is remembered is of another page than `page_hash`, was
  // read by other code or long ago, or would accuse the column.
  bool needs_whole(const Url& url, std::uint64_t page_hash, WallTime now) const;
  // What names the items of the list at this address; null: nothing.
  const ListSelection* selection_of(const Url& url) const;
  // How often its page is visited; none: as its class is.
  const VisitInterval* interval_of(const ColumnRecord& record) const;

  // Where the crawl found a remembered column's page, by its address.
  struct Whereabouts {
    enum class Kind : std::uint8_t {
      kUnknown,    // not asked, out of reach, blocked
      kRecalled,   // not due, well when it was asked
      kUnchanged,  // asked, and the page that was read
      kMoved,      // redirects to a page that is well
      kGone,       // 404 and the like
      kUnlinked,   // no page refers to it
      kExcluded,   // by configuration
    };
    Kind kind = Kind::kUnknown;
    std::string moved_to;
    Attempt attempt;
    WallTime visited{};
    std::uint64_t page_hash = 0;
  };
  // What became of what is remembered, and which of what was read is one column. `crawl_ended`: else only what was seen
  // unchanged is noted, since absence proves nothing.
  void review(const std::function<Whereabouts(const std::string& url)>& where, bool crawl_ended);

  // Holds late items against what is known of the site's pages, each until that is decided: those that may be told.
  // `weigh` answers for each.
  using Weigher = std::function<std::vector<Lateness>(const std::vector<const LateItem*>& items)>;
  void weigh_late(const Weigher& weigh);

  // Judges all by what they show. What a second sight would decide has `needs_confirmation`.
  void judge(WallTime now);

  // How verdicts are told.
  struct Settling {
    bool in_rounds = false;  // false (`check`): by this patrol alone
    Milliseconds apart{};    // in rounds: between the two readings that an accusation takes
    bool counts = true;      // false: nothing is counted now (maintenance)
  };
  // What to ask for a second sight of a column: the page of its newest item, or the column's own page. nullopt: nothing
  // would decide, or it was asked not long ago.
  std::optional<Url> second_sight_of(const Column& column, const Settling& settling, WallTime now) const;
  // It is asked now.
  static void asks(Column& column, WallTime now);
  // The answer. Judges the column anew.
  void saw_again(Column& column, const PortalFacts& facts, const Attempt& attempt, WallTime now);
  // Is it time to look whether a missing column is gone?
  static bool is_time_to_look(const Column& column, const Settling& settling, WallTime now);

  // When a missing column is looked at next; WallTime::max(): never.
  static WallTime next_look(const Column& column, const Settling& settling);

  // Counts the readings and gives each column its verdict.
  void settle(WallTime now, const Settling& settling);

  // What is to be stored: the columns that changed since the last call, and the ids that are gone.
  std::vector<ColumnRecord> take_changed();
  std::vector<std::string> take_gone();
  bool is_known(std::string_view id) const;

  std::vector<Column>& columns() { return columns_; }
  const std::vector<Column>& columns() const { return columns_; }

 private:
  const ColumnSetting* setting_of(const Url& url) const;
  void apply_setting(Column& column, const ColumnSetting& setting);
  std::string mint_id(const Url& url) const;
  void index();
  Column* find(const std::string& url);
  void forget(Column& column);
  void take_over(Column& keeper, Column& found);
  void drop_forgotten();
  void drop_later_pages();
  void merge_pages();
  void merge_lists();
  void find_successors(const std::function<Whereabouts(const std::string& url)>& where);
  void spare_redesign();
  void find_containers();
  void note_late(ColumnRecord& record, const ListFacts& list, const ColumnSight& sight, WallTime today,
                 WallTime now) const;
  ColumnJudgement judgement_of(const Column& column, WallTime now) const;
  void count_reading(Column& column, const Settling& settling) const;
  void settle_missing(Column& column, WallTime now, const Settling& settling);

  std::string site_;
  ColumnLimits limits_;
  std::map<std::string, ColumnSetting> settings_;  // by the key of their address
  const WorkCalendar& calendar_;
  std::vector<Column> columns_;
  std::unordered_map<std::string, std::size_t> by_address_;  // key of the address -> place in columns_
  std::unordered_map<std::string, std::size_t> by_other_;    // the same of other_addresses
  std::set<std::string> ids_;
  std::vector<std::string> gone_;      // ids
  std::set<std::string> later_pages_;  // keys of what lists name as their next page
  std::set<std::uint64_t> lists_;      // digests of the lists seen: one list under two addresses is one column
};

// Rules by which columns are accused.
inline constexpr const char* kColumnRules[] = {"column.stale", "column.blank", "column.undated", "column.lost"};
// The rule that a verdict breaks; empty: none.
std::string rule_of_column(ColumnVerdict verdict);

// May the page be a column's, so that its tree is worth its cost? By its address, META tags and the dates in its text.
bool may_be_column(const Url& url, const PageFacts& page, const MetaTags& meta);
// The same before the page is read: by its address alone.
bool may_be_column(const Url& url);

}  // namespace xuncha
