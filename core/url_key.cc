#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "core/code_points.h"
#include "core/url.h"
#include "core/url_bytes.h"

namespace xuncha {

namespace {

constexpr std::size_t kSessionDigitsMin = 16;  // a shorter `sid` is a site or section number

bool is_unreserved(char c) {
  return is_ascii_alpha(c) || is_ascii_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

bool is_plain(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return c == '%' || is_url_byte(c, kNotRfc3986); });
}

// RFC 3986 6.2.2: unreserved characters decoded, hexadecimal digits in upper case; and what RFC 3986 does not allow
// (the URL standard leaves `[` `|` and a lone `%` as they are) encoded.
std::string normalize_percent(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 8);
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      if (is_url_byte(text[at], kNotRfc3986)) {
        append_percent(out, text[at]);
      } else {
        out.push_back(text[at]);
      }
      continue;
    }
    const int high = at + 2 < text.size() ? hex_digit_value(text[at + 1]) : -1;
    const int low = at + 2 < text.size() ? hex_digit_value(text[at + 2]) : -1;
    if (high < 0 || low < 0) {
      out += "%25";
      continue;
    }
    const char byte = static_cast<char>(high << 4 | low);
    if (is_unreserved(byte)) {
      out.push_back(byte);
    } else {
      append_percent(out, byte);
    }
    at += 2;
  }
  return out;
}

constexpr std::string_view kSessionParameter = ";jsessionid=";

// One path segment without its session parameters.
std::string strip_session(std::string_view segment) {
  std::string out(segment);
  std::size_t from = 0;
  while (true) {
    const std::size_t begin = out.find(';', from);
    if (begin == std::string::npos) break;
    if (!equals_ignoring_case(std::string_view(out).substr(begin, kSessionParameter.size()), kSessionParameter)) {
      from = begin + 1;
      continue;
    }
    const std::size_t end = out.find(';', begin + 1);
    out.erase(begin, end == std::string::npos ? end : end - begin);
    from = begin;
  }
  // A bare "." or ".." would mean another path.
  if (out == "." || out == "..") return std::string(segment);
  return out;
}

bool has_session(std::string_view path) {
  for (std::size_t at = path.find(';'); at != std::string_view::npos; at = path.find(';', at + 1)) {
    if (equals_ignoring_case(path.substr(at, kSessionParameter.size()), kSessionParameter)) return true;
  }
  return false;
}

void append_path(std::string& out, std::string_view path) {
  std::string normal;
  if (!is_plain(path)) {
    normal = normalize_percent(path);
    path = normal;
  }
  if (!has_session(path)) {
    out += path;
    return;
  }
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/', 1), path.size());
    out += '/';
    out += strip_session(path.substr(1, end - 1));
    path.remove_prefix(end);
  }
}

bool is_session_id(std::string_view name, std::string_view value) {
  if (equals_ignoring_case(name, "jsessionid") || equals_ignoring_case(name, "phpsessid")) return true;
  if (name.size() > 12 && equals_ignoring_case(name.substr(0, 12), "aspsessionid")) return true;
  if (!equals_ignoring_case(name, "sid") || value.size() < kSessionDigitsMin) return false;
  return std::all_of(value.begin(), value.end(), [](char c) { return hex_digit_value(c) >= 0; });
}

struct Parameter {
  std::string_view name;
  std::string_view text;  // with its value
};

void append_query(std::string& out, std::string_view query) {
  std::string normal;
  if (!is_plain(query)) {
    normal = normalize_percent(query);
    query = normal;
  }
  std::vector<Parameter> parameters;
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view text = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    const std::size_t equals = std::min(text.find('='), text.size());
    const std::string_view name = text.substr(0, equals);
    const std::string_view value = text.substr(std::min(equals + 1, text.size()));
    if (text.empty() || is_session_id(name, value)) continue;
    parameters.push_back({name, text});
  }
  std::stable_sort(parameters.begin(), parameters.end(),
                   [](const Parameter& left, const Parameter& right) { return left.name < right.name; });
  char separator = '?';
  for (const Parameter& parameter : parameters) {
    out += separator;
    out += parameter.text;
    separator = '&';
  }
}

// A single dot at the end names the same host (RFC 1034 3.1).
std::string_view without_trailing_dot(std::string_view host) {
  if (host.size() < 2 || host.back() != '.' || host[host.size() - 2] == '.') return host;
  host.remove_suffix(1);
  return host;
}

}  // namespace

std::string url_key(const Url& url) {
  std::string key;
  key.reserve(url.href().size());
  key += url.scheme() == UrlScheme::kHttp ? "http://" : "https://";
  key += without_trailing_dot(url.host());
  if (!url.has_default_port()) {
    key += ':';
    key += std::to_string(url.port());
  }
  append_path(key, url.path());
  if (url.has_query()) append_query(key, url.query());
  return key;
}

}  // namespace xuncha
