#include "daemon/service/tcp_connect.h"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>

#include "core/limits.h"

namespace xuncha {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

struct Connecting {
  explicit Connecting(asio::io_context& context) : socket(context), timer(context) {}
  asio::ip::tcp::socket socket;
  asio::steady_timer timer;
};

asio::ip::address address_of(const IpAddress& address) {
  if (address.family == Family::kIpv6) return asio::ip::address_v6(address.bytes);
  asio::ip::address_v4::bytes_type bytes{};
  std::copy(address.bytes.begin() + 12, address.bytes.end(), bytes.begin());
  return asio::ip::address_v4(bytes);
}

}  // namespace

Vantage::Connect tcp_connect(asio::io_context& context) {
  return [&context](const IpAddress& address, std::uint16_t port, std::function<void(bool)> handler) {
    const auto attempt = std::make_shared<Connecting>(context);
    attempt->timer.expires_after(limits::kProbeTimeout);
    attempt->timer.async_wait([attempt](const error_code& cancelled) {
      error_code ignored;
      if (!cancelled) attempt->socket.close(ignored);  // ends the connect, which then answers
    });
    attempt->socket.async_connect({address_of(address), port},
                                  [attempt, handler = std::move(handler)](const error_code& error) {
                                    attempt->timer.cancel();
                                    handler(!error);
                                  });
  };
}

}  // namespace xuncha
