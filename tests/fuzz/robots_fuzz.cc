// Any robots.txt and any path: an answer with a reason, the same with the rules reread.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/check.h"
#include "core/limits.h"
#include "crawler/robots.h"

// The first line is the path, the rest the file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::size_t end = std::min(bytes.find('\n'), bytes.size());
  const std::string_view path = bytes.substr(0, end);
  const std::string_view body = bytes.substr(std::min(end + 1, bytes.size()));
  const xuncha::RobotsRules rules = xuncha::RobotsRules::parse(body, "xuncha");
  const xuncha::RobotsRules::Answer answer = rules.judge(path);
  CHECK(answer.rule.empty() == (answer.line == 0));
  CHECK(!answer.rule.empty() || answer.allowed);
  CHECK(answer.rule.empty() || answer.rule.starts_with(answer.allowed ? "Allow: " : "Disallow: "));
  CHECK(rules.rule_count() <= xuncha::limits::kRobotsRulesMax);
  CHECK(rules.is_robots() || rules.rule_count() == 0);
  CHECK(!rules.crawl_delay() || *rules.crawl_delay() >= 0);
  const xuncha::RobotsRules marked = xuncha::RobotsRules::parse("\xEF\xBB\xBF" + std::string(body), "XUNCHA/1.0");
  if (!body.starts_with("\xEF\xBB\xBF") && !body.starts_with("\xFE\xFF") && !body.starts_with("\xFF\xFE") &&
      body.size() + 3 <= xuncha::limits::kRobotsBytesMax) {
    const xuncha::RobotsRules::Answer again = marked.judge(path);
    CHECK(again.allowed == answer.allowed && again.line == answer.line);
  }
  return 0;
}
