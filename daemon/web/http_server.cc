#include "daemon/web/http_server.h"

#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <charconv>
#include <exception>
#include <list>
#include <optional>
#include <thread>

#include "core/ip_address.h"
#include "core/limits.h"
#include "daemon/log.h"
#include "daemon/web/http_session.h"

namespace xuncha {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using tcp = asio::ip::tcp;

constexpr int kBacklog = 511;  // the kernel's queue before accept

struct Listen {
  tcp::endpoint endpoint;
  bool both_families = false;
};

Result<Listen> parse_listen(const std::string& text) {
  Error error{ErrorCode::kUsage, text,
              "is no address to listen on; write ADDRESS:PORT with IPv6 in brackets, or :PORT for all addresses"};
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) return error;
  std::uint16_t port = 0;
  const char* end = text.data() + text.size();
  const auto [rest, fault] = std::from_chars(text.data() + colon + 1, end, port);
  if (fault != std::errc() || rest != end) return error;
  const std::string host = text.substr(0, colon);
  if (host.empty()) return Listen{{tcp::v6(), port}, true};
  const auto address = parse_address(host);
  if (!address || (address->family == Family::kIpv6) != host.starts_with('[')) return error;
  if (address->family == Family::kIpv6) return Listen{{asio::ip::address_v6(address->bytes), port}, false};
  asio::ip::address_v4::bytes_type bytes{};
  std::copy(address->bytes.begin() + 12, address->bytes.end(), bytes.begin());
  return Listen{{asio::ip::address_v4(bytes), port}, false};
}

Result<std::shared_ptr<asio::ssl::context>> make_tls(const TlsServerConfig& config) {
  const auto fault = [](const std::string& file, const std::string& what) {
    return Error{ErrorCode::kConfiguration, file, what};
  };
  auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
  error_code error;
  // A key under a passphrase cannot be used: nobody is there to type it.
  context->set_password_callback([](std::size_t, asio::ssl::context::password_purpose) { return std::string(); },
                                 error);
  SSL_CTX* handle = context->native_handle();
  SSL_CTX_set_min_proto_version(handle, config.version_min == TlsVersion::kTls13 ? TLS1_3_VERSION : TLS1_2_VERSION);
  SSL_CTX_set_options(handle, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  context->use_certificate_chain_file(config.cert_file, error);
  if (error) return fault(config.cert_file, "cannot be used as a certificate chain in PEM form: " + error.message());
  context->use_private_key_file(config.key_file, asio::ssl::context::pem, error);
  if (error) return fault(config.key_file, "cannot be used as the certificate's key in PEM form: " + error.message());
  if (SSL_CTX_check_private_key(handle) != 1) return fault(config.key_file, "is not the key of the certificate");
  return context;
}

Result<HttpSecurity> make_security(const WebConfig& config) {
  HttpSecurity security;
  if (config.tls) {
    auto tls = make_tls(*config.tls);
    if (!tls) return tls.error();
    security.tls = std::move(tls).value();
  }
  if (!config.users.empty()) security.users = std::make_shared<PasswordChecker>(config.users);
  return security;
}

// One client: an address, or the network of one IPv6 subscriber (RFC 4291 2.5.4: 64 bits).
std::string client_of(const tcp::socket& socket) {
  error_code error;
  const asio::ip::address address = socket.remote_endpoint(error).address();
  if (error) return {};
  if (address.is_v4()) return address.to_string();
  const asio::ip::address_v6 v6 = address.to_v6();
  if (v6.is_v4_mapped()) return asio::ip::make_address_v4(asio::ip::v4_mapped, v6).to_string();
  const auto bytes = v6.to_bytes();
  return {bytes.begin(), bytes.begin() + 8};
}

std::string format_endpoint(const tcp::endpoint& endpoint) {
  const std::string address = endpoint.address().to_string();
  return (endpoint.address().is_v6() ? "[" + address + "]" : address) + ":" + std::to_string(endpoint.port());
}

}  // namespace

struct HttpServer::State {
  // In this order: what is destroyed later may be used by what goes before.
  HttpCore core;
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
  struct Listener {
    explicit Listener(asio::io_context& context) : acceptor(context), pause(context) {}
    tcp::acceptor acceptor;
    asio::steady_timer pause;
    std::string text;  // as it was asked for

    void close() {
      error_code ignored;
      acceptor.close(ignored);
      pause.cancel();
    }
  };
  using Listeners = std::list<Listener>;
  Listeners listeners;  // closed ones too: what they wait for ends later
  asio::steady_timer stop_timer{context};
  struct Bound {
    std::string text;
    tcp::endpoint endpoint;
  };
  std::vector<Bound> bound;  // what it listens on; of the owner's thread
  std::thread thread;

