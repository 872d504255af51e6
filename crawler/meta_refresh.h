#pragma once

#include <optional>
#include <string_view>

namespace xuncha {

struct RefreshParse {
  double seconds = 0;
  std::string_view url;  // into the content; empty when the page only reloads
};

// The content (decoded) of a meta refresh, or the value of a Refresh header, by
// https://html.spec.whatwg.org/#shared-declarative-refresh-steps; a full-width semicolon or comma, which editors of
// Chinese pages type, separates too (House). nullopt when it is none. Pure.
std::optional<RefreshParse> parse_meta_refresh(std::string_view content);

}  // namespace xuncha
