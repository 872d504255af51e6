#include "daemon/web/web_config.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/support/test_certificates.h"

namespace xuncha {
namespace {

using std::string;

constexpr const char* kHash = "$2y$10$abcdefghijklmnopqrstuuPWRtT5yx7FBi4dcf6ROhboeNunUrLQ.";

struct BadRow {
  string name;
  string text;
  std::vector<string> faults;  // "WHERE: MESSAGE", or how one begins

  friend std::ostream& operator<<(std::ostream& out, const BadRow& row) { return out << row.name; }
};

class BadWebConfig : public testing::TestWithParam<BadRow> {};

TEST_P(BadWebConfig, IsRefusedWithLineAndKey) {
  const WebConfigReading reading = parse_web_config(GetParam().text, "web.yml", "/nowhere");
  std::vector<string> faults;
  for (const Error& fault : reading.faults) {
    EXPECT_EQ(fault.code, ErrorCode::kConfiguration);
    faults.push_back(fault.where + ": " + fault.message);
  }
  ASSERT_EQ(faults.size(), GetParam().faults.size()) << (faults.empty() ? "" : faults.front());
  for (std::size_t index = 0; index < faults.size(); ++index) {
    EXPECT_EQ(faults[index].substr(0, GetParam().faults[index].size()), GetParam().faults[index]);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Rows, BadWebConfig,
    testing::Values(
        BadRow{"NoYaml", "a: [", {"web.yml:1: is no YAML: "}},
        BadRow{"NoMap", "- a", {"web.yml:1: the file: must be a map; permitted keys: tls_server_config, basic_auth"}},
        BadRow{"UnknownKey",
               "tls_config: {}\n",
               {"web.yml:1: tls_config: is unknown or not supported; permitted: tls_server_config, basic_auth_users"}},
        BadRow{"HttpServerConfigIsNotPassedOver",
               "basic_auth_users: {}\nhttp_server_config: {http2: false}\n",
               {"web.yml:2: http_server_config: is unknown or not supported"}},
        BadRow{"Twice", "basic_auth_users: {}\nbasic_auth_users: {}\n", {"web.yml:2: basic_auth_users: stands twice"}},
        BadRow{"TlsNoMap", "tls_server_config: yes\n", {"web.yml:1: tls_server_config: must be a map"}},
        BadRow{"TlsEmpty",
               "tls_server_config: {}\n",
               {"web.yml:1: tls_server_config.cert_file: is missing",
                "web.yml:1: tls_server_config.key_file: is missing"}},
        BadRow{"ClientCertificatesAreNotPassedOver",
               "tls_server_config:\n  client_auth_type: RequireAndVerifyClientCert\n",
               {"web.yml:2: tls_server_config.client_auth_type: is unknown or not supported; permitted: cert_file, "
                "key_file, min_version"}},
        BadRow{"KeyNotThere",
               "tls_server_config:\n  cert_file: a\n  key_file: b\n",
               {"web.yml:3: tls_server_config.key_file: \"/nowhere/b\" cannot be read"}},
        BadRow{"OldVersion",
               "tls_server_config:\n  min_version: TLS10\n",
               {"web.yml:2: tls_server_config.min_version: \"TLS10\" is not permitted; TLS12 or TLS13"}},
        BadRow{
            "EmptyFileName", "tls_server_config: {cert_file: ''}\n", {"web.yml:1: tls_server_config.cert_file: must"}},
        BadRow{"UsersNoMap", "basic_auth_users: [a]\n", {"web.yml:1: basic_auth_users: must be a map of user names"}},
        BadRow{
            "PasswordInClear",
            "basic_auth_users:\n  prom: geheim\n",
            {"web.yml:2: basic_auth_users.prom: must be a bcrypt hash with a cost of 4 to 14; make one by: htpasswd"}},
        BadRow{"HashTooShort",
               "basic_auth_users: {prom: $2y$10$abcdefghijklmnopqrstuu}\n",
               {"web.yml:1: basic_auth_users.prom: must be a bcrypt hash"}},
        BadRow{"HashTooDear",
               "basic_auth_users: {prom: $2y$15$abcdefghijklmnopqrstuuPWRtT5yx7FBi4dcf6ROhboeNunUrLQ.}\n",
               {"web.yml:1: basic_auth_users.prom: must be a bcrypt hash"}},
        BadRow{
            "OtherHash", "basic_auth_users: {prom: $6$a$b}\n", {"web.yml:1: basic_auth_users.prom: must be a bcrypt"}},
        BadRow{"UserWithColon",
               string("basic_auth_users: {'a:b': ") + kHash + "}\n",
               {"web.yml:1: basic_auth_users.a:b: a user's name must not be empty and holds no colon"}},
        BadRow{"UserTwice",
               string("basic_auth_users:\n  a: ") + kHash + "\n  a: " + kHash + "\n",
               {"web.yml:3: basic_auth_users.a: stands twice"}}),
    [](const auto& row) { return row.param.name; });

TEST(WebConfig, APasswordInClearIsNotRepeatedInTheMessage) {
  const auto reading = parse_web_config("basic_auth_users: {prom: geheim}\n", "web.yml", "/");
  ASSERT_EQ(reading.faults.size(), 1u);
  EXPECT_EQ(reading.faults[0].message.find("geheim"), string::npos);
}

TEST(WebConfig, AGoodFileIsRead) {
  const test::TemporaryFile key("key");
  ASSERT_EQ(chmod(key.path().c_str(), 0640), 0);
  const auto reading = parse_web_config("tls_server_config:\n  cert_file: tls/cert.pem\n  key_file: " + key.path() +
                                            "\n  min_version: TLS13\nbasic_auth_users:\n  a: " + kHash + "\n",
                                        "web.yml", "/etc/xuncha");
  ASSERT_TRUE(reading.faults.empty()) << reading.faults[0].message;
  EXPECT_EQ(reading.config.tls->cert_file, "/etc/xuncha/tls/cert.pem") << "relative to the file that names it";
  EXPECT_EQ(reading.config.tls->key_file, key.path());
  EXPECT_EQ(reading.config.tls->version_min, TlsVersion::kTls13);
  ASSERT_EQ(reading.config.users.size(), 1u);
  EXPECT_EQ(reading.config.users[0].name, "a");
  EXPECT_EQ(reading.config.users[0].bcrypt, kHash);
}

TEST(WebConfig, AnEmptyFileAsksForNothing) {
  const auto reading = parse_web_config("", "web.yml", "/");
  EXPECT_TRUE(reading.faults.empty());
  EXPECT_FALSE(reading.config.tls);
  EXPECT_TRUE(reading.config.users.empty());
}

TEST(WebConfig, AFileThatIsNotThereIsAFault) {
  EXPECT_EQ(read_web_config("/nowhere/web.yml").faults.size(), 1u);
}

TEST(WebConfig, AKeyThatEverybodyMayReadIsRefused) {
  const test::TemporaryFile key("key");
  ASSERT_EQ(chmod(key.path().c_str(), 0644), 0);
  const auto reading =
      parse_web_config("tls_server_config: {cert_file: c, key_file: " + key.path() + "}\n", "web.yml", "/");
  ASSERT_EQ(reading.faults.size(), 1u);
  EXPECT_NE(reading.faults[0].message.find("can be read by everybody"), string::npos);
}

TEST(WebToken, IsOneLineOfEnoughCharacters) {
  const auto read = [](const string& text, mode_t mode = 0600) {
    const test::TemporaryFile file(text);
    chmod(file.path().c_str(), mode);
    const auto token = read_token_file(file.path());
    return token ? token.value() : "refused";
  };
  EXPECT_EQ(read("0123456789abcdef"), "0123456789abcdef");
  EXPECT_EQ(read("0123456789abcdef\n"), "0123456789abcdef");
  EXPECT_EQ(read("0123456789abcdef\r\n"), "0123456789abcdef");
  EXPECT_EQ(read("0123456789abcdef", 0644), "refused") << "everybody may read it";
  for (const string& bad : {string(), string("short"), string("0123456789 abcdef"), string("0123456789abcdef\n\n"),
                            string("0123456789abcdef\nmore"), string(513, 'x'), string(17, '\0')}) {
    EXPECT_EQ(read(bad), "refused") << bad;
  }
  EXPECT_FALSE(read_token_file("/nowhere/token"));
}

}  // namespace
}  // namespace xuncha
