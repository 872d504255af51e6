#include "core/other_scheme.h"

#include <array>

namespace xuncha {

std::string_view scheme_state_name(SchemeState state) {
  static constexpr std::array<std::string_view, 6> kNames = {"unknown",  "none", "broken",
                                                             "redirect", "ok",   "other_content"};
  return kNames[static_cast<std::size_t>(state)];
}

}  // namespace xuncha
