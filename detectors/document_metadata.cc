#include "detectors/document_metadata.h"

#include <chrono>
#include <optional>

namespace xuncha {
namespace {

constexpr std::string_view kWords[] = {"no_title",
                                       "no_text",
                                       "no_number",
                                       "no_written",
                                       "no_published",
                                       "no_validity",
                                       "written_after_published",
                                       "number_of_other_year",
                                       "meta_differs"};

using std::chrono::days;
using std::chrono::sys_days;

constexpr days kDaysApart = days(1);  // between META and page

bool is_digit(char byte) {
  return byte >= '0' && byte <= '9';
}

// The first four digits in a row of 19xx or 20xx that no 号 follows: 民发〔2024〕12号. nullopt for 民政部令第35号 and
// for 农业部公告第2021号, which are counted on from year to year.
std::optional<int> year_of_number(std::string_view number) {
  for (std::size_t at = 0; at + 4 <= number.size(); ++at) {
    if (!is_digit(number[at])) continue;
    std::size_t end = at;
    while (end < number.size() && is_digit(number[end])) ++end;
    const std::string_view digits = number.substr(at, end - at);
    const bool is_count = number.substr(end).starts_with("号");
    if (digits.size() == 4 && !is_count && (digits.starts_with("19") || digits.starts_with("20"))) {
      return (digits[2] - '0') * 10 + (digits[3] - '0') + (digits.starts_with("19") ? 1900 : 2000);
    }
    at = end;
  }
  return std::nullopt;
}

bool is_years_turn(int number_year, CivilDay written) {
  const int year = static_cast<int>(written.year());
  if (number_year == year) return true;
  const bool in_january = number_year + 1 == year && written.month() <= std::chrono::March;
  const bool in_december = number_year == year + 1 && written.month() == std::chrono::December;
  return in_january || in_december;
}

void find_contradictions(const DocumentSight& document, std::vector<DocumentFault>& faults) {
  const auto& [written, published] = std::pair(document.written, document.published);
  const bool both = written && published && document.written_is_labelled && document.published_is_labelled;
  if (both && sys_days(*written) - sys_days(*published) > kDaysApart) {
    faults.push_back({"written_after_published", format_day(*written) + " / " + format_day(*published)});
  }
  const std::optional<int> year = year_of_number(document.number);
  if (year && written && document.written_is_labelled && !is_years_turn(*year, *written)) {
    faults.push_back({"number_of_other_year", document.number + " / " + format_day(*written)});
  }
  if (document.meta && published && document.published_is_labelled &&
      std::chrono::abs(sys_days(*document.meta) - sys_days(*published)) > kDaysApart) {
    faults.push_back({"meta_differs", format_day(*document.meta) + " / " + format_day(*published)});
  }
}

}  // namespace

std::span<const std::string_view> document_fault_words() {
  return kWords;
}

std::vector<DocumentFault> judge_document(const DocumentSight& document) {
  std::vector<DocumentFault> faults;
  if (document.has_table && document.in_library) {
    if (document.title.empty()) faults.push_back({"no_title", {}});
    if (!document.has_text && !document.has_file) faults.push_back({"no_text", {}});
    if (document.number.empty()) faults.push_back({"no_number", {}});
    if (!document.written) faults.push_back({"no_written", {}});
    if (!document.published) faults.push_back({"no_published", {}});
    if (document.validity.empty() && !document.marked) faults.push_back({"no_validity", {}});
  } else if (document.has_table && !document.number.empty()) {
    if (document.written_is_blank && !document.written) faults.push_back({"no_written", {}});
    if (document.published_is_blank && !document.published) faults.push_back({"no_published", {}});
    if (document.validity_is_blank && document.validity.empty()) faults.push_back({"no_validity", {}});
  }
  find_contradictions(document, faults);
  return faults;
}

}  // namespace xuncha
