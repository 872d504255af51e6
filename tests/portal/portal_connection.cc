#include "tests/portal/portal_connection.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <cctype>
#include <charconv>

#include "tests/portal/portal_bytes.h"

namespace xuncha::portal {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::size_t kRequestBytesMax = 256u << 10;
constexpr std::uint64_t kEndlessBytesMax = 1u << 30;
constexpr std::uint64_t kEndlessHeaderBytesMax = 64u << 20;

const char* status_text(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 206:
      return "Partial Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 304:
      return "Not Modified";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 410:
      return "Gone";
    case 416:
      return "Range Not Satisfiable";
    case 429:
      return "Too Many Requests";
    case 500:
      return "Internal Server Error";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    default:
      return "Status";
  }
}

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

std::string trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) text.remove_suffix(1);
  return std::string(text);
}

Request parse_request(std::string_view head) {
  Request request;
  std::size_t line_end = head.find("\r\n");
  const std::string_view line = head.substr(0, line_end);
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first != std::string_view::npos && last > first) {
    request.method = line.substr(0, first);
    request.set_target(std::string(line.substr(first + 1, last - first - 1)));
    request.http10 = line.substr(last + 1) == "HTTP/1.0";
  }
  while (line_end != std::string_view::npos && line_end + 2 < head.size()) {
    const std::size_t begin = line_end + 2;
    line_end = head.find("\r\n", begin);
    const std::string_view field = head.substr(begin, line_end - begin);
    const std::size_t colon = field.find(':');
    if (colon != std::string_view::npos) {
      request.headers[lower(std::string(field.substr(0, colon)))] = trimmed(field.substr(colon + 1));
    }
  }
  return request;
}

std::string in_chunks(std::string_view body) {
  std::string out;
  while (!body.empty()) {
    const std::string_view piece = body.substr(0, 1000);
    std::array<char, 16> size{};
    const auto [end, error] = std::to_chars(size.data(), size.data() + size.size(), piece.size(), 16);
    out.append(size.data(), end).append("\r\n").append(piece).append("\r\n");
    body.remove_prefix(piece.size());
  }
  return out + "0\r\n\r\n";
}

}  // namespace

Connection::Connection(asio::ip::tcp::socket socket, const Endpoint& endpoint, std::uint64_t id)
    : socket_(std::move(socket)), endpoint_(endpoint), id_(id), timer_(socket_.get_executor()) {
  error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
}

template <class Handler>
void Connection::read_some(asio::mutable_buffer buffer, Handler handler) {
  if (tls_) {
    tls_->async_read_some(buffer, std::move(handler));
  } else {
    socket_.async_read_some(buffer, std::move(handler));
  }
}

void Connection::start() {
  if (!endpoint_.alert.empty()) return answer_with_alert();
  if (endpoint_.tls == nullptr) return read_request();
  tls_.emplace(socket_, *endpoint_.tls);
  tls_->async_handshake(asio::ssl::stream_base::server, [self = shared_from_this()](const error_code& error) {
    if (!error) self->read_request();
  });
}

void Connection::answer_with_alert() {
  socket_.async_read_some(asio::buffer(chunk_), [self = shared_from_this()](const error_code& error, std::size_t) {
    if (error) return;
    self->write(self->endpoint_.alert, [self] { self->close_after(); });
  });
}

void Connection::read_request() {
  const std::size_t end = input_.find("\r\n\r\n");
  if (end != std::string::npos) return take_request(end + 4);
  if (input_.size() > kRequestBytesMax) return reset();
  read_some(asio::buffer(chunk_), [self = shared_from_this()](const error_code& error, std::size_t size) {
    if (error) return self->abandon();
    self->input_.append(self->chunk_.data(), size);
    self->read_request();
  });
}