  Status bind(const std::string& text, Listeners& into, std::vector<Bound>& known) {
    const auto wanted = parse_listen(text);
    if (!wanted) return wanted.error();
    Listen listen = wanted.value();
    Listener& listener = into.emplace_back(context);
    listener.text = text;
    tcp::acceptor& acceptor = listener.acceptor;
    error_code error;
    acceptor.open(listen.endpoint.protocol(), error);
    if (error && listen.both_families) {  // a machine without IPv6
      listen.endpoint = {tcp::v4(), listen.endpoint.port()};
      acceptor.open(listen.endpoint.protocol(), error);
    }
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error && listen.endpoint.address().is_v6()) {
      acceptor.set_option(asio::ip::v6_only(!listen.both_families), error);
    }
    if (!error) acceptor.bind(listen.endpoint, error);
    if (!error) acceptor.listen(kBacklog, error);
    if (!error) known.push_back({text, acceptor.local_endpoint(error)});
    if (error) return Error{ErrorCode::kUnavailable, text, "cannot be listened on: " + error.message()};
    return Done{};
  }

  void accept(Listener& listener) {
    listener.acceptor.async_accept([this, &listener](error_code error, tcp::socket socket) {
      if (!listener.acceptor.is_open()) return;
      if (!error) {
        take(std::move(socket));
        return accept(listener);
      }
      // Out of descriptors or memory: they come back when connections end.
      listener.pause.expires_after(limits::kWebAcceptPause);
      listener.pause.async_wait([this, &listener](error_code cancelled) {
        if (!cancelled && listener.acceptor.is_open()) accept(listener);
      });
    });
  }

  void take(tcp::socket socket) {
    const bool is_full = core.sessions.size() >= limits::kWebConnectionsMax;
    if (!is_full) {
      if (auto seat = core.clients.take(client_of(socket)))
        return make_http_session(core, std::move(socket), std::move(seat))->start();
    }
    if (core.counters != nullptr) {
      auto& counter = is_full ? core.counters->connections_refused : core.counters->clients_refused;
      counter.fetch_add(1, std::memory_order_relaxed);
    }
    if (core.security.tls) return;
    error_code ignored;
    socket.non_blocking(true, ignored);
    const std::string_view answer = too_many_connections();
    socket.send(asio::buffer(answer.data(), answer.size()), MSG_NOSIGNAL, ignored);
    socket.shutdown(tcp::socket::shutdown_send, ignored);
    // A request that has already come is read, so that closing does not reset the connection under the answer.
    std::array<char, 4096> waste{};
    socket.receive(asio::buffer(waste), 0, ignored);
  }

  void run() {
    while (true) {
      try {
        context.run();
        return;
      } catch (const std::exception& error) {
        log_error("web_failed", {{"error", error.what()}});
      }
    }
  }

  void begin_stop() {
    core.stopping = true;
    for (Listener& listener : listeners) listener.close();
    core.on_last_session = [this] { context.stop(); };
    if (core.sessions.empty()) return context.stop();
    stop_timer.expires_after(limits::kWebStopTimeout);
    stop_timer.async_wait([this](error_code) { context.stop(); });
    // Closing a connection ends its operations, not the session, before the next turn of the loop: the set stays as it
    // is here.
    for (HttpSession* session : core.sessions) session->finish();
  }
};

Result<std::unique_ptr<HttpServer>> HttpServer::create(const HttpServerOptions& options, HttpHandler handler) {
  auto state = std::make_unique<State>();
  auto security = make_security(options.config);
  if (!security) return security.error();
  state->core.security = std::move(security).value();
  state->core.handler = std::move(handler);
  state->core.counters = options.counters;
  state->core.times = options.times;
  state->core.gate = std::make_shared<HttpGate>(state->context);
  for (const std::string& address : options.listen) {
    if (Status bound = state->bind(address, state->listeners, state->bound); !bound) return bound.error();
  }
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(state)));
}

HttpServer::HttpServer(std::unique_ptr<State> state) : state_(std::move(state)) {}

HttpServer::~HttpServer() {
  stop();
}

void HttpServer::start() {
  if (state_->thread.joinable()) return;
  for (State::Listener& listener : state_->listeners) state_->accept(listener);
  state_->thread = std::thread([state = state_.get()] { state->run(); });
}

void HttpServer::stop() {
  if (state_->thread.joinable()) {
    asio::post(state_->context, [state = state_.get()] { state->begin_stop(); });
    state_->thread.join();
  }
  state_->core.on_last_session = nullptr;
  state_->core.gate->close();
}

std::vector<std::string> HttpServer::addresses() const {
  std::vector<std::string> addresses;
  for (const State::Bound& each : state_->bound) addresses.push_back(format_endpoint(each.endpoint));
  return addresses;
}

std::uint16_t HttpServer::port() const {
  return state_->bound.empty() ? 0 : state_->bound.front().endpoint.port();
}

Status HttpServer::reconfigure(const WebConfig& config, const std::vector<std::string>& listen) {
  auto security = make_security(config);
  if (!security) return security.error();
  State::Listeners fresh;
  std::vector<State::Bound> bound;
  for (const std::string& address : listen) {
    const auto known = std::find_if(state_->bound.begin(), state_->bound.end(),
                                    [&](const State::Bound& each) { return each.text == address; });
    if (known != state_->bound.end()) {
      bound.push_back(*known);
    } else if (Status done = state_->bind(address, fresh, bound); !done) {
      return done.error();
    }
  }
  state_->bound = std::move(bound);
  state_->core.gate->post(
      [state = state_.get(), security = std::move(security).value(), fresh = std::move(fresh), listen]() mutable {
        state->core.security = std::move(security);
        for (State::Listener& listener : state->listeners) {
          if (std::find(listen.begin(), listen.end(), listener.text) == listen.end()) listener.close();
        }
        for (State::Listener& listener : fresh) state->accept(listener);
        state->listeners.splice(state->listeners.end(), fresh);
      });
  return Done{};
}

}  // namespace xuncha
