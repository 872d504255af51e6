#include "crawler/zone_look.h"

#include <ares.h>
#include <arpa/nameser.h>
#include <netdb.h>

#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <cstring>
#include <random>
#include <utility>

#include "core/site.h"
#include "crawler/resolver.h"

namespace xuncha {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using asio::ip::udp;
using Error = boost::system::error_code;

constexpr std::size_t kDatagramBytesMax = 1232;  // what passes IPv6 without fragments

// A question for the SOA record, not to be passed on (RFC 1035 4.1). Empty for a name that cannot be asked.
std::string soa_question(const std::string& zone, std::uint16_t id) {
  unsigned char* bytes = nullptr;
  int size = 0;
  if (ares_create_query(zone.c_str(), ns_c_in, ns_t_soa, id, /*rd=*/0, &bytes, &size, 0) != ARES_SUCCESS) return {};
  std::string question(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  ares_free_string(bytes);
  return question;
}

// Is it the answer to this question, and does the server serve the zone? One that refuses or knows nothing does not.
bool is_answer(std::string_view question, std::string_view answer) {
  if (answer.size() < question.size() || answer.substr(0, 2) != question.substr(0, 2)) return false;
  const auto flags = static_cast<unsigned char>(answer[2]);
  const auto code = static_cast<unsigned char>(answer[3]) & 0x0F;
  const bool is_response = (flags & 0x80) != 0;
  const bool is_authoritative = (flags & 0x04) != 0;
  const bool has_records = answer[6] != 0 || answer[7] != 0;
  return is_response && is_authoritative && code == 0 && has_records;
}

// Is the name another's alias (RFC 1035 3.3.1)? The records after a CNAME are those of its target.
bool is_of_alias(std::string_view answer) {
  constexpr std::size_t kHeader = 12;
  constexpr std::size_t kRecord = 10;  // type, class, time to live, length: RFC 1035 4.1.3
  if (answer.size() < kHeader) return false;
  const auto* bytes = reinterpret_cast<const unsigned char*>(answer.data());
  const auto number = [bytes](std::size_t at) { return static_cast<std::size_t>(bytes[at] << 8 | bytes[at + 1]); };
  const std::size_t questions = number(4);
  const std::size_t names = questions + number(6);
  std::size_t at = kHeader;
  for (std::size_t index = 0; index < names && at < answer.size(); ++index) {
    char* name = nullptr;
    long size = 0;
    if (ares_expand_name(bytes + at, bytes, static_cast<int>(answer.size()), &name, &size) != ARES_SUCCESS)
      return false;
    ares_free_string(name);
    at += static_cast<std::size_t>(size);
    if (index < questions) {
      at += 4;  // type and class
      continue;
    }
    if (at + kRecord > answer.size()) return false;
    if (number(at) == ns_t_cname) return true;
    at += kRecord + number(at + 8);
  }
  return false;
}

std::vector<std::string> name_servers_of(std::string_view answer) {
  std::vector<std::string> names;
  if (is_of_alias(answer)) return names;
  hostent* found = nullptr;
  const auto* bytes = reinterpret_cast<const unsigned char*>(answer.data());
  if (ares_parse_ns_reply(bytes, static_cast<int>(answer.size()), &found) != ARES_SUCCESS) return names;
  for (char** name = found->h_aliases; *name != nullptr && names.size() < kNameServersMax; ++name) {
    std::string lower(*name);
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : static_cast<char>(c);
    });
    if (lower.ends_with('.')) lower.pop_back();
    if (is_askable_name(lower)) names.push_back(std::move(lower));
  }
  ares_free_hostent(found);
  return names;
}

std::string parent_of(const std::string& name) {
  const std::size_t dot = name.find('.');
  return dot == std::string::npos ? std::string() : name.substr(dot + 1);
}

bool is_cut(std::string_view answer) {
  return answer.size() > 2 && (static_cast<unsigned char>(answer[2]) & 0x02) != 0;
}

// One question to one name server.
class Question : public std::enable_shared_from_this<Question> {
 public:
  using Handler = std::function<void(bool answered)>;
  Question(asio::io_context& context, const IpAddress& address, const ZoneLookOptions& options, std::string question,
           Handler handler)
      : datagrams_(context),
        stream_(context),
        timer_(context),
        options_(options),
        question_(std::move(question)),
        handler_(std::move(handler)) {
    asio::ip::address_v6::bytes_type bytes;
    std::copy(address.bytes.begin(), address.bytes.end(), bytes.begin());
    address_ = asio::ip::address_v6(bytes);
  }

  void begin() {
    Error error;
    datagrams_.open(udp::v6(), error);
    // A connected socket hears only this server, and is told when nobody listens there.
    if (!error) datagrams_.connect({address_, options_.port}, error);
    if (error) return end(false);
    try_once();
  }

 private:
  void try_once() {
    if (tries_++ == options_.tries) return ask_by_tcp();
    Error error;
    datagrams_.send(asio::buffer(question_), 0, error);
    if (error) return ask_by_tcp();
    timer_.expires_after(options_.timeout);
    timer_.async_wait([self = shared_from_this()](const Error& stopped) {
      if (!stopped && self->is_by_udp()) self->try_once();
    });
    if (tries_ == 1) receive();
  }

  void receive() {
    datagrams_.async_receive(asio::buffer(datagram_),
                             [self = shared_from_this()](const Error& error, std::size_t size) {
                               if (error == asio::error::operation_aborted || !self->is_by_udp()) return;
                               if (error) return self->ask_by_tcp();
                               const std::string_view answer(self->datagram_.data(), size);
                               if (answer.substr(0, 2) != std::string_view(self->question_).substr(0, 2))
                                 return self->receive();
                               if (is_cut(answer)) return self->ask_by_tcp();
                               self->end(is_answer(self->question_, answer));
                             });
  }

