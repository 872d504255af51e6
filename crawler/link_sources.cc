#include "crawler/link_sources.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>

namespace xuncha {
namespace {

constexpr LinkSource row(HtmlName element, std::string_view attribute, LinkRole role,
                         LinkSyntax syntax = LinkSyntax::kUrl) {
  return {element, attribute, syntax, role, name_key(attribute)};
}

// Sorted by element.
constexpr LinkSource kSources[] = {
    row(HtmlName::kA, "href", LinkRole::kPage),
    row(HtmlName::kArea, "href", LinkRole::kPage),
    row(HtmlName::kAudio, "src", LinkRole::kResource),
    row(HtmlName::kBody, "background", LinkRole::kResource),
    row(HtmlName::kButton, "formaction", LinkRole::kHint),
    row(HtmlName::kEmbed, "src", LinkRole::kResource),
    row(HtmlName::kForm, "action", LinkRole::kHint),
    row(HtmlName::kFrame, "src", LinkRole::kPage),
    row(HtmlName::kIframe, "src", LinkRole::kPage),
    row(HtmlName::kImage, "src", LinkRole::kResource),
    row(HtmlName::kImg, "src", LinkRole::kResource),
    row(HtmlName::kImg, "srcset", LinkRole::kResource, LinkSyntax::kSrcset),
    row(HtmlName::kInput, "formaction", LinkRole::kHint),
    row(HtmlName::kInput, "src", LinkRole::kResource),  // of type=image
    row(HtmlName::kObject, "data", LinkRole::kResource),
    row(HtmlName::kScript, "src", LinkRole::kResource),
    row(HtmlName::kSource, "src", LinkRole::kResource),
    row(HtmlName::kSource, "srcset", LinkRole::kResource, LinkSyntax::kSrcset),
    row(HtmlName::kTable, "background", LinkRole::kResource),
    row(HtmlName::kTd, "background", LinkRole::kResource),
    row(HtmlName::kTh, "background", LinkRole::kResource),
    row(HtmlName::kTr, "background", LinkRole::kResource),
    row(HtmlName::kTrack, "src", LinkRole::kResource),
    row(HtmlName::kVideo, "src", LinkRole::kResource),
    row(HtmlName::kVideo, "poster", LinkRole::kResource),
};

struct Range {
  std::uint8_t begin = 0;
  std::uint8_t end = 0;
};
constexpr auto kRanges = [] {
  std::array<Range, static_cast<std::size_t>(HtmlName::kCount)> ranges{};
  for (std::size_t index = 0; index < std::size(kSources); ++index) {
    Range& range = ranges[static_cast<std::size_t>(kSources[index].element)];
    if (range.end == 0) range.begin = static_cast<std::uint8_t>(index);
    range.end = static_cast<std::uint8_t>(index + 1);
  }
  return ranges;
}();

struct RelRow {
  std::string_view word;
  LinkRole role;
};
constexpr RelRow kRelWords[] = {
    {"stylesheet", LinkRole::kResource},
    {"icon", LinkRole::kResource},
    {"shortcut", LinkRole::kResource},
    {"apple-touch-icon", LinkRole::kResource},
    {"apple-touch-icon-precomposed", LinkRole::kResource},
    {"mask-icon", LinkRole::kResource},
    {"fluid-icon", LinkRole::kResource},
    {"preload", LinkRole::kResource},
    {"modulepreload", LinkRole::kResource},
    {"prefetch", LinkRole::kResource},
    {"manifest", LinkRole::kResource},
};
constexpr std::string_view kRelNothing[] = {"dns-prefetch", "preconnect", "profile", "pingback", "edituri", "expect"};

bool contains_ignoring_case(std::string_view text, std::string_view lower) {
  for (std::size_t at = 0; at + lower.size() <= text.size(); ++at) {
    if (equals_lower(text.substr(at, lower.size()), lower)) return true;
  }
  return false;
}

}  // namespace

std::span<const LinkSource> link_sources(HtmlName element) {
  const Range range = kRanges[static_cast<std::size_t>(element)];
  return std::span<const LinkSource>(kSources + range.begin, kSources + range.end);
}

bool link_element_role(std::string_view rel, LinkRole& role) {
  rel = strip_html_space(rel);
  bool nothing = false;
  while (!rel.empty()) {
    std::size_t end = 0;
    while (end < rel.size() && !is_html_space(rel[end])) ++end;
    const std::string_view word = rel.substr(0, end);
    for (const RelRow& known : kRelWords) {
      if (!equals_lower(word, known.word)) continue;
      role = known.role;
      return true;
    }
    nothing |= std::any_of(std::begin(kRelNothing), std::end(kRelNothing),
                           [&](std::string_view known) { return equals_lower(word, known); });
    rel = strip_html_space(rel.substr(end));
  }
  role = LinkRole::kHint;
  return !nothing;
}

bool is_address_like(std::string_view value) {
  const bool begins = value.starts_with('/') || value.starts_with("./") || value.starts_with("../") ||
                      (value.size() > 7 && equals_lower(value.substr(0, 7), "http://")) ||
                      (value.size() > 8 && equals_lower(value.substr(0, 8), "https://"));
  if (!begins || value == "//" || value.starts_with("/*") || value.starts_with("///")) return false;
  return value.find_first_of(" \t\r\n<>{}\"`^\\") == std::string_view::npos;
}

LinkRole data_attribute_role(HtmlName element, std::string_view attribute) {
  switch (element) {
    case HtmlName::kImg:
    case HtmlName::kImage:
    case HtmlName::kSource:
    case HtmlName::kVideo:
    case HtmlName::kAudio:
    case HtmlName::kEmbed:
    case HtmlName::kObject:
    case HtmlName::kScript:
    case HtmlName::kTrack:
      return LinkRole::kResource;
    case HtmlName::kIframe:
    case HtmlName::kFrame:
    case HtmlName::kA:
      return LinkRole::kPage;
    default:
      break;
  }
  for (const std::string_view word : {"src", "img", "image", "bg", "background", "poster", "icon", "thumb", "cover"}) {
    if (contains_ignoring_case(attribute, word)) return LinkRole::kResource;
  }
  return LinkRole::kPage;
}

}  // namespace xuncha
