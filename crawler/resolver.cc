#include "crawler/resolver.h"

#include <ares.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstring>
#include <deque>
#include <mutex>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>

#include "crawler/epoll_watch.h"

namespace xuncha {
namespace {

using Bytes = std::span<const unsigned char>;

unsigned read16(Bytes bytes, std::size_t at) {
  return static_cast<unsigned>(bytes[at] << 8 | bytes[at + 1]);
}

std::uint32_t read32(Bytes bytes, std::size_t at) {
  return static_cast<std::uint32_t>(read16(bytes, at)) << 16 | read16(bytes, at + 2);
}

// Past an encoded name (RFC 1035 4.1.4); 0 when it runs over the end.
std::size_t skip_name(Bytes bytes, std::size_t at) {
  while (at < bytes.size()) {
    const unsigned length = bytes[at];
    if (length == 0) return at + 1;
    if (length >= 0xC0) return at + 2 <= bytes.size() ? at + 2 : 0;
    at += length + 1;
  }
  return 0;
}

// RFC 2308 5: a negative answer lives for the smaller of its SOA record's own TTL and its MINIMUM field.
std::chrono::seconds negative_ttl(Bytes bytes) {
  constexpr std::size_t kHeader = 12;
  constexpr unsigned kSoa = 6;
  if (bytes.size() < kHeader) return std::chrono::seconds(0);
  std::size_t at = kHeader;
  for (unsigned i = 0; i < read16(bytes, 4); ++i) {
    at = skip_name(bytes, at);
    if (at == 0 || at + 4 > bytes.size()) return std::chrono::seconds(0);
    at += 4;
  }
  const unsigned records = read16(bytes, 6) + read16(bytes, 8);
  for (unsigned i = 0; i < records; ++i) {
    at = skip_name(bytes, at);
    if (at == 0 || at + 10 > bytes.size()) break;
    const unsigned type = read16(bytes, at);
    const std::uint32_t ttl = read32(bytes, at + 4);
    const std::size_t length = read16(bytes, at + 8);
    at += 10;
    if (at + length > bytes.size()) break;
    if (type == kSoa && length >= 20) return std::chrono::seconds(std::min(ttl, read32(bytes, at + length - 4)));
    at += length;
  }
  return std::chrono::seconds(0);
}

DnsStatus status_of(int code) {
  switch (code) {
    case ARES_SUCCESS:
      return DnsStatus::kAnswered;
    case ARES_ENODATA:
      return DnsStatus::kNoData;
    case ARES_ENOTFOUND:
      return DnsStatus::kNxdomain;
    case ARES_ETIMEOUT:
    case ARES_ECONNREFUSED:  // no server could be reached
      return DnsStatus::kTimeout;
    case ARES_EBADNAME:
      return DnsStatus::kBadName;
    case ARES_ECANCELLED:
    case ARES_EDESTRUCTION:
      return DnsStatus::kStopped;
    default:
      return DnsStatus::kServfail;
  }
}

// A server that gave no answer is not waited for again so soon for a second opinion: thousands of sites have no AAAA.
constexpr Milliseconds kSilenceKept = std::chrono::minutes(1);

constexpr int kRecordsMax = 256;  // read of one answer before what is over limits::kDnsAddressesMax is dropped

struct Record {
  IpAddress address;
  int ttl;
};

int parse_records(Bytes bytes, Family family, std::vector<Record>& records) {
  int count = kRecordsMax;
  const int size = static_cast<int>(bytes.size());
  if (family == Family::kIpv4) {
    std::array<ares_addrttl, kRecordsMax> found;
    const int code = ares_parse_a_reply(bytes.data(), size, nullptr, found.data(), &count);
    for (int i = 0; code == ARES_SUCCESS && i < count; ++i) {
      const auto& one = found[static_cast<std::size_t>(i)];
      std::array<std::uint8_t, 4> octets;
      std::memcpy(octets.data(), &one.ipaddr, octets.size());
      records.push_back({IpAddress::v4(octets[0], octets[1], octets[2], octets[3]), one.ttl});
    }
    return code;
  }
  std::array<ares_addr6ttl, kRecordsMax> found;
  const int code = ares_parse_aaaa_reply(bytes.data(), size, nullptr, found.data(), &count);
  for (int i = 0; code == ARES_SUCCESS && i < count; ++i) {
    const auto& one = found[static_cast<std::size_t>(i)];
    Record record{{}, one.ttl};
    record.address.family = Family::kIpv6;
    std::memcpy(record.address.bytes.data(), &one.ip6addr, record.address.bytes.size());
    records.push_back(record);
  }
  return code;
}

DnsAnswer read_answer(int code, Bytes bytes, Family family, std::uint64_t& dropped) {
  std::vector<Record> records;
  if (code == ARES_SUCCESS) code = parse_records(bytes, family, records);
  DnsAnswer answer;
  answer.status = status_of(code);
  if (code == ARES_SUCCESS && records.empty()) answer.status = DnsStatus::kNoData;
  if (code != ARES_SUCCESS) answer.words = ares_strerror(code);
  if (answer.status == DnsStatus::kNoData || answer.status == DnsStatus::kNxdomain) answer.ttl = negative_ttl(bytes);
  int ttl = records.empty() ? 0 : records.front().ttl;
  for (const Record& record : records) {
    ttl = std::min(ttl, record.ttl);
    if (std::find(answer.addresses.begin(), answer.addresses.end(), record.address) != answer.addresses.end()) continue;
    if (answer.addresses.size() == limits::kDnsAddressesMax) {
      ++dropped;
      continue;
    }
    answer.addresses.push_back(record.address);
  }
  if (!records.empty()) answer.ttl = std::chrono::seconds(std::max(ttl, 0));
  return answer;
}

std::string key_of(std::string_view name, Family family) {
  std::string key(name);
  key += family == Family::kIpv6 ? '6' : '4';
  return key;
}

const Clock& system_clock_seam() {
  static const SystemClock clock;
  return clock;
}

ares_addr_port_node node_of(const Endpoint& server) {
  ares_addr_port_node node{};
  node.udp_port = node.tcp_port = server.port;
  const bool v6 = server.address.family == Family::kIpv6;
  node.family = v6 ? AF_INET6 : AF_INET;
  if (v6) std::memcpy(&node.addr.addr6, server.address.bytes.data(), 16);
  if (!v6) std::memcpy(&node.addr.addr4, server.address.bytes.data() + 12, 4);
  return node;
}

std::string name_of(const Endpoint& server) {
  const std::string address = format_address(server.address);
  const bool v6 = server.address.family == Family::kIpv6;
  return (v6 ? "[" + address + "]" : address) + ":" + std::to_string(server.port);
}

bool is_link_local(const IpAddress& address) {
  return address.family == Family::kIpv6 && address.bytes[0] == 0xFE && (address.bytes[1] & 0xC0) == 0x80;
}

// Those of /etc/resolv.conf, each once; without link-local ones, whose interface c-ares does not tell.
std::vector<Endpoint> servers_of(ares_channel channel) {
  std::vector<Endpoint> servers;
  ares_addr_port_node* nodes = nullptr;
  if (ares_get_servers_ports(channel, &nodes) != ARES_SUCCESS) return servers;
  for (const ares_addr_port_node* node = nodes; node != nullptr; node = node->next) {
    std::array<std::uint8_t, 4> octets;
    std::memcpy(octets.data(), &node->addr.addr4, octets.size());
    IpAddress address = IpAddress::v4(octets[0], octets[1], octets[2], octets[3]);
    if (node->family == AF_INET6) {
      address.family = Family::kIpv6;
      std::memcpy(address.bytes.data(), &node->addr.addr6, address.bytes.size());
    }
    const Endpoint server{address, static_cast<std::uint16_t>(node->udp_port == 0 ? NS_DEFAULTPORT : node->udp_port)};
    const bool is_known = std::find(servers.begin(), servers.end(), server) != servers.end();
    if (!is_known && !is_link_local(server.address)) servers.push_back(server);
  }
  ares_free_data(nodes);
  return servers;
}

}  // namespace

bool is_askable_name(std::string_view name) {
  if (name.empty() || name.size() > 253) return false;
  std::size_t label = 0;
  for (char c : name) {
    if (c != '.') {
      if (++label > 63) return false;
      continue;
    }
    if (label == 0) return false;
    label = 0;
  }
  return label != 0;
}

struct Resolver::Impl : std::enable_shared_from_this<Resolver::Impl> {
  // One question under way or waiting, with all who want to know.
  struct Query {
    Impl* owner = nullptr;
    std::string name;
    Family family = Family::kIpv4;
    std::vector<Handler> handlers;
    std::optional<DnsAnswer> answer;
    std::size_t server = 0;                // asked now
    int tries = 0;                         // so far
    std::optional<std::size_t> denied_by;  // the server that said NXDOMAIN first
    std::optional<DnsAnswer> no_data;      // what one server said, while another is asked
  };
  struct RawQuery {
    std::weak_ptr<Impl> owner;
    RawHandler handler;
  };
  // One channel each, so that it is known who said what.
  struct Server {
    ares_channel channel = nullptr;
    std::string name;                     // "192.0.2.1:53"
    std::optional<SteadyTime> silent_at;  // when it last gave no answer, unless it has answered since
  };

