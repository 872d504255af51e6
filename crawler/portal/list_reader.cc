#include "crawler/portal/list_reader.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "crawler/portal/cms_hanweb.h"
#include "crawler/portal/cms_script_rows.h"
#include "crawler/portal/cms_scripts.h"
#include "crawler/portal/list_judge.h"
#include "crawler/portal/list_miner.h"
#include "crawler/portal/list_tree.h"
#include "crawler/portal/list_words.h"
#include "crawler/portal/portal_text.h"
#include "crawler/text_collapse.h"

namespace xuncha {
namespace {

constexpr int kAccepted = 4;           // of the score: dates (3) alone do not make a list
constexpr double kDoubtful = 0.6;      // the most that a list has which may not be the page's purpose
constexpr double kOfSystem = 0.95;     // read from what the system itself wrote
constexpr std::size_t kRivalsMax = 3;  // accepted lists beside one without a pager: then the page gathers lists
constexpr std::uint64_t kProseMin = 150;
constexpr std::size_t kPagerNodes = 3'000;          // behind a list
constexpr std::size_t kDateBytes = 200;             // of what an operator names as an item's date
constexpr std::uint64_t kBlankCharactersMax = 500;  // side menus have about 200
constexpr std::uint64_t kBlankOthersMax = 60;       // outside of links: headings, a clock, a hotline
constexpr std::uint32_t kHiddenTitlesMax = 2;       // more are another pane's list
constexpr std::uint32_t kShownTitlesMax = 2;        // more may be what the column holds
constexpr std::uint32_t kTitleMin = 10;             // characters; names of columns are shorter
constexpr std::uint32_t kHeadingMax = 16;           // characters

// What a page that says it is empty says besides, apart from navigation and footer.
struct Emptiness {
  bool is_said = false;
  bool is_of_part = false;          // under a heading that is not the page's
  std::uint64_t characters = 0;     // of shown text
  std::uint64_t others = 0;         // of these outside of links
  std::uint32_t hidden_titles = 0;  // links long enough for titles in what is hidden
  std::uint32_t shown_titles = 0;   // in what is shown, but for those headed as hot, related, recommended

