#pragma once

#include <cstdint>
#include <string_view>

#include "core/url.h"

namespace xuncha {

// Why a reference, as it is written in a page, is plainly wrong: no browser can lead where its author meant
// (错链).
enum class ReferenceFault : std::uint8_t {
  kNone,
  kDoubledScheme,    // http://http://x, http://https//x, https:http://x
  kEmptyHost,        // http:///x, http://?x, http://:80/x
  kBrokenScheme,     // http//www.x, htp://x, http;//x, http:://x, h ttp://x, www.http://x
  kFullWidth,        // full-width letters, dots, colons or slashes before the path: http：//x, www。gov。cn
  kSpaceInHost,      // http:// www.x, http://www.x .cn/
  kBackslashScheme,  // http:\\x, \\www.x.cn: browsers mend it, other programs do not
  kLocalFile,        // file:..., C:\x, \\server\share
};
// Do browsers open, in spite of the fault, the host that was meant: slashes too many or turned round, full-width
// letters or dots in a host's name? `url` is what parse_url() made of it.
bool is_mended_by_browsers(ReferenceFault fault, std::string_view raw, const Url& url);
std::string_view reference_fault_name(ReferenceFault fault);

// `raw` is the attribute's value in UTF-8; white space around it counts for nothing. Conservative: silent about raw
// Chinese or spaces in path and query, upper-case schemes, `//host/x`, `http:/x`, one backslash too many in a path, and
// whole URLs as a query value or behind a redirector's or archive's path.
ReferenceFault reference_fault(std::string_view raw);

// Does the reference itself name a place that no visitor of a public page can reach: an address that the default policy
// refuses (in any spelling the URL parser knows), localhost or *.localhost, file:, a drive letter's path,
// \\server\share? `url` is what parse_url() made of it, or null. Reason `internal_address`.
bool names_internal_place(std::string_view raw, const Url* url);

}  // namespace xuncha
