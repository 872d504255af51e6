#include "crawler/portal/building_notice.h"

#include "core/code_points.h"
#include "core/limits.h"
#include "crawler/portal/portal_text.h"

namespace xuncha {
namespace {

constexpr std::size_t kNoticeCharactersMax = 600;  // of a page that says nothing else, menus counted
constexpr std::size_t kClauseCharactersMax = 24;
constexpr std::size_t kOtherCharactersMax = 60;  // besides the notice; more may be what the page is for
constexpr std::string_view kEnds[] = {"建设中",   "改版中",       "升级中",     "正在建设",    "正在改版",
                                      "正在升级", "正在升级改版", "升级维护中", "正在升级维护"};
// What is being built: the page and what it belongs to.
constexpr std::string_view kThings[] = {"网站", "栏目", "页面", "网页", "频道", "本站",
                                        "本栏", "专栏", "模块", "内容", "该页", "本页"};
// Those of others are written of too (全县统一的办理平台正在建设): only where the clause begins by what it is about.
constexpr std::string_view kServices[] = {"系统", "平台", "功能"};
constexpr std::string_view kThis[] = {"本", "该", "此"};
constexpr std::string_view kBreaks[] = {"。", "！", "？", "；", "，", "：", "…",  "!",  "?", ",", ";",
                                        ":",  ".",  " ",  "~",  "—",  "|",  "（", "）", "(", ")"};

std::size_t break_length(std::string_view text) {
  for (const std::string_view mark : kBreaks) {
    if (text.starts_with(mark)) return mark.size();
  }
  return 0;
}

template <class Words>
bool begins_with_any(std::string_view text, const Words& words) {
  for (const std::string_view word : words) {
    if (text.starts_with(word)) return true;
  }
  return false;
}

bool is_about_page(std::string_view text) {
  if (!contains_any(text, kServices)) return contains_any(text, kThings);
  return begins_with_any(text, kThis) || begins_with_any(text, kServices) || begins_with_any(text, kThings);
}

bool is_notice(std::string_view clause) {
  for (const std::string_view end : kEnds) {
    if (!clause.ends_with(end)) continue;
    std::string_view before = clause.substr(0, clause.size() - end.size());
    if (before.ends_with("正在")) before.remove_suffix(std::string_view("正在").size());
    return before.empty() || (is_about_page(before) && count_characters(clause) <= kClauseCharactersMax);
  }
  return false;
}

}  // namespace

std::string building_notice(std::string_view text) {
  if (text.size() > kNoticeCharactersMax * 4 || count_characters(text) > kNoticeCharactersMax) return {};
  std::string_view notice;
  std::size_t others = 0;
  std::size_t begin = 0;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t length = at == text.size() ? 1 : break_length(text.substr(at));
    if (length == 0) {
      next_code_point(text, at);
      continue;
    }
    const std::string_view clause = text.substr(begin, at - begin);
    if (is_notice(clause)) {
      if (notice.empty()) notice = clause;
    } else if (!is_frame_wording(clause)) {
      others += count_characters(clause);
    }
    at += length;
    begin = at;
  }
  return others > kOtherCharactersMax ? std::string() : std::string(notice);
}

}  // namespace xuncha
