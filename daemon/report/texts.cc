#include "daemon/report/texts.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>
#include <vector>

#include "core/check.h"
#include "core/ip_address.h"
#include "core/limits.h"
#include "daemon/report/escape.h"

namespace xuncha {

extern const Texts kChineseTexts;
extern const Texts kEnglishTexts;

namespace {

using Values = std::vector<std::pair<std::string_view, std::string>>;

std::string_view value_of(const Values& values, std::string_view name) {
  for (const auto& [key, value] : values) {
    if (key == name) return value;
  }
  return {};
}

// Fills one pattern without optional parts; false when a value is absent.
bool fill(std::string_view pattern, const Values& values, std::string& out) {
  bool complete = true;
  while (!pattern.empty()) {
    const std::size_t open = pattern.find('{');
    out += pattern.substr(0, open);
    if (open == std::string_view::npos) break;
    const std::size_t close = pattern.find('}', open);
    CHECK(close != std::string_view::npos);  // the patterns are ours
    const std::string_view value = value_of(values, pattern.substr(open + 1, close - open - 1));
    complete = complete && !value.empty();
    out += value;
    pattern.remove_prefix(close + 1);
  }
  return complete;
}

std::string render(std::string_view pattern, const Values& values) {
  std::string out;
  while (!pattern.empty()) {
    const std::size_t open = pattern.find('[');
    fill(pattern.substr(0, open), values, out);
    if (open == std::string_view::npos) break;
    const std::size_t close = pattern.find(']', open);
    CHECK(close != std::string_view::npos);
    std::string part;
    if (fill(pattern.substr(open + 1, close - open - 1), values, part)) out += part;
    pattern.remove_prefix(close + 1);
  }
  return out;
}

Values values_of(const Finding& finding) {
  Values values;
  const auto add = [&values](std::string_view name, std::string_view value) {
    if (!value.empty()) values.emplace_back(name, cut_text(value, limits::kDetailValueBytesMax));
  };
  const Evidence& evidence = finding.evidence;
  std::uint16_t status = finding.reason.status;
  if (!evidence.attempts.empty()) {
    const Attempt& last = evidence.attempts.back();
    if (status == 0) status = last.status;
    if (last.address) add("address", format_address(*last.address));
    if (last.family != Family::kAny) add("family", last.family == Family::kIpv6 ? "IPv6" : "IPv4");
    add("error", last.error);
    char seconds[32];
    std::snprintf(seconds, sizeof seconds, "%.1f", last.seconds);
    add("seconds", seconds);
    if (evidence.attempts.size() > 1) add("tries", std::to_string(evidence.attempts.size()));
  }
  if (status != 0) add("status", std::to_string(status));
  if (!evidence.redirects.empty()) add("redirect", evidence.redirects.back().url);
  add("compared", evidence.compared);
  add("limit", evidence.limit);
  add("control", evidence.control);
  add("excerpt", evidence.excerpt);
  add("subject", finding.subject);
  if (finding.where_total > 0) add("places", std::to_string(finding.where_total));
  return values;
}

const ReasonTexts* find_reason(const Texts& texts, std::string_view key) {
  const auto found = std::find_if(texts.reasons.begin(), texts.reasons.end(),
                                  [key](const ReasonTexts& row) { return row.reason == key; });
  return found == texts.reasons.end() ? nullptr : &*found;
}

}  // namespace

std::optional<Language> parse_language(std::string_view name) {
  if (name == "zh-CN") return Language::kChinese;
  if (name == "en") return Language::kEnglish;
  return std::nullopt;
}

std::string_view language_name(Language language) {
  return language == Language::kChinese ? "zh-CN" : "en";
}

Language choose_language(std::optional<Language> asked, Audience audience, std::string_view locale) {
  if (asked) return *asked;
  if (audience == Audience::kMachines) return Language::kChinese;
  const std::string_view language = locale.substr(0, locale.find_first_of("_-.@"));
  return language == "en" ? Language::kEnglish : Language::kChinese;
}

std::string message_locale() {
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') return value;
  }
  return {};
}

const Texts& texts(Language language) {
  return language == Language::kChinese ? kChineseTexts : kEnglishTexts;
}

std::string numbered(std::string_view pattern, std::initializer_list<std::uint64_t> numbers) {
  std::string out;
  auto number = numbers.begin();
  for (const char c : pattern) {
    if (c == '#' && number != numbers.end()) {
      out += std::to_string(*number++);
    } else {
      out.push_back(c);
    }
  }
  return out;
}

RuleTexts rule_texts(const Texts& texts, std::string_view rule) {
  const auto found =
      std::find_if(texts.rules.begin(), texts.rules.end(), [rule](const RuleTexts& row) { return row.rule == rule; });
  if (found != texts.rules.end()) return *found;
  return RuleTexts{.rule = rule, .title = rule, .basis = {}, .defaults = {}, .detail = {}, .advice = {}};
}

ReasonTexts reason_texts(const Texts& texts, Reason reason) {
  const ReasonTexts* row = find_reason(texts, reason_name(reason));
  if (row == nullptr && reason.code == ReasonCode::kHttpStatus) {
    const int hundreds = reason.status / 100;
    const bool blocked = verdict_of(reason) == Verdict::kBlocked;
    row = find_reason(texts, blocked         ? "http_blocked"
                             : hundreds == 4 ? "http_4xx"
                             : hundreds == 5 ? "http_5xx"
                                             : "http_xxx");
  }
  return row != nullptr ? *row : ReasonTexts{};
}

FindingTexts describe(const Texts& texts, const Finding& finding) {
  const RuleTexts rule = rule_texts(texts, finding.rule);
  const ReasonTexts reason = reason_texts(texts, finding.reason);
  Values values = values_of(finding);
  std::string why = render(reason.detail, values);
  if (!rule.detail.empty()) {
    if (!why.empty()) values.emplace_back("why", std::move(why));
    why = render(rule.detail, values);
  }
  return FindingTexts{.title = std::string(rule.title),
                      .detail = std::move(why),
                      .advice = std::string(rule.advice.empty() ? reason.advice : rule.advice),
                      .basis = std::string(rule.basis)};
}

}  // namespace xuncha
