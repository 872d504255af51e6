#include "crawler/portal/page_kind.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/code_points.h"
#include "core/dates.h"
#include "crawler/portal/portal_text.h"

namespace xuncha {
namespace {

constexpr std::uint64_t kStubCharacters = 300;     // a page that sends on says little
constexpr double kStubSeconds = 10;                // and does not wait longer
constexpr std::uint32_t kRowCharacters = 6;        // of a link that is a title; columns' names are mostly of 4
constexpr std::uint32_t kDatedRowCharacters = 3;   // of one with a date beside: 简介 is none
constexpr std::uint32_t kDateLineCharacters = 30;  // a cell that is a date
constexpr std::uint32_t kSurveyChoices = 4;        // radio buttons and boxes: two questions
constexpr std::uint32_t kGroupRows = 3;            // of a list
constexpr std::uint32_t kGroupLevels = 6;          // up from a row to its list
constexpr std::size_t kHeaderCells = 4;            // of a list's table: 标题 发布机构 文号 发布日期
constexpr std::uint32_t kHeaderCharacters = 10;
constexpr std::size_t kLinesMax = 5'000;    // that are counted
constexpr std::uint32_t kQuestionsMin = 4;  // of a page of questions and answers
constexpr std::uint32_t kQuestionCharacters = 60;
constexpr std::size_t kNameCharactersMax = 14;  // of a page of information: 机构职能

constexpr std::string_view kInfoNames[] = {
    "机构职能",     "机构设置", "机构概况",         "机构简介", "机构信息", "主要职责",
    "主要职能",     "部门职责", "单位职责",         "内设机构", "职能职责", "职责",
    "直属单位",     "下属单位", "领导简介",         "领导信息", "领导之窗", "领导分工",
    "领导成员",     "局领导",   "厅领导",           "联系我们", "联系方式", "关于我们",
    "网站声明",     "版权声明", "法律声明",         "免责声明", "隐私声明", "隐私保护",
    "隐私政策",     "网站简介", "网站介绍",         "中心简介", "单位简介", "部门简介",
    "简介",         "概况",     "科室设置",         "组织机构", "组织架构", "历史沿革",
    "信息公开指南", "公开指南", "政府信息公开指南", "网站地图", "使用帮助", "网站帮助",
    "办公地址",     "交通指南", "市情概况",         "区域概况", "行政区划", "自然地理",
    "学会章程",     "本网声明", "公示电话",         "投诉电话", "咨询电话",
};
constexpr std::string_view kInterpretationNames[] = {"政策", "解读", "》"};
constexpr std::string_view kQuestionNames[] = {"常见问题", "热点问题", "疑难问题", "问题解答",
                                               "疑问解答", "问答",     "faq"};
constexpr std::string_view kSearchTitles[] = {"搜索", "检索", "查询结果", "站内搜"};
constexpr std::string_view kSearchPaths[] = {"search", "jiansuo", "sousuo", "/so/", "/s?", "query"};
constexpr std::string_view kSearchWords[] = {"搜索", "检索", "关键词", "关键字", "查询"};
constexpr std::string_view kFormWords[] = {"提交", "验证码",   "姓名", "身份证", "联系电话", "手机号",
                                           "邮箱", "留言内容", "信件", "必填",   "密码",     "申请人"};
constexpr std::string_view kSurveyWords[] = {"调查", "问卷", "投票", "测评", "评议", "满意度"};
constexpr std::string_view kLoginWords[] = {"登录", "登陆", "用户注册", "身份认证"};
constexpr std::string_view kGuideWords[] = {
    "受理条件", "办理条件",     "申请条件", "申请材料",     "办理材料", "所需材料", "办理流程", "办理程序",
    "法定时限", "法定办结时限", "承诺时限", "承诺办结时限", "办理时限", "收费标准", "收费依据", "办理地点",
    "受理机构", "实施主体",     "设定依据", "事项名称",     "事项类型", "服务对象", "办件类型", "办理形式"};
constexpr std::string_view kPagerWords[] = {"下一页", "下页", "尾页", "末页", "共有", "上一页"};
constexpr std::string_view kHeaderTitles[] = {"标题",     "名称",     "信息标题", "信息名称", "文件名称",
                                              "公告标题", "文件标题", "主题",     "公告名称", "项目名称"};
constexpr std::string_view kHeaderDays[] = {"发布时间", "发布日期", "时间",     "日期",     "公开日期",
                                            "公示时间", "公告日期", "成文日期", "发文日期", "更新时间"};
constexpr std::string_view kHomeFolders[] = {"home", "index", "main", "portal", "default",
                                             "web",  "site",  "www",  "sy",     "shouye"};

template <class Words>
bool holds(const Words& words, std::string_view text) {
  return std::find(std::begin(words), std::end(words), text) != std::end(words);
}

// What lists of links the page has.
struct Lists {
  std::uint32_t rows = 0;           // links that are titles
  std::uint32_t dated = 0;          // of these with a date beside
  std::uint32_t largest = 0;        // rows of the largest group
  std::uint32_t largest_dated = 0;  // dated rows of the group with the most
  std::uint32_t groups = 0;         // of kGroupRows and more
  std::uint32_t more = 0;           // 更多
  std::uint32_t dated_groups = 0;   // of kGroupRows dated rows and more
  bool has_pager = false;
  bool has_header = false;  // 序号 标题 发布时间, rows or not
};

struct Group {
  std::uint32_t rows = 0;
  std::uint32_t dated = 0;
};

bool is_date_line(const OutlineLine& line) {
  if (line.characters > kDateLineCharacters || line.characters < 4 || line.linked_characters != 0) return false;
  if (std::none_of(line.text.begin(), line.text.end(), is_ascii_digit)) return false;
  const FoundDates found = find_dates(line.text, WallTime(std::chrono::hours(24 * 365 * 80)));
  if (found.dates.size() != 1) return false;
  const DatePlace place = found.dates.front().place;
  return place == DatePlace::kAlone || place == DatePlace::kBracketed;
}

bool has_row_date(const OutlineLine& line) {
  if (line.text.size() > 600 || line.linked_characters == line.characters) return false;
  const FoundDates found = find_dates(line.text, WallTime(std::chrono::hours(24 * 365 * 80)));
  return std::any_of(found.dates.begin(), found.dates.end(), [](const FoundDate& date) {
    return date.place != DatePlace::kSentence && date.role != DateRole::kClock;
  });
}

// The list that a row stands in: ul, table, dl around it, else what holds the row's block.
std::uint32_t group_of(const PageOutline& outline, std::uint32_t element) {
  const auto& elements = outline.elements();
  std::uint32_t at = element;
  for (std::uint32_t level = 0; level < kGroupLevels && at != 0; ++level) {
    switch (elements[at].name) {
      case HtmlName::kUl:
      case HtmlName::kOl:
      case HtmlName::kDl:
      case HtmlName::kTbody:
      case HtmlName::kTable:
        return at;
      default:
        at = elements[at].parent;
    }
  }
  return elements[element].parent;
}

// Whether the cells from `index` on are the head of a table of items: a title and a day, no links.
bool is_list_header(const PageOutline& outline, std::size_t index) {
  const auto& lines = outline.lines();
  bool names_title = false;
  for (std::size_t at = index; at < std::min(lines.size(), index + kHeaderCells); ++at) {
    if (lines[at].linked_characters != 0 || lines[at].characters > kHeaderCharacters) return false;
    const std::string bare = bare_text(lines[at].text);
    if (names_title && holds(kHeaderDays, bare)) return true;
    if (holds(kHeaderTitles, bare)) names_title = true;
    if (!names_title) return false;
  }
  return false;
}

Lists count_lists(const PageOutline& outline) {
  Lists lists;
  std::unordered_map<std::uint32_t, Group> groups;
  const auto& lines = outline.lines();
  const std::size_t count = std::min(lines.size(), kLinesMax);
  std::vector<bool> is_date(count + 1);
  for (std::size_t index = 0; index < count; ++index) is_date[index] = is_date_line(lines[index]);
  for (std::size_t index = 0; index < count; ++index) {
    const OutlineLine& line = lines[index];
    if (line.linked_characters != 0 && line.characters <= 12) {
      if (contains_text(line.text, "更多") || equals_ignoring_case(line.text, "more") || line.text.starts_with("more"))
        ++lists.more;
    }
    if (line.characters <= 40 && contains_any(line.text, kPagerWords)) lists.has_pager = true;
    if (is_list_header(outline, index)) lists.has_header = true;
    if (line.region == Region::kNav || line.region == Region::kFooter) continue;
    if (line.linked_characters < kDatedRowCharacters || line.linked_characters * 2 < line.characters) continue;
    const bool dated = has_row_date(line) || is_date[index + 1] || (index > 0 && is_date[index - 1]);
    if (!dated && line.linked_characters < kRowCharacters) continue;
    Group& group = groups[group_of(outline, line.element)];
    ++group.rows;
    ++lists.rows;
    if (!dated) continue;
    ++group.dated;
    ++lists.dated;
  }
  for (const auto& [element, group] : groups) {
    lists.largest = std::max(lists.largest, group.rows);
    lists.largest_dated = std::max(lists.largest_dated, group.dated);
    if (group.rows >= kGroupRows) ++lists.groups;
    if (group.dated >= kGroupRows) ++lists.dated_groups;
  }
  return lists;
}

// What can be filled in.
struct Inputs {
  std::uint32_t texts = 0;  // one line
  std::uint32_t areas = 0;
  std::uint32_t choices = 0;  // of questions
  bool has_password = false;
  std::uint32_t all = 0;
};

Inputs count_inputs(const PageOutline& outline) {
  Inputs inputs;
  for (const OutlineElement& element : outline.elements()) {
    if (element.hidden) continue;
    if (element.name == HtmlName::kTextarea) ++inputs.areas;
    if (element.name == HtmlName::kSelect) ++inputs.all;
    if (element.name != HtmlName::kInput) continue;
    const std::string type = to_ascii_lower(element.node.attribute("type").value_or("text"));
    if (type == "hidden" || type == "button" || type == "submit" || type == "image" || type == "reset") continue;
    ++inputs.all;
    if (type == "radio" || type == "checkbox") ++inputs.choices;
    if (type == "password") inputs.has_password = true;
    if (type == "text" || type == "search" || type == "tel" || type == "email") ++inputs.texts;
  }
  inputs.all += inputs.areas;
  return inputs;
}

template <class Words>
std::uint32_t count_words(std::string_view text, const Words& words) {
  std::uint32_t count = 0;
  for (const std::string_view word : words) count += contains_text(text, word) ? 1 : 0;
  return count;
}

bool is_info_name(std::string_view name) {
  const std::string bare = bare_text(name);
  if (bare.empty() || count_characters(bare) > kNameCharactersMax) return false;
  return std::any_of(std::begin(kInfoNames), std::end(kInfoNames),
                     [&](std::string_view info) { return bare == info || bare.ends_with(info); });
}

// Questions that stand in lines of their own, no links.
std::uint32_t count_questions(const PageOutline& outline) {
  std::uint32_t questions = 0;
  const auto& lines = outline.lines();
  for (std::size_t index = 0; index < std::min(lines.size(), kLinesMax); ++index) {
    const OutlineLine& line = lines[index];
    if (line.linked_characters != 0 || line.characters > kQuestionCharacters) continue;
    if (line.region == Region::kNav || line.region == Region::kFooter) continue;
    if (line.text.ends_with("？") || line.text.ends_with("?")) ++questions;
  }
  return questions;
}

class KindReader {
 public:
  explicit KindReader(const KindQuestion& question)
      : q_(question),
        lists_(count_lists(question.outline)),
        inputs_(count_inputs(question.outline)),
        last_crumb_(question.crumbs.path.empty() ? std::string() : bare_text(question.crumbs.path.back())) {}

