#include <algorithm>

#include "daemon/config/config_reader.h"
#include "daemon/config/thresholds.h"
#include "detectors/registry.h"

namespace xuncha {
namespace {

constexpr std::string_view kSeverities[] = {"info", "minor", "major", "critical"};

}  // namespace

bool ConfigReader::is_rule(const ConfigValue& value, const std::string& pattern) {
  if (is_rule_pattern(pattern) || has_thresholds(pattern)) return true;
  reader_.note(value, quote(pattern) + " is no rule or family of rules; `xuncha rules` lists them");
  return false;
}

void ConfigReader::read_rules(const ConfigValue& value) {
  if (value.node->kind != YamlNode::Kind::kMap) {
    return reader_.note(value, "must be a map of rules and families, as `xuncha rules` lists them");
  }
  // Each key is a rule: the map of known keys is made from those that stand there.
  Keys keys;
  const std::vector<YamlNode>& children = value.node->children;
  for (std::size_t index = 0; index + 1 < children.size(); index += 2) {
    const std::string& pattern = children[index].text;
    const auto known = [&pattern](const ValueReader::Key& key) { return key.name == pattern; };
    if (children[index].kind == YamlNode::Kind::kRefused || std::any_of(keys.begin(), keys.end(), known)) continue;
    if (!is_rule_pattern(pattern) && !has_thresholds(pattern)) {
      reader_.note({value.node, value.key, children[index].line},
                   quote(pattern) + " is no rule or family of rules; `xuncha rules` lists them");
    }
    keys.push_back({pattern, [this, &pattern](const ConfigValue& rule) { read_rule(rule, pattern); }});
    if (keys.size() > limits::kConfigurationFaultsMax) break;
  }
  reader_.map(value, keys);
}

void ConfigReader::read_rule(const ConfigValue& value, const std::string& pattern) {
  if (!is_rule_pattern(pattern) && !has_thresholds(pattern)) return;
  RuleSetting setting;
  setting.pattern = pattern;
  Keys keys = {
      {"enabled", [&](const ConfigValue& each) { setting.enabled = reader_.boolean(each); }},
      {"severity",
       [&](const ConfigValue& each) {
         if (const auto index = reader_.choice(each, kSeverities)) setting.severity = static_cast<Severity>(*index);
       }},
  };
  Thresholds& thresholds = configuration_.rules.thresholds;
  for (const ThresholdInfo& row : all_thresholds()) {
    if (row.rule != pattern) continue;
    keys.push_back({row.name, [&](const ConfigValue& each) {
                      thresholds_[each.key] = reader_.place(each);
                      if (row.span != nullptr) {
                        const auto found = reader_.span(each, row.span_min, row.span_max);
                        if (found) thresholds.*row.span = *found;
                      } else {
                        const auto found = reader_.number(each, row.share_min, row.share_max);
                        if (found) thresholds.*row.share = *found;
                      }
                    }});
  }
  reader_.map(value, keys);
  configuration_.rules.settings.push_back(std::move(setting));
}

}  // namespace xuncha
