// Columns: what is remembered of them, which second sights they need, and what is told of them.
#include <algorithm>
#include <utility>

#include "core/civil.h"
#include "core/url_shape.h"
#include "daemon/log.h"
#include "daemon/patrol/column_memory.h"
#include "daemon/patrol/page_reader.h"
#include "daemon/patrol/patrol.h"
#include "daemon/patrol/patrol_look.h"
#include "detectors/confirmation.h"

namespace xuncha {
namespace {

// Second sights of one patrol: a portal that was left alone for years has all its columns stale, and each costs a
// request.
constexpr std::size_t kColumnLooksMax = 500;
// Pages of told faults that are read as often as a told fault is looked at, 1,200 requests a day at six hours: where
// there are more, each takes its turn. A portal that wants ten seconds between requests grants 8,640 a day in all.
constexpr std::size_t kToldPagesAtOnce = 300;

// Is the page itself not there, as far as the portal says?
bool is_gone(Reason reason) {
  if (reason.code == ReasonCode::kHttpStatus) return reason.status == 404 || reason.status == 410;
  return reason.code == ReasonCode::kSoft404 || reason.code == ReasonCode::kRedirectHome;
}

}  // namespace

bool Patrol::wants_columns() const {
  for (const char* rule : kColumnRules) {
    if (options_.rules.wants(rule)) return true;
  }
  // Which count columns, or judge what their lists show.
  return options_.rules.wants("site.veto") || options_.rules.wants("home.stale") ||
         options_.rules.wants("content.backdated");
}

// Those that the operator names are read whether a page leads to them or not.
void Patrol::ask_configured_columns() {
  if (!wants_columns()) return;
  for (const ColumnSetting& setting : options_.columns) {
    if (!scope_.contains(setting.url)) continue;
    const auto [number, is_new] = targets_.intern(setting.url);
    if (number == 0) continue;
    if (is_new) describe(number, setting.url, Link{});
    Target& target = targets_[number];
    if (target.state != TargetState::kKnown) continue;
    target.record.patrol_linked = patrol_.number;
    target.record.depth = 1;
    submit(number);
  }
}

void Patrol::recall_columns() {
  for (const ColumnDesk::Column& column : columns_.columns()) {
    const UrlParse parsed = parse_url(column.record.url);
    const UrlNumber number = parsed.url ? targets_.find(*parsed.url) : 0;
    if (number != 0) mark(number, kColumn);
  }
}

ColumnDesk::Settling Patrol::column_settling() const {
  if (!options_.continuous) return {};
  return {.in_rounds = true, .apart = options_.continuous->plan.column_sights, .counts = sights_count()};
}

// REQUIRES: a continuous patrol. At the interval of its class; sooner where a second reading would decide, or close.
WallTime Patrol::column_due(UrlNumber number, const ColumnRecord& column) const {
  const RoundPlan& plan = options_.continuous->plan;
  const UrlRecord& record = targets_[number].record;
  const VisitInterval* own = columns_.interval_of(column);
  WallTime at = due_at(plan, own != nullptr ? *own : column_interval(plan, column.column_class), record,
                       targets_.fingerprint_of(number).low);
  const bool is_told = column.verdict == column.suspected;
  if (column.suspected != ColumnVerdict::kFresh && !is_told) {
    const WallTime second = column.suspected_since + plan.column_sights;
    // What a second reading did not decide, an item's page that is shut, say, is not read without pause.
    at = std::min<WallTime>(at, record.visited < second ? second : record.visited + plan.column_sights);
  }
  for (const char* rule : kColumnRules) {
    const Finding* finding = cases_.find(finding_id(site_, rule, column.id));
    const bool recovers = finding != nullptr && finding->state != FindingState::kClosed && finding->recoveries > 0;
    if (recovers) at = std::min<WallTime>(at, record.visited + plan.recovery);
  }
  return at;
}

// Sooner where a fault that was told stands on the page: whether it still does, its text alone shows.
WallTime Patrol::due_by_interval(UrlNumber number) const {
  const RoundPlan& plan = options_.continuous->plan;
  const UrlRecord& record = targets_[number].record;
  const ColumnDesk::Column* column = nullptr;
  if (is_marked(number, kColumn) && record.visited != WallTime{} && record.reason.code == ReasonCode::kNone) {
    column = columns_.at(url_from_trusted(record.url));
  }
  const WallTime at = column != nullptr ? column_due(number, column->record)
                                        : due_at(plan, record, targets_.fingerprint_of(number).low);
  const bool is_told = is_marked(number, kTold) && record.reason.code == ReasonCode::kNone;
  const auto turns = static_cast<int>((told_pages_ + kToldPagesAtOnce - 1) / kToldPagesAtOnce);
  return is_told ? std::min<WallTime>(at, record.visited + plan.open_case * turns) : at;
}

// A page that has not changed shows nothing where nothing is remembered of what it showed.
bool Patrol::must_read_whole(UrlNumber number) const {
  if (must_read_slots(number)) return true;
  const Target& target = targets_[number];
  if (!target.in_scope || target.promised != Promised::kPage) return false;
  if (options_.want_pages) return true;
  if (must_read_content(number)) return true;
  if (!wants_columns()) return false;
  const Url url = url_from_trusted(target.record.url);
  if (is_marked(number, kColumn)) return columns_.needs_whole(url, target.record.body_hash, clock_.wall());
  return target.record.visited < columns_since_ && may_be_column(url);
}

// Where the crawl that has ended found a column's page.
ColumnDesk::Whereabouts Patrol::whereabouts(const std::string& url) const {
  using Kind = ColumnDesk::Whereabouts::Kind;
  const UrlParse parsed = parse_url(url);
  if (!parsed.url) return {};
  if (options_.exclude.matches(url)) return {.kind = Kind::kExcluded};
  const bool all_seen =
      phase_ == Phase::kConfirm && is_home_well() && budget_.refused() == 0 && targets_.refused() == 0;
  const UrlNumber number = targets_.find(*parsed.url);
  if (number == 0) return {.kind = all_seen ? Kind::kUnlinked : Kind::kUnknown};
  const Target& target = targets_[number];
  const UrlRecord& record = target.record;
  if (record.patrol_linked != patrol_.number) return {.kind = all_seen ? Kind::kUnlinked : Kind::kUnknown};
  if (target.state != TargetState::kJudged) return {};
  if (is_gone(record.reason)) return {.kind = Kind::kGone, .attempt = target.attempt};
  if (record.reason.code != ReasonCode::kNone) return {};
  if (record.redirect != 0) {
    const Target& goal = targets_[goal_of(number)];
    const bool is_page = goal.in_scope && !goal.from_fault && goal.record.url_class != UrlClass::kHome;
    if (!is_page || goal.record.reason.code != ReasonCode::kNone) return {};
    return {.kind = Kind::kMoved, .moved_to = goal.record.url};
  }
  return {.kind = target.recalled ? Kind::kRecalled : Kind::kUnchanged,
          .attempt = target.attempt,
          .visited = record.visited,
          .page_hash = record.body_hash};
}

// What a page is to its portal, for all that judge by it.
void Patrol::read_portal(UrlNumber number, const Url& url, const PageFacts& page, const Attempt& attempt) {
  const MetaTags meta = wants_columns() || wants_content() ? read_meta_tags(page) : MetaTags{};
  const bool of_columns = wants_columns() && columns_.wants(url, page, meta);
  const ContentDesk::Page content = content_page(number, url, page, meta, of_columns);
  const bool of_content = wants_content() && content_.scan(content);
  read_slots(number, url, page, nullptr, attempt);
  const bool of_slots = number == home_page() && wants_slots();
  if (!of_columns && !of_content && !of_slots && !options_.want_pages) return;
  // Who asks for every page's kind pays for every tree.
  const std::optional<PortalFacts> facts = options_.want_pages
                                               ? PortalPages::read_again(url, page, today(), columns_.selection_of(url))
                                               : portal_pages_.read(url, page, today(), columns_.selection_of(url));
  if (!facts && of_content) content_.left_unread();
  if (!facts) return;
  targets_[number].kind = facts->kind;
  if (!of_columns && !of_content && !of_slots) return;
  if (of_slots) read_slots(number, url, page, &*facts, attempt);
  if (of_columns) {
    columns_.read(url, page, *facts, attempt, targets_[number].record.body_hash, today(), clock_.wall());
    if (columns_.at(url) != nullptr) mark(number, kColumn);
    fill_column(url, *facts);
  }
  // An article that only might have been a column is no part of the sample.
  const bool is_single = facts->kind == PageKind::kArticle || facts->kind == PageKind::kDocument;
  if (of_content || (wants_content() && !is_single)) content_.read(content, *facts);
}

// Asks for what would decide about columns that seem stale, blank or undated, and for those that are missing.
void Patrol::look_at_columns() {
  if (!wants_columns()) return;
  columns_.weigh_late([this](const std::vector<const LateItem*>& items) { return weigh_late(items); });
  columns_.review([this](const std::string& url) { return whereabouts(url); }, /*crawl_ended=*/true);
  columns_.judge(today());
  std::size_t looks = 0;
  for (std::size_t index = 0; index < columns_.columns().size() && looks < kColumnLooksMax; ++index) {
    ColumnDesk::Column& column = columns_.columns()[index];
    if (ColumnDesk::is_time_to_look(column, column_settling(), clock_.wall())) {
      ++looks;
      ColumnDesk::asks(column, clock_.wall());
      look_for_column(index);
      continue;
    }
    const std::optional<Url> url = columns_.second_sight_of(column, column_settling(), clock_.wall());
    // An item elsewhere is another portal's: its day is not this one's word.
    if (!url || !scope_.contains(*url) || options_.exclude.matches(std::string(url->without_fragment()))) continue;
    ++looks;
    ColumnDesk::asks(column, clock_.wall());
    look_at_column(index, *url);
  }
}

// One more look at a page of the site, where robots.txt and the state of its host permit it. What it gives is the
// answer whatever it is; nothing comes where it may not be asked.
void Patrol::ask_again(const Url& url, std::function<void(const FetchOutcome&)> then) {
  if (pump_.is_quarantined(url)) return;
  const HostId host = desk_.host_of(url, /*in_scope=*/true);
  desk_.when_known(url, host, [this, url, host, then = std::move(then)](bool may_be_asked) {
    if (!may_be_asked || desk_[host].dead) return;
    FetchRequest request;
    request.url = url;
    request.verify_tls = tls_faults_.find(host) == tls_faults_.end();
    fetcher_.ask(host, Lane::kConfirmation, std::move(request), [this, host, then](const FetchOutcome& outcome) {
      desk_.note(host, outcome);
      if (outcome.error == TransportError::kNone) then(outcome);
    });
  });
}

void Patrol::look_at_column(std::size_t index, const Url& url) {
  ask_again(url, [this, index, url](const FetchOutcome& outcome) {
    if (outcome.status != 200) return;
    const PageReading reading = read_answer(outcome, {});
    if (!reading.scanned || !reading.wording.challenge.empty()) return;  // not the page itself
    with_filled_list(url, PortalPages::read_again(url, reading.facts, today(), columns_.selection_of(url)),
                     [this, index, attempt = outcome.attempt](const PortalFacts& facts, const Attempt*) {
                       columns_.saw_again(columns_.columns()[index], facts, attempt, today());
                     });
  });
}

// Is a column gone that no page refers to any more, or whose page the crawl did not find?
void Patrol::look_for_column(std::size_t index) {
  const Url url = url_from_trusted(columns_.columns()[index].record.url);
  ask_again(url, [this, index, url](const FetchOutcome& outcome) {
    ColumnDesk::Column& column = columns_.columns()[index];
    bool gone = outcome.status == 404 || outcome.status == 410;
    if (is_redirect_status(outcome.status)) {
      const UrlParse next = parse_location(outcome.header("location"), url);
      gone = next.url && scope_.contains(*next.url) && is_front_door(*next.url);
    } else if (outcome.status == 200) {
      const PageReading reading = read_answer(outcome, {});
      gone = reading.scanned && !reading.wording.not_found.empty() &&
             whereabouts(column.record.url).kind == ColumnDesk::Whereabouts::Kind::kGone;
      if (!reading.wording.challenge.empty()) return;                                    // not the page itself
      if (reading.scanned && !gone && !column.unlinked_now) column.missing_now = false;  // it is there again
    }
    column.gone_now = gone;
    column.looked_now = gone || outcome.status == 200;
    if (gone) column.again = outcome.attempt;
  });
}

void Patrol::suspect_column(const ColumnDesk::Column& column) {
  const ColumnRecord& record = column.record;
  const std::string rule = rule_of_column(column.fails_as);
  // In rounds a reading is one sight, and the record knows whether there were two; else the case counts both.
  const bool waits = options_.continuous && !column.confirmed;
  const auto sight = [&](std::vector<Attempt> attempts) {
    Evidence evidence;
    evidence.attempts = std::move(attempts);
    if (column.fails_as == ColumnVerdict::kStale && record.sight.newest) {
      evidence.compared = format_day(*record.sight.newest);
      evidence.limit = std::to_string(record.max_age_days);
      evidence.excerpt = record.sight.newest_title;
      evidence.control = record.sight.newest_url;
    } else if (column.fails_as == ColumnVerdict::kLost) {
      evidence.compared = format_day(beijing_day(record.last_seen));
      evidence.excerpt = record.name;
      evidence.control = record.sight.newest_title;
    } else {
      evidence.compared = std::to_string(record.sight.items);
    }
    failed(rule, record.id, record.id, {}, severity_of_rule(rule), std::move(evidence),
           waits ? Milliseconds::max() : Milliseconds{});
  };
  std::vector<Attempt> seen;
  if (column.seen.at != WallTime{}) seen.push_back(column.seen);
  if (seen.empty() && !column.again) seen.push_back({.at = record.last_seen, .status = 200});
  if (!options_.continuous) {
    // Before an interruption this very answer was counted already.
    const Finding* counted = cases_.find(finding_id(site_, rule, record.id));
    const bool is_counted = counted != nullptr && counted->state != FindingState::kClosed && !seen.empty() &&
                            counted->last_seen >= seen.front().at;
    if (!seen.empty() && !(patrol_.resumed > 0 && is_counted)) sight(seen);
    if (column.again) sight({*column.again});
  } else {
    if (column.again) seen.push_back(*column.again);
    sight(std::move(seen));
  }
  const std::string id = finding_id(site_, rule, record.id);
  const bool is_news = cases_.set_places(id, {{.page = record.url, .text = record.name, .tag = {}}}, 1);
  if (is_news) apply({*cases_.find(id), std::nullopt});
}

// Each verdict settles its own rule and what other rules said of the column; one that is not sure settles nothing.
void Patrol::judge_columns() {
  if (!wants_columns()) return;
  if (phase_ != Phase::kConfirm) {
    columns_.review([this](const std::string& url) { return whereabouts(url); }, /*crawl_ended=*/false);
  }
  columns_.settle(today(), column_settling());
  for (const ColumnDesk::Column& column : columns_.columns()) {
    if (column.unmatched) {
      log_warn("column_unmatched", {{"site", site_},
                                    {"column", column.record.id},
                                    {"url", column.record.url},
                                    {"advice", "its page was changed: try items with xuncha inspect --items"}});
    }
    if (column.reading == ColumnDesk::Reading::kNone) continue;
    const bool fails = column.reading == ColumnDesk::Reading::kFails;
    const std::string broken = fails ? rule_of_column(column.fails_as) : std::string();
    if (fails) suspect_column(column);
    for (const std::string rule : kColumnRules) {
      if (rule == broken) continue;
      const int sights = options_.continuous ? 1 : 2;
      for (int sight = 0; sight < sights; ++sight) passed(rule, column.record.id);
    }
  }
  // What the operator names and no page answers for would be missing in silence.
  for (const ColumnSetting& setting : options_.columns) {
    const UrlNumber number = columns_.at(setting.url) == nullptr ? targets_.find(setting.url) : 0;
    if (number == 0 || targets_[number].record.visited < patrol_.started) continue;
    const Reason reason = targets_[number].record.reason;
    log_warn("column_unread", {{"site", site_},
                               {"url", setting.url.href()},
                               {"reason", reason.code == ReasonCode::kNone ? "no_column" : reason_name(reason)},
                               {"advice", "no column stands there: correct its url in the configuration"}});
  }
  // What moved into another column, or was not seen for so long that it is forgotten.
  for (const Finding* finding : cases_.all()) {
    const bool stands = finding->state == FindingState::kClosed || columns_.is_known(finding->subject);
    if (stands || !finding->rule.starts_with("column.") || phase_ != Phase::kConfirm) continue;
    if (const std::optional<CaseChange> change = cases_.vanished(finding->id, clock_.wall())) apply(*change);
  }
}

// REQUIRES: a continuous patrol. When a column has something to be looked at that no page's interval announces.
WallTime Patrol::columns_due() const {
  WallTime at = WallTime::max();
  for (const ColumnDesk::Column& column : columns_.columns()) {
    at = std::min(at, ColumnDesk::next_look(column, column_settling()));
  }
  return at;
}

// In one batch with the visit that showed it: a page that is unchanged later must be the one that is remembered.
void Patrol::keep_columns(Visit& visit) {
  for (std::string& id : columns_.take_gone()) visit.columns_gone.push_back(std::move(id));
  for (ColumnRecord& column : columns_.take_changed()) visit.columns.push_back(std::move(column));
}

}  // namespace xuncha
