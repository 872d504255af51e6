#include "tests/support/raw_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace xuncha::test {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kPatience{10'000};

[[noreturn]] void give_up(const char* what) {
  std::perror(what);
  std::abort();
}

// Waits for `events`, in small steps so that a stop is noticed.
bool poll_for(int socket, short events, milliseconds time, const std::atomic<bool>& stopping) {
  const auto end = std::chrono::steady_clock::now() + time;
  while (!stopping && std::chrono::steady_clock::now() < end) {
    pollfd one{socket, events, 0};
    if (::poll(&one, 1, 20) > 0) return true;
  }
  return false;
}

int listen_on(const std::string& address, std::uint16_t& port) {
  const bool v6 = address.find(':') != std::string::npos;
  const int listener = ::socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listener < 0) give_up("socket");
  sockaddr_storage storage{};
  socklen_t size = 0;
  if (v6) {
    auto* where = reinterpret_cast<sockaddr_in6*>(&storage);
    where->sin6_family = AF_INET6;
    ::inet_pton(AF_INET6, address.c_str(), &where->sin6_addr);
    size = sizeof *where;
  } else {
    auto* where = reinterpret_cast<sockaddr_in*>(&storage);
    where->sin_family = AF_INET;
    ::inet_pton(AF_INET, address.c_str(), &where->sin_addr);
    size = sizeof *where;
  }
  if (::bind(listener, reinterpret_cast<sockaddr*>(&storage), size) != 0) give_up("bind");
  if (::listen(listener, 128) != 0) give_up("listen");
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&storage), &size);
  port = ntohs(v6 ? reinterpret_cast<sockaddr_in6*>(&storage)->sin6_port
                  : reinterpret_cast<sockaddr_in*>(&storage)->sin_port);
  return listener;
}

int choose_protocol(SSL* /*ssl*/, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
                    unsigned in_size, void* /*arg*/) {
  static const unsigned char kH2[] = {2, 'h', '2'};
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_size, kH2, sizeof kH2, in, in_size) != OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_NOACK;
  }
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace

std::string RawConnection::read_request() {
  for (;;) {
    const std::size_t end = buffered_.find("\r\n\r\n");
    if (end != std::string::npos) {
      std::string request = buffered_.substr(0, end + 4);
      buffered_.erase(0, end + 4);
      return request;
    }
    if ((tls_ == nullptr || SSL_pending(tls_) == 0) && !poll_for(socket_, POLLIN, kPatience, stopping_)) return {};
    char bytes[4096];
    const auto count = tls_ != nullptr ? SSL_read(tls_, bytes, sizeof bytes)
                                       : static_cast<int>(::recv(socket_, bytes, sizeof bytes, 0));
    if (count <= 0) return {};
    buffered_.append(bytes, static_cast<std::size_t>(count));
  }
}

bool RawConnection::send_raw(std::string_view bytes) {
  while (!bytes.empty()) {
    if (!poll_for(socket_, POLLOUT, kPatience, stopping_)) return false;
    const ssize_t count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

bool RawConnection::send(std::string_view bytes) {
  if (tls_ == nullptr) return send_raw(bytes);
  if (bytes.empty()) return true;
  return !stopping_ && SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size())) > 0;
}

bool RawConnection::send_many(std::string_view bytes, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    if (!send(bytes)) return false;
  }
  return true;
}

bool RawConnection::send_slowly(std::string_view bytes, milliseconds gap) {
  for (char byte : bytes) {
    if (!send(std::string_view(&byte, 1)) || wait_for_close(gap)) return false;
  }
  return true;
}

void RawConnection::wait(milliseconds time) {
  const auto end = std::chrono::steady_clock::now() + time;
  while (!stopping_ && std::chrono::steady_clock::now() < end) ::poll(nullptr, 0, 5);
}

bool RawConnection::wait_for_close(milliseconds time) {
  const auto end = std::chrono::steady_clock::now() + time;
  while (!stopping_ && std::chrono::steady_clock::now() < end) {
    pollfd one{socket_, POLLIN | POLLRDHUP, 0};
    if (::poll(&one, 1, 5) <= 0) continue;
    char byte;
    if ((one.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0 || ::recv(socket_, &byte, 1, MSG_PEEK) <= 0) return true;
    ::poll(nullptr, 0, 5);
  }
  return false;
}

void RawConnection::reset() {
  const linger now{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  farewell_ = false;
}

RawServer::RawServer(Script script, Options options) : script_(std::move(script)), options_(std::move(options)) {
  std::signal(SIGPIPE, SIG_IGN);
  listener_ = listen_on(options_.address, port_);
  if (options_.tls != nullptr) {
    context_.reset(SSL_CTX_new(TLS_server_method()));
    use_identity(*context_, *options_.tls);
    SSL_CTX_set_security_level(context_.get(), 0);
    if (options_.tls_version_max != 0) {
      SSL_CTX_set_min_proto_version(context_.get(), 0);
      SSL_CTX_set_max_proto_version(context_.get(), options_.tls_version_max);
    }
    if (options_.offers_h2) SSL_CTX_set_alpn_select_cb(context_.get(), &choose_protocol, nullptr);
  }
  acceptor_ = std::thread([this] { serve(); });
}

RawServer::~RawServer() {
  stopping_ = true;
  acceptor_.join();
  for (std::thread& player : players_) player.join();
  ::close(listener_);
}

std::string RawServer::url(std::string_view path) const {
  const bool v6 = options_.address.find(':') != std::string::npos;
  return (options_.tls != nullptr ? "https://" : "http://") + (v6 ? "[" + options_.address + "]" : options_.address) +
         ":" + std::to_string(port_) + std::string(path);
}

void RawServer::serve() {
  while (!stopping_) {
    if (!poll_for(listener_, POLLIN, milliseconds(100), stopping_)) continue;
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) continue;
    ++connections_;
    players_.emplace_back([this, socket] { play(socket); });
  }
}

void RawServer::play(int socket) {
  const timeval patience{5, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  SSL* tls = nullptr;
  bool ready = true;
  if (context_ && options_.handshakes) {
    tls = SSL_new(context_.get());
    SSL_set_fd(tls, socket);
    ready = SSL_accept(tls) == 1;
  }
  if (ready) {
    RawConnection connection(socket, tls, stopping_);
    script_(connection);
    if (tls != nullptr && connection.says_farewell()) SSL_shutdown(tls);
  }
  if (tls != nullptr) SSL_free(tls);
  ERR_clear_error();
  ::close(socket);
}

RawServer::Script answer_with(std::string bytes) {
  return [bytes = std::move(bytes)](RawConnection& connection) {
    while (!connection.read_request().empty()) {
      if (!connection.send(bytes)) return;
    }
  };
}

}  // namespace xuncha::test
