#include "crawler/portal/list_judge.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "core/code_points.h"
#include "core/dates.h"
#include "core/url_shape.h"
#include "crawler/portal/list_words.h"

namespace xuncha {
namespace {

constexpr std::size_t kShareOf = 10;        // shares are tenths
constexpr std::size_t kMostly = 6;          // of ten
constexpr std::uint32_t kSentenceMin = 20;  // characters; shorter texts are labels
constexpr int kLevelsAround = 6;            // that a pager or 更多 stands above a list

std::string_view meta_value(const PageFacts& scan, std::string_view name) {
  for (const auto& [known, content] : scan.meta) {
    if (known != name) continue;
    if (content.empty() || content == "null" || content == "undefined" || has_template_code(content)) continue;
    return content;
  }
  return {};
}

bool is_sentence(std::string_view text) {
  constexpr std::size_t kLatinBytes = 80;  // shorter ones may be titles
  if (text.size() >= kLatinBytes && text.find(". ") != std::string_view::npos) return true;
  return text.find("，") != std::string_view::npos || text.find("。") != std::string_view::npos ||
         text.find("；") != std::string_view::npos;
}

bool mostly(std::size_t part, std::size_t whole) {
  return whole != 0 && part * kShareOf >= whole * kMostly;
}

std::size_t median_title(const std::vector<ListItem>& items) {
  std::vector<std::uint32_t> lengths;
  lengths.reserve(items.size());
  for (const ListItem& item : items) lengths.push_back(count_shown_characters(item.title));
  const auto middle = lengths.begin() + static_cast<std::ptrdiff_t>(lengths.size() / 2);
  std::nth_element(lengths.begin(), middle, lengths.end());
  return *middle;
}

// The folder and the kind of file: addresses of one list agree in them where their templates differ by names.
std::string address_family(const std::string& address) {
  const auto parsed = parse_url(address).url;
  if (!parsed) return {};
  return url_template(*parsed);
}

bool share_template(const std::vector<ListItem>& items) {
  std::map<std::string, std::size_t> counts;
  std::size_t most = 0;
  for (const ListItem& item : items) {
    if (item.url.empty()) continue;
    most = std::max(most, ++counts[address_family(item.url)]);
  }
  return mostly(most, items.size());
}

// Whether a link 更多 stands in the block around the list, above other lists' ground.
bool has_more_link(const ListTree& tree, const ListCandidate& list) {
  constexpr std::uint32_t kForeignTitlesMax = 4;  // the block's own heading and tabs
  const auto own = static_cast<std::uint32_t>(list.records.size());
  std::size_t around = list.container;
  std::size_t looked_from = list.begin();
  std::size_t looked_to = list.end();
  for (int level = 0; level < kLevelsAround && around != 0; ++level, around = tree[around].parent) {
    const ListNode& node = tree[around];
    if (node.name == "body" || node.titles > own + kForeignTitlesMax) return false;
    const auto look = [&](std::size_t begin, std::size_t end) {
      for (std::size_t index = begin; index < end; ++index) {
        if (tree[index].name == "a" && tree[index].is_shown && tree[index].characters <= 8 &&
            is_more_text(tree.text_of(index, 60))) {
          return true;
        }
      }
      return false;
    };
    if (look(around, looked_from) || look(looked_to, node.end)) return true;
    looked_from = around;
    looked_to = node.end;
  }
  return false;
}

// The pager below the list, not beyond `reach`, where the next list begins.
ListPager find_pager(const ListTree& tree, const ListCandidate& list, std::size_t reach, const ScriptPagers& scripts,
                     const ListPage& page) {
  constexpr std::size_t kNodesMax = 3'000;  // between a list and its pager stand few
  std::size_t around = list.container;
  std::size_t looked_to = list.end();
  ListPager pager;
  for (int level = 0; level < kLevelsAround && around != 0; ++level, around = tree[around].parent) {
    const std::size_t end = std::min<std::size_t>({tree[around].end, reach, list.end() + kNodesMax});
    if (end <= looked_to) continue;
    pager = read_pager(tree, looked_to, end, scripts, page);
    looked_to = end;
    if (pager.found) return pager;
  }
  return pager;
}

// The names that systems give their lists.
bool is_known_system(const ListTree& tree, const ListCandidate& list) {
  const std::string_view classes = tree.attribute(list.container, "class");
  for (const std::string_view known : {"wp_article_list", "news_list", "wp-list"}) {  // WebPlus
    if (classes.find(known) != std::string_view::npos) return true;
  }
  // VSB: <li id="line_u8_0">, <tr id="line55436_0">
  const std::string_view id = tree.attribute(list.records.front().begin, "id");
  const bool is_vsb =
      id.starts_with("line") && id.size() > 5 && is_ascii_digit(id.back()) && id.find('_') != std::string_view::npos;
  return is_vsb;
}

bool has_list_name(const ListTree& tree, const ListCandidate& list) {
  std::size_t index = list.container;
  for (int level = 0; level < 3 && index != 0; ++level, index = tree[index].parent) {
    for (const std::string_view name : {tree.attribute(index, "class"), tree.attribute(index, "id")}) {
      if (is_slider_name(name)) return false;
      for (const std::string_view word : {"list", "lists", "newslist", "listbox", "infolist", "gl", "liebiao"}) {
        if (has_name_word(name, word)) return true;
      }
    }
  }
  return false;
}

bool is_in_slider(const ListTree& tree, const ListCandidate& list) {
  std::size_t index = list.container;
  for (int level = 0; level < 4 && index != 0; ++level, index = tree[index].parent) {
    if (tree[index].name == "marquee") return true;
    if (is_slider_name(tree.attribute(index, "class")) || is_slider_name(tree.attribute(index, "id"))) return true;
  }
  return false;
}

struct ListHeading {
  std::string text;        // the short text right before the block that the list fills; empty where there is none
  bool is_beside = false;  // that, or the name of a block around, says what stands beside: hot, related, recommended
};

ListHeading read_heading(const ListTree& tree, const ListCandidate& list) {
  constexpr std::uint32_t kHeadingCharacters = 16;
  constexpr std::size_t kNodesWithin = 400;
  constexpr std::size_t kNodesBack = 40;  // between a list and its heading stand icons and 更多
  ListHeading heading;
  const auto take = [&heading](std::string text) {
    heading.is_beside = heading.is_beside || is_side_heading(text);
    if (heading.text.empty()) heading.text = std::move(text);
  };
  std::size_t block = list.container;
  for (int level = 0; level < 3 && block != 0 && tree[block].name != "body"; ++level, block = tree[block].parent) {
    const bool is_named = is_side_name(tree.attribute(block, "class")) || is_side_name(tree.attribute(block, "id"));
    heading.is_beside = heading.is_beside || is_named;
    const std::uint64_t within = tree.characters_between(block, list.begin());
    const bool is_far = within != 0 && list.begin() - block > kNodesWithin;
    if (within > kHeadingCharacters || is_far) break;
    if (within != 0) {
      take(tree.text(block, list.begin(), TextJoin::kWords, 80));
      continue;
    }
    const std::size_t parent = tree[block].parent;
    const std::size_t stop = std::max(parent, block > kNodesBack ? block - kNodesBack : 0);
    for (std::size_t before = block - 1; before > stop; --before) {
      if (!tree[before].is_text || tree[before].characters == 0) continue;
      while (tree[before].parent != parent) before = tree[before].parent;
      if (tree[before].characters <= kHeadingCharacters) take(tree.text_of(before, 80));
      break;
    }
  }
  return heading;
}

bool holds(const std::vector<ListCandidate>& lists, std::size_t index) {
  const auto after = std::upper_bound(lists.begin(), lists.end(), index,
                                      [](std::size_t at, const ListCandidate& list) { return at < list.begin(); });
  // Candidates may hold each other: a few before are asked.
  auto list = after;
  for (int back = 0; back < 4 && list != lists.begin(); ++back) {
    --list;
    if (!list->is_fragment && index < list->end() && list->dated != 0) return true;
  }
  return false;
}

// 发布日期： alone may stand before a field of a search form: a date must follow.
bool is_tool_at(const ListTree& tree, std::size_t index) {
  const std::string text = collapse_text(tree[index].node.text(), 300);
  if (!is_article_tool(text)) return false;
  const bool is_label = text.starts_with("发布") && (text.ends_with("：") || text.ends_with(":"));
  if (!is_label) return true;
  constexpr std::size_t kNodesBehind = 6;
  const std::size_t end = std::min(tree.size(), index + 1 + kNodesBehind);
  for (std::size_t next = index + 1; next < end; ++next) {
    if (tree[next].is_text && tree[next].dates != 0) return true;
  }
  return false;
}

}  // namespace

PageSigns read_page_signs(const PageFacts& scan, const ListTree& tree, const std::vector<ListCandidate>& lists,
                          const ListPage& page) {
  PageSigns signs;
  const std::string_view column = meta_value(scan, "columnname");
  // A template for both kinds gives a column's page its own name as the title, and the day it was made.
  const bool is_of_column = !column.empty() && meta_value(scan, "articletitle") == column;
  const bool has_title = !meta_value(scan, "articletitle").empty() && !is_of_column;
  const bool has_day = !meta_value(scan, "pubdate").empty() && !is_of_column;
  signs.says_article = has_title && has_day;
  const bool names_column = !column.empty() || !meta_value(scan, "columntype").empty();
  signs.says_column = names_column && !has_title && !has_day;
  constexpr std::uint32_t kArticleTextMin = 50;
  for (std::size_t index = 0; index < tree.size(); ++index) {
    const ListNode& node = tree[index];
    if (!node.is_shown || node.region == Region::kFooter || node.region == Region::kNav) continue;
    if (!node.is_text) {
      if (node.name.empty() || node.characters < kArticleTextMin || node.dates > 2) continue;
      const std::string_view classes = tree.attribute(index, "class");
      const std::string_view id = tree.attribute(index, "id");
      if (classes.empty() && id.empty()) continue;
      const bool is_box = (is_article_name(classes) || is_article_name(id)) && node.titles <= 3;
      signs.has_article_box = signs.has_article_box || is_box;
      continue;
    }
    if (node.characters < 3) continue;
    const std::string_view text = node.node.text();
    if (!signs.has_tools && node.characters < 100 && !holds(lists, index)) {
      signs.has_tools = is_tool_at(tree, index);
    }
    if (node.characters < kSentenceMin) {
      signs.has_neighbours = signs.has_neighbours || is_neighbour_text(text);
    } else if (!node.in_link && is_sentence(text) && !holds(lists, index)) {
      signs.prose += node.characters;
    }
    if (node.dates == 0 || holds(lists, index)) continue;
    for (const FoundDate& date : find_dates(text.substr(0, limits::kListDateTextBytes), page.now).dates) {
      signs.has_byline = signs.has_byline || date.role == DateRole::kPublished;
    }
  }
  return signs;
}

double confidence_of(int score) {
  constexpr double kConfidence[] = {0.1, 0.2, 0.4, 0.6, 0.7, 0.8, 0.87, 0.92, 0.95, 0.97};
  return kConfidence[std::clamp<int>(score, 0, static_cast<int>(std::size(kConfidence)) - 1)];
}

JudgedList judge_list(const ListTree& tree, const ListCandidate& list, std::size_t end_of_reach,
                      const ScriptPagers& scripts, const ListPage& page) {
  JudgedList judged;
  judged.found = &list;
  std::vector<RawItem> raw;
  std::size_t linked = 0;
  std::size_t unfilled = 0;
  std::size_t other_days = 0;
  for (const RecordRange& record : list.records) {
    RawItem item = read_item(tree, record, list.heads, page);
    if (item.is_unfilled) {
      ++unfilled;
      continue;
    }
    if (item.item.title.empty()) continue;
    linked += item.has_link ? 1 : 0;
    other_days += item.shows_other_day ? 1 : 0;
    raw.push_back(std::move(item));
  }
  if (raw.empty() || !mostly(linked, raw.size())) return judged;
  std::size_t beside = 0;
  for (const RawItem& item : raw) beside += item.date ? 1 : 0;
  judged.items = finish_items(std::move(raw), page.now);
  const std::size_t count = judged.items.size();
  std::size_t by_address = 0;
  for (const ListItem& item : judged.items) by_address += item.day_source == DaySource::kUrl ? 1 : 0;
  judged.is_dated = mostly(beside, count) || mostly(beside + by_address, count);
  judged.shows_other_days = mostly(other_days, count);
  judged.pager = find_pager(tree, list, end_of_reach, scripts, page);
  judged.leads_to_more = has_more_link(tree, list);
  const std::string_view name = tree[list.records.front().begin].name;
  judged.has_rows = name == "li" || name == "tr" || name == "dl";
  judged.is_known_system = is_known_system(tree, list);
  judged.path = tree.path(list.container) + ">" + std::string(name);

  judged.title_characters = median_title(judged.items);
  const Region region = tree[list.container].region;
  const bool is_margin = is_beside_content(region);
  ListHeading heading = read_heading(tree, list);
  const bool is_slide_or_side = is_in_slider(tree, list) || heading.is_beside;
  judged.heading = std::move(heading.text);
  judged.is_beside = is_margin || is_slide_or_side;
  int score = mostly(beside, count) ? 3 : judged.is_dated ? 2 : 0;
  score += share_template(judged.items) ? 2 : 0;
  score += judged.title_characters >= 8 ? 1 : 0;
  score += judged.pager.found ? 1 : 0;
  score += list.heads.title && list.heads.date ? 2 : 0;
  score += judged.is_known_system ? 1 : 0;
  score += has_list_name(tree, list) ? 1 : 0;
  score += region == Region::kMain ? 1 : 0;
  if (is_margin) score -= 3;
  if (is_slide_or_side) score -= 3;
  if (judged.leads_to_more && !judged.pager.found) score -= 1;
  if (count < 3) score -= 2;
  if (unfilled > count) score = 0;
  judged.score = score;
  return judged;
}

}  // namespace xuncha
