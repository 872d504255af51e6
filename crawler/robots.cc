#include "crawler/robots.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

#include "core/limits.h"
#include "crawler/ascii.h"
#include "crawler/charset.h"

namespace xuncha {
namespace {

enum class Key { kOther, kUserAgent, kAllow, kDisallow, kSitemap, kCrawlDelay };

// The misspellings are those that Google's parser knows; taking them can only make us ask for less.
constexpr std::pair<std::string_view, Key> kKeys[] = {
    {"user-agent", Key::kUserAgent},  {"useragent", Key::kUserAgent}, {"user agent", Key::kUserAgent},
    {"allow", Key::kAllow},           {"disallow", Key::kDisallow},   {"dissallow", Key::kDisallow},
    {"dissalow", Key::kDisallow},     {"disalow", Key::kDisallow},    {"diasllow", Key::kDisallow},
    {"disallaw", Key::kDisallow},     {"sitemap", Key::kSitemap},     {"site-map", Key::kSitemap},
    {"crawl-delay", Key::kCrawlDelay}};

Key key_of(std::string_view name) {
  for (const auto& [known, key] : kKeys) {
    if (equals_ignoring_case(name, known)) return key;
  }
  return Key::kOther;
}

// The product token: what stands before a version, a space or a comment.
std::string_view product_token(std::string_view text) {
  text = trim_ascii(text);
  return text.substr(0, text.find_first_of("/ \t("));
}

// HTML sent instead of a missing file, or bytes that are no text.
bool is_no_robots(std::string_view body) {
  const std::string_view head = body.substr(0, 1024);
  std::size_t controls = 0;
  for (const char c : head) {
    if (c == '\0') return true;
    controls += static_cast<unsigned char>(c) < 0x20 && !is_ascii_space(c);
  }
  if (controls * 20 > head.size()) return true;
  const std::string_view text = trim_ascii(head);
  if (!text.starts_with('<')) return false;
  return text.size() > 1 && (is_ascii_alpha(text[1]) || text[1] == '!' || text[1] == '?');
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = to_ascii_lower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// Appends `text` in canonical form: printable ASCII as itself, everything else as %XX; an encoded printable character
// becomes itself, but "%25", and before the query "%2F" and "%3F", which mean something else than the character does.
void append_canonical(std::string_view text, bool& in_query, std::string& out) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  const auto append_encoded = [&](unsigned octet) {
    out.push_back('%');
    out.push_back(kHex[octet >> 4]);
    out.push_back(kHex[octet & 15]);
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    const unsigned char c = static_cast<unsigned char>(text[at]);
    if (c == '%' && at + 2 < text.size() && hex_value(text[at + 1]) >= 0 && hex_value(text[at + 2]) >= 0) {
      const int octet = hex_value(text[at + 1]) * 16 + hex_value(text[at + 2]);
      const bool structural = octet == '%' || (!in_query && (octet == '/' || octet == '?'));
      if (octet > 0x20 && octet < 0x7F && !structural) {
        out.push_back(static_cast<char>(octet));
      } else {
        append_encoded(static_cast<unsigned>(octet));
      }
      at += 2;
    } else if (c > 0x20 && c < 0x7F) {
      if (c == '?') in_query = true;
      out.push_back(static_cast<char>(c));
    } else {
      append_encoded(c);
    }
  }
}

// The position of `needle` at or after `from`; linear (memmem is), so that no rule can make matching slow.
std::size_t find_from(std::string_view text, std::string_view needle, std::size_t from) {
  if (needle.empty()) return from;
  if (text.size() - from < needle.size()) return std::string_view::npos;
  const void* found = memmem(text.data() + from, text.size() - from, needle.data(), needle.size());
  return found == nullptr ? std::string_view::npos
                          : static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

std::optional<double> parse_delay(std::string_view text) {
  double seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || !std::isfinite(seconds) || seconds < 0) return std::nullopt;
  if (end != text.data() + text.size() && !is_ascii_space(*end)) return std::nullopt;
  return seconds;
}

}  // namespace

// Reads the lines of one file. Two sets of groups are kept until the end: those that name us, and those for "*", which
// count only if none names us (RFC 9309 2.2.1).
class RobotsReader {
 public:
  explicit RobotsReader(std::string_view agent_token) : agent_(product_token(agent_token)) {}

