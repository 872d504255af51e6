#include "crawler/page_hiding.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <optional>

#include "crawler/byte_search.h"
#include "crawler/css_links.h"

namespace xuncha {
namespace {

constexpr double kFarAway = -500;  // px: no screen shows what stands that far to the left of or above the page
constexpr std::size_t kSelectorsMax = 64;

// A declaration in lower case without white space: "position:absolute" is {"position", "absolute"}.
struct Declaration {
  std::array<char, 64> bytes;
  std::string_view name;
  std::string_view value;
};

bool normalise(std::string_view text, Declaration& out) {
  std::size_t count = 0;
  std::size_t colon = std::string_view::npos;
  for (const char c : text) {
    if (is_html_space(c)) continue;
    if (count == out.bytes.size()) break;  // nothing that hides is that long
    if (c == ':' && colon == std::string_view::npos) colon = count;
    out.bytes[count++] = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  }
  if (colon == std::string_view::npos) return false;
  out.name = std::string_view(out.bytes.data(), colon);
  out.value = std::string_view(out.bytes.data() + colon + 1, count - colon - 1);
  if (out.value.ends_with("!important")) out.value.remove_suffix(10);
  return true;
}

// The number that `value` begins with and, in px, what it comes to: em and rem count 16 px, % of a width of 1000 px.
std::optional<double> length_px(std::string_view value) {
  double number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc() || !(number > -1e9 && number < 1e9)) return std::nullopt;
  const std::string_view unit(end, static_cast<std::size_t>(value.data() + value.size() - end));
  if (unit.starts_with("em") || unit.starts_with("rem")) return number * 16;
  if (unit.starts_with("%")) return number * 10;
  return number;
}

bool is_at_most(std::string_view value, double limit) {
  const std::optional<double> length = length_px(value);
  return length && *length <= limit;
}

// Whether a declaration is of a property that Hiding knows, by the beginning of its name: most styles say nothing else.
bool may_hide(std::string_view declaration) {
  declaration = strip_html_space(declaration);
  switch (name_key(declaration.substr(0, 3))) {
    case name_key("dis"):
    case name_key("vis"):
    case name_key("opa"):
    case name_key("fon"):
    case name_key("tex"):
    case name_key("mar"):
    case name_key("lef"):
    case name_key("top"):
    case name_key("rig"):
    case name_key("bot"):
    case name_key("pos"):
    case name_key("hei"):
    case name_key("wid"):
    case name_key("max"):
    case name_key("ove"):
      return true;
    default:
      return false;
  }
}

// What the declarations of one style say together.
struct Hiding {
  bool hidden = false;
  bool positioned = false;
  bool far_away = false;
  bool tiny = false;
  bool clipped = false;

  void add(const Declaration& declaration) {
    const auto [name, value] = std::pair(declaration.name, declaration.value);
    if (name == "display") {
      hidden |= value == "none";
    } else if (name == "visibility") {
      hidden |= value == "hidden" || value == "collapse";
    } else if (name == "opacity" || name == "font-size") {
      const std::optional<double> number = length_px(value);
      hidden |= number && *number >= 0 && *number < 0.011;
    } else if (name == "text-indent" || name == "margin-left" || name == "margin-top") {
      hidden |= is_at_most(value, kFarAway);
    } else if (name == "left" || name == "top" || name == "right" || name == "bottom") {
      far_away |= is_at_most(value, kFarAway);
    } else if (name == "position") {
      positioned |= value == "absolute" || value == "fixed" || value == "relative";
    } else if (name == "height" || name == "width" || name == "max-height" || name == "max-width") {
      const std::optional<double> length = length_px(value);
      tiny |= length && *length >= 0 && *length <= 1 && value.find('%') == std::string_view::npos &&
              value.find("em") == std::string_view::npos;
    } else if (name == "overflow" || name == "overflow-x" || name == "overflow-y") {
      clipped |= value == "hidden" || value == "clip";
    }
  }
  bool verdict() const { return hidden || (positioned && far_away) || (tiny && clipped); }
};

template <class F>
void each_word(std::string_view text, F&& on_word) {
  std::size_t at = 0;
  while (at < text.size()) {
    while (at < text.size() && is_html_space(text[at])) ++at;
    const std::size_t begin = at;
    while (at < text.size() && !is_html_space(text[at])) ++at;
    if (at != begin) on_word(text.substr(begin, at - begin));
  }
}

bool is_simple_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), css_detail::is_name_byte);
}

