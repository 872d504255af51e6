// Second sights of whole pages and of the site itself, and the end of a patrol.
#include <algorithm>
#include <set>
#include <span>
#include <utility>

#include "core/digest.h"
#include "core/limits.h"
#include "daemon/patrol/patrol.h"
#include "daemon/patrol/patrol_look.h"
#include "detectors/availability.h"
#include "detectors/link_status.h"
#include "detectors/registry.h"

namespace xuncha {
namespace {

constexpr double kUnjudgedShare = 0.5;  // more than this of a site without verdict is a notice of its own
constexpr std::uint64_t kUnjudgedMin = 10;
constexpr auto kWholeRoundAge = std::chrono::hours(24);  // at most: robots.txt and sitemaps are asked for once a day
constexpr int kGatherShare = 20;  // of an interval: how long what is due waits for more of its kind
// When no page could be read with a link that is about to be told: a page that answers now and then has done so by
// then.
constexpr auto kPlaceAgain = std::chrono::hours(2);

bool is_told_or_suspect(FindingState state) {
  return state != FindingState::kClosed;
}

std::string join(const std::vector<std::string>& words, std::size_t words_max) {
  std::string joined;
  for (std::size_t index = 0; index < words.size() && index < words_max; ++index) {
    joined.append(joined.empty() ? "" : ", ").append(words[index]);
  }
  return joined;
}

// Is the page there, but in a form that no link can be judged by?
bool tells_nothing(Reason reason) {
  return reason.code == ReasonCode::kScriptRendered || reason.code == ReasonCode::kTooLarge ||
         reason.code == ReasonCode::kTlsUnsupported || reason.code == ReasonCode::kQuarantined;
}

// Why a patrol came to nothing, as a sentence for the person who asked for it.
std::string why_nothing(const Target& home) {
  const std::string reason = reason_name(home.record.reason);
  const std::string address = home.attempt.address ? format_address(*home.attempt.address) : std::string();
  if (home.record.reason.code == ReasonCode::kAddress) {
    if (address.empty()) return "the start page's address is refused by default; --allow-cidr permits a range";
    return "the start page's address " + address + " is refused by default; if it is meant, add --allow-cidr " +
           address;
  }
  if (is_unreachable_reason(home.record.reason)) {
    return "the start page cannot be reached (" + reason + (address.empty() ? "" : " at " + address) +
           "), and no other host answered that would tell the site's fault from one of our own network or resolver";
  }
  if (home.record.reason.code == ReasonCode::kBlind) {
    return "the site answers every path with the same page: the login page of our own network, or a program that hides "
           "what is missing";
  }
  return reason.empty() ? "the patrol ended before the start page was judged" : "the start page: " + reason;
}

}  // namespace

void Patrol::suspect_farm(UrlNumber page, const InjectedFarm& farm, const Attempt& attempt) {
  const Target& target = targets_[page];
  Evidence evidence;
  evidence.attempts.push_back(attempt);
  evidence.compared = std::to_string(farm.domains.size());
  evidence.limit = "10";
  evidence.excerpt = join(farm.domains, 40);
  evidence.control = farm.terms;
  failed("page.injected", target.record.url, key_of(page), {}, severity_of_rule("page.injected"), std::move(evidence));
  cases_.set_places(finding_id(site_, "page.injected", key_of(page)),
                    {{.page = target.record.url, .text = {}, .tag = {}, .line = farm.line}}, 1);
}

// Looks again at a page for faults that stand in its own text: references at fault, hidden link farms.
void Patrol::read_page_again(UrlNumber page) {
  if (page == 0) return;
  const UrlNumber goal = goal_of(page);
  const Target& target = targets_[goal];
  const Url url = url_from_trusted(target.record.url);
  fetcher_.ask(target.host, Lane::kConfirmation, request_for_target(target, url),
               [this, page, goal, url](const FetchOutcome& outcome) {
                 const Finding* farm = cases_.find(finding_id(site_, "page.injected", key_of(goal)));
                 const bool crawl_was_clean = farm != nullptr && farm->last_seen < targets_[goal].record.visited;
                 const auto clean = [&] {
                   if (crawl_was_clean) passed("page.injected", key_of(goal));
                   passed("page.injected", key_of(goal));
                 };
                 if (outcome.error != TransportError::kNone) return;
                 if (outcome.status == 404 || outcome.status == 410) return clean();
                 if (outcome.status != 200) return;
                 PageReading reading = read_answer(outcome, {});
                 if (!reading.scanned) return;
                 std::set<std::string_view> raws;
                 for (const Link& link : reading.facts.links) raws.insert(link.raw);
                 for (const UrlNumber number : pages_to_read_again_[page]) {
                   const Target& fault = targets_[number];
                   if (raws.count(fault.record.url) == 0) {
                     passed("link.wrong", key_of(number));
                     targets_[number].record.reason = {};
                     continue;
                   }
                   Evidence evidence;
                   evidence.attempts.push_back(outcome.attempt);
                   evidence.compared = fault.record.url;
                   failed(rule_of(number), fault.record.url, key_of(number), fault.record.reason, severity_of(number),
                          std::move(evidence));
                 }
                 if (const std::optional<InjectedFarm> again = find_farm(url, reading.facts))
                   return suspect_farm(goal, *again, outcome.attempt);
                 clean();
               });
}

// Asks a host that answered earlier whether our own network still reaches it. False: there is none to ask.
bool Patrol::ask_control(const std::shared_ptr<Look>& look, HostId host, const LinkJudgement& judgement,
                         const FetchOutcome& outcome) {
  const std::optional<HostId> other = desk_.control_for(host);
  if (!other) return false;
  count_control(*look);
  ask_other(*other, [this, look, host, judgement, outcome] { conclude(look, host, judgement, outcome, {}); });
  return true;
}

// Whether a host elsewhere answers.
void Patrol::ask_other(HostId other, std::function<void()> then) {
  FetchRequest request;
  request.url = url_from_trusted(desk_[other].origin + "/robots.txt");  // which no robots.txt forbids
  request.fetch_class = FetchClass::kRobots;
  // After a failure of our own network every host's breaker is open: that must not keep us from asking.
  const Lane lane = pump_.frontier().breaker_open(other) ? Lane::kProbe : Lane::kConfirmation;
  fetcher_.ask(other, lane, std::move(request), [this, other, then = std::move(then)](const FetchOutcome& answer) {
    desk_.note(other, answer);
    const bool is_answer = answer.error == TransportError::kNone && !is_redirect_status(answer.status);
    if (is_answer) desk_.take_robots(other, answer);  // its Crawl-delay holds from now on
    // Down itself, or in its pause: the next control is another host.
    if (answer.error != TransportError::kNone) desk_[other].in_vain = clock_.steady();
    then();
  });
}

std::string Patrol::control_of(HostId host) {
  const std::optional<HostId> other = scope_.contains(url_from_trusted(desk_[host].origin + "/"))
                                          ? std::optional<HostId>(targets_[goal_of(home_)].host)
                                          : desk_.control_for(host);
  if (!other || !desk_[*other].answered) return {};
  return desk_[*other].origin;
}

// Does the host send whoever asks for what cannot exist to the home page?
bool Patrol::leads_home_from_nowhere(const NegativeBaseline& root) const {
  if (root.answer != NegativeBaseline::Answer::kRedirect) return false;
  const UrlParse goal = parse_url(root.looks.final_url);
  return goal.url && scope_.contains(*goal.url) && is_front_door(*goal.url);
}

void Patrol::judge_site() {
  const Target& home = targets_[goal_of(home_)];
  const bool home_judged = home.record.patrol_visited == patrol_.number;
  const Verdict home_verdict = verdict_of(targets_[home_].record.reason);
  result_.judged_anything =
      home_judged &&
      (home_verdict == Verdict::kOk || home_verdict == Verdict::kWrong || home_verdict == Verdict::kBlocked ||
       patrol_.pages > 0 || (home_verdict == Verdict::kBroken && !is_unreachable_reason(home.record.reason)));
  if (home_verdict == Verdict::kBroken) {
    const Finding* finding = cases_.find(finding_id(site_, rule_of(home_), key_of(home_)));
    if (finding != nullptr && finding->state == FindingState::kOpen) result_.judged_anything = true;
  }
  if (targets_[home_].record.reason.code == ReasonCode::kTlsUnsupported) {
    const Finding* finding = cases_.find(finding_id(site_, "site.tls", desk_[home.host].origin + "/"));
    if (finding != nullptr && finding->state == FindingState::kOpen) result_.judged_anything = true;
  }
  if (!result_.judged_anything) result_.why_nothing = why_nothing(targets_[home_]);

  const bool alike = targets_[home_].record.reason.code == ReasonCode::kBlind && home.record.status != 0;
  for (const HostDesk::Host& state : desk_.all()) {
    if (!state.in_scope) continue;
    if (state.root.answer == NegativeBaseline::Answer::kHonest) {
      for (std::size_t sight = 0; sight < state.root_attempts.size(); ++sight)
        passed("site.soft404", state.origin + "/");
    }
    const bool leads_home = leads_home_from_nowhere(state.root);
    if ((state.root.answer != NegativeBaseline::Answer::kPage && !leads_home) || alike) continue;
    for (const Attempt& attempt : state.root_attempts) {  // two paths that cannot exist: two sights
      Evidence evidence;
      evidence.attempts.push_back(attempt);
      evidence.compared = state.root_url;
      evidence.limit = "404";
      if (leads_home) evidence.redirects.push_back({attempt.status, state.root.looks.final_url});
      failed("site.soft404", state.origin + "/", state.origin + "/", {}, severity_of_rule("site.soft404"),
             std::move(evidence));
    }
  }

  // Out of reach: told as such, or our own network is in doubt; nothing is known of the pages behind.
  if (options_.continuous && home.record.status == 0) return;

  std::uint64_t unjudged = 0;
  std::uint64_t own = 0;
  std::uint64_t unjudged_now = 0;  // of those whose turn it was
  std::uint64_t own_now = 0;
  for (UrlNumber number = 1; number <= targets_.size(); ++number) {
    const Target& target = targets_[number];
    if (!target.in_scope || target.promised != Promised::kPage || target.record.patrol_visited != patrol_.number)
      continue;
    ++own;
    own_now += target.recalled ? 0 : 1;
    const Verdict verdict = verdict_of(target.record.reason);
    // Pages that a robots.txt out of reach forbids (RFC 9309 2.3.1.4) are not judged either.
    const bool forbidden =
        target.record.reason.code == ReasonCode::kRobots && desk_[target.host].access == RobotsAccess::kDisallowAll;
    if (verdict != Verdict::kBlocked && verdict != Verdict::kInconclusive && !forbidden) continue;
    ++unjudged;
    unjudged_now += target.recalled ? 0 : 1;
  }
  const bool home_shut = home_verdict == Verdict::kBlocked || alike || tells_nothing(targets_[home_].record.reason) ||
                         (home_verdict == Verdict::kOk && home.received != Received::kHtml);  // a PDF, say
  const bool mostly = own >= kUnjudgedMin && static_cast<double>(unjudged) > kUnjudgedShare * static_cast<double>(own);
  if (!home_shut && !mostly) {
    for (int sight = 0; sight < 2; ++sight) passed("site.unjudged", key_of(home_));
    return;
  }
  // What is only remembered is no sight: of the home page, or of pages while those that were asked now answer again.
  const bool sees_home = home_shut && !(home.recalled && targets_[home_].recalled);
  const bool sees_pages = mostly && static_cast<double>(unjudged_now) > kUnjudgedShare * static_cast<double>(own_now);
  if (options_.continuous && !sees_home && !sees_pages) return;
  // Each of many pages was a sight of its own; but our own network may be at fault, and rounds have time.
  const int sights = alike || options_.continuous ? 1 : 2;
  for (int sight = 0; sight < sights; ++sight) {
    Evidence evidence;
    evidence.attempts.push_back(targets_[home_].attempt);
    evidence.compared = std::to_string(unjudged) + "/" + std::to_string(own);
    evidence.limit = "50%";
    failed("site.unjudged", targets_[home_].record.url, key_of(home_), targets_[home_].record.reason,
           severity_of_rule("site.unjudged"), std::move(evidence),
           options_.continuous ? options_.continuous->unjudged_after : Milliseconds{});
  }
}

bool Patrol::is_home_in_doubt() const {
  const Reason reason = targets_[home_].record.reason;
  if (reason.code == ReasonCode::kBlind) return true;
  return is_unreachable_reason(reason) && !is_told_under(rule_of(home_), key_of(home_));
}

// Is what was seen of the home page all that can be reached by it? One without links announces works, mostly.
bool Patrol::is_home_well() const {
  const UrlRecord& goal = targets_[goal_of(home_)].record;
  return targets_[home_].record.reason.code == ReasonCode::kNone && goal.reason.code == ReasonCode::kNone &&
         goal.links > 0;
}

// Is it told of the site as a whole under a home page that the configuration names no more?
bool Patrol::is_of_former_home(const Finding& finding) const {
  if (finding.rule == "site.soft404" || finding.rule == "site.tls") {  // of a host, of which a folder may be the site's
    const UrlParse host = parse_url(finding.subject);
    const UrlParse folder = host.url ? parse_url(host.url->origin() + std::string(options_.home.path())) : UrlParse{};
    return is_way_home_known() && folder.url && !scope_.contains(*folder.url);
  }
  // A page to which the home page redirects has the rule in common with it, and a case of its own.
  const UrlNumber number = finding.rule == "site.unreachable" ? target_of(finding) : 0;
  if (number != 0 && targets_[number].record.url_class == UrlClass::kHome) return false;
  static constexpr std::string_view kRules[] = {"site.unreachable", "site.unjudged", "site.domain", "site.veto",
                                                "home.stale"};
  const std::string_view home = options_.home.without_fragment();
  const std::string_view subject = finding.subject;
  const bool is_of_site = std::find(std::begin(kRules), std::end(kRules), finding.rule) != std::end(kRules) ||
                          finding.rule.starts_with("ipv6.");
  const std::size_t mark = subject.find('#');  // HOME#word: what is the matter with many pages
  if (mark != std::string_view::npos && is_rule_of_content(finding.rule)) return subject.substr(0, mark) != home;
  return is_of_site && subject != home && finding.id != finding_id(site_, finding.rule, key_of(home_));
}

void Patrol::finish(bool complete) {
  has_census_ = to_follow_.empty() && targets_[home_].state == TargetState::kJudged;
  to_follow_.clear();
  // A budget reached leaves pages unseen: then absence proves nothing.
  patrol_.complete = complete && !result_.store_error && budget_.refused() == 0 && targets_.refused() == 0;
  if (phase_ == Phase::kConfirm && complete) judge_site();
  judge_columns();
  judge_content(complete);
  judge_slots();
  // Out of reach, and nothing proves yet that it is not our own network: that must not look like a complete patrol.
  if (options_.continuous && is_home_in_doubt()) patrol_.complete = false;
  if (!complete) {  // a budget reached changes nothing but `complete`
    result_.judged_anything = patrol_.pages > 0;
    result_.why_nothing = why_nothing(targets_[home_]);
  }

  // What the home page leads to is not gone because the home page is: nobody looked.
  const bool is_all_linked = patrol_.complete && is_home_well();
  Visit visit;
  visit.site = handle_;
  for (const Finding* finding : cases_.all()) {
    const std::string id = finding->id;
    if (!is_told_or_suspect(finding->state)) continue;
    const UrlNumber number = target_of(*finding);
    const bool stands = number == home_ || (number != 0 && targets_[number].record.patrol_linked == patrol_.number);
    const bool of_target = finding->rule.starts_with("link.") || finding->rule == "page.injected";
    const bool is_unlinked = is_all_linked && of_target && !stands;
    if (is_unlinked || (patrol_.complete && is_of_former_home(*finding))) {
      if (is_unlinked && number != 0 && options_.continuous) {  // a link that comes back is judged anew
        targets_[number].record.visited = WallTime{};
        visit.urls.push_back({targets_.fingerprint_of(number), targets_[number].record});
      }
      if (const std::optional<CaseChange> change = cases_.vanished(id, clock_.wall())) {
        visit.findings.push_back(change->finding);
        visit.transitions.push_back(*change->transition);
      }
      continue;
    }
    bool is_news = false;
    if (const auto places = places_.find(number); number != 0 && places != places_.end()) {
      read_other_places(*finding, places->second, visit);
      is_news = cases_.set_places(id, places->second.sample, places->second.total);
      // Of what is the matter with the target now: a case that is being mended, or of another rule, keeps its own.
      if (finding->rule == rule_of(number)) is_news = cases_.set_severity(id, severity_of(number)) || is_news;
    } else if (number != 0 && finding->where.empty() && !finding->rule.starts_with("link.")) {
      is_news = cases_.set_places(id, {{.page = finding->subject, .text = {}, .tag = {}}}, 1);
    }
    if (const auto severity = configured_severity(finding->rule))
      is_news = cases_.set_severity(id, *severity) || is_news;
    if (is_news) visit.findings.push_back(*cases_.find(id));
  }
  patrol_.ended = clock_.wall();
  if (!complete && !options_.continuous) patrol_.ended.reset();  // to be taken up again
  patrol_.requests += fetcher_.counters().requests;
  patrol_.bytes += fetcher_.counters().bytes;
  keep_columns(visit);
  keep_slots(visit);
  keep_content(visit);
  visit.patrol = patrol_;
  check(store_.commit(visit));
  check(store_.save_patrol(handle_, patrol_));
  check(store_.sync());
  phase_ = Phase::kCounting;
  // What was decided is kept; what is said of it may wait a turn. A patrol that is stopped has none.
  if (!complete || !options_.in_steps || result_.store_error) count_up();
}

void Patrol::count_up() {
  phase_ = Phase::kDone;
  summarise();
  take_census();
  if (options_.continuous) plan_next();
  if (!has_census_) next_due_ = rest_due_ = clock_.wall();  // what was not gone through may be due
}

// A hop of a redirect is told under the link that leads there, a twin (http and https) under the other.
bool Patrol::is_told_itself(UrlNumber number) const {
  return number == home_ || (targets_[number].page_linked && twins_.count(number) == 0);
}

void Patrol::take_census() {
  census_ = {};
  for (UrlNumber number = 1; number <= targets_.size(); ++number) {
    const Target& target = targets_[number];
    if (target.record.patrol_linked != patrol_.number || target.state != TargetState::kJudged) continue;
    const Verdict verdict = verdict_of(target.record.reason);
    if (target.in_scope && target.promised == Promised::kPage) ++census_.pages[static_cast<std::size_t>(verdict)];
    if (verdict != Verdict::kBroken && verdict != Verdict::kWrong) continue;
    if (!is_told_itself(number)) continue;
    LinkKind kind = LinkKind::kPage;
    if (!target.in_scope) {
      kind = LinkKind::kExternal;
    } else if (target.promised == Promised::kAttachment) {
      kind = LinkKind::kAttachment;
    } else if (target.promised != Promised::kPage) {
      kind = LinkKind::kImage;
    }
    ++census_.links_broken[static_cast<std::size_t>(kind)];
  }
}

// The earliest of all intervals and rungs. Something already overdue (a host in its pause, a round cut short) is now.
// A round reads all that is remembered, and of 20,000 pages one is due each minute: an interval may be exceeded by a
// twentieth so that they come together. The home page and the ladder wait for nobody.
void Patrol::plan_next() {
  const RoundPlan& plan = options_.continuous->plan;
  WallTime home_due = WallTime::max();
  rest_due_ = clock_.wall() + kWholeRoundAge;
  // A rung that was reached while this round was under way may have come too late for it: then it is due now, once,
  // since the next round begins after it.
  const auto plan_rung = [this](const Finding& finding) {
    const WallTime rung = cases_.next_rung(finding);
    if (finding.state != FindingState::kSuspect || rung <= patrol_.started) return;
    rest_due_ = std::min(rest_due_, std::max(rung, clock_.wall()));
  };
  for (UrlNumber number = 1; number <= targets_.size(); ++number) {
    const Target& target = targets_[number];
    if (target.record.patrol_linked != patrol_.number) continue;
    if (target.from_fault) {
      const Finding* finding = open_case(number);
      // Its page may not have been there to be read again: then the next round that reads it will do.
      if (finding != nullptr) plan_rung(*finding);
      continue;
    }
    if (target.record.url_class == UrlClass::kSitemap) continue;  // asked with robots.txt
    const bool skipped = verdict_of(target.record.reason) == Verdict::kSkipped;
    if (skipped && number != home_) {  // decided anew in every round
      const bool waits_for_robots =
          target.record.reason.code == ReasonCode::kRobots && desk_[target.host].access == RobotsAccess::kDisallowAll;
      if (waits_for_robots) rest_due_ = std::min<WallTime>(rest_due_, clock_.wall() + plan.inconclusive);
      continue;
    }
    WallTime at = skipped ? clock_.wall() + plan.home.start : due(number);
    const bool may_wait = !skipped && number != home_ && at > clock_.wall() && !is_on_ladder(number);
    if (may_wait) at += (at - target.record.visited) / kGatherShare;
    if (unseen_.contains(number)) at = std::max<WallTime>(at, clock_.wall() + kPlaceAgain);
    const bool is_home = target.record.url_class == UrlClass::kHome && open_case(number) == nullptr;
    WallTime& earliest = is_home ? home_due : rest_due_;
    earliest = std::min(earliest, at);
  }
  // What is no target's is judged by whole rounds, in place of the home page's.
  for (const Finding* finding : cases_.all()) {
    const bool is_of_link = finding->rule.starts_with("link.") || finding->rule == "site.unreachable";
    if (finding->state == FindingState::kClosed || is_of_link) continue;
    if (finding->rule.starts_with("column.")) continue;  // when its page is due
    if (is_rule_of_content(finding->rule)) continue;     // by content_due()
    if (finding->rule.starts_with("ipv6.")) {
      if (options_.ipv6) rest_due_ = std::min(rest_due_, std::max(home_due, next_ipv6_look(*finding)));
      continue;
    }
    const bool rests = finding->state != FindingState::kSuspect && finding->recoveries == 0;
    rest_due_ = std::min(rest_due_, rests ? std::max(home_due, clock_.wall() + plan.open_case) : home_due);
    // A certificate that was well is looked at once more soon, however seldom the home page is.
    const bool recovers = finding->rule == "site.tls" && finding->recoveries > 0;
    if (recovers) rest_due_ = std::min<WallTime>(rest_due_, clock_.wall() + plan.recovery);
    plan_rung(*finding);
  }
  rest_due_ = std::min(rest_due_, std::max(home_due, columns_due()));
  rest_due_ = std::min(rest_due_, std::max(home_due, content_due()));
  if (!patrol_.complete) rest_due_ = std::min(rest_due_, home_due);
  next_due_ = std::min(home_due, rest_due_);
}

// What a single run can say of availability: one visit, redirects included.
std::optional<AvailabilityRecord> Patrol::one_visit() const {
  const Target& home = targets_[home_];
  if (home.record.patrol_visited != patrol_.number || home.attempt.at == WallTime{}) return std::nullopt;
  AvailabilityRecord record{.one_sample = true, .rule = {}, .main = {}, .ipv6 = {}};
  const Target& goal = targets_[goal_of(home_)];
  const double seconds = home.attempt.seconds + (home.record.redirect != 0 ? goal.attempt.seconds : 0);
  const auto took = Milliseconds(static_cast<std::int64_t>(seconds * 1000));
  ProbeSample sample;
  sample.at = home.attempt.at;
  sample.reason = home.record.reason;
  sample.result = probe_result(home.record.reason, took, record.rule.slow);
  const bool is_confirmed = !is_home_in_doubt();
  if (sample.result == ProbeResult::kNotOpen && !is_confirmed) sample.result = ProbeResult::kUncounted;
  if (sample.result == ProbeResult::kNotOpen) sample.phase = goal.attempt.phase;
  if (sample.result == ProbeResult::kUncounted)
    sample.why = is_confirmed ? ProbeVoid::kTurnedAway : ProbeVoid::kOwnNetwork;
  sample.times.body = took;
  if (home.attempt.family == Family::kIpv6) record.main.family = Family::kIpv6;
  record.main.judged = judge_availability(std::span(&sample, 1), {}, record.rule, sample.at + Milliseconds(1));
  record.main.last = sample;
  return record;
}

void Patrol::summarise() {
  if (!options_.continuous) result_.site.availability = one_visit();
  SummaryRecord& summary = result_.summary;
  summary.site = site_;
  summary.pages = patrol_.pages;
  summary.requests = fetcher_.counters().requests;
  summary.bytes = fetcher_.counters().bytes;
  summary.seconds = static_cast<double>((clock_.steady() - started_).count()) / 1000;
  // A budget reached is said; a trap that was not entered is no part of the site.
  summary.complete = patrol_.complete;
  summary.skipped[static_cast<std::size_t>(SkipReason::kBudget)] += targets_.refused();
  for (UrlNumber number = 1; number <= targets_.size(); ++number) {
    const Target& target = targets_[number];
    if (target.record.patrol_linked != patrol_.number) continue;
    ++summary.links_unique;
    summary.links += target.record.links;
    if (target.state != TargetState::kJudged) {
      ++summary.skipped[static_cast<std::size_t>(SkipReason::kBudget)];
      summary.complete = false;
      continue;
    }
    switch (verdict_of(target.record.reason)) {
      case Verdict::kOk:
        break;
      case Verdict::kBroken:
        summary.broken += is_told_itself(number) ? 1 : 0;
        break;
      case Verdict::kWrong:
        summary.wrong += is_told_itself(number) ? 1 : 0;
        break;
      case Verdict::kBlocked:
        ++summary.blocked;
        break;
      case Verdict::kInconclusive:
        ++summary.inconclusive;
        break;
      case Verdict::kSkipped: {
        SkipReason skip = SkipReason::kScope;
        switch (target.record.reason.code) {
          case ReasonCode::kRobots:
            skip = SkipReason::kRobots;
            break;
          case ReasonCode::kBudget:
            skip = SkipReason::kBudget;
            break;
          case ReasonCode::kAddress:
            skip = SkipReason::kAddress;
            break;
          case ReasonCode::kExcluded:
            skip = SkipReason::kExcluded;
            break;
          default:
            break;
        }
        ++summary.skipped[static_cast<std::size_t>(skip)];
        break;
      }
    }
  }
  for (const Finding* finding : cases_.all()) {
    if (finding->state == FindingState::kClosed) continue;
    ++summary.findings[finding->rule];
  }
}

void Patrol::for_each_page(const std::function<void(const PageRecord&)>& on_page) const {
  for (UrlNumber number = 1; number <= targets_.size(); ++number) {
    const Target& target = targets_[number];
    const UrlRecord& record = target.record;
    if (record.patrol_linked != patrol_.number && number != home_) continue;
    if (record.patrol_visited != patrol_.number || target.from_fault) continue;
    PageRecord page;
    page.site = site_;
    page.url = record.url;
    page.reason = record.reason;
    const Target& end = targets_[goal_of(number)];
    const UrlRecord& goal = end.record;
    const Attempt& attempt = end.attempt.at == WallTime{} ? target.attempt : end.attempt;
    page.final_url = goal.url;
    page.status = goal.status;
    page.family = attempt.family;
    page.address = attempt.address;
    page.content_type = goal.content_type;
    page.charset = goal.charset;
    page.bytes = goal.bytes;
    page.sha256 = end.body_sha256;
    UrlNumber hop = number;
    for (int hops = 0; hop != 0 && hops <= limits::kRedirectsMax; ++hops) {
      page.seconds += targets_[hop].record.milliseconds / 1000.0;
      hop = targets_[hop].record.redirect;
    }
    page.redirects = evidence_of(number).redirects;
    page.depth = record.depth;
    switch (record.url_class) {
      case UrlClass::kHome:
        page.kind = "home";
        break;
      case UrlClass::kAttachment:
        page.kind = "attachment";
        break;
      case UrlClass::kImage:
        page.kind = "image";
        break;
      default:
        page.kind = page_kind_name(record.redirect != 0 ? PageKind::kStub : target.kind);
        break;
    }
    page.links = record.links;
    on_page(page);
  }
}

}  // namespace xuncha
