// What the store keeps of the content of pages.
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

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

ContentTree sample_tree() {
  ContentTree tree;
  tree.shape = ContentShape::kDocument;
  tree.name = "关于印发《临溪县城乡居民最低生活保障办法》的通知";
  tree.tags = 0x88;
  tree.owes_tags = true;
  tree.is_government = true;
  tree.foot.emplace();
  tree.foot->marks[0] = FootMark::kThere;
  tree.foot->marks[2] = FootMark::kMissing;
  tree.foot->has_foot = true;
  tree.home = HomeSight{.dated = 7, .newest_shown = 2026y / 11 / 1, .newest_hidden = {}, .undated_headlines = 2};
  tree.document = DocumentSight{.title = "临溪县城乡居民最低生活保障办法", .number = "临民发〔2020〕3号"};
  tree.document->expires = 2025y / 12 / 31;
  tree.document->validity_is_blank = true;
  tree.days = ArticleDays{.shown = 2026y / 1 / 2, .meta = 2024y / 3 / 4, .url = {}, .signed_on = {}};
  tree.consultation = ConsultationSight{.deadline = 2026y / 10 / 1, .says_open = true};
  tree.marks = NewMarksSight{.marks = 2, .items = 9, .items_dated = 8, .newest = 2026y / 8 / 9};
  tree.repeals.push_back({"某办法", "民发〔2010〕1号", "《某办法》（民发〔2010〕1号）同时废止", 2026y / 12 / 1});
  tree.repeals.push_back({"另一办法", "", "《另一办法》同时废止", {}});
  tree.repeals_day = 2026y / 9 / 9;
  return tree;
}

ContentRecord sample_content(UrlNumber page) {
  ContentRecord record;
  record.page = page;
  record.reader = 1;
  record.read = kSampleTime;
  record.titles = {1, 0, 0xffffffffffffffff};
  record.prolongs = "关于延长某办法有效期";
  record.own_day = 2026y / 11 / 3;
  record.own_day_is_sure = true;
  record.tree = std::make_shared<const ContentTree>(sample_tree());
  return record;
}

std::string bytes_of(const ContentRecord& record) {
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

std::vector<ContentRecord> all_content(const Store& store, SiteHandle site, std::size_t at_once = 2) {
  std::vector<ContentRecord> records;
  Store::UrlWalk walk;
  while (!walk.finished) {
    EXPECT_TRUE(
        store.read_content(site, walk, at_once, [&](ContentRecord record) { records.push_back(std::move(record)); }));
  }
  return records;
}

TEST(ContentCodec, a_record_comes_back_whole) {
  const Result<ContentRecord> back = decode_record<ContentRecord>(bytes_of(sample_content(0)));
  ASSERT_TRUE(back.ok()) << back.error().message;
  EXPECT_EQ(bytes_of(back.value()), bytes_of(sample_content(0)));
  ASSERT_TRUE(back.value().tree);
  const ContentTree& tree = *back.value().tree;
  EXPECT_EQ(tree.shape, ContentShape::kDocument);
  EXPECT_EQ(tree.foot->marks[0], FootMark::kThere);
  EXPECT_EQ(tree.foot->marks[1], FootMark::kUnreadable);
  EXPECT_EQ(tree.foot->marks[2], FootMark::kMissing);
  EXPECT_EQ(tree.home->dated, 7u);
  EXPECT_EQ(tree.document->expires, CivilDay(2025y / 12 / 31));
  EXPECT_TRUE(tree.document->validity_is_blank);
  EXPECT_EQ(tree.days->meta, CivilDay(2024y / 3 / 4));
  EXPECT_TRUE(tree.consultation->says_open);
  EXPECT_EQ(tree.marks->newest, CivilDay(2026y / 8 / 9));
  ASSERT_EQ(tree.repeals.size(), 2u);
  EXPECT_EQ(tree.repeals[0].latest, CivilDay(2026y / 12 / 1));
  EXPECT_FALSE(tree.repeals[1].latest);
}

TEST(ContentCodec, a_page_without_a_tree_has_none_when_it_comes_back) {
  ContentRecord record;
  record.reader = 1;
  record.own_day = 2026y / 11 / 3;
  const ContentRecord back = decode_record<ContentRecord>(bytes_of(record)).value();
  EXPECT_EQ(back.tree, nullptr);
  EXPECT_EQ(back.own_day, record.own_day);
  EXPECT_TRUE(back.titles.empty());
}

TEST(ContentCodec, no_cut_and_no_flipped_bit_goes_unseen) {
  const std::string bytes = bytes_of(sample_content(1));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_record<ContentRecord>(std::string_view(bytes).substr(0, size)).ok()) << size;
  }
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string flipped = bytes;
    flipped[at] = static_cast<char>(flipped[at] ^ 4);
    EXPECT_FALSE(decode_record<ContentRecord>(flipped).ok()) << at;
  }
}

