#include "crawler/portal/list_pager.h"

#include <algorithm>
#include <array>
#include <vector>

#include "core/code_points.h"
#include "crawler/ascii.h"
#include "crawler/portal/list_words.h"
#include "crawler/portal/script_words.h"

namespace xuncha {
namespace {

constexpr std::size_t kPagerLinksMax = 60;      // a pager shows ten or twenty numbers
constexpr std::uint32_t kPagesMax = 1'000'000;  // more is no count of pages
constexpr std::uint32_t kItemsMax = 50'000'000;

std::string without_blanks(std::string_view text) {
  std::string bare;
  for (const char c : text) {
    if (!is_ascii_space(c)) bare.push_back(c);
  }
  return bare;
}

// The number that `text` begins with.
std::optional<std::uint32_t> number_at(std::string_view text, std::uint32_t most) {
  std::uint64_t value = 0;
  std::size_t digits = 0;
  while (digits < text.size() && is_ascii_digit(text[digits]) && digits < 9) {
    value = value * 10 + static_cast<std::uint64_t>(text[digits] - '0');
    ++digits;
  }
  if (digits == 0 || value > most || (digits < text.size() && is_ascii_digit(text[digits]))) return std::nullopt;
  return static_cast<std::uint32_t>(value);
}

std::optional<std::uint32_t> whole_number(std::string_view text, std::uint32_t most) {
  while (!text.empty() && (text.front() == '[' || text.front() == '(')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ']' || text.back() == ')')) text.remove_suffix(1);
  if (text.empty() || !std::all_of(text.begin(), text.end(), is_ascii_digit)) return std::nullopt;
  return number_at(text, most);
}

struct Counts {
  std::optional<std::uint32_t> pages;
  std::optional<std::uint32_t> items;
  std::optional<std::uint32_t> current;
};

// 共12页, 第1/12页, 1/12, 共118条. `text` holds no blanks.
Counts read_counts(std::string_view text) {
  Counts counts;
  for (const std::string_view lead :
       {"共", "共有", "总共", "总计", "共计", "总数", "总数：", "总数:", "总记录数", "总记录数：",
        "总记录数:", "总页数", "总页数：", "总页数:", "页数：", "页数:", "总条数：", "总条数:"}) {
    for (std::size_t at = text.find(lead); at != std::string_view::npos; at = text.find(lead, at + 1)) {
      const std::string_view rest = text.substr(at + lead.size());
      const auto number = number_at(rest, kItemsMax);
      if (!number) continue;
      std::size_t digits = 0;
      while (digits < rest.size() && is_ascii_digit(rest[digits])) ++digits;
      const std::string_view unit = rest.substr(digits);
      const bool is_items = unit.starts_with("条") || unit.starts_with("篇") || unit.starts_with("项") ||
                            unit.starts_with("个记录") || unit.starts_with("记录") || lead.starts_with("总记录") ||
                            lead.starts_with("总条");
      if (is_items && !counts.items) counts.items = number;
      const bool is_pages = unit.starts_with("页") || (lead.find("页数") != std::string_view::npos && !is_items);
      if (is_pages && *number <= kPagesMax && !counts.pages) counts.pages = number;
    }
  }
  // 1/12 with 页 beside it, or alone
  for (std::size_t at = text.find('/'); at != std::string_view::npos; at = text.find('/', at + 1)) {
    std::size_t begin = at;
    while (begin > 0 && is_ascii_digit(text[begin - 1])) --begin;
    const auto current = number_at(text.substr(begin, at - begin), kPagesMax);
    std::string_view behind = text.substr(at + 1);
    if (behind.starts_with("共")) behind.remove_prefix(3);
    const auto total = number_at(behind, kPagesMax);
    if (!current || !total || *current > *total || *total == 0) continue;
    std::size_t end = at + 1;
    while (end < text.size() && is_ascii_digit(text[end])) ++end;
    const bool is_date = (end < text.size() && text[end] == '/') || (begin > 0 && text[begin - 1] == '/');
    const bool is_paged = text.substr(0, begin).ends_with("第") || text.substr(end).starts_with("页") ||
                          text.substr(0, begin).ends_with("页次：") || text.substr(0, begin).ends_with("页码") ||
                          text.substr(0, begin).ends_with("条") || (begin == 0 && end == text.size());
    if (is_date || !is_paged) continue;
    if (!counts.pages) counts.pages = total;
    if (!counts.current) counts.current = current;
  }
  return counts;
}

constexpr auto kNext = std::to_array<std::string_view>({"下一页",   "下页",    "后一页",  "下一頁",  "后页", "下一页>",
                                                        "下一页>>", "下一页»", "下一页›", "下页>",   "next", "next>",
                                                        "next>>",   "next»",   ">",       "›",       "＞",   "nextpage",
                                                        "[下一页]", "下一页]", "下一页→", "后一页>", "〉"});
constexpr auto kTurning = std::to_array<std::string_view>(
    {"上一页", "上页", "前一页", "尾页", "末页", "最后一页", "最后页", "首页", "第一页"});

bool is_next_text(std::string_view bare) {
  const std::string lower = to_ascii_lower(bare);
  return std::find(kNext.begin(), kNext.end(), lower) != kNext.end();
}

bool is_last_text(std::string_view bare) {
  return bare == "尾页" || bare == "末页" || bare == "最后一页" || bare == "最后页" || bare == "[尾页]" ||
         bare == "[末页]";
}

bool is_turning_text(std::string_view bare) {
  return std::find(kTurning.begin(), kTurning.end(), bare) != kTurning.end();
}

struct PagerLink {
  std::string text;  // without blanks
  std::optional<Url> url;
  std::optional<std::uint32_t> number;
  bool is_current = false;
};

bool names_current(std::string_view classes) {
  for (const std::string_view word :
       {"on", "cur", "current", "active", "here", "selected", "now", "hover", "this", "checked", "dq"}) {
    if (has_name_word(classes, word)) return true;
  }
  return false;
}

class PagerReader {
 public:
  PagerReader(const ListTree& tree, const ScriptPagers& scripts, const ListPage& page)
      : tree_(tree), scripts_(scripts), page_(page) {}

