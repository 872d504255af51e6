#pragma once

#include <string_view>

// The wording of portals' lists (reference tables of phrases). Pure; texts are UTF-8 with white space collapsed.
namespace xuncha {

// A link or text that belongs to the machinery of a page and is no title: 更多, 首页, 下一页, 打印, [详细], a number.
bool is_chrome_text(std::string_view text);
// 更多, MORE>>: leads from a block to the whole list.
bool is_more_text(std::string_view text);
// 置顶, [顶]
bool is_pinned_text(std::string_view text);
// 暂无信息, 共0条, 栏目建设中: a list that says it has no items. `text` is one short text of the page.
bool is_empty_wording(std::string_view text);
// What the columns of a table of items are called: 标题, 名称, 发布日期, 文号 ...
bool is_title_header(std::string_view text);
bool is_date_header(std::string_view text);       // of any date
bool is_event_header(std::string_view text);      // of a day in the life of what is listed: 成立日期, 有效期至
bool is_deadline_header(std::string_view text);   // 截止日期, 征集结束时间
bool is_number_header(std::string_view text);     // 信件编号, 索引号: 20240609 is no day
bool is_published_header(std::string_view text);  // of the date of publication
// Signs of templates that a script fills or a server left unfilled: {{ }}, <% %>, ${ }.
bool has_template_code(std::string_view text);
// 上一篇, 下一篇: stands below articles.
bool is_neighbour_text(std::string_view text);
// Stands around the text of an article: 来源：, 浏览次数, 字体：大 中 小, 打印本页. `text` is one text of the page.
bool is_article_tool(std::string_view text);
// The heading of a list beside the page's own: 热点信息, 相关新闻, 推荐阅读.
bool is_side_heading(std::string_view text);
// Words that name such a list in id or class.
bool is_side_name(std::string_view names);
// Words that name a pager in id or class.
bool is_pager_name(std::string_view names);
// Words that name a block of pictures in motion in id or class.
bool is_slider_name(std::string_view names);
// Words that name the container of an article's text in id or class.
bool is_article_name(std::string_view names);

}  // namespace xuncha
