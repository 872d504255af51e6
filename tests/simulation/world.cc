#include "tests/simulation/world.h"

#include <algorithm>
#include <utility>

#include "core/check.h"
#include "core/site.h"
#include "core/url.h"

namespace xuncha::simulation {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr hours kDay{24};
constexpr std::size_t kSteadyElsewhere = 4;  // hosts elsewhere that are always well: the controls of all sites
constexpr std::string_view kFiller =
    "各县区人民政府，市直有关单位：现将有关事项通知如下，请结合工作实际认真贯彻执行。联系电话见页脚。";

std::string two_digits(std::size_t number) {
  std::string text = std::to_string(number);
  return text.size() < 2 ? "0" + text : text;
}

// How often each kind must be seen and how far apart, in words of our own: not the product's table.
std::vector<seconds> ladder_of(Fault fault) {
  switch (fault) {
    case Fault::kGone:
    case Fault::kWrongType:
    case Fault::kRedirectHome:
    case Fault::kMalformed:
      return {hours(6)};
    case Fault::kNxdomain:
      return {hours(1), hours(24)};
    case Fault::kServerError:
    case Fault::kRefused:
    case Fault::kTimeout:
    case Fault::kTlsExpired:
      return {minutes(10), hours(6), hours(24)};
    case Fault::kFarm:
    case Fault::kShut:
    case Fault::kBusy:
      break;
  }
  return {};
}

std::string rule_of(Fault fault, TargetKind kind) {
  switch (fault) {
    case Fault::kWrongType:
    case Fault::kRedirectHome:
    case Fault::kMalformed:
      return "link.wrong";
    case Fault::kFarm:
      return "page.injected";
    case Fault::kShut:
      return kind == TargetKind::kHome ? "site.unjudged" : "";
    case Fault::kBusy:
      return "";
    case Fault::kTlsExpired:
      return kind == TargetKind::kHome ? "site.tls" : "link.broken";
    default:
      return kind == TargetKind::kHome ? "site.unreachable" : "link.broken";
  }
}

TransportError error_of(Fault fault) {
  switch (fault) {
    case Fault::kNxdomain:
      return TransportError::kDnsNxdomain;
    case Fault::kRefused:
      return TransportError::kConnectRefused;
    case Fault::kTimeout:
      return TransportError::kConnectTimeout;
    case Fault::kTlsExpired:
      return TransportError::kTlsExpired;
    default:
      return TransportError::kNone;
  }
}

void give_error(FetchOutcome& outcome, TransportError error) {
  outcome.error = error;
  outcome.status = 0;
  outcome.headers.clear();
  outcome.body.clear();
  const bool dns = error == TransportError::kDnsNxdomain || error == TransportError::kDnsFailure;
  outcome.attempt.phase = dns ? Phase::kDns : error == TransportError::kTlsExpired ? Phase::kTls : Phase::kConnect;
  if (dns) outcome.attempt.address.reset();
  outcome.attempt.error = transport_error_name(error);
  const bool slow = error == TransportError::kConnectTimeout || error == TransportError::kDnsFailure;
  outcome.attempt.seconds = slow ? 10 : 0.05;
}

void give(FetchOutcome& outcome, std::uint16_t status, std::string type, std::string body) {
  outcome.status = status;
  outcome.headers.emplace_back("content-type", std::move(type));
  outcome.body = std::move(body);
}

void give_html(FetchOutcome& outcome, std::uint16_t status, std::string body) {
  give(outcome, status, "text/html; charset=utf-8", std::move(body));
}

void give_error_page(FetchOutcome& outcome, std::uint16_t status) {
  give_html(outcome, status, "<html><head><title>Error</title></head><body>error</body></html>");
}

std::string farm_block() {
  std::string block = "<div style=\"display:none\">";
  for (int number = 0; number < 12; ++number) {
    block += "<a href=\"http://www.shop" + std::to_string(number) + "-deals.com/\">offer</a>";
  }
  return block + "</div>";
}

}  // namespace

