// Certificates made on the fly, on servers that speak real TLS: what `xuncha check` says of each (site.tls).
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/civil.h"
#include "core/clock.h"
#include "tests/e2e/small_site.h"
#include "tests/support/raw_server.h"
#include "tests/support/test_certificates.h"

namespace xuncha::test {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

constexpr const char* kHost = "www.hezhen.gov.cn";

// One authority for all; its root is what the program is told to trust.
struct Trust {
  TestAuthority authority;
  TemporaryFile bundle{authority.root_pem()};
};
const Trust& trust() {
  static const Trust one;
  return one;
}

SmallCheck check(std::uint16_t port) {
  const std::string where = std::string(kHost) + ":" + std::to_string(port);
  return check_small("https://" + where + "/",
                     {"--connect", where + ":127.0.0.1:" + std::to_string(port), "--cacert", trust().bundle.path()});
}

CertificateWish wish(std::chrono::hours begins, std::chrono::hours ends) {
  return {.names = {std::string("DNS:") + kHost}, .begins = begins, .ends = ends};
}

// What stands in a Chinese sentence besides Chinese: only names and figures that a reader expects there.
bool is_plain_chinese(const std::string& text) {
  for (const char* word : {"notAfter", "notBefore", " d", "OpenSSL", "SSL", "certificate", "issuer", "tls_"}) {
    if (text.find(word) != std::string::npos) return false;
  }
  return !text.empty();
}

struct Row {
  const char* name;
  TestIdentity identity;
  const char* reason;  // null: none
  const char* says;    // part of the detail
};

TEST(Certificates, EachFaultIsToldByItsReasonInPlainWordsAndWithTheCertificate) {
  const TestAuthority& authority = trust().authority;
  const TestAuthority stranger;
  CertificateWish other_name = wish(-24h, 24h * 90);
  other_name.names = {"DNS:www.elsewhere.gov.cn"};
  std::vector<Row> rows;
  rows.push_back({"expired", authority.issue(wish(-48h, -24h)), "tls_expired", "已经过期"});
  rows.push_back({"not yet valid", authority.issue(wish(48h, 24h * 90)), "tls_expired", "还没有到生效日期"});
  rows.push_back({"wrong name", authority.issue(other_name), "tls_name", "不是发给这个域名的"});
  rows.push_back({"self-signed", self_signed(wish(-24h, 24h * 90)), "tls_failure", "自己签发"});
  rows.push_back({"unknown authority", stranger.issue(wish(-24h, 24h * 90)), "tls_failure", "受信任"});
  rows.push_back({"missing intermediate",
                  authority.issue(wish(-24h, 24h * 90), TestAuthority::Chain::kWithoutIntermediate), "tls_failure",
                  "缺少中间证书"});
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const RawServer server(small_site(), {.tls = &row.identity});
    const SmallCheck seen = check(server.port());
    EXPECT_EQ(seen.exit_code, 1) << seen.err;
    ASSERT_EQ(seen.findings.size(), 1u) << seen.told() << seen.err;  // what stands behind it is judged, and well
    const json& finding = seen.findings.front();
    EXPECT_EQ(finding["rule"], "site.tls");
    EXPECT_EQ(finding["reason"], row.reason);
    EXPECT_EQ(finding["state"], "open");
    EXPECT_EQ(finding["confirmations"], 2);
    const std::string detail = finding["detail"];
    EXPECT_NE(detail.find(row.says), std::string::npos) << detail;
    EXPECT_TRUE(is_plain_chinese(detail)) << detail;
    EXPECT_TRUE(is_plain_chinese(finding["advice"])) << finding["advice"];
    const json& headers = finding["evidence"]["headers"];
    EXPECT_EQ(headers["certificate-sha256"].get<std::string>().size(), 64u) << headers;
    EXPECT_TRUE(parse_time(headers["certificate-not-after"].get<std::string>()));
    EXPECT_EQ(headers["certificate-subject"].get<std::string>().substr(0, 3), "CN=") << headers;
    EXPECT_TRUE(headers.contains("certificate-issuer"));
  }
}

TEST(Certificates, OneThatEndsSoonIsToldByTheAlarmThatIsReached) {
  struct End {
    std::chrono::hours left;
    const char* alarm;  // null: nothing is told
    const char* severity;
    const char* says;
  };
  for (const End& row : {End{24h * 31 + 1h, nullptr, "", ""}, End{24h * 29 + 1h, "30 d", "major", "不足 30 天"},
                         End{24h * 13 + 1h, "14 d", "major", "不足 14 天"},
                         End{24h * 6 + 1h, "7 d", "critical", "不足 7 天"}, End{12h, "1 d", "critical", "不足 1 天"}}) {
    SCOPED_TRACE(row.left.count());
    const TestIdentity identity = trust().authority.issue(wish(-24h, row.left));
    const RawServer server(small_site(), {.tls = &identity});
    const SmallCheck seen = check(server.port());
    EXPECT_EQ(seen.exit_code, row.alarm == nullptr ? 0 : 1) << seen.err;
    EXPECT_EQ(seen.findings.size(), row.alarm == nullptr ? 0u : 1u) << seen.told();
    if (row.alarm == nullptr || seen.findings.empty()) continue;
    const json& finding = seen.findings.front();
    EXPECT_EQ(finding["rule"], "site.tls");
    EXPECT_TRUE(finding["reason"].is_null());
    EXPECT_EQ(finding["state"], "open");
    EXPECT_EQ(finding["severity"], row.severity);
    EXPECT_EQ(finding["evidence"]["limit"], row.alarm);
    const std::string detail = finding["detail"];
    EXPECT_NE(detail.find(row.says), std::string::npos) << detail;
    EXPECT_TRUE(is_plain_chinese(detail)) << detail;
    const auto ends = parse_time(finding["evidence"]["headers"]["certificate-not-after"].get<std::string>());
    ASSERT_TRUE(ends);
    EXPECT_NE(detail.find("北京时间 " + format_beijing(*ends)), std::string::npos) << detail;
  }
}

