#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/finding.h"
#include "core/result.h"

namespace xuncha {

// One answer of GET /api/v1/findings.
struct FindingsPage {
  std::vector<Finding> findings;
  std::string next;  // cursor; empty: the last page
};

// The reverse of finding_json (daemon/report/record_json.h), as far as reports need it: title, detail, advice and basis
// are made anew. kUnavailable for what is no such answer. Any text gives an answer. Pure; any thread.
Result<FindingsPage> read_findings_page(std::string_view json);

}  // namespace xuncha