  void read(std::size_t begin, std::size_t end) {
    for (std::size_t index = begin; index < end; ++index) {
      const ListNode& node = tree_[index];
      if (node.name == "script") {
        read_script(index);
        index = std::max<std::size_t>(node.end, index + 1) - 1;
      } else if (node.name == "select") {
        read_select(index);
        index = std::max<std::size_t>(node.end, index + 1) - 1;
      } else if (!node.is_shown) {
        index = std::max<std::size_t>(node.end, index + 1) - 1;
      } else if (node.name == "a") {
        read_link(index);
        index = std::max<std::size_t>(node.end, index + 1) - 1;
      } else if (node.is_text) {
        read_text(index);
      } else if (node.is_pager) {
        in_pager_ = std::max<std::size_t>(in_pager_, node.end);
        has_pager_ = has_pager_ || node.characters != 0;
      }
    }
  }

  ListPager finish() {
    ListPager pager;
    const Counts counts = read_counts(words_);
    const auto pages = counts.pages ? counts.pages : own_pages_;
    pager.found = has_turning_ || has_pager_ || has_select_ || pages.has_value() || script_.found;
    pager.by_system = script_.by_system;
    pager.total_items = counts.items ? counts.items : script_.total_items;
    pager.total_pages = pages ? pages : script_.total_pages;
    current_ = current_ ? current_ : counts.current;
    pager.next_page = find_next();
    if (!pager.total_pages) pager.total_pages = count_numbers();
    const bool is_last = current_ && pager.total_pages && *current_ >= *pager.total_pages;
    if (pager.next_page.empty() && !is_last) pager.next_page = script_.next_page;
    return pager;
  }

 private:
  void read_script(std::size_t index) {
    const auto known = scripts_.find(index);
    if (known != scripts_.end() && !script_.found) script_ = known->second;
  }