  PageKind read() const {
    if (is_stub()) return PageKind::kStub;
    const int article = article_score();
    const int list = list_score();
    if (is_home(article)) return PageKind::kHome;
    if (article < 6 && is_search()) return PageKind::kSearch;
    if (is_form(article, list)) return PageKind::kForm;
    const bool is_single = article >= list && article >= 3;
    if (is_single) return single();
    if (is_channel(list) || gathers_dated_lists()) return PageKind::kChannel;
    if (list >= 3) return PageKind::kList;
    if (lists_.groups >= 2) return PageKind::kChannel;
    if (names_information() && q_.block) return PageKind::kInfo;
    if (q_.block && q_.block.sentences > 0 && q_.block.characters >= 100) return PageKind::kInfo;
    return PageKind::kOther;
  }

 private:
  bool is_stub() const { return q_.page.has_frameset || !sends_on_to(q_.page).empty(); }

  int article_score() const {
    int score = 0;
    const bool is_of_column = q_.meta.article_title == q_.meta.column_name;  // a template for both kinds of pages
    if (!q_.meta.article_title.empty() && !is_of_column) score += q_.meta.published.empty() ? 2 : 3;
    const bool labelled = q_.days.is_shown && q_.days.source != DaySource::kVisible;
    if (labelled) score += 3;
    if (q_.days.is_shown && !labelled && q_.title.is_shown()) score += q_.names_source ? 3 : 2;
    if (q_.block.sentences >= 1 && q_.block.characters >= 40) score += 2;
    if (q_.block.sentences >= 3 && q_.block.characters >= 300) score += 1;
    if (q_.title.is_shown() && count_characters(q_.title.text) >= 10) score += 2;
    if (q_.is_document) score += 2;
    if (last_crumb_ == "正文" || last_crumb_ == "内容" || last_crumb_ == "详情" || last_crumb_ == "文章内容" ||
        last_crumb_ == "信息内容")
      score += 2;
    if (q_.url != nullptr && date_in_url(q_.url->path())) score += 1;
    // What is read as text between the rows of a list is the list.
    if (lists_.largest_dated >= 5 && !labelled && q_.block.sentences < 5) score -= 3;
    // Titles with summaries below the name of a column, without a day that is labelled.
    const bool names_column = !q_.meta.column_name.empty() && q_.meta.article_title.empty() &&
                              bare_text(q_.title.text) == bare_text(q_.meta.column_name);
    if (lists_.largest >= 5 && names_column && !labelled) score -= 3;
    return score;
  }

