#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "core/limits.h"
#include "daemon/web/http_server.h"
#include "tests/support/raw_client.h"
#include "tests/support/test_certificates.h"

// HttpServer as a client sees it, down to the bytes.
namespace xuncha {
namespace {

using namespace std::chrono_literals;
using std::string;
using test::ask_raw;
using test::RawAnswer;
using test::RawClient;

// Says what it was asked; /large answers with a megabyte, /never not at all, /later from another thread.
class EchoServer {
 public:
  explicit EchoServer(HttpServerOptions options = {}) {
    if (options.listen.empty()) options.listen = {"127.0.0.1:0"};
    options.counters = &counters;
    auto made = HttpServer::create(
        std::move(options), [this](const HttpRequest& request, const Respond& respond) { answer(request, respond); });
    EXPECT_TRUE(made) << (made ? "" : made.error().message);
    server = std::move(made).value();
    server->start();
  }
  ~EchoServer() {
    server->stop();
    for (std::thread& thread : threads_) thread.join();
  }

  std::uint16_t port() const { return server->port(); }

  HttpCounters counters;
  std::unique_ptr<HttpServer> server;

 private:
  void answer(const HttpRequest& request, const Respond& respond) {
    HttpResponse response;
    if (request.path == "/never") return;
    if (request.path == "/large") {
      response.body = string(8 << 20, 'x');
    } else {
      response.body = request.method + " " + request.path + "?" + request.query + " " + request.body +
                      (request.from_loopback ? "" : " far") + (request.user.empty() ? "" : " by " + request.user);
    }
    if (request.path == "/throws") throw std::runtime_error("broken");
    if (request.path == "/twice") respond(response);
    if (request.path == "/later") {
      threads_.emplace_back([respond, response] { respond(response); });
      return;
    }
    respond(std::move(response));
  }

  std::vector<std::thread> threads_;  // grown on the server's thread, joined when it has ended
};

struct CertificateFiles {
  test::TemporaryFile certificate;
  test::TemporaryFile key;

  explicit CertificateFiles(const test::TestIdentity& identity)
      : certificate(pem([&](BIO* out) { PEM_write_bio_X509(out, identity.certificate.get()); })),
        key(pem([&](BIO* out) {
          PEM_write_bio_PrivateKey(out, identity.key.get(), nullptr, nullptr, 0, nullptr, nullptr);
        })) {
    chmod(key.path().c_str(), 0600);
  }

  WebConfig config(TlsVersion version = TlsVersion::kTls12) const {
    WebConfig config;
    config.tls = TlsServerConfig{.cert_file = certificate.path(), .key_file = key.path(), .version_min = version};
    return config;
  }

  template <class Write>
  static string pem(const Write& write) {
    BIO* out = BIO_new(BIO_s_mem());
    write(out);
    char* text = nullptr;
    const long length = BIO_get_mem_data(out, &text);
    string copy(text, static_cast<std::size_t>(length));
    BIO_free(out);
    return copy;
  }
};

string get(std::string_view path) {
  return "GET " + string(path) + " HTTP/1.1\r\nHost: a\r\n\r\n";
}

template <class Condition>
bool comes_true(const Condition& condition) {
  for (const auto end = std::chrono::steady_clock::now() + 5s; std::chrono::steady_clock::now() < end;) {
    if (condition()) return true;
    std::this_thread::sleep_for(2ms);
  }
  return false;
}

// --- requests ------------------------------------------------------------------------------------------------------

struct RequestRow {
  string name;
  string request;
  int status;
  string body;  // "" : not looked at