  // A page that says more has an empty corner, no empty list.
  bool is_all() const {
    return is_said && !is_of_part && characters <= kBlankCharactersMax && others <= kBlankOthersMax &&
           hidden_titles <= kHiddenTitlesMax && shown_titles <= kShownTitlesMax;
  }
};

struct Evidence {
  PageSigns signs;
  ListScripts scripts;
  Emptiness emptiness;
  bool has_titles = false;  // lists of titles that are no hot list and no menu, whether or not one is the page's
  bool has_breadcrumb = false;
  bool has_column_title = false;
};

// How a breadcrumb begins.
constexpr std::string_view kBreadcrumbs[] = {"当前位置", "您的位置", "所在位置", "您现在的位置", "你的位置", "现在位置",
                                             "首页 >",   "首页>",    "首页/",    "首页 »",       "首页»",    "首页 ->",
                                             "首页 --",  "首页 ＞",  "首页＞",   "首页 /"};
constexpr std::size_t kBreadcrumbReach = 16u << 10;  // bytes of a page's text that it stands in

bool has_breadcrumb(const PageFacts& scan) {
  return contains_any(std::string_view(scan.visible_text).substr(0, kBreadcrumbReach), kBreadcrumbs);
}

// Whether a name that stands on the page stands in its breadcrumb before that.
bool is_in_breadcrumb(std::string_view name, const PageFacts& scan) {
  constexpr std::size_t kBreadcrumbBytes = 200;
  const std::string_view text = std::string_view(scan.visible_text).substr(0, kBreadcrumbReach);
  for (const std::string_view words : kBreadcrumbs) {
    const std::size_t begin = text.find(words);
    if (begin == std::string_view::npos) continue;
    const std::size_t at = text.substr(begin, kBreadcrumbBytes).find(name);
    if (at == std::string_view::npos) continue;
    if (text.find(name, begin + at + name.size()) != std::string_view::npos) return true;
  }
  return false;
}

// <title> is a column's name, or begins with it: 通知公告, 政策文件-某县人民政府.
bool has_column_title(const PageFacts& scan) {
  constexpr std::string_view kNames[] = {"通知公告",   "公告公示", "公示公告", "通知公示", "公告通知", "政策文件",
                                         "规范性文件", "政策法规", "工作动态", "政务动态", "部门动态", "基层动态",
                                         "政策解读",   "人事信息", "人事任免", "招标公告", "政府采购", "统计公报"};
  const std::string_view title = strip_all_space(scan.title);
  for (const std::string_view name : kNames) {
    if (!title.starts_with(name)) continue;
    const std::string_view rest = title.substr(name.size());
    if (rest.empty() || rest.front() == '-' || rest.front() == '_' || rest.front() == ' ' || rest.front() == '|') {
      return true;
    }
  }
  return false;
}

bool is_heading(const ListTree& tree, std::size_t index) {
  const std::string_view name = tree[index].name;
  if (name.size() == 2 && name[0] == 'h' && name[1] >= '1' && name[1] <= '6') return true;
  if (name != "div" && name != "p" && name != "span" && name != "strong" && name != "dt") return false;
  const std::string_view classes = tree.attribute(index, "class");
  return has_name_word(classes, "title") || has_name_word(classes, "tit") || has_name_word(classes, "hd");
}

// The page's own name of what it shows: of META ColumnName, a part of <title> or of the breadcrumb.
bool names_page(std::string_view heading, const PageFacts& scan) {
  return scan.title.find(heading) != std::string::npos || is_in_breadcrumb(heading, scan) ||
         std::any_of(scan.meta.begin(), scan.meta.end(), [heading](const auto& meta) {
           return meta.first == "columnname" && meta.second.find(heading) != std::string::npos;
         });
}

// Whether the text at `said` stands right under a heading that is not the page's: it speaks of a part.
bool is_of_part(const ListTree& tree, std::size_t heading, std::size_t said, const PageFacts& scan) {
  constexpr std::uint64_t kBetweenMax = 20;  // characters, as 更多 and icons
  if (heading == 0 || tree.characters_between(tree[heading].end, said) > kBetweenMax) return false;
  return !names_page(tree.text_of(heading, 80), scan);
}

// Links long enough for titles, but for those in a block named, or under a heading, as hot, related, recommended.
std::uint32_t count_own_titles(const ListTree& tree) {
  std::uint32_t titles = 0;
  std::size_t side_end = 0;  // of the last block so named
  bool is_beside = false;    // under such a heading
  for (std::size_t index = 0; index < tree.size(); ++index) {
    const ListNode& node = tree[index];
    if (is_beside_content(node.region) || !node.is_shown || node.characters == 0) continue;
    if (node.is_text) {
      const bool is_own = !is_beside && index >= side_end;
      titles += is_own && node.in_link && node.characters >= kTitleMin ? 1 : 0;
      continue;
    }
    const bool is_named = is_side_name(tree.attribute(index, "class")) || is_side_name(tree.attribute(index, "id"));
    if (is_named) side_end = std::max<std::size_t>(side_end, node.end);
    const bool may_head = !node.in_link && node.titles == 0 && node.characters >= 2 && node.characters <= kHeadingMax;
    if (may_head && is_heading(tree, index)) is_beside = is_side_heading(tree.text_of(index, 80));
  }
  return titles;
}

Emptiness read_emptiness(const ListTree& tree, const PageFacts& scan) {
  constexpr std::uint32_t kWordingMax = 40;
  Emptiness found;
  std::size_t heading = 0;
  for (std::size_t index = 0; index < tree.size(); ++index) {
    const ListNode& node = tree[index];
    if (is_beside_content(node.region)) continue;
    if (!node.is_text) {
      const bool is_short = node.is_shown && node.characters >= 2 && node.characters <= kHeadingMax;
      if (is_short && is_heading(tree, index)) heading = index;
      continue;
    }
    if (!node.is_shown) {
      const bool is_title = node.in_link && count_shown_characters(node.node.text()) >= kTitleMin;
      found.hidden_titles += is_title && !has_template_code(node.node.text()) ? 1 : 0;
      continue;
    }
    found.characters += node.characters;
    if (node.in_link || node.characters == 0) continue;
    const bool may_say_it = node.characters >= 4 && node.characters <= kWordingMax;
    const bool is_full = found.others > kBlankOthersMax;  // what more there is matters no more
    if (!may_say_it && is_full) continue;
    const std::string text = collapse_text(node.node.text(), 200);
    if (may_say_it && is_empty_wording(text)) {
      found.is_said = true;
      found.is_of_part = found.is_of_part || is_of_part(tree, heading, index, scan);
    } else if (!is_full && !is_frame_wording(text) && !is_chrome_text(text)) {
      found.others += node.characters;
    }
  }
  if (found.is_said) found.shown_titles = count_own_titles(tree);
  return found;
}

bool is_home(const PageFacts& scan) {
  return std::any_of(scan.meta.begin(), scan.meta.end(),
                     [](const auto& meta) { return meta.first == "columntype" && meta.second == "首页"; });
}

// An article with a list beside it, or of links within it, is no list.
double most_confidence(const Evidence& evidence, const JudgedList& list) {
  const PageSigns& signs = evidence.signs;
  if (signs.says_article) return 0.4;
  std::uint64_t titles = 0;
  for (const ListItem& item : list.items) titles += count_shown_characters(item.title);
  const bool is_prose = signs.prose >= kProseMin && signs.prose >= titles;
  if (is_prose) return 0.5;
  constexpr std::uint64_t kSomeProse = 60;
  if (signs.has_article_box && signs.prose >= kSomeProse) return 0.5;
  if (signs.has_neighbours) return 0.5;
  const bool has_tools = signs.has_byline || signs.has_tools;
  if (has_tools && (signs.prose >= kSomeProse || !list.pager.found)) return kDoubtful;
  const bool is_elsewhere = evidence.emptiness.is_of_part && !list.leads_to_more;
  if (evidence.emptiness.is_said && !is_elsewhere && !list.pager.found) return 0.5;
  const bool has_place = list.pager.found || signs.says_column || list.is_known_system;
  if (list.found->is_loose && !list.pager.found) return 0.5;
  // A register, or a list of consultations: whether it owes its readers another day is not known.
  if (!list.is_dated && list.shows_other_days) return kDoubtful;
  // Without dates much that repeats looks like a list: all the rest must speak for it.
  const bool is_plain = !signs.says_column && !list.is_known_system && !list.pager.by_system;
  if (!list.is_dated && (!has_place || (is_plain && list.score <= kAccepted))) return kDoubtful;
  // A home page has neither pager nor breadcrumb.
  const bool has_name = evidence.has_breadcrumb || (evidence.has_column_title && !list.leads_to_more);
  if (!has_place && !has_name && !list.found->heads) return kDoubtful;
  if (list.leads_to_more && !has_place) return kDoubtful;
  const bool is_filled_elsewhere = evidence.scripts.is_known || evidence.scripts.has_templates;
  if (is_filled_elsewhere && !list.pager.found) return kDoubtful;
  return 1;
}

ListFacts make_facts(JudgedList list, const Evidence& evidence) {
  ListFacts facts;
  const int score = list.score + (evidence.signs.says_column ? 1 : 0);
  facts.confidence = std::min(confidence_of(score), most_confidence(evidence, list));
  facts.method = list.is_known_system || list.pager.by_system ? ListMethod::kCms
                 : evidence.signs.says_column                 ? ListMethod::kMeta
                                                              : ListMethod::kMined;
  facts.items = std::move(list.items);
  facts.path = std::move(list.path);
  facts.next_page = std::move(list.pager.next_page);
  facts.total_pages = list.pager.total_pages;
  facts.total_items = list.pager.total_items;
  return facts;
}

// The list stands under the name of the page's own column, and not as a block that leads to it.
bool is_headed_by_column(const JudgedList& list, const PageFacts& scan) {
  constexpr std::size_t kNameBytesMin = 6;  // two Chinese characters
  const std::string_view heading = list.heading;
  if (heading.size() < kNameBytesMin || list.leads_to_more || !list.is_dated) return false;
  const std::string_view title = strip_all_space(scan.title);
  const bool begins_title = title.starts_with(heading) && title.substr(heading.size()).find_first_of("-_| ") == 0;
  return begins_title || title == heading || std::any_of(scan.meta.begin(), scan.meta.end(), [&](const auto& meta) {
           return meta.first == "columnname" && meta.second == heading;
         });
}

// A list of titles that the page shows for their own sake.
bool holds_titles(const JudgedList& list) {
  constexpr std::size_t kTitleCharacters = 10;  // names of columns, which menus hold, are shorter
  return !list.items.empty() && !list.is_beside && (list.is_dated || list.title_characters >= kTitleCharacters);
}

bool is_rival(const JudgedList& best, const JudgedList& other) {
  if (best.pager.found && !other.pager.found) return false;
  if (!other.is_dated && best.is_dated) return other.items.size() >= best.items.size();
  return other.items.size() * 2 >= best.items.size();
}

bool is_better(const JudgedList& left, const JudgedList& right) {
  if (left.pager.found != right.pager.found) return left.pager.found;
  if (left.is_dated != right.is_dated) return left.is_dated;
  const bool is_longer = left.items.size() > right.items.size();
  return left.score != right.score && left.items.size() * 2 >= right.items.size() ? left.score > right.score
                                                                                  : is_longer;
}

// One or two items: only where all around says that a list stands there.
std::optional<JudgedList> find_short_list(std::vector<JudgedList> fragments, const Evidence& evidence) {
  JudgedList* best = nullptr;
  for (JudgedList& list : fragments) {
    const bool has_place = list.pager.found || list.found->heads || evidence.signs.says_column;
    if (list.items.empty() || !list.is_dated || !has_place || list.score < kAccepted) continue;
    if (best == nullptr) {
      best = &list;
    } else if (best->items.front().title == list.items.front().title) {
      // Both hold the same: the one whose items are rows, else the inner one.
      if (!best->has_rows) best = &list;
    } else {
      return std::nullopt;
    }
  }
  if (best == nullptr) return std::nullopt;
  return std::move(*best);
}

class Reader {
 public:
  Reader(const PageFacts& scan, const ListTree& tree, const ListPage& page) : scan_(scan), tree_(tree), page_(page) {}

