#pragma once

#include <iosfwd>
#include <optional>
#include <string>

#include "core/finding.h"
#include "daemon/report/report.h"

namespace xuncha {

// `xuncha findings`: what a stopped daemon's data directory (or that of `check --data-dir`) knows. Writes nothing
// there.
struct FindingsQuestion {
  std::string data_dir;
  std::string site;  // id; empty: all
  std::string rule;  // id, family, or "family.*"; empty: all
  std::optional<FindingState> state;
  ReportOptions report;
};

// kUsage for a site that the store does not know; else the errors of Store::open_read_only.
Status print_findings(const FindingsQuestion& question, std::ostream& out);

}  // namespace xuncha
