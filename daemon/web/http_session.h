#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "daemon/web/http.h"
#include "daemon/web/http_server.h"
#include "daemon/web/password_checker.h"

namespace xuncha {

// Inside of HttpServer: one connection, and what all connections of a server share.

// Work for the server's thread from any thread, as long as there is a server.
class HttpGate {
 public:
  explicit HttpGate(boost::asio::io_context& context) : context_(&context) {}

  template <class Work>
  void post(Work work) {
    const std::lock_guard lock(mutex_);
    if (context_ != nullptr) boost::asio::post(*context_, std::move(work));
  }
  void close() {
    const std::lock_guard lock(mutex_);
    context_ = nullptr;
  }

 private:
  std::mutex mutex_;
  boost::asio::io_context* context_;
};

// What a new connection is given; a connection keeps what it began with.
struct HttpSecurity {
  std::shared_ptr<boost::asio::ssl::context> tls;  // null: plain
  std::shared_ptr<PasswordChecker> users;          // null: nobody is asked
};

class HttpSession;

// How many connections each client has. Seats hold the table weakly: they may outlive it.
class ClientTable {
 public:
  using Seat = std::shared_ptr<void>;
  // null: the client has limits::kWebConnectionsPerClientMax already.
  Seat take(const std::string& client);

 private:
  using Counts = std::unordered_map<std::string, std::size_t>;
  std::shared_ptr<Counts> counts_ = std::make_shared<Counts>();
};

// Confined to the server's thread but for `gate` and `counters`.
struct HttpCore {
  HttpHandler handler;
  HttpCounters* counters = nullptr;
  HttpTimes times;
  std::shared_ptr<HttpGate> gate;
  HttpSecurity security;
  std::unordered_set<HttpSession*> sessions;
  ClientTable clients;
  bool stopping = false;
  std::function<void()> on_last_session;  // while stopping
};

// Lives as long as an operation of it is under way; takes itself in and out of `sessions`.
class HttpSession {
 public:
  virtual ~HttpSession() = default;
  HttpSession() = default;
  HttpSession(const HttpSession&) = delete;
  HttpSession& operator=(const HttpSession&) = delete;

  virtual void start() = 0;
  // Ends after the answer under way, at once where there is none.
  virtual void finish() = 0;
  virtual void cut() = 0;
};

// By core.security. `core` must outlive the session, which keeps its seat to its end.
std::shared_ptr<HttpSession> make_http_session(HttpCore& core, boost::asio::ip::tcp::socket socket,
                                               ClientTable::Seat seat);

// The whole answer, as bytes, to a connection that is one too many.
std::string_view too_many_connections();

}  // namespace xuncha