  int list_score() const {
    int score = 0;
    if (lists_.largest_dated >= 1) score += 1;
    if (lists_.largest_dated >= 3) score += 2;
    if (lists_.largest_dated >= 6) score += 2;
    if (lists_.largest >= 8) score += 1;
    if (q_.list != nullptr && q_.list->confidence >= kListSure && !q_.list->items.empty()) score += 4;
    if (q_.list != nullptr && (q_.list->says_empty || q_.list->script_rendered)) score += 3;
    if (last_crumb_ == "列表" || last_crumb_ == "信息列表" || last_crumb_ == "文章列表") score += 3;
    if (lists_.has_pager && lists_.rows > 0) score += 1;
    if (lists_.has_header && !q_.is_document) score += 3;
    const std::string title = bare_text(q_.title.text);
    if (!title.empty() && (title == last_crumb_ || title == bare_text(q_.meta.column_name))) score += 1;
    const bool is_of_column = q_.meta.article_title == q_.meta.column_name;
    if (!q_.meta.column_name.empty() && (q_.meta.article_title.empty() || is_of_column)) score += 1;
    return score;
  }

  bool is_root_path() const {
    if (q_.url == nullptr) return false;
    if (q_.url->has_query() && q_.url->query().size() > 20) return false;
    std::string path = to_ascii_lower(q_.url->path());
    if (path == "/") return true;
    const std::size_t dot = path.rfind('.');
    if (dot != std::string::npos) path.resize(dot);
    // /index, /home, /portal/index: up to two names, all of a home page.
    std::size_t names = 0;
    for (std::size_t begin = 1; begin <= path.size();) {
      const std::size_t end = std::min(path.find('/', begin), path.size());
      const std::string_view name = std::string_view(path).substr(begin, end - begin);
      if (!name.empty() && ++names > 2) return false;
      if (!name.empty() && std::find(std::begin(kHomeFolders), std::end(kHomeFolders), name) == std::end(kHomeFolders))
        return false;
      begin = end + 1;
    }
    return true;
  }

