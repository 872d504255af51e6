#include "crawler/zone_look.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "crawler/resolver.h"
#include "tests/support/dns_server.h"

// Name servers as somebody with IPv6 alone meets them: a resolver on 127.0.0.1 that knows the zone, and the zone's own
// servers, all of them one on ::1.
namespace xuncha {
namespace {

using std::chrono::milliseconds;
using test::DnsReply;
using test::DnsServer;
using test::RecordType;

constexpr const char* kZone = "hezhen.gov.cn";

DnsReply soa() {
  DnsReply reply;
  reply.addresses = {"ns1.hezhen.gov.cn"};
  reply.authoritative = true;
  return reply;
}

DnsReply of(std::vector<std::string> values) {
  DnsReply reply;
  reply.addresses = std::move(values);
  return reply;
}

class ZoneLookTest : public testing::Test {
 protected:
  ZoneLookTest() {
    resolver_server_.set(kZone, RecordType::kNs, of({"ns1.hezhen.gov.cn"}));
    resolver_server_.set("ns1.hezhen.gov.cn", RecordType::kAaaa, of({"::1"}));
    resolver_server_.set("www.hezhen.gov.cn", RecordType::kA, of({"127.0.0.1"}));
    ResolverOptions options;
    options.servers = {resolver_server_.endpoint()};
    options.timeout = milliseconds(2'000);
    resolver_ = std::move(Resolver::create(context_, options)).value();
  }

  ZoneView look(std::string_view host = "www.hezhen.gov.cn", bool permitted = true) {
    ZoneLookOptions options;
    options.timeout = timeout_;
    options.port = zone_server_.endpoint().port;
    ZoneLook zones(context_, *resolver_, options);
    std::optional<ZoneView> seen;
    zones.look(
        host, [permitted](const IpAddress&) { return permitted; }, [&](ZoneView view) { seen = std::move(view); });
    EXPECT_FALSE(seen) << "called from inside";
    context_.restart();
    const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!seen && std::chrono::steady_clock::now() < patience) context_.run_one_for(milliseconds(50));
    EXPECT_TRUE(seen);
    return seen.value_or(ZoneView{});
  }
  bool answers(const DnsReply& reply) {
    zone_server_.set(kZone, RecordType::kSoa, reply);
    const ZoneView view = look();
    EXPECT_EQ(view.servers.size(), 1u);
    return view.servers.size() == 1 && view.servers.front().answers;
  }

