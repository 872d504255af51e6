#include "core/url.h"

#include <algorithm>
#include <utility>

#include "core/check.h"
#include "core/code_points.h"
#include "core/limits.h"
#include "core/url_bytes.h"
#include "core/url_host.h"

namespace xuncha {

namespace {

constexpr std::size_t kInputBytesMax = limits::kUrlBytesMax * 8;

std::uint32_t offset(std::size_t value) {
  return static_cast<std::uint32_t>(value);
}

bool is_slash(char c) {
  return c == '/' || c == '\\';
}

std::string_view scheme_text(UrlScheme scheme) {
  return scheme == UrlScheme::kHttp ? "http" : "https";
}

std::uint16_t default_port(UrlScheme scheme) {
  return scheme == UrlScheme::kHttp ? 80 : 443;
}

// Length of the scheme before ":", 0 when the text does not begin with one.
std::size_t scheme_size(std::string_view text) {
  if (text.empty() || !is_ascii_alpha(text[0])) return 0;
  for (std::size_t at = 1; at < text.size(); ++at) {
    const char c = text[at];
    if (c == ':') return at;
    if (!is_ascii_alpha(c) && !is_ascii_digit(c) && c != '+' && c != '-' && c != '.') return 0;
  }
  return 0;
}

// Where "." may be spelled "%2e".
bool eats_dot(std::string_view& segment) {
  if (segment.starts_with('.')) {
    segment.remove_prefix(1);
    return true;
  }
  if (segment.size() < 3 || segment[0] != '%' || segment[1] != '2' || (segment[2] | 0x20) != 'e') return false;
  segment.remove_prefix(3);
  return true;
}

// 1 for ".", 2 for "..", 0 for any other segment.
int dots_of(std::string_view segment) {
  if (segment.empty() || segment.size() > 6 || (segment[0] != '.' && segment[0] != '%')) return 0;
  int dots = 0;
  while (dots < 3 && eats_dot(segment)) ++dots;
  return segment.empty() && dots <= 2 ? dots : 0;
}

// The input as the parser's first steps leave it: ends trimmed, tabs and newlines removed, valid UTF-8.
class CleanInput {
 public:
  explicit CleanInput(std::string_view input) {
    while (!input.empty() && is_edge(input.front())) input.remove_prefix(1);
    while (!input.empty() && is_edge(input.back())) input.remove_suffix(1);
    text_ = input;
    // Plain locals, so that the loop becomes a few vector instructions.
    unsigned char bits = 0;
    bool dirty = false;
    for (const char c : input) {
      bits = static_cast<unsigned char>(bits | static_cast<unsigned char>(c));
      dirty |= (c == '\t') | (c == '\n') | (c == '\r');
    }
    const bool ascii = bits < 0x80;
    if (dirty || !ascii) {
      copy_ = ascii ? std::string(input) : to_valid_utf8(input);
      if (dirty) std::erase_if(copy_, [](char c) { return c == '\t' || c == '\n' || c == '\r'; });
      text_ = copy_;
    }
  }
  CleanInput(const CleanInput&) = delete;
  CleanInput& operator=(const CleanInput&) = delete;

  std::string_view text() const { return text_; }

 private:
  static bool is_edge(char c) { return static_cast<unsigned char>(c) <= 0x20; }

  std::string copy_;
  std::string_view text_;
};

bool is_ascii(std::string_view text) {
  unsigned char bits = 0;
  for (const char c : text) bits = static_cast<unsigned char>(bits | static_cast<unsigned char>(c));
  return bits < 0x80;
}

}  // namespace

// Writes one URL from left to right; each step leaves the offsets of its part. The states of the standard's parser are
// the member functions.
class UrlBuilder {
 public:
  UrlBuilder(std::string_view rest, const Url* base, const QueryEncoder& encoder)
      : rest_(rest), base_(base), encoder_(encoder) {}