  void read(std::string_view text) {
    std::uint32_t number = 0;
    std::size_t at = 0;
    while (at < text.size()) {
      const std::size_t end = std::min(text.find_first_of("\r\n", at), text.size());
      read_line(text.substr(at, end - at), ++number);
      at = end + 1;
      if (end + 1 < text.size() && text[end] == '\r' && text[end + 1] == '\n') ++at;
    }
  }

  void finish(RobotsRules& result) {
    Group& group = ours_.named ? ours_ : everyone_;
    std::ranges::stable_sort(group.rules, [](const RobotsRules::Rule& left, const RobotsRules::Rule& right) {
      return left.length != right.length ? left.length > right.length : left.allow && !right.allow;
    });
    result.rules_ = std::move(group.rules);
    result.crawl_delay_ = group.crawl_delay;
    result.sitemaps_ = std::move(sitemaps_);
    result.cut_ = result.cut_ || cut_;
  }

 private:
  struct Group {
    bool named = false;
    bool open = false;  // does the group that is being read belong to it?
    std::vector<RobotsRules::Rule> rules;
    std::optional<double> crawl_delay;
  };

  void read_line(std::string_view line, std::uint32_t number) {
    line = trim_ascii(line.substr(0, line.find('#')));
    std::size_t separator = line.find(':');
    if (separator == std::string_view::npos) {
      // A forgotten colon: exactly two words.
      separator = line.find_first_of(" \t");
      if (separator == std::string_view::npos) return;
      if (trim_ascii(line.substr(separator)).find_first_of(" \t") != std::string_view::npos) return;
    }
    const Key key = key_of(trim_ascii(line.substr(0, separator)));
    const std::string_view value = trim_ascii(line.substr(separator + 1));
    switch (key) {
      case Key::kUserAgent:
        open_group(value);
        break;
      case Key::kAllow:
      case Key::kDisallow:
        in_agents_ = false;
        add_rule(key == Key::kAllow, value, number);
        break;
      case Key::kCrawlDelay:  // no record outside the RFC may end a group (2.2.4)
        set_delay(value);
        break;
      case Key::kSitemap:
        add_sitemap(value);
        break;
      case Key::kOther:
        break;
    }
  }

  void open_group(std::string_view value) {
    if (!in_agents_) ours_.open = everyone_.open = false;
    in_agents_ = true;
    if (value.starts_with('*') && (value.size() == 1 || is_ascii_space(value[1]))) {
      everyone_.open = everyone_.named = true;
    } else if (!agent_.empty() && equals_ignoring_case(product_token(value), agent_)) {
      ours_.open = ours_.named = true;
    }
  }

  void add_rule(bool allow, std::string_view pattern, std::uint32_t number) {
    // RFC 9309 2.2.2: a path begins with "/"; wildcards may stand first. An empty one matches nothing.
    if (pattern.empty() || (pattern.front() != '/' && pattern.front() != '*')) return;
    for (Group* group : {&ours_, &everyone_}) {
      if (!group->open) continue;
      if (group->rules.size() >= limits::kRobotsRulesMax) {
        cut_ = true;
      } else {
        group->rules.push_back(compile(allow, pattern, number));
      }
    }
  }

  static RobotsRules::Rule compile(bool allow, std::string_view pattern, std::uint32_t number) {
    RobotsRules::Rule rule;
    rule.allow = allow;
    rule.written = (allow ? "Allow: " : "Disallow: ") + std::string(pattern);
    rule.line = number;
    rule.anchored = pattern.ends_with('$');
    if (rule.anchored) pattern.remove_suffix(1);
    rule.length = rule.anchored ? 1 : 0;
    bool in_query = false;
    while (true) {
      const std::size_t star = pattern.find('*');
      std::string segment;
      append_canonical(pattern.substr(0, star), in_query, segment);
      rule.length += segment.size();
      // Neighbouring wildcards are one.
      if (rule.segments.size() < 2 || !segment.empty() || !rule.segments.back().empty()) {
        rule.segments.push_back(std::move(segment));
      }
      if (star == std::string_view::npos) return rule;
      ++rule.length;
      pattern.remove_prefix(star + 1);
    }
  }

