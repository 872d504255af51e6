#include "crawler/sitemap.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "core/civil.h"
#include "core/limits.h"
#include "crawler/charset.h"

namespace xuncha {
namespace {

using Kind = Sitemap::Kind;

std::filesystem::path corpus() {
  const char* set = std::getenv("XUNCHA_CORPUS");
  if (set != nullptr) return set;
  return std::filesystem::path(XUNCHA_SOURCE_DIR) / "../shared/corpus";
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<std::string> urls(const Sitemap& sitemap) {
  std::vector<std::string> result;
  for (const SitemapEntry& entry : sitemap.entries) result.push_back(entry.url);
  return result;
}

std::string gzip(std::string_view text) {
  std::string result(compressBound(text.size()) + 64, '\0');
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(result.data());
  stream.avail_out = static_cast<uInt>(result.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  result.resize(stream.total_out);
  deflateEnd(&stream);
  return result;
}

using List = std::vector<std::string>;

const std::string kTwo =
    "<?xml version='1.0' encoding='UTF-8'?>\n<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>"
    "<url><loc>http://a.example/1</loc><lastmod>2024-04-26</lastmod></url>"
    "<url><loc>\n http://a.example/2?x=1&amp;y=2 \n</loc></url></urlset>";

TEST(Sitemap, Protocol_UrlSet) {
  const Sitemap sitemap = parse_sitemap(kTwo);
  EXPECT_EQ(sitemap.kind, Kind::kUrlSet);
  EXPECT_EQ(urls(sitemap), (List{"http://a.example/1", "http://a.example/2?x=1&y=2"}));
  EXPECT_EQ(format_time(*sitemap.entries[0].lastmod), "2024-04-25T16:00:00Z");
  EXPECT_FALSE(sitemap.entries[1].lastmod);
  EXPECT_FALSE(sitemap.cut);
}

TEST(Sitemap, Protocol_Index) {
  const Sitemap sitemap = parse_sitemap(
      "<sitemapindex><sitemap><loc>http://a.example/s1.xml.gz</loc></sitemap>"
      "<sitemap>\nhttp://a.example/s2.xml\n</sitemap></sitemapindex>");
  EXPECT_EQ(sitemap.kind, Kind::kIndex);
  EXPECT_EQ(urls(sitemap), (List{"http://a.example/s1.xml.gz", "http://a.example/s2.xml"}));
}

TEST(Sitemap, Protocol_TextList) {
  const Sitemap sitemap = parse_sitemap("\xEF\xBB\xBFhttp://a.example/1\r\n\r\nhttps://a.example/2\rnonsense\n");
  EXPECT_EQ(sitemap.kind, Kind::kText);
  EXPECT_EQ(urls(sitemap), (List{"http://a.example/1", "https://a.example/2"}));
  EXPECT_EQ(sitemap.ignored, 1u);
}

TEST(Sitemap, Rss_ItemLinks) {
  const Sitemap sitemap = parse_sitemap(
      "\n<rss version='2.0'><channel><link>http://a.example/</link>"
      "<item><title>x</title><link>http://a.example/1</link><guid>http://a.example/guid</guid>"
      "<pubDate>Fri, 26 Apr 2024 09:00:00 +0800</pubDate></item>"
      "<item><guid isPermaLink='false'>http://a.example/2</guid><pubDate>soon</pubDate></item>"
      "<item><guid>urn:x</guid></item>"
      "<item><link>http://a.example/3<![CDATA[?a=1&b=2]]></link></item></channel></rss>");
  EXPECT_EQ(sitemap.kind, Kind::kRss);
  EXPECT_EQ(urls(sitemap), (List{"http://a.example/1", "http://a.example/2", "http://a.example/3?a=1&b=2"}));
  EXPECT_EQ(format_time(*sitemap.entries[0].lastmod), "2024-04-26T01:00:00Z");
  EXPECT_FALSE(sitemap.entries[1].lastmod);
}

TEST(Sitemap, Rss_1_0_ItemsBesideTheChannel) {
  const Sitemap sitemap = parse_sitemap(
      "<rdf:RDF xmlns:rdf='r'><channel><link>http://a.example/</link></channel>"
      "<item><link>http://a.example/1</link></item></rdf:RDF>");
  EXPECT_EQ(sitemap.kind, Kind::kRss);
  EXPECT_EQ(urls(sitemap), (List{"http://a.example/1"}));
}

TEST(Sitemap, Rfc4287_4_2_7_AlternateLinksOfEntries) {
  const Sitemap sitemap = parse_sitemap(
      "<feed xmlns='http://www.w3.org/2005/Atom'><link href='http://a.example/'/>"
      "<entry><link rel='edit' href='http://a.example/e'/><link href='http://a.example/1'/>"
      "<updated>2003-12-13T18:30:02Z</updated></entry>"
      "<entry><link rel='alternate' href='http://a.example/2'/><content><link href='http://a.example/no'/></content>"
      "</entry></feed>");
  EXPECT_EQ(sitemap.kind, Kind::kAtom);
  EXPECT_EQ(urls(sitemap), (List{"http://a.example/1", "http://a.example/2"}));
}

TEST(Sitemap, House_NamespacesAndPrefixesAreAsTheyLike) {
  EXPECT_EQ(urls(parse_sitemap("<s:urlset xmlns:s='x'><s:url><s:loc>http://a.example/1</s:loc></s:url></s:urlset>")),
            (List{"http://a.example/1"}));
  EXPECT_EQ(urls(parse_sitemap("<urlset xmlns='http://wrong/'><url><loc>http://a.example/1</loc></url></urlset>")),
            (List{"http://a.example/1"}));
  EXPECT_EQ(urls(parse_sitemap("<urlset><url><loc>http://a.example/1</loc></url></urlset>")),
            (List{"http://a.example/1"}));
}

TEST(Sitemap, ExtensionsAreNoPages) {
  const Sitemap sitemap = parse_sitemap(
      "<urlset><url><image:image><image:loc>http://a.example/i.jpg</image:loc></image:image>"
      "<loc>http://a.example/1</loc><xhtml:link rel='alternate' href='http://a.example/de'/>"
      "<video:video><video:content_loc>http://a.example/v.mp4</video:content_loc></video:video></url></urlset>");
  EXPECT_EQ(urls(sitemap), (List{"http://a.example/1"}));
}

TEST(Sitemap, EachUrlOnceAndOnlyHttp) {
  const Sitemap sitemap = parse_sitemap(
      "<urlset><url><loc>http://a.example/1#x</loc></url><url><loc>HTTP://A.example:80/1</loc></url>"
      "<url><loc>/relative</loc></url><url><loc>ftp://a.example/</loc></url><url><loc></loc></url></urlset>");
  EXPECT_EQ(urls(sitemap), (List{"http://a.example/1"}));
  EXPECT_EQ(sitemap.ignored, 2u);
}

TEST(Sitemap, GzipByMagicAlsoInSeveralMembers) {
  EXPECT_EQ(parse_sitemap(gzip(kTwo)).entries.size(), 2u);
  EXPECT_EQ(urls(parse_sitemap(gzip("http://a.example/1\n") + gzip("http://a.example/2\n"))),
            (List{"http://a.example/1", "http://a.example/2"}));
}

TEST(Sitemap, DamagedGzip) {
  EXPECT_EQ(parse_sitemap("\x1F\x8B\x08nonsense").refusal, "gzip: damaged");
  std::string list;
  for (int index = 0; index < 5000; ++index) list += "http://a.example/" + std::to_string(index * 7919) + "\n";
  const std::string whole = gzip(list);
  const Sitemap sitemap = parse_sitemap(whole.substr(0, whole.size() / 2));
  EXPECT_TRUE(sitemap.cut);
  EXPECT_GT(sitemap.entries.size(), 1000u);
}

TEST(Sitemap, GzipBombIsRefused) {
  const Sitemap sitemap = parse_sitemap(gzip(std::string(20u << 20, ' ')));
  EXPECT_EQ(sitemap.kind, Kind::kRefused);
  EXPECT_EQ(sitemap.refusal, "gzip: unpacks to more than 200 times its size");
}

TEST(Sitemap, ReadingEndsAtTheBounds) {
  std::string list;
  for (std::size_t index = 0; index < limits::kSitemapUrlsMax + 10; ++index) {
    list += "http://a.example/" + std::to_string(index) + "\n";
  }
  Sitemap sitemap = parse_sitemap(list);
  EXPECT_EQ(sitemap.entries.size(), limits::kSitemapUrlsMax);
  EXPECT_TRUE(sitemap.cut);
  sitemap = parse_sitemap(list, 1000);
  EXPECT_TRUE(sitemap.cut);
  EXPECT_LT(sitemap.entries.size(), 60u);
  EXPECT_TRUE(parse_sitemap(gzip(list), 1000).cut);
  std::string deep = "<urlset>";
  for (int index = 0; index < 100'000; ++index) deep += "<a>";
  EXPECT_EQ(parse_sitemap(deep).refusal, "XML: nested too deeply");
}

TEST(Sitemap, Xml_EncodingsOtherThanUtf8) {
  const std::string declared =
      "<?xml version='1.0' encoding='GB2312'?><urlset><url><loc>http://a.example/中文?q=信息</loc></url></urlset>";
  EXPECT_EQ(urls(parse_sitemap(query_encoder_for("gbk")(declared))),
            (List{"http://a.example/%E4%B8%AD%E6%96%87?q=%E4%BF%A1%E6%81%AF"}));
  std::string wide = "\xFF\xFE";
  for (const char c : kTwo) wide += {c, '\0'};
  EXPECT_EQ(parse_sitemap(wide).entries.size(), 2u);
}

TEST(Sitemap, House_DeclarationsOfADocumentTypeAreRefused) {
  const Sitemap laughs = parse_sitemap(
      "<!DOCTYPE urlset [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]><urlset><url><loc>http://a/&b;</loc>"
      "</url></urlset>");
  EXPECT_EQ(laughs.refusal, "XML: document type with its own declarations");
  const Sitemap external = parse_sitemap(
      "<!DOCTYPE urlset [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><urlset><url><loc>&x;</loc></url></urlset>");
  EXPECT_EQ(external.kind, Kind::kRefused);
  // A document type by name only is old RSS.
  EXPECT_EQ(parse_sitemap("<!DOCTYPE rss PUBLIC 'x' 'http://a.example/rss.dtd'><rss><channel><item>"
                          "<link>http://a.example/1</link></item></channel></rss>")
                .entries.size(),
            1u);
}

TEST(Sitemap, WhatIsNoSitemapIsRefusedWithAReason) {
  EXPECT_EQ(parse_sitemap("").refusal, "empty");
  EXPECT_EQ(parse_sitemap(" \n").refusal, "empty");
  EXPECT_EQ(parse_sitemap("<html><body>http://a.example/</body></html>").refusal, "XML: the root element is <html>");
  EXPECT_EQ(parse_sitemap("<html/>").refusal, "XML: the root element is <html>");
  EXPECT_EQ(parse_sitemap("Not found").refusal, "neither XML nor a list of URLs");
  EXPECT_EQ(parse_sitemap(std::string_view("\0\1\2\3", 4)).refusal, "neither XML nor a list of URLs");
  EXPECT_EQ(parse_sitemap("<urlset><url>").refusal, "XML: no element found in line 1");
  EXPECT_EQ(parse_sitemap("<urlset></urlset>").kind, Kind::kUrlSet);
}

TEST(Sitemap, House_WhatStandsBeforeAFaultIsKept) {
  const Sitemap sitemap =
      parse_sitemap("<urlset><url><loc>http://a.example/1</loc></url><url><loc>http://a.example/?a=1&b=2</loc></url>");
  EXPECT_EQ(urls(sitemap), (List{"http://a.example/1"}));
  EXPECT_TRUE(sitemap.cut);
}

// The numbers were written down by reading the files: pages of <loc>, <link> and lines, no images, videos,
// translations.
TEST(SitemapCorpus, ExpectedNumbersOfUrls) {
  const std::filesystem::path folder = corpus() / "sitemaps";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no corpus at " << corpus();
  const struct {
    const char* file;
    Kind kind;
    std::size_t urls;
  } rows[] = {
      {"atom.xml", Kind::kAtom, 2},  // one entry with two alternate links; edit and self links are none
      {"do-not-visit.txt", Kind::kText, 1},
      {"feed.rss", Kind::kRss, 4},  // three links and one guid where the link is missing
      {"hebdenbridgetimes-articles-sitemap.xml", Kind::kUrlSet, 74},
      {"pagemaps-sitemap.xml", Kind::kUrlSet, 2},
      {"shinpaideshou-news-sitemap.xml", Kind::kUrlSet, 3},
      {"sitemap-images.xml", Kind::kUrlSet, 1},
      {"sitemap-links.xml", Kind::kUrlSet, 3},
      {"sitemap-mobile.xml", Kind::kUrlSet, 3},
      {"sitemap-news.xml", Kind::kUrlSet, 2},
      {"sitemap-videos-tvshow.xml", Kind::kUrlSet, 1},
      {"sitemap-videos.xml", Kind::kUrlSet, 3},
      {"sitemap-with-bom.txt", Kind::kText, 2},
      {"sitemap.badns.xml", Kind::kUrlSet, 2},
      {"sitemap.index.xml", Kind::kIndex, 15},  // without <loc>
      {"sitemap.ns.xml", Kind::kUrlSet, 2},
      {"sitemap.txt", Kind::kText, 2},
      {"sitemap.txt.gz", Kind::kText, 5},
      {"xmlRss_pubDate.xml", Kind::kRss, 7},
      {"xmlSitemap.gz", Kind::kUrlSet, 5},
  };
  EXPECT_EQ(std::size(rows), 20u);
  for (const auto& row : rows) {
    const Sitemap sitemap = parse_sitemap(read_file(folder / row.file));
    EXPECT_EQ(sitemap.kind, row.kind) << row.file << ": " << sitemap.refusal;
    EXPECT_EQ(sitemap.entries.size(), row.urls) << row.file;
    EXPECT_FALSE(sitemap.cut) << row.file;
    EXPECT_EQ(sitemap.ignored, 0u) << row.file;
  }
}

}  // namespace
}  // namespace xuncha