  // 转到第 [1 2 3] 页: options that count all pages from 1, their values the addresses.
  void read_select(std::size_t index) {
    constexpr std::size_t kOptionsMax = 3'000;
    std::vector<std::string_view> values;
    std::optional<std::uint32_t> selected;
    for (std::size_t inner = index + 1; inner < tree_[index].end; ++inner) {
      if (tree_[inner].name != "option") continue;
      const HtmlNode option = tree_[inner].node;
      const std::string_view written = option.child_count() == 0 ? std::string_view() : option.child(0).text();
      std::string text = without_blanks(collapse_text(written, 60));
      if (text.starts_with("第")) text.erase(0, 3);
      if (text.ends_with("页")) text.resize(text.size() - 3);
      const auto number = whole_number(text, kPagesMax);
      if (!number || *number != values.size() + 1 || values.size() >= kOptionsMax) return;
      if (option.attribute("selected")) selected = number;
      values.push_back(trim_ascii(tree_.attribute(inner, "value")));
    }
    if (values.size() < 2) return;
    const std::uint32_t current = current_.value_or(selected.value_or(1));
    PagerLink next;
    next.number = current + 1;
    next.text = std::to_string(current + 1);
    // Of the last page, any other's address tells that the options lead somewhere.
    const std::string_view value = current < values.size() ? values[current] : values.front();
    const bool is_address = value.find_first_of("./?") != std::string_view::npos && !has_template_code(value);
    if (is_address) next.url = parse_url(value, page_.base).url;
    const bool leads = leads_on(next.url);
    if (!leads && index >= in_pager_) return;
    has_select_ = true;
    own_pages_ = static_cast<std::uint32_t>(values.size());
    current_ = current;
    if (leads && current < values.size() && links_.size() < kPagerLinksMax) links_.push_back(std::move(next));
  }

  void read_link(std::size_t index) {
    if (links_.size() >= kPagerLinksMax) return;
    PagerLink link;
    link.text = without_blanks(tree_.text_of(index, 60));
    if (link.text.empty()) link.text = turning_word_of_picture(index);
    link.number = whole_number(link.text, kPagesMax);
    const bool is_next = is_next_text(link.text);
    const bool is_turning = is_next || is_last_text(link.text) || is_turning_text(link.text);
    if (!link.number && !is_turning) {
      const std::string_view classes = tree_.attribute(index, "class");
      const bool is_named_next = link.text.empty() && (has_name_word(classes, "next"));
      if (!is_named_next || index >= in_pager_) return;
      link.text = "next";
    }
    if (link.number && index >= in_pager_ && links_.empty()) return;  // a number outside of a pager is a number
    if (is_turning && link.text != "首页" && link.text.size() > 3) has_turning_ = true;
    link.url = turning_target(index);
    link.is_current = names_current(tree_.attribute(index, "class"));
    const std::uint32_t cell = tree_[index].parent;  // <li class="active"><a>1</a></li>
    if (tree_[cell].name == "li") link.is_current = link.is_current || names_current(tree_.attribute(cell, "class"));
    if (link.number && link.is_current) current_ = link.number;
    links_.push_back(std::move(link));
  }

  // 下一页 as a picture's alt. Other pictures say nothing here.
  std::string turning_word_of_picture(std::size_t link) const {
    for (std::size_t inner = link + 1; inner < tree_[link].end; ++inner) {
      if (tree_[inner].name != "img") continue;
      for (const std::string_view name : {"alt", "title"}) {
        const std::string word = without_blanks(tree_.attribute(inner, name).substr(0, 60));
        if (is_next_text(word) || is_last_text(word) || is_turning_text(word)) return word;
      }
    }
    return {};
  }

  // Calls of scripts turn pages by addresses of data: only those that say location lead to a page.
  std::optional<Url> turning_target(std::size_t index) const {
    const std::string_view href = tree_.attribute(index, "href");
    const bool is_script = starts_with_ignoring_case(trim_ascii(href), "javascript:");
    const bool is_plain = !href.empty() && !is_script && !href.starts_with('#');
    const auto says_location = [](std::string_view text) { return text.find("location") != std::string_view::npos; };
    if (!is_plain && !says_location(href) && !says_location(tree_.attribute(index, "onclick"))) return std::nullopt;
    return link_target(tree_, index, page_.base);
  }

