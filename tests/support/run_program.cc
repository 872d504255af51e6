#include "tests/support/run_program.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

extern char** environ;

namespace xuncha::test {
namespace {

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

int exit_code_of(int status) {
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int spawn(const std::string& program, const std::vector<std::string>& arguments, const std::string& in_file,
          const std::string& out_file, const std::string& err_file) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, in_file.c_str(), O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, out_file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_addopen(&actions, 2, err_file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  std::vector<char*> argv;
  argv.push_back(const_cast<char*>(program.c_str()));
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  std::vector<char*> environment;
  std::string language = "LANG=C.UTF-8";
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    if (!text.starts_with("LANG=") && !text.starts_with("LC_") && !text.starts_with("NO_COLOR="))
      environment.push_back(*entry);
  }
  environment.push_back(language.data());
  environment.push_back(nullptr);
  pid_t pid = -1;
  const int error = posix_spawn(&pid, program.c_str(), &actions, nullptr, argv.data(), environment.data());
  posix_spawn_file_actions_destroy(&actions);
  return error == 0 ? pid : -1;
}

}  // namespace

int start_program(const std::string& program, const std::vector<std::string>& arguments, const std::string& out_file,
                  const std::string& err_file) {
  return spawn(program, arguments, "/dev/null", out_file, err_file);
}

int wait_program(int pid) {
  int status = 0;
  if (waitpid(pid, &status, 0) != pid) return -1;
  return exit_code_of(status);
}

ProgramEnd run_program(const std::string& program, const std::vector<std::string>& arguments,
                       std::chrono::seconds limit, const std::string& input) {
  std::string directory = (std::filesystem::temp_directory_path() / "xuncha-run-XXXXXX").string();
  if (mkdtemp(directory.data()) == nullptr) return {};
  std::ofstream(directory + "/in", std::ios::binary) << input;
  ProgramEnd end;
  const int pid = spawn(program, arguments, directory + "/in", directory + "/out", directory + "/err");
  if (pid > 0) {
    const auto give_up = std::chrono::steady_clock::now() + limit;
    int status = 0;
    while (waitpid(pid, &status, WNOHANG) == 0) {
      if (std::chrono::steady_clock::now() > give_up) kill(pid, SIGKILL);
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    end.exit_code = exit_code_of(status);
    end.out = read_file(directory + "/out");
    end.err = read_file(directory + "/err");
  }
  std::filesystem::remove_all(directory);
  return end;
}

}  // namespace xuncha::test
