#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <optional>

#include "daemon/cli/command_line.h"
#include "daemon/cli/exit_code.h"

namespace xuncha {
namespace {

// What `xuncha check` is asked to do by these arguments; nullopt when they are refused.
std::optional<CheckOptions> asked(std::vector<std::string> arguments) {
  CLI::App app;
  CommandLine line{app, Language::kEnglish, {}, {}};
  std::optional<CheckOptions> options;
  add_check_command(line, [&options](const CheckOptions& checked) {
    options = checked;
    return static_cast<int>(kExitClean);
  });
  arguments.insert(arguments.begin(), "check");
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  try {
    app.parse(reversed);
  } catch (const CLI::ParseError&) {
    return std::nullopt;
  }
  return line.action() == kExitClean ? options : std::nullopt;
}

TEST(CheckCommand, TakesSeveralSites) {
  const auto options = asked({"http://a/", "https://b/"});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->urls.size(), 2u);
}

TEST(CheckCommand, RepeatableOptionsTakeOneValueEach) {
  const auto options = asked({"--exclude", "x", "--exclude", "y", "--connect", "a:80:127.0.0.1", "--allow-cidr",
                              "127.0.0.0/8", "--only", "link,site", "--skip", "site.tls", "http://a/"});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->urls.size(), 1u);
  EXPECT_TRUE(options->exclude.matches("y"));
  EXPECT_EQ(options->connect.size(), 1u);
  EXPECT_EQ(options->allow_cidr.size(), 1u);
  EXPECT_TRUE(options->rules.wants("site.soft404"));
  EXPECT_FALSE(options->rules.wants("site.tls"));
}

TEST(CheckCommand, KnowsEveryOptionOfTheContract) {  // docs/INTERFACE.md, xuncha check
  const auto options = asked({"http://a/",
                              "--format",
                              "json",
                              "--out",
                              "/tmp/x",
                              "--max-pages",
                              "7",
                              "--max-depth",
                              "3",
                              "--time-limit",
                              "10m",
                              "--rate",
                              "0",
                              "--per-host",
                              "16",
                              "--own-site",
                              "--no-external",
                              "--pages",
                              "--now",
                              "2021-04-07T12:00:00+08:00",
                              "--dns",
                              "127.0.0.1:53",
                              "--data-dir",
                              "/tmp/d"});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->format, ReportFormat::kJson);
  EXPECT_EQ(options->out, "/tmp/x");
  EXPECT_EQ(options->max_pages, 7u);
  EXPECT_EQ(options->max_depth, 3u);
  EXPECT_EQ(options->rate, 0.0);
  EXPECT_EQ(options->per_host, 16u);
  EXPECT_TRUE(options->own_site);
  EXPECT_FALSE(options->external);
  EXPECT_TRUE(options->pages);
  EXPECT_TRUE(options->dns);
  EXPECT_EQ(options->data_dir, "/tmp/d");
}

TEST(CheckCommand, RefusesWhatItDoesNotKnow) {
  EXPECT_FALSE(asked({}));
  EXPECT_FALSE(asked({"http://a/", "--no-such-option"}));
  EXPECT_FALSE(asked({"http://a/", "--max-pages"}));
  EXPECT_FALSE(asked({"http://a/", "--format", "xml"}));
}

}  // namespace
}  // namespace xuncha
