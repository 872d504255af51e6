#include "crawler/portal/page_title.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "core/code_points.h"
#include "core/dates.h"
#include "core/limits.h"
#include "crawler/portal/document_number.h"
#include "crawler/portal/portal_text.h"
#include "crawler/text_collapse.h"

namespace xuncha {
namespace {

constexpr std::uint32_t kTitleCharactersMin = 4;
constexpr std::uint32_t kTitleCharactersMax = 150;
constexpr std::uint32_t kTitleLinesMax = 5;      // of one title
constexpr std::uint32_t kBylineLinesMax = 4;     // between a title and its byline: a subtitle, a number
constexpr std::uint32_t kTextLinesMax = 8;       // from a heading to the first sentence
constexpr std::uint32_t kCandidatesMax = 3'000;  // lines looked at
constexpr int kScoreMin = 5;
constexpr std::size_t kOfficeBytes = 45;  // names of offices and sites are shorter
constexpr std::size_t kLongBytes = 24;    // eight characters: no name of an office or a column

constexpr std::string_view kBylineWords[] = {
    "发布时间", "发布日期", "发表时间", "发稿时间", "来源：",   "来源:",  "浏览次数", "阅读次数",
    "浏览量",   "阅读量",   "点击数",   "点击次数", "点击量",   "字号：", "字体：",   "【字体",
    "字号:",    "字体:",    "【打印",   "[打印",    "信息来源", "作者：", "时间：20", "时间:20",
    "日期：20", "日期:20",  "更新时间", "发文日期", "成文日期", "【时间", "公开日期", "浏览：",
};
constexpr std::string_view kTitleWords[] = {"title",   "headline", "biaoti", " bt ", "_bt ",    "-bt ",
                                            " tit ",   "_tit ",    "-tit ",  " h1 ", "artitle", "newstit",
                                            "heading", "tit1",     "xl_tit", " bt1 "};
constexpr std::string_view kSiteEnds[] = {"网",     "网站", "门户",   "平台", "政府", "局",     "厅",   "委员会",
                                          "办公室", "中心", "官网",   "首页", "频道", "医院",   "大学", "学院",
                                          "协会",   "学会", "公司",   "集团", "部",   "委",     "办",   "院",
                                          "系统",   "站",   "online", "net",  "com",  "website"};
// Words of headlines that names of offices and sites do not hold.
constexpr std::string_view kHeadlineWords[] = {"启用", "开通", "上线", "试运行", "改版", "揭牌",
                                               "落户", "走进", "召开", "举办",   "荣获", "入选",
                                               "我省", "我市", "我县", "我区",   "我局", "我厅"};
constexpr std::string_view kNoTitles[] = {
    "正文",     "正文页", "内容", "内容页",   "详情", "详情页", "内容详情",   "文章页",  "文章内容", "文章详情",
    "新闻内容", "详细页", "详细", "信息内容", "浏览", "无标题", "无标题文档", "newpage", "untitled"};
constexpr std::string_view kGenres[] = {"通知", "通报", "通告", "公告", "决定", "意见", "办法", "规定",
                                        "报告", "批复", "函",   "方案", "细则", "公示", "命令"};
constexpr std::string_view kSeparators[] = {"__", "_",  "|", "｜", "---", "--", "—",
                                            "–",  "－", "-", "»",  ">>",  "::", "<"};

// Which years are possible plays no part where only a day's shape is asked for.
constexpr WallTime kAnyTime{std::chrono::hours(24 * 365 * 80)};

struct Segments {
  std::vector<std::string_view> parts;
  std::vector<bool> is_firm;  // of the separator before part i: one that names do not hold
};

bool is_ascii_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Cut at separators. A dash between digits or letters belongs to a name: 1-10月, IPv6-only.
Segments cut_title(std::string_view title) {
  Segments segments;
  std::size_t begin = 0;
  bool firm = true;
  for (std::size_t at = 0; at < title.size();) {
    std::string_view found;
    for (const std::string_view separator : kSeparators) {
      if (title.substr(at).starts_with(separator)) {
        found = separator;
        break;
      }
    }
    const bool in_word = found == "-" && at > 0 && at + 1 < title.size() &&
                         (is_ascii_word(title[at - 1]) || is_ascii_word(title[at + 1]));
    if (found.empty() || in_word) {
      ++at;
      continue;
    }
    const std::string_view part = strip_all_space(title.substr(begin, at - begin));
    if (!part.empty()) {
      segments.parts.push_back(part);
      segments.is_firm.push_back(firm);
    }
    const bool spaced =
        at > 0 && title[at - 1] == ' ' && at + found.size() < title.size() && title[at + found.size()] == ' ';
    firm = spaced || (found != "-" && found != "—" && found != "–" && found != "－");
    at += found.size();
    begin = at;
  }
  const std::string_view part = strip_all_space(title.substr(begin));
  if (!part.empty()) {
    segments.parts.push_back(part);
    segments.is_firm.push_back(firm);
  }
  return segments;
}

bool ends_like_site(std::string_view bare) {
  return std::any_of(std::begin(kSiteEnds), std::end(kSiteEnds),
                     [bare](std::string_view end) { return bare.ends_with(end); });
}

// The name of a website, not of an office or a column.
bool is_surely_site(std::string_view part) {
  const std::string bare = bare_text(part);
  return bare.size() >= 12 && !contains_any(bare, kHeadlineWords) &&
         (bare.ends_with("网") || bare.ends_with("网站") || bare.ends_with("门户") || bare.ends_with("官网"));
}

// <title> without its last parts that name the site or the way to the page.
PageTitle title_of_head(std::string_view head, const MetaTags& meta, const Breadcrumb& crumbs) {
  PageTitle title;
  Segments segments = cut_title(head);
  auto& parts = segments.parts;
  const std::string site = bare_text(meta.site_name);
  const auto is_known = [&](std::string_view part) {
    const std::string bare = bare_text(part);
    if (bare == bare_text(meta.column_name)) return true;
    return std::any_of(crumbs.path.begin(), crumbs.path.end(),
                       [&](const std::string& crumb) { return bare_text(crumb) == bare; });
  };
  const auto is_site = [&](std::string_view part) {
    const std::string bare = bare_text(part);
    if (!site.empty() && (bare == site || bare.find(site) != std::string::npos)) return true;
    return ends_like_site(bare) && !contains_any(bare, kHeadlineWords);
  };
  // Some write the site first.
  if (parts.size() > 1 && !site.empty() && bare_text(parts.front()) == site) {
    title.site_name = std::string(parts.front());
    parts.erase(parts.begin());
    segments.is_firm.erase(segments.is_firm.begin());
  }
  while (parts.size() > 1 && is_surely_site(parts.front()) && !is_surely_site(parts.back())) {
    if (title.site_name.empty()) title.site_name = std::string(parts.front());
    parts.erase(parts.begin());
    segments.is_firm.erase(segments.is_firm.begin());
  }
  // 某局_通知公告_关于…的通知: the way to a title at its end.
  const bool leads_on = parts.size() > 1 && !is_site(parts.back()) && !is_known(parts.back()) &&
                        is_site(parts.front()) && parts.front().size() < kOfficeBytes &&
                        parts.back().size() > std::max(kLongBytes, parts.front().size());
  if (leads_on) {
    if (title.site_name.empty()) title.site_name = std::string(parts.front());
    parts.erase(parts.begin(), parts.end() - 1);
  }
  while (parts.size() > 1) {
    const bool of_site = is_site(parts.back());
    if (!of_site && !is_known(parts.back()) && !segments.is_firm.back()) break;
    const bool greets = parts.back().starts_with("欢迎");
    if (title.site_name.empty() && (of_site || segments.is_firm.back()) && !greets) {
      title.site_name = std::string(parts.back());
    }
    parts.pop_back();
    segments.is_firm.pop_back();
  }
  if (!parts.empty()) {
    const char* const begin = parts.front().data();
    const std::string_view last = parts.back();
    title.text = std::string(begin, static_cast<std::size_t>(last.data() + last.size() - begin));
  }
  return title;
}

// What stands before the dots that a title ends in; empty where it has none, or little before them.
std::string stem_of_cut(std::string_view bare) {
  const std::size_t all = bare.size();
  while (bare.ends_with('.') || bare.ends_with("…")) bare.remove_suffix(bare.ends_with('.') ? 1 : 3);
  return all - bare.size() >= 2 && bare.size() >= kLongBytes ? std::string(bare) : std::string();
}

bool has_title_words(const PageOutline& outline, std::uint32_t element) {
  for (int level = 0; level < 2; ++level) {
    const OutlineElement& around = outline.elements()[element];
    if (around.line_end - around.line_begin > 6) return false;
    if (contains_any(PageOutline::element_words(around.node), kTitleWords)) return true;
    element = around.parent;
  }
  return false;
}

// A title that all pages of the portal have.
bool says_nothing(std::string_view own) {
  return own.empty() || (own.size() < kOfficeBytes && ends_like_site(own)) ||
         std::find(std::begin(kNoTitles), std::end(kNoTitles), own) != std::end(kNoTitles);
}

struct Candidate {
  int score = 0;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::string text;
};

// META has markup here and there: 关于…&lt;br/&gt;的通知.
std::string without_tags(std::string_view text) {
  text = cut_utf8(text, limits::kTitleBytesMax);
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const bool opens = text[at] == '<' && at + 1 < text.size() && (text[at + 1] == '/' || is_ascii_alpha(text[at + 1]));
    const std::size_t close = opens ? text.find('>', at) : std::string_view::npos;
    if (close == std::string_view::npos) {
      out += text[at++];
    } else {
      at = close + 1;
    }
  }
  return out;
}

class TitleSearch {
 public:
  TitleSearch(const PageFacts& page, const MetaTags& meta, const PageOutline& outline, const Breadcrumb& crumbs,
              std::string_view own)
      : outline_(outline),
        crumbs_(crumbs),
        head_(bare_text(page.title)),
        meta_(bare_text(without_tags(meta.article_title))),
        site_(bare_text(meta.site_name)),
        own_(bare_text(own)),
        stem_(stem_of_cut(own_)),
        head_says_nothing_(meta_.empty() && (says_nothing(own_) || own_ == site_)),
        says_when_(outline.lines().size()) {
    for (const OutlineLine& line : outline.lines()) ++headings_[line.heading];
  }

