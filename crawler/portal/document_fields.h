#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crawler/portal/page_outline.h"

namespace xuncha {

// What a label of a document's metadata table or of an article's byline stands for.
enum class FieldKind : std::uint8_t {
  kOther,      // known, but nothing of ours: 浏览次数, 字体, 作者
  kIndex,      // 索引号
  kIssuer,     // 发布机构, 发文机关
  kSource,     // 来源, 信息来源
  kNumber,     // 文号, 发文字号
  kWritten,    // 成文日期
  kPublished,  // 发布日期
  kEffective,  // 施行日期
  kExpires,    // 废止日期, 有效期
  kUpdated,    // 更新时间
  kValidity,   // 有效性
  kOpenness,   // 公开类别
  kSubject,    // 主题分类
  kTitle,      // 标题, 名称
  kKeywords,   // 主题词
};

struct Field {
  FieldKind kind = FieldKind::kOther;
  std::string label;             // without blanks and colon
  std::string value;             // may be empty: the label stands without one
  std::uint32_t line = 0;        // of the label
  std::uint32_t value_line = 0;  // of the value; of the label where there is none
};

// All labels with what stands behind them in lines [begin, end), in the order of the page: cells of a table in any
// number of columns, dl, "label: value" in items and spans, several in one line between pipes or blanks; below them,
// where a row of a table holds labels alone and one row of values follows. Labels may be spaced (索 引 号). An empty
// value is one whose label is followed by the next label. Pure, linear.
std::vector<Field> read_fields(const PageOutline& outline, std::uint32_t begin, std::uint32_t end);

// Which of `fields` are a document's metadata table: neighbours of three and more kinds that only such a table has
// (index, number, issuer, openness, validity, subject, written). [begin, end) of the vector; equal where there is none.
std::pair<std::size_t, std::size_t> find_document_table(const std::vector<Field>& fields);

// The first value that is not empty of a kind; empty when there is none.
std::string_view field_value(const std::vector<Field>& fields, FieldKind kind);

}  // namespace xuncha
