#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "core/clock.h"
#include "core/result.h"

// `xuncha inspect` (CONTRACT 4). Include in .cc files only.
namespace xuncha {

using Json = nlohmann::ordered_json;

// One page as it was served.
struct PageSource {
  std::string bytes;
  std::string base;  // URL of the page; empty: not known, then only absolute references resolve
  std::string content_type;
  WallTime now;  // bounds days and reads words like 今天
};

// What the program understands of the page; the same as in a patrol. kUsage when `base` is no http(s) URL. Pure.
Result<Json> inspect_page(const PageSource& page);

// A batch question {"id","file","base","content_type"}; the answer begins with its "id", where it has one.
Result<Json> answer_inspect_question(const Json& question, WallTime now);

}  // namespace xuncha
