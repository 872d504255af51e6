#include "core/finding.h"

#include "core/check.h"
#include "core/digest.h"

namespace xuncha {

std::string_view severity_name(Severity severity) {
  switch (severity) {
    case Severity::kInfo:
      return "info";
    case Severity::kMinor:
      return "minor";
    case Severity::kMajor:
      return "major";
    case Severity::kCritical:
      return "critical";
  }
  return "info";
}

std::string_view finding_state_name(FindingState state) {
  switch (state) {
    case FindingState::kSuspect:
      return "suspect";
    case FindingState::kOpen:
      return "open";
    case FindingState::kAcknowledged:
      return "acknowledged";
    case FindingState::kMended:
      return "mended";
    case FindingState::kClosed:
      return "closed";
    case FindingState::kIgnored:
      return "ignored";
  }
  return "suspect";
}

std::string finding_id(std::string_view site, std::string_view rule, std::string_view subject_key) {
  std::string joined;
  joined.reserve(site.size() + rule.size() + subject_key.size() + 2);
  joined.append(site).push_back('\0');
  joined.append(rule).push_back('\0');
  joined.append(subject_key);
  const auto digest = sha256(joined);
  return to_hex(digest.data(), 16);
}

Finding make_finding(std::string_view site, std::string_view rule, std::string_view subject,
                     std::string_view subject_key, Reason reason, Severity severity, Evidence evidence, WallTime now) {
  CHECK(!evidence.attempts.empty() || !evidence.redirects.empty() || !evidence.compared.empty() ||
        !evidence.excerpt.empty());
  Finding finding;
  finding.site = site;
  finding.id = finding_id(site, rule, subject_key);
  finding.rule = rule;
  finding.severity = severity;
  finding.subject = subject;
  finding.reason = reason;
  finding.first_seen = now;
  finding.last_seen = now;
  finding.last_transition = now;
  finding.confirmations = 1;
  finding.evidence = std::move(evidence);
  return finding;
}

}  // namespace xuncha
