#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/content.h"

namespace xuncha {

struct HomeJudgement {
  ContentVerdict verdict = ContentVerdict::kInconclusive;
  std::string_view reason;  // static
  std::optional<CivilDay> newest;
  bool by_columns = false;  // the home page is only navigation
};

// Is there news on the home page? By the days it shows and by those of the pages it leads to; of a home page that is
// only navigation by the lists one level down. Any sign of a newer day, and everything that nobody could date, keeps it
// from being called stale. Reasons: within_limit | over_limit | cut incomplete by_script undated_headlines unconfirmed
// nothing_dated. Source: 国办秘函〔2019〕19号 单项否决 首页不更新 (2 weeks; only navigation: all second-level pages).
// Pure.
HomeJudgement judge_home(const HomeSight& sight, std::uint32_t max_age_days, CivilDay today);

}  // namespace xuncha
