// The end of the crawl and the second sights: chains of redirects, titles, host controls, own-network guard, places.
#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <unordered_set>
#include <utility>

#include "core/digest.h"
#include "core/limits.h"
#include "daemon/patrol/patrol.h"
#include "daemon/patrol/patrol_look.h"
#include "detectors/confirmation.h"
#include "detectors/link_status.h"
#include "detectors/registry.h"

namespace xuncha {
namespace {

constexpr const char* kLinkRules[] = {"link.broken", "link.wrong", "link.hijacked", "site.unreachable"};
constexpr int kControlsMax = 3;    // hosts elsewhere asked for one look: one of them may be down itself
constexpr int kSearchAtOnce = 16;  // pages between two looks at the clock
constexpr int kNamesAtOnce = 256;
constexpr std::uint32_t kSentOnLinksMax = 5;  // of a home page that is no more than a refresh
constexpr std::size_t kManyPlaces = 20;       // from here on a broken link is a template's fault: major
// Places kept of all findings together, about 0.5 KB each; above it each finding keeps only a few.
constexpr std::size_t kPlacesOfAllMax = 200'000;
constexpr std::size_t kPlacesFew = 20;

// Places that are kept of one finding; all are counted.
std::size_t places_max(const PatrolOptions& options) {
  return options.continuous ? limits::kPlacesKeptMax : limits::kPlacesReportedMax;
}

// Words by which a link means the front door; or by which it leads those elsewhere who are logged in, or come with a
// telephone.
bool names_home(std::string_view text) {
  static constexpr std::string_view kWords[] = {"首页", "主页", "首 页", "主站", "Home", "HOME", "home"};
  static constexpr std::string_view kDoors[] = {"退出", "注销", "登出", "手机版", "移动版", "触屏版", "电脑版"};
  constexpr std::size_t kDoorBytesMax = 18;  // more is a headline
  const auto stands = [&](std::string_view word) { return text.find(word) != std::string_view::npos; };
  return std::any_of(std::begin(kWords), std::end(kWords), stands) ||
         (text.size() <= kDoorBytesMax && std::any_of(std::begin(kDoors), std::end(kDoors), stands));
}

// A look saw the target well. What is remembered of its answer is that of the fault: if it comes back, "304 not
// modified" must not mean that all is well.
void mended(UrlRecord& record) {
  record.reason = {};
  record.etag.clear();
  record.last_modified.clear();
}

}  // namespace

// One subject that is looked at again, hop by hop.
struct Patrol::Look {
  UrlNumber number = 0;
  std::vector<RedirectHop> redirects;
  std::set<std::string> seen;
  bool sets_cookie = false;
  bool unverified = false;
  bool other_family = false;
  bool by_robots = false;               // a host elsewhere that does not answer is asked for nothing but its robots.txt
  int controls = 0;                     // hosts elsewhere that were asked whether our own network is well
  std::optional<NetworkState> network;  // what its anchors say of it
  FetchOutcome first_failure;           // of the first family
  Url url;                              // under way
};

void Patrol::count_control(Look& look) {
  ++look.controls;
}

// Concludes when it is known whether our own network is well.
void Patrol::ask_network(const std::shared_ptr<Look>& look, HostId host, const LinkJudgement& judgement,
                         const FetchOutcome& outcome) {
  ++networks_asked_;
  options_.network->ask(outcome.attempt.family,
                        [this, alive = std::weak_ptr(alive_), look, host, judgement, outcome](NetworkState state) {
                          if (alive.expired() || phase_ == Phase::kDone) return;
                          --networks_asked_;
                          look->network = state;
                          conclude(look, host, judgement, outcome, {});
                        });
}

void Patrol::advance() {
  if (phase_ == Phase::kCrawl) {
    recall_sitemaps();
    if (!fetcher_.idle() || wants_work()) return;
    resolve_redirects();
    count_titles();
    next_name_ = anchor_names_.begin();
    phase_ = Phase::kTitles;
  } else if (phase_ == Phase::kConfirm && ipv6_is_seen()) {
    finish(/*complete=*/true);
  }
}

void Patrol::resolve_redirects() {
  for (UrlNumber number = 1; number <= targets_.size(); ++number) {
    Target& target = targets_[number];
    if (target.record.redirect == 0 || target.record.patrol_visited != patrol_.number) continue;
    TargetFacts facts;
    facts.asked = url_from_trusted(target.record.url);
    facts.promised = target.promised;
    facts.is_external = !target.in_scope;
    facts.asked_is_home = is_front_door(facts.asked) || target.record.url_class == UrlClass::kHome;
    bool sets_cookie = false;
    std::unordered_set<UrlNumber> chain{number};
    UrlNumber at = number;
    bool chain_is_cut = false;
    while (targets_[at].record.redirect != 0 && !facts.redirect_loop && !facts.redirect_limit) {
      sets_cookie = sets_cookie || targets_[at].sets_cookie;
      chain_is_cut = targets_[at].hops >= limits::kRedirectsMax;
      const UrlNumber next = targets_[at].record.redirect;
      facts.redirects.push_back({targets_[at].record.status, targets_[next].record.url});
      at = next;
      facts.redirect_loop = !chain.insert(at).second;
      facts.redirect_limit = facts.redirects.size() > static_cast<std::size_t>(limits::kRedirectsMax);
    }
    const Target& goal = targets_[at];
    if (!facts.redirect_loop && !facts.redirect_limit && goal.record.patrol_visited != patrol_.number) {
      // Never asked: the chain was too long, or the patrol ends before its turn came, and nothing is known of it.
      facts.redirect_limit = chain_is_cut;
      if (!chain_is_cut) continue;
    }
    const ReasonCode told = target.record.reason.code;
    const bool by_itself = told == ReasonCode::kRedirectHome || told == ReasonCode::kSoft404;
    const bool goal_is_well = goal.record.reason.code == ReasonCode::kNone;
    if (target.recalled && (goal.recalled || goal.from_fault || (goal_is_well && by_itself))) continue;
    target.attempt = goal.attempt.at == WallTime{} ? target.attempt : goal.attempt;
    if (facts.redirect_loop || facts.redirect_limit) {
      // A gateway that tests for cookies sends everyone in a circle who keeps none, as we do.
      target.record.reason = sets_cookie ? Reason{ReasonCode::kChallenge, 0} : judge_link(facts).reason;
    } else if (goal.record.reason.code != ReasonCode::kNone || goal.from_fault) {
      target.record.reason = goal.record.reason;
      target.compared = goal.compared;
      target.limit = goal.limit;
    } else {
      facts.last = url_from_trusted(goal.record.url);
      facts.ends_at_home = is_front_door(facts.last) || goal.record.url_class == UrlClass::kHome;
      facts.status = goal.record.status;
      facts.received = goal.received;
      facts.body_bytes = std::max<std::uint64_t>(goal.record.bytes, 1);
      facts.received_type = goal.record.content_type;
      if (goal.says_missing) facts.wording.not_found = "404";
      if (desk_[target.host].root.answer == NegativeBaseline::Answer::kRedirect)
        facts.baseline = desk_[target.host].root;
      const LinkJudgement judgement = judge_link(facts);
      target.record.reason = judgement.reason;
      target.compared = judgement.compared;
      target.limit = judgement.limit;
    }
    if (target.record.reason.code == ReasonCode::kNone && (target.recalled || !options_.continuous)) continue;
    Visit visit;
    if (is_fault(target.record.reason) && case_since_visit(number) == nullptr) suspect(number, visit);
    save(number, std::move(visit));
  }
}

// The case that has counted what the target's last visit saw, or was decided after it: a patrol that goes on after an
// interruption must not count one sight twice.
const Finding* Patrol::case_since_visit(UrlNumber number) const {
  const WallTime visited = last_visit(number);
  const Finding* newest = nullptr;
  for (const char* rule : kLinkRules) {
    const Finding* finding = cases_.find(finding_id(site_, rule, key_of(number)));
    if (finding == nullptr) continue;
    if (std::max(finding->last_seen, finding->last_transition) < visited) continue;
    if (newest == nullptr || newest->state == FindingState::kClosed) newest = finding;
  }
  return newest;
}

// A reference at fault is never asked for: it was seen when a page on which it stands was read.
WallTime Patrol::last_visit(UrlNumber number) const {
  if (!targets_[number].from_fault) return targets_[number].record.visited;
  WallTime visited{};
  const auto places = places_.find(number);
  if (places == places_.end()) return visited;
  for (const Place& place : places->second.sample) {
    const UrlParse page = parse_url(place.page);
    const UrlNumber known = page.url ? targets_.find(*page.url) : 0;
    if (known != 0) visited = std::max(visited, targets_[known].record.visited);
  }
  return visited;
}

// By the records, since pages that answered 304 or were read before an interruption count as well.
void Patrol::count_titles() {
  for (UrlNumber number = 1; number <= targets_.size(); ++number) {
    const UrlRecord& record = targets_[number].record;
    if (record.patrol_visited != patrol_.number || record.title.empty() || !is_read_page(targets_[number])) continue;
    ++title_counts_[hash64(record.title)];
  }
}

// True when all of them were gone through.
bool Patrol::judge_titles_on() {
  for (int count = 1; next_name_ != anchor_names_.end() && !result_.store_error; ++count) {
    if (count % kNamesAtOnce == 0 && !is_time_left()) return false;
    judge_name(next_name_->first, next_name_->second);
    ++next_name_;
  }
  return true;
}

void Patrol::judge_name(UrlNumber number, const std::vector<std::string>& anchors) {
  const Target& page = targets_[goal_of(number)];
  const ReasonCode code = targets_[number].record.reason.code;
  const bool was_suspected = code == ReasonCode::kTitleMismatch;  // before an interruption
  if (page.record.headline.empty() || (code != ReasonCode::kNone && !was_suspected)) return;
  // Only a suspicion: the second sight reads the page's opening too, and knows the titles that pages share.
  PageNames names;
  names.headings = {page.record.headline};
  for (const std::string& anchor : anchors) {
    const std::optional<TitleMismatch> mismatch = judge_title({anchor}, names);
    if (!mismatch || was_disproved(number, *mismatch)) continue;
    Target& target = targets_[number];
    target.record.reason = {ReasonCode::kTitleMismatch, 0};
    target.compared = mismatch->found;
    target.limit = mismatch->expected;
    mismatched_anchors_[number] = mismatch->expected;
    Visit visit;
    if (case_since_visit(number) == nullptr) suspect(number, visit);
    save(number, std::move(visit));
    return;
  }
}

// Has an earlier round suspected the same and read more of the page since?
bool Patrol::was_disproved(UrlNumber number, const TitleMismatch& mismatch) const {
  const Finding* finding = options_.continuous ? cases_.find(finding_id(site_, "link.wrong", key_of(number))) : nullptr;
  return finding != nullptr && finding->state == FindingState::kClosed && !finding->opened && finding->recoveries > 0 &&
         finding->evidence.limit == mismatch.expected && finding->evidence.compared == mismatch.found;
}

UrlNumber Patrol::goal_of(UrlNumber number) const {
  int hops = 0;
  while (targets_[number].record.redirect != 0 && ++hops <= limits::kRedirectsMax)
    number = targets_[number].record.redirect;
  return number;
}

// The page that visitors see as the home page.
UrlNumber Patrol::home_page() const {
  const UrlNumber page = home_refresh();
  return goal_of(page != 0 ? page : home_);
}

// Where the home page sends its visitors, if it is no more than a refresh (note_sent_on()); else 0.
UrlNumber Patrol::home_refresh() const {
  const UrlNumber home = goal_of(home_);
  const std::uint32_t links = targets_[home].record.links;
  if (links == 0 || links > kSentOnLinksMax) return 0;
  UrlNumber page = 0;
  const Status read = store_.for_each_link_of(handle_, home, [&](const StoredLinkView& link) {
    if (page != 0 || link.target == 0 || link.target > targets_.size() || link.target == home) return;
    const Target& target = targets_[link.target];
    if (target.in_scope && target.record.url_class == UrlClass::kHome) page = link.target;
  });
  return read ? page : 0;  // the next write tells
}

std::string Patrol::rule_of(UrlNumber number) const {
  const Target& target = targets_[number];
  if (target.record.url_class == UrlClass::kHome && goal_of(home_) == goal_of(number)) return "site.unreachable";
  if (is_hijack(target.record.reason)) return "link.hijacked";
  return verdict_of(target.record.reason) == Verdict::kWrong ? "link.wrong" : "link.broken";
}

std::string Patrol::key_of(UrlNumber number) const {
  const Target& target = targets_[number];
  const UrlParse parsed = target.from_fault ? UrlParse{} : parse_url(target.record.url);
  return parsed.url ? url_key(*parsed.url) : target.record.url;
}

std::optional<Severity> Patrol::configured_severity(std::string_view rule) const {
  const auto found = options_.severities.find(rule);
  return found == options_.severities.end() ? std::nullopt : std::optional(found->second);
}

Severity Patrol::severity_of_rule(std::string_view rule) const {
  const RuleInfo* info = find_rule(rule);
  return configured_severity(rule).value_or(info ? info->severity : Severity::kMinor);
}

Severity Patrol::severity_of(UrlNumber number) const {
  const std::string rule = rule_of(number);
  const Severity base = severity_of_rule(rule);
  if (configured_severity(rule)) return base;
  const auto places = places_.find(number);
  if (places == places_.end()) return base;
  const bool weighs_more = places->second.on_home || places->second.total >= kManyPlaces;
  if (!weighs_more || base == Severity::kCritical) return base;
  return static_cast<Severity>(static_cast<int>(base) + 1);
}

Evidence Patrol::evidence_of(UrlNumber number) const {
  const Target& target = targets_[number];
  Evidence evidence;
  evidence.attempts.push_back(target.attempt);
  UrlNumber at = number;
  while (targets_[at].record.redirect != 0 &&
         evidence.redirects.size() <= static_cast<std::size_t>(limits::kRedirectsMax)) {
    const UrlNumber next = targets_[at].record.redirect;
    evidence.redirects.push_back({targets_[at].record.status, targets_[next].record.url});
    at = next;
  }
  evidence.compared = target.compared;
  evidence.limit = target.limit;
  return evidence;
}

void Patrol::suspect(UrlNumber number, Visit& visit) {
  const Target& target = targets_[number];
  // What only the home page's redirect leads to is told under the home page.
  if (!target.page_linked && number != home_) return;
  const std::string rule = rule_of(number);
  if (!options_.rules.wants(rule)) return;
  // In rounds only a second look counts further, since it alone has controls of the host and of our own network.
  if (options_.continuous && (open_case(number) != nullptr || told_under(number) != 0)) return;
  accused_.insert(number);
  const CaseChange change = cases_.failed({.rule = rule,
                                           .subject = target.record.url,
                                           .subject_key = key_of(number),
                                           .reason = target.record.reason,
                                           .severity = severity_of(number),
                                           .evidence = evidence_of(number),
                                           .counts = sights_count()},
                                          clock_.wall());
  visit.findings.push_back(change.finding);
  if (change.transition) visit.transitions.push_back(*change.transition);
}

void Patrol::apply(const CaseChange& change) {
  Visit visit;
  visit.site = handle_;
  visit.findings.push_back(change.finding);
  if (change.transition) visit.transitions.push_back(*change.transition);
  check(store_.commit(visit));
}

void Patrol::failed(const std::string& rule, const std::string& subject, const std::string& key, Reason reason,
                    Severity severity, Evidence evidence, Weight weight) {
  if (!options_.rules.wants(rule)) return;
  apply(cases_.failed({.rule = rule,
                       .subject = subject,
                       .subject_key = key,
                       .reason = reason,
                       .severity = severity,
                       .evidence = std::move(evidence),
                       .counts = sights_count() && !weight.is_other,
                       .age_min = weight.age_min,
                       .is_news = weight.is_news && sights_count(),
                       .proven = weight.proven && sights_count()},
                      clock_.wall()));
}

void Patrol::take_home_news(const HomeNews& news) {
  if (!options_.rules.wants("site.unreachable")) return;
  const Severity severity = severity_of_rule("site.unreachable");
  for (const CaseChange& change : apply_home_news(cases_, site_, options_.home, news, severity, clock_.wall()))
    apply(change);
}

// While the site is worked on its faults are looked at, but no ladder is climbed: what stands afterwards is told by the
// sights of that time.
bool Patrol::sights_count() const {
  return !options_.continuous || !options_.continuous->in_maintenance ||
         !options_.continuous->in_maintenance(clock_.wall());
}

// Whoever switches a rule off means its standing cases too.
void Patrol::drop_unwanted_cases() {
  for (const Finding* finding : cases_.all()) {
    if (finding->state == FindingState::kClosed || options_.rules.wants(finding->rule)) continue;
    std::optional<CaseChange> change = cases_.vanished(finding->id, clock_.wall());
    if (change && change->transition) change->transition->by = "rule change";
    if (change) apply(*change);
  }
}

// What probes counted over a week is not closed by a sight, as long as it can be true of the week; nor what they see
// now.
bool Patrol::is_held_by_probes() const {
  constexpr auto kWeekAge = std::chrono::hours(24 * 8);
  const Finding* const finding = cases_.find(finding_id(site_, "site.unreachable", key_of(home_)));
  if (finding == nullptr || finding->state == FindingState::kClosed) return false;
  if (is_of_week(*finding) && clock_.wall() - finding->last_seen < kWeekAge) return true;
  return options_.continuous && options_.continuous->home_is_held && options_.continuous->home_is_held();
}

void Patrol::passed(const std::string& rule, const std::string& key) {
  if (rule == "site.unreachable" && key == key_of(home_) && is_held_by_probes()) return;
  if (const std::optional<CaseChange> change = cases_.passed(finding_id(site_, rule, key), clock_.wall()))
    apply(*change);
}

// One fault under http and https, or with and without www., is one finding: told under the home page's own origin. The
// twin that it is told under, of those that were seen to fail alike; 0: it is told itself. In rounds twins are seen at
// different times: what was seen of one holds until it is seen again.
UrlNumber Patrol::told_under(UrlNumber number) const {
  const Target& target = targets_[number];
  if (!target.in_scope || target.from_fault || target.record.url_class == UrlClass::kHome) return 0;
  const std::string home_origin = url_from_trusted(targets_[goal_of(home_)].record.url).origin();
  const Url url = url_from_trusted(target.record.url);
  for (const Url& twin : twins_of(url)) {
    const UrlNumber other = targets_.find(twin);
    if (other == 0 || other == number || twins_.count(other) > 0) continue;
    const Target& told = targets_[other];
    const bool seen = options_.continuous ? told.record.patrol_linked == patrol_.number
                                          : told.record.patrol_visited == patrol_.number;
    const bool preferred = twin.origin() == home_origin || (url.origin() != home_origin && other < number);
    if (seen && preferred && told.page_linked && told.record.reason == target.record.reason) return other;
  }
  return 0;
}

void Patrol::fold_twins(std::vector<UrlNumber>& failing) {
  std::erase_if(failing, [&](UrlNumber number) {
    const UrlNumber other = told_under(number);
    if (other == 0) return false;
    twins_[number] = other;
    merge_places(other, number);
    const std::string id = finding_id(site_, rule_of(number), key_of(number));
    if (const std::optional<CaseChange> change = cases_.vanished(id, clock_.wall())) apply(*change);
    return true;
  });
}

// What fails, and the pages on which that may stand: those that were seen to refer to a target already at fault and
// those read in this round; all pages for a fault that is new.
void Patrol::begin_places() {
  phase_ = Phase::kPlaces;
  bool all_known = options_.continuous.has_value();
  for (UrlNumber number = 1; number <= targets_.size(); ++number) {
    const Target& target = targets_[number];
    if (target.record.patrol_visited != patrol_.number || !is_fault(target.record.reason)) continue;
    failing_.push_back(number);
    places_.try_emplace(number);
    all_known = all_known && is_marked(number, kFaulty);
  }
  if (failing_.empty()) return;
  if (all_known) {
    to_search_ = std::move(pages_with_faults_);
    to_search_.insert(to_search_.end(), pages_read_.begin(), pages_read_.end());
    std::sort(to_search_.begin(), to_search_.end());
    to_search_.erase(std::unique(to_search_.begin(), to_search_.end()), to_search_.end());
    return;
  }
  for (UrlNumber number = 1; number <= targets_.size(); ++number) {
    const UrlRecord& record = targets_[number].record;
    if (record.links_hash != 0 && record.patrol_linked == patrol_.number) to_search_.push_back(number);
  }
}

// True when all of them were gone through.
bool Patrol::search_on() {
  for (int count = 1; searched_ < to_search_.size() && !result_.store_error; ++count) {
    if (count % kSearchAtOnce == 0 && !is_time_left()) return false;
    collect_places(to_search_[searched_++]);
  }
  return true;
}

void Patrol::begin_confirmation() {
  phase_ = Phase::kConfirm;
  std::vector<UrlNumber> failing = std::move(failing_);
  // What only redirects lead to is told under the links that lead there.
  std::erase_if(failing, [&](UrlNumber number) {
    if (number == home_ || places_[number].total > 0) return false;
    places_.erase(number);
    return true;
  });
  fold_twins(failing);
  add_mended(failing);

  std::vector<UrlNumber> looks;
  std::map<UrlNumber, std::vector<UrlNumber>> by_place;
  std::vector<UrlNumber> unproven;
  for (const UrlNumber number : failing) {
    Target& target = targets_[number];
    if (is_excused(number)) {
      target.record.reason = {};
      for (const char* rule : kLinkRules) passed(rule, key_of(number));
      continue;
    }
    const bool may_be_decided = patrol_.resumed > 0 || options_.continuous;
    const Finding* decided = may_be_decided ? case_since_visit(number) : nullptr;
    if (is_fault(target.record.reason) && decided != nullptr && decided->state == FindingState::kClosed) {
      mended(target.record);  // a second sight before the interruption was clean
      save(number, {});
      continue;
    }
    if (is_fault(target.record.reason) && open_case(number) == nullptr) {
      target.page_linked = true;
      Visit visit;
      suspect(number, visit);
      save(number, std::move(visit));
    }
    if (is_unproven(number)) unproven.push_back(number);
    if (!is_time_to_look(number)) continue;
    if (target.from_fault) {
      pages_to_read_again_[page_of(number)].push_back(number);
    } else if (const std::optional<UrlNumber> page = place_to_read(number)) {
      if (*page != 0) {
        by_place[*page].push_back(number);
        continue;
      }
      // Not told, but whether it was mended is looked at now and then.
      unseen_.insert(number);
      if (clock_.wall() - target.record.visited >= options_.continuous->plan.blocked) looks.push_back(number);
    } else {
      looks.push_back(number);
    }
  }
  prove_network(std::move(unproven));
  for (const auto& [page, farm] : farms_) pages_to_read_again_.try_emplace(page);
  look_at(looks);
  for (auto& [page, numbers] : by_place) read_place(page, std::move(numbers));
  for (const auto& [page, numbers] : pages_to_read_again_) read_page_again(page);
  for (const HostId host : tls_faults_) look_at_certificate(host);
  for (const HostId host : tls_unsupported_) look_at_old_tls(host, options_.continuous ? 1 : 2);
  look_at_columns();
  look_at_domain();
  look_at_other_scheme();
  look_at_content();
  look_at_slots();
  if (!result_.site.tls_not_after) return look_for_certificate();
  if (!ends_soon(result_.site.tls_not_after)) return;
  const Target& home = targets_[goal_of(home_)];
  const Finding* known = cases_.find(finding_id(site_, "site.tls", desk_[home.host].origin + "/"));
  if (known != nullptr && known->state != FindingState::kClosed) return;  // add_mended() has it looked at
  suspect_end(home.host, *result_.site.tls_not_after, home.attempt, home_certificate_);
  look_at_certificate(home.host);
}

// Did this round see for the first time that nothing answers, where that may be our own network's fault?
bool Patrol::is_unproven(UrlNumber number) const {
  const Finding* finding = options_.continuous ? open_case(number) : nullptr;
  const Target& target = targets_[number];
  return finding != nullptr && finding->state == FindingState::kSuspect && finding->confirmations <= 1 &&
         finding->last_seen >= patrol_.started && is_unreachable_reason(target.record.reason) &&
         (number == home_ || !target.in_scope);
}

// A first sight needs a control as well: what our own network did not reach in an hour's outage would else be the first
// rung of a ladder.
void Patrol::prove_network(std::vector<UrlNumber> unproven) {
  if (unproven.empty()) return;
  if (options_.network == nullptr) return prove_by_hosts(std::move(unproven), 0);
  ++networks_asked_;
  const Family family = targets_[unproven.front()].attempt.family;
  options_.network->ask(family, [this, alive = std::weak_ptr(alive_), unproven](NetworkState state) {
    if (alive.expired() || phase_ == Phase::kDone) return;
    --networks_asked_;
    if (state == NetworkState::kUntold) return prove_by_hosts(unproven, 0);
    if (state == NetworkState::kDown) void_cases(unproven, ReasonCode::kBlind);
  });
}

void Patrol::prove_by_hosts(std::vector<UrlNumber> unproven, int controls) {
  std::erase_if(unproven,
                [this](UrlNumber number) { return desk_.another_answered(targets_[number].host, clock_.steady()); });
  if (unproven.empty()) return;
  const std::optional<HostId> other = desk_.control_for(targets_[unproven.front()].host);
  if (!other || controls == kControlsMax) return void_cases(unproven, ReasonCode::kBlind);
  ask_other(*other, [this, unproven = std::move(unproven), controls] { prove_by_hosts(unproven, controls + 1); });
}

// Cases of earlier patrols that look mended: a second clean sight closes them. Farms that an interrupted patrol
// suspected are read again.
void Patrol::add_mended(std::vector<UrlNumber>& failing) {
  for (const Finding* finding : cases_.all()) {
    if (finding->state == FindingState::kClosed) continue;
    if (finding->rule == "site.tls") {
      const HostId host = desk_.host_of(url_from_trusted(finding->subject), /*in_scope=*/true);
      if (tls_faults_.count(host) == 0) look_at_certificate(host);
      continue;
    }
    const UrlNumber number = target_of(*finding);
    if (number == 0) continue;
    if (finding->rule == "page.injected") {
      const Target& page = targets_[number];
      if (page.record.patrol_visited == patrol_.number && !page.recalled) pages_to_read_again_.try_emplace(number);
      continue;
    }
    if (!finding->rule.starts_with("link.") && finding->rule != "site.unreachable") continue;
    const Target& target = targets_[number];
    const bool well = target.record.patrol_visited == patrol_.number && target.record.reason.code == ReasonCode::kNone;
    if (!well) continue;
    // The crawl's clean sight, counted once however often the patrol is interrupted here; the second look closes.
    if (!target.recalled && finding->recoveries + 1 < cases_.recoveries_needed()) passed(finding->rule, key_of(number));
    failing.push_back(number);
  }
}

// The page where the link stands, as a browser names it: portals that guard their downloads answer others with HTML or
// their home page. Not told to another scheme or host in full (Referrer Policy, strict-origin-when-cross-origin).
std::string Patrol::referer_of(UrlNumber number, const Url& url) const {
  const UrlNumber page = page_of(number);
  if (page == 0 || targets_[page].from_fault) return {};
  const UrlParse parsed = parse_url(targets_[page].record.url);
  if (!parsed.url) return {};
  if (parsed.url->scheme() == UrlScheme::kHttps && url.scheme() == UrlScheme::kHttp) return {};
  if (parsed.url->origin() == url.origin()) return std::string(parsed.url->without_fragment());
  return parsed.url->origin() + "/";
}

// The target that a case is about; 0 for a subject that is none.
UrlNumber Patrol::target_of(const Finding& finding) const {
  const UrlNumber fault = targets_.find_fault(finding.subject);
  if (fault != 0) return fault;
  const UrlParse parsed = parse_url(finding.subject);
  return parsed.url ? targets_.find(*parsed.url) : 0;
}

// The case of a target that is not closed; by the rule of its reason before others, which stand for what it was before.
const Finding* Patrol::open_case(UrlNumber number) const {
  if (accused_.count(number) == 0) return nullptr;
  const std::string key = key_of(number);
  const std::string own_rule = rule_of(number);
  const auto standing = [&](std::string_view rule) -> const Finding* {
    const Finding* finding = cases_.find(finding_id(site_, rule, key));
    return finding == nullptr || finding->state == FindingState::kClosed ? nullptr : finding;
  };
  const Finding* found = standing(own_rule);
  for (const char* rule : kLinkRules) found = found == nullptr ? standing(rule) : found;
  return found;
}

// When a continuous patrol looks at a fault again: a suspect at the ladder's spacing, one that was told now and then,
// and soon after it was seen mended.
WallTime Patrol::next_look(const Finding& finding, UrlNumber number) const {
  if (!options_.continuous) return WallTime{};
  if (finding.state == FindingState::kSuspect) return cases_.next_rung(finding);
  const RoundPlan& plan = options_.continuous->plan;
  const WallTime last = std::max(finding.last_seen, targets_[number].record.visited);
  return last + (finding.recoveries > 0 ? plan.recovery : plan.open_case);
}

bool Patrol::is_time_to_look(UrlNumber number) const {
  const Finding* finding = open_case(number);
  // Without a case (its rule is not asked for) it is looked at when it was asked, not in every round.
  if (finding == nullptr) return !options_.continuous || !targets_[number].recalled;
  return next_look(*finding, number) <= clock_.wall();
}

// A page on which a faulty reference stands.
UrlNumber Patrol::page_of(UrlNumber number) const {
  const auto places = places_.find(number);
  if (places != places_.end() && !places->second.sample.empty()) {
    const UrlParse parsed = parse_url(places->second.sample.front().page);
    if (parsed.url) return targets_.find(*parsed.url);
  }
  return targets_[number].record.referrer;
}

bool Patrol::is_excused(UrlNumber number) const {
  // A link that says 首页 and ends at a home page does what it says.
  const auto places = places_.find(number);
  return targets_[number].record.reason.code == ReasonCode::kRedirectHome && places != places_.end() &&
         places->second.total > 0 && places->second.named_home == places->second.total;
}

void Patrol::merge_places(UrlNumber into, UrlNumber from) {
  const auto source = places_.find(from);
  if (source == places_.end()) return;
  Places& goal = places_[into];
  goal.total += source->second.total;
  goal.named_home += source->second.named_home;
  goal.on_home = goal.on_home || source->second.on_home;
  for (Place& place : source->second.sample) {
    if (goal.sample.size() < places_max(options_)) goal.sample.push_back(std::move(place));
  }
  source->second = {};
}

void Patrol::collect_places(UrlNumber page) {
  const UrlNumber home_goal = goal_of(home_);
  check(store_.for_each_link_of(handle_, page, [&](const StoredLinkView& link) {
    const auto found = places_.find(link.target);
    if (found == places_.end()) return;
    const auto mismatch = mismatched_anchors_.find(link.target);
    if (mismatch != mismatched_anchors_.end() && link.text.find(mismatch->second) == std::string_view::npos) return;
    Places& places = found->second;
    ++places.total;
    if (names_home(link.text)) ++places.named_home;
    if (page == home_ || page == home_goal) places.on_home = true;
    const std::size_t kept_max = places_kept_ < kPlacesOfAllMax ? places_max(options_) : kPlacesFew;
    if (places.sample.size() >= kept_max) return;
    ++places_kept_;
    places.sample.push_back({.page = targets_[page].record.url,
                             .text = std::string(link.text),
                             .region = link.region,
                             .tag = std::string(link.tag),
                             .line = link.line});
  }));
}

// One page of each case: that alone is asked more often than its interval has it (due_by_interval()).
void Patrol::mark_page_of(const Finding& told) {
  const bool stands_in_page = told.rule.starts_with("link.") || told.rule == "page.injected";
  if (!stands_in_page || told.where.empty()) return;
  const UrlParse page = parse_url(told.where.front().page);
  const UrlNumber number = page.url ? targets_.find(*page.url) : 0;
  if (number == 0 || is_marked(number, kTold)) return;
  mark(number, kTold);
  ++told_pages_;
}

// A link that was taken from the page that is read for it is taken from others as well, most likely: the next round
// reads those. Once, since then they are where it stands no more, or the first of them is read for it.
void Patrol::read_other_places(const Finding& told, const Places& now, Visit& visit) {
  const bool is_told = told.rule.starts_with("link.") && told.state != FindingState::kSuspect;
  if (!options_.continuous || !is_told || told.where.empty()) return;
  const std::string& front = told.where.front().page;
  const auto stands_on = [&](const Place& place) { return place.page == front; };
  if (now.total == 0 || std::any_of(now.sample.begin(), now.sample.end(), stands_on)) return;
  for (const Place& place : now.sample) {
    const UrlParse page = parse_url(place.page);
    const UrlNumber number = page.url ? targets_.find(*page.url) : 0;
    const bool is_remembered =
        number != 0 && targets_[number].recalled && targets_[number].record.url_class != UrlClass::kHome;
    if (!is_remembered || targets_[number].record.visited == WallTime{}) continue;
    targets_[number].record.visited = WallTime{};
    visit.urls.push_back({targets_.fingerprint_of(number), targets_[number].record});
  }
}

void Patrol::control_host(HostId host, std::vector<UrlNumber> failing) {
  const UrlParse origin = parse_url(desk_[host].origin);
  const Target& home = targets_[goal_of(home_)];
  const bool is_home_host = home.host == host && !home.from_fault;
  FetchRequest request;
  request.url = is_home_host ? url_from_trusted(home.record.url) : *origin.url;
  request.verify_tls = tls_faults_.find(host) == tls_faults_.end();
  fetcher_.ask(host, Lane::kConfirmation, std::move(request),
               [this, host, is_home_host, failing = std::move(failing)](const FetchOutcome& outcome) {
                 desk_.note(host, outcome);
                 const bool well = outcome.error == TransportError::kNone && outcome.status < 500;
                 if (well) {
                   for (const UrlNumber number : failing) begin_look(number);
                   return;
                 }
                 // The host itself is down: no verdict about its links.
                 void_cases(failing, ReasonCode::kHostDown);
                 // Where the control was the home page, that is news of the site.
                 const bool is_news = options_.continuous && is_home_host && outcome.error != TransportError::kNone &&
                                      open_case(home_) == nullptr;
                 if (is_news) begin_look(home_);
               });
}

// No verdict can be formed now. A suspicion that arose in this window, or at one sight at which nothing answered, falls
// with it: that may have been our own network. The ladder of an older one rests.
void Patrol::void_case(UrlNumber number, ReasonCode code) {
  const Finding* finding = open_case(number);
  if (finding != nullptr && finding->state == FindingState::kSuspect) {
    const bool is_unproven = is_unreachable_reason(finding->reason) || finding->last_seen >= patrol_.started;
    const bool older = finding->confirmations > 1 || !is_unproven;
    if (!options_.continuous || !older) {
      if (const std::optional<CaseChange> change = cases_.vanished(finding->id, clock_.wall())) apply(*change);
    }
  }
  targets_[number].record.reason = {code, 0};
  if (options_.continuous) targets_[number].record.visited = clock_.wall();
  save(number, {});
}

void Patrol::void_cases(const std::vector<UrlNumber>& numbers, ReasonCode code) {
  for (const UrlNumber number : numbers) void_case(number, code);
}

// A mended page is read by the next round, since looks read no links; the goal of a mended redirect is asked again too.
// Once only: a page may be well whenever it is looked at and at fault whenever it is crawled.
void Patrol::read_soon(UrlNumber number) {
  Target& target = targets_[number];
  const bool may_hold_links = target.in_scope && target.promised == Promised::kPage;
  if (!may_hold_links || target.record.reason.code == ReasonCode::kTitleMismatch) return;
  if (!target.recalled && target.record.visits > 1) return;
  target.record.visited = WallTime{};
  const UrlNumber goal = goal_of(number);
  if (goal == number || targets_[goal].from_fault) return;
  targets_[goal].record.visited = WallTime{};
  save(goal, {});
}

// Second sights: of the site's own targets, host by host, after a control of the host.
void Patrol::look_at(const std::vector<UrlNumber>& numbers) {
  std::map<HostId, std::vector<UrlNumber>> own;
  for (const UrlNumber number : numbers) {
    const Target& target = targets_[number];
    const bool is_own = target.in_scope && target.record.url_class != UrlClass::kHome;
    if (is_own) {
      own[target.host].push_back(number);
    } else {
      begin_look(number);
    }
  }
  for (auto& [host, targets] : own) control_host(host, std::move(targets));
}

void Patrol::begin_look(UrlNumber number) {
  auto look = std::make_shared<Look>();
  look->number = number;
  look->unverified = targets_[number].untrusted_tls;
  look_hop(look, url_from_trusted(targets_[number].record.url));
}

void Patrol::look_hop(const std::shared_ptr<Look>& look, const Url& url) {
  const Target& target = targets_[look->number];
  Target hop = target;
  hop.in_scope = scope_.contains(url);
  FetchRequest request = request_for_target(hop, url);
  request.verify_tls = !look->unverified;
  if (look->other_family) {
    request.family = look->first_failure.attempt.family == Family::kIpv6 ? Family::kIpv4 : Family::kIpv6;
  }
  request.referer = referer_of(look->number, url);
  // What our own cache holds of a name is no second sight.
  if (target.record.reason.code == ReasonCode::kDnsNxdomain || target.record.reason.code == ReasonCode::kDnsFailure) {
    if (options_.ipv6 && options_.ipv6->names != nullptr) options_.ipv6->names->forget(url.host());
  }
  look->url = url;
  look->seen.insert(std::string(url.without_fragment()));
  const HostId host = desk_.host_of(url, hop.in_scope);
  const bool is_probe = look->number == home_ && options_.continuous;
  const auto ask = [this, look, host, is_probe](FetchRequest asked) {
    const Lane lane = is_probe ? Lane::kProbe : Lane::kConfirmation;
    fetcher_.ask(host, lane, std::move(asked), [this, look, host](FetchOutcome outcome) {
      desk_.note(host, outcome);
      looked(look, host, std::move(outcome));
    });
  };
  if (target.record.url_class == UrlClass::kHome) return ask(std::move(request));
  const bool is_elsewhere = !hop.in_scope;
  desk_.when_known(url, host, [=, this, request = std::move(request)](bool may_be_asked) mutable {
    if (!may_be_asked) return forbidden(look->number, host);
    if (!look->other_family && is_news(look->number, desk_[host].dead)) return looked(look, host, *desk_[host].dead);
    // It may be there again by now, and forbid what nobody could read a moment ago.
    look->by_robots = is_elsewhere && options_.continuous && desk_[host].dead;
    if (look->by_robots) request.url = url_from_trusted(desk_[host].origin + "/robots.txt");
    if (look->by_robots) request.fetch_class = FetchClass::kRobots;
    ask(std::move(request));
  });
}

// A redirect may have changed since the crawl, and lead where nobody may send us: what options and the robots.txt there
// forbid is not asked for, and the second sight tells nothing.
void Patrol::follow_hop(const std::shared_ptr<Look>& look, HostId from, const Url& next, FetchOutcome outcome) {
  const auto give_up = [this, look, from, outcome = std::move(outcome)](ReasonCode why) {
    conclude(look, from, {.reason = {why, 0}}, outcome, {});
  };
  const bool in_scope = scope_.contains(next);
  if (options_.exclude.matches(std::string(next.without_fragment()))) return give_up(ReasonCode::kExcluded);
  if (!in_scope && !options_.external) return give_up(ReasonCode::kScope);
  const HostId host = desk_.host_of(next, in_scope);
  const bool is_home = look->number == home_;
  desk_.when_known(next, host, [this, look, next, is_home, give_up](bool may_be_asked) {
    if (!is_home && !may_be_asked) return give_up(ReasonCode::kRobots);
    look_hop(look, next);
  });
}

// Did the host fail, for robots.txt or another look of this round, later than the case has counted? Then that is a
// sight of all its targets. `check` climbs no ladder in time: there each look is a request of its own.
bool Patrol::is_news(UrlNumber number, const std::optional<FetchOutcome>& dead) const {
  const Finding* finding = dead && options_.continuous ? open_case(number) : nullptr;
  return finding != nullptr && dead->attempt.at > finding->last_seen;
}

// Nothing more can be learnt of the target: what was suspected or told of it can be neither upheld nor disproved.
void Patrol::forbidden(UrlNumber number, HostId host) {
  if (desk_[host].access != RobotsAccess::kRules) return void_case(number, ReasonCode::kHostDown);
  while (const Finding* finding = open_case(number)) {
    const std::optional<CaseChange> change = cases_.vanished(finding->id, clock_.wall());
    if (!change) break;
    apply(*change);
  }
  targets_[number].record.reason = {ReasonCode::kRobots, 0};
  save(number, {});
}

void Patrol::looked(const std::shared_ptr<Look>& look, HostId host, FetchOutcome outcome) {
  const Url url = look->url;
  if (look->by_robots && outcome.error == TransportError::kNone) {
    desk_.take_robots(host, outcome);
    return void_case(look->number, ReasonCode::kHostDown);  // the next round asks, if it may
  }
  if (!look->unverified && looks_behind_certificate(outcome.error, scope_.contains(url))) {
    look->unverified = true;
    return look_hop(look, url);
  }
  const Reason transport = reason_of(outcome.error);
  const bool connect_failed = transport.code == ReasonCode::kConnectRefused ||
                              transport.code == ReasonCode::kConnectTimeout ||
                              transport.code == ReasonCode::kConnectFailure;
  if (connect_failed && !look->other_family) {  // once over the other family before it is open
    look->other_family = true;
    look->first_failure = std::move(outcome);
    return look_hop(look, url);
  }
  if (look->other_family && outcome.error != TransportError::kNone) outcome = look->first_failure;
  if (outcome.error == TransportError::kNone && is_redirect_status(outcome.status)) {
    look->sets_cookie = look->sets_cookie || !outcome.header("set-cookie").empty();
    const UrlParse next = parse_location(outcome.header("location"), url);
    if (next.url) {
      look->redirects.push_back({outcome.status, std::string(next.url->without_fragment())});
      const bool again = look->seen.count(std::string(next.url->without_fragment())) > 0;
      const bool too_many = look->redirects.size() > static_cast<std::size_t>(limits::kRedirectsMax);
      if (!again && !too_many) return follow_hop(look, host, *next.url, std::move(outcome));
    }
  }
  const Target& target = targets_[look->number];
  ReadWish wish;
  wish.wording_of_strangers = !scope_.contains(url);
  wish.digest = true;
  const PageReading reading = read_answer(outcome, wish);
  TargetFacts facts = facts_of_answer(target, url, outcome, reading);
  facts.asked = url_from_trusted(target.record.url);
  facts.redirects = look->redirects;
  facts.asked_is_home = is_front_door(facts.asked) || target.record.url_class == UrlClass::kHome;
  const UrlNumber end = targets_.find(url);
  facts.ends_at_home = is_front_door(url) || (end != 0 && (end == goal_of(home_) || end == home_page()));
  facts.is_external = !scope_.contains(url);
  if (outcome.error == TransportError::kNone && is_redirect_status(outcome.status)) {
    const UrlParse next = parse_location(outcome.header("location"), url);
    facts.redirect_without_location = !next.url && next.other_scheme.empty();
    facts.redirect_limit = look->redirects.size() > static_cast<std::size_t>(limits::kRedirectsMax);
    facts.redirect_loop = next.url && !facts.redirect_limit;
    if (!next.url && !next.other_scheme.empty()) return conclude(look, host, {}, outcome, reading);
    if (look->sets_cookie && facts.redirect_loop) {
      return conclude(look, host, {.reason = {ReasonCode::kChallenge, 0}}, outcome, reading);
    }
  }
  facts.baseline = desk_[host].root;
  const bool ask_folder =
      facts.received == Received::kHtml && !reading.wording.not_found.empty() && look->redirects.empty();
  if (!ask_folder) return conclude(look, host, judge_link(facts), outcome, reading);
  auto kept = std::make_shared<PageReading>(read_answer(outcome, wish));
  desk_.baseline(url, host, [this, look, host, facts, outcome, kept](const NegativeBaseline& baseline) mutable {
    facts.baseline = baseline;
    if (baseline.answer == NegativeBaseline::Answer::kUnknown) facts.wording.not_found.clear();
    const CrashMark::Reading page(pump_.crash_mark(), facts.last.without_fragment());
    conclude(look, host, judge_link(facts), outcome, *kept);
  });
}

bool Patrol::is_told_under(std::string_view rule, std::string_view key) const {
  const Finding* finding = cases_.find(finding_id(site_, rule, key));
  return finding != nullptr && is_told(finding->state);
}

void Patrol::vanish(std::string_view rule, UrlNumber number) {
  const std::optional<CaseChange> change = cases_.vanished(finding_id(site_, rule, key_of(number)), clock_.wall());
  if (change) apply(*change);
}

void Patrol::conclude(const std::shared_ptr<Look>& look, HostId host, LinkJudgement judgement,
                      const FetchOutcome& outcome, const PageReading& reading) {
  const UrlNumber number = look->number;
  Target& target = targets_[number];
  const Reason first = target.record.reason;
  if (options_.continuous) target.record.visited = clock_.wall();
  judgement = held_to_time(number, outcome, std::move(judgement));
  if (first.code == ReasonCode::kTitleMismatch && judgement.reason.code == ReasonCode::kNone && reading.scanned) {
    PageNames names;
    names.opening = reading.facts.visible_text.substr(0, limits::kOpeningBytes);
    for (const std::string_view heading : reading.facts.headings) names.headings.emplace_back(heading);
    const auto hash = title_counts_.find(hash64(kept_title(reading.facts)));
    if (hash == title_counts_.end() || hash->second < 3) names.title = reading.facts.title;
    for (const auto& [name, content] : reading.facts.meta) {
      if (name == "articletitle") names.article_title = content;
    }
    if (const std::optional<TitleMismatch> mismatch = judge_title({mismatched_anchors_[number]}, names)) {
      judgement = {.reason = first, .need = {}, .compared = mismatch->found, .limit = mismatch->expected};
    }
  }
  if (!is_fault(judgement.reason)) {
    if (judgement.reason.code != ReasonCode::kNone) {  // blocked or without verdict: no second sight was possible
      if (!options_.continuous) return;
      target.record.reason = judgement.reason;  // asked again as such; the ladder rests meanwhile
      return save(number, {});
    }
    for (const char* rule : kLinkRules) passed(rule, key_of(number));
    if (options_.continuous && open_case(number) == nullptr) read_soon(number);
    if (is_fault(first)) mended(target.record);
    if (is_fault(first) || options_.continuous) save(number, {});
    return;
  }
  const bool home = target.record.url_class == UrlClass::kHome;
  const bool needs_control = is_unreachable_reason(judgement.reason) && (home || !scope_.contains(look->url));
  if (needs_control && options_.network != nullptr && !look->network)
    return ask_network(look, host, judgement, outcome);
  const NetworkState network = look->network.value_or(NetworkState::kUntold);
  if (needs_control && network == NetworkState::kDown) return void_case(number, ReasonCode::kBlind);
  if (needs_control && network == NetworkState::kUntold && !desk_.another_answered(host, clock_.steady())) {
    if (look->controls < kControlsMax && ask_control(look, host, judgement, outcome)) return;
    if (home && !options_.continuous) {
      target.record.reason = judgement.reason;
      return;
    }
    return void_case(number, ReasonCode::kBlind);
  }
  Evidence evidence;
  evidence.attempts.push_back(outcome.attempt);
  evidence.redirects = look->redirects;
  evidence.headers = telling_headers(outcome);
  if (!outcome.body.empty()) evidence.body_sha256 = sha256_hex(outcome.body);
  if (reading.scanned) evidence.excerpt = cut_utf8(reading.facts.visible_text, limits::kExcerptBytesMax);
  evidence.compared = judgement.compared;
  evidence.limit = judgement.limit;
  evidence.control = control_of(host);
  const std::string old_rule = rule_of(number);
  target.record.reason = judgement.reason;
  const std::string rule = rule_of(number);
  // Broken at first sight, wrong at second: one case, under the rule that holds. In rounds what was told stands until
  // the other fault has climbed its own ladder: a lost packet is no word on a link that leads to the wrong page.
  if (rule != old_rule && !(options_.continuous && is_told_under(old_rule, key_of(number)))) {
    vanish(old_rule, number);
    failed(rule, target.record.url, key_of(number), judgement.reason, severity_of(number), evidence_of(number));
  }
  accused_.insert(number);
  // Where no page is known to refer to it any more this look was no sight; the next comes soon (plan_next).
  if (!unseen_.contains(number)) {
    failed(rule, target.record.url, key_of(number), judgement.reason, severity_of(number), std::move(evidence));
  }
  const bool replaces_others = is_told_under(rule, key_of(number));
  for (const char* other : kLinkRules) {
    if (rule == other) continue;
    if (replaces_others) vanish(other, number);
    const auto relapse = cases_.still_failing(finding_id(site_, other, key_of(number)));
    if (relapse) apply(*relapse);
  }
  Visit visit;
  if (options_.continuous && is_told_as_gone(number)) forget_links(number, visit);
  save(number, std::move(visit));
}

// Is it told that the page itself is not there, and not only that it cannot be had now?
bool Patrol::is_told_as_gone(UrlNumber number) const {
  const Finding* finding = open_case(number);
  if (finding == nullptr || finding->state == FindingState::kSuspect) return false;
  const ConfirmationClass kind = confirmation_class(finding->reason);
  return kind == ConfirmationClass::kGone || kind == ConfirmationClass::kSoft404;
}

}  // namespace xuncha
