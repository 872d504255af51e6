// Targets by number and key form, and the memory of raw references.
#include "daemon/patrol/target_table.h"

#include <gtest/gtest.h>

#include <string>

namespace xuncha {
namespace {

Url url(const std::string& text) {
  return url_from_trusted(text);
}

TEST(TargetTable, NumbersAreDenseFromOneInTheOrderOfDiscovery) {
  TargetTable table;
  EXPECT_EQ(table.size(), 0u);
  EXPECT_EQ(table.intern(url("http://x.gov.cn/a")), std::pair(UrlNumber{1}, true));
  EXPECT_EQ(table.intern(url("http://x.gov.cn/b")), std::pair(UrlNumber{2}, true));
  EXPECT_EQ(table.intern(url("http://x.gov.cn/a")), std::pair(UrlNumber{1}, false));
  EXPECT_EQ(table.size(), 2u);
}

TEST(TargetTable, OneKeyFormIsOneTargetInItsFetchFormFirstSeen) {
  TargetTable table;
  table.intern(url("http://x.gov.cn/a?c=1&b=2#top"));
  EXPECT_FALSE(table.intern(url("http://x.gov.cn/a?b=2&c=1")).second);
  EXPECT_EQ(table[1].record.url, "http://x.gov.cn/a?c=1&b=2");
}

TEST(TargetTable, WhatWasNeverInternedIsNotFound) {
  TargetTable table;
  table.intern(url("http://x.gov.cn/a"));
  EXPECT_EQ(table.find(url("http://x.gov.cn/a#b")), 1u);
  EXPECT_EQ(table.find(url("http://x.gov.cn/b")), 0u);
  EXPECT_EQ(table.find_fault("http://x.gov.cn/a"), 0u);
}

TEST(TargetTable, AReferenceAtFaultIsKnownByItsTextAndNeverMeetsAUrl) {
  TargetTable table;
  const auto [number, is_new] = table.intern_fault("http://x.gov.cn/a");
  EXPECT_TRUE(is_new);
  EXPECT_TRUE(table[number].from_fault);
  EXPECT_EQ(table.find_fault("http://x.gov.cn/a"), number);
  EXPECT_EQ(table.find(url("http://x.gov.cn/a")), 0u);
  EXPECT_TRUE(table.intern(url("http://x.gov.cn/a")).second);
}

TEST(TargetTable, StoredRecordsKeepTheirNumbersInAnyOrder) {
  TargetTable before;
  for (const char* path : {"a", "b", "c"}) before.intern(url(std::string("http://x.gov.cn/") + path));
  TargetTable table;
  for (const UrlNumber number : {3u, 1u, 2u}) table.restore(before[number].record, before.fingerprint_of(number));
  EXPECT_EQ(table.find(url("http://x.gov.cn/c")), 3u);
  EXPECT_EQ(table.intern(url("http://x.gov.cn/d")).first, 4u);
}

TEST(TargetTable, AHoleInTheStoredNumbersIsNoTarget) {
  TargetTable before;
  for (const char* path : {"a", "b"}) before.intern(url(std::string("http://x.gov.cn/") + path));
  TargetTable table;
  table.restore(before[2].record, before.fingerprint_of(2));
  EXPECT_EQ(table.size(), 2u);
  EXPECT_EQ(table[1].record.number, 0u);
}

TEST(TargetTable, Hostile_NewTargetsBeyondTheBoundAreRefusedAndCounted) {
  TargetTable targets;
  const auto numbered = [](int number) { return url("http://x.gov.cn/" + std::to_string(number)); };
  EXPECT_EQ(targets.intern(numbered(1)).first, 1u);
  targets.set_bounds(2, 1);
  EXPECT_EQ(targets.intern(numbered(2)).first, 2u);
  EXPECT_EQ(targets.intern(numbered(3)), (std::pair<UrlNumber, bool>{0, false}));
  EXPECT_EQ(targets.intern(numbered(1)).first, 1u);
  EXPECT_EQ(targets.intern_fault("http://").first, 0u);
  EXPECT_EQ(targets.refused(), 2u);
  EXPECT_EQ(targets.size(), 2u);
}

TEST(TargetTable, Hostile_NewReferencesAtFaultHaveABoundOfTheirOwn) {
  TargetTable targets;
  targets.set_bounds(100, 1);
  EXPECT_EQ(targets.intern_fault("http://").first, 1u);
  EXPECT_EQ(targets.intern_fault("http:///").first, 0u);
  EXPECT_EQ(targets.intern_fault("http://").first, 1u);
  EXPECT_EQ(targets.refused(), 1u);
}

TEST(RememberedAnswer, IsWhatItsContentTypeSaid) {
  UrlRecord record;
  EXPECT_EQ(received_of(record), Received::kNothing);
  record.status = 200;
  record.bytes = 10;
  record.content_type = "text/html; charset=gbk";
  EXPECT_EQ(received_of(record), Received::kHtml);
  record.content_type = "application/pdf";
  EXPECT_EQ(received_of(record), Received::kOther);
  record.bytes = 0;
  EXPECT_EQ(received_of(record), Received::kNothing);
  record.bytes = 10;
  record.status = 404;
  EXPECT_EQ(received_of(record), Received::kNothing);
}

TEST(ReferenceCache, RemembersAlsoThatAReferenceIsNoTarget) {
  ReferenceCache cache;
  EXPECT_EQ(cache.find(42), nullptr);
  cache.insert(42, 0);
  ASSERT_NE(cache.find(42), nullptr);
  EXPECT_EQ(*cache.find(42), 0u);
  cache.insert(42, 7);
  EXPECT_EQ(*cache.find(42), 7u);
}

TEST(ReferenceCache, GrowsAndKeepsAll) {
  ReferenceCache cache;
  constexpr std::uint64_t kStep = 0x9E37'79B9'7F4A'7C15;
  for (std::uint64_t key = 1; key <= 50'000; ++key) cache.insert(key * kStep, static_cast<UrlNumber>(key));
  std::size_t kept = 0;
  for (std::uint64_t key = 1; key <= 50'000; ++key) {
    const UrlNumber* found = cache.find(key * kStep);
    kept += found != nullptr && *found == key ? 1 : 0;
  }
  EXPECT_GE(kept, 49'990u);  // two keys that differ in the lowest bit are one
}

TEST(ReferenceCache, Hostile_IsEmptiedWhenFullAndNeverGrowsBeyond) {
  ReferenceCache cache(/*entries_max=*/100);
  for (std::uint64_t key = 1; key <= 100; ++key) cache.insert(2 * key, 1);
  EXPECT_NE(cache.find(2), nullptr);
  cache.insert(std::uint64_t{2} * 101, 1);
  EXPECT_EQ(cache.find(2), nullptr);
  EXPECT_NE(cache.find(std::uint64_t{2} * 101), nullptr);
}

}  // namespace
}  // namespace xuncha
