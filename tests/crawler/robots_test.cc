#include "crawler/robots.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "core/limits.h"
#include "tests/support/stopwatch.h"

namespace xuncha {
namespace {

std::filesystem::path corpus() {
  const char* set = std::getenv("XUNCHA_CORPUS");
  if (set != nullptr) return set;
  return std::filesystem::path(XUNCHA_SOURCE_DIR) / "../shared/corpus";
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

bool allowed(std::string_view body, std::string_view path, std::string_view agent = "xuncha") {
  return RobotsRules::parse(body, agent).judge(path).allowed;
}

struct Judgement {
  const char* rule;
  std::string body;
  std::string_view path;
  bool allowed;
};

void check(const std::vector<Judgement>& rows) {
  for (const Judgement& row : rows) EXPECT_EQ(allowed(row.body, row.path), row.allowed) << row.rule;
}

// --- groups -------------------------------------------------------------------------------------------------------

TEST(RobotsGroups, Rfc9309_2_2_1_OurGroupElseTheStarGroup) {
  check({
      {"ours_beats_star", "User-agent: *\nDisallow: /\nUser-agent: xuncha\nDisallow: /a\n", "/b", true},
      {"ours_applies", "User-agent: *\nDisallow: /\nUser-agent: xuncha\nDisallow: /a\n", "/a", false},
      {"case_is_ignored", "USER-AGENT: XunCha\ndisALLOW: /a", "/a", false},
      {"version_in_the_line_is_ignored", "User-agent: xuncha/0.9\nDisallow: /a", "/a", false},
      {"a_longer_token_is_another", "User-agent: xuncha-news\nDisallow: /a", "/a", true},
      {"a_shorter_token_is_another", "User-agent: xun\nDisallow: /a", "/a", true},
      {"star_when_nothing_names_us", "User-agent: other\nDisallow: /\nUser-agent: *\nDisallow: /a\n", "/a", false},
      {"no_group_at_all", "Disallow: /a\n", "/a", true},
      {"blank_lines_end_no_group", "User-agent: xuncha\n\nUser-agent: *\nDisallow: /", "/a", false},
      {"rules_before_any_agent_are_nobodys", "Disallow: /\nUser-agent: *\nDisallow: /a", "/b", true},
  });
}

TEST(RobotsGroups, Rfc9309_2_2_1_GroupsOfOneAgentAreOne) {
  const std::string body =
      "user-agent: xuncha\ndisallow: /foo\ndisallow: /bar\n\nuser-agent: other\ndisallow: /other\n\n"
      "user-agent: xuncha\ndisallow: /baz\n";
  for (const char* path : {"/foo", "/bar", "/baz"}) EXPECT_FALSE(allowed(body, path)) << path;
  EXPECT_TRUE(allowed(body, "/other"));
}

TEST(RobotsGroups, Rfc9309_2_2_1_SeveralAgentsShareAGroup) {
  check({
      {"first_of_two", "User-agent: xuncha\nUser-agent: other\nDisallow: /a", "/a", false},
      {"second_of_two", "User-agent: other\n\n# note\nUser-agent: xuncha\nDisallow: /a", "/a", false},
      {"with_star", "User-agent: *\nUser-agent: xuncha\nDisallow: /a", "/a", false},
      {"a_rule_closes_the_list", "User-agent: other\nDisallow: /a\nUser-agent: xuncha\nDisallow: /b", "/a", true},
  });
}

TEST(RobotsGroups, Rfc9309_2_2_4_OtherRecordsEndNoGroup) {
  check({
      {"sitemap", "User-agent: other\nSitemap: http://a/s.xml\nUser-agent: xuncha\nDisallow: /a", "/a", false},
      {"sitemap_after", "User-agent: xuncha\nSitemap: http://a/s.xml\nDisallow: /a", "/a", false},
      {"crawl_delay", "User-agent: xuncha\nCrawl-delay: 10\nUser-agent: other\nDisallow: /a", "/a", false},
      {"unknown", "User-agent: xuncha\nHost: example.org\nDisallow: /a", "/a", false},
  });
}

// --- paths --------------------------------------------------------------------------------------------------------

TEST(RobotsPaths, Rfc9309_2_2_2_LongestMatchAllowWinsATie) {
  const std::string head = "User-agent: *\n";
  check({
      {"longer_allow", head + "Disallow: /a\nAllow: /a/b", "/a/b/c", true},
      {"longer_disallow", head + "Allow: /a\nDisallow: /a/b", "/a/b/c", false},
      {"order_is_nothing", head + "Allow: /a/b\nDisallow: /a", "/a/b/c", true},
      {"tie", head + "Disallow: /a\nAllow: /a", "/a", true},
      {"anchored_root", head + "Disallow: /\nAllow: /$", "/", true},
      {"anchored_root_is_only_the_root", head + "Disallow: /\nAllow: /$", "/a", false},
      {"prefix", head + "Disallow: /fish", "/fish.html", false},
      {"prefix_with_query", head + "Disallow: /fish", "/fish.php?id=1", false},
      {"case_of_the_path_counts", head + "Disallow: /fish", "/Fish.asp", true},
      {"empty_disallow_is_no_rule", head + "Disallow:", "/a", true},
      {"empty_allow_is_no_rule", head + "Disallow: /\nAllow:", "/a", false},
      {"robots_txt_itself", head + "Disallow: /", "/robots.txt", true},
      {"robots_txt_with_query_is_a_page", head + "Disallow: /", "/robots.txt?x", false},
      {"path_without_slash_is_no_path", head + "Disallow: fish", "/fish", true},
      {"fragment_is_no_part", head + "Disallow: /a#b", "/a#c", false},
  });
}

TEST(RobotsPaths, Rfc9309_2_2_3_StarAndDollar) {
  const std::string head = "User-agent: *\nDisallow: ";
  check({
      {"star_first", head + "*.gif$", "/x/y.gif", false},
      {"dollar_ends", head + "*.gif$", "/x/y.gif?z", true},
      {"star_inside", head + "/a*b", "/axxb/c", false},
      {"star_empty", head + "/a*b", "/ab", false},
      {"star_last", head + "/a*", "/a", false},
      {"star_then_dollar", head + "/a*$", "/abc", false},
      {"any_query", head + "/*?", "/a?b", false},
      {"no_query", head + "/*?", "/a", true},
      {"two_parts_do_not_overlap", head + "/*aba*aba", "/ababa", true},
      {"two_parts_in_order", head + "/*b*a", "/ab", true},
      {"last_part_with_dollar_after_an_earlier_one", head + "/*a$", "/a/a", false},
      {"dollar_part_must_not_overlap", head + "/ab*b$", "/ab", true},
      {"dollar_in_the_middle_is_a_character", head + "/a$b", "/a$b", false},
      {"stars_in_a_row", head + "/a***b", "/axb", false},
      {"encoded_star_is_a_character", head + "/a%2Ab", "/axb", true},
      {"encoded_star_meets_a_star", head + "/a%2Ab", "/a*b", false},
      {"encoded_dollar_is_a_character", head + "/a%24", "/a$b", false},
      {"plain_dollar_path", head + "/a$", "/a", false},
  });
}

// RFC 9309 2.2.2, the table of examples, and what follows from "octets outside the unreserved range".
TEST(RobotsPaths, Rfc9309_2_2_2_PercentEncoding) {
  const std::string head = "User-agent: *\nDisallow: ";
  check({
      {"reserved_in_the_query", head + "/foo/bar?baz=quz", "/foo/bar?baz=quz", false},
      {"encoded_in_the_url", head + "/foo/bar?baz=https://foo.bar", "/foo/bar?baz=https%3A%2F%2Ffoo.bar", false},
      {"encoded_in_the_rule", head + "/foo/bar?baz=https%3a%2f%2ffoo.bar", "/foo/bar?baz=https://foo.bar", false},
      {"utf8_in_the_rule", head + "/foo/bar/ツ", "/foo/bar/%E3%83%84", false},
      {"encoded_utf8_in_both", head + "/foo/bar/%e3%83%84", "/foo/bar/%E3%83%84", false},
      {"unreserved_in_the_rule", head + "/foo/bar/%62%61%7A", "/foo/bar/baz", false},
      {"unreserved_in_the_url", head + "/foo/bar/baz", "/foo/bar/%62%61%7A", false},
      {"gbk_bytes", head + "/\xD0\xC2\xCE\xC5/", "/%D0%C2%CE%C5/1.htm", false},
      {"encoded_slash_is_no_slash", head + "/a%2Fb", "/a/b", true},
      {"slash_is_no_encoded_slash", head + "/a/b", "/a%2fb", true},
      {"encoded_slashes_are_equal", head + "/a%2Fb", "/a%2fb", false},
      {"encoded_question_mark_is_no_query", head + "/a%3Fb", "/a?b", true},
      {"stray_percent_is_itself", head + "/a%3Mb/", "/a%3Mb/c", false},
      {"percent_at_the_end", head + "/a%", "/a%", false},
      {"encoded_percent", head + "/a%25", "/a%2541", false},
  });
}

TEST(RobotsPaths, EncodedAndPlainRulesAreEquallyLong) {
  EXPECT_TRUE(allowed("User-agent: *\nDisallow: /%E4%B8%AD\nAllow: /中\n", "/%E4%B8%AD"));
  EXPECT_TRUE(allowed("User-agent: *\nAllow: /%E4%B8%AD\nDisallow: /中\n", "/中"));
}

TEST(RobotsPaths, AnswerNamesTheRuleAndItsLine) {
  const RobotsRules rules = RobotsRules::parse("# head\r\nUser-agent: *\r\n\r\nDisallow:  /a/* # note\r\n", "xuncha");
  const RobotsRules::Answer answer = rules.judge("/a/b");
  EXPECT_FALSE(answer.allowed);
  EXPECT_EQ(answer.rule, "Disallow: /a/*");
  EXPECT_EQ(answer.line, 4u);
  EXPECT_EQ(rules.judge("/b").rule, "");
  EXPECT_EQ(rules.judge("/b").line, 0u);
}

// --- lines --------------------------------------------------------------------------------------------------------

TEST(RobotsLines, Rfc9309_2_2_EndsCommentsMarksAndSpaces) {
  check({
      {"lf", "User-agent: *\nDisallow: /a\n", "/a", false},
      {"cr", "User-agent: *\rDisallow: /a\r", "/a", false},
      {"crlf", "User-agent: *\r\nDisallow: /a\r\n", "/a", false},
      {"no_end", "User-agent: *\nDisallow: /a", "/a", false},
      {"utf8_mark", "\xEF\xBB\xBFUser-agent: *\nDisallow: /a", "/a", false},
      {"comment_after_value", "User-agent: * # all\nDisallow: /a#b", "/a", false},
      {"spaces", "  User-agent :\t*  \n\tDisallow :/a  ", "/a", false},
  });
  const std::string ascii = "User-agent: *\nDisallow: /a\n";
  std::string little = "\xFF\xFE";
  std::string big = "\xFE\xFF";
  for (const char c : ascii) {
    little += {c, '\0'};
    big += {'\0', c};
  }
  EXPECT_FALSE(allowed(little, "/a"));
  EXPECT_FALSE(allowed(big, "/a"));
  EXPECT_FALSE(allowed(little + '\0', "/a"));
}

TEST(RobotsLines, House_TyposThatForbidAreUnderstood) {
  for (const char* line :
       {"Dissallow: /a", "dissalow: /a", "Disalow: /a", "diasllow: /a", "disallaw: /a", "Disallow /a"}) {
    EXPECT_FALSE(allowed("User-agent: *\n" + std::string(line), "/a")) << line;
  }
  for (const char* line : {"Useragent: *", "User agent: *", "user-agent *"}) {
    EXPECT_FALSE(allowed(std::string(line) + "\nDisallow: /a", "/a")) << line;
  }
  EXPECT_TRUE(allowed("User-agent: *\nDesallow: /a\nNoindex: /a", "/a"));
  EXPECT_TRUE(allowed("User-agent: *\nDisallow all of /a", "/a"));
}

TEST(RobotsLines, House_HtmlAndBinaryAreNoRobots) {
  using namespace std::literals;
  for (const std::string& body :
       {"<!DOCTYPE html><html>\nUser-agent: *\nDisallow: /\n"s, "\n\n <html>\nUser-agent: *\nDisallow: /"s,
        "<?xml version='1.0'?>\nUser-agent: *\nDisallow: /"s,
        "\x89PNG\r\n\x1A\n\0\0\0\rIHDR\nUser-agent: *\nDisallow: /"s, "<!-- 404 -->\nUser-agent: *\nDisallow: /"s}) {
    const RobotsRules rules = RobotsRules::parse(body, "xuncha");
    EXPECT_FALSE(rules.is_robots()) << body;
    EXPECT_TRUE(rules.judge("/a").allowed) << body;
  }
  EXPECT_TRUE(RobotsRules::parse("", "xuncha").is_robots());
  EXPECT_TRUE(RobotsRules::parse("Not found", "xuncha").is_robots());
}

// --- other records ------------------------------------------------------------------------------------------------

TEST(RobotsRecords, House_CrawlDelayOfOurGroup) {
  const auto delay = [](std::string_view body) { return RobotsRules::parse(body, "xuncha").crawl_delay(); };
  EXPECT_EQ(delay("User-agent: *\nCrawl-delay: 2.5"), 2.5);
  EXPECT_EQ(delay("User-agent: *\nCrawl-delay: 5 # slow\nDisallow: /a"), 5);
  // It belongs to the agents named so far, though the group goes on.
  EXPECT_EQ(delay("User-agent: xuncha\nCrawl-delay: 5\nUser-agent: other\nDisallow: /a"), 5);
  EXPECT_EQ(delay("User-agent: other\nCrawl-delay: 5\nUser-agent: xuncha\nDisallow: /a"), std::nullopt);
  EXPECT_EQ(delay("User-agent: *\nCrawl-delay: 5\nDisallow:\nUser-agent: xuncha\nDisallow: /a"), std::nullopt);
  EXPECT_EQ(delay("User-agent: xuncha\nCrawl-delay: 600"), 600);
  for (const char* value : {"", "abc", "-1", "nan", "inf", "1e999", "5x"}) {
    EXPECT_EQ(delay("User-agent: *\nCrawl-delay: " + std::string(value)), std::nullopt) << value;
  }
}

TEST(RobotsRecords, Sitemaps_BelongToNobodyAndAreKeptOnce) {
  const RobotsRules rules = RobotsRules::parse(
      "sitemap: http://a.example/Mixed.xml\nUser-agent: other\nDisallow: /\nSite-map: /s.xml\n"
      "Sitemap: http://a.example/Mixed.xml\nSitemap:\n",
      "xuncha");
  EXPECT_EQ(rules.sitemaps(), (std::vector<std::string>{"http://a.example/Mixed.xml", "/s.xml"}));
}

// --- bounds -------------------------------------------------------------------------------------------------------

TEST(RobotsBounds, Rfc9309_2_5_ReadToTheLimitAndNoHalfLine) {
  std::string body = "User-agent: *\nDisallow: /a\n";
  body += "#" + std::string(limits::kRobotsBytesMax - body.size() - 16, 'x') + "\n";
  body += "Disallow: /private/area\n";
  ASSERT_GT(body.size(), limits::kRobotsBytesMax);
  const RobotsRules rules = RobotsRules::parse(body, "xuncha");
  EXPECT_TRUE(rules.cut());
  EXPECT_FALSE(rules.judge("/a").allowed);
  EXPECT_TRUE(rules.judge("/p").allowed);
}

TEST(RobotsBounds, RulesAndSitemapsAreCounted) {
  std::string body = "User-agent: *\n";
  for (std::size_t index = 0; index < limits::kRobotsRulesMax + 10; ++index) {
    body += "Disallow: /" + std::to_string(index) + "\n";
  }
  RobotsRules rules = RobotsRules::parse(body, "xuncha");
  EXPECT_EQ(rules.rule_count(), limits::kRobotsRulesMax);
  EXPECT_TRUE(rules.cut());
  body.clear();
  for (int index = 0; index < limits::kSitemapFilesMax + 5; ++index)
    body += "Sitemap: /" + std::to_string(index) + "\n";
  rules = RobotsRules::parse(body, "xuncha");
  EXPECT_EQ(rules.sitemaps().size(), static_cast<std::size_t>(limits::kSitemapFilesMax));
  EXPECT_TRUE(rules.cut());
}

TEST(RobotsBounds, CatastrophicWildcardsAreCheap) {
  std::string pattern = "/";
  for (int index = 0; index < 10'000; ++index) pattern += "*a";
  std::string body = "User-agent: *\n";
  while (body.size() + pattern.size() < limits::kRobotsBytesMax) body += "Disallow: " + pattern + "b\n";
  std::string aperiodic = "/*" + std::string(1000, 'a') + "b*" + std::string(1000, 'a') + "c";
  body += "Disallow: " + aperiodic + "\n";
  const RobotsRules rules = RobotsRules::parse(body, "xuncha");
  const std::string path = "/" + std::string(limits::kUrlBytesMax, 'a');
  const CpuStopwatch watch;
  for (int round = 0; round < 10; ++round) EXPECT_TRUE(rules.judge(path).allowed);
  EXPECT_LT(watch.seconds(), 2 * kSlowness);
}

// --- the fetch policy ---------------------------------------------------------------------------------------------

TEST(RobotsAccessPolicy, Rfc9309_2_3_1_StatusDecides) {
  const struct {
    std::uint16_t status;
    bool unreachable;
    RobotsAccess access;
  } rows[] = {
      {200, false, RobotsAccess::kRules},       {206, false, RobotsAccess::kRules},
      {301, false, RobotsAccess::kAllowAll},    {400, false, RobotsAccess::kAllowAll},
      {401, false, RobotsAccess::kAllowAll},    {403, false, RobotsAccess::kAllowAll},
      {404, false, RobotsAccess::kAllowAll},    {410, false, RobotsAccess::kAllowAll},
      {429, false, RobotsAccess::kAllowAll},    {499, false, RobotsAccess::kAllowAll},
      {500, false, RobotsAccess::kDisallowAll}, {503, false, RobotsAccess::kDisallowAll},
      {521, false, RobotsAccess::kDisallowAll}, {0, true, RobotsAccess::kDisallowAll},
      {200, true, RobotsAccess::kDisallowAll},  {0, false, RobotsAccess::kDisallowAll},
      {600, false, RobotsAccess::kDisallowAll}, {100, false, RobotsAccess::kDisallowAll},
  };
  for (const auto& row : rows) EXPECT_EQ(robots_access(row.status, row.unreachable), row.access) << row.status;
}

TEST(RobotsAccessPolicy, Rfc9309_2_3_1_4_UnreachableForAMonthIsUnavailable) {
  const auto month = limits::kRobotsUnreachableMax;
  EXPECT_EQ(robots_access(503, false, month - std::chrono::hours(1)), RobotsAccess::kDisallowAll);
  EXPECT_EQ(robots_access(503, false, month), RobotsAccess::kAllowAll);
  EXPECT_EQ(robots_access(0, true, month), RobotsAccess::kAllowAll);
  EXPECT_EQ(robots_access(200, false, month), RobotsAccess::kRules);
}

// --- the corpus ---------------------------------------------------------------------------------------------------

TEST(RobotsCorpus, Rfc9309_5_Examples) {
  const std::filesystem::path folder = corpus() / "robots/files";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no corpus at " << corpus();
  const struct {
    const char* file;
    const char* agent;
    const char* path;
    bool allowed;
  } rows[] = {
      // 5.1. Simple example.
      {"rfc9309-example-simple-robots.txt", "anybot", "/x/y.gif", false},
      {"rfc9309-example-simple-robots.txt", "anybot", "/example/page", false},
      {"rfc9309-example-simple-robots.txt", "anybot", "/publications/a.html", true},
      {"rfc9309-example-simple-robots.txt", "anybot", "/other", true},
      {"rfc9309-example-simple-robots.txt", "foobot", "/", false},
      {"rfc9309-example-simple-robots.txt", "foobot", "/example/page.html", true},
      {"rfc9309-example-simple-robots.txt", "foobot", "/example/allowed.gif", true},
      {"rfc9309-example-simple-robots.txt", "foobot", "/example/other.gif", false},
      {"rfc9309-example-simple-robots.txt", "barbot", "/example/page.html", false},
      {"rfc9309-example-simple-robots.txt", "bazbot", "/example/page.html", false},
      {"rfc9309-example-simple-robots.txt", "bazbot", "/example/x.gif", true},
      {"rfc9309-example-simple-robots.txt", "quxbot", "/example/page.html", true},
      {"rfc9309-example-simple-robots.txt", "quxbot", "/a.gif", true},
      // 5.2. Longest match.
      {"rfc9309-example-longest-match-robots.txt", "foobot", "/example/page/", true},
      {"rfc9309-example-longest-match-robots.txt", "foobot", "/example/page/disallowed.gif", false},
      {"rfc9309-example-longest-match-robots.txt", "otherbot", "/example/page/disallowed.gif", true},
      // 2.2.1, figure 2: groups that match the same product token.
      {"rfc9309-example-rule-group-merging.txt", "examplebot", "/foo", false},
      {"rfc9309-example-rule-group-merging.txt", "ExampleBot", "/bar", false},
      {"rfc9309-example-rule-group-merging.txt", "ExampleBot", "/baz", false},
      {"rfc9309-example-rule-group-merging.txt", "BazBot", "/baz", false},
      {"rfc9309-example-rule-group-merging.txt", "BazBot", "/foo", true},
      {"rfc9309-example-rule-group-merging.txt", "otherbot", "/foo", false},
      {"rfc9309-example-rule-group-merging.txt", "otherbot", "/baz", true},
      // 2.2.4 as two samples put it.
      {"crawl-delay-group-merging.txt", "mybot", "/private/", false},
      {"crawl-delay-group-merging.txt", "yourbot", "/private/", false},
      {"crawl-delay-group-merging.txt", "yourbot", "/login/", false},
      {"extensions-group-merging.txt", "mybot", "/private/", false},
      {"extensions-group-merging.txt", "otherbot", "/private/", false},
      {"extensions-group-merging.txt", "otherbot", "/llms.txt", true},
      {"merge-rules.txt", "wget", "/foo/bar", true},
      {"merge-rules.txt", "wget", "/tmp/bar", false},
      {"precedence-of-rules.txt", "testy", "/foo/bar", true},
      {"precedence-of-rules.txt", "testy", "/foo/baz", false},
      {"robots-with-utf16le-bom.txt", "anybot", "/profile", false},
      {"robots-with-utf16be-bom.txt", "anybot", "/x/output/print", false},
      {"robots-with-utf8-bom.txt", "anybot", "/profile", false},
      {"twitter.com-robots.txt", "anybot", "/a/with_friends", false},
      {"malformed-path.txt", "anybot", "/wiki/Wikipedia_talk%3Mediation_Committee/", false},
      {"many-user-agents.txt", "BlackWidow", "/", false},
  };
  for (const auto& row : rows) {
    const RobotsRules rules = RobotsRules::parse(read_file(folder / row.file), row.agent);
    EXPECT_EQ(rules.judge(row.path).allowed, row.allowed) << row.file << " " << row.agent << " " << row.path;
  }
}

TEST(RobotsCorpus, EverySampleIsRead) {
  const std::filesystem::path folder = corpus() / "robots/files";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no corpus at " << corpus();
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const RobotsRules rules = RobotsRules::parse(read_file(entry.path()), "xuncha");
    EXPECT_TRUE(rules.is_robots()) << entry.path();
    EXPECT_FALSE(rules.cut()) << entry.path();
    ++files;
  }
  EXPECT_EQ(files, 24);
}

}  // namespace
}  // namespace xuncha
