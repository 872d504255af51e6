// The name under which the site shows itself.
#include <utility>

#include "daemon/patrol/patrol.h"
#include "daemon/patrol/patrol_look.h"
#include "detectors/site_domain.h"

namespace xuncha {
namespace {

constexpr const char* kRule = "site.domain";
constexpr Milliseconds kSightsApart = std::chrono::hours(6);  // of rounds: a redirect of a moment is none

}  // namespace

void Patrol::look_at_domain() {
  const UrlNumber goal = goal_of(home_);
  const Target& shown = targets_[goal];
  const bool is_seen = shown.record.patrol_visited == patrol_.number && verdict_of(shown.record.reason) == Verdict::kOk;
  if (!is_seen || !options_.rules.wants(kRule)) return;
  if (options_.continuous && shown.recalled && targets_[home_].recalled) return;  // remembered, not seen
  if (!leaves_government_names(options_.home.host(), url_from_trusted(shown.record.url).host())) {
    return passed(kRule, key_of(home_));
  }
  suspect_domain(evidence_of(home_));
  if (options_.continuous) return;  // the next rounds look again
  UrlNumber last = home_;
  while (targets_[last].record.redirect != goal) last = targets_[last].record.redirect;
  const Url from = url_from_trusted(targets_[last].record.url);
  FetchRequest request;
  request.url = from;
  fetcher_.ask(targets_[last].host, Lane::kConfirmation, std::move(request), [this, from](const FetchOutcome& outcome) {
    if (outcome.error != TransportError::kNone || !is_redirect_status(outcome.status)) return;
    const UrlParse next = parse_location(outcome.header("location"), from);
    if (!next.url || !leaves_government_names(options_.home.host(), next.url->host())) return;
    Evidence evidence;
    evidence.attempts.push_back(outcome.attempt);
    evidence.redirects.push_back({outcome.status, std::string(next.url->without_fragment())});
    suspect_domain(std::move(evidence));
  });
}

void Patrol::suspect_domain(Evidence evidence) {
  evidence.compared = std::string(url_from_trusted(targets_[goal_of(home_)].record.url).host());
  evidence.limit = ".gov.cn";
  failed(kRule, targets_[home_].record.url, key_of(home_), {}, severity_of_rule(kRule), std::move(evidence),
         options_.continuous ? kSightsApart : Milliseconds{});
}

}  // namespace xuncha