  Impl(boost::asio::io_context& io, ResolverOptions with)
      : context(io), options(std::move(with)), cache(options.cache), timer(io) {
    clock = options.clock != nullptr ? options.clock : &system_clock_seam();
  }

  Status start();
  Result<ares_channel> open_channel(int tries);
  Status open_servers();
  void lookup(std::string_view name, Family family, Handler handler);
  void ask(Query* query);
  bool ask_another(Query* query);
  void ask_waiting();
  void process(std::span<const Readiness> ready);
  void arm_timer();
  void post_deliver();
  void deliver();
  void cancel();
  void shut();

  static void on_answer(void* argument, int code, int timeouts, unsigned char* bytes, int size) noexcept;
  static void on_raw_answer(void* argument, int code, int timeouts, unsigned char* bytes, int size) noexcept;
  static void on_socket(void* argument, ares_socket_t socket, int readable, int writable) noexcept;

  boost::asio::io_context& context;
  ResolverOptions options;
  const Clock* clock;
  DnsCache cache;
  boost::asio::steady_timer timer;
  std::unique_ptr<EpollWatch> watch;
  std::vector<Server> servers;
  std::size_t preferred = 0;  // the server that answered last
  std::unordered_map<std::string, std::unique_ptr<Query>> queries;
  std::deque<Query*> waiting;
  std::vector<Query*> answered;
  int in_flight = 0;
  bool deliver_posted = false;
  bool shutting = false;
  ResolverCounters counters;
};

Status Resolver::Impl::start() {
  static std::once_flag once;
  std::call_once(once, [] { ares_library_init(ARES_LIB_INIT_ALL); });
  auto made = EpollWatch::create(context, [this](std::span<const Readiness> ready) { process(ready); });
  if (!made) return made.error();
  watch = std::move(made).value();

  return open_servers();
}

Result<ares_channel> Resolver::Impl::open_channel(int tries) {
  ares_options with{};
  std::string lookups = "b";
  with.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES;
  with.timeout = static_cast<int>(options.timeout.count());
  with.tries = tries;
  with.lookups = lookups.data();
  with.sock_state_cb = &Impl::on_socket;
  with.sock_state_cb_data = this;
  const int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS | ARES_OPT_SOCK_STATE_CB;
  ares_channel channel = nullptr;
  const int code = ares_init_options(&channel, &with, mask);
  if (code == ARES_SUCCESS) return channel;
  return Error{ErrorCode::kUnavailable, "DNS resolver", ares_strerror(code)};
}

// With one server c-ares repeats a question by itself; with several each try goes to the next of them, by us.
Status Resolver::Impl::open_servers() {
  auto first = open_channel(options.tries);
  if (!first) return first.error();
  servers.push_back({first.value(), {}});
  const std::vector<Endpoint> named = options.servers.empty() ? servers_of(first.value()) : options.servers;
  if (options.servers.empty() && named.size() < 2) return Done{};  // as the system has it
  for (std::size_t i = 0; i < named.size(); ++i) {
    if (named.size() > 1) {
      auto channel = open_channel(1);
      if (!channel) return channel.error();
      if (i == 0) ares_destroy(std::exchange(servers[0].channel, channel.value()));
      if (i > 0) servers.push_back({channel.value(), {}});
    }
    servers[i].name = name_of(named[i]);
    ares_addr_port_node node = node_of(named[i]);
    const int code = ares_set_servers_ports(servers[i].channel, &node);
    if (code != ARES_SUCCESS) return Error{ErrorCode::kUsage, "DNS servers", ares_strerror(code)};
  }
  return Done{};
}

void Resolver::Impl::lookup(std::string_view name, Family family, Handler handler) {
  auto [place, fresh] = queries.try_emplace(key_of(name, family));
  if (!fresh) {
    ++counters.joined;
    place->second->handlers.push_back(std::move(handler));
    return;
  }
  place->second = std::make_unique<Query>();
  Query* query = place->second.get();
  query->owner = this;
  query->name = name;
  query->family = family;
  query->handlers.push_back(std::move(handler));
  if (const DnsAnswer* known = cache.find(name, family, clock->steady())) {
    ++counters.cache_hits;
    query->answer = *known;
    answered.push_back(query);
    post_deliver();
    return;
  }
  if (in_flight >= options.queries_in_flight_max) {
    waiting.push_back(query);
    counters.waiting_max = std::max<std::uint64_t>(counters.waiting_max, waiting.size());
    return;
  }
  ask(query);
  arm_timer();
}

void Resolver::Impl::ask(Query* query) {
  ++in_flight;
  if (!is_askable_name(query->name) || query->name.find('\\') != std::string::npos) {
    on_answer(query, ARES_EBADNAME, 0, nullptr, 0);
    return;
  }
  if (query->tries == 0) query->server = preferred;
  ++query->tries;
  ++counters.queries;
  ares_query(servers[query->server].channel, query->name.c_str(), ns_c_in,
             query->family == Family::kIpv6 ? ns_t_aaaa : ns_t_a, &Impl::on_answer, query);
}

// Is the answer not the last word? A server that gives none is followed by the next, and a name does not exist only if
// two servers say so: filters, and servers cut off from the world, deny names as well. That a name has
// no address of one family is asked of one other too, since some servers leave out all AAAA records.
bool Resolver::Impl::ask_another(Query* query) {
  DnsAnswer& answer = *query->answer;
  const bool has_failed = answer.status == DnsStatus::kServfail || answer.status == DnsStatus::kTimeout;
  const bool has_answered = answer.status == DnsStatus::kAnswered || answer.status == DnsStatus::kNoData ||
                            answer.status == DnsStatus::kNxdomain;
  if (has_answered) preferred = query->server;
  if (has_answered) servers[query->server].silent_at.reset();
  if (answer.status == DnsStatus::kTimeout) servers[query->server].silent_at = clock->steady();
  if (servers.size() == 1) return false;
  if (query->no_data) {  // only addresses speak against it
    if (answer.status != DnsStatus::kAnswered) answer = *std::move(query->no_data);
    query->no_data.reset();
    return false;
  }
  if (answer.status == DnsStatus::kNoData && !query->denied_by) {
    const std::size_t next = (query->server + 1) % servers.size();
    const std::optional<SteadyTime> silent_at = servers[next].silent_at;
    if (silent_at && clock->steady() - *silent_at < kSilenceKept) return false;
    query->no_data = answer;
    query->server = next;
    return true;
  }
  if (answer.status == DnsStatus::kNxdomain) {
    if (query->denied_by) {
      answer.words += ", say " + servers[*query->denied_by].name + " and " + servers[query->server].name;
      return false;
    }
    query->denied_by = query->server;
    query->tries = options.tries;  // of this server; the others have theirs
  } else if (!has_failed) {
    return false;
  }
  if (query->tries >= options.tries * static_cast<int>(servers.size())) {
    if (query->denied_by) {
      answer.words = servers[*query->denied_by].name +
                     " knows no such name and no other server confirms it: " + std::move(answer.words);
    }
    return false;
  }
  do {
    query->server = (query->server + 1) % servers.size();
  } while (query->server == query->denied_by);
  return true;
}

void Resolver::Impl::ask_waiting() {
  while (!waiting.empty() && in_flight < options.queries_in_flight_max) {
    Query* query = waiting.front();
    waiting.pop_front();
    ask(query);
  }
}

// May be called from inside ares_query: the answer is kept and told from the loop.
void Resolver::Impl::on_answer(void* argument, int code, int /*timeouts*/, unsigned char* bytes, int size) noexcept {
  auto* query = static_cast<Query*>(argument);
  Impl* self = query->owner;
  --self->in_flight;
  if (self->shutting) return;
  const std::size_t count = bytes != nullptr && size > 0 ? static_cast<std::size_t>(size) : 0;
  query->answer = read_answer(code, Bytes(bytes, count), query->family, self->counters.addresses_dropped);
  self->answered.push_back(query);
  self->post_deliver();
}

void Resolver::Impl::on_raw_answer(void* argument, int code, int /*timeouts*/, unsigned char* bytes,
                                   int size) noexcept {
  const std::unique_ptr<RawQuery> query(static_cast<RawQuery*>(argument));
  const auto self = query->owner.lock();
  if (!self || self->shutting) return;
  std::string answer;
  if (code == ARES_SUCCESS && bytes != nullptr && size > 0)
    answer.assign(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  boost::asio::post(self->context, [weak = query->owner, handler = std::move(query->handler), answer] {
    const auto still = weak.lock();
    if (still && !still->shutting) handler(answer);
  });
}

void Resolver::Impl::on_socket(void* argument, ares_socket_t socket, int readable, int writable) noexcept {
  auto* self = static_cast<Impl*>(argument);
  self->watch->watch(socket, readable != 0, writable != 0);
}

void Resolver::Impl::process(std::span<const Readiness> ready) {
  for (const Readiness& one : ready) {
    const bool reads = one.readable || one.failed;
    // A channel passes over a descriptor that is not its own.
    for (const Server& server : servers) {
      ares_process_fd(server.channel, reads ? one.descriptor : ARES_SOCKET_BAD,
                      one.writable ? one.descriptor : ARES_SOCKET_BAD);
    }
  }
  arm_timer();
}

void Resolver::Impl::arm_timer() {
  std::optional<std::chrono::microseconds> soonest;
  for (const Server& server : servers) {
    timeval wait{};
    if (ares_timeout(server.channel, nullptr, &wait) == nullptr) continue;
    const auto left = std::chrono::seconds(wait.tv_sec) + std::chrono::microseconds(wait.tv_usec);
    soonest = std::min(soonest.value_or(left), left);
  }
  if (!soonest) {
    timer.cancel();
    return;
  }
  timer.expires_after(*soonest);
  timer.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
    const auto self = weak.lock();
    if (error || !self || self->shutting) return;
    for (const Server& server : self->servers) ares_process_fd(server.channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    self->arm_timer();
  });
}

void Resolver::Impl::post_deliver() {
  if (deliver_posted) return;
  deliver_posted = true;
  boost::asio::post(context, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->deliver();
  });
}

