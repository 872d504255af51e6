#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crawler/fetch_limits.h"
#include "crawler/outcome.h"

namespace xuncha {

// Collects one HTTP answer as libcurl hands it over (a header line at a time, then decoded pieces of the body) and
// ends it at its bounds. Knows no library; kept for many answers, so that its buffers are used again.
// Thread rule: confined to one thread.
class ResponseReader {
 public:
  // Starts over. `body_bytes_max` is what is kept of the decoded body.
  void begin(const HeaderBounds& bounds, std::size_t body_bytes_max);

  // One line with its line end. False: end the transfer, `ended` says why. Interim answers (1xx) are dropped, but
  // their lines count; lines after the head (trailers) count and are dropped; a folded line (RFC 9112 5.2) is joined.
  bool take_header_line(std::string_view line);
  // A piece of the body. `wire_bytes` is what has been received so far before decoding, of which up to
  // `wire_pending` bytes may not be counted yet. False as above.
  bool take_body(std::string_view bytes, std::uint64_t wire_bytes, std::uint64_t wire_pending);
  // The transfer is over, with the final count of received bytes: judges the ratio once more.
  void finish(std::uint64_t wire_bytes);
  // Hands the kept body over; what is small is copied exactly, so that the buffer stays here.
  std::string release_body();

  Ended ended() const { return ended_; }
  bool head_complete() const { return head_complete_; }
  bool head_begun() const { return status_ != 0 || interim_ != 0; }
  bool body_begun() const { return body_begun_; }
  bool body_cut() const { return body_cut_; }
  bool chunked() const { return chunked_; }
  bool coded() const { return coded_; }
  std::uint16_t status() const { return status_; }
  std::optional<std::uint64_t> content_length() const { return content_length_; }
  std::vector<std::pair<std::string, std::string>>& headers() { return headers_; }

 private:
  bool stop(Ended why);
  bool start_head(std::string_view line);
  bool end_head();
  void add_header(std::string_view line);
  bool check_framing();
  bool is_bomb(std::uint64_t wire_bytes) const;

  HeaderBounds bounds_;
  std::size_t body_bytes_max_ = 0;
  Ended ended_ = Ended::kByLibrary;
  std::size_t header_bytes_ = 0;
  std::size_t header_lines_ = 0;
  std::uint16_t status_ = 0;
  std::uint16_t interim_ = 0;
  bool head_complete_ = false;
  bool body_begun_ = false;
  bool body_cut_ = false;
  bool chunked_ = false;
  bool coded_ = false;
  std::optional<std::uint64_t> content_length_;
  std::vector<std::pair<std::string, std::string>> headers_;
  std::string body_;
  std::uint64_t decoded_bytes_ = 0;
  std::uint64_t wire_bytes_at_cap_ = 0;
};

}  // namespace xuncha
