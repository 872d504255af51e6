// Columns: which second sights they need, and what is told of them.
#include <utility>

#include "core/civil.h"
#include "daemon/patrol/page_reader.h"
#include "daemon/patrol/patrol.h"
#include "daemon/patrol/patrol_look.h"

namespace xuncha {
namespace {

// Second sights of one patrol: a portal that was left alone for years has all its columns stale, and each costs a
// request.
constexpr std::size_t kColumnLooksMax = 500;

}  // namespace

// A round of the daemon reads no columns yet: what it asks for may not have changed for weeks, and nothing is kept of
// them.
bool Patrol::wants_columns() const {
  if (options_.continuous) return false;
  for (const char* rule : kColumnRules) {
    if (options_.rules.wants(rule)) return true;
  }
  return false;
}

// What a page is to its portal, for all that judge by it.
void Patrol::read_portal(const Url& url, const PageFacts& page, const Attempt& attempt) {
  if (!wants_columns() || !columns_.wants(url, page)) return;
  const std::optional<PortalFacts> facts = portal_pages_.read(url, page, today());
  if (facts) columns_.read(url, page, *facts, attempt, today());
}

// Asks for what would decide about columns that seem stale, blank or undated.
void Patrol::look_at_columns() {
  columns_.judge(today());
  std::size_t looks = 0;
  for (std::size_t index = 0; index < columns_.columns().size() && looks < kColumnLooksMax; ++index) {
    const std::optional<Url> url = columns_.second_sight_of(columns_.columns()[index]);
    // An item elsewhere is another portal's: its day is not this one's word.
    if (!url || !scope_.contains(*url) || options_.exclude.matches(std::string(url->without_fragment()))) continue;
    ++looks;
    look_at_column(index, *url);
  }
}

void Patrol::look_at_column(std::size_t index, const Url& url) {
  const HostId host = desk_.host_of(url, /*in_scope=*/true);
  desk_.when_known(url, host, [this, index, url, host](bool may_be_asked) {
    if (!may_be_asked || desk_[host].dead) return;
    FetchRequest request;
    request.url = url;
    request.verify_tls = tls_faults_.find(host) == tls_faults_.end();
    fetcher_.ask(host, Lane::kConfirmation, std::move(request), [this, index, url, host](const FetchOutcome& outcome) {
      desk_.note(host, outcome);
      if (outcome.error != TransportError::kNone || outcome.status != 200) return;
      const PageReading reading = read_answer(outcome, {});
      if (!reading.scanned) return;
      const PortalFacts facts = PortalPages::read_again(url, reading.facts, today());
      columns_.saw_again(columns_.columns()[index], facts, outcome.attempt, today());
    });
  });
}

void Patrol::suspect_column(const ColumnDesk::Column& column) {
  const ColumnRecord& record = column.record;
  const std::string rule = rule_of_column(record.verdict);
  const auto sight = [&](const Attempt& attempt) {
    Evidence evidence;
    evidence.attempts.push_back(attempt);
    if (record.sight.newest && record.verdict == ColumnVerdict::kStale) {
      evidence.compared = format_day(*record.sight.newest);
      evidence.limit = std::to_string(record.max_age_days);
      evidence.excerpt = record.sight.newest_title;
      evidence.control = record.sight.newest_url;
    } else {
      evidence.compared = std::to_string(record.sight.items);
    }
    failed(rule, record.id, record.id, {}, severity_of_rule(rule), std::move(evidence));
  };
  sight(column.seen);
  if (column.again) sight(*column.again);
  cases_.set_places(finding_id(site_, rule, record.id), {{.page = record.url, .text = record.name, .tag = {}}}, 1);
}

// Each verdict settles its own rule and what other rules said of the column; an unknown one settles nothing.
void Patrol::judge_columns() {
  if (!wants_columns()) return;
  for (const ColumnDesk::Column& column : columns_.columns()) {
    const ColumnVerdict verdict = column.record.verdict;
    if (verdict == ColumnVerdict::kUnknown) continue;
    const std::string broken = rule_of_column(verdict);
    if (!broken.empty()) suspect_column(column);
    for (const std::string rule : kColumnRules) {
      if (rule == broken) continue;
      for (int sight = 0; sight < 2; ++sight) passed(rule, column.record.id);
    }
  }
}

}  // namespace xuncha
