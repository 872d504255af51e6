#include "tests/portal/portal_site.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "tests/portal/portal_bytes.h"
#include "tests/portal/portal_server.h"
#include "tests/portal/portal_test_client.h"

namespace xuncha::portal {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class SiteReplay : public ::testing::Test {
 protected:
  void SetUp() override {
    directory_ = std::filesystem::path(::testing::TempDir()) /
                 (std::string("site-") + ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(directory_ / "news");
    write("index.html",
          "<html><head><meta charset=\"utf-8\"><title>小站</title></head><body><a href=news/a.html>新闻</a>"
          "<a href=\"https://www.Other.example/x\">别的 网站</a><img src='http://media.example:8090/i.gif'>"
          "<img src=\"http://203.0.113.7:81/p.png\"><a href=\"http://localhost:8080/\">本机</a></body></html>");
    write("news/a.html", "<html><head><meta charset=\"utf-8\"></head><body>正文</body></html>");
    write("news/b.html", "<html><body>另一篇</body></html>");
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }
  void write(const std::string& path, const std::string& text) const { std::ofstream(directory_ / path) << text; }

  void play(const SiteOptions& options) {
    auto started = PortalServer::create(portal_for_site(directory_, "www.small.example", options));
    ASSERT_EQ(started.error, "");
    server_ = std::move(started.server);
  }
  Exchange ask(const std::string& path, const std::string& host = "www.small.example", std::uint16_t port = 80) const {
    return get(server_->endpoint(host, port), path);
  }

  std::filesystem::path directory_;
  std::unique_ptr<PortalServer> server_;
};

TEST_F(SiteReplay, ServesFilesAndTheIndexOfADirectory) {
  play({});
  EXPECT_THAT(ask("/").body(), HasSubstr("小站"));
  EXPECT_THAT(ask("/news/a.html").body(), HasSubstr("正文"));
  EXPECT_EQ(ask("/news/a.html").header("Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(ask("/../index.html").status(), 404);
}

TEST_F(SiteReplay, MissingImagesStylesAndScriptsAreSmallValidOnes) {
  play({});
  EXPECT_THAT(ask("/i/a.png").body(), StartsWith("\x89PNG"));
  EXPECT_EQ(ask("/i/a.JPG?v=1").header("Content-Type"), "image/jpeg");
  EXPECT_THAT(ask("/i/a.gif").body(), StartsWith("GIF89a"));
  EXPECT_EQ(ask("/s/a.css").header("Content-Type"), "text/css");
  EXPECT_EQ(ask("/s/a.js").status(), 200);
}

TEST_F(SiteReplay, MissingPagesDocumentsAndVideosStayMissing) {
  play({});
  for (const char* path : {"/none.html", "/a.mp4", "/a.pdf", "/a.doc", "/a.swf", "/dir/", "/none"}) {
    EXPECT_EQ(ask(path).status(), 404) << path;
  }
}

TEST_F(SiteReplay, DeletedFilesAreMissingInEveryMode) {
  play({.deleted = {"news/b.html"}, .missing = MissingMode::kNotFound, .encoding = ""});
  EXPECT_EQ(ask("/news/b.html").status(), 404);
  EXPECT_EQ(ask("/news/a.html").status(), 200);
  play({.deleted = {"news/b.html"}, .missing = MissingMode::kSoftPage, .encoding = ""});
  EXPECT_EQ(ask("/news/b.html").status(), 200);
  EXPECT_THAT(ask("/news/b.html").body(), HasSubstr("不存在"));
  play({.deleted = {"news/b.html"}, .missing = MissingMode::kRedirectHome, .encoding = ""});
  EXPECT_EQ(ask("/news/b.html").status(), 302);
  EXPECT_EQ(ask("/news/b.html").header("Location"), "/");
}

TEST_F(SiteReplay, TranscodesPagesWithTheirDeclarations) {
  play({.deleted = {}, .missing = MissingMode::kSoftPage, .encoding = "gb18030"});
  const Exchange page = ask("/news/a.html");
  EXPECT_EQ(page.header("Content-Type"), "text/html; charset=gb18030");
  EXPECT_THAT(page.body(), HasSubstr("<meta charset=\"gb18030\">"));
  EXPECT_THAT(page.body(), HasSubstr(encode_text("正文", "gb18030")));
  EXPECT_THAT(ask("/none.html").body(), HasSubstr(encode_text("不存在", "gb18030")));
}

TEST_F(SiteReplay, OtherHostsAreAliveUnderTheirNamesAndPorts) {
  play({});
  EXPECT_NE(server_->endpoint("www.other.example", 443), "");
  EXPECT_THAT(ask("/x", "www.other.example").body(), HasSubstr("<title>别的 网站</title>"));
  EXPECT_THAT(ask("/i.gif", "media.example", 8090).body(), StartsWith("GIF89a"));
  EXPECT_THAT(ask("/p.png", "203.0.113.7", 81).body(), StartsWith("\x89PNG"));
  EXPECT_EQ(server_->endpoint("localhost", 8080), "");
}

TEST(SiteCorpus, ReplaysTheRealSitesWithExactlyTheirMissingFiles) {
  const char* corpus = std::getenv("XUNCHA_CORPUS");
  const std::filesystem::path root = corpus != nullptr ? corpus : XUNCHA_SOURCE_DIR "/../shared/corpus";
  if (!std::filesystem::is_directory(root / "sites")) GTEST_SKIP() << "no corpus at " << root;
  const auto started = PortalServer::create(portal_for_site(root / "sites/zjgztb_com", "www.zjgztb.com", {}));
  ASSERT_EQ(started.error, "");
  const std::string endpoint = started.server->endpoint("www.zjgztb.com", 80);
  EXPECT_EQ(get(endpoint, "/").status(), 200);
  EXPECT_EQ(get(endpoint, "/nccq.html").status(), 404);
  EXPECT_EQ(get(endpoint, "/dlrk/019003/019003002/changshu.html").status(), 404);
  EXPECT_EQ(get(endpoint, "/css/index.css").status(), 200);
  // 36 hosts of the injected farm, its script's host and those of ordinary links and images.
  EXPECT_GE(started.server->portal().hosts.size(), 41u);
  EXPECT_NE(started.server->endpoint("www.szzyjy.com.cn", 8086), "");
}

}  // namespace
}  // namespace xuncha::portal
