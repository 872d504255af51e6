#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "tests/portal/portal_data.h"

namespace xuncha::portal {

// Answers one DNS message by the table; empty: say nothing. A name that is not in the table does not exist, unless a
// name below it does. Pure.
std::string answer_dns(std::string_view query, const std::map<std::string, DnsAnswer>& names, std::string* asked);

// A resolver on 127.0.0.1, UDP and TCP on one port that the kernel chose. Confined to the thread of `context`.
class DnsResponder {
 public:
  using Log = std::function<void(const std::string& name)>;
  // Throws boost::system::system_error where no port can be bound.
  DnsResponder(boost::asio::io_context& context, std::map<std::string, DnsAnswer> names, Log log);
  std::uint16_t port() const { return port_; }
  void start();

 private:
  void receive();
  void accept();

  std::map<std::string, DnsAnswer> names_;
  Log log_;
  boost::asio::ip::udp::socket udp_;
  boost::asio::ip::tcp::acceptor tcp_;
  boost::asio::ip::udp::endpoint sender_;
  std::array<char, 1500> datagram_{};
  std::uint16_t port_ = 0;
};

}  // namespace xuncha::portal
