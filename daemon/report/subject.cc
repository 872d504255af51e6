#include "daemon/report/subject.h"

namespace xuncha {
namespace {

bool is_column(const Finding& finding) {
  return finding.rule.starts_with("column.");
}

// Where the mark of a fault of many pages begins, which stands behind the home page's address.
std::size_t mark_at(const Texts& texts, const Finding& finding) {
  const std::size_t at = finding.subject.rfind('#');
  if (at == std::string::npos) return at;
  const std::string_view word = std::string_view(finding.subject).substr(at + 1);
  return fact_name(texts, finding.rule, word).empty() ? std::string::npos : at;
}

}  // namespace

std::string_view subject_name(const Texts& texts, const Finding& finding) {
  if (is_column(finding) && !finding.where.empty() && !finding.where[0].text.empty()) return finding.where[0].text;
  const std::size_t at = mark_at(texts, finding);
  if (at == std::string::npos) return finding.subject;
  return fact_name(texts, finding.rule, std::string_view(finding.subject).substr(at + 1));
}

std::string_view subject_address(const Texts& texts, const Finding& finding) {
  const std::size_t at = mark_at(texts, finding);
  const bool is_address = !is_column(finding) && at == std::string::npos;
  if (!is_address && !finding.where.empty()) return finding.where[0].page;
  return std::string_view(finding.subject).substr(0, at);
}

}  // namespace xuncha
