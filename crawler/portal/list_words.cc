#include "crawler/portal/list_words.h"

#include <algorithm>
#include <array>
#include <string>

#include "core/code_points.h"
#include "crawler/portal/list_tree.h"
#include "crawler/portal/portal_text.h"

namespace xuncha {
namespace {

template <std::size_t size>
bool is_one_of(std::string_view text, const std::array<std::string_view, size>& words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

template <std::size_t size>
bool holds_one_of(std::string_view text, const std::array<std::string_view, size>& words) {
  return std::any_of(words.begin(), words.end(), [text](std::string_view word) { return contains_text(text, word); });
}

template <std::size_t size>
bool names_one_of(std::string_view names, const std::array<std::string_view, size>& words) {
  return has_any_name_word(names, words);
}

// What stands around words of the machinery: [详细], 更多>>, 《 上一页
constexpr auto kDecoration =
    std::to_array<std::string_view>({" ",  "[",  "]",  "【", "】", "(",  ")", "（", "）", "<", ">",  "《", "》", "«",
                                     "»",  "‹",  "›",  "·",  "•",  "|",  ":", "：", "+",  "-", "…",  ".",  "→",  "＞",
                                     "＜", "〉", "〈", "/",  "*",  "・", "◆", "■",  "●",  "▪", "，", "。", "、", "!"});

// Whether a decoration begins with this byte; few Chinese characters do, and every text of a list is asked about.
constexpr auto kMayDecorate = [] {
  std::array<bool, 256> begins{};
  for (const std::string_view mark : kDecoration) begins[static_cast<unsigned char>(mark.front())] = true;
  return begins;
}();

std::size_t decoration_length(std::string_view text) {
  if (!kMayDecorate[static_cast<unsigned char>(text.front())]) return 0;
  const auto mark = std::find_if(kDecoration.begin(), kDecoration.end(),
                                 [text](std::string_view candidate) { return text.starts_with(candidate); });
  return mark == kDecoration.end() ? 0 : mark->size();
}

std::string undecorated(std::string_view text) {
  std::string bare;
  bare.reserve(text.size());
  while (!text.empty()) {
    const std::size_t decoration = decoration_length(text);
    if (decoration == 0) bare.push_back(to_ascii_lower(text.front()));
    text.remove_prefix(std::max<std::size_t>(decoration, 1));
  }
  return bare;
}

constexpr auto kChrome = std::to_array<std::string_view>(
    {"首页",     "网站首页", "返回首页",     "上一页",      "下一页",   "上页",     "下页",     "前一页",   "后一页",
     "尾页",     "末页",     "最后一页",     "第一页",      "上一篇",   "下一篇",   "上一条",   "下一条",   "跳转",
     "转到",     "确定",     "更多",         "查看更多",    "更多信息", "更多内容", "查看全部", "more",     "readmore",
     "详细",     "详情",     "查看详情",     "查看详细",    "阅读全文", "查看全文", "全文",     "查看",     "点击查看",
     "详细信息", "详细内容", "了解更多",     "打印",        "打印本页", "关闭",     "关闭窗口", "收藏",     "加入收藏",
     "设为首页", "返回",     "返回顶部",     "回到顶部",    "顶部",     "下载",     "点击下载", "附件下载", "下载附件",
     "文件下载", "分享",     "分享到",       "登录",        "注册",     "搜索",     "检索",     "查询",     "置顶",
     "next",     "prev",     "previous",     "first",       "last",     "go",       "登陆",     "字体大",   "字号大",
     "扫一扫",   "无障碍",   "长者版",       "进入",        "在线办理", "办理",     "政策解读", "相关解读", "解读",
     "图解",     "文字解读", "图片解读",     "视频解读",    "原文",     "政策原文", "new",      "hot",      "top",
     "english",  "繁体",     "简体",         "回复",        "展开",     "收起",     "编辑",     "复制",     "预览",
     "在线预览", "加载更多", "点击加载更多", "点击查看更多"});

constexpr auto kMore = std::to_array<std::string_view>(
    {"更多", "more", "查看更多", "更多信息", "更多内容", "查看全部", "了解更多", "全部"});

constexpr auto kEmpty =
    std::to_array<std::string_view>({"暂无数据", "暂无信息", "暂无内容", "暂无相关", "暂无记录", "暂无文章", "暂无公告",
                                     "没有相关信息", "没有相关内容", "没有相关数据", "没有数据", "没有记录", "没有找到",
                                     "未找到相关", "无相关信息", "无相关数据", "查无数据", "无数据显示", "没有查询到"});
// Said of a column; within longer texts it is said of buildings.
constexpr auto kUnderWork = std::to_array<std::string_view>(
    {"栏目建设中", "栏目正在建设中", "正在建设中", "页面建设中", "网站建设中", "内容正在更新", "内容正在整理",
     "内容正在完善", "内容更新中", "内容整理中", "内容完善中", "资料整理中", "信息更新中", "敬请期待", "升级改版中",
     "正在升级改版", "暂未发布", "尚未发布", "暂时没有"});

constexpr auto kTitleHeaders = std::to_array<std::string_view>(
    {"标题",     "名称",     "信息名称", "文件名称", "文件标题", "公告标题", "信息标题", "政策名称", "项目名称",
     "公告名称", "主题",     "题目",     "内容",     "信息内容", "文件名",   "政策标题", "通知标题", "标题名称",
     "新闻标题", "目录名称", "留言标题", "来信标题", "信件标题", "法规名称", "征集主题", "调查主题"});
constexpr auto kPublishedHeaders =
    std::to_array<std::string_view>({"发布日期", "发布时间", "公开日期", "公开时间", "发表时间", "发表日期", "公示时间",
                                     "公示日期", "公告时间", "公告日期", "上网日期", "上传时间", "上传日期", "发文时间",
                                     "信息发布时间", "公布日期", "公布时间", "更新日期", "更新时间"});
constexpr auto kDateHeaders =
    std::to_array<std::string_view>({"日期",     "时间",     "成文日期", "生成日期", "发文日期", "印发日期", "施行日期",
                                     "实施日期", "生效日期", "废止日期", "截止日期", "截止时间", "开始时间", "结束时间",
                                     "来信时间", "留言时间", "答复时间", "回复时间", "提交时间", "签署日期"});

constexpr auto kPagerWords = std::to_array<std::string_view>(
    {"page",      "pages",    "pager",     "paging",  "pagination", "pagebar",  "pagelist", "pagenav",
     "pagenavi",  "pagenum",  "pageinfo",  "pagebox", "pagesize",   "fenye",    "fanye",    "turnpage",
     "pagestyle", "wppaging", "paginator", "laypage", "pageno",     "pageturn", "fy",       "pageout"});
constexpr auto kPageWholes = std::to_array<std::string_view>(
    {"main",  "wrap",   "wrapper", "content", "container", "body", "con",  "box",   "layout",  "home",
     "index", "header", "top",     "middle",  "center",    "list", "left", "right", "article", "title"});
constexpr auto kSliderWords =
    std::to_array<std::string_view>({"swiper", "slick", "carousel", "slider", "slide", "slidebox", "flexslider",
                                     "bxslider", "banner", "lunbo", "focus", "superslide", "marquee", "owl", "scroll"});
constexpr auto kArticleNames = std::to_array<std::string_view>(
    {"TRS_Editor",        "TRS_UEDITOR",     "UCAP-CONTENT", "vsb_content",       "v_news_content",
     "pages_content",     "article-content", "article_con",  "article_content",   "xl_con",
     "detail-content",    "mainText",        "xxgk_content", "wp_articlecontent", "news_content",
     "Custom_UnionStyle", "articleContent",  "art_content",  "content_body",      "zoom"});

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_ascii_digit);
}

}  // namespace

