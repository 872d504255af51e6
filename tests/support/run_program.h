#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace xuncha::test {

struct ProgramEnd {
  int exit_code = -1;  // 128 + signal where a signal ended it
  std::string out;
  std::string err;
};

// Runs a program to its end and gives what it wrote. `program` is a path. Ended by SIGKILL after `limit`.
// Environment is inherited, with LANG=C.UTF-8 and without NO_COLOR.
ProgramEnd run_program(const std::string& program, const std::vector<std::string>& arguments,
                       std::chrono::seconds limit = std::chrono::seconds(120), const std::string& input = {});

// Starts a program in the background; its standard streams go to files. The caller ends and reaps it by its pid.
int start_program(const std::string& program, const std::vector<std::string>& arguments, const std::string& out_file,
                  const std::string& err_file);
// Waits for it. 128 + signal where a signal ended it.
int wait_program(int pid);

}  // namespace xuncha::test
