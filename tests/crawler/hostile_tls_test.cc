#include <gtest/gtest.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <string>

#include "tests/support/raw_server.h"
#include "tests/support/shard_harness.h"
#include "tests/support/test_certificates.h"

namespace xuncha {
namespace {

using namespace std::chrono_literals;
using test::answer_with;
using test::CertificateWish;
using test::loopback_options;
using test::RawConnection;
using test::RawServer;
using test::self_signed;
using test::ShardHarness;
using test::TemporaryFile;
using test::TestAuthority;
using test::TestIdentity;

const std::string kAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

// One authority for all; its root is what the shard trusts.
struct Trust {
  TestAuthority authority;
  TemporaryFile bundle{authority.root_pem()};
};

const Trust& trust() {
  static const Trust one;
  return one;
}

CertificateWish good_wish() {
  return CertificateWish{{"IP:127.0.0.1", "DNS:good.test"}};
}

ShardOptions trusting_options() {
  ShardOptions options = loopback_options();
  options.ca_file = trust().bundle.path();
  return options;
}

FetchOutcome fetch_tls(const TestIdentity& identity, RawServer::Script script, RawServer::Options options = {}) {
  options.tls = &identity;
  RawServer server(std::move(script), options);
  ShardHarness harness(trusting_options());
  return harness.fetch(server.url());
}

FetchOutcome fetch_tls(const TestIdentity& identity) {
  return fetch_tls(identity, answer_with(kAnswer));
}

TEST(HostileTls, GoodChainIsVerifiedAndItsEndIsTold) {
  const FetchOutcome outcome = fetch_tls(trust().authority.issue(good_wish()));
  EXPECT_EQ(outcome.error, TransportError::kNone) << outcome.attempt.error;
  EXPECT_EQ(outcome.body, "hello");
  EXPECT_TRUE(outcome.tls_verified);
  ASSERT_TRUE(outcome.tls_not_after);
  const auto left = *outcome.tls_not_after - SystemClock().wall();
  EXPECT_GT(left, 24h * 29);
  EXPECT_LT(left, 24h * 31);
}

TEST(HostileTls, ExpiredCertificate) {
  CertificateWish wish = good_wish();
  wish.begins = -48h;
  wish.ends = -24h;
  const FetchOutcome outcome = fetch_tls(trust().authority.issue(wish));
  EXPECT_EQ(outcome.error, TransportError::kTlsExpired) << outcome.attempt.error;
  EXPECT_EQ(outcome.attempt.phase, Phase::kTls);
  EXPECT_TRUE(outcome.tls_not_after);
}

TEST(HostileTls, CertificateOfTheFuture) {
  CertificateWish wish = good_wish();
  wish.begins = 48h;
  EXPECT_EQ(fetch_tls(trust().authority.issue(wish)).error, TransportError::kTlsExpired);
}

TEST(HostileTls, CertificateOfAnotherName) {
  CertificateWish wish = good_wish();
  wish.names = {"DNS:other.test"};
  EXPECT_EQ(fetch_tls(trust().authority.issue(wish)).error, TransportError::kTlsName);
}

TEST(HostileTls, SelfSigned) {
  EXPECT_EQ(fetch_tls(self_signed(good_wish())).error, TransportError::kTlsUntrusted);
}

TEST(HostileTls, UnknownAuthority) {
  const TestAuthority other;
  EXPECT_EQ(fetch_tls(other.issue(good_wish())).error, TransportError::kTlsUntrusted);
}

TEST(HostileTls, MissingIntermediate) {
  const TestIdentity identity = trust().authority.issue(good_wish(), TestAuthority::Chain::kWithoutIntermediate);
  EXPECT_EQ(fetch_tls(identity).error, TransportError::kTlsUntrusted);
}

TEST(HostileTls, House_ExpiryIsSeenBehindAnUnknownAuthority) {
  CertificateWish wish = good_wish();
  wish.begins = -48h;
  wish.ends = -24h;
  EXPECT_EQ(fetch_tls(self_signed(wish)).error, TransportError::kTlsExpired);
}

TEST(HostileTls, House_WrongNameIsSeenBehindAnUnknownAuthority) {
  CertificateWish wish = good_wish();
  wish.names = {"DNS:other.test"};
  EXPECT_EQ(fetch_tls(self_signed(wish)).error, TransportError::kTlsName);
}

TEST(HostileTls, ObsoleteVersionIsUnsupported) {
  RawServer::Options options;
  options.tls_version_max = TLS1_VERSION;
  const FetchOutcome outcome = fetch_tls(trust().authority.issue(good_wish()), answer_with(kAnswer), options);
  EXPECT_EQ(outcome.error, TransportError::kTlsUnsupported) << outcome.attempt.error;
}

TEST(HostileTls, RecordsOfTlcpAreUnsupported_GBT38636) {
  RawServer server([](RawConnection& connection) {
    connection.send_raw(std::string("\x15\x01\x01\x00\x02\x02\x28", 7));
    connection.wait_for_close(500ms);
  });
  ShardHarness harness(trusting_options());
  const FetchOutcome outcome = harness.fetch("https://127.0.0.1:" + std::to_string(server.port()) + "/");
  EXPECT_EQ(outcome.error, TransportError::kTlsUnsupported) << outcome.attempt.error;
}

TEST(HostileTls, PlainHttpOnATlsPortIsAFailureAndNotUnsupported) {
  RawServer server([](RawConnection& connection) {
    connection.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    connection.wait_for_close(500ms);
  });
  ShardHarness harness(trusting_options());
  const FetchOutcome outcome = harness.fetch("https://127.0.0.1:" + std::to_string(server.port()) + "/");
  EXPECT_EQ(outcome.error, TransportError::kTlsFailure) << outcome.attempt.error;
}

TEST(HostileTls, StalledHandshakeIsATimeoutInTls) {
  RawServer server([](RawConnection& connection) { connection.wait(2s); });
  ShardHarness harness(trusting_options());
  const FetchOutcome outcome = harness.fetch("https://127.0.0.1:" + std::to_string(server.port()) + "/");
  EXPECT_EQ(outcome.error, TransportError::kTimeout) << outcome.attempt.error;
  EXPECT_EQ(outcome.attempt.phase, Phase::kTls);
}

TEST(HostileTls, ResetInTheHandshakeIsAFailure) {
  RawServer server([](RawConnection& connection) {
    connection.wait(20ms);
    connection.reset();
  });
  ShardHarness harness(trusting_options());
  const FetchOutcome outcome = harness.fetch("https://127.0.0.1:" + std::to_string(server.port()) + "/");
  EXPECT_EQ(outcome.error, TransportError::kTlsFailure) << outcome.attempt.error;
  EXPECT_EQ(outcome.attempt.phase, Phase::kTls);
}

TEST(HostileTls, House_BodyUntilCloseWithoutFarewellIsComplete) {
  const FetchOutcome outcome = fetch_tls(trust().authority.issue(good_wish()), [](RawConnection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\n\r\nhello");
    connection.drop();
  });
  EXPECT_EQ(outcome.error, TransportError::kNone) << outcome.attempt.error;
  EXPECT_EQ(outcome.body, "hello");
}

TEST(HostileTls, PromisedBodyWithoutFarewellIsTruncated) {
  const FetchOutcome outcome = fetch_tls(trust().authority.issue(good_wish()), [](RawConnection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello");
    connection.drop();
  });
  EXPECT_EQ(outcome.error, TransportError::kTruncated) << outcome.attempt.error;
}

TEST(HostileTls, H2ByAlpnAnsweredInHttp11IsNoAnswer) {
  RawServer::Options options;
  options.offers_h2 = true;
  const FetchOutcome outcome = fetch_tls(
      trust().authority.issue(good_wish()),
      [](RawConnection& connection) {
        connection.send(kAnswer);
        connection.wait_for_close(500ms);
      },
      options);
  EXPECT_NE(outcome.error, TransportError::kNone);
  EXPECT_NE(outcome.error, TransportError::kEngineError) << outcome.attempt.error;
}

TEST(HostileTls, H2GoawayAtOnceIsNoAnswer) {
  RawServer::Options options;
  options.offers_h2 = true;
  const FetchOutcome outcome = fetch_tls(
      trust().authority.issue(good_wish()),
      [](RawConnection& connection) {
        connection.send(std::string("\0\0\0\4\0\0\0\0\0", 9));
        connection.send(std::string("\0\0\x08\7\0\0\0\0\0\0\0\0\0\0\0\0\1", 17));
        connection.wait_for_close(500ms);
      },
      options);
  EXPECT_NE(outcome.error, TransportError::kNone);
  EXPECT_NE(outcome.error, TransportError::kEngineError) << outcome.attempt.error;
}

TEST(HostileTls, UnverifiedFetchLooksBehindAndSaysSo) {
  const TestIdentity identity = self_signed(good_wish());
  RawServer::Options options;
  options.tls = &identity;
  RawServer server(answer_with(kAnswer), options);
  ShardHarness harness(trusting_options());
  FetchRequest request = test::request_for(server.url());
  request.verify_tls = false;
  const FetchOutcome outcome = harness.fetch(request);
  EXPECT_EQ(outcome.error, TransportError::kNone) << outcome.attempt.error;
  EXPECT_FALSE(outcome.tls_verified);
  EXPECT_TRUE(outcome.tls_not_after);
  // The connection stays with its own kind.
  EXPECT_EQ(harness.fetch(server.url()).error, TransportError::kTlsUntrusted);
  EXPECT_EQ(server.connections(), 2);
}

TEST(Tls, BundleIsReadOnceForManyHandshakes) {
  const TemporaryFile bundle(trust().authority.root_pem());
  ShardOptions with = trusting_options();
  with.ca_file = bundle.path();
  const TestIdentity identity = trust().authority.issue(good_wish());
  RawServer::Options options;
  options.tls = &identity;
  RawServer server(answer_with(kAnswer), options);
  ShardHarness harness(with);

  const int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  ASSERT_GE(inotify_add_watch(watch, bundle.path().c_str(), IN_OPEN), 0);
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(harness.fetch(server.url(), FetchClass::kProbe).error, TransportError::kNone);
  }
  EXPECT_EQ(server.connections(), 10);
  int opens = 0;
  alignas(inotify_event) char events[4096];
  const ssize_t size = read(watch, events, sizeof events);
  for (ssize_t at = 0; at < size;) {
    ++opens;
    at += static_cast<ssize_t>(sizeof(inotify_event) + reinterpret_cast<inotify_event*>(events + at)->len);
  }
  close(watch);
  EXPECT_EQ(opens, 1);
}

TEST(Tls, ExtraCertificatesAreTrustedBesideTheSystems) {
  const TestAuthority other;
  const TemporaryFile extra(other.root_pem());
  ShardOptions with = trusting_options();
  with.extra_ca_file = extra.path();
  ShardHarness harness(with);
  for (const TestAuthority* authority : {&trust().authority, &other}) {
    const TestIdentity identity = authority->issue(good_wish());
    RawServer::Options options;
    options.tls = &identity;
    RawServer server(answer_with(kAnswer), options);
    EXPECT_EQ(harness.fetch(server.url()).error, TransportError::kNone);
  }
}

TEST(Tls, UnreadableCertificateFileIsAUsageError) {
  const TemporaryFile empty("no certificate\n");
  for (const std::string& path : {std::string("/nonexistent/ca.pem"), empty.path()}) {
    ShardOptions with = trusting_options();
    with.extra_ca_file = path;
    EXPECT_FALSE(test::can_create(with)) << path;
  }
}

}  // namespace
}  // namespace xuncha
