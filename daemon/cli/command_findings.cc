#include "daemon/cli/command_findings.h"

#include <algorithm>

#include "core/url.h"
#include "daemon/config/configuration.h"
#include "daemon/patrol/page_fetch.h"
#include "daemon/report/record_reader.h"
#include "detectors/registry.h"
#include "storage/store.h"

namespace xuncha {

namespace {

constexpr int kPagesMax = 10'000;  // of answers: ten million findings; a daemon that never ends is none of ours

Status print_from_server(const FindingsQuestion& question, std::ostream& out) {
  const SystemClock clock;
  const UrlParse server = parse_url(question.server);
  if (!server.url) return Error{ErrorCode::kUsage, "--server", question.server + " is no http(s) URL"};
  std::string query = "/api/v1/findings?limit=1000";
  if (!question.site.empty()) query += "&site=" + question.site;
  if (question.state) query.append("&state=").append(finding_state_name(*question.state));
  const auto writer = make_report_writer(question.report, out);
  std::string cursor;
  for (int pages = 0; pages < kPagesMax; ++pages) {
    const UrlParse url = parse_url(query + cursor, &*server.url);
    auto answer = fetch_from_daemon(*url.url, clock);
    if (!answer) return answer.error();
    auto page = read_findings_page(answer.value());
    if (!page) return page.error();
    for (const Finding& finding : page.value().findings) {
      if (question.rule.empty() || rule_matches(question.rule, finding.rule)) writer->finding(finding);
    }
    if (page.value().next.empty()) break;
    cursor = "&cursor=" + page.value().next;
  }
  return writer->finish();
}

// What the daemon would say of a stored finding: what is ignored is decided anew whenever it is told.
Finding as_told(Finding finding, const FindingsQuestion& question) {
  if (question.configuration == nullptr) return finding;
  if (const SiteConfig* site = question.configuration->find_id(finding.site)) {
    site->mark_ignored(finding, question.report.now);
  }
  finding.severity = question.configuration->rules.severity(finding.rule).value_or(finding.severity);
  return finding;
}

}  // namespace

Status print_findings(const FindingsQuestion& question, std::ostream& out) {
  if (!question.server.empty()) return print_from_server(question, out);
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
    const Status read = store.value()->for_each_finding(*handle, [&](Finding stored) {
      if (!question.rule.empty() && !rule_matches(question.rule, stored.rule)) return;
      const Finding finding = as_told(std::move(stored), question);
      if (!question.state || *question.state == finding.state) writer->finding(finding);
    });
    if (!read) return read.error();
  }
  return writer->finish();
}

}  // namespace xuncha
