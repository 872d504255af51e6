#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/fetch.h"
#include "core/site.h"
#include "core/url.h"
#include "crawler/frontier.h"
#include "daemon/patrol/host_desk.h"
#include "daemon/patrol/name_lookup.h"
#include "daemon/patrol/own_network.h"
#include "daemon/patrol/polite_fetcher.h"
#include "detectors/ipv6.h"

namespace xuncha {

// What a patrol looks at IPv6 by.
struct Ipv6Wish {
  NameLookup* names = nullptr;  // must outlive the patrol
  std::vector<Cidr> permitted;  // ranges that are the site's own (allow_cidr)
  bool has_route = false;       // from here to the IPv6 internet
  bool with_links = true;       // are links followed too?
  WallTime last_look{};         // of a continuous patrol: when the site was last looked at
};

// Asks a site's home page over IPv4 and IPv6 apart, and whom else is needed to tell a fault of the site from one of our
// own network. Each request over IPv6 is queued under its address: what fails there says nothing of the host over IPv4.
// Thread rule: confined to the patrol's thread.
class Ipv6Look {
 public:
  struct Place {
    PoliteFetcher& fetcher;
    Frontier& frontier;
    HostDesk& desk;
    const SiteScope& scope;
    const Clock& clock;
    OwnNetwork* network;  // null: other hosts' answers tell
    std::shared_ptr<const AddressPolicy> policy;
    bool external;                                        // may other hosts be asked?
    std::optional<PacePolicy> pace;                       // of the site's own hosts
    std::function<bool(const Url&)> is_excluded;          // by the operator
    std::function<std::uint64_t(HostId)> pages_of;        // that load something from a host, as far as they were read
    std::function<std::vector<Url>(int level)> links_of;  // of level 2 or 3, well over IPv4; those to be asked
  };
  using Sight = std::function<void(const Ipv6Judgement&, Evidence)>;

  // `on_sight` is told of each judgement, in order; `sights` are taken of a fault, and of anything where `look_twice`.
  // `on_links` is told of the links of both levels, where the home page opens over IPv6 and links are wanted.
  using LinksSeen = std::function<void(const Ipv6LinkCount& level2, const Ipv6LinkCount& level3)>;
  Ipv6Look(Ipv6Wish wish, Place place, Url home, int sights, bool look_twice, Sight on_sight, LinksSeen on_links);
  ~Ipv6Look();
  Ipv6Look(const Ipv6Look&) = delete;
  Ipv6Look& operator=(const Ipv6Look&) = delete;

  void begin();
  bool done() const { return done_; }
  // After the end, of the last sight.
  const Ipv6Status& status() const { return status_; }

 private:
  struct Chain;
  void step();
  void end_sight(const Ipv6Judgement& judgement);
  Evidence evidence_of(const Ipv6Judgement& judgement) const;
  void ask_addresses();
  AddressFacts facts_of(HostAddresses found, Family family) const;
  void resolve(const Url& url, Family family, std::function<void(AddressFacts)> then);
  void ask_leg(Family family, std::optional<Ipv6Leg>& leg);
  void ask_hop(const std::shared_ptr<Chain>& chain);
  void send_hop(const std::shared_ptr<Chain>& chain, HostId queue);
  void answered(const std::shared_ptr<Chain>& chain, const FetchOutcome& outcome);
  void end_leg(const std::shared_ptr<Chain>& chain, const FetchOutcome& outcome);
  HostId queue_of(const Url& url, const IpAddress& address, bool in_scope);
  void ask_proof();
  void ask_next_control();
  void ask_resources();
  void ask_next_resource();
  void note_loaded(const Url& page, const PageFacts& facts);
  void ask_over_ipv6(const Url& url, std::function<void(const AddressFacts&, const FetchOutcome&)> then);
  bool answers_over_ipv4(const Url& url) const;

  void ask_name_servers();
  bool own_ipv6_is_proven() const;

  // Links (ipv6_look_links.cc)
  enum class LinkAnswer : std::uint8_t { kWell, kFailed, kUntold };
  struct LinkToAsk {
    Url url;
    int level = 0;
  };
  using LinkHandler = std::function<void(LinkAnswer, const Attempt&)>;
  void begin_links();
  void ask_links();
  void judge_link(const LinkToAsk& link);
  void ask_link(const Url& url, Family family, const LinkHandler& then);
  void count_link(const LinkToAsk& link, LinkAnswer answer, const Attempt& attempt);

  const Ipv6Wish wish_;
  const Place place_;
  const Url home_;
  int sights_left_;
  const bool look_twice_;
  const Sight on_sight_;
  const LinksSeen on_links_;
  Ipv6Facts facts_;
  std::vector<Url> loaded_;    // one URL of each host that the home page loads from, over IPv4
  std::vector<Url> controls_;  // hosts elsewhere, to be asked for proof
  std::size_t next_ = 0;       // of controls_ or loaded_
  int controls_asked_ = 0;
  std::vector<LinkToAsk> links_;
  std::size_t next_link_ = 0;
  bool asking_links_ = false;
  bool next_link_wanted_ = false;
  Ipv6LinkCount level2_;
  Ipv6LinkCount level3_;
  Ipv6Status status_;
  bool done_ = false;
  bool stepping_ = false;
  bool again_ = false;
  std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);  // held weakly by what may come late
};

}  // namespace xuncha