  // rest_ is what stands behind "http:" or "https:".
  std::optional<Url> absolute(UrlScheme scheme) {
    const bool same_scheme = base_ != nullptr && base_->scheme_ == scheme;
    if (same_scheme && !rest_.starts_with("//")) return relative();
    return with_authority(scheme);
  }

  // "Relative state".
  std::optional<Url> relative() {
    if (rest_.empty() || rest_[0] == '#') {
      take_base(base_->fragment_begin_);
      return fragment();
    }
    if (is_slash(rest_[0])) {
      if (rest_.size() > 1 && is_slash(rest_[1])) return with_authority(base_->scheme_);
      take_base(base_->path_begin_);
      path();
    } else if (rest_[0] == '?') {
      take_base(base_->query_begin_);
    } else {
      take_base(base_->path_begin_ + base_->path().rfind('/'));
      path();
    }
    return tail();
  }

  // The offsets of a serialised URL, whose parts are known by their first delimiters; nullopt for what cannot be one.
  static std::optional<Url> split(std::string_view href) {
    Url url;
    const std::size_t scheme_end = href.find("://");
    if (scheme_end != 4 && scheme_end != 5) return std::nullopt;
    url.scheme_ = scheme_end == 4 ? UrlScheme::kHttp : UrlScheme::kHttps;
    if (!href.starts_with(scheme_text(url.scheme_))) return std::nullopt;
    const std::size_t authority = scheme_end + 3;
    const std::size_t path = href.find('/', authority);
    if (path == std::string_view::npos) return std::nullopt;
    const std::size_t at_sign = href.substr(authority, path - authority).find('@');
    url.authority_begin_ = offset(authority);
    url.userinfo_end_ = offset(at_sign == std::string_view::npos ? authority : authority + at_sign);
    url.host_begin_ = offset(at_sign == std::string_view::npos ? authority : authority + at_sign + 1);
    const std::string_view host_and_port = href.substr(url.host_begin_, path - url.host_begin_);
    const std::size_t colon = std::min(port_colon(host_and_port), host_and_port.size());
    url.host_end_ = offset(url.host_begin_ + colon);
    if (colon == 0) return std::nullopt;
    url.port_ = default_port(url.scheme_);
    if (colon < host_and_port.size()) {
      const std::optional<std::uint16_t> port = port_number(host_and_port.substr(colon + 1));
      if (!port) return std::nullopt;
      url.port_ = *port;
    }
    url.path_begin_ = offset(path);
    url.fragment_begin_ = offset(std::min(href.find('#', path), href.size()));
    url.query_begin_ = offset(std::min<std::size_t>(href.find('?', path), url.fragment_begin_));
    url.href_ = href;
    return url;
  }

 private:
  std::optional<Url> with_authority(UrlScheme scheme) {
    url_.scheme_ = scheme;
    url_.href_.reserve(rest_.size() + 16);
    url_.href_ = scheme_text(scheme);
    url_.href_ += "://";
    url_.authority_begin_ = offset(url_.href_.size());
    while (!rest_.empty() && is_slash(rest_[0])) rest_.remove_prefix(1);
    if (!authority()) return std::nullopt;
    path();
    return tail();
  }

  // Copies the base up to `size` with its offsets; those at and behind `size` are set by the later steps.
  void take_base(std::size_t size) {
    url_.href_.reserve(size + rest_.size() + 8);
    url_.href_.assign(base_->href_, 0, size);
    url_.authority_begin_ = base_->authority_begin_;
    url_.userinfo_end_ = base_->userinfo_end_;
    url_.host_begin_ = base_->host_begin_;
    url_.host_end_ = base_->host_end_;
    url_.path_begin_ = base_->path_begin_;
    url_.query_begin_ = base_->query_begin_;
    url_.port_ = base_->port_;
    url_.scheme_ = base_->scheme_;
  }

