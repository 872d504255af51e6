#pragma once

#include "daemon/cli/check_options.h"

namespace xuncha {

// `xuncha check`: patrols each site of `options.urls` and writes one report. The exit code of CONTRACT 1.
int run_check(const CheckOptions& options);

}  // namespace xuncha
