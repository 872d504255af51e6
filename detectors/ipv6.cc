#include "detectors/ipv6.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <iterator>

#include "core/check.h"
#include "core/digest.h"
#include "detectors/availability.h"
#include "detectors/link_status.h"

namespace xuncha {
namespace {

// IANA IPv6 Special-Purpose Address Registry, and RFC 4291 2.5.5, 2.7; RFC 3056 (6to4), RFC 6052 (NAT64), RFC 9637.
constexpr std::array kUnusable = {
    UnusableRange{"unspecified", "::/128"},       UnusableRange{"loopback", "::1/128"},
    UnusableRange{"mapped", "::ffff:0:0/96"},     UnusableRange{"compatible", "::/96"},
    UnusableRange{"NAT64", "64:ff9b::/96"},       UnusableRange{"NAT64", "64:ff9b:1::/48"},
    UnusableRange{"discard", "100::/64"},         UnusableRange{"Teredo", "2001::/32"},
    UnusableRange{"benchmarking", "2001:2::/48"}, UnusableRange{"ORCHID", "2001:10::/28"},
    UnusableRange{"ORCHID", "2001:20::/28"},      UnusableRange{"documentation", "2001:db8::/32"},
    UnusableRange{"documentation", "3fff::/20"},  UnusableRange{"6to4", "2002::/16"},
    UnusableRange{"unique local", "fc00::/7"},    UnusableRange{"link-local", "fe80::/10"},
    UnusableRange{"site-local", "fec0::/10"},     UnusableRange{"multicast", "ff00::/8"},
};
constexpr UnusableRange kNotGlobal = {"not global unicast", "::/0"};  // all but 2000::/3

constexpr std::size_t kEnoughText = 50;  // characters

Cidr cidr_of(std::string_view text) {
  const std::optional<Cidr> cidr = parse_cidr(text);
  CHECK(cidr.has_value());  // the table is ours
  return *cidr;
}

bool any_contains(std::span<const Cidr> ranges, const IpAddress& address) {
  return std::any_of(ranges.begin(), ranges.end(), [&](const Cidr& range) { return range.contains(address); });
}

// Addresses that an institution's own name service gives to its own people.
bool is_inside_ipv4(const IpAddress& address) {
  static const std::array<Cidr, 4> kRanges = {cidr_of("10.0.0.0/8"), cidr_of("172.16.0.0/12"),
                                              cidr_of("192.168.0.0/16"), cidr_of("100.64.0.0/10")};
  return address.family == Family::kIpv4 && any_contains(kRanges, address);
}

bool is_translation(const std::optional<IpAddress>& address) {
  static const std::array<Cidr, 2> kRanges = {cidr_of("64:ff9b::/96"), cidr_of("64:ff9b:1::/48")};
  return address && any_contains(kRanges, *address);
}

bool is_unique_local(const std::optional<IpAddress>& address) {
  static const Cidr kRange = cidr_of("fc00::/7");
  return address && kRange.contains(*address);
}

// The length of the UTF-8 sequence that begins with this byte; a broken one counts as a character of its own.
std::size_t sequence_bytes(unsigned char lead) {
  if (lead >= 0xF0) return 4;
  if (lead >= 0xE0) return 3;
  return lead >= 0xC0 ? 2 : 1;
}

double dice(const std::vector<std::uint64_t>& left, const std::vector<std::uint64_t>& right, bool jaccard) {
  if (left.empty() && right.empty()) return 1;
  std::size_t common = 0;
  for (auto a = left.begin(), b = right.begin(); a != left.end() && b != right.end();) {
    if (*a == *b) {
      ++common;
      ++a;
      ++b;
    } else {
      ++(*a < *b ? a : b);
    }
  }
  const double all = static_cast<double>(left.size() + right.size());
  const double both = static_cast<double>(common);
  return jaccard ? both / (all - both) : 2 * both / all;
}

std::string two_digits(double value) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%.2f", value);
  return text.data();
}

Ipv6Judgement needs(Ipv6Need need) {
  Ipv6Judgement judgement;
  judgement.need = need;
  return judgement;
}

Ipv6Judgement unknown(Ipv6Doubt doubt) {
  Ipv6Judgement judgement;
  judgement.doubt = doubt;
  return judgement;
}

Ipv6Judgement at_fault(Ipv6Stage stage, std::string_view rule, Reason reason = {}) {
  Ipv6Judgement judgement;
  judgement.stage = stage;
  judgement.rule = rule;
  judgement.reason = reason;
  return judgement;
}

// A fault that could also be our own: only told while others answer us over IPv6.
Ipv6Judgement proven(const Ipv6Facts& facts, Ipv6Judgement judgement) {
  switch (facts.proof) {
    case Ipv6Proof::kUnasked:
      return needs(Ipv6Need::kProof);
    case Ipv6Proof::kDown:
      return unknown(Ipv6Doubt::kOwnNetwork);
    case Ipv6Proof::kNone:
      return unknown(Ipv6Doubt::kUnproven);
    case Ipv6Proof::kProven:
      break;
  }
  return judgement;
}

bool has_addresses(const AddressFacts& facts) {
  return facts.error == TransportError::kNone;
}

// Has the name service said for certain that there is no such address?
bool is_absent(TransportError error) {
  return error == TransportError::kDnsNoAddress || error == TransportError::kDnsNxdomain;
}

// Inside an institution its own name service answers with inside addresses: what the public gets is not known.
bool is_inside_view(const Ipv6Facts& facts) {
  return facts.ipv4_addresses &&
         std::any_of(facts.ipv4_addresses->usable.begin(), facts.ipv4_addresses->usable.end(), is_inside_ipv4);
}

Ipv6Judgement bad_address(const Ipv6Facts& facts, const std::optional<IpAddress>& address, const std::string& range) {
  if (is_inside_view(facts) && is_unique_local(address)) return unknown(Ipv6Doubt::kDns);
  // A translation may be the work of the resolver that we ask (RFC 6147), which makes one only where no native address
  // is: whoever made it, the site has none.
  Ipv6Judgement judgement = at_fault(Ipv6Stage::kBadAddress, is_translation(address) ? "ipv6.missing" : "ipv6.broken");
  if (address) judgement.compared = format_address(*address);
  const UnusableRange* known = address ? unusable_ipv6(*address) : nullptr;
  judgement.limit = known != nullptr ? std::string(known->name) + " " + std::string(known->cidr) : range;
  return proven(facts, std::move(judgement));
}

Ipv6Judgement no_address(const Ipv6Facts& facts) {
  if (is_inside_view(facts)) return unknown(Ipv6Doubt::kDns);
  return proven(facts, at_fault(Ipv6Stage::kNoAaaa, "ipv6.missing"));
}

// Why the page cannot be compared with what stands there over IPv4; kNone: it can.
Ipv6Doubt doubt_of(const Ipv6Leg& leg) {
  if (leg.error == TransportError::kEngineError || leg.error == TransportError::kUnknownHost) return Ipv6Doubt::kEngine;
  if (leg.error == TransportError::kDnsFailure) return Ipv6Doubt::kDns;
  const bool blocked = verdict_of({ReasonCode::kHttpStatus, leg.status}) == Verdict::kBlocked ||
                       (leg.status == 503 && leg.has_retry_after);
  if (leg.error == TransportError::kNone && (blocked || leg.challenge)) return Ipv6Doubt::kBlocked;
  return Ipv6Doubt::kNone;
}

bool opens(const Ipv6Leg& leg) {
  return leg.error == TransportError::kNone && leg.redirect_fault.code == ReasonCode::kNone && leg.status >= 200 &&
         leg.status < 300;
}

// Does the failure itself show that our IPv6 carries data both ways?
bool shows_exchange(TransportError error) {
  return error == TransportError::kTlsExpired || error == TransportError::kTlsName ||
         error == TransportError::kTlsUntrusted;
}

Ipv6Judgement judge_failure(const Ipv6Facts& facts) {
  const Ipv6Leg& leg = *facts.ipv6;
  if (is_absent(leg.error)) return no_address(facts);
  if (leg.error == TransportError::kAddressRefused) return bad_address(facts, leg.unusable, leg.unusable_range);
  if (!facts.ipv4) return unknown(Ipv6Doubt::kSite);  // a site of IPv6 alone that is out of order
  Ipv6Stage stage = Ipv6Stage::kHttp;
  switch (leg.error) {
    case TransportError::kConnectRefused:
    case TransportError::kConnectTimeout:
    case TransportError::kConnectFailure:
      stage = Ipv6Stage::kConnect;
      break;
    case TransportError::kTlsExpired:
    case TransportError::kTlsName:
    case TransportError::kTlsUntrusted:
    case TransportError::kTlsUnsupported:
    case TransportError::kTlsFailure:
      stage = Ipv6Stage::kTls;
      break;
    default:
      if (leg.attempt.phase == Phase::kTls) stage = Ipv6Stage::kTls;
      break;
  }
  Reason reason = reason_of(leg.error);
  // Over IPv4 the same program of ours came to an understanding with the server.
  if (reason.code == ReasonCode::kTlsUnsupported) reason.code = ReasonCode::kTlsFailure;
  Ipv6Judgement judgement = at_fault(stage, "ipv6.broken", reason);
  if (!shows_exchange(leg.error)) judgement = proven(facts, std::move(judgement));
  // A failure of the moment would be seen over IPv4 as well.
  if (judgement.need == Ipv6Need::kNothing && judgement.stage != Ipv6Stage::kUnknown) {
    if (!facts.ipv4_again) return needs(Ipv6Need::kIpv4Again);
    if (!opens(*facts.ipv4_again)) return unknown(Ipv6Doubt::kSite);
  }
  return judgement;
}

// Status and final address; nullopt: they agree.
std::optional<Ipv6Judgement> judge_answer(const Ipv6Facts& facts) {
  const Ipv6Leg& v4 = *facts.ipv4;
  const Ipv6Leg& v6 = *facts.ipv6;
  const bool same_place = v4.final_url == v6.final_url;
  if (opens(v6) && same_place) return std::nullopt;
  if (!facts.ipv4_again) return needs(Ipv6Need::kIpv4Again);
  const Ipv6Leg& again = *facts.ipv4_again;
  if (const Ipv6Doubt doubt = doubt_of(again); doubt != Ipv6Doubt::kNone) return unknown(doubt);
  if (!opens(again)) return unknown(Ipv6Doubt::kSite);
  if (again.final_url != v4.final_url) return unknown(Ipv6Doubt::kUnsteady);
  if (!opens(v6)) {
    const bool is_chain = v6.redirect_fault.code != ReasonCode::kNone;
    Ipv6Judgement judgement = at_fault(Ipv6Stage::kHttp, "ipv6.broken",
                                       is_chain ? v6.redirect_fault : Reason{ReasonCode::kHttpStatus, v6.status});
    judgement.compared = is_chain ? v6.shown_url : std::to_string(v6.status);
    judgement.limit = is_chain ? v4.shown_url : std::to_string(v4.status);
    return judgement;
  }
  Ipv6Judgement judgement = at_fault(Ipv6Stage::kHttp, "ipv6.inconsistent");
  judgement.compared = v6.shown_url;
  judgement.limit = v4.shown_url;
  return judgement;
}

bool is_alike(const Likeness& likeness) {
  return likeness.same_title && likeness.text >= kLikeEnough && likeness.links >= kLikeEnough;
}

Likeness likeness_of_legs(const Ipv6Leg& left, const Ipv6Leg& right) {
  if (left.html != right.html) return {.text = 0, .links = 0, .same_title = true};
  Likeness likeness = likeness_of(left.page, right.page);
  // Gateways that translate for IPv6 rewrite links: where there is text enough, that tells whether it is the same page.
  if (std::min(left.page.text.size(), right.page.text.size()) >= kEnoughText) likeness.links = 1;
  return likeness;
}

std::optional<Ipv6Judgement> judge_content(const Ipv6Facts& facts) {
  const Ipv6Leg& v4 = *facts.ipv4;
  const Ipv6Leg& v6 = *facts.ipv6;
  if (v4.cut || v6.cut || (!v4.html && !v6.html)) return std::nullopt;
  const Likeness seen = likeness_of_legs(v4, v6);
  if (is_alike(seen)) return std::nullopt;
  if (!facts.ipv4_again) return needs(Ipv6Need::kIpv4Again);
  const Ipv6Leg& again = *facts.ipv4_again;
  if (const Ipv6Doubt doubt = doubt_of(again); doubt != Ipv6Doubt::kNone) return unknown(doubt);
  if (!opens(again) || again.cut) return unknown(Ipv6Doubt::kSite);
  // The page may have changed between the two: then the later sight over IPv4 is like the one over IPv6.
  const Likeness later = likeness_of_legs(again, v6);
  if (is_alike(later)) return std::nullopt;
  if (again.final_url != v4.final_url || !is_alike(likeness_of_legs(v4, again))) return unknown(Ipv6Doubt::kUnsteady);
  Ipv6Judgement judgement = at_fault(Ipv6Stage::kContent, "ipv6.inconsistent");
  const double worst = std::min({seen.text, seen.links, seen.same_title ? 1.0 : kLikeEnough - 0.01});
  judgement.compared = two_digits(worst);
  judgement.limit = two_digits(kLikeEnough);
  return judgement;
}

Ipv6Judgement judge_resources(const Ipv6Facts& facts) {
  if (!facts.resources) return needs(Ipv6Need::kResources);
  std::vector<ResourceHost> holes;
  for (const ResourceHost& each : *facts.resources) {
    if (!each.has_ipv6) holes.push_back(each);
  }
  Ipv6Judgement judgement;
  judgement.stage = Ipv6Stage::kOk;
  if (holes.empty()) return judgement;
  std::stable_sort(holes.begin(), holes.end(),
                   [](const ResourceHost& left, const ResourceHost& right) { return left.pages > right.pages; });
  judgement.stage = Ipv6Stage::kResources;
  judgement.rule = "ipv6.skylight";
  judgement.compared = std::to_string(holes.size());
  judgement.limit = std::to_string(facts.resources->size());
  for (ResourceHost& each : holes) judgement.v4_only_hosts.push_back(std::move(each.host));
  return judgement;
}

}  // namespace

