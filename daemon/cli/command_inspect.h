#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "core/clock.h"
#include "core/result.h"
#include "core/url.h"
#include "crawler/portal/item_selector.h"

// `xuncha inspect`. Include in .cc files only.
namespace xuncha {

using Json = nlohmann::ordered_json;

// One page as it was served.
struct PageSource {
  std::string bytes;
  std::string base;  // URL of the page; empty: not known, then only absolute references resolve
  std::string content_type;
  WallTime now;                                           // bounds days and reads words like 今天
  std::optional<ListSelection> selection = std::nullopt;  // of the items of its list, as a column's `items` and `date`
  // The answer of the address from which a script fills the page's list, nullopt when there is none; asked at most
  // once. Null: what scripts fill in stays unknown.
  std::function<std::optional<std::string>(const Url&)> ask_data = nullptr;
};

// What the program understands of the page; the same as in a patrol. kUsage when `base` is no http(s) URL. Pure but for
// `ask_data`.
Result<Json> inspect_page(const PageSource& page);

// What --items and --date say; nullopt where neither does. kUsage with what is wrong.
Result<std::optional<ListSelection>> parse_selection(const std::string& items, const std::string& date);

// A batch question {"id","file","base","content_type"}; the answer begins with its "id", where it has one.
Result<Json> answer_inspect_question(const Json& question, WallTime now);

}  // namespace xuncha
