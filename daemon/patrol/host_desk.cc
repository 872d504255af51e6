#include "daemon/patrol/host_desk.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "core/digest.h"
#include "core/limits.h"
#include "core/url_shape.h"
#include "crawler/charset.h"
#include "crawler/page_scan.h"
#include "crawler/text_digest.h"
#include "daemon/patrol/patrol_look.h"
#include "detectors/soft_404.h"

namespace xuncha {
namespace {

constexpr int kRobotsHopsMax = 5;                      // RFC 9309 2.3.1.2
constexpr auto kControlAge = std::chrono::minutes(5);  // an older answer says nothing of our network now
constexpr std::size_t kImpossibleNameLetters = 20;     // no page is called so by chance
constexpr std::size_t kRecordDigitsMax = 9;
constexpr std::size_t kForeignRulesMax = 100'000;  // about 0.3 KB each; a usual robots.txt has some dozens

std::string folder_of(const Url& url) {
  const std::string_view path = url.path();
  return std::string(path.substr(0, path.rfind('/') + 1));
}

// The query with `number` in place of every value that is a number of up to nine digits; unchanged without one.
std::string query_with(std::string_view query, const std::string& number) {
  std::string changed;
  for (std::size_t at = 0; at <= query.size();) {
    const std::size_t end = std::min(query.find('&', at), query.size());
    const std::string_view pair = query.substr(at, end - at);
    const std::string_view value = pair.substr(std::min(pair.find('='), pair.size() - 1) + 1);
    const bool is_number = !value.empty() && value.size() <= kRecordDigitsMax && value.size() < pair.size() &&
                           value.find_first_not_of("0123456789") == std::string_view::npos;
    changed.append(at == 0 ? "" : "&").append(pair.substr(0, pair.size() - (is_number ? value.size() : 0)));
    if (is_number) changed.append(number);
    at = end + 1;
  }
  return changed;
}

// Does the URL ask a program for one record ("show.asp?id=12")?
bool asks_for_record(const Url& url) {
  static constexpr std::string_view kPrograms[] = {"asp", "aspx", "jsp", "php", "do", "action", "ashx", "jspx"};
  const std::string extension = path_extension(url);
  const bool is_program = std::find(std::begin(kPrograms), std::end(kPrograms), extension) != std::end(kPrograms);
  return is_program && query_with(url.query(), "x") != url.query();
}

// Did the request end before the host itself was heard?
bool is_unreachable(TransportError error) {
  return error == TransportError::kDnsNxdomain || error == TransportError::kDnsFailure ||
         error == TransportError::kConnectRefused || error == TransportError::kConnectTimeout ||
         error == TransportError::kConnectFailure;
}

FetchRequest request_of(const Url& url, FetchClass fetch_class) {
  FetchRequest request;
  request.url = url;
  request.fetch_class = fetch_class;
  return request;
}

}  // namespace

PageLooks looks_of(const FetchOutcome& outcome) {
  DecodeOptions options;
  options.content_type = outcome.header("content-type");
  const PageFacts facts = scan_page(std::make_unique<DecodedText>(decode_document(outcome.body, options)));
  return {.simhash = simhash64(facts.visible_text),
          .characters = facts.text_characters,
          .title_hash = facts.title.empty() ? 0 : hash64(facts.title),
          .final_url = {}};
}

HostDesk::HostDesk(PoliteFetcher& fetcher, Frontier& frontier, const Clock& clock, HostDeskOptions options)
    : fetcher_(fetcher), frontier_(frontier), clock_(clock), options_(std::move(options)), random_(options_.seed) {}

HostId HostDesk::host_of(const Url& url, bool in_scope) {
  const std::string origin = url.origin();
  const HostId host = frontier_.host(origin);
  constexpr std::uint32_t kNowhere = 0xFFFF'FFFF;
  if (host >= places_.size()) places_.resize(host + 1, kNowhere);
  if (places_[host] == kNowhere) {
    places_[host] = static_cast<std::uint32_t>(hosts_.size());
    hosts_.emplace_back();
    hosts_.back().id = host;
    hosts_.back().origin = origin;
  }
  Host& state = (*this)[host];
  if (in_scope && !state.in_scope && options_.pace) frontier_.set_pace(host, *options_.pace);
  state.in_scope = state.in_scope || in_scope;
  return host;
}

// Asks the host for its robots.txt, unless what is remembered of it will do.
void HostDesk::get_to_know(HostId host, const Url& url) {
  Host& state = (*this)[host];
  if (state.asked) return;
  state.asked = true;
  const HostMemory::Entry* known = options_.memory ? options_.memory->find(state.origin, clock_.wall()) : nullptr;
  // Whoever could not be reached may be there again, and forbid something. A host elsewhere that has not answered for
  // long (its breaker is open) is asked anew too: by one probe, and what comes of it stands for the whole round.
  const bool is_in_doubt =
      !state.in_scope && known != nullptr && (known->robots.unreachable || frontier_.breaker_open(host));
  if (known == nullptr || is_in_doubt || (state.in_scope && !known->root)) return ask_robots(host, url, kRobotsHopsMax);
  if (state.in_scope) state.root = *known->root;
  if (state.in_scope) state.root_url = known->root_url;
  admit_by(host, known->robots);
  make_ready(host);
}

bool HostDesk::may_be_asked(const Host& state, const Url& url) const {
  // Who owns a site may lift its own robots.txt, not those of the hosts that it links to.
  if (state.in_scope && !options_.obey_robots) return true;
  switch (state.access) {
    case RobotsAccess::kAllowAll:
      return true;
    case RobotsAccess::kDisallowAll:
      return false;
    case RobotsAccess::kRules:
      return state.rules.judge(url.path_and_query()).allowed;
  }
  return true;
}

HostDesk::Admission HostDesk::admit(UrlNumber number, const Url& url, HostId host, bool is_home) {
  get_to_know(host, url);
  Host& state = (*this)[host];
  if (!state.ready) {
    state.held.push_back(number);
    return Admission::kHeld;
  }
  return is_home || may_be_asked(state, url) ? Admission::kReady : Admission::kRobots;
}

void HostDesk::when_known(const Url& url, HostId host, std::function<void(bool)> then) {
  get_to_know(host, url);
  Host& state = (*this)[host];
  if (state.ready) return then(may_be_asked(state, url));
  state.held_calls.push_back([this, url, host, then = std::move(then)] { then(may_be_asked((*this)[host], url)); });
}

void HostDesk::ask_robots(HostId host, const Url& url, int hops) {
  const UrlParse robots = hops == kRobotsHopsMax ? parse_url("/robots.txt", &url) : UrlParse{url, {}};
  if (!robots.url) return make_ready(host);
  // A redirect may lead to another host: that host's own turn is asked for, the answer counts for this one.
  const HostId asked = hops == kRobotsHopsMax ? host : host_of(url, false);
  FetchRequest request = request_of(*robots.url, FetchClass::kRobots);
  request.verify_tls = !(*this)[asked].unverified;
  const bool in_scope = (*this)[host].in_scope;
  Lane lane = in_scope ? Lane::kHome : Lane::kExternal;
  if (!in_scope && frontier_.breaker_open(asked)) lane = Lane::kProbe;
  const auto read = [this, host, asked, hops, url, at = *robots.url](const FetchOutcome& outcome) {
    // A fault of the certificate is told as such; it hides neither robots.txt nor the pages behind it.
    if (is_certificate_fault(outcome.error) && !(*this)[asked].unverified) {
      (*this)[asked].unverified = true;
      if ((*this)[asked].in_scope && on_certificate_) on_certificate_(asked, outcome);
      return ask_robots(host, url, hops);
    }
    if (outcome.error == TransportError::kNone && is_redirect_status(outcome.status) && hops > 0) {
      const UrlParse next = parse_url(outcome.header("location"), &at);
      if (next.url) return ask_robots(host, *next.url, hops - 1);
    }
    robots_known(host, outcome);
  };
  fetcher_.ask(asked, lane, std::move(request), read);
}

void HostDesk::take_robots(HostId host, const FetchOutcome& outcome) {
  RobotsAnswer answer{.status = outcome.status, .unreachable = outcome.error != TransportError::kNone, .text = {}};
  if (outcome.status == 200 && !answer.unreachable) answer.text = outcome.body;
  admit_by(host, answer);
  if (options_.memory) options_.memory->keep_robots((*this)[host].origin, std::move(answer), clock_.wall());
}

void HostDesk::robots_known(HostId host, const FetchOutcome& outcome) {
  note(host, outcome);
  take_robots(host, outcome);
  if (on_robots_) on_robots_(host);
  const Host& known = (*this)[host];
  if (!known.in_scope || outcome.error != TransportError::kNone) return make_ready(host);
  if (!may_be_asked(known, url_from_trusted(known.origin + "/" + impossible_name() + ".html"))) {
    if (options_.memory) options_.memory->keep_root(known.origin, {}, {}, clock_.wall());
    return make_ready(host);
  }
  ask_baseline(
      host, [this] { return "/" + impossible_name() + ".html"; },
      [this, host](NegativeBaseline baseline, std::vector<Attempt> attempts, std::string url) {
        Host& state = (*this)[host];
        state.root = std::move(baseline);
        state.root_attempts = std::move(attempts);
        state.root_url = std::move(url);
        if (options_.memory) options_.memory->keep_root(state.origin, state.root, state.root_url, clock_.wall());
        make_ready(host);
      });
}

void HostDesk::admit_by(HostId host, const RobotsAnswer& answer) {
  Host& state = (*this)[host];
  state.robots_status = answer.status;
  state.robots_unreachable = answer.unreachable;
  // A host that cannot be reached at all is judged by its pages' own requests, not hidden behind its robots.txt.
  state.access = answer.unreachable && !state.in_scope ? RobotsAccess::kAllowAll
                                                       : robots_access(answer.status, answer.unreachable);
  if (state.access != RobotsAccess::kRules) return;
  state.rules = RobotsRules::parse(answer.text, options_.agent_token);
  if (!state.in_scope) keep_foreign_rules(host);
  if (const std::optional<double> seconds = state.rules.crawl_delay()) {
    frontier_.set_crawl_delay(host, Milliseconds(static_cast<std::int64_t>(std::min(*seconds, 86'400.0) * 1000)));
  }
}

// Hosts elsewhere cost nothing to invent: with 512 KB of rules each, some hundreds of them would fill the memory. The
// oldest are forgotten; their robots.txt is asked for again where another link leads there.
void HostDesk::keep_foreign_rules(HostId host) {
  foreign_ruled_.push_back(host);
  foreign_rules_ += (*this)[host].rules.rule_count();
  while (foreign_rules_ > kForeignRulesMax && foreign_ruled_.front() != host) {
    Host& oldest = (*this)[foreign_ruled_.front()];
    foreign_ruled_.pop_front();
    foreign_rules_ -= oldest.rules.rule_count();
    oldest.rules = {};
    oldest.asked = oldest.ready = false;
  }
}

void HostDesk::make_ready(HostId host) {
  (*this)[host].ready = true;
  std::vector<UrlNumber> held = std::move((*this)[host].held);
  (*this)[host].held.clear();
  for (const UrlNumber number : held) on_ready_(number);
  const std::vector<std::function<void()>> calls = std::move((*this)[host].held_calls);
  (*this)[host].held_calls.clear();
  for (const auto& call : calls) call();
}

void HostDesk::note_before(HostId host) {
  Host& state = (*this)[host];
  if (!state.answered_before && options_.memory != nullptr) options_.memory->note_elsewhere_before(state.origin);
  state.answered_before = true;
}

void HostDesk::note(HostId host, const FetchOutcome& outcome) {
  Host& state = (*this)[host];
  if (outcome.error == TransportError::kNone) {
    state.answered = clock_.steady();
    state.in_vain.reset();
    state.address = outcome.attempt.address;
    state.dead.reset();
    if (!state.in_scope && options_.memory != nullptr) options_.memory->note_elsewhere(state.origin);
  } else if (!state.in_scope && is_unreachable(outcome.error) && !state.answered && !state.dead) {
    state.dead = outcome;
  }
}

std::string HostDesk::impossible_name() {
  static constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::string name;
  for (std::size_t index = 0; index < kImpossibleNameLetters; ++index) {
    name.push_back(kLetters[random_() % kLetters.size()]);
  }
  return name;
}

// The URL with other numbers of nine digits: nothing has those but by the rarest chance.
std::string HostDesk::impossible_record(const Url& url) {
  const std::string number = std::to_string(900'000'000 + random_() % 99'999'999);
  return std::string(url.path()) + "?" + query_with(url.query(), number);
}

void HostDesk::ask_baseline(HostId host, const std::function<std::string()>& impossible,
                            std::function<void(NegativeBaseline, std::vector<Attempt>, std::string)> handler) {
  (*this)[host].baseline_requests += 2;
  struct Pair {
    std::vector<FetchOutcome> outcomes;
    std::vector<Url> urls;
    std::function<void(NegativeBaseline, std::vector<Attempt>, std::string)> handler;
  };
  auto pair = std::make_shared<Pair>();
  pair->handler = std::move(handler);
  for (int index = 0; index < 2; ++index) {
    const Url url = url_from_trusted((*this)[host].origin + impossible());
    FetchRequest request = request_of(url, FetchClass::kPage);
    request.verify_tls = !(*this)[host].unverified;
    fetcher_.ask(host, Lane::kConfirmation, std::move(request), [this, host, pair, url](FetchOutcome outcome) {
      note(host, outcome);
      pair->outcomes.push_back(std::move(outcome));
      pair->urls.push_back(url);
      if (pair->outcomes.size() < 2) return;
      pair->handler(baseline_of(pair->outcomes[0], pair->urls[0], pair->outcomes[1], pair->urls[1]),
                    {pair->outcomes[0].attempt, pair->outcomes[1].attempt}, pair->urls[0].href());
    });
  }
}

NegativeBaseline baseline_of(const FetchOutcome& first, const Url& first_url, const FetchOutcome& second,
                             const Url& second_url) {
  using Answer = NegativeBaseline::Answer;
  NegativeBaseline baseline;
  if (first.error != TransportError::kNone || second.error != TransportError::kNone) return baseline;
  const auto is_plain_refusal = [](const FetchOutcome& outcome) {
    return outcome.status == 404 || outcome.status == 410;
  };
  if (is_plain_refusal(first) && is_plain_refusal(second)) {
    baseline.answer = Answer::kHonest;
    return baseline;
  }
  if (is_redirect_status(first.status) && is_redirect_status(second.status)) {
    const UrlParse one = parse_url(first.header("location"), &first_url);
    const UrlParse two = parse_url(second.header("location"), &second_url);
    if (!one.url || !two.url) return baseline;
    baseline.answer = Answer::kRedirect;
    // A redirect that keeps the path (to https, to www.) says nothing of missing pages.
    if (!(*one.url == *two.url)) {
      baseline.answer = Answer::kUnknown;
      return baseline;
    }
    baseline.looks.final_url = one.url->without_fragment();
    baseline.steady = true;
    return baseline;
  }
  if (first.status == 200 && second.status == 200) {
    baseline.answer = Answer::kPage;
    baseline.looks = looks_of(first);
    const PageLooks other = looks_of(second);
    baseline.second_characters = other.characters;
    baseline.steady = looks_alike(baseline.looks, other);
    if (!baseline.steady && baseline.looks.title_hash != other.title_hash) baseline.looks.title_hash = 0;
    return baseline;
  }
  return baseline;
}

void HostDesk::baseline(const Url& url, HostId host, std::function<void(const NegativeBaseline&)> handler) {
  const std::string folder = folder_of(url);
  const std::string extension = path_extension(url);
  const std::string suffix = extension.empty() ? "" : "." + extension;
  const auto of_program = [this, url, host, handler = std::move(handler)](const NegativeBaseline& found) {
    const bool is_honest = found.answer == NegativeBaseline::Answer::kHonest;
    if (!is_honest || !asks_for_record(url)) return handler(found);
    baseline_by(
        std::string(url.path()) + "?", url, host, [this, url] { return impossible_record(url); },
        [handler](NegativeBaseline of_record) {
          of_record.of_record = true;
          handler(of_record);
        });
  };
  baseline_by(
      folder + "*." + extension, url, host, [this, folder, suffix] { return folder + impossible_name() + suffix; },
      of_program);
}

void HostDesk::baseline_by(const std::string& key, const Url& url, HostId host,
                           const std::function<std::string()>& impossible,
                           std::function<void(const NegativeBaseline&)> handler) {
  Host& state = (*this)[host];
  if (const auto known = state.folders.find(key); known != state.folders.end()) return handler(known->second);
  const bool is_asked_enough =
      state.baseline_requests + 2 > static_cast<std::uint32_t>(limits::kSoft404ProbesPerHostMax);
  if (is_asked_enough || !may_be_asked(state, url)) return handler(state.root);
  auto& waiting = state.waiting[key];
  waiting.push_back(std::move(handler));
  if (waiting.size() > 1) return;
  ask_baseline(host, impossible,
               [this, host, key](NegativeBaseline found, const std::vector<Attempt>&, const std::string&) {
                 Host& asked = (*this)[host];
                 const NegativeBaseline& kept = asked.folders[key] = std::move(found);
                 auto handlers = std::move(asked.waiting[key]);
                 asked.waiting.erase(key);
                 for (auto& each : handlers) each(kept);
               });
}

bool HostDesk::is_elsewhere(const Host& other, const Host& asked) const {
  if (&other == &asked || other.in_scope) return false;
  const UrlParse one = parse_url(other.origin);
  const UrlParse two = parse_url(asked.origin);
  if (!one.url || !two.url || one.url->host() == two.url->host()) return false;
  const std::string domain = registrable_domain(one.url->host());
  if (!domain.empty() && domain == registrable_domain(two.url->host())) return false;
  return !asked.address || !other.address || !(*asked.address == *other.address);
}

bool HostDesk::another_answered(HostId host, SteadyTime now) const {
  return std::any_of(hosts_.begin(), hosts_.end(), [&](const Host& other) {
    return other.answered && now - *other.answered <= kControlAge && is_elsewhere(other, (*this)[host]);
  });
}

bool HostDesk::may_be_control(const Host& host) const {
  return !host.dead && (!host.in_vain || clock_.steady() - *host.in_vain > kControlAge);
}

std::optional<HostId> HostDesk::control_for(HostId host) {
  const Host* best = nullptr;
  for (const Host& candidate : hosts_) {
    if (!may_be_control(candidate) || (!candidate.answered && !candidate.answered_before)) continue;
    if (!is_elsewhere(candidate, (*this)[host])) continue;
    if (best == nullptr || candidate.answered > best->answered) best = &candidate;  // no answer is less than any
  }
  if (best != nullptr || options_.memory == nullptr) return best == nullptr ? std::nullopt : std::optional(best->id);
  // A site that was never read knows nobody elsewhere; other sites do.
  for (const std::string& origin : options_.memory->answered_elsewhere()) {
    const UrlParse parsed = parse_url(origin);
    if (!parsed.url) continue;
    const HostId other = host_of(*parsed.url, /*in_scope=*/false);
    if (may_be_control((*this)[other]) && is_elsewhere((*this)[other], (*this)[host])) return other;
  }
  return std::nullopt;
}

}  // namespace xuncha
