#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/page.h"
#include "core/portal.h"
#include "crawler/portal/list_miner.h"
#include "crawler/portal/list_pager.h"

namespace xuncha {

// What the page as a whole says of its purpose.
struct PageSigns {
  bool says_column = false;      // META ColumnName or ColumnType, and no article
  bool says_article = false;     // META ArticleTitle and PubDate
  bool has_article_box = false;  // an element named as the container of an article's text, with text
  bool has_neighbours = false;   // 上一篇, 下一篇
  bool has_tools = false;        // 来源：, 浏览次数, 打印本页 outside of all lists
  bool has_byline = false;       // 发布时间：2024-04-26 outside of all lists
  std::uint64_t prose = 0;       // characters of sentences outside of links and of the list
};
PageSigns read_page_signs(const PageFacts& scan, const ListTree& tree, const std::vector<ListCandidate>& lists,
                          const ListPage& page);

// A candidate with all that speaks for and against it.
struct JudgedList {
  const ListCandidate* found = nullptr;
  std::vector<ListItem> items;
  ListPager pager;
  bool is_dated = false;          // most items have a day beside them or in their address
  bool shows_other_days = false;  // most have none, but a day of which it is not known that it is of publication
  bool leads_to_more = false;     // 更多 beside it: a block that leads to the whole list
  bool is_known_system = false;
  bool has_rows = false;   // its items are li, tr or dl
  bool is_beside = false;  // in navigation, footer or a margin, sliding, or headed as hot, related, recommended
  std::size_t title_characters = 0;  // median
  std::string heading;               // the short text right before it
  int score = 0;                     // 4 is accepted: dates alone score 3
  std::string path;
};
// A pager counts where it stands before `end_of_reach`.
JudgedList judge_list(const ListTree& tree, const ListCandidate& list, std::size_t end_of_reach,
                      const ScriptPagers& scripts, const ListPage& page);

// 4 is 0.7; below that it is less.
double confidence_of(int score);

}  // namespace xuncha
