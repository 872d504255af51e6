#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "tests/portal/portal_answers.h"
#include "tests/portal/portal_data.h"
#include "tests/portal/portal_server.h"

namespace xuncha::portal {

// What a listening port is for, and whom its connections ask.
struct Endpoint {
  std::string host;
  std::string scheme;                              // "http" or "https"
  boost::asio::ssl::context* tls = nullptr;        // null: plain
  std::string alert;                               // not empty: the only answer to a ClientHello
  std::function<Answer(const Request&)> answer;    // what the data says
  std::function<void(const RequestLog&)> log;      // once for each request, when it ended
  std::function<void(int)> in_flight;              // +1 when a request came, -1 when it ended
  std::function<std::string(std::uint64_t)> bomb;  // gzip of that many MiB of zeros
};

// One connection: requests one after another, each played as its Answer says. Confined to the server's thread.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(boost::asio::ip::tcp::socket socket, const Endpoint& endpoint, std::uint64_t id);
  void start();
  // Ends it at once; a request under way is logged as incomplete.
  void abandon();

 private:
  using Next = std::function<void()>;
  void answer_with_alert();
  void read_request();
  void take_request(std::size_t header_bytes);
  void play(Answer answer);
  void play_fault(const Answer& answer, std::string head, std::string body);
  void write(std::string bytes, Next next);
  void write_slowly(std::string bytes, std::uint64_t bytes_a_second, const Next& next);
  void repeat(const std::string& bytes, std::uint64_t left);
  void wait_for_close();
  void finish();       // the answer is complete: the next request, or close
  void close_after();  // an orderly end
  void reset();
  void end_log(bool complete);

  template <class Handler>
  void read_some(boost::asio::mutable_buffer buffer, Handler handler);

  boost::asio::ip::tcp::socket socket_;
  std::optional<boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>> tls_;
  const Endpoint& endpoint_;
  std::uint64_t id_;
  boost::asio::steady_timer timer_;
  std::array<char, 16384> chunk_{};
  std::string input_;
  std::string output_;
  Request request_;
  RequestLog log_;
  std::chrono::steady_clock::time_point began_;
  bool request_open_ = false;
  bool keep_alive_ = true;
};

}  // namespace xuncha::portal
