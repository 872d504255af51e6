// Slots of the home page and pages that are being built: what is remembered of them, which second sights they need, and
// what is told of them.
#include <algorithm>
#include <utility>

#include "crawler/portal/building_notice.h"
#include "crawler/portal/meta_tags.h"
#include "daemon/patrol/content_facts.h"
#include "daemon/patrol/page_reader.h"
#include "daemon/patrol/patrol.h"
#include "daemon/patrol/patrol_look.h"

namespace xuncha {
namespace {

constexpr std::string_view kRule = "content.unrotated";
constexpr auto kToldAgain = std::chrono::hours(20);  // a case that is told takes a sight a day

// What a page that is no article, and shows no day of its own, says of its works.
std::string notice_of(const PageFacts& page, WallTime now) {
  const MetaTags meta = read_meta_tags(page);
  if (!meta.article_title.empty() || !meta.published.empty()) return {};
  std::string notice = building_notice(page.visible_text);
  if (notice.empty() || own_day_of(page, meta, now).day) return {};
  return notice;
}

}  // namespace

bool Patrol::wants_slots() const {
  return options_.rules.wants(kRule);
}

Status Patrol::recall_slots() {
  if (!wants_slots()) return Done{};
  auto slots = store_.slots(handle_);
  if (!slots) return slots.error();
  slots_.restore(std::move(slots).value(), today());
  return Done{};
}

// A page that was read well, by its scan and, where there is one, its tree.
void Patrol::read_slots(UrlNumber number, const Url& url, const PageFacts& page, const PortalFacts* facts,
                        const Attempt& attempt) {
  if (!wants_slots()) return;
  const Target& target = targets_[number];
  if (number == home_page() && facts != nullptr) {
    slots_.read_home({.url = url, .page = page, .attempt = attempt, .page_hash = links_digest(page), .now = today()},
                     facts->slots);
  }
  // The tree comes after the scan: a notice is read once.
  // One that is known is read wherever it moved to.
  const bool is_led_to = target.record.depth <= 1 || is_marked(number, kColumn) || slots_.knows_notice(url);
  if (facts != nullptr || !is_led_to || target.promised != Promised::kPage) return;
  slots_.read_page({.url = url, .page = page, .attempt = attempt, .page_hash = target.record.body_hash, .now = today()},
                   notice_of(page, today()));
}

bool Patrol::must_read_slots(UrlNumber number) const {
  return wants_slots() && number == home_page() && slots_.needs_whole(targets_[number].record.links_digest);
}

// What was not read now since it is as it was.
void Patrol::note_standing_slots() {
  const auto seen_at = [this](const Target& target) -> std::optional<WallTime> {
    const bool is_well = target.state == TargetState::kJudged && target.record.reason.code == ReasonCode::kNone;
    const bool is_now = target.record.patrol_visited == patrol_.number && !target.recalled;
    if (!is_well || (!is_now && !options_.continuous)) return std::nullopt;
    return options_.continuous ? target.record.visited : today();
  };
  const auto attempt_of = [](const Target& target) {
    Attempt attempt = target.attempt;
    if (attempt.at == WallTime{}) attempt = {.at = target.record.visited, .status = target.record.status};
    return attempt;
  };
  const Target& home = targets_[home_page()];
  if (const auto at = seen_at(home)) slots_.home_stands(home.record.links_digest, *at, attempt_of(home));
  // A home page that is down for works leads nowhere: that takes nothing off the portal.
  const bool is_home_well = home.state == TargetState::kJudged && home.record.links > 0 &&
                            targets_[home_].record.reason.code == ReasonCode::kNone &&
                            home.record.reason.code == ReasonCode::kNone;
  const bool all_seen = phase_ == Phase::kConfirm && is_home_well && budget_.refused() == 0 && targets_.refused() == 0;
  for (const SlotRecord& record : slots_.records()) {
    if (record.kind != SlotKind::kNotice) continue;
    const UrlParse parsed = parse_url(record.url);
    const UrlNumber number = parsed.url ? targets_.find(*parsed.url) : 0;
    const bool is_linked = number != 0 && targets_[number].record.patrol_linked == patrol_.number;
    if (!is_linked) {
      if (all_seen) slots_.notice_is_unlinked(record.name, today());
      continue;
    }
    slots_.notice_is_linked(record.name);
    const Target& target = targets_[number];
    const Verdict verdict = verdict_of(target.record.reason);
    const bool is_elsewhere = target.record.redirect != 0 || verdict == Verdict::kBroken || verdict == Verdict::kWrong;
    if (target.state == TargetState::kJudged && is_elsewhere) {
      slots_.notice_is_gone(record.name);
    } else if (const auto at = seen_at(target)) {
      slots_.notice_stands(record.name, target.record.body_hash, *at, attempt_of(target));
    }
  }
}

bool Patrol::is_slot_told(const std::string& subject) const {
  return is_told_under(kRule, subject);
}

void Patrol::look_at_slots() {
  if (!wants_slots()) return;
  note_standing_slots();
  for (const Url& url : slots_.days_wanted(today())) {
    if (!scope_.contains(url) || options_.exclude.matches(std::string(url.without_fragment()))) continue;
    ask_again(url, [this, url](const FetchOutcome& outcome) {
      if (const std::optional<PageReading> reading = read_page_itself(outcome)) {
        const OwnDay own = own_day_of(reading->facts, read_meta_tags(reading->facts), today());
        if (own.sure) slots_.saw_item(url, own.day);
      }
      look_at_home_slots_again();
    });
  }
  look_at_home_slots_again();
}

void Patrol::look_at_home_slots_again() {
  const auto is_told = [this](const std::string& subject) { return is_slot_told(subject); };
  const std::optional<Url> url = slots_.wants_home_again(is_told, today());
  if (!url) return;
  ask_again(*url, [this, url = *url](const FetchOutcome& outcome) {
    const std::optional<PageReading> reading = read_page_itself(outcome);
    if (!reading) return;
    slots_.saw_home_again(PortalPages::read_again(url, reading->facts, today()).slots, outcome.attempt);
  });
}

// The memory has its own two sights: what it tells is told at once.
void Patrol::tell_slot(const ContentFault& note) {
  const Finding* known = cases_.find(finding_id(site_, note.rule, note.subject));
  if (is_slot_told(note.subject) && clock_.wall() - known->last_seen < kToldAgain && known->recoveries == 0) return;
  Evidence evidence = content_evidence(note);
  evidence.attempts.push_back(note.seen);
  if (note.again) evidence.attempts.push_back(*note.again);
  failed(note.rule, note.subject, note.subject, {}, severity_of_rule(note.rule), std::move(evidence),
         Weight{.proven = true});
  tell_places(note);
}

void Patrol::judge_slots() {
  if (!wants_slots()) return;
  slots_.conclude([this](const std::string& subject) { return is_slot_told(subject); }, today());
  for (const ContentFault& note : slots_.notes()) tell_slot(note);
  // A change is no moment's: what is shown now is proof enough. That one item is not shown is not, where the portal
  // chooses among several: those take their readings in a row.
  const std::uint32_t needed = std::max(cases_.recoveries_needed(), 2u);
  for (const std::string& subject : slots_.cleared()) {
    const std::uint32_t sights = slots_.is_standing_event(subject) ? 1 : needed;
    for (std::uint32_t sight = 0; sight < sights; ++sight) passed(std::string(kRule), subject);
  }
}

// In one batch with the visit that showed them.
void Patrol::keep_slots(Visit& visit) {
  for (std::string& name : slots_.take_gone()) visit.slots_gone.push_back(std::move(name));
  for (SlotRecord& slot : slots_.take_changed()) visit.slots.push_back(std::move(slot));
}

}  // namespace xuncha
