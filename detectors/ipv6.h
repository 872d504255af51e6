#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/fetch.h"
#include "core/finding.h"
#include "core/ip_address.h"
#include "core/page.h"
#include "core/verdict.h"

// Is a site's home page the same over IPv6 as over IPv4? The two are asked apart, each pinned to its own addresses and
// never raced (a fallback hides the fault). All of it is pure: facts in, a judgement or what it still needs out.
namespace xuncha {

// How far a visitor with IPv6 alone comes, in the order of the metric `ipv6_stage`: the first thing that
// is wrong, or that nothing is.
enum class Ipv6Stage : std::uint8_t {
  kNoAaaa,      // the name has no IPv6 address
  kBadAddress,  // none that the internet can reach
  kConnect,
  kTls,
  kHttp,       // another status, or another page at the end of the redirects
  kContent,    // another text, title or set of links
  kResources,  // pictures, scripts, styles or frames of the page come from hosts without working IPv6
  kOk,
  kUnknown,  // nothing is said: see Ipv6Doubt
};
std::string_view ipv6_stage_name(Ipv6Stage stage);  // "no_aaaa", "bad_address", ...

// Why a stage is kUnknown. A fault of ours, or one that is not IPv6's, is never told as one.
enum class Ipv6Doubt : std::uint8_t {
  kNone,
  kNoRoute,     // we have no way to the IPv6 internet
  kOwnNetwork,  // our anchors do not answer over IPv6
  kUnproven,    // nobody else answered us over IPv6, so nothing shows that ours works
  kDns,         // the name service gave no answer, or an address of its inside view
  kSite,        // the page does not open over IPv4 either: another rule tells that
  kBlocked,     // over one family we are turned away as a monitor
  kUnsteady,    // the page differs from itself over IPv4 as much
  kEngine,      // our own failure, or not asked
};
std::string_view ipv6_doubt_name(Ipv6Doubt doubt);  // "no_route", "own_network", ...; "" for kNone

// The ranges of IPv6 addresses that no visitor can use as a native address: loopback, mapped, 6to4, unique local,
// link-local, documentation, NAT64 and all else that is not global unicast (IANA special-purpose registry).
struct UnusableRange {
  std::string_view name;  // "mapped", "6to4", "unique local", ...
  std::string_view cidr;
};
// nullptr for a usable address. `permitted` are ranges that the operator declared to be the site's own (allow_cidr).
const UnusableRange* unusable_ipv6(const IpAddress& address, std::span<const Cidr> permitted = {});

// A page for comparison with another sight of it.
struct PageSketch {
  std::uint64_t title = 0;           // hash, 0 for none
  std::vector<std::uint64_t> text;   // of every three characters in a row, sorted, kept as often as they stand
  std::vector<std::uint64_t> links;  // of each reference as written, sorted, once
};
PageSketch sketch_of(const PageFacts& facts);

// How much two sights have in common, 0 to 1: Dice's coefficient of the texts, Jaccard's of the links.
struct Likeness {
  double text = 1;
  double links = 1;
  bool same_title = true;
};
Likeness likeness_of(const PageSketch& left, const PageSketch& right);
inline constexpr double kLikeEnough = 0.9;  // of each; Internet.nl permits a difference of 10 % as well

// What the name service says of one family.
struct AddressFacts {
  TransportError error = TransportError::kNone;  // kNone: `usable` holds something
  std::vector<IpAddress> usable;
  std::optional<IpAddress> unusable;  // the first that is none
  std::string unusable_range;         // as CIDR
  Attempt attempt;                    // for the evidence
};

// What asking for the home page over one family came to, along its redirects.
struct Ipv6Leg {
  TransportError error = TransportError::kNone;
  std::uint16_t status = 0;
  bool has_retry_after = false;
  Reason redirect_fault;   // kRedirectLoop, kRedirectLimit or kRedirectWithoutLocation where the chain does not end
  bool challenge = false;  // the page is a gateway's question
  bool html = false;
  bool cut = false;                   // ended at our cap
  std::string final_url;              // key form
  std::string shown_url;              // the same, to be read
  std::optional<IpAddress> unusable;  // of kAddressRefused
  std::string unusable_range;
  PageSketch page;
  std::string excerpt;
  std::vector<RedirectHop> redirects;
  Attempt attempt;  // of the last hop
};

// A host that the home page loads something from.
struct ResourceHost {
  std::string host;
  bool has_ipv6 = false;    // a usable address that took a connection
  std::uint64_t pages = 0;  // that load from it, as far as this patrol read them
};

// Does our own IPv6 work, as others show by answering?
enum class Ipv6Proof : std::uint8_t { kUnasked, kProven, kDown, kNone };

struct Ipv6Facts {
  bool has_route = false;
  Ipv6Proof proof = Ipv6Proof::kUnasked;
  std::string proof_by;  // who answered, for the evidence
  std::optional<AddressFacts> ipv4_addresses;
  std::optional<AddressFacts> ipv6_addresses;
  std::optional<Ipv6Leg> ipv4;
  std::optional<Ipv6Leg> ipv6;
  std::optional<Ipv6Leg> ipv4_again;  // after a difference was seen: v4 - v6 - v4
  std::optional<std::vector<ResourceHost>> resources;
};

// What a judgement still lacks: the caller gets it and judges again.
enum class Ipv6Need : std::uint8_t { kNothing, kAddresses, kIpv4, kIpv6, kProof, kIpv4Again, kResources };

struct Ipv6Judgement {
  Ipv6Need need = Ipv6Need::kNothing;
  Ipv6Stage stage = Ipv6Stage::kUnknown;
  Ipv6Doubt doubt = Ipv6Doubt::kNone;  // of kUnknown
  std::string_view rule;               // that the fault is told by, empty for none
  Reason reason;
  std::string compared;  // for the evidence
  std::string limit;
  std::vector<std::string> v4_only_hosts;  // most pages first
};
Ipv6Judgement judge_ipv6(const Ipv6Facts& facts);

// The rules of the ladder. A stage that lies behind one of them shows it mended; kUnknown shows nothing.
inline constexpr std::string_view kIpv6Rules[] = {"ipv6.missing", "ipv6.broken", "ipv6.inconsistent", "ipv6.skylight"};
bool ipv6_rule_passes(std::string_view rule, const Ipv6Judgement& judgement);

// Links of one level that are well over IPv4, asked over IPv6: level 2 stands on the home page, level 3 on those pages
// (the 二级链接 and 三级链接 of the national IPv6 indicators).
struct Ipv6LinkCount {
  std::uint32_t well = 0;
  std::uint32_t failed = 0;          // twice over IPv6, and well over IPv4 in between
  std::vector<std::string> failing;  // some of them
  std::optional<Attempt> last_failed;

  std::uint32_t all() const { return well + failed; }
  std::optional<double> rate() const;  // none where nothing was asked
};
inline constexpr double kIpv6LinksShare = 0.85;  // the least that passes

// Is the share of links that IPv6 opens below what passes, beyond what chance could do in so many?
bool ipv6_links_fail(const Ipv6LinkCount& count);

// How many of the name servers of a site's zone answer for it over IPv6: who has IPv6 alone finds the site's name only
// by them (域名授权体系 of the national IPv6 indicators). Told as it is: resolvers in use today have IPv4 as well.
struct Ipv6NameServers {
  std::string zone;
  std::uint32_t all = 0;
  std::uint32_t over_ipv6 = 0;
  std::vector<std::string> without;  // those that do not
};

// What is told of a site.
struct Ipv6Status {
  Ipv6Stage stage = Ipv6Stage::kUnknown;
  Ipv6Doubt doubt = Ipv6Doubt::kEngine;
  std::vector<std::string> v4_only_hosts;
  std::optional<double> level2_rate{};
  std::optional<double> level3_rate{};
  std::optional<Ipv6NameServers> name_servers{};  // none: not asked, or not known
};

}  // namespace xuncha
