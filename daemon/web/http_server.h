#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/limits.h"
#include "core/result.h"
#include "daemon/web/http.h"
#include "daemon/web/web_config.h"

namespace xuncha {

// What the server had to cut or refuse, and what it did. Written by the server's thread, read by any. Must outlive the
// server.
struct HttpCounters {
  std::atomic<std::uint64_t> requests{0};
  std::atomic<std::uint64_t> connections_refused{0};  // over limits::kWebConnectionsMax: answered 503
  std::atomic<std::uint64_t> clients_refused{0};      // over limits::kWebConnectionsPerClientMax: the same
  std::atomic<std::uint64_t> headers_too_large{0};    // answered 431
  std::atomic<std::uint64_t> bodies_too_large{0};     // answered 413
  std::atomic<std::uint64_t> timeouts{0};             // connections cut in the middle of a request or an answer
  std::atomic<std::uint64_t> answers_too_late{0};     // the handler gave none in limits::kWebAnswerTimeout: 503
};

// How long a client, and the handler, may take for each step.
struct HttpTimes {
  Milliseconds head = limits::kWebHeadTimeout;      // a whole request, from the connection's begin; a handshake
  Milliseconds idle = limits::kWebIdleTimeout;      // a whole request, from the answer before
  Milliseconds write = limits::kWebWriteTimeout;    // to take an answer
  Milliseconds answer = limits::kWebAnswerTimeout;  // the handler
};

struct HttpServerOptions {
  // ADDRESS:PORT, with IPv6 in brackets; `:9788` is all addresses of both families, `[::]:9788` all of IPv6 alone,
  // `0.0.0.0:9788` all of IPv4. Port 0: chosen by the system.
  std::vector<std::string> listen;
  WebConfig config;
  HttpCounters* counters = nullptr;  // optional
  HttpTimes times{};                 // shorter in tests
};

// Serves HTTP/1.1 and 1.0, with or without TLS, on a thread of its own. Everything a client may cause is bounded
// (core/limits.h, web): connections, bytes of head and body, the time for each step, requests a connection. Requests
// of one connection are answered in order; what a client pipelines waits. HEAD is answered as GET without a body.
//
// Without users in the configuration nobody is asked who he is; with them every request needs one of them.
//
// Thread rule: create, start, reconfigure, addresses and stop from one thread. The handler runs on the server's
// thread.
class HttpServer {
 public:
  // Binds all addresses. kUsage: an address that cannot be read; kUnavailable: one that cannot be bound (in use,
  // not ours); kConfiguration: certificate or key that cannot be used. Nothing is served before start().
  static Result<std::unique_ptr<HttpServer>> create(const HttpServerOptions& options, HttpHandler handler);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  void start();
  // No new connections; requests under way are answered for at most limits::kWebStopTimeout, then cut. The handler is
  // not called any more when it returns. Idempotent.
  void stop();

  // Where it listens, in the order of the options, with the ports that the system chose: "127.0.0.1:43117".
  std::vector<std::string> addresses() const;
  std::uint16_t port() const;  // of the first

  // New connections get the new certificate and users, and come at these addresses: those that it does not listen on
  // are bound, those that it listened on and are not named are given up, with their connections under way going on.
  // Nothing is changed when certificate or key cannot be used (kConfiguration) or an address cannot be bound (kUsage,
  // kUnavailable: also one that overlaps with an address in use, as :9788 does with 127.0.0.1:9788).
  Status reconfigure(const WebConfig& config, const std::vector<std::string>& listen);

 private:
  struct State;
  explicit HttpServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace xuncha
