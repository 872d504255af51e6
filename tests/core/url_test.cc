#include "core/url.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "core/code_points.h"
#include "core/limits.h"

namespace xuncha {
namespace {

std::string resolve(const std::string& reference, const std::string& base = "") {
  std::optional<Url> parsed;
  if (!base.empty()) parsed = parse_url(base).url;
  const UrlParse parse = parse_url(reference, parsed ? &*parsed : nullptr);
  return parse.url ? parse.url->href() : "failure";
}

std::string key(const std::string& text) {
  const UrlParse parse = parse_url(text);
  return parse.url ? url_key(*parse.url) : "failure";
}

struct Row {
  const char* input;
  const char* expected;
};

// RFC 3986 5.4.1 and 5.4.2, with the differences that the URL standard makes for http.
TEST(Url, ResolvesTheExamplesOfRfc3986) {
  const std::string base = "http://a/b/c/d;p?q";
  const Row rows[] = {
      {"g", "http://a/b/c/g"},
      {"./g", "http://a/b/c/g"},
      {"g/", "http://a/b/c/g/"},
      {"/g", "http://a/g"},
      {"//g", "http://g/"},
      {"?y", "http://a/b/c/d;p?y"},
      {"g?y", "http://a/b/c/g?y"},
      {"#s", "http://a/b/c/d;p?q#s"},
      {"g#s", "http://a/b/c/g#s"},
      {"g?y#s", "http://a/b/c/g?y#s"},
      {";x", "http://a/b/c/;x"},
      {"g;x", "http://a/b/c/g;x"},
      {"g;x?y#s", "http://a/b/c/g;x?y#s"},
      {"", "http://a/b/c/d;p?q"},
      {".", "http://a/b/c/"},
      {"./", "http://a/b/c/"},
      {"..", "http://a/b/"},
      {"../", "http://a/b/"},
      {"../g", "http://a/b/g"},
      {"../..", "http://a/"},
      {"../../", "http://a/"},
      {"../../g", "http://a/g"},
      {"../../../g", "http://a/g"},
      {"../../../../g", "http://a/g"},
      {"/./g", "http://a/g"},
      {"/../g", "http://a/g"},
      {"g.", "http://a/b/c/g."},
      {".g", "http://a/b/c/.g"},
      {"g..", "http://a/b/c/g.."},
      {"..g", "http://a/b/c/..g"},
      {"./../g", "http://a/b/g"},
      {"./g/.", "http://a/b/c/g/"},
      {"g/./h", "http://a/b/c/g/h"},
      {"g/../h", "http://a/b/c/h"},
      {"g;x=1/./y", "http://a/b/c/g;x=1/y"},
      {"g;x=1/../y", "http://a/b/c/y"},
      {"g?y/./x", "http://a/b/c/g?y/./x"},
      {"g?y/../x", "http://a/b/c/g?y/../x"},
      {"g#s/./x", "http://a/b/c/g#s/./x"},
      {"http:g", "http://a/b/c/g"},
      {"https:g", "https://g/"},
  };
  for (const Row& row : rows) EXPECT_EQ(resolve(row.input, base), row.expected) << row.input;
}

// What portals really write.
TEST(Url, ResolvesReferencesAsPortalsWriteThem) {
  const std::string base = "http://www.mca.gov.cn/article/xw/tzgg/index.shtml?page=2#top";
  const Row rows[] = {
      {"./202404/t20240426_1234.html", "http://www.mca.gov.cn/article/xw/tzgg/202404/t20240426_1234.html"},
      {"..\\..\\images\\a.jpg", "http://www.mca.gov.cn/article/images/a.jpg"},
      {" \n./a b.htm\t ", "http://www.mca.gov.cn/article/xw/tzgg/a%20b.htm"},
      {"\\\\www.gov.cn\\x", "http://www.gov.cn/x"},
      {"/通知公告/index.html", "http://www.mca.gov.cn/%E9%80%9A%E7%9F%A5%E5%85%AC%E5%91%8A/index.html"},
      {"HTTP://WWW.GOV.CN:80", "http://www.gov.cn/"},
      {"http:/index.html", "http://www.mca.gov.cn/index.html"},
      {"%2e%2E/x/%2e/y", "http://www.mca.gov.cn/article/xw/x/y"},
      {"a.html?x=《通知》", "http://www.mca.gov.cn/article/xw/tzgg/a.html?x=%E3%80%8A%E9%80%9A%E7%9F%A5%E3%80%8B"},
      {"//:8080/", "failure"},
      {"http://www.gov.cn:99999/", "failure"},
      {"http://www.gov.cn:80a/", "failure"},
      {"http://www gov.cn/", "failure"},
      {"http://", "failure"},
  };
  for (const Row& row : rows) EXPECT_EQ(resolve(row.input, base), row.expected) << row.input;
}

// Every spelling of a loopback or private host is seen for what it is.
TEST(Url, HostileSpellingsOfHostsAreUnmasked) {
  const Row rows[] = {
      {"http://2130706433/", "127.0.0.1"},
      {"http://0177.0.0.1/", "127.0.0.1"},
      {"http://0x7f.1/", "127.0.0.1"},
      {"http://0x7f000001/", "127.0.0.1"},
      {"http://127.1/", "127.0.0.1"},
      {"http://127.0.1/", "127.0.0.1"},
      {"http://0/", "0.0.0.0"},
      {"http://0x/", "0.0.0.0"},
      {"http://127.0.0.1./", "127.0.0.1"},
      {"http://%31%32%37.0.0.1/", "127.0.0.1"},
      {"http://１２７.０.０.１/", "127.0.0.1"},
      {"http://127。0。0。1/", "127.0.0.1"},
      {"http://①②⑦.0.0.1/", "127.0.0.1"},
      {"http://good@127.0.0.1/", "127.0.0.1"},
      {"http://www.gov.cn:80@127.0.0.1/", "127.0.0.1"},
      {"http://www.gov.cn\\@127.0.0.1/", "www.gov.cn"},
      {"http://a@b@127.0.0.1/", "127.0.0.1"},
      {"http://127\t.0\n.0.1/", "127.0.0.1"},
      {"\x01http://127.0.0.1/", "127.0.0.1"},
      {"ht\ntp://localhost/", "localhost"},
      {"http://ＬＯＣＡＬＨＯＳＴ/", "localhost"},
      {"http://LocalHost./", "localhost."},
      {"http://[::]/", "[::]"},
      {"http://[0:0:0:0:0:0:0:1]/", "[::1]"},
      {"http://[::ffff:127.0.0.1]/", "[::ffff:7f00:1]"},
      {"http://[::127.0.0.1]/", "[::7f00:1]"},
      {"http://[64:FF9B::7f00:1]/", "[64:ff9b::7f00:1]"},
      {"http://[2002:7f00:1::]/", "[2002:7f00:1::]"},
      {"http:\\\\127.0.0.1\\", "127.0.0.1"},
      {"http:127.0.0.1", "127.0.0.1"},
      {"http:////127.0.0.1/", "127.0.0.1"},
      {"http://soft\xC2\xADhyphen.cn/", "softhyphen.cn"},
  };
  for (const Row& row : rows) {
    const UrlParse parse = parse_url(row.input);
    ASSERT_TRUE(parse.url) << row.input;
    EXPECT_EQ(parse.url->host(), row.expected) << row.input;
  }
}

TEST(Url, HostsThatCannotBeFail) {
  for (const char* text : {"http://256.256.256.256/",
                           "http://1.2.3.4.5/",
                           "http://4294967296/",
                           "http://0x100000000/",
                           "http://08.1/",
                           "http://a.1/",
                           "http://1.2.3.0x100/",
                           "http://[::1%25eth0]/",
                           "http://[::1/",
                           "http://::1/",
                           "http://[]/",
                           "http://[::1]x/",
                           "http://[1.2.3.4]/",
                           "http://a%00b/",
                           "http://a%20b/",
                           "http://a<b/",
                           "http://a^b/",
                           "http://a|b/",
                           "http://a%2Fb/",
                           "http://a／b/",
                           "http://a℀b/",
                           "http://\xFF/",
                           "http://\xEE\x80\x80/",
                           "http:///",
                           "http://@/",
                           "http://a:b@/",
                           "http://:80/",
                           "http://%/",
                           "http://xn--\xE4\xB8\xAD.cn/",
                           "http://\xC2\xAD/"}) {
    EXPECT_EQ(resolve(text), "failure") << text;
  }
}

TEST(Url, OtherSchemesAreNamedAndNeverParsed) {
  const Row rows[] = {{"javascript:void(0)", "javascript"},
                      {"MAILTO:a@b.cn", "mailto"},
                      {"file:///c:/x", "file"},
                      {"C:\\x\\y.doc", "c"},
                      {"ftp://a/", "ftp"},
                      {"tel:12345", "tel"},
                      {"ht tp://x", ""},
                      {"1http://x", ""},
                      {"://x", ""}};
  for (const Row& row : rows) {
    const UrlParse parse = parse_url(row.input);
    EXPECT_FALSE(parse.url) << row.input;
    EXPECT_EQ(parse.other_scheme, row.expected) << row.input;
  }
}

TEST(Url, RelativeReferencesNeedABase) {
  for (const char* text : {"", "a", "/a", "//a", "?a", "#a", ".."}) EXPECT_EQ(resolve(text), "failure") << text;
}

TEST(Url, PartsAreViewsIntoOneString) {
  const Url url = url_from_trusted("https://user:pa%40ss@www.gov.cn:8443/a/b.html?x=1&y#z");
  EXPECT_EQ(url.scheme(), UrlScheme::kHttps);
  EXPECT_TRUE(url.has_credentials());
  EXPECT_EQ(url.userinfo(), "user:pa%40ss");
  EXPECT_EQ(url.host(), "www.gov.cn");
  EXPECT_EQ(url.port(), 8443);
  EXPECT_FALSE(url.has_default_port());
  EXPECT_EQ(url.host_and_port(), "www.gov.cn:8443");
  EXPECT_EQ(url.origin(), "https://www.gov.cn:8443");
  EXPECT_EQ(url.path(), "/a/b.html");
  EXPECT_EQ(url.query(), "x=1&y");
  EXPECT_EQ(url.path_and_query(), "/a/b.html?x=1&y");
  EXPECT_EQ(url.fragment(), "z");
  EXPECT_EQ(url.without_fragment(), "https://user:pa%40ss@www.gov.cn:8443/a/b.html?x=1&y");
}

TEST(Url, EmptyPartsAreAbsentOrEmpty) {
  const Url plain = url_from_trusted("http://a/");
  EXPECT_FALSE(plain.has_credentials());
  EXPECT_FALSE(plain.has_query());
  EXPECT_TRUE(plain.query().empty());
  EXPECT_TRUE(plain.fragment().empty());
  EXPECT_EQ(plain.port(), 80);
  EXPECT_EQ(plain.without_fragment(), plain.href());
  const Url empty = url_from_trusted("http://a/?#");
  EXPECT_TRUE(empty.has_query());
  EXPECT_TRUE(empty.query().empty());
  EXPECT_TRUE(empty.fragment().empty());
  EXPECT_EQ(empty.without_fragment(), "http://a/?");
  EXPECT_EQ(resolve("#x", "http://a/?#"), "http://a/?#x");
  EXPECT_EQ(resolve("", "http://a/?#"), "http://a/?");
}

// https://url.spec.whatwg.org/#query-state: the query alone is written in the page's charset.
TEST(Url, QueriesAreWrittenInThePagesCharset) {
  const QueryEncoder encoder = [](std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
      const char32_t c = next_code_point(text, at);
      if (c == U'中') {
        out += "\xD6\xD0";
      } else if (c < 0x80) {
        out += static_cast<char>(c);
      } else {
        out += "%26%23" + std::to_string(static_cast<unsigned>(c)) + "%3B";
      }
    }
    return out;
  };
  const Url base = url_from_trusted("http://a.cn/x/");
  EXPECT_EQ(parse_url("中?k=中 '&v=€#中", &base, encoder).url->href(),
            "http://a.cn/x/%E4%B8%AD?k=%D6%D0%20%27&v=%26%238364%3B#%E4%B8%AD");
}

TEST(Url, InvalidUtf8CountsAsReplacementCharacter) {
  EXPECT_EQ(resolve("/\xD6\xD0?\xC3", "http://a/"), "http://a/%EF%BF%BD%EF%BF%BD?%EF%BF%BD");
  EXPECT_EQ(resolve("/\xE4\xB8", "http://a/"), "http://a/%EF%BF%BD");
}

TEST(Url, House_EndlessReferencesFail) {
  const std::string path(limits::kUrlBytesMax * 8 - 9, 'x');
  EXPECT_NE(resolve("http://a/" + path), "failure");
  EXPECT_EQ(resolve("http://a/" + path + "xx"), "failure");
  std::string chinese = "http://a/";
  while (chinese.size() < limits::kUrlBytesMax * 4) chinese += "中";
  EXPECT_EQ(resolve(chinese), "failure") << "what is written must parse again";
}

TEST(UrlKey, EqualTargetsHaveEqualKeys) {
  const Row rows[] = {
      {"http://a.cn/x#y", "http://a.cn/x"},
      {"http://u:p@a.cn/x", "http://a.cn/x"},
      {"http://a.cn./x", "http://a.cn/x"},
      {"http://a.cn/?", "http://a.cn/"},
      {"http://a.cn/%7Ex/%e4%b8%ad%2f", "http://a.cn/~x/%E4%B8%AD%2F"},
      {"http://a.cn/%41%2D%2E%5F", "http://a.cn/A-._"},
      {"http://a.cn/a%", "http://a.cn/a%25"},
      {"http://a.cn/a%%32%65", "http://a.cn/a%252e"},
      {"http://a.cn/[x]|?y[]=1", "http://a.cn/%5Bx%5D%7C?y%5B%5D=1"},
      {"http://a.cn/x;jsessionid=0A1B.node1?y=1", "http://a.cn/x?y=1"},
      {"http://a.cn/x;JSESSIONID=1;v=2/y", "http://a.cn/x;v=2/y"},
      {"http://a.cn/x?JSESSIONID=1&b=2&PHPSESSID=3&a=1&ASPSESSIONIDABCD=4", "http://a.cn/x?a=1&b=2"},
      {"http://a.cn/x?PHPSESSID=3", "http://a.cn/x"},
      {"http://a.cn/x?sid=0123456789abcdef0123", "http://a.cn/x"},
      {"http://a.cn/x?b=2&a=2&a=1&&c", "http://a.cn/x?a=2&a=1&b=2&c"},
      {"https://a.cn:443/", "https://a.cn/"},
      {"http://a.cn:8080/", "http://a.cn:8080/"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(key(row.input), row.expected) << row.input;
    EXPECT_EQ(key(row.expected), row.expected) << row.input;
  }
}

TEST(UrlKey, DifferentTargetsKeepDifferentKeys) {
  const std::pair<const char*, const char*> rows[] = {
      {"http://a.cn/", "https://a.cn/"},
      {"http://a.cn/", "http://www.a.cn/"},
      {"http://a.cn/", "http://a.cn/index.html"},
      {"http://a.cn/x", "http://a.cn/x/"},
      {"http://a.cn/x", "http://a.cn/X"},
      {"http://a.cn/a/b", "http://a.cn/a%2Fb"},
      {"http://a.cn/a//b", "http://a.cn/a/b"},
      {"http://a.cn/?a=", "http://a.cn/?a"},
      {"http://a.cn/?a+b", "http://a.cn/?a%20b"},
      {"http://a.cn/?sid=12", "http://a.cn/?sid=13"},
      {"http://a.cn/?a=1&a=2", "http://a.cn/?a=2&a=1"},
      {"http://a.cn/..;jsessionid=1/x", "http://a.cn/x"},
      {"http://a.cn/x?aspsessionid=1", "http://a.cn/x"},
  };
  for (const auto& [left, right] : rows) EXPECT_NE(key(left), key(right)) << left << " " << right;
}

TEST(UrlKey, IsIdempotentWhereDecodingCouldMakeNewMeaning) {
  for (const char* text : {"http://a.cn/..;jsessionid=1/x", "http://a.cn/%2e%2e;jsessionid=1",
                           "http://a.cn/%252e%252e/", "http://a.cn/%%32%65%%32%65/", "http://1.2.3.4../", "http://a../",
                           "http://./", "http://a.cn/;jsessionid=1;jsessionid=2", "http://a.cn/?%3d=1",
                           "http://a.cn/x;jsessionid=;jsessionid=", "http://a.cn/;;jsessionid=1jsessionid=2",
                           "http://a.cn/?\\", "http://a.cn/?&&"}) {
    const std::string once = key(text);
    EXPECT_EQ(key(once), once) << text;
  }
}

TEST(Domain, ToAsciiFollowsUts46) {
  const Row rows[] = {
      {"民政部.中国", "xn--5bvs5mo08a.xn--fiqs8s"},
      {"faß.de", "xn--fa-hia.de"},
      {"BÜCHER.de", "xn--bcher-kva.de"},
      {"☃.net", "xn--n3h.net"},
      {"a--b.中", "a--b.xn--fiq"},
      {"-a-.中", "-a-.xn--fiq"},
      {"xn--fiqs8s", "xn--fiqs8s"},
      {"XN--A", "xn--a"},
  };
  for (const Row& row : rows) {
    const auto got = domain_to_ascii(row.input);
    ASSERT_TRUE(got) << row.input;
    EXPECT_EQ(*got, row.expected) << row.input;
  }
  EXPECT_FALSE(domain_to_ascii("\xCC\x80x.cn")) << "begins with a combining mark";
  EXPECT_FALSE(domain_to_ascii("xn--a.中")) << "Punycode that decodes to nothing valid";
  EXPECT_FALSE(domain_to_ascii("0א.cn")) << "RFC 5893 2";
}

TEST(Domain, House_OnlyIdeographsAreShownDecoded) {
  EXPECT_EQ(domain_to_unicode("www.xn--5bvs5mo08a.xn--fiqs8s"), "www.民政部.中国");
  EXPECT_EQ(domain_to_unicode("xn--80ak6aa92e.com"), "xn--80ak6aa92e.com") << "Cyrillic that looks like Latin";
  EXPECT_EQ(domain_to_unicode("xn--a.cn"), "xn--a.cn");
  EXPECT_EQ(domain_to_unicode("xn--fiqs8s-.cn"), "xn--fiqs8s-.cn");
  EXPECT_EQ(domain_to_unicode(""), "");
}

TEST(Domain, RegistrableDomainByIcannSection) {
  const Row rows[] = {
      {"www.mca.gov.cn", "mca.gov.cn"},
      {"mca.gov.cn", "mca.gov.cn"},
      {"gov.cn", ""},
      {"www.gov.cn", "www.gov.cn"},
      {"a.b.yn.gov.cn", "yn.gov.cn"},
      {"www.yn.cn", "www.yn.cn"},
      {"x.github.io", "github.io"},
      {"cn", ""},
      {"localhost", ""},
      {"127.0.0.1", ""},
      {"[::1]", ""},
      {"www.mca.gov.cn.", "mca.gov.cn"},
      {"a..b.cn", ""},
      {"", ""},
      {".cn", ""},
      {"www.xn--5bvs5mo08a.xn--fiqs8s", "xn--5bvs5mo08a.xn--fiqs8s"},
  };
  for (const Row& row : rows) EXPECT_EQ(registrable_domain(row.input), row.expected) << row.input;
}

}  // namespace
}  // namespace xuncha