  void read_text(std::size_t index) {
    if (words_.size() > 2000) return;
    const std::string bare = without_blanks(collapse_text(tree_[index].node.text(), 200));
    if (bare.empty()) return;
    // Parts of 共 <b>96</b> 条 join, numbers do not.
    if (!words_.empty() && is_ascii_digit(words_.back()) && is_ascii_digit(bare.front())) words_ += ' ';
    words_ += bare;
    const Counts own = read_counts(bare);
    if (own.pages && !own_pages_) own_pages_ = own.pages;
    if (own.current && !current_) current_ = own.current;
    if (is_next_text(bare) && bare.size() > 3) has_turning_ = true;
    if (bare == "尾页" || bare == "末页" || bare == "上一页") has_turning_ = true;
    if (index >= in_pager_) return;
    if (bare == "..." || bare == "…" || bare == "......") has_gap_ = true;
    const auto number = whole_number(bare, kPagesMax);
    const std::string_view around = tree_[tree_[index].parent].name;
    const bool is_marked = around == "span" || around == "b" || around == "strong" || around == "em" ||
                           around == "li" || around == "font" || around == "i";
    if (number && is_marked && !current_) current_ = number;
    if (number && around == "li" && links_.size() < kPagerLinksMax) {  // a script turns the pages
      PagerLink link;
      link.text = bare;
      link.number = number;
      links_.push_back(std::move(link));
    }
  }

  bool leads_on(const std::optional<Url>& url) const {
    if (!url) return false;
    return page_.base == nullptr ||
           (url->host() == page_.base->host() && url->without_fragment() != page_.base->without_fragment());
  }

  std::string find_next() const {
    for (const PagerLink& link : links_) {
      if (is_next_text(link.text) && leads_on(link.url)) {
        // On the last page many pagers let 下一页 lead to the last page, which a copy under another name may be.
        return std::string(link.url->without_fragment());
      }
    }
    if (!current_) return {};
    for (const PagerLink& link : links_) {
      if (link.number == *current_ + 1 && leads_on(link.url)) return std::string(link.url->without_fragment());
    }
    return {};
  }

  // The number in the address of 末页, where that of a page whose number is known has its own or the one before it at
  // the same place: list_4.html and list_8.html, index_1.html and index_7.html.
  std::optional<std::uint32_t> number_of_last(const PagerLink* known, const PagerLink* last) const {
    if (last == nullptr || !last->url) return std::nullopt;
    std::optional<std::uint32_t> page = known != nullptr ? known->number : std::nullopt;
    if (!page) {  // only 下一页 and 末页: the next page is the second where nothing leads back
      bool leads_back = false;
      for (const PagerLink& link : links_) {
        const bool is_back = link.text.starts_with("上") || link.text.starts_with("前一页");
        leads_back = leads_back || (is_back && leads_on(link.url));
        if (is_next_text(link.text)) known = &link;
      }
      if (known == nullptr || (leads_back && !current_)) return std::nullopt;
      page = current_.value_or(1) + 1;
    }
    if (!known->url || !leads_on(known->url)) return std::nullopt;
    const std::string left(known->url->without_fragment());
    const std::string right(last->url->without_fragment());
    const std::size_t shorter = std::min(left.size(), right.size());
    std::size_t begin = 0;
    while (begin < shorter && left[begin] == right[begin]) ++begin;
    while (begin > 0 && is_ascii_digit(left[begin - 1])) --begin;
    std::size_t tail = 0;
    while (tail < shorter - begin && left[left.size() - 1 - tail] == right[right.size() - 1 - tail]) ++tail;
    while (tail > 0 && is_ascii_digit(left[left.size() - tail])) --tail;
    const auto from = whole_number(std::string_view(left).substr(begin, left.size() - tail - begin), kPagesMax);
    const auto to = whole_number(std::string_view(right).substr(begin, right.size() - tail - begin), kPagesMax);
    if (!from || !to || *from > *page || *page - *from > 1 || *to < *from) return std::nullopt;
    return *to + (*page - *from);
  }

