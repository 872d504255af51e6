#pragma once

#include "core/verdict.h"

namespace xuncha {

// The server speaks nothing newer than TLS 1.1 (RFC 8996), which every browser refuses: broken, `tls_obsolete`. Of the
// closed list of ReasonCode, which has this number free for it.
inline constexpr ReasonCode kTlsObsolete = static_cast<ReasonCode>(17);

}  // namespace xuncha
