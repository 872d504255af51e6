#include "core/url_shape.h"

#include <gtest/gtest.h>

#include <string>

#include "core/limits.h"

namespace xuncha {
namespace {

Url url(const std::string& text) {
  UrlParse parse = parse_url(text);
  EXPECT_TRUE(parse.url) << text;
  return parse.url.value_or(Url{});
}

TEST(UrlTemplate, NumbersAndValuesAreLeftOut) {
  const std::pair<const char*, const char*> rows[] = {
      {"http://a.cn/art/2024/4/26/art_123_45678.html", "http://a.cn/art/N/N/N/art_N_N.html"},
      {"http://a.cn/202404/t20240426_99.html?b=2&a=x#f", "http://a.cn/N/tN_N.html?a=*&b=*"},
      {"http://a.cn/f/0a1b2c3d4e5f.pdf", "http://a.cn/f/H.pdf"},
      {"http://a.cn/f/0A1B2C3D4E5F6071", "http://a.cn/f/H"},
      {"http://a.cn/550e8400-e29b-41d4-a716-446655440000/x", "http://a.cn/H-eNb-NdN-aN-N/x"},
      {"http://a.cn/deadbeef/facade", "http://a.cn/deadbeef/facade"},
      {"http://a.cn/12345678/1a2b3c", "http://a.cn/N/NaNbNc"},
      {"http://a1.cn:8080/", "http://a1.cn:8080/"},
      {"http://a.cn/x?p2=1&p1=3&flag", "http://a.cn/x?flag=*&pN=*&pN=*"},
  };
  for (const auto& [text, expected] : rows) EXPECT_EQ(url_template(url(text)), expected) << text;
}

// core/limits.h: at the bound is silent, one beyond is a trap.
TEST(UrlTrap, EachBoundIsKeptAtItsEdge) {
  const std::string host = "http://a.cn";
  const std::string longest = host + "/" + std::string(limits::kUrlBytesMax - host.size() - 1, 'x');
  EXPECT_EQ(url_trap(url(longest)), UrlTrap::kNone);
  EXPECT_EQ(url_trap(url(longest + "#fragment")), UrlTrap::kNone);
  EXPECT_EQ(url_trap(url(longest + "x")), UrlTrap::kTooLong);

  std::string deep = host;
  for (int depth = 0; depth < limits::kPathDepthMax; ++depth) deep += "/d" + std::to_string(depth);
  EXPECT_EQ(url_trap(url(deep)), UrlTrap::kNone);
  EXPECT_EQ(url_trap(url(deep + "/")), UrlTrap::kNone);
  EXPECT_EQ(url_trap(url(deep + "/x")), UrlTrap::kTooDeep);

  EXPECT_EQ(url_trap(url(host + "/a/a/b/a/a/b/a")), UrlTrap::kNone);
  EXPECT_EQ(url_trap(url(host + "/a/a/a/b")), UrlTrap::kRepeatedSegments);
  EXPECT_EQ(url_trap(url(host + "/b/a/a/a")), UrlTrap::kRepeatedSegments);
  EXPECT_EQ(url_trap(url(host + "/")), UrlTrap::kNone);
  EXPECT_EQ(url_trap(url(host + "/a/aa/aaa")), UrlTrap::kNone);

  EXPECT_EQ(url_trap(url(host + "/?a&b&c&d&e&f&g&h")), UrlTrap::kNone);
  EXPECT_EQ(url_trap(url(host + "/?a&b&c&d&e&f&g&h&i")), UrlTrap::kTooManyParameters);
}

TEST(UrlShape, CalendarsAndSearchesAreSeen) {
  for (const char* text :
       {"http://a.cn/s?q=x", "http://a.cn/search.jsp?searchWord=x", "http://a.cn/?Keyword=x",
        "http://a.cn/c?year=2024&month=5", "http://a.cn/?date=2024-01-01", "http://a.cn/calendar/2024/5/",
        "http://a.cn/calendar/2024/05/01", "http://a.cn/rl/2024-05-01", "http://a.cn/rl/2024-05"}) {
    EXPECT_TRUE(looks_like_calendar_or_search(url(text))) << text;
  }
  for (const char* text :
       {"http://a.cn/", "http://a.cn/art/2024/5/1/art_1_2.html", "http://a.cn/202405/t20240501_1.html",
        "http://a.cn/list?page=2", "http://a.cn/col/2024/", "http://a.cn/2024", "http://a.cn/x/5/1",
        "http://a.cn/search/index.html", "http://a.cn/?id=5", "http://a.cn/2024-05-01.html", "http://a.cn/a/3024/5/"}) {
    EXPECT_FALSE(looks_like_calendar_or_search(url(text))) << text;
  }
}

TEST(UrlShape, ExtensionOfTheLastSegment) {
  const std::pair<const char*, const char*> rows[] = {{"http://a.cn/x/a.PDF", "pdf"},
                                                      {"http://a.cn/x/a.tar.gz?x=.doc", "gz"},
                                                      {"http://a.cn/x.y/", ""},
                                                      {"http://a.cn/x.y/z", ""},
                                                      {"http://a.cn/a.jsp;jsessionid=1.2", "jsp"},
                                                      {"http://a.cn/.htaccess", ""},
                                                      {"http://a.cn/a.", ""},
                                                      {"http://a.cn/a.%E4%B8%AD", ""},
                                                      {"http://a.cn/", ""},
                                                      {"http://a.cn/v1.2.3/a.7z", "7z"},
                                                      {"http://a.cn/a.verylongword", ""}};
  for (const auto& [text, expected] : rows) EXPECT_EQ(path_extension(url(text)), expected) << text;
}

}  // namespace
}  // namespace xuncha