std::string_view ipv6_stage_name(Ipv6Stage stage) {
  static constexpr std::array<std::string_view, 9> kNames = {"no_aaaa", "bad_address", "connect", "tls",    "http",
                                                             "content", "resources",   "ok",      "unknown"};
  return kNames[static_cast<std::size_t>(stage)];
}

std::string_view ipv6_doubt_name(Ipv6Doubt doubt) {
  static constexpr std::array<std::string_view, 9> kNames = {"",          "no_route", "own_network", "unproven", "dns",
                                                             "site_down", "blocked",  "unsteady",    "engine"};
  return kNames[static_cast<std::size_t>(doubt)];
}

const UnusableRange* unusable_ipv6(const IpAddress& address, std::span<const Cidr> permitted) {
  static const std::vector<Cidr> kCidrs = [] {
    std::vector<Cidr> cidrs;
    cidrs.reserve(std::size(kUnusable));
    for (const UnusableRange& range : kUnusable) cidrs.push_back(cidr_of(range.cidr));
    return cidrs;
  }();
  static const Cidr kGlobal = cidr_of("2000::/3");
  if (address.family != Family::kIpv6 || any_contains(permitted, address)) return nullptr;
  for (std::size_t index = 0; index < kCidrs.size(); ++index) {
    if (kCidrs[index].contains(address)) return &kUnusable[index];
  }
  return kGlobal.contains(address) ? nullptr : &kNotGlobal;
}

