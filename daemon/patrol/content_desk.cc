// What is kept of pages: which trees are read, and the facts that are taken from them.
#include "daemon/patrol/content_desk.h"

#include <algorithm>
#include <memory>

#include "core/civil.h"
#include "core/code_points.h"
#include "core/dates.h"
#include "core/digest.h"
#include "core/limits.h"
#include "crawler/portal/portal_text.h"
#include "crawler/portal/repeals.h"
#include "crawler/text_collapse.h"
#include "daemon/patrol/content_facts.h"
#include "detectors/backdating.h"
#include "detectors/column_class.h"
#include "detectors/document_validity.h"

namespace xuncha {
namespace {

// Of a site, about 150 bytes each in memory and 60 in the store: as many as honest portals have pages that are worth
// it.
constexpr std::size_t kRecordsMax = 50'000;
constexpr std::size_t kRepealsKept = 2'000;  // of a site, about 600 bytes each
// A tree costs ten scans: so many of articles, and of documents, whose tables differ, and one for so many pages more.
constexpr std::uint64_t kArticleTrees = 40;
constexpr std::uint64_t kPagesAnArticle = 200;
constexpr std::uint64_t kDocumentTrees = 100;
constexpr std::uint64_t kPagesADocument = 50;
constexpr int kTreesAFolder = 4;  // pages of one folder share a template
constexpr std::uint64_t kRepealTrees = 300;
constexpr std::uint64_t kBackdatedTrees = 300;
// What a portal may write at any length.
constexpr std::size_t kNameBytesMax = 300;
constexpr std::size_t kTitleBytesMax = 600;
constexpr std::size_t kNumberBytesMax = 200;

constexpr std::string_view kDocumentWords[] = {"办法", "规定", "细则", "意见", "通知", "方案", "决定", "规则", "制度",
                                               "标准", "条例", "公告", "规程", "规划", "计划", "规范", "措施"};
// Pages about a document, not the document.
constexpr std::string_view kAboutDocuments[] = {"解读", "征求意见", "草案", "问答", "废止", "失效", "一图", "答记者问"};
constexpr std::string_view kMirrors[] = {"/en/", "/english/", "/eng/", "/wap/", "/m/", "/wza/", "/mobile/"};

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

std::size_t repeals_of(const ContentRecord& record) {
  return record.tree ? record.tree->repeals.size() : 0;
}

bool tells_something(const ContentRecord& record) {
  return !record.titles.empty() || !record.prolongs.empty() || record.own_day || record.tree != nullptr;
}

}  // namespace

bool is_rule_of_content(std::string_view rule) {
  return std::any_of(std::begin(kContentRules), std::end(kContentRules),
                     [rule](const char* each) { return rule == each; });
}

Evidence content_evidence(const ContentFault& fault) {
  Evidence evidence;
  evidence.compared = fault.compared;
  evidence.limit = fault.limit;
  evidence.control = fault.control;
  evidence.excerpt = fault.excerpt;
  return evidence;
}

ContentDesk::ContentDesk(const Url& home, ContentLimits limits)
    : home_(std::string(home.without_fragment())), limits_(limits) {}

bool ContentDesk::knows_tree(UrlNumber page) const {
  const auto found = records_.find(page);
  return found != records_.end() && found->second.tree != nullptr;
}

WallTime ContentDesk::last_read(UrlNumber page) const {
  const auto found = records_.find(page);
  return found == records_.end() ? WallTime{} : found->second.read;
}

// A tree that is there belongs to the sample: its page is read by its tree as long as it stands.
void ContentDesk::count_tree(const ContentRecord& record, const std::string& url) {
  const ContentTree& tree = *record.tree;
  if (!tree.repeals.empty()) ++repeal_trees_;
  if (tree.shape == ContentShape::kDocument) ++document_trees_;
  if (tree.days && judge_article_days(*tree.days, limits_.backdating).fails()) {
    ++backdated_trees_;
    return;
  }
  if (tree.shape != ContentShape::kArticle && tree.shape != ContentShape::kNone) return;
  ++article_trees_;
  if (const UrlParse parsed = parse_url(url); parsed.url) ++sampled_[shape_of_folder(*parsed.url)];
}

void ContentDesk::restore(ContentRecord record, const std::string& url, bool stands) {
  if (record.reader != kContentReader) {  // read by other code: its page is read anew when it is due
    gone_.insert(record.page);
    return;
  }
  // What nothing links to any more leaves room for what is linked now.
  if (!stands && records_.size() >= kRecordsMax / 2) return;
  if (records_.size() >= kRecordsMax) return left_unread();
  ++pages_;
  repeals_kept_ += repeals_of(record);
  if (record.tree && stands) count_tree(record, url);
  records_.insert_or_assign(record.page, std::move(record));
}

bool ContentDesk::scan(const Page& page) {
  const auto known = records_.find(page.number);
  if (known == records_.end()) ++pages_;
  const bool had_tree = known != records_.end() && known->second.tree != nullptr;
  const std::string_view headline = headline_of(page.page, page.meta);
  const bool wants_tree = page.is_home || page.is_accused || had_tree || wants(page, headline);
  ContentRecord record = scanned(page, headline);
  if (wants_tree) {  // until read() has it, what its tree showed last holds: there may be no time for one more
    record.read = known != records_.end() ? known->second.read : WallTime{};
    if (had_tree) record.tree = known->second.tree;
  } else {
    read_now_.insert(page.number);
  }
  keep(std::move(record));
  return wants_tree;
}

ContentRecord ContentDesk::scanned(const Page& page, std::string_view headline) const {
  ContentRecord record{.page = page.number, .reader = kContentReader, .read = page.now};
  if (page.is_home) return record;
  if (page.by_home) {
    const OwnDay own = own_day_of(page.page, page.meta, page.today);
    if (own.sure || may_be_content(page.url, page.page, page.meta, headline) != ContentKind::kNone) {
      record.own_day = own.day;
      record.own_day_is_sure = own.sure;
    }
  }
  if (headline.size() > limits::kTitleBytesMax || !contains_any(headline, kDocumentWords)) return record;
  if (contains_text(headline, "有效期") || contains_text(headline, "继续施行") || contains_text(headline, "继续有效")) {
    record.prolongs = document_title_key(headline);
  }
  if (contains_any(headline, kAboutDocuments)) return record;
  for (const std::string& key : document_keys_of(headline)) record.titles.push_back(hash64(key));
  return record;
}

void ContentDesk::keep(ContentRecord record) {
  const UrlNumber page = record.page;
  const auto known = records_.find(page);
  if (!tells_something(record)) {
    if (known == records_.end()) return;
    repeals_kept_ -= repeals_of(known->second);
    records_.erase(known);
    changed_.erase(page);
    gone_.insert(page);
    return;
  }
  if (known == records_.end() && records_.size() >= kRecordsMax) return left_unread();
  if (known != records_.end()) repeals_kept_ -= repeals_of(known->second);
  repeals_kept_ += repeals_of(record);
  changed_.insert(page);
  gone_.erase(page);
  records_.insert_or_assign(page, std::move(record));
}

bool ContentDesk::wants(const Page& page, std::string_view headline) {
  if (repeal_trees_ < kRepealTrees && may_repeal(headline, page.page.visible_text)) return ++repeal_trees_, true;
  if (backdated_trees_ < kBackdatedTrees &&
      may_be_backdated(page.url, page.page, page.meta, limits_.backdating, page.today)) {
    return ++backdated_trees_, true;
  }
  const bool has_articles = article_trees_ < kArticleTrees + pages_ / kPagesAnArticle;
  const bool has_documents = document_trees_ < kDocumentTrees + pages_ / kPagesADocument;
  if (!has_articles && !has_documents) return false;
  switch (may_be_content(page.url, page.page, page.meta, headline)) {
    case ContentKind::kNone:
      return false;
    case ContentKind::kArticle: {  // those of one folder have one template
      if (!has_articles || ++sampled_[shape_of_folder(page.url)] > kTreesAFolder) return false;
      return ++article_trees_, true;
    }
    default:
      return has_documents && (++document_trees_, true);
  }
}

void ContentDesk::read(const Page& page, const PortalFacts& facts) {
  const auto known = records_.find(page.number);
  ContentRecord record;
  if (known != records_.end()) {
    repeals_kept_ -= repeals_of(known->second);
    known->second.tree = nullptr;
    record = known->second;
  }
  record.page = page.number;
  record.reader = kContentReader;
  record.read = page.now;
  read_now_.insert(page.number);
  ContentTree tree = tree_of(page, facts);
  // Nothing is there to be remembered of a page that only might have been a column. What might be a document was looked
  // at, and is none.
  if (page.is_column && tree.shape == ContentShape::kNone && !tree.foot && record.titles.empty()) {
    record.tree = nullptr;
  } else {
    record.tree = std::make_shared<const ContentTree>(std::move(tree));
  }
  keep(std::move(record));
}

void ContentDesk::read_again(const Page& page, const PortalFacts& facts) {
  scan(page);
  read(page, facts);
}

ContentTree ContentDesk::tree_of(const Page& page, const PortalFacts& facts) const {
  ContentTree tree;
  tree.name = cut_utf8(headline_of(page.page, page.meta), kNameBytesMax);
  tree.tags = mandated_tags_of(page.page);
  if (page.is_home && facts.kind == PageKind::kStub) return tree;  // it only leads to the home page
  if (page.is_home) {
    tree.shape = ContentShape::kHome;
    tree.owes_tags = true;
    tree.is_government = is_of_government(page.page, facts.footer);
    tree.foot = foot_of(page.page, facts.footer);
    tree.home = home_of(page.page, page.url, facts.list && facts.list->script_rendered, page.today);
    return tree;
  }
  if (contains_any(page.url.path(), kMirrors)) return tree;
  if (is_single(facts.kind)) {
    read_single(page, facts, tree);
  } else if (page.is_column && facts.kind == PageKind::kList) {
    read_list(page, facts, tree);
  }
  if (is_single(facts.kind) || facts.kind == PageKind::kList) {
    const FootSight foot = foot_of(page.page, facts.footer);
    if (foot.has_foot && !foot.by_script) tree.foot = foot;
  }
  return tree;
}

void ContentDesk::read_single(const Page& page, const PortalFacts& facts, ContentTree& tree) const {
  tree.shape = facts.kind == PageKind::kDocument ? ContentShape::kDocument : ContentShape::kArticle;
  if (!facts.article) return;
  // What shows no day of its own is a page of information, whatever its kind looks like.
  tree.owes_tags = facts.article->published.has_value();
  tree.document = document_of(page.page, facts, page.today);
  tree.document->title = cut_utf8(tree.document->title, kTitleBytesMax);
  tree.document->number = cut_utf8(tree.document->number, kNumberBytesMax);
  tree.document->validity = cut_utf8(tree.document->validity, kNumberBytesMax);
  tree.days = article_days_of(page.page, facts, page.url, page.today);
  if (may_be_content(page.url, page.page, page.meta, headline_of(page.page, page.meta)) == ContentKind::kConsultation) {
    tree.consultation = consultation_of(page.page, facts, page.today);
  }
  if (!may_repeal(facts.article->title, facts.main_text)) return;
  tree.repeals_day = facts.article->published ? facts.article->published : facts.article->written;
  tree.repeals_effective = facts.article->effective;
  for (RepealStatement& statement : read_repeals(facts.article->title, facts.main_text)) {
    if (repeals_kept_ + tree.repeals.size() >= kRepealsKept) return;
    for (const FoundDate& date : find_dates(statement.sentence, page.today).dates) {
      if (!statement.latest || date.day > *statement.latest) statement.latest = date.day;
    }
    tree.repeals.push_back(std::move(statement));
  }
}

void ContentDesk::read_list(const Page& page, const PortalFacts& facts, ContentTree& tree) const {
  const ColumnClassing classing =
      facts.column ? class_column(facts.column->name, facts.column->type, facts.column->path) : ColumnClassing{};
  if (!facts.list || facts.list->confidence < kListSure || facts.list->items.empty() || classing.mirror) return;
  tree.shape = ContentShape::kList;
  tree.owes_tags = true;
  if (!classing.archived) tree.marks = new_marks_of(page.page, facts, page.url, page.today);
  tree.name = cut_utf8(facts.column ? facts.column->name : facts.title, kNameBytesMax);
}

std::vector<ContentRecord> ContentDesk::take_changed() {
  std::vector<ContentRecord> changed;
  changed.reserve(changed_.size());
  for (const UrlNumber page : changed_) changed.push_back(records_.at(page));
  changed_.clear();
  return changed;
}

std::vector<UrlNumber> ContentDesk::take_gone() {
  std::vector<UrlNumber> gone(gone_.begin(), gone_.end());
  gone_.clear();
  return gone;
}

}  // namespace xuncha
