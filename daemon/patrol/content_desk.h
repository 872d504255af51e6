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
#include <utility>
#include <vector>

#include "core/clock.h"
#include "core/content.h"
#include "core/fetch.h"
#include "core/finding.h"
#include "core/page.h"
#include "core/portal.h"
#include "core/records.h"
#include "core/url.h"
#include "crawler/portal/meta_tags.h"
#include "daemon/patrol/column_desk.h"
#include "detectors/home_freshness.h"
#include "detectors/page_metadata.h"
#include "detectors/site_veto.h"

namespace xuncha {

// Of the code that reads what pages show of their content: raised when it reads otherwise, so that pages are read anew,
// each when it is due.
inline constexpr std::uint32_t kContentReader = 4;

// What the rules of content are judged by, in days.
struct ContentLimits {
  std::uint32_t home = 14;         // 首页不更新: 2 weeks
  std::uint32_t new_marks = 30;    // a mark NEW beside an item
  std::uint32_t backdating = 180;  // between the day a text shows and the one it is of
};

// One fault of content as the pages show it, for the tracker.
struct ContentFault {
  std::string rule{};
  std::string subject{};
  std::optional<Severity> severity{};  // where it is not the rule's
  std::string compared{};
  std::string limit{};
  std::string control{};
  std::string excerpt{};
  std::vector<Place> places{};
  std::uint64_t places_total = 0;
  UrlNumber decides = 0;  // the page whose second reading tells whether it is one; 0: none does (site.veto)
  Attempt seen{};
  std::optional<Attempt> again{};  // of a second source that was asked for anyway
};

// Without attempts.
Evidence content_evidence(const ContentFault& fault);

// What the patrol knows of the site's pages now.
struct ContentSite {
  // The address of a page that is linked, and was not seen to be gone; null: of no account.
  std::function<const std::string*(UrlNumber)> page;
  std::function<Attempt(UrlNumber)> attempt;            // how it was last had
  std::function<UrlNumber(const std::string&)> number;  // 0: unknown
  UrlNumber home = 0;                                   // the page that the home page's address leads to
  std::set<UrlNumber> home_links;                       // what that refers to, and where it redirects
  bool home_links_known = true;                         // none of them was out of reach before it could be read
  bool complete = false;                                // all pages of the site are known
  bool in_rounds = false;  // of the daemon: what the columns' own readings have confirmed holds
  WallTime today{};
};

// What the pages of one site show of its content: mandated META tags and marks, documents and their validity, the home
// page's freshness, what was left standing. Keeps small facts of each page, takes them up from the store and judges all
// of them by today's date. Thread rule: confined to one thread.
class ContentDesk {
 public:
  ContentDesk(const Url& home, ContentLimits limits);

  // Takes up what the store remembers of a page that stands at this address. `stands`: it was linked not long ago.
  void restore(ContentRecord record, const std::string& url, bool stands);
  bool knows(UrlNumber page) const { return records_.contains(page); }
  // Is more known of it than a scan shows?
  bool knows_tree(UrlNumber page) const;

  // A page of the site was not read in this patrol, nor are its facts remembered: what is counted over all pages proves
  // nothing by absence.
  void left_unread() { is_whole_ = false; }
  // A page of the site that was read well. True: its tree is worth its cost, and read() takes it; until then nothing
  // but its headline was read, and what its tree showed last holds. `is_column`: it is
  // read in any case. `now`: when it was read.
  struct Page {
    UrlNumber number = 0;
    const Url& url;
    const PageFacts& page;
    const MetaTags& meta;
    bool is_home = false;
    bool is_column = false;
    bool is_accused = false;  // a case stands
    bool by_home = false;     // the home page may lead to it
    WallTime today{};
    WallTime now{};
  };
  bool scan(const Page& page);
  void read(const Page& page, const PortalFacts& facts);
  // The same of a page that is asked for a second time.
  void read_again(const Page& page, const PortalFacts& facts);
  // Was all of the page read in this patrol?
  bool read_now(UrlNumber page) const { return read_now_.contains(page); }
  // When all of it was read last; 0: never.
  WallTime last_read(UrlNumber page) const;

