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
constexpr std::uint32_t kTopicElementsMax = 400;  // of a block of topics
constexpr int kTopicHeadingsMax = 20;             // of one page that are looked under
constexpr int kTopicLevelsMax = 4;                // from the heading to the block around it and its links
constexpr std::uint32_t kTopicHeadingMax = 16;    // characters, with 更多
constexpr std::uint32_t kUnlinkedMax = 2;         // characters of a line: a dot, a bar

constexpr std::string_view kTopicListNames[] = {"专题",     "专栏",     "专题专栏", "专栏专题", "热点专题", "热点专栏",
                                                "重点专题", "专题聚焦", "专题报道", "近期专题", "最新专题", "热门专题"};
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

// Without 更多>> behind it.
std::string without_more(std::string_view text) {
  std::string bare = bare_text(text);
  std::string_view rest = bare;
  for (bool is_cut_off = true; is_cut_off;) {
    is_cut_off = false;
    for (const std::string_view word : {"更多", "more", ">", "+", "»", "›", "…", "·", ".", "|", ":"}) {
      if (!rest.ends_with(word)) continue;
      rest.remove_suffix(word.size());
      is_cut_off = true;
    }
  }
  return std::string(rest);
}

bool is_topic_list_name(std::string_view name) {
  return std::find(std::begin(kTopicListNames), std::end(kTopicListNames), name) != std::end(kTopicListNames);
}

class SlotReader {
 public:
  SlotReader(const PageOutline& outline, const Url* base)
      : elements_(outline.elements()), lines_(outline.lines()), base_(base) {}

  std::vector<SlotFacts> read() {
    std::vector<SlotFacts> slots;
    for (std::uint32_t index = 0; index < elements_.size() && slots.size() < kSlotsMax;) {
      std::optional<SlotFacts> slot = slot_at(index);
      if (slot) slots.push_back(std::move(*slot));
      index = slot ? std::max(index + 1, elements_[index].end) : index + 1;
    }
    return slots;
  }

  std::vector<SlotFacts> read_topic_lists() const {
    std::vector<SlotFacts> lists;
    int headings = 0;
    for (const OutlineLine& line : lines_) {
      if (lists.size() >= kTopicListsMax || headings >= kTopicHeadingsMax) break;
      if (line.region == Region::kNav || line.region == Region::kFooter || line.characters > kTopicHeadingMax) continue;
      if (!is_topic_list_name(without_more(line.text))) continue;
      ++headings;
      SlotFacts list{"topics", topics_under(line.element)};
      if (list.items.size() >= 2 && list.items.size() <= kTopicsMax) lists.push_back(std::move(list));
    }
    return lists;
  }

 private:
  std::vector<SlotItem> topics_under(std::uint32_t heading) const {
    std::uint32_t block = heading;
    for (int level = 0; level < kTopicLevelsMax && block != 0; ++level, block = elements_[block].parent) {
      const OutlineElement& element = elements_[block];
      const bool is_menu = element.name == HtmlName::kLi;  // an entry of a menu, a tab
      if (is_menu || element.end - block > kTopicElementsMax) return {};
      std::vector<SlotItem> items = topic_links(block);
      if (items.empty()) continue;
      return is_of_topics(block, heading) ? items : std::vector<SlotItem>();
    }
    return {};
  }

  // All links of a block but its own name and 更多.
  std::vector<SlotItem> topic_links(std::uint32_t block) const {
    std::vector<SlotItem> items;
    for (std::uint32_t index = block; index < elements_[block].end && items.size() <= kTopicsMax; ++index) {
      if (elements_[index].name != HtmlName::kA || elements_[index].hidden) continue;
      SlotItem item = link_item(index);
      const std::string name = without_more(item.text);
      const bool is_frame = is_topic_list_name(name) || (name.empty() && item.image.empty());
      if (!is_frame) items.push_back(std::move(item));
    }
    return items;
  }

  // Nothing but links, all behind the heading, and no carousel.
  bool is_of_topics(std::uint32_t block, std::uint32_t heading) const {
    const OutlineElement& element = elements_[block];
    for (std::uint32_t line = element.line_begin; line < element.line_end; ++line) {
      const bool is_linked = lines_[line].characters - lines_[line].linked_characters <= kUnlinkedMax;
      const std::string name = without_more(lines_[line].text);
      if (!is_linked && !name.empty() && !is_topic_list_name(name)) return false;
    }
    for (std::uint32_t index = block; index < element.end; ++index) {
      const bool is_before = index < heading && elements_[index].name == HtmlName::kA;
      if (is_before && !elements_[index].hidden && elements_[index].end <= heading) return false;
      if (const auto slot = slot_at(index); slot && slot->kind == "carousel") return false;
    }
    return true;
  }

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
      SlotItem item = link_item(index);
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

  // A link with its first picture, whose alternative text is its caption where it has no other.
  SlotItem link_item(std::uint32_t index) const {
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
    return item;
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
  const std::vector<OutlineLine>& lines_;
  const Url* base_;
};

}  // namespace

std::vector<SlotFacts> read_slots(const PageOutline& outline, const Url* base) {
  return SlotReader(outline, base).read();
}

std::vector<SlotFacts> read_topic_lists(const PageOutline& outline, const Url* base) {
  return SlotReader(outline, base).read_topic_lists();
}

}  // namespace xuncha
