#include "daemon/cli/check_options.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "core/civil.h"

namespace xuncha {
namespace {

CheckArguments arguments_for_one_site() {
  CheckArguments arguments;
  arguments.urls = {"http://www.example.gov.cn/"};
  return arguments;
}

// The option named in the refusal; empty when the arguments are accepted.
std::string refused(const CheckArguments& arguments) {
  const auto options = check_options(arguments);
  if (options) return {};
  EXPECT_EQ(options.error().code, ErrorCode::kUsage);
  EXPECT_FALSE(options.error().message.empty());
  return options.error().where;
}

TEST(CheckOptions, DefaultsAreThoseOfTheContract) {
  const auto result = check_options(arguments_for_one_site());
  ASSERT_TRUE(result);
  const CheckOptions& options = result.value();
  EXPECT_EQ(options.urls.at(0).href(), "http://www.example.gov.cn/");
  EXPECT_EQ(options.format, ReportFormat::kText);
  EXPECT_FALSE(options.max_pages);
  EXPECT_FALSE(options.max_depth);
  EXPECT_EQ(CheckOptions::kMaxPages, 5'000u);
  EXPECT_EQ(CheckOptions::kMaxDepth, 20u);
  EXPECT_FALSE(options.time_limit);
  EXPECT_FALSE(options.rate);
  EXPECT_FALSE(options.per_host);
  EXPECT_TRUE(options.external);
  EXPECT_FALSE(options.own_site);
  EXPECT_TRUE(options.rules.wants("link.broken"));
}

TEST(CheckOptions, UrlsMustBeHttp) {
  for (const char* url : {"www.example.gov.cn", "ftp://a/", "javascript:alert(1)", "http://", "", "http://a b/"}) {
    CheckArguments arguments;
    arguments.urls = {url};
    EXPECT_EQ(refused(arguments), "URL") << url;
  }
  EXPECT_EQ(refused(CheckArguments{}), "URL");
}

struct Row {
  const char* option;
  std::string CheckArguments::*field;
  std::vector<const char*> refused;
  std::vector<const char*> accepted;
};

TEST(CheckOptions, SingleValuesAreCheckedStrictly) {
  const Row kRows[] = {
      {"--format", &CheckArguments::format, {"xml", "JSON", ""}, {"text", "json", "csv", "html"}},
      {"--max-pages", &CheckArguments::max_pages, {"0", "-1", "ten", "1.5", "1 "}, {"1", "500"}},
      {"--max-depth", &CheckArguments::max_depth, {"-1", "x"}, {"0", "20"}},
      {"--time-limit",
       &CheckArguments::time_limit,
       {"10", "m", "10x", "0s", "-5m", "1e9d", "10m "},
       {"10m", "90s", "1h30m"}},
      {"--rate", &CheckArguments::rate, {"-1", "nan", "inf", "fast"}, {"0", "0.5", "10"}},
      {"--per-host", &CheckArguments::per_host, {"0", "-2", "many"}, {"1", "16"}},
      {"--now",
       &CheckArguments::now,
       {"yesterday", "2024-13-01", "2024-04-26T25:00:00Z"},
       {"2021-04-07T12:00:00+08:00"}},
      {"--dns",
       &CheckArguments::dns,
       {"localhost:53", "127.0.0.1:0", "::1]:53", "127.0.0.1:x"},
       {"127.0.0.1:53", "[::1]:53"}},
      {"--cacert", &CheckArguments::cacert, {"/nonexistent/ca.pem", "/dev/null"}, {}},
  };
  for (const Row& row : kRows) {
    for (const char* value : row.refused) {
      CheckArguments arguments = arguments_for_one_site();
      arguments.*row.field = value;
      EXPECT_EQ(refused(arguments), row.option) << value;
    }
    for (const char* value : row.accepted) {
      CheckArguments arguments = arguments_for_one_site();
      arguments.*row.field = value;
      EXPECT_EQ(refused(arguments), "") << row.option << ' ' << value;
    }
  }
}

TEST(CheckOptions, RepeatableValuesAreCheckedStrictly) {
  struct ListRow {
    const char* option;
    std::vector<std::string> CheckArguments::*field;
    std::vector<const char*> refused;
    std::vector<const char*> accepted;
  };
  const ListRow kRows[] = {
      {"--exclude", &CheckArguments::exclude, {"(", "a**"}, {"/search\\?", "\\.zip$"}},
      {"--only", &CheckArguments::only, {"links", "link.", "", "link.broken,,site"}, {"link", "site.*,link.broken"}},
      {"--skip", &CheckArguments::skip, {"nothing"}, {"link.hijacked"}},
      {"--allow-cidr",
       &CheckArguments::allow_cidr,
       {"10.0.0.0/33", "localhost", "10.0.0.0/8/8"},
       {"127.0.0.0/8", "fd00::/8"}},
      {"--connect",
       &CheckArguments::connect,
       {"a:80", "a:80:b", ":80:127.0.0.1", "a:0:127.0.0.1", "a/b:80:127.0.0.1"},
       {"a:80:127.0.0.1"}},
  };
  for (const ListRow& row : kRows) {
    for (const char* value : row.refused) {
      CheckArguments arguments = arguments_for_one_site();
      (arguments.*row.field).push_back(value);
      EXPECT_EQ(refused(arguments), row.option) << value;
    }
    for (const char* value : row.accepted) {
      CheckArguments arguments = arguments_for_one_site();
      (arguments.*row.field).push_back(value);
      EXPECT_EQ(refused(arguments), "") << row.option << ' ' << value;
    }
  }
}

TEST(CheckOptions, ConnectNamesAHostAPortAndAnAddress) {
  const auto plain = parse_connect("www.Example.gov.cn:80:127.0.0.1");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->host, "www.example.gov.cn");
  EXPECT_EQ(plain->port, 80);
  EXPECT_EQ(format_address(plain->address), "127.0.0.1");
  EXPECT_EQ(plain->address_port, 80);  // House_: without a second port it is the first
  const auto full = parse_connect("a:443:[::1]:8443");
  ASSERT_TRUE(full);
  EXPECT_EQ(format_address(full->address), "::1");
  EXPECT_EQ(full->address_port, 8443);
  const auto literal = parse_connect("[::1]:80:127.0.0.1:8080");
  ASSERT_TRUE(literal);
  EXPECT_EQ(literal->host, "[::1]");
}

TEST(CheckOptions, DurationsAreSumsOfNumbersWithUnits) {
  using std::chrono::milliseconds;
  EXPECT_EQ(parse_duration("10m"), milliseconds(600'000));
  EXPECT_EQ(parse_duration("1h30m"), milliseconds(5'400'000));
  EXPECT_EQ(parse_duration("1.5s"), milliseconds(1'500));
  EXPECT_EQ(parse_duration("250ms"), milliseconds(250));
  for (const char* text : {"", "5", "s", "5 s", "-5s", "5s5", "..s", "1e5s", "999999999999999d"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

TEST(CheckOptions, SkipWinsOverOnly) {
  const RuleSelection rules{.only = {"link"}, .skip = {"link.hijacked"}};
  EXPECT_TRUE(rules.wants("link.broken"));
  EXPECT_FALSE(rules.wants("link.hijacked"));
  EXPECT_FALSE(rules.wants("site.tls"));
}

TEST(CheckOptions, ExcludeMatchesAnywhereInTheUrl) {
  auto patterns = UrlPatterns::compile({"/search", "\\.zip$"});
  ASSERT_TRUE(patterns);
  EXPECT_TRUE(patterns.value().matches("http://a/search?q=1"));
  EXPECT_TRUE(patterns.value().matches("http://a/x.zip"));
  EXPECT_FALSE(patterns.value().matches("http://a/x.zip?y"));
  EXPECT_FALSE(UrlPatterns().matches("http://a/"));
}

TEST(CheckOptions, NowMayCarryAnOffset) {
  CheckArguments arguments = arguments_for_one_site();
  arguments.now = "2021-04-07T12:00:00+08:00";
  const auto options = check_options(arguments);
  ASSERT_TRUE(options);
  EXPECT_EQ(format_time(*options.value().now), "2021-04-07T04:00:00Z");
}

TEST(CheckOptions, ACertificateFileMustBeReadable) {
  const std::filesystem::path file = std::filesystem::path(testing::TempDir()) / "xuncha_check_options_ca.pem";
  std::ofstream(file) << "-----BEGIN CERTIFICATE-----\n";
  CheckArguments arguments = arguments_for_one_site();
  arguments.cacert = file;
  EXPECT_EQ(refused(arguments), "");
  std::filesystem::remove(file);
}

TEST(CheckOptions, NoColourIsHonoured) {  // https://no-color.org
  setenv("NO_COLOR", "1", 1);
  EXPECT_FALSE(wants_colour(1));
  unsetenv("NO_COLOR");
}

}  // namespace
}  // namespace xuncha
