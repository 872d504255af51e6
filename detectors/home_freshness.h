#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/content.h"

namespace xuncha {

// What a home page and the pages it leads to show of their days. Days after tomorrow and page clocks are not among
// them.
struct HomeSight {
  std::uint32_t dated = 0;                 // dates that a reader sees on the page
  std::optional<CivilDay> newest_shown;    // of those
  std::optional<CivilDay> newest_hidden;   // of the page's bytes and of the addresses it links to
  std::uint32_t articles_dated = 0;        // pages it links to that give their own day
  std::optional<CivilDay> newest_article;  // of those
  std::uint32_t undated_headlines = 0;     // that lead to other sites, whose days nobody read
  bool cut = false;                        // the page is longer than what is read of it
  bool by_script = false;                  // scripts fill in lists
  bool complete = false;                   // all pages of the site were read
  std::uint32_t columns_dated = 0;         // of the site
  std::uint32_t columns_unread = 0;        // whose list nobody could read
  std::optional<CivilDay> newest_column;   // the newest item of all columns
  bool columns_confirmed = false;          // by that item's own page
};

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
