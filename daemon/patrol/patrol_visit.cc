// What the patrol makes of an answer: redirects, unchanged pages, judgement, and the links of what it may crawl.
#include <algorithm>
#include <utility>

#include "core/digest.h"
#include "core/limits.h"
#include "core/url_shape.h"
#include "crawler/charset.h"
#include "crawler/css_links.h"
#include "crawler/portal/page_kind.h"
#include "crawler/retry_after.h"
#include "daemon/patrol/patrol.h"
#include "daemon/patrol/patrol_look.h"
#include "detectors/link_status.h"
#include "storage/links.h"

namespace xuncha {
namespace {

// Documents by whose names one target is linked: a link that names yet another is looked at no more. Pages that link
// one target under 10,000 names would cost hours.
constexpr std::size_t kNamesOfTargetMax = 16;

// Pages asked for once more since their host was busy: a site that is busy for hours is left alone.
constexpr std::uint32_t kPutOffMax = 20;
constexpr auto kPutOffWaitMax = std::chrono::minutes(1);

// A home page that any other path answers too, and that does not call itself missing: a network's own login page, or a
// program that serves everything. Neither it nor the links on it can be judged.
bool answers_all_alike(const UrlRecord& record, const LinkJudgement& judgement) {
  return record.url_class == UrlClass::kHome && judgement.reason.code == ReasonCode::kSoft404 &&
         judgement.compared.empty();
}

}  // namespace

std::optional<FetchRequest> Patrol::request_for(UrlNumber number) {
  Target& target = targets_[number];
  if (target.state == TargetState::kJudged) return std::nullopt;
  const HostDesk::Host& host = desk_[target.host];
  if (host.dead) {  // the host could not be reached at all a moment ago: asking again for each link proves nothing
    visited(number, FetchOutcome(*host.dead));
    return std::nullopt;
  }
  const Url url = url_from_trusted(target.record.url);
  if (pump_.is_quarantined(url)) {
    no_answer(number, ReasonCode::kQuarantined);
    return std::nullopt;
  }
  FetchRequest request = request_for_target(target, url);
  if (!must_read_whole(number)) add_validators(target.record, clock_.wall(), request);
  target.state = TargetState::kAsked;
  return request;
}

void Patrol::given_back(UrlNumber number) {
  const Target& target = targets_[number];
  if (const auto& dead = desk_[target.host].dead) return visited(number, FetchOutcome(*dead));
  const bool pushed_back = desk_[target.host].answered.has_value() && !pump_.frontier().breaker_open(target.host);
  no_answer(number, pushed_back ? ReasonCode::kHttp503Retry : ReasonCode::kBreakerOpen);
}

// It is not asked now: there is a reason, but no answer that could be judged.
void Patrol::no_answer(UrlNumber number, ReasonCode code) {
  Target& target = targets_[number];
  target.attempt.at = clock_.wall();
  target.record.visited = clock_.wall();
  settle(number, {.reason = {code, 0}}, {});
}

// A host of the site that says when to come again is asked once more for what it did not give: a single run has no
// other day for it, and what the page leads to would not be seen at all.
bool Patrol::is_put_off(const Target& target, const FetchOutcome& outcome) const {
  if (options_.continuous || outcome.error != TransportError::kNone || !target.in_scope || target.was_put_off)
    return false;
  if ((outcome.status != 429 && outcome.status != 503) || put_off_ >= kPutOffMax) return false;
  const std::optional<Milliseconds> wait = parse_retry_after(outcome.header("retry-after"), clock_.wall());
  return wait && *wait <= kPutOffWaitMax;
}

void Patrol::visited(UrlNumber number, const FetchOutcome& outcome) {
  Target& target = targets_[number];
  desk_.note(target.host, outcome);
  target.attempt = outcome.attempt;
  if (outcome.error == TransportError::kTlsUnsupported && target.in_scope) tls_unsupported_.insert(target.host);
  if (!target.untrusted_tls && looks_behind_certificate(outcome.error, target.in_scope)) {
    // One finding of the site's certificate (site.tls) instead of one for each of its pages; what is behind is judged.
    if (target.in_scope && tls_faults_.insert(target.host).second) suspect_certificate(target.host, outcome);
    target.untrusted_tls = true;
    fetcher_.push(task_of(number));
    return;
  }
  if (is_put_off(target, outcome)) {
    target.was_put_off = true;
    ++put_off_;
    fetcher_.push(task_of(number));  // not before the host's pause is over
    return;
  }
  if (outcome.error == TransportError::kNone && is_redirect_status(outcome.status)) return on_redirect(number, outcome);
  if (outcome.error == TransportError::kNone && outcome.status == 304) return on_unchanged(number, outcome);
  on_answer(number, outcome);
}

void Patrol::on_redirect(UrlNumber number, const FetchOutcome& outcome) {
  Target& target = targets_[number];
  UrlRecord& record = target.record;
  const Url url = url_from_trusted(record.url);
  record.status = outcome.status;
  record.visited = clock_.wall();
  record.redirect = 0;
  ++record.visits;
  target.sets_cookie = !outcome.header("set-cookie").empty();
  const std::string_view location = outcome.header("location");
  const UrlParse next = parse_location(location, url);
  if (location.empty() || !next.url) {
    // A redirect into an app ("weixin://") is none of ours to judge.
    const bool other = !next.other_scheme.empty();
    return settle(number,
                  {.reason = {other ? ReasonCode::kNone : ReasonCode::kRedirectWithoutLocation, 0},
                   .compared = std::string(location)},
                  {});
  }
  const bool is_home = record.url_class == UrlClass::kHome;
  if (is_home) scope_.add_home_redirect(*next.url);
  Link hop;
  const auto [goal, is_new] = targets_.intern(*next.url);
  if (goal == 0) return skip(number, ReasonCode::kBudget);
  describe(goal, *next.url, hop);
  record.redirect = goal;
  record.reason = {};
  record.patrol_visited = patrol_.number;
  target.state = TargetState::kJudged;
  if (is_home && targets_[goal].state == TargetState::kKnown) {
    targets_[goal].in_scope = scope_.contains(*next.url);
    if (targets_[goal].in_scope) targets_[goal].record.url_class = UrlClass::kHome;
  }
  follow_redirect(number);
  Visit visit;
  forget_links(number, visit);
  visit.urls.push_back({targets_.fingerprint_of(goal), targets_[goal].record});
  // Judged when the crawl has ended (resolve_redirects()): a round that is killed before must leave it due.
  const WallTime visited = record.visited;
  if (options_.continuous) record.visited = WallTime{};
  save(number, std::move(visit));
  record.visited = visited;
}

// A home page of no more than a refresh to "index.asp" leads its visitors there as a redirect would.
void Patrol::note_sent_on(const Url& url, const PageFacts& page, Visit& visit) {
  const std::string_view reference = sends_on_to(page);
  const UrlParse next = reference.empty() ? UrlParse{} : parse_url(reference, &url);
  if (!next.url || !scope_.contains(*next.url)) return;
  const auto [goal, is_new] = targets_.intern(*next.url);
  if (goal == 0 || goal == home_) return;
  if (is_new) describe(goal, *next.url, Link{});
  targets_[goal].record.url_class = UrlClass::kHome;
  visit.urls.push_back({targets_.fingerprint_of(goal), targets_[goal].record});
}

// A chain that never ends (RFC 9110 15.4) must not keep the patrol from ending: what a page links to may redirect
// limits::kRedirectsMax times. The rest is not asked for, and resolve_redirects() tells it.
void Patrol::follow_redirect(UrlNumber number) {
  const Target& target = targets_[number];
  Target& goal = targets_[target.record.redirect];
  const int hops = number == home_ || target.page_linked ? 0 : target.hops;
  if (hops >= limits::kRedirectsMax) return;
  if (goal.state == TargetState::kKnown) goal.hops = static_cast<std::uint8_t>(hops + 1);
  link(target.record.redirect, number, target.record.depth);
}

void Patrol::on_unchanged(UrlNumber number, const FetchOutcome& outcome) {
  Target& target = targets_[number];
  const bool is_known = has_content(number);
  remember_unchanged(outcome, clock_.wall(), target.record);
  target.record.patrol_visited = patrol_.number;
  target.state = TargetState::kJudged;
  target.received = received_of(target.record);
  if (is_read_page(target)) {
    ++patrol_.pages;
    if (!is_known) content_.left_unread();
  }
  follow_stored_links(number);
  save(number, {});
}

void Patrol::follow_stored_links(UrlNumber number) {
  const Target& target = targets_[number];
  if (!target.in_scope || target.record.links_hash == 0) return;
  const auto depth = static_cast<std::uint16_t>(target.record.depth + 1);
  bool has_fault = false;
  check(store_.for_each_link_of(handle_, number, [&](const StoredLinkView& each) {
    note_anchor(each.target, each.text);
    has_fault = has_fault || is_marked(each.target, kFaulty);
    link(each.target, number, depth);
  }));
  if (has_fault) pages_with_faults_.push_back(number);
}

TargetFacts Patrol::facts_of(UrlNumber number, const Url& url, const FetchOutcome& outcome,
                             const PageReading& reading) const {
  const Target& target = targets_[number];
  TargetFacts facts = facts_of_answer(target, url, outcome, reading);
  const HostDesk::Host& host = desk_[target.host];
  // An honest root answers for the host; anything else is asked of the folder when the page's wording asks for it.
  const bool looks_wrong = !reading.wording.not_found.empty();
  if (!looks_wrong) facts.baseline = host.root;
  return facts;
}

void Patrol::on_answer(UrlNumber number, const FetchOutcome& outcome) {
  const Target& target = targets_[number];
  const Url url = url_from_trusted(target.record.url);
  ReadWish wish;
  wish.wording_of_strangers = !target.in_scope;
  wish.digest = desk_[target.host].root.answer == NegativeBaseline::Answer::kPage;
  PageReading reading = read_answer(outcome, wish);
  TargetFacts facts = facts_of(number, url, outcome, reading);
  const LinkJudgement judgement = held_to_time(number, outcome, judge_link(facts));
  remember_answer(number, outcome, reading);
  if (judgement.need != LinkNeed::kBaseline) return settle(number, judgement, std::move(reading));
  // The page says that it is not there, with status 200: ask how its folder answers for what cannot be there.
  auto kept = std::make_shared<PageReading>(std::move(reading));
  auto kept_facts = std::make_shared<TargetFacts>(std::move(facts));
  kept_facts->looks = looks_of(outcome);
  desk_.baseline(url, target.host, [this, number, kept, kept_facts](const NegativeBaseline& baseline) {
    kept_facts->baseline = baseline;
    if (baseline.answer == NegativeBaseline::Answer::kUnknown) kept_facts->wording.not_found.clear();
    const CrashMark::Reading page(pump_.crash_mark(), kept_facts->asked.without_fragment());
    settle(number, judge_link(*kept_facts), std::move(*kept));
  });
}

// A home page that lets its visitors wait so long is out of reach to them (国办秘函〔2019〕19号, 站点无法访问).
LinkJudgement Patrol::held_to_time(UrlNumber number, const FetchOutcome& outcome, LinkJudgement judgement) const {
  const bool is_home = targets_[number].record.url_class == UrlClass::kHome;
  if (!options_.continuous || !is_home || judgement.reason.code != ReasonCode::kNone) return judgement;
  const Milliseconds limit = options_.continuous->home_slow;
  if (outcome.attempt.seconds * 1000 < static_cast<double>(limit.count())) return judgement;
  judgement.reason = {ReasonCode::kTimeout, 0};
  judgement.compared = std::to_string(static_cast<int>(outcome.attempt.seconds)) + " s";
  judgement.limit = std::to_string(std::chrono::duration_cast<std::chrono::seconds>(limit).count()) + " s";
  return judgement;
}

void Patrol::remember_answer(UrlNumber number, const FetchOutcome& outcome, const PageReading& reading) {
  Target& target = targets_[number];
  UrlRecord& record = target.record;
  xuncha::remember_answer(outcome, reading, clock_.wall(), record);
  target.received = reading.received;
  if (options_.want_pages && !outcome.body.empty()) target.body_sha256 = sha256_hex(outcome.body);
  if (record.url_class == UrlClass::kHome && outcome.tls_not_after) {
    result_.site.tls_not_after = outcome.tls_not_after;
    home_certificate_ = certificate_of_answer();
  }
}

void Patrol::settle(UrlNumber number, const LinkJudgement& judgement, PageReading reading) {
  if (answers_all_alike(targets_[number].record, judgement))
    return settle(number, {.reason = {ReasonCode::kBlind, 0}}, {});
  Target& target = targets_[number];
  UrlRecord& record = target.record;
  record.reason = judgement.reason;
  record.patrol_visited = patrol_.number;
  target.state = TargetState::kJudged;
  target.compared = judgement.compared;
  target.limit = judgement.limit;
  target.says_missing = !reading.wording.not_found.empty();
  const Verdict verdict = verdict_of(judgement.reason);
  if (verdict == Verdict::kBlocked) {
    desk_[target.host].block = judgement.reason;
    ++desk_[target.host].blocked_targets;
  }
  Visit visit;
  const bool readable = judgement.reason.code == ReasonCode::kNone || judgement.reason.code == ReasonCode::kTooLarge;
  bool has_links = false;
  record.links_digest = 0;
  if (readable && reading.scanned) {
    const Url url = url_from_trusted(record.url);
    note_names(number, reading);
    if (target.in_scope && judgement.reason.code == ReasonCode::kNone) {
      read_portal(number, url, reading.facts, target.attempt);
    }
    if (target.in_scope && target.promised == Promised::kPage) {
      ++patrol_.pages;
      record.links_digest = links_digest(reading.facts);
      if (number == goal_of(home_)) note_sent_on(url, reading.facts, visit);
      has_links = !is_twin_of_read_page(number, url);
      if (has_links) read_links(number, url, reading, visit);
    }
  } else if (readable && target.in_scope && !reading.style_sheet.empty()) {
    has_links = true;
    read_style_links(number, url_from_trusted(record.url), reading, visit);
  }
  if (!has_links && holds_its_links(number)) {
    follow_stored_links(number);
  } else if (!has_links) {
    forget_links(number, visit);
  }
  if (verdict == Verdict::kBroken || verdict == Verdict::kWrong) {
    suspect(number, visit);
  }
  save(number, std::move(visit));
}

// A portal that answers under http and https, with and without www., is one portal, and a folder is its index page: a
// page whose twin was read and refers to the same has nothing new to tell.
bool Patrol::is_twin_of_read_page(UrlNumber number, const Url& url) const {
  std::vector<Url> twins = twins_of(url);
  for (Url& twin : index_twins_of(url)) twins.push_back(std::move(twin));
  for (const Url& twin : twins) {
    const UrlNumber other = targets_.find(twin);
    if (other == 0 || other == number) continue;
    const Target& read = targets_[other];
    const bool holds_the_links = read.state == TargetState::kJudged && read.record.links > 0;
    if (holds_the_links && read.record.links_digest == targets_[number].record.links_digest) return true;
  }
  return false;
}

void Patrol::read_links(UrlNumber number, const Url& url, PageReading& reading, Visit& visit) {
  note_farm(number, url, reading);
  if (const auto farm = farms_.find(number); farm != farms_.end()) drop_farm_links(url, farm->second, reading.facts);
  const CollectedLinks collected = collector_.collect(url, reading.facts);
  for (const StoredLinkView& each : collected.links) {
    note_anchor(each.target, each.text);
    link(each.target, number, static_cast<std::uint16_t>(targets_[number].record.depth + 1));
  }
  for (const UrlNumber fresh : collected.fresh) {
    visit.urls.push_back({targets_.fingerprint_of(fresh), targets_[fresh].record});
  }
  keep_links(number, collected.links, visit);
}

void Patrol::read_style_links(UrlNumber number, const Url& url, const PageReading& reading, Visit& visit) {
  std::vector<StoredLinkView> links;
  Link style_link;
  style_link.role = LinkRole::kResource;
  style_link.tag = "style";
  style_link.attribute = "url";
  scan_css(reading.style_sheet, [&](const CssReference& reference) {
    bool is_new = false;
    const UrlNumber goal = collector_.resolve(reference.value, url, {}, style_link, is_new);
    if (goal == 0 || links.size() >= limits::kLinksPerPageMax) return;
    link(goal, number, targets_[number].record.depth);
    if (is_new) visit.urls.push_back({targets_.fingerprint_of(goal), targets_[goal].record});
    links.push_back({.target = goal, .role = LinkRole::kResource, .tag = "style"});
  });
  keep_links(number, links, visit);
}

// Keeps what a mismatch could be seen by: a page whose title or headings name no document carries none by another name.
void Patrol::note_names(UrlNumber number, const PageReading& reading) {
  UrlRecord& record = targets_[number].record;
  record.headline.clear();
  std::string headline(reading.facts.title);
  for (const auto& [name, content] : reading.facts.meta) {
    if (name == "articletitle") headline.append("\n").append(content);
  }
  for (const std::string_view heading : reading.facts.headings) headline.append("\n").append(heading);
  if (headline.find("《") != std::string::npos) record.headline = cut_utf8(headline, limits::kHeadlineBytes);
}

void Patrol::note_anchor(UrlNumber target, std::string_view text) {
  if (text.find("《") == std::string_view::npos) return;
  for (std::string& name : document_names(text)) {
    std::vector<std::string>& names = anchor_names_[target];
    if (names.size() >= kNamesOfTargetMax) return;
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
  }
}

void Patrol::note_farm(UrlNumber number, const Url& url, const PageReading& reading) {
  farms_.erase(number);
  std::optional<InjectedFarm> farm = find_farm(url, reading.facts);
  if (!farm) return;
  suspect_farm(number, *farm, targets_[number].attempt);  // at once: a patrol that is interrupted remembers it
  farms_.emplace(number, std::move(*farm));
}

void Patrol::keep_links(UrlNumber number, const std::vector<StoredLinkView>& links, Visit& visit) {
  if (!links.empty()) pages_read_.push_back(number);
  targets_[number].record.links = static_cast<std::uint32_t>(links.size());
  if (options_.ipv6) note_loading(number, links);
  visit.links = links_to_store(links, targets_[number].record);
}

// What an earlier visit read on a page that is none any more.
void Patrol::forget_links(UrlNumber number, Visit& visit) {
  if (targets_[number].record.links_hash != 0) keep_links(number, {}, visit);
}

// In a round, a page that cannot be read now keeps what it referred to, until its own fault is told: an hour's outage
// must not unlink, and so close, all that stands on it.
bool Patrol::holds_its_links(UrlNumber number) const {
  const UrlRecord& record = targets_[number].record;
  return options_.continuous && (!is_readable(record.reason) || record.url_class == UrlClass::kSitemap);
}

void Patrol::save(UrlNumber number, Visit visit) {
  visit.site = handle_;
  visit.page = UrlEntry{targets_.fingerprint_of(number), targets_[number].record};
  keep_columns(visit);
  keep_slots(visit);
  keep_content(visit);
  check(store_.commit(visit));
}

void Patrol::check(const Status& status) {
  if (status.ok() || result_.store_error) return;
  result_.store_error = status.error();
  fetcher_.abandon();
}

}  // namespace xuncha
