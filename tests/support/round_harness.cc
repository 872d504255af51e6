#include "tests/support/round_harness.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/check.h"
#include "core/digest.h"
#include "core/limits.h"

namespace xuncha::test {
namespace {

constexpr Milliseconds kLatency = Milliseconds(50);
constexpr WallTime kStart = WallTime(Milliseconds(1'700'000'000'000));
constexpr int kStepsMax = 200'000;             // of one round
constexpr std::size_t kRoundsAnHourMax = 300;  // more is a round that is due again as soon as it ends
constexpr std::string_view kFiller =
    "各县区人民政府，市直有关单位：现将有关事项通知如下，请结合工作实际认真贯彻执行。联系电话见页脚。";

}  // namespace

Reply page(const std::string& title, const std::vector<std::string>& links) {
  std::string body = "<!DOCTYPE html><html><head><meta charset=utf-8><title>" + title + "</title></head><body><h1>" +
                     title + "</h1><p>" + title + std::string(kFiller) + "</p><ul>";
  for (const std::string& link : links) {
    const std::size_t bar = link.find('|');
    const std::string text = bar == std::string::npos ? "链接" : link.substr(bar + 1);
    body += "<li><a href=\"" + link.substr(0, bar) + "\">" + text + "</a></li>\n";
  }
  return {.body = body + "</ul></body></html>"};
}

Reply status(std::uint16_t status) {
  return {.status = status, .body = "<html><head><title>Error</title></head><body>error</body></html>"};
}

Reply redirect(const std::string& location) {
  return {.status = 302, .body = {}, .headers = {{"location", location}}};
}

Reply failure(TransportError error) {
  return {.error = error, .status = 0, .body = {}, .headers = {}};
}

Reply file(const std::string& content_type, const std::string& body) {
  return {.body = body, .headers = {{"content-type", content_type}}};
}

void ScriptedWeb::set(const std::string& url, Reply reply) {
  set(url, [reply = std::move(reply)](const FetchRequest&) { return reply; });
}

void ScriptedWeb::set(const std::string& url, Script script) {
  script_[std::string(url_from_trusted(url).without_fragment())] = std::move(script);
}

Reply ScriptedWeb::answer(const FetchRequest& request) const {
  if (all_) return *all_;
  if (const auto host = failing_hosts_.find(std::string(request.url.host())); host != failing_hosts_.end()) {
    return host->second;
  }
  const auto found = script_.find(std::string(request.url.without_fragment()));
  return (found == script_.end() ? rest_ : found->second)(request);
}

FetchOutcome ScriptedWeb::outcome_of(const FetchRequest& request, const Reply& reply) const {
  FetchOutcome outcome;
  outcome.error = reply.error;
  outcome.attempt.at = clock_.wall();
  outcome.attempt.phase = reply.error == TransportError::kNone ? Phase::kBody : Phase::kConnect;
  outcome.attempt.family = Family::kIpv4;
  const std::uint64_t hash = hash64(request.url.host());
  outcome.attempt.address =
      IpAddress::v4(203, 0, static_cast<std::uint8_t>(hash >> 8), static_cast<std::uint8_t>(hash));
  outcome.attempt.error = transport_error_name(reply.error);
  outcome.attempt.seconds = 0.05;
  if (reply.error != TransportError::kNone) return outcome;
  outcome.tls_not_after = reply.tls_not_after;
  outcome.status = reply.status;
  outcome.attempt.status = reply.status;
  outcome.headers = reply.headers;
  outcome.body = reply.body;
  outcome.wire_bytes = reply.body.size();
  const std::string_view etag = outcome.header("etag");
  if (reply.status == 200 && !etag.empty() && etag == request.if_none_match) {
    outcome.status = 304;
    outcome.attempt.status = 304;
    outcome.body.clear();
    outcome.wire_bytes = 0;
  }
  return outcome;
}

void ScriptedWeb::fetch(FetchRequest request, Handler handler) {
  log_.push_back({.at = clock_.wall(),
                  .url = std::string(request.url.without_fragment()),
                  .fetch_class = request.fetch_class,
                  .referer = request.referer,
                  .conditional = !request.if_none_match.empty() || !request.if_modified_since.empty()});
  FetchOutcome outcome = outcome_of(request, answer(request));
  due_.emplace_back(clock_.steady() + kLatency, [handler = std::move(handler), outcome = std::move(outcome)]() mutable {
    handler(std::move(outcome));
  });
}

void ScriptedWeb::locate(const Url& url, LocateHandler handler) {
  due_.emplace_back(clock_.steady(), [handler = std::move(handler), host = std::string(url.host())] { handler(host); });
}

bool ScriptedWeb::deliver() {
  std::vector<std::function<void()>> ready;
  for (auto each = due_.begin(); each != due_.end();) {
    if (each->first > clock_.steady()) {
      ++each;
      continue;
    }
    ready.push_back(std::move(each->second));
    each = due_.erase(each);
  }
  for (const auto& call : ready) call();
  return !ready.empty();
}

WallTime ScriptedWeb::next_at() const {
  WallTime at = WallTime::max();
  for (const auto& [when, call] : due_) at = std::min(at, clock_.wall() + (when - clock_.steady()));
  return at;
}

std::size_t Round::count(std::string_view url) const {
  return static_cast<std::size_t>(
      std::count_if(requests.begin(), requests.end(), [&](const auto& request) { return request.url == url; }));
}

RoundHarness::RoundHarness(bool with_memory) : clock_(kStart), web_(clock_), with_memory_(with_memory) {
  options_.home = url_from_trusted(kHome);
  options_.continuous.emplace();
  options_.continuous->plan.jitter = 0;
  open();
}

void RoundHarness::open() {
  web_.drop_answers();
  pump_.reset();
  store_.reset();
  StoreOptions store_options = StoreOptions::for_check();
  auto store = Store::open(scratch_.path() / "store", store_options);
  CHECK(store.ok());
  store_ = std::move(store).value();
  memory_ = with_memory_ ? std::make_unique<HostMemory>() : nullptr;
  FrontierOptions frontier;
  frontier.pace.patience = limits::kCheckPatience;
  pump_ = std::make_unique<RequestPump>(frontier, web_, clock_);
}

void RoundHarness::restart() {
  open();
}

Round RoundHarness::run(std::optional<std::size_t> requests_max, Cut cut) {
  Round round;
  round.started = clock_.wall();
  const std::size_t first_request = web_.log().size();
  Patrol patrol(options_, *pump_, memory_.get(), *store_, clock_);
  const Status started = patrol.start();
  CHECK(started.ok());
  for (int steps = 0; !patrol.done(); ++steps) {
    if (steps == kStepsMax) {
      ADD_FAILURE() << "a round without end";
      patrol.stop();
      break;
    }
    if (patrol.wants_work()) {
      patrol.work();
      patrol.pump();
      continue;
    }
    if (web_.deliver()) {
      patrol.pump();
      continue;
    }
    if (requests_max && web_.log().size() - first_request >= *requests_max) {
      if (cut == Cut::kKill) return round;
      patrol.stop();
      break;
    }
    move_to_next();
    patrol.pump();
  }
  CHECK(!patrol.result().store_error);
  round.ended = clock_.wall();
  round.next_due = next_due_ = patrol.next_due();
  round.rest_due = patrol.rest_due();
  round.summary = patrol.result().summary;
  round.complete = round.summary.complete;
  round.judged_anything = patrol.result().judged_anything;
  round.requests.assign(web_.log().begin() + static_cast<std::ptrdiff_t>(first_request), web_.log().end());
  return round;
}

void RoundHarness::move_to_next() {
  WallTime next = web_.next_at();
  const SteadyTime wake = pump_->wake_at();
  if (wake != SteadyTime::max()) {
    next = std::min(next, clock_.wall() + std::max(Milliseconds(0), wake - clock_.steady()));
  }
  CHECK(next != WallTime::max());
  clock_.move_to(next);
}

HomeRound::State RoundHarness::run_home() {
  PatrolOptions options = options_;
  options.site = site_id(options.home);
  HomeRound round(options, *pump_, *memory_, *store_, clock_);
  CHECK(round.start().ok());
  pump_->pump();
  while (round.state() == HomeRound::State::kUnderWay) {
    if (!web_.deliver()) move_to_next();
    pump_->pump();
  }
  CHECK(!round.store_error());
  return round.state();
}

Round RoundHarness::run_when_due() {
  CHECK(next_due_ != WallTime::max());
  clock_.move_to(next_due_);
  return run();
}

std::vector<Round> RoundHarness::run_for(Milliseconds time) {
  const WallTime end = clock_.wall() + time;
  std::vector<Round> rounds;
  std::deque<WallTime> lately;
  while (std::max(next_due_, clock_.wall()) < end) {
    rounds.push_back(run_when_due());
    lately.push_back(rounds.back().started);
    while (lately.front() + std::chrono::hours(1) < lately.back()) lately.pop_front();
    if (lately.size() > kRoundsAnHourMax) {
      ADD_FAILURE() << "rounds follow each other without end";
      break;
    }
  }
  clock_.move_to(end);
  return rounds;
}

std::vector<Finding> RoundHarness::findings() const {
  const auto site = store_->find_site(site_id(options_.home));
  if (!site) return {};
  auto found = store_->findings(*site);
  CHECK(found.ok());
  return std::move(found).value();
}

std::optional<Finding> RoundHarness::finding(std::string_view rule, std::string_view subject) const {
  for (Finding& each : findings()) {
    if (each.rule == rule && each.subject == subject) return std::move(each);
  }
  return std::nullopt;
}

std::string RoundHarness::state(std::string_view rule, std::string_view subject) const {
  const std::optional<Finding> found = finding(rule, subject);
  return found ? std::string(finding_state_name(found->state)) : "none";
}

UrlRecord RoundHarness::record(const std::string& url) const {
  const auto site = store_->find_site(site_id(options_.home));
  CHECK(site.has_value());
  auto found = store_->url(*site, fingerprint(url_key(url_from_trusted(url))));
  CHECK(found.ok() && found.value().has_value());
  return *found.value();
}

}  // namespace xuncha::test
