#include "crawler/portal/document_number.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/code_points.h"
#include "core/date_text.h"
#include "crawler/portal/portal_text.h"
#include "crawler/text_collapse.h"

namespace xuncha {
namespace {

constexpr std::size_t kNameUnitsMax = 20;
constexpr std::size_t kTextBytesMax = 4'096;  // a longer text is no title and no cell

bool opens_year(char32_t c) {
  return c == U'〔' || c == U'[' || c == U'(' || c == U'﹝' || c == U'【' || c == U'［' || c == U'〈' || c == U'<' ||
         c == U'{' || c == U'《' || c == U'『';
}

bool closes_year(char32_t c) {
  return c == U'〕' || c == U']' || c == U')' || c == U'﹞' || c == U'】' || c == U'］' || c == U'〉' || c == U'>' ||
         c == U'}' || c == U'》' || c == U'』';
}

// A year of 1949 to 2100 in four digits.
bool takes_year(DateCursor& cursor) {
  const int year = cursor.take_digits(4, 4);
  return year >= 1949 && year <= 2100;
}

bool takes_number(DateCursor& cursor) {
  cursor.skip_blanks();
  cursor.take(U'第');
  cursor.skip_blanks();
  if (cursor.take_digits(1, 5) < 0) return false;
  // 第12-1号
  if (cursor.peek() == U'-' && is_digit(cursor.peek(1))) {
    cursor.take(U'-');
    cursor.take_digits(1, 3);
  }
  cursor.skip_blanks();
  return cursor.take(U'号');
}

// 〔2024〕12号 at `at`: where it ends, 0 when there is none.
std::size_t end_of_bracketed(const DateText& text, std::size_t at) {
  DateCursor cursor(text, at);
  if (!opens_year(cursor.peek())) return 0;
  ++cursor.at;
  cursor.skip_blanks();
  if (!takes_year(cursor)) return 0;
  cursor.take(U'年');
  cursor.skip_blanks();
  if (!closes_year(cursor.peek())) return 0;
  ++cursor.at;
  return takes_number(cursor) ? cursor.at : 0;
}

// (令|公告) [2024年] 第35号 at `at`.
std::size_t end_of_order(const DateText& text, std::size_t at) {
  DateCursor cursor(text, at);
  if (!cursor.take(U"公告") && !cursor.take(U"令")) return 0;
  cursor.skip_blanks();
  const std::size_t before = cursor.at;
  if (!takes_year(cursor) || !cursor.take(U'年')) cursor.at = before;
  cursor.skip_blanks();
  if (cursor.peek() != U'第') return 0;
  return takes_number(cursor) ? cursor.at : 0;
}

// 2023年第2号 [公告|通告|令] or 第2号（2023年）at `at`: where it ends, 0 when there is none.
std::size_t end_of_issue(const DateText& text, std::size_t at) {
  DateCursor cursor(text, at);
  const bool has_year = takes_year(cursor) && cursor.take(U'年');
  if (!has_year) cursor.at = at;
  cursor.skip_blanks();
  if (cursor.peek() != U'第' || !takes_number(cursor)) return 0;
  const std::size_t behind = cursor.at;
  if (cursor.take(U"公告") || cursor.take(U"通告") || cursor.take(U'令')) return cursor.at;
  const bool adds_year =
      !has_year && cursor.take(U'(') && takes_year(cursor) && cursor.take(U'年') && cursor.take(U')');
  return adds_year ? cursor.at : behind;
}

bool is_of_name(char32_t c) {
  return is_han(c) || is_letter(c);
}

// 招标公告第2号: numbered within one matter, no document's.
bool is_of_business(std::string_view text) {
  for (const std::string_view word :
       {"招标", "中标", "成交", "竞价", "拍卖", "采购", "招聘", "录用", "结果", "遗失", "迁址", "注销"}) {
    if (text.find(word) != std::string_view::npos) return true;
  }
  return false;
}

bool ends_as_announcement(std::string_view text) {
  return text.ends_with("公告") || text.ends_with("通告") || text.ends_with("令");
}

// 关于转发某发〔2024〕1号: the name would hold words of the title.
bool tells_of_another(std::string_view text) {
  for (const std::string_view verb : {"关于", "转发", "印发", "贯彻", "落实", "执行", "废止"}) {
    if (text.find(verb) != std::string_view::npos) return true;
  }
  return false;
}

// 民政部2023年第2号公告, 民政部公告第2号（2023年）: `bytes` is the name and the number of an announcement or an order.
bool is_named_issue(std::string_view bytes) {
  constexpr std::size_t kBytesMax = 120;
  if (bytes.size() > kBytesMax || tells_of_another(bytes) || is_of_business(bytes)) return false;
  const DateText text(bytes);
  for (std::size_t at = 0; at <= std::min(kNameUnitsMax, text.size()); ++at) {
    if (end_of_issue(text, at) == text.size()) {
      const bool says_first = ends_as_announcement(bytes.substr(0, text.offset[at]));
      return says_first || (ends_as_announcement(bytes) && (at != 0 || is_digit(text[0])));
    }
    if (!is_of_name(text[at])) return false;
  }
  return false;
}

// Units of the name before `at`, blanks between them allowed once.
std::size_t begin_of_name(const DateText& text, std::size_t at) {
  std::size_t begin = at;
  while (begin > 0 && text[begin - 1] == U' ' && at - begin < 2) --begin;
  std::size_t first = begin;
  while (first > 0 && begin - first < kNameUnitsMax && is_of_name(text[first - 1])) --first;
  return first == begin ? at : first;
}

}  // namespace

std::optional<DocumentNumber> find_document_number(std::string_view bytes) {
  const DateText text(cut_utf8(bytes, kTextBytesMax));
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::size_t end = end_of_bracketed(text, at);
    std::size_t begin = 0;
    if (end != 0) {
      begin = begin_of_name(text, at);
      if (begin == at) continue;
    } else if (text[at] == U'令' || text[at] == U'公') {
      end = end_of_order(text, at);
      if (end == 0) continue;
      begin = begin_of_name(text, at);
    } else {
      continue;
    }
    return DocumentNumber{text.offset[begin], text.offset[end]};
  }
  return std::nullopt;
}

