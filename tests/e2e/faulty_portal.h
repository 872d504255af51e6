#pragma once

#include <chrono>
#include <string>

#include "tests/portal/portal_data.h"

namespace xuncha::test {

inline constexpr const char* kFaultyHost = "www.qingshan.gov.cn";
inline constexpr const char* kFaultyHome = "http://www.qingshan.gov.cn/";

struct FaultyPortalShape {
  int columns = 12;
  int articles_each = 130;
  std::chrono::milliseconds delay{0};  // before each answer of the site's own host
};

// A portal of small Chinese pages with one fault of each of many kinds, planted in certain articles: dead pages and
// attachments, a reset, an empty file, redirects to what is dead and to the home page, a loop that a cookie gateway
// makes, a document under another's name, an internal address, an injected link farm, dead foreign hosts. The faults do
// not change by themselves, so that every patrol of it must find the same.
portal::Portal faulty_portal(const FaultyPortalShape& shape);

// Path of an ordinary article: answers 200, has no fault in it.
bool is_ordinary_article(const std::string& path);

}  // namespace xuncha::test