  ListReading read() {
    ListReading reading;
    if (read_hanweb(reading)) return reading;
    if (tree_.empty()) return reading;
    pagers_ = read_script_pagers(tree_, page_);
    lists_ = mine_lists(tree_, page_);
    evidence_.signs = read_page_signs(scan_, tree_, lists_, page_);
    evidence_.scripts = read_list_scripts(tree_, page_);
    evidence_.emptiness = read_emptiness(tree_, scan_);
    evidence_.has_breadcrumb = has_breadcrumb(scan_);
    evidence_.has_column_title = has_column_title(scan_);
    if (read_script_rows(reading)) return reading;
    judge();
    if (is_home(scan_) && !evidence_.has_breadcrumb) {
      reading.lists = accepted_.size();
      return reading;
    }
    leave_out_others();
    reading.lists = accepted_.size();
    choose(reading);
    if (!reading.main || reading.main->confidence < kListSure) read_absence(reading);
    return reading;
  }

 private:
  bool read_hanweb(ListReading& reading) {
    if (!scan_.document) return false;
    std::vector<HanwebList> stores = read_hanweb_lists(scan_.document->text, page_);
    std::erase_if(stores, [](const HanwebList& store) { return store.items.empty() && !store.total_items; });
    reading.lists = stores.size();
    if (stores.size() != 1) return !stores.empty();
    HanwebList& store = stores.front();
    ListFacts facts;
    facts.method = ListMethod::kCms;
    facts.confidence = kOfSystem;
    facts.path = "script>datastore>recordset>record";
    facts.says_empty = store.items.empty() && store.total_items == 0;
    if (store.items.empty() && !facts.says_empty) facts.confidence = 0.4;
    facts.items = finish_items(std::move(store.items), page_.now);
    facts.total_items = store.total_items;
    facts.total_pages = store.total_pages;
    facts.data_url = store.next_data;
    const bool has_more = store.total_items && *store.total_items > facts.items.size();
    if (has_more) facts.next_page = store.next_data;
    for (const auto& [name, content] : scan_.meta) {
      if (name == "articletitle" && !content.empty()) facts.confidence = 0.4;
    }
    reading.main = std::move(facts);
    return true;
  }

