#pragma once

#include <openssl/ssl.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace xuncha::test {

// An answer as it came.
struct RawAnswer {
  int status = 0;                                            // 0: none came, or none that can be read
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;

  std::string header(std::string_view name) const;  // first, "" when absent
};

// A client on loopback that sends the bytes it is given, however wrong. Blocking, but no wait is longer than
// `patience`.
class RawClient {
 public:
  struct Options {
    std::string address = "127.0.0.1";
    std::string from{};  // the client's own IPv4 address; empty: any
    bool tls = false;
    std::chrono::milliseconds patience = std::chrono::seconds(5);
  };
  explicit RawClient(std::uint16_t port) : RawClient(port, Options{}) {}
  RawClient(std::uint16_t port, const Options& options);
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool is_connected() const { return connected_; }
  // False when the server left.
  bool send(std::string_view bytes);
  // Says that nothing more comes; still reads.
  void half_close();
  // The next answer, by its Content-Length; `head`: the answer to HEAD, without a body.
  enum class Asked : std::uint8_t { kGet, kHead };
  RawAnswer read_answer(Asked asked = Asked::kGet);
  // Everything until the server closes; what came till then when it does not.
  std::string read_to_end();
  // Did the server close, within `patience`?
  bool is_closed();

 private:
  bool receive_more();

  int socket_ = -1;
  bool connected_ = false;
  bool ended_ = false;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_{nullptr, &SSL_CTX_free};
  std::unique_ptr<SSL, decltype(&SSL_free)> tls_{nullptr, &SSL_free};
  std::string buffered_;
};

// One request on a connection of its own.
RawAnswer ask_raw(std::uint16_t port, std::string_view request, const RawClient::Options& options = {});

}  // namespace xuncha::test