TEST(Certificates, AServerOfOldTlsAloneIsToldAsSuch_RFC8996) {
  const TestIdentity identity = trust().authority.issue(wish(-24h, 24h * 90));
  const RawServer server(small_site(), {.tls = &identity, .tls_version_max = TLS1_VERSION});
  const SmallCheck seen = check(server.port());
  EXPECT_EQ(seen.exit_code, 1) << seen.err;
  ASSERT_EQ(seen.findings.size(), 1u) << seen.told() << seen.err;
  const json& finding = seen.findings.front();
  EXPECT_EQ(finding["reason"], "tls_obsolete");
  EXPECT_EQ(finding["state"], "open");
  const std::string detail = finding["detail"];
  EXPECT_NE(detail.find("TLS 1.0"), std::string::npos) << detail;
  EXPECT_TRUE(finding["evidence"]["headers"].contains("certificate-sha256"));
}

// What a portal offers under its other scheme is information: nobody is accused of offering one alone.
TEST(Certificates, WhatTheOtherSchemeShowsStandsInTheRecordOfTheSiteAndIsNoFinding) {
  const TestIdentity valid = trust().authority.issue(wish(-24h, 24h * 90));
  const TestIdentity expired = trust().authority.issue(wish(-48h, -24h));
  CertificateWish other_name = wish(-24h, 24h * 90);
  other_name.names = {"DNS:www.elsewhere.gov.cn"};
  const TestIdentity named_otherwise = trust().authority.issue(other_name);
  const RawServer::Script stranger = answer_with(
      "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 87\r\n\r\n"
      "<html><head><title>Welcome to nginx!</title></head><body><p>It works.</p></body></html>");
  const RawServer::Script to_https =
      answer_with(std::string("HTTP/1.1 301 Moved\r\nLocation: https://") + kHost + "/\r\nContent-Length: 0\r\n\r\n");
  struct Other {
    const char* home;
    RawServer::Script script;  // null: nobody listens
    const TestIdentity* identity;
    const char* state;
    const char* reason;
  };
  for (const Other& row :
       {Other{"http", small_site(), &valid, "ok", ""}, Other{"http", nullptr, nullptr, "none", "connect_refused"},
        Other{"http", small_site(), &expired, "broken", "tls_expired"},
        Other{"http", small_site(), &named_otherwise, "broken", "tls_name"},
        Other{"http", stranger, &valid, "other_content", ""}, Other{"https", to_https, nullptr, "redirect", ""},
        Other{"https", small_site(), nullptr, "ok", ""}, Other{"https", nullptr, nullptr, "none", "connect_refused"}}) {
    SCOPED_TRACE(std::string(row.home) + " " + row.state + " " + row.reason);
    const bool is_secure = std::string_view(row.home) == "https";
    const RawServer home(small_site(), {.tls = is_secure ? &valid : nullptr});
    std::unique_ptr<RawServer> other;
    if (row.script) other = std::make_unique<RawServer>(row.script, RawServer::Options{.tls = row.identity});
    const auto at = [](int port, int server) {
      return std::string(kHost) + ":" + std::to_string(port) + ":127.0.0.1:" + std::to_string(server);
    };
    const int nobody = 1;
    const SmallCheck seen =
        check_small(std::string(row.home) + "://" + kHost + "/",
                    {"--connect", at(is_secure ? 443 : 80, home.port()), "--connect",
                     at(is_secure ? 80 : 443, other ? other->port() : nobody), "--cacert", trust().bundle.path()});
    EXPECT_EQ(seen.exit_code, 0) << seen.err;
    EXPECT_TRUE(seen.findings.empty()) << seen.told();
    ASSERT_TRUE(seen.site.contains("other_scheme")) << seen.site;
    const json& told = seen.site["other_scheme"];
    EXPECT_EQ(told["url"], std::string(is_secure ? "http" : "https") + "://" + kHost + "/");
    EXPECT_EQ(told["state"], row.state);
    EXPECT_EQ(told["reason"].is_null() ? "" : told["reason"].get<std::string>(), row.reason);
  }
}

// A server that speaks TLCP alone turns every TLS greeting away: nothing is known of it, so nothing is told.
TEST(Certificates, AServerThatAgreesToNoTlsAtAllIsNotAccused_GBT38636) {
  const RawServer server([](RawConnection& connection) {
    connection.send_raw(std::string("\x15\x01\x01\x00\x02\x02\x28", 7));
    connection.wait_for_close(500ms);
  });
  const SmallCheck seen = check(server.port());
  EXPECT_EQ(seen.exit_code, 3) << seen.err;
  EXPECT_TRUE(seen.findings.empty()) << seen.told();
}

}  // namespace
}  // namespace xuncha::test
