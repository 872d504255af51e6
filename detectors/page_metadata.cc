#include "detectors/page_metadata.h"

#include <array>

namespace xuncha {
namespace {

constexpr std::array kTags = {
    MandatedTag{"SiteName", PageFamily::kHome},     MandatedTag{"SiteDomain", PageFamily::kHome},
    MandatedTag{"SiteIDCode", PageFamily::kHome},   MandatedTag{"ColumnName", PageFamily::kColumn},
    MandatedTag{"ColumnType", PageFamily::kColumn}, MandatedTag{"ArticleTitle", PageFamily::kArticle},
    MandatedTag{"PubDate", PageFamily::kArticle},   MandatedTag{"ContentSource", PageFamily::kArticle},
};

constexpr ContentJudgement unsure(std::string_view reason) {
  return {ContentVerdict::kInconclusive, reason};
}

}  // namespace

std::string_view page_family_name(PageFamily family) {
  constexpr std::string_view kNames[] = {"family_home", "family_column", "family_article"};
  return kNames[static_cast<std::size_t>(family)];
}

std::span<const MandatedTag> mandated_tags() {
  return kTags;
}

ContentJudgement judge_tag(const TagSight& sight) {
  if (!sight.is_government) return unsure("no_portal");
  if (sight.pages == 0) return unsure("unseen");
  if (sight.without == 0) return {ContentVerdict::kPass, "all_there"};
  if (!sight.missed_again) return unsure("unconfirmed");
  return {ContentVerdict::kFail, "missing"};
}

std::string_view foot_fact_name(FootFact fact) {
  constexpr std::string_view kNames[] = {"foot_site_code", "foot_icp", "foot_police", "foot_conac", "foot_report"};
  return kNames[static_cast<std::size_t>(fact)];
}

ContentJudgement judge_foot(FootFact fact, bool is_government, const FootSight& home,
                            const std::optional<FootSight>& other) {
  const auto index = static_cast<std::size_t>(fact);
  if (home.marks[index] == FootMark::kThere) return {ContentVerdict::kPass, "there"};
  if (!is_government) return unsure("no_portal");
  if (home.marks[index] == FootMark::kUnreadable) return unsure("unreadable");
  if (!home.has_foot) return unsure("no_foot");
  if (home.by_script) return unsure("by_script");
  const bool missed_again = other && other->has_foot && !other->by_script && other->marks[index] == FootMark::kMissing;
  if (!missed_again) return unsure("unconfirmed");
  return {ContentVerdict::kFail, "missing"};
}

}  // namespace xuncha