  bool read_script_rows(ListReading& reading) {
    ScriptRows rows = xuncha::read_script_rows(tree_, page_);
    if (rows.items.empty()) return false;
    ListFacts facts;
    facts.method = ListMethod::kCms;
    const ListPager pager =
        read_pager(tree_, rows.end, std::min<std::size_t>(tree_.size(), rows.end + kPagerNodes), pagers_, page_);
    constexpr std::size_t kRowsSure = 3;
    facts.confidence = evidence_.signs.says_article ? 0.4 : rows.items.size() >= kRowsSure || pager.found ? 0.9 : 0.5;
    facts.items = finish_items(std::move(rows.items), page_.now);
    facts.path = std::move(rows.path);
    facts.next_page = pager.next_page;
    facts.total_pages = pager.total_pages;
    facts.total_items = pager.total_items;
    reading.main = std::move(facts);
    reading.lists = 1;
    return true;
  }

  void judge() {
    for (std::size_t index = 0; index < lists_.size(); ++index) {
      const ListCandidate& list = lists_[index];
      std::size_t reach = tree_.size();
      for (std::size_t other = index + 1; other < lists_.size(); ++other) {
        if (lists_[other].is_fragment || lists_[other].dated == 0 || lists_[other].begin() < list.end()) continue;
        reach = lists_[other].begin();
        break;
      }
      JudgedList judged = judge_list(tree_, list, reach, pagers_, page_);
      evidence_.has_titles = evidence_.has_titles || holds_titles(judged);
      if (list.is_fragment) {
        fragments_.push_back(std::move(judged));
      } else if (judged.score >= kAccepted) {
        accepted_.push_back(std::move(judged));
      }
    }
  }