  // The highest number is the count of pages where the pager shows all of them, or the last one behind a gap.
  std::optional<std::uint32_t> count_numbers() const {
    std::uint32_t highest = current_.value_or(0);
    const PagerLink* highest_link = nullptr;
    const PagerLink* last_link = nullptr;
    std::size_t numbers = 0;
    bool next_leads_on = false;
    for (const PagerLink& link : links_) {
      if (is_last_text(link.text)) last_link = &link;
      if (is_next_text(link.text)) next_leads_on = next_leads_on || leads_on(link.url);
      if (!link.number) continue;
      ++numbers;
      if (*link.number <= highest) continue;
      highest = *link.number;
      highest_link = &link;
    }
    if (const auto last = number_of_last(highest_link, last_link)) return last;
    if (highest == 0 || (numbers == 0 && !has_pager_)) return std::nullopt;
    if (has_gap_) return highest;
    if (last_link != nullptr && last_link->url && highest_link != nullptr && highest_link->url) {
      return *last_link->url == *highest_link->url ? std::optional(highest) : std::nullopt;
    }
    const bool at_end = current_ && *current_ == highest && !next_leads_on;
    constexpr std::uint32_t kWindowMin = 5;  // pagers that show a window of the numbers show five or ten
    if (at_end) return highest;
    return highest % kWindowMin != 0 && numbers + 1 >= highest ? std::optional(highest) : std::nullopt;
  }

