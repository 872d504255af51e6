// A patrol's look at the scheme that is not the home page's own: https of a portal reached by http, and the reverse.
#include <algorithm>
#include <utility>

#include "crawler/portal/page_kind.h"
#include "daemon/patrol/page_reader.h"
#include "daemon/patrol/patrol.h"
#include "daemon/patrol/patrol_look.h"
#include "detectors/link_status.h"
#include "detectors/other_scheme.h"

namespace xuncha {
namespace {

constexpr auto kLookInterval = std::chrono::hours(24);
// Hops that are followed within one scheme: to www. and to the index page. A look is one or two requests where nothing
// is amiss, three where nobody listens, and twelve at the most: four sights with their hops.
constexpr int kHopsMax = 2;

UrlScheme other_than(UrlScheme scheme) {
  return scheme == UrlScheme::kHttps ? UrlScheme::kHttp : UrlScheme::kHttps;
}

std::string_view prefix_of(UrlScheme scheme) {
  return scheme == UrlScheme::kHttps ? "https://" : "http://";
}

// The same address under the other scheme; on default ports only, since no other port has a twin.
std::optional<Url> under_other_scheme(const Url& url) {
  if (!url.has_default_port() || parse_address(url.host())) return std::nullopt;
  return parse_url(std::string(prefix_of(other_than(url.scheme()))) + std::string(url.host_and_port()) +
                   std::string(url.path_and_query()))
      .url;
}

// Where an answer sends its reader.
std::optional<Url> sent_on(const FetchOutcome& outcome, const PageReading& reading, const Url& from) {
  if (is_redirect_status(outcome.status)) return parse_location(outcome.header("location"), from).url;
  if (!reading.scanned || outcome.status != 200) return std::nullopt;
  const std::string_view reference = sends_on_to(reading.facts);
  return reference.empty() ? std::nullopt : parse_url(reference, &from).url;
}

}  // namespace

struct Patrol::SchemeLook {
  Url other;
  Url home;
  HostId home_host;
  SchemeFacts facts;
};

bool Patrol::is_scheme_due() const {
  if (!options_.last_scheme_look || !options_.rules.wants("site.tls")) return false;
  const WallTime now = clock_.wall();
  const WallTime last = *options_.last_scheme_look;
  return !options_.continuous || last > now || now - last >= kLookInterval;
}

void Patrol::look_at_other_scheme() {
  if (!is_scheme_due()) return;
  const Target& shown = targets_[goal_of(home_)];
  const bool is_seen = shown.record.patrol_visited == patrol_.number && verdict_of(shown.record.reason) == Verdict::kOk;
  if (!is_seen) return;
  const Url home = url_from_trusted(shown.record.url);
  if (options_.home.scheme() != home.scheme()) return saw_other_scheme(options_.home, SchemeState::kRedirect);
  const std::optional<Url> other = under_other_scheme(options_.home);
  if (!other || options_.exclude.matches(std::string(other->without_fragment()))) return;
  const std::string_view prefix = prefix_of(other->scheme());
  const auto& hosts = desk_.all();
  auto look = std::make_shared<SchemeLook>(SchemeLook{*other, home, shown.host, {}});
  look->facts.others_answer = std::any_of(hosts.begin(), hosts.end(), [prefix](const HostDesk::Host& host) {
    return host.origin.starts_with(prefix) && (host.answered || host.answered_before);
  });
  step_scheme(look);
}

void Patrol::step_scheme(const std::shared_ptr<SchemeLook>& look) {
  const SchemeJudgement judgement = judge_other_scheme(look->facts);
  switch (judgement.need) {
    case SchemeNeed::kNothing:
      return saw_other_scheme(look->other, judgement.state, judgement.reason);
    case SchemeNeed::kOther:
      return ask_scheme(look, look->facts.other, look->other, 0);
    case SchemeNeed::kHome:
      return ask_scheme(look, look->facts.home, look->home, 0);
    case SchemeNeed::kOtherAgain:
      return ask_scheme(look, look->facts.other_again, look->other, 0);
    case SchemeNeed::kHomeAgain:
      return ask_scheme(look, look->facts.home_again, look->home, 0);
  }
}

// A home page is asked for whatever robots.txt says (RFC 9309 rules crawling); where it sends on to is a page like
// others, by the robots.txt of its host or, where nothing of the site made us ask for that, of the home page's.
void Patrol::ask_scheme(const std::shared_ptr<SchemeLook>& look, std::optional<SchemeSight>& sight, const Url& url,
                        int hops) {
  const HostId host = desk_.host_of(url, /*in_scope=*/true);
  const HostDesk::Host& ruled_by = desk_[desk_[host].ready ? host : look->home_host];
  const bool is_excluded = options_.exclude.matches(std::string(url.without_fragment()));
  if (hops > 0 && (is_excluded || !desk_.may_be_asked(ruled_by, url))) {
    sight.emplace().reason = {is_excluded ? ReasonCode::kExcluded : ReasonCode::kRobots, 0};
    return step_scheme(look);
  }
  FetchRequest request;
  request.url = url;
  request.verify_tls = url.scheme() == look->other.scheme() || !desk_[host].unverified;
  fetcher_.ask(
      host, Lane::kConfirmation, std::move(request), [this, look, &sight, url, hops](const FetchOutcome& outcome) {
        const PageReading reading = outcome.error == TransportError::kNone ? read_answer(outcome, {}) : PageReading{};
        sight.emplace();
        if (outcome.error != TransportError::kNone) {
          sight->reason = reason_of(outcome.error);
          return step_scheme(look);
        }
        const std::optional<Url> next = sent_on(outcome, reading, url);
        if (next && !scope_.contains(*next)) {
          sight->leads = SchemeSight::Leads::kElsewhere;
        } else if (next && next->scheme() != url.scheme()) {
          sight->leads = SchemeSight::Leads::kToPortal;
        } else if (next && hops == kHopsMax) {
          sight->leads = SchemeSight::Leads::kTooFar;
        } else if (next) {
          return ask_scheme(look, sight, *next, hops + 1);
        } else if (is_redirect_status(outcome.status)) {
          sight->reason = {ReasonCode::kRedirectWithoutLocation, 0};
        } else {
          Target target;
          target.in_scope = true;
          sight->reason = judge_link(facts_of_answer(target, url, outcome, reading)).reason;
          sight->html = reading.scanned;
          if (reading.scanned) sight->page = sketch_of(reading.facts);
        }
        step_scheme(look);
      });
}

void Patrol::saw_other_scheme(const Url& url, SchemeState state, Reason reason) {
  patrol_.other_scheme = {
      .url = std::string(url.without_fragment()), .state = state, .reason = reason, .seen = clock_.wall()};
  result_.site.other_scheme = patrol_.other_scheme;
}

}  // namespace xuncha
