#include "daemon/web/http_session.h"

#include <array>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <exception>
#include <optional>
#include <string>
#include <type_traits>

#include "core/clock.h"
#include "core/limits.h"
#include "daemon/log.h"

namespace xuncha {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using beast::error_code;
using tcp = asio::ip::tcp;

using PlainStream = beast::tcp_stream;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;

// On every answer. Pages load nothing but their own style sheet; no page is put into another's frame; what stands there
// may be nobody's business but the reader's.
constexpr std::pair<std::string_view, std::string_view> kSecurityHeaders[] = {
    {"Content-Security-Policy",
     "default-src 'self'; script-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; "
     "frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
};

constexpr std::string_view kProxyHeaders[] = {"forwarded", "x-forwarded-for", "x-real-ip", "via"};

void count(HttpCounters* counters, std::atomic<std::uint64_t> HttpCounters::*which) {
  if (counters != nullptr) (counters->*which).fetch_add(1, std::memory_order_relaxed);
}

beast::string_view view(std::string_view text) {
  return {text.data(), text.size()};
}

std::string text(beast::string_view from) {
  return {from.data(), from.size()};
}

std::string small_letters(beast::string_view from) {
  std::string out = text(from);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

// RFC 9112 3.2.2: "http://host/path" is to be taken as "/path". Empty where there is no path to be had.
std::string_view origin_form(std::string_view target) {
  if (target.starts_with('/')) return target;
  const std::size_t authority = target.find("://");
  if (authority == std::string_view::npos) return {};
  const std::size_t path = target.find_first_of("/?", authority + 3);
  if (path == std::string_view::npos) return "/";
  return target[path] == '/' ? target.substr(path) : std::string_view();
}

asio::ip::address unmapped(const asio::ip::address& address) {
  if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address;
  return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
}

bool is_http_error(const error_code& error) {
  return error.category() == http::make_error_code(http::error::end_of_stream).category();
}

template <class Stream>
class Session final : public HttpSession, public std::enable_shared_from_this<Session<Stream>> {
 public:
  static constexpr bool kIsTls = std::is_same_v<Stream, TlsStream>;

  Session(HttpCore& core, tcp::socket&& socket, ClientTable::Seat seat)
      : core_(core),
        seat_(std::move(seat)),
        security_(core.security),
        stream_(make_stream(std::move(socket), security_)),
        buffer_(limits::kWebHeaderBytesMax + limits::kWebBodyBytesMax),
        answer_timer_(stream_.get_executor()) {
    core_.sessions.insert(this);
  }

  ~Session() override {
    core_.sessions.erase(this);
    if (core_.stopping && core_.sessions.empty() && core_.on_last_session) core_.on_last_session();
  }

  void start() override {
    error_code error;
    const tcp::endpoint peer = connection().socket().remote_endpoint(error);
    if (error) return;
    connection().socket().set_option(tcp::no_delay(true), error);
    peer_ = unmapped(peer.address());
    if constexpr (kIsTls) {
      connection().expires_after(core_.times.head);
      stream_.async_handshake(asio::ssl::stream_base::server,
                              beast::bind_front_handler(&Session::on_handshake, this->shared_from_this()));
    } else {
      read();
    }
  }

  void finish() override {
    is_last_ = true;
    if (!is_answering_) cut();
  }

  void cut() override {
    error_code ignored;
    answer_timer_.cancel();
    connection().socket().close(ignored);
  }

 private:
  using Parser = http::request_parser<http::string_body>;
  using Response = http::response<http::string_body>;

  static Stream make_stream(tcp::socket&& socket, const HttpSecurity& security) {
    if constexpr (kIsTls) {
      return Stream(beast::tcp_stream(std::move(socket)), *security.tls);
    } else {
      return Stream(std::move(socket));
    }
  }

  beast::tcp_stream& connection() { return beast::get_lowest_layer(stream_); }

  // --- reading ---

  void on_handshake(error_code error) {
    if (!error) return read();
    if (error == beast::error::timeout) count(core_.counters, &HttpCounters::timeouts);
    cut();
  }

  // The whole request has to be there in time, however slowly it comes.
  void read() {
    is_answering_ = false;
    if (is_last_ || core_.stopping) return cut();
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(limits::kWebHeaderBytesMax));
    parser_->body_limit(limits::kWebBodyBytesMax);
    connection().expires_after(requests_ == 0 ? core_.times.head : core_.times.idle);
    http::async_read(stream_, buffer_, *parser_,
                     beast::bind_front_handler(&Session::on_read, this->shared_from_this()));
  }

  void on_read(error_code error, std::size_t) {
    if (!error) return take_request();
    if (error == beast::error::timeout) {
      if (requests_ == 0 || parser_->got_some()) count(core_.counters, &HttpCounters::timeouts);
      return cut();
    }
    if (error == http::error::end_of_stream || !is_http_error(error)) return cut();
    is_last_ = true;
    is_answering_ = true;
    request_.path = text(parser_->get().target());
    if (error == http::error::header_limit || error == http::error::buffer_overflow) {
      count(core_.counters, &HttpCounters::headers_too_large);
      return send(error_response(request_.path, 431, "header_too_large", "The request's head is over 16 KB."));
    }
    if (error == http::error::body_limit) {
      count(core_.counters, &HttpCounters::bodies_too_large);
      return send(error_response(request_.path, 413, "body_too_large", "The request's body is over 64 KB."));
    }
    send(error_response(request_.path, 400, "bad_request", "This is no HTTP request."));
  }

  void take_request() {
    is_answering_ = true;
    count(core_.counters, &HttpCounters::requests);
    const auto& message = parser_->get();
    is_last_ = is_last_ || !message.keep_alive() || ++requests_ >= limits::kWebRequestsPerConnection;
    version_ = message.version();
    is_head_ = message.method() == http::verb::head;
    if (!read_request(message)) {
      is_last_ = true;
      return send(error_response(request_.path, 400, "bad_request",
                                 "The request's target or its Host header is not as RFC 9112 asks."));
    }
    if (security_.users) return ask_who();
    call_handler();
  }

  bool read_request(const Parser::value_type& message) {
    request_ = {};
    request_.method = text(message.method_string());
    const std::string target = text(message.target());
    const std::string_view form = origin_form(target);
    request_.path = form.substr(0, form.find('?'));
    if (form.size() > request_.path.size()) request_.query = form.substr(request_.path.size() + 1);
    request_.body = message.body();
    request_.peer = peer_.to_string();
    request_.from_loopback = peer_.is_loopback();
    for (const auto& field : message) {
      request_.headers.emplace_back(small_letters(field.name_string()), text(field.value()));
    }
    for (const std::string_view name : kProxyHeaders) {
      if (message.count(view(name)) != 0) request_.from_loopback = false;
    }
    const std::size_t hosts = message.count(http::field::host);
    return !form.empty() && hosts <= 1 && (hosts == 1 || message.version() < 11);
  }

  // --- who asks ---

  void ask_who() {
    auto credential = basic_credential(request_.header("authorization"));
    if (!credential) return refuse_unknown();
    start_answer_timer();
    request_.user = credential->user;
    security_.users->check(std::move(credential->user), std::move(credential->password),
                           [gate = core_.gate, weak = this->weak_from_this(), turn = turn_](auto answer) {
                             gate->post([weak, turn, answer] {
                               if (const auto self = weak.lock()) self->on_password(turn, answer);
                             });
                           });
  }

  void on_password(std::uint64_t turn, PasswordChecker::Answer answer) {
    if (turn != turn_) return;
    if (answer == PasswordChecker::Answer::kRight) return call_handler();
    request_.user.clear();
    if (answer == PasswordChecker::Answer::kWrong) return refuse_unknown();
    HttpResponse busy = error_response(request_.path, 503, "busy", "Too many passwords are being checked. Try again.");
    busy.headers.emplace_back("Retry-After", "1");
    send(std::move(busy));
  }

  void refuse_unknown() {
    HttpResponse refusal = error_response(request_.path, 401, "unauthorized", "User and password are needed.");
    refusal.headers.emplace_back("WWW-Authenticate", "Basic realm=\"xuncha\", charset=\"UTF-8\"");
    send(std::move(refusal));
  }

  // --- answering ---

  void call_handler() {
    start_answer_timer();
    const Respond respond = [gate = core_.gate, weak = this->weak_from_this(), turn = turn_](HttpResponse answer) {
      gate->post([weak, turn, answer = std::move(answer)]() mutable {
        const auto self = weak.lock();
        if (self && turn == self->turn_) self->send(std::move(answer));
      });
    };
    try {
      core_.handler(request_, respond);
    } catch (const std::exception& error) {
      log_error("web_handler_failed", {{"path", request_.path}, {"error", error.what()}});
      send(error_response(request_.path, 500, "internal", "The program failed to make this answer."));
    }
  }

  void start_answer_timer() {
    answer_timer_.expires_after(core_.times.answer);
    // Holds the session while nothing else does.
    answer_timer_.async_wait([self = this->shared_from_this(), turn = turn_](error_code error) {
      if (error || turn != self->turn_) return;
      count(self->core_.counters, &HttpCounters::answers_too_late);
      self->send(error_response(self->request_.path, 503, "too_late", "No answer came in time."));
    });
  }

  // Ends the turn: whatever else would answer this request comes too late.
  void send(HttpResponse answer) {
    ++turn_;
    answer_timer_.cancel();
    response_.emplace();
    response_->result(static_cast<unsigned>(answer.status));
    response_->version(version_);
    response_->keep_alive(!is_last_ && !core_.stopping);
    response_->set(http::field::date, view(format_http_date(SystemClock().wall())));
    response_->set(http::field::content_type, view(answer.content_type));
    response_->set(http::field::cache_control, "no-store");
    for (const auto& [name, value] : kSecurityHeaders) response_->set(view(name), view(value));
    for (const auto& [name, value] : answer.headers) response_->set(view(name), view(value));
    response_->content_length(answer.body.size());
    if (!is_head_) response_->body() = std::move(answer.body);
    connection().expires_after(core_.times.write);
    http::async_write(stream_, *response_, beast::bind_front_handler(&Session::on_written, this->shared_from_this()));
  }

  void on_written(error_code error, std::size_t) {
    if (error == beast::error::timeout) count(core_.counters, &HttpCounters::timeouts);
    if (error) return cut();
    const bool goes_on = response_->keep_alive();
    response_.reset();
    is_head_ = false;
    version_ = 11;
    if (goes_on) return read();
    linger();
  }

  // --- ending ---

  // Closing with unread bytes would reset the connection and might take our answer with it (RFC 9112 9.6).
  void linger() {
    connection().expires_after(limits::kWebLingerTimeout);
    if constexpr (kIsTls) {
      stream_.async_shutdown([self = this->shared_from_this()](error_code) { self->cut(); });
    } else {
      error_code error;
      connection().socket().shutdown(tcp::socket::shutdown_send, error);
      if (error) return cut();
      drain();
    }
  }

  void drain() {
    connection().async_read_some(asio::buffer(waste_),
                                 [self = this->shared_from_this()](error_code error, std::size_t bytes) {
                                   self->drained_ += bytes;
                                   if (error || self->drained_ >= limits::kWebLingerBytesMax) return self->cut();
                                   self->drain();
                                 });
  }

  HttpCore& core_;
  const ClientTable::Seat seat_;
  HttpSecurity security_;
  Stream stream_;
  beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  asio::steady_timer answer_timer_;
  asio::ip::address peer_;
  HttpRequest request_;
  std::optional<Response> response_;
  std::uint64_t turn_ = 0;
  int requests_ = 0;
  unsigned version_ = 11;
  bool is_head_ = false;
  bool is_last_ = false;
  bool is_answering_ = false;
  std::size_t drained_ = 0;
  std::array<char, 2048> waste_{};
};

}  // namespace

ClientTable::Seat ClientTable::take(const std::string& client) {
  std::size_t& count = (*counts_)[client];
  if (count >= limits::kWebConnectionsPerClientMax) return nullptr;
  ++count;
  // The address only makes the pointer not null.
  return {counts_.get(), [weak = std::weak_ptr(counts_), client](void*) {
            const auto counts = weak.lock();
            if (!counts) return;
            const auto row = counts->find(client);
            if (row != counts->end() && --row->second == 0) counts->erase(row);
          }};
}

std::shared_ptr<HttpSession> make_http_session(HttpCore& core, tcp::socket socket, ClientTable::Seat seat) {
  if (core.security.tls) return std::make_shared<Session<TlsStream>>(core, std::move(socket), std::move(seat));
  return std::make_shared<Session<PlainStream>>(core, std::move(socket), std::move(seat));
}

std::string_view too_many_connections() {
  return "HTTP/1.1 503 Service Unavailable\r\n"
         "Content-Type: text/plain; charset=utf-8\r\n"
         "Content-Length: 22\r\n"
         "Cache-Control: no-store\r\n"
         "Retry-After: 5\r\n"
         "Connection: close\r\n\r\n"
         "Too many connections.\n";
}

}  // namespace xuncha
