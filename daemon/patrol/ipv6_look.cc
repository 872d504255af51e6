#include "daemon/patrol/ipv6_look.h"

#include <algorithm>
#include <set>
#include <utility>

#include "core/limits.h"
#include "daemon/patrol/page_reader.h"
#include "daemon/patrol/patrol_look.h"
#include "detectors/link_status.h"

namespace xuncha {
namespace {

// Hosts elsewhere whose addresses are looked up, and those that are asked, until one answers over IPv6.
constexpr std::size_t kControlNamesMax = 30;
constexpr int kControlsMax = 3;
// Hosts that one home page loads from; honest ones have below ten.
constexpr std::size_t kLoadedHostsMax = 40;

constexpr std::size_t kProofBytesMax = 4096;  // that there is an answer is enough

// What a browser loads into the page, frames included.
bool is_loaded(const Link& link) {
  return link.role == LinkRole::kResource || link.tag == "iframe" || link.tag == "frame" || link.tag == "embed" ||
         link.tag == "object";
}

std::string host_and_port(const Url& url) {
  return std::string(url.host_and_port());
}

std::string literal_origin(const Url& url, const IpAddress& address) {
  const std::string port = url.has_default_port() ? "" : ":" + std::to_string(url.port());
  const std::string_view scheme = url.scheme() == UrlScheme::kHttps ? "https" : "http";
  return std::string(scheme) + "://[" + format_ipv6_hex(address.bytes) + "]" + port;
}

}  // namespace

// One way along the redirects.
struct Ipv6Look::Chain {
  Family family;
  std::optional<Ipv6Leg>& leg;
  Url url;
  Ipv6Leg so_far;
  std::set<std::string> seen;
};

Ipv6Look::Ipv6Look(Ipv6Wish wish, Place place, Url home, int sights, bool look_twice, Sight on_sight,
                   LinksSeen on_links)
    : wish_(std::move(wish)),
      place_(std::move(place)),
      home_(std::move(home)),
      sights_left_(sights),
      look_twice_(look_twice),
      on_sight_(std::move(on_sight)),
      on_links_(std::move(on_links)) {
  facts_.has_route = wish_.has_route;
}

Ipv6Look::~Ipv6Look() = default;

void Ipv6Look::begin() {
  if (!facts_.has_route || place_.network == nullptr) return step();
  place_.network->ask(Family::kIpv6, [this, alive = std::weak_ptr(alive_)](NetworkState state) {
    if (alive.expired()) return;
    if (state == NetworkState::kWell) facts_.proof_by = "anchors";
    if (state == NetworkState::kWell) facts_.proof = Ipv6Proof::kProven;
    if (state == NetworkState::kDown) facts_.proof = Ipv6Proof::kDown;
    step();
  });
}

// Answers may come at once: then the loop goes on where the call stands.
void Ipv6Look::step() {
  again_ = true;
  if (stepping_) return;
  stepping_ = true;
  while (again_ && !done_) {
    again_ = false;
    const Ipv6Judgement judgement = judge_ipv6(facts_);
    switch (judgement.need) {
      case Ipv6Need::kAddresses:
        ask_addresses();
        break;
      case Ipv6Need::kIpv4:
        ask_leg(Family::kIpv4, facts_.ipv4);
        break;
      case Ipv6Need::kIpv6:
        ask_leg(Family::kIpv6, facts_.ipv6);
        break;
      case Ipv6Need::kIpv4Again:
        ask_leg(Family::kIpv4, facts_.ipv4_again);
        break;
      case Ipv6Need::kProof:
        ask_proof();
        break;
      case Ipv6Need::kResources:
        ask_resources();
        break;
      case Ipv6Need::kNothing:
        end_sight(judgement);
        break;
    }
  }
  stepping_ = false;
}

void Ipv6Look::end_sight(const Ipv6Judgement& judgement) {
  --sights_left_;
  status_ = {.stage = judgement.stage, .doubt = judgement.doubt, .v4_only_hosts = judgement.v4_only_hosts};
  if (judgement.stage != Ipv6Stage::kUnknown) on_sight_(judgement, evidence_of(judgement));
  const bool looks_again = judgement.stage != Ipv6Stage::kUnknown && (!judgement.rule.empty() || look_twice_);
  if (sights_left_ <= 0 || !looks_again) return ask_name_servers();
  // All anew but what our anchors said some seconds ago.
  Ipv6Facts facts;
  facts.has_route = facts_.has_route;
  if (facts_.proof_by == "anchors") {
    facts.proof = facts_.proof;
    facts.proof_by = facts_.proof_by;
  }
  facts_ = std::move(facts);
  loaded_.clear();
  again_ = true;
}

bool Ipv6Look::own_ipv6_is_proven() const {
  return facts_.proof == Ipv6Proof::kProven || (facts_.ipv6 && facts_.ipv6->error == TransportError::kNone);
}

// The last rung, of which nothing is told but how it stands.
void Ipv6Look::ask_name_servers() {
  if (!own_ipv6_is_proven()) return begin_links();
  const auto permitted = [policy = place_.policy, ranges = wish_.permitted](const IpAddress& address) {
    return unusable_ipv6(address, ranges) == nullptr && (!policy || policy->judge(address).allowed);
  };
  wish_.names->name_servers(home_.host(), permitted, [this, alive = std::weak_ptr(alive_)](const ZoneView& view) {
    if (alive.expired() || done_) return;
    if (!view.servers.empty()) {
      Ipv6NameServers& seen = status_.name_servers.emplace();
      seen.zone = view.zone;
      for (const NameServer& each : view.servers) {
        ++seen.all;
        if (each.answers) ++seen.over_ipv6;
        if (!each.answers) seen.without.push_back(each.name);
      }
    }
    begin_links();
  });
}

Evidence Ipv6Look::evidence_of(const Ipv6Judgement& judgement) const {
  Evidence evidence;
  if (facts_.ipv4) evidence.attempts.push_back(facts_.ipv4->attempt);
  if (facts_.ipv4_again) evidence.attempts.push_back(facts_.ipv4_again->attempt);
  if (facts_.ipv6) {
    evidence.attempts.push_back(facts_.ipv6->attempt);
    evidence.redirects = facts_.ipv6->redirects;
    if (judgement.stage == Ipv6Stage::kHttp || judgement.stage == Ipv6Stage::kContent)
      evidence.excerpt = facts_.ipv6->excerpt;
  } else {
    if (facts_.ipv4_addresses) evidence.attempts.push_back(facts_.ipv4_addresses->attempt);
    if (facts_.ipv6_addresses) evidence.attempts.push_back(facts_.ipv6_addresses->attempt);
  }
  evidence.compared = judgement.compared;
  evidence.limit = judgement.limit;
  evidence.control = facts_.proof_by;
  for (const std::string& host : judgement.v4_only_hosts) {
    if (evidence.excerpt.size() + host.size() + 2 > limits::kExcerptBytesMax) break;
    evidence.excerpt.append(evidence.excerpt.empty() ? "" : ", ").append(host);
  }
  return evidence;
}

AddressFacts Ipv6Look::facts_of(HostAddresses found, Family family) const {
  if (place_.policy) found.refuse_by(*place_.policy);
  AddressFacts facts;
  facts.error = found.error;
  facts.unusable = found.refused;
  facts.unusable_range = found.refused_range;
  for (const Endpoint& endpoint : found.endpoints) {
    const UnusableRange* range = unusable_ipv6(endpoint.address, wish_.permitted);
    if (range == nullptr) {
      facts.usable.push_back(endpoint.address);
    } else if (!facts.unusable) {
      facts.unusable = endpoint.address;
      facts.unusable_range = range->cidr;
    }
  }
  if (facts.error == TransportError::kNone && facts.usable.empty()) facts.error = TransportError::kAddressRefused;
  facts.attempt = {.at = place_.clock.wall(), .phase = Phase::kDns, .family = family, .address = {}, .error = {}};
  if (!facts.usable.empty()) {
    facts.attempt.address = facts.usable.front();
  } else {
    facts.attempt.address = facts.unusable;
    facts.attempt.error = std::string(transport_error_name(facts.error));
    if (!found.words.empty()) facts.attempt.error += ": " + found.words;
  }
  return facts;
}

void Ipv6Look::resolve(const Url& url, Family family, std::function<void(AddressFacts)> then) {
  const WallTime asked = place_.clock.wall();
  wish_.names->resolve(
      url.host(), url.port(), family,
      [this, alive = std::weak_ptr(alive_), family, asked, then = std::move(then)](HostAddresses found) {
        if (alive.expired() || done_) return;
        AddressFacts facts = facts_of(std::move(found), family);
        facts.attempt.seconds = std::chrono::duration<double>(place_.clock.wall() - asked).count();
        then(std::move(facts));
      });
}

void Ipv6Look::ask_addresses() {
  resolve(home_, Family::kIpv4, [this](AddressFacts v4) {
    facts_.ipv4_addresses = std::move(v4);
    resolve(home_, Family::kIpv6, [this](AddressFacts v6) {
      facts_.ipv6_addresses = std::move(v6);
      step();
    });
  });
}

void Ipv6Look::ask_leg(Family family, std::optional<Ipv6Leg>& leg) {
  ask_hop(std::make_shared<Chain>(Chain{.family = family, .leg = leg, .url = home_, .so_far = {}, .seen = {}}));
}

// Over IPv6 each address has a queue of its own: its failures open no breaker of the host over IPv4, and sites that
// share an address share its manners.
HostId Ipv6Look::queue_of(const Url& url, const IpAddress& address, bool in_scope) {
  const HostId queue = place_.frontier.host(literal_origin(url, address));
  if (in_scope && place_.pace) place_.frontier.set_pace(queue, *place_.pace);
  place_.frontier.set_address(queue, format_address(address));
  return queue;
}

void Ipv6Look::ask_hop(const std::shared_ptr<Chain>& chain) {
  chain->seen.insert(std::string(chain->url.without_fragment()));
  const bool in_scope = place_.scope.contains(chain->url);
  if (chain->family == Family::kIpv4) return send_hop(chain, place_.desk.host_of(chain->url, in_scope));
  resolve(chain->url, Family::kIpv6, [this, chain, in_scope](const AddressFacts& found) {
    if (found.error == TransportError::kNone)
      return send_hop(chain, queue_of(chain->url, found.usable.front(), in_scope));
    FetchOutcome outcome;
    outcome.error = found.error;
    outcome.attempt = found.attempt;
    chain->so_far.unusable = found.unusable;
    chain->so_far.unusable_range = found.unusable_range;
    end_leg(chain, outcome);
  });
}

void Ipv6Look::send_hop(const std::shared_ptr<Chain>& chain, HostId queue) {
  FetchRequest request;
  request.url = chain->url;
  request.family = chain->family;
  const HostId host = place_.desk.host_of(chain->url, place_.scope.contains(chain->url));
  request.verify_tls = !place_.desk[host].unverified;
  // The probe lane also while a breaker is open: at most a few requests a look.
  const Lane lane = chain->family == Family::kIpv6 ? Lane::kProbe : Lane::kConfirmation;
  place_.fetcher.ask(queue, lane, std::move(request),
                     [this, alive = std::weak_ptr(alive_), chain](const FetchOutcome& outcome) {
                       if (!alive.expired() && !done_) answered(chain, outcome);
                     });
}

void Ipv6Look::answered(const std::shared_ptr<Chain>& chain, const FetchOutcome& outcome) {
  if (outcome.error != TransportError::kNone || !is_redirect_status(outcome.status)) return end_leg(chain, outcome);
  const UrlParse next = parse_location(outcome.header("location"), chain->url);
  if (!next.url) {
    chain->so_far.redirect_fault = {ReasonCode::kRedirectWithoutLocation, 0};
    return end_leg(chain, outcome);
  }
  chain->so_far.redirects.push_back({outcome.status, std::string(next.url->without_fragment())});
  if (chain->seen.count(std::string(next.url->without_fragment())) > 0) {
    chain->so_far.redirect_fault = {ReasonCode::kRedirectLoop, 0};
    // A gateway that tests for cookies sends everyone in a circle who keeps none, as we do.
    chain->so_far.challenge = !outcome.header("set-cookie").empty();
    return end_leg(chain, outcome);
  }
  if (chain->so_far.redirects.size() > static_cast<std::size_t>(limits::kRedirectsMax)) {
    chain->so_far.redirect_fault = {ReasonCode::kRedirectLimit, 0};
    return end_leg(chain, outcome);
  }
  if (place_.is_excluded(*next.url) || (!place_.external && !place_.scope.contains(*next.url))) {
    FetchOutcome nothing;  // where nobody may send us nothing is known
    nothing.error = TransportError::kEngineError;
    nothing.attempt = outcome.attempt;
    return end_leg(chain, nothing);
  }
  chain->url = *next.url;
  ask_hop(chain);
}

void Ipv6Look::end_leg(const std::shared_ptr<Chain>& chain, const FetchOutcome& outcome) {
  Ipv6Leg& leg = chain->so_far;
  leg.error = outcome.error;
  leg.status = outcome.status;
  leg.attempt = outcome.attempt;
  leg.has_retry_after = !outcome.header("retry-after").empty();
  leg.cut = outcome.body_cut;
  leg.final_url = url_key(chain->url);
  leg.shown_url = chain->url.without_fragment();
  if (outcome.error == TransportError::kNone) {
    const PageReading reading = read_answer(outcome, {});
    leg.html = reading.scanned;
    leg.challenge = leg.challenge || !reading.wording.challenge.empty();
    if (reading.scanned) {
      leg.page = sketch_of(reading.facts);
      leg.excerpt = cut_utf8(reading.facts.visible_text, limits::kExcerptBytesMax);
    }
    if (chain->family == Family::kIpv4 && !facts_.ipv4 && reading.scanned) note_loaded(chain->url, reading.facts);
  }
  chain->leg = std::move(leg);
  step();
}

// The hosts that the page loads from, each by its first reference.
void Ipv6Look::note_loaded(const Url& page, const PageFacts& facts) {
  const UrlParse base = facts.base.empty() ? UrlParse{} : parse_url(facts.base, &page);
  const Url& against = base.url ? *base.url : page;
  std::set<std::string> hosts = {host_and_port(page)};
  for (const Link& link : facts.links) {
    if (!is_loaded(link) || loaded_.size() >= kLoadedHostsMax) continue;
    const UrlParse parsed = parse_url(link.raw, &against);
    if (!parsed.url || place_.is_excluded(*parsed.url)) continue;
    if (hosts.insert(host_and_port(*parsed.url)).second) loaded_.push_back(*parsed.url);
  }
}

// Who may show that our own IPv6 works: hosts elsewhere, on other networks than the site's. Inside a bureau its own
// hosts answer while the uplink is dead.
void Ipv6Look::ask_proof() {
  controls_.clear();
  next_ = 0;
  controls_asked_ = 0;
  const std::string domain = registrable_domain(home_.host());
  if (place_.external) {
    for (const HostDesk::Host& host : place_.desk.all()) {
      const bool is_well = host.answered || host.answered_before;
      const UrlParse origin = parse_url(host.origin + "/robots.txt");  // which no robots.txt forbids
      if (host.in_scope || !is_well || !origin.url || parse_address(origin.url->host())) continue;
      if (!domain.empty() && registrable_domain(origin.url->host()) == domain) continue;
      controls_.push_back(*origin.url);
      if (controls_.size() >= kControlNamesMax) break;
    }
  }
  ask_next_control();
}

void Ipv6Look::ask_next_control() {
  if (next_ >= controls_.size() || controls_asked_ >= kControlsMax) {
    facts_.proof = Ipv6Proof::kNone;
    return step();
  }
  const Url url = controls_[next_++];
  ask_over_ipv6(url, [this, url](const AddressFacts& found, const FetchOutcome& outcome) {
    if (found.error == TransportError::kNone) ++controls_asked_;
    const auto& own = facts_.ipv6_addresses->usable;
    const bool same_address = std::any_of(found.usable.begin(), found.usable.end(), [&](const IpAddress& address) {
      return std::find(own.begin(), own.end(), address) != own.end();
    });
    if (outcome.status == 0 || same_address) return ask_next_control();
    facts_.proof = Ipv6Proof::kProven;
    facts_.proof_by = url.origin();
    step();
  });
}

// One small request over IPv6; where there is no address, an outcome that says so and no request.
void Ipv6Look::ask_over_ipv6(const Url& url, std::function<void(const AddressFacts&, const FetchOutcome&)> then) {
  resolve(url, Family::kIpv6, [this, url, then = std::move(then)](const AddressFacts& found) {
    if (found.error != TransportError::kNone) {
      FetchOutcome nothing;
      nothing.error = found.error;
      return then(found, nothing);
    }
    FetchRequest request;
    request.url = url;
    request.family = Family::kIpv6;
    request.fetch_class = FetchClass::kRobots;
    request.body_bytes_max = kProofBytesMax;
    place_.fetcher.ask(queue_of(url, found.usable.front(), place_.scope.contains(url)), Lane::kProbe,
                       std::move(request),
                       [this, alive = std::weak_ptr(alive_), found, then](const FetchOutcome& outcome) {
                         if (!alive.expired() && !done_) then(found, outcome);
                       });
  });
}

void Ipv6Look::ask_resources() {
  facts_.resources.emplace();
  next_ = 0;
  ask_next_resource();
}

bool Ipv6Look::answers_over_ipv4(const Url& url) const {
  const std::string origin = url.origin();
  const auto& all = place_.desk.all();
  return std::any_of(all.begin(), all.end(), [&](const HostDesk::Host& host) {
    return host.origin == origin && (host.answered || host.answered_before);
  });
}

// A host that does not answer over IPv4 either is a broken link, and no hole in IPv6.
void Ipv6Look::ask_next_resource() {
  while (next_ < loaded_.size() && (parse_address(loaded_[next_].host()) || !answers_over_ipv4(loaded_[next_])))
    ++next_;
  if (next_ >= loaded_.size()) return step();
  const UrlParse robots = parse_url("/robots.txt", &loaded_[next_++]);  // which no robots.txt forbids
  if (!robots.url) return ask_next_resource();
  const Url url = *robots.url;
  const auto keep = [this, url](TransportError error) {
    const ReasonCode code = reason_of(error).code;
    const bool refuses = code == ReasonCode::kConnectRefused || code == ReasonCode::kConnectTimeout ||
                         code == ReasonCode::kConnectFailure;
    const bool absent = error == TransportError::kDnsNoAddress || error == TransportError::kDnsNxdomain;
    const bool told = error != TransportError::kDnsFailure && error != TransportError::kEngineError &&
                      error != TransportError::kAddressRefused;
    if (told) {
      facts_.resources->push_back({.host = std::string(url.host()),
                                   .has_ipv6 = !absent && !refuses,
                                   .pages = place_.pages_of(place_.desk.host_of(url, place_.scope.contains(url)))});
    }
    ask_next_resource();
  };
  if (!place_.external && !place_.scope.contains(url)) return ask_next_resource();
  ask_over_ipv6(url, [keep](const AddressFacts&, const FetchOutcome& outcome) { keep(outcome.error); });
}

}  // namespace xuncha
