#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/run_program.h"

namespace xuncha::test {

// What Python's parsers, which are not ours, read from a mail (tests/support/read_mail.py). `source_dir` is the top of
// the repository.
inline nlohmann::json read_mail(const std::string& bytes, const std::string& source_dir) {
  const ProgramEnd end =
      run_program("/usr/bin/python3", {source_dir + "/tests/support/read_mail.py"}, std::chrono::seconds(60), bytes);
  EXPECT_EQ(end.exit_code, 0) << end.err;
  return nlohmann::json::parse(end.out, nullptr, false);
}

// The same of many, in order; `mails` hold the bytes as latin-1 in "data" (tests/support/smtp_server.py).
inline std::vector<nlohmann::json> read_mails(const std::vector<nlohmann::json>& mails, const std::string& source_dir) {
  std::string input;
  for (const nlohmann::json& mail : mails) input += nlohmann::json(mail["data"]).dump() + "\n";
  const ProgramEnd end = run_program("/usr/bin/python3", {source_dir + "/tests/support/read_mail.py", "--batch"},
                                     std::chrono::seconds(120), input);
  EXPECT_EQ(end.exit_code, 0) << end.err;
  std::vector<nlohmann::json> read;
  for (std::size_t from = 0, to = 0; (to = end.out.find('\n', from)) != std::string::npos; from = to + 1) {
    read.push_back(nlohmann::json::parse(end.out.substr(from, to - from)));
  }
  EXPECT_EQ(read.size(), mails.size());
  return read;
}

}  // namespace xuncha::test
