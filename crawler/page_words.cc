#include "crawler/page_words.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

#include "crawler/phrase_table.h"
#include "crawler/text_collapse.h"

namespace xuncha {
namespace {

// Characters (code points) that count as the opening of a page, and below which a whole page is short.
constexpr std::size_t kOpeningCharacters = 200;
constexpr std::uint64_t kShortPageCharacters = 600;
constexpr std::size_t kChallengeBytesMax = 20'000;  // challenge pages are a script and a line of text
constexpr std::size_t kChallengeSpokenMax = 900;

constexpr std::string_view kNotFoundPhrases[] = {
    "页面不存在",     "页面未找到",       "找不到页面",       "页面找不到",   "页面没有找到",     "网页不存在",
    "网页未找到",     "找不到该页",       "找不到网页",       "页面不见了",   "页面已被删除",     "页面已删除",
    "页面走丢",       "页面丢失",         "资源可能已被删除", "内容不存在",   "信息不存在",       "文章不存在",
    "栏目不存在",     "文件不存在",       "文章已被删除",     "文章已删除",   "信息已被删除",     "内容已被删除",
    "内容已撤销",     "内容已失效",       "请用新域名访问",   "访问出错",     "链接已失效",       "页面无法访问",
    "无法找到该页",   "您访问的页面已",   "您要查看的页",     "您请求的页面", "请求的资源不存在", "404 not found",
    "page not found", "404 error",        "error 404",        "404错误",      "404 - ",           "http 404",
    "file not found", "找不到文件或目录", "没有找到您要",
};
// Too common in ordinary text: count in the title or a heading only.
constexpr std::string_view kNotFoundTitles[] = {"出错了", "系统错误", "服务器错误", "错误页面", "出错页面",
                                                "已下线", "无法访问", "错误提示",   "出错啦"};

std::string small_letters(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  return result;
}

std::string_view first_characters(std::string_view text, std::size_t count) {
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    const bool begins = (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
    if (begins && count-- == 0) break;
  }
  return text.substr(0, at);
}

// "404" alone, or at the beginning or end of a title: "404", "404 - 民政局"; not a number inside words.
bool is_bare_404(std::string_view title) {
  title = strip_all_space(title);
  return title == "404" || title.starts_with("404 ") || title.starts_with("404-") || title.starts_with("404页");
}

NotFoundWording prominent(std::string_view text, WordingPlace place) {
  static constexpr PhraseTable kAnywhere(kNotFoundPhrases);
  static constexpr PhraseTable kTitles(kNotFoundTitles);
  if (const std::string_view phrase = kAnywhere.find_in(text); !phrase.empty()) return {std::string(phrase), place};
  if (place != WordingPlace::kTitle && place != WordingPlace::kHeading) return {};
  if (const std::string_view phrase = kTitles.find_in(text); !phrase.empty() && text.size() < 60) {
    return {std::string(phrase), place};
  }
  if (is_bare_404(text)) return {"404", place};
  return {};
}

bool contains(std::string_view text, std::string_view what) {
  return text.find(what) != std::string_view::npos;
}

// Text outside of tags, roughly, in bytes: how much a page of a challenge says.
std::size_t spoken_bytes(std::string_view body) {
  std::size_t bytes = 0;
  bool inside = false;
  for (const char c : body) {
    if (c == '<') inside = true;
    if (!inside && static_cast<unsigned char>(c) > ' ') ++bytes;
    if (c == '>') inside = false;
  }
  return bytes;
}

constexpr std::string_view kCaptchaWords[] = {"访问验证",     "请输入验证码", "滑动验证",     "滑块验证",
                                              "访问过于频繁", "访问频率过高", "浏览器检查中", "浏览器安全检查",
                                              "安全验证",     "人机验证",     "请完成验证",   "verify you are human"};
constexpr std::string_view kGatewayWords[] = {
    "网站防火墙", "安全狗",     "云防护",     "您的请求已被拦截", "您的访问被拦截",
    "访问被拒绝", "访问被阻断", "请求被阻断", "可能存在攻击行为", "您的请求带有不合法参数"};

constexpr std::string_view kParkedPhrases[] = {
    "域名出售",           "域名转让",
    "出售此域名",         "域名正在出售",
    "域名可以转让",       "本域名出售",
    "该域名正在出售",     "此域名可转让",
    "购买此域名",         "this domain is for sale",
    "domain is for sale", "buy this domain",
    "domain for sale",    "域名已过期",
    "domain has expired", "该域名已到期",
    "parked free",        "inquire about this domain",
};

constexpr std::string_view kGamblingTerms[] = {
    "博彩",       "娱乐城", "真人娱乐", "真人视讯", "百家乐",   "老虎机",   "时时彩",   "六合彩",     "北京赛车",
    "澳门新葡京", "葡京",   "赌场",     "投注",     "体育投注", "电子游艺", "棋牌游戏", "注册送彩金", "彩金",
    "开户送",     "亚博",   "威尼斯人", "太阳城",   "赔率",     "下注",     "现金网",   "快三",       "pk10",
};
// Terms that only the trade itself uses: at least one is asked for.
constexpr std::string_view kTradeTerms[] = {"娱乐城",     "真人娱乐", "真人视讯", "注册送彩金", "开户送",
                                            "澳门新葡京", "亚博",     "体育投注", "电子游艺",   "时时彩",
                                            "北京赛车",   "现金网",   "威尼斯人"};
// Who fights gambling, or runs the state's lottery, says so.
constexpr std::string_view kAgainstTerms[] = {"打击", "整治",     "严禁",   "违法", "犯罪", "公安", "民警", "查处",
                                              "警方", "涉赌",     "赌博罪", "反诈", "诈骗", "法院", "检察", "福利彩票",
                                              "福彩", "体育彩票", "公益金", "处罚", "拒绝", "警惕"};

template <std::size_t kCount>
std::vector<std::string> matched(std::string_view text, const std::string_view (&terms)[kCount]) {
  std::vector<std::string> found;
  for (const std::string_view term : terms) {
    if (contains(text, term)) found.emplace_back(term);
  }
  return found;
}

}  // namespace

std::string_view alert_wording(std::string_view body) {
  static constexpr PhraseTable kAnywhere(kNotFoundPhrases);
  constexpr std::size_t kBodyMax = 2'000;  // a box, and back
  // A program that runs on, or in another file, may never come to its box.
  if (body.size() > kBodyMax || contains(body, "src=") || contains(body, "function")) return {};
  const std::size_t at = body.find("alert(");
  const std::size_t end = at == std::string_view::npos ? at : body.find(')', at);
  return end == std::string_view::npos ? std::string_view() : kAnywhere.find_in(body.substr(at, end - at));
}

NotFoundWording not_found_wording(const PageFacts& facts) {
  if (NotFoundWording found = prominent(facts.title, WordingPlace::kTitle)) return found;
  for (const std::string_view heading : facts.headings) {
    // A heading of a long page may be the title of an article about such pages.
    if (facts.text_characters >= kShortPageCharacters && heading != facts.headings.front()) break;
    if (NotFoundWording found = prominent(heading, WordingPlace::kHeading)) return found;
  }
  if (facts.text_characters < kShortPageCharacters) {
    return prominent(facts.visible_text, WordingPlace::kShortPage);
  }
  return prominent(first_characters(facts.visible_text, kOpeningCharacters), WordingPlace::kOpening);
}

ChallengeSigns challenge_signs(int status, std::string_view headers, std::string_view body) {
  const std::string head = small_letters(headers);
  body = body.substr(0, 64u << 10);
  const bool refused = status == 403 || status == 405 || status == 412 || status == 418 || status == 429 ||
                       status == 503 || status == 512 || status == 521 || status == 202;
  if ((status == 521 || status == 512) && contains(head, "__jsl")) return {"jiasule", "__jsl"};
  if (contains(body, "__jsl_clearance") ||
      (contains(body, "document.cookie") && contains(body, "location.href=location.pathname+location.search"))) {
    return {"jiasule", "__jsl_clearance"};
  }
  if (contains(body, "$_ts=window['$_ts']") || contains(body, "$_ts.nsd") ||
      (contains(body, "r='m'") && contains(body, "<meta") && body.size() < kChallengeBytesMax)) {
    return {"ruishu", "$_ts"};
  }
  if (contains(body, "acw_sc__v2") ||
      (contains(body, "arg1='") && contains(body, "<script") && body.size() < kChallengeBytesMax * 2 &&
       spoken_bytes(body.substr(0, body.find("<script"))) < 200)) {
    return {"acw_sc", "acw_sc__v2"};
  }
  if (!refused && (body.size() >= kChallengeBytesMax || spoken_bytes(body) >= kChallengeSpokenMax)) return {};
  static constexpr PhraseTable kCaptcha(kCaptchaWords);
  static constexpr PhraseTable kGateway(kGatewayWords);
  if (const std::string_view word = kCaptcha.find_in(body); !word.empty()) return {"captcha", std::string(word)};
  if (const std::string_view word = kGateway.find_in(body); !word.empty()) return {"gateway", std::string(word)};
  return {};
}

HijackWording hijack_wording(std::string_view text, std::string_view title) {
  HijackWording found;
  const std::string small = small_letters(text);
  const std::string small_title = small_letters(title);
  const std::string both = small_title + "\n" + small;
  // An article that speaks of domain names is long and is not titled so.
  const bool short_page = first_characters(small, kShortPageCharacters).size() == small.size();
  static constexpr PhraseTable kParked(kParkedPhrases);
  static constexpr PhraseTable kAgainst(kAgainstTerms);
  static constexpr PhraseTable kTrade(kTradeTerms);
  if (short_page || kParked.has_any_in(small_title)) {
    const bool speaks_of_rules = kAgainst.has_any_in(both) || contains(both, "通知") || contains(both, "办法");
    if (!speaks_of_rules) found.parked = matched(both, kParkedPhrases);
  }
  std::vector<std::string> gambling = matched(both, kGamblingTerms);
  const bool trade = kTrade.has_any_in(both);
  if (gambling.size() >= 3 && trade && !kAgainst.has_any_in(both)) found.gambling = std::move(gambling);
  return found;
}

}  // namespace xuncha
