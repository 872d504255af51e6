#include "daemon/patrol/case_tracker.h"

#include <algorithm>
#include <utility>

#include "core/limits.h"
#include "daemon/patrol/patrol_look.h"

namespace xuncha {
namespace {

// Appends the newer attempts to the older ones and keeps the first and the last few: both ends of a case convince.
std::vector<Attempt> join_attempts(std::vector<Attempt> older, const std::vector<Attempt>& newer) {
  older.insert(older.end(), newer.begin(), newer.end());
  if (older.size() > limits::kAttemptsKeptMax) {
    older.erase(older.begin() + 1, older.end() - static_cast<std::ptrdiff_t>(limits::kAttemptsKeptMax - 1));
  }
  return older;
}

// Only second looks have a control of our own network: a first sight at which nothing answered may be ours. When the
// subject then answers, with a fault, its ladder begins by that.
bool begins_anew(const Finding& finding, const Sighting& sighting) {
  return finding.state == FindingState::kSuspect && finding.confirmations <= 1 &&
         is_unreachable_reason(finding.reason) && !is_unreachable_reason(sighting.reason);
}

}  // namespace

CaseTracker::CaseTracker(std::string site, std::optional<ConfirmationSpacings> plan, std::uint32_t recoveries)
    : site_(std::move(site)), plan_(std::move(plan)), recoveries_(recoveries) {}

void CaseTracker::load(Finding finding) {
  std::string id = finding.id;
  cases_.insert_or_assign(std::move(id), std::move(finding));
}

CaseChange CaseTracker::change(Finding& finding, FindingState to, WallTime now) {
  TransitionRecord transition{
      .finding_id = finding.id, .from = finding.state, .to = to, .at = now, .episode = finding.episode, .by = "patrol"};
  finding.state = to;
  finding.last_transition = now;
  if (to == FindingState::kOpen) finding.opened = now;
  if (to == FindingState::kClosed) finding.closed = now;
  return {finding, std::move(transition)};
}

CaseChange CaseTracker::failed(const Sighting& sighting, WallTime now) {
  Finding fresh = make_finding(site_, sighting.rule, sighting.subject, sighting.subject_key, sighting.reason,
                               sighting.severity, sighting.evidence, now);
  const auto [position, is_new] = cases_.try_emplace(fresh.id, fresh);
  Finding& finding = position->second;
  if (is_new) return sighting.proven ? change(finding, FindingState::kOpen, now) : CaseChange{finding, std::nullopt};

  if (finding.state == FindingState::kClosed) {  // a relapse
    const std::uint32_t episode = finding.episode + 1;
    std::vector<Place> where = std::move(finding.where);
    const std::uint64_t where_total = finding.where_total;
    const std::string subject = finding.subject;
    finding = std::move(fresh);
    finding.episode = episode;
    finding.subject = subject;
    finding.where = std::move(where);
    finding.where_total = where_total;
    return sighting.proven ? change(finding, FindingState::kOpen, now) : CaseChange{finding, std::nullopt};
  }

  if (plan_ && !sighting.proven && begins_anew(finding, sighting)) {
    finding.first_seen = finding.last_seen = now;
    finding.reason = sighting.reason;
    finding.severity = sighting.severity;
    finding.evidence = sighting.evidence;
    return {finding, std::nullopt};
  }

  const std::size_t needed = plan_ ? plan_->of(sighting.reason).size() + 1 : 2;
  std::vector<Attempt> attempts = join_attempts(std::move(finding.evidence.attempts), sighting.evidence.attempts);
  finding.evidence = sighting.evidence;
  finding.evidence.attempts = std::move(attempts);
  finding.reason = sighting.reason;
  const bool spaced = sighting.proven || now >= next_rung(finding);
  finding.severity = sighting.severity;
  finding.recoveries = 0;
  if (!spaced && !sighting.is_news)
    return {finding, std::nullopt};  // a failure too soon after the last proves nothing new
  finding.last_seen = now;
  if (!sighting.counts) return {finding, std::nullopt};
  ++finding.confirmations;
  const bool is_old_enough = now - finding.first_seen >= sighting.age_min;
  const bool is_confirmed = sighting.proven || (finding.confirmations >= needed && is_old_enough);
  if (finding.state == FindingState::kSuspect && is_confirmed) {
    return change(finding, FindingState::kOpen, now);
  }
  if (finding.state == FindingState::kMended) return change(finding, FindingState::kOpen, now);
  if (finding.state == FindingState::kOpen && sighting.is_news) {
    const std::optional<WallTime> opened = finding.opened;
    CaseChange told = change(finding, FindingState::kOpen, now);
    told.finding.opened = finding.opened = opened;
    return told;
  }
  return {finding, std::nullopt};
}

std::optional<CaseChange> CaseTracker::passed(const std::string& id, WallTime now) {
  const auto position = cases_.find(id);
  if (position == cases_.end() || position->second.state == FindingState::kClosed) return std::nullopt;
  Finding& finding = position->second;
  ++finding.recoveries;
  if (!is_told(finding.state) || finding.recoveries >= recoveries_) {
    return change(finding, FindingState::kClosed, now);
  }
  return CaseChange{finding, std::nullopt};
}

std::optional<CaseChange> CaseTracker::still_failing(const std::string& id) {
  const auto position = cases_.find(id);
  if (position == cases_.end() || position->second.state == FindingState::kClosed) return std::nullopt;
  if (std::exchange(position->second.recoveries, 0) == 0) return std::nullopt;
  return CaseChange{position->second, std::nullopt};
}

std::optional<CaseChange> CaseTracker::vanished(const std::string& id, WallTime now) {
  const auto position = cases_.find(id);
  if (position == cases_.end() || position->second.state == FindingState::kClosed) return std::nullopt;
  return change(position->second, FindingState::kClosed, now);
}

WallTime CaseTracker::next_rung(const Finding& finding) const {
  if (!plan_) return finding.last_seen;
  const std::vector<std::chrono::seconds>& spacings = plan_->of(finding.reason);
  const std::size_t rung = std::max<std::size_t>(finding.confirmations, 1) - 1;
  return rung < spacings.size() ? finding.last_seen + spacings[rung] : finding.last_seen;
}

bool CaseTracker::set_places(const std::string& id, std::vector<Place> places, std::uint64_t total) {
  const auto position = cases_.find(id);
  if (position == cases_.end()) return false;
  Finding& finding = position->second;
  if (finding.where_total == total && finding.where == places) return false;
  finding.where = std::move(places);
  finding.where_total = total;
  return true;
}

bool CaseTracker::set_severity(const std::string& id, Severity severity) {
  const auto position = cases_.find(id);
  if (position == cases_.end() || position->second.severity == severity) return false;
  position->second.severity = severity;
  return true;
}

const Finding* CaseTracker::find(const std::string& id) const {
  const auto position = cases_.find(id);
  return position == cases_.end() ? nullptr : &position->second;
}

std::vector<const Finding*> CaseTracker::all() const {
  std::vector<const Finding*> found;
  found.reserve(cases_.size());
  for (const auto& [id, finding] : cases_) found.push_back(&finding);
  std::sort(found.begin(), found.end(), [](const Finding* left, const Finding* right) { return left->id < right->id; });
  return found;
}

}  // namespace xuncha
