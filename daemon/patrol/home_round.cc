#include "daemon/patrol/home_round.h"

#include <algorithm>
#include <utility>

#include "core/digest.h"
#include "daemon/patrol/patrol_look.h"
#include "daemon/patrol/round_plan.h"
#include "detectors/link_status.h"

namespace xuncha {
namespace {

constexpr int kHopsMax = 3;  // to https, to www., to the index page

}  // namespace

HomeRound::HomeRound(PatrolOptions options, RequestPump& pump, HostMemory& memory, Store& store, const Clock& clock)
    : options_(std::move(options)), pump_(pump), memory_(memory), store_(store), clock_(clock), fetcher_(pump, clock) {
  fetcher_.set_policy(options_.policy);
}

Status HomeRound::start() {
  const auto handle = store_.site(options_.site);
  if (!handle) return handle.error();
  handle_ = handle.value();
  std::optional<Page> home = remembered(options_.home);
  if (store_error_) return *store_error_;
  if (home) {
    ask(std::move(*home));
  } else {
    changed();
  }
  return Done{};
}

// nullopt: it is not known, or was not well.
std::optional<HomeRound::Page> HomeRound::remembered(const Url& url) {
  const Fingerprint key = fingerprint(url_key(url));
  auto record = store_.url(handle_, key);
  if (!record) {
    store_error_ = record.error();
    return std::nullopt;
  }
  if (!record.value() || record.value()->visits == 0 || record.value()->reason.code != ReasonCode::kNone)
    return std::nullopt;
  return Page{url, {key, std::move(*record.value())}};
}

void HomeRound::ask(Page page) {
  const HostId host = pump_.frontier().host(page.url.origin());
  if (options_.pace) pump_.frontier().set_pace(host, *options_.pace);
  FetchRequest request;
  request.url = page.url;
  add_validators(page.entry.record, clock_.wall(), request);
  fetcher_.ask(host, Lane::kProbe, std::move(request),
               [this, page = std::move(page)](const FetchOutcome& outcome) { answered(page, outcome); });
}

void HomeRound::answered(Page page, const FetchOutcome& outcome) {
  UrlRecord& record = page.entry.record;
  const bool is_slow = outcome.attempt.seconds * 1000 >= static_cast<double>(options_.continuous->home_slow.count());
  const bool ends_soon = outcome.tls_not_after && *outcome.tls_not_after - clock_.wall() < options_.tls_expires_within;
  if (outcome.error != TransportError::kNone || is_slow || ends_soon) return changed();
  if (is_redirect_status(outcome.status) || record.redirect != 0) return redirected(std::move(page), outcome);
  if (outcome.status == 304) {
    remember_unchanged(outcome, clock_.wall(), record);
    return unchanged(page);
  }
  PageReading reading;
  if (!is_as_before(page, outcome, reading)) return changed();
  remember_answer(outcome, reading, clock_.wall(), record);
  unchanged(page);
}

void HomeRound::redirected(Page page, const FetchOutcome& outcome) {
  UrlRecord& record = page.entry.record;
  if (outcome.status != record.status || ++hops_ > kHopsMax) return changed();
  const UrlParse next = parse_location(outcome.header("location"), page.url);
  std::optional<Page> goal = next.url ? remembered(*next.url) : std::nullopt;
  if (!goal || goal->entry.record.number != record.redirect) return changed();
  record.visited = clock_.wall();
  ++record.visits;
  keep(page);
  ask(std::move(*goal));
}

bool HomeRound::is_as_before(const Page& page, const FetchOutcome& outcome, PageReading& reading) {
  const UrlRecord& record = page.entry.record;
  const HostMemory::Entry* host = memory_.find(page.url.origin(), clock_.wall());
  if (host == nullptr || !host->root || record.links_digest == 0) return false;
  Target target;
  target.record = record;
  target.promised = Promised::kPage;
  target.in_scope = true;
  reading = read_answer(outcome, {.digest = host->root->answer == NegativeBaseline::Answer::kPage});
  TargetFacts facts = facts_of_answer(target, page.url, outcome, reading);
  facts.asked_is_home = true;
  facts.ends_at_home = true;
  facts.baseline = *host->root;
  const LinkJudgement judgement = judge_link(facts);
  return judgement.reason.code == ReasonCode::kNone && judgement.need == LinkNeed::kNothing && reading.scanned &&
         links_digest(reading.facts) == record.links_digest;
}

void HomeRound::unchanged(const Page& page) {
  keep(page);
  state_ = store_error_ ? State::kChanged : State::kUnchanged;
}

void HomeRound::keep(const Page& page) {
  next_due_ = std::min(next_due_, due_at(options_.continuous->plan, page.entry.record, page.entry.key.low));
  Visit visit;
  visit.site = handle_;
  visit.page = page.entry;
  if (const Status kept = store_.commit(visit); !kept) store_error_ = kept.error();
}

}  // namespace xuncha
