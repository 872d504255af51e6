#include "crawler/response_reader.h"

#include <algorithm>

#include "core/limits.h"

namespace xuncha {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (is_blank(text.front()))) text.remove_prefix(1);
  while (!text.empty() && (is_blank(text.back()))) text.remove_suffix(1);
  return text;
}

std::string_view without_line_end(std::string_view line) {
  if (!line.empty() && line.back() == '\n') line.remove_suffix(1);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

bool equal_fold(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](char a, char b) { return lower(a) == lower(b); });
}

// RFC 9112 4: status-code is three digits. nullopt also for a line that is no status line.
std::optional<std::uint16_t> status_of(std::string_view line) {
  const std::size_t space = line.find(' ');
  if (!line.starts_with("HTTP/") || space == std::string_view::npos) return std::nullopt;
  line.remove_prefix(space);
  line = trim(line);
  if (line.size() < 3 || !is_digit(line[0]) || !is_digit(line[1]) || !is_digit(line[2])) return std::nullopt;
  if (line.size() > 3 && !is_blank(line[3])) return std::nullopt;
  const int status = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
  if (status < 100) return std::nullopt;
  return static_cast<std::uint16_t>(status);
}

std::optional<std::uint64_t> parse_length(std::string_view text) {
  if (text.empty() || text.size() > 18 || !std::all_of(text.begin(), text.end(), is_digit)) return std::nullopt;
  std::uint64_t value = 0;
  for (char c : text) value = value * 10 + static_cast<std::uint64_t>(c - '0');
  return value;
}

// A coded body decodes to at most this much more than its cap before we give up telling a bomb from a large page.
constexpr std::uint64_t kBytesPastCapMax = 4u << 20;

}  // namespace

void ResponseReader::begin(const HeaderBounds& bounds, std::size_t body_bytes_max) {
  *this = ResponseReader();
  bounds_ = bounds;
  body_bytes_max_ = body_bytes_max;
}

bool ResponseReader::stop(Ended why) {
  if (ended_ == Ended::kByLibrary) ended_ = why;
  return false;
}

bool ResponseReader::take_header_line(std::string_view line) {
  header_bytes_ += line.size();
  ++header_lines_;
  if (line.size() > bounds_.line_bytes_max || header_bytes_ > bounds_.bytes_max || header_lines_ > bounds_.lines_max) {
    return stop(Ended::kHeaderBounds);
  }
  if (head_complete_) return true;
  const std::string_view text = without_line_end(line);
  if (text.empty()) return end_head();
  if (text.starts_with("HTTP/")) return start_head(text);
  add_header(text);
  return true;
}

bool ResponseReader::start_head(std::string_view line) {
  const auto status = status_of(line);
  if (!status) return stop(Ended::kBadHead);
  status_ = *status;
  headers_.clear();
  return true;
}

bool ResponseReader::end_head() {
  if (status_ >= 100 && status_ < 200 && status_ != 101) {
    interim_ = status_;
    status_ = 0;
    headers_.clear();
    return true;
  }
  head_complete_ = true;
  return check_framing();
}

void ResponseReader::add_header(std::string_view line) {
  if (is_blank(line.front())) {
    if (headers_.empty()) return;
    const std::string_view more = trim(line);
    if (!more.empty()) headers_.back().second.append(" ").append(more);
    return;
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return;  // no header: dropped, as browsers do
  std::string name(trim(line.substr(0, colon)));
  std::transform(name.begin(), name.end(), name.begin(), lower);
  headers_.emplace_back(std::move(name), trim(line.substr(colon + 1)));
}

// RFC 9112 6.3: Transfer-Encoding overrides Content-Length; lengths that differ make the end unknowable. A length that
// is no number is ignored, as browsers and libcurl do.
bool ResponseReader::check_framing() {
  bool lengths_differ = false;
  for (const auto& [name, value] : headers_) {
    if (name == "transfer-encoding") chunked_ = chunked_ || value.find("hunked") != std::string::npos;
    if (name == "content-encoding") coded_ = coded_ || (!value.empty() && !equal_fold(value, "identity"));
    if (name != "content-length") continue;
    std::string_view rest = value;
    while (!rest.empty()) {
      const std::size_t comma = rest.find(',');
      const auto length = parse_length(trim(rest.substr(0, comma)));
      rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
      if (!length) continue;
      lengths_differ = lengths_differ || (content_length_ && *content_length_ != *length);
      content_length_ = length;
    }
  }
  if (chunked_) {
    content_length_.reset();
    return true;
  }
  return lengths_differ ? stop(Ended::kBadHead) : true;
}

bool ResponseReader::is_bomb(std::uint64_t wire_bytes) const {
  return coded_ && decoded_bytes_ > limits::kBombFreeBytes && decoded_bytes_ / limits::kBombRatioMax > wire_bytes;
}

bool ResponseReader::take_body(std::string_view bytes, std::uint64_t wire_bytes, std::uint64_t wire_pending) {
  if (!body_begun_) {
    body_begun_ = true;
    if (content_length_ && !coded_) body_.reserve(std::min<std::size_t>(*content_length_, body_bytes_max_));
  }
  decoded_bytes_ += bytes.size();
  const std::size_t room = body_bytes_max_ - body_.size();
  body_.append(bytes.substr(0, room));
  if (is_bomb(wire_bytes + wire_pending)) return stop(Ended::kBomb);
  if (bytes.size() <= room) return true;
  // A bomb and a large page look alike until the next piece of wire has been counted: a coded body is decoded a
  // little further, without keeping it.
  if (!body_cut_) wire_bytes_at_cap_ = wire_bytes;
  body_cut_ = true;
  const bool ratio_known = wire_bytes > wire_bytes_at_cap_ || decoded_bytes_ > body_bytes_max_ + kBytesPastCapMax;
  return coded_ && !ratio_known ? true : stop(Ended::kBodyCap);
}

void ResponseReader::finish(std::uint64_t wire_bytes) {
  if (!is_bomb(wire_bytes)) return;
  if (ended_ == Ended::kByLibrary || ended_ == Ended::kBodyCap) ended_ = Ended::kBomb;
}

std::string ResponseReader::release_body() {
  return std::move(body_);
}

}  // namespace xuncha