  Candidate best() const {
    Candidate best;
    const auto& lines = outline_.lines();
    const auto count = static_cast<std::uint32_t>(std::min<std::size_t>(lines.size(), kCandidatesMax));
    for (std::uint32_t index = 0; index < count; ++index) {
      Candidate candidate = judge(index);
      if (candidate.score > best.score) best = std::move(candidate);
    }
    return best;
  }

 private:
  bool may_be_title(std::uint32_t index) const {
    const OutlineLine& line = outline_.lines()[index];
    if (line.characters < kTitleCharactersMin || line.characters > kTitleCharactersMax) return false;
    if (index >= crumbs_.line_begin && index < crumbs_.line_end) return false;
    if (line.region == Region::kFooter) return false;
    if (line.linked_characters * 2 > line.characters && line.heading == 0) return false;
    // A cell behind a label is what the label says.
    const bool is_value = index > 0 && is_label(outline_.lines()[index - 1]) && row_of(index - 1) == row_of(index);
    return !is_value;
  }

  std::uint32_t row_of(std::uint32_t index) const {
    return outline_.elements()[outline_.lines()[index].element].parent;
  }

  static bool is_label(const OutlineLine& line) {
    const bool may_be_label = line.characters <= 12 && (line.text.ends_with("：") || line.text.ends_with(":"));
    return may_be_label && !contains_text(bare_text(line.text), "标题");
  }

