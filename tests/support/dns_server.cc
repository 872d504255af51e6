#include "tests/support/dns_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace xuncha::test {
namespace {

constexpr std::size_t kHeader = 12;

int bind_to(Family family, int type, std::uint16_t port) {
  const bool v6 = family == Family::kIpv6;
  const int socket = ::socket(v6 ? AF_INET6 : AF_INET, type | SOCK_CLOEXEC, 0);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(port);
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  sockaddr_in6 where6{};
  where6.sin6_family = AF_INET6;
  where6.sin6_port = htons(port);
  where6.sin6_addr = in6addr_loopback;
  const int bound = v6 ? ::bind(socket, reinterpret_cast<sockaddr*>(&where6), sizeof where6)
                       : ::bind(socket, reinterpret_cast<sockaddr*>(&where), sizeof where);
  if (bound == 0) return socket;
  ::close(socket);
  return -1;
}

std::uint16_t port_of(int socket) {
  sockaddr_in6 where{};  // the port of both families stands at the same place
  socklen_t size = sizeof where;
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&where), &size);
  return ntohs(where.sin6_port);
}

void put16(std::string& out, unsigned value) {
  out += static_cast<char>(value >> 8);
  out += static_cast<char>(value & 0xFF);
}

void put32(std::string& out, std::uint32_t value) {
  put16(out, value >> 16);
  put16(out, value & 0xFFFF);
}

std::string encode_name(std::string_view name) {
  std::string out;
  while (!name.empty()) {
    const std::string_view label = name.substr(0, name.find('.'));
    out += static_cast<char>(label.size());
    out += label;
    name.remove_prefix(std::min(name.size(), label.size() + 1));
  }
  return out + '\0';
}

// The first question's name in lower case; `at` moves past it.
std::string decode_name(const unsigned char* bytes, std::size_t size, std::size_t& at) {
  std::string name;
  while (at < size && bytes[at] != 0) {
    const std::size_t length = bytes[at++];
    if (!name.empty()) name += '.';
    for (std::size_t i = 0; i < length && at < size; ++i) name += static_cast<char>(std::tolower(bytes[at++]));
  }
  ++at;
  return name;
}

void put_record(std::string& out, std::string_view owner, unsigned type, std::uint32_t ttl, std::string_view data) {
  out += owner;
  put16(out, type);
  put16(out, 1);
  put32(out, ttl);
  put16(out, static_cast<unsigned>(data.size()));
  out += data;
}

std::string address_bytes(const std::string& text) {
  std::array<char, 16> bytes{};
  const bool v6 = text.find(':') != std::string::npos;
  if (::inet_pton(v6 ? AF_INET6 : AF_INET, text.c_str(), bytes.data()) != 1) std::abort();
  return std::string(bytes.data(), v6 ? 16 : 4);
}

// An SOA record with that first name.
std::string soa_of(const std::string& server, std::uint32_t minimum = 600) {
  std::string soa = server + encode_name("hostmaster.test");
  for (int i = 0; i < 4; ++i) put32(soa, 3600);
  put32(soa, minimum);
  return soa;
}

const std::string kPointerToQuestion("\xC0\x0C", 2);

}  // namespace

DnsServer::DnsServer(Family family) : family_(family) {
  for (int i = 0; i < 50 && tcp_ < 0; ++i) {
    if (udp_ >= 0) ::close(udp_);
    udp_ = bind_to(family, SOCK_DGRAM, 0);
    port_ = port_of(udp_);
    tcp_ = bind_to(family, SOCK_STREAM, port_);
  }
  if (tcp_ < 0 || ::listen(tcp_, 16) != 0) std::abort();
  thread_ = std::thread([this] { serve(); });
}

DnsServer::~DnsServer() {
  stopping_ = true;
  thread_.join();
  ::close(udp_);
  ::close(tcp_);
}

void DnsServer::set(const std::string& name, RecordType type, DnsReply reply) {
  const std::lock_guard lock(mutex_);
  replies_[{name, type}] = std::move(reply);
}

void DnsServer::set_later(const std::string& name, RecordType type, int after, DnsReply reply) {
  const std::lock_guard lock(mutex_);
  later_[{name, type}] = {after, std::move(reply)};
}

Endpoint DnsServer::endpoint() const {
  return Endpoint{family_ == Family::kIpv6 ? *parse_address("::1") : IpAddress::v4(127, 0, 0, 1), port_};
}