  milliseconds timeout_{2'000};  // of one question; less where none is answered
  DnsServer resolver_server_;
  DnsServer zone_server_{Family::kIpv6};
  boost::asio::io_context context_;
  std::unique_ptr<Resolver> resolver_;
};

TEST_F(ZoneLookTest, AServerThatAnswersForItsZoneDoes) {
  zone_server_.set(kZone, RecordType::kSoa, soa());
  const ZoneView view = look();
  EXPECT_EQ(view.zone, kZone);
  ASSERT_EQ(view.servers.size(), 1u);
  EXPECT_EQ(view.servers[0].name, "ns1.hezhen.gov.cn");
  ASSERT_TRUE(view.servers[0].ipv6);
  EXPECT_EQ(format_address(*view.servers[0].ipv6), "::1");
  EXPECT_TRUE(view.servers[0].answers);
  EXPECT_EQ(zone_server_.questions(), 1);
  EXPECT_EQ(zone_server_.questions_by_tcp(), 0);
}

TEST_F(ZoneLookTest, ACutAnswerIsAskedForAgainByTcp_RFC7766) {
  DnsReply cut = soa();
  cut.only_tcp = true;
  EXPECT_TRUE(answers(cut));
  EXPECT_EQ(zone_server_.questions_by_tcp(), 1);
  cut.silent_over_tcp = true;  // so nobody gets the whole
  EXPECT_FALSE(answers(cut));
}

TEST_F(ZoneLookTest, WhereNoDatagramComesBackTcpIsTried_RFC9715) {
  timeout_ = milliseconds(400);
  DnsReply filtered = soa();
  filtered.silent_over_udp = true;
  EXPECT_TRUE(answers(filtered));
  EXPECT_EQ(zone_server_.questions(), 3);  // twice by UDP, once by TCP
  EXPECT_EQ(zone_server_.questions_by_tcp(), 1);
}

TEST_F(ZoneLookTest, OneThatIsSilentRefusesOrKnowsNothingDoesNot) {
  timeout_ = milliseconds(400);
  DnsReply silent = soa();
  silent.silent = true;
  EXPECT_FALSE(answers(silent));
  DnsReply refuses;
  refuses.code = 5;
  EXPECT_FALSE(answers(refuses));
  DnsReply lame = soa();  // by somebody's cache
  lame.authoritative = false;
  EXPECT_FALSE(answers(lame));
  DnsReply nothing;
  nothing.authoritative = true;
  EXPECT_FALSE(answers(nothing));
  DnsReply garbage;
  garbage.garbage = true;
  EXPECT_FALSE(answers(garbage));
  garbage.silent_over_udp = true;
  EXPECT_FALSE(answers(garbage));
}

TEST_F(ZoneLookTest, AServerWithoutAnUsableAddressIsSentNothing) {
  zone_server_.set(kZone, RecordType::kSoa, soa());
  const ZoneView refused = look("www.hezhen.gov.cn", /*permitted=*/false);
  ASSERT_EQ(refused.servers.size(), 1u);
  EXPECT_FALSE(refused.servers[0].ipv6);
  EXPECT_FALSE(refused.servers[0].answers);
  resolver_server_.set(kZone, RecordType::kNs, of({"ns1.hezhen.gov.cn", "ns2.hezhen.gov.cn"}));
  resolver_server_.set("ns2.hezhen.gov.cn", RecordType::kA, of({"127.0.0.1"}));
  const ZoneView half = look("www.hezhen.gov.cn", /*permitted=*/true);
  ASSERT_EQ(half.servers.size(), 2u);
  EXPECT_TRUE(half.servers[0].answers);
  EXPECT_FALSE(half.servers[1].answers);
  EXPECT_EQ(zone_server_.questions(), 1);
}

TEST_F(ZoneLookTest, TheZoneIsLookedForUpToTheRegistrableDomain) {
  zone_server_.set(kZone, RecordType::kSoa, soa());
  resolver_server_.set("zwgk.www.hezhen.gov.cn", RecordType::kA, of({"127.0.0.1"}));
  EXPECT_EQ(look("zwgk.www.hezhen.gov.cn").zone, kZone);
  resolver_server_.set("gov.cn", RecordType::kNs, of({"ns1.hezhen.gov.cn"}));
  EXPECT_EQ(look("www.elsewhere.gov.cn").zone, "");  // whose zone is not gov.cn's matter
  EXPECT_EQ(look("203.0.113.7").zone, "");
  EXPECT_EQ(look("localhost").zone, "");
}

TEST_F(ZoneLookTest, TheServersOfAnAliasAreThoseOfAnother) {
  DnsReply alias = of({"ns1.hezhen.gov.cn"});
  alias.alias = "www.cdn.example.com";
  resolver_server_.set("www.hezhen.gov.cn", RecordType::kNs, alias);
  zone_server_.set(kZone, RecordType::kSoa, soa());
  EXPECT_EQ(look().zone, kZone);
}

TEST_F(ZoneLookTest, House_OfManyServersThirteenAreLookedAt) {
  std::vector<std::string> names;
  for (int index = 0; index < 30; ++index) names.push_back("ns" + std::to_string(index) + ".hezhen.gov.cn");
  resolver_server_.set(kZone, RecordType::kNs, of(names));
  EXPECT_EQ(look().servers.size(), kNameServersMax);
}

TEST_F(ZoneLookTest, NobodyIsCalledWhenItIsGone) {
  zone_server_.set(kZone, RecordType::kSoa, soa());
  {
    ZoneLookOptions options;
    options.port = zone_server_.endpoint().port;
    ZoneLook zones(context_, *resolver_, options);
    zones.look(
        "www.hezhen.gov.cn", [](const IpAddress&) { return true; }, [](const ZoneView&) { FAIL(); });
    for (int turn = 0; turn < 100 && zone_server_.questions() == 0; ++turn) context_.run_one_for(milliseconds(50));
  }
  context_.restart();
  context_.run_for(milliseconds(200));
}

}  // namespace
}  // namespace xuncha
