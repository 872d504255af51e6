#include "crawler/portal/page_reader.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/dates.h"
#include "core/limits.h"
#include "crawler/portal/breadcrumb.h"
#include "crawler/portal/document_fields.h"
#include "crawler/portal/document_number.h"
#include "crawler/portal/footer_facts.h"
#include "crawler/portal/list_reader.h"
#include "crawler/portal/meta_tags.h"
#include "crawler/portal/page_days.h"
#include "crawler/portal/page_kind.h"
#include "crawler/portal/page_outline.h"
#include "crawler/portal/page_slots.h"
#include "crawler/portal/page_title.h"
#include "crawler/portal/portal_text.h"
#include "crawler/portal/text_block.h"
#include "crawler/text_collapse.h"

namespace xuncha {
namespace {

constexpr std::size_t kSourceCharactersMax = 50;  // longer is a text behind the word 来源
constexpr std::uint32_t kNumberLinesBefore = 6;   // a number above the title, in the head of a red-letter document
constexpr std::uint32_t kNumberLinesBehind = 10;  // or below it

constexpr std::string_view kNoColumns[] = {"正文",     "列表",     "首页",     "详情",     "内容",     "文章内容",
                                           "信息内容", "信息列表", "文章列表", "网站首页", "当前页",   "详细页",
                                           "详细",     "详细内容", "正文内容", "文章正文", "浏览正文", "查看正文",
                                           "阅读正文", "内容详情", "新闻详情", "文章详情", "详情页",   "详细信息"};
constexpr std::string_view kEmptyValues[] = {"无", "暂无", "-", "--", "/", "空", "null"};
constexpr std::string_view kRepealMarks[] = {"已废止", "废止", "已失效", "失效", "已修改", "部分失效", "宣布失效"};

bool is_empty_value(std::string_view value) {
  const std::string bare = bare_text(value);
  return bare.empty() || is_placeholder(value) ||
         std::find(std::begin(kEmptyValues), std::end(kEmptyValues), bare) != std::end(kEmptyValues);
}

// A source without what else a byline says behind it.
std::string clean_source(std::string_view text, WallTime now) {
  const FoundDates found = find_dates(text.substr(0, 300), now);
  if (!found.dates.empty()) text = text.substr(0, found.dates.front().label_begin);
  for (const std::string_view end : {"  ", "】", "]", "|", "｜", "【", "（责任", "打印", "字体"}) {
    text = text.substr(0, std::min(text.find(end), text.size()));
  }
  text = strip_all_space(text);
  if (is_empty_value(text) || count_characters(text) > kSourceCharactersMax) return {};
  if (text.ends_with("：") || text.ends_with(":")) return {};  // the next label
  return std::string(text);
}

std::string find_source(const std::vector<Field>& fields, const MetaTags& meta, WallTime now) {
  for (const Field& field : fields) {
    if (field.kind != FieldKind::kSource) continue;
    if (std::string source = clean_source(field.value, now); !source.empty()) return source;
  }
  return clean_source(meta.source, now);
}

// The metadata table of a document that shows it below its text; empty when there is none that says something.
std::vector<Field> fields_below(const PageOutline& outline, const HeadZone& zone, const MainBlock& block) {
  constexpr std::uint32_t kLinesBelow = 40;
  constexpr std::ptrdiff_t kValuesMin = 3;  // the head of a table of other documents has none
  const std::uint32_t begin = std::max(zone.end, block.line_end);
  const auto end = std::min(static_cast<std::uint32_t>(outline.lines().size()), begin + kLinesBelow);
  if (begin >= end) return {};
  std::vector<Field> fields = read_fields(outline, begin, end);
  const auto [first, last] = find_document_table(fields);
  fields.resize(last);
  fields.erase(fields.begin(), fields.begin() + static_cast<std::ptrdiff_t>(first));
  const auto values =
      std::count_if(fields.begin(), fields.end(), [](const Field& field) { return !is_empty_value(field.value); });
  return values >= kValuesMin ? fields : std::vector<Field>();
}

bool is_in_cell(const PageOutline& outline, std::uint32_t line) {
  const HtmlName name = outline.elements()[outline.lines()[line].element].name;
  return name == HtmlName::kTd || name == HtmlName::kTh;
}

// Whether a label of another thing stands before the line: 解读文件：
bool is_behind_label(const PageOutline& outline, std::uint32_t line) {
  if (line == 0) return false;
  const std::string_view before = outline.lines()[line - 1].text;
  return (before.ends_with("：") || before.ends_with(":")) && !contains_text(before, "号") && before.size() <= 45;
}

// Whether a cell near it has another number: rows of permits, none of which is the page's.
bool is_one_of_rows(const PageOutline& outline, std::uint32_t line, std::string_view number) {
  constexpr std::uint32_t kRowsLines = 30;
  if (!is_in_cell(outline, line)) return false;
  const auto end = std::min(static_cast<std::uint32_t>(outline.lines().size()), line + kRowsLines);
  for (std::uint32_t index = line > kRowsLines ? line - kRowsLines : 0; index < end; ++index) {
    if (!is_in_cell(outline, index)) continue;
    const std::string_view other = only_document_number(outline.lines()[index].text);
    if (!other.empty() && other != number) return true;
  }
  return false;
}

// A text about a document has no number of its own.
bool is_interpretation(std::string_view bare_title) {
  constexpr std::string_view kEnds[] = {"解读", "答记者问", "问答", "图解"};
  return bare_title.starts_with("一图读懂") ||
         std::any_of(std::begin(kEnds), std::end(kEnds),
                     [&](std::string_view end) { return bare_title.ends_with(end); });
}

// The line behind the title in which the text's first sentence ends: what stands in a line of its own below is cited.
std::uint32_t end_of_first_sentence(const PageOutline& outline, const HeadZone& zone) {
  std::uint32_t line = zone.title_end;
  while (line < zone.end && (is_byline(outline.lines()[line]) || !contains_text(outline.lines()[line].text, "。")))
    ++line;
  return line;
}

// The text's own number: of its table, alone in a line near its title, or in the title. One that the text cites is
// none, nor one behind `signed_at`, the day below the text's signature: of what is attached.
std::string find_number(const PageOutline& outline, const HeadZone& zone, const std::vector<Field>& fields,
                        std::string_view title, std::optional<std::uint32_t> signed_at) {
  const std::string_view value = field_value(fields, FieldKind::kNumber);
  if (!is_empty_value(value)) {
    if (const auto number = find_document_number(value)) {
      return std::string(value.substr(number->begin, number->end - number->begin));
    }
  }
  // 某委员会公告 with 2024年第5号 below it.
  const std::string bare = bare_text(title);
  if (is_interpretation(bare)) return {};
  const bool announces = bare.ends_with("公告") || bare.ends_with("通告") || bare.ends_with("令");
  const auto count = static_cast<std::uint32_t>(outline.lines().size());
  const std::uint32_t begin =
      std::max(zone.begin, zone.title_begin > kNumberLinesBefore ? zone.title_begin - kNumberLinesBefore : 0);
  const std::uint32_t end =
      std::min({signed_at.value_or(count), zone.title_end + kNumberLinesBehind, end_of_first_sentence(outline, zone)});
  for (std::uint32_t index = begin; index < end; ++index) {
    const OutlineLine& line = outline.lines()[index];
    if (line.linked_characters != 0 || line.region == Region::kFooter) continue;
    std::string_view number = only_document_number(line.text);
    if (number.empty() && index >= zone.title_end) number = leading_document_number(line.text);
    if (!number.empty() && !is_behind_label(outline, index) && !is_one_of_rows(outline, index, number)) {
      return std::string(number);
    }
    if (announces && index >= zone.title_end && is_issue_number(line.text)) {
      return std::string(strip_all_space(line.text));
    }
  }
  return std::string(document_number_of_title(title));
}

std::string repeal_mark(std::string_view text) {
  if (text.size() > 60) return {};
  std::string bare = bare_text(text);
  for (const std::string_view frame : {"【", "】", "[", "]", "(", ")", "〔", "〕"}) {
    if (bare.starts_with(frame)) bare.erase(0, frame.size());
    if (bare.ends_with(frame)) bare.resize(bare.size() - frame.size());
  }
  return std::find(std::begin(kRepealMarks), std::end(kRepealMarks), bare) == std::end(kRepealMarks) ? std::string()
                                                                                                     : bare;
}

// A stamp over the document: a picture that is called so, or the words alone in a line near the title.
std::string find_stamp(const PageOutline& outline, const HeadZone& zone, const MainBlock& block) {
  for (const OutlineElement& element : outline.elements()) {
    if (element.name != HtmlName::kImg || element.hidden || element.region == Region::kAside) continue;
    if (element.line_begin < zone.begin || element.line_begin > std::max(zone.end, block.line_end)) continue;
    for (const std::string_view name : {"alt", "title"}) {
      if (std::string mark = repeal_mark(element.node.attribute(name).value_or("")); !mark.empty()) return mark;
    }
  }
  const auto count = static_cast<std::uint32_t>(outline.lines().size());
  for (std::uint32_t index = zone.begin; index < std::min(zone.end, count); ++index) {
    const OutlineLine& line = outline.lines()[index];
    if (line.linked_characters != 0 || line.region == Region::kFooter) continue;
    const bool is_value = index > 0 && (outline.lines()[index - 1].text.ends_with("：") ||
                                        outline.lines()[index - 1].text.ends_with(":"));
    if (is_value) continue;
    if (std::string mark = repeal_mark(line.text); !mark.empty()) return mark;
  }
  return {};
}

// 有效性 as the table has it, else the mark that the title ends with: （已废止）, else a stamp of these words beside
// it.
std::string find_validity(const PageOutline& outline, const HeadZone& zone, const MainBlock& block,
                          const std::vector<Field>& fields, std::string_view title) {
  if (const std::string_view value = field_value(fields, FieldKind::kValidity); !is_empty_value(value))
    return std::string(value);
  const std::string bare = bare_text(title);
  for (const std::string_view mark : kRepealMarks) {
    const std::string words(mark);
    for (const std::string& end : {"(" + words + ")", "【" + words + "】", "[" + words + "]", "〔" + words + "〕"}) {
      if (bare.ends_with(end)) return words;
    }
  }
  return find_stamp(outline, zone, block);
}

// 2007年第23号, 2024年第3期.
bool is_issue_name(std::string_view bare) {
  if (bare.size() > 30 || bare.size() < 12) return false;
  const bool has_year = (bare.starts_with("19") || bare.starts_with("20")) && bare.substr(4).starts_with("年第");
  return has_year && (bare.ends_with("号") || bare.ends_with("期"));
}

bool is_single(PageKind kind) {
  return kind == PageKind::kArticle || kind == PageKind::kDocument || kind == PageKind::kInfo ||
         kind == PageKind::kForm;
}

std::optional<ColumnFacts> find_column(const MetaTags& meta, const Breadcrumb& crumbs, std::string_view title,
                                       PageKind kind) {
  ColumnFacts column;
  column.path = crumbs.path;
  const bool single = is_single(kind);
  // A text's own title at the end of the path is no column; a page of information is its column's only one.
  if (single && kind != PageKind::kInfo && column.path.size() > 1 && !title.empty()) {
    const std::string last = bare_text(column.path.back());
    const std::string own = bare_text(title);
    const std::string_view stem = std::string_view(last).substr(0, last.find("..."));
    if (last == own || (stem.size() >= 18 && own.starts_with(stem))) column.path.pop_back();
  }
  const bool leads_on = column.path.size() > 1;
  const bool is_issue = single && is_issue_name(bare_text(meta.column_name));
  if (!leads_on || (meta.column_name != "首页" && !is_issue)) column.name = std::string(meta.column_name);
  column.type = std::string(meta.column_type);
  for (auto name = column.path.rbegin(); name != column.path.rend() && column.name.empty(); ++name) {
    const std::string bare = bare_text(*name);
    const bool is_none = std::find(std::begin(kNoColumns), std::end(kNoColumns), bare) != std::end(kNoColumns);
    // An issue of a gazette that was read to its end: the gazette is the column.
    const bool is_one = single && name + 1 != column.path.rend() && is_issue_name(bare);
    if (!is_none && !is_one) column.name = *name;
  }
  if (column.name.empty() && !single) column.name = std::string(title);
  if (column.name.empty() && column.path.empty()) return std::nullopt;
  return column;
}

// HTML standard, "document base URL": the first <base href> against the page's own URL.
std::optional<Url> base_of(const PageFacts& page, const Url* url) {
  if (!page.base.empty()) {
    if (UrlParse parsed = parse_url(page.base, url); parsed.url) return std::move(parsed.url);
  }
  return url != nullptr ? std::optional<Url>(*url) : std::nullopt;
}

}  // namespace

PortalFacts read_portal_page(const PageFacts& page, HtmlNode root, const Url* url, WallTime now,
                             const ListSelection* selection) {
  const std::optional<Url> document_base = base_of(page, url);
  const Url* const base = document_base ? &*document_base : nullptr;
  const MetaTags meta = read_meta_tags(page);
  const PageOutline outline(root);
  const Breadcrumb crumbs = read_breadcrumb(outline);
  const PageTitle title = find_title(page, meta, outline, crumbs);
  const MainBlock block = find_main_block(outline);
  const HeadZone zone = find_head_zone(outline, block, title.line_begin, title.line_end, crumbs.line_end);
  std::vector<Field> fields = read_fields(outline, zone.begin, zone.end);
  auto [table_begin, table_end] = find_document_table(fields);
  if (table_begin == table_end) {
    const std::vector<Field> below = fields_below(outline, zone, block);
    table_begin = fields.size();
    fields.insert(fields.end(), below.begin(), below.end());
    table_end = fields.size();
  }
  const std::optional<std::uint32_t> signed_at = find_signature_day(outline, zone, block, now);
  const PageDays days = read_page_days({.page = page,
                                        .meta = meta,
                                        .outline = outline,
                                        .zone = zone,
                                        .block = block,
                                        .fields = fields,
                                        .table = {table_begin, table_end},
                                        .signed_at = signed_at,
                                        .url = url,
                                        .now = now,
                                        .is_chinese = count_han(title.text) > 0});
  ArticleFacts article;
  article.title = title.text;
  article.doc_number = find_number(outline, zone, fields, title.text, signed_at);

  PortalFacts facts;
  facts.title = title.text;
  facts.site_name = title.site_name;
  facts.footer = read_footer(page, meta, base);
  facts.slots = read_slots(outline, base);
  facts.main_text = main_text(outline, block);
  if (selection == nullptr) {
    facts.list = read_lists(page, root, base, now).main;
  } else if (root) {  // a tree that could not be built is no word on the selector
    facts.list = read_selected_list(page, root, base, now, *selection);
  }
  facts.kind = tell_page_kind({.page = page,
                               .meta = meta,
                               .outline = outline,
                               .title = title,
                               .crumbs = crumbs,
                               .block = block,
                               .days = days,
                               .names_source = !field_value(fields, FieldKind::kSource).empty(),
                               .is_document = table_end > table_begin || !article.doc_number.empty(),
                               .list = facts.list ? &*facts.list : nullptr,
                               .url = url});
  if (selection != nullptr) facts.kind = PageKind::kList;
  const bool single = is_single(facts.kind);
  if (facts.kind != PageKind::kHome) facts.column = find_column(meta, crumbs, title.text, facts.kind);
  // On other pages such a block is the menu of a column. A small home page is not always told as one.
  if (facts.kind == PageKind::kHome || facts.kind == PageKind::kOther) {
    for (SlotFacts& list : read_topic_lists(outline, base)) facts.slots.push_back(std::move(list));
  }
  if (!single) return facts;
  facts.list.reset();  // related texts beside a text

  article.published = days.published;
  article.published_source = days.source;
  article.written = days.written;
  article.effective = days.effective;
  article.expires = days.expires;
  article.updated = days.updated;
  article.source = find_source(fields, meta, now);
  const std::string_view issued = field_value(fields, FieldKind::kIssuer);
  if (!is_empty_value(issued)) article.issued = std::string(issued);
  article.validity = find_validity(outline, zone, block, fields, title.text);
  for (std::size_t index = table_begin; index < table_end; ++index) {
    article.fields.emplace_back(fields[index].label, fields[index].value);
  }
  facts.article = std::move(article);
  return facts;
}

}  // namespace xuncha
