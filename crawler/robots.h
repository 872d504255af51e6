#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// robots.txt by RFC 9309. Thread rule: immutable after parse; any thread.
namespace xuncha {

// The rules of one robots.txt for one crawler.
class RobotsRules {
 public:
  struct Answer {
    bool allowed = true;
    std::string rule;        // "Disallow: /path" with the path as written; empty when no rule matched
    std::uint32_t line = 0;  // 1-based; 0 when no rule matched
  };

  // Never fails: what is no robots.txt has no rules. `agent_token` is the product token ("xuncha"); what follows a "/"
  // or a space in it is ignored. Bounds: limits::kRobotsBytesMax (an incomplete last line is dropped),
  // limits::kRobotsRulesMax. UTF-8, or UTF-16 with a byte order mark; other bytes count as they stand.
  static RobotsRules parse(std::string_view body, std::string_view agent_token);

  // May the crawler ask for this path? RFC 9309 2.2.2: the longest matching rule decides, Allow wins a tie. Percent
  // encodings are compared by the octets they mean; only %2F, and %3F before the query, differ from "/" and "?".
  // /robots.txt itself is always allowed. Time is linear in the path for each rule.
  Answer judge(std::string_view path_and_query) const;

  // Seconds as written for our group, not yet capped (limits::kCrawlDelayMax is the frontier's). Not in the RFC.
  std::optional<double> crawl_delay() const { return crawl_delay_; }
  // As written (absolute or not), without duplicates, <= limits::kSitemapFilesMax.
  const std::vector<std::string>& sitemaps() const { return sitemaps_; }
  // False: the body is HTML or binary, and no rules were read from it.
  bool is_robots() const { return is_robots_; }
  // Was something dropped at a bound?
  bool cut() const { return cut_; }
  std::size_t rule_count() const { return rules_.size(); }

 private:
  friend class RobotsReader;

  struct Rule {
    bool allow = false;
    bool anchored = false;              // ends in "$"
    std::vector<std::string> segments;  // canonical text between the wildcards, at least one
    std::size_t length = 0;             // canonical octets, wildcards and anchor included: what "longest" counts
    std::string written;
    std::uint32_t line = 0;
  };

  static bool matches(const Rule& rule, std::string_view path);

  std::vector<Rule> rules_;  // the one that decides first: longest first, Allow before Disallow
  std::optional<double> crawl_delay_;
  std::vector<std::string> sitemaps_;
  bool is_robots_ = true;
  bool cut_ = false;
};

// What the answer to the request for robots.txt means for the whole host.
enum class RobotsAccess : std::uint8_t {
  kRules,        // read the body
  kAllowAll,     // there is none: everything is allowed
  kDisallowAll,  // not known: nothing is allowed
};

// RFC 9309 2.3.1: `status` after all redirects, 0 or `unreachable` for no HTTP answer. 2xx: the rules. 3xx left over
// (too many redirects) and 4xx: unavailable, all allowed; 429 too, as the RFC counts it (Retry-After slows us
// elsewhere). Everything else is unreachable: nothing allowed, until that has lasted for limits::kRobotsUnreachableMax.
RobotsAccess robots_access(std::uint16_t status, bool unreachable,
                           std::chrono::milliseconds unreachable_for = std::chrono::milliseconds(0));

}  // namespace xuncha