void Connection::take_request(std::size_t header_bytes) {
  request_ = parse_request(std::string_view(input_).substr(0, header_bytes));
  request_.scheme = endpoint_.scheme;
  input_.erase(0, header_bytes);
  began_ = std::chrono::steady_clock::now();
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  log_ = {.time = std::chrono::duration<double>(now).count(),
          .duration = 0,
          .scheme = endpoint_.scheme,
          .host = endpoint_.host,
          .method = request_.method,
          .target = request_.target,
          .host_header = request_.header("host"),
          .user_agent = request_.header("user-agent"),
          .range = request_.header("range"),
          .if_none_match = request_.header("if-none-match"),
          .if_modified_since = request_.header("if-modified-since"),
          .status = 0,
          .bytes = 0,
          .connection = id_,
          .complete = false};
  request_open_ = true;
  endpoint_.in_flight(1);
  // A body is not expected: a client that sends one is answered and cut off.
  keep_alive_ = !request_.http10 && lower(request_.header("connection")) != "close" &&
                request_.header("content-length").empty() && request_.header("transfer-encoding").empty();
  Answer answer = endpoint_.answer(request_);
  if (answer.delay.count() == 0) return play(std::move(answer));
  timer_.expires_after(answer.delay);
  timer_.async_wait([self = shared_from_this(), answer = std::move(answer)](const error_code& error) mutable {
    if (!error) self->play(std::move(answer));
  });
}

void Connection::play(Answer answer) {
  if (answer.fault.kind == FaultKind::kRaw) {
    return write(std::move(answer.body), [self = shared_from_this()] {
      self->end_log(true);
      self->close_after();
    });
  }
  apply_conditions(request_, answer);
  std::string body = std::move(answer.body);
  const bool gzip =
      answer.gzip && !body.empty() && request_.header("accept-encoding").find("gzip") != std::string::npos;
  if (answer.fault.kind == FaultKind::kBomb) {
    body = endpoint_.bomb(answer.fault.amount);
  } else if (gzip) {
    body = gzip_bytes(body);
  }
  const bool endless = answer.fault.kind == FaultKind::kEndless || answer.fault.kind == FaultKind::kBadChunk;
  const bool chunked = endless || (answer.chunked && answer.status == 200);
  std::string head = "HTTP/1.1 " + std::to_string(answer.status) + " " + status_text(answer.status) + "\r\n";
  head += "Server: portal\r\n";
  if (!answer.content_type.empty() && answer.status != 304) {
    head += "Content-Type: " + answer.content_type;
    if (!answer.charset.empty()) head += "; charset=" + answer.charset;
    head += "\r\n";
  }
  for (const auto& [name, value] : answer.headers) head.append(name).append(": ").append(value).append("\r\n");
  if (gzip || answer.fault.kind == FaultKind::kBomb) head += "Content-Encoding: gzip\r\n";
  if (chunked) {
    head += "Transfer-Encoding: chunked\r\n";
  } else if (answer.status != 304) {
    head += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  }
  if (!keep_alive_) head += "Connection: close\r\n";
  head += "\r\n";
  if (request_.method == "HEAD") body.clear();
  if (chunked && !endless && request_.method != "HEAD") body = in_chunks(body);
  log_.status = answer.status;
  play_fault(answer, std::move(head), std::move(body));
}

// Sends head and body, wounded as the fault says.
void Connection::play_fault(const Answer& answer, std::string head, std::string body) {
  auto self = shared_from_this();
  const std::uint64_t amount = answer.fault.amount;
  const auto done_and_close = [self] {
    self->end_log(true);
    self->close_after();
  };
  switch (answer.fault.kind) {
    case FaultKind::kNone:
    case FaultKind::kBomb:
    case FaultKind::kRaw:
      return write(std::move(head.append(body)), [self] { self->finish(); });
    case FaultKind::kReset:
      if (amount == 0) {
        log_.status = 0;
        end_log(true);
        return reset();
      }
      return write(head + body.substr(0, amount), [self] {
        self->end_log(true);
        self->reset();
      });
    case FaultKind::kCloseEmpty:
      log_.status = 0;
      return done_and_close();
    case FaultKind::kCloseMidHeader:
      return write("HTTP/1.1 200 OK\r\nContent-Type: text/ht", done_and_close);
    case FaultKind::kTruncate:
      return write(head + body.substr(0, amount), done_and_close);
    case FaultKind::kHangHeaders:
      log_.status = 0;
      return wait_for_close();
    case FaultKind::kHangBody:
      return write(head + body.substr(0, amount), [self] { self->wait_for_close(); });
    case FaultKind::kSlow:
      return write(std::move(head), [self, body = std::move(body), amount] {
        self->write_slowly(body, amount, [self] { self->finish(); });
      });
    case FaultKind::kSlowHeaders:
      return write_slowly(head + body, amount, [self] { self->finish(); });
    case FaultKind::kEndless: {
      std::string filler = body.empty() ? std::string(8000, 'x') : body;
      std::string piece = in_chunks(filler);
      piece.resize(piece.size() - 5);  // without the last chunk
      return write(std::move(head), [self, piece = std::move(piece)] { self->repeat(piece, kEndlessBytesMax); });
    }
    case FaultKind::kEndlessHeaders:
      head.resize(head.size() - 2);
      return write(std::move(head), [self] {
        std::string lines;
        for (int i = 0; i < 100; ++i) lines += "X-More: and more\r\n";
        self->repeat(lines, kEndlessHeaderBytesMax);
      });
    case FaultKind::kBadChunk:
      return write(head + "5\r\nhello\r\nZZ\r\nhello\r\n", done_and_close);
    case FaultKind::kHugeHeader:
      head.resize(head.size() - 2);
      return write(head + "X-Huge: " + std::string(amount, 'x') + "\r\n\r\n" + body, [self] { self->finish(); });
    case FaultKind::kManyHeaders:
      head.resize(head.size() - 2);
      for (std::uint64_t i = 0; i < amount; ++i) head += "X-Header-" + std::to_string(i) + ": 1\r\n";
      return write(head + "\r\n" + body, [self] { self->finish(); });
    case FaultKind::kHttp09:
      log_.status = 0;
      return write(std::move(body), done_and_close);
    case FaultKind::kGarbage: {
      log_.status = 0;
      std::string noise;
      for (int i = 0; i < 512; ++i) noise.push_back(static_cast<char>((i * 167 + 91) & 0xff));
      return write(std::move(noise), done_and_close);
    }
  }
}

