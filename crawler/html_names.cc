#include "crawler/html_names.h"

#include <array>
#include <cstddef>

namespace xuncha {
namespace {

constexpr std::array<std::string_view, static_cast<std::size_t>(HtmlName::kCount)> kNames = {
    "",           "a",      "address", "applet",  "area",      "article",  "aside",  "audio",    "base",
    "blockquote", "body",   "br",      "button",  "caption",   "center",   "col",    "dd",       "del",
    "details",    "dialog", "dir",     "div",     "dl",        "dt",       "embed",  "fieldset", "figcaption",
    "figure",     "footer", "form",    "frame",   "frameset",  "h1",       "h2",     "h3",       "h4",
    "h5",         "h6",     "head",    "header",  "hr",        "html",     "iframe", "image",    "img",
    "input",      "ins",    "li",      "link",    "listing",   "main",     "map",    "marquee",  "math",
    "menu",       "meta",   "nav",     "noembed", "noframes",  "noscript", "object", "ol",       "optgroup",
    "option",     "p",      "param",   "picture", "plaintext", "pre",      "script", "section",  "select",
    "source",     "style",  "summary", "svg",     "table",     "tbody",    "td",     "template", "textarea",
    "tfoot",      "th",     "thead",   "title",   "tr",        "track",    "ul",     "video",    "wbr",
    "xmp",
};

// Open addressing over the keys: built by the compiler, one or two probes a look-up.
constexpr std::size_t kSlots = 512;
constexpr std::size_t slot_of(std::uint64_t key) {
  return static_cast<std::size_t>((key * 0x9E3779B97F4A7C15u) >> 55) & (kSlots - 1);
}

struct NameTable {
  std::array<std::uint64_t, kSlots> keys{};
  std::array<std::uint8_t, kSlots> names{};
};

constexpr NameTable make_table() {
  NameTable table;
  for (std::size_t name = 1; name < kNames.size(); ++name) {
    const std::uint64_t key = name_key(kNames[name]);
    std::size_t slot = slot_of(key);
    while (table.keys[slot] != 0) slot = (slot + 1) & (kSlots - 1);
    table.keys[slot] = key;
    table.names[slot] = static_cast<std::uint8_t>(name);
  }
  return table;
}
constexpr NameTable kTable = make_table();

}  // namespace

HtmlName html_name(std::string_view text, std::uint64_t key) {
  if (key == 0) return HtmlName::kOther;
  for (std::size_t slot = slot_of(key); kTable.keys[slot] != 0; slot = (slot + 1) & (kSlots - 1)) {
    if (kTable.keys[slot] != key) continue;
    const std::string_view name = kNames[kTable.names[slot]];
    if (name.size() != text.size() || (name.size() > 8 && !equals_lower(text, name))) continue;
    return static_cast<HtmlName>(kTable.names[slot]);
  }
  return HtmlName::kOther;
}

std::string_view html_name_text(HtmlName name) {
  return kNames[static_cast<std::size_t>(name)];
}

bool leaves_foreign_content(HtmlName name) {
  switch (name) {
    case HtmlName::kBlockquote:
    case HtmlName::kBody:
    case HtmlName::kBr:
    case HtmlName::kCenter:
    case HtmlName::kDd:
    case HtmlName::kDiv:
    case HtmlName::kDl:
    case HtmlName::kDt:
    case HtmlName::kEmbed:
    case HtmlName::kH1:
    case HtmlName::kH2:
    case HtmlName::kH3:
    case HtmlName::kH4:
    case HtmlName::kH5:
    case HtmlName::kH6:
    case HtmlName::kHead:
    case HtmlName::kHr:
    case HtmlName::kImg:
    case HtmlName::kLi:
    case HtmlName::kListing:
    case HtmlName::kMenu:
    case HtmlName::kMeta:
    case HtmlName::kOl:
    case HtmlName::kP:
    case HtmlName::kPre:
    case HtmlName::kTable:
    case HtmlName::kUl:
      return true;
    default:
      return false;
  }
}

}  // namespace xuncha