  // "Authority state", "host state" and "port state".
  bool authority() {
    const std::size_t end = static_cast<std::size_t>(
        std::find_if(rest_.begin(), rest_.end(), [](char c) { return is_url_byte(c, kPathEnd); }) - rest_.begin());
    const std::size_t at_sign = rest_.substr(0, end).rfind('@');
    std::string_view text = rest_.substr(0, end);
    rest_.remove_prefix(end);
    if (at_sign != std::string_view::npos) {
      credentials(text.substr(0, at_sign));
      text.remove_prefix(at_sign + 1);
    } else {
      url_.userinfo_end_ = url_.authority_begin_;
    }
    url_.host_begin_ = offset(url_.href_.size());
    const std::size_t colon = port_colon(text);
    const std::string_view host = text.substr(0, colon);
    if (host.empty() || !append_host(url_.href_, host)) return false;
    url_.host_end_ = offset(url_.href_.size());
    url_.port_ = default_port(url_.scheme_);
    if (colon != std::string_view::npos && !port(text.substr(colon + 1))) return false;
    url_.path_begin_ = offset(url_.href_.size());
    return true;
  }

  // The first ":" outside of brackets.
  static std::size_t port_colon(std::string_view text) {
    bool inside = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
      if (text[at] == '[') inside = true;
      if (text[at] == ']') inside = false;
      if (text[at] == ':' && !inside) return at;
    }
    return std::string_view::npos;
  }

  void credentials(std::string_view text) {
    const std::size_t colon = text.find(':');
    append_percent_encoded(url_.href_, text.substr(0, colon), kUserinfoSet);
    if (colon != std::string_view::npos && colon + 1 < text.size()) {
      url_.href_ += ':';
      append_percent_encoded(url_.href_, text.substr(colon + 1), kUserinfoSet);
    }
    url_.userinfo_end_ = offset(url_.href_.size());
    if (url_.has_credentials()) url_.href_ += '@';
  }

  static std::optional<std::uint16_t> port_number(std::string_view text) {
    std::uint32_t value = 0;
    for (const char c : text) {
      if (!is_ascii_digit(c)) return std::nullopt;
      value = value * 10 + static_cast<std::uint32_t>(c - '0');
      if (value > 65535) return std::nullopt;
    }
    return static_cast<std::uint16_t>(value);
  }

  bool port(std::string_view text) {
    if (text.empty()) return true;
    const std::optional<std::uint16_t> value = port_number(text);
    if (!value) return false;
    url_.port_ = *value;
    if (*value != default_port(url_.scheme_)) {
      url_.href_ += ':';
      url_.href_ += std::to_string(*value);
    }
    return true;
  }

  // "Path start state" and "path state": the path so far stands in href_ behind path_begin_, without a slash at its
  // end; each round takes one segment with the slash before it.
  void path() {
    if (!rest_.empty() && is_slash(rest_[0])) rest_.remove_prefix(1);
    while (true) {
      std::string& href = url_.href_;
      const std::size_t begin = href.size();
      href += '/';
      const std::size_t size = append_segment();
      const std::string_view segment = rest_.substr(0, size);
      rest_.remove_prefix(size);
      const bool last = rest_.empty() || !is_slash(rest_[0]);
      if (const int dots = dots_of(segment); dots != 0) {
        href.resize(begin);
        if (dots == 2) drop_segment();
        if (last) href += '/';
      }
      if (last) return;
      rest_.remove_prefix(1);
    }
  }

  // Appends the segment that rest_ begins with, percent-encoded; its length in rest_.
  std::size_t append_segment() {
    const char* const first = rest_.data();
    const char* const last = first + rest_.size();
    const char* begin = first;
    const char* at = first;
    for (; at != last; ++at) {
      if (!is_url_byte(*at, kPathSet | kPathEnd)) [[likely]]
        continue;
      if (is_url_byte(*at, kPathEnd)) break;
      url_.href_.append(begin, at);
      append_percent(url_.href_, *at);
      begin = at + 1;
    }
    url_.href_.append(begin, at);
    return static_cast<std::size_t>(at - first);
  }

