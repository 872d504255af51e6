// Content: which second sights it needs, and what is told of it.
#include <set>
#include <utility>

#include "daemon/patrol/page_reader.h"
#include "daemon/patrol/patrol.h"
#include "daemon/patrol/patrol_look.h"

namespace xuncha {
namespace {

bool is_of_content(const Finding& finding) {
  for (const char* rule : kContentRules) {
    if (finding.rule == rule) return true;
  }
  return false;
}

}  // namespace

// A round of the daemon reads few pages anew, and nothing is kept of the content of the others yet.
bool Patrol::wants_content() const {
  if (options_.continuous) return false;
  for (const char* rule : kContentRules) {
    if (options_.rules.wants(rule)) return true;
  }
  return false;
}

// Pages with a case are read whatever the samples leave out: what is mended is seen.
void Patrol::watch_content() {
  if (std::exchange(content_watched_, true)) return;
  for (const Finding* finding : cases_.all()) {
    if (finding->state != FindingState::kClosed && is_of_content(*finding)) content_.watch(finding->subject);
  }
}

void Patrol::look_at_content() {
  if (!wants_content()) return;
  const bool complete = budget_.refused() == 0 && targets_.refused() == 0;
  for (const Url& url : content_.second_sights(columns_.columns(), complete, today())) {
    if (scope_.contains(url) && !options_.exclude.matches(std::string(url.without_fragment()))) look_at_content_of(url);
  }
}

void Patrol::look_at_content_of(const Url& url) {
  ask_again(url, [this, url](const FetchOutcome& outcome) {
    if (outcome.status != 200) return;
    const PageReading reading = read_answer(outcome, {});
    const bool is_itself = reading.wording.challenge.empty() && reading.wording.not_found.empty();
    if (!reading.scanned || !is_itself) return;
    const PortalFacts facts = PortalPages::read_again(url, reading.facts, today());
    content_.saw_again({.url = url, .page = reading.facts, .facts = facts, .attempt = outcome.attempt, .now = today()});
  });
}

void Patrol::tell_content(const ContentNote& note) {
  const auto sight = [&](const Attempt& attempt) {
    Evidence evidence;
    evidence.attempts.push_back(attempt);
    evidence.compared = note.compared;
    evidence.limit = note.limit;
    evidence.control = note.control;
    evidence.excerpt = note.excerpt;
    const Severity severity =
        configured_severity(note.rule).value_or(note.severity.value_or(severity_of_rule(note.rule)));
    failed(note.rule, note.subject, note.subject, {}, severity, std::move(evidence));
  };
  sight(note.seen);
  if (note.again) sight(*note.again);
  cases_.set_places(finding_id(site_, note.rule, note.subject), note.places, note.places_total);
}

void Patrol::judge_content() {
  if (!wants_content()) return;
  content_.conclude(columns_.columns(), patrol_.complete, today());
  std::set<std::string> told;
  for (const ContentNote& note : content_.notes()) {
    tell_content(note);
    told.insert(finding_id(site_, note.rule, note.subject));
  }
  for (const auto& [rule, subject] : content_.cleared()) {
    if (told.contains(finding_id(site_, rule, subject))) continue;
    for (int sight = 0; sight < 2; ++sight) passed(rule, subject);
  }
}

}  // namespace xuncha