DnsReply DnsServer::reply_for(const std::string& name, RecordType type) {
  const std::lock_guard lock(mutex_);
  if (const auto later = later_.find({name, type}); later != later_.end() && later->second.first-- <= 0)
    return later->second.second;
  if (const auto found = replies_.find({name, type}); found != replies_.end()) return found->second;
  const auto after = replies_.lower_bound({name, RecordType{0}});
  const bool known = after != replies_.end() && after->first.first == name;
  DnsReply reply;
  reply.code = known ? 0 : 3;
  return reply;
}

std::string DnsServer::answer(const unsigned char* query, std::size_t size, bool tcp, bool& silent) {
  std::size_t at = kHeader;
  const std::string name = decode_name(query, size, at);
  if (at + 4 > size) return {};
  const auto type = static_cast<RecordType>(query[at] << 8 | query[at + 1]);
  at += 4;
  const DnsReply reply = reply_for(name, type);
  silent = reply.silent || (tcp ? reply.silent_over_tcp : reply.silent_over_udp);
  const bool cut = reply.only_tcp && !tcp;
  const bool negative = reply.addresses.empty() && reply.alias.empty() && !cut;

  std::string out(reinterpret_cast<const char*>(query), 2);
  if (reply.garbage) return out + std::string(30, '\xEE');
  put16(out, 0x8180U | static_cast<unsigned>(reply.code) | (cut ? 0x0200U : 0U) | (reply.authoritative ? 0x0400U : 0U));
  put16(out, 1);
  const std::size_t records = cut ? 0 : reply.addresses.size() + (reply.alias.empty() ? 0 : 1);
  put16(out, static_cast<unsigned>(records));
  put16(out, negative ? 1 : 0);
  put16(out, 0);
  out.append(reinterpret_cast<const char*>(query) + kHeader, at - kHeader);
  if (cut) return out;
  std::string owner = kPointerToQuestion;
  if (!reply.alias.empty()) {
    put_record(out, owner, 5, reply.ttl, encode_name(reply.alias));
    owner = encode_name(reply.alias);
  }
  for (const std::string& address : reply.addresses) {
    const bool is_address = type == RecordType::kA || type == RecordType::kAaaa;
    const std::string data = is_address ? address_bytes(address) : encode_name(address);
    put_record(out, owner, static_cast<unsigned>(type), reply.ttl, type == RecordType::kSoa ? soa_of(data) : data);
  }
  if (negative) {
    put_record(out, kPointerToQuestion, 6, 3600, soa_of(encode_name("ns.test"), reply.negative_ttl));
  }
  return out;
}

void DnsServer::serve() {
  std::array<unsigned char, 4096> bytes;
  while (!stopping_) {
    std::array<pollfd, 2> both{pollfd{udp_, POLLIN, 0}, pollfd{tcp_, POLLIN, 0}};
    if (::poll(both.data(), both.size(), 20) <= 0) continue;
    bool silent = false;
    if ((both[0].revents & POLLIN) != 0) {
      sockaddr_storage from{};  // of either family
      socklen_t from_size = sizeof from;
      const ssize_t size =
          ::recvfrom(udp_, bytes.data(), bytes.size(), 0, reinterpret_cast<sockaddr*>(&from), &from_size);
      if (size < static_cast<ssize_t>(kHeader)) continue;
      ++questions_;
      const std::string out = answer(bytes.data(), static_cast<std::size_t>(size), false, silent);
      if (!silent) ::sendto(udp_, out.data(), out.size(), 0, reinterpret_cast<sockaddr*>(&from), from_size);
    }
    if ((both[1].revents & POLLIN) != 0) {
      const int one = ::accept4(tcp_, nullptr, nullptr, SOCK_CLOEXEC);
      const timeval patience{1, 0};
      ::setsockopt(one, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
      const ssize_t size = ::recv(one, bytes.data(), bytes.size(), 0);
      if (size > static_cast<ssize_t>(kHeader) + 2) {
        ++questions_;
        ++questions_by_tcp_;
        const std::string out = answer(bytes.data() + 2, static_cast<std::size_t>(size) - 2, true, silent);
        std::string framed;
        put16(framed, static_cast<unsigned>(out.size()));
        framed += out;
        if (!silent) {
          ::send(one, framed.data(), framed.size(), MSG_NOSIGNAL);
          ::recv(one, bytes.data(), bytes.size(), 0);
        }
      }
      ::close(one);
    }
  }
}

}  // namespace xuncha::test
