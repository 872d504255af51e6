#include "daemon/service/vantage.h"

#include <string>

#include "core/limits.h"
#include "daemon/log.h"

namespace xuncha {
namespace {

constexpr std::size_t kFamilies = 2;
constexpr std::size_t kAnswerBytesMax = 4096;  // that there is an answer is enough

std::size_t index_of(Family family) {
  return family == Family::kIpv6 ? 1 : 0;
}

bool leads_elsewhere(const FetchOutcome& outcome, const Url& asked) {
  if (outcome.status < 300 || outcome.status >= 400) return false;
  const UrlParse next = parse_url(outcome.header("location"), &asked);
  if (!next.url || next.url->host() == asked.host()) return false;
  const std::string domain = registrable_domain(asked.host());
  return domain.empty() || domain != registrable_domain(next.url->host());
}

// What one anchor's answer says of our network.
NetworkState told_by(const FetchOutcome& outcome, const Url& asked) {
  switch (outcome.error) {
    case TransportError::kNone:
      return leads_elsewhere(outcome, asked) ? NetworkState::kUntold : NetworkState::kWell;
    case TransportError::kDnsNoAddress:
    case TransportError::kAddressRefused:
    case TransportError::kUnknownHost:
    case TransportError::kEngineError:
    case TransportError::kTlsExpired:
    case TransportError::kTlsName:
    case TransportError::kTlsUntrusted:
    case TransportError::kTlsUnsupported:
      return NetworkState::kUntold;
    default:
      return outcome.status != 0 ? NetworkState::kWell : NetworkState::kDown;
  }
}

}  // namespace

struct Vantage::State {
  State(Fetcher& the_fetcher, Connect the_connect, const Clock& the_clock)
      : fetcher(the_fetcher), connect(std::move(the_connect)), clock(the_clock) {}

  // One family, as the last questions told and as those under way tell so far.
  struct Known {
    NetworkState last = NetworkState::kUntold;
    std::optional<SteadyTime> down;  // when it was last found so
    std::size_t awaited = 0;         // answers of the questions under way
    bool settled = true;             // by those
    NetworkState now = NetworkState::kUntold;
  };
  struct Doubt {
    Family family;
    Handler handler;
  };

  Fetcher& fetcher;
  Connect connect;
  const Clock& clock;
  std::vector<Anchor> anchors;
  std::array<Known, kFamilies> known;
  std::uint64_t turn = 0;  // which questions are under way; answers to earlier ones count for nothing
  std::optional<SteadyTime> ended;
  SteadyTime next{};
  std::vector<Doubt> doubts;