  // Judges all that is known.
  void review(const ContentSite& site, const std::vector<ColumnDesk::Column>& columns);
  const std::vector<ContentFault>& faults() const { return faults_; }
  // Pages whose tree would tell whether they are documents that another page calls repealed, or articles that carry an
  // earlier day than they came on.
  const std::vector<UrlNumber>& wanted() const { return wanted_; }
  // Is the rule kept where this case stands? False: it is not, or that cannot be told.
  bool is_clear(const Finding& finding) const;
  // The newest day of the home page, by which home.stale judges it; nullopt: nothing gives one.
  std::optional<CivilDay> home_newest() const { return home_newest_; }

  // What is to be stored.
  std::vector<ContentRecord> take_changed();
  std::vector<UrlNumber> take_gone();

 private:
  struct Standing {
    const ContentRecord* record = nullptr;
    const std::string* url = nullptr;
  };
  std::string site_subject(std::string_view word) const { return home_ + '#' + std::string(word); }
  void count_tree(const ContentRecord& record, const std::string& url);
  bool wants(const Page& page, std::string_view headline);
  ContentRecord scanned(const Page& page, std::string_view headline) const;
  void keep(ContentRecord record);
  ContentTree tree_of(const Page& page, const PortalFacts& facts) const;
  void read_single(const Page& page, const PortalFacts& facts, ContentTree& tree) const;
  void read_list(const Page& page, const PortalFacts& facts, ContentTree& tree) const;

  // Judging (content_review.cc)
  ContentFault fault_of(std::string rule, const Standing& standing) const;
  void judge_tags();
  void judge_documents();
  void judge_expiry(const Standing& standing);
  void judge_single(const Standing& standing);
  void judge_list(const Standing& standing);
  void judge_repeals();
  void judge_late_items(const std::vector<ColumnDesk::Column>& columns);
  bool is_prolonged(const DocumentSight& document) const;
  void judge_home_page(const std::vector<ColumnDesk::Column>& columns);
  void judge_feet();
  void judge_veto(const std::vector<ColumnDesk::Column>& columns);
  bool is_first_level(const ColumnRecord& column) const;
  void clear(std::string_view rule, std::string subject);

  const std::string home_;  // as it was asked for, without fragment
  const ContentLimits limits_;

  std::unordered_map<UrlNumber, ContentRecord> records_;
  std::set<UrlNumber> changed_;
  std::set<UrlNumber> gone_;
  std::set<UrlNumber> read_now_;
  bool is_whole_ = true;
  std::size_t repeals_kept_ = 0;

  // Samples of trees.
  std::uint64_t pages_ = 0;  // that were read, now or before
  std::uint64_t article_trees_ = 0;
  std::uint64_t document_trees_ = 0;
  std::uint64_t repeal_trees_ = 0;
  std::uint64_t backdated_trees_ = 0;
  std::map<std::string, int> sampled_;  // by folder

  // Of the last review.
  const ContentSite* site_ = nullptr;  // while it goes on
  bool is_portal_of_government_ = false;
  std::vector<Standing> standing_;           // in order of page numbers
  std::vector<Standing> trees_;              // of those, whose tree was read
  std::vector<std::string_view> prolonged_;  // documents that other pages call prolonged
  Standing home_page_;
  std::vector<ContentFault> faults_;
  std::vector<UrlNumber> wanted_;
  std::set<std::pair<std::string, std::string>> cleared_;  // rule and subject
  std::set<std::string> late_;                             // pages that came late by their lists and themselves
  std::optional<CivilDay> home_newest_;
};

// Rules of content, in no order.
inline constexpr const char* kContentRules[] = {"home.stale",        "site.veto",         "content.expired",
                                                "content.unrotated", "content.backdated", "page.metadata",
                                                "document.metadata"};
bool is_rule_of_content(std::string_view rule);

}  // namespace xuncha
