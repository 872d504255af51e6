#pragma once

#include <cstdint>
#include <optional>

#include "core/content.h"

namespace xuncha {

// A page that asks the public for something.
struct ConsultationSight {
  std::optional<CivilDay> deadline;  // the day its text gives as the last
  bool says_open = false;            // 正在征集, 进行中
  bool has_result = false;           // tells a result, or what became of the answers
};
// Does it still call itself open a week after its last day, without a result? Reasons: no_deadline not_open running |
// has_result | overdue. Source: 国办秘函〔2019〕19号 征集调查. Pure.
ContentJudgement judge_consultation(const ConsultationSight& sight, CivilDay today);

// A list some of whose items are marked as new.
struct NewMarksSight {
  std::uint32_t marks = 0;  // within the list
  std::uint32_t items = 0;
  std::uint32_t items_dated = 0;
  std::optional<CivilDay> newest;  // of the items
};
// Are all of its marks old, whichever item they stand beside: is even the newest item older than the limit? Reasons:
// no_marks undated | recent | old. Pure.
ContentJudgement judge_new_marks(const NewMarksSight& sight, std::uint32_t max_age_days, CivilDay today);

}  // namespace xuncha
