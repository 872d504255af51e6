#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/page.h"
#include "core/portal.h"
#include "core/slot.h"

// What is kept of a reading of a slot, and by what it is known again. Pure; any thread.
namespace xuncha {

// The items of a slot as they are compared. `keys`: address, picture and caption, without scheme, "www." and what only
// busts caches or tells where a visitor came from (utm_source, spm, timestamps); the other parameters count, since
// show.jsp?id=12 is another article than ?id=13. `titles`: the caption alone where it has four Chinese characters, else
// address and picture without parameters. Sorted sets, of at most kSlotKeysMax.
struct SlotKeys {
  std::vector<std::uint64_t> keys;
  std::vector<std::uint64_t> titles;
};
SlotKeys keys_of(const SlotFacts& facts);

// A clock that was set back leaves times ahead of it: they are `now`. True: there was one.
bool redate(SlotRecord& record, WallTime now);

// The items to be shown, with the days that their addresses carry.
std::vector<SlotItemRecord> items_of(const SlotFacts& facts);

// Style sheets and scripts by name, as a sorted set: what a page is laid out by.
std::vector<std::uint64_t> layout_of(const PageFacts& page);
// Do two readings of a page share less than half of those? False where one has fewer than two.
bool is_redesigned(const std::vector<std::uint64_t>& before, const std::vector<std::uint64_t>& now);

// Of two sorted sets: the share of the smaller that stands in both, 0 to 1; 0 where one is empty.
double shared_keys(const std::vector<std::uint64_t>& one, const std::vector<std::uint64_t>& other);

}  // namespace xuncha