  void drop_segment() {
    if (url_.href_.size() > url_.path_begin_) url_.href_.resize(url_.href_.rfind('/'));
  }

  // "Query state" and "fragment state"; rest_ is empty or begins with "?" or "#".
  std::optional<Url> tail() {
    url_.query_begin_ = offset(url_.href_.size());
    if (rest_.starts_with('?')) {
      const std::size_t end = std::min(rest_.find('#'), rest_.size());
      url_.href_ += '?';
      query(rest_.substr(1, end - 1));
      rest_.remove_prefix(end);
    }
    return fragment();
  }

  std::optional<Url> fragment() {
    url_.fragment_begin_ = offset(url_.href_.size());
    if (!rest_.empty()) {
      url_.href_ += '#';
      append_percent_encoded(url_.href_, rest_.substr(1), kFragmentSet);
    }
    if (url_.href_.size() > kInputBytesMax) return std::nullopt;
    return std::move(url_);
  }

  void query(std::string_view text) {
    if (encoder_ && !is_ascii(text)) {
      append_percent_encoded(url_.href_, encoder_(text), kQuerySet);
    } else {
      append_percent_encoded(url_.href_, text, kQuerySet);
    }
  }

  std::string_view rest_;
  const Url* base_;
  const QueryEncoder& encoder_;
  Url url_;
};

UrlParse parse_url(std::string_view input, const Url* base, const QueryEncoder& encoder) {
  UrlParse result;
  if (input.size() > kInputBytesMax) return result;
  const CleanInput clean(input);
  const std::string_view text = clean.text();
  const std::size_t size = scheme_size(text);
  if (size == 0) {
    if (base != nullptr) result.url = UrlBuilder(text, base, encoder).relative();
    return result;
  }
  const std::string_view scheme = text.substr(0, size);
  UrlBuilder builder(text.substr(size + 1), base, encoder);
  if (equals_ignoring_case(scheme, "http")) {
    result.url = builder.absolute(UrlScheme::kHttp);
  } else if (equals_ignoring_case(scheme, "https")) {
    result.url = builder.absolute(UrlScheme::kHttps);
  } else {
    result.other_scheme = to_ascii_lower(scheme);
  }
  return result;
}

Url url_from_trusted(std::string_view href) {
  std::optional<Url> url = UrlBuilder::split(href);
  CHECK(url.has_value());
  return std::move(*url);
}

namespace {

std::string_view part(const std::string& text, std::size_t begin, std::size_t end) {
  return std::string_view(text).substr(begin, end - begin);
}

}  // namespace

std::string_view Url::without_fragment() const {
  return part(href_, 0, fragment_begin_);
}

std::string_view Url::userinfo() const {
  return part(href_, authority_begin_, userinfo_end_);
}

std::string_view Url::host() const {
  return part(href_, host_begin_, host_end_);
}

bool Url::has_default_port() const {
  return port_ == default_port(scheme_);
}

std::string_view Url::path() const {
  return part(href_, path_begin_, query_begin_);
}

std::string_view Url::query() const {
  return has_query() ? part(href_, query_begin_ + 1, fragment_begin_) : std::string_view{};
}

bool Url::has_query() const {
  return query_begin_ < fragment_begin_;
}

std::string_view Url::path_and_query() const {
  return part(href_, path_begin_, fragment_begin_);
}

std::string_view Url::fragment() const {
  return fragment_begin_ < href_.size() ? std::string_view(href_).substr(fragment_begin_ + 1) : std::string_view{};
}

std::string Url::origin() const {
  std::string text(scheme_text(scheme_));
  text += "://";
  text += host_and_port();
  return text;
}

std::string_view Url::host_and_port() const {
  return part(href_, host_begin_, path_begin_);
}

}  // namespace xuncha