  const ListTree& tree_;
  const ScriptPagers& scripts_;
  const ListPage& page_;
  std::vector<PagerLink> links_;
  std::string words_;
  ListPager script_;
  std::optional<std::uint32_t> current_;
  std::optional<std::uint32_t> own_pages_;  // of one text alone: 1/12
  std::size_t in_pager_ = 0;                // nodes before this one stand in an element that is named so
  bool has_pager_ = false;
  bool has_turning_ = false;
  bool has_gap_ = false;
  bool has_select_ = false;  // of the numbers of all pages
};

// --- scripts --------------------------------------------------------------------------------------------------------

std::string page_address(std::string_view stem, std::uint32_t number, std::string_view extension) {
  return std::string(stem) + "_" + std::to_string(number) + "." + std::string(extension);
}

bool is_file_stem(std::string_view text) {
  return !text.empty() && text.size() <= 200 && std::all_of(text.begin(), text.end(), [](char c) {
    return is_ascii_alpha(c) || is_ascii_digit(c) || c == '_' || c == '-' || c == '/' || c == '.';
  });
}

void set_next(ListPager& pager, const std::string& address, const ListPage& page) {
  const auto url = parse_url(address, page.base).url;
  if (!url || page.base == nullptr || url->host() != page.base->host()) return;
  if (url->without_fragment() != page.base->without_fragment()) pager.next_page = std::string(url->without_fragment());
}

// createPageHTML(total, current from 0, stem, extension), or with a container first: then current is counted from 1 and
// the number of items comes last. Page k from 1 is stem_{k-1} in the first, stem_k in the second.
bool read_create_page(std::string_view text, const ListPage& page, ListPager& pager) {
  constexpr int kCallsMax = 8;  // one, and its definition
  int calls = 0;
  for (std::size_t at = text.find("createPageHTML"); at != std::string_view::npos && calls < kCallsMax;
       at = text.find("createPageHTML", at + 1), ++calls) {
    if (text.substr(0, at).ends_with("function ")) continue;
    const std::vector<std::string> arguments = call_arguments(text.substr(at + 14));
    if (arguments.size() < 4) continue;
    const bool has_container = !number_at(arguments[0], kPagesMax).has_value();
    const std::size_t first = has_container ? 1 : 0;
    if (arguments.size() < first + 4) continue;
    const auto total = whole_number(arguments[first], kPagesMax);
    const auto current = whole_number(arguments[first + 1], kPagesMax);
    if (!total || !current) continue;
    pager.found = true;
    pager.by_system = true;
    pager.total_pages = std::max<std::uint32_t>(*total, 1);
    const std::uint32_t position = has_container ? *current : *current + 1;  // from 1
    const std::string_view stem = arguments[first + 2];
    const std::string_view extension = arguments[first + 3];
    if (arguments.size() > first + 4) pager.total_items = whole_number(arguments[first + 4], kItemsMax);
    if (position < *total && is_file_stem(stem) && is_file_stem(extension)) {
      set_next(pager, page_address(stem, has_container ? position + 1 : position, extension), page);
    }
    return true;
  }
  return false;
}

// var currentPage = 0; var countPage = 12 and links built of "index" and these.
bool read_page_variables(std::string_view text, const ListPage& page, ListPager& pager) {
  const auto total = number_of_variable(text, "countPage");
  const auto current = number_of_variable(text, "currentPage");
  if (!total || !current || *total > kPagesMax || *current > kPagesMax) return false;
  pager.found = true;
  pager.by_system = true;
  pager.total_pages = std::max<std::uint32_t>(*total, 1);
  const bool is_index = text.find("\"index") != std::string_view::npos || text.find("'index") != std::string_view::npos;
  if (!is_index || *current + 1 >= *total) return true;
  const bool is_short = text.find("shtml") == std::string_view::npos;
  const bool is_htm =
      is_short && text.find("html") == std::string_view::npos && text.find("htm") != std::string_view::npos;
  set_next(pager, page_address("index", *current + 1, is_htm ? "htm" : is_short ? "html" : "shtml"), page);
  return true;
}

// Widgets that are told how many items there are.
bool read_widget(std::string_view text, ListPager& pager) {
  struct Widget {
    std::string_view call;
    std::string_view items;
    std::string_view size;
    std::string_view pages;
  };
  constexpr Widget kWidgets[] = {
      {"jpage(", "totalRecord", "perPage", "totalPage"},
      {".pagination(", "total", "pageSize", "pageCount"},
      {".Paging(", "count", "pagesize", "totalPage"},
      {"laypage.render(", "count", "limit", "pages"},
      {"laypage(", "count", "limit", "pages"},
      {".getLinkStr(", "totalRecord", "numPerPage", "pagecount"},
      {"createPageHTML2(", "total", "pageSize", "pageCount"},
  };
  for (const Widget& widget : kWidgets) {
    const std::size_t at = text.find(widget.call);
    if (at == std::string_view::npos) continue;
    const std::string_view options = text.substr(at, 2000);
    const auto items = number_of_option(options, widget.items);
    const auto size = number_of_option(options, widget.size);
    const auto pages = number_of_option(options, widget.pages);
    if (!items && !pages) continue;
    pager.found = true;
    if (items && *items <= kItemsMax) pager.total_items = items;
    if (pages && *pages <= kPagesMax) {
      pager.total_pages = pages;
    } else if (items && size && *size != 0) {
      pager.total_pages = std::max<std::uint32_t>(1, (*items + *size - 1) / *size);
    }
    return true;
  }
  return false;
}

}  // namespace

ListPager read_script_pager(std::string_view text, const ListPage& page) {
  ListPager pager;
  if (read_create_page(text, page, pager)) return pager;
  if (read_page_variables(text, page, pager)) return pager;
  read_widget(text, pager);
  return pager;
}

ScriptPagers read_script_pagers(const ListTree& tree, const ListPage& page) {
  ScriptPagers pagers;
  for (std::size_t index = 0; index < tree.size(); ++index) {
    if (tree[index].name != "script") continue;
    std::string text;
    for (std::size_t child = index + 1; child < tree[index].end; ++child) {
      text += tree[child].node.text().substr(0, limits::kListScriptBytes);
    }
    const ListPager pager = read_script_pager(std::string_view(text).substr(0, limits::kListScriptBytes), page);
    if (pager.found) pagers.emplace(index, pager);
  }
  return pagers;
}

ListPager read_pager(const ListTree& tree, std::size_t begin, std::size_t end, const ScriptPagers& scripts,
                     const ListPage& page) {
  PagerReader reader(tree, scripts, page);
  reader.read(begin, end);
  return reader.finish();
}

}  // namespace xuncha
