#pragma once

#include <string_view>

#include "core/page.h"
#include "core/portal.h"
#include "core/url.h"
#include "crawler/portal/meta_tags.h"

namespace xuncha {

// What the foot of a page must show (国办秘函〔2019〕19号, 网站标识): in its text, links, and in the bytes
// where scripts write it (document.write(unescape("%3Cscript…"))). Site code and numbers as they stand without blanks.
// Pure, linear.
FooterFacts read_footer(const PageFacts& page, const MetaTags& meta, const Url* base);

}  // namespace xuncha
