#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <string>

#include "tests/support/dns_server.h"
#include "tests/support/raw_server.h"
#include "tests/support/shard_harness.h"

// Names, addresses and what may be reached: DNS, the address policy, overrides, connections.

namespace xuncha {
namespace {

using namespace std::chrono_literals;
using test::answer_with;
using test::DnsReply;
using test::DnsServer;
using test::loopback_options;
using test::RawConnection;
using test::RawServer;
using test::RecordType;
using test::request_for;
using test::ShardHarness;

const std::string kAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

ShardOptions with_dns(const DnsServer& dns) {
  ShardOptions options = loopback_options();
  options.resolver.servers = {dns.endpoint()};
  return options;
}

std::string at(std::string_view host, std::uint16_t port) {
  return "http://" + std::string(host) + ":" + std::to_string(port) + "/";
}

DnsReply addresses(std::vector<std::string> list) {
  DnsReply reply;
  reply.addresses = std::move(list);
  return reply;
}

DnsReply code(int rcode) {
  DnsReply reply;
  reply.code = rcode;
  return reply;
}

// --- DNS -----------------------------------------------------------------------------------------------------------

TEST(FetchDns, NameIsAskedOncePerLifeAndTheAddressIsEvidence) {
  DnsServer dns;
  dns.set("site.test", RecordType::kA, addresses({"127.0.0.1"}));
  RawServer server(answer_with(kAnswer));
  ShardHarness harness(with_dns(dns));
  for (int i = 0; i < 3; ++i) {
    const FetchOutcome outcome = harness.fetch(at("site.test", server.port()));
    ASSERT_EQ(outcome.error, TransportError::kNone) << outcome.attempt.error;
    EXPECT_EQ(outcome.attempt.family, Family::kIpv4);
    EXPECT_EQ(format_address(*outcome.attempt.address), "127.0.0.1");
    EXPECT_EQ(outcome.attempt.status, 200);
    EXPECT_EQ(outcome.attempt.phase, Phase::kBody);
  }
  EXPECT_EQ(dns.questions(), 1);
  EXPECT_EQ(server.connections(), 1);
}

struct DnsRow {
  const char* name;
  const char* host;
  Family family;
  TransportError error;
};

class FetchDnsFailure : public testing::TestWithParam<DnsRow> {};

TEST_P(FetchDnsFailure, HasItsName) {
  DnsServer dns;
  dns.set("v4.test", RecordType::kA, addresses({"127.0.0.1"}));
  dns.set("v6.test", RecordType::kAaaa, addresses({"::1"}));
  dns.set("servfail.test", RecordType::kA, code(2));
  dns.set("servfail.test", RecordType::kAaaa, code(2));
  dns.set("refused.test", RecordType::kA, code(5));
  DnsReply silent;
  silent.silent = true;
  dns.set("silent.test", RecordType::kA, silent);
  dns.set("silent.test", RecordType::kAaaa, silent);
  DnsReply garbage;
  garbage.garbage = true;
  dns.set("garbage.test", RecordType::kA, garbage);
  DnsReply loop;
  loop.alias = "loop.test";
  dns.set("loop.test", RecordType::kA, loop);
  dns.set("private.test", RecordType::kA, addresses({"10.1.2.3"}));
  dns.set("alias.test", RecordType::kA, [] {
    DnsReply reply = addresses({"192.168.1.1"});
    reply.alias = "inside.test";
    return reply;
  }());
  dns.set("mapped.test", RecordType::kAaaa, addresses({"::ffff:127.0.0.1"}));
  dns.set("local.test", RecordType::kAaaa, addresses({"fe80::1"}));
  dns.set("nat64.test", RecordType::kAaaa, addresses({"64:ff9b::a00:1"}));

  const DnsRow& row = GetParam();
  ShardHarness harness(with_dns(dns));
  const FetchOutcome outcome = harness.fetch(at(row.host, 8081), FetchClass::kPage, row.family);
  EXPECT_EQ(transport_error_name(outcome.error), transport_error_name(row.error)) << outcome.attempt.error;
  EXPECT_EQ(outcome.attempt.phase, Phase::kDns);
  EXPECT_EQ(harness.shard().counters().connects, 0U);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, FetchDnsFailure,
    testing::Values(DnsRow{"Nxdomain", "nowhere.test", Family::kAny, TransportError::kDnsNxdomain},
                    DnsRow{"NxdomainOfOneFamily", "nowhere.test", Family::kIpv6, TransportError::kDnsNxdomain},
                    DnsRow{"NoAaaa", "v4.test", Family::kIpv6, TransportError::kDnsNoAddress},
                    DnsRow{"NoA", "v6.test", Family::kIpv4, TransportError::kDnsNoAddress},
                    DnsRow{"Servfail", "servfail.test", Family::kAny, TransportError::kDnsFailure},
                    DnsRow{"Refused", "refused.test", Family::kIpv4, TransportError::kDnsFailure},
                    DnsRow{"Silent", "silent.test", Family::kAny, TransportError::kDnsFailure},
                    DnsRow{"Garbage", "garbage.test", Family::kIpv4, TransportError::kDnsFailure},
                    DnsRow{"AliasLoop", "loop.test", Family::kAny, TransportError::kDnsNoAddress},
                    DnsRow{"PrivateAddress", "private.test", Family::kAny, TransportError::kAddressRefused},
                    DnsRow{"AliasToPrivate", "alias.test", Family::kAny, TransportError::kAddressRefused},
                    DnsRow{"MappedAddress", "mapped.test", Family::kIpv6, TransportError::kAddressRefused},
                    DnsRow{"LinkLocal", "local.test", Family::kIpv6, TransportError::kAddressRefused},
                    DnsRow{"Nat64OfPrivate", "nat64.test", Family::kIpv6, TransportError::kAddressRefused},
                    DnsRow{"LongLabel", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.test",
                           Family::kAny, TransportError::kUnknownHost}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(FetchDns, AnswerThatIsCutIsAskedAgainByTcp) {
  DnsServer dns;
  DnsReply reply = addresses({"127.0.0.1"});
  reply.only_tcp = true;
  dns.set("tcp.test", RecordType::kA, reply);
  ShardHarness harness(with_dns(dns));
  EXPECT_EQ(harness.resolve("tcp.test", 80).endpoints.size(), 1U);
}

TEST(FetchDns, ThousandAddressesAreBounded) {
  DnsServer dns;
  DnsReply reply;
  reply.only_tcp = true;
  for (int i = 0; i < 200; ++i) reply.addresses.push_back("127.1.0." + std::to_string(i));
  dns.set("many.test", RecordType::kA, reply);
  ShardHarness harness(with_dns(dns));
  EXPECT_EQ(harness.resolve("many.test", 80).endpoints.size(), limits::kDnsAddressesMax);
  EXPECT_GT(harness.shard().counters().dns.addresses_dropped, 0U);
}

TEST(FetchDns, EqualQuestionsAreAskedOnceAndManyWait) {
  DnsServer dns;
  std::vector<FetchRequest> requests;
  for (int i = 0; i < 100; ++i) requests.push_back(request_for(at("n" + std::to_string(i % 50) + ".test", 8081)));
  ShardOptions options = with_dns(dns);
  options.resolver.queries_in_flight_max = 4;
  ShardHarness harness(options);
  for (const FetchOutcome& outcome : harness.fetch_all(std::move(requests))) {
    EXPECT_EQ(outcome.error, TransportError::kDnsNxdomain);
  }
  EXPECT_EQ(dns.questions(), 50);
  EXPECT_EQ(harness.shard().counters().dns.joined, 50U);
}

ShardOptions with_dns(const DnsServer& first, const DnsServer& second) {
  ShardOptions options = loopback_options();
  options.resolver.servers = {first.endpoint(), second.endpoint()};
  return options;
}

TEST(FetchDns, NxdomainIsBelievedWhenASecondServerSaysSo) {
  DnsServer first;
  DnsServer second;
  ShardHarness harness(with_dns(first, second));
  const FetchOutcome outcome = harness.fetch(at("nowhere.test", 8081));
  EXPECT_EQ(outcome.error, TransportError::kDnsNxdomain);
  for (const DnsServer* server : {&first, &second}) {
    const std::string name = "127.0.0.1:" + std::to_string(server->endpoint().port);
    EXPECT_NE(outcome.attempt.error.find(name), std::string::npos) << outcome.attempt.error;
    EXPECT_EQ(server->questions(), 1);
  }
  // What was confirmed is remembered as one answer.
  EXPECT_EQ(harness.fetch(at("nowhere.test", 8081)).error, TransportError::kDnsNxdomain);
  EXPECT_EQ(first.questions() + second.questions(), 2);
}

TEST(FetchDns, ANameThatOneServerHidesIsFoundAtTheOther) {
  DnsServer first;
  DnsServer second;
  second.set("hidden.test", RecordType::kA, addresses({"127.0.0.9"}));
  ShardHarness harness(with_dns(first, second));
  const HostAddresses found = harness.resolve("hidden.test", 80);
  ASSERT_EQ(found.endpoints.size(), 1U) << found.words;
  EXPECT_EQ(format_address(found.endpoints[0].address), "127.0.0.9");
}

// Resolvers that leave out all AAAA records are common.
TEST(FetchDns, AnAddressThatOneServerLeavesOutIsFoundAtTheOther) {
  DnsServer first;
  DnsServer second;
  first.set("filtered.test", RecordType::kA, addresses({"127.0.0.9"}));
  second.set("filtered.test", RecordType::kAaaa, addresses({"::1"}));
  ShardHarness harness(with_dns(first, second));
  const HostAddresses found = harness.resolve("filtered.test", 80, Family::kIpv6);
  ASSERT_EQ(found.endpoints.size(), 1U) << found.words;
  EXPECT_EQ(format_address(found.endpoints[0].address), "::1");
}

TEST(FetchDns, House_WithoutASecondOpinionANameHasNoAddressAsTheFirstSays) {
  DnsServer first;
  DnsServer second;
  first.set("four.test", RecordType::kA, addresses({"127.0.0.9"}));
  for (const RecordType type : {RecordType::kA, RecordType::kAaaa}) second.set("four.test", type, code(2));
  ShardHarness harness(with_dns(first, second));
  EXPECT_EQ(harness.resolve("four.test", 80, Family::kIpv6).error, TransportError::kDnsNoAddress);
}

TEST(FetchDns, House_NxdomainThatNobodyConfirmsIsAFailureOfTheResolvers) {
  DnsServer first;
  DnsServer second;
  for (const RecordType type : {RecordType::kA, RecordType::kAaaa}) second.set("nowhere.test", type, code(2));
  ShardHarness harness(with_dns(first, second));
  const FetchOutcome outcome = harness.fetch(at("nowhere.test", 8081));
  EXPECT_EQ(outcome.error, TransportError::kDnsFailure);
  EXPECT_NE(outcome.attempt.error.find("no other server confirms it"), std::string::npos) << outcome.attempt.error;
}

TEST(FetchDns, AServerThatIsDeadIsFollowedByTheNextAndThenPassedOver) {
  DnsServer second;
  second.set("site.test", RecordType::kA, addresses({"127.0.0.9"}));
  second.set("other.test", RecordType::kA, addresses({"127.0.0.9"}));
  ShardOptions options = with_dns(second, second);
  DnsServer silent;
  DnsReply nothing;
  nothing.silent = true;
  for (const char* name : {"site.test", "other.test"}) silent.set(name, RecordType::kA, nothing);
  options.resolver.servers[0] = silent.endpoint();
  ShardHarness harness(options);
  EXPECT_EQ(harness.resolve("site.test", 80).endpoints.size(), 1U);
  EXPECT_EQ(harness.resolve("other.test", 80).endpoints.size(), 1U);
  EXPECT_EQ(silent.questions(), 1);
}

TEST(FetchDns, WhenAllServersAreDeadItEndsAsAFailure) {
  DnsServer first;
  DnsServer second;
  DnsReply nothing;
  nothing.silent = true;
  for (DnsServer* server : {&first, &second}) {
    for (const RecordType type : {RecordType::kA, RecordType::kAaaa}) server->set("dark.test", type, nothing);
  }
  ShardHarness harness(with_dns(first, second));
  EXPECT_EQ(harness.fetch(at("dark.test", 8081)).error, TransportError::kDnsFailure);
}

TEST(FetchDns, AnyFamilyIsIpv4WhereTheHostHasIt) {
  DnsServer dns;
  dns.set("both.test", RecordType::kA, addresses({"127.0.0.1"}));
  dns.set("both.test", RecordType::kAaaa, addresses({"::1"}));
  dns.set("six.test", RecordType::kAaaa, addresses({"::1"}));
  ShardHarness harness(with_dns(dns));
  EXPECT_EQ(harness.resolve("both.test", 80).family, Family::kIpv4);
  EXPECT_EQ(harness.resolve("six.test", 80).family, Family::kIpv6);
  harness.shard().set_own_families({.ipv4 = false, .ipv6 = true});
  EXPECT_EQ(harness.resolve("both.test", 80).family, Family::kIpv6);
  harness.shard().set_own_families({.ipv4 = true, .ipv6 = false});
  EXPECT_EQ(harness.resolve("six.test", 80).error, TransportError::kEngineError);
}

TEST(FetchDns, LocateTellsTheAddressBeforeTheFirstRequest) {
  DnsServer dns;
  dns.set("site.test", RecordType::kA, addresses({"127.0.0.9"}));
  ShardHarness harness(with_dns(dns));
  EXPECT_EQ(format_address(harness.resolve("site.test", 80).endpoints.at(0).address), "127.0.0.9");
}

// --- one other address ---------------------------------------------------------------------------------------------

TEST(FetchAddress, SecondAddressIsTriedWhenTheFirstRefuses) {
  DnsServer dns;
  RawServer server(answer_with(kAnswer));
  dns.set("two.test", RecordType::kA, addresses({"127.0.0.2", "127.0.0.1", "127.0.0.3"}));
  ShardHarness harness(with_dns(dns));
  const FetchOutcome outcome = harness.fetch(at("two.test", server.port()));
  EXPECT_EQ(outcome.error, TransportError::kNone) << outcome.attempt.error;
  EXPECT_EQ(format_address(*outcome.attempt.address), "127.0.0.1");
  EXPECT_EQ(harness.shard().counters().second_addresses, 1U);
}

TEST(FetchAddress, NoThirdAddressIsTriedAndBothAreNamed) {
  DnsServer dns;
  RawServer server(answer_with(kAnswer));
  dns.set("three.test", RecordType::kA, addresses({"127.0.0.2", "127.0.0.3", "127.0.0.1"}));
  ShardHarness harness(with_dns(dns));
  const FetchOutcome outcome = harness.fetch(at("three.test", server.port()));
  EXPECT_EQ(outcome.error, TransportError::kConnectRefused);
  EXPECT_EQ(format_address(*outcome.attempt.address), "127.0.0.3");
  EXPECT_NE(outcome.attempt.error.find("127.0.0.2"), std::string::npos) << outcome.attempt.error;
}

TEST(FetchAddress, Ipv6LegIsPinnedToIpv6) {
  DnsServer dns;
  dns.set("both.test", RecordType::kA, addresses({"127.0.0.1"}));
  dns.set("both.test", RecordType::kAaaa, addresses({"::1"}));
  RawServer::Options options;
  options.address = "::1";
  RawServer server(answer_with(kAnswer), options);
  ShardHarness harness(with_dns(dns));
  const FetchOutcome v6 = harness.fetch(at("both.test", server.port()), FetchClass::kProbe, Family::kIpv6);
  EXPECT_EQ(v6.error, TransportError::kNone) << v6.attempt.error;
  EXPECT_EQ(v6.attempt.family, Family::kIpv6);
  const FetchOutcome v4 = harness.fetch(at("both.test", server.port()), FetchClass::kProbe, Family::kIpv4);
  EXPECT_EQ(v4.error, TransportError::kConnectRefused);
}

// --- what must not be reached --------------------------------------------------------------------------------------

class FetchRefused : public testing::TestWithParam<const char*> {};

TEST_P(FetchRefused, SeesNoConnect) {
  RawServer canary([](RawConnection&) {});
  ShardOptions options = loopback_options();
  options.policy = AddressPolicy();
  ShardHarness harness(options);
  std::string url = GetParam();
  if (const auto place = url.find("PORT"); place != std::string::npos) {
    url.replace(place, 4, std::to_string(canary.port()));
  }
  const auto parsed = parse_url(url);
  if (!parsed.url) return;  // refused by the parser already
  const FetchOutcome outcome = harness.fetch(url);
  EXPECT_EQ(outcome.error, TransportError::kAddressRefused) << outcome.attempt.error;
  EXPECT_FALSE(outcome.refused_range.empty());
  EXPECT_EQ(outcome.attempt.phase, Phase::kNone);
  EXPECT_EQ(harness.shard().counters().connects, 0U);
  EXPECT_EQ(harness.shard().counters().refused_connects, 0U);
  EXPECT_EQ(canary.connections(), 0);
}

INSTANTIATE_TEST_SUITE_P(
    Spellings, FetchRefused,
    testing::Values("http://127.0.0.1:PORT/", "http://2130706433:PORT/", "http://0177.0.0.1:PORT/",
                    "http://0x7f.1:PORT/", "http://127.1:PORT/", "http://0:PORT/", "http://[::]:PORT/",
                    "http://[::1]:PORT/", "http://[::ffff:127.0.0.1]:PORT/", "http://[::127.0.0.1]:PORT/",
                    "http://[64:ff9b::7f00:1]:PORT/", "http://[2002:7f00:1::]:PORT/", "http://[fe80::1]:PORT/",
                    "http://[fec0::1]:PORT/", "http://[fc00::1]:PORT/", "http://[ff02::1]:PORT/",
                    "http://[2001:db8::1]:PORT/", "http://[2001:0:7f00:1::]:PORT/", "http://localhost:PORT/",
                    "http://localhost.:PORT/", "http://a.localhost:PORT/", "http://LOCALHOST:PORT/",
                    "http://good.test@127.0.0.1:PORT/", "http://127.0.0.1.:PORT/", "http://10.0.0.1/",
                    "http://172.16.0.1/", "http://172.31.255.255/", "http://192.168.0.1/", "http://169.254.169.254/",
                    "http://100.100.100.200/", "http://192.0.2.1/", "http://198.18.0.1/", "http://224.0.0.1/",
                    "http://255.255.255.255/", "http://240.0.0.1/", "http://0.0.0.0/", "http://203.0.113.9/",
                    "http://\xEF\xBC\x91\xEF\xBC\x92\xEF\xBC\x97.0.0.1/",
                    "http://127\xE3\x80\x82"
                    "0.0.1/"));

TEST(FetchAddress, BadPortsAreRefusedByName) {
  ShardHarness harness;
  for (const int port : {22, 25, 6000, 6667}) {
    const FetchOutcome outcome = harness.fetch(at("127.0.0.1", static_cast<std::uint16_t>(port)));
    EXPECT_EQ(outcome.error, TransportError::kAddressRefused);
    EXPECT_EQ(outcome.refused_range, "port " + std::to_string(port));
  }
  EXPECT_EQ(harness.shard().counters().connects, 0U);
}

TEST(FetchAddress, NameThatTurnsPrivateIsRefusedWhenItsLifeIsOver) {
  DnsServer dns;
  DnsReply reply = addresses({"127.0.0.1"});
  reply.ttl = 0;
  dns.set("rebind.test", RecordType::kA, reply);
  RawServer server(answer_with(kAnswer));
  ShardOptions options = with_dns(dns);
  options.policy = AddressPolicy({*parse_cidr("127.0.0.1/32")});
  options.resolver.cache.ttl_min = 0s;
  ShardHarness harness(options);
  EXPECT_EQ(harness.fetch(at("rebind.test", server.port())).error, TransportError::kNone);
  dns.set("rebind.test", RecordType::kA, addresses({"127.0.0.2"}));
  const FetchOutcome outcome = harness.fetch(at("rebind.test", server.port()));
  EXPECT_EQ(outcome.error, TransportError::kAddressRefused);
  EXPECT_EQ(outcome.refused_range, "127.0.0.0/8");
  EXPECT_EQ(server.connections(), 1);
}

TEST(FetchAddress, EnvironmentProxyIsIgnored) {
  RawServer proxy([](RawConnection&) {});
  RawServer server(answer_with(kAnswer));
  const std::string value = at("127.0.0.1", proxy.port());
  setenv("http_proxy", value.c_str(), 1);
  setenv("ALL_PROXY", value.c_str(), 1);
  ShardHarness harness;
  EXPECT_EQ(harness.fetch(server.url()).error, TransportError::kNone);
  unsetenv("http_proxy");
  unsetenv("ALL_PROXY");
  EXPECT_EQ(proxy.connections(), 0);
}

// --- what is sent --------------------------------------------------------------------------------------------------

struct Seen {
  std::string request;
};

RawServer::Script note_request(Seen& seen) {
  return [&seen](RawConnection& connection) {
    for (std::string request = connection.read_request(); !request.empty(); request = connection.read_request()) {
      seen.request = request;
      connection.send(kAnswer);
    }
  };
}

TEST(FetchRequestText, NamesTheProgramAndTheSiteAndNoPassword) {
  Seen seen;
  RawServer server(note_request(seen));
  ShardHarness harness;
  harness.fetch("http://user:secret@127.0.0.1:" + std::to_string(server.port()) + "/a%20b/../c?q=1#frag");
  EXPECT_TRUE(seen.request.starts_with("GET /c?q=1 HTTP/1.1\r\n")) << seen.request;
  EXPECT_NE(seen.request.find("User-Agent: xuncha-test\r\n"), std::string::npos);
  EXPECT_NE(seen.request.find("Host: 127.0.0.1:" + std::to_string(server.port())), std::string::npos);
  EXPECT_EQ(seen.request.find("Authorization"), std::string::npos);
  EXPECT_EQ(seen.request.find("secret"), std::string::npos);
}

TEST(FetchRequestText, ValidatorsAreSentAndForgedOnesAreNot) {
  Seen seen;
  RawServer server(note_request(seen));
  ShardHarness harness;
  FetchRequest request = request_for(server.url());
  request.if_none_match = "\"abc\"";
  request.if_modified_since = "Fri, 26 Apr 2024 01:02:03 GMT\r\nX-Forged: 1";
  harness.fetch(request);
  EXPECT_NE(seen.request.find("If-None-Match: \"abc\"\r\n"), std::string::npos);
  EXPECT_EQ(seen.request.find("Forged"), std::string::npos);
  harness.fetch(server.url());
  EXPECT_EQ(seen.request.find("If-None-Match"), std::string::npos);
}

TEST(FetchRequestText, PrefixAsksForARangeWithoutCoding) {
  Seen seen;
  RawServer server(note_request(seen));
  ShardHarness harness;
  FetchRequest request = request_for(server.url("/a.pdf"), FetchClass::kAttachment);
  request.prefix_only = true;
  harness.fetch(request);
  EXPECT_NE(seen.request.find("Range: bytes=0-1023\r\n"), std::string::npos);
  EXPECT_NE(seen.request.find("Accept-Encoding: identity\r\n"), std::string::npos);
  harness.fetch(server.url());
  EXPECT_EQ(seen.request.find("Range"), std::string::npos);
  EXPECT_NE(seen.request.find("Accept-Encoding: gzip, br\r\n"), std::string::npos);
}

TEST(FetchRequestText, PrefixOfAServerThatIgnoresRangeIsCut) {
  RawServer server(answer_with("HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n" + std::string(200'000, 'x')));
  ShardHarness harness;
  FetchRequest request = request_for(server.url("/a.pdf"), FetchClass::kAttachment);
  request.prefix_only = true;
  const FetchOutcome outcome = harness.fetch(request);
  EXPECT_EQ(outcome.error, TransportError::kNone);
  EXPECT_TRUE(outcome.body_cut);
  EXPECT_EQ(outcome.body.size(), limits::kAttachmentPrefixBytesMax);
  EXPECT_EQ(outcome.content_length, 200'000U);
}

TEST(FetchRequestText, UnsatisfiableRangeIsAnAnswer) {
  RawServer server(answer_with("HTTP/1.1 416 Range Not Satisfiable\r\nContent-Length: 0\r\n\r\n"));
  ShardHarness harness;
  FetchRequest request = request_for(server.url("/a.pdf"), FetchClass::kAttachment);
  request.prefix_only = true;
  const FetchOutcome outcome = harness.fetch(request);
  EXPECT_EQ(outcome.error, TransportError::kNone) << outcome.attempt.error;
  EXPECT_EQ(outcome.status, 416);
}

// --- connections ---------------------------------------------------------------------------------------------------

TEST(FetchConnection, ProbesOpenANewOneEachTime) {
  RawServer server(answer_with(kAnswer));
  ShardHarness harness;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(harness.fetch(server.url(), FetchClass::kProbe).body, "hello");
  EXPECT_EQ(server.connections(), 3);
}

TEST(FetchConnection, KeptConnectionThatTheServerClosedIsNoFault) {
  RawServer server([](RawConnection& connection) {
    connection.read_request();
    connection.send(kAnswer);
  });
  ShardHarness harness;
  for (int i = 0; i < 5; ++i) EXPECT_EQ(harness.fetch(server.url()).error, TransportError::kNone);
}

TEST(FetchConnection, OverrideReachesAHostThatDnsDoesNotKnow) {
  RawServer server(answer_with(kAnswer));
  ShardOptions options = loopback_options();
  ASSERT_TRUE(options.connect.add("www.site.test:80:127.0.0.1:" + std::to_string(server.port())).ok());
  ShardHarness harness(options);
  const FetchOutcome outcome = harness.fetch("http://www.site.test/");
  EXPECT_EQ(outcome.error, TransportError::kNone) << outcome.attempt.error;
  EXPECT_EQ(harness.fetch("http://www.site.test/", FetchClass::kPage, Family::kIpv6).error,
            TransportError::kDnsNoAddress);
}

TEST(FetchConnection, NoThreadIsStarted) {
  const auto threads = [] {
    const auto tasks = std::filesystem::directory_iterator("/proc/self/task");
    return std::distance(begin(tasks), end(tasks));
  };
  DnsServer dns;
  ShardHarness harness(with_dns(dns));
  const auto before = threads();
  std::vector<FetchRequest> requests;
  for (int i = 0; i < 20; ++i) requests.push_back(request_for(at("n" + std::to_string(i) + ".test", 8081)));
  requests.push_back(request_for("http://127.0.0.1:1/"));
  harness.fetch_all(std::move(requests));
  EXPECT_EQ(threads(), before);
}

TEST(FetchConnection, HandlerIsNeverCalledInsideFetch) {
  ShardHarness harness;
  bool called = false;
  harness.shard().fetch(request_for("http://10.0.0.1/"), [&called](const FetchOutcome&) { called = true; });
  EXPECT_FALSE(called);
  harness.poll();
  EXPECT_TRUE(called);
}

TEST(FetchConnection, StopAnswersEverythingAsOurOwnFailure) {
  DnsServer dns;
  DnsReply silent;
  silent.silent = true;
  dns.set("silent.test", RecordType::kA, silent);
  RawServer server([](RawConnection& connection) { connection.wait(3s); });
  ShardHarness harness(with_dns(dns));
  int ours = 0;
  const auto count = [&ours](const FetchOutcome& outcome) { ours += outcome.error == TransportError::kEngineError; };
  harness.shard().fetch(request_for(server.url()), count);
  harness.shard().fetch(request_for("http://silent.test/"), count);
  harness.poll();
  harness.shard().stop();
  EXPECT_EQ(ours, 0);
  harness.poll();
  EXPECT_EQ(ours, 2);
  EXPECT_EQ(harness.fetch(server.url()).error, TransportError::kEngineError);
}

TEST(FetchConnection, StartOverEndsTransfersAndGoesOn) {
  RawServer silent([](RawConnection& connection) { connection.wait(3s); });
  RawServer server(answer_with(kAnswer));
  ShardHarness harness;
  TransportError error = TransportError::kNone;
  harness.shard().fetch(request_for(silent.url()), [&error](const FetchOutcome& outcome) { error = outcome.error; });
  harness.poll();
  harness.shard().start_over("the network changed");
  harness.poll();
  EXPECT_EQ(error, TransportError::kEngineError);
  EXPECT_EQ(harness.fetch(server.url()).error, TransportError::kNone);
  EXPECT_EQ(harness.shard().counters().rebuilds, 1U);
}

TEST(FetchConnection, DestructionDropsWhatIsUnderWay) {
  RawServer server([](RawConnection& connection) { connection.wait(3s); });
  ShardHarness harness;
  harness.shard().fetch(request_for(server.url()), [](const FetchOutcome&) { FAIL(); });
  harness.poll();
}

}  // namespace
}  // namespace xuncha
