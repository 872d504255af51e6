#pragma once

#include <cstddef>

#include "core/date_text.h"
#include "core/dates.h"

// What the words around a date call it: part of core/dates. The words are tables in date_labels.cc. Internal.
namespace xuncha {

struct DateLabel {
  DateRole role = DateRole::kNone;
  bool found = false;     // there is a label, be it one that says nothing of dates (来源：)
  bool is_start = false;  // 自, 从: what stands behind the date says what begins
  std::size_t begin = 0;  // of the label, or the date itself
};

// The label before a date that begins at unit `at`; brackets and blanks between them are passed.
DateLabel label_before(const DateText& text, std::size_t at);

// What is said behind a date that ends at `at`: 起施行, 前, 印发, 废止. kNone for everything else.
DateRole role_behind(const DateText& text, std::size_t at);

// Whether another label and its colon begin at `at`: 2024-04-26来源：…, where no blank stands between two cells.
bool begins_label(const DateText& text, std::size_t at);

// The end of a day of the week (星期五, 周五) that begins at `at`, blanks passed; `at` where there is none.
std::size_t weekday_behind(const DateText& text, std::size_t at);

}  // namespace xuncha
