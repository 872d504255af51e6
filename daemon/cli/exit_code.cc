#include "daemon/cli/exit_code.h"

#include <iostream>

#include "daemon/report/escape.h"

namespace xuncha {

ExitCode exit_code(ErrorCode code) {
  switch (code) {
    case ErrorCode::kUsage:
      return kExitUsage;
    case ErrorCode::kNothingJudged:
      return kExitNothingJudged;
    case ErrorCode::kUnavailable:
    case ErrorCode::kCorruption:
      return kExitUnavailable;
    case ErrorCode::kConfiguration:
      return kExitConfiguration;
    case ErrorCode::kInternal:
      return kExitInternal;
  }
  return kExitInternal;
}

int fail_with(const Error& error) {
  std::cerr << "xuncha: ";
  if (!error.where.empty()) std::cerr << visible_text(error.where) << ": ";
  std::cerr << visible_text(error.message) << '\n';
  return exit_code(error.code);
}

}  // namespace xuncha
