#include "tests/simulation/judge.h"

#include <algorithm>
#include <cstdio>

#include "core/url.h"
#include "daemon/patrol/case_tracker.h"
#include "daemon/patrol/round_plan.h"
#include "daemon/service/round_options.h"

namespace xuncha::simulation {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr hours kDay{24};
// After a disturbance: a breaker's hour, the half hour of an inconclusive target, a round.
constexpr Milliseconds kAftermath = hours(3);
// After a host that refused us: its pages are asked daily.
constexpr Milliseconds kShutAftermath = hours(27) + kAftermath;
// A round that waits for its turn, or for the round before.
constexpr Milliseconds kRoundSlack = minutes(45);
constexpr Milliseconds kRoundMax = minutes(35);  // its half hour, and the answers it waits for then
constexpr Milliseconds kDueSlack = hours(1);
constexpr Milliseconds kOpenCase = hours(6);       // how often a told case is looked at
constexpr Milliseconds kRecovery = minutes(10);    // between the two clean sights
constexpr Milliseconds kUnjudgedAfter = kDay * 3;  // CONFIG.md, rules.site.unjudged.after
constexpr hours kRuleWindow = kDay * 7;            // CONFIG.md, rules.site.unreachable.window
constexpr double kJitter = 1.1;

Milliseconds stretched(Milliseconds interval) {
  return Milliseconds(static_cast<std::int64_t>(static_cast<double>(interval.count()) * kJitter));
}

// Between two visits, at most.
Milliseconds longest_interval(const Planted& planted) {
  if (planted.rule.starts_with("site.")) return stretched(hours(6));
  const bool is_home = planted.fault == Fault::kMalformed || planted.fault == Fault::kFarm;
  return stretched(is_home ? Milliseconds(hours(6)) : Milliseconds(kDay * 14));
}

// A fault in the home page's own text shows only to who reads it. As the control of its host, or where a redirect ends,
// the page is asked for as well, at any time between its readings; when it has to be read is a matter of audit().
bool stands_in_page(Fault fault) {
  return fault == Fault::kMalformed || fault == Fault::kFarm;
}

std::string hours_of(Milliseconds time) {
  return std::to_string(std::chrono::duration_cast<minutes>(time).count() / 60) + "h" +
         std::to_string(std::chrono::duration_cast<minutes>(time).count() % 60) + "m";
}

}  // namespace

Judge::Judge(World& world, SimClock& clock, FaultsFound& faults) : world_(world), clock_(clock), faults_(faults) {
  const std::vector<SiteConfig>& sites = world.configuration().sites;
  for (std::size_t number = 0; number < sites.size(); ++number) site_numbers_[sites[number].id] = number;
  for (const Disturbance& each : world.disturbances()) {
    const bool as_it_happens = each.kind == Disturbance::Kind::kRestart || each.kind == Disturbance::Kind::kClockJump;
    if (!as_it_happens) disturbed_.push_back({each.span.from, each.span.to});
  }
}

void Judge::note_clock_jump(Milliseconds jump) {
  last_jump_ = clock_.now();
  if (jump < Milliseconds(0)) set_back_.push_back({clock_.now(), -jump});
  add_disturbance({clock_.now(), clock_.now()});
}

int Judge::times_set_back(Moment from, Moment to) const {
  return static_cast<int>(std::count_if(set_back_.begin(), set_back_.end(),
                                        [&](const SetBack& each) { return from <= each.at && each.at <= to; }));
}

Milliseconds Judge::set_back_by(Moment from, Moment to) const {
  Milliseconds sum{};
  for (const SetBack& each : set_back_) {
    if (from <= each.at && each.at <= to) sum += each.by;
  }
  return sum;
}

// Counts it in the share of visits over a week as well?
bool Judge::is_by_week(const Planted& planted) const {
  constexpr hours kShareMin{3};  // of a week of which most may be void
  const Moment end = std::min(planted.span.to, world_.options().length);
  return world_.options().probes && planted.rule == "site.unreachable" && end - planted.span.from >= kShareMin;
}

Moment Judge::last_told_down(const std::string& site_id, Moment before) const {
  Moment last{};
  const auto spans = told_down_.find(site_id);
  if (spans == told_down_.end()) return last;
  for (const Span& span : spans->second) {
    if (span.from < before) last = std::max(last, std::min(span.to, before));
  }
  return last;
}

