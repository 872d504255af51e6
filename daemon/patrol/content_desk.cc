#include "daemon/patrol/content_desk.h"

#include <algorithm>
#include <memory>

#include "core/civil.h"
#include "core/dates.h"
#include "core/limits.h"
#include "crawler/portal/portal_text.h"
#include "crawler/portal/repeals.h"
#include "daemon/patrol/content_facts.h"
#include "detectors/backdating.h"
#include "detectors/column_class.h"
#include "detectors/content_rotation.h"
#include "detectors/document_metadata.h"
#include "detectors/document_validity.h"
#include "detectors/site_domain.h"

namespace xuncha {
namespace {

constexpr std::size_t kPlacesMax = limits::kPlacesReportedMax;  // of one fault
constexpr std::size_t kTitlesMax = 50'000;                      // of pages that may be documents
constexpr std::size_t kHomeLinksMax = 5'000;
constexpr std::size_t kRepealsKept = 2'000;  // of a site
constexpr std::size_t kCandidatesMax = 300;  // documents that are read again since another page names them
constexpr std::size_t kPendingMax = 600;
// A host under .gov.cn may show one form or one table; what has so many pages is a portal, even if it bears no mark.
constexpr std::uint64_t kPagesOfPortal = 50;
// A tree costs ten scans: so many of articles, and of documents, whose tables differ, and one for so many pages more.
constexpr std::uint64_t kArticleTrees = 40;
constexpr std::uint64_t kPagesAnArticle = 200;
constexpr std::uint64_t kDocumentTrees = 100;
constexpr std::uint64_t kPagesADocument = 50;
constexpr int kTreesAFolder = 4;  // pages of one folder share a template
constexpr std::uint64_t kRepealTrees = 300;

constexpr std::string_view kDocumentWords[] = {"办法", "规定", "细则", "意见", "通知", "方案", "决定", "规则", "制度",
                                               "标准", "条例", "公告", "规程", "规划", "计划", "规范", "措施"};
// Pages about a document, not the document.
constexpr std::string_view kAboutDocuments[] = {"解读", "征求意见", "草案", "问答", "废止", "失效", "一图", "答记者问"};
constexpr std::string_view kMirrors[] = {"/en/", "/english/", "/eng/", "/wap/", "/m/", "/wza/", "/mobile/"};

std::string address_of(const Url& url) {
  return std::string(url.without_fragment());
}

void add_place(std::vector<Place>& places, const std::string& url, std::string_view text) {
  if (places.size() < kPlacesMax) places.push_back({.page = url, .text = std::string(text), .tag = {}});
}

// The folder of an address with its digits as one: 202611/ and 202610/ hold pages of one kind.
std::string shape_of_folder(const Url& url) {
  const std::string_view path = url.path();
  std::string shape(url.host());
  for (const char byte : path.substr(0, path.rfind('/') + 1)) {
    const char kept = byte >= '0' && byte <= '9' ? '0' : byte;
    if (kept != '0' || shape.back() != '0') shape += kept;
  }
  return shape;
}

bool is_single(PageKind kind) {
  return kind == PageKind::kArticle || kind == PageKind::kDocument;
}

}  // namespace

ContentDesk::ContentDesk(const Url& home, ContentLimits limits)
    : home_(std::string(home.without_fragment())), limits_(limits) {}

bool ContentDesk::scan(const Url& url, const PageFacts& page, bool is_home, bool is_column, WallTime now) {
  ++scanned_;
  if (is_home) return true;
  const std::string_view headline = headline_of(page);
  index_title(address_of(url), headline);
  if (home_links_.contains(url_key(url)) && may_be_content(url, page, headline) != ContentKind::kNone) {
    note_article(page, now);
  }
  return wants(url, page, headline, is_column);
}

// A page that the home page leads to gives a day of its own.
void ContentDesk::note_article(const PageFacts& page, WallTime now) {
  const OwnDay own = own_day_of(page, now);
  if (own.sure) ++articles_dated_;
  if (own.day && (!newest_article_ || *own.day > *newest_article_)) newest_article_ = own.day;
}

void ContentDesk::index_title(const std::string& url, std::string_view headline) {
  if (headline.size() > limits::kTitleBytesMax || titles_.size() >= kTitlesMax) return;
  if (!contains_any(headline, kDocumentWords)) return;
  if (contains_text(headline, "有效期") || contains_text(headline, "继续施行") || contains_text(headline, "继续有效")) {
    prolonged_.push_back(document_title_key(headline));
  }
  if (contains_any(headline, kAboutDocuments)) return;
  for (std::string& key : document_keys_of(headline)) titles_.emplace(std::move(key), url);
}

bool ContentDesk::wants(const Url& url, const PageFacts& page, std::string_view headline, bool is_column) {
  if (!watched_.empty() && watched_.contains(address_of(url))) return true;
  if (repeal_trees_ < kRepealTrees && may_repeal(headline, page.visible_text)) {
    ++repeal_trees_;
    return true;
  }
  const bool has_articles = article_trees_ < kArticleTrees + scanned_ / kPagesAnArticle;
  const bool has_documents = document_trees_ < kDocumentTrees + scanned_ / kPagesADocument;
  if (is_column || (!has_articles && !has_documents)) return false;
  const ContentKind kind = may_be_content(url, page, headline);
  if (kind == ContentKind::kNone) return false;
  const bool is_article = kind == ContentKind::kArticle;
  if (is_article ? !has_articles : !has_documents) return false;
  // Articles of one folder have one template.
  if (is_article && ++sampled_[shape_of_folder(url)] > kTreesAFolder) return false;
  ++(is_article ? article_trees_ : document_trees_);
  return true;
}

void ContentDesk::read(const Url& url, const PageFacts& page, const PortalFacts& facts, const Attempt& attempt,
                       bool is_home, bool is_column, WallTime now) {
  if (is_home) return read_home(url, page, facts, attempt, now);
  const std::string address = address_of(url);
  const std::string path = std::string(url.path());
  if (contains_any(path, kMirrors)) return;
  if (is_single(facts.kind)) {
    read_single(url, page, facts, attempt, now);
  } else if (is_column && facts.kind == PageKind::kList) {
    read_list(url, page, facts, attempt, now);
  }
  if (!other_foot_ && (is_single(facts.kind) || facts.kind == PageKind::kList)) {
    const FootSight foot = foot_of(page, url);
    if (foot.has_foot && !foot.by_script) {
      other_foot_ = foot;
      other_foot_url_ = address;
      other_foot_seen_ = attempt;
    }
  }
}

void ContentDesk::tally_tags(const std::string& url, const PageFacts& page, PageFamily family, const Attempt& attempt) {
  const std::uint32_t there = mandated_tags_of(page);
  std::uint32_t bit = 1;
  for (const MandatedTag& tag : mandated_tags()) {
    const bool has = (there & bit) != 0;
    bit <<= 1;
    if (tag.family != family) continue;
    TagTally& tally = tags_[std::string(tag.name)];
    ++tally.pages;
    if (has) continue;
    if (tally.without++ == 0) tally.seen = attempt;
    add_place(tally.places, url, headline_of(page));
  }
}

void ContentDesk::read_home(const Url& url, const PageFacts& page, const PortalFacts& facts, const Attempt& attempt,
                            WallTime now) {
  if (home_sight_) return;
  home_read_ = address_of(url);
  home_seen_ = attempt;
  is_government_ = is_of_government(page, url);
  has_government_name_ = is_government_name(url.host());
  tally_tags(home_read_, page, PageFamily::kHome, attempt);
  home_foot_ = foot_of(page, url);
  home_sight_ = home_of(page, url, facts.list && facts.list->script_rendered, now);
  for (const Link& link : page.links) {
    if (link.role != LinkRole::kPage || home_links_.size() >= kHomeLinksMax) continue;
    if (link.raw.size() > limits::kUrlBytesMax) continue;
    if (const UrlParse parsed = parse_url(link.raw, &url); parsed.url) home_links_.insert(url_key(*parsed.url));
  }
}

void ContentDesk::read_single(const Url& url, const PageFacts& page, const PortalFacts& facts, const Attempt& attempt,
                              WallTime now) {
  const std::string address = address_of(url);
  read_repeals_of(address, facts, attempt);
  // What shows no day of its own is a page of information, whatever its kind looks like.
  if (facts.article && facts.article->published) tally_tags(address, page, PageFamily::kArticle, attempt);
  const DocumentSight document = document_of(page, facts, now);
  if (facts.kind == PageKind::kDocument) read_document(address, document, attempt, now);
  if (pending_.size() >= kPendingMax) return;

  const CivilDay today = beijing_day(now);
  const ArticleDays days = article_days_of(page, facts, url, now);
  const ContentJudgement dated = judge_article_days(days, limits_.backdating);
  if (dated.fails()) {
    ContentNote note{.rule = "content.backdated",
                     .subject = address,
                     .compared = format_day(*days.shown),
                     .limit = format_day(*days.meta),
                     .excerpt = facts.article->title,
                     .seen = attempt};
    pending_.push_back(
        {std::move(note), address, [gap = limits_.backdating](ContentNote&, const Reread& again) {
           return judge_article_days(article_days_of(again.page, again.facts, again.url, again.now), gap).fails();
         }});
  } else if (watched_.contains(address)) {
    cleared_.emplace_back("content.backdated", address);
  }
  ConsultationSight consultation;
  ContentJudgement asked;
  if (may_be_content(url, page, headline_of(page)) == ContentKind::kConsultation) {
    consultation = consultation_of(page, facts, now);
    asked = judge_consultation(consultation, today);
  }
  if (asked.fails()) {
    ContentNote note{.rule = "content.unrotated",
                     .subject = address,
                     .compared = format_day(*consultation.deadline),
                     .control = "consultation_open",
                     .excerpt = std::string(headline_of(page)),
                     .seen = attempt};
    pending_.push_back({std::move(note), address, [today](ContentNote&, const Reread& again) {
                          return judge_consultation(consultation_of(again.page, again.facts, again.now), today).fails();
                        }});
  } else if (watched_.contains(address)) {
    cleared_.emplace_back("content.unrotated", address);
  }
}

void ContentDesk::read_document(const std::string& url, const DocumentSight& document, const Attempt& attempt,
                                WallTime now) {
  ++documents_read_;
  for (DocumentFault& fault : judge_document(document)) {
    DocumentTally& tally = documents_[std::string(fault.word)];
    if (tally.pages++ == 0) {
      tally.shown = std::move(fault.shown);
      tally.seen = attempt;
    }
    add_place(tally.places, url, document.title);
  }
  const CivilDay today = beijing_day(now);
  const ContentJudgement expired = judge_expired(document, today);
  if (expired.fails() && pending_.size() < kPendingMax) {
    ContentNote note{.rule = "content.expired",
                     .subject = url,
                     .severity = Severity::kInfo,
                     .compared = document.validity,
                     .limit = format_day(*document.expires),
                     .seen = attempt};
    add_place(note.places, url, document.title);
    pending_.push_back({std::move(note), url, [this, today](ContentNote&, const Reread& again) {
                          const DocumentSight seen = document_of(again.page, again.facts, again.now);
                          return judge_expired(seen, today).fails() && !is_prolonged(seen);
                        }});
  } else if ((expired.verdict == ContentVerdict::kPass || bears_mark(document)) && watched_.contains(url)) {
    cleared_.emplace_back("content.expired", url);
  }
}

bool ContentDesk::is_prolonged(const DocumentSight& document) const {
  const std::vector<std::string> keys = document_keys_of(document.title);
  return std::any_of(prolonged_.begin(), prolonged_.end(), [&keys](const std::string& page) {
    return std::any_of(keys.begin(), keys.end(), [&page](const std::string& key) { return contains_text(page, key); });
  });
}

void ContentDesk::read_list(const Url& url, const PageFacts& page, const PortalFacts& facts, const Attempt& attempt,
                            WallTime now) {
  const std::string address = address_of(url);
  const ColumnClassing classing =
      facts.column ? class_column(facts.column->name, facts.column->type, facts.column->path) : ColumnClassing{};
  if (!facts.list || facts.list->confidence < kListSure || facts.list->items.empty() || classing.mirror) return;
  tally_tags(address, page, PageFamily::kColumn, attempt);
  const CivilDay today = beijing_day(now);
  const NewMarksSight marks = new_marks_of(page, facts, url, now);
  const ContentJudgement judged = judge_new_marks(marks, limits_.new_marks, today);
  if (judged.fails() && !classing.archived && pending_.size() < kPendingMax) {
    ContentNote note{.rule = "content.unrotated",
                     .subject = address,
                     .compared = format_day(*marks.newest),
                     .limit = std::to_string(limits_.new_marks),
                     .control = "new_marks",
                     .excerpt = facts.column ? facts.column->name : facts.title,
                     .seen = attempt};
    pending_.push_back(
        {std::move(note), address, [today, limit = limits_.new_marks](ContentNote&, const Reread& again) {
           return judge_new_marks(new_marks_of(again.page, again.facts, again.url, again.now), limit, today).fails();
         }});
  } else if (judged.verdict == ContentVerdict::kPass && watched_.contains(address)) {
    cleared_.emplace_back("content.unrotated", address);
  }
}

void ContentDesk::read_repeals_of(const std::string& url, const PortalFacts& facts, const Attempt& attempt) {
  if (!facts.article || !may_repeal(facts.article->title, facts.main_text)) return;
  const std::optional<CivilDay> day = facts.article->published ? facts.article->published : facts.article->written;
  for (RepealStatement& statement : read_repeals(facts.article->title, facts.main_text)) {
    if (repeals_.size() >= kRepealsKept) return;
    repeals_.push_back({std::move(statement), url, day, facts.article->effective, attempt});
  }
}

bool ContentDesk::is_portal_of_government() const {
  return is_government_ || (has_government_name_ && scanned_ >= kPagesOfPortal);
}

void ContentDesk::pend_tags() {
  for (const MandatedTag& tag : mandated_tags()) {
    const std::string name(tag.name);
    const auto found = tags_.find(name);
    if (found == tags_.end()) continue;
    const TagTally& tally = found->second;
    const ContentJudgement judged = judge_tag({.is_government = is_portal_of_government(),
                                               .pages = tally.pages,
                                               .without = tally.without,
                                               .missed_again = true});
    if (judged.verdict == ContentVerdict::kPass) tags_there_.push_back(name);
    if (!judged.fails()) continue;
    ContentNote note{.rule = "page.metadata",
                     .subject = site_subject(name),
                     .compared = name,
                     .limit = std::string(page_family_name(tag.family)),
                     .control = std::to_string(tally.pages),
                     .places = tally.places,
                     .places_total = tally.without,
                     .seen = tally.seen};
    const auto bit = static_cast<std::uint32_t>(1u << (&tag - mandated_tags().data()));
    pending_.push_back({std::move(note), tally.places.front().page, [bit](ContentNote&, const Reread& again) {
                          return (mandated_tags_of(again.page) & bit) == 0;
                        }});
  }
}

void ContentDesk::pend_documents() {
  for (const auto& [word, tally] : documents_) {
    ContentNote note{.rule = "document.metadata",
                     .subject = site_subject(word),
                     .compared = word,
                     .excerpt = tally.shown,
                     .places = tally.places,
                     .places_total = tally.pages,
                     .seen = tally.seen};
    pending_.push_back({std::move(note), tally.places.front().page, [word = word](ContentNote&, const Reread& again) {
                          const auto faults = judge_document(document_of(again.page, again.facts, again.now));
                          return again.facts.kind == PageKind::kDocument &&
                                 std::any_of(faults.begin(), faults.end(),
                                             [&](const DocumentFault& each) { return each.word == word; });
                        }});
  }
}

// Documents of the site that a page of the site calls repealed: their own pages are read for it.
void ContentDesk::pend_repeals(WallTime now) {
  const CivilDay today = beijing_day(now);
  std::size_t candidates = 0;
  std::set<std::string> pended;
  for (const Repeal& repeal : repeals_) {
    // From a day to come on: not yet.
    const FoundDates dates = find_dates(repeal.statement.sentence, now);
    if (std::any_of(dates.dates.begin(), dates.dates.end(), [&](const FoundDate& date) { return date.day > today; }))
      continue;
    const std::string key = document_title_key(repeal.statement.title);
    std::vector<std::string> pages;
    for (auto [at, end] = titles_.equal_range(key); at != end; ++at) {
      if (at->second != repeal.url) pages.push_back(at->second);
    }
    // Without a number two documents of one title cannot be told apart.
    if (repeal.statement.number.empty() && pages.size() != 1) continue;
    for (const std::string& page : pages) {
      if (candidates >= kCandidatesMax || pended.contains(page)) continue;
      pended.insert(page);
      ++candidates;
      ContentNote note{.rule = "content.expired",
                       .subject = page,
                       .control = repeal.url,
                       .excerpt = repeal.statement.sentence,
                       .seen = repeal.seen};
      add_place(note.places, page, repeal.statement.title);
      pending_.push_back({std::move(note), page, [repeal, today](ContentNote& shown, const Reread& again) {
                            if (!is_single(again.facts.kind)) return false;
                            const DocumentSight document = document_of(again.page, again.facts, again.now);
                            shown.compared = document.validity;
                            return judge_repealed(repeal.statement, {.day = repeal.day, .effective = repeal.effective},
                                                  document, today)
                                .fails();
                          }});
    }
  }
}

std::vector<Url> ContentDesk::second_sights(const std::vector<ColumnDesk::Column>& columns, bool complete,
                                            WallTime now) {
  complete = complete && is_whole_;
  pend_tags();
  pend_documents();
  pend_repeals(now);
  std::set<std::string> looks;
  for (const Pending& pending : pending_) looks.insert(pending.look);
  if (home_sight_ && judge_home_page(*home_sight_, columns, complete, now).verdict != ContentVerdict::kPass) {
    looks.insert(home_read_);
  }
  std::vector<Url> urls;
  for (const std::string& look : looks) {
    if (UrlParse parsed = parse_url(look); parsed.url) urls.push_back(std::move(*parsed.url));
  }
  return urls;
}

void ContentDesk::saw_again(const Reread& again) {
  const std::string address = address_of(again.url);
  for (Pending& pending : pending_) {
    if (pending.look != address) continue;
    if (pending.still(pending.note, again)) {
      pending.note.again = again.attempt;
    } else {
      cleared_.emplace_back(pending.note.rule, pending.note.subject);
      pending.note.rule.clear();  // it was a moment's
    }
  }
  if (address == home_read_ && !home_again_) {
    home_again_ = home_of(again.page, again.url, again.facts.list && again.facts.list->script_rendered, again.now);
    home_seen_again_ = again.attempt;
  }
}

HomeJudgement ContentDesk::judge_home_page(const HomeSight& sight, const std::vector<ColumnDesk::Column>& columns,
                                           bool complete, WallTime now) const {
  HomeSight all = sight;
  all.complete = complete;
  all.articles_dated = articles_dated_;
  all.newest_article = newest_article_;
  for (const ColumnDesk::Column& column : columns) {
    const ColumnSight& list = column.record.sight;
    const bool unread = column.record.reason == "script_rendered" || column.record.reason == "low_confidence" ||
                        column.record.reason == "no_items" || column.record.reason == "items_undated";
    if (unread) ++all.columns_unread;
    if (!list.newest) continue;
    ++all.columns_dated;
    if (all.newest_column && *all.newest_column >= *list.newest) continue;
    all.newest_column = list.newest;
    all.columns_confirmed = column.record.verdict == ColumnVerdict::kStale;
  }
  return judge_home(all, limits_.home, beijing_day(now));
}

void ContentDesk::conclude_home(const std::vector<ColumnDesk::Column>& columns, bool complete, WallTime now) {
  if (!home_sight_) return;
  const HomeJudgement first = judge_home_page(*home_sight_, columns, complete, now);
  const std::string subject = home_;
  if (first.verdict == ContentVerdict::kPass) cleared_.emplace_back("home.stale", subject);
  if (first.verdict != ContentVerdict::kFail || !home_again_) return;
  const HomeJudgement again = judge_home_page(*home_again_, columns, complete, now);
  if (again.verdict != ContentVerdict::kFail) return;
  ContentNote note{.rule = "home.stale",
                   .subject = subject,
                   .compared = format_day(*again.newest),
                   .limit = std::to_string(limits_.home),
                   .seen = home_seen_,
                   .again = home_seen_again_};
  if (again.by_columns) note.control = std::to_string(columns.size());
  add_place(note.places, home_read_, {});
  notes_.push_back(std::move(note));
}

void ContentDesk::conclude_feet() {
  if (!home_foot_) return;
  for (std::size_t index = 0; index < kFootFacts; ++index) {
    const auto fact = static_cast<FootFact>(index);
    const ContentJudgement judged = judge_foot(fact, is_portal_of_government(), *home_foot_, other_foot_);
    const std::string name(foot_fact_name(fact));
    if (judged.verdict == ContentVerdict::kPass) cleared_.emplace_back("page.metadata", site_subject(name));
    if (!judged.fails()) continue;
    ContentNote note{.rule = "page.metadata",
                     .subject = site_subject(name),
                     .compared = name,
                     .limit = "family_foot",
                     .seen = home_seen_,
                     .again = other_foot_seen_};
    add_place(note.places, home_read_, {});
    add_place(note.places, other_foot_url_, {});
    notes_.push_back(std::move(note));
  }
}

bool ContentDesk::is_first_level(const ColumnRecord& column) const {
  if (!column.path.empty()) {
    const bool from_home = contains_text(column.path.front(), "首页") || contains_text(column.path.front(), "主页");
    return column.path.size() <= (from_home ? 2u : 1u);
  }
  const UrlParse parsed = parse_url(column.url);
  return parsed.url && home_links_.contains(url_key(*parsed.url)) &&
         std::count(parsed.url->path().begin(), parsed.url->path().end(), '/') <= 2;
}

void ContentDesk::conclude_veto(const std::vector<ColumnDesk::Column>& columns, bool complete, WallTime now) {
  std::vector<VetoColumn> judged;
  judged.reserve(columns.size());
  for (const ColumnDesk::Column& column : columns) {
    const ColumnRecord& record = column.record;
    judged.push_back({.column_class = record.column_class,
                      .verdict = column.again ? record.verdict : ColumnVerdict::kUnknown,
                      .newest = record.sight.newest,
                      .first_level = is_first_level(record)});
  }
  for (const VetoCount& count : count_vetoes(judged, now, WorkCalendar::built_in())) {
    const VetoLevel level = count.level();
    const std::string subject = site_subject(count.word);
    if (level == VetoLevel::kNone) {
      if (complete) cleared_.emplace_back("site.veto", subject);
      continue;
    }
    const ColumnDesk::Column& first = columns[count.columns.front()];
    ContentNote note{.rule = "site.veto",
                     .subject = subject,
                     .compared = std::to_string(count.columns.size()),
                     .limit = std::to_string(count.limit),
                     .control = std::string(count.word),
                     .places_total = count.columns.size(),
                     .seen = first.seen,
                     .again = first.again};
    if (level == VetoLevel::kWarning) note.severity = Severity::kMinor;
    for (const std::size_t index : count.columns) {
      add_place(note.places, columns[index].record.url, columns[index].record.name);
    }
    notes_.push_back(std::move(note));
  }
}

void ContentDesk::conclude(const std::vector<ColumnDesk::Column>& columns, bool complete, WallTime now) {
  if (scanned_ == 0) return;
  complete = complete && is_whole_;
  if (complete) {
    for (const std::string& name : tags_there_) cleared_.emplace_back("page.metadata", site_subject(name));
  }
  conclude_home(columns, complete, now);
  conclude_veto(columns, complete, now);
  conclude_feet();
  for (Pending& pending : pending_) {
    if (pending.note.rule.empty()) continue;
    if (pending.note.places.empty()) add_place(pending.note.places, pending.note.subject, pending.note.excerpt);
    if (pending.note.places_total == 0) pending.note.places_total = pending.note.places.size();
    // A document that another page names is accused by its own page's second reading alone.
    if (pending.note.rule == "content.expired" && !pending.note.again) continue;
    notes_.push_back(std::move(pending.note));
  }
  pending_.clear();
  for (ContentNote& note : notes_) {
    if (note.places_total == 0) note.places_total = note.places.size();
  }
  if (documents_read_ > 0 && complete) {
    for (const std::string_view word : document_fault_words()) {
      if (!documents_.contains(std::string(word))) cleared_.emplace_back("document.metadata", site_subject(word));
    }
  }
}

}  // namespace xuncha
