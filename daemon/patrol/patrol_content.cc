// Content: what is remembered of pages, which second sights it needs, and what is told of it.
#include <algorithm>
#include <set>
#include <utility>

#include "core/limits.h"
#include "core/url_shape.h"
#include "daemon/patrol/page_reader.h"
#include "daemon/patrol/patrol.h"
#include "daemon/patrol/patrol_look.h"
#include "daemon/patrol/slot_memory.h"

namespace xuncha {
namespace {

constexpr std::size_t kHomeLinksMax = 5'000;
// Second sights of one round: a portal with hundreds of faults of content is asked for them over some rounds.
constexpr std::size_t kLooksOfRound = 40;
constexpr std::size_t kHeadlineBytesMin = 24;  // of a link's text: eight Chinese characters
// A page that was linked this many patrols ago still belongs to the samples.
constexpr std::uint32_t kPatrolsOfSample = 10;

bool is_of_content(const Finding& finding) {
  return is_rule_of_content(finding.rule) && !is_of_slots(finding);
}

// Is its subject a page, and not the site?
bool is_of_page(const Finding& finding) {
  return finding.rule.starts_with("content.");
}

}  // namespace

bool Patrol::wants_content() const {
  return std::any_of(std::begin(kContentRules), std::end(kContentRules),
                     [this](const char* rule) { return options_.rules.wants(rule); });
}

// What is remembered of pages, as far as there is time. True when all of it is known. The site's mark says since when
// every page that is read is read by this code.
bool Patrol::recall_content(std::size_t at_once) {
  if (!wants_content()) return true;
  while (!content_walk_.finished) {
    check(store_.read_content(handle_, content_walk_, at_once, [this](ContentRecord record) {
      // A time still to come was written by a clock that was set back since: it is due; the mark is written again.
      const bool is_ahead = record.read > clock_.wall();
      if (is_ahead) record.read = WallTime{};
      if (record.page == 0 && record.reader == kContentReader && !is_ahead) content_since_ = record.read;
      if (record.page == 0 || record.page > targets_.size()) return;
      const UrlRecord& url = targets_[record.page].record;
      if (url.number == 0) return;
      const bool stands = url.patrol_linked + kPatrolsOfSample >= patrol_.number;
      content_.restore(std::move(record), url.url, stands);
    }));
    if (result_.store_error || !is_time_left()) return false;
  }
  for (const Finding* finding : cases_.all()) {
    if (finding->state != FindingState::kClosed && is_of_content(*finding)) content_cases_.insert(target_of(*finding));
  }
  if (content_since_ != WallTime::max()) return true;
  content_since_ = clock_.wall();
  Visit visit;
  visit.site = handle_;
  visit.content.push_back({.page = 0, .reader = kContentReader, .read = content_since_});
  check(store_.commit(visit));
  return true;
}

// Is it known what the page shows, so that it need not be read for that? A page of which nothing is kept was read and
// showed nothing.
bool Patrol::has_content(UrlNumber number) const {
  return content_.knows(number) || targets_[number].record.visited >= content_since_;
}

bool Patrol::must_read_content(UrlNumber number) const {
  if (!wants_content()) return false;
  if (number == home_page()) return !content_.knows_tree(number);
  return !has_content(number);
}

ContentDesk::Page Patrol::content_page(UrlNumber number, const Url& url, const PageFacts& page, const MetaTags& meta,
                                       bool is_column) const {
  const UrlNumber home = home_page();
  return {.number = number,
          .url = url,
          .page = page,
          .meta = meta,
          .is_home = number == home,
          .is_column = is_column,
          .is_accused = content_cases_.contains(number),
          .by_home = options_.continuous || targets_[number].record.depth <= targets_[home].record.depth + 1,
          .today = today(),
          .now = clock_.wall()};
}

ContentSite Patrol::content_site(bool complete) const {
  ContentSite site;
  site.home = home_page();
  site.complete = complete;
  site.in_rounds = options_.continuous.has_value();
  site.today = today();
  site.page = [this, home = site.home](UrlNumber number) -> const std::string* {
    if (number == 0 || number > targets_.size()) return nullptr;
    const Target& target = targets_[number];
    const UrlRecord& record = target.record;
    const bool is_linked = number == home || record.patrol_linked == patrol_.number;
    if (!is_linked || !target.in_scope || target.from_fault || record.redirect != 0) return nullptr;
    if (record.reason.code == ReasonCode::kNone) return &record.url;
    // In rounds a page that is out of reach for now showed what is remembered of it.
    const Verdict verdict = verdict_of(record.reason);
    const bool may_return =
        verdict == Verdict::kInconclusive || verdict == Verdict::kBlocked || is_unreachable_reason(record.reason);
    return options_.continuous && may_return ? &record.url : nullptr;
  };
  site.attempt = [this](UrlNumber number) { return targets_[number].attempt; };
  site.number = [this](const std::string& url) {
    const UrlParse parsed = parse_url(url);
    return parsed.url ? targets_.find(*parsed.url) : UrlNumber{0};
  };
  const Status read = store_.for_each_link_of(handle_, site.home, [&](const StoredLinkView& link) {
    if (link.role != LinkRole::kPage || link.target == 0 || link.target > targets_.size() ||
        site.home_links.size() >= kHomeLinksMax)
      return;
    const UrlNumber goal = goal_of(link.target);
    site.home_links.insert(link.target);
    site.home_links.insert(goal);
    const Target& page = targets_[goal];
    // What is closed to us by the portal or by a robots.txt may be the newest headline, but menus have such links too.
    const Verdict verdict = verdict_of(page.record.reason);
    const bool is_closed = verdict == Verdict::kBlocked || verdict == Verdict::kSkipped;
    const bool may_be_headline =
        link.text.empty() || link.text.size() >= kHeadlineBytesMin || page.record.reason.code == ReasonCode::kBudget;
    const bool is_out_of_reach = is_unreachable_reason(page.record.reason) || verdict == Verdict::kInconclusive ||
                                 (is_closed && may_be_headline);
    const bool is_page = page.in_scope && page.promised == Promised::kPage && !page.from_fault;
    if (is_page && is_out_of_reach && !content_.knows(goal)) site.home_links_known = false;
  });
  if (!read) site.complete = site.home_links_known = false;  // the next write tells
  return site;
}

// The page whose reading decides of a case that is no fault now; 0: none does.
UrlNumber Patrol::page_of_content(const Finding& finding) const {
  if (finding.rule == "site.veto") return 0;
  if (is_of_page(finding)) return target_of(finding);
  for (const Place& place : finding.where) {
    const UrlParse parsed = parse_url(place.page);
    const UrlNumber number = parsed.url ? targets_.find(*parsed.url) : 0;
    const bool stands = number != 0 && targets_[number].record.patrol_linked == patrol_.number &&
                        targets_[number].record.redirect == 0 &&
                        targets_[number].record.reason.code == ReasonCode::kNone;
    if (stands) return number;
  }
  return home_page();
}

// REQUIRES: a continuous patrol.
WallTime Patrol::next_content_look(const Finding& finding, UrlNumber page) const {
  const RoundPlan& plan = options_.continuous->plan;
  const WallTime read = content_.last_read(page);
  if (finding.recoveries > 0) return read + plan.recovery;
  if (finding.state == FindingState::kSuspect) return finding.first_seen + plan.column_sights;
  return std::max(finding.last_seen, read) + plan.open_case;
}

void Patrol::look_at_content() {
  if (!wants_content()) return;
  const bool complete = budget_.refused() == 0 && targets_.refused() == 0;
  content_.review(content_site(complete), columns_.columns());
  std::vector<UrlNumber> looks;
  if (!options_.continuous) {
    for (const ContentFault& fault : content_.faults()) {
      if (fault.decides != 0 && !fault.again) looks.push_back(fault.decides);
    }
  } else {
    for (const auto& [finding, page] : content_cases()) {
      const bool is_time = page != 0 && next_content_look(*finding, page) <= clock_.wall();
      if (is_time && !content_.read_now(page)) looks.push_back(page);
    }
  }
  // In rounds others each time, since some may never answer.
  const std::vector<UrlNumber>& wanted = content_.wanted();
  const std::size_t from = wanted.empty() || !options_.continuous ? 0 : patrol_.number * kLooksOfRound % wanted.size();
  looks.insert(looks.end(), wanted.begin() + static_cast<std::ptrdiff_t>(from), wanted.end());
  looks.insert(looks.end(), wanted.begin(), wanted.begin() + static_cast<std::ptrdiff_t>(from));
  std::set<UrlNumber> asked;
  for (const UrlNumber page : looks) {
    if (options_.continuous && asked.size() >= kLooksOfRound) return;
    const UrlRecord& record = targets_[page].record;
    const Url url = url_from_trusted(record.url);
    const bool stands = record.reason.code == ReasonCode::kNone && record.redirect == 0;
    const bool is_permitted = scope_.contains(url) && !options_.exclude.matches(std::string(url.without_fragment()));
    if (stands && is_permitted && asked.insert(page).second) look_at_content_of(page, url);
  }
}

void Patrol::look_at_content_of(UrlNumber number, const Url& url) {
  ask_again(url, [this, number, url](const FetchOutcome& outcome) {
    const std::optional<PageReading> reading = read_page_itself(outcome);
    if (!reading) return;
    const PortalFacts facts = PortalPages::read_again(url, reading->facts, today(), columns_.selection_of(url));
    const MetaTags meta = read_meta_tags(reading->facts);
    const bool is_column = wants_columns() && columns_.wants(url, reading->facts, meta);
    content_.read_again(content_page(number, url, reading->facts, meta, is_column), facts);
    content_looks_.insert_or_assign(number, outcome.attempt);
  });
}

// Cases that are not closed, each with the page that decides of it.
std::vector<std::pair<const Finding*, UrlNumber>> Patrol::content_cases() const {
  std::map<std::string, UrlNumber> at_fault;
  for (const ContentFault& fault : content_.faults()) {
    at_fault.emplace(finding_id(site_, fault.rule, fault.subject), fault.decides);
  }
  std::vector<std::pair<const Finding*, UrlNumber>> cases;
  for (const Finding* finding : cases_.all()) {
    if (finding->state == FindingState::kClosed || !is_of_content(*finding)) continue;
    const auto fault = at_fault.find(finding->id);
    cases.emplace_back(finding, fault != at_fault.end() ? fault->second : page_of_content(*finding));
  }
  return cases;
}

void Patrol::tell_content(const ContentFault& fault, const Attempt& attempt) {
  Evidence evidence = content_evidence(fault);
  evidence.attempts.push_back(attempt);
  const Severity severity =
      configured_severity(fault.rule).value_or(fault.severity.value_or(severity_of_rule(fault.rule)));
  // From one step before the national veto to the veto itself: people hear of it.
  const Finding* known = cases_.find(finding_id(site_, fault.rule, fault.subject));
  const bool is_worse = fault.rule == "site.veto" && known != nullptr && known->state == FindingState::kOpen &&
                        severity > known->severity;
  failed(fault.rule, fault.subject, fault.subject, {}, severity, std::move(evidence),
         Weight{.age_min = options_.continuous ? Milliseconds(options_.continuous->plan.column_sights) : Milliseconds{},
                .is_news = is_worse});
}

void Patrol::tell_places(const ContentFault& fault) {
  std::vector<Place> places = fault.places;
  if (options_.continuous && places.size() > limits::kPlacesKeptMax) places.resize(limits::kPlacesKeptMax);
  const std::string id = finding_id(site_, fault.rule, fault.subject);
  if (cases_.set_places(id, std::move(places), fault.places_total)) apply({*cases_.find(id), std::nullopt});
}

// In rounds one reading of the page that decides is one sight, the first may be what is remembered of it. The tracker
// opens what was seen twice, half a day apart.
void Patrol::suspect_content(const ContentFault& fault) {
  const Finding* known = cases_.find(finding_id(site_, fault.rule, fault.subject));
  const bool is_new = known == nullptr || known->state == FindingState::kClosed;
  const bool is_read = fault.decides == 0 || content_.read_now(fault.decides);
  if (is_new || is_read) {
    const auto look = content_looks_.find(fault.decides);
    tell_content(fault, look != content_looks_.end() ? look->second : fault.seen);
  }
  if (!is_new || options_.rules.wants(fault.rule)) tell_places(fault);
}

// It leads elsewhere now, or is not to be asked any more.
bool Patrol::is_no_page_of_ours(UrlNumber page) const {
  if (page == 0 || targets_[page].record.patrol_visited != patrol_.number) return false;
  const UrlRecord& record = targets_[page].record;
  return record.redirect != 0 || record.reason.code == ReasonCode::kExcluded ||
         record.reason.code == ReasonCode::kRobots;
}

void Patrol::judge_content_in_rounds() {
  std::set<std::string> told;
  for (const ContentFault& fault : content_.faults()) {
    suspect_content(fault);
    told.insert(finding_id(site_, fault.rule, fault.subject));
  }
  for (const auto& [finding, page] : content_cases()) {
    if (told.contains(finding->id)) continue;
    // A home page without links leads to a page that announces works, and is no word on what it led to.
    const bool has_links = targets_[goal_of(home_)].record.links > 0;
    const bool is_unlinked = page == 0 || targets_[page].record.patrol_linked != patrol_.number;
    const bool is_gone = is_of_page(*finding) && ((patrol_.complete && has_links && is_unlinked) ||
                                                  is_told_as_gone(page) || is_no_page_of_ours(page));
    if (is_gone) {
      if (const std::optional<CaseChange> change = cases_.vanished(finding->id, clock_.wall())) apply(*change);
      continue;
    }
    const bool is_read = finding->rule == "site.veto" || content_.read_now(page);
    const bool tells_nothing = is_of_page(*finding) && !content_.knows_tree(page);
    if (is_read && (content_.is_clear(*finding) || tells_nothing)) passed(finding->rule, finding->subject);
  }
}

// `ended`: all that was due was asked and looked at.
void Patrol::judge_content(bool ended) {
  if (!wants_content() || phase_ != Phase::kConfirm) return;
  if (options_.continuous && (!ended || targets_[goal_of(home_)].record.reason.code != ReasonCode::kNone)) return;
  content_.review(content_site(patrol_.complete), columns_.columns());
  if (options_.continuous) return judge_content_in_rounds();
  std::set<std::string> told;
  for (const ContentFault& fault : content_.faults()) {
    std::optional<Attempt> again = fault.again;
    if (const auto look = content_looks_.find(fault.decides); !again && look != content_looks_.end()) {
      again = look->second;
    }
    // A document that another page names is accused by its own page's second reading alone.
    if (fault.rule == "content.expired" && !again) continue;
    const Finding* counted = cases_.find(finding_id(site_, fault.rule, fault.subject));
    // Before an interruption this very answer was counted already.
    const bool is_counted = patrol_.resumed > 0 && counted != nullptr && counted->state != FindingState::kClosed &&
                            counted->last_seen >= fault.seen.at;
    if (!is_counted) tell_content(fault, fault.seen);
    if (again) tell_content(fault, *again);
    tell_places(fault);
    told.insert(finding_id(site_, fault.rule, fault.subject));
  }
  const bool knows_links = patrol_.complete && targets_[goal_of(home_)].record.reason.code == ReasonCode::kNone;
  for (const auto& [finding, page] : content_cases()) {
    if (told.contains(finding->id)) continue;
    const bool is_unlinked = page == 0 || targets_[page].record.patrol_linked != patrol_.number;
    if (is_of_page(*finding) && ((knows_links && is_unlinked) || is_no_page_of_ours(page))) {
      if (const std::optional<CaseChange> change = cases_.vanished(finding->id, clock_.wall())) apply(*change);
      continue;
    }
    if (!content_.is_clear(*finding)) continue;
    const std::string rule = finding->rule;
    const std::string subject = finding->subject;
    for (int sight = 0; sight < 2; ++sight) passed(rule, subject);
  }
}

// REQUIRES: a continuous patrol that ended. When a page has to be looked at for a case, which no interval announces.
WallTime Patrol::content_due() const {
  WallTime at = WallTime::max();
  if (!wants_content()) return at;
  const WallTime now = clock_.wall();
  for (const auto& [finding, page] : content_cases()) {
    const WallTime next = next_content_look(*finding, page);
    // What could not be looked at when it was time is not tried at once.
    at = std::min<WallTime>(at, next > now ? next : now + options_.continuous->plan.open_case);
  }
  return at;
}

// In one batch with the visit that showed it.
void Patrol::keep_content(Visit& visit) {
  visit.content_gone = content_.take_gone();
  visit.content = content_.take_changed();
}

}  // namespace xuncha
