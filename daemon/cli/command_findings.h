#pragma once

#include <iosfwd>
#include <optional>
#include <string>

#include "core/finding.h"
#include "daemon/report/report.h"

namespace xuncha {

struct Configuration;

// `xuncha findings`: what a running daemon says, or what a stopped one's data directory (or that of `check --data-dir`)
// knows. Writes nothing there.
struct FindingsQuestion {
  std::string server;  // http(s) URL of the daemon; empty: `data_dir` is read
  std::string data_dir;
  std::string site;  // id; empty: all
  std::string rule;  // id, family, or "family.*"; empty: all
  std::optional<FindingState> state;
  const Configuration* configuration = nullptr;  // whose `ignore` and severities hold for `data_dir`; null: none
  ReportOptions report;
};

// kUsage for a site that the store does not know; else the errors of Store::open_read_only or of the daemon's answer.
Status print_findings(const FindingsQuestion& question, std::ostream& out);

}  // namespace xuncha