  void set_delay(std::string_view value) {
    const auto seconds = parse_delay(value);
    if (!seconds) return;
    for (Group* group : {&ours_, &everyone_}) {
      if (group->open) group->crawl_delay = std::max(group->crawl_delay.value_or(0), *seconds);
    }
  }

  void add_sitemap(std::string_view value) {
    if (value.empty() || value.size() > limits::kUrlBytesMax) return;
    if (std::ranges::find(sitemaps_, value) != sitemaps_.end()) return;
    if (sitemaps_.size() >= limits::kSitemapFilesMax) {
      cut_ = true;
    } else {
      sitemaps_.emplace_back(value);
    }
  }

  std::string agent_;
  Group ours_;
  Group everyone_;
  bool in_agents_ = false;  // the last records were User-agent lines: the next one joins their group
  std::vector<std::string> sitemaps_;
  bool cut_ = false;
};

RobotsRules RobotsRules::parse(std::string_view body, std::string_view agent_token) {
  RobotsRules result;
  if (body.size() > limits::kRobotsBytesMax) {
    result.cut_ = true;
    body = body.substr(0, limits::kRobotsBytesMax);
    body = body.substr(0, body.find_last_of("\r\n") + 1);  // half a path would forbid too much
  }
  std::string decoded;
  if (body.starts_with("\xEF\xBB\xBF")) {
    body.remove_prefix(3);
  } else if (body.starts_with("\xFF\xFE") || body.starts_with("\xFE\xFF")) {
    const char* label = body.starts_with("\xFF\xFE") ? "utf-16le" : "utf-16be";
    decoded = decode_bytes(body.substr(2), label)->text;
    body = decoded;
    // A byte too many at the end is no reason to doubt the text.
    while (body.ends_with('\0')) body.remove_suffix(1);
  }
  if (is_no_robots(body)) {
    result.is_robots_ = false;
    return result;
  }
  RobotsReader reader(agent_token);
  reader.read(body);
  reader.finish(result);
  return result;
}

bool RobotsRules::matches(const Rule& rule, std::string_view path) {
  const std::vector<std::string>& segments = rule.segments;
  if (!path.starts_with(segments.front())) return false;
  std::size_t at = segments.front().size();
  if (segments.size() == 1) return !rule.anchored || at == path.size();
  // The leftmost place for each segment leaves the most room for the rest: no way back is ever needed.
  for (std::size_t index = 1; index + 1 < segments.size(); ++index) {
    at = find_from(path, segments[index], at);
    if (at == std::string_view::npos) return false;
    at += segments[index].size();
  }
  const std::string& last = segments.back();
  if (rule.anchored) return path.size() - at >= last.size() && path.ends_with(last);
  return find_from(path, last, at) != std::string_view::npos;
}

RobotsRules::Answer RobotsRules::judge(std::string_view path_and_query) const {
  const std::string_view without_fragment = path_and_query.substr(0, path_and_query.find('#'));
  std::string path;
  bool in_query = false;
  append_canonical(without_fragment, in_query, path);
  if (path.empty() || path.front() != '/') path.insert(path.begin(), '/');
  if (path == "/robots.txt") return {};
  for (const Rule& rule : rules_) {
    if (matches(rule, path)) return {rule.allow, rule.written, rule.line};
  }
  return {};
}

RobotsAccess robots_access(std::uint16_t status, bool unreachable, std::chrono::milliseconds unreachable_for) {
  if (!unreachable && status >= 200 && status < 300) return RobotsAccess::kRules;
  if (!unreachable && status >= 300 && status < 500) return RobotsAccess::kAllowAll;
  return unreachable_for >= limits::kRobotsUnreachableMax ? RobotsAccess::kAllowAll : RobotsAccess::kDisallowAll;
}

}  // namespace xuncha
