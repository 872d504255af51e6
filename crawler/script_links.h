#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace xuncha {

// Changes of place in JavaScript code: `location = …`, `location.href = …`, `location.assign/replace(…)`, also of
// window, self, parent, top and document, and `window.open(…)`.
struct ScriptLink {
  std::string url;            // escapes decoded
  bool top_level = false;     // outside of all braces
  bool opens_window = false;  // window.open
};

struct ScriptLinks {
  std::vector<ScriptLink> literals;  // whose whole value is one string literal, in order
  std::uint32_t computed = 0;        // whose value is computed: nobody can follow these without running the script
};

// Reads code by its tokens (strings, template literals and comments are passed over), without running or parsing it.
// What a string says is never read as code or markup. Pure, linear.
ScriptLinks scan_script_links(std::string_view code);

// A cheap test whether scan_script_links could find anything.
bool may_change_location(std::string_view code);

// Markup that `document.write` and `writeln` put into the page, each literal argument on its own, escapes decoded. To
// know what containers a script opens around static markup; no links are taken from it.
std::vector<std::string> written_markup(std::string_view code);

}  // namespace xuncha
