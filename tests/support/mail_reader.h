#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

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

}  // namespace xuncha::test
