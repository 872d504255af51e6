#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.h"
#include "core/content.h"
#include "core/page.h"
#include "core/portal.h"
#include "core/url.h"
#include "crawler/portal/meta_tags.h"
#include "detectors/backdating.h"
#include "detectors/content_rotation.h"
#include "detectors/home_freshness.h"
#include "detectors/page_metadata.h"

// What pages show to the detectors of content. Facts only. Pure; any thread.
namespace xuncha {

// One bit for each of mandated_tags() that the page carries with a value.
std::uint32_t mandated_tags_of(const PageFacts& page);
// Does the page say that it is a government's: by a site code, META of one, the mark or the 找错 entry?
bool is_of_government(const PageFacts& page, const FooterFacts& footer);
FootSight foot_of(const PageFacts& page, const FooterFacts& footer);

// What the home page itself shows: `articles_*`, `columns_*` and `complete` are left to whoever read the rest.
HomeSight home_of(const PageFacts& page, const Url& url, bool list_by_script, WallTime now);
// The day that a page gives of itself by META or a label, or else the newest day in what it shows first. `sure`: by
// META or label.
struct OwnDay {
  std::optional<CivilDay> day;
  bool sure = false;
};
OwnDay own_day_of(const PageFacts& page, const MetaTags& meta, WallTime now);

DocumentSight document_of(const PageFacts& page, const PortalFacts& facts, WallTime now);
ArticleDays article_days_of(const PageFacts& page, const PortalFacts& facts, const Url& url, WallTime now);
// Might an article bear a new date: does it call a day published that is so much later than the one that META and
// address agree on? Cheaply, by its scan alone; its tree tells.
bool may_be_backdated(const Url& url, const PageFacts& page, const MetaTags& meta, std::uint32_t gap_days,
                      WallTime now);
ConsultationSight consultation_of(const PageFacts& page, const PortalFacts& facts, WallTime now);
NewMarksSight new_marks_of(const PageFacts& page, const PortalFacts& facts, const Url& url, WallTime now);

// Might the page be a document's, an article's, a consultation's? By META, address and the first of its text, cheaply.
enum class ContentKind : std::uint8_t { kNone, kArticle, kDocument, kConsultation };
ContentKind may_be_content(const Url& url, const PageFacts& page, const MetaTags& meta, std::string_view headline);
// The name by which a page is known: META ArticleTitle, its first heading, its title.
std::string_view headline_of(const PageFacts& page, const MetaTags& meta);

}  // namespace xuncha
