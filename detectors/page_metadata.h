#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/content.h"

namespace xuncha {

// For which pages a META tag is mandated, and where the marks of the foot stand.
enum class PageFamily : std::uint8_t { kHome, kColumn, kArticle };
inline constexpr std::size_t kPageFamilies = 3;
std::string_view page_family_name(PageFamily family);  // "family_home", "family_column", "family_article"

// 《政府网站发展指引》（国办发〔2017〕47号）附件: META tags that pages must carry. Of columns only those by which a
// program can tell a column.
struct MandatedTag {
  std::string_view name;
  PageFamily family;
};
std::span<const MandatedTag> mandated_tags();

// What the pages of a family that were read show of one tag.
struct TagSight {
  bool is_government = false;  // the site is a government's by its host, code or marks: else nothing is mandated
  std::uint64_t pages = 0;
  std::uint64_t without = 0;
  bool missed_again = false;  // a page without it was read a second time and had none then either
};

// Reasons: no_portal unseen unconfirmed | all_there | missing. Pure.
ContentJudgement judge_tag(const TagSight& sight);

std::string_view foot_fact_name(FootFact fact);  // "foot_site_code", "foot_icp", ...

// Is the mark missing from the site's pages? It takes the home page and another one, both with a foot of their own.
// Reasons: no_portal no_foot by_script unreadable unconfirmed | there | missing. Pure.
ContentJudgement judge_foot(FootFact fact, bool is_government, const FootSight& home,
                            const std::optional<FootSight>& other);

}  // namespace xuncha
