#pragma once

#include "core/target.h"
#include "detectors/link_status.h"

namespace xuncha {

// Is an answer of 200 with HTML really "not found"? By the negative baseline of its host:
// an honest host's pages are real whatever they say; where the host answers 200 or a redirect for paths that cannot
// exist, a target that looks like that answer is a soft 404. Wording alone never convicts: it only asks for a baseline.
LinkJudgement judge_soft_404(const TargetFacts& facts);

// Do two pages look alike: SimHash within 3 bits (Manku 2007), lengths within 10 %, equal titles.
bool looks_alike(const PageLooks& left, const PageLooks& right);

}  // namespace xuncha