PageSketch sketch_of(const PageFacts& facts) {
  PageSketch sketch;
  if (!facts.title.empty()) sketch.title = hash64(facts.title);
  const std::string_view text = facts.visible_text;
  std::array<std::size_t, 3> begins{};  // of the last three characters
  std::size_t characters = 0;
  for (std::size_t at = 0; at < text.size();) {
    begins[characters++ % 3] = at;
    at = std::min(at + sequence_bytes(static_cast<unsigned char>(text[at])), text.size());
    if (characters < 3) continue;
    const std::size_t begin = begins[characters % 3];
    sketch.text.push_back(hash64(text.substr(begin, at - begin)));
  }
  if (sketch.text.empty() && !text.empty()) sketch.text.push_back(hash64(text));
  std::sort(sketch.text.begin(), sketch.text.end());
  for (const Link& link : facts.links) sketch.links.push_back(hash64(link.raw));
  std::sort(sketch.links.begin(), sketch.links.end());
  sketch.links.erase(std::unique(sketch.links.begin(), sketch.links.end()), sketch.links.end());
  return sketch;
}

Likeness likeness_of(const PageSketch& left, const PageSketch& right) {
  return {.text = dice(left.text, right.text, /*jaccard=*/false),
          .links = dice(left.links, right.links, /*jaccard=*/true),
          .same_title = left.title == right.title};
}

