#include "tests/support/raw_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstring>

namespace xuncha::test {
namespace {

timeval as_timeval(std::chrono::milliseconds time) {
  timeval value{};
  value.tv_sec = time.count() / 1000;
  value.tv_usec = time.count() % 1000 * 1000;
  return value;
}

int connect_to(const RawClient::Options& options, std::uint16_t port) {
  const std::string& address = options.address;
  const bool is_v6 = address.find(':') != std::string::npos;
  const int handle = socket(is_v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (handle < 0) return -1;
  const timeval time = as_timeval(options.patience);
  setsockopt(handle, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
  setsockopt(handle, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
  sockaddr_storage storage{};
  socklen_t length = 0;
  if (is_v6) {
    sockaddr_in6 name{};
    name.sin6_family = AF_INET6;
    name.sin6_port = htons(port);
    inet_pton(AF_INET6, address.c_str(), &name.sin6_addr);
    std::memcpy(&storage, &name, length = sizeof name);
  } else {
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_port = htons(port);
    if (!options.from.empty()) {
      sockaddr_in own{};
      own.sin_family = AF_INET;
      inet_pton(AF_INET, options.from.c_str(), &own.sin_addr);
      if (bind(handle, reinterpret_cast<const sockaddr*>(&own), sizeof own) != 0) return close(handle), -1;
    }
    inet_pton(AF_INET, address.c_str(), &name.sin_addr);
    std::memcpy(&storage, &name, length = sizeof name);
  }
  if (connect(handle, reinterpret_cast<const sockaddr*>(&storage), length) == 0) return handle;
  close(handle);
  return -1;
}

}  // namespace

std::string RawAnswer::header(std::string_view name) const {
  for (const auto& [each, value] : headers) {
    if (each == name) return value;
  }
  return {};
}

RawClient::RawClient(std::uint16_t port, const Options& options)
    : socket_(connect_to(options, port)), connected_(socket_ >= 0) {
  if (!connected_ || !options.tls) return;
  context_.reset(SSL_CTX_new(TLS_client_method()));
  tls_.reset(SSL_new(context_.get()));
  SSL_set_fd(tls_.get(), socket_);
  connected_ = SSL_connect(tls_.get()) == 1;
}

RawClient::~RawClient() {
  if (tls_ && connected_) SSL_shutdown(tls_.get());
  if (socket_ >= 0) close(socket_);
}

bool RawClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = tls_ ? SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size()))
                           : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void RawClient::half_close() {
  shutdown(socket_, SHUT_WR);
}

bool RawClient::receive_more() {
  std::array<char, 16384> bytes{};
  const auto got = tls_ ? SSL_read(tls_.get(), bytes.data(), static_cast<int>(bytes.size()))
                        : recv(socket_, bytes.data(), bytes.size(), 0);
  if (got > 0) {
    buffered_.append(bytes.data(), static_cast<std::size_t>(got));
    return true;
  }
  ended_ = got == 0 || errno == ECONNRESET || (tls_ && errno != EAGAIN);
  return false;
}

RawAnswer RawClient::read_answer(Asked asked) {
  std::size_t end = std::string::npos;
  while ((end = buffered_.find("\r\n\r\n")) == std::string::npos) {
    if (!receive_more()) return {};
  }
  RawAnswer answer;
  std::string_view head = std::string_view(buffered_).substr(0, end);
  if (head.starts_with("HTTP/1.") && head.size() > 12) {
    std::from_chars(head.data() + 9, head.data() + 12, answer.status);
  }
  for (std::size_t line = head.find("\r\n"); line != std::string_view::npos; line = head.find("\r\n", line + 2)) {
    const std::string_view field = head.substr(line + 2, head.find("\r\n", line + 2) - line - 2);
    const std::size_t colon = std::min(field.find(':'), field.size());
    std::string name(field.substr(0, colon));
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    std::string_view value = field.substr(std::min(colon + 1, field.size()));
    while (value.starts_with(' ')) value.remove_prefix(1);
    answer.headers.emplace_back(std::move(name), value);
  }
  buffered_.erase(0, end + 4);
  std::size_t length = 0;
  const std::string written = answer.header("content-length");
  std::from_chars(written.data(), written.data() + written.size(), length);
  if (asked == Asked::kHead) length = 0;
  while (buffered_.size() < length) {
    if (!receive_more()) return {};
  }
  answer.body = buffered_.substr(0, length);
  buffered_.erase(0, length);
  return answer;
}

std::string RawClient::read_to_end() {
  while (receive_more()) {
  }
  return std::move(buffered_);
}

bool RawClient::is_closed() {
  while (receive_more()) {
  }
  return ended_;
}

RawAnswer ask_raw(std::uint16_t port, std::string_view request, const RawClient::Options& options) {
  RawClient client(port, options);
  if (!client.is_connected() || !client.send(request)) return {};
  return client.read_answer(request.starts_with("HEAD ") ? RawClient::Asked::kHead : RawClient::Asked::kGet);
}

}  // namespace xuncha::test
