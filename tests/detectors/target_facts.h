#pragma once

#include <string>
#include <string_view>

#include "core/target.h"

namespace xuncha::test {

// A page of the site that answered 200 with HTML, linked as a page: well in every respect. Rows change what they are
// about.
inline TargetFacts good_page() {
  TargetFacts facts;
  facts.asked = url_from_trusted("http://www.x.gov.cn/zwgk/a.html");
  facts.last = facts.asked;
  facts.status = 200;
  facts.body_bytes = 4'000;
  facts.received = Received::kHtml;
  facts.received_type = "html";
  facts.baseline.answer = NegativeBaseline::Answer::kHonest;
  return facts;
}

}  // namespace xuncha::test
