#include "tests/portal/portal_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "tests/portal/portal_bytes.h"
#include "tests/portal/portal_dns.h"
#include "tests/portal/portal_test_client.h"

namespace xuncha::portal {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::StartsWith;

Answer page(const std::string& body) {
  Answer answer;
  answer.body = body;
  return answer;
}

Answer faulty(FaultKind kind, std::uint64_t amount = 0, const std::string& body = std::string(5000, 'b')) {
  Answer answer = page(body);
  answer.fault = {kind, amount};
  return answer;
}

struct Played {
  explicit Played(std::map<std::string, Answer> pages) {
    Portal portal;
    Host host;
    host.name = "www.test.example";
    host.pages = std::move(pages);
    portal.hosts.push_back(host);
    start(portal);
  }
  explicit Played(const Portal& portal) { start(portal); }
  void start(const Portal& portal) {
    auto started = PortalServer::create(portal);
    EXPECT_EQ(started.error, "");
    server = std::move(started.server);
    endpoint = server->endpoint("www.test.example", 80);
  }
  std::unique_ptr<PortalServer> server;
  std::string endpoint;
};

// Entries are written when the connection ends, a moment after the client saw its end.
std::vector<RequestLog> log_of(const PortalServer& server, std::size_t count) {
  for (int i = 0; i < 200 && server.log().size() < count; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return server.log();
}

TEST(PortalFaults, ResetEndsWithRst) {
  Played portal({{"/", faulty(FaultKind::kReset)}});
  const Exchange seen = get(portal.endpoint, "/");
  EXPECT_EQ(seen.bytes, "");
  EXPECT_EQ(seen.end, End::kReset);
}

TEST(PortalFaults, CloseEmptySendsNothing) {
  Played portal({{"/", faulty(FaultKind::kCloseEmpty)}});
  const Exchange seen = get(portal.endpoint, "/");
  EXPECT_EQ(seen.bytes, "");
  EXPECT_EQ(seen.end, End::kClosed);
}

TEST(PortalFaults, CloseMidHeaderLeavesTheHeadOpen) {
  Played portal({{"/", faulty(FaultKind::kCloseMidHeader)}});
  const Exchange seen = get(portal.endpoint, "/");
  EXPECT_THAT(seen.bytes, StartsWith("HTTP/1.1 200 OK\r\nContent-Ty"));
  EXPECT_EQ(seen.bytes.find("\r\n\r\n"), std::string::npos);
  EXPECT_EQ(seen.end, End::kClosed);
}

TEST(PortalFaults, TruncatePromisesMoreThanItSends) {
  Played portal({{"/", faulty(FaultKind::kTruncate, 120)}});
  const Exchange seen = get(portal.endpoint, "/");
  EXPECT_EQ(seen.header("Content-Length"), "5000");
  EXPECT_EQ(seen.body().size(), 120u);
  EXPECT_EQ(seen.end, End::kClosed);
}

TEST(PortalFaults, HangHeadersIsSilent) {
  Played portal({{"/", faulty(FaultKind::kHangHeaders)}});
  const Exchange seen = get(portal.endpoint, "/");
  EXPECT_EQ(seen.bytes, "");
  EXPECT_EQ(seen.end, End::kTimeout);
  const auto log = log_of(*portal.server, 1);
  ASSERT_EQ(log.size(), 1u);
  EXPECT_EQ(log[0].status, 0);
  EXPECT_GE(log[0].duration, 0.25);
}

TEST(PortalFaults, HangBodyStopsAfterTheGivenBytes) {
  Played portal({{"/", faulty(FaultKind::kHangBody, 7)}});
  const Exchange seen = get(portal.endpoint, "/");
  EXPECT_EQ(seen.body().size(), 7u);
  EXPECT_EQ(seen.end, End::kTimeout);
}

TEST(PortalFaults, SlowKeepsItsPace) {
  Played portal({{"/", faulty(FaultKind::kSlow, 1000, std::string(500, 's'))}});
  const auto began = std::chrono::steady_clock::now();
  const Exchange seen = get(portal.endpoint, "/");
  const auto took = std::chrono::steady_clock::now() - began;
  EXPECT_EQ(seen.body().size(), 500u);
  EXPECT_GE(took, std::chrono::milliseconds(450));
}

TEST(PortalFaults, SlowHeadersDribble) {
  Played portal({{"/", faulty(FaultKind::kSlowHeaders, 20)}});
  const Exchange seen = talk(portal.endpoint, "GET / HTTP/1.1\r\n\r\n", 300, 6);
  EXPECT_THAT(seen.bytes, StartsWith("HTTP/1"));
  EXPECT_LT(seen.bytes.size(), 20u);
}

TEST(PortalFaults, EndlessBodyGoesOn) {
  Played portal({{"/", faulty(FaultKind::kEndless)}});
  const Exchange seen = talk(portal.endpoint, "GET / HTTP/1.1\r\n\r\n", 300, 2u << 20);
  EXPECT_GE(seen.bytes.size(), 2u << 20);
  EXPECT_EQ(seen.header("Transfer-Encoding"), "chunked");
}

TEST(PortalFaults, EndlessHeadersGoOn) {
  Played portal({{"/", faulty(FaultKind::kEndlessHeaders)}});
  const Exchange seen = talk(portal.endpoint, "GET / HTTP/1.1\r\n\r\n", 300, 1u << 20);
  EXPECT_GE(seen.bytes.size(), 1u << 20);
  EXPECT_EQ(seen.bytes.find("\r\n\r\n"), std::string::npos);
}

TEST(PortalFaults, BadChunkHasNoNumber) {
  Played portal({{"/", faulty(FaultKind::kBadChunk)}});
  EXPECT_THAT(get(portal.endpoint, "/").body(), HasSubstr("\r\nZZ\r\n"));
}

TEST(PortalFaults, HugeHeaderHasItsSize) {
  Played portal({{"/", faulty(FaultKind::kHugeHeader, 100000)}});
  EXPECT_EQ(get(portal.endpoint, "/").header("X-Huge").size(), 100000u);
}

TEST(PortalFaults, ManyHeadersAreCounted) {
  Played portal({{"/", faulty(FaultKind::kManyHeaders, 300)}});
  EXPECT_EQ(get(portal.endpoint, "/").header("X-Header-299"), "1");
}

TEST(PortalFaults, Http09HasNoStatusLine) {
  Played portal({{"/", faulty(FaultKind::kHttp09, 0, "<html>old</html>")}});
  EXPECT_EQ(get(portal.endpoint, "/").bytes, "<html>old</html>");
}

TEST(PortalFaults, GarbageIsNoHttp) {
  Played portal({{"/", faulty(FaultKind::kGarbage)}});
  const Exchange seen = get(portal.endpoint, "/");
  EXPECT_EQ(seen.bytes.size(), 512u);
  EXPECT_EQ(seen.status(), 0);
}

TEST(PortalFaults, BombIsSmallOnTheWire) {
  Played portal({{"/", faulty(FaultKind::kBomb, 8)}});
  const Exchange seen = get(portal.endpoint, "/", "", 2000);
  EXPECT_EQ(seen.header("Content-Encoding"), "gzip");
  EXPECT_LT(seen.body().size(), 20000u);
  EXPECT_THAT(seen.body(), StartsWith("\x1f\x8b"));
}

TEST(PortalFaults, RawIsSentAsItIs) {
  Played portal({{"/", faulty(FaultKind::kRaw, 0, "HTTP/1.1 99\nX: y\n\nhello")}});
  EXPECT_EQ(get(portal.endpoint, "/").bytes, "HTTP/1.1 99\nX: y\n\nhello");
}

Portal one_host(ConnectKind connect) {
  Portal portal;
  Host host;
  host.name = "www.test.example";
  host.connect = connect;
  portal.hosts.push_back(host);
  return portal;
}

TEST(PortalConnect, RefusedPortAnswersRst) {
  Played portal(one_host(ConnectKind::kRefuse));
  EXPECT_EQ(get(portal.endpoint, "/").end, End::kRefused);
}

TEST(PortalConnect, DroppedSynGetsNoAnswer) {
  Played portal(one_host(ConnectKind::kDrop));
  EXPECT_EQ(get(portal.endpoint, "/").end, End::kNoConnection);
}

TEST(PortalConnect, APortThatIsNotServedRefuses) {
  Played portal(one_host(ConnectKind::kOk));
  EXPECT_EQ(get(portal.server->endpoint("www.test.example", 443), "/").end, End::kRefused);
}

TEST(PortalAnswers, KeepAliveServesTwoRequestsOnOneConnection) {
  Played portal({{"/a", page("first")}, {"/b", page("second")}});
  const Exchange seen = talk(
      portal.endpoint, "GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(seen.bytes, HasSubstr("first"));
  EXPECT_THAT(seen.bytes, HasSubstr("second"));
  const auto log = log_of(*portal.server, 2);
  ASSERT_EQ(log.size(), 2u);
  EXPECT_EQ(log[0].connection, log[1].connection);
  EXPECT_EQ(log[1].target, "/b");
  EXPECT_TRUE(log[1].complete);
}

TEST(PortalAnswers, MatchingEtagBrings304WithoutBody) {
  Played portal({{"/", page("text")}});
  const std::string tag = get(portal.endpoint, "/").header("ETag");
  ASSERT_NE(tag, "");
  const Exchange again = get(portal.endpoint, "/", "If-None-Match: " + tag + "\r\n");
  EXPECT_EQ(again.status(), 304);
  EXPECT_EQ(again.body(), "");
}

TEST(PortalAnswers, RangeBringsThatPart) {
  Played portal({{"/", page("0123456789")}});
  const Exchange part = get(portal.endpoint, "/", "Range: bytes=2-4\r\n");
  EXPECT_EQ(part.status(), 206);
  EXPECT_EQ(part.header("Content-Range"), "bytes 2-4/10");
  EXPECT_EQ(part.body(), "234");
}

TEST(PortalAnswers, GzipOnlyWhereItIsAccepted) {
  Answer answer = page(std::string(1000, 'z'));
  answer.gzip = true;
  Played portal({{"/", answer}});
  EXPECT_EQ(get(portal.endpoint, "/").body().size(), 1000u);
  EXPECT_THAT(get(portal.endpoint, "/", "Accept-Encoding: gzip\r\n").body(), StartsWith("\x1f\x8b"));
}

TEST(PortalAnswers, HeadSendsNoBodyAndMayBeRefused) {
  Answer refused = page("text");
  refused.head_status = 405;
  Played portal({{"/", page("text")}, {"/get-only", refused}});
  const auto head = [&](const std::string& path) {
    return talk(portal.endpoint, "HEAD " + path + " HTTP/1.1\r\nConnection: close\r\n\r\n");
  };
  EXPECT_EQ(head("/").status(), 200);
  EXPECT_EQ(head("/").body(), "");
  EXPECT_EQ(head("/get-only").status(), 405);
}

TEST(PortalAnswers, SequenceFollowsTheVisitsAndTheLastRepeats) {
  Answer answer;
  answer.sequence = {page("one"), page("two")};
  Played portal({{"/", answer}});
  EXPECT_EQ(get(portal.endpoint, "/").body(), "one");
  EXPECT_EQ(get(portal.endpoint, "/").body(), "two");
  EXPECT_EQ(get(portal.endpoint, "/").body(), "two");
}

TEST(PortalAnswers, PhaseChangesTheAnswer) {
  Answer answer = page("day");
  answer.phases["night"] = page("dark");
  Played portal({{"/", answer}});
  EXPECT_EQ(get(portal.endpoint, "/").body(), "day");
  const std::string control = "127.0.0.1:" + std::to_string(portal.server->control_port());
  EXPECT_EQ(get(control, "/-portal/phase/night").status(), 200);
  EXPECT_EQ(portal.server->phase(), "night");
  EXPECT_EQ(get(portal.endpoint, "/").body(), "dark");
  portal.server->set_phase("");
  EXPECT_EQ(get(portal.endpoint, "/").body(), "day");
}

TEST(PortalAnswers, PathsAreComparedDecodedAndQueriesExactly) {
  Played portal({{"/附件.html", page("path")}, {"/q?a=1", page("query")}, {"/any", page("any")}});
  EXPECT_EQ(get(portal.endpoint, "/%E9%99%84%E4%BB%B6.html").body(), "path");
  EXPECT_EQ(get(portal.endpoint, "/q?a=1").body(), "query");
  EXPECT_EQ(get(portal.endpoint, "/q?a=2").status(), 404);
  EXPECT_EQ(get(portal.endpoint, "/any?v=3").body(), "any");
}

TEST(PortalAnswers, MissingPathsFollowTheMode) {
  for (const MissingMode mode : {MissingMode::kNotFound, MissingMode::kSoftPage, MissingMode::kRedirectHome}) {
    Portal data = one_host(ConnectKind::kOk);
    data.hosts[0].missing = mode;
    Played portal(data);
    const Exchange seen = get(portal.endpoint, "/none");
    EXPECT_EQ(seen.status(), mode == MissingMode::kNotFound ? 404 : mode == MissingMode::kSoftPage ? 200 : 302);
    EXPECT_EQ(seen.header("Location"), mode == MissingMode::kRedirectHome ? "/" : "");
  }
}

TEST(PortalAnswers, RandomMissingPageDiffersEachTime) {
  Portal data = one_host(ConnectKind::kOk);
  data.hosts[0].missing = MissingMode::kRandomPage;
  Played portal(data);
  EXPECT_NE(get(portal.endpoint, "/none").body(), get(portal.endpoint, "/none").body());
}

TEST(PortalTls, AlertKindsAnswerAClientHelloWithAnAlert) {
  for (const auto& [kind, description] :
       {std::pair{TlsKind::kTlcp, 70}, {TlsKind::kHandshakeFailure, 40}, {TlsKind::kInternalError, 80}}) {
    Portal data = one_host(ConnectKind::kOk);
    data.hosts[0].tls = kind;
    Played portal(data);
    const Exchange seen = talk(portal.server->endpoint("www.test.example", 443), "\x16\x03\x01 hello");
    ASSERT_EQ(seen.bytes.size(), 7u);
    EXPECT_EQ(seen.bytes[0], 0x15);
    EXPECT_EQ(seen.bytes[6], description);
  }
}

std::string question(const std::string& name, char type) {
  std::string query("\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00", 12);
  std::size_t begin = 0;
  while (begin <= name.size()) {
    const std::size_t end = std::min(name.find('.', begin), name.size());
    query.push_back(static_cast<char>(end - begin));
    query += name.substr(begin, end - begin);
    begin = end + 1;
  }
  return query + std::string("\0\0", 2) + type + std::string("\0\1", 2);
}

int reply_code(const std::string& reply) {
  return reply.size() < 12 ? -1 : reply[3] & 15;
}

TEST(PortalDns, EveryKindOfAnswer) {
  const std::map<std::string, DnsAnswer> names = {{"a.test.example", {DnsKind::kAddress, {"127.77.0.1", "::1"}}},
                                                  {"n.example", {DnsKind::kNxdomain, {}}},
                                                  {"s.example", {DnsKind::kServfail, {}}},
                                                  {"t.example", {DnsKind::kTimeout, {}}},
                                                  {"r.example", {DnsKind::kRefused, {}}},
                                                  {"d.example", {DnsKind::kNodata, {}}}};
  const auto ask = [&](const std::string& name, char type) { return answer_dns(question(name, type), names, nullptr); };
  EXPECT_THAT(ask("A.Test.Example", 1), ::testing::EndsWith(std::string("\0\4\x7f\x4d\0\1", 6)));
  EXPECT_THAT(ask("a.test.example", 28), ::testing::EndsWith(std::string("\0\1", 2)));
  EXPECT_EQ(ask("a.test.example", 15)[7], 0);  // MX: no records, no error
  EXPECT_EQ(reply_code(ask("n.example", 1)), 3);
  EXPECT_EQ(reply_code(ask("unknown.example", 1)), 3);
  EXPECT_EQ(reply_code(ask("s.example", 1)), 2);
  EXPECT_EQ(ask("t.example", 1), "");
  EXPECT_EQ(reply_code(ask("r.example", 1)), 5);
  EXPECT_EQ(reply_code(ask("d.example", 1)), 0);
  EXPECT_EQ(ask("d.example", 1)[7], 0);
}

TEST(PortalDns, ANameAboveAKnownOneExistsWithoutAddress) {
  const std::map<std::string, DnsAnswer> names = {{"a.test.example", {DnsKind::kAddress, {"127.77.0.1"}}}};
  const std::string reply = answer_dns(question("test.example", 1), names, nullptr);
  EXPECT_EQ(reply_code(reply), 0);
  EXPECT_EQ(reply[7], 0);
}

TEST(PortalArguments, SayHowToReachEveryName) {
  Portal data = one_host(ConnectKind::kOk);
  data.hosts[0].aliases = {"test.example"};
  data.hosts[0].http_ports = {8080};
  data.arguments = {"--exclude", "x"};
  Played portal(data);
  const auto arguments = portal.server->arguments();
  EXPECT_THAT(arguments, Contains("www.test.example:80:" + portal.endpoint));
  EXPECT_THAT(arguments, Contains("test.example:80:" + portal.endpoint));
  EXPECT_THAT(arguments, Contains(StartsWith("www.test.example:8080:127.77.")));
  EXPECT_THAT(arguments, Contains("--cacert"));
  EXPECT_THAT(arguments, Contains("--exclude"));
}

TEST(PortalData, UnknownKeyIsRefusedWithItsLine) {
  const std::string file = ::testing::TempDir() + "bad-portal.yml";
  std::ofstream(file) << "name: x\nhosts:\n  - name: a.example\n    pages:\n      /: {bodie: x}\n";
  EXPECT_THAT(PortalServer::create(std::vector<std::filesystem::path>{file}).error,
              HasSubstr("line 5: unknown key \"bodie\""));
}

}  // namespace
}  // namespace xuncha::portal
