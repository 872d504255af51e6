#include "core/date_labels.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace xuncha {
namespace {

struct Word {
  std::u32string_view text;
  DateRole role;
};

// Labels that are sure without a colon. Of two that end alike the longer stands first.
constexpr Word kLabels[] = {
    {U"发布时间", DateRole::kPublished}, {U"发布日期", DateRole::kPublished}, {U"发布于", DateRole::kPublished},
    {U"发表时间", DateRole::kPublished}, {U"发表日期", DateRole::kPublished}, {U"发表于", DateRole::kPublished},
    {U"发稿时间", DateRole::kPublished}, {U"发稿日期", DateRole::kPublished}, {U"刊发时间", DateRole::kPublished},
    {U"刊登时间", DateRole::kPublished}, {U"刊登日期", DateRole::kPublished}, {U"登载时间", DateRole::kPublished},
    {U"公开时间", DateRole::kPublished}, {U"公开日期", DateRole::kPublished}, {U"公告时间", DateRole::kPublished},
    {U"公告日期", DateRole::kPublished}, {U"上网时间", DateRole::kPublished}, {U"上网日期", DateRole::kPublished},
    {U"上传时间", DateRole::kPublished}, {U"上传日期", DateRole::kPublished}, {U"添加时间", DateRole::kPublished},
    {U"添加日期", DateRole::kPublished}, {U"录入时间", DateRole::kPublished}, {U"录入日期", DateRole::kPublished},
    {U"信息时间", DateRole::kPublished}, {U"更新时间", DateRole::kUpdated},   {U"更新日期", DateRole::kUpdated},
    {U"更新于", DateRole::kUpdated},     {U"最后更新", DateRole::kUpdated},   {U"最近更新", DateRole::kUpdated},
    {U"最后修改", DateRole::kUpdated},   {U"修改时间", DateRole::kUpdated},   {U"修改日期", DateRole::kUpdated},
    {U"修订日期", DateRole::kUpdated},   {U"修订时间", DateRole::kUpdated},   {U"维护时间", DateRole::kUpdated},
    {U"成文日期", DateRole::kWritten},   {U"成文时间", DateRole::kWritten},   {U"发文日期", DateRole::kWritten},
    {U"发文时间", DateRole::kWritten},   {U"签发日期", DateRole::kWritten},   {U"签发时间", DateRole::kWritten},
    {U"制发日期", DateRole::kWritten},   {U"印发日期", DateRole::kWritten},   {U"印发时间", DateRole::kWritten},
    {U"生成日期", DateRole::kWritten},   {U"生成时间", DateRole::kWritten},   {U"形成日期", DateRole::kWritten},
    {U"形成时间", DateRole::kWritten},   {U"制定日期", DateRole::kWritten},   {U"公布日期", DateRole::kWritten},
    {U"公布时间", DateRole::kWritten},   {U"颁布日期", DateRole::kWritten},   {U"颁布时间", DateRole::kWritten},
    {U"施行日期", DateRole::kEffective}, {U"施行时间", DateRole::kEffective}, {U"实施日期", DateRole::kEffective},
    {U"实施时间", DateRole::kEffective}, {U"生效日期", DateRole::kEffective}, {U"生效时间", DateRole::kEffective},
    {U"执行日期", DateRole::kEffective}, {U"执行时间", DateRole::kEffective}, {U"废止日期", DateRole::kExpires},
    {U"废止时间", DateRole::kExpires},   {U"失效日期", DateRole::kExpires},   {U"失效时间", DateRole::kExpires},
    {U"有效期", DateRole::kExpires},     {U"有效期限", DateRole::kExpires},   {U"有效期至", DateRole::kExpires},
    {U"有效期截至", DateRole::kExpires}, {U"有效期限至", DateRole::kExpires}, {U"有效至", DateRole::kExpires},
    {U"到期日", DateRole::kExpires},     {U"到期时间", DateRole::kExpires},   {U"截止日期", DateRole::kDeadline},
    {U"截止时间", DateRole::kDeadline},  {U"截止日", DateRole::kDeadline},    {U"截止到", DateRole::kDeadline},
    {U"截止至", DateRole::kDeadline},    {U"截止", DateRole::kDeadline},      {U"结束时间", DateRole::kDeadline},
    {U"结束日期", DateRole::kDeadline},  {U"终止时间", DateRole::kDeadline},  {U"打印时间", DateRole::kPrinted},
    {U"打印日期", DateRole::kPrinted},   {U"留言时间", DateRole::kAsked},     {U"留言日期", DateRole::kAsked},
    {U"来信时间", DateRole::kAsked},     {U"来信日期", DateRole::kAsked},     {U"写信时间", DateRole::kAsked},
    {U"写信日期", DateRole::kAsked},     {U"提交时间", DateRole::kAsked},     {U"提问时间", DateRole::kAsked},
    {U"咨询时间", DateRole::kAsked},     {U"答复时间", DateRole::kAnswered},  {U"答复日期", DateRole::kAnswered},
    {U"回复时间", DateRole::kAnswered},  {U"回复日期", DateRole::kAnswered},  {U"办结时间", DateRole::kAnswered},
    {U"办结日期", DateRole::kAnswered},  {U"今天是", DateRole::kClock},       {U"今日是", DateRole::kClock},
    {U"现在是", DateRole::kClock},       {U"今天", DateRole::kClock},         {U"今日", DateRole::kClock},
    {U"当前时间", DateRole::kClock},     {U"当前时间是", DateRole::kClock},   {U"当前时间为", DateRole::kClock},
    {U"当前日期", DateRole::kClock},     {U"当前系统时间", DateRole::kClock}, {U"现在时间", DateRole::kClock},
    {U"现在时间是", DateRole::kClock},   {U"现在的时间是", DateRole::kClock}, {U"系统时间", DateRole::kClock},
    {U"系统日期", DateRole::kClock},     {U"服务器时间", DateRole::kClock},   {U"北京时间", DateRole::kClock},
    {U"截至", DateRole::kOther},         {U"原文发布时间", DateRole::kOther}, {U"原文发布日期", DateRole::kOther},
};

// Labels only with a colon behind them; without it they are words of a sentence.
constexpr Word kColonLabels[] = {
    {U"发布", DateRole::kPublished}, {U"发表", DateRole::kPublished}, {U"更新", DateRole::kUpdated},
    {U"打印", DateRole::kPrinted},   {U"成文", DateRole::kWritten},   {U"印发", DateRole::kWritten},
    {U"施行", DateRole::kEffective}, {U"实施", DateRole::kEffective}, {U"失效", DateRole::kExpires},
    {U"废止", DateRole::kExpires},
};

// Labels of things that are no dates: their value is empty and the date behind them has no label.
constexpr std::u32string_view kOfOtherThings[] = {U"来源", U"出处", U"稿源", U"作者", U"编辑",    U"记者",
                                                  U"责编", U"审核", U"供稿", U"摄影", U"单位",    U"机构",
                                                  U"部门", U"字号", U"字体", U"分享", U"打印本页"};

constexpr Word kEnglishLabels[] = {
    {U"date", DateRole::kDated},
    {U"time", DateRole::kDated},
    {U"published", DateRole::kPublished},
    {U"pubdate", DateRole::kPublished},
    {U"posted", DateRole::kPublished},
    {U"released", DateRole::kPublished},
    {U"publishdate", DateRole::kPublished},
    {U"published on", DateRole::kPublished},
    {U"updated", DateRole::kUpdated},
    {U"modified", DateRole::kUpdated},
    {U"deadline", DateRole::kDeadline},
};

// Behind a date, at once. Of two that begin alike the longer stands first.
constexpr Word kBehind[] = {
    {U"起施行", DateRole::kEffective},   {U"起实施", DateRole::kEffective},     {U"起执行", DateRole::kEffective},
    {U"起生效", DateRole::kEffective},   {U"起正式施行", DateRole::kEffective}, {U"起正式实施", DateRole::kEffective},
    {U"起试行", DateRole::kEffective},   {U"起开始施行", DateRole::kEffective}, {U"起废止", DateRole::kExpires},
    {U"起停止执行", DateRole::kExpires}, {U"起失效", DateRole::kExpires},       {U"起", DateRole::kOther},
    {U"施行", DateRole::kEffective},     {U"实施", DateRole::kEffective},       {U"生效", DateRole::kEffective},
    {U"废止", DateRole::kExpires},       {U"失效", DateRole::kExpires},         {U"之前", DateRole::kDeadline},
    {U"以前", DateRole::kDeadline},      {U"前", DateRole::kDeadline},          {U"截止", DateRole::kDeadline},
    {U"为止", DateRole::kDeadline},      {U"止", DateRole::kDeadline},          {U"印发", DateRole::kWritten},
    {U"签发", DateRole::kWritten},       {U"更新", DateRole::kUpdated},
};

constexpr std::size_t kLabelUnitsMax = 16;
constexpr std::size_t kNameUnitsMax = 8;  // a longer run of words before a colon is a title or a sentence

// Units of Chinese before `end`, at most `most`; how many.
std::size_t han_run_before(const DateText& text, std::size_t end, std::size_t most) {
  std::size_t length = 0;
  while (length < most && length < end && is_han(text[end - length - 1])) ++length;
  return length;
}

std::size_t blanks_before(const DateText& text, std::size_t end, std::size_t most) {
  std::size_t count = 0;
  while (count < most && count < end && text[end - count - 1] == U' ') ++count;
  return count;
}

// The words before `end` without their blanks: 发 布 日 期 and 发布 日期 are 发布日期. `begin[i]` is where unit i
// stands.
struct Words {
  std::u32string joined;
  std::vector<std::size_t> begin;
  std::size_t last_run = 0;  // units of the last word as it stands
};

Words words_before(const DateText& text, std::size_t end) {
  Words words;
  std::u32string reversed;
  std::size_t at = end;
  while (reversed.size() < kLabelUnitsMax) {
    const std::size_t run = han_run_before(text, at, kLabelUnitsMax - reversed.size());
    if (run == 0) break;
    if (words.last_run == 0) words.last_run = run;
    for (std::size_t index = 0; index < run; ++index) {
      reversed.push_back(text[--at]);
      words.begin.push_back(at);
    }
    // Only what is spaced out, or the word before 时间 and 日期, is of the same label.
    const bool is_spaced_out = run == 1;
    const bool is_half = run == reversed.size() && (reversed == U"间时" || reversed == U"期日");
    const std::size_t blanks = blanks_before(text, at, 4);
    if ((!is_spaced_out && !is_half) || blanks == 0) break;
    at -= blanks;
  }
  words.joined.assign(reversed.rbegin(), reversed.rend());
  std::reverse(words.begin.begin(), words.begin.end());
  return words;
}

bool ends_with(std::u32string_view text, std::u32string_view word) {
  return text.size() >= word.size() && text.substr(text.size() - word.size()) == word;
}

// The longest word of a table that `joined` ends with.
template <std::size_t kCount>
const Word* longest_suffix(const Word (&table)[kCount], std::u32string_view joined) {
  const Word* best = nullptr;
  for (const Word& word : table) {
    if (ends_with(joined, word.text) && (best == nullptr || word.text.size() > best->text.size())) best = &word;
  }
  return best;
}

// 本站最近更新时间: of all that the website has.
bool names_website(std::u32string_view before) {
  constexpr std::u32string_view kWebsites[] = {U"本站", U"网站", U"本网", U"全站", U"站点"};
  if (ends_with(before, U"最近") || ends_with(before, U"最后")) before.remove_suffix(2);
  return std::any_of(std::begin(kWebsites), std::end(kWebsites),
                     [before](std::u32string_view name) { return ends_with(before, name); });
}

DateLabel chinese_label(const DateText& text, std::size_t end, bool has_colon, std::size_t date) {
  const Words words = words_before(text, end);
  const std::u32string_view joined = words.joined;
  if (joined.empty()) return {DateRole::kNone, has_colon, false, has_colon ? end : date};
  const auto label = [&](DateRole role, std::size_t units) {
    return DateLabel{role, true, false, words.begin[joined.size() - units]};
  };
  const Word* known = longest_suffix(kLabels, joined);
  if (known == nullptr && has_colon) known = longest_suffix(kColonLabels, joined);
  if (known != nullptr) {
    const bool is_other =
        known->role == DateRole::kUpdated && names_website(joined.substr(0, joined.size() - known->text.size()));
    return label(is_other ? DateRole::kOther : known->role, known->text.size());
  }
  const bool touches = end == date;
  if (touches && (joined.back() == U'自' || joined.back() == U'从')) {
    DateLabel start = label(DateRole::kOther, 1);
    start.is_start = true;
    return start;
  }
  if (touches && (joined.back() == U'至' || joined.back() == U'到')) return label(DateRole::kOther, 1);
  if (ends_with(joined, U"时间") || ends_with(joined, U"日期")) {
    const std::size_t units = std::min(words.last_run, joined.size());
    return label(units == 2 ? DateRole::kDated : DateRole::kOther, units);
  }
  if (!has_colon) return {DateRole::kNone, false, false, date};
  for (const std::u32string_view other : kOfOtherThings) {
    if (ends_with(joined, other)) return {DateRole::kNone, true, false, date};
  }
  const bool is_title = words.last_run > kNameUnitsMax;
  return is_title ? DateLabel{DateRole::kNone, false, false, date} : label(DateRole::kOther, words.last_run);
}

DateLabel english_label(const DateText& text, std::size_t end, std::size_t date) {
  std::u32string reversed;
  std::size_t begin = end;
  while (begin > 0 && reversed.size() < kLabelUnitsMax && (is_letter(text[begin - 1]) || text[begin - 1] == U' ')) {
    reversed.push_back(text[--begin] | 0x20u);
  }
  while (!reversed.empty() && reversed.back() == U' ') {
    reversed.pop_back();
    ++begin;
  }
  const std::u32string word(reversed.rbegin(), reversed.rend());
  for (const Word& label : kEnglishLabels) {
    const std::size_t rest = word.size() - std::min(word.size(), label.text.size());
    const bool is_word = ends_with(word, label.text) && (rest == 0 || word[rest - 1] == U' ');
    if (is_word) return {label.role, true, false, begin};
  }
  return {DateRole::kOther, true, false, begin < end ? begin : date};
}

// `at`: a date or a day of the week.
DateLabel words_label(const DateText& text, std::size_t at) {
  constexpr std::size_t kBlanksMax = 64;
  std::size_t end = at - blanks_before(text, at, kBlanksMax);
  for (int count = 0; count < 2 && end > 0 && is_opening(text[end - 1]); ++count) {
    --end;
    end -= blanks_before(text, end, kBlanksMax);
  }
  const std::size_t behind_label = end;
  bool has_colon = end > 0 && text[end - 1] == U':';
  if (has_colon) end -= 1;
  if (has_colon) end -= blanks_before(text, end, 4);
  if (end > 0 && (text[end - 1] == U'】' || text[end - 1] == U']')) {  // 【发布时间】2024-04-26
    --end;
    const DateLabel label = chinese_label(text, end, true, at);
    return label.role == DateRole::kOther ? DateLabel{DateRole::kNone, has_colon, false, at} : label;
  }
  if (has_colon && end > 0 && is_letter(text[end - 1])) return english_label(text, end, at);
  DateLabel label = chinese_label(text, end, has_colon, at);
  // Across brackets and blanks only what calls itself a time or date is a label: 会议至 [04-26].
  if (!has_colon && end != at && behind_label != at && label.role == DateRole::kOther && !label.is_start) {
    const bool named = ends_with(std::u32string_view(text.units).substr(0, end), U"时间") ||
                       ends_with(std::u32string_view(text.units).substr(0, end), U"日期");
    if (!named) label = {DateRole::kNone, false, false, at};
  }
  return label;
}

}  // namespace