TEST(ContentStore, records_are_kept_by_site_and_page_and_read_in_steps) {
  const Scratch scratch;
  {
    const auto store = open_store(scratch.path());
    const SiteHandle site = store->site("www.example.gov.cn").value();
    Visit visit = sample_visit(site, 1);
    for (const UrlNumber page : {0u, 1u, 3u, 300u, 70'000u}) visit.content.push_back(sample_content(page));
    ASSERT_TRUE(store->commit(visit).ok());
    visit = Visit{};
    visit.site = store->site("www.other.gov.cn").value();
    visit.content = {sample_content(5)};
    ASSERT_TRUE(store->commit(visit).ok());
    visit = Visit{};
    visit.site = site;
    visit.content_gone = {3, 9};
    ASSERT_TRUE(store->commit(visit).ok());
  }
  const auto store = open_store(scratch.path());
  const std::vector<ContentRecord> records = all_content(*store, *store->find_site("www.example.gov.cn"));
  ASSERT_EQ(records.size(), 4u);
  EXPECT_EQ(records[0].page, 0u);
  EXPECT_EQ(records[1].page, 1u);
  EXPECT_EQ(records[2].page, 300u);
  EXPECT_EQ(records[3].page, 70'000u);
  EXPECT_EQ(all_content(*store, *store->find_site("www.other.gov.cn")).size(), 1u);
}

TEST(ContentStore, what_outlived_its_page_is_swept_with_it) {
  const Scratch scratch;
  const auto store = open_store(scratch.path());
  const SiteHandle site = store->site("www.example.gov.cn").value();
  Visit visit;
  visit.site = site;
  UrlRecord old;
  old.number = 1;
  old.url = "http://www.example.gov.cn/a.html";
  old.first_seen = old.visited = kSampleTime;
  visit.urls.push_back({fingerprint(old.url), old});
  visit.content = {sample_content(1)};
  ASSERT_TRUE(store->commit(visit).ok());
  while (!store->sweep(site, kSampleTime + std::chrono::hours(24 * 1'000)).value().finished) continue;
  EXPECT_TRUE(all_content(*store, site).empty());
}

TEST(ContentStore, a_damaged_record_is_named_and_salvage_leaves_it_out_with_the_sites_mark) {
  const Scratch scratch;
  const Scratch mended;
  {
    const auto store = open_store(scratch.path());
    const SiteHandle site = store->site("www.example.gov.cn").value();
    Visit visit = sample_visit(site, 1);
    visit.content = {sample_content(0), sample_content(visit.page->record.number), sample_content(77)};
    ASSERT_TRUE(store->commit(visit).ok());
    WriteSet set;
    store->database().put(set, Table::kContent, number_key(1, 88), "garbage");
    ASSERT_TRUE(store->database().write(set, Database::Durability::kSynced).ok());
  }
  const Result<StoreReport> checked = check_store(scratch.path());
  ASSERT_TRUE(checked.ok());
  EXPECT_FALSE(checked.value().sound());
  ASSERT_TRUE(salvage_store(scratch.path(), mended.path() / "store").ok());
  const auto store = open_store(mended.path() / "store");
  const std::vector<ContentRecord> records = all_content(*store, *store->find_site("www.example.gov.cn"));
  ASSERT_EQ(records.size(), 1u);  // not the mark: all pages are read anew
  EXPECT_EQ(bytes_of(records[0]), bytes_of(sample_content(0)));
}

}  // namespace
}  // namespace xuncha