Milliseconds Judge::undisturbed(Moment from, Moment to, const Planted* planted) const {
  to = std::min(to, world_.options().length);
  if (from >= to) return {};
  std::vector<Span> spans;
  const auto add = [&](const Span& span, Milliseconds aftermath) {
    const Span cut{std::max(span.from, from), span.to == kNever ? to : std::min(to, span.to + aftermath)};
    if (cut.from < cut.to) spans.push_back(cut);
  };
  for (const Span& each : disturbed_) add(each, kAftermath);
  if (planted != nullptr) {
    const auto add_host = [&](const Host& host) {
      for (const Host::Trouble& each : host.troubles) {
        const bool is_the_planted = each.fault == planted->fault && each.span.from == planted->span.from;
        if (!is_the_planted) add(each.span, each.fault == Fault::kShut ? kShutAftermath : kAftermath);
      }
    };
    add_host(*planted->host);
    const SiteConfig& site = world_.configuration().sites[planted->site];
    if (const Host* const home = world_.host_of(site.home.origin())) add_host(*home);
  }
  std::sort(spans.begin(), spans.end(), [](const Span& left, const Span& right) { return left.from < right.from; });
  Milliseconds quiet = to - from;
  Moment covered = from;
  for (const Span& each : spans) {
    const Moment begin = std::max(each.from, covered);
    if (each.to > begin) quiet -= each.to - begin;
    covered = std::max(covered, each.to);
  }
  return quiet;
}

// --- cases ---------------------------------------------------------------------------------------------------------

void Judge::look(const SiteSnapshot& site, const Store& store, const std::function<void(const Finding&)>& on_opened) {
  const std::size_t number = site_numbers_.at(site.id);
  trace(site);
  note_reading(number, store);
  for (const FindingPointer& finding : site.findings) {
    Seen& seen = seen_[finding->id];
    const bool told = is_told(finding->state);
    if (seen.is_told && (!told || finding->episode != seen.episode)) closed(*finding, number);
    if (told && (!seen.is_told || finding->episode != seen.episode)) {
      opened(*finding, number);
      on_opened(*finding);
    }
    seen = {told, finding->episode};
  }
}

void Judge::trace(const SiteSnapshot& site) const {
  if (world_.options().trace.empty()) return;
  for (const FindingPointer& finding : site.findings) {
    if (finding->subject.find(world_.options().trace) == std::string::npos) continue;
    std::printf("  %s %s %s %s %s, %u confirmations, %u recoveries, last seen %s\n", hours_of(clock_.now()).c_str(),
                finding->rule.c_str(), finding->subject.c_str(),
                std::string(finding_state_name(finding->state)).c_str(), reason_name(finding->reason).c_str(),
                finding->confirmations, finding->recoveries, format_time(finding->last_seen).c_str());
  }
}

void Judge::note_reading(std::size_t site, const Store& store) {
  const SiteConfig& config = world_.configuration().sites[site];
  for (Planted& each : world_.planted()) {
    const bool is_awaited = each.site == site && stands_in_page(each.fault) && each.first_read == kNever;
    if (!is_awaited || !each.span.covers(clock_.now())) continue;
    const auto handle = store.find_site(config.id);
    if (!handle) return;
    const auto home = store.url(*handle, fingerprint(url_key(config.home)));
    if (!home.ok() || !home.value() || home.value()->visited > clock_.wall()) return;
    const Moment read = clock_.now() - (clock_.wall() - home.value()->visited);
    if (read >= each.span.from && read > last_jump_) each.first_read = read;
  }
}

Planted* Judge::planted_for(const Finding& finding, std::size_t site) {
  Planted* found = nullptr;
  for (Planted& each : world_.planted()) {
    const bool is_it = each.site == site && each.rule == finding.rule && each.subject == finding.subject;
    if (is_it && each.span.from <= clock_.now()) found = &each;  // the latest
  }
  return found;
}

std::string Judge::words(const Planted& planted) const {
  return planted.rule + " " + planted.subject + " (" + std::string(fault_name(planted.fault)) + " from " +
         hours_of(planted.span.from) + " to " + (planted.span.to == kNever ? "the end" : hours_of(planted.span.to)) +
         ", first seen " + (planted.first_sight == kNever ? "never" : hours_of(planted.first_sight)) + ", " +
         std::to_string(planted.sights.size()) + " sights)";
}