  friend std::ostream& operator<<(std::ostream& out, const RequestRow& row) { return out << row.name; }
};

class Requests : public testing::TestWithParam<RequestRow> {};

TEST_P(Requests, AreAnsweredAsTheStandardAsks) {
  EchoServer server;
  const RawAnswer answer = ask_raw(server.port(), GetParam().request);
  EXPECT_EQ(answer.status, GetParam().status);
  if (!GetParam().body.empty()) {
    EXPECT_EQ(answer.body, GetParam().body);
  }
  EXPECT_FALSE(answer.header("date").empty());
  EXPECT_EQ(answer.header("cache-control"), "no-store");
  EXPECT_EQ(answer.header("x-content-type-options"), "nosniff");
  EXPECT_EQ(answer.header("referrer-policy"), "no-referrer");
  EXPECT_NE(answer.header("content-security-policy").find("default-src 'self'"), string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, Requests,
    testing::Values(
        RequestRow{"Get", get("/a/b?c=d"), 200, "GET /a/b?c=d "},
        RequestRow{"EncodedTargetStaysEncoded", get("/a%2Fb"), 200, "GET /a%2Fb? "},
        RequestRow{"Post", "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", 200, "POST /p? abc"},
        RequestRow{"PostInChunks_Rfc9112_7_1",
                   "POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 200,
                   "POST /p? abc"},
        RequestRow{"UnknownMethodReachesTheHandler", "BREW /pot HTTP/1.1\r\nHost: a\r\n\r\n", 200, "BREW /pot? "},
        RequestRow{"AbsoluteForm_Rfc9112_3_2_2", "GET http://a/x?y HTTP/1.1\r\nHost: a\r\n\r\n", 200, "GET /x?y "},
        RequestRow{"AbsoluteFormWithoutPath", "GET http://a HTTP/1.1\r\nHost: a\r\n\r\n", 200, "GET /? "},
        RequestRow{"AsteriskForm", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 400, ""},
        RequestRow{"AuthorityForm", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", 400, ""},
        RequestRow{"Http10NeedsNoHost", "GET / HTTP/1.0\r\n\r\n", 200, "GET /? "},
        RequestRow{"Http11NeedsAHost_Rfc9112_3_2", "GET / HTTP/1.1\r\n\r\n", 400, ""},
        RequestRow{"TwoHosts_Rfc9112_3_2", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, ""},
        RequestRow{"LengthAndChunks_Rfc9112_6_3",
                   "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                   400, ""},
        RequestRow{"TwoLengths_Rfc9112_6_3",
                   "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400, ""},
        RequestRow{"NegativeLength", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400, ""},
        RequestRow{"FoldedLineIsAnOldForm", "GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n", 200, ""},
        RequestRow{"Garbage", "\x16\x03\x01 what is this\r\n\r\n", 400, ""},
        RequestRow{"Http2Preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, ""},
        RequestRow{"SpaceInTarget", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400, ""},
        RequestRow{"BadHeaderName", "GET / HTTP/1.1\r\nHost: a\r\nB@d: c\r\n\r\n", 400, ""},
        RequestRow{"HeadOver16Kb", "GET / HTTP/1.1\r\nHost: a\r\nX: " + string(20'000, 'x') + "\r\n\r\n", 431, ""},
        RequestRow{"EndlessHead", "GET /" + string(300'000, 'x'), 431, ""},
        RequestRow{"BodyOver64Kb", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 70000\r\n\r\n" + string(70'000, 'x'),
                   413, ""},
        RequestRow{"ChunksOver64Kb",
                   "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n11170\r\n" + string(70'000, 'x') +
                       "\r\n0\r\n\r\n",
                   413, ""},
        RequestRow{"HandlerThrows", get("/throws"), 500, ""},
        RequestRow{"AnswerFromAnotherThread", get("/later"), 200, "GET /later? "},
        RequestRow{"SecondAnswerIsNone", get("/twice"), 200, "GET /twice? "},
        RequestRow{"BehindAProxyNobodyIsOnThisMachine",
                   "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 127.0.0.1\r\n\r\n", 200, "GET /?  far"}),
    [](const auto& row) { return row.param.name; });

TEST(HttpServer, Rfc9110_9_3_2_HeadHasTheLengthAndNoBody) {
  EchoServer server;
  RawClient client(server.port());
  ASSERT_TRUE(client.send("HEAD /abc HTTP/1.1\r\nHost: a\r\n\r\n" + get("/d")));
  const RawAnswer head = client.read_answer(RawClient::Asked::kHead);
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.header("content-length"), std::to_string(string("HEAD /abc? ").size()));
  EXPECT_EQ(client.read_answer().body, "GET /d? ") << "the next answer begins where a body would have";
}

TEST(HttpServer, ErrorsBelowTheApiAreJson) {
  EchoServer server;
  const RawAnswer answer =
      ask_raw(server.port(), "GET /api/v1/x HTTP/1.1\r\nHost: a\r\nX: " + string(20'000, 'x') + "\r\n\r\n");
  EXPECT_EQ(answer.status, 431);
  EXPECT_EQ(answer.header("content-type"), "application/json; charset=utf-8");
  EXPECT_EQ(answer.body.find("{\"error\":{\"code\":\"header_too_large\",\"message\":\""), 0u) << answer.body;
}

// --- connections ---------------------------------------------------------------------------------------------------

TEST(HttpServer, Rfc9112_9_3_2_PipelinedRequestsAreAnsweredInOrder) {
  EchoServer server;
  RawClient client(server.port());
  string requests;
  for (int index = 0; index < 50; ++index) requests += get(index % 2 == 0 ? "/later" : "/now");
  ASSERT_TRUE(client.send(requests));
  for (int index = 0; index < 50; ++index) {
    EXPECT_EQ(client.read_answer().body, index % 2 == 0 ? "GET /later? " : "GET /now? ") << index;
  }
}

TEST(HttpServer, AConnectionIsKeptUpToItsNumberOfRequests) {
  EchoServer server;
  RawClient client(server.port());
  int answers = 0;
  while (answers <= limits::kWebRequestsPerConnection && client.send(get("/"))) {
    const RawAnswer answer = client.read_answer();
    if (answer.status != 200) break;
    ++answers;
    if (answer.header("connection") == "close") break;
  }
  EXPECT_EQ(answers, limits::kWebRequestsPerConnection);
  EXPECT_TRUE(client.is_closed());
}

TEST(HttpServer, Http10ClosesUnlessAskedToKeep) {
  EchoServer server;
  RawClient closing(server.port());
  ASSERT_TRUE(closing.send("GET / HTTP/1.0\r\n\r\n"));
  EXPECT_EQ(closing.read_answer().status, 200);
  EXPECT_TRUE(closing.is_closed());
  RawClient keeping(server.port());
  for (int index = 0; index < 2; ++index) {
    ASSERT_TRUE(keeping.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
    EXPECT_EQ(keeping.read_answer().header("connection"), "keep-alive");
  }
}

TEST(HttpServer, AClientThatSaysNothingMoreStillGetsItsAnswer) {
  EchoServer server;
  RawClient client(server.port());
  ASSERT_TRUE(client.send(get("/large")));
  client.half_close();
  EXPECT_EQ(client.read_answer().body.size(), 8u << 20);
  EXPECT_TRUE(client.is_closed());
}

TEST(HttpServer, ARequestThatEndsInTheMiddleIsRefused) {
  EchoServer server;
  RawClient client(server.port());
  ASSERT_TRUE(client.send("GET / HTTP/1.1\r\nHo"));
  client.half_close();
  EXPECT_EQ(client.read_answer().status, 400);
  EXPECT_TRUE(client.is_closed());
}

TEST(HttpServer, AClientThatLeavesDuringItsAnswerHarmsNobody) {
  EchoServer server;
  for (int index = 0; index < 20; ++index) {
    RawClient client(server.port());
    ASSERT_TRUE(client.send(get("/large")));
  }
  EXPECT_EQ(ask_raw(server.port(), get("/")).status, 200);
}

TEST(HttpServer, OneConnectionTooManyIsTurnedAwayAndCounted) {
  rlimit files{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &files), 0);
  files.rlim_cur = files.rlim_max;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &files), 0);
  if (files.rlim_cur < 2 * limits::kWebConnectionsMax + 100) GTEST_SKIP() << "too few descriptors";
  EchoServer server;
  std::vector<std::unique_ptr<RawClient>> held;
  for (std::size_t index = 0; index < limits::kWebConnectionsMax; ++index) {
    const std::size_t client = 2 + index / limits::kWebConnectionsPerClientMax;
    held.push_back(
        std::make_unique<RawClient>(server.port(), RawClient::Options{.from = "127.0.0." + std::to_string(client)}));
    ASSERT_TRUE(held.back()->is_connected()) << index;
  }
  // Connections are taken in the order in which they came.
  for (int index = 0; index < 20; ++index) {
    RawClient one_more(server.port());
    const RawAnswer answer = one_more.read_answer();
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(answer.header("connection"), "close");
    EXPECT_TRUE(one_more.is_closed());
  }
  EXPECT_EQ(server.counters.connections_refused, 20u);
  ASSERT_TRUE(held.front()->send(get("/")));
  EXPECT_EQ(held.front()->read_answer().status, 200) << "those that were there first are served on";
  held.resize(held.size() - 10);
  EXPECT_TRUE(comes_true([&] { return ask_raw(server.port(), get("/")).status == 200; })) << "and room comes back";
}

TEST(HttpServer, OneClientCannotHoldAllConnections) {
  EchoServer server;
  std::vector<std::unique_ptr<RawClient>> held;
  for (std::size_t index = 0; index < limits::kWebConnectionsPerClientMax; ++index)
    held.push_back(std::make_unique<RawClient>(server.port()));
  EXPECT_EQ(RawClient(server.port()).read_answer().status, 503);
  EXPECT_EQ(server.counters.clients_refused, 1u);
  EXPECT_EQ(server.counters.connections_refused, 0u);
  EXPECT_EQ(ask_raw(server.port(), get("/"), {.from = "127.0.0.2"}).status, 200) << "others are served";
  held.pop_back();
  EXPECT_TRUE(comes_true([&] { return ask_raw(server.port(), get("/")).status == 200; })) << "and room comes back";
}

TEST(HttpServer, ListensElsewhereFromNowOnAndConnectionsUnderWayGoOn) {
  EchoServer server;
  const std::uint16_t before = server.port();
  RawClient old(before);
  ASSERT_TRUE(old.send(get("/")));
  EXPECT_EQ(old.read_answer().status, 200);
  ASSERT_TRUE(server.server->reconfigure({}, {"127.0.0.2:0"}));
  EXPECT_NE(server.port(), before);
  EXPECT_TRUE(comes_true([&] { return !RawClient(before).is_connected(); }));
  EXPECT_EQ(ask_raw(server.port(), get("/"), {.address = "127.0.0.2"}).status, 200);
  ASSERT_TRUE(old.send(get("/")));
  EXPECT_EQ(old.read_answer().status, 200);
}

TEST(HttpServer, AnAddressThatCannotBeBoundChangesNothing) {
  EchoServer server;
  const std::vector<string> before = server.server->addresses();
  const Status refused = server.server->reconfigure({}, {"127.0.0.2:0", "192.0.2.1:9"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(server.server->addresses(), before);
  EXPECT_EQ(ask_raw(server.port(), get("/")).status, 200);
}

TEST(HttpServer, House_stopping_ends_idle_and_half_sent_requests_and_waits_for_no_slow_one) {
  EchoServer server;
  RawClient idle(server.port());
  ASSERT_TRUE(idle.send(get("/")));
  EXPECT_EQ(idle.read_answer().status, 200);
  RawClient half(server.port());
  ASSERT_TRUE(half.send("GET / HT"));
  RawClient unanswered(server.port());
  ASSERT_TRUE(unanswered.send(get("/never")));
  RawClient unread(server.port());
  ASSERT_TRUE(unread.send(get("/large")));
  ASSERT_TRUE(comes_true([&] { return server.counters.requests == 3; }));
  const auto begin = std::chrono::steady_clock::now();
  server.server->stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 1s);
  EXPECT_TRUE(idle.is_closed());
  EXPECT_TRUE(half.is_closed());
  EXPECT_FALSE(RawClient(server.port()).is_connected());
}

TEST(HttpServer, House_stopping_an_idle_server_takes_no_time) {
  EchoServer server;
  const auto begin = std::chrono::steady_clock::now();
  server.server->stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, limits::kWebStopTimeout);  // what slow clients are given
}

TEST(HttpServer, House_an_answer_after_the_server_has_gone_does_nothing) {
  Respond kept;
  std::mutex mutex;
  std::condition_variable arrived;
  auto server = HttpServer::create({.listen = {"127.0.0.1:0"}}, [&](const HttpRequest&, const Respond& respond) {
    const std::lock_guard lock(mutex);
    kept = respond;
    arrived.notify_one();
  });
  ASSERT_TRUE(server);
  server.value()->start();
  RawClient client(server.value()->port());
  ASSERT_TRUE(client.send(get("/")));
  {
    std::unique_lock lock(mutex);
    ASSERT_TRUE(arrived.wait_for(lock, 5s, [&] { return static_cast<bool>(kept); }));
  }
  std::move(server).value().reset();
  kept({});
  EXPECT_TRUE(client.is_closed());
}

TEST(HttpServer, AnswersFromManyThreadsReachTheirOwnClients) {
  EchoServer server;
  std::vector<std::thread> clients;
  std::atomic<int> right{0};
  for (int index = 0; index < 8; ++index) {
    clients.emplace_back([&, index] {
      RawClient client(server.port());
      for (int turn = 0; turn < 25; ++turn) {
        const string path = (turn % 2 == 0 ? "/later?" : "/now?") + std::to_string(index * 100 + turn);
        if (client.send(get(path)) && client.read_answer().body == "GET " + path + " ") ++right;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(right, 200);
}

// --- slow clients --------------------------------------------------------------------------------------------------

TEST(HttpServer, ARequestThatIsNotThereInTimeIsCutHoweverItTrickles) {
  EchoServer server({.times = {.head = 200ms}});
  RawClient silent(server.port());
  RawClient trickling(server.port());
  const auto begin = std::chrono::steady_clock::now();
  const string request = get("/" + string(1000, 'x'));
  std::size_t sent = 0;
  while (sent < request.size() && trickling.send(request.substr(sent, 1))) {
    ++sent;
    std::this_thread::sleep_for(5ms);
  }
  EXPECT_LT(sent, request.size());
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 1s);
  EXPECT_TRUE(silent.is_closed());
  EXPECT_EQ(server.counters.timeouts, 2u);
}

TEST(HttpServer, AKeptConnectionThatAsksNothingMoreIsClosedAndNotCounted) {
  EchoServer server({.times = {.idle = 50ms}});
  RawClient client(server.port());
  ASSERT_TRUE(client.send(get("/")));
  EXPECT_EQ(client.read_answer().status, 200);
  EXPECT_TRUE(client.is_closed());
  EXPECT_EQ(server.counters.timeouts, 0u);
}

TEST(HttpServer, AClientThatDoesNotReadItsAnswerIsCut) {
  EchoServer server({.times = {.write = 100ms}});
  RawClient client(server.port());
  ASSERT_TRUE(client.send(get("/large")));
  EXPECT_TRUE(comes_true([&] { return server.counters.timeouts == 1; }));
}

TEST(HttpServer, ARequestThatGetsNoAnswerIsToldSo) {
  EchoServer server({.times = {.answer = 50ms}});
  RawClient client(server.port());
  ASSERT_TRUE(client.send(get("/never") + get("/next")));
  EXPECT_EQ(client.read_answer().status, 503);
  EXPECT_EQ(client.read_answer().body, "GET /next? ") << "the connection goes on";
  EXPECT_EQ(server.counters.answers_too_late, 1u);
}

TEST(HttpServer, AHandshakeThatDoesNotComeIsCut) {
  const CertificateFiles files(test::self_signed({.names = {"IP:127.0.0.1"}}));
  EchoServer server({.config = files.config(), .times = {.head = 100ms}});
  RawClient client(server.port());
  EXPECT_TRUE(client.is_closed());
  EXPECT_TRUE(comes_true([&] { return server.counters.timeouts == 1; })) << "counted after the socket is closed";
}

// --- addresses -----------------------------------------------------------------------------------------------------

TEST(HttpServer, ListensOnSeveralAddressesOfBothFamilies) {
  EchoServer server({.listen = {"127.0.0.1:0", "[::1]:0"}});
  const auto addresses = server.server->addresses();
  ASSERT_EQ(addresses.size(), 2u);
  EXPECT_EQ(addresses[0], "127.0.0.1:" + std::to_string(server.port()));
  ASSERT_TRUE(addresses[1].starts_with("[::1]:"));
  const auto port = static_cast<std::uint16_t>(std::stoi(addresses[1].substr(6)));
  EXPECT_EQ(ask_raw(server.port(), get("/")).body, "GET /? ");
  EXPECT_EQ(ask_raw(port, get("/"), {.address = "::1"}).body, "GET /? ");
}

TEST(HttpServer, APortAloneIsBothFamilies) {
  EchoServer server({.listen = {":0"}});
  EXPECT_EQ(ask_raw(server.port(), get("/")).body, "GET /? ") << "a mapped loopback address is loopback";
  EXPECT_EQ(ask_raw(server.port(), get("/"), {.address = "::1"}).body, "GET /? ");
}

TEST(HttpServer, AnIpv6WildcardIsIpv6Alone) {
  EchoServer server({.listen = {"[::]:0"}});
  EXPECT_EQ(ask_raw(server.port(), get("/"), {.address = "::1"}).status, 200);
  EXPECT_FALSE(RawClient(server.port()).is_connected());
}

TEST(HttpServer, WhatCannotBeListenedOnIsToldBeforeAnythingRuns) {
  EchoServer first;
  const auto fault = [](const string& listen) {
    const auto server = HttpServer::create({.listen = {listen}}, [](const auto&, const auto&) {});
    return server ? string("none") : server.error().where + ": " + server.error().message;
  };
  const string taken = first.server->addresses()[0];
  EXPECT_EQ(fault(taken), taken + ": cannot be listened on: Address already in use");
  EXPECT_EQ(fault("192.0.2.1:0"), "192.0.2.1:0: cannot be listened on: Cannot assign requested address");
  for (const char* bad : {"", "9788", "localhost:1", "127.0.0.1", "127.0.0.1:", "127.0.0.1:70000", "::1:80", "[::1]",
                          "127.0.0.1:80x", "[127.0.0.1]:80", "1.2.3:80"}) {
    EXPECT_NE(fault(bad).find("write ADDRESS:PORT"), string::npos) << bad;
  }
}

// --- TLS and users -------------------------------------------------------------------------------------------------

TEST(HttpServerTls, ServesRequestsKeepsAndCloses) {
  const CertificateFiles files(test::self_signed({.names = {"IP:127.0.0.1"}}));
  EchoServer server({.config = files.config()});
  RawClient client(server.port(), {.tls = true});
  ASSERT_TRUE(client.is_connected());
  for (int index = 0; index < 3; ++index) {
    ASSERT_TRUE(client.send(get("/a")));
    EXPECT_EQ(client.read_answer().body, "GET /a? ");
  }
  ASSERT_TRUE(client.send("GET /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
  EXPECT_EQ(client.read_answer().body.size(), 8u << 20);
  EXPECT_TRUE(client.is_closed());
  RawClient plain(server.port());
  ASSERT_TRUE(plain.send(get("/")));
  EXPECT_TRUE(plain.is_closed()) << "plain HTTP on a TLS port is no handshake";
}

TEST(HttpServerTls, ANewCertificateServesNewConnectionsAndABadOneChangesNothing) {
  const CertificateFiles old_files(test::self_signed({.names = {"DNS:old.test"}}));
  const CertificateFiles new_files(test::self_signed({.names = {"DNS:new.test"}}));
  EchoServer server({.config = old_files.config()});
  RawClient before(server.port(), {.tls = true});
  WebConfig mixed = old_files.config();
  mixed.tls->key_file = new_files.key.path();
  const Status refused = server.server->reconfigure(mixed, {"127.0.0.1:0"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kConfiguration);
  EXPECT_EQ(ask_raw(server.port(), get("/"), {.tls = true}).status, 200);
  ASSERT_TRUE(server.server->reconfigure(new_files.config(), {"127.0.0.1:0"}));
  ASSERT_TRUE(before.send(get("/")));
  EXPECT_EQ(before.read_answer().status, 200) << "old connections go on";
  EXPECT_EQ(ask_raw(server.port(), get("/"), {.tls = true}).status, 200);
}

// `htpasswd -nbB -C 4`, written down: "geheim".
WebConfig with_user() {
  WebConfig config;
  config.users.push_back({.name = "prom", .bcrypt = "$2y$04$abcdefghijklmnopqrstuuPWRtT5yx7FBi4dcf6ROhboeNunUrLQ."});
  return config;
}

TEST(HttpServerUsers, EveryRequestNeedsAUserWhereThereAreUsers) {
  EchoServer server({.config = with_user()});
  const auto ask = [&](const string& user_and_password) {
    return ask_raw(server.port(),
                   "GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Basic " + user_and_password + "\r\n\r\n");
  };
  const RawAnswer nobody = ask_raw(server.port(), get("/"));
  EXPECT_EQ(nobody.status, 401);
  EXPECT_EQ(nobody.header("www-authenticate"), "Basic realm=\"xuncha\", charset=\"UTF-8\"");
  EXPECT_EQ(ask("cHJvbTpnZWhlaW0=").body, "GET /?  by prom");
  EXPECT_EQ(ask("cHJvbTpnZWhlaW0=").body, "GET /?  by prom") << "known by now";
  EXPECT_EQ(ask("cHJvbTpnZWhlaW1l").status, 401) << "wrong password";
  EXPECT_EQ(ask("YWxlcnQ6Z2VoZWlt").status, 401) << "unknown user";
  EXPECT_EQ(ask("cHJvbQ==").status, 401) << "no colon";
  EXPECT_EQ(ask("!!!!").status, 401) << "no base64";
}

TEST(HttpServerUsers, ManyWrongPasswordsDoNotKeepOutWhoIsKnown) {
  EchoServer server({.config = with_user()});
  const string right = "GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Basic cHJvbTpnZWhlaW0=\r\n\r\n";
  ASSERT_EQ(ask_raw(server.port(), right).status, 200);
  std::vector<std::unique_ptr<RawClient>> guessers;
  for (int index = 0; index < 60; ++index) {
    guessers.push_back(std::make_unique<RawClient>(server.port()));
    ASSERT_TRUE(guessers.back()->send("GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Basic cHJvbTp4\r\n\r\n"));
  }
  EXPECT_EQ(ask_raw(server.port(), right).status, 200);
  for (const auto& guesser : guessers) {
    const int status = guesser->read_answer().status;
    EXPECT_TRUE(status == 401 || status == 503) << status;
  }
}

}  // namespace
}  // namespace xuncha
