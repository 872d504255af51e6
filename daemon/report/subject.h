#pragma once

#include <string>

#include "core/finding.h"

namespace xuncha {

// What people are told that a finding is about: a column by its name, since its id says nothing to them; all else by
// its address. From a portal. Pure; any thread.
inline const std::string& subject_name(const Finding& finding) {
  const bool has_name = finding.rule.starts_with("column.") && !finding.where.empty() && !finding.where[0].text.empty();
  return has_name ? finding.where[0].text : finding.subject;
}

// The address to look at: of a column its page.
inline const std::string& subject_address(const Finding& finding) {
  const bool has_page = finding.rule.starts_with("column.") && !finding.where.empty();
  return has_page ? finding.where[0].page : finding.subject;
}

}  // namespace xuncha