  // A day that stands alone.
  static bool is_day(const OutlineLine& line) {
    if (line.characters > 30 || line.linked_characters != 0) return false;
    if (std::none_of(line.text.begin(), line.text.end(), is_ascii_digit)) return false;
    const FoundDates found = find_dates(line.text, kAnyTime);
    return found.dates.size() == 1 && !found.dates.front().assumed && found.dates.front().place != DatePlace::kSentence;
  }

  Candidate judge(std::uint32_t index) const {
    Candidate candidate;
    if (!may_be_title(index)) return candidate;
    const OutlineLine& line = outline_.lines()[index];
    const std::string bare = bare_text(line.text);
    if ((!site_.empty() && bare == site_) || is_byline(line)) return candidate;
    candidate.begin = index;
    candidate.end = index + 1;
    candidate.text = std::string(line.text);
    // Below a text an office signs it.
    const bool is_office = line.heading == 0 && bare.size() < kOfficeBytes && ends_like_site(bare);
    if (is_office && index > 0 && has_sentence(outline_.lines()[index - 1].text)) return candidate;
    const bool agrees = agree(bare, candidate);
    const bool centred = !agrees && head_says_nothing_ && is_centred_title(index, bare);
    if (centred && index + 1 < outline_.lines().size() && is_genre(outline_.lines()[index + 1].text)) {
      candidate.text += bare_text(outline_.lines()[candidate.end++].text);
    }
    int score = candidate.score;
    if (line.heading == 1 || line.heading == 2) score += 3;
    if (line.heading > 2) score += 2;
    if (has_title_words(outline_, line.element) || centred) score += 2;
    const std::uint32_t byline = byline_behind(candidate.end);
    if (byline != 0) score += byline == 1 ? 4 : 2;
    if (line.linked_characters * 2 > line.characters) score -= 3;
    // Not ruled out: an element that is never closed makes a menu of the whole page.
    const bool outside = line.region == Region::kHead || line.region == Region::kNav;
    if (outside) score -= agrees ? 2 : score;
    // The office itself, in the head of the page or below its signature.
    const bool is_one_line = candidate.end == index + 1;
    if (is_one_line && bare.size() < kOfficeBytes && bare.size() < head_.size() && ends_like_site(bare)) score -= 3;
    // Without a word from the head of the page, only what is made up as a title and has a byline.
    const bool made_up = line.heading != 0 || centred || has_title_words(outline_, line.element);
    if (!agrees && byline == 0 && is_sole_heading(index)) {
      score += 2;
    } else if (!agrees && (byline == 0 || !made_up)) {
      score = 0;
    }
    candidate.score = score;
    return candidate;
  }