  bool asking() const { return known[0].awaited + known[1].awaited > 0; }
  bool is_fresh() const { return !asking() && ended && clock.steady() - *ended <= limits::kVantageFresh; }
  NetworkState tell(std::size_t index) const;
  std::optional<NetworkState> tell(Family family) const;
  void begin(const std::shared_ptr<State>& self);
  void question(const std::shared_ptr<State>& self, const Anchor& anchor, Family family);
  void answered(std::uint64_t of_turn, std::size_t index, NetworkState told);
  void settle(std::size_t index, NetworkState told);
  void resolve_doubts();
};

// After an outage a failure may be of the time before: it is none to tell by until what was under way has ended.
NetworkState Vantage::State::tell(std::size_t index) const {
  const Known& of = known[index];
  const bool is_back = of.last == NetworkState::kWell && of.down;
  return is_back && clock.steady() - *of.down < limits::kVantageDoubt ? NetworkState::kDown : of.last;
}

// nullopt: the questions under way must be waited for.
std::optional<NetworkState> Vantage::State::tell(Family family) const {
  if (family != Family::kAny) {
    const std::size_t index = index_of(family);
    return known[index].settled ? std::optional(tell(index)) : std::nullopt;
  }
  bool is_down = false;
  for (std::size_t index = 0; index < kFamilies; ++index) {
    if (known[index].settled && tell(index) == NetworkState::kWell) return NetworkState::kWell;
    is_down = is_down || (known[index].settled && tell(index) == NetworkState::kDown);
  }
  if (!known[0].settled || !known[1].settled) return std::nullopt;
  return is_down ? NetworkState::kDown : NetworkState::kUntold;
}

void Vantage::State::begin(const std::shared_ptr<State>& self) {
  ++turn;
  next = clock.steady() + limits::kVantageInterval;
  for (Known& each : known) {
    each.awaited = 0;
    each.settled = false;
    each.now = NetworkState::kUntold;
  }
  const std::uint64_t of_turn = turn;
  for (const Anchor& anchor : anchors) {
    if (anchor.url || anchor.address.family == Family::kIpv4) ++known[0].awaited;
    if (anchor.url || anchor.address.family == Family::kIpv6) ++known[1].awaited;
  }
  for (std::size_t index = 0; index < kFamilies; ++index) {
    if (known[index].awaited == 0) settle(index, NetworkState::kUntold);
  }
  for (const Anchor& anchor : anchors) {
    if (turn != of_turn) return;
    if (anchor.url || anchor.address.family == Family::kIpv4) question(self, anchor, Family::kIpv4);
    if (anchor.url || anchor.address.family == Family::kIpv6) question(self, anchor, Family::kIpv6);
  }
}

void Vantage::State::question(const std::shared_ptr<State>& self, const Anchor& anchor, Family family) {
  const auto heard = [weak = std::weak_ptr(self), of_turn = turn, index = index_of(family)](NetworkState told) {
    if (const auto state = weak.lock()) state->answered(of_turn, index, told);
  };
  if (!anchor.url) {
    connect(anchor.address, anchor.port,
            [heard](bool connected) { heard(connected ? NetworkState::kWell : NetworkState::kDown); });
    return;
  }
  FetchRequest request;
  request.url = *anchor.url;
  request.fetch_class = FetchClass::kProbe;
  request.family = family;
  request.body_bytes_max = kAnswerBytesMax;
  fetcher.fetch(std::move(request),
                [heard, url = *anchor.url](const FetchOutcome& outcome) { heard(told_by(outcome, url)); });
}

void Vantage::State::answered(std::uint64_t of_turn, std::size_t index, NetworkState told) {
  if (of_turn != turn) return;
  Known& of = known[index];
  --of.awaited;
  if (told == NetworkState::kDown && of.now == NetworkState::kUntold) of.now = NetworkState::kDown;
  if (told == NetworkState::kWell) of.now = NetworkState::kWell;
  if (!asking()) ended = clock.steady();
  if (!of.settled && (of.awaited == 0 || of.now == NetworkState::kWell)) settle(index, of.now);
  resolve_doubts();
}

void Vantage::State::settle(std::size_t index, NetworkState told) {
  Known& of = known[index];
  const std::string_view family = index == 0 ? "ipv4" : "ipv6";
  if (told == NetworkState::kDown && of.last != told) log_warn("own_network_down", {{"family", family}});
  if (told == NetworkState::kWell && of.last == NetworkState::kDown) log_info("own_network_up", {{"family", family}});
  of.settled = true;
  of.last = told;
  if (told == NetworkState::kDown) of.down = clock.steady();
}

// A handler may ask again.
void Vantage::State::resolve_doubts() {
  std::vector<Doubt> open;
  open.swap(doubts);
  for (Doubt& doubt : open) {
    if (const std::optional<NetworkState> told = tell(doubt.family)) {
      doubt.handler(*told);
    } else {
      doubts.push_back(std::move(doubt));
    }
  }
}

Vantage::Vantage(Fetcher& fetcher, Connect connect, const Clock& clock)
    : state_(std::make_shared<State>(fetcher, std::move(connect), clock)) {}

Vantage::~Vantage() = default;

void Vantage::configure(const std::vector<Anchor>& anchors) {
  State& state = *state_;
  if (state.anchors == anchors) return;
  state.anchors = anchors;
  state.next = state.clock.steady();
  ++state.turn;
  state.known = {};
  state.ended.reset();
  if (!state.doubts.empty()) pump();
  state.resolve_doubts();
}

void Vantage::pump() {
  State& state = *state_;
  if (state.anchors.empty() || state.asking() || state.clock.steady() < state.next) return;
  state.begin(state_);
}

SteadyTime Vantage::wake_at() const {
  return state_->anchors.empty() || state_->asking() ? SteadyTime::max() : state_->next;
}

std::optional<bool> Vantage::up(Family family) const {
  const NetworkState last = state_->known[index_of(family)].last;
  return last == NetworkState::kUntold ? std::nullopt : std::optional(last == NetworkState::kWell);
}

void Vantage::ask(Family family, Handler handler) {
  State& state = *state_;
  if (state.anchors.empty()) return handler(NetworkState::kUntold);
  if (state.is_fresh()) return handler(*state.tell(family));
  state.doubts.push_back({family, std::move(handler)});
  if (!state.asking()) state.begin(state_);
}

}  // namespace xuncha
