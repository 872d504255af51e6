// What counts as the same item of a slot, and as the same layout; and what a memory of slots makes of hostile pages.
#include "daemon/patrol/slot_facts.h"

#include <gtest/gtest.h>

#include <string>

#include "core/civil.h"
#include "daemon/patrol/slot_memory.h"

namespace xuncha {
namespace {

SlotFacts slot_of(std::vector<SlotItem> items) {
  SlotFacts facts;
  facts.kind = "carousel";
  facts.items = std::move(items);
  return facts;
}
const SlotItem kItem = {"http://www.a.gov.cn/xw/show.jsp?id=12", "http://www.a.gov.cn/i/1.jpg", "县民政局走访慰问老人"};

bool is_same(const SlotItem& other) {
  return keys_of(slot_of({kItem})).keys == keys_of(slot_of({other})).keys;
}
bool has_same_title(const SlotItem& other) {
  return keys_of(slot_of({kItem})).titles == keys_of(slot_of({other})).titles;
}

TEST(SlotKeys, AreTheSameWhateverTracksOrBustsCaches) {
  EXPECT_TRUE(
      is_same({"https://a.gov.cn/xw/show.jsp?id=12&utm_source=x&t=17&spm=1.2#top", kItem.image + "?v=3", kItem.text}));
  EXPECT_TRUE(is_same({kItem.url, kItem.image + "?0.8273", " 县民政局走访 慰问老人"}));
}
TEST(SlotKeys, AreOthersOfAnotherArticlePictureOrCaption) {
  EXPECT_FALSE(is_same({"http://www.a.gov.cn/xw/show.jsp?id=13", kItem.image, kItem.text}));
  EXPECT_FALSE(is_same({kItem.url, "http://www.a.gov.cn/i/2.jpg", kItem.text}));
  EXPECT_FALSE(is_same({kItem.url, kItem.image, "县民政局走访慰问儿童"}));
}
TEST(SlotKeys, TitlesLeaveAddressesAlone) {
  EXPECT_TRUE(has_same_title({kItem.url + "&unheard_of=77", kItem.image, kItem.text}));
  EXPECT_FALSE(has_same_title({kItem.url, kItem.image, "县民政局走访慰问儿童"}));
  // A caption that tells nothing is none.
  const SlotFacts one = slot_of({{"http://a.gov.cn/1.html", "http://a.gov.cn/1.jpg", "详情"}});
  const SlotFacts other = slot_of({{"http://a.gov.cn/2.html", "http://a.gov.cn/2.jpg", "详情"}});
  EXPECT_NE(keys_of(one).titles, keys_of(other).titles);
}
TEST(SlotKeys, KnowNoOrder) {
  const SlotItem second = {"http://www.a.gov.cn/2.html", "http://www.a.gov.cn/2.jpg", "婚俗改革宣传走进社区"};
  EXPECT_EQ(keys_of(slot_of({kItem, second})).keys, keys_of(slot_of({second, kItem})).keys);
}
TEST(SlotKeys, Hostile_AreBounded) {
  std::vector<SlotItem> many;
  for (int index = 0; index < 5'000; ++index) {
    many.push_back({"http://a/" + std::to_string(index) + "?" + std::string(3'000, '&'), std::string(5'000, '?'),
                    std::string(10'000, '\xff')});
  }
  const SlotFacts facts = slot_of(std::move(many));
  EXPECT_LE(keys_of(facts).keys.size(), kSlotKeysMax);
  const std::vector<SlotItemRecord> items = items_of(facts);
  ASSERT_EQ(items.size(), kSlotItemsKeptMax);
  EXPECT_LE(items[0].text.size(), 300u);
  EXPECT_TRUE(items[0].url.empty());  // too long to be kept
}
TEST(SlotItems, CarryTheDayOfTheirAddress) {
  const auto items = items_of(slot_of({{"http://a.gov.cn/xw/202604/t20260426_1.html?d=20200101", "", "x"}, kItem}));
  EXPECT_EQ(items[0].by_url, CivilDay(std::chrono::year(2026) / 4 / 26));
  EXPECT_FALSE(items[1].by_url);
}
TEST(SlotLayout, IsAnotherWhenLessThanHalfIsShared) {
  EXPECT_FALSE(is_redesigned({1, 2, 3, 4}, {1, 2}));
  EXPECT_FALSE(is_redesigned({1, 2, 3}, {1, 2, 3, 4, 5}));
  EXPECT_TRUE(is_redesigned({1, 2, 3, 4}, {1, 5, 6, 7}));
  EXPECT_FALSE(is_redesigned({1}, {2}));
  EXPECT_FALSE(is_redesigned({}, {1, 2, 3}));
}

class SlotMemories : public testing::Test {
 protected:
  const Url home = *parse_url("http://www.a.gov.cn/").url;
  const WallTime now = *parse_time("2026-11-20T10:00:00+08:00");
  PageFacts page;
  Attempt attempt;
  SlotMemory memory{home, SlotLimits{}};
  void read(const std::vector<SlotFacts>& slots) {
    memory.read_home({.url = home, .page = page, .attempt = attempt, .page_hash = 7, .now = now}, slots);
  }
};

TEST_F(SlotMemories, KeepTheNamesOfSlotsThatChangePlaces) {
  const SlotFacts one = slot_of({kItem, {"http://a/1", "http://a/1.jpg", "婚俗改革宣传走进社区"}});
  const SlotFacts other = slot_of({{"http://a/2", "http://a/2.jpg", "儿童福利宣传走进小学"},
                                   {"http://a/3", "http://a/3.jpg", "养老服务站揭牌仪式"}});
  read({one, other});
  read({other, one});
  const auto records = memory.records();
  ASSERT_EQ(records.size(), 3u);
  EXPECT_EQ(records[0].name, "carousel");
  EXPECT_EQ(records[0].titles, keys_of(one).titles);
  EXPECT_EQ(records[1].name, "carousel-2");
  EXPECT_EQ(records[1].titles, keys_of(other).titles);
}
TEST_F(SlotMemories, TakeABlockThatIsRepeatedForPhonesOnce) {
  const SlotFacts one = slot_of({kItem, {"http://a/1", "http://a/1.jpg", "婚俗改革宣传走进社区"}});
  read({one, one, one});
  EXPECT_EQ(memory.records().size(), 2u);
}
TEST_F(SlotMemories, Hostile_AreBounded) {
  std::vector<SlotFacts> slots;
  for (int index = 0; index < 300; ++index) {
    const std::string number = std::to_string(index);
    slots.push_back(slot_of({{"http://a/" + number, "http://a/" + number + ".jpg", ""}}));
  }
  read(slots);
  EXPECT_EQ(memory.records().size(), kSlotsPerSiteMax + 1);
  for (int index = 0; index < 300; ++index) {
    const Url url = *parse_url("http://www.a.gov.cn/" + std::to_string(index) + "/").url;
    memory.read_page({.url = url, .page = page, .attempt = attempt, .page_hash = 7, .now = now}, "栏目建设中");
  }
  EXPECT_EQ(memory.records().size(), kSlotsPerSiteMax + 1 + kNoticesPerSiteMax);
}
TEST_F(SlotMemories, BringTimesAheadOfTheClockBack) {
  SlotRecord record{.name = "carousel", .kind = SlotKind::kCarousel};
  record.first_seen = now - std::chrono::days(9);
  record.since = record.changed = record.last_seen = record.counted = now + std::chrono::days(400);
  memory.restore({record}, now);
  const std::vector<SlotRecord> changed = memory.take_changed();
  ASSERT_EQ(changed.size(), 1u);
  EXPECT_EQ(changed[0].first_seen, record.first_seen);
  EXPECT_EQ(changed[0].since, now);
  EXPECT_EQ(changed[0].last_seen, now);
  EXPECT_EQ(changed[0].counted, now);
}
TEST_F(SlotMemories, NeedTheWholePageUntilItIsTheOneThatWasRead) {
  EXPECT_TRUE(memory.needs_whole(7));
  read({});
  EXPECT_FALSE(memory.needs_whole(7));
  EXPECT_TRUE(memory.needs_whole(8));
}

}  // namespace
}  // namespace xuncha
