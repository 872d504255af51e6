#pragma once

#include <functional>
#include <memory>
#include <ostream>

#include "daemon/cli/check_options.h"
#include "daemon/report/report.h"

namespace xuncha {

// `xuncha check`: patrols each site of `options.urls` and writes one report. Gives an ExitCode.
int run_check(const CheckOptions& options);

// The same with another writer: what it makes of the records goes to `--out`, or to standard output.
int run_patrols(const CheckOptions& options,
                const std::function<std::unique_ptr<ReportWriter>(std::ostream& out)>& make_writer);

}  // namespace xuncha
