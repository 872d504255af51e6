// A scripted name service, and what `xuncha check` says of a site whose names it tells: no fault of a resolver is told
// as one of the site, and all of it ends in time.
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "tests/e2e/small_site.h"
#include "tests/support/dns_server.h"
#include "tests/support/raw_server.h"
#include "tests/support/test_certificates.h"

namespace xuncha::test {
namespace {

constexpr const char* kHost = "www.hezhen.gov.cn";

std::string text_of(const Endpoint& endpoint) {
  return format_address(endpoint.address) + ":" + std::to_string(endpoint.port);
}

// A site, an anchor that shows our own network to be well, and one or two resolvers.
class Names : public testing::Test {
 protected:
  SmallCheck check(const std::vector<const DnsServer*>& resolvers, const std::string& more = {}) {
    std::string list;
    for (const DnsServer* each : resolvers) list += (list.empty() ? "\"" : ", \"") + text_of(each->endpoint()) + "\"";
    const TemporaryFile config("sites: [{home: \"" + home() + "\"}]\nresolvers: [" + list +
                               "]\nanchors: [\"127.0.0.1:" + std::to_string(anchor.port()) + "\"]\n" + more);
    const auto begun = std::chrono::steady_clock::now();
    SmallCheck seen = check_small(home(), {"--config", config.path()});
    took = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - begun);
    return seen;
  }
  std::string home() const { return std::string("http://") + kHost + ":" + std::to_string(site.port()) + "/"; }
  DnsReply here() const { return {.addresses = {"127.0.0.1"}}; }

  RawServer site{small_site(), {.address = "0.0.0.0"}};
  RawServer anchor{small_site()};
  DnsServer dns;
  DnsServer second;
  std::chrono::seconds took{};
};

TEST_F(Names, ANameThatIsWellKnownIsFollowed) {
  dns.set(kHost, RecordType::kA, here());
  const SmallCheck seen = check({&dns});
  EXPECT_EQ(seen.exit_code, 0) << seen.told() << seen.err;
}

TEST_F(Names, ANameThatTwoResolversDenyIsTold) {
  const SmallCheck seen = check({&dns, &second});
  EXPECT_EQ(seen.told(), "site.unreachable open dns_nxdomain; ") << seen.err;
  EXPECT_EQ(seen.exit_code, 1);
}

TEST_F(Names, ANameThatOneResolverDeniesIsFoundAtTheOther) {
  second.set(kHost, RecordType::kA, here());
  const SmallCheck seen = check({&dns, &second});
  EXPECT_EQ(seen.exit_code, 0) << seen.told() << seen.err;
}

// One sight of NXDOMAIN is none, and a second look is not answered out of our own cache.
TEST_F(Names, ANameThatIsDeniedOnceAndThenKnownIsNotAccused) {
  dns.set(kHost, RecordType::kA, {.code = 3});
  dns.set_later(kHost, RecordType::kA, 1, here());
  const SmallCheck seen = check({&dns});
  EXPECT_EQ(seen.told().find("open"), std::string::npos) << seen.told();
}

TEST_F(Names, AServfailOfOneMomentIsNotAccused) {
  dns.set(kHost, RecordType::kA, {.code = 2});
  dns.set(kHost, RecordType::kAaaa, {.code = 2});
  dns.set_later(kHost, RecordType::kA, 2, here());
  dns.set_later(kHost, RecordType::kAaaa, 2, {});
  const SmallCheck seen = check({&dns});
  EXPECT_EQ(seen.told().find("open"), std::string::npos) << seen.told();
}

TEST_F(Names, OneServerThatFailsIsFollowedByTheNext) {
  dns.set(kHost, RecordType::kA, {.code = 2});
  second.set(kHost, RecordType::kA, here());
  const SmallCheck seen = check({&dns, &second});
  EXPECT_EQ(seen.exit_code, 0) << seen.told() << seen.err;
}

struct Row {
  const char* name;
  DnsReply reply;
  int seconds_max;
};
// What a resolver says of a name whose own servers are broken: told by its reason, in bounded time.
TEST_F(Names, AZoneThatIsOutOfOrderIsToldByItsReason) {
  const Row rows[] = {
      {"SERVFAIL", {.code = 2}, 20},
      {"lame delegation", {.code = 5}, 20},
      {"a CNAME that leads back to itself", {.alias = kHost}, 20},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    DnsServer broken;
    broken.set(kHost, RecordType::kA, row.reply);
    broken.set(kHost, RecordType::kAaaa, row.reply);
    const SmallCheck seen = check({&broken});
    EXPECT_EQ(seen.told(), "site.unreachable open dns_failure; ") << seen.err;
    EXPECT_LT(took.count(), row.seconds_max);
  }
}

TEST_F(Names, AnAnswerThatIsCutIsAskedAgainByTcp_RFC7766) {
  dns.set(kHost, RecordType::kA, {.addresses = {"127.0.0.1"}, .only_tcp = true});
  const SmallCheck seen = check({&dns});
  EXPECT_EQ(seen.exit_code, 0) << seen.told() << seen.err;
}

TEST_F(Names, AThousandAddressesAreNoFault) {
  DnsReply many{.only_tcp = true};
  for (int index = 0; index < 1'000; ++index)
    many.addresses.push_back("127." + std::to_string(1 + index / 250) + ".0." + std::to_string(1 + index % 250));
  dns.set(kHost, RecordType::kA, many);
  const SmallCheck seen = check({&dns});
  EXPECT_EQ(seen.exit_code, 0) << seen.told() << seen.err;
}

TEST_F(Names, AnAnswerOfNoLifeIsKeptForOurShortestTime) {
  dns.set(kHost, RecordType::kA, {.addresses = {"127.0.0.1"}, .ttl = 0});
  const SmallCheck seen = check({&dns});
  EXPECT_EQ(seen.exit_code, 0) << seen.told() << seen.err;
  EXPECT_LT(dns.questions(), 20);
}

// A name outside that leads inside (DNS rebinding) is refused before anything is sent, and is no fault of the network.
TEST_F(Names, AnInternalAddressOfAPublicNameIsNeverConnected) {
  dns.set(kHost, RecordType::kA, {.addresses = {"10.0.0.1"}});
  const SmallCheck seen = check({&dns});
  EXPECT_EQ(seen.exit_code, 3) << seen.told();
  EXPECT_EQ(seen.told(), "");
  EXPECT_NE(seen.err.find("10.0.0.1"), std::string::npos) << seen.err;
  EXPECT_EQ(site.connections(), 0);
}

// Every question of every look is waited for as long as we wait for any: a minute in all.
class NamesInTime : public Names {};
TEST_F(NamesInTime, ANameServiceThatIsSilentIsToldWithinAMinuteOrTwo) {
  DnsServer silent;
  silent.set(kHost, RecordType::kA, {.silent = true});
  silent.set(kHost, RecordType::kAaaa, {.silent = true});
  const SmallCheck seen = check({&silent});
  EXPECT_EQ(seen.told(), "site.unreachable open dns_failure; ") << seen.err;
  EXPECT_LT(took.count(), 120);
}

}  // namespace
}  // namespace xuncha::test
