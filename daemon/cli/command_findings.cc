#include "daemon/cli/command_findings.h"

#include <algorithm>

#include "detectors/registry.h"
#include "storage/store.h"

namespace xuncha {

Status print_findings(const FindingsQuestion& question, std::ostream& out) {
  const auto store = Store::open_read_only(question.data_dir);
  if (!store) return store.error();
  std::vector<std::string> sites = store.value()->sites();
  if (!question.site.empty()) {
    if (std::find(sites.begin(), sites.end(), question.site) == sites.end()) {
      return Error{ErrorCode::kUsage, "--site", question.site + " is no site in " + question.data_dir};
    }
    sites = {question.site};
  }
  const auto writer = make_report_writer(question.report, out);
  for (const std::string& site : sites) {
    const auto handle = store.value()->find_site(site);
    if (!handle) continue;
    const auto findings = store.value()->findings(*handle, {.state = question.state, .rule = {}, .since = {}});
    if (!findings) return findings.error();
    for (const Finding& finding : findings.value()) {
      if (question.rule.empty() || rule_matches(question.rule, finding.rule)) writer->finding(finding);
    }
  }
  return writer->finish();
}

}  // namespace xuncha