  // Of several lists those under the name of the column, else those that are not headed as hot or related.
  void leave_out_others() {
    const auto is_own = [this](const JudgedList& list) { return is_headed_by_column(list, scan_); };
    const bool has_pager =
        std::any_of(accepted_.begin(), accepted_.end(), [](const JudgedList& list) { return list.pager.found; });
    if (std::any_of(accepted_.begin(), accepted_.end(), is_own)) {
      std::erase_if(accepted_, [&](const JudgedList& list) { return !is_own(list) && !list.pager.found; });
      return;
    }
    if (!has_pager && std::any_of(fragments_.begin(), fragments_.end(), is_own)) {
      std::erase_if(fragments_, [&](const JudgedList& list) { return !is_own(list); });
      if (find_short_list(std::vector(fragments_), evidence_)) accepted_.clear();
      return;
    }
    const bool has_main =
        std::any_of(accepted_.begin(), accepted_.end(), [](const JudgedList& list) { return !list.is_beside; });
    if (!has_main && !evidence_.emptiness.is_all()) return;
    std::erase_if(accepted_, [](const JudgedList& list) { return list.is_beside && !list.pager.found; });
  }

  void choose(ListReading& reading) {
    if (accepted_.empty()) {
      auto list = find_short_list(std::move(fragments_), evidence_);
      if (!list) return;
      reading.lists = 1;
      reading.main = make_facts(std::move(*list), evidence_);
      return;
    }
    const auto best = std::min_element(accepted_.begin(), accepted_.end(), is_better);
    std::size_t rivals = 0;
    for (auto other = accepted_.begin(); other != accepted_.end(); ++other) {
      rivals += other != best && is_rival(*best, *other) ? 1 : 0;
    }
    const bool gathers = !best->pager.found && accepted_.size() > kRivalsMax;
    // Panes of tabs, one beside the other.
    const bool is_pane = best->found->is_loose && !best->pager.found;
    reading.lists += is_pane ? 1 : 0;
    if (rivals != 0 || gathers || is_pane) return;
    reading.main = make_facts(std::move(*best), evidence_);
  }

