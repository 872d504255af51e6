#include "tests/portal/portal_dns.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <cctype>
#include <optional>

namespace xuncha::portal {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using asio::ip::udp;

constexpr std::uint16_t kTypeA = 1;
constexpr std::uint16_t kTypeAaaa = 28;
constexpr int kNoError = 0, kServfail = 2, kNxdomain = 3, kRefused = 5;  // RFC 1035 4.1.1

std::uint16_t number_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint16_t>(static_cast<unsigned char>(bytes[at]) << 8 |
                                    static_cast<unsigned char>(bytes[at + 1]));
}

void append_number(std::string& out, std::uint16_t number) {
  out.push_back(static_cast<char>(number >> 8));
  out.push_back(static_cast<char>(number & 0xff));
}

// The name of the question, in lower case; nullopt for a message that is no plain question.
std::optional<std::string> question_name(std::string_view query, std::size_t& end) {
  std::string name;
  std::size_t at = 12;
  while (at < query.size()) {
    const auto length = static_cast<unsigned char>(query[at++]);
    if (length == 0) {
      end = at + 4;
      return end <= query.size() ? std::optional(name) : std::nullopt;
    }
    if (length > 63 || at + length > query.size()) return std::nullopt;
    if (!name.empty()) name.push_back('.');
    for (std::size_t i = 0; i < length; ++i) {
      name.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(query[at + i]))));
    }
    at += length;
  }
  return std::nullopt;
}

DnsAnswer look_up(const std::string& name, const std::map<std::string, DnsAnswer>& names) {
  if (const auto found = names.find(name); found != names.end()) return found->second;
  const std::string suffix = "." + name;
  for (const auto& [known, answer] : names) {
    if (known.size() > suffix.size() && known.ends_with(suffix)) return {DnsKind::kNodata, {}};
  }
  return {DnsKind::kNxdomain, {}};
}

std::string address_records(const std::vector<std::string>& addresses, std::uint16_t type, std::uint16_t& count) {
  std::string records;
  for (const std::string& text : addresses) {
    boost::system::error_code error;
    const auto address = asio::ip::make_address(text, error);
    if (error || address.is_v4() != (type == kTypeA)) continue;
    append_number(records, 0xc00c);  // the name of the question
    append_number(records, type);
    append_number(records, 1);
    append_number(records, 0);
    append_number(records, 30);
    if (address.is_v4()) {
      const auto bytes = address.to_v4().to_bytes();
      append_number(records, 4);
      records.append(bytes.begin(), bytes.end());
    } else {
      const auto bytes = address.to_v6().to_bytes();
      append_number(records, 16);
      records.append(bytes.begin(), bytes.end());
    }
    ++count;
  }
  return records;
}

struct TcpQuestion : std::enable_shared_from_this<TcpQuestion> {
  explicit TcpQuestion(tcp::socket connected) : socket(std::move(connected)) {}
  tcp::socket socket;
  std::array<char, 2> length{};
  std::string message;
};

}  // namespace

std::string answer_dns(std::string_view query, const std::map<std::string, DnsAnswer>& names, std::string* asked) {
  std::size_t end = 0;
  if (query.size() < 12 || number_at(query, 4) != 1) return "";
  const auto name = question_name(query, end);
  if (!name) return "";
  if (asked != nullptr) *asked = *name;
  const std::uint16_t type = number_at(query, end - 4);
  const DnsAnswer answer = look_up(*name, names);
  if (answer.kind == DnsKind::kTimeout) return "";
  int code = kNoError;
  if (answer.kind == DnsKind::kNxdomain) code = kNxdomain;
  if (answer.kind == DnsKind::kServfail) code = kServfail;
  if (answer.kind == DnsKind::kRefused) code = kRefused;
  std::uint16_t count = 0;
  std::string records;
  if (answer.kind == DnsKind::kAddress && (type == kTypeA || type == kTypeAaaa)) {
    records = address_records(answer.addresses, type, count);
  }
  std::string reply(query.substr(0, 2));
  append_number(reply, static_cast<std::uint16_t>(0x8580 | code));  // answer, authoritative, recursion both ways
  append_number(reply, 1);
  append_number(reply, count);
  append_number(reply, 0);
  append_number(reply, 0);
  reply += query.substr(12, end - 12);
  return reply + records;
}

DnsResponder::DnsResponder(asio::io_context& context, std::map<std::string, DnsAnswer> names, Log log)
    : names_(std::move(names)), log_(std::move(log)), udp_(context), tcp_(context) {
  // The port must be free for both: take one for TCP and try it for UDP.
  for (int attempt = 0;; ++attempt) {
    tcp_ = tcp::acceptor(context, tcp::endpoint(asio::ip::make_address("127.0.0.1"), 0), false);
    port_ = tcp_.local_endpoint().port();
    boost::system::error_code error;
    udp_ = udp::socket(context, udp::v4());
    udp_.bind(udp::endpoint(asio::ip::make_address("127.0.0.1"), port_), error);
    if (!error) return;
    if (attempt == 20) throw boost::system::system_error(error);
  }
}

void DnsResponder::start() {
  receive();
  accept();
}

void DnsResponder::receive() {
  udp_.async_receive_from(
      asio::buffer(datagram_), sender_, [this](const boost::system::error_code& error, std::size_t size) {
        if (error == asio::error::operation_aborted) return;
        if (!error) {
          std::string name;
          const std::string reply = answer_dns(std::string_view(datagram_.data(), size), names_, &name);
          if (!name.empty()) log_(name);
          boost::system::error_code ignored;
          if (!reply.empty()) udp_.send_to(asio::buffer(reply), sender_, 0, ignored);
        }
        receive();
      });
}

void DnsResponder::accept() {
  tcp_.async_accept([this](const boost::system::error_code& error, tcp::socket socket) {
    if (error == asio::error::operation_aborted) return;
    accept();
    if (error) return;
    auto question = std::make_shared<TcpQuestion>(std::move(socket));
    asio::async_read(question->socket, asio::buffer(question->length),
                     [this, question](const boost::system::error_code& failed, std::size_t) {
                       if (failed) return;
                       question->message.resize(number_at(std::string_view(question->length.data(), 2), 0));
                       asio::async_read(question->socket, asio::buffer(question->message),
                                        [this, question](const boost::system::error_code& failed_again, std::size_t) {
                                          if (failed_again) return;
                                          std::string name;
                                          const std::string reply = answer_dns(question->message, names_, &name);
                                          if (!name.empty()) log_(name);
                                          if (reply.empty()) return;
                                          question->message.clear();
                                          append_number(question->message, static_cast<std::uint16_t>(reply.size()));
                                          question->message += reply;
                                          asio::async_write(
                                              question->socket, asio::buffer(question->message),
                                              [question](const boost::system::error_code&, std::size_t) {});
                                        });
                     });
  });
}

}  // namespace xuncha::portal
