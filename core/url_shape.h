#pragma once

#include <cstdint>
#include <string>

#include "core/url.h"

namespace xuncha {

// The shape of a URL: URLs of one template are made by one program, so budgets are kept for each template
// (limits::kTemplateUrlsMax). Scheme, host, port and path of the key form, in which a word (letters and digits) of at
// least eight hexadecimal digits, letters among them, is "H" and every other run of decimal digits "N"; then the names
// of the parameters in key order, each with the value "*": "https://a.gov.cn/art/N/N/N/art_N_N.html?page=*".
std::string url_template(const Url& url);

// The traps of endless URLs, by core/limits.h. Each hit is a visible `skipped`.
enum class UrlTrap : std::uint8_t { kNone, kTooLong, kTooDeep, kRepeatedSegments, kTooManyParameters };
UrlTrap url_trap(const Url& url);

// Does it look like a page of a calendar (year, month or day as parameters, or /2024/13/-like paths that end in a bare
// date) or like the answer of a search (q, keyword, searchword ...)? Such templates start with a small budget
// (limits::kCalendarUrlsMax). Articles filed under their date are neither.
bool looks_like_calendar_or_search(const Url& url);

// Lower-case extension of the path's last segment without the dot; empty when there is none or when it is longer than
// eight characters or not alphanumeric.
std::string path_extension(const Url& url);

}  // namespace xuncha
