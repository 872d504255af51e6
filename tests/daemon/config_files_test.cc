#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>

#include "core/limits.h"
#include "daemon/config/changes.h"
#include "daemon/config/keys.h"
#include "daemon/config/read.h"
#include "daemon/config/yaml_tree.h"
#include "tests/support/run_program.h"
#include "tests/support/stopwatch.h"

namespace xuncha {
namespace {

namespace fs = std::filesystem;

// Seconds of CPU and peak of memory. A machine that does other work too stretches the clock on the wall, not these.
struct Usage {
  double cpu_seconds = 0;
  std::size_t peak_bytes = 0;
};
Usage usage_of(int who) {
  rusage usage{};
  getrusage(who, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return {seconds(usage.ru_utime) + seconds(usage.ru_stime), static_cast<std::size_t>(usage.ru_maxrss) << 10};
}

// A folder of its own for each test.
class ConfigFiles : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) / ("config-files-" + std::to_string(getpid()) + "-" +
                                              testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  std::string write(const std::string& name, const std::string& text) const {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return path(name);
  }
  static std::string told(const ConfigurationReading& reading) {
    std::string all;
    for (const Error& fault : reading.faults) all += fault.where + ": " + fault.message + "\n";
    return all;
  }

  fs::path folder_;
};

TEST_F(ConfigFiles, SitesFilesAreReadInTheOrderOfTheirNames) {
  write("sites.d/b.yml", "sites: [{home: http://b.gov.cn/}]\n");
  write("sites.d/a.yml", "sites: [{home: http://a.gov.cn/}]\n");
  write("sites.d/.hidden.yml", "sites: [{home: http://h.gov.cn/}]\n");
  write("sites.d/a.yml~", "nothing\n");
  write("more.yml", "sites: [{home: http://m.gov.cn/}]\n");
  const ConfigurationReading reading =
      read_configuration(write("x.yml",
                               "sites_files: [more.yml, sites.d/*.yml, sites.d/b.yml]\ndefaults: {max_pages: 5}\n"
                               "sites: [{home: http://z.gov.cn/}]\n"));
  EXPECT_EQ(told(reading), "");
  std::string ids;
  for (const SiteConfig& site : reading.configuration.sites) ids += site.id + " ";
  EXPECT_EQ(ids, "z.gov.cn m.gov.cn a.gov.cn b.gov.cn ");
  EXPECT_EQ(reading.configuration.sites[3].max_pages, 5u);
  EXPECT_EQ(reading.configuration.files,
            (std::vector<std::string>{path("x.yml"), path("more.yml"), path("sites.d/a.yml"), path("sites.d/b.yml")}));
}

TEST_F(ConfigFiles, FaultsOfAllFilesAreToldAtOnceInTheirOrder) {
  write("a.yml", "sites:\n- home: nowhere\n- home: http://z.gov.cn/\n");
  write("b.yml", "defaults: {}\nsites: [\n");
  const std::string main =
      write("x.yml", "contact: me\nsites: [{home: http://z.gov.cn/}]\nsites_files: [a.yml, b.yml]\n");
  EXPECT_EQ(told(read_configuration(main)),
            main + ":1: contact: \"me\" is no contact; write a mail address or an http(s) URL in ASCII\n" +
                path("a.yml") +
                ":2: sites[0].home: \"nowhere\" is no http or https URL; write it as https://www.example.gov.cn/\n" +
                path("a.yml") + ":3: sites[1].home: is the same site as sites[0] in " + main +
                ":2; permitted: one entry a site, which covers www. and bare host, http and https\n" + path("b.yml") +
                ":3: is no YAML: end of sequence flow not found\n");
}

TEST_F(ConfigFiles, ASitesFileHoldsSitesOnly) {
  write("a.yml", "defaults: {}\n");
  EXPECT_EQ(told(read_configuration(write("x.yml", "sites_files: [a.yml]\n"))),
            path("a.yml") + ":1: defaults: is unknown; permitted: sites\n");
}

TEST_F(ConfigFiles, APatternMayFitNothingButANameMust) {
  EXPECT_EQ(told(read_configuration(write("x.yml", "sites_files: ['*.d']\n"))), "");
  EXPECT_EQ(told(read_configuration(write("y.yml", "sites_files: [none.yml]\n"))),
            path("y.yml") + ":1: sites_files[0]: \"" + path("none.yml") +
                "\" cannot be read; does it exist, and may this user read it?\n");
  EXPECT_EQ(told(read_configuration(write("z.yml", "sites_files: [none.d/*.yml]\n"))),
            path("z.yml") + ":1: sites_files[0]: \"" + path("none.d") + "\" is no folder that can be read\n");
  EXPECT_EQ(told(read_configuration(write("w.yml", "sites_files: ['*/a.yml']\n"))),
            path("w.yml") +
                ":1: sites_files[0]: \"*/a.yml\" has * or ? in the name of a folder; permitted: in that of a file\n");
}

TEST_F(ConfigFiles, WhatIsNoFileIsRefusedWithoutWaiting) {
  EXPECT_EQ(told(read_configuration(path("none.yml"))),
            path("none.yml") + ": cannot be read; does it exist, and may this user read it?\n");
  EXPECT_EQ(told(read_configuration(folder_.string())), folder_.string() + ": is no regular file\n");
  ASSERT_EQ(mkfifo(path("pipe").c_str(), 0600), 0);
  EXPECT_EQ(told(read_configuration(path("pipe"))), path("pipe") + ": is no regular file\n");
}

TEST_F(ConfigFiles, SecretsAreKeptFromOtherEyes) {
  const auto reading = [&](const std::string& file) {
    return told(read_configuration(write("x.yml", "mail:\n  server: {host: m.cn, user: u, password_file: " + file +
                                                      "}\n  from: a@b.cn\n  routes: []\nsites: []\n")));
  };
  const std::string key = path("x.yml") + ":2: mail.server.password_file: \"";
  EXPECT_EQ(reading("none"), key + path("none") + "\" cannot be found; name a file that holds the password alone\n");
  chmod(write("open", "secret\n").c_str(), 0644);
  EXPECT_EQ(reading("open"), key + path("open") + "\" may be read by everybody; chmod o-r it\n");
  chmod(write("empty", "").c_str(), 0600);
  EXPECT_EQ(reading("empty"), key + path("empty") + "\" is empty\n");
  chmod(write("large", std::string(5000, 'x')).c_str(), 0600);
  EXPECT_EQ(reading("large"), key + path("large") + "\" is larger than 4KiB; it must hold the password alone\n");
  chmod(write("good", "s3cret\nrest\n").c_str(), 0600);
  EXPECT_EQ(reading("good"), "");
  const Configuration configuration = read_configuration(path("x.yml")).configuration;
  const Result<std::string> secret = read_secret(configuration.mail->server.password);
  ASSERT_TRUE(secret) << secret.error().message;
  EXPECT_EQ(secret.value(), "s3cret");
}

TEST_F(ConfigFiles, ASecretMayBeASystemdCredential) {
  write("smtp", "word\n");
  unsetenv("CREDENTIALS_DIRECTORY");
  EXPECT_FALSE(read_secret({.file = {}, .credential = "smtp"}));
  setenv("CREDENTIALS_DIRECTORY", folder_.c_str(), 1);
  const Result<std::string> secret = read_secret({.file = {}, .credential = "smtp"});
  EXPECT_FALSE(read_secret({.file = {}, .credential = "other"}));
  unsetenv("CREDENTIALS_DIRECTORY");
  ASSERT_TRUE(secret);
  EXPECT_EQ(secret.value(), "word");
}

// --- hostile files -----------------------------------------------------------------------------------------------

TEST(HostileYaml, IsRefusedCleanly) {
  std::string laughs = "a: &a [x,x,x,x,x,x,x,x,x]\n";
  for (char name = 'b'; name < 'k'; ++name) {
    const std::string last(1, static_cast<char>(name - 1));
    laughs += std::string(1, name) + ": &" + name + " [*" + last;
    for (int count = 0; count < 8; ++count) laughs += ",*" + last;
    laughs += "]\n";
  }
  const struct {
    const char* name;
    std::string text;
    const char* told;
  } rows[] = {
      {"laughs", laughs, "an anchor (&) is not supported"},
      {"deep lists", std::string(10'000, '['), "nested more than 32 deep"},
      {"deep maps", std::string(10'000, '{'), "nested more than 32 deep"},
      {"deep dashes",
       [] {
         std::string text;
         for (int i = 0; i < 10'000; ++i) text += "- ";
         return text;
       }(),
       "nested more than 32 deep"},
      {"NUL", std::string("sites: [\0]", 10), "a control character (byte 0)"},
      {"escape", "sites: []\n\x1b[2J", "a control character (byte 27)"},
      {"GBK", "sites:\n- name: \xca\xbe\xc0\xfd\n", "is not UTF-8 here; save the file as UTF-8 (not GBK)"},
      {"UTF-16", std::string("\xff\xfes\0i\0", 6), "is UTF-16; save it as UTF-8"},
      {"tab", "sites:\n\t- home: x\n", "a tab in the indentation"},
      {"tag", "sites: !!python/object:os.system []\n", "is not supported; write the value alone"},
      {"alias to nothing", "sites: *x\n", "is no YAML: "},
      {"unclosed quote", "sites: \"" + std::string(100'000, 'x'), "is no YAML: "},
      {"many directives",
       [] {
         std::string text;
         for (int i = 0; i < 1000; ++i) text += "%YAML 1.2\n";
         return text + "---\n";
       }(),
       "is no YAML: "},
  };
  for (const auto& row : rows) {
    const ConfigurationReading reading = parse_configuration(row.text, "x.yml");
    ASSERT_FALSE(reading.faults.empty()) << row.name;
    EXPECT_LE(reading.faults.size(), limits::kConfigurationFaultsMax + 1) << row.name;
    EXPECT_NE(reading.faults[0].message.find(row.told), std::string::npos)
        << row.name << ": " << reading.faults[0].message;
  }
}

TEST(HostileYaml, AHundredMegabytesAreNotEvenRead) {
  const fs::path file = fs::path(testing::TempDir()) / ("config-large-" + std::to_string(getpid()) + ".yml");
  std::ofstream(file) << "sites: []\n";
  fs::resize_file(file, 100u << 20);
  const double begin = usage_of(RUSAGE_SELF).cpu_seconds;
  const ConfigurationReading reading = read_configuration(file.string());
  EXPECT_LT(usage_of(RUSAGE_SELF).cpu_seconds - begin, 0.1);
  fs::remove(file);
  ASSERT_EQ(reading.faults.size(), 1u);
  EXPECT_EQ(reading.faults[0].message, "is larger than 32MiB, which is the most permitted");
  EXPECT_FALSE(parse_configuration(std::string(limits::kConfigurationBytesMax + 1, ' '), "x").faults.empty());
}

TEST(HostileYaml, AMillionFaultsAreCounted) {
  std::string text = "sites: []\n";
  for (int key = 0; key < 50'000; ++key) text += "k" + std::to_string(key) + ": x\n";
  const ConfigurationReading reading = parse_configuration(text, "x.yml");
  ASSERT_EQ(reading.faults.size(), limits::kConfigurationFaultsMax + 1);
  EXPECT_EQ(reading.faults.back().message, "has 49800 more faults, which are not told here");
}

TEST(HostileYaml, ValuesAreCounted) {
  std::string text = "sites: [";
  for (std::size_t value = 0; value <= limits::kConfigurationValuesMax; ++value) text += "a,";
  const YamlReading reading = read_yaml(text + "]");
  EXPECT_FALSE(reading.readable);
  ASSERT_EQ(reading.faults.size(), 1u);
  EXPECT_EQ(reading.faults[0].message, "more than 1000000 values in one file; divide it by sites_files");
}

TEST(HostileYaml, AFaultShowsNothingThatMovesATerminal) {
  const ConfigurationReading reading =
      parse_configuration("sites: [{home: \"\\u202e\\x1b[2J\"}]\n\"\\x1b]0;x\": 1\n", "x.yml");
  for (const Error& fault : reading.faults) {
    for (const char c : fault.message) EXPECT_TRUE(c < 0 || c >= 0x20) << fault.message;
  }
  EXPECT_EQ(reading.faults.size(), 2u);
}

// --- 10,000 sites ------------------------------------------------------------------------------------------------

// A site as an operator of many writes it: names, an exception and two columns.
std::string a_site(int number) {
  const std::string host = "www.xian" + std::to_string(number) + ".gov.cn";
  return "- home: https://" + host + "/\n  name: 第" + std::to_string(number) +
         "县人民政府\n  unit: 县政府办公室\n  code: \"" + std::to_string(1'000'000'000 + number) +
         "\"\n  exclude: [\"/calendar/\", \"[?&]sessionid=\"]\n  intervals: {home: 2h}\n  columns:\n  - {url: "
         "https://" +
         host + "/zwdt/, class: news, name: 政务动态}\n  - {url: https://" + host +
         "/tzgg/, class: notice, max_age_days: 90}\n";
}

TEST_F(ConfigFiles, TenThousandSitesTakeLittleTimeAndMemory) {
  if (kSlowness > 1) GTEST_SKIP() << "peaks and times of sanitizers are theirs, not ours";
  std::string text = "sites:\n";
  for (int number = 0; number < 5'000; ++number) text += a_site(number);
  for (int number = 5'000; number < 10'000; ++number) {
    write("sites.d/" + std::to_string(number) + ".yml", "sites:\n" + a_site(number));
  }
  const std::string file = write("x.yml", text + "sites_files: [sites.d/*.yml]\n");
  const Usage before = usage_of(RUSAGE_CHILDREN);
  const test::ProgramEnd end =
      test::run_program(XUNCHA_BINARY_DIR "/xuncha", {"config", "check", "--format", "json", file});
  const Usage after = usage_of(RUSAGE_CHILDREN);
  EXPECT_EQ(end.exit_code, 0) << end.err;
  EXPECT_EQ(std::count(end.out.begin(), end.out.end(), '\n'), 10'001);
  const double seconds = after.cpu_seconds - before.cpu_seconds;
  std::printf("10,000 sites, half of them in files of their own: %.2f CPU-seconds, at most %zu MB\n", seconds,
              after.peak_bytes >> 20);
  EXPECT_LT(seconds, 5);
  EXPECT_LT(after.peak_bytes, std::size_t{300} << 20);  // of the largest program this test program ran
}

// Resident memory of this process, in bytes.
std::size_t resident() {
  std::ifstream file("/proc/self/statm");
  std::size_t pages = 0;
  std::size_t present = 0;
  file >> pages >> present;
  return present * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

TEST_F(ConfigFiles, TenThousandSitesAreKeptInLittleMemory) {
  if (kSlowness > 1) GTEST_SKIP() << "peaks and times of sanitizers are theirs, not ours";
  std::string text = "sites:\n";
  for (int number = 0; number < 10'000; ++number) text += a_site(number);
  const std::size_t before = resident();
  const double begin = usage_of(RUSAGE_SELF).cpu_seconds;
  const ConfigurationReading reading = parse_configuration(text, "x.yml");
  const double seconds = usage_of(RUSAGE_SELF).cpu_seconds - begin;
  const std::size_t grown = resident() > before ? resident() - before : 0;
  EXPECT_TRUE(reading.faults.empty()) << reading.faults[0].message;
  ASSERT_EQ(reading.configuration.sites.size(), 10'000u);
  EXPECT_FALSE(what_changed(reading.configuration, reading.configuration).anything());
  std::printf("10,000 sites: %zu bytes of YAML in %.2f CPU-seconds, %zu MB\n", text.size(), seconds, grown >> 20);
  EXPECT_LT(seconds, 5);
  EXPECT_LT(grown, std::size_t{300} << 20);
}

// --- documents ---------------------------------------------------------------------------------------------------

std::string read_source(const std::string& name) {
  std::ifstream file(std::string(XUNCHA_SOURCE_DIR) + "/" + name, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(ConfigDocument, HasEveryKeyAsTheProgramKnowsIt) {
  const std::string document = read_source("docs/CONFIG.md");
  const std::string tables = keys_markdown();
  constexpr std::string_view kBegin = "<!-- The tables below are keys_markdown() of daemon/config/keys.h. -->\n";
  const std::size_t begin = document.find(kBegin);
  ASSERT_NE(begin, std::string::npos);
  if (document.substr(begin + kBegin.size()) == tables) return;
  const fs::path fresh = fs::path(testing::TempDir()) / "CONFIG.md";
  std::ofstream(fresh) << document.substr(0, begin) << kBegin << tables;
  FAIL() << "docs/CONFIG.md is not what the program knows; take " << fresh.string();
}

// A file in which the map stands with the key `nonsense`, so that the reader says what it knows there.
std::string with_nonsense(const std::string& map) {
  const std::string site = "sites:\n- home: http://a.gov.cn/\n";
  const std::string mail = "sites: []\nmail:\n  server: {host: m.cn";
  const std::string rest = "}\n  from: a@b.cn\n  routes: []\n";
  if (map.empty()) return "sites: []\nnonsense: 1\n";
  if (map == "sites[]") return site + "  nonsense: 1\n";
  if (map == "options") return "sites: []\ndefaults: {nonsense: 1}\n";
  if (map == "intervals") return "sites: []\ndefaults: {intervals: {nonsense: 1}}\n";
  if (map == "confirmation") return "sites: []\ndefaults: {confirmation: {nonsense: 1}}\n";
  if (map == "ignore[]") return site + "  ignore: [{nonsense: 1}]\n";
  if (map == "columns[]") return site + "  columns: [{nonsense: 1}]\n";
  if (map == "maintenance[]") return site + "  maintenance: [{nonsense: 1}]\n";
  if (map == "rules.RULE") return "sites: []\nrules: {link: {nonsense: 1}}\n";
  if (map.starts_with("rules.")) return "sites: []\nrules: {" + map.substr(6) + ": {nonsense: 1}}\n";
  if (map == "mail") return mail + rest + "  nonsense: 1\n";
  if (map == "mail.server") return mail + ", nonsense: 1" + rest;
  if (map == "mail.routes[]") return mail + "}\n  from: a@b.cn\n  routes: [{to: [a@b.cn], nonsense: 1}]\n";
  if (map == "storage.retention") return "sites: []\nstorage: {retention: {nonsense: 1}}\n";
  return "sites: []\n" + map + ": {nonsense: 1}\n";
}

TEST(ConfigDocument, TheReaderKnowsTheSameKeys) {
  std::map<std::string, std::set<std::string>> known;
  for (const KeyInfo& key : all_keys()) known[key.map].insert(key.name);
  for (auto& [map, names] : known) {
    if (map == "sites[]") names.insert(known["options"].begin(), known["options"].end());
    if (map.starts_with("rules.") && map != "rules.RULE") {
      names.insert(known["rules.RULE"].begin(), known["rules.RULE"].end());
    }
  }
  for (const auto& [map, names] : known) {
    const ConfigurationReading reading = parse_configuration(with_nonsense(map), "x.yml");
    ASSERT_FALSE(reading.faults.empty()) << map;
    const std::string& message = reading.faults[0].message;
    const std::size_t list = message.find("permitted: ");
    ASSERT_NE(list, std::string::npos) << map << ": " << message;
    std::istringstream words(message.substr(list + 11));
    std::set<std::string> told;
    for (std::string word; std::getline(words, word, ',');) told.insert(word.substr(word.find_first_not_of(' ')));
    EXPECT_EQ(told, names) << map;
  }
}

TEST(ConfigDocument, TheDefaultConfigurationHasNoFault) {
  const ConfigurationReading reading = read_configuration(XUNCHA_SOURCE_DIR "/deploy/config/xuncha.yml");
  for (const Error& fault : reading.faults) ADD_FAILURE() << fault.where << ": " << fault.message;
  EXPECT_TRUE(reading.configuration.sites.empty());
}

// Every line that is an example ("#key", not "# words") together is a configuration too.
TEST(ConfigDocument, NorHaveItsExamples) {
  std::istringstream lines(read_source("deploy/config/xuncha.yml"));
  std::string text;
  for (std::string line; std::getline(lines, line);) {
    const bool is_example = line.starts_with('#') && line.size() > 1 && (line[1] != ' ' || line.starts_with("#  "));
    if (line == "sites: []") line = "sites:";
    text += (is_example ? line.substr(1) : line) + "\n";
  }
  const std::size_t files = text.find("sites_files:");
  ASSERT_NE(files, std::string::npos);
  const ConfigurationReading reading = parse_configuration(text, "xuncha.yml");
  for (const Error& fault : reading.faults) ADD_FAILURE() << fault.where << ": " << fault.message;
  EXPECT_EQ(reading.configuration.sites.size(), 1u);
  EXPECT_TRUE(reading.configuration.mail);
}

// The whole file in docs/CONFIG.md, between ```yaml and ```.
TEST(ConfigDocument, NorHasTheDocumentsExample) {
  const std::string document = read_source("docs/CONFIG.md");
  std::size_t examples = 0;
  for (std::size_t begin = document.find("```yaml\n"); begin != std::string::npos;
       begin = document.find("```yaml\n", begin + 1)) {
    const std::string text = document.substr(begin + 8, document.find("```", begin + 8) - begin - 8);
    for (const Error& fault : parse_configuration(text, "CONFIG.md").faults) {
      ADD_FAILURE() << text << fault.where << ": " << fault.message;
    }
    ++examples;
  }
  EXPECT_GE(examples, 3u);
}

}  // namespace
}  // namespace xuncha
