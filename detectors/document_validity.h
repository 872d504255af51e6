#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/content.h"

namespace xuncha {

// What titles of documents are compared by: without blanks, brackets and punctuation, and without a number in brackets
// at the end. Pure, linear.
std::string document_title_key(std::string_view title);
// The same of numbers: all kinds of brackets alike, without blanks and 第.
std::string document_number_key(std::string_view number);
// Keys of the documents that a page of this title may be: of the title itself, and of what it issues
// (关于印发《…》的通知).
std::vector<std::string> document_keys_of(std::string_view title);

// Does the document's own page say that it is repealed, revised or expired?
bool bears_mark(const DocumentSight& document);

// The page that says that a document is repealed.
struct RepealPage {
  std::optional<CivilDay> day;        // published, else written
  std::optional<CivilDay> effective;  // from when what it says holds
};

// Does a document that another page calls repealed still stand as if it were in force? The number must be the
// document's own; without a number in the statement, the title, and the document must be older than the statement.
// Reasons: other_document not_yet | marked | stands_as_effective. Pure.
ContentJudgement judge_repealed(const RepealStatement& statement, const RepealPage& page, const DocumentSight& document,
                                CivilDay today);

// Does a document whose own page gives the day of its end stand without a mark since? A month is given to mark it.
// Reasons: no_day in_force | marked | expired. Pure.
ContentJudgement judge_expired(const DocumentSight& document, CivilDay today);

}  // namespace xuncha