bool is_chrome_text(std::string_view text) {
  if (text.size() > 60) return false;
  const std::string bare = undecorated(text);
  return bare.empty() || is_number(bare) || is_one_of(bare, kChrome);
}

bool is_more_text(std::string_view text) {
  return text.size() <= 40 && is_one_of(undecorated(text), kMore);
}

bool is_pinned_text(std::string_view text) {
  if (text.find("置顶") != std::string_view::npos) return true;
  return text.starts_with("[顶]") || text.starts_with("【顶】") || text.starts_with("（顶）") || text == "顶";
}

bool is_empty_wording(std::string_view text) {
  if (text.size() > 120) return false;
  std::string bare;
  for (const char c : text) {
    if (c != ' ') bare.push_back(c);
  }
  constexpr std::size_t kUnderWorkBytes = 54;  // 18 characters
  if (holds_one_of(bare, kEmpty) || (bare.size() <= kUnderWorkBytes && holds_one_of(bare, kUnderWork))) return true;
  constexpr auto kNoItems = std::to_array<std::string_view>({"共0条", "共有0条", "总共0条", "总计0条", "共计0条"});
  return holds_one_of(bare, kNoItems);
}

bool is_title_header(std::string_view text) {
  return text.size() <= 60 && is_one_of(undecorated(text), kTitleHeaders);
}

bool is_published_header(std::string_view text) {
  return text.size() <= 60 && is_one_of(undecorated(text), kPublishedHeaders);
}

