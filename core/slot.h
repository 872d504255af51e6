#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/civil.h"
#include "core/clock.h"

// Slots of a portal: the places that owe rotation (轮播图, 焦点图, 头条), its lists of topics, and notices that stand
// in for a page (栏目建设中). What is remembered of one from reading to reading. Plain values between the patrol, the
// detectors and the store.
namespace xuncha {

// Numbers are stored: append only.
enum class SlotKind : std::uint8_t {
  kPage,      // the home page itself: how it was laid out, and as it was when its slots were read
  kCarousel,  // 轮播图, 焦点图
  kHeadline,  // 头条
  kNotice,    // a page that says only that it is being built: 栏目建设中, 升级改版中
  kTopics,    // 专题专栏: a titled list of topics, which owes no rotation
};

// Bounds of what a portal may write: what is more is a gallery, or hostile.
inline constexpr std::size_t kSlotsPerSiteMax = 8;     // series of one site; more are galleries
inline constexpr std::size_t kNoticesPerSiteMax = 50;  // a portal with more is being built as a whole
inline constexpr std::size_t kSlotItemsKeptMax = 20;   // of one slot, to be shown
inline constexpr std::size_t kSlotKeysMax = 60;        // of one slot, to be compared
inline constexpr std::size_t kSlotKnownMax = 200;      // items that it ever showed, the last

struct SlotItemRecord {
  std::string url;                  // absolute; empty: it links nowhere
  std::string text;                 // its caption
  std::optional<CivilDay> by_url;   // the day that its address carries
  std::optional<CivilDay> by_page;  // the day of publication that its own page gives
  bool asked = false;               // its page was asked for that day
};

struct SlotRecord {
  std::string name;  // "carousel", "carousel-2", "topics", "page", "notice-1a2b3c4d5e6f7a8b": its id within the site
  SlotKind kind = SlotKind::kPage;
  std::string url;  // the page on which it stands
  std::vector<SlotItemRecord> items;
  std::vector<std::uint64_t> keys;    // of its items with address, picture and caption, as a sorted set
  std::vector<std::uint64_t> titles;  // the same by captions alone, which another parameter of an address leaves alone
  std::vector<std::uint64_t> known;   // titles that it ever showed, the last seen last
  std::vector<std::uint64_t> layout;  // of kPage: what the page is laid out by
  std::uint64_t page_hash = 0;        // of kPage and kNotice: of the page when it was read
  WallTime first_seen{};
  WallTime since{};          // with these very items
  WallTime changed{};        // when it last showed what it had not shown before, or less; first_seen while it never did
  WallTime last_seen{};      // with these very items
  WallTime counted{};        // the last of `sights`
  std::uint32_t sights = 0;  // of these very items, half a day apart
  WallTime missing_since{};  // the page was read well without it since then; 0: it was not
  std::uint32_t reader = 0;  // of kPage: version of the code that read it
};

}  // namespace xuncha
