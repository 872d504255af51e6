#include "detectors/other_scheme.h"

namespace xuncha {
namespace {

SchemeJudgement needs(SchemeNeed need) {
  return {.need = need, .state = SchemeState::kUnknown, .reason = {}};
}

SchemeJudgement is(SchemeState state, Reason reason = {}) {
  return {.need = SchemeNeed::kNothing, .state = state, .reason = reason};
}

bool is_page(const SchemeSight& sight) {
  return sight.leads == SchemeSight::Leads::kNowhere && sight.reason.code == ReasonCode::kNone;
}

SchemeJudgement judge_failure(Reason reason, bool others_answer) {
  switch (reason.code) {
    case ReasonCode::kConnectRefused:
      return is(SchemeState::kNone, reason);
    case ReasonCode::kConnectTimeout:
    case ReasonCode::kConnectFailure:
      return is(others_answer ? SchemeState::kNone : SchemeState::kUnknown, reason);
    case ReasonCode::kDnsNxdomain:  // the name is the home page's, which was found a moment ago
    case ReasonCode::kDnsFailure:
      return is(SchemeState::kUnknown, reason);
    default:
      break;
  }
  const Verdict verdict = verdict_of(reason);
  const bool is_fault = verdict == Verdict::kBroken || verdict == Verdict::kWrong;
  return is(is_fault ? SchemeState::kBroken : SchemeState::kUnknown, reason);
}

bool looks_like(const SchemeSight& left, const SchemeSight& right) {
  if (left.html != right.html) return false;
  if (!left.html) return true;  // two documents: nothing tells them apart without reading both whole
  const Likeness likeness = likeness_of(left.page, right.page);
  // Links are left out: pages write their own scheme and host into them.
  return likeness.same_title && likeness.text >= kLikeEnough;
}

// One sight of the other scheme beside one of the home page.
SchemeJudgement judge_sight(const SchemeSight& sight, const std::optional<SchemeSight>& home, SchemeNeed home_need,
                            bool others_answer) {
  switch (sight.leads) {
    case SchemeSight::Leads::kToPortal:
      return is(SchemeState::kRedirect);
    case SchemeSight::Leads::kElsewhere:
      return is(SchemeState::kOther);
    case SchemeSight::Leads::kTooFar:
      return is(SchemeState::kUnknown, {ReasonCode::kRedirectLimit, 0});
    case SchemeSight::Leads::kNowhere:
      break;
  }
  if (!is_page(sight)) return judge_failure(sight.reason, others_answer);
  if (!home) return needs(home_need);
  if (home->leads == SchemeSight::Leads::kToPortal) return is(SchemeState::kSame);  // by a refresh or a script
  if (!is_page(*home)) return is(SchemeState::kUnknown, home->reason);
  return is(looks_like(sight, *home) ? SchemeState::kSame : SchemeState::kOther);
}

bool is_unwell(SchemeState state) {
  return state == SchemeState::kNone || state == SchemeState::kBroken || state == SchemeState::kOther;
}

}  // namespace

SchemeJudgement judge_other_scheme(const SchemeFacts& facts) {
  if (!facts.other) return needs(SchemeNeed::kOther);
  const SchemeJudgement first = judge_sight(*facts.other, facts.home, SchemeNeed::kHome, facts.others_answer);
  if (first.need != SchemeNeed::kNothing || !is_unwell(first.state)) return first;
  if (!facts.other_again) return needs(SchemeNeed::kOtherAgain);
  const SchemeJudgement second =
      judge_sight(*facts.other_again, facts.home_again, SchemeNeed::kHomeAgain, facts.others_answer);
  if (second.need != SchemeNeed::kNothing || !is_unwell(second.state)) return second;
  if (second.state != first.state || second.reason != first.reason) return is(SchemeState::kUnknown, second.reason);
  if (!facts.home_again) return needs(SchemeNeed::kHomeAgain);
  const SchemeSight& home = *facts.home_again;
  if (home.leads != SchemeSight::Leads::kToPortal && !is_page(home)) return is(SchemeState::kUnknown, home.reason);
  if (facts.home && !looks_like(*facts.home, home)) return is(SchemeState::kUnknown);
  return second;
}

}  // namespace xuncha
