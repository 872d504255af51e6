#pragma once

#include <span>
#include <string_view>

#include "core/finding.h"

namespace xuncha {

// What the program knows of one rule without running it. Title, basis and defaults in words: daemon/report/texts.h, by
// `id`.
struct RuleInfo {
  std::string_view id;  // "family.name"; never renamed
  Severity severity;    // before the weight of the place (home page, template) is added

  std::string_view family() const { return id.substr(0, id.find('.')); }
};

// Every rule that a detector of this program can raise, in the order in which reports show them. Immutable.
std::span<const RuleInfo> all_rules();
// nullptr when there is no such rule.
const RuleInfo* find_rule(std::string_view id);

// Does the pattern of --only, --skip or the configuration name this rule? A pattern is a rule id, a family ("link"), or
// a family with any name ("link.*").
bool rule_matches(std::string_view pattern, std::string_view id);
// Does the pattern name any rule at all?
bool is_rule_pattern(std::string_view pattern);

}  // namespace xuncha