void Resolver::Impl::deliver() {
  deliver_posted = false;
  std::vector<std::unique_ptr<Query>> done;
  for (Query* query : std::exchange(answered, {})) {
    if (!shutting && query->tries > 0 && ask_another(query)) {
      query->answer.reset();
      ask(query);
      continue;
    }
    const auto place = queries.find(key_of(query->name, query->family));
    done.push_back(std::move(place->second));
    queries.erase(place);
  }
  for (const auto& query : done) {
    cache.put(query->name, query->family, *query->answer, clock->steady());
    for (const Handler& handler : query->handlers) handler(*query->answer);
  }
  if (shutting) return;
  ask_waiting();
  arm_timer();
}

void Resolver::Impl::cancel() {
  for (Query* query : std::exchange(waiting, {})) {
    query->answer = DnsAnswer{DnsStatus::kStopped, {}, {}, "stopped"};
    answered.push_back(query);
  }
  for (const Server& server : servers) ares_cancel(server.channel);
  if (!answered.empty()) post_deliver();
  arm_timer();
}

void Resolver::Impl::shut() {
  shutting = true;
  for (const Server& server : servers) ares_destroy(server.channel);
  servers.clear();
  timer.cancel();
  watch.reset();
}

Resolver::Resolver(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
Resolver::~Resolver() {
  impl_->shut();
}

Result<std::unique_ptr<Resolver>> Resolver::create(boost::asio::io_context& context, ResolverOptions options) {
  auto impl = std::make_shared<Impl>(context, std::move(options));
  const Status started = impl->start();
  std::unique_ptr<Resolver> resolver(new Resolver(std::move(impl)));
  if (!started) return started.error();
  return resolver;
}

void Resolver::lookup(std::string_view name, Family family, Handler handler) {
  impl_->lookup(name, family, std::move(handler));
}

void Resolver::ask(std::string_view name, int type, RawHandler handler) {
  auto query = std::make_unique<Impl::RawQuery>(Impl::RawQuery{impl_, std::move(handler)});
  ++impl_->counters.queries;
  ares_query(impl_->servers[impl_->preferred].channel, std::string(name).c_str(), ns_c_in, type, &Impl::on_raw_answer,
             query.release());
  impl_->arm_timer();
}

const DnsAnswer* Resolver::cached(std::string_view name, Family family) {
  const DnsAnswer* answer = impl_->cache.find(name, family, impl_->clock->steady());
  if (answer != nullptr) ++impl_->counters.cache_hits;
  return answer;
}

void Resolver::cancel() {
  impl_->cancel();
}
void Resolver::forget() {
  impl_->cache.clear();
}
void Resolver::forget(std::string_view name, Family family) {
  impl_->cache.forget(name, family);
}
ResolverCounters Resolver::counters() const {
  return impl_->counters;
}
std::uint64_t Resolver::cache_evictions() const {
  return impl_->cache.evictions();
}

}  // namespace xuncha
