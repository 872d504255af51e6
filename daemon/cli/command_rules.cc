#include "daemon/cli/command_rules.h"

#include <nlohmann/json.hpp>
#include <ostream>

#include "detectors/registry.h"

namespace xuncha {

void print_rules(ListFormat format, const Texts& texts, std::ostream& out) {
  for (const RuleInfo& rule : all_rules()) {
    const RuleTexts words = rule_texts(texts, rule.id);
    if (format == ListFormat::kJson) {
      const nlohmann::ordered_json json = {
          {"rule", rule.id},      {"family", rule.family()}, {"severity", severity_name(rule.severity)},
          {"title", words.title}, {"basis", words.basis},    {"default", words.defaults}};
      out << json.dump() << '\n';
      continue;
    }
    const std::string_view colon = texts.words.colon;
    out << rule.id << "  " << words.title << "  [" << texts.words.severities[static_cast<std::size_t>(rule.severity)]
        << "]\n    " << texts.words.judged << colon << words.defaults << "\n    " << texts.words.basis << colon
        << words.basis << '\n';
  }
}

}  // namespace xuncha
