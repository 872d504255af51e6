#include "core/ip_address.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace xuncha {
namespace {

IpAddress address(const std::string& text) {
  const auto parsed = parse_address(text);
  EXPECT_TRUE(parsed) << text;
  return parsed.value_or(IpAddress{});
}

Cidr cidr(const std::string& text) {
  const auto parsed = parse_cidr(text);
  EXPECT_TRUE(parsed) << text;
  return parsed.value_or(Cidr{});
}

TEST(IpAddress, ParsesAndFormats) {
  const std::pair<const char*, const char*> rows[] = {
      {"1.2.3.4", "1.2.3.4"},
      {"255.255.255.255", "255.255.255.255"},
      {"::", "::"},
      {"[::1]", "::1"},
      {"1::", "1::"},
      {"2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},     // RFC 5952 4.2.3: the first of equal runs
      {"2001:0db8:0:0:0:0:2:1", "2001:db8::2:1"},        // RFC 5952 4.2.1
      {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},  // RFC 5952 4.2.2: one zero is written out
      {"1:0:0:0:2:0:0:0", "1::2:0:0:0"},
      {"::ffff:1.2.3.4", "::ffff:1.2.3.4"},  // RFC 5952 5
      {"::13.1.68.3", "::d01:4403"},         // RFC 4291 2.2 form 3
      {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
      {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
  };
  for (const auto& [text, expected] : rows) EXPECT_EQ(format_address(address(text)), expected) << text;
}

TEST(IpAddress, RefusesEveryOtherSpelling) {
  for (const char* text : {"",
                           "1.2.3",
                           "1.2.3.4.5",
                           "1.2.3.256",
                           "01.2.3.4",
                           "0x1.2.3.4",
                           "1.2.3.4 ",
                           " 1.2.3.4",
                           "1.2.3.4.",
                           "[1.2.3.4]",
                           ":",
                           ":::",
                           "::1::",
                           "1:2:3:4:5:6:7",
                           "12345::",
                           "1:2:3:4:5:6:7:8:9",
                           "::1%eth0",
                           "fe80::1%1",
                           "::1.2.3",
                           "::1.2.3.04",
                           "1:2:3:4:5:6:7:1.2.3.4",
                           "1::2:3:4:5:6:7:8",
                           "g::",
                           "1:",
                           ":1",
                           "[::1",
                           "::1]",
                           "localhost"}) {
    EXPECT_FALSE(parse_address(text)) << text;
  }
}

TEST(IpAddress, CidrContainsItsEndsAndNotItsNeighbours) {
  const Cidr range = cidr("10.9.8.7/13");
  EXPECT_EQ(format_cidr(range), "10.8.0.0/13");
  EXPECT_TRUE(range.contains(address("10.8.0.0")));
  EXPECT_TRUE(range.contains(address("10.15.255.255")));
  EXPECT_FALSE(range.contains(address("10.7.255.255")));
  EXPECT_FALSE(range.contains(address("10.16.0.0")));
  EXPECT_FALSE(range.contains(address("::ffff:10.8.0.0")));
  EXPECT_TRUE(cidr("::/0").contains(address("ffff::")));
  EXPECT_FALSE(cidr("::/0").contains(address("1.2.3.4")));
  EXPECT_TRUE(cidr("0.0.0.0/0").contains(address("1.2.3.4")));
  EXPECT_EQ(format_cidr(cidr("::1")), "::1/128");
  for (const char* text : {"10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/08", "10.0.0.0/-1", "10.0.0.0/8 ", "/8"}) {
    EXPECT_FALSE(parse_cidr(text)) << text;
  }
}

IpAddress last_of(const Cidr& range) {
  IpAddress last = range.address;
  const int begin = range.address.family == Family::kIpv4 ? 96 + range.prefix_bits : range.prefix_bits;
  for (int bit = begin; bit < 128; ++bit) {
    last.bytes[static_cast<std::size_t>(bit / 8)] |= static_cast<std::uint8_t>(0x80 >> (bit % 8));
  }
  return last;
}

// The IANA special-purpose registries (RFC 6890 and successors).
TEST(AddressPolicy, RefusesBothEndsOfEverySpecialRange) {
  const AddressPolicy policy;
  for (const char* text :
       {"0.0.0.0/8",      "10.0.0.0/8",   "100.64.0.0/10",  "127.0.0.0/8",    "169.254.0.0/16", "172.16.0.0/12",
        "192.0.0.0/24",   "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",  "198.51.100.0/24",
        "203.0.113.0/24", "224.0.0.0/4",  "240.0.0.0/4",    "::/128",         "::1/128",        "::ffff:0:0/96",
        "::/96",          "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16",      "2001::/32",      "100::/64",
        "2001:2::/48",    "2001:10::/28", "2001:20::/28",   "2001:db8::/32",  "3fff::/20",      "fc00::/7",
        "fe80::/10",      "fec0::/10",    "ff00::/8",       "::/3",           "4000::/2",       "8000::/1"}) {
    const Cidr range = cidr(text);
    EXPECT_FALSE(policy.judge(range.address).allowed) << text << " first";
    EXPECT_FALSE(policy.judge(last_of(range)).allowed) << text << " last";
  }
}

TEST(AddressPolicy, AllowsTheNeighboursOfSpecialRanges) {
  const AddressPolicy policy;
  for (const char* text :
       {"1.0.0.0",     "9.255.255.255",   "11.0.0.0",        "100.63.255.255", "100.128.0.0",     "126.255.255.255",
        "128.0.0.0",   "169.253.255.255", "169.255.0.0",     "172.15.255.255", "172.32.0.0",      "191.255.255.255",
        "192.0.1.0",   "192.0.1.255",     "192.0.3.0",       "192.88.98.255",  "192.88.100.0",    "192.167.255.255",
        "192.169.0.0", "198.17.255.255",  "198.20.0.0",      "198.51.99.255",  "198.51.101.0",    "203.0.112.255",
        "203.0.114.0", "223.255.255.255", "2001:1::",        "2001:3::",       "2001:db7:ffff::", "2001:db9::",
        "2003::",      "2408:8756::1",    "2606:4700::1111", "3ffe:ffff::"}) {
    EXPECT_TRUE(policy.judge(address(text)).allowed) << text << " " << policy.judge(address(text)).range;
  }
}

TEST(AddressPolicy, TellsTheRangeThatRefuses) {
  const AddressPolicy policy;
  const std::pair<const char*, const char*> rows[] = {
      {"127.0.0.1", "127.0.0.0/8"},
      {"100.100.100.200", "100.64.0.0/10"},  // the metadata service of a large cloud
      {"169.254.169.254", "169.254.0.0/16"},
      {"255.255.255.255", "255.255.255.255/32"},
      {"::1", "::1/128"},
      {"::", "::/128"},
      {"::ffff:127.0.0.1", "::ffff:0.0.0.0/96"},
      {"::127.0.0.1", "::/96"},
      {"64:ff9b::7f00:1", "127.0.0.0/8"},
      {"64:ff9b::a00:1", "10.0.0.0/8"},
      {"2002:7f00:1::", "127.0.0.0/8"},
      {"2002:c0a8:101::1", "192.168.0.0/16"},
      {"2001:0:7f00:1::", "127.0.0.0/8"},                  // Teredo server
      {"2001:0:808:808:0:0:80ff:fffe", "127.0.0.0/8"},     // Teredo client 127.0.0.1, bits inverted
      {"2001:0:808:808:0:0:3f57:fefe", "192.168.0.0/16"},  // Teredo client 192.168.1.1
  };
  for (const auto& [text, range] : rows) {
    const AddressVerdict verdict = policy.judge(address(text));
    EXPECT_FALSE(verdict.allowed) << text;
    EXPECT_EQ(verdict.range, range) << text;
  }
}

// An IPv6-only network reaches every IPv4 site through NAT64; 6to4 and Teredo are as good as the address inside.
TEST(AddressPolicy, House_TranslatedAddressesAreJudgedByWhatTheyCarry) {
  const AddressPolicy policy;
  EXPECT_TRUE(policy.judge(address("64:ff9b::808:808")).allowed);
  EXPECT_TRUE(policy.judge(address("2002:808:808::1")).allowed);
  EXPECT_TRUE(policy.judge(address("2001:0:808:808:0:0:f7f7:f7f7")).allowed);
  EXPECT_FALSE(policy.judge(address("::ffff:8.8.8.8")).allowed);
  EXPECT_FALSE(policy.judge(address("::8.8.8.8")).allowed);
  EXPECT_FALSE(policy.judge(address("64:ff9b:1::808:808")).allowed);
}

TEST(AddressPolicy, PermittedRangesOverrideAndOpenNothingElse) {
  const AddressPolicy policy({cidr("10.20.0.0/16"), cidr("127.0.0.1/32"), cidr("fd00:1::/32")});
  for (const char* text : {"10.20.0.0", "10.20.255.255", "127.0.0.1", "fd00:1::", "fd00:1:ffff::1", "8.8.8.8"}) {
    EXPECT_TRUE(policy.judge(address(text)).allowed) << text;
  }
  for (const char* text : {"10.19.255.255", "10.21.0.0", "127.0.0.2", "fd00:2::", "::1", "192.168.0.1",
                           "::ffff:10.20.0.1", "::ffff:127.0.0.1", "64:ff9b::a14:1", "2002:a14:1::", "::127.0.0.1"}) {
    EXPECT_FALSE(policy.judge(address(text)).allowed) << text;
  }
  EXPECT_FALSE(AddressPolicy().judge(address("10.20.0.1")).allowed) << "another site's policy";
}

// https://fetch.spec.whatwg.org/#port-blocking
TEST(BadPorts, AreThoseOfTheFetchStandard) {
  for (const std::uint16_t port :
       {0, 1, 21, 22, 25, 110, 119, 143, 465, 587, 993, 2049, 4190, 5060, 6000, 6566, 6665, 6669, 6697, 10080}) {
    EXPECT_TRUE(is_bad_port(port)) << port;
  }
  for (const std::uint16_t port :
       {80, 443, 81, 2, 8080, 8443, 9080, 6670, 6664, 10081, 7001, 65535, 5432, 6379, 9090}) {
    EXPECT_FALSE(is_bad_port(port)) << port;
  }
  int count = 0;
  for (int port = 0; port <= 65535; ++port) count += is_bad_port(static_cast<std::uint16_t>(port)) ? 1 : 0;
  EXPECT_EQ(count, 83);
}

}  // namespace
}  // namespace xuncha
