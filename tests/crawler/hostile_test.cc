#include <gtest/gtest.h>
#include <zlib.h>

#include <chrono>
#include <string>

#include "tests/support/raw_server.h"
#include "tests/support/shard_harness.h"

// Servers that misbehave, each with the name that the fetcher must give it.

namespace xuncha {
namespace {

using namespace std::chrono_literals;
using test::answer_with;
using test::RawConnection;
using test::RawServer;
using test::ShardHarness;

FetchOutcome fetch_from(RawServer::Script script, FetchClass fetch_class = FetchClass::kPage) {
  RawServer server(std::move(script));
  ShardHarness harness;
  return harness.fetch(server.url(), fetch_class);
}

// The answer to one request, then the script goes on.
RawServer::Script after_request(RawServer::Script then) {
  return [then = std::move(then)](RawConnection& connection) {
    if (!connection.read_request().empty()) then(connection);
  };
}

std::string gzip(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string with_length(const std::string& head, const std::string& body) {
  return head + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

const std::string kOk = "HTTP/1.1 200 OK\r\n";

// --- connect and speed ---------------------------------------------------------------------------------------------

TEST(HostileConnect, ClosedPortIsRefused) {
  std::string url;
  {
    RawServer gone([](RawConnection&) {});
    url = gone.url();
  }
  ShardHarness harness;
  const FetchOutcome outcome = harness.fetch(url);
  EXPECT_EQ(outcome.error, TransportError::kConnectRefused);
  EXPECT_EQ(outcome.attempt.phase, Phase::kConnect);
  EXPECT_EQ(format_address(*outcome.attempt.address), "127.0.0.1");
}

TEST(HostileConnect, SilentServerIsATimeoutInTheHead) {
  const FetchOutcome outcome = fetch_from([](RawConnection& connection) { connection.wait(2s); });
  EXPECT_EQ(outcome.error, TransportError::kTimeout);
  EXPECT_EQ(outcome.attempt.phase, Phase::kHeaders);
  EXPECT_LT(outcome.attempt.seconds, 1.9);  // the server waits for two
}

TEST(HostileConnect, HeadersByTheByteAreATimeoutAtTheFirstByteDeadline) {
  const FetchOutcome outcome = fetch_from(after_request([](RawConnection& connection) {
    connection.send_slowly(kOk + "Content-Length: 2\r\n" + std::string(500, 'x'), 10ms);
  }));
  EXPECT_EQ(outcome.error, TransportError::kTimeout);
  EXPECT_EQ(outcome.attempt.phase, Phase::kHeaders);
}

TEST(HostileConnect, DribblingBodyIsATimeout) {
  const FetchOutcome outcome = fetch_from(after_request([](RawConnection& connection) {
    connection.send(kOk + "Content-Length: 1000\r\n\r\n");
    connection.send_slowly(std::string(1000, 'x'), 20ms);
  }));
  EXPECT_EQ(outcome.error, TransportError::kTimeout);
  EXPECT_EQ(outcome.attempt.phase, Phase::kBody);
  EXPECT_EQ(outcome.status, 200);
  EXPECT_FALSE(outcome.body.empty());
}

TEST(HostileConnect, BodyAboveTheLowSpeedEndsAtTheTotalDeadline) {
  const FetchOutcome outcome = fetch_from(after_request([](RawConnection& connection) {
                                            connection.send(kOk + "Content-Length: 1000000\r\n\r\n");
                                            while (connection.send(std::string(50, 'x'))) connection.wait(20ms);
                                          }),
                                          FetchClass::kProbe);
  EXPECT_EQ(outcome.error, TransportError::kTimeout);
  EXPECT_GT(outcome.attempt.seconds, 0.7);
  EXPECT_LT(outcome.attempt.seconds, 10.0);  // the server would send for minutes
}

TEST(HostileConnect, SlowButCompleteAnswerWithinTheDeadlineIsGood) {
  const FetchOutcome outcome = fetch_from(after_request([](RawConnection& connection) {
                                            connection.wait(250ms);
                                            connection.send(with_length(kOk, "hello"));
                                          }),
                                          FetchClass::kProbe);
  EXPECT_EQ(outcome.error, TransportError::kNone);
  EXPECT_EQ(outcome.body, "hello");
}

TEST(HostileConnect, EndlessBodyIsCutAtTheCapAndNoError) {
  const FetchOutcome outcome = fetch_from(after_request([](RawConnection& connection) {
                                            connection.send(kOk + "\r\n");
                                            connection.send_many(std::string(65536, 'x'), 10'000);
                                          }),
                                          FetchClass::kExternal);
  EXPECT_EQ(outcome.error, TransportError::kNone);
  EXPECT_TRUE(outcome.body_cut);
  EXPECT_EQ(outcome.body.size(), limits::kForeignPageBytesMax);
}

TEST(HostileConnect, EndlessChunksAreCutAtTheCap) {
  const FetchOutcome outcome = fetch_from(after_request([](RawConnection& connection) {
                                            connection.send(kOk + "Transfer-Encoding: chunked\r\n\r\n");
                                            connection.send_many("1000\r\n" + std::string(4096, 'x') + "\r\n", 10'000);
                                          }),
                                          FetchClass::kExternal);
  EXPECT_EQ(outcome.error, TransportError::kNone);
  EXPECT_TRUE(outcome.body_cut);
}

TEST(HostileConnect, BodyOfExactlyTheCapIsNotCut) {
  const FetchOutcome outcome =
      fetch_from(answer_with(with_length(kOk, std::string(limits::kForeignPageBytesMax, 'x'))), FetchClass::kExternal);
  EXPECT_EQ(outcome.error, TransportError::kNone);
  EXPECT_FALSE(outcome.body_cut);
}

TEST(HostileConnect, EndlessHeadersAreAProtocolError) {
  const FetchOutcome outcome = fetch_from(after_request([](RawConnection& connection) {
    connection.send(kOk);
    connection.send_many("X-Filler: " + std::string(50, 'x') + "\r\n", 100'000);
  }));
  EXPECT_EQ(outcome.error, TransportError::kProtocolError);
}

TEST(HostileConnect, ResetInTheBodyIsTruncated) {
  const FetchOutcome outcome = fetch_from(after_request([](RawConnection& connection) {
    connection.send(kOk + "Content-Length: 1000\r\n\r\nhalf");
    connection.wait(50ms);
    connection.reset();
  }));
  EXPECT_EQ(outcome.error, TransportError::kTruncated);
  EXPECT_EQ(outcome.status, 200);
}

TEST(HostileConnect, CloseInTheHeadIsTruncated) {
  const FetchOutcome outcome =
      fetch_from(after_request([](RawConnection& connection) { connection.send("HTTP/1.1 200 OK\r\nContent-Le"); }));
  EXPECT_EQ(outcome.error, TransportError::kTruncated);
  EXPECT_EQ(outcome.status, 0);
}

TEST(HostileConnect, CloseWithoutAnswerIsTruncated) {
  const FetchOutcome outcome = fetch_from(after_request([](RawConnection&) {}));
  EXPECT_EQ(outcome.error, TransportError::kTruncated);
  EXPECT_EQ(outcome.attempt.phase, Phase::kHeaders);
}

TEST(HostileConnect, ResetWithoutAnswerIsTruncated) {
  const FetchOutcome outcome = fetch_from(after_request([](RawConnection& connection) { connection.reset(); }));
  EXPECT_EQ(outcome.error, TransportError::kTruncated);
}

// --- framing -------------------------------------------------------------------------------------------------------

struct FramingRow {
  const char* name;
  std::string answer;
  TransportError error;
  std::uint16_t status;
  std::string body;
};

void PrintTo(const FramingRow& row, std::ostream* out) {
  *out << row.name;
}

class HostileFraming : public testing::TestWithParam<FramingRow> {};

TEST_P(HostileFraming, HasItsName) {
  const FramingRow& row = GetParam();
  const FetchOutcome outcome =
      fetch_from(after_request([&row](RawConnection& connection) { connection.send(row.answer); }));
  EXPECT_EQ(transport_error_name(outcome.error), transport_error_name(row.error)) << outcome.attempt.error;
  EXPECT_EQ(outcome.status, row.status);
  EXPECT_EQ(outcome.body, row.body);
}

const std::string kChunked = kOk + "Transfer-Encoding: chunked\r\n\r\n";

std::vector<FramingRow> framing_rows() {
  using enum TransportError;
  std::string many;
  for (int i = 0; i < 10'000; ++i) many += "A: b\r\n";
  std::string interim;
  for (int i = 0; i < 1'000; ++i) interim += "HTTP/1.1 100 Continue\r\n\r\n";
  return {
      {"OneMegabyteHeader", kOk + "X: " + std::string(1 << 20, 'x') + "\r\n\r\n", kProtocolError, 0, ""},
      {"NineKilobyteHeader", kOk + "X: " + std::string(9000, 'x') + "\r\n\r\n", kProtocolError, 0, ""},
      {"SevenKilobyteHeaderIsGood", with_length(kOk + "X: " + std::string(7000, 'x') + "\r\n", "ok"), kNone, 200, "ok"},
      {"TenThousandHeaders", kOk + many + "\r\n", kProtocolError, 0, ""},
      {"BadChunkSize", kChunked + "zz\r\nhello\r\n0\r\n\r\n", kProtocolError, 200, ""},
      {"ChunkSizeOver64Bits", kChunked + "fffffffffffffffffff\r\nhello", kProtocolError, 200, ""},
      {"ChunkedWithoutEnd", kChunked + "5\r\nhello\r\n", kTruncated, 200, "hello"},
      {"ChunkedWithTrailer", kChunked + "5\r\nhello\r\n0\r\nX-Trailer: 1\r\n\r\n", kNone, 200, "hello"},
      {"Rfc9112_6_3_NegativeLength", kOk + "Content-Length: -5\r\n\r\nhello", kProtocolError, 0, ""},
      {"House_HugeLengthIsIgnored", kOk + "Content-Length: 99999999999999999999\r\n\r\nhello", kNone, 200, "hello"},
      {"Rfc9112_6_3_TwoLengthsThatDiffer", kOk + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", kProtocolError,
       200, ""},
      {"Rfc9112_6_3_TwoEqualLengths", kOk + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", kNone, 200, "hello"},
      {"Rfc9112_6_3_ChunkedOverridesLength",
       kOk + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", kNone, 200, "hello"},
      {"LengthSmallerThanBody", kOk + "Content-Length: 2\r\n\r\nhello", kNone, 200, "he"},
      {"LengthLargerThanBody", kOk + "Content-Length: 9\r\n\r\nhello", kTruncated, 200, "hello"},
      {"Http09", "<html>hello</html>", kProtocolError, 0, ""},
      {"AnotherProtocol", "SSH-2.0-OpenSSH_9.2\r\n", kProtocolError, 0, ""},
      {"Status99", "HTTP/1.1 99 Low\r\n\r\n", kProtocolError, 0, ""},
      {"Status600IsWhatItSays", with_length("HTTP/1.1 600 High\r\n", "ok"), kNone, 600, "ok"},
      {"Status2000", "HTTP/1.1 2000 Long\r\n\r\n", kProtocolError, 0, ""},
      {"StatusInLetters", "HTTP/1.1 two Oh\r\n\r\n", kProtocolError, 0, ""},
      {"StatusWithoutReason", with_length("HTTP/1.1 200\r\n", "ok"), kNone, 200, "ok"},
      {"InterimAnswersFlood", interim, kProtocolError, 0, ""},
      {"InterimAnswerThenFinal", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + with_length(kOk, "ok"), kNone, 200,
       "ok"},
      {"BareLineFeeds", "HTTP/1.1 200 OK\nContent-Length: 2\n\nok", kNone, 200, "ok"},
      {"NulInHeader", kOk + std::string("X: a\0b\r\n\r\n", 10), kProtocolError, 0, ""},
      {"Http10WithoutLength", "HTTP/1.0 200 OK\r\n\r\nhello", kNone, 200, "hello"},
      {"EmptyAnswerTo204", "HTTP/1.1 204 No Content\r\n\r\n", kNone, 204, ""},
      {"NotModified", "HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\n\r\n", kNone, 304, ""},
  };
}

INSTANTIATE_TEST_SUITE_P(Rows, HostileFraming, testing::ValuesIn(framing_rows()),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(HostileFraming, FoldedHeaderIsJoined_Rfc9112_5_2) {
  const FetchOutcome outcome = fetch_from(answer_with(with_length(kOk + "X-Long: one\r\n two\r\n", "ok")));
  EXPECT_EQ(outcome.header("x-long"), "one two");
}

TEST(HostileFraming, HeadersKeepOrderAndDuplicatesInLowerCase) {
  const FetchOutcome outcome =
      fetch_from(answer_with(with_length(kOk + "B: 1\r\nSet-Cookie: a\r\nSet-Cookie: b\r\n", "ok")));
  ASSERT_EQ(outcome.headers.size(), 4U);
  EXPECT_EQ(outcome.headers[0], (std::pair<std::string, std::string>("b", "1")));
  EXPECT_EQ(outcome.headers[1].first, "set-cookie");
  EXPECT_EQ(outcome.headers[2].second, "b");
}

// --- redirects: only facts -----------------------------------------------------------------------------------------

TEST(HostileRedirect, IsNotFollowedWhateverItSays) {
  for (const char* location :
       {"/self", "file:///etc/passwd", "ftp://127.0.0.1/", "javascript:alert(1)", "http://10.0.0.1/",
        "http://169.254.169.254/", "\xC4\xE3\xBA\xC3.html", "http://a b\tc/"}) {
    const FetchOutcome outcome = fetch_from(
        answer_with("HTTP/1.1 302 Found\r\nLocation: " + std::string(location) + "\r\nContent-Length: 0\r\n\r\n"));
    EXPECT_EQ(outcome.error, TransportError::kNone) << location;
    EXPECT_EQ(outcome.status, 302) << location;
    EXPECT_EQ(outcome.header("location"), location);
  }
}

// --- bodies --------------------------------------------------------------------------------------------------------

std::string gzip_answer(const std::string& coded, const char* coding = "gzip") {
  return with_length(kOk + "Content-Encoding: " + coding + "\r\n", coded);
}

TEST(HostileBody, GzipIsDecoded) {
  const std::string coded = gzip("hello");
  const FetchOutcome outcome = fetch_from(answer_with(gzip_answer(coded)));
  EXPECT_EQ(outcome.body, "hello");
  EXPECT_EQ(outcome.wire_bytes, coded.size());
  EXPECT_EQ(outcome.content_length, coded.size());
}

TEST(HostileBody, GzipBombIsNamedForEverySize) {
  for (const std::size_t megabytes : {2, 3, 20}) {
    const FetchOutcome outcome = fetch_from(answer_with(gzip_answer(gzip(std::string(megabytes << 20, '\0')))));
    EXPECT_EQ(outcome.error, TransportError::kDecompressionBomb) << megabytes;
    EXPECT_LE(outcome.body.size(), limits::kPageBytesMax);
  }
}

TEST(HostileBody, GzipBombInChunksIsNamed) {
  const std::string bomb = gzip(std::string(20 << 20, '\0'));
  std::string answer = kOk + "Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n";
  char size[16];
  std::snprintf(size, sizeof size, "%zx\r\n", bomb.size());
  answer += size + bomb + "\r\n0\r\n\r\n";
  EXPECT_EQ(fetch_from(answer_with(answer)).error, TransportError::kDecompressionBomb);
}

TEST(HostileBody, LargeCodedPageIsCutAndNoBomb) {
  std::string page;
  std::uint32_t noise = 1;
  while (page.size() < (6u << 20)) {
    noise = noise * 1664525 + 1013904223;
    page += "line " + std::to_string(noise) + "\n";
  }
  const FetchOutcome outcome = fetch_from(answer_with(gzip_answer(gzip(page))));
  EXPECT_EQ(outcome.error, TransportError::kNone) << outcome.attempt.error;
  EXPECT_TRUE(outcome.body_cut);
  EXPECT_EQ(outcome.body.size(), limits::kPageBytesMax);
}

TEST(HostileBody, SixStackedCodingsAreAProtocolError) {
  const FetchOutcome outcome = fetch_from(answer_with(gzip_answer("x", "gzip, gzip, gzip, gzip, gzip, gzip")));
  EXPECT_EQ(outcome.error, TransportError::kProtocolError);
}

TEST(HostileBody, CodingHeaderOnAPlainBodyIsAProtocolError) {
  EXPECT_EQ(fetch_from(answer_with(gzip_answer("<html>plain</html>"))).error, TransportError::kProtocolError);
}

TEST(HostileBody, House_CodingThatIsACharsetIsIgnoredAsBrowsersDo) {
  const FetchOutcome outcome = fetch_from(answer_with(gzip_answer("<html>plain</html>", "utf-8")));
  EXPECT_EQ(outcome.error, TransportError::kNone) << outcome.attempt.error;
  EXPECT_EQ(outcome.body, "<html>plain</html>");
}

TEST(HostileBody, House_BytesAfterTheGzipStreamAreIgnored) {
  const FetchOutcome outcome = fetch_from(answer_with(gzip_answer(gzip("hello") + "trailing garbage of forty bytes")));
  EXPECT_EQ(outcome.error, TransportError::kNone) << outcome.attempt.error;
  EXPECT_EQ(outcome.body, "hello");
}

TEST(HostileBody, ClosedInsideAPromisedGzipIsTruncated) {
  const std::string coded = gzip(std::string(3000, 'x'));
  const FetchOutcome outcome = fetch_from(after_request([&coded](RawConnection& connection) {
    connection.send(kOk + "Content-Encoding: gzip\r\nContent-Length: " + std::to_string(coded.size()) + "\r\n\r\n" +
                    coded.substr(0, coded.size() / 2));
  }));
  EXPECT_EQ(outcome.error, TransportError::kTruncated);
}

}  // namespace
}  // namespace xuncha
