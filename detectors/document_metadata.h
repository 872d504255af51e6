#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/content.h"

namespace xuncha {

// What a document's page lacks or says against itself.
struct DocumentFault {
  // One of document_fault_words(). An element that is missing (work plans: 规范性文件
  // “明确标题、正文、文号、成文日期、发布日 期、有效性”): no_title no_text no_number no_written no_published
  // no_validity. A contradiction: written_after_published number_of_other_year meta_differs.
  std::string_view word;
  std::string shown;  // of a contradiction: the two values, for people
};

// Every word that judge_document() gives.
std::span<const std::string_view> document_fault_words();

// Which of the six elements a document in a column of 规范性文件 lacks; of other documents with a number, which labels
// of their table stand without a value. And where two of its values cannot both be true: written after it was
// published, numbered in a year it was not written in (December and January are allowed), META and page more than a day
// apart. Pages that are no documents, and what is not sure, have none. Pure.
std::vector<DocumentFault> judge_document(const DocumentSight& document);

}  // namespace xuncha