void Connection::write(std::string bytes, Next next) {
  output_ = std::move(bytes);
  auto written = [self = shared_from_this(), next = std::move(next)](const error_code& error, std::size_t size) {
    self->log_.bytes += size;
    if (error) return self->abandon();
    next();
  };
  if (tls_) {
    asio::async_write(*tls_, asio::buffer(output_), std::move(written));
  } else {
    asio::async_write(socket_, asio::buffer(output_), std::move(written));
  }
}

void Connection::write_slowly(std::string bytes, std::uint64_t bytes_a_second, const Next& next) {
  const std::size_t step = std::max<std::size_t>(1, bytes_a_second / 10);
  const std::chrono::milliseconds pause(bytes_a_second >= 10 ? 100 : 1000 / std::max<std::uint64_t>(1, bytes_a_second));
  if (bytes.empty()) return next();
  std::string rest = bytes.size() > step ? bytes.substr(step) : "";
  bytes.resize(std::min(step, bytes.size()));
  write(std::move(bytes), [self = shared_from_this(), rest = std::move(rest), bytes_a_second, pause, next] {
    self->timer_.expires_after(pause);
    self->timer_.async_wait([self, rest, bytes_a_second, next](const error_code& error) {
      if (!error) self->write_slowly(rest, bytes_a_second, next);
    });
  });
}

void Connection::repeat(const std::string& bytes, std::uint64_t left) {
  if (left < bytes.size()) return reset();
  write(bytes, [self = shared_from_this(), bytes, left] { self->repeat(bytes, left - bytes.size()); });
}

void Connection::wait_for_close() {
  read_some(asio::buffer(chunk_), [self = shared_from_this()](const error_code& error, std::size_t) {
    if (error) {
      self->end_log(true);
      return self->abandon();
    }
    self->wait_for_close();
  });
}

void Connection::finish() {
  end_log(true);
  if (!keep_alive_) return close_after();
  read_request();
}

void Connection::close_after() {
  if (tls_) {
    tls_->async_shutdown([self = shared_from_this()](const error_code&) { self->abandon(); });
    return;
  }
  error_code ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  // Closing with unread input would send RST and could take the answer with it: wait for the client to close.
  wait_for_close();
}

void Connection::reset() {
  error_code ignored;
  socket_.set_option(asio::socket_base::linger(true, 0), ignored);
  abandon();
}

void Connection::abandon() {
  end_log(false);
  timer_.cancel();
  error_code ignored;
  socket_.close(ignored);
}

void Connection::end_log(bool complete) {
  if (!request_open_) return;
  request_open_ = false;
  log_.duration = std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
  log_.complete = complete;
  endpoint_.log(log_);
  endpoint_.in_flight(-1);
}

}  // namespace xuncha::portal