bool is_date_header(std::string_view text) {
  return is_published_header(text) || (text.size() <= 60 && is_one_of(undecorated(text), kDateHeaders));
}

bool is_event_header(std::string_view text) {
  constexpr auto kEvents = std::to_array<std::string_view>(
      {"成立", "设立", "注册", "登记", "备案", "发证", "换证", "批准", "核准", "认定",   "许可", "变更",
       "注销", "评估", "出生", "开业", "建成", "开标", "任职", "始建", "竣工", "有效期", "到期", "截止期"});
  constexpr auto kDays = std::to_array<std::string_view>({"日期", "时间", "年月", "有效期", "到期", "截止期"});
  return text.size() <= 30 && !is_date_header(text) && holds_one_of(text, kEvents) && holds_one_of(text, kDays);
}

bool is_deadline_header(std::string_view text) {
  constexpr auto kEnds = std::to_array<std::string_view>({"截止", "结束", "终止"});
  return text.size() <= 30 && (text.ends_with("日期") || text.ends_with("时间")) && holds_one_of(text, kEnds);
}

bool is_number_header(std::string_view text) {
  return text.size() <= 30 && (text.ends_with("编号") || text.ends_with("索引号") || text.ends_with("文号"));
}

bool has_template_code(std::string_view text) {
  const auto encloses = [text](std::string_view open, std::string_view close) {
    const std::size_t at = text.find(open);
    return at != std::string_view::npos && text.find(close, at) != std::string_view::npos;
  };
  return encloses("{{", "}}") || encloses("<%", "%>") || encloses("${", "}") || encloses("{$", "}") ||
         encloses("<?", "?>");
}

bool is_neighbour_text(std::string_view text) {
  constexpr auto kNeighbours = std::to_array<std::string_view>({"上一篇", "下一篇", "上一条", "下一条"});
  return text.size() < 200 && holds_one_of(text, kNeighbours);
}

bool is_article_tool(std::string_view text) {
  constexpr auto kBegins = std::to_array<std::string_view>(
      {"来源：",     "来源:",     "信息来源：", "信息来源:", "文章来源：",  "作者：", "作者:", "浏览次数",
       "浏览量",     "阅读次数",  "点击次数",   "点击数",    "访问次数",    "字体：", "字体:", "【字体",
       "字号：",     "字号:",     "【字号",     "[字体",     "打印本页",    "【打印", "[打印", "责任编辑",
       "发布时间：", "发布时间:", "发布日期：", "发布日期:", "信息发布时间"});
  constexpr auto kWithin = std::to_array<std::string_view>(
      {"浏览次数", "阅读次数", "点击次数", "打印本页", "【打印", "来源：", "字体：", "字号：", "阅读量", "浏览量"});
  const std::string_view begin = text.substr(0, 200);
  return std::any_of(kBegins.begin(), kBegins.end(),
                     [begin](std::string_view word) { return begin.starts_with(word); }) ||
         holds_one_of(begin, kWithin);
}

bool is_side_heading(std::string_view text) {
  constexpr auto kSide = std::to_array<std::string_view>({"热点", "热门", "推荐", "相关", "排行", "点击榜", "阅读榜",
                                                          "猜你喜欢", "感兴趣", "最近浏览", "延伸阅读", "更多报道"});
  // 热点回应 is a column that portals owe.
  return text.size() <= 60 && holds_one_of(text, kSide) && !contains_text(text, "热点回应");
}

bool is_side_name(std::string_view names) {
  constexpr auto kSide = std::to_array<std::string_view>({"hot", "rank", "ranking", "recommend", "related", "relate",
                                                          "relevant", "xgxx", "xgwz", "tuijian", "rdxw", "phb"});
  return names_one_of(names, kSide);
}

bool is_pager_name(std::string_view names) {
  if (!names_one_of(names, kPagerWords) || names_one_of(names, kSliderWords)) return false;
  // page-main, page_wrap: the page as a whole.
  const bool is_plain_page = has_name_word(names, "page") || has_name_word(names, "pages");
  return !is_plain_page || !names_one_of(names, kPageWholes);
}

bool is_slider_name(std::string_view names) {
  return names_one_of(names, kSliderWords);
}

bool is_article_name(std::string_view names) {
  std::size_t at = 0;
  while (at < names.size()) {
    const std::size_t end = std::min(names.find(' ', at), names.size());
    const std::string_view name = names.substr(at, end - at);
    const bool is_one = std::any_of(kArticleNames.begin(), kArticleNames.end(),
                                    [name](std::string_view known) { return equals_ignoring_case(name, known); });
    if (is_one) return true;
    at = end + 1;
  }
  return false;
}

}  // namespace xuncha
