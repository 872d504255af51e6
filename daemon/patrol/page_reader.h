#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/fetch.h"
#include "core/page.h"
#include "core/target.h"

namespace xuncha {

// What one answer holds, as far as links are judged by it.
struct PageReading {
  Received received = Received::kNothing;
  std::string type;      // "html", "pdf", ... by its first bytes
  bool scanned = false;  // facts are filled in
  PageFacts facts;
  WordingFacts wording;
  std::string style_sheet;  // the text of a style sheet
  PageLooks looks;          // title_hash and characters; simhash only where asked for
};

// How much of an answer is to be understood.
struct ReadWish {
  bool wording_of_strangers = false;  // parked, gambling, unrelated: of foreign pages only
  bool digest = false;                // simhash: where the host answers 200 for paths that cannot exist
};

// Understands an HTTP answer: sniffs its type, decodes and scans HTML, recognises wording. Pure; any thread.
PageReading read_answer(const FetchOutcome& outcome, const ReadWish& wish);

// An HTML page that is read again: nullopt unless the answer is the page itself, and no challenge, page of error or
// file. The same thread rule.
std::optional<PageReading> read_page_itself(const FetchOutcome& outcome);

}  // namespace xuncha