  bool is_home(int article) const {
    // Some portals leave these words in the tags of every page: a way that leads further says more.
    const bool says_home = q_.meta.column_type == "首页" || q_.meta.column_name == "首页";
    if (says_home && q_.crumbs.path.size() < 2) return article < 6;
    if (!is_root_path() || !q_.crumbs.path.empty() || article >= 6) return false;
    if (lists_.rows < 2 * kGroupRows && q_.page.links.size() < 30) return false;
    // A page that has a column's name is that column, wherever it was saved from.
    const std::string title = bare_text(q_.title.text);
    if (title.empty() || count_characters(title) > 12 || names_site(title)) return true;
    return std::none_of(q_.page.links.begin(), q_.page.links.end(), [&](const Link& link) {
      return link.text.size() < 80 && link.raw.size() > 1 && bare_text(link.text) == title && !is_home_name(title);
    });
  }

  static bool is_home_name(std::string_view bare) { return bare.ends_with("首页") || bare == "home"; }

  bool is_search() const {
    const bool by_path = q_.url != nullptr && contains_any(to_ascii_lower(q_.url->path_and_query()), kSearchPaths);
    const bool by_title = contains_any(q_.page.title.substr(0, 200), kSearchTitles);
    if (!by_path && !by_title) return false;
    return inputs_.texts > 0 || count_words(q_.page.visible_text, kSearchWords) > 0;
  }

