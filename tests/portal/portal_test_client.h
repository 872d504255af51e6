#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include <string>
#include <tuple>

namespace xuncha::portal {

// How a raw exchange with the server ended.
enum class End { kClosed, kReset, kTimeout, kRefused, kNoConnection };

struct Exchange {
  std::string bytes;
  End end = End::kClosed;

  std::string head() const { return bytes.substr(0, bytes.find("\r\n\r\n")); }
  std::string body() const {
    const std::size_t at = bytes.find("\r\n\r\n");
    return at == std::string::npos ? "" : bytes.substr(at + 4);
  }
  int status() const { return bytes.starts_with("HTTP/1.1 ") ? std::stoi(bytes.substr(9, 3)) : 0; }
  std::string header(const std::string& name) const {
    const std::string text = head() + "\r\n";
    const std::size_t at = text.find("\r\n" + name + ": ");
    if (at == std::string::npos) return "";
    const std::size_t begin = at + name.size() + 4;
    return text.substr(begin, text.find("\r\n", begin) - begin);
  }
};

// Sends `request` to "ADDRESS:PORT" and reads until the server ends it, `bytes_max` came or nothing came for so long.
inline Exchange talk(const std::string& endpoint, const std::string& request, int timeout_ms = 300,
                     std::size_t bytes_max = 8u << 20) {
  const std::size_t colon = endpoint.rfind(':');
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(static_cast<std::uint16_t>(std::stoi(endpoint.substr(colon + 1))));
  inet_pton(AF_INET, endpoint.substr(0, colon).c_str(), &where.sin_addr);
  Exchange result;
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval limit{timeout_ms / 1000, timeout_ms % 1000 * 1000L};
  ::setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  if (::connect(descriptor, reinterpret_cast<sockaddr*>(&where), sizeof where) != 0) {
    result.end = errno == ECONNREFUSED ? End::kRefused : End::kNoConnection;
    ::close(descriptor);
    return result;
  }
  std::ignore = ::send(descriptor, request.data(), request.size(), MSG_NOSIGNAL);
  char buffer[16384];
  while (result.bytes.size() < bytes_max) {
    const ssize_t size = ::recv(descriptor, buffer, sizeof buffer, 0);
    if (size <= 0) {
      result.end = size == 0 ? End::kClosed : errno == ECONNRESET ? End::kReset : End::kTimeout;
      break;
    }
    result.bytes.append(buffer, static_cast<std::size_t>(size));
  }
  ::close(descriptor);
  return result;
}

// GET with "Connection: close" and further header lines ("Name: value\r\n").
inline Exchange get(const std::string& endpoint, const std::string& target, const std::string& headers = "",
                    int timeout_ms = 300) {
  return talk(endpoint, "GET " + target + " HTTP/1.1\r\nHost: test\r\nConnection: close\r\n" + headers + "\r\n",
              timeout_ms);
}

}  // namespace xuncha::portal
