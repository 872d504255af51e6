#include "tests/portal/portal_server.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <fstream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/portal/portal_answers.h"
#include "tests/portal/portal_bytes.h"
#include "tests/portal/portal_connection.h"
#include "tests/portal/portal_dns.h"
#include "tests/portal/portal_tls.h"

namespace xuncha::portal {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// A socket that is never served: bound only (connections are refused) or with a full accept queue (SYNs are dropped).
class DeadPort {
 public:
  DeadPort(const std::string& address, bool drop) {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(asio::ip::make_address_v4(address).to_uint());
    int listener = open_socket(0);
    if (::bind(listener, reinterpret_cast<sockaddr*>(&where), sizeof where) != 0) fail("bind");
    socklen_t length = sizeof where;
    ::getsockname(listener, reinterpret_cast<sockaddr*>(&where), &length);
    port_ = ntohs(where.sin_port);
    if (!drop) return;
    if (::listen(listener, 0) != 0) fail("listen");
    // Linux lets backlog + 1 connections wait; the others show that the queue is full.
    for (int i = 0; i < 4; ++i)
      static_cast<void>(::connect(open_socket(SOCK_NONBLOCK), reinterpret_cast<sockaddr*>(&where), sizeof where));
  }
  DeadPort(const DeadPort&) = delete;
  DeadPort& operator=(const DeadPort&) = delete;
  ~DeadPort() {
    for (const int descriptor : descriptors_) ::close(descriptor);
  }
  std::uint16_t port() const { return port_; }

 private:
  [[noreturn]] static void fail(const char* what) {
    throw boost::system::system_error(error_code(errno, boost::system::system_category()), what);
  }
  int open_socket(int flags) {
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
    if (descriptor < 0) fail("socket");
    descriptors_.push_back(descriptor);
    return descriptor;
  }
  std::vector<int> descriptors_;
  std::uint16_t port_ = 0;
};

struct Listener {
  Listener(asio::io_context& context, const std::string& address)
      : acceptor(context, tcp::endpoint(asio::ip::make_address(address), 0), false) {}
  tcp::acceptor acceptor;
  Endpoint endpoint;
};

// Where a port that URLs name really is.
struct Mapping {
  std::string name;
  std::uint16_t port = 0;
  std::string target;
};

bool is_address(const std::string& name) {
  error_code error;
  asio::ip::make_address(name, error);
  return !error;
}

std::string temporary_directory() {
  std::string pattern = (std::filesystem::temp_directory_path() / "xuncha-portal-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary directory");
  return pattern;
}

}  // namespace

