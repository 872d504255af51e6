#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/clock.h"
#include "core/fetch.h"
#include "core/ip_address.h"
#include "daemon/config/configuration.h"
#include "detectors/confirmation.h"
#include "tests/simulation/dice.h"

namespace xuncha::simulation {

// True time since the month began, whatever the clock on the wall says.
using Moment = Milliseconds;
inline constexpr Moment kNever = Moment::max();

struct Span {
  Moment from{};
  Moment to = kNever;  // excluded
  bool covers(Moment at) const { return from <= at && at < to; }
};

// What may be wrong with one address, or with all of a host.
enum class Fault : std::uint8_t {
  kGone,          // 404, 410
  kServerError,   // 500
  kWrongType,     // an attachment answers HTML
  kRedirectHome,  // everything that is missing leads to the front door
  kMalformed,     // the page carries a link that is none
  kFarm,          // the page carries an injected link farm
  kNxdomain,
  kRefused,
  kTimeout,
  kTlsExpired,
  kShut,  // 403 for all: never a fault of the link; a site so shut is told as unjudged
  kBusy,  // 429 or 503 with Retry-After: no fault at all
};
std::string_view fault_name(Fault fault);

struct Host;

// A fault that the world will show, and the case it has to become.
struct Planted {
  std::size_t site = 0;
  Fault fault = Fault::kGone;
  Span span;
  std::string rule;     // empty: nothing may be told of it
  std::string subject;  // the case's
  std::vector<std::chrono::seconds> ladder;
  const Host* host = nullptr;      // of the subject
  std::vector<WallTime> sights{};  // when it was shown to somebody who asked for the subject
  Moment first_sight = kNever;
  Moment first_read = kNever;  // of a fault in a page's own text: when that page was read, not merely asked for
  bool must_be_told = true;    // false: it may be
  Moment first_hint = kNever;  // when its host was first seen so by anybody
  std::uint32_t hints = 0;     // sights that are none of the subject itself: of its host, or of our own lost packets
  // What became of it, as the judge saw it.
  Moment opened = kNever;
  Moment closed = kNever;
  std::string finding_id{};
  std::uint32_t episode = 0;
  int told_again = 0;
};

enum class TargetKind : std::uint8_t { kHome, kPage, kAttachment, kImage, kExternal };

// One address of the web.
struct Target {
  std::string url;
  TargetKind kind = TargetKind::kPage;
  std::size_t site = 0;
  Host* host = nullptr;
  std::string title;
  std::vector<std::string> links;  // as written on the page
  Milliseconds changes_every{};    // zero: never
  bool has_etag = false;
  bool refuses = false;  // 403, always: no finding
  std::string redirect;  // where it leads, always
  std::vector<Planted*> faults;
  // Requests for it, as the web saw them.
  std::uint32_t requests = 0;
  Moment last_request{};
};

struct Host {
  std::string origin;
  IpAddress address;
  std::vector<std::pair<Moment, IpAddress>> moves;  // to another address, from then on
  Milliseconds latency{};
  std::optional<std::size_t> site;  // whose own host it is
  bool has_robots = false;
  std::string disallowed;  // the path prefix that robots.txt forbids; empty: none
  std::chrono::seconds crawl_delay{};
  bool https = false;
  struct Trouble {
    Span span;
    Fault fault;
  };
  std::vector<Trouble> troubles;

  const Trouble* trouble_at(Moment at) const;
  const IpAddress& address_at(Moment at) const;
};

// What happens to everyone at once: to our own network, our resolver, our clock, our process.
struct Disturbance {
  enum class Kind : std::uint8_t {
    kNetworkLoss,  // every request fails
    kDnsLoss,      // the resolver fails for every name
    kDnsLies,      // the resolver says for every name that it does not exist
    kUplinkLoss,   // hosts elsewhere fail, the sites' own answer: we stand inside
    kPacketLoss,   // one request in twenty fails
    kRestart,      // the process ends (`by_kill`: at once) and is back at the end of the span
    kClockJump,    // at `span.from`, by `jump`
  };
  Kind kind = Kind::kNetworkLoss;
  Span span;
  Milliseconds jump{};
  bool by_kill = false;
  std::uint64_t after_requests = 0;  // a restart waits for a round and so many of its requests
  bool reopens_store = false;
};
std::string_view disturbance_name(Disturbance::Kind kind);

struct WorldOptions {
  std::uint64_t seed = 1;
  std::size_t sites = 50;
  Milliseconds length = std::chrono::hours(24 * 30);
  bool faults = true;
  bool disturbances = true;
  bool probes = false;  // every home page is visited at probe_interval too, as the daemon does
  Milliseconds probe_interval = std::chrono::minutes(15);
  std::string trace;  // requests to addresses that hold this text are printed, with their sites' cases
};

// The web of one simulated month: sites, hosts elsewhere, what is wrong with them and when. What it answers depends on
// the address and the time alone (and on dice for packets lost). Thread rule: confined to one thread.
class World {
 public:
  explicit World(const WorldOptions& options);
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // The sites as they are configured, with the mail routes.
  const Configuration& configuration() const { return configuration_; }
  const std::vector<Disturbance>& disturbances() const { return disturbances_; }
  std::deque<Planted>& planted() { return planted_; }
  const std::deque<Planted>& planted() const { return planted_; }
  const std::deque<Target>& targets() const { return targets_; }
  const WorldOptions& options() const { return options_; }

  // What a request that begins now will bring; `wall` is what our clock says.
  FetchOutcome answer(const FetchRequest& request, Moment now, WallTime wall);
  // Does our resolver give the host's address now?
  bool resolves(const Host& host, Moment now) const;
  // Would a request to the host arrive now?
  bool reaches(const Host& host, Moment now) const;
  Host* host_of(const std::string& origin);
  Target* target_of(const std::string& url);

 private:
  void make_elsewhere();
  void make_site(std::size_t number);
  void plant_of_site(std::size_t number);
  void plant_elsewhere();
  void draw_disturbances();
  Host& add_host(const std::string& origin, const IpAddress& address);
  Target& add_target(Target target);
  void plant(Target& target, Fault fault, Span span);
  Span draw_span(const std::vector<std::chrono::seconds>& ladder);
  const Disturbance* trouble_of_ours(Moment now, const Host& host);
  std::string body_of(const Target& target, Moment now) const;
  void answer_target(Target& target, const FetchRequest& request, Moment now, FetchOutcome& outcome);

  WorldOptions options_;
  Dice dice_;
  Dice packet_dice_;
  Configuration configuration_;
  std::deque<Host> hosts_;
  std::deque<Target> targets_;
  std::deque<Planted> planted_;
  std::vector<Disturbance> disturbances_;
  std::unordered_map<std::string, Host*> host_by_origin_;
  std::unordered_map<std::string, Target*> target_by_url_;
  std::vector<Host*> elsewhere_;
  std::vector<std::vector<Target*>> of_site_;
};

}  // namespace xuncha::simulation
