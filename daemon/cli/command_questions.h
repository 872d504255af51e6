#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "core/result.h"

// The answers of the small questions as JSON objects. Include in .cc files only. Pure but for reading the named file.
namespace xuncha {

using Json = nlohmann::ordered_json;

// `xuncha url`: {"href"} or {"failure":true} with "scheme" where the reference is of another scheme than http(s).
Json answer_url(const std::optional<std::string>& base, const std::string& input);
Result<Json> answer_url_question(const Json& question);

// `xuncha address`: {"allowed","range"}; kUsage for what is no address.
Result<Json> answer_address(const std::string& text);
Result<Json> answer_address_question(const Json& question);

// `xuncha robots`: {"allowed","rule","line","crawl_delay"}; rule and line null where no rule matched. kUsage for a file
// that cannot be read and a URL that is none.
struct RobotsQuestion {
  std::string file;
  std::string agent;
  std::string url;  // absolute, or a path
};
Result<Json> answer_robots(const RobotsQuestion& question);
Result<Json> answer_robots_question(const Json& question);

// `xuncha decode`: {"charset","source","text"}.
struct DecodeQuestion {
  std::string file;
  std::string content_type;
  bool detect = true;
  std::string fallback;  // a charset label; empty: the program's own
};
Result<Json> answer_decode(const DecodeQuestion& question);
Result<Json> answer_decode_question(const Json& question);
// The text alone.
Result<std::string> decode_to_text(const DecodeQuestion& question);

// `xuncha sitemap`: {"kind","urls"}, for a refused file also "reason".
Result<Json> answer_sitemap(const std::string& file);
Result<Json> answer_sitemap_question(const Json& question);

}  // namespace xuncha
