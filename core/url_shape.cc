#include "core/url_shape.h"

#include <algorithm>
#include <string_view>

#include "core/code_points.h"
#include "core/limits.h"

namespace xuncha {

namespace {

constexpr std::size_t kHexRunMin = 8;
constexpr std::size_t kExtensionMax = 8;

// Appends `text` with runs of digits as "N".
void append_digit_shape(std::string& out, std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!is_ascii_digit(text[at])) {
      out += text[at];
    } else if (at == 0 || !is_ascii_digit(text[at - 1])) {
      out += 'N';
    }
  }
}

// Appends `text` with words that are long hexadecimal numbers as "H" and other runs of digits as "N".
void append_shape(std::string& out, std::string_view text) {
  while (!text.empty()) {
    std::size_t size = 0;
    bool letters = false;
    bool digits = false;
    bool hexadecimal = true;
    while (size < text.size() && (is_ascii_alpha(text[size]) || is_ascii_digit(text[size]))) {
      digits |= is_ascii_digit(text[size]);
      letters |= is_ascii_alpha(text[size]);
      hexadecimal &= hex_digit_value(text[size]) >= 0;
      ++size;
    }
    if (size == 0) {
      out += text.front();
      text.remove_prefix(1);
      continue;
    }
    if (hexadecimal && letters && digits && size >= kHexRunMin) {
      out += 'H';
    } else {
      append_digit_shape(out, text.substr(0, size));
    }
    text.remove_prefix(size);
  }
}

// Calls `visit(name, value)` for each parameter.
template <class Visit>
void each_parameter(std::string_view query, Visit visit) {
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view text = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (text.empty()) continue;
    const std::size_t equals = std::min(text.find('='), text.size());
    visit(text.substr(0, equals), text.substr(std::min(equals + 1, text.size())));
  }
}

std::string_view last_segment(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

constexpr std::string_view kSearchNames[] = {"q",         "query",       "keyword",   "keywords",   "kw",
                                             "wd",        "searchword",  "searchkey", "searchtext", "search",
                                             "searchstr", "searchvalue", "qt",        "key_word"};
constexpr std::string_view kCalendarNames[] = {"year", "month", "day", "date", "calendar", "ym", "riqi"};

template <std::size_t size>
bool is_among(std::string_view name, const std::string_view (&names)[size]) {
  return std::any_of(std::begin(names), std::end(names),
                     [name](std::string_view other) { return equals_ignoring_case(name, other); });
}

bool is_number(std::string_view text, std::size_t digits_min, std::size_t digits_max, int low, int high) {
  if (text.size() < digits_min || text.size() > digits_max) return false;
  int value = 0;
  for (const char c : text) {
    if (!is_ascii_digit(c)) return false;
    value = value * 10 + (c - '0');
  }
  return value >= low && value <= high;
}

std::string_view take_segment(std::string_view& path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  const std::string_view segment = last_segment(path);
  path.remove_suffix(segment.size());
  return segment;
}

bool is_year(std::string_view text) {
  return is_number(text, 4, 4, 1900, 2199);
}

// The path ends in a bare year and month, or year, month and day, and names no file: /calendar/2024/5/, /2024-05-01.
bool ends_in_date(std::string_view path) {
  const std::string_view last = take_segment(path);
  if (last.size() >= 6 && last.size() <= 10 && last.size() > 4 && last[4] == '-' && is_year(last.substr(0, 4))) {
    return std::all_of(last.begin(), last.end(), [](char c) { return is_ascii_digit(c) || c == '-'; });
  }
  if (!is_number(last, 1, 2, 0, 99)) return false;
  const std::string_view before = take_segment(path);
  if (is_year(before)) return true;
  return is_number(before, 1, 2, 0, 99) && is_year(take_segment(path));
}

bool has_repeated_segments(std::string_view path) {
  std::string_view previous;
  int equal = 0;
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string_view segment = path.substr(0, end);
    path.remove_prefix(end);
    equal = equal > 0 && segment == previous ? equal + 1 : 1;
    previous = segment;
    if (equal > limits::kEqualSegmentsMax) return true;
  }
  return false;
}

}  // namespace

std::string url_template(const Url& url) {
  const std::string key = url_key(url);
  const std::string_view text = key;
  const std::size_t path = text.find('/', text.find("//") + 2);
  const std::size_t query = std::min(text.find('?', path), text.size());
  std::string out(text.substr(0, path));
  append_shape(out, text.substr(path, query - path));
  char separator = '?';
  each_parameter(text.substr(std::min(query + 1, text.size())), [&](std::string_view name, std::string_view) {
    out += separator;
    append_shape(out, name);
    out += "=*";
    separator = '&';
  });
  return out;
}

UrlTrap url_trap(const Url& url) {
  if (url.without_fragment().size() > limits::kUrlBytesMax) return UrlTrap::kTooLong;
  const std::string_view path = url.path();
  // A slash at the end opens no further level.
  const auto slashes = std::count(path.begin(), path.end(), '/') - (path.ends_with('/') ? 1 : 0);
  if (slashes > limits::kPathDepthMax) return UrlTrap::kTooDeep;
  if (has_repeated_segments(path)) return UrlTrap::kRepeatedSegments;
  int parameters = 0;
  each_parameter(url.query(), [&parameters](std::string_view, std::string_view) { ++parameters; });
  return parameters > limits::kQueryParametersMax ? UrlTrap::kTooManyParameters : UrlTrap::kNone;
}

bool looks_like_calendar_or_search(const Url& url) {
  bool found = false;
  each_parameter(url.query(), [&found](std::string_view name, std::string_view) {
    found |= is_among(name, kSearchNames) || is_among(name, kCalendarNames);
  });
  return found || ends_in_date(url.path());
}

std::string path_extension(const Url& url) {
  std::string_view segment = last_segment(url.path());
  segment = segment.substr(0, segment.find(';'));
  const std::size_t dot = segment.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return {};
  const std::string_view extension = segment.substr(dot + 1);
  if (extension.size() > kExtensionMax) return {};
  for (const char c : extension) {
    if (!is_ascii_alpha(c) && !is_ascii_digit(c)) return {};
  }
  return to_ascii_lower(extension);
}

}  // namespace xuncha