  // A line of some length in the middle, where <title> is the office's name on every page.
  bool is_centred_title(std::uint32_t index, const std::string& bare) const {
    if (bare.size() < kLongBytes || ends_like_site(bare) || has_sentence(outline_.lines()[index].text)) return false;
    if (!only_document_number(outline_.lines()[index].text).empty()) return false;
    std::uint32_t element = outline_.lines()[index].element;
    for (int level = 0; level < 2; ++level) {
      const OutlineElement& around = outline_.elements()[element];
      if (around.line_end - around.line_begin > kBylineLinesMax) return false;
      if (around.node.name() == "center" || equals_ignoring_case(around.node.attribute("align").value_or(""), "center"))
        return true;
      const std::string style = bare_text(around.node.attribute("style").value_or(""));
      if (contains_text(style, "text-align:center")) return true;
      element = around.parent;
    }
    return false;
  }

  // The one h1 or h2 of the page, with a text below it, where <title> is the same on every page.
  bool is_sole_heading(std::uint32_t index) const {
    const auto& lines = outline_.lines();
    const OutlineLine& line = lines[index];
    if (!head_says_nothing_ || line.heading == 0 || line.heading > 2 || line.linked_characters != 0) return false;
    if (headings_[line.heading] != 1) return false;
    const auto end = std::min<std::size_t>(lines.size(), index + 1 + kTextLinesMax);
    return std::any_of(
        lines.begin() + index + 1, lines.begin() + static_cast<std::ptrdiff_t>(end),
        [](const OutlineLine& below) { return below.linked_characters == 0 && has_sentence(below.text); });
  }

  // 通　知 in a line of its own.
  static bool is_genre(std::string_view line) {
    if (line.size() > kLongBytes) return false;
    const std::string bare = bare_text(line);
    return std::find(std::begin(kGenres), std::end(kGenres), bare) != std::end(kGenres);
  }

  // How far the head of the page says the same; extends the candidate where a title stands in several lines.
  bool agree(const std::string& bare, Candidate& candidate) const {
    if (!meta_.empty() && bare == meta_) candidate.score += 8;
    if (!meta_.empty() && bare != meta_ && bare.starts_with(meta_)) candidate.score += 6;  // cut off in META
    // The head of the page has the title cut: …
    if (!stem_.empty() && bare.size() > stem_.size() && bare.starts_with(stem_)) {
      candidate.score += 5;
      return true;
    }
    const bool leads_head = head_.starts_with(bare);
    const bool goes_on = own_.size() >= kLongBytes && bare != own_ && bare.starts_with(own_);  // …（已废止）
    if (goes_on && !leads_head) candidate.score += 5;
    const bool leads_meta = meta_.starts_with(bare) && meta_ != bare;
    if (leads_head || leads_meta) {
      candidate.score += bare.size() >= kLongBytes ? 5 : 4;
      extend(leads_head && !(leads_meta && head_ == bare) ? head_ : meta_, bare, candidate);
    } else if (bare.size() >= kLongBytes && contains_text(head_, bare)) {
      candidate.score += head_.ends_with(bare) && count_han(bare) > 0 ? 5 : 4;  // 某市 通知公告 关于…的通知
    }
    return candidate.score > 0;
  }