  bool is_form(int article, int list) const {
    const std::string_view text = q_.page.visible_text;
    const std::uint32_t guide = count_words(text, kGuideWords);
    const bool named = contains_text(q_.title.text, "指南") || contains_text(last_crumb_, "办事指南") ||
                       contains_text(q_.title.text, "服务事项");
    if (guide >= 6 || (guide >= 4 && named)) return list < 5;
    if (article >= 6 || list >= 5 || q_.block.sentences >= 8) return false;
    const std::uint32_t words = count_words(text, kFormWords);
    if (inputs_.choices >= kSurveyChoices && contains_any(q_.page.title, kSurveyWords)) return true;
    if (inputs_.has_password && contains_any(q_.page.title, kLoginWords)) return true;
    return (inputs_.areas > 0 && words >= 1) || (inputs_.texts >= 3 && words >= 2);
  }

  bool names_information() const {
    return is_info_name(q_.title.text) || is_info_name(q_.meta.column_name) || is_info_name(last_crumb_);
  }

  // Questions and answers without a day of their own are kept, not published.
  bool is_questions() const {
    if (q_.days.published || !q_.meta.published.empty() || q_.is_document) return false;
    const bool is_named =
        contains_any(bare_text(q_.title.text), kQuestionNames) || contains_any(last_crumb_, kQuestionNames);
    // An interpretation of a policy owes its readers a day.
    const bool interprets = contains_any(bare_text(q_.title.text), kInterpretationNames);
    return is_named && !interprets && count_questions(q_.outline) >= kQuestionsMin;
  }

  PageKind single() const {
    const bool of_name =
        is_info_name(q_.title.text) || (!q_.days.is_shown && q_.meta.published.empty() && names_information());
    if (of_name && !q_.is_document) return PageKind::kInfo;
    if (is_questions()) return PageKind::kInfo;
    return q_.is_document ? PageKind::kDocument : PageKind::kArticle;
  }

  bool is_channel(int list) const {
    if (lists_.groups < 2 || lists_.more < 2) return false;
    return list < 7 && lists_.largest * 5 < lists_.rows * 3;
  }

  // Two and more lists with dates of about one size: what is more of each stands elsewhere.
  bool gathers_dated_lists() const {
    if (lists_.dated_groups < 2 || lists_.more < 1 || lists_.has_pager || lists_.has_header) return false;
    return lists_.largest * 5 < lists_.rows * 4;
  }

  const KindQuestion& q_;
  const Lists lists_;
  const Inputs inputs_;
  const std::string last_crumb_;
};

}  // namespace

std::string_view sends_on_to(const PageFacts& page) {
  if (page.text_characters > kStubCharacters) return {};
  const bool refreshes = page.refresh && !page.refresh->raw.empty() && page.refresh->seconds <= kStubSeconds;
  return refreshes ? page.refresh->raw : page.script_redirect;
}

PageKind tell_page_kind(const KindQuestion& question) {
  return KindReader(question).read();
}

}  // namespace xuncha
