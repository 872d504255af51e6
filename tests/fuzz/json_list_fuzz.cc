// Any bytes as an answer of JSON: read or refused, items within bounds.
#include <cstdint>
#include <string_view>

#include "core/check.h"
#include "core/dates.h"
#include "crawler/portal/data_list.h"
#include "crawler/portal/json_list.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view json(reinterpret_cast<const char*>(data), size);
  const auto base = xuncha::parse_url("http://mzj.example.gov.cn/api/all/721?page=1").url;
  const xuncha::WallTime now = *xuncha::parse_time("2024-05-06T12:00:00+08:00");
  xuncha::ListFacts shell;
  if (xuncha::fill_list(shell, json, *base, *base, now)) {
    CHECK(!shell.items.empty() && shell.items.size() <= 2'000 && !shell.script_rendered && !shell.says_empty);
  }
  const auto list = xuncha::read_json_list(json, *base, now);
  if (!list) return 0;
  CHECK(list->items.size() <= 2'000);
  CHECK(!list->says_empty || list->items.empty());
  for (const xuncha::ListItem& item : list->items) {
    CHECK(!item.title.empty());
    CHECK(!item.day || xuncha::may_be_published(*item.day, now));
  }
  return 0;
}
