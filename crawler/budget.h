#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_map>

#include "core/limits.h"

namespace xuncha {

// Whether the URL's template smells of an endless space.
enum class TemplateKind : std::uint8_t { kOrdinary, kEndless };  // kEndless: calendars and searches
// `url_template` is path and query with every run of digits written as N (or a whole parameter value as *). Judged by
// its words: a calendar by a query parameter named year, month, day or date with a number for its value or by a path
// segment such as "calendar" or "rili"; a search by a segment or parameter such as "search", "keyword" or "sousuo".
// Case does not matter.
TemplateKind template_kind(std::string_view url_template);

// Why a newly found URL may not enter; kAdmitted when it may.
enum class Admission : std::uint8_t {
  kAdmitted,
  kUrls,      // the site has its maximum
  kDepth,     // too many clicks from the home page
  kTemplate,  // enough of one template
  kEndless,   // enough of one calendar or search
};
inline constexpr std::size_t kAdmissions = 5;
std::string_view admission_name(Admission admission);

struct UrlBudgetLimits {
  std::uint32_t urls_max = limits::kUrlsPerSiteMax;
  std::uint32_t template_urls_max = limits::kTemplateUrlsMax;
  std::uint32_t endless_urls_max = limits::kCalendarUrlsMax;
  int depth_max = limits::kHopsMax;
};

// How many new URLs one patrol of one site takes in. Each refusal is counted by its kind (`skipped: budget`). Memory is
// bounded by urls_max: only an admitted URL leaves a count. Thread rule: confined to one thread.
class UrlBudget {
 public:
  explicit UrlBudget(UrlBudgetLimits limits = {}) : limits_(limits) {}
  // Asked once for every URL that is not known yet.
  Admission admit(std::string_view url_template, int depth);
  std::uint64_t count(Admission admission) const { return counts_[static_cast<std::size_t>(admission)]; }
  std::uint64_t refused() const;

 private:
  Admission judge(std::string_view url_template, int depth);

  UrlBudgetLimits limits_;
  std::unordered_map<std::uint64_t, std::uint32_t> admitted_by_template_;  // hash64: a collision only shares a budget
  std::array<std::uint64_t, kAdmissions> counts_{};
};

}  // namespace xuncha