std::string_view only_document_number(std::string_view text) {
  text = strip_all_space(text);
  for (const auto& [open, close] :
       {std::pair<std::string_view, std::string_view>{"（", "）"}, {"(", ")"}, {"【", "】"}, {"[", "]"}}) {
    if (text.starts_with(open) && text.ends_with(close) && text.size() > open.size() + close.size()) {
      text = strip_all_space(text.substr(open.size(), text.size() - open.size() - close.size()));
      break;
    }
  }
  if (text.size() > 120) return {};
  if (is_named_issue(text)) return text;
  const auto number = find_document_number(text);
  if (!number || number->begin != 0 || number->end != text.size()) return {};
  return text;
}

std::string_view leading_document_number(std::string_view line) {
  constexpr std::size_t kLineBytesMax = 240;
  constexpr std::size_t kLabelBytesMax = 24;  // 签发人, 发布日期
  line = strip_all_space(line);
  const auto number = find_document_number(line.substr(0, kLineBytesMax));
  if (!number || number->begin != 0 || line.size() > kLineBytesMax) return {};
  const std::string_view behind = line.substr(number->end);
  const std::string_view rest = strip_separators(behind);
  if (rest.size() == behind.size() && !rest.empty()) return {};  // 某发〔2024〕5号文件
  const std::size_t colon = std::min(rest.find(':'), rest.find("："));
  if (!rest.empty() && colon > kLabelBytesMax && only_document_number(rest).empty()) return {};
  return line.substr(0, number->end);
}

bool is_issue_number(std::string_view bytes) {
  constexpr std::size_t kIssueBytesMax = 60;
  bytes = strip_all_space(bytes);
  if (bytes.size() > kIssueBytesMax) return false;
  const DateText text(bytes);
  const bool opened = text[0] == U'(';
  const std::size_t end = end_of_issue(text, opened ? 1 : 0);
  return end != 0 && (!opened || text[end] == U')') && end + (opened ? 1 : 0) == text.size();
}

std::string_view document_number_of_title(std::string_view title) {
  title = strip_all_space(title);
  if (is_named_issue(title)) return title;
  // 某某的公告（2023年第2号）
  for (const auto& [open, close] : {std::pair<std::string_view, std::string_view>{"（", "）"}, {"(", ")"}}) {
    const std::size_t at = title.rfind(open);
    if (at == std::string_view::npos || !title.ends_with(close)) continue;
    const std::string_view inner = title.substr(at + open.size(), title.size() - close.size() - at - open.size());
    if (ends_as_announcement(title.substr(0, at)) && !is_of_business(title) && is_issue_number(inner)) return inner;
  }
  const auto number = find_document_number(title);
  if (!number) return {};
  const std::string_view found = title.substr(number->begin, number->end - number->begin);
  if (number->begin == 0) {
    return tells_of_another(found) ? std::string_view() : found;
  }
  const std::string_view before = title.substr(0, number->begin);
  const std::string_view behind = title.substr(number->end);
  const bool bracketed = before.ends_with("（") || before.ends_with("(") || before.ends_with("【");
  return bracketed && (behind == "）" || behind == ")" || behind == "】") ? found : std::string_view();
}

}  // namespace xuncha