  void extend(const std::string& whole, std::string bare, Candidate& candidate) const {
    const auto& lines = outline_.lines();
    while (candidate.end < lines.size() && candidate.end - candidate.begin < kTitleLinesMax &&
           bare.size() < whole.size()) {
      const OutlineLine& next = lines[candidate.end];
      const std::string more = bare_text(next.text);
      // The same once more is another place of the title.
      if (more.size() < 6 || more == bare || !may_be_title(candidate.end) ||
          whole.compare(bare.size(), more.size(), more) != 0)
        break;
      bare += more;
      candidate.text += next.text;
      ++candidate.end;
      candidate.score += 1;
    }
  }

  // Asked of a line for every candidate before it: answered once.
  bool says_when(std::uint32_t index) const {
    char& known = says_when_[index];
    if (known == 0) known = is_byline(outline_.lines()[index]) || is_day(outline_.lines()[index]) ? 1 : 2;
    return known == 1;
  }

  // How many lines behind `end` a byline stands; 0 when none is near.
  std::uint32_t byline_behind(std::uint32_t end) const {
    for (std::uint32_t ahead = 0; ahead < kBylineLinesMax && end + ahead < outline_.lines().size(); ++ahead) {
      const OutlineLine& line = outline_.lines()[end + ahead];
      if (says_when(end + ahead)) return ahead + 1;
      if (has_sentence(line.text) && line.characters > 60) return 0;
    }
    return 0;
  }

  const PageOutline& outline_;
  const Breadcrumb& crumbs_;
  const std::string head_;
  const std::string meta_;
  const std::string site_;
  const std::string own_;   // the head's title without the site
  const std::string stem_;  // of it where it ends in dots
  const bool head_says_nothing_;
  std::array<std::uint32_t, 7> headings_{};  // lines within h1 to h6; 0: within none
  mutable std::vector<char> says_when_;      // of each line: 0 not yet known, 1 it does, 2 it does not
};

std::string text_of_lines(const PageOutline& outline, std::uint32_t begin, std::uint32_t end) {
  std::string text;
  for (std::uint32_t index = begin; index < end; ++index) text += outline.lines()[index].text;
  return text;
}

// Whether `line` is the title behind a word or two that are not of it: 有效, 置顶, 原创.
bool is_behind_badge(std::string_view line, std::string_view title) {
  constexpr std::size_t kBadgeBytesMax = 12;
  const std::string whole = bare_text(line);
  const std::string own = bare_text(title);
  return own.size() >= kLongBytes && whole.size() > own.size() && whole.size() - own.size() <= kBadgeBytesMax &&
         whole.ends_with(own);
}

}  // namespace

bool names_site(std::string_view text) {
  return ends_like_site(bare_text(text));
}

bool is_byline(const OutlineLine& line) {
  if (line.characters > 200 || line.linked_characters * 2 > line.characters + 20) return false;
  return contains_any(line.text, kBylineWords);
}

PageTitle find_title(const PageFacts& page, const MetaTags& meta, const PageOutline& outline,
                     const Breadcrumb& crumbs) {
  PageTitle title = title_of_head(page.title, meta, crumbs);
  if (!meta.site_name.empty()) title.site_name = std::string(meta.site_name);
  if (is_placeholder(title.text)) title.text.clear();
  const auto marked = outline.marked_title();
  if (marked && marked->second - marked->first <= kTitleLinesMax) {
    const std::string text = text_of_lines(outline, marked->first, marked->second);
    if (count_characters(text) <= std::size_t{2} * kTitleCharactersMax && !is_placeholder(text)) {
      title.text = text;
      title.line_begin = marked->first;
      title.line_end = marked->second;
    }
  }
  if (!title.is_shown()) {
    const Candidate best = TitleSearch(page, meta, outline, crumbs, title.text).best();
    if (best.score >= kScoreMin) {
      if (!is_behind_badge(best.text, title.text)) title.text = best.text;
      title.line_begin = best.begin;
      title.line_end = best.end;
      // 县政府门户网站 above a byline is what the text is called.
      const auto& lines = outline.lines();
      const bool has_byline = best.end < lines.size() && is_byline(lines[best.end]);
      const bool is_both = meta.site_name.empty() && bare_text(title.site_name) == bare_text(title.text);
      if (has_byline && is_both) title.site_name.clear();
    } else if (!meta.article_title.empty()) {
      title.text = without_tags(meta.article_title);
    }
  }
  title.text = std::string(cut_utf8(strip_all_space(title.text), limits::kTitleBytesMax));
  title.site_name = std::string(cut_utf8(title.site_name, limits::kTitleBytesMax));
  return title;
}

}  // namespace xuncha
