#pragma once

#include <cstdint>
#include <optional>

#include "core/content.h"

namespace xuncha {

// Does it still call itself open a week after its last day, without a result? Reasons: no_deadline not_open running |
// has_result | overdue. Source: 国办秘函〔2019〕19号 征集调查. Pure.
ContentJudgement judge_consultation(const ConsultationSight& sight, CivilDay today);

// Are all of its marks old, whichever item they stand beside: is even the newest item older than the limit? Reasons:
// no_marks undated | recent | old. Pure.
ContentJudgement judge_new_marks(const NewMarksSight& sight, std::uint32_t max_age_days, CivilDay today);

}  // namespace xuncha
