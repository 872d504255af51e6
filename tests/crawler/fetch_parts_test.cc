#include <curl/curl.h>
#include <gtest/gtest.h>
#include <openssl/x509_vfy.h>

#include <cerrno>
#include <string>

#include "crawler/connect_table.h"
#include "crawler/dns_cache.h"
#include "crawler/outcome.h"
#include "crawler/resolver.h"

namespace xuncha {
namespace {

using namespace std::chrono_literals;

// --- names of ends -------------------------------------------------------------------------------------------------

TransportError name_of(CURLcode code, Phase phase, int system_error = 0, std::string_view words = {}) {
  TransferEnd end;
  end.code = code;
  end.phase = phase;
  end.system_error = system_error;
  end.words = words;
  return classify(end);
}

TEST(Classify, ConnectByTheSystemsWord) {
  EXPECT_EQ(name_of(CURLE_COULDNT_CONNECT, Phase::kConnect, ECONNREFUSED), TransportError::kConnectRefused);
  EXPECT_EQ(name_of(CURLE_COULDNT_CONNECT, Phase::kConnect, ETIMEDOUT), TransportError::kConnectTimeout);
  EXPECT_EQ(name_of(CURLE_COULDNT_CONNECT, Phase::kConnect, EHOSTUNREACH), TransportError::kConnectFailure);
  EXPECT_EQ(name_of(CURLE_COULDNT_CONNECT, Phase::kConnect, ECONNRESET), TransportError::kConnectFailure);
  EXPECT_EQ(name_of(CURLE_OPERATION_TIMEDOUT, Phase::kConnect), TransportError::kConnectTimeout);
}

TEST(Classify, OurOwnShortagesAreNeverThePortals) {
  for (const int error : {EADDRNOTAVAIL, EMFILE, ENFILE, ENOBUFS, ENOMEM}) {
    EXPECT_EQ(name_of(CURLE_COULDNT_CONNECT, Phase::kConnect, error), TransportError::kEngineError);
  }
  EXPECT_EQ(name_of(CURLE_OUT_OF_MEMORY, Phase::kConnect), TransportError::kEngineError);
  EXPECT_EQ(name_of(CURLE_COULDNT_RESOLVE_HOST, Phase::kConnect), TransportError::kEngineError);
  EXPECT_EQ(name_of(CURLE_SSL_CACERT_BADFILE, Phase::kTls), TransportError::kEngineError);
  for (const Ended ended : {Ended::kWrongPeer, Ended::kOutOfDescriptors, Ended::kEngine}) {
    TransferEnd end;
    end.ended = ended;
    EXPECT_EQ(classify(end), TransportError::kEngineError);
  }
}

TEST(Classify, TimeoutsAfterTheConnect) {
  for (const Phase phase : {Phase::kTls, Phase::kSend, Phase::kHeaders, Phase::kBody}) {
    EXPECT_EQ(name_of(CURLE_OPERATION_TIMEDOUT, phase), TransportError::kTimeout);
  }
}

TEST(Classify, CertificateFaultOfTheLeafComesFirst) {
  TransferEnd end;
  end.code = CURLE_PEER_FAILED_VERIFICATION;
  end.phase = Phase::kTls;
  end.verify_result = X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY;
  EXPECT_EQ(classify(end), TransportError::kTlsUntrusted);
  end.leaf = LeafFault::kName;
  EXPECT_EQ(classify(end), TransportError::kTlsName);
  end.leaf = LeafFault::kExpired;
  EXPECT_EQ(classify(end), TransportError::kTlsExpired);
}

TEST(Classify, NoCommonProtocolIsUnsupported) {
  for (const char* words : {"OpenSSL/3.0: error:0A000102:SSL routines::unsupported protocol",
                            "error:0A00010B:SSL routines::wrong version number",
                            "error:0A000410:SSL routines::sslv3 alert handshake failure",
                            "error:0A00042E:SSL routines::tlsv1 alert protocol version",
                            "error:0A000152:SSL routines::unsafe legacy renegotiation disabled"}) {
    EXPECT_EQ(name_of(CURLE_SSL_CONNECT_ERROR, Phase::kTls, 0, words), TransportError::kTlsUnsupported) << words;
  }
  EXPECT_EQ(name_of(CURLE_SSL_CONNECT_ERROR, Phase::kTls, 0, "Connection reset by peer"), TransportError::kTlsFailure);
}

TEST(Classify, BrokenConnectionsByPhase) {
  EXPECT_EQ(name_of(CURLE_RECV_ERROR, Phase::kHeaders), TransportError::kTruncated);
  EXPECT_EQ(name_of(CURLE_RECV_ERROR, Phase::kBody), TransportError::kTruncated);
  EXPECT_EQ(name_of(CURLE_SEND_ERROR, Phase::kSend), TransportError::kTruncated);
  EXPECT_EQ(name_of(CURLE_GOT_NOTHING, Phase::kHeaders), TransportError::kTruncated);
  EXPECT_EQ(name_of(CURLE_PARTIAL_FILE, Phase::kBody), TransportError::kTruncated);
  EXPECT_EQ(name_of(CURLE_RECV_ERROR, Phase::kBody, 0, "Malformed encoding found in chunked-encoding"),
            TransportError::kProtocolError);
}

// --- overrides -----------------------------------------------------------------------------------------------------

TEST(ConnectTable, FindsWithoutCaseAndTrailingDot) {
  ConnectTable table;
  ASSERT_TRUE(table.add("WWW.A.test:80:127.0.0.1").ok());
  ASSERT_TRUE(table.add("www.a.test:80:[::1]:8080").ok());
  const auto& found = table.find("www.a.test.", 80);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0], (Endpoint{IpAddress::v4(127, 0, 0, 1), 80}));
  EXPECT_EQ(found[1].port, 8080);
  EXPECT_EQ(found[1].address.family, Family::kIpv6);
  EXPECT_TRUE(table.find("www.a.test", 443).empty());
}

