#include "daemon/web/web_surface.h"

#include <gtest/gtest.h>

#include <optional>

#include "tests/support/web_fixture.h"

namespace xuncha {
namespace {

using namespace std::chrono_literals;
using std::string;

using Headers = std::vector<std::pair<string, string>>;

class Surface : public testing::Test {
 protected:
  HttpResponse ask(const string& method, const string& path, bool from_loopback = true, Headers headers = {},
                   const string& user = {}) {
    HttpRequest request;
    request.method = method;
    request.path = path;
    request.headers = std::move(headers);
    if (request.header("host").empty()) request.headers.emplace_back("host", "127.0.0.1:9788");
    request.from_loopback = from_loopback;
    request.user = user;
    std::optional<HttpResponse> answer;
    surface_.answer(request, [&answer](HttpResponse given) { answer = std::move(given); });
    EXPECT_TRUE(answer) << path;
    return answer.value_or(HttpResponse{});
  }
  int reload(bool from_loopback, const Headers& headers = {}, const string& user = {}) {
    return ask("POST", "/-/reload", from_loopback, headers, user).status;
  }

  test::StandingClock clock_;
  SnapshotBoard board_;
  Heartbeat heartbeat_{clock_.steady_time};
  std::vector<Error> faults_;
  int reloads_ = 0;
  WebSurface surface_{{.board = &board_,
                       .heartbeat = &heartbeat_,
                       .clock = &clock_,
                       .reload =
                           [this](const ReloadDone& done) {
                             ++reloads_;
                             done(faults_);
                           },
                       .reload_token = "0123456789abcdef"}};
};

// --- health --------------------------------------------------------------------------------------------------------

TEST_F(Surface, IsHealthyWhileTheLoopTurns) {
  EXPECT_EQ(ask("GET", "/-/healthy").status, 200);
  clock_.steady_time += limits::kHeartbeatAgeMax;
  EXPECT_EQ(ask("HEAD", "/-/healthy").status, 200);
  clock_.steady_time += 1ms;
  EXPECT_EQ(ask("GET", "/-/healthy").status, 503);
  EXPECT_EQ(ask("GET", "/-/healthy").body, "xuncha is stuck: its main loop has not turned for 30 s.\n");
  heartbeat_.beat(clock_.steady_time);
  EXPECT_EQ(ask("GET", "/-/healthy").status, 200);
}

TEST_F(Surface, IsReadyFromTheFirstSnapshotOn) {
  EXPECT_EQ(ask("GET", "/-/ready").status, 503);
  EXPECT_EQ(ask("GET", "/metrics").status, 503);
  EXPECT_EQ(ask("GET", "/api/v1/sites").status, 503);
  EXPECT_EQ(ask("GET", "/").status, 503);
  EXPECT_EQ(ask("GET", "/-/healthy").status, 200);
  board_.publish(test::small_snapshot());
  for (const char* path : {"/-/ready", "/metrics", "/api/v1/sites", "/"})
    EXPECT_EQ(ask("GET", path).status, 200) << path;
}

// --- methods and paths ---------------------------------------------------------------------------------------------

TEST_F(Surface, OnlyWhatIsThereIsAnsweredAndOnlyByItsMethods) {
  board_.publish(test::small_snapshot());
  struct Row {
    const char* method;
    const char* path;
    int status;
    const char* allow;
  };
  for (const Row& row :
       {Row{"GET", "/metrics", 200, ""}, Row{"HEAD", "/metrics", 200, ""}, Row{"POST", "/metrics", 405, "GET, HEAD"},
        Row{"DELETE", "/api/v1/findings", 405, "GET, HEAD"}, Row{"BREW", "/", 405, "GET, HEAD"},
        Row{"GET", "/-/reload", 405, "POST"}, Row{"HEAD", "/-/reload", 405, "POST"}, Row{"GET", "/-/quit", 404, ""},
        Row{"GET", "/metrics/", 404, ""}, Row{"GET", "/api", 404, ""}, Row{"GET", "/apis", 404, ""},
        Row{"GET", "/../etc/passwd", 404, ""}, Row{"GET", "/%2e%2e/x", 404, ""}, Row{"GET", "//", 404, ""},
        Row{"GET", "/%", 404, ""}, Row{"GET", "/favicon.ico", 404, ""}}) {
    const HttpResponse response = ask(row.method, row.path);
    EXPECT_EQ(response.status, row.status) << row.method << " " << row.path;
    string allow;
    for (const auto& [name, value] : response.headers) {
      if (name == "Allow") allow = value;
    }
    EXPECT_EQ(allow, row.allow) << row.path;
    const bool is_error_json = response.body.starts_with("{\"error\":");
    EXPECT_EQ(is_error_json, row.status >= 400 && (string(row.path).starts_with("/api/") || string(row.path) == "/api"))
        << row.path << response.body;
  }
}

TEST_F(Surface, MetricsTellWhatTheServerCut) {
  board_.publish(test::small_snapshot());
  surface_.counters().connections_refused = 7;
  const string metrics = ask("GET", "/metrics").body;
  EXPECT_NE(metrics.find("xuncha_limit_reached_total{limit=\"web_connections\"} 7\n"), string::npos);
  EXPECT_NE(metrics.find("\nprocess_open_fds "), string::npos);
}

// --- reload --------------------------------------------------------------------------------------------------------

TEST_F(Surface, ReloadTellsHowItEnded) {
  EXPECT_EQ(ask("POST", "/-/reload").status, 200);
  faults_ = {{ErrorCode::kConfiguration, "x.yml:3", "sites[0].home: is missing"}};
  const HttpResponse failed = ask("POST", "/-/reload");
  EXPECT_EQ(failed.status, 500);
  EXPECT_NE(failed.body.find("x.yml:3: sites[0].home: is missing\n"), string::npos);
  EXPECT_EQ(reloads_, 2);
}

TEST_F(Surface, ReloadFromAnotherMachineNeedsACredential) {
  EXPECT_EQ(reload(true), 200);
  EXPECT_EQ(reload(false), 401);
  EXPECT_EQ(reload(false, {{"authorization", "Bearer 0123456789abcdef"}}), 200);
  EXPECT_EQ(reload(false, {{"authorization", "bearer  0123456789abcdef"}}), 200) << "RFC 9110 11.1: any case";
  EXPECT_EQ(reload(false, {{"authorization", "Bearer 0123456789abcdeX"}}), 401);
  EXPECT_EQ(reload(false, {{"authorization", "Bearer "}}), 401);
  EXPECT_EQ(reload(false, {{"authorization", "0123456789abcdef"}}), 401);
  EXPECT_EQ(reload(false, {}, "admin"), 200) << "a user of the web configuration, whose password the server checked";
  EXPECT_EQ(reloads_, 4);
}

TEST_F(Surface, House_without_a_token_no_bearer_is_right) {
  WebSurface surface(
      {.board = &board_, .heartbeat = &heartbeat_, .clock = &clock_, .reload = [](const auto& done) { done({}); }});
  HttpRequest request;
  request.method = "POST";
  request.path = "/-/reload";
  request.headers = {{"host", "a"}, {"authorization", "Bearer "}};
  int status = 0;
  surface.answer(request, [&status](const HttpResponse& response) { status = response.status; });
  EXPECT_EQ(status, 401);
}

TEST_F(Surface, ReloadByAPageOfAnotherSiteIsRefused) {
  const Headers credential = {{"authorization", "Bearer 0123456789abcdef"}};
  const auto with = [&](const string& name, const string& value) {
    Headers headers = credential;
    headers.emplace_back(name, value);
    return reload(true, headers);
  };
  EXPECT_EQ(with("origin", "http://127.0.0.1:9788"), 200);
  EXPECT_EQ(with("origin", "https://127.0.0.1:9788"), 200);
  EXPECT_EQ(with("origin", "http://127.0.0.1:9789"), 403);
  EXPECT_EQ(with("origin", "http://evil.test"), 403);
  EXPECT_EQ(with("origin", "null"), 403);
  EXPECT_EQ(with("sec-fetch-site", "cross-site"), 403);
  EXPECT_EQ(with("sec-fetch-site", "same-site"), 403);
  EXPECT_EQ(with("sec-fetch-site", "same-origin"), 200);
  EXPECT_EQ(with("sec-fetch-site", "none"), 200);
}

// A name of another's that was made to resolve to 127.0.0.1: the browser comes from loopback and names its own origin.
TEST_F(Surface, ReloadOverAReboundNameIsRefused) {
  EXPECT_EQ(reload(true, {{"host", "evil.test:9788"}, {"origin", "http://evil.test:9788"}}), 401);
  EXPECT_EQ(reload(true, {{"host", "localhost:9788"}}), 200);
  EXPECT_EQ(reload(true, {{"host", "[::1]:9788"}}), 200);
  EXPECT_EQ(reload(true, {{"host", "127.0.0.1"}}), 200);
  EXPECT_EQ(reload(true, {{"host", "127.0.0.1.evil.test"}}), 401);
  EXPECT_EQ(reload(true, {{"host", "localhost.evil.test"}}), 401);
  EXPECT_EQ(reload(true, {{"host", "["}}), 401);
}

// --- the words of HTTP ---------------------------------------------------------------------------------------------

TEST(Http, PercentDecodingTakesBytesAndRefusesTheRest) {
  EXPECT_EQ(percent_decode("a%2Fb%e5%B7%A1+"), "a/b巡+");
  for (const char* bad : {"%", "%2", "%g0", "%0g", "%00", "a%"}) EXPECT_FALSE(percent_decode(bad)) << bad;
  EXPECT_EQ(percent_decode(percent_encode("a b/巡~\xff?")), "a b/巡~\xff?");
}

TEST(Http, PathSegmentsAreSplitBeforeTheyAreDecoded) {
  using Segments = std::vector<string>;
  EXPECT_EQ(path_segments("/"), Segments{});
  EXPECT_EQ(path_segments("/a/b%2Fc"), (Segments{"a", "b/c"}));
  EXPECT_EQ(path_segments("/a/"), (Segments{"a", ""}));
  EXPECT_EQ(path_segments("//"), (Segments{"", ""}));
  EXPECT_FALSE(path_segments("/a%"));
}

TEST(Http, Rfc4648_Base64TakesOnlyWhatEncodingGives) {
  for (const string& text : {string(), string("f"), string("fo"), string("foo"), string("\xff\xfe\x00", 3)}) {
    EXPECT_EQ(base64url_decode(base64url_encode(text)), text);
  }
  EXPECT_EQ(base64_decode("Zm9vYg=="), "foob");
  for (const char* bad : {"", "Zg", "Zh==", "Z===", "Zg=", "Zm9v!", "Zm 9v", "====", "Zg==Zg=="}) {
    EXPECT_FALSE(base64_decode(bad)) << bad;
  }
}

TEST(Http, Rfc9110_5_6_7_Date) {
  EXPECT_EQ(format_http_date(*parse_time("1994-11-06T08:49:37Z")), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(parse_http_date(format_http_date(*parse_time("2026-02-28T23:59:59Z"))), parse_time("2026-02-28T23:59:59Z"));
}

TEST(Http, Rfc7617_UserAndPassword) {
  const auto credential = basic_credential("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
  ASSERT_TRUE(credential);
  EXPECT_EQ(credential->user, "Aladdin");
  EXPECT_EQ(credential->password, "open sesame");
  EXPECT_EQ(basic_credential("basic QTpiOmM=")->password, "b:c") << "the first colon divides";
  for (const char* bad : {"", "Basic", "Basic ", "Bearer QTpi", "Basic QQ=="})
    EXPECT_FALSE(basic_credential(bad)) << bad;
}

}  // namespace
}  // namespace xuncha
