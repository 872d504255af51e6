#pragma once

#include <cstddef>

// The bounds of dates and calendar, which few files need: see core/limits.h.
namespace xuncha::limits {

inline constexpr std::size_t kDatesPerTextMax = 2'000;      // the longest list page seen holds 400; 100 KB of them
inline constexpr std::size_t kListDatesMax = 2'000;         // of one list whose years are inferred together
inline constexpr int kWorkingDaysMax = 5'000;               // counted at once: 20 years; the longest duty has 30 days
inline constexpr std::size_t kCalendarDaysMax = 10'000;     // listed in one table of working days: 40 a year
inline constexpr std::size_t kCalendarBytesMax = 1u << 20;  // of such a table; 20 years have 8 KB

}  // namespace xuncha::limits