std::string_view fault_name(Fault fault) {
  static constexpr std::string_view kNames[] = {"gone",      "server_error", "wrong_type", "redirect_home",
                                                "malformed", "farm",         "nxdomain",   "refused",
                                                "timeout",   "tls_expired",  "shut",       "busy"};
  return kNames[static_cast<std::size_t>(fault)];
}

std::string_view disturbance_name(Disturbance::Kind kind) {
  static constexpr std::string_view kNames[] = {"network_loss", "dns_loss", "dns_lies",  "uplink_loss",
                                                "packet_loss",  "restart",  "clock_jump"};
  return kNames[static_cast<std::size_t>(kind)];
}

const Host::Trouble* Host::trouble_at(Moment at) const {
  for (const Trouble& each : troubles) {
    if (each.span.covers(at)) return &each;
  }
  return nullptr;
}

const IpAddress& Host::address_at(Moment at) const {
  const IpAddress* found = &address;
  for (const auto& [from, moved] : moves) {
    if (from <= at) found = &moved;
  }
  return *found;
}

// --- making it -----------------------------------------------------------------------------------------------------

World::World(const WorldOptions& options)
    : options_(options), dice_(options.seed), packet_dice_(options.seed ^ 0x5EED), of_site_(options.sites) {
  make_elsewhere();
  for (std::size_t number = 0; number < options_.sites; ++number) make_site(number);
  if (options_.faults) {
    plant_elsewhere();
    for (std::size_t number = 0; number < options_.sites; ++number) plant_of_site(number);
  }
  if (options_.disturbances) draw_disturbances();

  MailConfig& mail = configuration_.mail.emplace();
  mail.server.host = "127.0.0.1";
  mail.server.port = 25;
  mail.from = {"巡查", "xuncha@example.gov.cn"};
  mail.routes.emplace_back().to.push_back({"", "all@example.gov.cn"});
  MailRoute& some = mail.routes.emplace_back();
  some.to.push_back({"", "some@example.gov.cn"});
  some.sites = {"*s0*"};
  some.digest = {hours(9), hours(17)};
}

Host& World::add_host(const std::string& origin, const IpAddress& address) {
  Host& host = hosts_.emplace_back();
  host.origin = origin;
  host.address = address;
  host.https = origin.starts_with("https:");
  host.latency =
      dice_.chance(0.1) ? dice_.between(seconds(1), seconds(6)) : dice_.between(Milliseconds(20), Milliseconds(600));
  host_by_origin_[origin] = &host;
  return host;
}

Target& World::add_target(Target target) {
  Target& added = targets_.emplace_back(std::move(target));
  target_by_url_[added.url] = &added;
  return added;
}

// Schools, companies, other bureaus: each linked by many sites.
void World::make_elsewhere() {
  const std::size_t count = kSteadyElsewhere + 6 + options_.sites / 3;
  for (std::size_t number = 0; number < count; ++number) {
    const bool steady = number < kSteadyElsewhere;
    const bool https = dice_.chance(0.4);
    const std::string name = number % 2 == 0 ? ".org.cn" : ".com";
    const std::string origin = std::string(https ? "https" : "http") + "://www.e" + two_digits(number) + name;
    // Every third shares the address of the one before.
    const std::size_t place = !steady && number % 3 == 0 ? number - 1 : number;
    Host& host = add_host(origin, IpAddress::v4(203, 0, static_cast<std::uint8_t>(place / 200),
                                                static_cast<std::uint8_t>(place % 200 + 1)));
    host.has_robots = dice_.chance(0.4);
    if (host.has_robots && dice_.chance(0.5)) host.disallowed = "/private/";
    if (host.has_robots && dice_.chance(0.2)) host.crawl_delay = seconds(dice_.number(2, 40));
    elsewhere_.push_back(&host);
  }
}

