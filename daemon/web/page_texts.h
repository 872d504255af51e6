#pragma once

#include <array>
#include <string_view>

#include "daemon/report/texts.h"

namespace xuncha {

// What the pages say besides the words of reports (daemon/report/texts.h). "#" stands for a number. Immutable.
struct PageTexts {
  std::string_view title, overview;
  std::string_view subtitle;
  std::string_view starting, starting_hint;
  std::string_view reload_failed;
  std::string_view sites_count, open_count, suspect_count, faulty_count;
  std::string_view as_of;
  std::string_view running_since;
  std::string_view last_complete, never, patrolling, interval;
  std::string_view unit, code, pages, links_broken;
  std::string_view all_well, not_yet, has_open, has_suspects;  // of a site
  std::string_view more_findings, all_findings, findings, no_findings, no_sites;
  std::string_view back, home_page;
  std::string_view confirmations, episode;
  std::string_view previous_page, next_page, page_of;
  std::string_view metrics, api, version, language_name;
  std::string_view other_language, other_language_code;
  std::string_view minutes, hours, days;
  std::array<std::string_view, 4> link_kinds;  // by LinkKind
  std::string_view no_page, no_page_hint;
  std::string_view only_incomplete, overdue;  // of a site
  std::string_view open_findings, past_findings;
};

const PageTexts& page_texts(Language language);

}  // namespace xuncha
