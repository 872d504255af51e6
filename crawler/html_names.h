#pragma once

#include <cstdint>
#include <string_view>

namespace xuncha {

// A name as a number: its first eight bytes in lower case. Names of up to eight bytes are equal when their keys and
// lengths are; longer ones must be compared.
constexpr std::uint64_t name_key(std::string_view name) {
  std::uint64_t key = 0;
  for (std::size_t index = 0; index < name.size() && index < 8; ++index) {
    auto byte = static_cast<unsigned char>(name[index]);
    if (byte >= 'A' && byte <= 'Z') byte = static_cast<unsigned char>(byte | 0x20);
    key |= std::uint64_t{byte} << (8 * index);
  }
  return key;
}

constexpr bool equals_lower(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  for (std::size_t index = 0; index < text.size(); ++index) {
    char c = text[index];
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
    if (c != lower[index]) return false;
  }
  return true;
}

// The white space of HTML: https://infra.spec.whatwg.org/#ascii-whitespace.
constexpr bool is_html_space(char c) {
  return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

constexpr std::string_view strip_html_space(std::string_view text) {
  while (!text.empty() && is_html_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_html_space(text.back())) text.remove_suffix(1);
  return text;
}

// The elements that the scan treats by name.
enum class HtmlName : std::uint8_t {
  kOther,
  // clang-format off
  kA, kAddress, kApplet, kArea, kArticle, kAside, kAudio, kBase, kBlockquote, kBody, kBr, kButton, kCaption, kCenter, kCol,
  kDd, kDel, kDetails, kDialog, kDir, kDiv, kDl, kDt, kEmbed, kFieldset, kFigcaption, kFigure, kFooter, kForm, kFrame, kFrameset,
  kH1, kH2, kH3, kH4, kH5, kH6, kHead, kHeader, kHr, kHtml, kIframe, kImage, kImg, kInput, kIns, kLi, kLink, kListing, kMain, kMap,
  kMarquee, kMath, kMenu, kMeta, kNav, kNoembed, kNoframes, kNoscript, kObject, kOl, kOptgroup, kOption, kP, kParam,
  kPicture, kPlaintext, kPre, kScript, kSection, kSelect, kSource, kStyle, kSummary, kSvg, kTable, kTbody, kTd, kTemplate,
  kTextarea, kTfoot, kTh, kThead, kTitle, kTr, kTrack, kUl, kVideo, kWbr, kXmp,
  // clang-format on
  kCount,
};

// The name that `text` spells in any case; kOther when the scan treats it as any other element.
HtmlName html_name(std::string_view text, std::uint64_t key);
inline HtmlName html_name(std::string_view text) {
  return html_name(text, name_key(text));
}

// Lower-case spelling, static; "" for kOther.
std::string_view html_name_text(HtmlName name);

// Elements without content: https://html.spec.whatwg.org/#void-elements and the obsolete ones parsed alike.
constexpr bool is_void_element(HtmlName name) {
  switch (name) {
    case HtmlName::kArea:
    case HtmlName::kBase:
    case HtmlName::kBr:
    case HtmlName::kCol:
    case HtmlName::kEmbed:
    case HtmlName::kFrame:
    case HtmlName::kHr:
    case HtmlName::kImage:
    case HtmlName::kImg:
    case HtmlName::kInput:
    case HtmlName::kLink:
    case HtmlName::kMeta:
    case HtmlName::kParam:
    case HtmlName::kSource:
    case HtmlName::kTrack:
    case HtmlName::kWbr:
      return true;
    default:
      return false;
  }
}

// Start tags that end svg and math: https://html.spec.whatwg.org/#parsing-main-inforeign, those the scan knows.
bool leaves_foreign_content(HtmlName name);

}  // namespace xuncha
