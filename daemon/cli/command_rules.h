#pragma once

#include <iosfwd>

#include "daemon/report/texts.h"

namespace xuncha {

enum class ListFormat : std::uint8_t { kText, kJson };

// `xuncha rules`: every rule with title, default severity, basis and default; JSON is one object a line.
void print_rules(ListFormat format, const Texts& texts, std::ostream& out);

}  // namespace xuncha