TEST(ConnectTable, TakesAnIpv6HostInBrackets) {
  ConnectTable table;
  ASSERT_TRUE(table.add("[2001:db8::1]:443:10.0.0.1:8443").ok());
  EXPECT_EQ(table.find("[2001:db8::1]", 443).size(), 1U);
}

TEST(ConnectTable, RefusesEverythingElse) {
  ConnectTable table;
  for (const char* text : {"", "a", "a:80", "a:80:", ":80:1.2.3.4", "a:0:1.2.3.4", "a:080:1.2.3.4", "a:65536:1.2.3.4",
                           "a:80:b.test", "a:80:1.2.3", "a:80:1.2.3.4:", "a:80:1.2.3.4:x", "a:80:::1", "a:80:[::1",
                           "a:80:[::1]x", "a:80:1.2.3.4:80:90", "[::1:80:1.2.3.4", "a:-1:1.2.3.4"}) {
    EXPECT_FALSE(table.add(text).ok()) << text;
  }
  EXPECT_TRUE(table.empty());
}

TEST(ParseEndpoint, TakesAddressesWithAndWithoutPort) {
  EXPECT_EQ(parse_endpoint("1.2.3.4:5353", 53).value().port, 5353);
  EXPECT_EQ(parse_endpoint("1.2.3.4", 53).value().port, 53);
  EXPECT_EQ(parse_endpoint("[::1]:5353", 53).value().port, 5353);
  EXPECT_EQ(parse_endpoint("::1", 53).value().port, 53);
  EXPECT_FALSE(parse_endpoint("dns.test:53", 53).ok());
}

// --- the cache -----------------------------------------------------------------------------------------------------

DnsAnswer answered(std::chrono::seconds ttl) {
  return DnsAnswer{DnsStatus::kAnswered, {IpAddress::v4(192, 0, 2, 1)}, ttl, ""};
}

TEST(DnsCache, LifeIsClamped) {
  DnsCache cache;
  const SteadyTime start{};
  cache.put("short", Family::kIpv4, answered(1s), start);
  cache.put("long", Family::kIpv4, answered(24h), start);
  cache.put("none", Family::kIpv4, DnsAnswer{DnsStatus::kNxdomain, {}, 24h, ""}, start);
  cache.put("broken", Family::kIpv4, DnsAnswer{DnsStatus::kServfail, {}, 0s, ""}, start);
  EXPECT_NE(cache.find("short", Family::kIpv4, start + limits::kDnsTtlMin - 1s), nullptr);
  EXPECT_EQ(cache.find("short", Family::kIpv4, start + limits::kDnsTtlMin), nullptr);
  EXPECT_NE(cache.find("long", Family::kIpv4, start + limits::kDnsTtlMax - 1s), nullptr);
  EXPECT_EQ(cache.find("long", Family::kIpv4, start + limits::kDnsTtlMax), nullptr);
  EXPECT_EQ(cache.find("none", Family::kIpv4, start + limits::kDnsNegativeTtlMax), nullptr);
  EXPECT_EQ(cache.find("broken", Family::kIpv4, start + limits::kDnsFailureTtl), nullptr);
}

TEST(DnsCache, FamiliesAreApart) {
  DnsCache cache;
  cache.put("a", Family::kIpv4, answered(60s), {});
  EXPECT_EQ(cache.find("a", Family::kIpv6, {}), nullptr);
}

TEST(DnsCache, ForgetsTheLeastRecentlyUsedWhenFull) {
  DnsCacheLimits limits;
  limits.entries_max = 2;
  DnsCache cache(limits);
  cache.put("a", Family::kIpv4, answered(60s), {});
  cache.put("b", Family::kIpv4, answered(60s), {});
  EXPECT_NE(cache.find("a", Family::kIpv4, {}), nullptr);
  cache.put("c", Family::kIpv4, answered(60s), {});
  EXPECT_NE(cache.find("a", Family::kIpv4, {}), nullptr);
  EXPECT_EQ(cache.find("b", Family::kIpv4, {}), nullptr);
  EXPECT_EQ(cache.size(), 2U);
  EXPECT_EQ(cache.evictions(), 1U);
}

TEST(IsAskableName, KeepsTheBounds_Rfc1035_2_3_4) {
  EXPECT_TRUE(is_askable_name("a.b"));
  EXPECT_TRUE(is_askable_name(std::string(63, 'a') + ".test"));
  EXPECT_FALSE(is_askable_name(std::string(64, 'a') + ".test"));
  EXPECT_FALSE(is_askable_name(""));
  EXPECT_FALSE(is_askable_name("a..b"));
  EXPECT_FALSE(is_askable_name(".a"));
  std::string longest;
  while (longest.size() < 252) longest += "a.";
  EXPECT_TRUE(is_askable_name(longest + "a"));
  EXPECT_FALSE(is_askable_name(longest + "ab"));
}

}  // namespace
}  // namespace xuncha