// Calls `on_selector('#' or '.', name)` for the selectors of a list that are one id or class, until it gives false.
template <class F>
void each_simple_selector(std::string_view selectors, F&& on_selector) {
  for (std::size_t from = 0; from <= selectors.size();) {
    const std::size_t comma = std::min(selectors.find(',', from), selectors.size());
    const std::string_view selector = strip_html_space(selectors.substr(from, comma - from));
    from = comma + 1;
    if (selector.size() < 2 || (selector[0] != '#' && selector[0] != '.')) continue;
    if (is_simple_name(selector.substr(1)) && !on_selector(selector[0], selector.substr(1))) return;
  }
}

// The bytes of a block from after its "{" to before the "}" that ends it, or to the end.
std::size_t block_bytes(std::string_view css) {
  const char* const end = css.data() + css.size();
  const char* at = css.data();
  for (std::size_t depth = 1; (at = find_byte<'{', '}'>(at, end)) != end; ++at) {
    depth += *at == '{' ? 1u : ~std::size_t{0};
    if (depth == 0) break;
  }
  return static_cast<std::size_t>(at - css.data());
}

}  // namespace

bool style_hides(std::string_view style) {
  Hiding hiding;
  Declaration declaration;
  while (!style.empty()) {
    const std::size_t end = std::min(style.find(';'), style.size());
    const std::string_view text = style.substr(0, end);
    if (may_hide(text) && normalise(text, declaration)) hiding.add(declaration);
    style.remove_prefix(std::min(end + 1, style.size()));
  }
  return hiding.verdict();
}

bool StyleMemory::hides(std::string_view style) {
  Entry& entry = entries_[style.size() % entries_.size()];
  if (entry.style != style) entry = {style, style_hides(style)};
  return entry.hides;
}

bool tag_hides(const HtmlTag& tag) {
  if (tag.attributes.empty()) return false;
  if (const HtmlAttribute* const hidden = tag.find("hidden")) return hidden->value != "until-found";
  if (tag.id != HtmlName::kMarquee) return false;
  for (const std::string_view side : {std::string_view("width"), std::string_view("height")}) {
    const HtmlAttribute* const attribute = tag.find(side);
    if (attribute != nullptr && is_at_most(strip_html_space(attribute->value), 1)) return true;
  }
  return false;
}

void HiddenSelectors::add_style_sheet(std::string_view css) {
  const char* const end = css.data() + css.size();
  const auto offset_of = [&](const char* at) { return static_cast<std::size_t>(at - css.data()); };
  std::size_t at = 0;
  while (at < css.size()) {
    at = css_detail::skip_space_and_comments(css, at);
    const char* const brace = find_byte<'{', '}', ';'>(css.data() + at, end);
    if (brace == end) return;
    const std::string_view selectors = strip_html_space(css.substr(at, offset_of(brace) - at));
    at = offset_of(brace) + 1;
    if (*brace != '{') continue;  // an @import, or a stray end of block
    const std::string_view block = css.substr(at, block_bytes(css.substr(at)));
    at = std::min(at + block.size() + 1, css.size());
    if (selectors.starts_with('@') || selectors.size() > 512) continue;
    // Few selectors can be looked up, and few styles hide: the cheaper question first.
    bool looked = false;
    each_simple_selector(selectors, [&](char kind, std::string_view name) {
      std::vector<std::string_view>& names = kind == '#' ? ids_ : classes_;
      if (names.size() >= kSelectorsMax) return true;
      if (!looked && !style_hides(block.substr(0, block.find('}')))) return false;
      looked = true;
      names.push_back(name);
      return true;
    });
  }
}

bool HiddenSelectors::hides(std::string_view id, std::string_view classes) const {
  if (!id.empty() && std::find(ids_.begin(), ids_.end(), strip_html_space(id)) != ids_.end()) return true;
  if (classes_.empty()) return false;
  bool found = false;
  each_word(classes, [&](std::string_view word) {
    found = found || std::find(classes_.begin(), classes_.end(), word) != classes_.end();
  });
  return found;
}

}  // namespace xuncha
