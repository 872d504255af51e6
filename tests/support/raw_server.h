#pragma once

#include <openssl/ssl.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/support/test_certificates.h"

namespace xuncha::test {

// One accepted connection, in blocking manner. Every wait ends early when the server is stopped.
class RawConnection {
 public:
  RawConnection(int socket, SSL* tls, const std::atomic<bool>& stopping)
      : socket_(socket), tls_(tls), stopping_(stopping) {}

  // Reads up to and with the empty line that ends a request's head; empty when the client left.
  std::string read_request();
  // False when the client left.
  bool send(std::string_view bytes);
  // Sends `bytes` `count` times, until the client leaves.
  bool send_many(std::string_view bytes, std::size_t count);
  // Sends byte for byte, `gap` apart.
  bool send_slowly(std::string_view bytes, std::chrono::milliseconds gap);
  void wait(std::chrono::milliseconds time);
  // Waits until the client closes, at most `time`. True when it did.
  bool wait_for_close(std::chrono::milliseconds time);
  // Closes with RST instead of FIN.
  void reset();
  // TLS: closes without close_notify.
  void drop() { farewell_ = false; }
  bool says_farewell() const { return farewell_; }
  // Below TLS: writes to the socket itself.
  bool send_raw(std::string_view bytes);

 private:
  int socket_;
  SSL* tls_;
  const std::atomic<bool>& stopping_;
  bool farewell_ = true;
  std::string buffered_;
};

// A server on loopback that does to each connection what a script says; the scripts run on threads of their own.
class RawServer {
 public:
  using Script = std::function<void(RawConnection&)>;
  struct Options {
    std::string address = "127.0.0.1";
    const TestIdentity* tls = nullptr;  // nullptr: plain
    int tls_version_max = 0;            // of OpenSSL, 0: any
    bool offers_h2 = false;             // by ALPN
    bool handshakes = true;             // false: TLS is offered by nobody, the script speaks below it
  };

  explicit RawServer(Script script) : RawServer(std::move(script), Options{}) {}
  RawServer(Script script, Options options);
  ~RawServer();

  std::uint16_t port() const { return port_; }
  int connections() const { return connections_; }
  std::string url(std::string_view path = "/") const;

 private:
  void serve();
  void play(int socket);

  Script script_;
  Options options_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_{false};
  std::atomic<int> connections_{0};
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_{nullptr, &SSL_CTX_free};
  std::mutex mutex_;
  std::vector<std::thread> players_;
  std::thread acceptor_;
};

// A script that answers each request on a connection with the same bytes.
RawServer::Script answer_with(std::string bytes);

}  // namespace xuncha::test