  // One message each way, with its length before it (RFC 1035 4.2.2).
  void ask_by_tcp() {
    by_tcp_ = true;
    close(datagrams_);
    timer_.expires_after(options_.timeout);
    timer_.async_wait([self = shared_from_this()](const Error& stopped) {
      if (!stopped) self->end(false);
    });
    stream_.async_connect({address_, options_.port}, [self = shared_from_this()](const Error& error) {
      if (error) return self->end(false);
      const std::size_t size = self->question_.size();
      self->framed_ = {static_cast<char>(size >> 8), static_cast<char>(size & 0xFF)};
      self->framed_ += self->question_;
      asio::async_write(self->stream_, asio::buffer(self->framed_), [self](const Error& failed, std::size_t) {
        if (failed) return self->end(false);
        self->read_length();
      });
    });
  }

  void read_length() {
    asio::async_read(stream_, asio::buffer(datagram_, 2), [self = shared_from_this()](const Error& error, std::size_t) {
      if (error) return self->end(false);
      const auto high = static_cast<unsigned char>(self->datagram_[0]);
      const auto low = static_cast<unsigned char>(self->datagram_[1]);
      self->framed_.resize(static_cast<std::size_t>(high << 8 | low));
      asio::async_read(self->stream_, asio::buffer(self->framed_), [self](const Error& cut, std::size_t) {
        self->end(!cut && is_answer(self->question_, self->framed_));
      });
    });
  }

  bool is_by_udp() const { return !by_tcp_ && handler_ != nullptr; }

  template <class Socket>
  static void close(Socket& socket) {
    Error ignored;
    socket.close(ignored);
  }

  void end(bool answered) {
    if (!handler_) return;
    timer_.cancel();
    close(datagrams_);
    close(stream_);
    std::exchange(handler_, nullptr)(answered);
  }

  udp::socket datagrams_;
  tcp::socket stream_;
  asio::steady_timer timer_;
  asio::ip::address_v6 address_;
  const ZoneLookOptions options_;
  const std::string question_;
  Handler handler_;
  int tries_ = 0;
  bool by_tcp_ = false;
  std::array<char, kDatagramBytesMax> datagram_{};
  std::string framed_;  // as it goes over TCP; of an answer the message alone, 64 KB at the most
};

}  // namespace

struct ZoneLook::Impl : std::enable_shared_from_this<ZoneLook::Impl> {
  // One zone being looked at.
  struct Job {
    ZoneView view;
    std::string end;  // the registrable domain: beyond it the zone is another's
    Permitted permitted;
    Handler handler;
    std::size_t open = 0;  // servers not yet settled
  };
  using JobPointer = std::shared_ptr<Job>;

  Impl(asio::io_context& io, Resolver& of, ZoneLookOptions with) : context(io), resolver(of), options(with) {}

  void find_zone(const JobPointer& job, const std::string& name) {
    if (name.empty() || job->end.empty()) return finish(job);
    resolver.ask(name, ns_t_ns, [weak = weak_from_this(), job, name](const std::string& answer) {
      const auto self = weak.lock();
      if (!self) return;
      const std::vector<std::string> names = name_servers_of(answer);
      if (names.empty()) return name == job->end ? self->finish(job) : self->find_zone(job, parent_of(name));
      job->view.zone = name;
      for (const std::string& each : names) job->view.servers.push_back({.name = each, .ipv6 = {}});
      job->open = names.size();
      for (std::size_t index = 0; index < names.size(); ++index) self->find_address(job, index);
    });
  }

  void find_address(const JobPointer& job, std::size_t index) {
    resolver.lookup(
        job->view.servers[index].name, Family::kIpv6, [weak = weak_from_this(), job, index](const DnsAnswer& answer) {
          const auto self = weak.lock();
          if (!self) return;
          const auto usable = std::find_if(answer.addresses.begin(), answer.addresses.end(), job->permitted);
          if (usable == answer.addresses.end()) return self->settle(job, index, false);
          job->view.servers[index].ipv6 = *usable;
          self->ask(job, index, *usable);
        });
  }

  void ask(const JobPointer& job, std::size_t index, const IpAddress& address) {
    std::string question = soa_question(job->view.zone, static_cast<std::uint16_t>(random()));
    if (question.empty()) return settle(job, index, false);
    const auto one = std::make_shared<Question>(context, address, options, std::move(question),
                                                [weak = weak_from_this(), job, index](bool answered) {
                                                  if (const auto self = weak.lock()) self->settle(job, index, answered);
                                                });
    one->begin();
  }

  void settle(const JobPointer& job, std::size_t index, bool answered) {
    job->view.servers[index].answers = answered;
    if (--job->open == 0) finish(job);
  }

  void finish(const JobPointer& job) {
    asio::post(context, [weak = weak_from_this(), job] {
      if (weak.lock()) job->handler(std::move(job->view));
    });
  }

  asio::io_context& context;
  Resolver& resolver;
  const ZoneLookOptions options;
  std::random_device random;
};

ZoneLook::ZoneLook(asio::io_context& context, Resolver& resolver, ZoneLookOptions options)
    : impl_(std::make_shared<Impl>(context, resolver, options)) {}
ZoneLook::~ZoneLook() = default;

void ZoneLook::look(std::string_view host, Permitted permitted, Handler handler) {
  const auto job = std::make_shared<Impl::Job>();
  job->permitted = std::move(permitted);
  job->handler = std::move(handler);
  if (host.ends_with('.')) host.remove_suffix(1);
  if (is_askable_name(host) && !parse_address(host)) job->end = registrable_domain(host);
  impl_->find_zone(job, std::string(host));
}

}  // namespace xuncha
