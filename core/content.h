#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/civil.h"

// What the readers of a portal's content hand to the detectors. Plain values.
namespace xuncha {

// What a detector of content says, and why: a word of a closed list, as the detector's header gives it.
enum class ContentVerdict : std::uint8_t { kPass, kFail, kInconclusive };
struct ContentJudgement {
  ContentVerdict verdict = ContentVerdict::kInconclusive;
  std::string_view reason;  // static

  bool fails() const { return verdict == ContentVerdict::kFail; }
};

// One page says that a document is no longer in force: 《…办法》（民发〔2010〕1号）同时废止.
struct RepealStatement {
  std::string title;     // of the document, without 《》
  std::string number;    // its number as it stands there; empty where none does
  std::string sentence;  // where it is said, for people
};

// A document as its own page shows it.
struct DocumentSight {
  std::string title;
  std::string number;                  // 文号; empty: none is shown
  std::string validity;                // 有效性, or the mark at the title's end; empty: none
  bool marked = false;                 // the page says somewhere that the document is repealed or expired
  std::optional<CivilDay> published;   // as shown to the reader
  std::optional<CivilDay> written;     // 成文日期
  std::optional<CivilDay> expires;     // 有效期至, 废止日期
  std::optional<CivilDay> meta;        // META PubDate
  bool written_is_labelled = false;    // by a label that means nothing else: 成文日期, 印发日期
  bool published_is_labelled = false;  // by 发布日期 and the like
  bool in_library = false;             // stands in a column of 行政规范性文件
  bool has_table = false;              // a metadata table
  bool has_text = false;
  bool has_file = false;  // the text is attached
  // Labels of the table that stand without a value.
  bool number_is_blank = false;
  bool written_is_blank = false;
  bool published_is_blank = false;
  bool validity_is_blank = false;
};

}  // namespace xuncha
