#include "detectors/document_validity.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "core/code_points.h"

namespace xuncha {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

constexpr std::size_t kTitleBytesLooked = 600;
constexpr std::size_t kKeyBytesMin = 18;  // six Chinese characters: a shorter name is of many documents
constexpr days kDaysToMark = days(30);
constexpr days kDaysBeforeRepeal = days(180);  // a text that is made anew and the news of it come together

bool is_dropped(char32_t c) {
  constexpr std::u32string_view kMarks =
      U"《》〈〉<>“”\"'‘’「」『』（）()【】[]〔〕［］﹝﹞、，,。.；;：:·•—-–_～~！!？?　 　\t\r\n\u00a0\u2002\u2003";
  return kMarks.find(c) != std::u32string_view::npos;
}

char32_t narrowed(char32_t c) {
  return c >= U'！' && c <= U'～' ? c - U'！' + U'!' : c;
}

// Without （民发〔2024〕12号） at the end.
std::string_view without_number(std::string_view title) {
  for (const std::string_view close : {"）", ")"}) {
    if (!title.ends_with(close)) continue;
    const std::string_view open = close == ")" ? "(" : "（";
    const std::size_t at = title.rfind(open);
    if (at == std::string_view::npos || at == 0) continue;
    if (title.substr(at).find("号") != std::string_view::npos) return title.substr(0, at);
  }
  return title;
}

// What stands between `open` and `close` from `at` on.
std::string_view between(std::string_view text, std::string_view open, std::string_view close) {
  const std::size_t begin = text.find(open);
  if (begin == std::string_view::npos) return {};
  const std::size_t end = text.rfind(close);
  if (end == std::string_view::npos || end < begin + open.size()) return {};
  return text.substr(begin + open.size(), end - begin - open.size());
}

bool says_in_force(std::string_view validity) {
  for (const std::string_view word : {"失效", "废止", "修改", "修订", "无效", "宣布", "过期", "停止"}) {
    if (validity.find(word) != std::string_view::npos) return false;
  }
  return true;
}

}  // namespace

bool bears_mark(const DocumentSight& document) {
  return document.marked || !says_in_force(document.validity);
}

std::string document_title_key(std::string_view title) {
  title = without_number(title.substr(0, kTitleBytesLooked));
  std::string key;
  for (std::size_t at = 0; at < title.size();) {
    const char32_t c = narrowed(next_code_point(title, at));
    if (!is_dropped(c)) append_code_point(key, c);
  }
  return key;
}

std::string document_number_key(std::string_view number) {
  constexpr std::u32string_view kBrackets = U"〔〕[]［］()（）﹝﹞【】〈〉<>{}";
  std::string key;
  number = number.substr(0, kTitleBytesLooked);
  for (std::size_t at = 0; at < number.size();) {
    const char32_t c = narrowed(next_code_point(number, at));
    if (kBrackets.find(c) != std::u32string_view::npos) {
      key += '|';
    } else if (c != U'第' && !is_dropped(c)) {
      append_code_point(key, c);
    }
  }
  return key;
}

std::vector<std::string> document_keys_of(std::string_view title) {
  std::vector<std::string> keys;
  const auto add = [&keys](std::string_view name) {
    std::string key = document_title_key(name);
    if (key.size() >= kKeyBytesMin && std::find(keys.begin(), keys.end(), key) == keys.end()) {
      keys.push_back(std::move(key));
    }
  };
  title = title.substr(0, kTitleBytesLooked);
  add(title);
  for (const std::string_view verb : {"印发", "发布", "公布", "颁布", "下发"}) {
    const std::size_t at = title.find(verb);
    if (at == std::string_view::npos) continue;
    const std::string_view issued = title.substr(at + verb.size());
    if (issued.starts_with("《")) {
      add(between(issued, "《", "》"));
    } else {
      for (const std::string_view end : {"的通知", "的公告", "的决定"}) {
        if (const std::size_t tail = issued.rfind(end); tail != std::string_view::npos) add(issued.substr(0, tail));
      }
    }
    break;
  }
  return keys;
}

ContentJudgement judge_repealed(const RepealStatement& statement, const RepealPage& page, const DocumentSight& document,
                                CivilDay today) {
  if (page.effective && *page.effective > today) return {ContentVerdict::kInconclusive, "not_yet"};
  const std::vector<std::string> keys = document_keys_of(document.title);
  const bool named = std::find(keys.begin(), keys.end(), document_title_key(statement.title)) != keys.end();
  const std::optional<CivilDay> made = document.written ? document.written : document.published;
  // 原《办法》同时废止 often stands where a new text of that very title takes the old one's place.
  const bool is_it = statement.number.empty()
                         ? page.day && made && sys_days(*page.day) - sys_days(*made) > kDaysBeforeRepeal
                         : document_number_key(statement.number) == document_number_key(document.number);
  if (!named || !is_it) return {ContentVerdict::kInconclusive, "other_document"};
  if (bears_mark(document)) return {ContentVerdict::kPass, "marked"};
  return {ContentVerdict::kFail, "stands_as_effective"};
}

ContentJudgement judge_expired(const DocumentSight& document, CivilDay today) {
  if (!document.expires || document.number.empty() || !document.has_table) {
    return {ContentVerdict::kInconclusive, "no_day"};
  }
  if (bears_mark(document)) return {ContentVerdict::kPass, "marked"};
  if (sys_days(today) - sys_days(*document.expires) <= kDaysToMark) return {ContentVerdict::kPass, "in_force"};
  return {ContentVerdict::kFail, "expired"};
}

}  // namespace xuncha
