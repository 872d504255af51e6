#include "daemon/mail/mail_texts.h"

#include "core/check.h"

namespace xuncha {

extern const MailTexts kChineseMailTexts;
extern const MailTexts kEnglishMailTexts;

const MailTexts& mail_texts(Language language) {
  return language == Language::kChinese ? kChineseMailTexts : kEnglishMailTexts;
}

std::string filled(std::string_view pattern,
                   std::initializer_list<std::pair<std::string_view, std::string_view>> values) {
  std::string out;
  while (!pattern.empty()) {
    const std::size_t open = pattern.find('{');
    out += pattern.substr(0, open);
    if (open == std::string_view::npos) break;
    const std::size_t close = pattern.find('}', open);
    CHECK(close != std::string_view::npos);  // the patterns are ours
    const std::string_view name = pattern.substr(open + 1, close - open - 1);
    for (const auto& [key, value] : values) {
      if (key == name) out += value;
    }
    pattern.remove_prefix(close + 1);
  }
  return out;
}

std::string_view recheck_of(const MailTexts& texts, std::string_view rule) {
  std::string_view general;
  std::string_view of_family;
  for (const RecheckTexts& row : texts.rechecks) {
    if (row.rule == rule) return row.text;
    if (row.rule.empty()) general = row.text;
    if (!row.rule.empty() && row.rule == rule.substr(0, rule.find('.'))) of_family = row.text;
  }
  return of_family.empty() ? general : of_family;
}

}  // namespace xuncha
