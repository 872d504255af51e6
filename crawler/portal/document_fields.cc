#include "crawler/portal/document_fields.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <optional>

#include "core/code_points.h"
#include "core/limits.h"
#include "crawler/portal/portal_text.h"
#include "crawler/text_collapse.h"

namespace xuncha {
namespace {

constexpr std::size_t kFieldsMax = 200;        // a page of labels is no document
constexpr std::size_t kValueBytesMax = 600;    // a longer cell is text
constexpr std::size_t kLabelBytesMax = 60;     // spaced ones too
constexpr std::uint32_t kLinesBetweenMax = 3;  // from one label of a table to the next
constexpr int kCellLevels = 3;                 // from a line up to its cell
constexpr std::size_t kBytesMax = 32u << 10;   // of the lines looked at together
constexpr std::size_t kLineBytesMax = 2'000;   // a longer line is text
constexpr std::size_t kColumnsMax = 24;        // of a metadata table
constexpr std::uint32_t kCellLinesMax = 6;     // a cell of more lines holds a text, or another table

struct Label {
  std::string_view text;  // bare
  FieldKind kind;
};

// What the tables of portals call each field, and what bylines have.
constexpr Label kLabels[] = {
    {"索引号", FieldKind::kIndex},
    {"索取号", FieldKind::kIndex},
    {"信息索引", FieldKind::kIndex},
    {"信息索引号", FieldKind::kIndex},
    {"索引码", FieldKind::kIndex},
    {"信息编号", FieldKind::kIndex},
    {"发布机构", FieldKind::kIssuer},
    {"发文机关", FieldKind::kIssuer},
    {"发文单位", FieldKind::kIssuer},
    {"发文机构", FieldKind::kIssuer},
    {"发文部门", FieldKind::kIssuer},
    {"发布单位", FieldKind::kIssuer},
    {"发布部门", FieldKind::kIssuer},
    {"发布机关", FieldKind::kIssuer},
    {"公开单位", FieldKind::kIssuer},
    {"公开机构", FieldKind::kIssuer},
    {"公开主体", FieldKind::kIssuer},
    {"制发机关", FieldKind::kIssuer},
    {"制定机关", FieldKind::kIssuer},
    {"发布者", FieldKind::kIssuer},
    {"公开责任部门", FieldKind::kIssuer},
    {"责任部门", FieldKind::kIssuer},
    {"信息所属单位", FieldKind::kIssuer},
    {"来源", FieldKind::kSource},
    {"信息来源", FieldKind::kSource},
    {"文章来源", FieldKind::kSource},
    {"稿件来源", FieldKind::kSource},
    {"内容来源", FieldKind::kSource},
    {"新闻来源", FieldKind::kSource},
    {"资料来源", FieldKind::kSource},
    {"稿源", FieldKind::kSource},
    {"出处", FieldKind::kSource},
    {"文号", FieldKind::kNumber},
    {"发文字号", FieldKind::kNumber},
    {"发文文号", FieldKind::kNumber},
    {"文件编号", FieldKind::kNumber},
    {"文件号", FieldKind::kNumber},
    {"文件文号", FieldKind::kNumber},
    {"公文号", FieldKind::kNumber},
    {"公文文号", FieldKind::kNumber},
    {"文件字号", FieldKind::kNumber},
    {"公文字号", FieldKind::kNumber},
    {"部令号", FieldKind::kNumber},
    {"令号", FieldKind::kNumber},
    {"字号", FieldKind::kOther},
    {"成文日期", FieldKind::kWritten},
    {"成文时间", FieldKind::kWritten},
    {"生成日期", FieldKind::kWritten},
    {"生成时间", FieldKind::kWritten},
    {"发文日期", FieldKind::kWritten},
    {"发文时间", FieldKind::kWritten},
    {"制发日期", FieldKind::kWritten},
    {"印发日期", FieldKind::kWritten},
    {"印发时间", FieldKind::kWritten},
    {"签发日期", FieldKind::kWritten},
    {"形成日期", FieldKind::kWritten},
    {"公布日期", FieldKind::kWritten},
    {"颁布日期", FieldKind::kWritten},
    {"发布日期", FieldKind::kPublished},
    {"发布时间", FieldKind::kPublished},
    {"公开日期", FieldKind::kPublished},
    {"公开时间", FieldKind::kPublished},
    {"信息发布时间", FieldKind::kPublished},
    {"信息发布日期", FieldKind::kPublished},
    {"上网日期", FieldKind::kPublished},
    {"发表时间", FieldKind::kPublished},
    {"发稿时间", FieldKind::kPublished},
    {"发布于", FieldKind::kPublished},
    {"时间", FieldKind::kPublished},
    {"日期", FieldKind::kPublished},
    {"生效日期", FieldKind::kEffective},
    {"施行日期", FieldKind::kEffective},
    {"实施日期", FieldKind::kEffective},
    {"生效时间", FieldKind::kEffective},
    {"施行时间", FieldKind::kEffective},
    {"实施时间", FieldKind::kEffective},
    {"执行日期", FieldKind::kEffective},
    {"废止日期", FieldKind::kExpires},
    {"失效日期", FieldKind::kExpires},
    {"废止时间", FieldKind::kExpires},
    {"失效时间", FieldKind::kExpires},
    {"有效期", FieldKind::kExpires},
    {"有效期至", FieldKind::kExpires},
    {"有效期限", FieldKind::kExpires},
    {"终止日期", FieldKind::kExpires},
    {"更新时间", FieldKind::kUpdated},
    {"更新日期", FieldKind::kUpdated},
    {"最后更新时间", FieldKind::kUpdated},
    {"修改时间", FieldKind::kUpdated},
    {"本站更新时间", FieldKind::kOther},
    {"本站最后更新时间", FieldKind::kOther},
    {"本站最近更新时间", FieldKind::kOther},
    {"网站更新时间", FieldKind::kOther},
    {"网站更新日期", FieldKind::kOther},
    {"网站最后更新时间", FieldKind::kOther},
    {"网站最近更新时间", FieldKind::kOther},
    {"有效性", FieldKind::kValidity},
    {"时效性", FieldKind::kValidity},
    {"时效", FieldKind::kValidity},
    {"效力状态", FieldKind::kValidity},
    {"效力", FieldKind::kValidity},
    {"文件状态", FieldKind::kValidity},
    {"是否有效", FieldKind::kValidity},
    {"文件有效性", FieldKind::kValidity},
    {"时效状态", FieldKind::kValidity},
    {"文件效力", FieldKind::kValidity},
    {"公开类别", FieldKind::kOpenness},
    {"公开方式", FieldKind::kOpenness},
    {"公开属性", FieldKind::kOpenness},
    {"公开范围", FieldKind::kOpenness},
    {"公开形式", FieldKind::kOpenness},
    {"公开程序", FieldKind::kOpenness},
    {"公开时限", FieldKind::kOpenness},
    {"信息公开类别", FieldKind::kOpenness},
    {"主题分类", FieldKind::kSubject},
    {"公开目录", FieldKind::kSubject},
    {"体裁分类", FieldKind::kSubject},
    {"信息分类", FieldKind::kSubject},
    {"信息类别", FieldKind::kSubject},
    {"分类", FieldKind::kSubject},
    {"组配分类", FieldKind::kSubject},
    {"服务对象", FieldKind::kSubject},
    {"题材分类", FieldKind::kSubject},
    {"主题类别", FieldKind::kSubject},
    {"文种", FieldKind::kSubject},
    {"公文种类", FieldKind::kSubject},
    {"体裁", FieldKind::kSubject},
    {"所属主题", FieldKind::kSubject},
    {"标题", FieldKind::kTitle},
    {"名称", FieldKind::kTitle},
    {"信息名称", FieldKind::kTitle},
    {"文件名称", FieldKind::kTitle},
    {"文件标题", FieldKind::kTitle},
    {"题名", FieldKind::kTitle},
    {"主题词", FieldKind::kKeywords},
    {"关键词", FieldKind::kKeywords},
    {"关键字", FieldKind::kKeywords},
    {"主题", FieldKind::kSubject},
    {"内容概述", FieldKind::kOther},
    {"内容概要", FieldKind::kOther},
    {"信息概述", FieldKind::kOther},
    {"语种", FieldKind::kOther},
    {"废止文号", FieldKind::kOther},
    {"统一登记号", FieldKind::kOther},
    {"统一编号", FieldKind::kOther},
    {"登记编号", FieldKind::kOther},
    {"作者", FieldKind::kOther},
    {"浏览次数", FieldKind::kOther},
    {"浏览量", FieldKind::kOther},
    {"浏览", FieldKind::kOther},
    {"阅读次数", FieldKind::kOther},
    {"阅读量", FieldKind::kOther},
    {"阅读", FieldKind::kOther},
    {"点击次数", FieldKind::kOther},
    {"点击量", FieldKind::kOther},
    {"点击", FieldKind::kOther},
    {"点击数", FieldKind::kOther},
    {"访问量", FieldKind::kOther},
    {"访问次数", FieldKind::kOther},
    {"字体", FieldKind::kOther},
    {"字体大小", FieldKind::kOther},
    {"编辑", FieldKind::kOther},
    {"责任编辑", FieldKind::kOther},
    {"责编", FieldKind::kOther},
    {"审核", FieldKind::kOther},
    {"审核人", FieldKind::kOther},
    {"记者", FieldKind::kOther},
    {"撰稿", FieldKind::kOther},
    {"供稿", FieldKind::kOther},
    {"摄影", FieldKind::kOther},
    {"分享", FieldKind::kOther},
    {"分享到", FieldKind::kOther},
    {"打印", FieldKind::kOther},
    {"发布人", FieldKind::kOther},
    {"录入", FieldKind::kOther},
    {"视力保护色", FieldKind::kOther},
    {"保护视力色", FieldKind::kOther},
    {"背景色", FieldKind::kOther},
    {"收藏", FieldKind::kOther},
    {"原文发布时间", FieldKind::kOther},
    {"原文发布日期", FieldKind::kOther},
    {"上传时间", FieldKind::kPublished},
    {"添加时间", FieldKind::kPublished},
    {"信息时间", FieldKind::kPublished},
    {"人气", FieldKind::kOther},
    {"次数", FieldKind::kOther},
    {"我要打印", FieldKind::kOther},
    {"关闭", FieldKind::kOther},
    {"下载", FieldKind::kOther},
    {"推荐", FieldKind::kOther},
    {"评论", FieldKind::kOther},
    {"阅读数", FieldKind::kOther},
    {"浏览数", FieldKind::kOther},
    {"查看次数", FieldKind::kOther},
    {"初审", FieldKind::kOther},
    {"复审", FieldKind::kOther},
    {"终审", FieldKind::kOther},
    {"一审", FieldKind::kOther},
    {"二审", FieldKind::kOther},
    {"三审", FieldKind::kOther},
    {"校对", FieldKind::kOther},
    {"校审", FieldKind::kOther},
    {"签发", FieldKind::kOther},
    {"签发人", FieldKind::kOther},
    {"编审", FieldKind::kOther},
    {"监制", FieldKind::kOther},
    {"通讯员", FieldKind::kOther},
    {"撰稿人", FieldKind::kOther},
    {"供稿人", FieldKind::kOther},
    {"供稿单位", FieldKind::kOther},
    {"信息员", FieldKind::kOther},
    {"文字大小", FieldKind::kOther},
    {"热度", FieldKind::kOther},
};
// Words too common to be a label without a colon.
constexpr std::string_view kColonOnly[] = {"来源", "时间", "日期",   "分类", "主题", "标题", "名称", "时效", "效力",
                                           "作者", "字号", "浏览",   "阅读", "点击", "编辑", "审核", "记者", "供稿",
                                           "摄影", "录入", "有效期", "体裁", "文种", "出处", "评论", "初审", "复审",
                                           "终审", "一审", "二审",   "三审", "校对", "签发", "监制", "热度"};
// Behind these no value is looked for: they stand for themselves.
constexpr std::string_view kButtons[] = {"打印", "关闭", "分享", "分享到", "我要打印", "收藏", "下载", "推荐"};

const Label* find_label(std::string_view bare) {
  const auto row =
      std::find_if(std::begin(kLabels), std::end(kLabels), [bare](const Label& l) { return l.text == bare; });
  return row == std::end(kLabels) ? nullptr : row;
}

bool is_among(std::string_view text, const auto& words) {
  return std::find(std::begin(words), std::end(words), text) != std::end(words);
}

// The bytes of the colon that `text` begins with, 0 when it begins with none. A bracket that closes around a label is
// one: 【来源】某局.
std::size_t colon_length(std::string_view text) {
  for (const std::string_view colon : {":", "：", "】", "]"}) {
    if (text.starts_with(colon)) return colon.size();
  }
  return 0;
}

std::size_t find_colon(std::string_view text, std::size_t from) {
  while (from < text.size() && colon_length(text.substr(from)) == 0) ++from;
  return from < text.size() ? from : std::string_view::npos;
}

std::string_view without_marks(std::string_view text) {
  constexpr std::string_view kMarks[] = {"【", "[", "［", "】", "]", "］", "|", "｜",
                                         "丨", "•", "●",  "■",  "*", "▪",  "◆"};
  for (bool again = true; again;) {
    again = false;
    text = strip_all_space(text);
    for (const std::string_view mark : kMarks) {
      if (text.starts_with(mark)) {
        text.remove_prefix(mark.size());
        again = true;
      } else if (text.ends_with(mark)) {
        text.remove_suffix(mark.size());
        again = true;
      }
    }
  }
  return text;
}

// A piece of a line, or of a whole cell: a label, a value, or a label with a value.
struct Token {
  std::string_view text;
  std::uint32_t line = 0;
  bool begins_line = false;
};

// Where in `text` from `at` on a known label with a colon begins behind a border (blank, bracket, mark, digit): several
// fields in one run of text. npos when there is none.
std::size_t next_label(std::string_view text, std::size_t at) {
  // A colon, and what stands right before it.
  for (std::size_t colon = find_colon(text, at); colon != std::string_view::npos; colon = find_colon(text, colon + 1)) {
    const std::string_view opens = text[colon] == ']' ? "[" : text.substr(colon).starts_with("】") ? "【" : "";
    // The longest known label that ends here: labels have at most seven characters, spaced ones more.
    std::size_t begin = colon;
    std::size_t best = std::string_view::npos;
    for (int units = 0; units < 14 && begin > at; ++units) {
      do --begin;
      while (begin > at && (static_cast<unsigned char>(text[begin]) & 0xC0) == 0x80);
      const std::string bare = bare_text(text.substr(begin, colon - begin));
      if (find_label(bare) == nullptr || blank_length(text.substr(begin)) != 0) continue;
      if (text.substr(0, begin).ends_with(opens)) best = begin;
    }
    if (best != std::string_view::npos) return best;
  }
  return std::string_view::npos;
}

// Cuts a piece where the next label of it begins.
void add_tokens(std::string_view piece, std::uint32_t line, bool begins_line, std::vector<Token>& tokens) {
  std::size_t begin = 0;
  while (begin < piece.size()) {
    std::size_t search = begin;
    // Behind the label that this token begins with.
    const std::size_t own = next_label(piece, begin);
    if (own == begin) {
      search = find_colon(piece, begin);
      search += colon_length(piece.substr(search));
    }
    const std::size_t next = own == begin ? next_label(piece, search) : own;
    const std::size_t end = std::min(next, piece.size());
    const std::string_view text = without_marks(piece.substr(begin, end - begin));
    if (!text.empty()) tokens.push_back({text, line, begins_line});
    begins_line = false;
    begin = end;
  }
}

std::vector<Token> tokens_of(const PageOutline& outline, std::uint32_t begin, std::uint32_t end) {
  std::vector<Token> tokens;
  std::size_t bytes = 0;
  for (std::uint32_t index = begin; index < end && tokens.size() < kFieldsMax * 8 && bytes < kBytesMax; ++index) {
    const OutlineLine& line = outline.lines()[index];
    if (line.text.size() > kLineBytesMax) continue;
    bytes += line.text.size();
    std::size_t from = 0;
    bool first = true;
    // Pieces are joined again where a border falls into a label or its value is one with it.
    for (std::size_t piece = 0; piece <= line.pieces.size(); ++piece) {
      const std::size_t to = piece < line.pieces.size() ? line.pieces[piece] : line.text.size();
      if (to <= from) continue;
      const std::string_view text = line.text.substr(from, to - from);
      // <b>索 引</b><b> 号：</b>: short pieces before the colon belong together.
      const std::string joined = to < line.text.size() ? bare_text(text) : std::string();
      const bool may_be_part = !joined.empty() && joined.size() <= 6 && find_label(joined) == nullptr &&
                               !has_sentence(text) && !contains_text(joined, ":") && first;
      if (may_be_part) continue;
      add_tokens(text, index, first, tokens);
      first = false;
      from = to;
    }
  }
  return tokens;
}

// What a token is, when it begins with a label.
struct LabelHead {
  const Label* label = nullptr;
  std::string_view rest;  // behind the colon
};

LabelHead label_of(std::string_view text) {
  const std::size_t colon = find_colon(text, 0);
  if (colon != std::string_view::npos && colon <= kLabelBytesMax) {
    const std::string bare = bare_text(text.substr(0, colon));
    if (const Label* const label = find_label(bare)) {
      return {label, strip_all_space(text.substr(colon + colon_length(text.substr(colon))))};
    }
    return {};
  }
  if (text.size() > kLabelBytesMax) return {};
  const std::string bare = bare_text(text);
  const Label* const label = find_label(bare);
  if (label == nullptr || is_among(bare, kColonOnly)) return {};
  return {label, {}};
}

// What holds the cell that a line stands in, or the line's block: a label and its value are in one.
std::uint32_t row_of(const PageOutline& outline, std::uint32_t line) {
  const auto& elements = outline.elements();
  const std::uint32_t block = outline.lines()[line].element;
  std::uint32_t at = block;
  for (int level = 0; level < kCellLevels; ++level) {
    const HtmlName name = elements[at].name;
    const bool is_cell = name == HtmlName::kTd || name == HtmlName::kTh || name == HtmlName::kDd ||
                         name == HtmlName::kDt || name == HtmlName::kLi;
    if (is_cell) return elements[at].parent;
    at = elements[at].parent;
  }
  return elements[block].parent;
}

// A word that needs its colon has it in the next cell (<dt>来源</dt><dd>：…), or stands in a heading cell.
LabelHead label_before_colon(const PageOutline& outline, const std::vector<Token>& tokens, std::size_t at) {
  const Token& token = tokens[at];
  if (token.text.size() > kLabelBytesMax || !token.begins_line) return {};
  const OutlineLine& line = outline.lines()[token.line];
  const HtmlName cell = outline.elements()[line.element].name;
  const bool is_head = (cell == HtmlName::kTh || cell == HtmlName::kDt) && token.text.size() == line.text.size();
  const bool is_split = at + 1 < tokens.size() && colon_length(tokens[at + 1].text) != 0 &&
                        (tokens[at + 1].line == token.line || tokens[at + 1].line == token.line + 1);
  return is_head || is_split ? LabelHead{find_label(bare_text(token.text)), {}} : LabelHead{};
}

struct Cell {
  std::uint32_t column = 0;  // where it begins, spans counted
  std::uint32_t line_begin = 0;
  std::uint32_t line_end = 0;    // equal to line_begin: it is empty
  const Label* label = nullptr;  // that it is, with a colon or without
  bool is_linked = false;
};

struct Row {
  std::vector<Cell> cells;
  std::uint32_t columns = 0;
  bool is_labels = false;    // each cell is a label and nothing else
  bool names_label = false;  // some cell is one or begins with one
};

std::uint32_t columns_of(HtmlNode cell) {
  const std::string_view span = cell.attribute("colspan").value_or("");
  const bool is_number = !span.empty() && span.size() <= 2 && std::all_of(span.begin(), span.end(), is_ascii_digit);
  std::uint32_t columns = 0;
  for (const char digit : is_number ? span : "1") columns = columns * 10 + static_cast<std::uint32_t>(digit - '0');
  return std::max(columns, 1u);
}

const Label* label_alone(std::string_view text) {
  text = without_marks(text);
  if (text.size() > kLabelBytesMax) return nullptr;
  for (const std::string_view colon : {":", "："}) {
    if (text.ends_with(colon)) text.remove_suffix(colon.size());
  }
  return find_label(bare_text(text));
}

Row read_row(const PageOutline& outline, std::uint32_t element) {
  const auto& elements = outline.elements();
  Row row;
  row.is_labels = true;
  for (std::uint32_t at = element + 1; at < elements[element].end; at = std::max(at + 1, elements[at].end)) {
    if (elements[at].name != HtmlName::kTd && elements[at].name != HtmlName::kTh) continue;
    if (row.cells.size() == kColumnsMax) return {};
    Cell cell{.column = row.columns, .line_begin = elements[at].line_begin, .line_end = elements[at].line_end};
    row.columns += columns_of(elements[at].node);
    if (cell.line_end - cell.line_begin > kCellLinesMax) return {.names_label = true};
    for (std::uint32_t line = cell.line_begin; line < cell.line_end; ++line) {
      cell.is_linked |= outline.lines()[line].linked_characters != 0;
      row.names_label |= label_of(without_marks(outline.lines()[line].text)).label != nullptr;
    }
    if (cell.line_end - cell.line_begin == 1) cell.label = label_alone(outline.lines()[cell.line_begin].text);
    row.names_label |= cell.label != nullptr;
    row.is_labels &= cell.label != nullptr;
    row.cells.push_back(cell);
  }
  row.is_labels &= row.cells.size() >= 2;
  return row;
}

// The label's value in the row below it; nullopt where that row holds no values, or is the first of a list.
std::optional<std::vector<Field>> fields_of_rows(const PageOutline& outline, const Row& labels, const Row& values) {
  if (!labels.is_labels || values.names_label || labels.columns != values.columns) return std::nullopt;
  const bool has_index = std::any_of(labels.cells.begin(), labels.cells.end(),
                                     [](const Cell& cell) { return cell.label->kind == FieldKind::kIndex; });
  std::vector<Field> fields;
  for (const Cell& cell : labels.cells) {
    const auto below = std::find_if(values.cells.begin(), values.cells.end(),
                                    [&](const Cell& value) { return value.column == cell.column; });
    if (below == values.cells.end()) return std::nullopt;
    // A row of a list of documents.
    if (cell.label->kind == FieldKind::kTitle && (below->is_linked || !has_index)) return std::nullopt;
    Field field;
    field.kind = cell.label->kind;
    field.label = std::string(cell.label->text);
    field.line = cell.line_begin;
    field.value_line = below->line_begin;
    if (below->line_begin != below->line_end) {
      const std::string_view value = without_marks(outline.lines()[below->line_begin].text);
      field.value = std::string(cut_utf8(value, kValueBytesMax));
    }
    fields.push_back(std::move(field));
  }
  return fields;
}

// Of tables that have values below their labels, by the line of the label: a row of labels alone, one row of values,
// then nothing or labels again. Where more rows of values follow it is a list.
std::map<std::uint32_t, std::optional<Field>> read_stacked(const PageOutline& outline, std::uint32_t begin,
                                                           std::uint32_t end) {
  const auto& elements = outline.elements();
  std::map<std::uint32_t, std::vector<Row>> tables;  // by their element
  for (std::uint32_t index = 0; index < elements.size(); ++index) {
    const OutlineElement& element = elements[index];
    if (element.name != HtmlName::kTr || element.line_begin >= end || element.line_end <= begin) continue;
    if (element.hidden || element.line_end <= element.line_begin) continue;
    std::uint32_t table = element.parent;
    for (int level = 0; level < 2 && elements[table].name != HtmlName::kTable; ++level) table = elements[table].parent;
    if (elements[table].name == HtmlName::kTable) tables[table].push_back(read_row(outline, index));
  }
  std::map<std::uint32_t, std::optional<Field>> stacked;
  for (const auto& [table, rows] : tables) {
    for (std::size_t index = 0; index + 1 < rows.size(); ++index) {
      if (!rows[index].is_labels || rows[index + 1].names_label) continue;
      const bool is_list = index + 2 < rows.size() && !rows[index + 2].names_label;
      auto fields = is_list ? std::nullopt : fields_of_rows(outline, rows[index], rows[index + 1]);
      if (fields) {
        for (Field& field : *fields) stacked[field.line] = std::move(field);
      } else {
        for (const Cell& cell : rows[index].cells) stacked[cell.line_begin] = std::nullopt;
      }
    }
  }
  return stacked;
}

// A value that does not stand right behind its label stands in the row below.
std::uint32_t last_line_of(const Field& field) {
  return field.value_line > field.line + 1 ? field.value_line : field.line;
}

bool is_of_documents(FieldKind kind) {
  return kind == FieldKind::kIndex || kind == FieldKind::kIssuer || kind == FieldKind::kNumber ||
         kind == FieldKind::kOpenness || kind == FieldKind::kValidity || kind == FieldKind::kSubject ||
         kind == FieldKind::kWritten;
}

}  // namespace

std::vector<Field> read_fields(const PageOutline& outline, std::uint32_t begin, std::uint32_t end) {
  const std::vector<Token> tokens = tokens_of(outline, begin, end);
  const auto stacked = read_stacked(outline, begin, end);
  std::vector<Field> fields;
  for (std::size_t at = 0; at < tokens.size() && fields.size() < kFieldsMax; ++at) {
    if (const auto below = stacked.find(tokens[at].line); below != stacked.end()) {
      if (below->second) fields.push_back(*below->second);
      continue;
    }
    LabelHead head = label_of(tokens[at].text);
    if (head.label == nullptr) head = label_before_colon(outline, tokens, at);
    if (head.label == nullptr) continue;
    Field field;
    field.kind = head.label->kind;
    field.label = std::string(head.label->text);
    field.line = field.value_line = tokens[at].line;
    std::string_view value = head.rest;
    const bool button = is_among(head.label->text, kButtons);
    if (value.empty() && !button && at + 1 < tokens.size()) {
      // The next piece, or the next cell; a label there means that this one stands empty.
      const Token& next = tokens[at + 1];
      const bool fills_line = tokens[at].begins_line;  // behind others in one line the label ends its line empty
      const bool near =
          next.line == tokens[at].line || (fills_line && next.line == tokens[at].line + 1 &&
                                           row_of(outline, next.line) == row_of(outline, tokens[at].line));
      if (near && label_of(next.text).label == nullptr) {
        value = tokens[++at].text;
        field.value_line = next.line;
      }
    }
    if (const std::size_t colon = colon_length(value); colon != 0) value = strip_all_space(value.substr(colon));
    field.value = std::string(cut_utf8(without_marks(value), kValueBytesMax));
    fields.push_back(std::move(field));
  }
  return fields;
}

std::pair<std::size_t, std::size_t> find_document_table(const std::vector<Field>& fields) {
  std::pair<std::size_t, std::size_t> best{0, 0};
  std::size_t best_kinds = 2;  // more are asked for
  for (std::size_t begin = 0; begin < fields.size();) {
    std::size_t end = begin + 1;
    while (end < fields.size() && fields[end].line <= last_line_of(fields[end - 1]) + kLinesBetweenMax) ++end;
    std::uint32_t kinds = 0;
    for (std::size_t at = begin; at < end; ++at) {
      if (is_of_documents(fields[at].kind)) kinds |= 1u << static_cast<unsigned>(fields[at].kind);
    }
    const auto count = static_cast<std::size_t>(__builtin_popcount(kinds));
    if (count > best_kinds) {
      best_kinds = count;
      best = {begin, end};
    }
    begin = end;
  }
  return best;
}

std::string_view field_value(const std::vector<Field>& fields, FieldKind kind) {
  for (const Field& field : fields) {
    if (field.kind == kind && !field.value.empty()) return field.value;
  }
  return {};
}

}  // namespace xuncha
