#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

// The program as people and scripts meet it: arguments in, standard output, standard error and exit code out.
namespace {

struct Answer {
  int code = -1;
  std::string out;
  std::string err;
};

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

class CommandLine : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kProgram)) GTEST_SKIP() << "not built: " << kProgram;
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    directory_ = std::filesystem::path(testing::TempDir()) / (std::string("xuncha_") + info->name());
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directories(directory_);
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  // `arguments` are shell words, `environment` assignments before the program.
  Answer run(const std::string& arguments, const std::string& input = "", const std::string& environment = "LC_ALL=C") {
    write("in", input);
    const std::string command = "cd '" + directory_.string() + "' && env -u LC_ALL -u LC_MESSAGES -u LANG " +
                                environment + " '" + kProgram + "' " + arguments + " < in > out 2> err";
    const int status = std::system(command.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read_file(directory_ / "out"), read_file(directory_ / "err")};
  }
  void write(const std::string& name, const std::string& text) {
    std::ofstream(directory_ / name, std::ios::binary) << text;
  }

  static constexpr const char* kProgram = XUNCHA_BINARY_DIR "/xuncha";
  std::filesystem::path directory_;
};

TEST_F(CommandLine, HelpAndVersionGoToStandardOutput) {
  for (const char* arguments : {"--help", "rules --help", "--version"}) {
    const Answer result = run(arguments);
    EXPECT_EQ(result.code, 0) << arguments;
    EXPECT_FALSE(result.out.empty()) << arguments;
    EXPECT_EQ(result.err, "") << arguments;
  }
}

TEST_F(CommandLine, WrongUsageIsExitCode2WithASentence) {  // docs/INTERFACE.md, Programs and exit codes
  for (const char* arguments : {"", "nonsense", "--no-such-option", "rules --format xml", "--lang fr rules", "url",
                                "address localhost", "address", "rules extra"}) {
    const Answer result = run(arguments);
    EXPECT_EQ(result.code, 2) << arguments;
    EXPECT_EQ(result.out, "") << arguments;
    EXPECT_TRUE(result.err.starts_with("xuncha: ")) << arguments << '\n' << result.err;
  }
}

TEST_F(CommandLine, HostileArgumentsAreMadeVisible) {
  const Answer result = run("address \"$(printf '\\033[31mx')\"");
  EXPECT_EQ(result.code, 2);
  EXPECT_EQ(result.err.find('\x1b'), std::string::npos);
}

TEST_F(CommandLine, RulesListsEveryRuleInTheAskedLanguage) {
  EXPECT_NE(run("rules").out.find("断链（链接打不开）"), std::string::npos);
  EXPECT_NE(run("rules", "", "LANG=en_GB.UTF-8").out.find("Broken link"), std::string::npos);
  EXPECT_NE(run("rules --lang zh-CN", "", "LANG=en_GB.UTF-8").out.find("断链"), std::string::npos);
  EXPECT_NE(run("--lang en rules").out.find("Broken link"), std::string::npos);
  // Machine formats ignore the locale.
  EXPECT_NE(run("rules --format json", "", "LANG=en_GB.UTF-8").out.find("\"title\":\"断链"), std::string::npos);
  EXPECT_NE(run("rules --format json --lang en").out.find("\"title\":\"Broken link"), std::string::npos);
}

TEST_F(CommandLine, UrlAnswersAsJson) {  // docs/INTERFACE.md, Small questions
  EXPECT_EQ(run("url http://a/b/c ../d?x#y").out, "{\"href\":\"http://a/d?x#y\"}\n");
  EXPECT_EQ(run("url http://a/ mailto:x@y").out, "{\"failure\":true,\"scheme\":\"mailto\"}\n");
  EXPECT_EQ(run("url http://a/ http://").out, "{\"failure\":true}\n");
}

TEST_F(CommandLine, UrlBatchAnswersEachLineInOrder) {
  const Answer result = run("url --batch",
                            "{\"base\":\"http://a/x/y\",\"input\":\"z\"}\n"
                            "\n"
                            "{\"base\":null,\"input\":\"http://中文.com/\"}\n"
                            "{\"base\":null,\"input\":\"relative\"}\n"
                            "{\"base\":\"mailto:x\",\"input\":\"https://b\"}\n"
                            "{\"input\":\"http://a/\\ud800\\ud83d\\ude00\\udc00\"}\r\n"
                            "{\"base\":\"http://a/\",\"input\":\"\"}");
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.out,
            "{\"href\":\"http://a/x/z\"}\n"
            "{\"href\":\"http://xn--fiq228c.com/\"}\n"
            "{\"failure\":true}\n"
            "{\"href\":\"https://b/\"}\n"
            "{\"href\":\"http://a/%EF%BF%BD%F0%9F%98%80%EF%BF%BD\"}\n"
            "{\"href\":\"http://a/\"}\n");
}

TEST_F(CommandLine, ABadBatchLineIsAnsweredInItsPlace) {
  const Answer result =
      run("url --batch", "not json\n[]\n{\"base\":1,\"input\":\"x\"}\n{}\n{\"id\":7}\n{\"input\":\"http://a\"}\n");
  EXPECT_EQ(result.code, 2);
  EXPECT_EQ(result.out,
            "{\"error\":\"the line is no JSON object\"}\n"
            "{\"error\":\"the line is no JSON object\"}\n"
            "{\"error\":\"base: must be text\"}\n"
            "{\"error\":\"input: is missing\"}\n"
            "{\"id\":7,\"error\":\"input: is missing\"}\n"
            "{\"href\":\"http://a/\"}\n");
}

TEST_F(CommandLine, AddressNamesTheRefusingRange) {  // docs/INTERFACE.md, Small questions
  EXPECT_EQ(run("address 127.0.0.1").out, "{\"allowed\":false,\"range\":\"127.0.0.0/8\"}\n");
  EXPECT_EQ(run("address 202.108.22.5").out, "{\"allowed\":true,\"range\":null}\n");
}

}  // namespace