void World::make_site(std::size_t number) {
  const std::string domain = "s" + two_digits(number) + ".gov.cn";
  const bool https = dice_.chance(0.35);
  const std::string scheme = https ? "https://" : "http://";
  // Two sites in five live on a platform, five to an address.
  const bool on_platform = number % 5 < 2;
  const IpAddress address = on_platform ? IpAddress::v4(198, 51, 100, static_cast<std::uint8_t>(number / 12 + 1))
                                        : IpAddress::v4(192, 88, static_cast<std::uint8_t>(number / 200),
                                                        static_cast<std::uint8_t>(number % 200 + 1));
  Host& host = add_host(scheme + "www." + domain, address);
  host.site = number;
  host.has_robots = dice_.chance(0.5);
  if (host.has_robots && dice_.chance(0.6)) host.disallowed = dice_.chance(0.06) ? "/" : "/private/";
  if (host.has_robots && dice_.chance(0.15)) host.crawl_delay = seconds(dice_.number(2, 20));
  if (dice_.chance(0.08)) {  // the bureau moves to the platform some day
    host.moves.emplace_back(dice_.between(kDay, options_.length), IpAddress::v4(198, 51, 100, 1));
  }

  SiteConfig site;
  site.home = url_from_trusted(host.origin + "/");
  site.id = site_id(site.home);
  site.name = "第" + std::to_string(number) + "局";
  if (dice_.chance(0.1)) site.per_host = 2;
  if (dice_.chance(0.1)) site.rate = dice_.chance(0.5) ? 0.2 : 2;
  if (dice_.chance(0.4)) site.intervals[RevisitClass::kHome] = {hours(6), hours(6), hours(6)};

  Host* second = nullptr;
  if (dice_.chance(0.2)) {
    second = &add_host(scheme + "zwfw." + domain, address);
    second->site = number;
    site.hosts.push_back("zwfw." + domain);
  }

  const auto add = [&](Host& at, const std::string& path, TargetKind kind, const std::string& title) -> Target& {
    Target target;
    target.url = at.origin + path;
    target.kind = kind;
    target.site = number;
    target.host = &at;
    target.title = title;
    target.has_etag = dice_.chance(0.4);
    if (kind != TargetKind::kAttachment && kind != TargetKind::kImage && dice_.chance(0.5)) {
      target.changes_every = dice_.between(hours(2), kDay * 10);
    }
    Target& added = add_target(std::move(target));
    of_site_[number].push_back(&added);
    return added;
  };

  Target& home = add(host, "/", TargetKind::kHome, site.name + "门户网站");
  Target& stem = add(host, "/list/", TargetKind::kPage, "信息公开");  // never at fault: what it names stays linked
  home.links.emplace_back("/list/");
  stem.links.emplace_back("/");
  const std::size_t pages = dice_.number(4, dice_.chance(0.2) ? 12 : 6);
  for (std::size_t page = 0; page < pages; ++page) {
    Host& at = second != nullptr && dice_.chance(0.3) ? *second : host;
    const std::string path = "/page" + std::to_string(page) + ".html";
    Target& added = add(at, path, TargetKind::kPage, "通知第" + std::to_string(page) + "号");
    added.links.push_back(home.url);
    added.refuses = dice_.chance(0.04);
    (dice_.chance(0.7) ? home : stem).links.push_back(added.url);
  }
  for (std::size_t file = dice_.below(3); file > 0; --file) {
    const std::string path = "/files/" + std::to_string(file) + ".pdf";
    stem.links.push_back(add(host, path, TargetKind::kAttachment, {}).url);
  }
  if (dice_.chance(0.4)) home.links.push_back("img:" + add(host, "/logo.png", TargetKind::kImage, {}).url);
  if (dice_.chance(0.3)) {
    Target& old = add(host, "/old.html", TargetKind::kPage, "旧文");
    old.redirect = "/list/";
    home.links.push_back(old.url);
  }
  if (!host.disallowed.empty() && host.disallowed != "/") {
    home.links.push_back(add(host, host.disallowed + "office.html", TargetKind::kPage, "内部").url);
  }

  // Two hosts that are always well, and some more.
  std::vector<Host*> linked = {elsewhere_[number % kSteadyElsewhere], elsewhere_[(number + 1) % kSteadyElsewhere]};
  for (std::size_t more = dice_.number(1, 3); more > 0; --more) {
    Host* const other = elsewhere_[kSteadyElsewhere + dice_.below(elsewhere_.size() - kSteadyElsewhere)];
    if (std::find(linked.begin(), linked.end(), other) == linked.end()) linked.push_back(other);
  }
  for (Host* const other : linked) {
    const bool hidden = !other->disallowed.empty() && dice_.chance(0.2);
    const std::string path = (hidden ? other->disallowed : "/") + "for-" + std::to_string(number) + ".html";
    Target& added = add(*other, path, TargetKind::kExternal, "友情链接");
    if (added.changes_every > Milliseconds(0)) added.changes_every *= 3;
    home.links.push_back(added.url);
  }
  RevisitInterval& probes = site.intervals[RevisitClass::kProbeIpv4];
  probes = {options_.probe_interval, options_.probe_interval, options_.probe_interval};
  configuration_.sites.push_back(std::move(site));
}