std::string to_json_line(const RequestLog& log) {
  const nlohmann::ordered_json line = {{"time", log.time},
                                       {"scheme", log.scheme},
                                       {"host", log.host},
                                       {"method", log.method},
                                       {"target", log.target},
                                       {"host_header", log.host_header},
                                       {"user_agent", log.user_agent},
                                       {"range", log.range},
                                       {"if_none_match", log.if_none_match},
                                       {"if_modified_since", log.if_modified_since},
                                       {"status", log.status},
                                       {"bytes", log.bytes},
                                       {"connection", log.connection},
                                       {"complete", log.complete},
                                       {"duration", log.duration}};
  return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

struct PortalServer::Impl {
  explicit Impl(Portal data) : portal(std::move(data)) {}
  ~Impl();

  void listen(const PortalOptions& options);
  void listen_host(const Host& host, CertificateAuthority& authority);
  void add_listener(const Host& host, const std::string& scheme, std::uint16_t port, asio::ssl::context* tls,
                    std::string alert);
  void accept(Listener& listener);
  void listen_control();
  Endpoint base_endpoint(const std::string& host, const std::string& scheme);

  std::string phase_now() const;
  Answer control_answer(const Request& request);
  std::string bomb(std::uint64_t mebibytes);
  void add_log(const RequestLog& entry);

  asio::io_context context{1};  // first, so that it goes last
  Portal portal;
  std::vector<Mapping> mappings;
  std::vector<std::unique_ptr<asio::ssl::context>> tls_contexts;
  std::vector<std::unique_ptr<Listener>> listeners;
  std::vector<std::unique_ptr<DeadPort>> dead_ports;
  std::unique_ptr<DnsResponder> dns;
  std::vector<std::weak_ptr<Connection>> connections;
  std::uint64_t connections_made = 0;
  std::uint16_t control = 0;
  std::string directory;  // holds the CA file
  PortalAnswers answers;
  std::map<std::uint64_t, std::string> bombs;
  std::atomic<int> in_flight{0};

  mutable std::mutex mutex;  // guards what follows
  std::string phase;
  std::vector<RequestLog> log;
  std::map<std::string, int> asked;
  std::ofstream log_file;

  std::thread thread;
};

PortalServer::Impl::~Impl() {
  if (thread.joinable()) {
    asio::post(context, [this] {
      for (const auto& weak : connections) {
        if (const auto connection = weak.lock()) connection->abandon();
      }
      context.stop();
    });
    thread.join();
  }
  listeners.clear();
  dns.reset();
  std::error_code ignored;
  if (!directory.empty()) std::filesystem::remove_all(directory, ignored);
}

void PortalServer::Impl::listen(const PortalOptions& options) {
  if (!options.log_file.empty()) {
    log_file.open(options.log_file, std::ios::app);
    if (!log_file) throw std::runtime_error("cannot write " + options.log_file.string());
  }
  CertificateAuthority authority;
  directory = temporary_directory();
  std::ofstream(directory + "/ca.pem") << authority.root_pem();
  std::map<std::string, DnsAnswer> names = portal.names;
  for (std::size_t i = 0; i < portal.hosts.size(); ++i) {
    Host& host = portal.hosts[i];
    if (host.address.empty()) {
      host.address = "127.77." + std::to_string(100 + i / 250) + "." + std::to_string(1 + i % 250);
    }
    DnsAnswer answer = host.dns;
    const bool reachable = answer.kind == DnsKind::kAddress && answer.addresses.empty();
    if (reachable) answer.addresses = {host.address};
    if (!is_address(host.name)) names[host.name] = answer;
    for (const std::string& alias : host.aliases) names[alias] = answer;
    if (reachable) listen_host(host, authority);
  }
  dns = std::make_unique<DnsResponder>(context, std::move(names), [this](const std::string& name) {
    const std::lock_guard lock(mutex);
    ++asked[name];
  });
  listen_control();
  dns->start();
  for (auto& listener : listeners) accept(*listener);
  thread = std::thread([this] { context.run(); });
}

void PortalServer::Impl::listen_host(const Host& host, CertificateAuthority& authority) {
  asio::ssl::context* tls = nullptr;
  const bool alert =
      host.tls == TlsKind::kTlcp || host.tls == TlsKind::kHandshakeFailure || host.tls == TlsKind::kInternalError;
  if (host.tls != TlsKind::kNone && !alert) {
    std::vector<std::string> names = {host.name};
    names.insert(names.end(), host.aliases.begin(), host.aliases.end());
    tls_contexts.push_back(authority.context(host.tls, names));
    tls = tls_contexts.back().get();
  }
  std::vector<std::uint16_t> ports = {80, 443};
  ports.insert(ports.end(), host.http_ports.begin(), host.http_ports.end());
  for (const std::uint16_t port : ports) {
    const bool https = port == 443;
    const bool served = host.connect == ConnectKind::kOk && (https ? host.tls != TlsKind::kNone : host.http);
    if (served) {
      add_listener(host, https ? "https" : "http", port, https ? tls : nullptr,
                   https && alert ? handshake_alert(host.tls) : "");
      continue;
    }
    // A port that is not served is mapped too, or the request would reach whatever else listens there.
    dead_ports.push_back(std::make_unique<DeadPort>(host.address, host.connect == ConnectKind::kDrop));
    const std::string target = host.address + ":" + std::to_string(dead_ports.back()->port());
    mappings.push_back({host.name, port, target});
    for (const std::string& alias : host.aliases) mappings.push_back({alias, port, target});
  }
}

Endpoint PortalServer::Impl::base_endpoint(const std::string& host, const std::string& scheme) {
  Endpoint endpoint;
  endpoint.host = host;
  endpoint.scheme = scheme;
  endpoint.log = [this](const RequestLog& entry) { add_log(entry); };
  endpoint.in_flight = [this](int change) { in_flight += change; };
  endpoint.bomb = [this](std::uint64_t mebibytes) { return bomb(mebibytes); };
  return endpoint;
}

void PortalServer::Impl::add_listener(const Host& host, const std::string& scheme, std::uint16_t port,
                                      asio::ssl::context* tls, std::string alert) {
  auto listener = std::make_unique<Listener>(context, host.address);
  listener->endpoint = base_endpoint(host.name, scheme);
  listener->endpoint.tls = tls;
  listener->endpoint.alert = std::move(alert);
  listener->endpoint.answer = [this, &host](const Request& request) {
    return answers.answer(host, request, phase_now());
  };
  const std::string target = host.address + ":" + std::to_string(listener->acceptor.local_endpoint().port());
  mappings.push_back({host.name, port, target});
  for (const std::string& alias : host.aliases) mappings.push_back({alias, port, target});
  listeners.push_back(std::move(listener));
}

void PortalServer::Impl::listen_control() {
  auto listener = std::make_unique<Listener>(context, "127.0.0.1");
  listener->endpoint = base_endpoint("control", "http");
  listener->endpoint.log = [](const RequestLog&) {};
  listener->endpoint.in_flight = [](int) {};
  listener->endpoint.answer = [this](const Request& request) { return control_answer(request); };
  control = listener->acceptor.local_endpoint().port();
  listeners.push_back(std::move(listener));
}

void PortalServer::Impl::accept(Listener& listener) {
  listener.acceptor.async_accept([this, &listener](const error_code& error, tcp::socket socket) {
    if (error == asio::error::operation_aborted) return;
    if (!error) {
      std::erase_if(connections, [](const auto& weak) { return weak.expired(); });
      auto connection = std::make_shared<Connection>(std::move(socket), listener.endpoint, ++connections_made);
      connections.push_back(connection);
      connection->start();
    }
    accept(listener);
  });
}

std::string PortalServer::Impl::phase_now() const {
  const std::lock_guard lock(mutex);
  return phase;
}

Answer PortalServer::Impl::control_answer(const Request& request) {
  static const std::string phase_path = "/-portal/phase/";
  Answer answer;
  answer.validators = false;
  answer.content_type = "application/json";
  const std::lock_guard lock(mutex);
  if (request.path.starts_with(phase_path)) phase = request.path.substr(phase_path.size());
  if (request.path == "/-portal/log") {
    for (const RequestLog& entry : log) answer.body += to_json_line(entry) + "\n";
  } else if (request.path == "/-portal/state" || request.path.starts_with(phase_path)) {
    const nlohmann::ordered_json state = {
        {"phase", phase}, {"in_flight", in_flight.load()}, {"requests", log.size()}, {"dns", asked}};
    answer.body = state.dump() + "\n";
  } else {
    answer.status = 404;
  }
  return answer;
}

std::string PortalServer::Impl::bomb(std::uint64_t mebibytes) {
  std::string& bytes = bombs[mebibytes];
  if (bytes.empty()) bytes = gzip_zeros(mebibytes << 20);
  return bytes;
}

void PortalServer::Impl::add_log(const RequestLog& entry) {
  const std::lock_guard lock(mutex);
  log.push_back(entry);
  if (log_file.is_open()) log_file << to_json_line(entry) << std::endl;
}

PortalServer::PortalServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
PortalServer::~PortalServer() = default;

PortalServer::Start PortalServer::create(Portal portal, const PortalOptions& options) {
  try {
    auto impl = std::make_unique<Impl>(std::move(portal));
    impl->listen(options);
    return {std::unique_ptr<PortalServer>(new PortalServer(std::move(impl))), ""};
  } catch (const std::exception& failure) {
    return {nullptr, failure.what()};
  }
}

PortalServer::Start PortalServer::create(const std::vector<std::filesystem::path>& files, PortalOptions options) {
  Portal all;
  for (const auto& file : files) {
    Portal one;
    const std::string error = load_portal(file, one);
    if (!error.empty()) return {nullptr, error};
    if (all.name.empty()) {
      all.name = one.name;
      all.home = one.home;
    }
    const auto append = [](auto& into, auto& from) { into.insert(into.end(), from.begin(), from.end()); };
    append(all.arguments, one.arguments);
    append(all.hosts, one.hosts);
    append(all.expect, one.expect);
    append(all.expect_verdicts, one.expect_verdicts);
    append(all.silent, one.silent);
    append(all.cannot, one.cannot);
    all.names.insert(one.names.begin(), one.names.end());
  }
  return create(std::move(all), std::move(options));
}

std::vector<std::string> PortalServer::arguments() const {
  std::vector<std::string> list;
  for (const Mapping& mapping : impl_->mappings) {
    list.emplace_back("--connect");
    list.push_back(mapping.name + ":" + std::to_string(mapping.port) + ":" + mapping.target);
  }
  list.insert(list.end(), {"--dns", "127.0.0.1:" + std::to_string(dns_port()), "--cacert", impl_->directory + "/ca.pem",
                           "--allow-cidr", "127.0.0.0/8"});
  list.insert(list.end(), impl_->portal.arguments.begin(), impl_->portal.arguments.end());
  return list;
}

const Portal& PortalServer::portal() const {
  return impl_->portal;
}

std::string PortalServer::endpoint(const std::string& host, std::uint16_t port) const {
  for (const Mapping& mapping : impl_->mappings) {
    if (mapping.name == host && mapping.port == port) return mapping.target;
  }
  return "";
}

std::uint16_t PortalServer::dns_port() const {
  return impl_->dns->port();
}
std::uint16_t PortalServer::control_port() const {
  return impl_->control;
}

void PortalServer::set_phase(const std::string& name) {
  const std::lock_guard lock(impl_->mutex);
  impl_->phase = name;
}

std::string PortalServer::phase() const {
  return impl_->phase_now();
}

std::vector<RequestLog> PortalServer::log() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->log;
}

std::map<std::string, int> PortalServer::dns_log() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->asked;
}

int PortalServer::in_flight() const {
  return impl_->in_flight.load();
}

}  // namespace xuncha::portal
