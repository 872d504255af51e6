#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace xuncha {

// A document number in a text: bytes [begin, end).
struct DocumentNumber {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// The first document number (发文字号, 文号) in `text`: 民发〔2024〕12号 with any kind of brackets and a 第, or an
// order's or announcement's 民政部令第35号, 公告2024年第3号. The name before it is of 1 to 20 Chinese
// characters. Whose number it is, the place tells, not this. Pure, linear.
std::optional<DocumentNumber> find_document_number(std::string_view text);

// The number when `text` is nothing else but it, brackets around it aside; also 民政部2024年第5号公告. Empty otherwise.
std::string_view only_document_number(std::string_view text);

// The number that a line begins with, where nothing else follows but another document's number or, behind a blank or a
// pipe, a label: 某民发〔2024〕5号　某财社〔2024〕9号, 某政报〔2024〕3号　签发人：…. Empty otherwise.
std::string_view leading_document_number(std::string_view line);

// The number a title gives as its own: at its very beginning, or in brackets at its end; an announcement's also where
// it is all of the title, and 2024年第5号 in brackets. Empty otherwise.
std::string_view document_number_of_title(std::string_view title);

// Whether `text` is 第5号, 2024年第5号, 2024年第5号公告 or 第5号（2024年） and nothing else, in brackets or not: the
// number of an announcement where the title above says that it is one.
bool is_issue_number(std::string_view text);

}  // namespace xuncha