Span World::draw_span(const std::vector<seconds>& ladder) {
  seconds whole{};
  for (const seconds each : ladder) whole += each;
  Span span;
  span.from = dice_.chance(0.2) ? Moment(0) : dice_.between(Moment(0), options_.length - kDay * 3);
  if (dice_.chance(0.3)) {  // over before it could be told
    span.to = span.from + dice_.between(minutes(5), std::max<Milliseconds>(whole * 8 / 10, hours(1)));
  } else if (dice_.chance(0.75)) {
    span.to = span.from + dice_.between(kDay * 3, kDay * 15);
  }
  return span;
}

void World::plant(Target& target, Fault fault, Span span) {
  Planted& planted = planted_.emplace_back();
  planted.site = target.site;
  planted.fault = fault;
  planted.span = span;
  planted.rule = rule_of(fault, target.kind);
  planted.subject = fault == Fault::kMalformed ? "http://" : target.url;
  planted.ladder = ladder_of(fault);
  // A certificate at fault is no matter of any network: two equal sights are enough.
  if (planted.rule == "site.tls") planted.ladder = {minutes(10)};
  // Two pairs of visits, the first as soon as a fifth before its interval.
  if (options_.probes && planted.rule == "site.unreachable") {
    planted.ladder = {std::chrono::duration_cast<seconds>(options_.probe_interval * 8 / 10)};
  }
  planted.host = target.host;
  target.faults.push_back(&planted);
}

void World::plant_elsewhere() {
  for (std::size_t number = kSteadyElsewhere; number < elsewhere_.size(); ++number) {
    Host& host = *elsewhere_[number];
    if (!dice_.chance(0.5)) continue;
    std::vector<Fault> kinds = {Fault::kNxdomain, Fault::kRefused, Fault::kTimeout, Fault::kBusy, Fault::kShut};
    if (host.https) kinds.push_back(Fault::kTlsExpired);
    const Fault fault = dice_.pick(kinds);
    const Span span = draw_span(ladder_of(fault));
    host.troubles.push_back({span, fault});
    if (fault == Fault::kBusy || fault == Fault::kShut) continue;
    for (Target& target : targets_) {
      if (target.host != &host) continue;
      plant(target, fault, span);
      // Whoever cannot be asked for robots.txt forbids nothing.
      const bool is_hidden = !host.disallowed.empty() && target.url.find(host.disallowed) != std::string::npos;
      if (is_hidden) planted_.back().must_be_told = false;
    }
  }
}