  // No list that can be believed: the page may say that it has no items, or fill them in by a script.
  void read_absence(ListReading& reading) {
    const ListScripts& scripts = evidence_.scripts;
    const bool is_article =
        evidence_.signs.says_article || evidence_.signs.has_neighbours || evidence_.signs.prose >= kProseMin;
    if (is_article) return;
    const bool is_bare = scripts.has_empty_list || scripts.has_empty_table;
    const bool is_said = evidence_.emptiness.is_said;
    const bool waits = (scripts.asks_for_data || scripts.has_row_templates) && (is_bare || is_said);
    const bool is_scripted = scripts.is_known || scripts.has_templates || waits;
    const bool is_place = evidence_.signs.says_column || evidence_.has_breadcrumb;
    // What says that it is empty has little else to say; else a corner of a full page may be empty.
    const bool is_all = evidence_.emptiness.is_all() && !evidence_.has_titles;
    if (!is_scripted && !is_all && !scripts.has_empty_table) return;
    if (is_scripted && !scripts.is_known && !is_place && !is_said) return;
    if (accepted_.size() > 1 && !scripts.is_known) return;
    ListFacts facts = reading.main ? std::move(*reading.main) : ListFacts();
    facts.method = scripts.is_known ? ListMethod::kCms : facts.method;
    facts.script_rendered = is_scripted;
    facts.says_empty = is_all && facts.items.empty();
    facts.data_url = scripts.data_url;
    facts.data_is_known = scripts.is_known;
    const bool is_sure = facts.says_empty && !is_scripted && is_place && reading.lists == 0;
    if (!reading.main) facts.confidence = is_sure ? 0.8 : 0.4;
    facts.confidence = is_sure ? facts.confidence : std::min(facts.confidence, kDoubtful);
    reading.main = std::move(facts);
  }

  const PageFacts& scan_;
  const ListTree& tree_;
  const ListPage& page_;
  ScriptPagers pagers_;
  std::vector<ListCandidate> lists_;
  std::vector<JudgedList> accepted_;
  std::vector<JudgedList> fragments_;
  Evidence evidence_;
};

// The address that references are relative to.
std::optional<Url> effective_base(const PageFacts& scan, const Url* base) {
  if (!scan.base.empty()) {
    if (auto url = parse_url(scan.base, base).url) return url;
  }
  return base != nullptr ? std::optional(*base) : std::nullopt;
}

}  // namespace

ListReading read_lists(const PageFacts& scan, HtmlNode root, const Url* base, WallTime now) {
  const std::optional<Url> effective = effective_base(scan, base);
  const ListPage page{effective ? &*effective : nullptr, now};
  const ListTree tree = ListTree::build(root, now);
  return Reader(scan, tree, page).read();
}

std::optional<ListFacts> read_list(const PageFacts& scan, HtmlNode root, const Url* base, WallTime now) {
  return read_lists(scan, root, base, now).main;
}

ListFacts read_selected_list(const PageFacts& scan, HtmlNode root, const Url* base, WallTime now,
                             const ListSelection& selection) {
  const std::optional<Url> effective = effective_base(scan, base);
  const ListPage page{effective ? &*effective : nullptr, now};
  const ListTree tree = ListTree::build(root, now);
  ListFacts facts;
  facts.method = ListMethod::kConfig;
  std::vector<RawItem> items;
  std::uint32_t end = 0;
  for (const std::uint32_t index : selection.items.find_below(tree, 0, limits::kListItemsMax)) {
    RawItem item = read_item(tree, {index, tree[index].end}, {}, page);
    if (selection.date) {
      const std::vector<std::uint32_t> dates = selection.date->find_below(tree, index, 1);
      item.date = dates.empty() ? std::nullopt : read_date(tree.text_of(dates.front(), kDateBytes), now);
      item.has_own_date = true;
    }
    if (item.item.title.empty() || item.is_unfilled) continue;
    if (items.empty()) facts.path = tree.path(index);
    end = tree[index].end;
    items.push_back(std::move(item));
  }
  if (items.empty()) return facts;
  facts.confidence = 1;
  facts.items = finish_items(std::move(items), now);
  ListPager pager = read_pager(tree, end, std::min<std::size_t>(tree.size(), end + kPagerNodes),
                               read_script_pagers(tree, page), page);
  facts.next_page = std::move(pager.next_page);
  facts.total_pages = pager.total_pages;
  facts.total_items = pager.total_items;
  return facts;
}

}  // namespace xuncha