void Judge::opened(const Finding& finding, std::size_t site) {
  ++counts_.told;
  Turns& turns = turns_[{finding.site, finding.subject}];
  ++turns.opened;
  turns.rule = finding.rule;
  turns.severity = finding.severity;
  turns.last_opened = clock_.now();
  turns.last_closed = kNever;
  if (finding.rule == "site.unreachable") told_down_[finding.site].push_back({clock_.now(), kNever});
  Planted* const planted = planted_for(finding, site);
  if (planted == nullptr) {
    return faults_.add("false", finding.rule + " " + finding.subject + " " + reason_name(finding.reason));
  }
  // By the rule of the week it may be told again: when the first week has enough visits, or when the days are there
  // again by which visits were dated before a clock was set back.
  const bool is_told_again = planted->opened != kNever && planted->closed != kNever;
  const Milliseconds week = kRuleWindow + set_back_by(planted->span.from, clock_.now());
  const int turns_allowed = 1 + times_set_back(planted->span.from, clock_.now());
  if (is_by_week(*planted) && is_told_again && clock_.now() < planted->span.to + week) {
    planted->closed = kNever;
    if (++planted->told_again > turns_allowed) faults_.add("mail", "told again and again: " + words(*planted));
    return;
  }
  planted->opened = clock_.now();
  planted->closed = kNever;
  planted->finding_id = finding.id;
  planted->episode = finding.episode;
  // What a round saw before is told when it ends.
  if (planted->span.to != kNever && clock_.now() > planted->span.to + kRoundMax) {
    return faults_.add("false", "told after it was mended: " + words(*planted));
  }
  Milliseconds whole = planted->fault == Fault::kShut ? kUnjudgedAfter : Milliseconds(0);
  for (const std::chrono::seconds each : planted->ladder) whole += each;
  const Moment first = std::min(planted->first_sight, planted->first_hint);
  // A first sight in the last moment of an outage of ours, whose control came after it, is one too many.
  const bool has_rungs = !planted->ladder.empty();
  const bool follows_outage = has_rungs && std::any_of(disturbed_.begin(), disturbed_.end(), [&](const Span& span) {
                                return span.to <= first && first - span.to <= planted->ladder[0] + minutes(5);
                              });
  if (follows_outage) whole -= planted->ladder[0];
  const bool jumped = last_jump_ >= first;
  // A host that cannot be reached may show it when it is asked for robots.txt or another of its pages.
  const std::size_t of_host = planted->hints;
  if (planted->sights.size() + of_host < std::max<std::size_t>(2, planted->ladder.size() + 1)) {
    faults_.add("early", "too few sights: " + words(*planted));
  } else if (!jumped && clock_.now() - first < whole) {
    faults_.add("early", "before its ladder was climbed: " + words(*planted));
  }
}

void Judge::closed(const Finding& finding, std::size_t site) {
  ++counts_.closed;
  Turns& turns = turns_[{finding.site, finding.subject}];
  ++turns.closed;
  turns.last_closed = clock_.now();
  if (finding.rule == "site.unreachable") told_down_[finding.site].back().to = clock_.now();
  for (Planted& each : world_.planted()) {
    if (each.site != site || each.finding_id != finding.id || each.opened == kNever || each.closed != kNever) continue;
    each.closed = clock_.now();
    if (each.closed < each.span.to) faults_.add("closed", "while it stands: " + words(each));
  }
}

void Judge::finish() {
  for (const Planted& each : world_.planted()) {
    if (!each.rule.empty() && each.must_be_told) finish_case(each);
  }
}

const Planted* Judge::neighbour(const Planted& planted, bool before) const {
  const Planted* found = nullptr;
  for (const Planted& each : world_.planted()) {
    const bool is_same = each.site == planted.site && each.rule == planted.rule && each.subject == planted.subject;
    if (!is_same || &each == &planted || (each.span.from < planted.span.from) != before) continue;
    const bool is_nearer = found == nullptr || (each.span.from < found->span.from) != before;
    if (is_nearer) found = &each;
  }
  return found;
}

