// What all that is known of a site's pages says by today's date.
#include <algorithm>
#include <iterator>
#include <map>
#include <memory>

#include "core/civil.h"
#include "core/digest.h"
#include "core/limits.h"
#include "crawler/portal/portal_text.h"
#include "daemon/patrol/case_tracker.h"
#include "daemon/patrol/column_memory.h"
#include "daemon/patrol/content_desk.h"
#include "daemon/patrol/content_facts.h"
#include "detectors/backdating.h"
#include "detectors/content_rotation.h"
#include "detectors/document_metadata.h"
#include "detectors/document_validity.h"
#include "detectors/site_domain.h"

namespace xuncha {
namespace {

constexpr std::size_t kPlacesMax = limits::kPlacesReportedMax;  // of one fault
constexpr std::size_t kFaultsMax = 600;               // of single pages: a site with more is at fault as a whole
constexpr std::size_t kCandidatesMax = 300;           // documents that are read since another page names them
constexpr std::size_t kNamesakesMax = 20;             // pages of one title: more cannot be told apart
constexpr std::size_t kComparisonsMax = 5'000;        // of a statement with a document, about 10 us each
constexpr auto kLateWanted = std::chrono::hours(48);  // that its page is asked for: some never show a day
constexpr std::size_t kProlongedMax = 500;  // pages that prolong documents, each compared with each that has expired
// A host under .gov.cn may show one form or one table; what has so many pages is a portal, even if it bears no mark.
constexpr std::uint64_t kPagesOfPortal = 50;

void add_place(std::vector<Place>& places, const std::string& url, std::string_view text) {
  if (places.size() < kPlacesMax) places.push_back({.page = url, .text = std::string(text), .tag = {}});
}

ContentShape shape_of(PageFamily family) {
  switch (family) {
    case PageFamily::kHome:
      return ContentShape::kHome;
    case PageFamily::kColumn:
      return ContentShape::kList;
    case PageFamily::kArticle:
      return ContentShape::kArticle;
  }
  return ContentShape::kNone;
}

bool is_of_family(const ContentTree& tree, PageFamily family) {
  const ContentShape shape = tree.shape == ContentShape::kDocument ? ContentShape::kArticle : tree.shape;
  return tree.owes_tags && shape == shape_of(family);
}

}  // namespace

ContentFault ContentDesk::fault_of(std::string rule, const Standing& standing) const {
  ContentFault fault;
  fault.rule = std::move(rule);
  fault.subject = *standing.url;
  fault.decides = standing.record->page;
  fault.seen = site_->attempt(standing.record->page);
  return fault;
}

void ContentDesk::clear(std::string_view rule, std::string subject) {
  cleared_.emplace(std::string(rule), std::move(subject));
}

bool ContentDesk::is_clear(const Finding& finding) const {
  // What was told stands while its list and its page show it, whatever came into the lists since.
  if (is_told(finding.state) && finding.rule == "content.backdated" && late_.contains(finding.subject)) return false;
  return cleared_.contains({finding.rule, finding.subject});
}

void ContentDesk::review(const ContentSite& site, const std::vector<ColumnDesk::Column>& columns) {
  site_ = &site;
  faults_.clear();
  wanted_.clear();
  cleared_.clear();
  late_.clear();
  standing_.clear();
  trees_.clear();
  home_page_ = {};
  for (const auto& [page, record] : records_) {
    const std::string* url = site.page(page);
    if (url == nullptr) continue;
    standing_.push_back({&record, url});
    if (page == site.home && record.tree && record.tree->home) home_page_ = standing_.back();
  }
  std::sort(standing_.begin(), standing_.end(),
            [](const Standing& left, const Standing& right) { return left.record->page < right.record->page; });
  std::copy_if(standing_.begin(), standing_.end(), std::back_inserter(trees_),
               [](const Standing& each) { return each.record->tree != nullptr; });
  prolonged_.clear();
  for (const Standing& each : standing_) {
    const bool has_room = prolonged_.size() <= kProlongedMax;
    if (has_room && !each.record->prolongs.empty()) prolonged_.push_back(each.record->prolongs);
  }
  const UrlParse home = parse_url(home_page_.url != nullptr ? *home_page_.url : home_);
  is_portal_of_government_ = (home_page_.record != nullptr && home_page_.record->tree->is_government) ||
                             (home.url && is_government_name(home.url->host()) && pages_ >= kPagesOfPortal);
  judge_home_page(columns);
  judge_veto(columns);
  judge_feet();
  judge_tags();
  judge_documents();
  for (const Standing& standing : trees_) {
    if (standing.record->tree->shape == ContentShape::kHome) continue;
    judge_expiry(standing);
    judge_single(standing);
    judge_list(standing);
  }
  judge_repeals();
  judge_late_items(columns);
  for (ContentFault& fault : faults_) {
    if (fault.places_total == 0) fault.places_total = fault.places.size();
  }
  site_ = nullptr;
}

void ContentDesk::judge_tags() {
  for (const MandatedTag& tag : mandated_tags()) {
    const auto bit = static_cast<std::uint32_t>(1u << (&tag - mandated_tags().data()));
    const std::string name(tag.name);
    std::uint64_t pages = 0;
    ContentFault fault;
    for (const Standing& standing : trees_) {
      if (!is_of_family(*standing.record->tree, tag.family)) continue;
      ++pages;
      if ((standing.record->tree->tags & bit) != 0) continue;
      if (fault.places_total++ == 0) fault = fault_of("page.metadata", standing), fault.places_total = 1;
      add_place(fault.places, *standing.url, standing.record->tree->name);
    }
    const ContentJudgement judged = judge_tag({.is_government = is_portal_of_government_,
                                               .pages = pages,
                                               .without = fault.places_total,
                                               .missed_again = true});
    // In rounds the case's own page was read again besides.
    if (judged.verdict == ContentVerdict::kPass && (site_->complete || site_->in_rounds) && is_whole_) {
      clear("page.metadata", site_subject(name));
    }
    if (!judged.fails()) continue;
    fault.subject = site_subject(name);
    fault.compared = name;
    fault.limit = std::string(page_family_name(tag.family));
    fault.control = std::to_string(pages);
    faults_.push_back(std::move(fault));
  }
}

void ContentDesk::judge_documents() {
  std::map<std::string, ContentFault> by_word;
  std::uint64_t documents = 0;
  for (const Standing& standing : trees_) {
    if (standing.record->tree->shape != ContentShape::kDocument) continue;
    const std::optional<DocumentSight>& document = standing.record->tree->document;
    if (!document) continue;
    ++documents;
    for (DocumentFault& each : judge_document(*document)) {
      ContentFault& fault = by_word[std::string(each.word)];
      if (fault.places_total++ == 0) {
        fault = fault_of("document.metadata", standing);
        fault.places_total = 1;
        fault.excerpt = std::move(each.shown);
      }
      add_place(fault.places, *standing.url, document->title);
    }
  }
  for (auto& [word, fault] : by_word) {
    fault.subject = site_subject(word);
    fault.compared = word;
    faults_.push_back(std::move(fault));
  }
  if (documents == 0 || !(site_->complete || site_->in_rounds) || !is_whole_) return;
  for (const std::string_view word : document_fault_words()) {
    if (!by_word.contains(std::string(word))) clear("document.metadata", site_subject(word));
  }
}

void ContentDesk::judge_expiry(const Standing& standing) {
  const ContentTree& tree = *standing.record->tree;
  if (tree.shape != ContentShape::kDocument || !tree.document) return clear("content.expired", *standing.url);
  const DocumentSight& document = *tree.document;
  const ContentJudgement expired = judge_expired(document, beijing_day(site_->today));
  if (expired.fails() && faults_.size() >= kFaultsMax) return;
  const bool fails = expired.fails() && !is_prolonged(document);
  if (!fails) return clear("content.expired", *standing.url);  // unless another page calls it repealed
  ContentFault fault = fault_of("content.expired", standing);
  fault.severity = Severity::kInfo;
  fault.compared = document.validity;
  fault.limit = format_day(*document.expires);
  add_place(fault.places, *standing.url, document.title);
  faults_.push_back(std::move(fault));
}

bool ContentDesk::is_prolonged(const DocumentSight& document) const {
  if (prolonged_.size() > kProlongedMax) return true;  // nobody can tell
  const std::vector<std::string> keys = document_keys_of(document.title);
  return std::any_of(prolonged_.begin(), prolonged_.end(), [&keys](std::string_view prolonged) {
    return std::any_of(keys.begin(), keys.end(),
                       [prolonged](const std::string& key) { return contains_text(prolonged, key); });
  });
}

void ContentDesk::judge_single(const Standing& standing) {
  const ContentTree& tree = *standing.record->tree;
  if (tree.shape == ContentShape::kList) return;
  const std::string& url = *standing.url;
  const bool has_room = faults_.size() < kFaultsMax;
  if (tree.days && judge_article_days(*tree.days, limits_.backdating).fails()) {
    if (has_room) {
      ContentFault fault = fault_of("content.backdated", standing);
      fault.compared = format_day(*tree.days->shown);
      fault.limit = format_day(*tree.days->meta);
      fault.excerpt = tree.document ? tree.document->title : tree.name;
      add_place(fault.places, url, fault.excerpt);
      faults_.push_back(std::move(fault));
    }
  } else {
    clear("content.backdated", url);
  }
  if (tree.consultation && judge_consultation(*tree.consultation, beijing_day(site_->today)).fails()) {
    if (has_room) {
      ContentFault fault = fault_of("content.unrotated", standing);
      fault.compared = format_day(*tree.consultation->deadline);
      fault.control = "consultation_open";
      fault.excerpt = tree.name;
      add_place(fault.places, url, fault.excerpt);
      faults_.push_back(std::move(fault));
    }
  } else {
    clear("content.unrotated", url);
  }
}

void ContentDesk::judge_list(const Standing& standing) {
  const ContentTree& tree = *standing.record->tree;
  if (tree.shape != ContentShape::kList) return;
  const ContentJudgement judged =
      tree.marks ? judge_new_marks(*tree.marks, limits_.new_marks, beijing_day(site_->today)) : ContentJudgement{};
  if (!judged.fails()) return clear("content.unrotated", *standing.url);
  if (faults_.size() >= kFaultsMax) return;
  ContentFault fault = fault_of("content.unrotated", standing);
  fault.compared = format_day(*tree.marks->newest);
  fault.limit = std::to_string(limits_.new_marks);
  fault.control = "new_marks";
  fault.excerpt = tree.name;
  add_place(fault.places, *standing.url, fault.excerpt);
  faults_.push_back(std::move(fault));
}

// Documents of the site that a page of the site calls repealed, by their own pages.
void ContentDesk::judge_repeals() {
  const CivilDay today = beijing_day(site_->today);
  std::unordered_map<std::uint64_t, std::vector<const Standing*>> titles;
  const bool has_repeals = std::any_of(
      trees_.begin(), trees_.end(), [](const Standing& standing) { return !standing.record->tree->repeals.empty(); });
  if (!has_repeals) return;
  for (const Standing& standing : standing_) {
    for (const std::uint64_t title : standing.record->titles) {
      std::vector<const Standing*>& pages = titles[title];
      if (pages.size() <= kNamesakesMax) pages.push_back(&standing);
    }
  }
  std::set<UrlNumber> candidates;
  std::set<UrlNumber> told;
  std::size_t comparisons = 0;
  for (const Standing& repealing : trees_) {
    const ContentTree& tree = *repealing.record->tree;
    for (const RepealStatement& statement : tree.repeals) {
      if (statement.latest && *statement.latest > today) continue;  // from a day to come on: not yet
      const auto named = titles.find(hash64(document_title_key(statement.title)));
      if (named == titles.end() || named->second.size() > kNamesakesMax) continue;
      std::vector<const Standing*> pages = named->second;
      std::erase_if(pages, [&](const Standing* each) { return each->record == repealing.record; });
      // Without a number two documents of one title cannot be told apart.
      if (statement.number.empty() && pages.size() != 1) continue;
      for (const Standing* page : pages) {
        if (candidates.size() >= kCandidatesMax || ++comparisons > kComparisonsMax) return;
        const bool is_new = candidates.insert(page->record->page).second;
        if (is_new && !page->record->tree) wanted_.push_back(page->record->page);
        if (!page->record->tree || told.contains(page->record->page)) continue;
        const std::optional<DocumentSight>& document = page->record->tree->document;
        if (!document) continue;
        const ContentJudgement judged =
            judge_repealed(statement, {.day = tree.repeals_day, .effective = tree.repeals_effective}, *document, today);
        if (!judged.fails()) continue;
        ContentFault fault = fault_of("content.expired", *page);
        fault.compared = document->validity;
        fault.control = *repealing.url;
        fault.excerpt = statement.sentence;
        fault.seen = site_->attempt(repealing.record->page);
        add_place(fault.places, *page->url, statement.title);
        told.insert(page->record->page);
        cleared_.erase({fault.rule, fault.subject});
        // What expired by its own page and is repealed by another is told by that.
        std::erase_if(faults_, [&](const ContentFault& each) {
          return each.rule == fault.rule && each.subject == fault.subject;
        });
        faults_.push_back(std::move(fault));
      }
    }
  }
}

// Articles that a list showed for the first time long after the day beside them, and whose own page says that day.
void ContentDesk::judge_late_items(const std::vector<ColumnDesk::Column>& columns) {
  struct Late {
    const ColumnRecord* column = nullptr;
    const LateItem* item = nullptr;
    bool is_alone = false;
  };
  std::vector<Late> late;
  for (const ColumnDesk::Column& column : columns) {
    const ColumnRecord& record = column.record;
    if (!is_dated_by_publication(record)) continue;
    for (const LateItem& item : record.late) {
      if (item.lateness != Lateness::kKnown) late.push_back({&record, &item, is_late_alone(record, item)});
    }
  }
  for (const Late& each : late) {
    const LateItem& item = *each.item;
    if (item.lateness != Lateness::kLate || !item.day) continue;
    const auto near = std::count_if(late.begin(), late.end(), [&item](const Late& other) {
      return other.is_alone && came_together(item, *other.item);
    });
    const bool is_import = !each.is_alone || static_cast<std::size_t>(near) > kLateOfSite;
    const UrlNumber page = site_->number(item.url);
    const std::string* url = site_->page(page);
    const bool is_told = std::any_of(faults_.begin(), faults_.end(), [page](const ContentFault& fault) {
      return fault.decides == page && fault.rule == "content.backdated";
    });
    if (url == nullptr || is_told) continue;
    const FirstSight sight{.item_day = item.day,
                           .first_seen = beijing_day(item.seen),
                           .previous_read = beijing_day(item.before),
                           .list_was_complete = true};
    if (!judge_first_sight(sight, limits_.backdating).fails()) continue;
    const auto known = records_.find(page);
    if (known == records_.end() || !known->second.tree) {
      if (!is_import && site_->today - item.seen < kLateWanted) wanted_.push_back(page);
      continue;
    }
    const ContentTree& tree = *known->second.tree;
    if (tree.shape != ContentShape::kArticle || !tree.days || !judge_own_day(*item.day, *tree.days).fails()) continue;
    late_.insert(*url);
    if (is_import || faults_.size() >= kFaultsMax) continue;
    ContentFault fault = fault_of("content.backdated", {&known->second, url});
    fault.compared = format_day(*item.day);
    fault.control = format_day(*sight.previous_read) + "/" + format_day(sight.first_seen);
    fault.excerpt = item.title;
    add_place(fault.places, each.column->url, each.column->name);
    cleared_.erase({fault.rule, fault.subject});
    faults_.push_back(std::move(fault));
  }
}

void ContentDesk::judge_home_page(const std::vector<ColumnDesk::Column>& columns) {
  home_newest_.reset();
  if (home_page_.record == nullptr) return;
  HomeSight sight = *home_page_.record->tree->home;
  // Pages that the home page does not lead to, and that a budget left out, say nothing of it.
  sight.complete = is_whole_ && site_->home_links_known;
  for (const UrlNumber page : site_->home_links) {
    const auto linked = records_.find(page);
    if (linked == records_.end() || !linked->second.own_day || site_->page(page) == nullptr) continue;
    if (linked->second.own_day_is_sure) ++sight.articles_dated;
    if (!sight.newest_article || *linked->second.own_day > *sight.newest_article) {
      sight.newest_article = linked->second.own_day;
    }
  }
  for (const ColumnDesk::Column& column : columns) {
    const ColumnSight& list = column.record.sight;
    const std::string& reason = column.record.reason;
    const bool unread = reason == "script_rendered" || reason == "low_confidence" || reason == "no_items" ||
                        reason == "no_match" || reason == "items_undated";
    if (unread) ++sight.columns_unread;
    if (!list.newest) continue;
    ++sight.columns_dated;
    if (sight.newest_column && *sight.newest_column >= *list.newest) continue;
    sight.newest_column = list.newest;
    sight.columns_confirmed = column.record.verdict == ColumnVerdict::kStale;
  }
  const HomeJudgement judged = judge_home(sight, limits_.home, beijing_day(site_->today));
  home_newest_ = judged.newest;
  if (judged.verdict == ContentVerdict::kPass) clear("home.stale", home_);
  if (judged.verdict != ContentVerdict::kFail || (judged.by_columns && !site_->complete)) return;
  ContentFault fault = fault_of("home.stale", home_page_);
  fault.subject = home_;
  fault.compared = format_day(*judged.newest);
  fault.limit = std::to_string(limits_.home);
  if (judged.by_columns) fault.control = std::to_string(columns.size());
  add_place(fault.places, *home_page_.url, {});
  faults_.push_back(std::move(fault));
}

void ContentDesk::judge_feet() {
  if (home_page_.record == nullptr || !home_page_.record->tree->foot) return;
  const auto other = std::find_if(trees_.begin(), trees_.end(), [this](const Standing& each) {
    return each.record != home_page_.record && each.record->tree->foot;
  });
  const bool has_other = other != trees_.end();
  for (std::size_t index = 0; index < kFootFacts; ++index) {
    const auto fact = static_cast<FootFact>(index);
    const ContentJudgement judged = judge_foot(fact, is_portal_of_government_, *home_page_.record->tree->foot,
                                               has_other ? other->record->tree->foot : std::nullopt);
    const std::string name(foot_fact_name(fact));
    if (judged.verdict == ContentVerdict::kPass) clear("page.metadata", site_subject(name));
    if (!judged.fails()) continue;
    ContentFault fault = fault_of("page.metadata", home_page_);
    fault.subject = site_subject(name);
    fault.compared = name;
    fault.limit = "family_foot";
    fault.again = site_->attempt(other->record->page);
    add_place(fault.places, *home_page_.url, {});
    add_place(fault.places, *other->url, {});
    faults_.push_back(std::move(fault));
  }
}

bool ContentDesk::is_first_level(const ColumnRecord& column) const {
  if (!column.path.empty()) {
    const bool from_home = contains_text(column.path.front(), "首页") || contains_text(column.path.front(), "主页");
    return column.path.size() <= (from_home ? 2u : 1u);
  }
  const UrlParse parsed = parse_url(column.url);
  return parsed.url && site_->home_links.contains(site_->number(column.url)) &&
         std::count(parsed.url->path().begin(), parsed.url->path().end(), '/') <= 2;
}

void ContentDesk::judge_veto(const std::vector<ColumnDesk::Column>& columns) {
  if (home_page_.record == nullptr) return;
  std::vector<VetoColumn> judged;
  judged.reserve(columns.size());
  for (const ColumnDesk::Column& column : columns) {
    const ColumnRecord& record = column.record;
    // In rounds a verdict took two readings; else the second source of this run.
    const bool is_sure = site_->in_rounds || column.again;
    judged.push_back({.column_class = record.column_class,
                      .verdict = is_sure ? record.verdict : ColumnVerdict::kUnknown,
                      .newest = record.sight.newest,
                      .first_level = is_first_level(record)});
  }
  for (const VetoCount& count : count_vetoes(judged, site_->today, WorkCalendar::built_in())) {
    const VetoLevel level = count.level();
    if (level == VetoLevel::kNone) {
      if (site_->complete || site_->in_rounds) clear("site.veto", site_subject(count.word));
      continue;
    }
    const ColumnDesk::Column& first = columns[count.columns.front()];
    ContentFault fault{.rule = "site.veto",
                       .subject = site_subject(count.word),
                       .compared = std::to_string(count.columns.size()),
                       .limit = std::to_string(count.limit),
                       .control = std::string(count.word),
                       .places_total = count.columns.size(),
                       .seen = first.seen,
                       .again = first.again};
    if (fault.seen.at == WallTime{}) fault.seen = {.at = first.record.last_seen, .status = 200};
    if (level == VetoLevel::kWarning) fault.severity = Severity::kMinor;
    for (const std::size_t index : count.columns) {
      add_place(fault.places, columns[index].record.url, columns[index].record.name);
    }
    faults_.push_back(std::move(fault));
  }
}

}  // namespace xuncha
