#include "crawler/curl_transfer.h"

#include <netinet/in.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include "core/limits.h"

namespace xuncha {
namespace {

// libcurl's default, fixed here because the bomb rule counts with it: received bytes are counted one buffer late where
// the body is chunked.
constexpr long kReceiveBufferBytes = long{16} * 1024;

SteadyTime steady_now() {
  return std::chrono::time_point_cast<Milliseconds>(std::chrono::steady_clock::now());
}

struct UrlPart {
  ~UrlPart() { curl_free(text); }
  bool get(CURLU* url, CURLUPart part, unsigned flags) {
    return curl_url_get(url, part, &text, flags) == CURLUE_OK && text != nullptr;
  }
  char* text = nullptr;
};

// A validator came from a portal: one with control characters would forge headers of ours.
bool is_sendable(const std::string& value) {
  return !value.empty() && value.size() <= limits::kValidatorBytesMax &&
         std::none_of(value.begin(), value.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

bool is_valid_now(const X509* certificate) {
  return X509_cmp_current_time(X509_get0_notBefore(certificate)) < 0 &&
         X509_cmp_current_time(X509_get0_notAfter(certificate)) > 0;
}

int transfer_index() {
  static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

std::optional<Endpoint> endpoint_of(const sockaddr& address) {
  Endpoint endpoint;
  if (address.sa_family == AF_INET) {
    sockaddr_in v4;
    std::memcpy(&v4, &address, sizeof v4);
    std::array<std::uint8_t, 4> octets;
    std::memcpy(octets.data(), &v4.sin_addr, octets.size());
    return Endpoint{IpAddress::v4(octets[0], octets[1], octets[2], octets[3]), ntohs(v4.sin_port)};
  }
  if (address.sa_family != AF_INET6) return std::nullopt;
  sockaddr_in6 v6;
  std::memcpy(&v6, &address, sizeof v6);
  endpoint.address.family = Family::kIpv6;
  std::memcpy(endpoint.address.bytes.data(), &v6.sin6_addr, 16);
  endpoint.port = ntohs(v6.sin6_port);
  return endpoint;
}

std::string connect_to_text(const Endpoint& endpoint) {
  const std::string address = format_address(endpoint.address);
  const std::string port = ':' + std::to_string(endpoint.port);
  return endpoint.address.family == Family::kIpv6 ? "::[" + address + ']' + port : "::" + address + port;
}

template <class Value>
bool set(CURL* easy, CURLoption option, Value value) {
  return curl_easy_setopt(easy, option, value) == CURLE_OK;
}

long milliseconds(Milliseconds time) {
  return std::max<long>(1, static_cast<long>(time.count()));
}

}  // namespace

std::unique_ptr<CurlTransfer> CurlTransfer::create(TransferDefaults& defaults) {
  std::unique_ptr<CurlTransfer> transfer(new CurlTransfer(defaults));
  transfer->easy_ = curl_easy_init();
  transfer->parsed_ = curl_url();
  if (transfer->easy_ == nullptr || transfer->parsed_ == nullptr) return nullptr;
  return transfer->set_fixed_options() ? std::move(transfer) : nullptr;
}

CurlTransfer::~CurlTransfer() {
  if (easy_ != nullptr) curl_easy_cleanup(easy_);
  curl_url_cleanup(parsed_);
}

bool CurlTransfer::set_fixed_options() {
  lines_[0] = "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
  lines_[1] = "Accept-Language: zh-CN,zh;q=0.9,en;q=0.5";
  const Milliseconds life = limits::kConnectionLifetime;
  return set(easy_, CURLOPT_NOSIGNAL, 1L) && set(easy_, CURLOPT_ERRORBUFFER, error_.data()) &&
         // Only what was asked for: no other protocol, redirect, proxy, password file, cookie or alternative service.
         set(easy_, CURLOPT_PROTOCOLS_STR, "http,https") && set(easy_, CURLOPT_REDIR_PROTOCOLS_STR, "http,https") &&
         set(easy_, CURLOPT_FOLLOWLOCATION, 0L) && set(easy_, CURLOPT_NETRC, long{CURL_NETRC_IGNORED}) &&
         set(easy_, CURLOPT_PROXY, "") && set(easy_, CURLOPT_UNRESTRICTED_AUTH, 0L) &&
         set(easy_, CURLOPT_HTTP09_ALLOWED, 0L) && set(easy_, CURLOPT_PATH_AS_IS, 1L) &&
         set(easy_, CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_2TLS}) &&
         set(easy_, CURLOPT_USERAGENT, defaults_.user_agent.c_str()) &&
         // Where it may go.
         set(easy_, CURLOPT_OPENSOCKETFUNCTION, &CurlTransfer::on_open) && set(easy_, CURLOPT_OPENSOCKETDATA, this) &&
         set(easy_, CURLOPT_PREREQFUNCTION, &CurlTransfer::on_request) && set(easy_, CURLOPT_PREREQDATA, this) &&
         set(easy_, CURLOPT_QUICK_EXIT, 1L) &&
         // What it hands over.
         set(easy_, CURLOPT_HEADERFUNCTION, &CurlTransfer::on_header) && set(easy_, CURLOPT_HEADERDATA, this) &&
         set(easy_, CURLOPT_WRITEFUNCTION, &CurlTransfer::on_body) && set(easy_, CURLOPT_WRITEDATA, this) &&
         set(easy_, CURLOPT_BUFFERSIZE, kReceiveBufferBytes) &&
         // Connections. Low speed is ours (overdue): libcurl's would cut the wait for the head short.
         set(easy_, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(defaults_.limits.connect)) &&
         set(easy_, CURLOPT_MAXLIFETIME_CONN, static_cast<long>(life.count() / 1000)) &&
         set(easy_, CURLOPT_MAXAGE_CONN, static_cast<long>(limits::kConnectionIdle.count())) &&
         set(easy_, CURLOPT_TCP_KEEPALIVE, 1L) && set(easy_, CURLOPT_TCP_NODELAY, 1L) &&
         // TLS. Without a directory of certificates the parsed bundle is kept between connections (20 times as many
         // handshakes); each new connection shows its certificate, none is resumed.
         set(easy_, CURLOPT_CAPATH, static_cast<char*>(nullptr)) &&
         set(easy_, CURLOPT_CAINFO, defaults_.ca_file.c_str()) && set(easy_, CURLOPT_SSL_SESSIONID_CACHE, 0L) &&
         set(easy_, CURLOPT_SSL_CTX_FUNCTION, &CurlTransfer::on_tls) && set(easy_, CURLOPT_SSL_CTX_DATA, this);
}

bool CurlTransfer::prepare(const FetchRequest& request, const TransferPlan& plan) {
  reader_.begin(defaults_.limits.headers, body_bytes_max(request));
  error_[0] = '\0';
  peer_ = plan.endpoint;
  https_ = request.url.scheme() == UrlScheme::kHttps;
  ended_ = Ended::kByLibrary;
  requested_.reset();
  window_.reset();
  window_bytes_ = 0;
  leaf_ = LeafFault::kNone;
  certificate_.reset();
  greeting_ = request.old_tls;
  plain_http_reply_ = false;
  tls_begun_ = false;
  begun_ = steady_now();

  host_ = request.url.host();
  if (host_.starts_with('[')) host_ = host_.substr(1, host_.size() - 2);
  if (host_.ends_with('.')) host_.pop_back();
  // Names and passwords written in a link are not sent.
  url_ = request.url.origin();
  url_ += request.url.path_and_query();
  if (!reads_alike(request.url, url_)) return false;
  set(easy_, CURLOPT_URL, url_.c_str());

  connect_to_ = connect_to_text(peer_);
  connect_node_ = curl_slist{connect_to_.data(), nullptr};
  set(easy_, CURLOPT_CONNECT_TO, &connect_node_);
  const bool v6 = peer_.address.family == Family::kIpv6;
  set(easy_, CURLOPT_IPRESOLVE, v6 ? long{CURL_IPRESOLVE_V6} : long{CURL_IPRESOLVE_V4});
  set(easy_, CURLOPT_TIMEOUT_MS, milliseconds(plan.total));

  // A sample of reachability tests the whole path each time.
  const long fresh = request.fetch_class == FetchClass::kProbe ? 1 : 0;
  set(easy_, CURLOPT_FRESH_CONNECT, fresh);
  set(easy_, CURLOPT_FORBID_REUSE, fresh);
  // Both are set each time: handles are used again.
  constexpr long kOldVersions = long{CURL_SSLVERSION_TLSv1_0} | long{CURL_SSLVERSION_MAX_TLSv1_1};
  set(easy_, CURLOPT_SSLVERSION, greeting_ ? kOldVersions : long{CURL_SSLVERSION_DEFAULT});
  set(easy_, CURLOPT_CONNECT_ONLY, greeting_ ? 1L : 0L);
  set(easy_, CURLOPT_SSL_VERIFYPEER, request.verify_tls ? 1L : 0L);
  set(easy_, CURLOPT_SSL_VERIFYHOST, request.verify_tls ? 2L : 0L);

  // A range of a coded body could not be decoded.
  const bool identity = request.prefix_only || !plan.decode;
  set(easy_, CURLOPT_ACCEPT_ENCODING, identity ? "identity" : "gzip, br");
  set(easy_, CURLOPT_HTTP_CONTENT_DECODING, plan.decode ? 1L : 0L);
  const std::string range = "0-" + std::to_string(limits::kAttachmentPrefixBytes - 1);
  set(easy_, CURLOPT_RANGE, request.prefix_only ? range.c_str() : static_cast<const char*>(nullptr));
  set_headers(request);
  return true;
}

// Two parsers that disagree about a URL are how a filter is passed: libcurl must see the same host.
bool CurlTransfer::reads_alike(const Url& url, const std::string& text) {
  if (curl_url_set(parsed_, CURLUPART_URL, text.c_str(), CURLU_PATH_AS_IS) != CURLUE_OK) return false;
  UrlPart scheme;
  UrlPart host;
  UrlPart port;
  UrlPart user;
  return scheme.get(parsed_, CURLUPART_SCHEME, 0) && host.get(parsed_, CURLUPART_HOST, 0) &&
         port.get(parsed_, CURLUPART_PORT, CURLU_DEFAULT_PORT) && !user.get(parsed_, CURLUPART_USER, 0) &&
         std::string_view(scheme.text) == (https_ ? "https" : "http") && url.host() == host.text &&
         std::to_string(url.port()) == port.text;
}

void CurlTransfer::set_headers(const FetchRequest& request) {
  std::size_t count = 2;
  if (is_sendable(request.if_none_match)) lines_[count++] = "If-None-Match: " + request.if_none_match;
  if (is_sendable(request.if_modified_since)) lines_[count++] = "If-Modified-Since: " + request.if_modified_since;
  if (is_sendable(request.referer)) lines_[count++] = "Referer: " + request.referer;
  for (std::size_t i = 0; i < count; ++i) {
    nodes_[i] = curl_slist{lines_[i].data(), i + 1 < count ? &nodes_[i + 1] : nullptr};
  }
  set(easy_, CURLOPT_HTTPHEADER, nodes_.data());
}

Phase CurlTransfer::phase() const {
  if (reader_.head_complete()) return Phase::kBody;
  if (requested_) {
    long sent = 0;
    curl_easy_getinfo(easy_, CURLINFO_REQUEST_SIZE, &sent);
    return sent > 0 || reader_.head_begun() ? Phase::kHeaders : Phase::kSend;
  }
  return tls_begun_ ? Phase::kTls : Phase::kConnect;
}

PhaseTimes CurlTransfer::phases() const {
  const auto mark = [this](CURLINFO info) {
    curl_off_t microseconds = 0;
    curl_easy_getinfo(easy_, info, &microseconds);
    return std::chrono::duration_cast<Milliseconds>(std::chrono::microseconds(std::max<curl_off_t>(microseconds, 0)));
  };
  const Milliseconds total = std::max(mark(CURLINFO_TOTAL_TIME_T), steady_now() - begun_);
  const Milliseconds connected = mark(CURLINFO_CONNECT_TIME_T);
  const Milliseconds secured = std::max(connected, mark(CURLINFO_APPCONNECT_TIME_T));
  const Milliseconds answered = mark(CURLINFO_STARTTRANSFER_TIME_T);
  PhaseTimes times;
  switch (phase()) {
    case Phase::kBody:
      times = {.connect = connected,
               .tls = secured - connected,
               .first_byte = std::max(answered, secured) - secured,
               .body = total - std::min(total, std::max(answered, secured))};
      break;
    case Phase::kSend:
    case Phase::kHeaders:
      times = {.connect = connected, .tls = secured - connected, .first_byte = total - std::min(total, secured)};
      break;
    case Phase::kTls:
      times = {.connect = connected, .tls = total - std::min(total, connected)};
      break;
    default:
      times.connect = total;
      break;
  }
  return times;
}

std::uint64_t CurlTransfer::wire_bytes() const {
  curl_off_t bytes = 0;
  curl_easy_getinfo(easy_, CURLINFO_SIZE_DOWNLOAD_T, &bytes);
  return bytes > 0 ? static_cast<std::uint64_t>(bytes) : 0;
}

Ended CurlTransfer::overdue(SteadyTime now) {
  if (!requested_) return Ended::kByLibrary;
  if (!reader_.head_complete()) {
    return now - *requested_ >= defaults_.limits.first_byte ? Ended::kFirstByte : Ended::kByLibrary;
  }
  if (!window_) {
    window_ = now;
    window_bytes_ = wire_bytes();
  }
  const Milliseconds elapsed = now - *window_;
  if (elapsed < defaults_.limits.low_speed_time) return Ended::kByLibrary;
  const std::uint64_t bytes = wire_bytes();
  const auto wanted = static_cast<std::uint64_t>(defaults_.limits.low_speed_bytes * elapsed.count() / 1000);
  const bool slow = bytes - window_bytes_ < wanted;
  window_ = now;
  window_bytes_ = bytes;
  return slow ? Ended::kTooSlow : Ended::kByLibrary;
}

TransportError CurlTransfer::conclude(CURLcode code) {
  reader_.finish(wire_bytes());
  TransferEnd end;
  end.code = code;
  end.ended = ended_ != Ended::kByLibrary ? ended_ : reader_.ended();
  end.phase = phase();
  long system_error = 0;
  curl_easy_getinfo(easy_, CURLINFO_OS_ERRNO, &system_error);
  end.system_error = static_cast<int>(system_error);
  curl_easy_getinfo(easy_, CURLINFO_SSL_VERIFYRESULT, &end.verify_result);
  end.leaf = leaf_;
  end.head_complete = reader_.head_complete();
  end.body_until_close = !reader_.chunked() && !reader_.content_length();
  end.plain_http_reply = plain_http_reply_;
  end.words = words();
  const bool has_greeted = greeting_ && code == CURLE_OK && end.ended == Ended::kByLibrary;
  const TransportError error = has_greeted ? TransportError::kNone : classify(end);
  if (end.ended != Ended::kByLibrary && end.ended != Ended::kEngine) ++defaults_.limit_reached;
  if (error != TransportError::kNone && error_[0] == '\0') {
    std::strncpy(error_.data(), curl_easy_strerror(code), error_.size() - 1);
  }
  return error;
}

bool CurlTransfer::has_unknown_coding() const {
  return words().find("Unrecognized content encoding") != std::string_view::npos;
}

void CurlTransfer::deliver(FetchOutcome& outcome) {
  outcome.status = reader_.head_complete() ? reader_.status() : std::uint16_t{0};
  outcome.headers = std::move(reader_.headers());
  outcome.body = reader_.release_body();
  outcome.body_cut = reader_.body_cut();
  outcome.wire_bytes = wire_bytes();
  outcome.content_length = reader_.content_length();
  if (certificate_) outcome.tls_not_after = certificate_->not_after;
}

std::optional<Certificate> CurlTransfer::release_certificate() {
  return std::exchange(certificate_, std::nullopt);
}

std::size_t CurlTransfer::on_header(char* data, std::size_t size, std::size_t count, void* self) noexcept {
  const std::string_view line(data, size * count);
  return static_cast<CurlTransfer*>(self)->reader_.take_header_line(line) ? line.size() : 0;
}

std::size_t CurlTransfer::on_body(char* data, std::size_t size, std::size_t count, void* self) noexcept {
  auto* transfer = static_cast<CurlTransfer*>(self);
  const std::string_view bytes(data, size * count);
  if (bytes.empty()) return 0;
  const std::uint64_t pending = transfer->reader_.chunked() ? kReceiveBufferBytes : 0;
  return transfer->reader_.take_body(bytes, transfer->wire_bytes(), pending) ? bytes.size() : 0;
}

curl_socket_t CurlTransfer::on_open(void* self, curlsocktype /*purpose*/, curl_sockaddr* address) noexcept {
  auto* transfer = static_cast<CurlTransfer*>(self);
  const auto endpoint = endpoint_of(address->addr);
  if (!endpoint || *endpoint != transfer->peer_) {
    ++transfer->defaults_.refused_connects;
    transfer->ended_ = Ended::kWrongPeer;
    return CURL_SOCKET_BAD;
  }
  const int socket = ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  if (socket < 0) {
    transfer->ended_ = Ended::kOutOfDescriptors;
    return CURL_SOCKET_BAD;
  }
  ++transfer->defaults_.connects;
  return socket;
}

// Runs on new and on kept connections alike.
int CurlTransfer::on_request(void* self, char* peer, char* /*local*/, int peer_port, int /*local_port*/) noexcept {
  auto* transfer = static_cast<CurlTransfer*>(self);
  const auto address = parse_address(peer != nullptr ? peer : "");
  if (!address || *address != transfer->peer_.address || peer_port != transfer->peer_.port) {
    ++transfer->defaults_.refused_connects;
    transfer->ended_ = Ended::kWrongPeer;
    return CURL_PREREQFUNC_ABORT;
  }
  transfer->requested_ = steady_now();
  return CURL_PREREQFUNC_OK;
}

// Called once a connection. The context may outlive this transfer's turn, never the transfer: handles are pooled until
// the shard ends, and a server cannot ask for a second handshake.
CURLcode CurlTransfer::on_tls(CURL* /*easy*/, void* context, void* self) noexcept {
  auto* tls = static_cast<SSL_CTX*>(context);
  static_cast<CurlTransfer*>(self)->tls_begun_ = true;
  SSL_CTX_set_ex_data(tls, transfer_index(), self);
  SSL_CTX_set_verify(tls, SSL_CTX_get_verify_mode(tls), &CurlTransfer::on_certificate);
  // As browsers do: servers without RFC 5746 are still common, and harmless to a client that never renegotiates.
  SSL_CTX_set_options(tls, SSL_OP_NO_RENEGOTIATION | SSL_OP_LEGACY_SERVER_CONNECT);
  // What nobody offers any more is offered only to hear whether a server knows nothing else.
  if (static_cast<CurlTransfer*>(self)->greeting_) SSL_CTX_set_cipher_list(tls, "ALL:@SECLEVEL=0");
  SSL_CTX_set_msg_callback(tls, &CurlTransfer::on_tls_bytes);
  SSL_CTX_set_msg_callback_arg(tls, self);
  return CURLE_OK;
}

int CurlTransfer::on_certificate(int good, X509_STORE_CTX* store) noexcept {
  const auto* ssl = static_cast<const SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  if (ssl == nullptr) return good;
  auto* transfer = static_cast<CurlTransfer*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), transfer_index()));
  X509* leaf = X509_STORE_CTX_get0_cert(store);
  if (transfer == nullptr || leaf == nullptr) return good;
  if (good == 0 || X509_STORE_CTX_get_error_depth(store) == 0) transfer->note_leaf(leaf, ssl);
  return good;
}

void CurlTransfer::note_leaf(X509* leaf, const SSL* ssl) {
  certificate_ = read_certificate(leaf);
  if (certificate_) certificate_->protocol = SSL_get_version(ssl);
  const bool named = parse_address(host_) ? X509_check_ip_asc(leaf, host_.c_str(), 0) == 1
                                          : X509_check_host(leaf, host_.data(), host_.size(), 0, nullptr) == 1;
  leaf_ = !is_valid_now(leaf) ? LeafFault::kExpired : named ? LeafFault::kNone : LeafFault::kName;
}

void CurlTransfer::on_tls_bytes(int sent, int /*version*/, int type, const void* bytes, std::size_t size, SSL* /*ssl*/,
                                void* self) noexcept {
  if (sent != 0 || type != SSL3_RT_HEADER || size != 5) return;
  if (std::memcmp(bytes, "HTTP/", 5) == 0) static_cast<CurlTransfer*>(self)->plain_http_reply_ = true;
}

}  // namespace xuncha