void World::plant_of_site(std::size_t number) {
  if (dice_.chance(0.3)) return;  // a healthy portal
  Target& home = *of_site_[number][0];
  Host& host = *home.host;
  if (host.disallowed == "/") return;
  if (dice_.chance(0.2)) {
    std::vector<Fault> kinds = {Fault::kNxdomain, Fault::kRefused, Fault::kTimeout, Fault::kShut};
    if (host.https) kinds.push_back(Fault::kTlsExpired);
    const Fault fault = dice_.pick(kinds);
    const Span span = draw_span(ladder_of(fault));
    for (Host& each : hosts_) {  // a bureau's hosts stand in one room
      const bool is_hit = each.site == number && (fault != Fault::kTlsExpired || &each == &host);
      if (is_hit) each.troubles.push_back({span, fault});
    }
    plant(home, fault, span);
  }
  for (std::size_t more = dice_.number(1, 3); more > 0; --more) {
    Target& target = *of_site_[number][dice_.below(of_site_[number].size())];
    const bool is_stem = target.url.ends_with("/list/");
    const bool is_unfit = is_stem || !target.faults.empty() || target.refuses || !target.redirect.empty();
    const bool is_forbidden =
        !target.host->disallowed.empty() && target.url.find(target.host->disallowed, 9) != std::string::npos;
    if (is_unfit || is_forbidden || !target.host->troubles.empty()) continue;
    std::vector<Fault> kinds = {Fault::kGone, Fault::kServerError};
    if (target.kind == TargetKind::kHome) kinds = {Fault::kMalformed, Fault::kFarm};
    if (target.kind == TargetKind::kPage) kinds.push_back(Fault::kRedirectHome);
    if (target.kind == TargetKind::kAttachment) kinds = {Fault::kGone, Fault::kWrongType};
    const Fault fault = dice_.pick(kinds);
    const Span span = draw_span(ladder_of(fault));
    plant(target, fault, span);
    // Some come back after they were mended.
    if (span.to < options_.length - kDay * 6 && dice_.chance(0.3)) {
      plant(target, fault, {span.to + dice_.between(kDay * 2, kDay * 4), kNever});
    }
  }
}

void World::draw_disturbances() {
  using Kind = Disturbance::Kind;
  const auto add = [&](Kind kind, Milliseconds shortest, Milliseconds longest) -> Disturbance& {
    Disturbance& each = disturbances_.emplace_back();
    each.kind = kind;
    each.span.from = dice_.between(minutes(1), options_.length - kDay);
    each.span.to = each.span.from + dice_.between(shortest, longest);
    return each;
  };
  for (std::size_t count = dice_.number(1, 3); count > 0; --count) add(Kind::kNetworkLoss, minutes(1), hours(10));
  if (dice_.chance(0.3)) add(Kind::kNetworkLoss, kDay, kDay * 3);
  for (std::size_t count = dice_.number(0, 2); count > 0; --count) add(Kind::kDnsLoss, minutes(1), hours(12));
  if (dice_.chance(0.3)) add(Kind::kDnsLies, minutes(10), hours(40));
  if (dice_.chance(0.4)) add(Kind::kUplinkLoss, minutes(10), hours(48));
  if (dice_.chance(0.4)) add(Kind::kPacketLoss, hours(1), hours(20));
  for (std::size_t count = dice_.number(1, 3); count > 0; --count) {
    Disturbance& jump = add(Kind::kClockJump, Milliseconds(0), Milliseconds(0));
    jump.jump = dice_.chance(0.5) ? dice_.between(minutes(1), hours(6)) : dice_.between(hours(6), kDay * 4);
    if (dice_.chance(0.5)) jump.jump = -jump.jump;
  }
  for (std::size_t count = dice_.number(4, 8); count > 0; --count) {
    Disturbance& restart = add(Kind::kRestart, seconds(5), dice_.chance(0.1) ? Milliseconds(kDay) : minutes(10));
    restart.by_kill = dice_.chance(0.6);
    restart.after_requests = dice_.chance(0.6) ? dice_.number(1, 40) : 0;
    restart.reopens_store = dice_.chance(0.4);
  }
  std::sort(disturbances_.begin(), disturbances_.end(),
            [](const Disturbance& left, const Disturbance& right) { return left.span.from < right.span.from; });
}

// --- what it answers -----------------------------------------------------------------------------------------------

Host* World::host_of(const std::string& origin) {
  const auto found = host_by_origin_.find(origin);
  return found == host_by_origin_.end() ? nullptr : found->second;
}

Target* World::target_of(const std::string& url) {
  const auto found = target_by_url_.find(url);
  return found == target_by_url_.end() ? nullptr : found->second;
}

bool World::resolves(const Host& host, Moment now) const {
  using Kind = Disturbance::Kind;
  const Host::Trouble* const trouble = host.trouble_at(now);
  if (trouble != nullptr && trouble->fault == Fault::kNxdomain) return false;
  return std::none_of(disturbances_.begin(), disturbances_.end(), [&](const Disturbance& each) {
    return each.span.covers(now) && (each.kind == Kind::kDnsLoss || each.kind == Kind::kDnsLies);
  });
}

