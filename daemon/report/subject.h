#pragma once

#include <string>
#include <string_view>

#include "core/finding.h"
#include "daemon/report/texts.h"

namespace xuncha {

// What people are told that a finding is about: a column by its name, since its id says nothing to them; a fault of
// many pages (HOME#ArticleTitle) by what is at fault; all else by its address. From a portal. Pure; any thread.
std::string_view subject_name(const Texts& texts, const Finding& finding);

// The address to look at: of a column its page, of a fault of many pages one of them.
std::string_view subject_address(const Texts& texts, const Finding& finding);

}  // namespace xuncha
