#pragma once

#include <string>
#include <string_view>

namespace xuncha {

// The host parser of the URL standard for special schemes (https://url.spec.whatwg.org/#host-parsing): appends the
// serialised host (lower-case A-labels, dotted quad, or IPv6 in brackets) to `out`. False when it fails; `out` is then
// in doubt. `text` is UTF-8.
bool append_host(std::string& out, std::string_view text);

}  // namespace xuncha