void Judge::finish_case(const Planted& original) {
  Planted planted = original;
  // One that came back before anybody could see that it was mended is told by the case that was open.
  const Planted* const former = neighbour(original, /*before=*/true);
  const bool stood_on = former != nullptr && former->opened != kNever &&
                        former->closed >= std::min(original.span.to, world_.options().length);
  if (stood_on && original.opened == kNever) {
    planted.opened = original.span.from;
    planted.closed = former->closed;
  }
  const Planted* const next = neighbour(original, /*before=*/false);
  if (next != nullptr && planted.closed > next->span.from) planted.closed = next->span.from;
  const Moment end = std::min(planted.span.to, world_.options().length);
  const Moment first = stands_in_page(planted.fault) ? planted.first_read : planted.first_sight;
  if (first == kNever && planted.opened != kNever) return;  // seen by robots.txt alone
  if (first == kNever) {
    const Milliseconds waited = undisturbed(planted.span.from, end, &planted);
    if (waited > longest_interval(planted) + kDueSlack) {
      faults_.add("missed", "not looked at in " + hours_of(waited) + ": " + words(planted));
    }
    return;
  }
  Milliseconds window{};
  for (const std::chrono::seconds each : planted.ladder) window += each + kRoundSlack;
  // A clock that was set back begins the rung anew that was being waited for.
  const int set_back = times_set_back(first, std::min(end, planted.opened));
  if (!planted.ladder.empty()) window += set_back * (planted.ladder.back() + kRoundSlack);
  if (planted.fault == Fault::kFarm) window = kRoundSlack;
  if (planted.fault == Fault::kShut) window = kUnjudgedAfter + kDay * 2;  // whoever refuses us is asked daily
  const Milliseconds waited = undisturbed(first, std::min(end, planted.opened), &planted);
  if (waited > window) faults_.add("missed", "not told in " + hours_of(waited) + ": " + words(planted));
  if (planted.opened == kNever) return;
  counts_.latest_telling = std::max(counts_.latest_telling, waited - window);
  Milliseconds closing = planted.fault == Fault::kShut ? kDay * 3 : stretched(kOpenCase) + kRecovery;
  // By the rule of the week, a page that did not open for long stays told until that week has passed.
  if (is_by_week(planted)) closing += kRuleWindow + set_back_by(planted.span.from, planted.closed);
  const Milliseconds stood = undisturbed(planted.span.to, planted.closed, &planted);
  counts_.latest_closing = std::max(counts_.latest_closing, stood);
  if (stood > closing + 2 * kRoundSlack) {
    faults_.add("lasting", "not closed in " + hours_of(stood) + ": " + words(planted));
  }
}

// --- what is due ---------------------------------------------------------------------------------------------------

void Judge::audit(const Store& store, const Schedule& schedule) {
  for (const Target& target : world_.targets()) {
    const std::string& forbidden = target.host->disallowed;
    const bool is_home = target.kind == TargetKind::kHome;
    const bool is_hidden =
        !forbidden.empty() && target.url.find(forbidden, target.host->origin.size()) == target.host->origin.size();
    const Host* const home = world_.host_of(world_.configuration().sites[target.site].home.origin());
    if ((is_hidden || home->disallowed == "/") && !is_home) continue;
    audit_target(target, store, schedule);
  }
}

void Judge::audit_target(const Target& target, const Store& store, const Schedule& schedule) {
  const Moment now = clock_.now();
  const SiteConfig& site = world_.configuration().sites[target.site];
  const auto handle = store.find_site(site.id);
  if (!handle) return;
  const Url url = url_from_trusted(target.url);
  const Fingerprint print = fingerprint(url_key(url));
  const auto record = store.url(*handle, print);
  Planted as_planted;  // for its host's and site's own troubles
  as_planted.site = target.site;
  as_planted.host = target.host;
  as_planted.span = {kNever, kNever};
  if (!record.ok() || !record.value()) {
    if (undisturbed(Moment(0), now, &as_planted) > kDay * 2) faults_.add("due", "never found: " + target.url);
    return;
  }
  ++counts_.due_looked_at;
  const Verdict verdict = verdict_of(record.value()->reason);
  if (verdict == Verdict::kSkipped) return;                               // decided anew in every round
  if (verdict == Verdict::kBroken || verdict == Verdict::kWrong) return;  // its ladder has windows of its own
  for (const Planted* const planted : target.faults) {
    if (planted->span.from <= now && !planted->rule.empty()) return;
  }
  const RoundPlan plan = round_options(site, world_.configuration().rules).continuous->plan;
  const WallTime due = due_at(plan, *record.value(), print.low);
  const Moment since = std::max({clock_.moment_of(due), last_jump_, target.last_request});
  if (due > clock_.wall() + kDay * 50 || record.value()->visited > clock_.wall() + minutes(1)) {
    if (undisturbed(last_jump_, now, &as_planted) > kDueSlack) {
      faults_.add(
          "due", "by a clock that was set back: " + target.url + " last asked " + format_time(record.value()->visited));
    }
    return;
  }
  const Milliseconds overdue = undisturbed(since, now, &as_planted);
  counts_.latest_look = std::max(counts_.latest_look, overdue);
  const Milliseconds debt = schedule.debt(clock_.wall());
  if (overdue > kDueSlack + debt) {
    faults_.add("due", target.url + " overdue for " + hours_of(overdue) + " (" + reason_name(record.value()->reason) +
                           ", last asked " + format_time(record.value()->visited) + ", debt " + hours_of(debt) + ")");
  }
}

}  // namespace xuncha::simulation
