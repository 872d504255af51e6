#include <algorithm>
#include <array>

#include "detectors/registry.h"

namespace xuncha {
namespace {

// In the order of harm to a visitor. A detector adds its rules here and their words to daemon/report/texts_*.cc.
constexpr std::array kRules = {
    RuleInfo{"site.unreachable", Severity::kCritical}, RuleInfo{"site.tls", Severity::kMajor},
    RuleInfo{"page.injected", Severity::kCritical},    RuleInfo{"link.hijacked", Severity::kCritical},
    RuleInfo{"link.broken", Severity::kMinor},         RuleInfo{"link.wrong", Severity::kMinor},
    RuleInfo{"site.veto", Severity::kMajor},           RuleInfo{"home.stale", Severity::kMajor},
    RuleInfo{"column.stale", Severity::kMajor},        RuleInfo{"column.blank", Severity::kMajor},
    RuleInfo{"column.lost", Severity::kMajor},         RuleInfo{"column.undated", Severity::kMinor},
    RuleInfo{"content.expired", Severity::kMinor},     RuleInfo{"content.unrotated", Severity::kMinor},
    RuleInfo{"content.backdated", Severity::kMinor},   RuleInfo{"ipv6.broken", Severity::kMajor},
    RuleInfo{"ipv6.inconsistent", Severity::kMajor},   RuleInfo{"ipv6.missing", Severity::kMinor},
    RuleInfo{"ipv6.skylight", Severity::kMinor},       RuleInfo{"ipv6.links", Severity::kMinor},
    RuleInfo{"site.domain", Severity::kMinor},         RuleInfo{"page.metadata", Severity::kMinor},
    RuleInfo{"document.metadata", Severity::kMinor},   RuleInfo{"site.soft404", Severity::kMinor},
    RuleInfo{"site.unjudged", Severity::kInfo},
};

}  // namespace

std::span<const RuleInfo> all_rules() {
  return kRules;
}

const RuleInfo* find_rule(std::string_view id) {
  const auto found = std::find_if(kRules.begin(), kRules.end(), [id](const RuleInfo& rule) { return rule.id == id; });
  return found == kRules.end() ? nullptr : &*found;
}

bool rule_matches(std::string_view pattern, std::string_view id) {
  if (pattern == id) return true;
  if (pattern.ends_with(".*")) pattern.remove_suffix(2);
  return !pattern.empty() && pattern == id.substr(0, id.find('.'));
}

bool is_rule_pattern(std::string_view pattern) {
  return std::any_of(kRules.begin(), kRules.end(),
                     [pattern](const RuleInfo& rule) { return rule_matches(pattern, rule.id); });
}

}  // namespace xuncha
