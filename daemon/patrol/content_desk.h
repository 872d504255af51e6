#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/clock.h"
#include "core/content.h"
#include "core/fetch.h"
#include "core/finding.h"
#include "core/page.h"
#include "core/portal.h"
#include "core/url.h"
#include "daemon/patrol/column_desk.h"
#include "detectors/home_freshness.h"
#include "detectors/page_metadata.h"
#include "detectors/site_veto.h"

namespace xuncha {

// What the rules of content are judged by, in days.
struct ContentLimits {
  std::uint32_t home = 14;         // 首页不更新: 2 weeks
  std::uint32_t new_marks = 30;    // a mark NEW beside an item
  std::uint32_t backdating = 180;  // between the day a text shows and the one it is of
};

// A page's second reading.
struct Reread {
  const Url& url;
  const PageFacts& page;
  const PortalFacts& facts;
  const Attempt& attempt;
  WallTime now;
};

// One fault of content as it was seen, for the tracker.
struct ContentNote {
  std::string rule{};
  std::string subject{};
  std::optional<Severity> severity{};  // where it is not the rule's
  std::string compared{};
  std::string limit{};
  std::string control{};
  std::string excerpt{};
  std::vector<Place> places{};
  std::uint64_t places_total = 0;
  Attempt seen{};
  std::optional<Attempt> again{};  // the second sight; without it the fault stays a suspect
};

// What the pages of one site show of its content: mandated META tags and marks, documents and their validity, the home
// page's freshness, what was left standing. Thread rule: confined to one thread.
class ContentDesk {
 public:
  ContentDesk(const Url& home, ContentLimits limits);

  // Subjects of cases that are not closed: their pages are read by their trees in any case.
  void watch(std::string subject) { watched_.insert(std::move(subject)); }

  // A page of the site that was read well, by its scan alone. Home first.
  // A page of the site was not read in this patrol since it is as it was, or was read before an interruption: then what
  // was counted over all pages proves nothing.
  void left_unread() { is_whole_ = false; }
  // True: its tree is worth its cost. `is_column`: it is read in any case.
  bool scan(const Url& url, const PageFacts& page, bool is_home, bool is_column, WallTime now);
  void read(const Url& url, const PageFacts& page, const PortalFacts& facts, const Attempt& attempt, bool is_home,
            bool is_column, WallTime now);

  // After the crawl: the pages whose second reading would decide, each once.
  std::vector<Url> second_sights(const std::vector<ColumnDesk::Column>& columns, bool complete, WallTime now);
  void saw_again(const Reread& again);

  // After the second sights. `complete`: all pages of the site were read.
  void conclude(const std::vector<ColumnDesk::Column>& columns, bool complete, WallTime now);
  const std::vector<ContentNote>& notes() const { return notes_; }
  // Rule and subject of what was seen to be well.
  const std::vector<std::pair<std::string, std::string>>& cleared() const { return cleared_; }

 private:
  // A fault of which a second reading of a page tells whether it is one.
  struct Pending {
    ContentNote note;
    std::string look;                                        // URL
    std::function<bool(ContentNote&, const Reread&)> still;  // may fill in what the note shows
  };
  struct TagTally {
    std::uint64_t pages = 0;
    std::uint64_t without = 0;
    std::vector<Place> places;
    Attempt seen;
  };
  struct DocumentTally {
    std::uint64_t pages = 0;
    std::vector<Place> places;
    std::string shown;  // on the first of them
    Attempt seen;
  };
  struct Repeal {
    RepealStatement statement;
    std::string url;
    std::optional<CivilDay> day;
    std::optional<CivilDay> effective;
    Attempt seen;
  };

  std::string site_subject(std::string_view word) const { return home_ + '#' + std::string(word); }
  bool wants(const Url& url, const PageFacts& page, std::string_view headline, bool is_column);
  void note_article(const PageFacts& page, WallTime now);
  void index_title(const std::string& url, std::string_view headline);
  void tally_tags(const std::string& url, const PageFacts& page, PageFamily family, const Attempt& attempt);
  void read_home(const Url& url, const PageFacts& page, const PortalFacts& facts, const Attempt& attempt, WallTime now);
  void read_single(const Url& url, const PageFacts& page, const PortalFacts& facts, const Attempt& attempt,
                   WallTime now);
  void read_document(const std::string& url, const DocumentSight& document, const Attempt& attempt, WallTime now);
  void read_list(const Url& url, const PageFacts& page, const PortalFacts& facts, const Attempt& attempt, WallTime now);
  void read_repeals_of(const std::string& url, const PortalFacts& facts, const Attempt& attempt);
  void pend_tags();
  void pend_documents();
  void pend_repeals(WallTime now);
  bool is_prolonged(const DocumentSight& document) const;
  HomeJudgement judge_home_page(const HomeSight& sight, const std::vector<ColumnDesk::Column>& columns, bool complete,
                                WallTime now) const;
  void conclude_feet();
  void conclude_home(const std::vector<ColumnDesk::Column>& columns, bool complete, WallTime now);
  void conclude_veto(const std::vector<ColumnDesk::Column>& columns, bool complete, WallTime now);
  bool is_first_level(const ColumnRecord& column) const;

  const std::string home_;  // as it was asked for, without fragment
  const ContentLimits limits_;
  std::set<std::string> watched_;

  // The home page.
  bool is_portal_of_government() const;
  bool is_government_ = false;  // the home page says so
  bool has_government_name_ = false;
  std::optional<HomeSight> home_sight_;
  std::string home_read_;  // the URL that it was read from
  Attempt home_seen_;
  std::optional<HomeSight> home_again_;
  std::optional<Attempt> home_seen_again_;
  std::set<std::string> home_links_;  // keys
  std::uint32_t articles_dated_ = 0;  // that the home page leads to
  std::optional<CivilDay> newest_article_;
  std::optional<FootSight> home_foot_;
  std::optional<FootSight> other_foot_;
  std::string other_foot_url_;
  Attempt other_foot_seen_;

  // Samples of trees.
  std::uint64_t scanned_ = 0;
  std::uint64_t article_trees_ = 0;
  std::uint64_t document_trees_ = 0;
  std::map<std::string, int> sampled_;  // by folder
  std::uint64_t repeal_trees_ = 0;

  std::map<std::string, TagTally> tags_;            // by name
  std::map<std::string, DocumentTally> documents_;  // by the word of their fault
  std::uint64_t documents_read_ = 0;

  std::multimap<std::string, std::string> titles_;  // key of a document's title -> URL
  std::vector<std::string> prolonged_;              // keys of pages that prolong a document
  std::vector<Repeal> repeals_;

  bool is_whole_ = true;
  std::vector<std::string> tags_there_;  // on all pages that were read

  std::vector<Pending> pending_;
  std::vector<ContentNote> notes_;
  std::vector<std::pair<std::string, std::string>> cleared_;
};

// Rules of content, in no order.
inline constexpr const char* kContentRules[] = {"home.stale",        "site.veto",         "content.expired",
                                                "content.unrotated", "content.backdated", "page.metadata",
                                                "document.metadata"};

}  // namespace xuncha
