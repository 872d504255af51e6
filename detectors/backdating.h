#pragma once

#include <cstdint>
#include <optional>

#include "core/content.h"

namespace xuncha {

// Does an old text carry a new date? META, address and signature must agree on the old day, and the shown one be so
// much later. Reasons: is_document too_few_days disagree | alike | new_date_on_old_text. Source: 国办秘函〔2019〕19号
// 单项否决 弄虚作假（伪造发稿日期）. Pure.
ContentJudgement judge_article_days(const ArticleDays& days, std::uint32_t gap_days);

// An item that was not in a list yesterday.
struct FirstSight {
  std::optional<CivilDay> item_day;       // beside it in the list
  CivilDay first_seen;                    // when it was first seen there
  std::optional<CivilDay> previous_read;  // when the list was read before without it
  bool list_was_complete = false;         // all of the list was read then, back to the item's day
  bool pinned = false;
};
// Was something put into a list long after the day it carries? Reasons: no_day no_history incomplete | in_time |
// backdated. Pure.
ContentJudgement judge_first_sight(const FirstSight& sight, std::uint32_t gap_days);

// Does the item's own page say the same day, to its reader or by META, as the one of its publication? A list may show
// when something was written, held or signed. Reasons: is_document no_own_day disagree | own_day. "Fails" where it
// agrees. Pure.
ContentJudgement judge_own_day(CivilDay item_day, const ArticleDays& own);

}  // namespace xuncha
