#include "crawler/portal/page_slots.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "core/limits.h"
#include "crawler/html_scan.h"
#include "crawler/portal/portal_text.h"
#include "crawler/text_collapse.h"

namespace xuncha {
namespace {

constexpr std::uint32_t kCarouselElementsMax = 1'500;  // a larger element is a region that is called so
constexpr std::uint32_t kHeadlineLinesMax = 12;

constexpr std::string_view kCarouselWords[] = {
    "swiper",    "slick",     "flexslider", "bxslider", "bx-wrapper", "carousel", "slideshow",  "slidebox",
    "slide-box", "slide_box", "slider",     " slides ", " focus",     "focus ",   "focusbox",   "picfocus",
    "lunbo",     "jiaodian",  " jdt",       "jdt ",     " hdp",       "banner",   "superslide", "owl-stage",
    "nivo",      "picslide",  "imgslide",   "lb-box",   "pic_scroll", "kv-box"};
constexpr std::string_view kHeadlineWords[] = {"headline", "toutiao",     "top-news", "topnews", "top_news",
                                               " tt ",     "hotnews-top", "ttxw",     "yw_tt",   "touti"};

std::string absolute(std::string_view reference, const Url* base) {
  reference = strip_all_space(reference);
  if (reference.empty() || reference.starts_with('#') || reference.size() > limits::kUrlBytesMax) return {};
  const UrlParse parsed = parse_url(reference, base);
  return parsed.url ? parsed.url->href() : std::string();
}

std::string_view attribute_of(HtmlNode node, std::string_view name) {
  return node.attribute(name).value_or(std::string_view());
}

// Where a lazy loader keeps what `src` will be.
std::string_view image_of(HtmlNode image) {
  for (const std::string_view name : {"data-src", "data-original", "data-lazy", "src"}) {
    if (const auto value = image.attribute(name); value && !value->empty()) return *value;
  }
  return {};
}

std::string text_within(HtmlNode top) {
  CollapsedText text(limits::kAnchorTextBytesMax);
  HtmlTree::walk(top, [&text](HtmlNode node, std::size_t) {
    if (node.type() == HtmlNodeType::kText && node.parent().name() != "script" && node.parent().name() != "style") {
      text.append(node.text(), HtmlText::kRaw);
    }
  });
  return text.take();
}

bool is_cut(std::string_view text) {
  return text.ends_with("…") || text.ends_with("...");
}

class SlotReader {
 public:
  SlotReader(const PageOutline& outline, const Url* base) : elements_(outline.elements()), base_(base) {}

  std::vector<SlotFacts> read() {
    std::vector<SlotFacts> slots;
    for (std::uint32_t index = 0; index < elements_.size() && slots.size() < kSlotsMax;) {
      std::optional<SlotFacts> slot = slot_at(index);
      if (slot) slots.push_back(std::move(*slot));
      index = slot ? std::max(index + 1, elements_[index].end) : index + 1;
    }
    return slots;
  }

 private:
  std::optional<SlotFacts> slot_at(std::uint32_t index) const {
    const OutlineElement& element = elements_[index];
    const bool may_be = element.name == HtmlName::kDiv || element.name == HtmlName::kUl ||
                        element.name == HtmlName::kSection || element.name == HtmlName::kTd ||
                        element.name == HtmlName::kDl || element.name == HtmlName::kOl;
    if (!may_be || element.region == Region::kFooter || element.end - index > kCarouselElementsMax) return std::nullopt;
    const std::string words = PageOutline::element_words(element.node);
    if (words.size() < 3) return std::nullopt;
    if (contains_any(words, kCarouselWords)) {
      SlotFacts slot{"carousel", pictures(index)};
      if (slot.items.size() >= 2) return slot;
    }
    if (element.region == Region::kNav || element.hidden) return std::nullopt;
    if (contains_any(words, kHeadlineWords) && element.line_end - element.line_begin <= kHeadlineLinesMax) {
      SlotFacts slot{"headline", links(index)};
      if (!slot.items.empty()) return slot;
    }
    return std::nullopt;
  }

  // Links with a picture; a link to the same page beside it gives the caption.
  std::vector<SlotItem> pictures(std::uint32_t top) const {
    std::vector<SlotItem> items;
    for (std::uint32_t index = top + 1; index < elements_[top].end && items.size() < kSlotItemsMax; ++index) {
      if (elements_[index].name != HtmlName::kA) continue;
      const HtmlNode anchor = elements_[index].node;
      SlotItem item;
      item.url = absolute(attribute_of(anchor, "href"), base_);
      std::string alt;
      for (std::uint32_t inner = index + 1; inner < elements_[index].end; ++inner) {
        if (elements_[inner].name != HtmlName::kImg) continue;
        item.image = absolute(image_of(elements_[inner].node), base_);
        alt = std::string(strip_all_space(attribute_of(elements_[inner].node, "alt")));
        break;
      }
      item.text = caption(anchor, alt);
      if (!item.image.empty()) {
        const bool again = std::any_of(items.begin(), items.end(), [&](const SlotItem& other) {
          return other.url == item.url && other.image == item.image;
        });
        if (!again) items.push_back(std::move(item));
      } else if (!items.empty() && items.back().text.empty() && items.back().url == item.url) {
        items.back().text = std::move(item.text);
      }
    }
    return items;
  }

  std::vector<SlotItem> links(std::uint32_t top) const {
    std::vector<SlotItem> items;
    for (std::uint32_t index = top; index < elements_[top].end && items.size() < kSlotItemsMax; ++index) {
      if (elements_[index].name != HtmlName::kA) continue;
      SlotItem item;
      item.url = absolute(attribute_of(elements_[index].node, "href"), base_);
      item.text = caption(elements_[index].node, {});
      if (count_han(item.text) >= 4 && !item.url.empty()) items.push_back(std::move(item));
    }
    return items;
  }

  static std::string caption(HtmlNode anchor, const std::string& alt) {
    std::string title(strip_all_space(attribute_of(anchor, "title")));
    std::string text = text_within(anchor);
    if (text.empty() || (is_cut(text) && !title.empty())) text = std::move(title);
    if (text.empty()) text = alt;
    return std::string(cut_utf8(text, limits::kAnchorTextBytesMax));
  }

  const std::vector<OutlineElement>& elements_;
  const Url* base_;
};

}  // namespace

std::vector<SlotFacts> read_slots(const PageOutline& outline, const Url* base) {
  return SlotReader(outline, base).read();
}

}  // namespace xuncha