bool World::reaches(const Host& host, Moment now) const {
  using Kind = Disturbance::Kind;
  const Host::Trouble* const trouble = host.trouble_at(now);
  if (trouble != nullptr && error_of(trouble->fault) != TransportError::kNone) return false;
  return std::none_of(disturbances_.begin(), disturbances_.end(), [&](const Disturbance& each) {
    const bool hits = each.kind == Kind::kNetworkLoss || each.kind == Kind::kDnsLoss || each.kind == Kind::kDnsLies ||
                      (each.kind == Kind::kUplinkLoss && !host.site);
    return hits && each.span.covers(now);
  });
}

const Disturbance* World::trouble_of_ours(Moment now, const Host& host) {
  using Kind = Disturbance::Kind;
  for (const Disturbance& each : disturbances_) {
    if (!each.span.covers(now)) continue;
    const bool hits_all = each.kind == Kind::kNetworkLoss || each.kind == Kind::kDnsLoss || each.kind == Kind::kDnsLies;
    const bool hits_this =
        (each.kind == Kind::kUplinkLoss && !host.site) || (each.kind == Kind::kPacketLoss && packet_dice_.chance(0.05));
    if (hits_all || hits_this) return &each;
  }
  return nullptr;
}

FetchOutcome World::answer(const FetchRequest& request, Moment now, WallTime wall) {
  FetchOutcome outcome;
  outcome.attempt.at = wall;
  outcome.attempt.family = Family::kIpv4;
  outcome.attempt.phase = Phase::kBody;
  Host* const host = host_of(request.url.origin());
  Target* const target = target_of(std::string(request.url.without_fragment()));
  if (target != nullptr) {
    ++target->requests;
    if (request.fetch_class != FetchClass::kProbe) target->last_request = now;  // when a round asks is another matter
  }
  if (host == nullptr) {
    give_error(outcome, TransportError::kDnsNxdomain);
    return outcome;
  }
  outcome.attempt.address = host->address_at(now);
  outcome.attempt.seconds = static_cast<double>(host->latency.count()) / 1000;
  if (const Disturbance* const ours = trouble_of_ours(now, *host)) {
    using Kind = Disturbance::Kind;
    // One lost packet between sights of a real fault: nobody could tell it from that fault.
    if (ours->kind == Kind::kPacketLoss && target != nullptr) {
      for (Planted* const planted : target->faults) {
        if (planted->span.covers(now)) ++planted->hints;
      }
    }
    give_error(outcome, ours->kind == Kind::kDnsLoss   ? TransportError::kDnsFailure
                        : ours->kind == Kind::kDnsLies ? TransportError::kDnsNxdomain
                                                       : TransportError::kConnectTimeout);
    return outcome;
  }
  const auto note_sight = [&](Target* subject, Fault fault) {
    // Probes pass over a certificate at fault.
    if (subject == nullptr || (fault == Fault::kTlsExpired && request.fetch_class == FetchClass::kProbe)) return;
    for (Planted* const planted : subject->faults) {
      if (planted->fault != fault || !planted->span.covers(now)) continue;
      planted->first_sight = std::min(planted->first_sight, now);
      planted->sights.push_back(wall);
    }
  };
  const Host::Trouble* const trouble = host->trouble_at(now);
  if (trouble != nullptr && !(trouble->fault == Fault::kTlsExpired && !request.verify_tls)) {
    const bool of_certificate = trouble->fault == Fault::kTlsExpired && host->site;
    for (Planted& planted : planted_) {
      if (planted.host != host || !planted.span.covers(now)) continue;
      planted.first_hint = std::min(planted.first_hint, now);
      ++planted.hints;
    }
    note_sight(of_certificate ? of_site_[*host->site][0] : target, trouble->fault);
    if (const TransportError error = error_of(trouble->fault); error != TransportError::kNone) {
      give_error(outcome, error);
      return outcome;
    }
    if (trouble->fault == Fault::kShut) {
      give_error_page(outcome, 403);
    } else {
      give_error_page(outcome, now.count() % 2 == 0 ? 503 : 429);
      outcome.headers.emplace_back("retry-after", "1800");
    }
    return outcome;
  }
  const std::string_view path = request.url.path();
  if (path == "/robots.txt" && host->has_robots) {
    std::string text = "User-agent: *\n";
    if (!host->disallowed.empty()) text += "Disallow: " + host->disallowed + "\n";
    if (host->crawl_delay.count() > 0) text += "Crawl-delay: " + std::to_string(host->crawl_delay.count()) + "\n";
    give(outcome, 200, "text/plain", text);
  } else if (target == nullptr) {
    if (path == "/" && !host->site) {
      give_html(outcome, 200, "<html><head><title>某某单位</title></head><body><h1>某某单位</h1></body></html>");
    } else {
      give_error_page(outcome, 404);
    }
  } else {
    for (const Planted* const planted : target->faults) note_sight(target, planted->fault);
    answer_target(*target, request, now, outcome);
  }
  outcome.attempt.status = outcome.status;
  outcome.wire_bytes = outcome.body.size();
  return outcome;
}

