#include "daemon/report/texts.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>
#include <vector>

#include "core/check.h"
#include "core/civil.h"
#include "core/ip_address.h"
#include "core/limits.h"
#include "daemon/report/escape.h"
#include "daemon/report/texts_tls.h"

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

std::string_view named(std::span<const NamedWord> words, std::string_view word) {
  const auto found =
      std::find_if(words.begin(), words.end(), [word](const NamedWord& row) { return row.word == word; });
  return found == words.end() ? word : found->name;
}

// "text/html; charset=utf-8" is "text/html".
std::string_view type_named(const Texts& texts, std::string_view type) {
  const std::string_view name = named(texts.types, type.substr(0, type.find(';')));
  return name.empty() ? type : name;
}

// Words of ours that stand in the evidence of rules of content for programs.
bool names_facts(std::string_view rule) {
  return rule.starts_with("content.") || rule.ends_with(".metadata") || rule == "site.veto";
}

// "30 d" and "16 s" stand in evidence for programs.
std::string with_unit(const Texts& texts, std::string_view value) {
  const std::size_t digits = value.find_first_not_of("0123456789");
  if (digits == 0 || digits == std::string_view::npos || digits + 2 != value.size() || value[digits] != ' ')
    return std::string(value);
  const bool is_chinese = texts.language == Language::kChinese;
  const std::string number(value.substr(0, digits));
  if (value.back() == 's') return number + (is_chinese ? " 秒" : " s");
  if (value.back() == 'd') return number + (is_chinese ? " 天" : number == "1" ? " day" : " days");
  return std::string(value);
}

std::string evidence_named(const Texts& texts, const Finding& finding, std::string_view value) {
  if (finding.reason.code == ReasonCode::kWrongType) return std::string(type_named(texts, value));
  if (finding.rule == "site.tls" || names_facts(finding.rule)) value = named(texts.facts, value);
  return with_unit(texts, value);
}

std::string filled(std::string_view pattern, std::string_view value) {
  const std::size_t at = pattern.find("{}");
  CHECK(at != std::string_view::npos);  // the patterns are ours
  return std::string(pattern.substr(0, at)) + std::string(value) + std::string(pattern.substr(at + 2));
}

std::string seconds_text(double seconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", seconds);
  return text;
}

Values values_of(const Texts& texts, const Finding& finding) {
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
    add("seconds", seconds_text(last.seconds));
    if (evidence.attempts.size() > 1) add("tries", std::to_string(evidence.attempts.size()));
  }
  if (status != 0) add("status", std::to_string(status));
  if (!evidence.redirects.empty()) add("redirect", evidence.redirects.back().url);
  add("compared", evidence_named(texts, finding, evidence.compared));
  add("limit", evidence_named(texts, finding, evidence.limit));
  add("control", evidence_named(texts, finding, evidence.control));
  add("excerpt", evidence.excerpt);
  add("subject", finding.subject);
  if (finding.where_total > 0) add("places", std::to_string(finding.where_total));
  if (finding.where_total > finding.where.size()) add("listed", std::to_string(finding.where.size()));
  for (const auto& [name, value] : certificate_values(texts, finding)) add(name, value);
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
  // A fault without a reason may have words of its rule's own.
  const bool is_plain = finding.reason.code == ReasonCode::kNone;
  const ReasonTexts* const plain = is_plain ? find_reason(texts, finding.rule) : nullptr;
  const ReasonTexts* const own = reason_of_rule(texts, finding);
  const ReasonTexts reason = plain != nullptr ? *plain : own != nullptr ? *own : reason_texts(texts, finding.reason);
  Values values = values_of(texts, finding);
  std::string why = render(reason.detail, values);
  if (!rule.detail.empty() && plain == nullptr) {
    if (!why.empty()) values.emplace_back("why", std::move(why));
    why = render(rule.detail, values);
  }
  const bool is_of_both = (plain != nullptr || own != nullptr) && !reason.advice.empty();
  std::string advice(is_of_both || rule.advice.empty() ? reason.advice : rule.advice);
  if (finding.state == FindingState::kSuspect && !advice.empty()) advice.insert(0, texts.words.if_true);
  return FindingTexts{.title = std::string(rule.title),
                      .detail = std::move(why),
                      .advice = std::move(advice),
                      .basis = std::string(rule.basis)};
}

std::vector<EvidenceLine> evidence_lines(const Texts& texts, const Finding& finding) {
  const auto row_of = [&texts](std::string_view of) {
    return std::find_if(texts.evidence.begin(), texts.evidence.end(),
                        [of](const EvidenceTexts& row) { return row.of == of; });
  };
  auto row = row_of(reason_name(finding.reason));
  if (row == texts.evidence.end()) row = row_of(finding.rule);
  const EvidenceTexts names = row == texts.evidence.end() ? EvidenceTexts{} : *row;
  std::vector<EvidenceLine> lines;
  const auto add = [&lines](std::string_view name, std::string_view general, std::string_view value) {
    if (value.empty() || name == kUnsaid) return;
    lines.push_back({name.empty() ? general : name, std::string(value)});
  };
  const Evidence& evidence = finding.evidence;
  // The status stands with each request.
  if (finding.reason.code != ReasonCode::kHttpStatus) {
    add(names.compared, texts.words.compared, evidence_named(texts, finding, evidence.compared));
  }
  add(names.limit, texts.words.limit, evidence_named(texts, finding, evidence.limit));
  add(names.control, texts.words.control, evidence_named(texts, finding, evidence.control));
  add(names.excerpt, texts.words.excerpt, evidence.excerpt);
  for (EvidenceLine& line : certificate_lines(texts, finding)) lines.push_back(std::move(line));
  return lines;
}

std::string describe_attempt(const Texts& texts, const Attempt& attempt) {
  const Words& words = texts.words;
  std::string line = format_beijing(attempt.at) + std::string(words.time_zone);
  const auto add = [&](std::string_view pattern, std::string_view value) {
    line += std::string(words.comma) + filled(pattern, value);
  };
  if (attempt.address) add(words.asked_address, format_address(*attempt.address));
  if (attempt.status != 0) add(words.answered, std::to_string(attempt.status));
  if (!attempt.error.empty()) {
    line += std::string(words.comma) + filled(words.failed_in, words.phases[static_cast<std::size_t>(attempt.phase)]) +
            std::string(words.colon) + attempt.error;
  }
  if (attempt.seconds >= 0.05) {
    add(words.took, seconds_text(attempt.seconds));
  } else if (attempt.address) {
    line += std::string(words.comma) + std::string(words.took_little);
  }
  return line;
}

std::string_view fact_name(const Texts& texts, std::string_view rule, std::string_view word) {
  if (!names_facts(rule)) return {};
  const auto is_it = [word](const NamedWord& row) { return row.word == word; };
  const auto found = std::find_if(texts.facts.begin(), texts.facts.end(), is_it);
  return found == texts.facts.end() ? std::string_view() : found->name;
}

std::string tag_name(const Texts& texts, std::string_view tag) {
  if (tag.empty()) return {};
  const std::string_view name = named(texts.tags, tag);
  if (name != tag) return std::string(name);
  return filled(texts.words.other_tag, tag);
}

bool is_fault_of_reference(Reason reason) {
  return reason.code == ReasonCode::kInternalAddress || reason.code == ReasonCode::kMalformedUrl;
}

}  // namespace xuncha
