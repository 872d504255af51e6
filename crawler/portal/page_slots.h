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

}  // namespace xuncha