std::string World::body_of(const Target& target, Moment now) const {
  std::string body = "<!DOCTYPE html><html><head><meta charset=utf-8><title>" + target.title +
                     "</title></head><body><h1>" + target.title + "</h1><p>" + target.title + std::string(kFiller);
  if (target.changes_every > Milliseconds(0)) body += "第" + std::to_string(now / target.changes_every) + "版。";
  body += "</p><ul>";
  for (const std::string& link : target.links) {
    if (link.starts_with("img:")) {
      body += "<img src=\"" + link.substr(4) + "\" alt=\"标志\">";
    } else {
      body += "<li><a href=\"" + link + "\">链接</a></li>\n";
    }
  }
  for (const Planted* const planted : target.faults) {
    if (!planted->span.covers(now)) continue;
    if (planted->fault == Fault::kMalformed) body += "<li><a href=\"http://\">友情链接</a></li>";
    if (planted->fault == Fault::kFarm) body += farm_block();
  }
  return body + "</ul></body></html>";
}

void World::answer_target(Target& target, const FetchRequest& request, Moment now, FetchOutcome& outcome) {
  if (target.refuses) return give_error_page(outcome, 403);
  for (const Planted* const planted : target.faults) {
    if (!planted->span.covers(now)) continue;
    switch (planted->fault) {
      case Fault::kGone:
        return give_error_page(outcome, planted->subject.size() % 3 == 0 ? 410 : 404);
      case Fault::kServerError:
        return give_error_page(outcome, 500);
      case Fault::kWrongType:
        return give_html(outcome, 200,
                         "<html><head><title>下载</title></head><body><p>请先登录系统。</p></body></html>");
      case Fault::kRedirectHome:
        give_html(outcome, 302, {});
        outcome.headers.emplace_back("location", of_site_[target.site][0]->url);
        return;
      default:
        break;
    }
  }
  if (!target.redirect.empty()) {
    give_html(outcome, 301, {});
    outcome.headers.emplace_back("location", target.redirect);
    return;
  }
  if (target.kind == TargetKind::kAttachment) return give(outcome, 200, "application/pdf", "%PDF-1.4 1 0 obj");
  if (target.kind == TargetKind::kImage) return give(outcome, 200, "image/png", "\x89PNG\r\n\x1a\n0000");
  give_html(outcome, 200, body_of(target, now));
  if (!target.has_etag) return;
  const bool has_addition = std::any_of(target.faults.begin(), target.faults.end(),
                                        [now](const Planted* planted) { return planted->span.covers(now); });
  const std::int64_t version = target.changes_every > Milliseconds(0) ? now / target.changes_every : 0;
  const std::string etag = "\"" + std::to_string(version) + (has_addition ? "x\"" : "\"");
  outcome.headers.emplace_back("etag", etag);
  if (request.if_none_match != etag) return;
  outcome.status = 304;
  outcome.body.clear();
}

}  // namespace xuncha::simulation
