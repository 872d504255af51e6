#include "core/malformed_reference.h"

#include <gtest/gtest.h>

#include <string>

namespace xuncha {
namespace {

std::string fault(const char* raw) {
  return std::string(reference_fault_name(reference_fault(raw)));
}

// What portals write by mistake: nested URLs, full-width characters, spaces.
TEST(ReferenceFault, PlainlyWrongReferences) {
  const std::pair<const char*, const char*> rows[] = {
      {"http://http://www.gov.cn/", "doubled_scheme"},
      {"http://https://www.gov.cn/", "doubled_scheme"},
      {"HTTP://HTTP://www.gov.cn/", "doubled_scheme"},
      {"http://https//www.gov.cn/", "doubled_scheme"},
      {"http://http:/www.gov.cn/", "doubled_scheme"},
      {"https:http://www.gov.cn/", "doubled_scheme"},
      {"http:// http://www.gov.cn/", "doubled_scheme"},
      {"http:///www.gov.cn/", "empty_host"},
      {"http:////www.gov.cn/", "empty_host"},
      {"http://", "empty_host"},
      {"https://?a=1", "empty_host"},
      {"http://:8080/x", "empty_host"},
      {"http//www.gov.cn/", "broken_scheme"},
      {"https//mca.gov.cn", "broken_scheme"},
      {"http;//www.gov.cn", "broken_scheme"},
      {"http；//www.gov.cn", "broken_scheme"},
      {"htp://www.gov.cn", "broken_scheme"},
      {"htttp://www.gov.cn", "broken_scheme"},
      {"hhttp://www.gov.cn", "broken_scheme"},
      {"ttp://www.gov.cn", "broken_scheme"},
      {"http:://www.gov.cn", "broken_scheme"},
      {"http: //www.gov.cn", "broken_scheme"},
      {"ht tp://www.gov.cn", "broken_scheme"},
      {"://www.gov.cn", "broken_scheme"},
      {"http：//www.gov.cn", "full_width"},
      {"http:／／www.gov.cn", "full_width"},
      {"http://www。gov。cn/", "full_width"},
      {"http://www．gov．cn/", "full_width"},
      {"www。gov。cn", "full_width"},
      {"ｈｔｔｐ://www.gov.cn", "full_width"},
      {"ｗｗｗ.gov.cn", "full_width"},
      {"//www。gov.cn/x", "full_width"},
      {"http:// www.gov.cn/", "space_in_host"},
      {"http://www.gov .cn/x", "space_in_host"},
      {"http://　www.gov.cn/", "space_in_host"},
      {"http:\\\\www.gov.cn\\x", "backslash_scheme"},
      {"\\\\www.gov.cn\\x", "backslash_scheme"},
      {"file:///C:/Users/x/a.doc", "local_file"},
      {"C:\\Documents\\a.doc", "local_file"},
      {"d:/网站/a.doc", "local_file"},
      {"\\\\server\\share\\a.doc", "local_file"},
      {"\\\\192.168.1.5\\a.doc", "local_file"},
  };
  for (const auto& [raw, expected] : rows) EXPECT_EQ(fault(raw), expected) << raw;
}

TEST(ReferenceFault, NearMissesStaySilent) {
  for (const char* raw : {
           "",
           "#",
           "index.html",
           "  http://www.gov.cn/  ",
           "http://www.gov.cn",
           "HTTP://WWW.GOV.CN/",
           "Https://www.gov.cn/",
           "//www.gov.cn/x",
           "http:/x",
           "http:x.html",
           "http:/通知。html",
           "/通知公告/关于　印发的通知.html",
           "http://www.gov.cn/通知。公告/（一）.html",
           "http://www.gov.cn/a b c.doc",
           "http://www.gov.cn/x?name=张 三",
           "http://www.gov.cn/x?a=：//，。",
           "http://www.民政.中国/",
           "http://民政部.政务/",
           "http://www.gov.cn/link?target=http://www.mca.gov.cn/",
           "/go?url=http://http://x",
           "http://web.archive.org/web/2020/http://www.gov.cn/",
           "/link/https://www.gov.cn/",
           "redirect.jsp?u=https%3A%2F%2Fwww.gov.cn",
           "http://http.cat/404",
           "http://https.gov.cn/",
           "https://http-status.cn//x",
           "http://user:pass@www.gov.cn/",
           "http://[2408::1]/x",
           "http://www.gov.cn:8080//double//slash",
           "http://www.gov.cn/\\x",
           "..\\images\\a.jpg",
           "\\images\\a.jpg",
           "https/index.html",
           "http//index.html",
           "https",
           "httpd.conf",
           "www.gov.cn",
           "javascript:void(0)",
           "mailto:a@b.cn",
           "tel:010-12345",
           "ftp://ftp.gov.cn/x",
           "thunder://abc",
           "weixin://dl",
           "data:text/plain,http://http://",
           "（一）.html",
           "？page=2",
           "。/x.html",
           "./www。html",
           "c:x",
           "p.html?d:/x",
       }) {
    EXPECT_EQ(fault(raw), "none") << raw;
  }
}

bool internal(const char* raw) {
  const UrlParse base = parse_url("http://www.mca.gov.cn/x/");
  const UrlParse parse = parse_url(raw, &*base.url);
  return names_internal_place(raw, parse.url ? &*parse.url : nullptr);
}

// A literal private address, localhost, file: or C:\ in a public page.
TEST(InternalPlace, IsNamedByTheReferenceItself) {
  for (const char* raw : {"http://192.168.1.5/x",
                          "http://10.0.0.1:8080/",
                          "http://127.0.0.1/",
                          "http://0x7f.1/",
                          "http://2130706433/",
                          "http://[::1]/",
                          "http://[fe80::1]/",
                          "http://[fd00::1]/",
                          "http://169.254.1.1/",
                          "http://172.16.0.1/",
                          "http://localhost/",
                          "http://LOCALHOST:8080/x",
                          "http://oa.localhost/",
                          "//192.168.0.1/x",
                          "file:///C:/x",
                          "FILE://x",
                          "C:\\x",
                          "d:/x/y.doc",
                          "\\\\server\\share",
                          "  file:x  ",
                          "http://１０.0.0.1/"}) {
    EXPECT_TRUE(internal(raw)) << raw;
  }
}

TEST(InternalPlace, NearMissesAreNot) {
  for (const char* raw :
       {"http://www.gov.cn/", "http://8.8.8.8/", "http://[2408::1]/", "http://172.32.0.1/", "http://192.169.0.1/",
        "http://localhost.gov.cn/", "http://localhost1/", "http://oa/", "http://192.168.1.5.gov.cn/",
        "/x?u=http://192.168.1.5/", "192.168.1.5/x", "localhost/x", "files:x", "mailto:c@d", "c:x", "\\\\www.gov.cn\\x",
        "http://www.gov.cn/file:///c:/x", "http://10.gov.cn/"}) {
    EXPECT_FALSE(internal(raw)) << raw;
  }
}

TEST(MendedByBrowsers, WhereAHostStandsInSpiteOfTheSlip) {
  const auto mended = [](const char* raw) {
    const Url base = url_from_trusted("http://www.x.gov.cn/a/b.html");
    const UrlParse parsed = parse_url(raw, &base);
    return parsed.url && is_mended_by_browsers(reference_fault(raw), raw, *parsed.url);
  };
  for (const char* raw : {"http:///www.gov.cn/", "http:////www.gov.cn/", "http:\\\\www.gov.cn\\x", "\\\\www.gov.cn\\x",
                          "http://www。gov。cn/", "http://www．gov．cn/", "//www。gov.cn/x"}) {
    EXPECT_TRUE(mended(raw)) << raw;
  }
  for (const char* raw :
       {"http://www.gov.cn/", "http:///x", "http://", "http://http://www.gov.cn/", "http：//www.gov.cn",
        "http:／／www.gov.cn", "www。gov。cn", "http// www.gov.cn/", "\\\\server\\share"}) {
    EXPECT_FALSE(mended(raw)) << raw;
  }
}

}  // namespace
}  // namespace xuncha
