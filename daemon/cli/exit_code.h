#pragma once

#include "core/result.h"

namespace xuncha {

// Scripts rely on the numbers: docs/INTERFACE.md, Programs and exit codes.
enum ExitCode : int {
  kExitClean = 0,
  kExitFindings = 1,  // in state open
  kExitUsage = 2,
  kExitNothingJudged = 3,
  kExitUnavailable = 75,
  kExitConfiguration = 78,
  kExitInternal = 70,
  kExitInterrupted = 130,
};

ExitCode exit_code(ErrorCode code);

// Says "xuncha: WHERE: MESSAGE" on standard error, escaped for terminals, and gives the exit code.
int fail_with(const Error& error);

}  // namespace xuncha
