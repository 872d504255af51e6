// What the store keeps of slots.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "core/limits.h"
#include "storage/codec.h"
#include "storage/database.h"
#include "storage/keys.h"
#include "storage/maintenance.h"
#include "storage/store.h"
#include "tests/storage/sample.h"
#include "tests/storage/scratch.h"
#include "tests/storage/small_store.h"

namespace xuncha {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

SlotRecord sample_slot(const std::string& name) {
  SlotRecord slot;
  slot.name = name;
  slot.kind = SlotKind::kHeadline;
  slot.url = "http://www.example.gov.cn/";
  slot.items = {{.url = "http://www.example.gov.cn/t20210406_1.html",
                 .text = "全市民政工作会议召开",
                 .by_url = CivilDay(2021y / 4 / 6),
                 .by_page = CivilDay(2021y / 4 / 7),
                 .asked = true},
                {.url = {}, .text = "喜迎国庆", .by_url = {}, .by_page = {}, .asked = false}};
  slot.keys = {1, 0, 0xffffffffffffffff};
  slot.titles = {7};
  slot.known = {7, 8, 9};
  slot.layout = {3, 4};
  slot.page_hash = 42;
  slot.first_seen = kSampleTime;
  slot.since = kSampleTime + 1h;
  slot.changed = kSampleTime + 2h;
  slot.last_seen = kSampleTime + 3h;
  slot.counted = kSampleTime + 4h;
  slot.sights = 5;
  slot.missing_since = kSampleTime + 5h;
  slot.reader = 6;
  return slot;
}

std::string bytes_of(const SlotRecord& record) {
  std::string bytes;
  encode_record(record, bytes);
  return bytes;
}

std::unique_ptr<Store> open_store(const fs::path& directory) {
  StoreOptions options = small_store_options();
  Result<std::unique_ptr<Store>> opened = Store::open(directory, options);
  EXPECT_TRUE(opened.ok()) << (opened.ok() ? "" : opened.error().message);
  return opened.ok() ? std::move(opened).value() : nullptr;
}

TEST(SlotCodec, a_slot_comes_back_whole) {
  const SlotRecord slot = sample_slot("carousel");
  const Result<SlotRecord> back = decode_record<SlotRecord>(bytes_of(slot));
  ASSERT_TRUE(back.ok()) << back.error().message;
  EXPECT_EQ(bytes_of(back.value()), bytes_of(slot));
  ASSERT_EQ(back.value().items.size(), 2u);
  EXPECT_EQ(back.value().items[0].by_page, slot.items[0].by_page);
  EXPECT_TRUE(back.value().items[0].asked);
  EXPECT_FALSE(back.value().items[1].by_url);
  EXPECT_EQ(back.value().keys, slot.keys);
  EXPECT_EQ(back.value().missing_since, slot.missing_since);
}

TEST(SlotCodec, no_cut_and_no_flipped_bit_goes_unseen) {
  const std::string bytes = bytes_of(sample_slot("carousel"));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_record<SlotRecord>(std::string_view(bytes).substr(0, size)).ok()) << size;
  }
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string flipped = bytes;
    flipped[at] = static_cast<char>(flipped[at] ^ 4);
    EXPECT_FALSE(decode_record<SlotRecord>(flipped).ok()) << at;
  }
}

TEST(SlotStore, slots_are_kept_by_site_and_name_and_replaced_whole) {
  const Scratch scratch;
  {
    const auto store = open_store(scratch.path());
    Visit visit = sample_visit(store->site("www.example.gov.cn").value(), 1);
    visit.slots = {sample_slot("carousel"), sample_slot("headline")};
    ASSERT_TRUE(store->commit(visit).ok());
    visit = Visit{};
    visit.site = store->site("www.other.gov.cn").value();
    visit.slots = {sample_slot("carousel")};
    ASSERT_TRUE(store->commit(visit).ok());
    visit = Visit{};
    visit.site = store->site("www.example.gov.cn").value();
    visit.slots_gone = {"headline", "never-there"};
    visit.slots = {sample_slot("carousel")};
    visit.slots[0].sights = 77;
    ASSERT_TRUE(store->commit(visit).ok());
  }
  const auto store = open_store(scratch.path());
  const auto slots = store->slots(*store->find_site("www.example.gov.cn")).value();
  ASSERT_EQ(slots.size(), 1u);
  EXPECT_EQ(slots[0].name, "carousel");
  EXPECT_EQ(slots[0].sights, 77u);
  EXPECT_EQ(store->slots(*store->find_site("www.other.gov.cn")).value().size(), 1u);
  EXPECT_TRUE(store->slots(store->site("www.new.gov.cn").value()).value().empty());
}

TEST(SlotStore, a_slot_that_was_not_seen_for_so_long_goes_with_the_urls) {
  const Scratch scratch;
  const auto store = open_store(scratch.path());
  const SiteHandle site = store->site("a").value();
  Visit visit;
  visit.site = site;
  visit.slots = {sample_slot("old"), sample_slot("late")};
  visit.slots[1].last_seen = kSampleTime + 24h;
  ASSERT_TRUE(store->commit(visit).ok());
  const WallTime now = kSampleTime + limits::kUrlRetention + 4h;
  while (!store->sweep(site, now).value().finished) {
  }
  const auto slots = store->slots(site).value();
  ASSERT_EQ(slots.size(), 1u);
  EXPECT_EQ(slots[0].name, "late");
}

TEST(SlotStore, check_reads_slots_and_salvage_brings_them_back) {
  const Scratch scratch;
  const fs::path directory = scratch.path() / "data";
  {
    const auto store = open_store(directory);
    Visit visit;
    visit.site = store->site("a").value();
    visit.slots = {sample_slot("good"), sample_slot("bad")};
    ASSERT_TRUE(store->commit(visit).ok());
  }
  EXPECT_TRUE(check_store(directory).value().sound());
  {
    const auto database = Database::open(directory, StoreOptions(), Database::Access::kWrite);
    ASSERT_TRUE(database.ok());
    WriteSet set;
    database.value()->put(set, Table::kSlot, slot_key(1, "bad"), "garbage");
    ASSERT_TRUE(database.value()->write(set, Database::Durability::kSynced).ok());
  }
  const auto report = check_store(directory);
  ASSERT_EQ(report.value().faults.size(), 1u);
  EXPECT_NE(report.value().faults[0].where.find("table slot"), std::string::npos);
  const fs::path saved = scratch.path() / "saved";
  ASSERT_TRUE(salvage_store(directory, saved).ok());
  EXPECT_TRUE(check_store(saved).value().sound());
  const auto store = open_store(saved);
  const auto slots = store->slots(*store->find_site("a")).value();
  ASSERT_EQ(slots.size(), 1u);
  EXPECT_EQ(bytes_of(slots[0]), bytes_of(sample_slot("good")));
}

}  // namespace
}  // namespace xuncha
