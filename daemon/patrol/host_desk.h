#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "core/fetch.h"
#include "core/target.h"
#include "core/url.h"
#include "crawler/frontier.h"
#include "crawler/robots.h"
#include "daemon/patrol/host_memory.h"
#include "daemon/patrol/polite_fetcher.h"

namespace xuncha {

struct HostDeskOptions {
  std::string agent_token = "xuncha";
  bool obey_robots = true;         // false with --own-site: read, not obeyed
  std::uint64_t seed = 1;          // of the paths that cannot exist
  std::optional<PacePolicy> pace;  // of the site's own hosts; none: the frontier's
  HostMemory* memory = nullptr;    // what other patrols learnt of hosts; none: everything is asked anew
};

// What is known of the hosts of one patrol, and what must be known before their pages are asked for: robots.txt, and
// for the site's own hosts how they answer for a path that cannot exist. Thread rule: confined to the patrol's thread.
class HostDesk {
 public:
  enum class Admission : std::uint8_t { kReady, kHeld, kRobots };

  struct Host {
    HostId id = 0;
    std::string origin;
    bool in_scope = false;
    bool asked = false;
    bool ready = false;
    RobotsAccess access = RobotsAccess::kAllowAll;
    RobotsRules rules;
    std::uint16_t robots_status = 0;
    bool robots_unreachable = false;
    bool unverified = false;      // its certificate is at fault: asked without verification
    std::vector<UrlNumber> held;  // targets that wait for readiness, and others who do
    std::vector<std::function<void()>> held_calls;
    NegativeBaseline root;
    std::vector<Attempt> root_attempts;  // of the root's two probes; empty: remembered, no sight of this patrol
    std::string root_url;                // one of the paths that cannot exist
    std::uint32_t baseline_requests = 0;
    std::map<std::string, NegativeBaseline> folders;
    std::map<std::string, std::vector<std::function<void(const NegativeBaseline&)>>> waiting;
    std::optional<FetchOutcome> dead;    // first failure to reach an external host at all
    std::optional<SteadyTime> answered;  // when it last gave any HTTP answer
    bool answered_before = false;        // in an earlier round, or in this patrol before it was interrupted
    std::optional<SteadyTime> in_vain;   // when it was asked as a control of our network, and did not answer
    std::optional<IpAddress> address;    // that answered
    Reason block;                        // set once it answers monitors with a block
    std::uint32_t blocked_targets = 0;
  };

  // All must outlive this object.
  HostDesk(PoliteFetcher& fetcher, Frontier& frontier, const Clock& clock, HostDeskOptions options);

  // The host of a URL, made when new.
  HostId host_of(const Url& url, bool in_scope);
  // REQUIRES: host_of() gave it.
  Host& operator[](HostId host) { return hosts_[places_[host]]; }
  const Host& operator[](HostId host) const { return hosts_[places_[host]]; }
  // In the order in which this patrol first met them.
  const std::deque<Host>& all() const { return hosts_; }

  // May this target be asked now? kHeld: it is kept and given to `on_ready` when the host is known. The home page is
  // admitted whatever robots.txt says (RFC 9309 rules crawling, and one page is no crawl).
  Admission admit(UrlNumber number, const Url& url, HostId host, bool is_home);
  // The same for a request that is no crawl's: tells whether it may be sent, perhaps at once, perhaps when the host is
  // known.
  void when_known(const Url& url, HostId host, std::function<void(bool may_be_asked)> then);
  // By robots.txt as it is known of that host.
  bool may_be_asked(const Host& state, const Url& url) const;
  void set_on_ready(std::function<void(UrlNumber)> on_ready) { on_ready_ = std::move(on_ready); }
  // One of the site's own hosts shows a certificate at fault, before any of its pages was asked for.
  void set_on_certificate(std::function<void(HostId, const FetchOutcome&)> on_certificate) {
    on_certificate_ = std::move(on_certificate);
  }
  void set_on_robots(std::function<void(HostId)> on_robots) { on_robots_ = std::move(on_robots); }

  // A host elsewhere that could not be reached answered for its robots.txt after all.
  void take_robots(HostId host, const FetchOutcome& outcome);

  // A host elsewhere answered before this patrol, or before it was interrupted.
  void note_before(HostId host);
  // Every answer or failure of a host's target, for the controls.
  void note(HostId host, const FetchOutcome& outcome);

  // The negative baseline of a URL's folder and extension; asked for when unknown and within
  // limits::kSoft404ProbesPerHostMax, else the root's. Where that is honest and the URL asks a program for a record by
  // its number ("show.asp?id=12"), the program's own answer for a number that nothing has. The handler may be called at
  // once.
  void baseline(const Url& url, HostId host, std::function<void(const NegativeBaseline&)> handler);

  // Has another host, of another registrable domain and another address, answered within five minutes, as a
  // proof of our network? The site's own hosts do not count: inside a bureau they answer while the uplink is dead.
  bool another_answered(HostId host, SteadyTime now) const;
  // The host of that kind that answered last, however long ago; where this patrol knows none, one that another does.
  std::optional<HostId> control_for(HostId host);

 private:
  bool may_be_control(const Host& host) const;
  void get_to_know(HostId host, const Url& url);
  void ask_robots(HostId host, const Url& url, int hops);
  void robots_known(HostId host, const FetchOutcome& outcome);
  void admit_by(HostId host, const RobotsAnswer& answer);
  void ask_baseline(HostId host, const std::function<std::string()>& impossible,
                    std::function<void(NegativeBaseline, std::vector<Attempt>, std::string)> handler);
  void baseline_by(const std::string& key, const Url& url, HostId host, const std::function<std::string()>& impossible,
                   std::function<void(const NegativeBaseline&)> handler);
  void make_ready(HostId host);
  void begin(HostId host, const Url& url);
  Admission judge(const Url& url, HostId host, bool is_home) const;
  void keep_foreign_rules(HostId host);
  bool is_elsewhere(const Host& other, const Host& asked) const;
  std::string impossible_name();
  std::string impossible_record(const Url& url);

  PoliteFetcher& fetcher_;
  Frontier& frontier_;
  const Clock& clock_;
  HostDeskOptions options_;
  std::deque<Host> hosts_;
  std::vector<std::uint32_t> places_;  // by HostId, which all sites share: where in hosts_
  std::deque<HostId> foreign_ruled_;   // hosts elsewhere whose rules are kept, the oldest first
  std::size_t foreign_rules_ = 0;      // of them all
  std::function<void(UrlNumber)> on_ready_;
  std::function<void(HostId)> on_robots_;
  std::function<void(HostId, const FetchOutcome&)> on_certificate_;
  std::mt19937_64 random_;
};

// The looks of an answered page, for comparison with the baseline.
PageLooks looks_of(const FetchOutcome& outcome);

// What two answers to paths that cannot exist say of their host: honest only if both are 404 or 410.
NegativeBaseline baseline_of(const FetchOutcome& first, const Url& first_url, const FetchOutcome& second,
                             const Url& second_url);

}  // namespace xuncha
