#pragma once

#include <string_view>

#include "core/page.h"

namespace xuncha {

// What the mandated META tags of a page say (国办发〔2017〕47号, annex 2), as portals really write them: names in
// any case and with the spellings of several CMS, `property` for `name`. A content that only looks like one is left
// out: blank, null, undefined, a piece of the template ({{…}}, ${…}, <%…%>, <?php …), the name of the tag itself or
// what the form of the CMS calls it (网站名称). Empty where there is none. Views into the PageFacts.
struct MetaTags {
  std::string_view site_name;
  std::string_view site_code;  // SiteIDCode, well formed: bm and eight digits, or ten digits
  std::string_view column_name;
  std::string_view column_type;
  std::string_view article_title;
  std::string_view published;  // PubDate, as it stands
  std::string_view source;     // ContentSource
};

// Pure.
MetaTags read_meta_tags(const PageFacts& page);

// Whether a text is what a template left behind instead of a value.
bool is_placeholder(std::string_view content);

// bm and eight digits, or ten digits.
bool is_site_code(std::string_view text);

}  // namespace xuncha
