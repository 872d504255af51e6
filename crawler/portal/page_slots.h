#pragma once

#include <vector>

#include "core/portal.h"
#include "core/url.h"
#include "crawler/portal/page_outline.h"

namespace xuncha {

inline constexpr std::size_t kSlotsMax = 20;      // of one page; more are a gallery of galleries
inline constexpr std::size_t kSlotItemsMax = 60;  // of one slot

// Carousels (elements that a carousel's script or class names, with two and more linked pictures, hidden ones too) and
// headlines (links of an element that is called so). A carousel within another is one with it. URLs absolute; those
// that are none are empty. Pure, linear.
std::vector<SlotFacts> read_slots(const PageOutline& outline, const Url* base);

inline constexpr std::size_t kTopicListsMax = 3;  // of one page
inline constexpr std::size_t kTopicsMax = 20;     // of one list; more are the index of all that there ever were

// Lists of topics by kind "topics": the links of a block that holds nothing else and stands under 专题专栏, 热点专题 or
// the like. Neither menus and tabs, nor blocks of articles with days, nor carousels, which are slots. Pure, linear.
std::vector<SlotFacts> read_topic_lists(const PageOutline& outline, const Url* base);

}  // namespace xuncha
