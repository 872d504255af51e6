// The six elements of a document, and contradictions: work plans “明确标题、正文、文号、成文日期、发布日期、有效性”.
#include "detectors/document_metadata.h"

#include <gtest/gtest.h>

#include <string>

namespace xuncha {
namespace {

using namespace std::chrono_literals;

DocumentSight complete() {
  DocumentSight document;
  document.title = "关于印发养老机构管理办法的通知";
  document.number = "临政规〔2024〕3号";
  document.validity = "有效";
  document.written = 2024y / 4 / 20;
  document.published = 2024y / 4 / 26;
  document.meta = 2024y / 4 / 26;
  document.written_is_labelled = true;
  document.published_is_labelled = true;
  document.in_library = true;
  document.has_table = true;
  document.has_text = true;
  return document;
}

struct Row {
  const char* name;
  void (*change)(DocumentSight&);
  const char* faults;  // words with blanks between
};
class Document : public testing::TestWithParam<Row> {};
TEST_P(Document, HasTheseFaults) {
  DocumentSight document = complete();
  GetParam().change(document);
  std::string words;
  for (const DocumentFault& fault : judge_document(document)) {
    words += (words.empty() ? "" : " ") + std::string(fault.word);
  }
  EXPECT_EQ(words, GetParam().faults);
}
INSTANTIATE_TEST_SUITE_P(
    Rules, Document,
    testing::Values(
        Row{"Complete", [](DocumentSight&) {}, ""},
        Row{"WithoutNumber", [](DocumentSight& d) { d.number.clear(); }, "no_number"},
        Row{"WithoutDays",
            [](DocumentSight& d) {
              d.written.reset();
              d.published.reset();
            },
            "no_written no_published"},
        Row{"WithoutValidity", [](DocumentSight& d) { d.validity.clear(); }, "no_validity"},
        Row{"AMarkIsItsValidity",
            [](DocumentSight& d) {
              d.validity.clear();
              d.marked = true;
            },
            ""},
        Row{"WithoutText", [](DocumentSight& d) { d.has_text = false; }, "no_text"},
        Row{"AFileIsItsText",
            [](DocumentSight& d) {
              d.has_text = false;
              d.has_file = true;
            },
            ""},
        Row{"OtherColumnsOweNoValidity",
            [](DocumentSight& d) {
              d.in_library = false;
              d.validity.clear();
            },
            ""},
        Row{"ButALabelOwesItsValue",
            [](DocumentSight& d) {
              d.in_library = false;
              d.validity.clear();
              d.validity_is_blank = true;
            },
            "no_validity"},
        Row{"AnInterpretationOwesNoNumber",
            [](DocumentSight& d) {
              d.in_library = false;
              d.number.clear();
              d.number_is_blank = true;
              d.validity_is_blank = true;
              d.validity.clear();
            },
            ""},
        Row{"PagesWithoutTableAreNoDocuments",
            [](DocumentSight& d) {
              d.has_table = false;
              d.number.clear();
              d.validity.clear();
            },
            ""},
        Row{"WrittenAfterItWasPublished", [](DocumentSight& d) { d.written = 2024y / 5 / 2; },
            "written_after_published"},
        Row{"Boundary_ADayLaterMayBeAClock", [](DocumentSight& d) { d.written = 2024y / 4 / 27; }, ""},
        Row{"OtherLabelsMayMeanOtherDays",
            [](DocumentSight& d) {
              d.written = 2024y / 5 / 2;
              d.written_is_labelled = false;
            },
            ""},
        Row{"NumberedInAnotherYear", [](DocumentSight& d) { d.number = "临政规〔2021〕3号"; }, "number_of_other_year"},
        Row{"Boundary_JanuaryMaySignDecembersNumber",
            [](DocumentSight& d) {
              d.number = "临政规〔2023〕98号";
              d.written = 2024y / 1 / 5;
            },
            ""},
        Row{"OrdersHaveNoYear", [](DocumentSight& d) { d.number = "民政部令第35号"; }, ""},
        Row{"ACountOfFourDigitsIsNoYear", [](DocumentSight& d) { d.number = "农业部公告第2021号"; }, ""},
        Row{"TheYearBehindTheNumber", [](DocumentSight& d) { d.number = "第2号（2021年）"; }, "number_of_other_year"},
        Row{"MetaOfAnotherDay", [](DocumentSight& d) { d.meta = 2024y / 4 / 20; }, "meta_differs"},
        Row{"Boundary_MetaOfTheDayBefore", [](DocumentSight& d) { d.meta = 2024y / 4 / 25; }, ""},
        Row{"Hostile_NumberWithoutEnd", [](DocumentSight& d) { d.number = "〔" + std::string(100'000, '9'); }, ""},
        Row{"Nothing", [](DocumentSight& d) { d = {}; }, ""}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace xuncha
