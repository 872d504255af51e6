#include "daemon/report/subject.h"

namespace xuncha {
namespace {

bool is_column(const Finding& finding) {
  return finding.rule.starts_with("column.");
}

// What is at fault where the subject is a mark behind the home page's address (HOME#PubDate); empty for an address.
std::string_view mark_name(const Texts& texts, const Finding& finding) {
  const std::size_t at = finding.subject.rfind('#');
  if (at == std::string::npos) return {};
  if (finding.evidence.control.starts_with("slot_")) {
    return fact_name(texts, finding.rule, "subject_" + finding.evidence.control);
  }
  return fact_name(texts, finding.rule, std::string_view(finding.subject).substr(at + 1));
}

}  // namespace

std::string_view subject_name(const Texts& texts, const Finding& finding) {
  if (is_column(finding) && !finding.where.empty() && !finding.where[0].text.empty()) return finding.where[0].text;
  const std::string_view name = mark_name(texts, finding);
  return name.empty() ? std::string_view(finding.subject) : name;
}

std::string_view subject_address(const Texts& texts, const Finding& finding) {
  const bool is_mark = !mark_name(texts, finding).empty();
  if ((is_column(finding) || is_mark) && !finding.where.empty()) return finding.where[0].page;
  const std::string_view subject = finding.subject;
  return is_mark ? subject.substr(0, subject.rfind('#')) : subject;
}

}  // namespace xuncha