std::optional<double> Ipv6LinkCount::rate() const {
  return all() == 0 ? std::nullopt : std::optional(static_cast<double>(well) / all());
}

bool ipv6_links_fail(const Ipv6LinkCount& count) {
  return count.failed > 0 && 1 - wilson_interval(count.failed, count.all()).low < kIpv6LinksShare;
}

Ipv6Judgement judge_ipv6(const Ipv6Facts& facts) {
  if (!facts.has_route) return unknown(Ipv6Doubt::kNoRoute);
  if (facts.proof == Ipv6Proof::kDown) return unknown(Ipv6Doubt::kOwnNetwork);
  if (!facts.ipv4_addresses || !facts.ipv6_addresses) return needs(Ipv6Need::kAddresses);
  const AddressFacts& a = *facts.ipv4_addresses;
  const AddressFacts& aaaa = *facts.ipv6_addresses;
  if (aaaa.error == TransportError::kDnsFailure) return unknown(Ipv6Doubt::kDns);
  if (!has_addresses(a) && !is_absent(a.error)) return unknown(Ipv6Doubt::kDns);
  if (is_absent(a.error) && is_absent(aaaa.error)) return unknown(Ipv6Doubt::kSite);
  if (is_absent(aaaa.error)) return no_address(facts);
  if (aaaa.error == TransportError::kAddressRefused) return bad_address(facts, aaaa.unusable, aaaa.unusable_range);
  if (!has_addresses(aaaa)) return unknown(Ipv6Doubt::kEngine);

  if (has_addresses(a)) {
    if (!facts.ipv4) return needs(Ipv6Need::kIpv4);
    if (const Ipv6Doubt doubt = doubt_of(*facts.ipv4); doubt != Ipv6Doubt::kNone) return unknown(doubt);
    if (!opens(*facts.ipv4)) return unknown(Ipv6Doubt::kSite);
  }
  if (!facts.ipv6) return needs(Ipv6Need::kIpv6);
  if (const Ipv6Doubt doubt = doubt_of(*facts.ipv6); doubt != Ipv6Doubt::kNone) return unknown(doubt);
  if (facts.ipv6->error != TransportError::kNone) return judge_failure(facts);
  if (facts.ipv4) {
    if (std::optional<Ipv6Judgement> different = judge_answer(facts)) return *std::move(different);
    if (std::optional<Ipv6Judgement> different = judge_content(facts)) return *std::move(different);
  } else if (!opens(*facts.ipv6)) {
    return unknown(Ipv6Doubt::kSite);
  }
  return judge_resources(facts);
}

bool ipv6_rule_passes(std::string_view rule, const Ipv6Judgement& judgement) {
  if (judgement.need != Ipv6Need::kNothing || judgement.stage == Ipv6Stage::kUnknown || rule == judgement.rule)
    return false;
  // A site that gave its IPv6 up has no IPv6 at fault, and one whose IPv6 is at fault may still differ behind that.
  if (judgement.rule == "ipv6.missing") return true;
  const auto place = [](std::string_view name) {
    return std::find(std::begin(kIpv6Rules), std::end(kIpv6Rules), name) - std::begin(kIpv6Rules);
  };
  return judgement.rule.empty() || place(rule) < place(judgement.rule);
}

}  // namespace xuncha
