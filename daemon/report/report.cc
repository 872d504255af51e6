#include "daemon/report/report.h"

#include <algorithm>
#include <ostream>

#include "detectors/registry.h"

namespace xuncha {
namespace {

// The rule's place in all_rules(); unknown rules come last.
std::size_t rule_rank(std::string_view rule) {
  const auto rules = all_rules();
  const auto found = std::find_if(rules.begin(), rules.end(), [rule](const RuleInfo& row) { return row.id == rule; });
  return static_cast<std::size_t>(found - rules.begin());
}

bool reads_before(const Finding& left, const Finding& right) {
  if (left.site != right.site) return left.site < right.site;
  const std::size_t left_rank = rule_rank(left.rule);
  const std::size_t right_rank = rule_rank(right.rule);
  if (left_rank != right_rank) return left_rank < right_rank;
  if (left.rule != right.rule) return left.rule < right.rule;
  if (left.severity != right.severity) return left.severity > right.severity;
  if (left.where_total != right.where_total) return left.where_total > right.where_total;
  return left.subject < right.subject;
}

}  // namespace

std::string_view skip_reason_name(SkipReason reason) {
  switch (reason) {
    case SkipReason::kRobots:
      return "robots";
    case SkipReason::kBudget:
      return "budget";
    case SkipReason::kScope:
      return "scope";
    case SkipReason::kAddress:
      return "address";
    case SkipReason::kExcluded:
      return "excluded";
  }
  return "excluded";
}

bool is_unjudged(const PageRecord& record) {
  const Verdict verdict = verdict_of(record.reason);
  return verdict == Verdict::kBlocked || verdict == Verdict::kInconclusive;
}

std::optional<ReportFormat> parse_report_format(std::string_view name) {
  if (name == "text") return ReportFormat::kText;
  if (name == "json") return ReportFormat::kJson;
  if (name == "csv") return ReportFormat::kCsv;
  if (name == "html") return ReportFormat::kHtml;
  return std::nullopt;
}

Audience audience_of(ReportFormat format) {
  return format == ReportFormat::kJson || format == ReportFormat::kCsv ? Audience::kMachines : Audience::kPeople;
}

std::unique_ptr<ReportWriter> make_report_writer(const ReportOptions& options, std::ostream& out) {
  switch (options.format) {
    case ReportFormat::kJson:
      return make_json_writer(options, out);
    case ReportFormat::kCsv:
      return make_csv_writer(options, out);
    case ReportFormat::kHtml:
      return make_html_writer(options, out);
    case ReportFormat::kText:
      break;
  }
  return make_text_writer(options, out);
}

void CollectedReport::sort() {
  std::stable_sort(findings.begin(), findings.end(), reads_before);
}

std::vector<RuleFindings> CollectedReport::by_rule(std::string_view site) const {
  std::vector<RuleFindings> rules;
  for (const Finding& finding : findings) {
    if (finding.site != site) continue;
    if (rules.empty() || rules.back().rule() != finding.rule) {
      rules.push_back({.findings = {&finding, 1}, .places = finding.where_total});
      continue;
    }
    RuleFindings& last = rules.back();
    last.findings = {last.findings.data(), last.findings.size() + 1};
    last.places += finding.where_total;
  }
  return rules;
}

const SummaryRecord* CollectedReport::summary_of(std::string_view site) const {
  const auto found = std::find_if(summaries.begin(), summaries.end(),
                                  [site](const SummaryRecord& record) { return record.site == site; });
  return found == summaries.end() ? nullptr : &*found;
}

std::vector<std::string> CollectedReport::site_ids() const {
  std::vector<std::string> ids;
  const auto add = [&ids](const std::string& id) {
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
  };
  for (const SiteStatusRecord& record : sites) add(record.site);
  for (const SummaryRecord& record : summaries) add(record.site);
  for (const Finding& finding : findings) {
    if (ids.empty() || ids.back() != finding.site) add(finding.site);
  }
  for (const PageRecord& record : pages) {
    if (ids.empty() || ids.back() != record.site) add(record.site);
  }
  return ids;
}

std::string describe_ipv6(const Texts& texts, const Ipv6Status& ipv6) {
  std::string words(texts.words.ipv6_stages[static_cast<std::size_t>(ipv6.stage)]);
  const std::string_view doubt = texts.words.ipv6_doubts[static_cast<std::size_t>(ipv6.doubt)];
  if (!doubt.empty()) words.append(texts.words.colon).append(doubt);
  if (const auto& servers = ipv6.name_servers) {
    const bool is_chinese = texts.language == Language::kChinese;
    words +=
        numbered(is_chinese ? "；域名服务器 # 台，其中 # 台能用 IPv6 访问" : "; of # name servers # answer over IPv6",
                 {servers->all, servers->over_ipv6});
  }
  return words;
}

std::string describe_other_scheme(const Texts& texts, const OtherScheme& other) {
  std::string words(texts.words.scheme_states[static_cast<std::size_t>(other.state)]);
  const bool is_unsteady = other.state == SchemeState::kUnknown && other.reason.code == ReasonCode::kNone;
  if (is_unsteady)
    words.append(texts.words.colon).append(texts.words.ipv6_doubts[static_cast<std::size_t>(Ipv6Doubt::kUnsteady)]);
  if (other.reason.code != ReasonCode::kNone)
    words.append(texts.words.colon).append(reason_texts(texts, other.reason).name);
  return words;
}

std::string_view other_scheme_name(const OtherScheme& other) {
  return other.is_https() ? "HTTPS" : "HTTP";
}

Status flush_report(std::ostream& out) {
  out.flush();
  if (out) return Done{};
  return Error{ErrorCode::kUnavailable, "report", "could not write the whole report: disk full or output closed"};
}

}  // namespace xuncha