DateLabel label_before(const DateText& text, std::size_t at) {
  // A day of the week may stand between a clock's words and its date: 今天是星期五，2026年10月2日.
  std::size_t word = at - blanks_before(text, at, 4);
  if (word > 0 && (text[word - 1] == U',' || text[word - 1] == U'，')) --word;
  for (const std::size_t units : {std::size_t{3}, std::size_t{2}}) {
    if (word < units || weekday_behind(text, word - units) != word) continue;
    const DateLabel label = words_label(text, word - units);
    if (label.role == DateRole::kClock) return label;
    break;
  }
  return words_label(text, at);
}

DateRole role_behind(const DateText& text, std::size_t at) {
  for (const Word& word : kBehind) {
    if (!text.has(at, word.text)) continue;
    // The beginning of the next label: 2024-04-26更新时间：…
    const std::size_t behind = at + word.text.size();
    const bool is_label = text.has(behind, U"时间") || text.has(behind, U"日期") || text[behind] == U':';
    return is_label ? DateRole::kNone : word.role;
  }
  return DateRole::kNone;
}

bool begins_label(const DateText& text, std::size_t at) {
  constexpr std::size_t kUnitsMax = 6;
  std::u32string words;
  for (; words.size() <= kUnitsMax && (is_han(text[at]) || text[at] == U' '); ++at) {
    if (text[at] != U' ') words.push_back(text[at]);
  }
  if (text[at] != U':' || words.size() < 2 || words.size() > kUnitsMax) return false;
  constexpr std::u32string_view kCounts[] = {U"浏览", U"点击", U"阅读", U"次数", U"量",   U"数",   U"人气",
                                             U"时间", U"日期", U"打印", U"大小", U"收藏", U"评论", U"校对"};
  const auto ends = [&](std::u32string_view word) { return ends_with(words, word); };
  return std::any_of(std::begin(kOfOtherThings), std::end(kOfOtherThings), ends) ||
         std::any_of(std::begin(kCounts), std::end(kCounts), ends);
}

std::size_t weekday_behind(const DateText& text, std::size_t at) {
  DateCursor cursor(text, at);
  cursor.skip_blanks(4);
  if (cursor.peek() == U',' || cursor.peek() == U'，') ++cursor.at;
  cursor.skip_blanks(1);
  if (!cursor.take(U"星期") && !cursor.take(U"礼拜") && !cursor.take(U'周')) return at;
  const char32_t day = cursor.peek();
  if (std::u32string_view(U"一二三四五六日天").find(day) == std::u32string_view::npos) return at;
  return cursor.at + 1;
}

}  // namespace xuncha
