#pragma once

// Only for the files that speak libcurl: curl_transfer.cc, curl_shard.cc.
#include <curl/curl.h>
#include <openssl/ssl.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/fetch.h"
#include "core/probe.h"
#include "crawler/certificate.h"
#include "crawler/connect_table.h"
#include "crawler/fetch_limits.h"
#include "crawler/response_reader.h"

namespace xuncha {

// What every transfer of a shard shares. Outlives them.
struct TransferDefaults {
  std::string user_agent;
  std::string ca_file;
  FetchLimits limits;
  std::uint64_t connects = 0;          // sockets opened
  std::uint64_t refused_connects = 0;  // addresses that libcurl was about to use and that were not pinned: stays 0
  std::uint64_t limit_reached = 0;
};

// How libcurl is to go about one try; the same for its whole life.
struct TransferPlan {
  Endpoint endpoint;
  Milliseconds total{0};
  bool decode = true;  // false: leave content codings alone
};

// One easy handle with all its options set, and the answer it collects; used again and again (never reset, so that an
// option is set once). It speaks to exactly one address.
// Thread rule: confined to one thread. Its address is known to libcurl: neither copied nor moved.
class CurlTransfer {
 public:
  // nullptr when libcurl has no memory left.
  static std::unique_ptr<CurlTransfer> create(TransferDefaults& defaults);
  ~CurlTransfer();
  CurlTransfer(const CurlTransfer&) = delete;
  CurlTransfer& operator=(const CurlTransfer&) = delete;

  // Sets the handle up for `request`. False when libcurl reads the URL otherwise than we do: it must not be sent.
  bool prepare(const FetchRequest& request, const TransferPlan& plan);
  // Gives the transfer up from outside libcurl; the caller removes the handle.
  void give_up(Ended why) { ended_ = why; }
  // The step that is under way.
  Phase phase() const;
  // Too late or too slow by our own rules (limits::kFirstByteTimeout, kLowSpeed*)? kByLibrary: neither.
  Ended overdue(SteadyTime now);
  // What to call the end that libcurl reports by `code`.
  TransportError conclude(CURLcode code);
  // A content coding that libcurl does not know and browsers ignore: worth a try without decoding.
  bool has_unknown_coding() const;
  // Moves what was collected into `outcome`: status, headers, body, counts, certificate.
  void deliver(FetchOutcome& outcome);
  // What the handshake showed, where there was one; once.
  std::optional<Certificate> release_certificate();

  // How long each step from the connection on took; the one under way at the end has the rest.
  PhaseTimes phases() const;

  CURL* handle() const { return easy_; }
  std::string_view words() const { return error_.data(); }

 private:
  explicit CurlTransfer(TransferDefaults& defaults) : defaults_(defaults) {}
  bool set_fixed_options();
  void set_tls_options(bool verify);
  void set_headers(const FetchRequest& request);
  bool reads_alike(const Url& url, const std::string& text);
  std::uint64_t wire_bytes() const;
  void note_leaf(X509* leaf, const SSL* ssl);

  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self) noexcept;
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self) noexcept;
  static curl_socket_t on_open(void* self, curlsocktype purpose, curl_sockaddr* address) noexcept;
  static int on_request(void* self, char* peer, char* local, int peer_port, int local_port) noexcept;
  static CURLcode on_tls(CURL* easy, void* context, void* self) noexcept;
  static int on_certificate(int good, X509_STORE_CTX* store) noexcept;
  static void on_tls_bytes(int sent, int version, int type, const void* bytes, std::size_t size, SSL* ssl,
                           void* self) noexcept;

  TransferDefaults& defaults_;
  CURL* easy_ = nullptr;
  CURLU* parsed_ = nullptr;
  std::array<char, CURL_ERROR_SIZE> error_{};
  ResponseReader reader_;
  Endpoint peer_;
  std::string url_;
  std::string host_;  // without brackets
  bool https_ = false;
  Ended ended_ = Ended::kByLibrary;
  SteadyTime begun_{};
  std::optional<SteadyTime> requested_;  // when the request was about to be sent
  std::optional<SteadyTime> window_;     // of the low-speed rule
  std::uint64_t window_bytes_ = 0;
  LeafFault leaf_ = LeafFault::kNone;
  std::optional<Certificate> certificate_;
  bool greeting_ = false;
  bool plain_http_reply_ = false;
  bool tls_begun_ = false;  // the TCP connection stands, on this try
  // Lists for libcurl whose text is ours.
  std::string connect_to_;
  curl_slist connect_node_{};
  std::array<std::string, 5> lines_;
  std::array<curl_slist, 5> nodes_{};
};

}  // namespace xuncha
